//! The one-writer lock of a mirror: a file that processes lock, never its existence.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use crate::io::fs::error::io_error;
use crate::io::fs::file::create_dir_all;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};

/// How long another process may hold the lock before we give up. It is held for one index edit at a time.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A wait longer than this is told.
const TOLD: Duration = Duration::from_secs(1);

/// Whether a failure says that this file system has no locks, as a network file system without a lock service, and not that
/// somebody has this one. As cargo does, we go on without: writes are still atomic there; only two processes that edit the
/// index of the same crate at the same moment could lose a line, which the next run puts back.
pub fn has_no_locks(cause: &io::Error) -> bool {
    #[cfg(unix)]
    {
        /// "No locks available", and a lock that wants another kind of file than there is.
        const NOT_HERE: &[i32] = if cfg!(any(target_os = "linux", target_os = "android")) {
            // ENOLCK, EINVAL, EBADF, EACCES
            &[37, 22, 9, 13]
        } else {
            &[77, 22, 9, 13]
        };
        if cause
            .raw_os_error()
            .is_some_and(|code| NOT_HERE.contains(&code))
        {
            return true;
        }
    }
    cause.kind() == io::ErrorKind::Unsupported
}

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
        let file = match guard.take().filter(|file| is_at(file, &self.path)) {
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
                    return Err(Error::Store(StoreError::LockBusy {
                        path: self.path.clone(),
                    }));
                }
                Err(TryLockError::Error(cause)) if has_no_locks(&cause) => {
                    self.tell_of_none();
                    break;
                }
                Err(TryLockError::Error(cause)) => {
                    return Err(io_error(Action::Lock, &self.path)(cause));
                }
            }
        }
        *guard = Some(file);
        Ok(LockGuard(guard))
    }
}

impl Lock {
    /// Said once by each process.
    fn tell_of_none(&self) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if let Some(watch) = &self.watch
            && !SAID.swap(true, Ordering::Relaxed)
        {
            watch(&Event::Warning {
                message: format!(
                    "the file system of `{}` has no locks, so nothing keeps two processes from editing the same index file",
                    self.path.display()
                ),
                help: Some(
                    "let one process at a time write to this mirror; a missing line is put back by `cargo mirror repair`"
                        .to_owned(),
                ),
            });
        }
    }

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

/// Whether an open file is the one at this path. Somebody may have cleared its folder: whoever comes next makes another
/// file, and a lock on ours would keep nobody out.
#[cfg(unix)]
pub fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |here: &std::fs::Metadata, there: &std::fs::Metadata| {
        (here.dev(), here.ino()) == (there.dev(), there.ino())
    };
    file.metadata()
        .and_then(|here| Ok(same(&here, &std::fs::metadata(path)?)))
        .unwrap_or(false)
}

/// A file that is open cannot be removed there.
#[cfg(not(unix))]
pub fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
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
        .map_err(io_error(Action::OpenLock, path))
}
