//! The frames of a dump on their way: what is to be made next, and what was made, written in its turn.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;

use crate::io::bundle::writer::BundleWriter;
use crate::io::store::registry::RegistryStore;
use crate::model::bundle::frame::{Frame, MAX_FRAME};
use crate::model::bundle::manifest::{Codec, CrateEntry, FrameEntry, Item, Packing};
use crate::model::bundle::state::{KnownState, keys};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::event::{Event, Watch};
use crate::model::package::checksum::Sha256;
use crate::ops::bundle::options::{ExportOptions, ExportReport};
use crate::ops::bundle::pack::{Packed, make};
use crate::ops::bundle::plan::{Collector, Job, sort};
use crate::ops::bundle::select::{Chosen, Families};

/// A frame of which only the contents are known so far.
pub fn frame(unpacked: u64, items: Vec<Item>) -> Frame {
    Frame {
        number: 0,
        entry: FrameEntry {
            packing: Packing::Plain,
            stored: 0,
            unpacked,
            checksum: Sha256::of(""),
        },
        base: None,
        items,
    }
}

pub fn cannot_write(source: std::io::Error) -> Error {
    Error::Fs(FsError::Io {
        action: Action::Write,
        path: "the dump".into(),
        source,
    })
}

/// Frames to make, as the index is walked.
pub struct Queue<'a> {
    chosen: &'a Chosen,
    stores: &'a BTreeMap<String, RegistryStore>,
    known: &'a KnownState,
    refer_back: bool,
    /// Sources that come next, the last one first.
    sources: Vec<&'a String>,
    families: Option<(Families<'a>, &'a RegistryStore)>,
    collector: Collector,
    ready: Vec<Job>,
    number: usize,
}

impl<'a> Queue<'a> {
    pub fn of(
        chosen: &'a Chosen,
        stores: &'a BTreeMap<String, RegistryStore>,
        known: &'a KnownState,
        options: &ExportOptions,
        together: u64,
    ) -> Result<Self> {
        Ok(Self {
            chosen,
            stores,
            known,
            refer_back: options.level.is_some() && !known.is_empty(),
            sources: chosen.registries.keys().rev().collect(),
            families: None,
            collector: Collector::new(together, options.split),
            ready: Vec::new(),
            number: 0,
        })
    }

    /// The next frame to make, and its number.
    pub fn take(&mut self) -> Result<Option<(usize, Job)>> {
        while self.ready.is_empty() {
            let Some((families, store)) = &mut self.families else {
                let Some(source) = self.sources.pop() else {
                    return Ok(None);
                };
                let store = &self.stores[source];
                let ids = self.chosen.registries[source].as_ref();
                self.families = Some((Families::of(store, source, ids)?, store));
                continue;
            };
            if let Some(family) = families.take()? {
                let sorted = sort(&family, store, self.chosen, self.known, self.refer_back)?;
                self.collector.add(sorted, &mut self.ready);
            } else {
                // A frame is of one source, so that it needs one store.
                self.collector.close(&mut self.ready);
                self.families = None;
            }
            // Popped from the end.
            self.ready.reverse();
        }
        let job = self.ready.pop();
        Ok(job.map(|job| {
            self.number += 1;
            (self.number - 1, job)
        }))
    }
}

/// A frame that was made, or one that is too large for memory.
pub enum Made {
    Packed(Packed),
    Large(CrateEntry, Box<[u8]>, OpenFile),
}

/// Makes a frame.
pub fn pack_job(
    watch: &Watch,
    options: &ExportOptions,
    stores: &BTreeMap<String, RegistryStore>,
    heavy: &Mutex<()>,
    job: &Job,
) -> Result<Made> {
    let source = job.pieces.first().map(|piece| piece.of.source.clone());
    let store = &stores[source.as_deref().unwrap_or_default()];
    let moved = |_: &_, bytes| watch(&Event::Moved { bytes });
    if let [piece] = &*job.pieces
        && let Some(bytes) = piece.bytes
        && bytes.size > MAX_FRAME
        && let Some(opened) = store.open_verified(&piece.of.id, &piece.of.checksum)?
    {
        let entry = CrateEntry {
            of: piece.of.clone(),
            size: opened.length,
            line: piece.line_entry(),
            codec: Codec::AsIs,
            head: 0,
            side: 0,
            body: opened.length,
        };
        moved(piece, opened.length);
        let file = OpenFile(opened.file, opened.length);
        return Ok(Made::Large(entry, piece.line.clone(), file));
    }
    make(job, store, options.level, heavy, moved).map(Made::Packed)
}

/// A `.crate` that is open, and how long it is.
pub struct OpenFile(std::fs::File, u64);

/// What threads write one after the other.
pub struct Turn<'t, 'w> {
    /// The number of the frame that is written next.
    pub next: usize,
    pub writer: &'t mut BundleWriter<'w>,
    pub keys: &'t mut Vec<u64>,
    pub report: &'t mut ExportReport,
    pub outcome: Result<()>,
}

impl Turn<'_, '_> {
    pub fn fail(&mut self, error: Error) {
        if self.outcome.is_ok() {
            self.outcome = Err(error);
        }
    }

    pub fn write(&mut self, made: Result<Made>, level: Option<i32>) {
        let written = match made {
            Err(error) => Err(error),
            Ok(Made::Packed(packed)) => {
                self.report.failed.extend(packed.failed);
                self.keys.extend(packed.frame.items.iter().flat_map(keys));
                if packed.frame.items.is_empty() {
                    return;
                }
                self.writer.frame(&packed.frame, &packed.stored)
            }
            Ok(Made::Large(entry, line, OpenFile(mut file, length))) => {
                let unpacked = entry.line.length + entry.body;
                let item = Item::Crate(entry);
                self.keys.extend(keys(&item));
                let frame = frame(unpacked, vec![item]);
                self.writer.stream(frame, level, |out| {
                    std::io::Seek::rewind(&mut file).map_err(cannot_write)?;
                    std::io::copy(&mut file.take(length), out).map_err(cannot_write)?;
                    out.write_all(&line).map_err(cannot_write)
                })
            }
        };
        if let Err(error) = written {
            self.fail(error);
        }
    }
}
