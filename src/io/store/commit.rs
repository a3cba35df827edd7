//! Many crates made durable at once: their bytes flushed together, then their index lines written, then their seals set.
//!
//! ```text
//! put      give the `.crate` its final name, its modification time set to the mark; queue its index line
//! flush    the bytes of this group and the index files of the group before reach the disk, in one call
//! seals    set the modification times of the group before: hashed, on disk, and its index line on disk
//! lines    under the lock: write new index files beside, flush those that replace one, rename
//! settle   a last flush and the last seals, before success is reported; what is gone by then loses its line
//! ```
//!
//! A group is completed when it has grown large or old, by the thread that finds it so, while the others go on: the disk
//! works while the network does, and a run that is killed loses little. A run with nothing to do has no group, and
//! flushes nothing: the seals tell it that the run before it has.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::mem::take;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError, TryLockError};
use std::time::{Instant, SystemTime};

use crate::io::fs::file::{set_modified, test_kill};
use crate::io::fs::sync;
use crate::io::store::edit::{Durability, IndexEdit};
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::{mark, seal};
use crate::io::store::write_batch::{PutSince, Unsealed, WriteBatch};
use crate::model::error::Result;
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};

/// Somebody may clear the mirror while a group is under way: a line must not speak of bytes that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// Each crate is looked for before its line comes.
    LookFirst,
    /// The seals, which follow at once, tell: the lines of what is gone are taken out again.
    WhenSealed,
}

/// What has come of a group.
struct CompletedBatch {
    /// Crates whose lines have not come yet.
    early: BTreeMap<CrateId, Sha256>,
    /// Those of before whose lines are new.
    new: Vec<(CrateId, Sha256)>,
}

impl RegistryStore {
    pub(super) fn put(&self, id: &CrateId, checksum: &Sha256, bytes: u64) {
        let put = (id.clone(), *checksum);
        let mut group = self.group();
        group.since.bytes += bytes;
        group.since.crates += 1;
        group.begun.get_or_insert_with(Instant::now);
        group.put.push(put);
    }

    /// A crate that was there without a line, and right by hashing: it is flushed with its group, before its line comes.
    pub fn put_found(&self, id: &CrateId, checksum: &Sha256) {
        self.mark(id);
        self.put(id, checksum, 0);
    }

    /// What was put since the last group was completed.
    pub fn put_since(&self) -> PutSince {
        self.group().since
    }

    pub(super) fn found(&self, id: &CrateId, checksum: &Sha256) {
        self.group().found.insert(id.clone(), *checksum);
    }

    /// Adds lines to the index file of one crate, together with those of its group. The bytes they speak of must have
    /// their final names.
    pub fn add_lines(&self, name: &CrateName, lines: Vec<IndexLine>) -> Result<()> {
        let due = {
            let mut group = self.group();
            group.begun.get_or_insert_with(Instant::now);
            group.lines.entry(name.clone()).or_default().extend(lines);
            group.since.bytes >= self.limits.bytes
                || group
                    .begun
                    .is_some_and(|begun| begun.elapsed() >= self.limits.age)
        };
        if !due {
            return Ok(());
        }
        match self.completing.try_lock() {
            Ok(only) => self.complete(&only, Gone::LookFirst),
            Err(TryLockError::Poisoned(only)) => self.complete(only.get_ref(), Gone::LookFirst),
            // Another thread is at it; the next crate asks again.
            Err(TryLockError::WouldBlock) => Ok(()),
        }
    }

    /// Adds lines to the index file of one crate, for the next line of the program to read.
    pub fn add_lines_now(&self, name: &CrateName, lines: Vec<IndexLine>) -> Result<()> {
        self.add_lines(name, lines)?;
        self.commit()
    }

    /// Completes what is under way: every crate that was put is in the index now, for cargo to read.
    pub fn commit(&self) -> Result<()> {
        self.complete(&self.completing(), Gone::LookFirst)
    }

