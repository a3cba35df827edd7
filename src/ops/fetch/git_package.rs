//! The packages of a git source: found in the tree of its commit, and written out so that each stands alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::io::git::objects::{Id, Objects};
use crate::io::git::tree::{Node, Tree};
use crate::io::store::git::{PackageWriter, WrittenPackage};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::input::lockfile;
use crate::model::package::id::CrateId;
use crate::model::package::manifest::{BadManifest, Manifest, Workspace, is_below, join, within};

/// A package with more files and folders is an attack: links may lead to folders of links.
const MAX_FILES: usize = 1 << 19;

/// What git needs and builds do not; in a mirror that is itself kept in git they would hide files from it.
const OF_GIT: [&str; 4] = [".git", ".gitignore", ".gitattributes", ".gitmodules"];

/// A commit whose packages are wanted.
pub struct Repository<'a> {
    objects: &'a Objects,
    tree: &'a Tree,
    origin: &'a str,
    manifests: HashMap<String, Option<Arc<Text>>>,
    /// Manifests that could not be read, and why.
    unreadable: Vec<String>,
}

/// A file of a package.
struct File {
    id: Id,
    executable: bool,
    /// Where in the repository it is.
    place: String,
}

struct Text {
    text: String,
    manifest: Manifest,
}

impl<'a> Repository<'a> {
    pub(super) fn new(objects: &'a Objects, tree: &'a Tree, origin: &'a str) -> Self {
        Self {
            objects,
            tree,
            origin,
            manifests: HashMap::new(),
            unreadable: Vec::new(),
        }
    }

    fn bad(&self, message: String) -> Error {
        Error::GitPackage {
            origin: self.origin.to_owned(),
            message,
        }
    }

    fn file(&self, id: &Id) -> Result<Vec<u8>> {
        self.objects.file(id)?.ok_or_else(|| self.absent(id))
    }

    fn absent(&self, id: &Id) -> Error {
        self.bad(format!("the object {id} is in no repository of cargo's"))
    }

    fn manifest(&mut self, folder: &str) -> Result<Option<Arc<Text>>> {
        if let Some(known) = self.manifests.get(folder) {
            return Ok(known.clone());
        }
        let path = within(folder, "Cargo.toml");
        let read = match self.tree.at(&path) {
            Some((_, Node::File { id, .. })) => {
                let bytes = self.file(id)?;
                let text = if bytes.len() as u64 > lockfile::MAX_FILE {
                    Err("it is too large".to_owned())
                } else {
                    String::from_utf8(bytes).map_err(|cause| cause.to_string())
                };
                let parsed = text.and_then(|text| {
                    let manifest = Manifest::parse(&text).map_err(|cause| cause.to_string())?;
                    Ok(Arc::new(Text { text, manifest }))
                });
                // Many repositories keep broken ones, for tests. Only if something is not found does it matter.
                parsed
                    .map_err(|cause| self.unreadable.push(format!("`{path}`: {cause}")))
                    .ok()
            }
            _ => None,
        };
        self.manifests.insert(folder.to_owned(), read.clone());
        Ok(read)
    }

    /// The workspace that a package takes things from: the one its manifest names, else the closest that wants it.
    fn workspace_of(&mut self, folder: &str, own: &Text) -> Result<Option<(String, Arc<Text>)>> {
        if let Some(path) = own.manifest.workspace_path() {
            let Some(root) = join(folder, path) else {
                return Ok(None);
            };
            return Ok(self.manifest(&root)?.map(|text| (root, text)));
        }
        let mut at = Some(folder);
        while let Some(root) = at {
            if let Some(text) = self.manifest(root)?
                && text.manifest.is_workspace()
                && (root == folder || !text.manifest.excludes(root, folder))
            {
                return Ok(Some((root.to_owned(), text)));
            }
            at = match root.rsplit_once('/') {
                Some((above, _)) => Some(above),
                None if root.is_empty() => None,
                None => Some(""),
            };
        }
        Ok(None)
    }

    /// The folders of these packages. Of two with one name and version it is the one that cargo takes: the first it comes
    /// by, and it goes where a manifest's `path` dependencies lead before it goes on.
    pub(super) fn find(&mut self, wanted: &BTreeSet<CrateId>) -> Result<BTreeMap<CrateId, String>> {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let packages: Vec<String> = self
            .tree
            .packages()
            .into_iter()
            .filter(|folder| self.tree.is_walked(folder))
            .map(str::to_owned)
            .collect();
        for start in packages {
            let mut waiting = vec![start];
            while let Some(folder) = waiting.pop() {
                if found.len() == wanted.len() {
                    return Ok(found);
                }
                if !seen.insert(folder.clone()) {
                    continue;
                }
                let Some(text) = self.manifest(&folder)? else {
                    continue;
                };
                let workspace = if text.manifest.inherits() {
                    self.workspace_of(&folder, &text)?
                } else {
                    None
                };
                let root = workspace.as_ref().map(|(_, root)| &root.manifest);
                if let (Some(name), Some(version)) =
                    (text.manifest.name(), text.manifest.version(root))
                    && let Ok(id) = CrateId::parse(name, version)
                    && wanted.contains(&id)
                {
                    found.entry(id).or_insert_with(|| folder.clone());
                }
                let workspace = workspace.as_ref().map(borrowed);
                let mut paths = text.manifest.paths(&folder, workspace);
                paths.reverse();
                waiting.append(&mut paths);
            }
        }
        Ok(found)
    }

