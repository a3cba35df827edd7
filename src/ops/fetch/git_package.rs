//! The packages of a git source: found in the tree of its commit, and written out with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::fs::links;
use crate::io::git::objects::{Id, Objects};
use crate::io::git::tree::{LeftOut, Node, Tree};
use crate::io::store::git_package_writer::{PackageWriter, WrittenPackage};
use crate::io::store::git_tree_writer::WrittenTree;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::git::GitError;
use crate::model::input::lockfile;
use crate::model::package::id::CrateId;
use crate::model::package::manifest::{BadManifest, Manifest, Workspace};
use crate::model::package::tree_path::{is_below, join, within};
use crate::model::source::git_record::CHECKSUMS;
use crate::model::source::raw_name::{self, is_utf8};
use crate::model::text::printable;

/// A package with more files and folders is an attack: links may lead to folders of links.
const MAX_FILES: usize = 1 << 19;

/// A commit whose packages are wanted.
pub struct Repository<'a> {
    objects: &'a Objects,
    tree: &'a Tree,
    origin: &'a str,
    /// Where its tree will be, or a package that is a folder of its own.
    place: PathBuf,
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
    pub(super) fn new(
        objects: &'a Objects,
        tree: &'a Tree,
        origin: &'a str,
        place: PathBuf,
    ) -> Self {
        Self {
            place,
            objects,
            tree,
            origin,
            manifests: HashMap::new(),
            unreadable: Vec::new(),
        }
    }

    fn bad(&self, message: String) -> Error {
        Error::Git(GitError::Package {
            origin: self.origin.to_owned(),
            message,
        })
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

    /// The manifest of a package as it is to be written. One that takes nothing from elsewhere keeps its own text: cargo
    /// looks for a workspace above the link, where there is none, and so could not find what this one takes from it.
    pub(super) fn manifest_text(&mut self, id: &CrateId, folder: &str) -> Result<Vec<u8>> {
        let Some(text) = self.manifest(folder)? else {
            return Err(self.bad(format!("it has no package {id}")));
        };
        let workspace = if text.manifest.inherits() {
            self.workspace_of(folder, &text)?
        } else {
            None
        };
        let own = workspace.as_ref().is_none_or(|(root, _)| root == folder);
        if own && (workspace.is_some() || !text.manifest.inherits()) {
            return Ok(text.text.clone().into_bytes());
        }
        let has_file = |path: &str| matches!(self.tree.at(path), Some((_, Node::File { .. })));
        let workspace = workspace.as_ref().map(borrowed);
        let alone = text.manifest.alone(&text.text, folder, workspace, has_file);
        alone.map(String::into_bytes).map_err(|cause: BadManifest| {
            let path = within(folder, "Cargo.toml");
            self.bad(format!("the manifest `{path}` cannot stand alone: {cause}"))
        })
    }

    /// Writes out the whole tree, with these packages in it. Also returns what of it could not be kept.
    pub(super) fn write_tree(
        &mut self,
        folders: &BTreeMap<CrateId, String>,
        store: &RegistryStore,
    ) -> Result<(WrittenTree, Vec<LeftOut>)> {
        let mut manifests = BTreeMap::new();
        for (id, folder) in folders {
            let path = within(folder, "Cargo.toml");
            manifests.insert(path, self.manifest_text(id, folder)?);
        }
        let lists: BTreeSet<String> = (folders.values())
            .map(|folder| within(folder, CHECKSUMS))
            .collect();
        let mut left_out = self.tree.skipped.clone();
        let mut writer = store.begin_tree(self.origin)?;
        for (path, node) in self.tree.nodes() {
            // Cargo wants its own there.
            if lists.contains(path) {
                continue;
            }
            let refused = match (manifests.get(path), node) {
                (Some(text), _) => writer.add(path, text, false)?,
                (None, Node::File { id, executable }) => {
                    let read = self.objects.file_at(id, path)?;
                    let bytes = read.ok_or_else(|| self.absent(id))?;
                    writer.add(path, &bytes, *executable)?
                }
                _ => None,
            };
            left_out.extend(refused.map(|why| LeftOut {
                path: path.to_owned(),
                why,
                outward: false,
            }));
        }
        // Links come last, so that no file is ever written through one.
        for (path, node) in self.tree.nodes() {
            let Node::Link(target) = node else { continue };
            if lists.contains(path) || manifests.contains_key(path) {
                continue;
            }
            let outward = self.leads_out(path, target);
            let refused = if outward {
                Some(outward_link(target))
            } else {
                let to_folder = matches!(self.tree.at(path), Some((_, Node::Folder)));
                writer.link(path, target, to_folder)?
            };
            left_out.extend(refused.map(|why| LeftOut {
                path: path.to_owned(),
                why,
                outward,
            }));
        }
        Ok((writer.finish(folders)?, left_out))
    }

    /// Writes out the package in `folder` as a folder of its own: all that is in it, links as what they lead to.
    pub(super) fn write(
        &mut self,
        id: &CrateId,
        folder: &str,
        store: &RegistryStore,
    ) -> Result<WrittenPackage> {
        let files = self.files(id, folder)?;
        if let Some(outer) = self.outer(folder, &files)? {
            return Err(self.bad(format!(
                "{id} reads `{outer}`, which is outside of its folder; without symbolic links it cannot be kept"
            )));
        }
        let manifest = self.manifest_text(id, folder)?;
        let mut making: PackageWriter = store.begin_package(id)?;
        for (path, file) in &files {
            if path == "Cargo.toml" {
                making.add(path, &manifest, false)?;
            } else {
                let read = self.objects.file_at(&file.id, &file.place)?;
                let bytes = read.ok_or_else(|| self.absent(&file.id))?;
                making.add(path, &bytes, file.executable)?;
            }
        }
        making.finish()
    }

    /// The first file of the repository outside of a package's folder that the package reads, as far as its manifest and
    /// the texts in its sources say.
    fn outer(&mut self, folder: &str, files: &BTreeMap<String, File>) -> Result<Option<String>> {
        let tree = self.tree;
        let is_outer = move |from: &str, path: &str| {
            join(from, path)
                .filter(|path| !is_below(path, folder))
                .filter(|path| tree.at(path).is_some())
        };
        if let Some(text) = self.manifest(folder)? {
            let mut paths = text.manifest.target_paths().into_iter();
            if let Some(outer) = paths.find_map(|path| is_outer(folder, path)) {
                return Ok(Some(outer));
            }
        }
        for (path, file) in files {
            let not_built = ["tests/", "examples/", "benches/"];
            if Path::new(path)
                .extension()
                .is_none_or(|ending| ending != "rs")
                || not_built.iter().any(|start| path.starts_with(start))
            {
                continue;
            }
            let source = self.file(&file.id)?;
            let source = String::from_utf8_lossy(&source);
            let from = path.rsplit_once('/').map_or("", |(above, _)| above);
            let from = within(folder, from);
            for text in upward(&source) {
                let found = is_outer(from.trim_end_matches('/'), text);
                if let Some(outer) = found.or_else(|| is_outer(folder, text)) {
                    return Ok(Some(outer));
                }
            }
        }
        Ok(None)
    }

    /// Whether a link leads to something outside of the repository. One to where nothing is does so in the author's
    /// checkout, too, and is kept as it is.
    fn leads_out(&self, path: &str, target: &str) -> bool {
        let way = self.tree.way_out(path, target);
        // Packages are beside the tree, or may be one day.
        let beside = |way: &str| way.starts_with("../") && !way[3..].contains('/');
        way.is_some_and(|way| beside(&way) || links::leads_to_something(&self.place, &way))
    }

    /// The files of a package that is a folder of its own. What cannot be kept is an error.
    fn files(&self, id: &CrateId, folder: &str) -> Result<BTreeMap<String, File>> {
        let cannot = |path: &str, why: &str| {
            self.bad(format!("`{}` of {id} cannot be kept: {why}", lossy(path)))
        };
        let mut files = BTreeMap::new();
        let mut seen = 0_usize;
        for skipped in &self.tree.skipped {
            if is_below(&skipped.path, folder) {
                return Err(cannot(&skipped.path, &skipped.why));
            }
        }
        // Where in the repository, under which path in the package, and inside of which folders that links led to.
        let mut waiting = vec![(folder.to_owned(), String::new(), Vec::<String>::new())];
        while let Some((real, shown, behind)) = waiting.pop() {
            for (name, node) in self.tree.children(&real) {
                seen += 1;
                if seen > MAX_FILES {
                    return Err(self.bad(format!("{id} has too many files")));
                }
                let inner = within(&shown, name);
                if inner == CHECKSUMS {
                    continue;
                }
                let place = within(&real, name);
                if !is_utf8(name) {
                    return Err(cannot(&place, "its name is not UTF-8"));
                }
                let mut behind = behind.clone();
                let (place, node) = match node {
                    Node::Link(target) => match self.tree.at(&place) {
                        // It leads nowhere in the author's checkout, too.
                        None if !self.leads_out(&place, target) => continue,
                        None => return Err(cannot(&place, &outward_link(target))),
                        Some((real_place, _))
                            if behind.iter().any(|above| is_below(above, &real_place))
                                || is_below(&place, &real_place) =>
                        {
                            return Err(cannot(&place, "it is a link to a folder that it is in"));
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
                    Node::Folder => waiting.push((place, inner, behind)),
                    Node::Link(_) => {}
                }
            }
        }
        Ok(files)
    }
}

fn outward_link(target: &str) -> String {
    let target = lossy(target);
    format!("it is a link to `{target}`, which is not in the repository")
}

/// A name for people.
pub fn lossy(path: &str) -> String {
    printable(&String::from_utf8_lossy(&raw_name::bytes(path)))
}

/// The texts in a source that begin like a path that leads upwards: `"../x"` and, after `CARGO_MANIFEST_DIR`, `"/../x"`.
fn upward(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').filter_map(|text| {
        let text = text.strip_prefix('/').unwrap_or(text);
        let text = text.strip_prefix("./").unwrap_or(text);
        (text.contains("../") && !text.contains(['\n', ' '])).then_some(text)
    })
}

fn borrowed((folder, text): &(String, Arc<Text>)) -> Workspace<'_> {
    Workspace {
        manifest: &text.manifest,
        folder,
    }
}
