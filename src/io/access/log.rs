//! The audit log: a file a month, appended to under the lock of the accounts and flushed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::io::access::store::AccessStore;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::io::fs::sync;
use crate::io::fs::trace::{self, Change, FlushScope};
use crate::model::access::audit::AuditEntry;
use crate::model::error::{Result, chain};
use crate::model::errors::access::AccessError;
use crate::model::errors::cause::Cause;
use crate::model::errors::fs::Action;

/// A month's log larger than this is not read: some ten million entries.
const MAX_LOG: u64 = 4 << 30;

impl AccessStore {
    /// Appends an entry of something that is done next. Fails with words that say that it was not.
    pub fn log_before(&self, entry: &AuditEntry) -> Result<()> {
        let failed = |error| AccessError::NoEntry {
            source: Cause(chain(&error)),
        };
        Ok(self.log(entry).map_err(failed)?)
    }

    /// Appends an entry of what `done` says. Fails with words that say that it was done.
    pub fn log_after(&self, entry: &AuditEntry, done: impl FnOnce() -> String) -> Result<()> {
        let failed = |error| AccessError::DoneWithoutEntry {
            done: done(),
            source: Cause(chain(&error)),
        };
        Ok(self.log(entry).map_err(failed)?)
    }

    /// Appends an entry, flushed. A line that a power cut left half-written is ended first, so that it spoils no other.
    pub fn log(&self, entry: &AuditEntry) -> Result<()> {
        let mut month = entry.at.to_string();
        month.truncate("2026-11".len());
        let path = self.log_folder().join(format!("{month}.jsonl"));
        let _held = self.hold()?;
        file::create_private_folder(&self.log_folder())?;
        let failed = || io_error(Action::Write, &path);
        let fresh = !path.exists();
        let mut log = file::open_private_log(&path)?;
        let mut line = String::new();
        if !ends_with_line(&mut log).map_err(failed())? {
            line.push('\n');
        }
        line.push_str(&entry.line());
        log.write_all(line.as_bytes()).map_err(failed())?;
        trace::done(Change::Write(&path, line.as_bytes()));
        trace::flush(FlushScope::File(&path), || log.sync_all()).map_err(failed())?;
        if fresh {
            sync::folder(&self.log_folder())?;
        }
        Ok(())
    }

    /// The entries of the whole log, the oldest first. Lines that are none are passed over.
    pub fn entries(&self) -> Result<Vec<AuditEntry>> {
        let mut entries = Vec::new();
        for path in self.logs() {
            let text = if_there(file::read(&path, MAX_LOG))?.unwrap_or_default();
            entries.extend(AuditEntry::read(&text));
        }
        Ok(entries)
    }

    /// The folder of the log, a file a month.
    pub fn log_folder(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn logs(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.log_folder()).into_iter().flatten();
        let paths = entries.flatten().map(|entry| entry.path());
        let mut logs: Vec<PathBuf> = paths
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect();
        logs.sort();
        logs
    }
}

fn ends_with_line(log: &mut File) -> std::io::Result<bool> {
    let length = log.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(true);
    }
    log.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    log.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}