    /// Why a package was not found.
    pub(super) fn lacks(&self, id: &CrateId) -> Error {
        let mut message = format!("it has no package {id}");
        for unreadable in self.unreadable.iter().take(3) {
            message.push_str("; cannot read ");
            message.push_str(unreadable);
        }
        self.bad(message)
    }

    /// Writes out the package in `folder`. `warn` hears of what is left out.
    pub(super) fn write(
        &mut self,
        id: &CrateId,
        folder: &str,
        store: &RegistryStore,
        warn: &dyn Fn(String),
    ) -> Result<WrittenPackage> {
        let lacking = || Error::GitPackage {
            origin: self.origin.to_owned(),
            message: format!("it has no package {id}"),
        };
        let files = self.files(id, folder, warn)?;
        let text = self.manifest(folder)?.ok_or_else(lacking)?;
        let workspace = if text.manifest.inherits() {
            self.workspace_of(folder, &text)?
        } else {
            None
        };
        let has_file = |path: &str| files.contains_key(path);
        let workspace = workspace.as_ref().map(borrowed);
        let manifest = text
            .manifest
            .alone(&text.text, folder, workspace, has_file)
            .map_err(|cause: BadManifest| {
                let path = within(folder, "Cargo.toml");
                self.bad(format!("the manifest `{path}` cannot stand alone: {cause}"))
            })?;
        let mut making: PackageWriter = store.begin_package(id)?;
        for (path, file) in &files {
            if path == "Cargo.toml" {
                making.add(path, manifest.as_bytes(), false)?;
            } else {
                let read = self.objects.file_at(&file.id, &file.place)?;
                let bytes = read.ok_or_else(|| self.absent(&file.id))?;
                making.add(path, &bytes, file.executable)?;
            }
        }
        making.finish()
    }

    /// The files of a package: all that is in its folder but packages of their own and what is git's alone.
    fn files(
        &self,
        id: &CrateId,
        folder: &str,
        warn: &dyn Fn(String),
    ) -> Result<BTreeMap<String, File>> {
        let mut files = BTreeMap::new();
        let mut seen = 0_usize;
        // Where in the repository, under which path in the package, and inside of which folders that links led to.
        let mut waiting = vec![(folder.to_owned(), String::new(), Vec::<String>::new())];
        while let Some((real, shown, behind)) = waiting.pop() {
            for (name, node) in self.tree.children(&real) {
                seen += 1;
                if seen > MAX_FILES {
                    return Err(self.bad(format!("{id} has too many files")));
                }
                if OF_GIT
                    .iter()
                    .any(|skipped| name.eq_ignore_ascii_case(skipped))
                {
                    continue;
                }
                let inner = within(&shown, name);
                if inner == ".cargo-ok" || inner == ".cargo-checksum.json" {
                    continue;
                }
                let place = within(&real, name);
                let mut behind = behind.clone();
                let (place, node) = match node {
                    Node::Link(target) => match self.tree.at(&place) {
                        None => {
                            warn(format!(
                                "{id}: the link `{inner}` leads to `{target}`, which is not in the repository; it is left out"
                            ));
                            continue;
                        }
                        Some((real_place, _))
                            if behind.iter().any(|above| is_below(above, &real_place))
                                || is_below(&place, &real_place) =>
                        {
                            warn(format!(
                                "{id}: the link `{inner}` leads to a folder that it is in; it is left out"
                            ));
                            continue;
                        }
                        Some((real_place, node)) => {
                            behind.push(place);
                            (real_place, node)
                        }
                    },
                    node => (place, node),
                };
                match node {
                    Node::File { id, executable } => {
                        let (id, executable) = (*id, *executable);
                        files.insert(
                            inner,
                            File {
                                id,
                                executable,
                                place,
                            },
                        );
                    }
                    Node::Folder => {
                        let manifest = within(&place, "Cargo.toml");
                        let package =
                            matches!(self.tree.at(&manifest), Some((_, Node::File { .. })));
                        if !package {
                            waiting.push((place, inner, behind));
                        }
                    }
                    Node::Link(_) => {}
                }
            }
        }
        Ok(files)
    }
}

fn borrowed((folder, text): &(String, Arc<Text>)) -> Workspace<'_> {
    Workspace {
        manifest: &text.manifest,
        folder,
    }
}
