//! `verify`: is everything in the mirror what it should be, and is nothing else there?
//!
//! ```text
//! list the folder       -> one key of eight bytes for each `.crate`; strays
//! walk the index        -> each line: read, recorded, in its place -> its `.crate` hashed; its key claimed
//! keys nobody claimed   -> bytes without a line
//! ```
//!
//! Shards, index files and crates are tasks of one pool, newest first, so no more than a shard or two is in memory at
//! once. Other processes may write meanwhile: what looks wrong is looked at again before it is told.
//!
//! Nothing is written but the cursor: the shards that were found sound so far, for `--resume`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::io::mirror::layout;
use crate::io::mirror::layout::PRIVATE;
use crate::io::store::listing::Listing;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::index::file::IndexFile;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::git_record;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::roots::pruned_by;
use crate::ops::verify::git;
use crate::ops::verify::inspect::{Counts, Inspection, Shard, Task};
use crate::ops::verify::options::{VerifyOptions, VerifyReport};
use crate::ops::verify::pool::run_all;
use crate::ops::verify::resume::Progress;

/// Looks at every source.
pub fn run(open: &OpenMirror, options: &VerifyOptions) -> Result<VerifyReport> {
    layout::must_be_there(&open.folder)?;
    let sources = sources(&open.folder, &options.sources)?;
    let (git, registries): (Vec<&String>, Vec<&String>) = sources
        .iter()
        .partition(|source| git_record::is_git(source));
    let mut listed = Vec::new();
    for source in &registries {
        let store = open.source(source);
        let listing = store.list()?;
        listed.push((store, listing));
    }
    let crates: usize = listed.iter().map(|(_, listing)| listing.len()).sum();
    let wanted = crates + git::count(&open.store(), &git);
    (open.watch)(&Event::Planned { wanted, keep: 0 });

    let progress = Progress::start(open, options, &sources);
    let mut report = VerifyReport {
        resumed: progress.resumed(),
        sources: sources.clone(),
        mirror: open.folder.clone(),
        ..VerifyReport::default()
    };
    // Where roots cannot be read, nobody knows of anything that was left out.
    let roots = open.records().roots().unwrap_or_default();
    let pruned = pruned_by(&roots);
    for (source, (store, listing)) in registries.iter().zip(&listed) {
        look_at(
            source,
            store,
            (
                listing,
                pruned.get(source.as_str()).unwrap_or(&BTreeSet::new()),
            ),
            &open.watch,
            options,
            &progress,
            &mut report,
        )?;
    }
    git::look_at(open, &git, options, &progress, &mut report)?;
    if !sources.is_empty() {
        let left = open.store().leftovers();
        let leftover = |path, cause: &str| Damage {
            source: PRIVATE.to_owned(),
            path,
            kind: DamageKind::Leftover,
            package: None,
            cause: cause.to_owned(),
        };
        for path in left.foreign {
            let damage = leftover(path, "no process of this program has put it there");
            tell(&open.watch, &damage);
            report.damages.push(damage);
        }
        let dead = left.orphaned.into_iter();
        report
            .unfinished
            .extend(dead.map(|path| leftover(path, "a process that is gone had not finished it")));
    }
    for found in [&mut report.damages, &mut report.unfinished] {
        found.sort();
        found.dedup();
    }
    report.sound = report.damages.is_empty();
    progress.finish();
    Ok(report)
}

/// The sources that were named, else all.
pub fn sources(mirror: &Path, named: &[String]) -> Result<Vec<String>> {
    let there = layout::sources(mirror);
    if named.is_empty() {
        return Ok(there);
    }
    for name in named {
        if !there.contains(name) {
            return Err(Error::Store(StoreError::NoSuchSource {
                name: name.clone(),
                there,
            }));
        }
    }
    Ok(there
        .into_iter()
        .filter(|source| named.contains(source))
        .collect())
}

fn look_at(
    source: &str,
    store: &RegistryStore,
    (listing, pruned): (&Listing, &BTreeSet<CrateId>),
    watch: &Watch,
    options: &VerifyOptions,
    progress: &Progress,
    report: &mut VerifyReport,
) -> Result<()> {
    let inspection = Inspection {
        source,
        store,
        listing,
        pruned,
        options,
        watch,
        progress,
    };
    let mut tasks = Vec::new();
    let (shards, loose) = store.index_folder("")?;
    let loose = loose.into_iter().filter_map(|name| name.into_string().ok());
    tasks.push(Task::Files(Shard::none(), loose.collect()));
    for shard in shards.into_iter().rev() {
        let Ok(name) = shard.into_string() else {
            continue;
        };
        if !progress.is_done(source, &name) {
            tasks.push(Task::Shard(name));
        }
    }
    let tallies = run_all(tasks, Counts::new, |tally, task, more| {
        inspection.work(tally, task, more);
    });
    let mut claimed = Vec::new();
    for tally in tallies {
        report.checked += tally.checked;
        report.bytes += tally.bytes;
        report.unsealed += tally.unsealed;
        report.unrecorded += tally.unrecorded;
        report.pruned += tally.pruned;
        report.damages.extend(tally.damages);
        claimed.extend(tally.claimed);
    }
    let (mut found, unfinished) = unclaimed(source, store, listing, claimed)?;
    report.unfinished.extend(unfinished);
    for stray in &listing.unexpected {
        found.push(Damage {
            source: source.to_owned(),
            path: format!("{source}/{}", stray.to_string_lossy()),
            kind: DamageKind::Stray,
            package: None,
            cause: "it is neither a .crate file nor the index".to_owned(),
        });
    }
    for damage in found {
        tell(watch, &damage);
        report.damages.push(damage);
    }
    Ok(())
}

