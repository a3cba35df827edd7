//! Where the records of accounts are kept, by their paths below `access/`, and how one is changed.
//!
//! The rules of accounts are in the rest of this room, once; what differs between a folder and a bucket is here.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::io::bucket::waiting::ObjectEdit;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::lock::{Lock, LockGuard};
use crate::io::fs::trace::{self, Change, FlushScope};
use crate::io::fs::{file, sync};
use crate::model::access::audit::{AuditEntry, month_of};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::units::timestamp::Timestamp;

/// A record larger than this is none of ours. One of a crate with 10,000 versions has 2 MB.
const MAX_RECORD: u64 = 16 << 20;
/// A month's log larger than this is not read: some ten million entries.
const MAX_LOG: u64 = 4 << 30;

/// Says what becomes of a record that is as it is shown.
pub(super) type RecordEdit<'e> = dyn FnMut(Option<&[u8]>) -> Result<ObjectEdit> + 'e;

/// Records, each of which changes as a whole: readers see one state of it or another.
pub(super) trait Records: fmt::Debug + Send + Sync {
    /// A record; `None` where there is none.
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>>;
    /// The records in a folder with their names, sorted.
    fn all(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>>;
    /// The names in a folder, those of folders too, sorted.
    fn names(&self, folder: &str) -> Result<Vec<String>>;
    /// Changes a record. `edit` may read others, and may be called again where somebody else was faster.
    fn change(&self, key: &str, edit: &mut RecordEdit<'_>) -> Result<()>;
    /// Takes a number for a user or a team, under [`Self::change`]. `false`: somebody else has it.
    fn take_number(&self, number: u32) -> Result<bool>;
    /// Appends to the audit log, so that it lasts.
    fn append(&self, entry: &AuditEntry) -> Result<()>;
    /// The audit log, as far as it may have anything of this moment or later.
    fn entries(&self, since: Timestamp) -> Result<Vec<AuditEntry>>;
    /// When the token of this record was last used, to the day.
    fn last_used(&self, key: &str) -> Option<Timestamp>;
    /// Writes down the day on which the token of this record is used. That it cannot is no reason to turn anybody away.
    fn note_use(&self, key: &str, day: Timestamp);
    /// As people are told where a record is.
    fn place(&self, key: &str) -> PathBuf;
}

/// Records in the folder of a mirror. They are changed under a lock, each written beside and renamed.
#[derive(Debug)]
pub(super) struct FolderRecords {
    folder: PathBuf,
    lock: Lock,
}

impl FolderRecords {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            lock: Lock::new(folder.join("lock")),
            folder,
        }
    }

    /// Waits for the lock under which records are changed.
    fn hold(&self) -> Result<LockGuard<'_>> {
        // The mirror's folder is as open as its user likes, ours is not; the lock would make it so.
        file::create_dir_all(self.folder.parent().unwrap_or(&self.folder))?;
        file::create_private_folder(&self.folder)?;
        self.lock.hold()
    }

    fn write(&self, key: &str, text: &[u8]) -> Result<()> {
        let path = self.folder.join(key);
        let used = self.last_used(key);
        file::create_private_folder(path.parent().unwrap_or(&self.folder))?;
        file::replace_secret(&path, text)?;
        if key.starts_with("tokens/") {
            // Only a list says less without it.
            let _ = file::set_modified(&path, used.unwrap_or_default().into());
        }
        Ok(())
    }

    fn logs(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.join("log")).into_iter().flatten();
        let paths = entries.flatten().map(|entry| entry.path());
        let mut logs: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect();
        logs.sort();
        logs
    }
}

impl Records for FolderRecords {
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>> {
        if_there(file::read(&self.folder.join(key), MAX_RECORD))
    }

    fn all(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let mut all = Vec::new();
        for name in self.names(folder)? {
            if let Some(text) = self.read(&format!("{folder}/{name}"))? {
                all.push((name, text));
            }
        }
        Ok(all)
    }

    fn names(&self, folder: &str) -> Result<Vec<String>> {
        let folder = self.folder.join(folder);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(io_error(Action::List, &folder)(cause)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_error(Action::List, &folder))?;
            let name = entry.file_name().into_string().unwrap_or_default();
            // Temporary files have another end, and folders none.
            let end = Path::new(&name).extension();
            if end.is_none_or(|end| end == "json") && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn change(&self, key: &str, edit: &mut RecordEdit<'_>) -> Result<()> {
        let _held = self.hold()?;
        match edit(self.read(key)?.as_deref())? {
            ObjectEdit::Keep => Ok(()),
            ObjectEdit::Write(text) => self.write(key, &text),
            ObjectEdit::Remove => file::remove(&self.folder.join(key)),
        }
    }

    fn take_number(&self, _number: u32) -> Result<bool> {
        // The lock is held, and records say which numbers are taken.
        Ok(true)
    }

    /// A file a month. A line that a power cut left half-written is ended first, so that it spoils no other.
    fn append(&self, entry: &AuditEntry) -> Result<()> {
        let folder = self.folder.join("log");
        let path = folder.join(format!("{}.jsonl", entry.month()));
        let _held = self.hold()?;
        file::create_private_folder(&folder)?;
        let failed = || io_error(Action::Write, &path);
        let fresh = !path.exists();
        let mut log = file::open_private_log(&path)?;
        let mut line = String::new();
        if !ends_with_line(&mut log).map_err(failed())? {
            line.push('\n');
        }
        line.push_str(&entry.line());
        io::Write::write_all(&mut log, line.as_bytes()).map_err(failed())?;
        trace::done(Change::Write(&path, line.as_bytes()));
        trace::flush(FlushScope::File(&path), || log.sync_all()).map_err(failed())?;
        if fresh {
            sync::folder(&folder)?;
        }
        Ok(())
    }

    fn entries(&self, since: Timestamp) -> Result<Vec<AuditEntry>> {
        let mut entries = Vec::new();
        let first = month_of(since);
        let is_of_then = |path: &PathBuf| {
            let month = path.file_stem().and_then(OsStr::to_str);
            month.is_none_or(|month| month >= first.as_str())
        };
        for path in self.logs().into_iter().filter(is_of_then) {
            let text = if_there(file::read(&path, MAX_LOG))?.unwrap_or_default();
            entries.extend(AuditEntry::read(&text));
        }
        Ok(entries)
    }

    fn last_used(&self, key: &str) -> Option<Timestamp> {
        let metadata = fs::metadata(self.folder.join(key));
        let used = Timestamp::from(metadata.and_then(|meta| meta.modified()).ok()?);
        (used.0 > 0).then_some(used)
    }

    fn note_use(&self, key: &str, day: Timestamp) {
        if self.last_used(key) != Some(day) {
            let _ = file::set_modified(&self.folder.join(key), day.into());
        }
    }

    fn place(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }
}

fn ends_with_line(log: &mut fs::File) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let length = log.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(true);
    }
    log.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    log.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}
