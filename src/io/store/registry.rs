//! One source's folder in the mirror: a cargo local registry.
//!
//! ```text
//! <mirror>/crates-io/index/se/rd/serde     raw lines of exactly the versions that are here
//! <mirror>/crates-io/serde-1.0.229.crate   bytes that were hashed on their way in
//! <mirror>/.mirror/tmp/<process>/          where they grow; renamed when whole. What is whole in memory already has no
//!                                          name before its final one, where the system can do that
//! ```
//!
//! **The seal.** A file that was hashed and found right gets a modification time that is made from its checksum. A later
//! run sees with one `stat` that nobody has written to it since, and that it is the very file that is wanted; anything
//! else is hashed again. So a run with nothing to do need not read 150 MB, and no database can drift from the files.
//! Copies that keep times keep the seal; others are hashed once and sealed anew.
//!
//! **The mark.** A crate has its name before its line, and loses the line first. One that was in hand like that when its
//! process was killed must be told from one whose line was lost, and from a stranger's. So it bears another time of its own:
//! from before it gets its name until it is sealed, and again from before its line goes. File systems with a journal bring
//! that time to the disk no later than the name; where one does not, a power cut at worst leaves a crate for `repair`.
//!
//! **Power cuts.** A name can reach the disk before the bytes it stands for, so a file under its final name may be empty
//! after a power cut. Everything is therefore done in groups (see `io::store::commit`): the bytes of a group get their final names
//! without a seal, then one flush brings all of them to the disk, and only then are their index lines written,
//! those flushed and the seals set. So an index line on disk always speaks of bytes on disk, and a seal of a crate that is on
//! disk and in the index on disk. What a run left unsealed, because it was killed or the power failed, is hashed and
//! flushed by the next. An index file that takes the place of another is flushed before it does.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{create_dir_all, read, rename, set_open_modified, test_kill};
use crate::io::fs::hash::hash;
use crate::io::fs::held_folder::HeldFolder;
use crate::io::fs::lock::{Lock, LockGuard};
use crate::io::fs::trace;
use crate::io::git::work_tree;
use crate::io::mirror::layout::Mirror;
use crate::io::mirror::roots::RootStore;
use crate::io::store::killed;
use crate::io::store::staging::StagedFile;
use crate::io::store::staging_dir::{StagingDir, sweep};
use crate::io::store::stamp::{BUFFER, mark, seal};
use crate::io::store::write_batch::{GroupLimits, WriteBatch};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::event::Watch;
use crate::model::index::file::{IndexFile, MAX_FILE, find_line};
use crate::model::input::closure::Wanted;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::plan::Stored;

/// One source's folder in a mirror.
#[derive(Debug)]
pub struct RegistryStore {
    pub(super) folder: PathBuf,
    pub(super) private: PathBuf,
    pub(super) lock: Lock,
    growing: OnceLock<Arc<StagingDir>>,
    committed: OnceLock<bool>,
    flushing: bool,
    /// When a group is completed.
    pub(super) limits: GroupLimits,
    /// What is written and waits for the next flush.
    pub(super) group: Mutex<WriteBatch>,
    /// Held by the thread that completes a group.
    pub(super) completing: Mutex<()>,
    held: Mutex<Option<Arc<HeldFolder>>>,
}

