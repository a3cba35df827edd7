//! Frames that are to be made: which crates go together, and what they refer back to.
//!
//! Versions of a crate go together, since they share most of their text; small families share a frame. A crate whose
//! receiver has another version refers back to that one.

use std::io::{Read, Seek, SeekFrom};

use crate::io::bundle::deflate::claimed_length;
use crate::io::store::registry::RegistryStore;
use crate::model::bundle::frame::{MAX_BASE, MAX_ITEMS};
use crate::model::bundle::manifest::{BaseEntry, LineEntry, Listed};
use crate::model::bundle::state::{KnownState, bytes_key, key_of, line_key};
use crate::model::error::Result;
use crate::model::index::file::IndexLine;
use crate::ops::bundle::select::{Chosen, Family};

/// An archive of more bytes is not unpacked.
pub const MAX_TAR: u64 = 72 << 20;
/// A frame with an archive of more bytes is made while no other such is.
const HEAVY: u64 = 20 << 20;
/// A family goes into one frame up to so many bytes as unpacked.
const FAMILY: u64 = 64 << 20;

/// A crate that goes into a dump.
#[derive(Debug, Clone)]
pub struct Piece {
    pub of: Listed,
    pub line: Box<[u8]>,
    /// `None`: the line only.
    pub bytes: Option<CrateSize>,
}

/// How large a crate is, and how much of a frame it may take, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct CrateSize {
    pub size: u64,
    pub most: u64,
    /// What its archive claims to be.
    tar: u64,
}

impl Piece {
    pub fn line_entry(&self) -> LineEntry {
        LineEntry {
            length: self.line.len() as u64,
            key: key_of(&self.line),
        }
    }

    fn most(&self) -> u64 {
        self.line.len() as u64 + self.bytes.map_or(0, |bytes| bytes.most)
    }
}

/// A frame to make.
#[derive(Debug, Default)]
pub struct Job {
    /// What the pieces refer back to, with the length that its archive claims to have.
    pub base: Option<BaseEntry>,
    pub pieces: Vec<Piece>,
}

impl Job {
    /// How many bytes it has at most as unpacked.
    pub fn most(&self) -> u64 {
        self.pieces.iter().map(Piece::most).sum()
    }

    /// How many bytes are held while it is made, besides what packing takes: those of a crate as it is, too.
    pub fn memory(&self) -> u64 {
        let base = self.base.as_ref().map_or(0, |base| base.tar);
        let sizes = self.pieces.iter().filter_map(|piece| piece.bytes);
        let largest = sizes.map(|bytes| bytes.size).max().unwrap_or(0);
        self.most() + base + largest
    }

    pub fn is_heavy(&self) -> bool {
        let heavy = |piece: &Piece| piece.bytes.is_some_and(|bytes| bytes.most > HEAVY);
        let base = self.base.as_ref().map_or(0, |base| base.tar);
        base > 0 && self.most().max(base) > HEAVY || self.pieces.iter().any(heavy)
    }
}

/// What a crate comes to.
#[derive(Debug, Default)]
pub struct Sorted {
    pub pieces: Vec<Piece>,
    /// What the pieces may refer back to.
    pub base: Option<BaseEntry>,
    /// Crates that the receiver has.
    pub left_out: usize,
    /// Packages whose bytes are not here.
    pub missing: Vec<String>,
}

