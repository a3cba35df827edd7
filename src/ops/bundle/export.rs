//! `export`: a mirror, or a part of it, into one file or several.
//!
//! ```text
//! choose      what goes in; what a closure lacks is an error before anything is written     ops::bundle::select
//! measure     how many crates and bytes; nothing is opened but for its last four bytes      ops::bundle::plan
//! make        frames, on all cores, written in order                                        ops::bundle::pack
//! count       the sequence number goes up and is on disk before the dump has its name
//! ```
//!
//! In memory are a frame a core, together no more than `ops::bundle::budget` allows, the manifest as packed so far, and a key of 8 bytes for each thing that the receiver has.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::io::bundle::records::{BundleRecords, ReceiverRecords, new_id};
use crate::io::bundle::tree::SourceTree;
use crate::io::bundle::writer::{BundleWriter, Destination};
use crate::io::clock::Clock;
use crate::io::fs::file::absolute;
use crate::io::mirror::in_use::Use;
use crate::io::store::registry::RegistryStore;
use crate::model::bundle::frame::MAX_FRAME;
use crate::model::bundle::history::History;
use crate::model::bundle::manifest::{BundleFormat, BundleHead, GoneEntry, Item};
use crate::model::bundle::state::{KnownState, bytes_key, git_key, key_of, keys, root_key};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::FsError;
use crate::model::event::Event;
use crate::model::units::timestamp::Timestamp;
use crate::ops::bundle::budget::{MemoryBudget, frame_size};
use crate::ops::bundle::options::{ExportOptions, ExportReport, Selection};
use crate::ops::bundle::plan::sort;
use crate::ops::bundle::queue::{Queue, Turn, cannot_write, frame, pack_job};
use crate::ops::bundle::select::{Chosen, Families, choose};
use crate::ops::bundle::{gone, known, receivers};
use crate::ops::context::options::Context;

/// Writes a dump.
pub fn run(common: &Context, options: &ExportOptions) -> Result<ExportReport> {
    let chosen = choose(
        &common.mirror,
        &options.selection,
        &options.registries,
        options.hosted,
    )?;
    let _in_use = common.mirror.in_use(Use::Add)?;
    let (receiver, known) = receiver(common, options)?;
    let stores: BTreeMap<String, RegistryStore> = (chosen.registries.keys())
        .map(|folder| (folder.clone(), common.mirror.source(folder)))
        .collect();
    let records = BundleRecords::of(&common.mirror.folder);
    let whole = options.selection == Selection::All;
    let gone = gone::told(&common.mirror, stores.iter(), &known, whole)?;
    let head = reserved(&common.mirror.clock, options, &gone, &records)?;
    let mut run = Run {
        common,
        options,
        chosen: &chosen,
        stores: &stores,
        known: &known,
        keys: known.clone().into_keys(),
        gone: gone.iter().map(|gone| bytes_key(&gone.of)).collect(),
        report: ExportReport {
            files: Vec::new(),
            id: None,
            sequence: head.sequence,
            crates: 0,
            crate_bytes: 0,
            lines: 0,
            git_sources: 0,
            roots: 0,
            removed: gone.len(),
            left_out: 0,
            signed: (options.keys.iter())
                .map(|key| key.public.fingerprint())
                .collect(),
            failed: Vec::new(),
            mirror: common.mirror.folder.clone(),
            dry_run: options.dry_run,
        },
    };
    run.measure()?;
    if options.dry_run {
        return Ok(run.report);
    }
    let id = head.id.clone();
    let destination = match &options.destination {
        Destination::Pipe => Destination::Pipe,
        Destination::File(path) => Destination::File(absolute(path, &common.place.cwd)),
    };
    let mut writer = BundleWriter::start(
        destination,
        options.split,
        head,
        gone,
        &options.keys,
        common.mirror.flush,
    )?;
    run.roots(&mut writer)?;
    run.crates(&mut writer)?;
    run.git(&mut writer)?;
    let state = run.state(&mut writer)?;
    let last = (run.report.sequence, id.clone());
    run.report.files = writer.finish(|| {
        if let Some(receiver) = &receiver {
            receiver.set_sent(&state)?;
        }
        written(records.change(|history| {
            // Another export may have overtaken this one.
            if history.written.as_ref().is_none_or(|it| it.0 <= last.0) {
                history.written = Some(last);
            }
            Ok(())
        }))
    })?;
    run.report.id = Some(id);
    Ok(run.report)
}

