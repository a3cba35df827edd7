//! One source's folder in the mirror: a cargo local registry.
//!
//! ```text
//! <mirror>/crates-io/index/se/rd/serde     raw lines of exactly the versions that are here
//! <mirror>/crates-io/serde-1.0.229.crate   bytes that were hashed on their way in
//! <mirror>/.mirror/tmp/<process>/          where they grow; renamed when whole
//! ```
//!
//! **The seal.** A file that was hashed and found right gets a modification time that is made from its checksum. A later
//! run sees with one `stat` that nobody has written to it since, and that it is the very file that is wanted; anything
//! else is hashed again. So a run with nothing to do need not read 150 MB, and no database can drift from the files.
//! Copies that keep times keep the seal; others are hashed once and sealed anew.
//!
//! **Power cuts.** A name can reach the disk before the bytes it stands for, so a file under its final name may be empty
//! after a power cut. Everything is therefore done in groups (see `io::group`): the bytes of a group get their final names
//! without a seal, then one flush brings all of them to the disk, and only then are their index lines written,
//! those flushed and the seals set. So an index line on disk always speaks of bytes on disk, and a seal of a crate that is on
//! disk and in the index on disk. What a run left unsealed, because it was killed or the power failed, is hashed and
//! flushed by the next. An index file that takes the place of another is flushed before it does.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use crate::io::disk::{create_dir_all, if_there, io_error, read, rename, test_kill, write_new};
use crate::io::group::Group;
use crate::io::lock::{Held, Lock};
use crate::io::records::Records;
use crate::io::trace;
use crate::model::error::{Error, Result};
use crate::model::event::Watch;
use crate::model::index::{IndexFile, MAX_FILE, find_line};
use crate::model::krate::{CrateId, CrateName, Hashed, Hashing, Sha256, Verified};
use crate::model::plan::{Stored, Wanted};

/// How much is read at once when a file is hashed or copied.
const BUFFER: usize = 64 << 10;

/// One source's folder in a mirror.
#[derive(Debug)]
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) private: PathBuf,
    pub(super) lock: Lock,
    growing: OnceLock<Arc<Growing>>,
    flushing: bool,
    /// What is written and waits for the next flush.
    pub(super) group: Mutex<Group>,
    /// Held by the thread that completes a group.
    pub(super) completing: Mutex<()>,
}

impl Store {
    /// Names the folder of a source; touches nothing.
    pub fn source(mirror: &Path, source: &str) -> Self {
        let private = mirror.join(".mirror");
        Self {
            folder: mirror.join(source),
            lock: Lock::new(private.join("lock")),
            private,
            growing: OnceLock::new(),
            flushing: true,
            group: Mutex::default(),
            completing: Mutex::default(),
        }
    }

    /// Tells this listener of waits for the lock.
    #[must_use]
    pub fn telling(mut self, watch: &Watch) -> Self {
        self.lock.tell(watch);
        self
    }

    /// Leaves it to the system when things reach the disk. Nothing is sealed then: the next run that flushes hashes it.
    #[must_use]
    pub fn without_flushing(mut self) -> Self {
        self.flushing = false;
        self
    }

    pub(super) fn flushes(&self) -> bool {
        self.flushing
    }

    /// What the mirror remembers of its runs.
    pub fn records(&self) -> Records {
        let mirror = self.private.parent().unwrap_or(&self.private);
        let records = Records::of(mirror);
        if self.flushing {
            records
        } else {
            records.without_flushing()
        }
    }

    /// Sweeps away what killed runs left half-written. Nobody may be adding meanwhile.
    pub fn sweep(&self) -> Result<()> {
        sweep(&self.private.join("tmp"));
        self.records().sweep();
        self.sweep_shards()
    }

