//! `bundle list` and `bundle verify`: what is in a dump, and whether it is as it was written.

use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::io::bundle::deflate::put_together;
use crate::io::bundle::keys::KeyRing;
use crate::io::bundle::reader::{DumpPart, PlacedFrame};
use crate::io::fs::hash::hash;
use crate::model::bundle::manifest::{CrateEntry, Item};
use crate::model::error::{Error, Result, chain};
use crate::model::event::Event;
use crate::model::package::checksum::Sha256;
use crate::ops::bundle::budget::MemoryBudget;
use crate::ops::bundle::known::{Named, in_dump};
use crate::ops::bundle::opened::open;
use crate::ops::bundle::options::{DumpSummary, Origin};
use crate::ops::bundle::pool::each;
use crate::ops::bundle::put::{Stores, base_of};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// What is in dumps.
#[derive(Debug, Default)]
pub struct ListReport {
    pub dumps: Vec<DumpSummary>,
    pub crates: usize,
    /// Of all crates, in bytes.
    pub crate_bytes: u64,
    pub lines: usize,
    pub git_sources: usize,
    pub roots: usize,
    /// Frames that refer back to crates that are not in the dump.
    pub refer_back: usize,
    /// Of all files, in bytes.
    pub file_bytes: u64,
}

/// Tells of everything in dumps.
pub fn list(
    cwd: &Path,
    origins: &[Origin],
    keys: &KeyRing,
    mut tell: impl FnMut(Named) -> Result<()>,
) -> Result<ListReport> {
    let opened = open(cwd, origins, keys, None)?;
    let mut report = ListReport::default();
    for dump in &opened.dumps {
        for part in &dump.parts {
            count(part, &mut report)?;
            in_dump(part, &mut tell)?;
        }
        report.dumps.push(dump.summary.clone());
    }
    Ok(report)
}

fn count(part: &DumpPart, report: &mut ListReport) -> Result<()> {
    report.file_bytes += part.totals.length;
    for placed in part.frames()? {
        let frame = placed?.frame;
        report.refer_back += usize::from(frame.base.is_some());
        for item in &frame.items {
            match item {
                Item::Crate(it) => {
                    report.crates += 1;
                    report.crate_bytes = report.crate_bytes.saturating_add(it.size);
                }
                Item::Line { .. } => report.lines += 1,
                Item::Git { .. } => report.git_sources += 1,
                Item::Root { .. } => report.roots += 1,
                Item::State { .. } => {}
            }
        }
    }
    Ok(())
}

/// What `bundle verify` found.
#[derive(Debug, Default)]
pub struct BundleCheck {
    pub list: ListReport,
    /// Crates that were rebuilt and hashed.
    pub rebuilt: usize,
    /// Crates that could not be rebuilt, because what they refer back to is not in this mirror.
    pub without_base: usize,
    /// What is damaged, and how.
    pub damaged: Vec<(String, String)>,
}

/// Hashes every frame; with `deep`, rebuilds every crate, too.
pub fn verify(
    common: &Context,
    origins: &[Origin],
    keys: &KeyRing,
    deep: bool,
) -> Result<BundleCheck> {
    let opened = open(&common.place.cwd, origins, keys, None)?;
    let mut check = BundleCheck::default();
    let budget = MemoryBudget::default();
    let total = opened.dumps.iter().flat_map(|dump| &dump.parts);
    (common.mirror.watch)(&Event::Amount {
        verb: "Checking",
        bytes: total.map(|part| part.totals.length).sum(),
    });
    for dump in &opened.dumps {
        for part in &dump.parts {
            count(part, &mut check.list)?;
            let found = Mutex::new(&mut check);
            each(part.frames()?, |placed| {
                let share = deep.then(|| budget.take(placed.frame.memory()));
                let outcome = frame(&common.mirror, part, &placed, deep);
                drop(share);
                (common.mirror.watch)(&Event::Moved {
                    bytes: placed.frame.entry.stored,
                });
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                match outcome {
                    Ok(Some(rebuilt)) => found.rebuilt += rebuilt,
                    Ok(None) => found.without_base += placed.frame.items.len(),
                    Err(error @ (Error::Bundle(_) | Error::BundleFile(_))) => {
                        let number = placed.frame.number;
                        let place = format!("frame {number} of part {}", part.head.part);
                        found.damaged.push((place, chain(&error)));
                    }
                    Err(error) => return Err(error),
                }
                Ok(())
            })?;
        }
        check.list.dumps.push(dump.summary.clone());
    }
    check.damaged.sort();
    Ok(check)
}

/// How many crates of a frame were rebuilt. `None`: its base is not here.
fn frame(
    mirror: &OpenMirror,
    part: &DumpPart,
    placed: &PlacedFrame,
    deep: bool,
) -> Result<Option<usize>> {
    let has_crates = (placed.frame.items.iter()).any(|item| matches!(item, Item::Crate(_)));
    if !deep || !has_crates {
        return part.check(placed).map(|()| Some(0));
    }
    if let (true, [Item::Crate(it)]) = (placed.frame.is_streamed(), &*placed.frame.items) {
        return large(part, placed, it).map(|()| Some(1));
    }
    let base = match &placed.frame.base {
        None => Vec::new(),
        Some(base) => {
            let source = base.of.source.clone();
            let stores = Stores::from([(source.clone(), mirror.source(&source))]);
            match base_of(base, &stores)? {
                Some(tar) => tar,
                None => return part.check(placed).map(|()| None),
            }
        }
    };
    let plain = part.unpacked(placed, &base)?;
    let mut rebuilt = 0;
    let mut at = 0;
    for item in &placed.frame.items {
        let length = usize::try_from(item.length().unwrap_or(0)).unwrap_or(0);
        if let Item::Crate(it) = item {
            rebuild(part, it, &plain[at..at + length])?;
            rebuilt += 1;
        }
        at += length;
    }
    Ok(Some(rebuilt))
}

/// Hashes a crate that is larger than what is unpacked in memory.
fn large(part: &DumpPart, placed: &PlacedFrame, it: &CrateEntry) -> Result<()> {
    let bytes = part.stream(placed)?.take(it.body);
    let read = hash(bytes, &mut vec![0; 1 << 18]);
    let (digest, _) = read.map_err(|cause| part.made_up(cause.to_string()))?;
    is_that_of(part, it, digest)
}

fn is_that_of(part: &DumpPart, it: &CrateEntry, digest: Sha256) -> Result<()> {
    if digest == it.of.checksum {
        return Ok(());
    }
    let id = &it.of.id;
    Err(part.made_up(format!("{id} is rebuilt to other bytes")))
}

fn rebuild(part: &DumpPart, it: &CrateEntry, bytes: &[u8]) -> Result<()> {
    let at = |length: u64| usize::try_from(length).unwrap_or(usize::MAX);
    let (body, rest) = bytes.split_at(at(it.body));
    let (head, rest) = rest.split_at(at(it.head));
    let (side, _) = rest.split_at(at(it.side));
    let whole = put_together(&it.of.id, it.codec, (body, head, side), at(it.size));
    let id = &it.of.id;
    let whole = whole.map_err(|cause| part.made_up(format!("{id}: {cause}")))?;
    is_that_of(part, it, Sha256::of(&whole))
}
