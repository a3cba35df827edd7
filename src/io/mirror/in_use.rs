//! The lock that keeps `gc` apart from runs that add.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::io::fs::error::io_error;
use crate::io::fs::lock::{PATIENCE, has_no_locks, open};
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::store::StoreError;

/// How a mirror is used: by many that add, or by one that removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Shared: what is planned to be kept is not removed meanwhile.
    Add,
    /// Alone.
    Remove,
}

/// A mirror in use, until it is dropped. `None` where that cannot be said: the mirror may only be read, or its file system
/// has no locks.
#[derive(Debug)]
pub struct InUse(#[expect(dead_code, reason = "held, not looked at")] Option<File>);

/// Waits until the mirror may be used so. `waiting` is told, once, which lock is waited for and how long at most.
pub fn in_use(mirror: &Path, how: Use, waiting: impl FnOnce(&Path, Duration)) -> Result<InUse> {
    let path = Mirror::at(mirror).use_lock();
    let file = match (open(&path), how) {
        (Ok(file), _) => file,
        // Who can write nothing adds nothing, so there is nothing to protect: reading goes on.
        (Err(Error::Fs(FsError::Io { .. })), Use::Add) => match File::open(&path) {
            Ok(file) => file,
            Err(_) => return Ok(InUse(None)),
        },
        (Err(error), _) => return Err(error),
    };
    let limit = patience(how);
    let mut waiting = Some(waiting);
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(5);
    loop {
        let tried = match how {
            Use::Add => file.try_lock_shared(),
            Use::Remove => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(InUse(Some(file))),
            Err(TryLockError::WouldBlock) if waited >= limit => {
                return Err(Error::Store(StoreError::LockBusy { path }));
            }
            Err(TryLockError::WouldBlock) => {
                if let Some(waiting) = waiting.take() {
                    waiting(&path, limit);
                }
                std::thread::sleep(pause);
                waited += pause;
                pause = (pause * 2).min(Duration::from_millis(200));
            }
            Err(TryLockError::Error(cause)) if has_no_locks(&cause) => return Ok(InUse(None)),
            Err(TryLockError::Error(cause)) => return Err(io_error(Action::Lock, &path)(cause)),
        }
    }
}

/// The mirror for one who removes, if nobody adds to it right now.
pub fn alone_now(mirror: &Path) -> Result<Option<InUse>> {
    let path = Mirror::at(mirror).use_lock();
    let file = open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InUse(Some(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) if has_no_locks(&cause) => Ok(Some(InUse(None))),
        Err(TryLockError::Error(cause)) => Err(io_error(Action::Lock, &path)(cause)),
    }
}

/// Removing is done in moments, so who adds can wait for it; adding may take hours.
fn patience(how: Use) -> Duration {
    #[cfg(debug_assertions)]
    {
        #[expect(
            clippy::disallowed_methods,
            reason = "a switch for tests, absent from release builds"
        )]
        let wanted = std::env::var("CARGO_MIRROR_TEST_PATIENCE");
        if let Some(milliseconds) = wanted.ok().and_then(|text| text.parse().ok()) {
            return Duration::from_millis(milliseconds);
        }
    }
    match how {
        Use::Add => Duration::from_mins(10),
        Use::Remove => PATIENCE,
    }
}