/// Whom the dump is for, if that was said, and everything that the receiver has.
fn receiver(
    common: &Context,
    options: &ExportOptions,
) -> Result<(Option<ReceiverRecords>, KnownState)> {
    let receiver = options.receiver.as_ref();
    let receiver = receiver
        .map(|name| receivers::of(&common.mirror.folder, name))
        .transpose()?;
    let mut known = known::of_all(common, &options.since)?;
    if let Some(receiver) = &receiver {
        let has = receivers::has(receiver)?.into_keys();
        known = KnownState::of(known.into_keys().into_iter().chain(has).collect());
    }
    Ok((receiver, known))
}

/// What cannot be remembered is no reason to fail where the mirror may only be read: the clock counts on.
fn written(result: Result<History>) -> Result<()> {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match result.map(drop) {
        Err(Error::Fs(FsError::Io { source, .. }))
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
        {
            Ok(())
        }
        result => result,
    }
}

/// The head of a new dump. Its number is taken at once: another export may begin before this one ends.
fn reserved(
    clock: &Clock,
    options: &ExportOptions,
    gone: &[GoneEntry],
    records: &BundleRecords,
) -> Result<BundleHead> {
    let mut made = None;
    let change = |history: &mut History| {
        let head = head(clock, options, gone, history)?;
        // The name stays that of the last dump that was written.
        if let Some((sequence, _)) = &mut history.written {
            *sequence = head.sequence;
        }
        made = Some(head);
        Ok(())
    };
    if !options.dry_run {
        written(records.change(change))?;
    }
    match made {
        Some(head) => Ok(head),
        // Only looked at, or nothing can be written down.
        None => head(clock, options, gone, &mut records.read()?),
    }
}

/// Who writes, and as which dump: the numbers grow with the clock, and by one where it stands still or goes back.
fn head(
    clock: &Clock,
    options: &ExportOptions,
    gone: &[GoneEntry],
    history: &mut History,
) -> Result<BundleHead> {
    let now = clock.now();
    let mirror = match &history.own {
        Some(own) => own.clone(),
        None => new_id()?,
    };
    history.own = Some(mirror.clone());
    let before = history.written.clone();
    Ok(BundleHead {
        format: match (options.level, gone) {
            // Which crates need it is seen once the first line is written.
            (Some(_), _) => BundleFormat::Three,
            (None, []) => BundleFormat::One,
            (None, _) => BundleFormat::Two,
        },
        id: new_id()?,
        mirror,
        sequence: before
            .as_ref()
            .map_or(now.0, |(sequence, _)| now.0.max(sequence + 1)),
        previous: before.map(|(_, id)| id),
        created: now,
        expires: options
            .expires
            .map(|span| Timestamp(now.0.saturating_add(span.as_secs()))),
        part: 1,
    })
}

struct Run<'a> {
    common: &'a Context,
    options: &'a ExportOptions,
    chosen: &'a Chosen,
    stores: &'a BTreeMap<String, RegistryStore>,
    known: &'a KnownState,
    /// What the receiver has once it has taken this.
    keys: Vec<u64>,
    /// And what it has no longer.
    gone: BTreeSet<u64>,
    report: ExportReport,
}

