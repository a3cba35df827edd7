//! A dump as it is written: parts of at most a given size, each in one pass, so that it can go into a pipe.
//!
//! A part grows beside its final name (`NAME.partial`, locked while it is written) and gets that name when all parts are
//! whole and flushed, the last part last. What a killed run left is written over by the next.

use std::fs::{File, TryLockError};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use crate::io::bundle::keys::SigningKey;
use crate::io::fs::error::io_error;
use crate::io::fs::file::{rename, test_kill};
use crate::io::fs::lock::has_no_locks;
use crate::io::fs::sync;
use crate::model::bundle::frame::Frame;
use crate::model::bundle::manifest::{
    BundleEnd, BundleHead, Entry, FrameEntry, GoneEntry, Packing,
};
use crate::model::bundle::tail::{MAGIC, TAIL, Tail};
use crate::model::error::{Error, Result};
use crate::model::errors::bundle::BundleError;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::{Hashing, Sha256};

/// Room that is kept in a part for its manifest's last lines, its signatures and its tail, in bytes.
const RESERVE: u64 = 32 << 10;

/// Where a dump goes.
#[derive(Debug, Clone)]
pub enum Destination {
    /// Standard output.
    Pipe,
    File(PathBuf),
}

/// A dump that is being written.
pub struct BundleWriter<'a> {
    destination: Destination,
    /// The largest size of a part, in bytes.
    split: Option<u64>,
    head: BundleHead,
    /// What the last part tells of as removed, and how many bytes of manifest text that is.
    gone: (Vec<GoneEntry>, u64),
    keys: &'a [SigningKey],
    flush: bool,
    part: Option<PartWriter>,
    /// Files that are not under their final names yet.
    begun: Vec<PathBuf>,
    /// The manifests of the parts that are whole, their files, and their sizes.
    done: Vec<(Sha256, PathBuf, u64)>,
    /// Their files, locked until all have their names.
    held: Vec<File>,
}

/// A part that is being written.
struct PartWriter {
    out: PartSink,
    path: PathBuf,
    at: u64,
    manifest: zstd::stream::write::Encoder<'static, Vec<u8>>,
    /// Bytes of manifest text so far: more than it will take.
    text: u64,
}

enum PartSink {
    Pipe(io::Stdout),
    File(BufWriter<File>),
}