pub fn tell(watch: &Watch, damage: &Damage) {
    watch(&Event::Damaged {
        damage: damage.clone(),
    });
}

/// `.crate` files that no index line speaks of, and among them those that a run had in hand.
fn unclaimed(
    source: &str,
    store: &RegistryStore,
    listing: &Listing,
    claimed: Vec<u64>,
) -> Result<(Vec<Damage>, Vec<Damage>)> {
    let keys = listing.compare(claimed).0;
    if keys.is_empty() {
        return Ok(Default::default());
    }
    let mut names = store.names_of(listing, &keys)?;
    // A run that was resumed has claimed nothing of what the run before looked at: versions of one crate share its file.
    names.sort_unstable();
    let mut lines = LastIndex::of(store);
    names.retain(|name| !lines.has(name));
    if !names.is_empty() && store.others_write() {
        // Bytes come first, their line a moment later.
        std::thread::sleep(std::time::Duration::from_secs(2));
        let mut lines = LastIndex::of(store);
        names.retain(|name| !lines.has(name) && store.look_at(name).is_ok());
    }
    let in_hand = |name: &String| {
        let known = CrateId::of_file_name(name).next().is_some();
        known && store.look_at(name).is_ok_and(|file| file.is_marked())
    };
    let (unfinished, names): (Vec<String>, Vec<String>) = names.into_iter().partition(in_hand);
    let damages = names
        .into_iter()
        .map(|name| {
            let path = format!("{source}/{name}");
            let source = source.to_owned();
            if let Some(meant) = meant(store, &name) {
                return Damage {
                    source,
                    path,
                    kind: DamageKind::MisnamedCrate,
                    cause: format!(
                        "its index line wants it to be called `{}`",
                        meant.file_name()
                    ),
                    package: Some(meant),
                };
            }
            let package = CrateId::of_file_name(&name).next();
            let (kind, cause) = if package.is_some() {
                (DamageKind::MissingLine, "no index line speaks of it")
            } else {
                (
                    DamageKind::Stray,
                    "its name is not that of a crate and a version",
                )
            };
            Damage {
                source,
                path,
                kind,
                package,
                cause: cause.to_owned(),
            }
        })
        .collect();
    let unfinished = unfinished
        .into_iter()
        .map(|name| Damage {
            source: source.to_owned(),
            path: format!("{source}/{name}"),
            kind: DamageKind::MissingLine,
            package: CrateId::of_file_name(&name).next(),
            cause: "a run had it in hand, and no index line speaks of it".to_owned(),
        })
        .collect();
    Ok((damages, unfinished))
}

/// Looks up lines, and keeps the index file that it has read last.
struct LastIndex<'a> {
    store: &'a RegistryStore,
    last: Option<(CrateName, IndexFile)>,
}

impl<'a> LastIndex<'a> {
    fn of(store: &'a RegistryStore) -> Self {
        Self { store, last: None }
    }

    /// Whether a line speaks of this `.crate`.
    fn has(&mut self, file_name: &str) -> bool {
        CrateId::of_file_name(file_name).any(|id| {
            if self.last.as_ref().is_none_or(|(name, _)| *name != id.name) {
                let read = self.store.read_index(&id.name).ok();
                self.last = read.map(|file| (id.name.clone(), file));
            }
            let file = self.last.as_ref().map(|(_, file)| file);
            file.is_some_and(|file| file.get(&id).is_some())
        })
    }
}

/// The version that a file with a wrong name is meant to be: the same but for case, or for what stands for a `-`.
pub fn meant(store: &RegistryStore, file_name: &str) -> Option<CrateId> {
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    CrateId::of_file_name(file_name).find_map(|id| {
        let swapped = [
            id.name.as_str().replace('_', "-"),
            id.name.as_str().replace('-', "_"),
        ];
        let names = std::iter::once(id.name.as_str()).chain(swapped.iter().map(String::as_str));
        names
            .filter_map(|name| store.read_index(&CrateName::parse(name).ok()?).ok())
            .flat_map(|index| index.lines().to_vec())
            .map(|line| line.id().clone())
            .find(|meant| {
                meant.version == id.version
                    && plain(meant.name.as_str()) == plain(id.name.as_str())
                    && store.look_at(&meant.file_name()).is_err()
            })
    })
}
