//! What a mirror remembers of dumps (`model::bundle::history`), kept in one small file that is replaced as a whole.

use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{read, read_text, remove, rename, replace, replace_bytes};
use crate::io::fs::lock::Lock;
use crate::io::fs::sync;
use crate::io::mirror::layout::Mirror;
use crate::io::random;
use crate::model::bundle::history::History;
use crate::model::bundle::manifest::BundleId;
use crate::model::error::Result;

const MAX_FILE: u64 = 16 << 20;

/// No state is larger, in bytes.
const MAX_STATE: u64 = 1 << 30;

/// The file of a mirror.
#[derive(Debug)]
pub struct BundleRecords {
    path: PathBuf,
    lock: Lock,
}

impl BundleRecords {
    pub fn of(mirror: &Path) -> Self {
        let path = Mirror::at(mirror).bundles();
        let lock = Lock::new(path.with_file_name("lock"));
        Self { path, lock }
    }

    pub fn read(&self) -> Result<History> {
        let text = if_there(read_text(&self.path, MAX_FILE))?;
        Ok(text.map_or_else(History::default, |text| History::parse(&text)))
    }

    /// Changes it as it is by then, whoever else does: dumps are written and taken at the same time. Flushed. Returns it.
    pub fn change(&self, edit: impl FnOnce(&mut History) -> Result<()>) -> Result<History> {
        let _held = self.lock.hold()?;
        let before = self.read()?;
        let mut history = before.clone();
        edit(&mut history)?;
        if history != before {
            replace(&self.path, &history.render())?;
        }
        Ok(history)
    }
}

/// What a receiver of dumps has, in two files: `state`, what it is known to have, and `sent`, what it has once the last dump
/// for it has come.
#[derive(Debug)]
pub struct ReceiverRecords(PathBuf);

impl ReceiverRecords {
    pub fn of(mirror: &Path, name: &str) -> Self {
        Self(Mirror::at(mirror).receiver(name))
    }

    /// What it is known to have, and where that is written. `None`: nothing so far.
    pub fn state(&self) -> Result<Option<(PathBuf, Vec<u8>)>> {
        let path = self.0.join("state");
        let bytes = if_there(read(&path, MAX_STATE))?;
        Ok(bytes.map(|bytes| (path, bytes)))
    }

    /// Notes what it has once the dump has come that is being written.
    pub fn set_sent(&self, state: &[u8]) -> Result<()> {
        replace_bytes(&self.0.join("sent"), state)
    }

    /// Notes what it says that it has. What was sent last is no longer waited for.
    pub fn set_state(&self, state: &[u8]) -> Result<()> {
        replace_bytes(&self.0.join("state"), state)?;
        if_there(remove(&self.0.join("sent"))).map(drop)
    }

    /// The last dump has come. `false`: there is none that is waited for.
    pub fn arrived(&self) -> Result<bool> {
        let sent = self.0.join("sent");
        if !sent.exists() {
            return Ok(false);
        }
        rename(&sent, &self.0.join("state"))?;
        sync::folder(&self.0)?;
        Ok(true)
    }
}

/// A new name of a dump or a mirror.
pub fn new_id() -> Result<BundleId> {
    Ok(BundleId::of(random::bytes()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bundle::history::Taken;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_forgets_what_another_has_written() {
        let mirror = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..16 {
                let mirror = mirror.path();
                scope.spawn(move || {
                    let records = BundleRecords::of(mirror);
                    let taken = Taken {
                        mirror: BundleId::of([number; 16]),
                        sequence: 1,
                        id: BundleId::of([1; 16]),
                        parts: 1,
                        have: BTreeSet::from([1]),
                    };
                    let take = |history: &mut History| {
                        history.take(taken);
                        Ok(())
                    };
                    records.change(take).unwrap();
                });
            }
        });
        let history = BundleRecords::of(mirror.path()).read().unwrap();
        assert_eq!(history.taken.len(), 16);
    }
}