impl Run<'_> {
    /// Counts what there is to do, and says what is missing.
    fn measure(&mut self) -> Result<()> {
        let mut total = 0;
        for (source, ids) in &self.chosen.registries {
            let store = &self.stores[source];
            let mut families = Families::of(store, source, ids.as_ref())?;
            while let Some(family) = families.take()? {
                let sorted = sort(&family, store, self.chosen, self.known, false)?;
                self.report.left_out += sorted.left_out;
                for id in sorted.missing {
                    let why = "its bytes are not in the mirror; `cargo mirror repair` fetches them";
                    self.report.failed.push((id, why.to_owned()));
                }
                for piece in &sorted.pieces {
                    match piece.bytes {
                        Some(bytes) => {
                            total += bytes.size;
                            self.report.crates += 1;
                        }
                        None => self.report.lines += 1,
                    }
                }
            }
        }
        self.report.crate_bytes = total;
        self.report.git_sources = self.chosen.git.len();
        self.report.roots = self.chosen.roots.len();
        (self.common.mirror.watch)(&Event::Amount {
            verb: "Exporting",
            bytes: total,
        });
        Ok(())
    }

    fn roots(&mut self, writer: &mut BundleWriter<'_>) -> Result<()> {
        let (mut plain, mut items) = (Vec::new(), Vec::new());
        for root in &self.chosen.roots {
            let (text, id) = (root.render(), root.origin.id().to_string());
            let key = key_of(text.as_bytes());
            if self.known.has(root_key(&id, key)) {
                self.report.roots -= 1;
                continue;
            }
            plain.extend_from_slice(text.as_bytes());
            items.push(Item::Root {
                id,
                length: text.len() as u64,
                key,
            });
            if plain.len() as u64 > MAX_FRAME / 4 || items.len() > 10_000 {
                self.whole(writer, &plain, std::mem::take(&mut items))?;
                plain.clear();
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        self.whole(writer, &plain, items)
    }

    /// A frame that is not worth a thread.
    fn whole(
        &mut self,
        writer: &mut BundleWriter<'_>,
        plain: &[u8],
        items: Vec<Item>,
    ) -> Result<()> {
        self.keys.extend(items.iter().flat_map(keys));
        let frame = frame(plain.len() as u64, items);
        writer.stream(frame, self.options.level, |out| {
            out.write_all(plain).map_err(cannot_write)
        })
    }

    /// Crates, on all cores as far as memory goes. A thread that has made a frame waits until those before it are written.
    fn crates(&mut self, writer: &mut BundleWriter<'_>) -> Result<()> {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let queue = Mutex::new(Queue::of(
            self.chosen,
            self.stores,
            self.known,
            self.options,
            frame_size(threads),
        )?);
        let turn = Mutex::new(Turn {
            next: 0,
            writer,
            keys: &mut self.keys,
            report: &mut self.report,
            outcome: Ok(()),
        });
        let written = Condvar::new();
        let (common, options, stores) = (self.common, self.options, self.stores);
        let (heavy, budget) = (Mutex::new(()), MemoryBudget::default());
        let work = || {
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).take();
                let (number, made) = match next {
                    Ok(None) => return,
                    Ok(Some((number, job))) => {
                        // Given back before its turn is waited for.
                        let _share = budget.to_pack(job.memory());
                        let made = pack_job(&common.mirror.watch, options, stores, &heavy, &job);
                        (number, made)
                    }
                    Err(error) => {
                        let mut turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                        turn.fail(error);
                        written.notify_all();
                        return;
                    }
                };
                let mut mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
                while mine.next != number && mine.outcome.is_ok() {
                    mine = written.wait(mine).unwrap_or_else(PoisonError::into_inner);
                }
                if mine.outcome.is_err() {
                    return;
                }
                mine.write(made, options.level);
                mine.next += 1;
                written.notify_all();
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        turn.into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .outcome
    }

    fn git(&mut self, writer: &mut BundleWriter<'_>) -> Result<()> {
        let store = self.common.mirror.store();
        self.report.git_sources = 0;
        for name in &self.chosen.git {
            let folder = store.git(name);
            let record = match folder.record()? {
                Some(Ok(record)) => record,
                Some(Err(cause)) => {
                    self.report.failed.push((name.clone(), cause.to_string()));
                    continue;
                }
                None => continue,
            };
            let text = record.render();
            let prepared = SourceTree::of(&folder, &record).and_then(|tree| {
                let length = tree.length()?;
                Ok((tree, length))
            });
            let (tree, tar) = match prepared {
                Ok(prepared) => prepared,
                Err(error) => {
                    self.report.failed.push((name.clone(), chain(&error)));
                    continue;
                }
            };
            if self.known.has(git_key(name, &tree.checksum)) {
                self.report.left_out += 1;
                continue;
            }
            let item = Item::Git {
                folder: name.clone(),
                record: text.len() as u64,
                tar,
                checksum: tree.checksum,
            };
            self.keys.extend(keys(&item));
            self.report.git_sources += 1;
            let frame = frame(text.len() as u64 + tar, vec![item]);
            writer.stream(frame, self.options.level, |out| {
                out.write_all(&text).map_err(cannot_write)?;
                tree.write(out)
            })?;
        }
        Ok(())
    }

    /// The last frame: what the receiver has by then, for the next dump to be made against this one.
    fn state(&mut self, writer: &mut BundleWriter<'_>) -> Result<Vec<u8>> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.retain(|key| !self.gone.contains(key));
        let state = KnownState::of(keys).render();
        let item = Item::State {
            length: state.len() as u64,
        };
        let frame = frame(state.len() as u64, vec![item]);
        // Hashes cannot be packed.
        writer.stream(frame, None, |out| {
            out.write_all(&state).map_err(cannot_write)
        })?;
        Ok(state)
    }
}
