//! `gc`: drops what no recorded root wants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::in_use::Use;
use crate::io::mirror::layout::{git_sources, registries};
use crate::io::mirror::roots::{RecordedRoot, RootStore};
use crate::io::mirror::usage;
use crate::model::error::{Error, Result};
use crate::model::errors::store::StoreError;
use crate::model::event::Event;
use crate::model::input::closure::Package;
use crate::model::input::lockfile::Locked;
use crate::model::mirror::retention::{self, Rules, StoredCrate, WantedIn};
use crate::model::mirror::root::RootKind;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::is_git;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::gc::git;
use crate::ops::gc::selected::{self, RegistrySize, Selected, size_of};
use crate::ops::input::read::read_lockfile;
use crate::ops::roots::{Listed, RootState, listed, state, wanted_by};

#[derive(Debug)]
pub struct GcOptions {
    pub rules: Rules,
    pub forget_gone: bool,
    /// Delete the crates (`--yes`); `false` only reports them.
    pub act: bool,
}

#[derive(Debug, Default)]
pub struct GcReport {
    /// Whether this was done, or only would be.
    pub done: bool,
    pub dropped: Vec<Dropped>,
    pub bytes_dropped: u64,
    pub kept: usize,
    /// How many of them stay although no root wants them.
    pub kept_by_rule: usize,
    pub bytes_kept: u64,
    /// Number of recorded roots.
    pub roots: usize,
    /// Roots whose lockfile or list is gone: forgotten, if that was asked for.
    pub gone: Vec<Listed>,
    /// How far the mirror stays above `--max-size`.
    pub over: Option<u64>,
    pub mirror: PathBuf,
}

#[derive(Debug)]
pub struct Dropped {
    pub package: CrateId,
    /// The folder of its source, within the mirror.
    pub folder: String,
    pub bytes: u64,
    /// When it arrived, or was last let go of by a root.
    pub since: Timestamp,
}

/// Plans, and carries out the plan if it is to act.
pub fn run(open: &OpenMirror, options: &GcOptions) -> Result<GcReport> {
    // Runs that add hold it shared from before they plan until they end: nothing that one of them means to keep goes.
    let _in_use = if options.act && open.folder.exists() {
        Some(open.in_use(Use::Remove)?)
    } else {
        None
    };
    let all = open.records().roots()?;
    let (gone, here): (Vec<RecordedRoot>, Vec<RecordedRoot>) = all
        .into_iter()
        .partition(|recorded| state(recorded) == RootState::Gone);
    let mut wanted = wanted_by(&here);
    wanted.extend(wanted_now(&here));
    let mut roots = here.len();
    if !options.forget_gone {
        wanted.extend(wanted_by(&gone));
        roots += gone.len();
    }

    let (surplus, copies, mut report) = plan(open, options, &wanted)?;
    report.roots = roots;
    report.gone = gone
        .iter()
        .map(|root| listed(root, RootState::Gone))
        .collect();
    let nobody = roots + copies == 0 && options.rules.keep.is_empty() && !surplus.is_empty();
    if nobody && options.act && gone.is_empty() {
        return Err(Error::Store(StoreError::NoRoots {
            mirror: open.folder.clone(),
        }));
    }
    warn_of_server(open, &surplus);
    if options.act {
        if options.forget_gone {
            let records = open.records();
            gone.iter().try_for_each(|root| records.forget(&root.id))?;
        }
        remove(open, &surplus)?;
        if open.folder.exists() {
            sweep(open)?;
            forget_failures(&open.records(), &wanted)?;
        }
    }
    let dropped = surplus.into_iter().map(|held| Dropped {
        package: held.id,
        folder: held.folder,
        bytes: held.bytes,
        since: held.since,
    });
    report.dropped = dropped.collect();
    Ok(report)
}

/// What nothing wants; how many registries are copied; and a report of what would stay and go.
fn plan(
    open: &OpenMirror,
    options: &GcOptions,
    wanted: &BTreeSet<Package>,
) -> Result<(Vec<StoredCrate>, usize, GcReport)> {
    let mut wanted_in = by_folder(wanted);
    let (mut held, whole, copies) = mirrored(open, &mut wanted_in)?;
    held.extend(git::inventory(&open.store(), &open.folder)?);
    let surplus = retention::plan(held, &wanted_in, &options.rules, open.clock.now());
    let kept = surplus.bytes_kept + whole.bytes;
    let over = |limit: u64| kept.checked_sub(limit + 1).map(|over| over + 1);
    let report = GcReport {
        done: options.act,
        mirror: open.folder.clone(),
        kept: surplus.kept + whole.crates,
        kept_by_rule: surplus.kept_by_rule,
        bytes_kept: kept,
        bytes_dropped: surplus.drop.iter().map(|held| held.bytes).sum(),
        over: options.rules.max_size.and_then(over),
        ..GcReport::default()
    };
    Ok((surplus.drop, copies, report))
}