    /// The local registry: what `[source.*] local-registry` names.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn crate_path(&self, id: &CrateId) -> PathBuf {
        self.folder.join(id.file_name())
    }

    pub(super) fn index_path(&self, name: &CrateName) -> PathBuf {
        self.folder.join("index").join(name.index_path())
    }

    /// Makes the folders. Cargo wants `index/` even in an empty registry.
    pub fn prepare(&self) -> Result<()> {
        create_dir_all(&self.folder.join("index"))
    }

    /// What the mirror has of each of these versions of one crate.
    pub fn look_up(&self, wanted: &[Wanted]) -> Result<Vec<Stored>> {
        let Some(first) = wanted.first() else {
            return Ok(Vec::new());
        };
        let index =
            if_there(read(&self.index_path(&first.id.name), MAX_FILE as u64))?.unwrap_or_default();
        wanted
            .iter()
            .map(|wanted| self.look_up_one(wanted, &index))
            .collect()
    }

    fn look_up_one(&self, wanted: &Wanted, index: &[u8]) -> Result<Stored> {
        let line = find_line(index, &wanted.id, wanted.checksum.as_ref());
        if let (Some(line), Some(checksum)) = (&line, &wanted.checksum)
            && line.checksum() != checksum
        {
            return Ok(Stored::Other(*line.checksum()));
        }
        let checksum = wanted
            .checksum
            .or(line.as_ref().map(|line| *line.checksum()));
        let bytes = match checksum {
            Some(checksum) => self.holds(&wanted.id, &checksum)?,
            None => false,
        };
        Ok(match (line.is_some(), bytes) {
            (true, true) => Stored::Whole,
            (line, bytes) => Stored::Lacks {
                line: !line,
                bytes: !bytes,
            },
        })
    }

    /// Whether the bytes are there: by their seal, else by hashing them.
    fn holds(&self, id: &CrateId, checksum: &Sha256) -> Result<bool> {
        let path = self.crate_path(id);
        match fs::symlink_metadata(&path) {
            Ok(meta)
                if meta.is_file() && meta.modified().is_ok_and(|time| time == seal(checksum)) =>
            {
                return Ok(true);
            }
            Ok(_) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(cause) => return Err(io_error("look at", &path)(cause)),
        }
        if self.hash(id)?.as_ref() != Some(checksum) {
            return Ok(false);
        }
        // Whoever wrote it may not have flushed it, so it is sealed after the next flush.
        self.found(id, checksum);
        Ok(true)
    }

    /// Hashes the bytes of a crate as they are now, whatever their seal says.
    pub fn hash(&self, id: &CrateId) -> Result<Option<Sha256>> {
        let path = self.crate_path(id);
        let hashed = File::open(&path).and_then(|mut file| {
            let mut hashing = Hashing::default();
            let mut buffer = vec![0; BUFFER];
            loop {
                match file.read(&mut buffer)? {
                    0 => return Ok(hashing.finish()),
                    read => hashing.update(&buffer[..read]),
                }
            }
        });
        if_there(hashed.map_err(io_error("read", &path)))
    }

    /// The bytes of a crate.
    pub fn open_crate(&self, id: &CrateId) -> Result<File> {
        let path = self.crate_path(id);
        File::open(&path).map_err(io_error("read", &path))
    }

    pub fn read_index(&self, name: &CrateName) -> Result<IndexFile> {
        let text = if_there(read(&self.index_path(name), MAX_FILE as u64))?;
        Ok(text.map_or_else(IndexFile::default, |text| IndexFile::parse(&text)))
    }

    /// The lock under which index files are edited, and what else many processes share.
    pub fn hold(&self) -> Result<Held<'_>> {
        self.lock.hold()
    }

    fn growing(&self) -> Result<&Arc<Growing>> {
        if let Some(growing) = self.growing.get() {
            return Ok(growing);
        }
        self.prepare()?;
        let made = Arc::new(Growing::start(&self.private.join("tmp"))?);
        Ok(self.growing.get_or_init(|| made))
    }

    /// A name for a file that is renamed once it is whole.
    pub(super) fn temporary(&self) -> Result<PathBuf> {
        Ok(self.growing()?.name())
    }

    /// A place for the bytes of a crate that is on its way.
    pub fn incoming(&self) -> Result<Incoming> {
        Ok(Incoming {
            growing: Arc::clone(self.growing()?),
            hashing: Hashing::default(),
            start: Vec::new(),
            length: 0,
            file: None,
        })
    }

    /// Gives verified bytes their final name. Returns how many they are. They are sealed once they are flushed.
    pub fn put_crate(&self, verified: Verified<Incoming>) -> Result<u64> {
        let (id, checksum) = (verified.id().clone(), *verified.checksum());
        let path = self.crate_path(&id);
        let mut incoming = verified.into_body();
        let (_, temporary) = incoming.file()?;
        test_kill("temp-written");
        rename(temporary, &path)?;
        test_kill("crate-renamed");
        incoming.file = None;
        self.put(&id, &checksum, incoming.length);
        Ok(incoming.length)
    }

    /// Gives an index file its new text at once. The lock must be held, and new lines recorded.
    pub(super) fn replace_index(&self, path: &Path, text: &[u8]) -> Result<()> {
        let temporary = self.temporary()?;
        write_new(&temporary, text)?;
        test_kill("index-temp-written");
        self.flush(std::slice::from_ref(&temporary))?;
        if let Some(shard) = path.parent().filter(|shard| !shard.is_dir()) {
            create_dir_all(shard)?;
        }
        rename(&temporary, path)?;
        test_kill("index-renamed");
        Ok(())
    }
}

/// The modification time that says "hashed, and these are the bytes": a second in 2006 or 2007, from the checksum's first
/// 24 bits. Even seconds only, so that FAT and its relatives on USB disks keep it.
pub(super) fn seal(checksum: &Sha256) -> SystemTime {
    /// Where cargo, too, sets its clock for files without a time (2006-07-24).
    const BASE: u64 = 1_153_704_088;
    let bits = checksum.as_bytes()[..3]
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    SystemTime::UNIX_EPOCH + Duration::from_secs(BASE + 2 * bits)
}

