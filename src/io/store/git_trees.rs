//! The trees in a git source's folder: moved into place, and removed when nothing refers to them any more.

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{self, create_dir_all, rename, rename_folder, test_kill};
use crate::io::fs::links;
use crate::io::store::git::{GitFolder, Lists, package_folder};
use crate::io::store::git_check::{CheckLevel, look_tree};
use crate::io::store::git_tree_writer::{LIST, WrittenTree, target};
use crate::io::store::quarantine::Quarantine;
use crate::io::store::stamp::{is_marked, mark};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{GitRecord, Layout, TREE, tree_name};
use crate::model::source::id::GitSource;

impl GitFolder<'_> {
    /// Where the tree with this list is.
    pub fn tree_path(&self, list: &Sha256) -> PathBuf {
        self.path.join(tree_name(list))
    }

    /// The tree that the link of a package leads to.
    pub fn tree_of(&self, id: &CrateId) -> Option<String> {
        let target = links::read(&self.package_path(id))?;
        let tree = target.split('/').next()?;
        tree.starts_with(TREE).then(|| tree.to_owned())
    }

    /// Whether the mirror was moved into a work tree of git, and the tree may have files that git would convert there.
    pub fn is_unfit(&self, record: &GitRecord) -> bool {
        let committable = match record.layout {
            Layout::Tree { committable, .. } => committable,
            Layout::Old | Layout::Copies => true,
        };
        !committable && self.store.is_committed()
    }

    /// Whether a package is a link to this.
    pub fn leads_to(&self, id: &CrateId, target: &str) -> bool {
        links::read(&self.package_path(id)).is_some_and(|actual| actual == target)
    }

    /// Whether a run was about to record or remove a tree.
    pub fn is_tree_marked(&self, tree: &str) -> bool {
        let list = self.path.join(list_name(tree));
        fs::metadata(list).is_ok_and(|meta| is_marked(&meta))
    }

    /// The names of the trees that are here.
    fn trees(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut trees: Vec<String> = names
            .filter(|name| name.starts_with(TREE))
            .map(|name| name.strip_suffix(".json").unwrap_or(&name).to_owned())
            .collect();
        trees.sort();
        trees.dedup();
        trees
    }

    /// Marks all trees but one as about to be removed.
    pub(super) fn mark_trees(&self, but: Option<&str>) {
        let mut lists = Vec::new();
        for tree in self.trees() {
            if Some(tree.as_str()) != but {
                let list = self.path.join(list_name(&tree));
                // Without it, a kill leaves a tree that `verify` cannot explain; that is no reason to fail.
                let _ = file::set_modified(&list, mark());
                lists.push(list);
            }
        }
        let _ = self.store.flush(&lists);
    }

    /// Removes the trees that are not in the record. The lock must be held.
    pub(super) fn sweep_trees(&self) -> Result<()> {
        let kept = match self.record()? {
            Some(Ok(record)) => record.layout.tree(),
            Some(Err(_)) => return Ok(()),
            None => None,
        };
        for tree in self.trees() {
            if Some(&tree) == kept.as_ref() || !self.is_tree_marked(&tree) {
                continue;
            }
            let path = self.path.join(&tree);
            if path.exists() {
                let aside = self.store.temporary()?;
                rename_folder(&path, &aside, &[])?;
                test_kill("git-tree-aside");
                fs::remove_dir_all(&aside).map_err(io_error(Action::Remove, &aside))?;
            }
            file::remove(&self.path.join(list_name(&tree)))?;
        }
        Ok(())
    }

    /// Removes trees that killed runs have left.
    pub fn sweep(&self) -> Result<()> {
        if self.trees().iter().any(|tree| self.is_tree_marked(tree)) {
            let _held = self.store.hold()?;
            self.sweep_trees()?;
            // Fails, as it should, where something is left in it.
            let _ = fs::remove_dir(&self.path);
        }
        Ok(())
    }

    /// Puts a tree in place, links its packages and records them. The lock must be held. Returns the list that is to be
    /// sealed once the record is flushed; `None` where packages would be lost.
    pub(super) fn place_tree(
        &self,
        source: &GitSource,
        made: &WrittenTree,
        quarantine: &mut Quarantine,
    ) -> Result<Option<Lists>> {
        create_dir_all(&self.path)?;
        // What the older layout has of packages that cannot be kept whole is not vouched for any more.
        if let Some(former) = self.record_of(source)?
            && former.layout != Layout::Old
            && !former
                .packages
                .keys()
                .all(|id| made.packages.contains_key(id))
        {
            return Ok(None);
        }
        let tree = tree_name(&made.list);
        let list = self.path.join(list_name(&tree));
        self.put_tree(&tree, &list, made, quarantine)?;
        for (id, package) in &made.packages {
            self.put_link(id, &target(&made.list, &package.folder), &made.root)?;
        }
        let packages = made.packages.iter();
        let mut record = GitRecord::of(source);
        record.layout = Layout::Tree {
            list: made.list,
            folders: packages
                .clone()
                .map(|(id, package)| (id.clone(), package.folder.clone()))
                .collect(),
            committable: made.committable,
        };
        record.packages = packages
            .map(|(id, package)| (id.clone(), package.checksum))
            .collect();
        self.mark_trees(Some(&tree));
        self.write_record(&record)?;
        // What was not needed of it.
        let _ = fs::remove_dir_all(&made.root);
        Ok(Some(vec![(list, made.list)]))
    }

    fn put_tree(
        &self,
        tree: &str,
        list: &Path,
        made: &WrittenTree,
        quarantine: &mut Quarantine,
    ) -> Result<()> {
        let place = self.path.join(tree);
        let there = |path: &Path| fs::symlink_metadata(path).is_ok();
        // What another run has made meanwhile, or a run that was killed had not recorded yet.
        if there(&place)
            && there(list)
            && look_tree(&place, &made.list, CheckLevel::Hash)?
                .faults
                .is_empty()
        {
            return Ok(());
        }
        // A tree is never there without its list, which says that it is in hand. A damaged list has no other name than a
        // sound one, which replaces it.
        rename(&made.root.join(LIST), list)?;
        test_kill("git-list-renamed");
        let from = made.root.join("tree");
        let inner = made.written.iter().map(|path| made.root.join(path));
        let inner: Vec<PathBuf> = inner.filter(|path| path.starts_with(&from)).collect();
        self.put_folder(&from, tree, &inner, quarantine)?;
        test_kill("git-tree-renamed");
        Ok(())
    }

    /// Puts the link of a package into place, whatever has its name now.
    fn put_link(&self, id: &CrateId, target: &str, root: &Path) -> Result<()> {
        if self.leads_to(id, target) {
            return Ok(());
        }
        let path = self.package_path(id);
        let link = root.join("links").join(package_folder(id));
        match fs::symlink_metadata(&path) {
            // A link takes the place of a link at once.
            Ok(meta) if meta.is_symlink() && !cfg!(windows) => rename(&link, &path)?,
            Ok(_) if file::exchange(&link, &path) => {}
            Ok(_) => {
                rename_folder(&path, &self.store.temporary()?, &[])?;
                rename(&link, &path)?;
            }
            Err(_) => rename(&link, &path)?,
        }
        test_kill("git-package-renamed");
        Ok(())
    }
}

/// The file that has the list of a tree.
pub fn list_name(tree: &str) -> String {
    format!("{tree}.json")
}
