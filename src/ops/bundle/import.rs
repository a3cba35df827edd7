//! `import`: dumps into a mirror, in the order in which the mirror is always written.
//!
//! ```text
//! open        every part: manifest, signatures; nothing of a frame is looked at yet           ops::bundle::opened
//! judge       trusted, not older than what was taken, bases here, room on the disk            before anything is written
//! roots       what is pruned must be known before its line is there
//! frames      on all cores: a frame whose crates are all here is not even read                ops::bundle::put
//! git         one source after the other, by the store's own writers
//! removals    alone: what the sender tells of as removed, unless something here speaks against it     ops::bundle::gone
//! remember    which parts were taken                                                          when all is on the disk
//! ```
//!
//! There is no cursor: after a kill the same command finds what is here by the seals of the crates, and goes on.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::io::bundle::keys::KeyRing;
use crate::io::bundle::reader::{DumpPart, PlacedFrame};
use crate::io::bundle::records::BundleRecords;
use crate::io::fs::platform::free_bytes;
use crate::io::mirror::hosting::read_marker;
use crate::io::mirror::in_use::Use;
use crate::io::store::staging::verified;
use crate::model::bundle::history::Taken;
use crate::model::bundle::manifest::{CrateEntry, Item};
use crate::model::bundle::state::key_of;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bundle::BundleError;
use crate::model::event::{Event, Watch};
use crate::model::hosting::registry::registry_name;
use crate::model::mirror::root::Root;
use crate::model::units::timestamp::Timestamp;
use crate::ops::bundle::budget::MemoryBudget;
use crate::ops::bundle::gone;
use crate::ops::bundle::import_git::git;
use crate::ops::bundle::needed::measure;
use crate::ops::bundle::opened::{OpenedDump, open};
use crate::ops::bundle::options::{ImportOptions, ImportReport, LostDump, Origin};
use crate::ops::bundle::pool::each;
use crate::ops::bundle::put::{FrameOutcome, Lack, PrunedHere, Stores, lacking, line_of, put};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::roots::pruned_by;

/// Takes dumps into the mirror, the oldest first.
pub fn run(
    common: &Context,
    origins: &[Origin],
    keys: &KeyRing,
    options: ImportOptions,
) -> Result<ImportReport> {
    let store = common.mirror.store();
    let mut in_use = Some(common.mirror.in_use(Use::Add)?);
    let opened = open(&common.place.cwd, origins, keys, Some(&store))?;
    let mut report = ImportReport {
        mirror: common.mirror.folder.clone(),
        dry_run: options.dry_run,
        ..ImportReport::default()
    };
    for dump in &opened.dumps {
        judge(&common.mirror, dump, keys, options)?;
    }
    for dump in &opened.dumps {
        if in_use.is_none() {
            in_use = Some(common.mirror.in_use(Use::Add)?);
        }
        let mut whole = take(&common.mirror, dump, options, &mut report)?;
        if let Some(last) = dump.parts.iter().find(|part| !part.end.gone.is_empty()) {
            in_use = None;
            if !gone::follow(&common.mirror, &last.end.gone, options, &mut report)? {
                whole.remove(&last.head.part);
            }
        }
        let mut summary = dump.summary.clone();
        if !options.dry_run {
            let records = BundleRecords::of(&common.mirror.folder);
            let taken = remember(&records, dump, &whole, options)?;
            summary.missing = taken.missing();
            summary.parts = Some(taken.parts).filter(|parts| *parts > 0);
        }
        report.dumps.push(summary);
    }
    store.end();
    Ok(report)
}

/// What can be said of a dump by its manifest alone.
fn judge(
    open: &OpenMirror,
    dump: &OpenedDump,
    keys: &KeyRing,
    options: ImportOptions,
) -> Result<()> {
    let warn = |message: String, help: Option<String>| {
        (open.watch)(&Event::Warning { message, help });
    };
    if let Err(error) = dump.must_be_trusted(&keys.signers()?, keys.threshold()?) {
        if !options.allow_unsigned {
            return Err(error);
        }
        warn(format!("{error}; taken because of --allow-unsigned"), None);
    }
    let summary = &dump.summary;
    if let Some(expires) = summary.expires.filter(|it| *it < open.clock.now()) {
        warn(
            format!("the dump of {} has expired on {expires}", summary.created),
            Some("there should be a newer one by now; ask for it".to_owned()),
        );
    }
    let history = BundleRecords::of(&open.folder).read()?;
    if let Some(known) = history.of(&summary.mirror)
        && known.id != summary.id
        && summary.sequence <= known.sequence
        && !options.allow_older
    {
        let path = dump.parts.first().map(|part| part.path.clone());
        return Err(Error::Bundle(BundleError::Replayed {
            path: path.unwrap_or_default(),
            newest: Timestamp(known.sequence),
        }));
    }
    Ok(())
}

