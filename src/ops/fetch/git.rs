//! Git sources: their packages taken out of the repository at the locked revision, into one directory source each.
//!
//! ```text
//! is it there?       the record, then the seals of its files                      io::git_store
//! cargo's cache      the commit, its trees, its blobs, each hashed                io::git_objects, io::git_tree
//!                    the packages in it, each made to stand alone                 ops::git_package
//! else upstream      the real cargo fetches it into its cache; then as above      ops::git_fetch
//! in place           all flushed at once, named, recorded                         io::git_store
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::io::fs::parallel;
use crate::io::git::objects::Objects;
use crate::io::git::tree::{self, TreeEntry};
use crate::io::http::client::chain;
use crate::io::store::git::{WrittenPackage, other_revisions, package_folder};
use crate::io::store::git_check::{CheckLevel, look};
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::event::{ByteOrigin, Event, Watch};
use crate::model::mirror::damage;
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, RegistrySource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_package::Repository;
use crate::ops::fetch::git_scratch::scratch;
use crate::ops::fetch::registry::{FetchFailure, FetchReport};

/// The packages that are wanted of each source.
pub type WantedGit = BTreeMap<GitSource, BTreeSet<CrateId>>;

/// How many packages that is.
pub fn count(wanted: &WantedGit) -> usize {
    wanted.values().map(BTreeSet::len).sum()
}

/// Where sources come from that are not on this machine.
#[derive(Clone)]
pub struct From {
    /// The mirror's, of crates.io: what it has besides crates is shared by all sources.
    pub store: Arc<RegistryStore>,
    /// How closely to look at what the mirror has.
    pub depth: CheckLevel,
    /// Cargo's config is that of this folder.
    pub folder: PathBuf,
    pub access: Arc<UpstreamAccess>,
    /// Those that the mirror has completed already.
    pub registries: Vec<RegistrySource>,
}

/// Holds what is wanted against what the mirror has: how many packages are there, and which are not.
pub fn plan(
    store: &RegistryStore,
    wanted: &WantedGit,
    depth: CheckLevel,
) -> Result<(usize, WantedGit)> {
    let sources: Vec<_> = wanted.iter().collect();
    let lacking = parallel::on_all_cores(&sources, |(source, ids)| {
        let folder = store.git(&source.folder());
        let record = folder.record_of(source)?;
        let mut lacking = BTreeSet::new();
        for id in *ids {
            let there = match &record {
                Some(record) => folder.holds(id, record, depth)?,
                None => false,
            };
            if !there {
                lacking.insert(id.clone());
            }
        }
        Ok(lacking)
    });
    let lacking = lacking.into_iter().collect::<Result<Vec<_>>>()?;
    let lacking: WantedGit = wanted
        .keys()
        .cloned()
        .zip(lacking)
        .filter(|(_, lacking)| !lacking.is_empty())
        .collect();
    Ok((count(wanted) - count(&lacking), lacking))
}

/// Completes the packages of git sources.
pub async fn complete(common: &Context, from: From, wanted: WantedGit) -> Result<FetchReport> {
    let (looking, depth) = (Arc::clone(&from.store), from.depth);
    let (kept, lacking) = blocking("comparing with the mirror", move || {
        plan(&looking, &wanted, depth)
    })
    .await?;
    (common.watch)(&Event::Planned {
        wanted: kept + count(&lacking),
        keep: kept,
    });
    let common = common.clone();
    blocking("reading git repositories", move || {
        let mut work = Work {
            common: &common,
            store: &from.store,
            done: FetchReport {
                kept,
                ..FetchReport::default()
            },
            made: Vec::new(),
        };
        if !lacking.is_empty() {
            work.run(&from, lacking)?;
        }
        Ok(work.done)
    })
    .await
}

/// A run that completes packages.
struct Work<'a> {
    common: &'a Context,
    store: &'a RegistryStore,
    done: FetchReport,
    made: Vec<(GitSource, ByteOrigin, Vec<WrittenPackage>)>,
}

/// What came of one source.
enum SourceOutcome {
    /// Which packages are made, and why the others are not.
    Made(Vec<WrittenPackage>, Vec<(CrateId, Error)>),
    /// This of it is in no repository on this machine.
    Lacks(String),
    Failed(Error),
}