/// Removes crates, one source after the other.
fn remove(mirror: &OpenMirror, surplus: &[StoredCrate]) -> Result<()> {
    let mut by_folder: BTreeMap<&str, Vec<&CrateId>> = BTreeMap::new();
    for held in surplus {
        by_folder.entry(&held.folder).or_default().push(&held.id);
    }
    let told = |id: &CrateId| {
        (mirror.watch)(&Event::Checked {
            package: id.clone(),
        });
    };
    let store = mirror.store();
    for (folder, ids) in by_folder {
        if is_git(folder) {
            store.git(folder).remove(&ids, told)?;
        } else {
            mirror.source(folder).remove(&ids, told)?;
        }
    }
    Ok(())
}

/// Removes what killed runs have left, and folders that are empty now.
fn sweep(mirror: &OpenMirror) -> Result<()> {
    let store = mirror.store();
    store.sweep()?;
    for folder in registries(&mirror.folder) {
        mirror.source(&folder).sweep_shards()?;
    }
    for name in git_sources(&mirror.folder) {
        store.git(&name).sweep()?;
    }
    Ok(())
}

/// What the folders of mirrored registries hold; how much is in those that are copied whole, and how many are copies. What
/// selections keep is wanted.
fn mirrored(
    mirror: &OpenMirror,
    wanted_in: &mut WantedIn,
) -> Result<(Vec<StoredCrate>, RegistrySize, usize)> {
    let (mut held, mut whole, mut copies) = (Vec::new(), RegistrySize::default(), 0);
    // What is in a hosted registry is nowhere else: nobody could fetch it again.
    let folders = registries(&mirror.folder).into_iter();
    for folder in folders.filter(|folder| !is_hosted(&mirror.folder, folder)) {
        let store = mirror.source(&folder);
        if let Some(selected) = selected::of(mirror, &store, wanted_in.get(&folder))? {
            copies += 1;
            match selected {
                Selected::Everything => {
                    let size = size_of(&store);
                    whole.crates += size.crates;
                    whole.bytes += size.bytes;
                    continue;
                }
                Selected::These(ids) => wanted_in.entry(folder.clone()).or_default().extend(ids),
            }
        }
        held.extend(store.inventory()?);
    }
    Ok((held, whole, copies))
}

/// What clients have fetched through a server is wanted by no root, so all of it is about to go.
fn warn_of_server(open: &OpenMirror, drop: &[StoredCrate]) {
    let fetched = drop.iter().filter(|held| held.folder == CRATES_IO_FOLDER);
    let (count, used) = (
        fetched.count(),
        usage::written(&open.folder, CRATES_IO_FOLDER),
    );
    let Some(used) = used.filter(|_| count > 0) else {
        return;
    };
    (open.watch)(&Event::Warning {
        message: format!(
            "a server has used this mirror, the last time at {used}: what its clients have fetched is wanted by no root"
        ),
        help: Some(
            "--older-than keeps what has come lately; --max-age and --max-size of `cargo mirror serve` go by use".to_owned(),
        ),
    });
}

/// What the recorded roots want: as they were recorded, and as their lockfiles are now.
pub fn wanted(records: &RootStore) -> Result<WantedIn> {
    let roots = records.roots()?;
    let mut wanted = wanted_by(&roots);
    wanted.extend(wanted_now(&roots));
    Ok(by_folder(&wanted))
}

fn by_folder(wanted: &BTreeSet<Package>) -> WantedIn {
    let mut wanted_in = WantedIn::new();
    for (id, source) in wanted {
        if let Some(folder) = source.folder() {
            wanted_in.entry(folder).or_default().insert(id.clone());
        }
    }
    wanted_in
}

/// What the lockfiles want as they are now: a project that was updated since may have found it in the mirror.
fn wanted_now(roots: &[RecordedRoot]) -> BTreeSet<Package> {
    let lockfiles = roots
        .iter()
        .filter(|recorded| recorded.root.origin.kind == RootKind::Lockfile);
    lockfiles
        // One that cannot be read wants what it wanted when it could.
        .flat_map(|recorded| {
            read_lockfile(Path::new(&recorded.root.origin.text)).unwrap_or_default()
        })
        .map(|locked: Locked| (locked.id, locked.source.anonymous()))
        .collect()
}

fn forget_failures(records: &RootStore, wanted: &BTreeSet<Package>) -> Result<()> {
    if records
        .failures()?
        .0
        .keys()
        .all(|package| wanted.contains(package))
    {
        return Ok(());
    }
    records.change_failures(|failures| failures.keep_only(wanted))
}
