//! A part of a dump, opened: its manifest read into memory once, as stored, and its frames read from the file, each held
//! against its checksum before anything is made of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::bundle::frame::{WINDOW, unpack};
use crate::io::fs::error::io_error;
use crate::io::fs::hash::hash;
use crate::model::bundle::frame::Frame;
use crate::model::bundle::manifest::{BundleEnd, BundleHead, Packing};
use crate::model::bundle::reading::ManifestReader;
use crate::model::bundle::sshsig::Signature;
use crate::model::bundle::tail::{MAGIC, TAIL, Tail};
use crate::model::error::{Error, Result};
use crate::model::errors::bundle_file::BundleFileError;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::Sha256;

/// No manifest is larger as stored, in bytes: that of all of crates.io is a tenth of it.
const MAX_MANIFEST: u64 = 1 << 30;
/// Nor are signatures.
const MAX_SIGNATURES: u64 = 64 << 10;

/// A part.
#[derive(Debug)]
pub struct DumpPart {
    pub path: PathBuf,
    pub head: BundleHead,
    pub end: BundleEnd,
    pub signatures: Vec<Signature>,
    /// Of the manifest as stored: what the last part knows this one by.
    pub checksum: Sha256,
    /// What the manifest comes to.
    pub totals: Totals,
    /// Where it can be opened again.
    place: PathBuf,
    file: File,
    manifest: Arc<[u8]>,
}

/// What a part comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Of the file, in bytes.
    pub length: u64,
    pub frames: usize,
    pub items: usize,
    /// Of all frames as unpacked, in bytes.
    pub unpacked: u64,
}

/// Where the stored bytes of a frame are.
#[derive(Debug, Clone)]
pub struct PlacedFrame {
    pub frame: Frame,
    pub offset: u64,
}

type Manifest = BufReader<zstd::stream::read::Decoder<'static, BufReader<io::Cursor<Arc<[u8]>>>>>;

/// The frames of a part, in order.
pub struct Frames {
    path: PathBuf,
    head: BundleHead,
    reader: ManifestReader<Manifest>,
    offset: u64,
}

impl Iterator for Frames {
    type Item = Result<PlacedFrame>;

    fn next(&mut self) -> Option<Self::Item> {
        let frame = match self.reader.frame(&self.head).transpose()? {
            Ok(frame) => frame,
            Err(source) => {
                let path = self.path.clone();
                return Some(Err(Error::BundleFile(BundleFileError::Manifest {
                    path,
                    source,
                })));
            }
        };
        let offset = self.offset;
        self.offset = self.offset.saturating_add(frame.entry.stored);
        Some(Ok(PlacedFrame { frame, offset }))
    }
}

impl DumpPart {
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(io_error(Action::Read, path))?;
        Self::of(file, path, path)
    }

    /// Reads all but the frames. `path` is its name in messages, `place` where it is.
    pub fn of(mut file: File, place: &Path, path: &Path) -> Result<Self> {
        let failed = || io_error(Action::Read, path);
        let meta = file.metadata().map_err(failed())?;
        if meta.is_dir() {
            return Err(failed()(io::ErrorKind::IsADirectory.into()));
        }
        let length = file.seek(SeekFrom::End(0)).map_err(failed())?;
        let tail = ends(&mut file, length, path)?;
        let mut manifest = vec![0; usize::try_from(tail.manifest_length).unwrap_or_default()];
        read_at(&mut file, tail.manifest, &mut manifest).map_err(failed())?;
        let manifest_end = tail.manifest + tail.manifest_length;
        if Sha256::of(&manifest) != tail.checksum {
            return Err(damaged(path, "its manifest", tail.manifest, manifest_end));
        }
        let mut signatures = vec![0; usize::try_from(tail.signatures_length).unwrap_or_default()];
        read_at(&mut file, manifest_end, &mut signatures).map_err(failed())?;
        let end = manifest_end + tail.signatures_length;
        let signatures = Signature::parse_all(&signatures)
            .map_err(|_cause| damaged(path, "its signatures", manifest_end, end))?;
        let manifest: Arc<[u8]> = manifest.into();
        let mut frames = frames(path, &manifest)?;
        let mut totals = Totals {
            length,
            ..Totals::default()
        };
        for placed in frames.by_ref() {
            let frame = placed?.frame;
            totals.frames += 1;
            totals.items += frame.items.len();
            totals.unpacked = totals.unpacked.saturating_add(frame.entry.unpacked);
        }
        if frames.offset != tail.manifest {
            let why = "its frames do not reach to its manifest".to_owned();
            let path = path.to_owned();
            return Err(Error::BundleFile(BundleFileError::Content { path, why }));
        }
        Ok(Self {
            path: path.to_owned(),
            head: frames.head,
            end: frames.reader.end().cloned().unwrap_or_default(),
            signatures,
            checksum: tail.checksum,
            totals,
            place: place.to_owned(),
            file,
            manifest,
        })
    }

    /// What is signed.
    pub fn manifest(&self) -> &[u8] {
        &self.manifest
    }

    /// The frames, from the manifest that was checked when it was opened.
    pub fn frames(&self) -> Result<Frames> {
        frames(&self.path, &self.manifest)
    }

    /// The stored bytes of a frame, once they were found to be those that the manifest names.
    fn stored(&self, placed: &PlacedFrame) -> Result<Vec<u8>> {
        let stored = placed.frame.entry.stored;
        let mut bytes = vec![0; usize::try_from(stored).unwrap_or_default()];
        let mut file = self.handle()?;
        read_at(&mut file, placed.offset, &mut bytes)
            .map_err(io_error(Action::Read, &self.path))?;
        self.compare(placed, &Sha256::of(&bytes))?;
        Ok(bytes)
    }

    /// Hashes the stored bytes of a frame.
    pub fn check(&self, placed: &PlacedFrame) -> Result<()> {
        let read = hash(self.raw(placed)?, &mut vec![0; 1 << 20]);
        let (digest, _) = read.map_err(io_error(Action::Read, &self.path))?;
        self.compare(placed, &digest)
    }

    fn compare(&self, placed: &PlacedFrame, actual: &Sha256) -> Result<()> {
        if *actual == placed.frame.entry.checksum {
            return Ok(());
        }
        let what = format!("frame {}", placed.frame.number);
        let end = placed.offset + placed.frame.entry.stored;
        Err(damaged(&self.path, &what, placed.offset, end))
    }

    /// A frame, unpacked in memory.
    pub fn unpacked(&self, placed: &PlacedFrame, base: &[u8]) -> Result<Vec<u8>> {
        let stored = self.stored(placed)?;
        let entry = &placed.frame.entry;
        if entry.packing == Packing::Plain {
            return Ok(stored);
        }
        let length = usize::try_from(entry.unpacked).unwrap_or_default();
        unpack(&stored, base, length).map_err(|cause| {
            let why = format!("frame {}: {cause}", placed.frame.number);
            self.made_up(why)
        })
    }

    /// A frame that is read as it is unpacked. Its stored bytes are hashed first.
    pub fn stream(&self, placed: &PlacedFrame) -> Result<Box<dyn Read>> {
        self.check(placed)?;
        let raw = self.raw(placed)?;
        let unpacked = placed.frame.entry.unpacked;
        if placed.frame.entry.packing == Packing::Plain {
            return Ok(Box::new(raw));
        }
        let mut decoder = zstd::stream::read::Decoder::new(raw)
            .map_err(io_error(Action::Read, &self.path))?
            .single_frame();
        decoder
            .window_log_max(WINDOW)
            .map_err(io_error(Action::Read, &self.path))?;
        Ok(Box::new(decoder.take(unpacked)))
    }

    fn raw(&self, placed: &PlacedFrame) -> Result<Take<File>> {
        let mut file = self.handle()?;
        file.seek(SeekFrom::Start(placed.offset))
            .map_err(io_error(Action::Read, &self.path))?;
        Ok(file.take(placed.frame.entry.stored))
    }

    /// A handle with a position of its own: threads read at the same time.
    fn handle(&self) -> Result<File> {
        let again = File::open(&self.place);
        match again {
            Ok(file) if same(&file, &self.file) => Ok(file),
            // It was renamed or removed, or never had a name: then threads share the position, which they must not.
            _ => Err(io_error(Action::Read, &self.path)(
                io::ErrorKind::NotFound.into(),
            )),
        }
    }

    /// That what is in it is not what it says.
    pub fn made_up(&self, why: String) -> Error {
        let path = self.path.clone();
        Error::BundleFile(BundleFileError::Content { path, why })
    }
}

