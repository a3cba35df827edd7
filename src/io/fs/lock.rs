//! The one-writer lock of a mirror: a file that processes lock, never its existence.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::io::fs::error::io_error;
use crate::io::fs::file::create_dir_all;
use crate::model::error::{Error, Result};
use crate::model::event::{Event, Watch};

/// How long another process may hold the lock before we give up. It is held for one index edit at a time.
pub const PATIENCE: Duration = Duration::from_secs(60);

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
pub struct LockGuard<'a>(MutexGuard<'a, Option<File>>);

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
    pub fn hold(&self) -> Result<LockGuard<'_>> {
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
        Ok(LockGuard(guard))
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

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.0.as_ref() {
            // Closing the file, at the latest, releases it.
            let _ = file.unlock();
        }
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