/// Everything of one dump but for removals. Returns the parts of which everything was taken.
fn take(
    mirror: &OpenMirror,
    dump: &OpenedDump,
    options: ImportOptions,
    report: &mut ImportReport,
) -> Result<BTreeSet<u32>> {
    let stores = stores(mirror, dump)?;
    are_hosted(&mirror.folder, &stores)?;
    let needed = measure(dump, &stores)?;
    if !needed.bases.is_empty() {
        return Err(Error::Bundle(BundleError::NoBase {
            bases: needed.bases.into_iter().collect(),
            previous: dump.summary.previous.clone(),
        }));
    }
    if let Some(free) = free_bytes(&mirror.folder).filter(|free| *free < needed.bytes) {
        return Err(Error::Bundle(BundleError::NoRoom {
            folder: mirror.folder.clone(),
            needed: needed.bytes,
            free,
        }));
    }
    if options.dry_run {
        report.crates += needed.outcome.crates;
        report.crate_bytes += needed.outcome.crate_bytes;
        report.lines += needed.outcome.lines;
        report.kept += needed.outcome.kept;
        report.failed.extend(needed.outcome.failed);
        report.git_sources += needed.git;
        return Ok(BTreeSet::new());
    }
    (mirror.watch)(&Event::Amount {
        verb: "Importing",
        bytes: needed.total,
    });
    let records = BundleRecords::of(&mirror.folder);
    report.lost.extend(left_behind(&records, dump)?);
    remember(&records, dump, &BTreeSet::new(), options)?;
    for store in stores.values() {
        store.begin()?;
    }
    let mut whole = BTreeSet::new();
    for part in &dump.parts {
        let before = report.failed.len();
        report.roots += roots(mirror, part)?;
        let pruned = pruned_by(&mirror.records().roots()?);
        let outcome = crates(&mirror.watch, part, &stores, &pruned)?;
        for store in stores.values() {
            store.sync()?;
        }
        report.crates += outcome.crates;
        report.crate_bytes += outcome.crate_bytes;
        report.lines += outcome.lines;
        report.kept += outcome.kept;
        report.failed.extend(outcome.failed);
        git(mirror, part, report)?;
        if report.failed.len() == before {
            whole.insert(part.head.part);
        }
    }
    for store in stores.values() {
        store.end();
    }
    Ok(whole)
}

/// What is known to be missing of the dump that was taken before this one, which takes its place in the records.
fn left_behind(records: &BundleRecords, dump: &OpenedDump) -> Result<Option<LostDump>> {
    let history = records.read()?;
    let before = history
        .of(&dump.summary.mirror)
        .filter(|before| before.sequence < dump.summary.sequence && before.id != dump.summary.id);
    Ok(before
        .filter(|before| !before.is_complete())
        .map(|before| LostDump {
            created: Timestamp(before.sequence),
            missing: before.missing(),
        }))
}

/// Remembers which parts were taken. Returns all that is known of them.
fn remember(
    records: &BundleRecords,
    dump: &OpenedDump,
    whole: &BTreeSet<u32>,
    options: ImportOptions,
) -> Result<Taken> {
    let summary = &dump.summary;
    let taken = Taken {
        mirror: summary.mirror.clone(),
        sequence: summary.sequence,
        id: summary.id.clone(),
        parts: summary.parts.unwrap_or(0),
        have: whole.clone(),
    };
    let history = records.change(|history| {
        // An older one that was asked for does not make the mirror forget the newer.
        let newest = history.of(&summary.mirror).map(|known| known.sequence);
        if !(options.allow_older && newest.is_some_and(|newest| newest > summary.sequence)) {
            history.take(taken.clone());
        }
        Ok(())
    })?;
    let known = history.of(&summary.mirror);
    let known = known.filter(|known| known.id == taken.id);
    Ok(known.cloned().unwrap_or(taken))
}

fn stores(mirror: &OpenMirror, dump: &OpenedDump) -> Result<Stores> {
    let mut stores = Stores::new();
    for part in &dump.parts {
        for placed in part.frames()? {
            let placed = placed?;
            let bases = placed.frame.base.iter().map(|base| &base.of.source);
            let items = placed.frame.items.iter().filter_map(|item| match item {
                Item::Crate(CrateEntry { of, .. }) | Item::Line { of, .. } => Some(&of.source),
                _ => None,
            });
            for source in items.chain(bases) {
                if !stores.contains_key(source) {
                    stores.insert(source.clone(), mirror.source(source));
                }
            }
        }
    }
    Ok(stores)
}

/// An error where a registry that is hosted at the sender is none here. As a mirrored one, `gc` would take its crates for
/// some that can be fetched again.
fn are_hosted(mirror: &Path, stores: &Stores) -> Result<()> {
    let names = stores
        .keys()
        .filter_map(|source| source.strip_prefix("registries/"));
    for name in names.filter(|name| registry_name(name).is_ok()) {
        if read_marker(mirror, name)?.is_none() {
            return Err(Error::Bundle(BundleError::NotHosted(name.to_owned())));
        }
    }
    Ok(())
}

