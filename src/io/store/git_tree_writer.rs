//! Writes the tree of a commit into the staging folder of the mirror.
//!
//! ```text
//! <mirror>/.mirror/tmp/<process>/<n>/tree/                     all files of the commit; beside wanted packages, their lists
//! <mirror>/.mirror/tmp/<process>/<n>/tree/.git-rules/<n>       where the mirror is committed: see io::git::work_tree
//! <mirror>/.mirror/tmp/<process>/<n>/list.json                 every file of the tree with its SHA-256 (model::source::git_record)
//! <mirror>/.mirror/tmp/<process>/<n>/links/<name>-<version>    -> .tree-<hash>/<folder of the package>
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{create_dir_all, read, rename, set_open_modified, test_kill};
use crate::io::fs::links;
use crate::io::git::work_tree;
use crate::io::store::git::package_folder;
use crate::io::store::git_package_writer::Writing;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::mark;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::{is_below, within};
use crate::model::source::git_record::{
    CHECKSUMS, Checksums, MAX_FILE, TreeList, owner, tree_name,
};
use crate::model::source::raw_name::{escaped, is_utf8};

/// A tree that is being written.
pub struct TreeWriter {
    root: PathBuf,
    writing: Writing,
    executable: BTreeSet<String>,
    links: BTreeMap<String, String>,
    committable: bool,
}

/// A package of a tree.
#[derive(Debug, Clone)]
pub struct TreePackage {
    pub folder: String,
    pub checksum: Sha256,
    /// Of the files that belong to this package rather than to another.
    pub bytes: u64,
}

/// A complete tree in the staging folder.
pub struct WrittenTree {
    pub(super) root: PathBuf,
    pub(super) list: Sha256,
    pub(super) committable: bool,
    pub packages: BTreeMap<CrateId, TreePackage>,
    /// Files and links to flush, within `root`.
    pub(super) written: Vec<PathBuf>,
}

impl WrittenTree {
    /// The SHA-256 of the list of its files: the same for the same tree with the same packages.
    pub fn list(&self) -> &Sha256 {
        &self.list
    }
}

impl RegistryStore {
    /// Whether links can be made in this mirror.
    pub fn can_link(&self) -> Result<bool> {
        Ok(links::can_be_made(&self.temporary()?))
    }

    /// Begins a tree; `what` is its name in messages.
    pub fn begin_tree(&self, what: &str) -> Result<TreeWriter> {
        let root = self.temporary()?;
        let tree = root.join("tree");
        create_dir_all(&tree)?;
        Ok(TreeWriter {
            root,
            writing: Writing::new(what, tree, self.flushes()),
            executable: BTreeSet::new(),
            links: BTreeMap::new(),
            committable: self.is_committed(),
        })
    }
}