impl Work<'_> {
    fn run(&mut self, from: &From, lacking: WantedGit) -> Result<()> {
        let lacking = self.make(lacking, ByteOrigin::CargoCache)?;
        if !lacking.is_empty() {
            self.fetch(from, lacking)?;
        }
        let mut placed = Vec::new();
        let mut stored = Vec::new();
        for (source, origin, made) in std::mem::take(&mut self.made) {
            stored.extend(
                made.iter()
                    .map(|made| (made.id.clone(), origin, made.bytes)),
            );
            placed.push((source, made));
        }
        self.store.place_packages(placed)?;
        for (package, origin, bytes) in stored {
            match origin {
                ByteOrigin::Upstream => {
                    self.done.fetched += 1;
                    self.done.bytes_downloaded += bytes;
                }
                ByteOrigin::CargoCache => {
                    self.done.reused += 1;
                    self.done.bytes_reused += bytes;
                }
            }
            (self.common.watch)(&Event::Stored {
                package,
                origin,
                bytes,
            });
        }
        Ok(())
    }

    /// Makes packages out of cargo's repositories. Hands back what is in none of them.
    fn make(&mut self, wanted: WantedGit, origin: ByteOrigin) -> Result<WantedGit> {
        let sources: Vec<_> = wanted.into_iter().collect();
        let outcomes = parallel::on_all_cores(&sources, |(source, ids)| {
            make_source(self.common, self.store, source, ids)
        });
        let mut lacking = WantedGit::new();
        for ((source, ids), outcome) in sources.into_iter().zip(outcomes) {
            match outcome? {
                SourceOutcome::Made(made, failed) => {
                    for (id, error) in failed {
                        self.failed(&source, [id], error);
                    }
                    self.made.push((source, origin, made));
                }
                SourceOutcome::Lacks(what) => {
                    (self.common.watch)(&Event::Note {
                        message: format!("cargo's cache does not have {what} of {source}"),
                    });
                    lacking.insert(source, ids);
                }
                SourceOutcome::Failed(error) => self.failed(&source, ids, error),
            }
        }
        Ok(lacking)
    }

    /// Has cargo fetch what is lacking: all at once, and what then is still lacking one by one, to tell what fails.
    fn fetch(&mut self, from: &From, lacking: WantedGit) -> Result<()> {
        if from.access.offline {
            for (source, ids) in lacking {
                self.failed(&source, ids, Error::Offline);
            }
            return Ok(());
        }
        // Cargo refuses a local registry without an index, be it empty.
        self.store.create()?;
        for registry in &from.registries {
            self.common.registry(registry).create()?;
        }
        for source in lacking.keys() {
            (self.common.watch)(&Event::Step {
                verb: "Fetching",
                what: source.to_string(),
            });
        }
        let only = lacking.len() == 1;
        let first = self.ask_cargo(from, &lacking);
        let lacking = self.make(lacking, ByteOrigin::Upstream)?;
        let mut first = Some(first);
        for (source, ids) in lacking {
            let alone = WantedGit::from([(source.clone(), ids.clone())]);
            // The answer for one source alone is known already.
            let asked = match first.take().filter(|_| only) {
                Some(answer) => answer,
                None => self.ask_cargo(from, &alone),
            };
            if let Err(error @ Error::NoCargo { .. }) = asked {
                return Err(error);
            }
            for (source, ids) in self.make(alone, ByteOrigin::Upstream)? {
                let error = match &asked {
                    Err(Error::Cargo { command, said }) => Error::Cargo {
                        command: command.clone(),
                        said: said.clone(),
                    },
                    _ => Error::GitRevision {
                        origin: source.to_string(),
                    },
                };
                self.failed(&source, ids, error);
            }
        }
        Ok(())
    }

    fn ask_cargo(&self, from: &From, sources: &WantedGit) -> Result<()> {
        let cargo = from.access.cargo_for_git(self.common, &from.registries);
        let (manifest, lockfile) = scratch(sources.iter());
        cargo.fetch_git(&manifest, &lockfile, &from.folder)
    }

    fn failed(
        &mut self,
        source: &GitSource,
        packages: impl IntoIterator<Item = CrateId>,
        error: Error,
    ) {
        let error = Arc::new(error);
        for package in packages {
            (self.common.watch)(&Event::Failed {
                package: package.clone(),
                cause: chain(&*error),
            });
            self.done.failed.push(FetchFailure {
                package,
                source: SourceId::from(source),
                error: Arc::clone(&error),
            });
        }
    }
}

