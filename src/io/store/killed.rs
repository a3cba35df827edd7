//! Whether a run was killed in a mirror. Only then may crates be there without their lines, so whoever would finish them need not
//! look at each of two million files first.
//!
//! ```text
//! <mirror>/.mirror/killed                the process that was killed last, noted by the sweep that has found its folder
//! <mirror>/.mirror/finished/crates-io    the one after which this source was looked through
//! ```

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{read_text, replace_own};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// A longer note is none of ours.
const MAX_NOTE: u64 = 4096;

/// A run that was killed, and after which a source was not looked through yet.
#[derive(Debug)]
pub struct KilledRun(String);

/// Notes that a process did not come to its end. `private` is the folder that is the program's own. Half a note says the same.
pub(super) fn note(private: &Path, process: &OsStr) -> Result<()> {
    let path = private.join("killed");
    let name = process.to_string_lossy();
    fs::write(&path, name.as_bytes()).map_err(io_error(Action::Write, &path))
}

impl RegistryStore {
    /// The run after which this source is to be looked through, if there is one. Those that live are none.
    pub fn killed(&self) -> Option<KilledRun> {
        let killed = read_text(&self.private.join("killed"), MAX_NOTE).ok()?;
        let finished = read_text(&self.finished(), MAX_NOTE);
        // A power cut may leave a note with nothing in it.
        let is_done = !killed.is_empty() && finished.is_ok_and(|finished| finished == killed);
        (!is_done).then_some(KilledRun(killed))
    }

    /// Notes that this source was looked through since.
    pub fn looked_through(&self, killed: &KilledRun) -> Result<()> {
        replace_own(&self.finished(), killed.0.as_bytes())
    }

    fn finished(&self) -> PathBuf {
        self.private.join("finished").join(self.source_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that has come to no end.
    fn dead(mirror: &Path, name: &str) {
        let folder = mirror.join(".mirror/tmp").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("lock"), "").unwrap();
    }

    #[test]
    fn every_source_is_looked_through_once_after_each_kill() {
        let mirror = tempfile::tempdir().unwrap();
        let stores =
            || ["crates-io", "registries/corp"].map(|it| RegistryStore::source(mirror.path(), it));
        for store in stores() {
            store.begin().unwrap();
            assert!(store.killed().is_none(), "those that live are not dead");
        }
        for name in ["1-a", "2-b"] {
            dead(mirror.path(), name);
            let [one, other] = stores();
            // Whoever sweeps: it is known to those who come later.
            one.begin().unwrap();
            assert!(!mirror.path().join(".mirror/tmp").join(name).exists());
            let killed = one.killed().unwrap();
            one.looked_through(&killed).unwrap();
            assert!(one.killed().is_none());
            assert!(other.killed().is_some());
            other.looked_through(&other.killed().unwrap()).unwrap();
            assert!(stores().iter().all(|store| store.killed().is_none()));
        }
    }
}
