//! A frame as it is made: crates read and hashed, taken apart, packed together.

use std::sync::{Mutex, PoisonError};

use crate::io::bundle::deflate::{Recipe, take_apart, tar_of};
use crate::io::bundle::frame::pack;
use crate::io::store::read::OpenCrate;
use crate::io::store::registry::RegistryStore;
use crate::model::bundle::frame::{Frame, MAX_FRAME};
use crate::model::bundle::manifest::{
    BaseEntry, Codec, CrateEntry, FrameEntry, Item, Listed, Packing,
};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::store::StoreError;
use crate::model::package::checksum::Sha256;
use crate::ops::bundle::plan::{Job, MAX_TAR, Piece};

/// A frame that was made, and what could not go into it.
pub struct Packed {
    pub frame: Frame,
    pub stored: Vec<u8>,
    pub failed: Vec<(String, String)>,
}

/// Makes a frame. `moved` is told of the bytes of each crate.
pub fn make(
    job: &Job,
    store: &RegistryStore,
    level: Option<i32>,
    heavy: &Mutex<()>,
    moved: impl Fn(&Piece, u64),
) -> Result<Packed> {
    let (base, tar) = match job.base.as_ref().filter(|_| level.is_some()) {
        Some(base) => tar_of_base(base, store)?,
        None => (None, Vec::new()),
    };
    // Untouched, it takes no memory; growing in steps, it would take twice as much.
    let room = usize::try_from(job.most() + (1 << 10)).unwrap_or(0);
    let mut plain = Vec::with_capacity(room);
    // Archives of that size come one at a time: each takes several times its size while it is analysed.
    let _alone = job
        .is_heavy()
        .then(|| heavy.lock().unwrap_or_else(PoisonError::into_inner));
    let (mut items, mut failed) = (Vec::new(), Vec::new());
    for piece in &job.pieces {
        let before = plain.len();
        match add(piece, store, level.is_some(), &mut plain) {
            Ok(item) => items.push(item),
            Err(error) => {
                plain.truncate(before);
                failed.push((piece.of.id.to_string(), chain(&error)));
            }
        }
        moved(piece, piece.bytes.map_or(0, |bytes| bytes.size));
    }
    let unpacked = plain.len() as u64;
    let (packing, stored) = match level {
        None => (Packing::Plain, plain),
        Some(level) => {
            let packed = pack(&plain, &tar, level);
            let packed = packed.map_err(|source| {
                Error::Fs(FsError::Io {
                    action: Action::Write,
                    path: "a frame of the dump".into(),
                    source,
                })
            })?;
            drop(plain);
            (Packing::Zstd, packed)
        }
    };
    Ok(Packed {
        frame: Frame {
            number: 0,
            entry: FrameEntry {
                packing,
                stored: stored.len() as u64,
                unpacked,
                checksum: Sha256::of(&stored),
            },
            base,
            items,
        },
        stored,
        failed,
    })
}

/// The archive that a frame refers back to; nothing where that crate is none to unpack.
fn tar_of_base(base: &BaseEntry, store: &RegistryStore) -> Result<(Option<BaseEntry>, Vec<u8>)> {
    let opened = store.open_verified(&base.of.id, &base.of.checksum)?;
    let bytes = opened.map(OpenCrate::read).transpose()?;
    let tar = bytes.and_then(|bytes| tar_of(&bytes, usize::try_from(base.tar).unwrap_or(0)));
    Ok(match tar.filter(|tar| !tar.is_empty()) {
        Some(tar) => {
            let entry = BaseEntry {
                of: base.of.clone(),
                tar: tar.len() as u64,
            };
            (Some(entry), tar)
        }
        None => (None, Vec::new()),
    })
}

/// Adds a piece to a frame.
fn add(piece: &Piece, store: &RegistryStore, apart: bool, plain: &mut Vec<u8>) -> Result<Item> {
    let line = piece.line_entry();
    if piece.bytes.is_none() {
        plain.extend_from_slice(&piece.line);
        return Ok(Item::Line {
            of: piece.of.clone(),
            line,
        });
    }
    let bytes = read(piece, store)?;
    let start = plain.len();
    let limit = usize::try_from(MAX_TAR).unwrap_or(usize::MAX);
    let mut recipe = None;
    if apart {
        recipe = take_apart(&piece.of.id, &bytes, limit, plain);
    }
    let fits = |recipe: &Recipe, plain: &Vec<u8>| {
        let more = recipe.head.len() + recipe.side.len() + piece.line.len();
        let body = (plain.len() - start) as u64;
        plain.len() as u64 + more as u64 <= MAX_FRAME && bytes.len() as u64 <= body
    };
    let recipe = recipe
        .filter(|recipe| fits(recipe, plain))
        .unwrap_or_else(|| {
            plain.truncate(start);
            plain.extend_from_slice(&bytes);
            Recipe {
                codec: Codec::AsIs,
                head: Vec::new(),
                side: Vec::new(),
            }
        });
    let body = (plain.len() - start) as u64;
    for part in [&recipe.head[..], &recipe.side, &piece.line] {
        plain.extend_from_slice(part);
    }
    Ok(Item::Crate(CrateEntry {
        of: piece.of.clone(),
        size: bytes.len() as u64,
        line,
        codec: recipe.codec,
        head: recipe.head.len() as u64,
        side: recipe.side.len() as u64,
        body,
    }))
}

/// The bytes of a crate, which are those of its line, or an error.
fn read(piece: &Piece, store: &RegistryStore) -> Result<Vec<u8>> {
    let Listed { id, checksum, .. } = &piece.of;
    match store.open_verified(id, checksum)? {
        Some(opened) => opened.read(),
        None => Err(Error::Store(StoreError::Checksum {
            expected: *checksum,
            actual: store.hash(id)?.unwrap_or(nothing()),
            bytes: piece.bytes.map_or(0, |bytes| bytes.size),
            start: "what is here".to_owned(),
        })),
    }
}

fn nothing() -> Sha256 {
    Sha256::of("")
}