/// The folder in which this process lets files grow. A lock in it tells the living from the dead; what the dead left is
/// swept away by the next process that writes.
#[derive(Debug)]
struct Growing {
    folder: PathBuf,
    next: AtomicU64,
    _alive: File,
}

impl Growing {
    fn start(parent: &Path) -> Result<Self> {
        /// More sweeps than this do not pass at the wrong moment.
        const ATTEMPTS: u32 = 100;
        create_dir_all(parent)?;
        sweep(parent);
        for _ in 0..ATTEMPTS {
            // A name that was never used before: a sweep that has looked at an older folder cannot mistake this for it.
            let folder = tempfile::Builder::new()
                .prefix(&format!("{}-", std::process::id()))
                .tempdir_in(parent)
                .map_err(io_error("write", parent))?
                .keep();
            let path = folder.join("lock");
            let made = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path);
            let Some(alive) = if_there(made.map_err(io_error("open the lock", &path)))? else {
                // A sweep was faster, and took it for empty.
                continue;
            };
            match alive.try_lock() {
                // Some file systems have no locks. Nothing is swept there, either.
                Err(TryLockError::Error(cause)) if cause.kind() != io::ErrorKind::Unsupported => {
                    return Err(io_error("lock", &path)(cause));
                }
                // A sweep was faster, and took it for dead.
                Err(TryLockError::WouldBlock) => continue,
                Ok(()) if !path.exists() => continue,
                _ => {}
            }
            return Ok(Self {
                folder,
                next: AtomicU64::new(0),
                _alive: alive,
            });
        }
        Err(Error::LockBusy {
            path: parent.to_owned(),
        })
    }

    fn name(&self) -> PathBuf {
        self.folder
            .join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        // Left behind, it is swept by the next process.
        clear(&self.folder);
    }
}

/// Removes what processes that no longer live left behind.
pub(super) fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let folder = entry.path();
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .open(folder.join("lock"));
        match lock {
            // Held until the folder is gone: somebody who has just made it must not lock it in between and think it theirs.
            Ok(lock) if lock.try_lock().is_ok() => clear(&folder),
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
    let mut whole = true;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name() != "lock" {
            whole &= fs::remove_file(entry.path()).is_ok();
        }
    }
    if whole {
        let _ = fs::remove_file(folder.join("lock"));
        let _ = fs::remove_dir(folder);
    }
}

/// Bytes on their way into the store, hashed as they are written to a temporary file. Dropped, they leave nothing.
#[derive(Debug)]
pub struct Incoming {
    growing: Arc<Growing>,
    hashing: Hashing,
    start: Vec<u8>,
    length: u64,
    file: Option<(File, PathBuf)>,
}

impl Incoming {
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        /// Enough to tell an error page from an archive.
        const SHOWN: usize = 24;
        let lacking = SHOWN.saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend_from_slice(&bytes[..lacking]);
        self.hashing.update(bytes);
        self.length += bytes.len() as u64;
        let (file, path) = self.file()?;
        file.write_all(bytes).map_err(io_error("write", path))?;
        trace::done(trace::Change::Write(path, bytes));
        Ok(())
    }

    /// Copies a whole file in.
    pub fn copy_from(&mut self, path: &Path) -> Result<()> {
        let mut source = File::open(path).map_err(io_error("read", path))?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match source.read(&mut buffer).map_err(io_error("read", path))? {
                0 => return Ok(()),
                read => self.write(&buffer[..read])?,
            }
        }
    }

    /// A second look at the bytes, from the start.
    pub fn reread(&self) -> Result<Box<dyn Read>> {
        // Only an empty file was never opened.
        let Some((_, path)) = &self.file else {
            return Ok(Box::new(io::empty()));
        };
        let file = File::open(path).map_err(io_error("read", path))?;
        Ok(Box::new(file))
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The first bytes, printable.
    pub fn start(&self) -> String {
        format!("{:?}", String::from_utf8_lossy(&self.start))
    }

    fn file(&mut self) -> Result<&mut (File, PathBuf)> {
        if self.file.is_none() {
            let path = self.growing.name();
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)
                .map_err(io_error("write", &path))?;
            trace::done(trace::Change::Write(&path, &[]));
            test_kill("temp-created");
            self.file = Some((file, path));
        }
        match &mut self.file {
            Some(file) => Ok(file),
            None => unreachable!("opened above"),
        }
    }
}

impl Hashed for Incoming {
    fn digest(&self) -> Sha256 {
        self.hashing.clone().finish()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Some((_, path)) = self.file.take() {
            let _ = fs::remove_file(path);
        }
    }
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
                        let growing = Growing::start(parent.path()).unwrap();
                        fs::write(growing.name(), "alive").unwrap();
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
        let growing = Growing::start(parent.path()).unwrap();
        assert!(!dead.exists() && !empty.exists() && growing.folder.exists());
    }
}
