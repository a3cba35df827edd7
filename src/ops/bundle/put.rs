//! The items of a frame, held against the mirror and put into it: bytes, then lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::io::bundle::deflate::{put_together, tar_of};
use crate::io::bundle::reader::{DumpPart, PlacedFrame};
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::verified;
use crate::model::bundle::manifest::{BaseEntry, CrateEntry, Item, LineEntry, Listed};
use crate::model::bundle::state::key_of;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bundle_file::BundleFileError;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::input::closure::Wanted;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::plan::Stored;

/// What a mirror lacks of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    pub line: bool,
    pub bytes: bool,
}

/// What came of a frame.
#[derive(Debug, Default)]
pub struct FrameOutcome {
    pub crates: usize,
    pub crate_bytes: u64,
    pub lines: usize,
    pub kept: usize,
    pub failed: Vec<(String, String)>,
}

/// The stores of the registries that a dump has something of.
pub type Stores = BTreeMap<String, RegistryStore>;

/// Crates of which the mirror may have the line only, by the folder of their source.
pub type PrunedHere = BTreeMap<String, BTreeSet<CrateId>>;

/// What the mirror lacks of each crate and line of a frame. Of another item, nothing is said.
pub fn lacking(frame: &PlacedFrame, stores: &Stores) -> Result<Vec<Result<Lack>>> {
    let mut found = Vec::new();
    let mut index: Option<(&str, &CrateName, IndexFile)> = None;
    for item in &frame.frame.items {
        let (of, line, bytes) = match item {
            Item::Crate(it) => (&it.of, it.line, true),
            Item::Line { of, line } => (of, *line, false),
            _ => {
                let (line, bytes) = (true, true);
                found.push(Ok(Lack { line, bytes }));
                continue;
            }
        };
        let Some(store) = stores.get(&of.source) else {
            found.push(Ok(Lack { line: true, bytes }));
            continue;
        };
        let known = index
            .as_ref()
            .is_some_and(|(source, name, _)| *source == of.source && **name == of.id.name);
        if !known {
            let read = store.read_index(&of.id.name)?;
            index = Some((&of.source, &of.id.name, read));
        }
        let here = index.as_ref().and_then(|(_, _, index)| index.get(&of.id));
        found.push(look(store, of, line, here, bytes));
    }
    Ok(found)
}

fn look(
    store: &RegistryStore,
    of: &Listed,
    line: LineEntry,
    here: Option<&IndexLine>,
    bytes: bool,
) -> Result<Lack> {
    if let Some(here) = here
        && *here.checksum() != of.checksum
    {
        return Err(Error::Store(StoreError::HeldOtherwise {
            wanted: of.checksum,
            there: *here.checksum(),
        }));
    }
    let same_line = here.is_some_and(|here| key_of(here.raw()) == line.key);
    let wanted = Wanted {
        id: of.id.clone(),
        checksum: Some(of.checksum),
        bytes,
    };
    let stored = store.look_up(std::slice::from_ref(&wanted))?.pop();
    Ok(match stored {
        Some(Stored::Lacks { bytes, .. }) => Lack {
            line: !same_line || bytes,
            bytes,
        },
        _ => Lack {
            line: !same_line,
            bytes: false,
        },
    })
}

/// The archive that a frame refers back to. `None`: the mirror does not have it, or not as it was.
pub fn base_of(base: &BaseEntry, stores: &Stores) -> Result<Option<Vec<u8>>> {
    let Some(store) = stores.get(&base.of.source) else {
        return Ok(None);
    };
    let Some(opened) = store.open_verified(&base.of.id, &base.of.checksum)? else {
        return Ok(None);
    };
    let limit = usize::try_from(base.tar).unwrap_or(usize::MAX);
    let tar = tar_of(&opened.read()?, limit);
    Ok(tar.filter(|tar| tar.len() as u64 == base.tar))
}

