//! Versions that upstream has removed: their lines go at once, their bytes are put aside for a while.
//!
//! ```text
//! <mirror>/.mirror/removed/2026-05-01/crates-io/serde-1.0.0.crate
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{self, create_dir_all, test_kill};
use crate::io::mirror::layout::Mirror;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::is_marked;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;

impl RegistryStore {
    /// Puts these versions aside: lines first, then bytes. Nobody may be adding meanwhile.
    pub fn put_aside(&self, ids: &[&CrateId], now: Timestamp) -> Result<()> {
        let mut names: BTreeMap<&CrateName, Vec<&CrateId>> = BTreeMap::new();
        for id in ids {
            names.entry(&id.name).or_default().push(id);
        }
        let aside = self.aside(&Mirror::at(self.mirror()).removed().join(day(now)));
        create_dir_all(&aside)?;
        let held = self.hold()?;
        self.unlist(&held, ids, names)?;
        for id in ids {
            let from = self.crate_path(id);
            if from.exists() {
                file::rename(&from, &aside.join(id.file_name()))?;
            }
            test_kill("crate-put-aside");
        }
        Ok(())
    }

    /// Whether its line is gone and its bytes are not: a run that was killed was about to remove it.
    pub fn is_half_removed(&self, id: &CrateId) -> Result<bool> {
        let meta = fs::symlink_metadata(self.crate_path(id));
        Ok(meta.is_ok_and(|meta| is_marked(&meta)) && self.line_checksum(id)?.is_none())
    }

    /// Removes what was put aside of this registry longer ago than this: another may keep it for longer. Returns how many
    /// days' folders are gone.
    pub fn sweep_aside(&self, keep: Duration, now: Timestamp) -> Result<usize> {
        let folder = Mirror::at(self.mirror()).removed();
        let entries = fs::read_dir(&folder).map_err(io_error(Action::List, &folder));
        let Some(entries) = if_there(entries)? else {
            return Ok(0);
        };
        let mut gone = 0;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let at = name.to_str().and_then(|day| Timestamp::named(day, now));
            // What is not called after a day is not ours.
            if at.is_none_or(|at| now.since(at) <= keep + Duration::from_hours(24)) {
                continue;
            }
            let day = entry.path();
            let path = self.aside(&day);
            let removed = fs::remove_dir_all(&path).map_err(io_error(Action::Remove, &path));
            gone += usize::from(if_there(removed)?.is_some());
            // Those that are not empty stay.
            let above = path.ancestors().skip(1);
            for parent in above.take_while(|parent| parent.starts_with(&day)) {
                let _ = fs::remove_dir(parent);
            }
        }
        Ok(gone)
    }

    fn mirror(&self) -> &Path {
        self.private.parent().unwrap_or(&self.private)
    }

    /// Where versions of this registry are put aside on a day.
    fn aside(&self, day: &Path) -> PathBuf {
        let source = self.folder().strip_prefix(self.mirror());
        day.join(source.unwrap_or(self.folder()))
    }
}

fn day(now: Timestamp) -> String {
    now.to_string()
        .split('T')
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_registry_has_put_aside_stays() {
        let mirror = tempfile::tempdir().unwrap();
        let store = |source: &str| RegistryStore::source(mirror.path(), source);
        let (one, other) = (store("crates-io"), store("registries/company"));
        let (long_ago, now) = (Timestamp(1_700_000_000), Timestamp(1_710_000_000));
        let id = CrateId::parse("a", "1.0.0").unwrap();
        for store in [&one, &other] {
            store.create().unwrap();
            fs::write(store.crate_path(&id), "a").unwrap();
            store.put_aside(&[&id], long_ago).unwrap();
        }
        let day = mirror.path().join(".mirror/removed").join(day(long_ago));
        let (ours, theirs) = (day.join("crates-io"), day.join("registries/company"));
        assert_eq!(one.sweep_aside(Duration::ZERO, now).unwrap(), 1);
        assert!(!ours.exists() && theirs.join("a-1.0.0.crate").exists());
        assert_eq!(other.sweep_aside(Duration::ZERO, now).unwrap(), 1);
        assert!(!day.exists());
        assert_eq!(other.sweep_aside(Duration::ZERO, now).unwrap(), 0);
    }
}