impl Write for PartSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Pipe(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Pipe(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}

impl<'a> BundleWriter<'a> {
    pub fn start(
        destination: Destination,
        split: Option<u64>,
        head: BundleHead,
        gone: Vec<GoneEntry>,
        keys: &'a [SigningKey],
        flush: bool,
    ) -> Result<Self> {
        let text = (gone.iter()).map(|it| line(&Entry::Gone(it.clone())).len() as u64);
        let text = text.sum();
        let mut writer = Self {
            destination,
            split,
            head,
            gone: (gone, text),
            keys,
            flush,
            part: None,
            begun: Vec::new(),
            done: Vec::new(),
            held: Vec::new(),
        };
        writer.open()?;
        Ok(writer)
    }

    /// How many bytes are written so far.
    pub fn written(&self) -> u64 {
        let before: u64 = self.done.iter().map(|(_, _, size)| size).sum();
        before + self.part.as_ref().map_or(0, |part| part.at)
    }

    fn open(&mut self) -> Result<()> {
        let (out, path) = match &self.destination {
            Destination::Pipe => (
                PartSink::Pipe(io::stdout()),
                PathBuf::from("standard output"),
            ),
            Destination::File(path) => {
                let path = match self.split {
                    Some(_) => numbered(path, self.head.part),
                    None => path.clone(),
                };
                let file = begin(&path)?;
                self.begun.push(path.clone());
                (PartSink::File(BufWriter::new(file)), path)
            }
        };
        let manifest = zstd::stream::write::Encoder::new(Vec::new(), 9)
            .map_err(io_error(Action::Write, &path))?;
        let mut part = PartWriter {
            out,
            path,
            at: 0,
            manifest,
            text: 0,
        };
        part.write(MAGIC)?;
        part.say(&self.head.to_string())?;
        self.part = Some(part);
        Ok(())
    }

    fn part(&mut self) -> &mut PartWriter {
        match &mut self.part {
            Some(part) => part,
            None => unreachable!("a part is open from the start to the end"),
        }
    }

    /// Makes sure that `bytes` of a frame and `text` of manifest go into the part that is open, else begins the next.
    fn make_room(&mut self, bytes: u64, text: u64, what: &Frame) -> Result<()> {
        let Some(limit) = self.split else {
            return Ok(());
        };
        // Any part may turn out to be the last.
        let tail = (self.done.len() as u64 + 1) * 72 + self.gone.1 + RESERVE + TAIL as u64;
        let needed = bytes + text + tail;
        let part = self.part();
        if part.at + part.text + needed <= limit {
            return Ok(());
        }
        // The part is still empty, so starting another part would not help.
        if part.at <= MAGIC.len() as u64 || needed + 1024 > limit {
            let what = what.items.first().map_or_else(String::new, name_of);
            return Err(Error::Bundle(BundleError::TooLarge { what, limit }));
        }
        self.close(&BundleEnd::default())?;
        self.head.part += 1;
        self.open()
    }

    /// Adds a frame whose stored bytes are these.
    pub fn frame(&mut self, frame: &Frame, stored: &[u8]) -> Result<()> {
        let text = lines(frame);
        self.make_room(stored.len() as u64, text.len() as u64, frame)?;
        let part = self.part();
        part.write(stored)?;
        test_kill("bundle-frame-written");
        part.say(&text)
    }

    /// Adds a frame of `unpacked` bytes that `write` writes, packed at `level` or not at all.
    pub fn stream(
        &mut self,
        mut frame: Frame,
        level: Option<i32>,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        let unpacked = frame.entry.unpacked;
        let most = unpacked + unpacked / 128 + 4096;
        self.make_room(most, lines(&frame).len() as u64, &frame)?;
        let part = self.part();
        let path = part.path.clone();
        let failed = || io_error(Action::Write, &path);
        let before = part.at;
        let mut counting = Counting {
            part,
            hashing: Hashing::default(),
        };
        match level {
            None => write(&mut counting)?,
            Some(level) => {
                let mut packing =
                    zstd::stream::write::Encoder::new(&mut counting, level).map_err(failed())?;
                packing.include_checksum(true).map_err(failed())?;
                packing
                    .set_pledged_src_size(Some(unpacked))
                    .map_err(failed())?;
                write(&mut packing)?;
                packing.finish().map_err(failed())?;
            }
        }
        frame.entry = FrameEntry {
            packing: if level.is_some() {
                Packing::Zstd
            } else {
                Packing::Plain
            },
            checksum: counting.hashing.finish(),
            stored: self.part().at - before,
            unpacked,
        };
        let text = lines(&frame);
        self.part().say(&text)
    }

    fn close(&mut self, end: &BundleEnd) -> Result<()> {
        let Some(mut part) = self.part.take() else {
            return Ok(());
        };
        let mut text = String::new();
        for gone in &end.gone {
            text += &line(&Entry::Gone(gone.clone()));
        }
        for other in &end.others {
            text += &line(&Entry::Other(*other));
        }
        text += &line(&Entry::End(end.parts));
        part.say(&text)?;
        let manifest = part
            .manifest
            .finish()
            .map_err(io_error(Action::Write, &part.path))?;
        let checksum = Sha256::of(&manifest);
        let signatures: Result<Vec<String>> =
            self.keys.iter().map(|key| key.sign(&manifest)).collect();
        let signature = signatures?.concat();
        let tail = Tail {
            manifest: part.at,
            manifest_length: manifest.len() as u64,
            signatures_length: signature.len() as u64,
            checksum,
        };
        let mut at = part.at;
        for bytes in [&manifest[..], signature.as_bytes(), &tail.render()] {
            part.out
                .write_all(bytes)
                .map_err(io_error(Action::Write, &part.path))?;
            at += bytes.len() as u64;
        }
        part.out
            .flush()
            .map_err(io_error(Action::Write, &part.path))?;
        let held = match part.out {
            PartSink::File(out) => {
                let whole = out.into_inner().map_err(IntoInnerError::into_error);
                Some(whole.map_err(io_error(Action::Write, &part.path))?)
            }
            PartSink::Pipe(_) => None,
        };
        if let Some(file) = held.as_ref().filter(|_| self.flush) {
            file.sync_all()
                .map_err(io_error(Action::Write, &part.path))?;
        }
        test_kill("bundle-part-written");
        self.done.push((checksum, part.path, at));
        self.held.extend(held);
        Ok(())
    }

    /// Completes the last part, and gives all their names. `before_names` runs when everything is on the disk. Returns the
    /// files and their sizes in bytes.
    pub fn finish(
        mut self,
        before_names: impl FnOnce() -> Result<()>,
    ) -> Result<Vec<(PathBuf, u64)>> {
        let end = BundleEnd {
            gone: std::mem::take(&mut self.gone.0),
            others: self.done.iter().map(|(checksum, _, _)| *checksum).collect(),
            parts: Some(self.head.part),
        };
        self.close(&end)?;
        before_names()?;
        let mut files = Vec::new();
        for (_, path, size) in std::mem::take(&mut self.done) {
            if matches!(self.destination, Destination::File(_)) && is_regular(&path) {
                rename(&partial(&path), &path)?;
                test_kill("bundle-renamed");
                if self.flush {
                    sync::folder(folder_of(&path))?;
                }
            }
            files.push((path, size));
        }
        Ok(files)
    }
}

impl Drop for BundleWriter<'_> {
    /// What did not come to its end leaves nothing.
    fn drop(&mut self) {
        self.part = None;
        for path in self.begun.drain(..).filter(|path| is_regular(path)) {
            let _ = std::fs::remove_file(partial(&path));
        }
    }
}

