//! Writes to a hosted registry: one version at a time, each step on the disk before the next.
//!
//! ```text
//! publish   bytes -> record -> index line          the line is the moment at which it exists
//! yank      the index file, beside and renamed     only the value of `yanked` changes
//! remove    record -> index line -> bytes          the bytes into quarantine
//! ```
//!
//! A kill after the bytes leaves a marked crate without a line, which `verify` calls unfinished and the next publish of the
//! same version completes. After the record the name is taken and the version is not there yet: trying again works.

use std::path::Path;

use crate::io::fs::file::{rename, set_modified, set_open_modified, test_kill};
use crate::io::fs::lock::LockGuard;
use crate::io::store::edit::{Durability, IndexEdit, NewText};
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::io::store::stamp::{mark, seal};
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::checksum::Verified;
use crate::model::package::id::CrateId;

impl RegistryStore {
    /// Publishes one version. `record` writes what must be on disk before the line is. The lock must be held.
    pub fn publish(
        &self,
        held: &LockGuard<'_>,
        verified: Verified<StagedFile>,
        line: IndexLine,
        record: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let checksum = *verified.checksum();
        let path = self.crate_path(verified.id());
        let mut incoming = verified.into_body();
        let (open, temporary) = incoming.file()?;
        // Without it a kill leaves a crate that `verify` cannot explain; that is no reason to fail.
        let _ = set_open_modified(temporary, open, mark());
        // On disk before it has its name: a name must not stand for half of the bytes.
        self.flush(std::slice::from_ref(temporary))?;
        rename(temporary, &path)?;
        incoming.kept();
        self.flush(std::slice::from_ref(&path))?;
        test_kill("published-bytes");
        record()?;
        test_kill("published-record");
        let name = line.id().name.clone();
        let edit = IndexEdit::put(&name, vec![line]);
        self.edit_index(held, [edit], Durability::AtOnce(&[]))?;
        test_kill("published-line");
        if self.flushes() {
            // Without its seal it is hashed once more.
            let _ = set_modified(&path, seal(&checksum));
        }
        Ok(())
    }

    /// Sets the value of `yanked` of one version. `None`: there is no such version; `Some(false)`: it was so before. The lock
    /// must be held.
    pub fn set_yanked(
        &self,
        held: &LockGuard<'_>,
        id: &CrateId,
        yanked: bool,
    ) -> Result<Option<bool>> {
        let mut before = None;
        let edit = IndexEdit::of_text(&id.name.index_path(), |text| {
            let mut index = IndexFile::parse(text);
            let Some(line) = index.get(id) else {
                return Ok(None);
            };
            before = Some(line.yanked());
            if line.yanked() == yanked {
                return Ok(None);
            }
            let changed = line.with_yanked(yanked);
            index.put(changed.clone());
            Ok(Some(NewText {
                text: index.render(),
                new: vec![changed],
            }))
        });
        self.edit_index(held, [edit], Durability::AtOnce(&[]))?;
        Ok(before.map(|before| before != yanked))
    }

    /// Takes versions of one crate out of the registry, their bytes into quarantine. The lock must be held, and what is to
    /// outlive them written.
    pub fn withdraw(
        &self,
        held: &LockGuard<'_>,
        ids: &[CrateId],
        quarantine: &mut Quarantine,
    ) -> Result<()> {
        let Some(name) = ids.first().map(|id| id.name.clone()) else {
            return Ok(());
        };
        for id in ids {
            self.mark(id);
        }
        let edit = IndexEdit::take_out(&name, ids.iter().collect());
        self.edit_index(held, [edit], Durability::AtOnce(&[]))?;
        test_kill("withdrawn-line");
        let mirror = self.private.parent().unwrap_or(&self.private);
        let folder = self.folder.strip_prefix(mirror).unwrap_or(Path::new(""));
        for id in ids {
            quarantine.take(&folder.join(id.file_name()))?;
        }
        Ok(())
    }
}