/// Decides what of a family goes into the dump.
pub fn sort(
    family: &Family,
    store: &RegistryStore,
    chosen: &Chosen,
    known: &KnownState,
    refer_back: bool,
) -> Result<Sorted> {
    let mut sorted = Sorted::default();
    let of = |line: &IndexLine| Listed {
        source: family.source.clone(),
        id: line.id().clone(),
        checksum: *line.checksum(),
    };
    for line in family.chosen() {
        let listed = of(line);
        let has_bytes = known.has(bytes_key(&listed));
        let has_line = known.has(line_key(&listed, key_of(line.raw())));
        if has_bytes && has_line {
            sorted.left_out += 1;
            continue;
        }
        let size = if has_bytes {
            None
        } else {
            size_of(store, line)?
        };
        let pruned = chosen.pruned.get(&family.source);
        let pruned = pruned.is_some_and(|ids| ids.contains(line.id()));
        if size.is_none() && !has_bytes && !pruned {
            sorted.missing.push(line.id().to_string());
            continue;
        }
        if size.is_none() && !has_bytes && chosen.roots.is_empty() {
            // A line without bytes says nothing to a mirror that does not have the root which leaves them out.
            continue;
        }
        if size.is_none() && has_line {
            sorted.left_out += 1;
            continue;
        }
        sorted.pieces.push(Piece {
            of: listed,
            line: line.raw().into(),
            bytes: size,
        });
    }
    let first = sorted.pieces.iter().find(|piece| piece.bytes.is_some());
    if let Some(first) = first.filter(|_| refer_back) {
        let there: Vec<&IndexLine> = (family.index.lines().iter())
            .filter(|line| line.id().name == first.of.id.name)
            .filter(|line| known.has(bytes_key(&of(line))))
            .collect();
        let version = &first.of.id.version;
        let older = there.iter().rev().find(|line| line.id().version < *version);
        // Without an older one, the oldest of the newer ones is the nearest.
        let base = older.or(there.first());
        if let Some(line) = base
            && let Some(size) = size_of(store, line)?
            && size.tar <= MAX_BASE
        {
            sorted.base = Some(BaseEntry {
                of: of(line),
                tar: size.tar,
            });
        }
    }
    Ok(sorted)
}

/// How large a crate is here. `None`: it is not.
fn size_of(store: &RegistryStore, line: &IndexLine) -> Result<Option<CrateSize>> {
    if !store.has_file(line.id()) {
        return Ok(None);
    }
    let mut file = store.open_crate(line.id())?;
    let size = file.seek(SeekFrom::End(0)).unwrap_or(0);
    let mut last = [0; 4];
    let tar = match file
        .seek(SeekFrom::End(-4))
        .map(|_| file.read_exact(&mut last))
    {
        Ok(Ok(())) => claimed_length(last),
        _ => u64::MAX,
    };
    let most = if tar > MAX_TAR {
        size
    } else {
        // The archive, and corrections of at most a quarter of the crate.
        size.max(tar + size / 4 + 4096)
    };
    Ok(Some(CrateSize { size, most, tar }))
}

/// Collects pieces into frames.
#[derive(Debug)]
pub struct Collector {
    job: Job,
    most: u64,
    together: u64,
    family: u64,
}

impl Collector {
    /// `together`: how large frames of several families become, in bytes. `split`: the largest size of a part; no frame is
    /// more than half of it, where that can be.
    pub fn new(together: u64, split: Option<u64>) -> Self {
        let half = split.map_or(u64::MAX, |split| split / 2);
        Self {
            job: Job::default(),
            most: 0,
            together: together.min(half),
            family: FAMILY.min(half),
        }
    }

    /// Adds a family; frames that are complete by that go to `ready`.
    pub fn add(&mut self, sorted: Sorted, ready: &mut Vec<Job>) {
        let whole: u64 = sorted.pieces.iter().map(Piece::most).sum();
        if sorted.base.is_some() {
            // Who refers back is alone, so that a base that is missing hurts nobody else.
            let mut alone = Self {
                job: Job::default(),
                most: 0,
                together: self.together,
                family: self.family,
            };
            alone.job.base.clone_from(&sorted.base);
            for piece in sorted.pieces {
                alone.push(piece, ready);
            }
            alone.close(ready);
            return;
        }
        if self.most + whole > self.together {
            self.close(ready);
        }
        for piece in sorted.pieces {
            self.push(piece, ready);
        }
    }

    fn push(&mut self, piece: Piece, ready: &mut Vec<Job>) {
        let most = piece.most();
        if self.most + most > self.family || self.job.pieces.len() >= MAX_ITEMS {
            let base = self.job.base.clone();
            self.close(ready);
            self.job.base = base;
        }
        self.most += most;
        self.job.pieces.push(piece);
    }

    pub fn close(&mut self, ready: &mut Vec<Job>) {
        self.most = 0;
        let job = std::mem::take(&mut self.job);
        if !job.pieces.is_empty() {
            ready.push(job);
        }
    }
}
