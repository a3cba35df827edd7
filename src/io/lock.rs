//! The one-writer lock of a mirror: a file that processes lock, never its existence.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::io::disk::{create_dir_all, io_error};
use crate::model::error::{Error, Result};
use crate::model::event::{Event, Watch};

/// How long another process may hold the lock before we give up. It is held for one index edit at a time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A wait longer than this is told.
const TOLD: Duration = Duration::from_secs(1);

/// A lock that is taken for moments, by many threads and processes.
pub struct Lock {
    path: PathBuf,
    watch: Option<Watch>,
    /// Opened at the first use, so that a mirror that is only read is not written to.
    file: Mutex<Option<File>>,
}

/// The lock, held.
#[derive(Debug)]
pub struct Held<'a>(MutexGuard<'a, Option<File>>);

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lock").field(&self.path).finish()
    }
}

impl Lock {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            watch: None,
            file: Mutex::new(None),
        }
    }

    /// Tells this listener of waits that a person would notice.
    pub fn tell(&mut self, watch: &Watch) {
        self.watch = Some(Watch::clone(watch));
    }

    /// Waits for the lock, at most a minute.
    pub fn hold(&self) -> Result<Held<'_>> {
        // A thread that panicked while it held the lock left at most a temporary file behind.
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match guard.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        let mut waited = Duration::ZERO;
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                    std::thread::sleep(pause);
                    if waited < TOLD && waited + pause >= TOLD {
                        self.tell_of_wait();
                    }
                    waited += pause;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::LockBusy {
                        path: self.path.clone(),
                    });
                }
                // Some network file systems have no locks. Writes are still atomic there; only two processes that edit
                // the index of the same crate at the same moment could lose a line, which the next run puts back.
                Err(TryLockError::Error(cause))
                    if cause.kind() == std::io::ErrorKind::Unsupported =>
                {
                    break;
                }
                Err(TryLockError::Error(cause)) => return Err(io_error("lock", &self.path)(cause)),
            }
        }
        *guard = Some(file);
        Ok(Held(guard))
    }
}

impl Lock {
    fn tell_of_wait(&self) {
        if let Some(watch) = &self.watch {
            let (lock, seconds) = (self.path.clone(), PATIENCE.as_secs());
            watch(&Event::Waiting { lock, seconds });
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.0.as_ref() {
            // Closing the file, at the latest, releases it.
            let _ = file.unlock();
        }
    }
}

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
    let path = mirror.join(".mirror").join("in-use");
    let file = match (open(&path), how) {
        (Ok(file), _) => file,
        // Who can write nothing adds nothing, so there is nothing to protect: reading goes on.
        (Err(Error::Io { .. }), Use::Add) => match File::open(&path) {
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
                return Err(Error::LockBusy { path });
            }
            Err(TryLockError::WouldBlock) => {
                if let Some(waiting) = waiting.take() {
                    waiting(&path, limit);
                }
                std::thread::sleep(pause);
                waited += pause;
                pause = (pause * 2).min(Duration::from_millis(200));
            }
            Err(TryLockError::Error(cause)) if cause.kind() == std::io::ErrorKind::Unsupported => {
                return Ok(InUse(None));
            }
            Err(TryLockError::Error(cause)) => return Err(io_error("lock", &path)(cause)),
        }
    }
}

/// The mirror for one who removes, if nobody adds to it right now.
pub fn alone_now(mirror: &Path) -> Result<Option<InUse>> {
    let path = mirror.join(".mirror").join("in-use");
    let file = open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InUse(Some(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) if cause.kind() == std::io::ErrorKind::Unsupported => {
            Ok(Some(InUse(None)))
        }
        Err(TryLockError::Error(cause)) => Err(io_error("lock", &path)(cause)),
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
        Use::Add => Duration::from_secs(600),
        Use::Remove => PATIENCE,
    }
}

/// Opens a lock file, making it and its folder if need be.
pub fn open(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(io_error("open the lock", path))
}