/// The tail of a part, which says where the rest is; an error where either end is none of a part.
fn ends(file: &mut File, length: u64, path: &Path) -> Result<Tail> {
    let mut magic = [0; MAGIC.len()];
    let mut tail = [0; TAIL];
    let start = length.checked_sub(TAIL as u64);
    let Some(start) = start.filter(|start| *start >= MAGIC.len() as u64) else {
        return Err(Error::BundleFile(BundleFileError::NotOne(path.to_owned())));
    };
    read_at(file, 0, &mut magic).map_err(io_error(Action::Read, path))?;
    read_at(file, start, &mut tail).map_err(io_error(Action::Read, path))?;
    let tail = Tail::parse(&tail, length).filter(|tail| {
        tail.manifest_length <= MAX_MANIFEST && tail.signatures_length <= MAX_SIGNATURES
    });
    match tail {
        Some(tail) if magic == *MAGIC => Ok(tail),
        Some(_) => Err(damaged(path, "its start", 0, MAGIC.len() as u64)),
        None if magic == *MAGIC => Err(Error::BundleFile(BundleFileError::End {
            path: path.to_owned(),
            from: start,
            to: length,
        })),
        None => Err(Error::BundleFile(BundleFileError::NotOne(path.to_owned()))),
    }
}

#[cfg(unix)]
fn same(one: &File, other: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |file: &File| file.metadata().map(|meta| (meta.dev(), meta.ino())).ok();
    id(one) == id(other)
}

#[cfg(not(unix))]
fn same(one: &File, other: &File) -> bool {
    let length = |file: &File| file.metadata().map(|meta| meta.len()).ok();
    length(one) == length(other)
}

fn damaged(path: &Path, what: &str, from: u64, to: u64) -> Error {
    Error::BundleFile(BundleFileError::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
        from,
        to,
    })
}

fn frames(path: &Path, manifest: &Arc<[u8]>) -> Result<Frames> {
    let bad = |source| {
        let path = path.to_owned();
        Error::BundleFile(BundleFileError::Manifest { path, source })
    };
    let packed = BufReader::new(io::Cursor::new(Arc::clone(manifest)));
    let mut text = zstd::stream::read::Decoder::with_buffer(packed)
        .map_err(io_error(Action::Read, path))?
        .single_frame();
    text.window_log_max(WINDOW)
        .map_err(io_error(Action::Read, path))?;
    let (head, reader) = ManifestReader::start(BufReader::new(text)).map_err(bad)?;
    Ok(Frames {
        path: path.to_owned(),
        head,
        reader,
        offset: MAGIC.len() as u64,
    })
}

fn read_at(file: &mut File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

/// Whether a file begins as a part does.
pub fn looks_like_one(path: &Path) -> bool {
    let start = File::open(path).map(|file| BufReader::with_capacity(16, file));
    start.is_ok_and(|mut start| start.fill_buf().is_ok_and(|it| it.starts_with(MAGIC)))
}
