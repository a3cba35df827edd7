//! The bytes of crates on their way into the store: in memory, or in a file that is still growing (see
//! `io::store::staging_dir`).

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::fs::error::io_error;
use crate::io::fs::file::test_kill;
use crate::io::fs::{sync, trace};
use crate::io::store::staging_dir::StagingDir;
use crate::io::store::stamp::BUFFER;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, is_out_of_room};
use crate::model::errors::store::StoreError;
use crate::model::package::checksum::{Hashed, Hashing, Sha256, Verified};
use crate::model::package::id::CrateId;
use crate::model::text::printable;

/// Bytes on their way into the store, hashed as they are written to a temporary file. Dropped, they leave nothing.
#[derive(Debug)]
pub struct StagedFile {
    growing: Arc<StagingDir>,
    hashing: Hashing,
    start: Start,
    length: u64,
    /// What is not written yet: so much may wait in memory until it is put.
    held: Vec<u8>,
    in_memory: usize,
    file: Option<(File, PathBuf)>,
}

impl StagedFile {
    pub(super) fn begin(growing: &Arc<StagingDir>, in_memory: usize) -> Self {
        Self {
            held: if in_memory > 0 {
                growing.memory()
            } else {
                Vec::new()
            },
            in_memory,
            growing: Arc::clone(growing),
            hashing: Hashing::default(),
            start: Start::default(),
            length: 0,
            file: None,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.start.take(bytes);
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

    /// All of it, where nothing was written to the disk yet.
    pub(super) fn in_memory(&self) -> Option<&[u8]> {
        (self.in_memory > 0 && self.file.is_none()).then_some(&self.held)
    }

    /// A name that it may have had while it grew, for the log of what is written.
    pub(super) fn name_for_the_log(&self) -> PathBuf {
        self.growing.next_name()
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
        self.start.quoted()
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
        self.growing.take_back(std::mem::take(&mut self.held));
    }
}

/// The first bytes: enough to tell an error page from an archive.
#[derive(Debug, Clone, Copy, Default)]
struct Start {
    bytes: [u8; 24],
    length: usize,
}

impl Start {
    fn take(&mut self, bytes: &[u8]) {
        let room = &mut self.bytes[self.length..];
        let taken = room.len().min(bytes.len());
        room[..taken].copy_from_slice(&bytes[..taken]);
        self.length += taken;
    }

    fn quoted(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes[..self.length]);
        format!("\"{}\"", printable(&text))
    }
}

/// Holds what arrived against the checksum that is expected.
pub fn verified(
    id: &CrateId,
    expected: Sha256,
    incoming: StagedFile,
) -> Result<Verified<StagedFile>> {
    // Made fit to print only where it is printed.
    let (bytes, start) = (incoming.length(), incoming.start);
    Verified::check(id, &expected, incoming).map_err(|actual| {
        Error::Store(StoreError::Checksum {
            expected,
            actual,
            bytes,
            start: start.quoted(),
        })
    })
}
