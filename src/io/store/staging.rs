//! Files that are still growing, and the bytes of crates on their way into the store.
//!
//! ```text
//! <mirror>/.mirror/tmp/<process>/lock    held as long as the process lives
//! <mirror>/.mirror/tmp/<process>/17      renamed to its final name when whole
//! ```

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{create_dir_all, test_kill};
use crate::io::fs::lock::{has_no_locks, is_at};
use crate::io::fs::{sync, trace};
use crate::io::store::killed;
use crate::io::store::stamp::BUFFER;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, is_out_of_room};
use crate::model::errors::store::StoreError;
use crate::model::package::checksum::{Hashed, Hashing, Sha256, Verified};
use crate::model::package::id::CrateId;
use crate::model::text::printable;

/// The folder in which this process lets files grow. A lock in it tells the living from the dead; what the dead left is
/// swept away by the next process that writes.
#[derive(Debug)]
pub struct StagingDir {
    folder: PathBuf,
    next: AtomicU64,
    /// The lock, held.
    alive: Mutex<File>,
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
            });
        }
        Err(Error::Store(StoreError::LockBusy {
            path: parent.to_owned(),
        }))
    }

    pub(super) fn clear(&self) {
        clear(&self.folder);
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

    fn next_name(&self) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.folder.join(number.to_string())
    }

    /// A new file; its folder is looked at only where it is missing.
    fn open(&self) -> Result<(File, PathBuf)> {
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

/// Bytes on their way into the store, hashed as they are written to a temporary file. Dropped, they leave nothing.
#[derive(Debug)]
pub struct StagedFile {
    growing: Arc<StagingDir>,
    hashing: Hashing,
    start: Vec<u8>,
    length: u64,
    /// What is not written yet: so much may wait in memory until it is put.
    held: Vec<u8>,
    in_memory: usize,
    file: Option<(File, PathBuf)>,
}

impl StagedFile {
    pub(super) fn begin(growing: &Arc<StagingDir>, in_memory: usize) -> Self {
        Self {
            held: Vec::new(),
            in_memory,
            growing: Arc::clone(growing),
            hashing: Hashing::default(),
            start: Vec::new(),
            length: 0,
            file: None,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        /// Enough to tell an error page from an archive.
        const SHOWN: usize = 24;
        let lacking = SHOWN.saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend_from_slice(&bytes[..lacking]);
        self.hashing.update(bytes);
        self.length += bytes.len() as u64;
        if self.takes_at_once(bytes.len()) {
            self.held.extend_from_slice(bytes);
            return Ok(());
        }
        let (file, path) = self.file()?;
        file.write_all(bytes)
            .map_err(io_error(Action::Write, path))?;
        trace::done(trace::Change::Write(path, bytes));
        Ok(())
    }

    /// Whether so many more bytes would be taken without touching the disk.
    pub fn takes_at_once(&self, bytes: usize) -> bool {
        // Where nothing is kept in memory, even an empty write makes the file: readers look for it from then on.
        self.in_memory > 0 && self.file.is_none() && self.held.len() + bytes <= self.in_memory
    }

    /// Copies a whole file in.
    pub fn copy_from(&mut self, path: &Path) -> Result<()> {
        let mut source = File::open(path).map_err(io_error(Action::Read, path))?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match source
                .read(&mut buffer)
                .map_err(io_error(Action::Read, path))?
            {
                0 => return Ok(()),
                read => self.write(&buffer[..read])?,
            }
        }
    }

    /// Makes sure that there is room for so many bytes, where the system can tell: before a client has read any of them, it
    /// can still be given them in another way.
    pub fn reserve(&mut self, bytes: u64) -> Result<()> {
        /// Less is written before anybody has read of it; more may be a lie.
        const WORTH_IT: std::ops::RangeInclusive<u64> = 64 << 10..=1 << 30;
        if !WORTH_IT.contains(&bytes) {
            return Ok(());
        }
        let (file, path) = self.file()?;
        match sync::reserve(file, bytes) {
            Err(cause) if is_out_of_room(&cause) => Err(io_error(Action::Write, path)(cause)),
            // Not every file system can.
            _ => Ok(()),
        }
    }

    /// A second look at the bytes, from the start.
    pub fn reread(&self) -> Result<Box<dyn Read>> {
        // Only an empty file was never opened, or one that is in memory.
        let Some((_, path)) = &self.file else {
            return Ok(Box::new(io::Cursor::new(self.held.clone())));
        };
        let file = File::open(path).map_err(io_error(Action::Read, path))?;
        Ok(Box::new(file))
    }

    /// The file that grows, for somebody who reads along. It stays readable under its final name.
    pub fn reader(&self) -> Result<File> {
        let path = self.file.as_ref().map_or(Path::new(""), |(_, path)| path);
        File::open(path).map_err(io_error(Action::Read, path))
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where it grows. `None` while nothing was written.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|(_, path)| path.as_path())
    }

    /// The first bytes, printable.
    pub fn start(&self) -> String {
        quoted(&self.start)
    }

    /// The temporary file has been renamed: it is nobody's to remove.
    pub(super) fn kept(mut self) -> u64 {
        self.file = None;
        self.length
    }

    pub(super) fn file(&mut self) -> Result<&mut (File, PathBuf)> {
        if self.file.is_none() {
            let (file, path) = self.growing.open()?;
            trace::done(trace::Change::Write(&path, &[]));
            test_kill("temp-created");
            let held = std::mem::take(&mut self.held);
            let (file, path) = self.file.insert((file, path));
            if !held.is_empty() {
                file.write_all(&held)
                    .map_err(io_error(Action::Write, path))?;
                trace::done(trace::Change::Write(path, &held));
            }
        }
        match &mut self.file {
            Some(file) => Ok(file),
            None => unreachable!("opened above"),
        }
    }
}

impl Hashed for StagedFile {
    fn digest(&self) -> Sha256 {
        self.hashing.clone().finish()
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if let Some((_, path)) = self.file.take() {
            let _ = fs::remove_file(path);
        }
    }
}

fn quoted(start: &[u8]) -> String {
    format!("\"{}\"", printable(&String::from_utf8_lossy(start)))
}

/// Holds what arrived against the checksum that is expected.
pub fn verified(
    id: &CrateId,
    expected: Sha256,
    incoming: StagedFile,
) -> Result<Verified<StagedFile>> {
    // Made fit to print only where it is printed.
    let (bytes, start) = (incoming.length(), incoming.start.clone());
    Verified::check(id, &expected, incoming).map_err(|actual| {
        Error::Store(StoreError::Checksum {
            expected,
            actual,
            bytes,
            start: quoted(&start),
        })
    })
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