/// Records the roots of a part.
fn roots(mirror: &OpenMirror, part: &DumpPart) -> Result<usize> {
    let records = mirror.records();
    let mut recorded = 0;
    for placed in part.frames()? {
        let placed = placed?;
        if !matches!(placed.frame.items.first(), Some(Item::Root { .. })) {
            continue;
        }
        if placed.frame.is_streamed() {
            return Err(part.made_up("its roots are too large".to_owned()));
        }
        let plain = part.unpacked(&placed, &[])?;
        let mut left = plain.as_slice();
        for item in &placed.frame.items {
            let Item::Root { id, length, key } = item else {
                return Err(part.made_up("something else is among its roots".to_owned()));
            };
            let length = usize::try_from(*length).unwrap_or(usize::MAX);
            let Some((text, rest)) = left.split_at_checked(length) else {
                return Err(part.made_up("its roots are too short".to_owned()));
            };
            left = rest;
            let root = std::str::from_utf8(text).ok();
            let root = root.and_then(|text| Root::parse(text).ok());
            let root = root.filter(|root| root.origin.id().as_str() == id && key_of(text) == *key);
            let root = root.ok_or_else(|| part.made_up(format!("its root {id} is none")))?;
            if records.root(&root.origin).as_ref() != Some(&root) {
                recorded += 1;
            }
            records.record(&root, mirror.clock.now())?;
        }
    }
    Ok(recorded)
}

/// Puts the crates of a part into the mirror. A frame that is damaged is named, and the rest goes on.
fn crates(
    watch: &Watch,
    part: &DumpPart,
    stores: &Stores,
    pruned: &PrunedHere,
) -> Result<FrameOutcome> {
    let whole = Mutex::new(FrameOutcome::default());
    let budget = MemoryBudget::default();
    each(part.frames()?, |placed| {
        let outcome = match placed.frame.items.first() {
            // Roots are in the mirror by now, and trees come later.
            Some(Item::Root { .. } | Item::Git { .. }) => return Ok(()),
            // It says what else this mirror should have; here, no more than whether it came as it was.
            Some(Item::State { .. }) => part.check(&placed).map(|()| FrameOutcome::default()),
            _ => crates_of(watch, part, &placed, stores, pruned, &budget),
        };
        let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(outcome) => whole.take_in(outcome),
            Err(error @ (Error::Bundle(_) | Error::BundleFile(_))) => {
                let frame = format!("frame {} of part {}", placed.frame.number, part.head.part);
                whole.failed.push((frame, chain(&error)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    Ok(whole.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn crates_of(
    watch: &Watch,
    part: &DumpPart,
    placed: &PlacedFrame,
    stores: &Stores,
    pruned: &PrunedHere,
    budget: &MemoryBudget,
) -> Result<FrameOutcome> {
    let items = &placed.frame.items;
    if !(items.iter()).all(|item| matches!(item, Item::Crate(_) | Item::Line { .. })) {
        return Err(part.made_up("something else is among its crates".to_owned()));
    }
    let lacks = lacking(placed, stores)?;
    let _share = budget.take(placed.frame.memory());
    match items.first() {
        Some(Item::Crate(it)) if placed.frame.is_streamed() => {
            large(part, placed, it, lacks, stores)
        }
        _ => put(watch, part, placed, lacks, stores, pruned),
    }
}

/// A crate that is larger than what is unpacked in memory.
fn large(
    part: &DumpPart,
    placed: &PlacedFrame,
    it: &CrateEntry,
    mut lacks: Vec<Result<Lack>>,
    stores: &Stores,
) -> Result<FrameOutcome> {
    let mut outcome = FrameOutcome::default();
    let lack = match lacks.pop() {
        Some(Ok(lack)) if lack.line || lack.bytes => lack,
        Some(Err(error)) => {
            outcome.failed.push((it.of.id.to_string(), chain(&error)));
            return Ok(outcome);
        }
        _ => {
            outcome.kept += 1;
            return Ok(outcome);
        }
    };
    let cut = |cause: std::io::Error| part.made_up(cause.to_string());
    let Some(store) = stores.get(&it.of.source) else {
        return Ok(outcome);
    };
    let mut stream = part.stream(placed)?;
    let mut incoming = store.incoming()?;
    let mut body = (&mut stream).take(it.body);
    let mut buffer = vec![0; 1 << 18];
    loop {
        match body.read(&mut buffer).map_err(cut)? {
            0 => break,
            read => incoming.write(&buffer[..read])?,
        }
    }
    let mut line = Vec::new();
    stream.read_to_end(&mut line).map_err(cut)?;
    let line = line_of(&it.of, it.line, &line)?;
    if lack.bytes {
        match verified(&it.of.id, it.of.checksum, incoming) {
            Ok(verified) => store.put_crate(verified)?,
            Err(error) => {
                outcome.failed.push((it.of.id.to_string(), chain(&error)));
                return Ok(outcome);
            }
        };
    }
    store.add_lines(&it.of.id.name, vec![line])?;
    outcome.count(&Item::Crate(it.clone()), lack);
    Ok(outcome)
}
