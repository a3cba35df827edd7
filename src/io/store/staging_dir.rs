//! The folder in which a process lets files grow, and what the dead left in theirs.
//!
//! ```text
//! <mirror>/.mirror/tmp/<process>/lock    held as long as the process lives
//! <mirror>/.mirror/tmp/<process>/17      renamed to its final name when whole
//! ```

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::create_dir_all;
use crate::io::fs::lock::{has_no_locks, is_at};
use crate::io::store::killed;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::store::StoreError;

/// The folder in which this process lets files grow. A lock in it tells the living from the dead; what the dead left is
/// swept away by the next process that writes.
#[derive(Debug)]
pub struct StagingDir {
    folder: PathBuf,
    next: AtomicU64,
    /// The lock, held.
    alive: Mutex<File>,
    /// Memory of crates that were written: one thread receives them and another one writes them, and memory that one thread
    /// asks for and another gives back makes both wait for each other.
    spare: Mutex<Vec<Vec<u8>>>,
}

impl StagingDir {
    pub(super) fn start(parent: &Path) -> Result<Self> {
        /// More sweeps than this do not pass at the wrong moment.
        const ATTEMPTS: u32 = 100;
        create_dir_all(parent)?;
        sweep(parent);
        for _ in 0..ATTEMPTS {
            // A name that was never used before: a sweep that has looked at an older folder cannot mistake this for it.
            let folder = tempfile::Builder::new()
                .prefix(&format!("{}-", std::process::id()))
                .tempdir_in(parent)
                .map_err(io_error(Action::Write, parent))?
                .keep();
            let path = folder.join("lock");
            let made = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path);
            let Some(alive) = if_there(made.map_err(io_error(Action::OpenLock, &path)))? else {
                // A sweep was faster, and took it for empty.
                continue;
            };
            match alive.try_lock() {
                // Without locks nothing is swept, either.
                Err(TryLockError::Error(cause)) if !has_no_locks(&cause) => {
                    return Err(io_error(Action::Lock, &path)(cause));
                }
                // A sweep was faster, and took it for dead.
                Err(TryLockError::WouldBlock) => continue,
                Ok(()) if !path.exists() => continue,
                _ => {}
            }
            return Ok(Self {
                folder,
                next: AtomicU64::new(0),
                alive: Mutex::new(alive),
                spare: Mutex::default(),
            });
        }
        Err(Error::Store(StoreError::LockBusy {
            path: parent.to_owned(),
        }))
    }

    pub(super) fn clear(&self) {
        clear(&self.folder);
    }

    /// Memory for a crate.
    pub(super) fn memory(&self) -> Vec<u8> {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    /// Takes memory back. All that is kept comes to 32 MB at most.
    pub(super) fn take_back(&self, mut memory: Vec<u8>) {
        const MOST: usize = 2_048;
        /// More is worth asking for.
        const LARGEST: usize = 16 << 10;
        memory.clear();
        if (1..=LARGEST).contains(&memory.capacity()) {
            let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() < MOST {
                spare.push(memory);
            }
        }
    }

    /// What tells this process from all others.
    pub(super) fn process(&self) -> &OsStr {
        self.folder.file_name().unwrap_or_default()
    }

    /// A name that was not given before, in a folder that is there.
    pub(super) fn name(&self) -> Result<PathBuf> {
        if !self.folder.is_dir() {
            self.make_again()?;
        }
        Ok(self.next_name())
    }

    pub(super) fn next_name(&self) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.folder.join(number.to_string())
    }

    /// A new file; its folder is looked at only where it is missing.
    pub(super) fn open(&self) -> Result<(File, PathBuf)> {
        let made = |path: PathBuf| {
            let file = OpenOptions::new().write(true).create_new(true).open(&path);
            let file = file.map_err(io_error(Action::Write, &path))?;
            Ok((file, path))
        };
        match if_there(made(self.next_name()))? {
            Some(made) => Ok(made),
            None => made(self.name()?),
        }
    }

    /// Makes the folder again, and the lock in it: caches are emptied while servers run, and `tmp` is a name that cleaners
    /// look for.
    fn make_again(&self) -> Result<()> {
        let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join("lock");
        for _ in 0..3 {
            create_dir_all(&self.folder)?;
            let open = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path);
            let Some(file) = if_there(open.map_err(io_error(Action::OpenLock, &path)))? else {
                // Swept in between, while there was no lock in it.
                continue;
            };
            if is_at(&alive, &path) {
                return Ok(());
            }
            // A sweep that holds it takes the folder away; then it is made once more.
            if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                *alive = file;
                return Ok(());
            }
        }
        Err(Error::Store(StoreError::LockBusy { path }))
    }
}

impl Drop for StagingDir {
    fn drop(&mut self) {
        // Left behind, it is swept by the next process.
        clear(&self.folder);
    }
}

/// Removes what processes that no longer live left behind.
pub fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let folder = entry.path();
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .open(folder.join("lock"));
        match lock {
            // Held until the folder is gone: somebody who has just made it must not lock it in between and think it theirs.
            Ok(lock) if lock.try_lock().is_ok() => {
                // Where there is no room for a note, the lock stays for the next sweep to find.
                empty(&folder);
                let private = parent.parent().unwrap_or(parent);
                if killed::note(private, &entry.file_name()).is_ok() {
                    clear(&folder);
                }
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                // Killed before it had a lock, or after it had none any more. Fails, as it should, where something is in it.
                let _ = fs::remove_dir(&folder);
            }
            _ => {}
        }
    }
}

/// Removes a folder of growing files, its lock last: a kill in the middle must not leave files that no lock speaks for,
/// since nobody could tell whether their process lives.
fn clear(folder: &Path) {
    if empty(folder) {
        let _ = fs::remove_file(folder.join("lock"));
        let _ = fs::remove_dir(folder);
    }
}

/// Removes what grew in a folder. Whether nothing but the lock is left.
fn empty(folder: &Path) -> bool {
    let mut whole = true;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name() != "lock" {
            // A package of a git source grows as a folder. What is behind a link is left alone.
            let removed = match entry.file_type() {
                Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
                _ => fs::remove_file(entry.path()),
            };
            whole &= removed.is_ok();
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_living_let_grow_is_never_swept() {
        let parent = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let growing = StagingDir::start(parent.path()).unwrap();
                        fs::write(growing.name().unwrap(), "alive").unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_the_dead_left_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("1-0");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("lock"), "").unwrap();
        fs::write(dead.join("7"), "half a crate").unwrap();
        // Killed before it had a lock, or when it had none any more.
        let empty = parent.path().join("2-0");
        fs::create_dir(&empty).unwrap();
        let growing = StagingDir::start(parent.path()).unwrap();
        assert!(!dead.exists() && !empty.exists() && growing.folder.exists());
    }
}