impl PartWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out
            .write_all(bytes)
            .map_err(io_error(Action::Write, &self.path))?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.text += text.len() as u64;
        self.manifest
            .write_all(text.as_bytes())
            .map_err(io_error(Action::Write, &self.path))
    }
}

/// Hashes and counts what goes into a part.
struct Counting<'p> {
    part: &'p mut PartWriter,
    hashing: Hashing,
}

impl Write for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.part.out.write(bytes)?;
        self.part.at += written as u64;
        self.hashing.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn line(entry: &impl std::fmt::Display) -> String {
    format!("{entry}\n")
}

/// The lines of a frame.
fn lines(frame: &Frame) -> String {
    let mut text = line(&Entry::Frame(frame.entry.clone()));
    if let Some(base) = &frame.base {
        text += &line(&Entry::Base(base.clone()));
    }
    for item in &frame.items {
        text += &line(item);
    }
    text
}

fn name_of(item: &crate::model::bundle::manifest::Item) -> String {
    let text = item.to_string();
    text.split(' ').take(4).collect::<Vec<_>>().join(" ")
}

/// `week.cmb` -> `week.2.cmb`
fn numbered(path: &Path, part: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match path.extension() {
        Some(ending) => path.with_file_name(format!("{stem}.{part}.{}", ending.to_string_lossy())),
        None => path.with_file_name(format!("{stem}.{part}")),
    }
}

fn partial(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.partial"))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Whether a file is made beside and renamed; what is there and is no file, a tape or a pipe, is written to.
fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |meta| meta.is_file())
}

/// Begins the file of a part.
fn begin(path: &Path) -> Result<File> {
    if !is_regular(path) {
        let file = File::options().write(true).open(path);
        return file.map_err(io_error(Action::Write, path));
    }
    if path.exists() {
        return Err(Error::Bundle(BundleError::Exists(path.to_owned())));
    }
    let partial = partial(path);
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&partial)
        .map_err(io_error(Action::Write, &partial))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            return Err(Error::Bundle(BundleError::BeingWritten(path.to_owned())));
        }
        Err(TryLockError::Error(cause)) if !has_no_locks(&cause) => {
            return Err(io_error(Action::Lock, &partial)(cause));
        }
        _ => {}
    }
    // Another run may have held it until it had its name.
    if path.exists() {
        return Err(Error::Bundle(BundleError::Exists(path.to_owned())));
    }
    file.set_len(0).map_err(io_error(Action::Write, &partial))?;
    Ok(file)
}
