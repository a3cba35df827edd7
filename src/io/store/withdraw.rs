//! Versions that upstream has removed: their lines go at once, their bytes are put aside for a while.
//!
//! ```text
//! <mirror>/.mirror/removed/2026-05-01/crates-io/serde-1.0.0.crate
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{self, create_dir_all, test_kill};
use crate::io::mirror::layout::Mirror;
use crate::io::store::registry::RegistryStore;
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
        let mirror = self.private.parent().unwrap_or(&self.private);
        let source = self.folder().strip_prefix(mirror).unwrap_or(self.folder());
        let aside = Mirror::at(mirror).removed().join(day(now)).join(source);
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
}

fn day(now: Timestamp) -> String {
    now.to_string()
        .split('T')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Removes what was put aside longer ago than this. Returns how many days' folders are gone.
pub fn sweep_aside(mirror: &Path, keep: Duration, now: Timestamp) -> Result<usize> {
    let folder = Mirror::at(mirror).removed();
    let Some(entries) = if_there(fs::read_dir(&folder).map_err(io_error(Action::List, &folder)))?
    else {
        return Ok(0);
    };
    let mut gone = 0;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let at = name.to_str().and_then(|day| Timestamp::named(day, now));
        // What is not called after a day is not ours.
        if at.is_some_and(|at| now.since(at) > keep + Duration::from_hours(24)) {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(io_error(Action::Remove, &path))?;
            gone += 1;
        }
    }
    Ok(gone)
}
