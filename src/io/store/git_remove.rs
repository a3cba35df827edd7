//! Removing packages of a git source: the record first, then what builds find.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::io::fs::error::io_error;
use crate::io::fs::file::{self, rename_folder, test_kill};
use crate::io::fs::links;
use crate::io::store::git::GitFolder;
use crate::io::store::stamp::mark;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::RECORD;

impl GitFolder<'_> {
    /// Removes packages: their entries, then their folders or links. No other run may be adding. A tree stays until the last
    /// of its packages is removed.
    pub fn remove(&self, ids: &[&CrateId], removed: impl Fn(&CrateId)) -> Result<()> {
        let _held = self.store.hold()?;
        let lists: Vec<PathBuf> = ids.iter().map(|id| self.list_path(id)).collect();
        for list in &lists {
            let _ = file::set_modified(list, mark());
        }
        self.store.flush(&lists)?;
        let mut checksums = BTreeMap::new();
        if let Some(Ok(mut record)) = self.record()? {
            let before = record.packages.clone();
            record.forget(ids);
            if record.packages.is_empty() {
                self.mark_trees(None);
                file::remove(&self.path.join(RECORD))?;
                self.store.flush(&[self.path.join(RECORD)])?;
            } else if record.packages.len() != before.len() {
                self.write_record(&record)?;
                self.store.flush(&[self.path.join(RECORD)])?;
            }
            checksums = before;
            test_kill("git-record-shortened");
        }
        for (id, list) in ids.iter().zip(lists) {
            let path = self.package_path(id);
            if links::is_link(&path) {
                if let Some(checksum) = checksums.get(id) {
                    // It stays in the tree.
                    self.store.seal_list(&list, checksum);
                }
                links::remove(&path)?;
                test_kill("git-package-aside");
            } else if path.exists() {
                // Out of cargo's sight first: it must never see half of one.
                let aside = self.store.temporary()?;
                rename_folder(&path, &aside, &[])?;
                test_kill("git-package-aside");
                fs::remove_dir_all(&aside).map_err(io_error(Action::Remove, &aside))?;
            }
            removed(id);
        }
        self.sweep_trees()?;
        // Fails, as it should, where something is left in it.
        let _ = fs::remove_dir(&self.path);
        Ok(())
    }
}