impl RegistryStore {
    /// Names the folder of a source; touches nothing.
    pub fn source(mirror: &Path, source: &str) -> Self {
        let private = Mirror::at(mirror).private();
        Self {
            folder: mirror.join(source),
            lock: Lock::new(private.join("lock")),
            private,
            growing: OnceLock::new(),
            committed: OnceLock::new(),
            flushing: true,
            limits: GroupLimits::default(),
            group: Mutex::default(),
            completing: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// Tells this listener of waits for the lock.
    #[must_use]
    pub fn with_events(mut self, watch: &Watch) -> Self {
        self.lock.tell(watch);
        self
    }

    /// Leaves it to the system when things reach the disk. Nothing is sealed then: the next run that flushes hashes it.
    #[must_use]
    pub fn without_flushing(mut self) -> Self {
        self.flushing = false;
        self
    }

    /// Completes a group only when it is told to: for whoever writes much and decides when it is to be on the disk.
    #[must_use]
    pub fn with_groups_of_the_caller(mut self) -> Self {
        self.limits = GroupLimits::NEVER;
        self
    }

    /// Whether the mirror lies in a work tree of git, so that it may be committed.
    pub fn is_committed(&self) -> bool {
        let mirror = self.private.parent().unwrap_or(&self.private);
        *self.committed.get_or_init(|| work_tree::takes(mirror))
    }

    pub(super) fn flushes(&self) -> bool {
        self.flushing
    }

    /// What the mirror remembers of its runs.
    pub fn records(&self) -> RootStore {
        let mirror = self.private.parent().unwrap_or(&self.private);
        let records = RootStore::of(mirror);
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

    /// The same within the mirror.
    pub(super) fn source_path(&self) -> &Path {
        let mirror = self.private.parent().unwrap_or(&self.private);
        self.folder.strip_prefix(mirror).unwrap_or(&self.folder)
    }

    pub fn crate_path(&self, id: &CrateId) -> PathBuf {
        let name = id.file_name();
        // Asked for several times of each crate that comes: made in one piece.
        let mut path = PathBuf::with_capacity(self.folder.as_os_str().len() + 1 + name.len());
        path.push(&self.folder);
        path.push(name);
        path
    }

    pub(super) fn index_path(&self, name: &CrateName) -> PathBuf {
        self.folder.join("index").join(name.index_path())
    }

    /// Makes the folders. Cargo wants `index/` even in an empty registry.
    pub fn create(&self) -> Result<()> {
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
            _ if !wanted.bytes => true,
            Some(checksum) => self.holds(&wanted.id, &checksum, line.is_some())?,
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
    pub(super) fn holds(&self, id: &CrateId, checksum: &Sha256, listed: bool) -> Result<bool> {
        let path = self.crate_path(id);
        match fs::symlink_metadata(&path) {
            Ok(meta)
                if meta.is_file() && meta.modified().is_ok_and(|time| time == seal(checksum)) =>
            {
                return Ok(true);
            }
            Ok(_) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(cause) => return Err(io_error(Action::LookAt, &path)(cause)),
        }
        if self.hash(id)?.as_ref() != Some(checksum) {
            return Ok(false);
        }
        if listed {
            // Whoever wrote it may not have flushed it, so it is sealed after the next flush.
            self.found(id, checksum);
        }
        Ok(true)
    }

    /// Hashes the bytes of a crate as they are now, whatever their seal says.
    pub fn hash(&self, id: &CrateId) -> Result<Option<Sha256>> {
        let path = self.crate_path(id);
        let hashed = File::open(&path).and_then(|file| hash(file, &mut vec![0; BUFFER]));
        let hashed = if_there(hashed.map_err(io_error(Action::Read, &path)))?;
        Ok(hashed.map(|(digest, _)| digest))
    }

    /// The bytes of a crate.
    pub fn open_crate(&self, id: &CrateId) -> Result<File> {
        let path = self.crate_path(id);
        File::open(&path).map_err(io_error(Action::Read, &path))
    }

    pub fn read_index(&self, name: &CrateName) -> Result<IndexFile> {
        let text = if_there(read(&self.index_path(name), MAX_FILE as u64))?;
        Ok(text.map_or_else(IndexFile::default, |text| IndexFile::parse(&text)))
    }

    /// The lock under which index files are edited, and what else many processes share.
    pub fn hold(&self) -> Result<LockGuard<'_>> {
        self.lock.hold()
    }

    fn growing(&self) -> Result<&Arc<StagingDir>> {
        if let Some(growing) = self.growing.get() {
            return Ok(growing);
        }
        self.create()?;
        let made = Arc::new(StagingDir::start(&self.private.join("tmp"))?);
        Ok(self.growing.get_or_init(|| made))
    }

    /// Sweeps away what processes that are gone let grow, and gets a place for this one to let things grow in.
    pub fn begin(&self) -> Result<()> {
        self.growing().map(drop)
    }

    /// This process writes nothing more: what it let grow goes.
    pub fn end(&self) {
        if let Some(growing) = self.growing.get() {
            growing.clear();
            self.note_unfinished();
        }
    }

    /// What this process has put, and could not finish, is for the next one to find.
    pub(super) fn note_unfinished(&self) {
        if self.has_put()
            && let Some(growing) = self.growing.get()
        {
            // On a disk that is full it is found by `verify`.
            let _ = killed::note(&self.private, growing.process());
        }
    }

    /// A name for a file that is renamed once it is whole.
    pub(super) fn temporary(&self) -> Result<PathBuf> {
        self.growing()?.name()
    }

    /// A place for the bytes of a crate that is on its way.
    pub fn incoming(&self) -> Result<StagedFile> {
        Ok(StagedFile::begin(self.growing()?, self.limits.in_memory))
    }

    /// Gives verified bytes their final name. Returns how many they are. They are sealed once they are flushed.
    pub fn put_crate(&self, verified: Verified<StagedFile>) -> Result<u64> {
        let (id, checksum) = (verified.id().clone(), *verified.checksum());
        let mut incoming = verified.into_body();
        if !self.put_from_memory(&id, &incoming)? {
            let path = self.crate_path(&id);
            let (file, temporary) = incoming.file()?;
            // Without it a kill leaves a crate that `verify` cannot explain; that is no reason to fail.
            let _ = set_open_modified(temporary, file, mark());
            test_kill("temp-written");
            rename(temporary, &path)?;
        }
        test_kill("crate-renamed");
        let length = incoming.kept();
        self.put(&id, &checksum, length);
        Ok(length)
    }

    /// The same for bytes that are in memory: the file has no name before its final one. `false`: it must have one.
    fn put_from_memory(&self, id: &CrateId, incoming: &StagedFile) -> Result<bool> {
        let (Some(bytes), Some(folder)) = (incoming.in_memory(), self.held_folder()) else {
            return Ok(false);
        };
        let Some(mut file) = folder.unnamed() else {
            return Ok(false);
        };
        test_kill("temp-created");
        let written = file.write_all(bytes);
        written.map_err(|cause| io_error(Action::Write, &self.crate_path(id))(cause))?;
        // As for a file that has a name.
        let _ = file.set_modified(mark());
        test_kill("temp-written");
        let is_named = folder.give_name(&file, &id.file_name());
        if is_named {
            let names = || (incoming.name_for_the_log(), self.crate_path(id));
            trace::named_late(names, bytes, mark());
        }
        Ok(is_named)
    }

    /// The folder of the crates, held open, where there is one.
    pub(super) fn held_folder(&self) -> Option<Arc<HeldFolder>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = HeldFolder::open(&self.folder).ok().map(Arc::new);
        }
        held.clone()
    }

    /// Lets go of a folder that is not where it was.
    pub(super) fn look_at_held_folder(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.take().filter(|held| held.is_at_its_path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::store::staging::verified;
    use crate::model::index::file::IndexLine;

    fn put(store: &RegistryStore, version: &str) -> CrateId {
        let id = CrateId::parse("a", version).unwrap();
        let mut incoming = store.incoming().unwrap();
        incoming.write(version.as_bytes()).unwrap();
        let verified = verified(&id, Sha256::of(version), incoming).unwrap();
        store.put_crate(verified).unwrap();
        list(store, &id);
        id
    }

    fn list(store: &RegistryStore, id: &CrateId) {
        let checksum = Sha256::of(id.version.to_string());
        let line = format!(
            r#"{{"name":"{}","vers":"{}","deps":[],"cksum":"{checksum}","features":{{}}}}"#,
            id.name, id.version
        );
        let line = IndexLine::parse(line.as_bytes()).unwrap();
        store.add_lines(&id.name, vec![line]).unwrap();
    }

    /// Somebody clears the mirror, all of it or one crate, before the lines come.
    #[test]
    fn no_line_speaks_of_bytes_that_are_gone() {
        for flushes in [true, false] {
            let mirror = tempfile::tempdir().unwrap();
            let store =
                RegistryStore::source(mirror.path(), "crates-io").with_groups_of_the_caller();
            let store = if flushes {
                store
            } else {
                store.without_flushing()
            };
            let pruned = CrateId::parse("a", "0.1.0").unwrap();
            list(&store, &pruned);
            let (kept, gone) = (put(&store, "1.0.0"), put(&store, "2.0.0"));
            fs::remove_file(store.crate_path(&gone)).unwrap();
            store.sync().unwrap();
            let listed = store.read_index(&kept.name).unwrap();
            let listed: Vec<&CrateId> = listed.lines().iter().map(IndexLine::id).collect();
            assert_eq!(listed, [&pruned, &kept]);

            let gone = put(&store, "3.0.0");
            fs::remove_dir_all(store.folder()).unwrap();
            store.sync().unwrap();
            assert!(store.read_index(&gone.name).unwrap().lines().is_empty());
        }
    }

    /// Puts a crate as a copy of a registry does, and as other commands do.
    #[test]
    fn a_crate_takes_the_place_of_what_has_its_name() {
        let mirror = tempfile::tempdir().unwrap();
        let store = RegistryStore::source(mirror.path(), "crates-io");
        let copy = RegistryStore::source(mirror.path(), "crates-io").with_groups_of_the_caller();
        for (number, store) in [&copy, &store, &copy].into_iter().enumerate() {
            let id = CrateId::parse("a", "1.0.0").unwrap();
            let bytes = format!("bytes of the {number}th time");
            let mut incoming = store.incoming().unwrap();
            incoming.write(bytes.as_bytes()).unwrap();
            let incoming = verified(&id, Sha256::of(&bytes), incoming).unwrap();
            assert_eq!(store.put_crate(incoming).unwrap(), bytes.len() as u64);
            let path = store.crate_path(&id);
            assert_eq!(fs::read(&path).unwrap(), bytes.as_bytes());
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            assert_eq!(modified, mark());
        }
        let crates = fs::read_dir(store.folder()).unwrap().flatten();
        let crates = crates.filter(|entry| entry.file_type().unwrap().is_file());
        assert_eq!(crates.count(), 1);
    }
}