    /// Completes what is under way and flushes it: after this, success may be reported.
    pub fn sync(&self) -> Result<()> {
        let gone = if self.flushes() {
            Gone::WhenSealed
        } else {
            Gone::LookFirst
        };
        self.complete(&self.completing(), gone)?;
        let (unsealed, found) = {
            let mut group = self.group();
            (take(&mut group.unsealed), take(&mut group.found))
        };
        if unsealed.is_empty() && found.is_empty() {
            return Ok(());
        }
        let paths = || {
            let ids = unsealed.ids().chain(found.keys());
            ids.flat_map(|id| [self.index_path(&id.name), self.crate_path(id)])
                .collect()
        };
        match self.flush_all(paths) {
            Ok(()) => {
                let gone = self.seal_all(&unsealed.put);
                self.seal_all(&unsealed.listed);
                self.seal_all(&found);
                self.take_out_gone(&gone)
            }
            // A mirror that may only be read can be neither flushed nor sealed: it is hashed each time.
            Err(_) if unsealed.is_empty() => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn complete(&self, _only: &MutexGuard<'_, ()>, gone: Gone) -> Result<()> {
        let (put, lines, before) = {
            let mut group = self.group();
            if group.put.is_empty() && group.lines.is_empty() {
                return Ok(());
            }
            (group.since, group.begun) = (PutSince::default(), None);
            let before = if group.put.is_empty() {
                // Nothing will be flushed, so what was waiting goes on to wait.
                Unsealed::default()
            } else {
                take(&mut group.unsealed)
            };
            (take(&mut group.put), take(&mut group.lines), before)
        };
        let put: BTreeMap<CrateId, Sha256> = put.into_iter().collect();
        let (put, lines) = match gone {
            Gone::LookFirst => self.still_there(put, lines),
            Gone::WhenSealed => (put, lines),
        };
        let completed = self.complete_these(&put, &lines, &before);
        let mut group = self.group();
        match completed {
            Ok(CompletedBatch { early, new }) => {
                let mut done = put;
                if !early.is_empty() {
                    done.retain(|id, _| !early.contains_key(id));
                }
                group.unsealed.put.append(&mut done);
                group.unsealed.listed.extend(new);
                group.put.extend(early);
                Ok(())
            }
            Err(error) => {
                // A disk that is full may have room later.
                group.begun.get_or_insert_with(Instant::now);
                group.put.extend(put);
                for (name, lines) in lines {
                    group.lines.entry(name).or_default().extend(lines);
                }
                group.unsealed.append(before);
                Err(error)
            }
        }
    }

    /// What is left of a group without the crates that are gone.
    fn still_there(
        &self,
        mut put: BTreeMap<CrateId, Sha256>,
        mut lines: BTreeMap<CrateName, Vec<IndexLine>>,
    ) -> (
        BTreeMap<CrateId, Sha256>,
        BTreeMap<CrateName, Vec<IndexLine>>,
    ) {
        self.look_at_held_folder();
        let folder = self.held_folder();
        let is_there = |id: &CrateId| {
            let folder = folder.as_ref();
            folder.is_some_and(|folder| folder.has(&id.file_name()))
        };
        let gone: BTreeSet<CrateId> = put.keys().filter(|id| !is_there(id)).cloned().collect();
        if gone.is_empty() {
            return (put, lines);
        }
        put.retain(|id, _| !gone.contains(id));
        for lines in lines.values_mut() {
            lines.retain(|line| !gone.contains(line.id()));
        }
        (put, lines)
    }

    /// Takes lines out again whose bytes are gone.
    fn take_out_gone(&self, gone: &[&CrateId]) -> Result<()> {
        if gone.is_empty() {
            return Ok(());
        }
        let held = self.hold()?;
        // Somebody may have put one anew; whoever does wants its line, and cannot write it meanwhile.
        let gone = gone
            .iter()
            .copied()
            .filter(|id| !self.crate_path(id).exists());
        let gone: Vec<&CrateId> = gone.collect();
        let edits = gone.chunk_by(|one, other| one.name == other.name);
        let edits = edits.map(|ids| IndexEdit::take_out(&ids[0].name, ids.to_vec()));
        self.edit_index(&held, edits, Durability::TextFirst)?;
        Ok(())
    }

    fn complete_these(
        &self,
        put: &BTreeMap<CrateId, Sha256>,
        lines: &BTreeMap<CrateName, Vec<IndexLine>>,
        before: &Unsealed,
    ) -> Result<CompletedBatch> {
        if !put.is_empty() {
            self.flush_all(|| {
                let mut paths: Vec<PathBuf> = put.keys().map(|id| self.crate_path(id)).collect();
                paths.extend(before.ids().map(|id| self.index_path(&id.name)));
                paths
            })?;
            self.seal_all(&before.put);
            self.seal_all(&before.listed);
        }
        test_kill("group-flushed");
        let mut listed: Vec<&CrateId> = lines.values().flatten().map(IndexLine::id).collect();
        listed.sort_unstable();
        let new = self.write_lines(lines, put)?;
        let early = put
            .iter()
            .filter(|(id, _)| listed.binary_search(id).is_err());
        let early = self.unlisted(early);
        if !self.flushes() {
            // Nothing will seal them, and they are in no run's hands any more.
            let done = put.keys().filter(|id| !early.contains_key(id));
            for id in done.chain(new.iter().map(|(id, _)| id)) {
                let _ = set_modified(&self.crate_path(id), SystemTime::UNIX_EPOCH);
            }
        }
        Ok(CompletedBatch { early, new })
    }

    /// Writes the lines of a group; returns the crates of before whose lines are new.
    fn write_lines(
        &self,
        lines: &BTreeMap<CrateName, Vec<IndexLine>>,
        put: &BTreeMap<CrateId, Sha256>,
    ) -> Result<Vec<(CrateId, Sha256)>> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let held = self.hold()?;
        let edits = lines.iter();
        let edits = edits.map(|(name, lines)| IndexEdit::put(name, lines.clone()));
        let new = self.edit_index(&held, edits, Durability::WithGroup(put))?;
        let before = new.iter().filter(|line| !put.contains_key(line.id()));
        let key = |line: &IndexLine| (line.id().clone(), *line.checksum());
        Ok(before.map(key).collect())
    }

    /// Sets the seals of crates. Returns those that are not there any more.
    fn seal_all<'c>(&self, crates: &'c BTreeMap<CrateId, Sha256>) -> Vec<&'c CrateId> {
        if crates.is_empty() || !self.flushes() {
            return Vec::new();
        }
        self.look_at_held_folder();
        let Some(folder) = self.held_folder() else {
            return crates.keys().collect();
        };
        let is_gone = |(id, checksum): &(&CrateId, &Sha256)| {
            let sealed = folder.set_modified(&id.file_name(), seal(checksum));
            // Without its seal a crate is hashed again by the next run; that is no reason to fail.
            sealed.is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound)
        };
        let gone = crates.iter().filter(is_gone);
        gone.map(|(id, _)| id).collect()
    }

    /// Those without a line. Another thread may have put a crate whose line comes with the next group: until then it is not
    /// done with.
    fn unlisted<'p>(
        &self,
        put: impl Iterator<Item = (&'p CrateId, &'p Sha256)>,
    ) -> BTreeMap<CrateId, Sha256> {
        let mut unlisted = BTreeMap::new();
        // The versions of a crate come one after the other: one look at its index file is enough.
        let mut looked_at: Option<(&CrateName, Vec<u8>)> = None;
        for (id, checksum) in put {
            let text = match &looked_at {
                Some((name, text)) if **name == id.name => text,
                _ => {
                    let text = self.index_text(&id.name.index_path()).ok().flatten();
                    &looked_at.insert((&id.name, text.unwrap_or_default())).1
                }
            };
            if text.is_empty() || find_line(text, id, None).is_none() {
                unlisted.insert(id.clone(), *checksum);
            }
        }
        unlisted
    }

    /// A crate whose line had gone missing may still bear the seal that says that its line is on disk.
    pub(super) fn unseal(&self, id: &CrateId, checksum: &Sha256) {
        let path = self.crate_path(id);
        let modified = std::fs::metadata(&path).and_then(|meta| meta.modified());
        if modified.is_ok_and(|modified| modified == seal(checksum)) {
            self.mark(id);
        }
    }

    /// Says that a crate is in hand: its line is about to come or go.
    pub(super) fn mark(&self, id: &CrateId) {
        // Without it a kill leaves a crate that `verify` cannot explain; that is no reason to fail.
        let _ = set_modified(&self.crate_path(id), mark());
    }

    /// Flushes these files of the mirror, unless the user wants to leave that to the system.
    pub(super) fn flush(&self, files: &[PathBuf]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        self.flush_all(|| files.to_vec())
    }

    /// The same; which files it is about is asked only where they are flushed one by one.
    fn flush_all(&self, files: impl FnOnce() -> Vec<PathBuf>) -> Result<()> {
        if !self.flushes() {
            return Ok(());
        }
        if !self.folder().is_dir() {
            self.create()?;
        }
        sync::files(self.folder(), files)
    }

    /// Whether crates of this process are without their lines.
    pub(super) fn has_put(&self) -> bool {
        !self.group().put.is_empty()
    }

    fn completing(&self) -> MutexGuard<'_, ()> {
        self.completing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn group(&self) -> MutexGuard<'_, WriteBatch> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RegistryStore {
    /// A run that ends early keeps what it has fetched.
    fn drop(&mut self) {
        let waiting = !self.group().lines.is_empty();
        if waiting {
            // What cannot be completed is completed by the next run.
            let _ = self.sync();
        }
        self.note_unfinished();
    }
}