impl TreeWriter {
    /// Adds a file. `Some`: the file system refuses it, and why.
    pub fn add(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<Option<String>> {
        if let Err(error) = self.writing.add(path, bytes, executable) {
            return links::refuses_name(&error).map_or(Err(error), |why| Ok(Some(why)));
        }
        if executable {
            self.executable.insert(path.to_owned());
        }
        Ok(None)
    }

    /// Adds a link; all files must be there. `Some`: the file system refuses it, and why.
    pub fn link(&mut self, path: &str, target: &str, to_folder: bool) -> Result<Option<String>> {
        let whole = links::below(&self.writing.folder, path);
        create_dir_all(whole.parent().unwrap_or(&self.writing.folder))?;
        if let Err(cause) = links::make(target, &whole, to_folder) {
            let error = io_error(Action::Link, &whole)(cause);
            return links::refuses_name(&error).map_or(Err(error), |why| Ok(Some(why)));
        }
        self.links.insert(path.to_owned(), target.to_owned());
        Ok(None)
    }

    /// Writes the lists of these packages and that of the tree, and makes the links that lead to them.
    pub fn finish(mut self, folders: &BTreeMap<CrateId, String>) -> Result<WrittenTree> {
        if self.committable {
            self.set_rules_aside(folders)?;
        }
        let mut shares: BTreeMap<&CrateId, u64> = BTreeMap::new();
        for (path, (_, bytes)) in &self.writing.files {
            let first = folders.first_key_value().map(|(id, _)| id);
            if let Some(id) = owner(folders, path).map(|(id, _)| id).or(first) {
                *shares.entry(id).or_default() += bytes;
            }
        }
        let lists: Vec<(&CrateId, &String, Checksums)> = folders
            .iter()
            .map(|(id, folder)| (id, folder, self.checksums(folder)))
            .collect();
        let mut packages = BTreeMap::new();
        for (id, folder, list) in lists {
            // Texts can always be written.
            let list = serde_json::to_vec(&list).unwrap_or_default();
            let checksum = self.writing.add(&within(folder, CHECKSUMS), &list, false)?;
            let package = TreePackage {
                folder: folder.clone(),
                checksum,
                bytes: shares.get(id).copied().unwrap_or_default(),
            };
            packages.insert(id.clone(), package);
        }
        let list = TreeList {
            files: (self.writing.files.iter())
                .map(|(path, (checksum, _))| (escaped(path), checksum.to_string()))
                .collect(),
            executable: self.executable.iter().map(|path| escaped(path)).collect(),
            links: (self.links.iter())
                .map(|(path, target)| (escaped(path), escaped(target)))
                .collect(),
        };
        let text = serde_json::to_vec(&list).unwrap_or_default();
        let mut beside = Writing::new(&self.writing.what, self.root.clone(), false);
        let (file, list) = beside.write(LIST, &text, false)?;
        // It bears the mark as long as the record may not speak of the tree.
        let _ = set_open_modified(&self.root.join(LIST), &file, mark());
        test_kill("git-file-written");
        let mut written = vec![PathBuf::from(LIST)];
        let tree = Path::new("tree");
        let inner = self.writing.files.keys().chain(self.links.keys());
        written.extend(inner.map(|path| links::below(tree, path)));
        let links = self.root.join("links");
        fs::create_dir(&links).map_err(io_error(Action::Create, &links))?;
        for (id, package) in &packages {
            let link = links.join(package_folder(id));
            links::make(&target(&list, &package.folder), &link, true)
                .map_err(io_error(Action::Link, &link))?;
            written.push(Path::new("links").join(package_folder(id)));
        }
        Ok(WrittenTree {
            root: self.root,
            list,
            committable: self.committable,
            packages,
            written,
        })
    }

    /// Moves the tree's own rules for git aside that would change a commit of the mirror, and puts links in their places.
    fn set_rules_aside(&mut self, folders: &BTreeMap<CrateId, String>) -> Result<()> {
        let rules = self.harmful_rules(folders)?;
        let mut aside = RULES.to_owned();
        while self.has(&aside) {
            aside.push('-');
        }
        for (number, path) in rules.iter().enumerate() {
            let place = within(&aside, &number.to_string());
            let to = links::below(&self.writing.folder, &place);
            create_dir_all(to.parent().unwrap_or(&to))?;
            rename(&links::below(&self.writing.folder, path), &to)?;
            if let Some(entry) = self.writing.files.remove(path) {
                self.writing.files.insert(place.clone(), entry);
            }
            if self.executable.remove(path) {
                self.executable.insert(place.clone());
            }
            let up = "../".repeat(path.matches('/').count());
            self.link(path, &format!("{up}{place}"), false)?;
        }
        Ok(())
    }

    /// The files of rules by which git would convert files of this tree or leave them out.
    fn harmful_rules(&self, folders: &BTreeMap<CrateId, String>) -> Result<BTreeSet<String>> {
        let files = || self.writing.files.keys();
        let mut harmful = BTreeSet::new();
        for path in files().filter(|path| work_tree::is_attributes(path)) {
            if work_tree::converts(&read(&links::below(&self.writing.folder, path), MAX_FILE)?) {
                harmful.insert(path.clone());
            }
        }
        let ignores: Vec<&String> = files().filter(|path| work_tree::is_ignore(path)).collect();
        if ignores.is_empty() {
            return Ok(harmful);
        }
        let lists: Vec<String> = (folders.values())
            .map(|folder| within(folder, CHECKSUMS))
            .collect();
        let paths = files().chain(self.links.keys()).chain(&lists);
        let probe = work_tree::probe_beside(&self.root);
        let left_out = work_tree::ignored(&self.writing.folder, &probe, paths.map(String::as_str))?;
        // Without git, nobody knows what their patterns match.
        let above = |rules: &str| {
            let folder = rules.rsplit_once('/').map_or("", |(folder, _)| folder);
            let left_out = left_out.as_ref();
            left_out.is_none_or(|paths| paths.iter().any(|path| is_below(path, folder)))
        };
        harmful.extend(ignores.into_iter().filter(|path| above(path)).cloned());
        Ok(harmful)
    }

    /// Whether something in the tree has this name at its top.
    fn has(&self, name: &str) -> bool {
        let mut all = self.writing.files.keys().chain(self.links.keys());
        all.any(|path| is_below(path, name))
    }

    /// The checksums with which cargo compares the files of a package. Cargo can only read names that are UTF-8.
    fn checksums(&self, folder: &str) -> Checksums {
        let below = self
            .writing
            .files
            .iter()
            .filter(|(path, _)| is_below(path, folder) && is_utf8(path));
        let start = if folder.is_empty() {
            0
        } else {
            folder.len() + 1
        };
        Checksums {
            files: below
                .map(|(path, (checksum, _))| (path[start..].to_owned(), checksum.to_string()))
                .collect(),
            package: None,
        }
    }
}

pub const LIST: &str = "list.json";

/// Where in a tree its rules for git are that are set aside.
pub const RULES: &str = ".git-rules";

/// What the link of a package leads to.
pub fn target(list: &Sha256, folder: &str) -> String {
    within(&tree_name(list), folder)
}