/// Puts what the mirror lacks of a frame into it.
pub fn put(
    watch: &Watch,
    part: &DumpPart,
    placed: &PlacedFrame,
    lacks: Vec<Result<Lack>>,
    stores: &Stores,
    pruned: &PrunedHere,
) -> Result<FrameOutcome> {
    let mut outcome = FrameOutcome::default();
    let needed = |lack: &Result<Lack>| lack.as_ref().is_ok_and(|lack| lack.line || lack.bytes);
    if !lacks.iter().any(needed) {
        for (item, lack) in placed.frame.items.iter().zip(lacks) {
            outcome.look(item, lack);
            skip(watch, item);
        }
        return Ok(outcome);
    }
    let tar = match &placed.frame.base {
        Some(base) => base_of(base, stores)?.ok_or_else(|| {
            part.made_up(format!(
                "frame {} refers back to {}, which is not here as it was",
                placed.frame.number, base.of.id
            ))
        })?,
        None => Vec::new(),
    };
    let plain = part.unpacked(placed, &tar)?;
    drop(tar);
    let mut left = plain.as_slice();
    let mut lines: BTreeMap<(&str, &CrateName), Vec<IndexLine>> = BTreeMap::new();
    for (item, lack) in placed.frame.items.iter().zip(lacks) {
        let length = usize::try_from(item.length().unwrap_or(0)).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = left.split_at_checked(length) else {
            return Err(part.made_up(format!("frame {} is too short", placed.frame.number)));
        };
        left = rest;
        let lack = match lack {
            Ok(lack) if lack.line || lack.bytes => lack,
            lack => {
                outcome.look(item, lack);
                skip(watch, item);
                continue;
            }
        };
        let (of, put) = match item {
            Item::Crate(it) => (&it.of, put_crate(watch, it, lack, bytes, stores)),
            Item::Line { of, line } => (of, only_line(of, *line, bytes, stores, pruned)),
            _ => continue,
        };
        match put {
            Ok(line) => {
                outcome.count(item, lack);
                let lines = lines.entry((&of.source, &of.id.name)).or_default();
                lines.push(line);
            }
            Err(error @ Error::Fs(_)) => return Err(error),
            Err(error) => outcome.failed.push((of.id.to_string(), chain(&error))),
        }
    }
    for ((source, name), lines) in lines {
        if let Some(store) = stores.get(source) {
            store.add_lines(name, lines)?;
        }
    }
    Ok(outcome)
}

fn skip(watch: &Watch, item: &Item) {
    if let Item::Crate(it) = item {
        watch(&Event::Moved { bytes: it.size });
    }
}

impl FrameOutcome {
    fn look(&mut self, item: &Item, lack: Result<Lack>) {
        match (item, lack) {
            (Item::Crate(CrateEntry { of, .. }) | Item::Line { of, .. }, Err(error)) => {
                self.failed.push((of.id.to_string(), chain(&error)));
            }
            _ => self.kept += 1,
        }
    }

    pub fn count(&mut self, item: &Item, lack: Lack) {
        match item {
            Item::Crate(it) if lack.bytes => {
                self.crates += 1;
                self.crate_bytes = self.crate_bytes.saturating_add(it.size);
            }
            _ => self.lines += 1,
        }
    }

    pub fn take_in(&mut self, other: Self) {
        self.crates += other.crates;
        self.crate_bytes = self.crate_bytes.saturating_add(other.crate_bytes);
        self.lines += other.lines;
        self.kept += other.kept;
        self.failed.extend(other.failed);
    }
}

/// The line of an item, which must speak of that very item.
pub fn line_of(of: &Listed, line: LineEntry, bytes: &[u8]) -> Result<IndexLine> {
    let parsed = IndexLine::parse(bytes).ok();
    let parsed = parsed.filter(|it| {
        let one_line = !bytes.contains(&b'\n');
        let same = *it.id() == of.id && *it.checksum() == of.checksum;
        one_line && same && key_of(bytes) == line.key
    });
    parsed.ok_or_else(|| refused("its index line speaks of something else"))
}

fn refused(why: &'static str) -> Error {
    Error::BundleFile(BundleFileError::Refused(why))
}

fn put_crate(
    watch: &Watch,
    it: &CrateEntry,
    lack: Lack,
    bytes: &[u8],
    stores: &Stores,
) -> Result<IndexLine> {
    let (body, rest) = split(bytes, it.body)?;
    let (head, rest) = split(rest, it.head)?;
    let (side, line) = split(rest, it.side)?;
    let line = line_of(&it.of, it.line, line)?;
    if lack.bytes {
        let store = stores
            .get(&it.of.source)
            .ok_or_else(|| refused("its source has no folder"))?;
        let whole_length = usize::try_from(it.size).unwrap_or(usize::MAX);
        let whole = put_together(&it.of.id, it.codec, (body, head, side), whole_length);
        let whole = whole.map_err(|_cause| refused("its bytes cannot be put together"))?;
        let mut incoming = store.incoming()?;
        incoming.write(&whole)?;
        let bytes = store.put_crate(verified(&it.of.id, it.of.checksum, incoming)?)?;
        watch(&Event::Imported {
            package: it.of.id.clone(),
            bytes,
        });
    }
    watch(&Event::Moved { bytes: it.size });
    Ok(line)
}

fn split(bytes: &[u8], at: u64) -> Result<(&[u8], &[u8])> {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    let parts = bytes.split_at_checked(at);
    parts.ok_or_else(|| refused("its lengths are wrong"))
}

/// A line by itself: of bytes that are here, or of a crate that a root of this mirror leaves out.
fn only_line(
    of: &Listed,
    line: LineEntry,
    bytes: &[u8],
    stores: &Stores,
    pruned: &PrunedHere,
) -> Result<IndexLine> {
    let parsed = line_of(of, line, bytes)?;
    let left_out = pruned
        .get(&of.source)
        .is_some_and(|ids| ids.contains(&of.id));
    let here = stores
        .get(&of.source)
        .is_some_and(|store| store.has_file(&of.id));
    if left_out || here {
        Ok(parsed)
    } else {
        Err(refused(
            "its index line came without its bytes, which are not here either; an earlier dump or part has them",
        ))
    }
}