/// Makes packages of one source. An error is one of the mirror itself.
fn make_source(
    common: &Context,
    store: &RegistryStore,
    source: &GitSource,
    ids: &BTreeSet<CrateId>,
) -> Result<SourceOutcome> {
    let origin = source.to_string();
    let objects = Objects::of(&common.cargo_home, source.repository(), &source.revision);
    let tree = match tree::read(&objects, &source.revision, &origin) {
        Ok(TreeEntry::Whole(tree)) => tree,
        Ok(TreeEntry::Lacks(what)) => return Ok(SourceOutcome::Lacks(what)),
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    for skipped in &tree.skipped {
        (common.watch)(&Event::Note {
            message: format!("{origin}: the name {skipped} cannot be kept; it is left out"),
        });
    }
    let mut repository = Repository::new(&objects, &tree, &origin);
    let found = match repository.find(ids) {
        Ok(found) => found,
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        let Some(folder) = found.get(id) else {
            failed.push((id.clone(), repository.lacks(id)));
            continue;
        };
        let warn = |message| warn(&common.watch, message);
        match repository.write(id, folder, store, &warn) {
            Ok(package) => made.push(package),
            Err(error) => failed.push((id.clone(), of_source(error)?)),
        }
    }
    Ok(SourceOutcome::Made(made, failed))
}

/// Tells what is wrong with a source from what is wrong with the mirror.
fn of_source(error: Error) -> Result<Error> {
    match error {
        Error::GitObject { .. } | Error::GitPackage { .. } | Error::TooLarge { .. } => Ok(error),
        error => Err(error),
    }
}

fn warn(watch: &Watch, message: String) {
    watch(&Event::Warning {
        message,
        help: None,
    });
}

/// What a build would not get from the mirror.
#[derive(Debug)]
pub enum SourceGap {
    Missing(CrateId, SourceId, String),
    Damaged(CrateId, SourceId, String),
}

/// Hashes every file of the packages that are wanted.
pub fn check(common: &Context, wanted: &WantedGit) -> Result<Vec<SourceGap>> {
    let store = common.store();
    let all: Vec<(&GitSource, &CrateId)> = wanted
        .iter()
        .flat_map(|(source, ids)| ids.iter().map(move |id| (source, id)))
        .collect();
    let gaps = parallel::on_all_cores(&all, |(source, id)| {
        let gap = check_one(common, &store, source, id)?;
        (common.watch)(&Event::Checked {
            package: (*id).clone(),
        });
        Ok(gap)
    });
    gaps.into_iter().filter_map(Result::transpose).collect()
}

fn check_one(
    common: &Context,
    store: &RegistryStore,
    source: &GitSource,
    id: &CrateId,
) -> Result<Option<SourceGap>> {
    let folder = store.git(&source.folder());
    let record = folder.record_of(source)?;
    let entry = record.as_ref().and_then(|record| record.packages.get(id));
    let Some(checksum) = entry else {
        let others = other_revisions(store, &common.mirror, source);
        let mut others = others
            .values()
            .filter(|other| other.packages.keys().any(|other| other.name == id.name));
        let cause = match others.next() {
            Some(other) => format!(
                "the mirror has revision {} of its source, and {source} is wanted",
                other.revision
            ),
            None => format!("the mirror has no record of it from {source}"),
        };
        return Ok(Some(SourceGap::Missing(id.clone(), from(source), cause)));
    };
    let looked = look(&folder.package_path(id), checksum, CheckLevel::Hash)?;
    let Some(fault) = looked.faults.first() else {
        return Ok(None);
    };
    let place = format!("{}/{}", folder.name, package_folder(id));
    let more = match looked.faults.len() {
        1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    if fault.path.is_empty() {
        let cause = format!("its folder `{place}` is not there");
        return Ok(Some(SourceGap::Missing(id.clone(), from(source), cause)));
    }
    let what = match fault.kind {
        damage::DamageKind::MissingBytes => "is missing".to_owned(),
        _ => fault.cause.clone(),
    };
    let cause = format!("`{place}/{}`: {what}{more}", fault.path);
    Ok(Some(SourceGap::Damaged(id.clone(), from(source), cause)))
}

fn from(source: &GitSource) -> SourceId {
    SourceId::Git(source.to_string())
}
