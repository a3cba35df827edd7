//! Git sources: their packages taken out of the repository at the locked revision, into one directory source each.
//!
//! ```text
//! is it there?       the record, then the seals of its files                      io::store::git
//! cargo's cache      the commit, its trees, its blobs, each hashed                io::git::objects, io::git::commit
//!                    the packages in it, and its whole tree written out           ops::fetch::git_package
//! else upstream      the real cargo fetches it into its cache; then as above      ops::fetch::git_scratch
//! in place           all flushed at once, named, recorded                         io::store::git
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::io::fs::parallel;
use crate::io::store::git::Content;
use crate::io::store::git_check::CheckLevel;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::git::GitError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{ByteOrigin, Event};
use crate::model::package::id::CrateId;
use crate::model::source::git_trouble::GitTrouble;
use crate::model::source::id::{GitSource, RegistrySource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_scratch::{host_of, scratch, why};
use crate::ops::fetch::git_source::{SourceOutcome, make_source};
use crate::ops::fetch::report::{FetchFailure, FetchReport};

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
    /// How thoroughly to check what the mirror has.
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
        match &record {
            Some(record) => folder.lacking(ids, record, depth),
            None => Ok((*ids).clone()),
        }
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
    let all = wanted.clone();
    let (kept, lacking) = blocking("comparing with the mirror", move || {
        plan(&looking, &wanted, depth)
    })
    .await?;
    (common.mirror.watch)(&Event::Planned {
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
        let unfit = unfit(&from.store, &all, &lacking)?;
        for source in all.keys().filter(|source| !lacking.contains_key(source)) {
            from.store.git(&source.folder()).sweep()?;
        }
        if !(lacking.is_empty() && unfit.is_empty()) {
            work.run(&from, lacking, unfit)?;
        }
        Ok(work.done)
    })
    .await
}

/// The sources whose packages are all there, in a tree that a commit of the mirror may change.
fn unfit(store: &RegistryStore, wanted: &WantedGit, lacking: &WantedGit) -> Result<WantedGit> {
    let mut unfit = WantedGit::new();
    if !store.is_committed() {
        return Ok(unfit);
    }
    for (source, ids) in wanted {
        let folder = store.git(&source.folder());
        if !lacking.contains_key(source)
            && let Some(record) = folder.record_of(source)?
            && folder.is_unfit(&record)
        {
            unfit.insert(source.clone(), ids.clone());
        }
    }
    Ok(unfit)
}

/// A run that completes packages.
struct Work<'a> {
    common: &'a Context,
    store: &'a RegistryStore,
    done: FetchReport,
    made: Vec<Done>,
}

/// A source whose packages are made.
struct Done {
    source: GitSource,
    origin: ByteOrigin,
    content: Content,
    /// Those that this run wants.
    wanted: BTreeSet<CrateId>,
}

impl Work<'_> {
    fn run(&mut self, from: &From, lacking: WantedGit, unfit: WantedGit) -> Result<()> {
        self.refit(unfit)?;
        let lacking = self.make(lacking, ByteOrigin::CargoCache)?;
        if !lacking.is_empty() {
            self.fetch(from, lacking)?;
        }
        let mut stored = Vec::new();
        for _ in 0..ROUNDS {
            let mut placed = Vec::new();
            let mut asked = BTreeMap::new();
            for done in std::mem::take(&mut self.made) {
                asked.insert(done.source.clone(), (done.origin, done.wanted.clone()));
                stored.extend(done.stored());
                placed.push((done.source, done.content));
            }
            let late = self.store.place_packages(placed)?;
            for source in late {
                let Some((origin, ids)) = asked.remove(&source) else {
                    continue;
                };
                stored.retain(|(id, _, _)| !ids.contains(id));
                // Another run has added packages to it meanwhile; both are to find theirs.
                self.make(WantedGit::from([(source, ids)]), origin)?;
            }
            if self.made.is_empty() {
                break;
            }
        }
        for done in std::mem::take(&mut self.made) {
            let (origin, message) = (done.source.to_string(), LATE.to_owned());
            self.failed(
                &done.source,
                done.wanted,
                Error::Git(GitError::Package { origin, message }),
            );
        }
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
            (self.common.mirror.watch)(&Event::Stored {
                package,
                origin,
                bytes,
            });
        }
        Ok(())
    }

    /// Makes trees again that are to be committed. What is there is whole, so one that cannot be made again stays.
    fn refit(&mut self, unfit: WantedGit) -> Result<()> {
        let sources: Vec<_> = unfit.into_iter().collect();
        let outcomes = parallel::on_all_cores(&sources, |(source, ids)| {
            make_source(self.common, self.store, source, ids)
        });
        for ((source, _), outcome) in sources.into_iter().zip(outcomes) {
            if let SourceOutcome::Made(Some(content), failed) = outcome?
                && failed.is_empty()
            {
                self.made.push(Done {
                    source,
                    origin: ByteOrigin::CargoCache,
                    content,
                    // None of them is news.
                    wanted: BTreeSet::new(),
                });
            }
        }
        Ok(())
    }

    /// Makes packages out of cargo's repositories. Returns what none of them has.
    fn make(&mut self, wanted: WantedGit, origin: ByteOrigin) -> Result<WantedGit> {
        let sources: Vec<_> = wanted.into_iter().collect();
        let outcomes = parallel::on_all_cores(&sources, |(source, ids)| {
            make_source(self.common, self.store, source, ids)
        });
        let mut lacking = WantedGit::new();
        for ((source, ids), outcome) in sources.into_iter().zip(outcomes) {
            match outcome? {
                SourceOutcome::Made(content, failed) => {
                    let mut wanted = ids;
                    for (id, error) in failed {
                        wanted.remove(&id);
                        self.failed(&source, [id], error);
                    }
                    self.made.extend(content.map(|content| Done {
                        source,
                        origin,
                        content,
                        wanted,
                    }));
                }
                SourceOutcome::Lacks(what) => {
                    (self.common.mirror.watch)(&Event::Note {
                        message: format!("cargo's cache does not have {what} of {source}"),
                    });
                    lacking.insert(source, ids);
                }
                SourceOutcome::Failed(error) => self.failed(&source, ids, error),
            }
        }
        Ok(lacking)
    }

    /// Has cargo fetch what is lacking, host by host: cargo itself goes from one source to the next, and waits for each of a
    /// host that does not answer.
    fn fetch(&mut self, from: &From, lacking: WantedGit) -> Result<()> {
        if from.access.offline {
            for (source, ids) in lacking {
                self.failed(&source, ids, Error::Upstream(UpstreamError::Offline));
            }
            return Ok(());
        }
        // Cargo refuses a local registry without an index, be it empty.
        self.store.create()?;
        for registry in &from.registries {
            self.common.mirror.registry(registry).create()?;
        }
        let mut hosts: BTreeMap<String, WantedGit> = BTreeMap::new();
        for (source, ids) in lacking {
            hosts
                .entry(host_of(&source))
                .or_default()
                .insert(source, ids);
        }
        for (host, wanted) in hosts {
            self.fetch_from(from, &host, wanted)?;
        }
        Ok(())
    }

    /// All of a host's sources are asked for at once. What then is still lacking is asked for one by one, to learn which
    /// fail and why, as long as it is not the host itself that fails.
    fn fetch_from(&mut self, from: &From, host: &str, wanted: WantedGit) -> Result<()> {
        const MANY: usize = 4;
        let each: Vec<String> = if wanted.len() > MANY {
            vec![format!("{} git sources from {host}", wanted.len())]
        } else {
            wanted.keys().map(ToString::to_string).collect()
        };
        for what in each {
            let verb = "Fetching";
            (self.common.mirror.watch)(&Event::Step { verb, what });
        }
        let mut asked = wanted;
        let mut rest = WantedGit::new();
        loop {
            let alone = asked.len() == 1;
            let trouble = self.ask_cargo(from, &asked)?;
            let mut lacking = self.make(asked, ByteOrigin::Upstream)?;
            if let Some(GitTrouble::Host(cause)) = &trouble {
                lacking.append(&mut rest);
                let packages = lacking.into_iter();
                let packages = packages.flat_map(|(source, ids)| {
                    ids.into_iter().map(move |id| (SourceId::from(&source), id))
                });
                let (host, cause) = (host.to_owned(), cause.clone());
                self.all_failed(packages, Error::Git(GitError::Host { host, cause }));
                return Ok(());
            }
            if alone {
                for (source, ids) in lacking {
                    let error = why(&source, &ids, trouble.as_ref());
                    self.failed(&source, ids, error);
                }
            } else {
                rest.append(&mut lacking);
            }
            let Some((source, ids)) = rest.pop_first() else {
                return Ok(());
            };
            asked = WantedGit::from([(source, ids)]);
        }
    }

    fn ask_cargo(&self, from: &From, sources: &WantedGit) -> Result<Option<GitTrouble>> {
        let cargo = from
            .access
            .cargo_for_git(&self.common.mirror.folder, &from.registries);
        let (manifest, lockfile) = scratch(sources.iter());
        cargo.fetch_git(&manifest, &lockfile, &from.folder)
    }

    fn failed(
        &mut self,
        source: &GitSource,
        packages: impl IntoIterator<Item = CrateId>,
        error: Error,
    ) {
        let packages = packages.into_iter();
        self.all_failed(packages.map(|id| (SourceId::from(source), id)), error);
    }

    fn all_failed(
        &mut self,
        packages: impl IntoIterator<Item = (SourceId, CrateId)>,
        error: Error,
    ) {
        let error = Arc::new(error);
        for (source, package) in packages {
            (self.common.mirror.watch)(&Event::Failed {
                package: package.clone(),
                cause: chain(&*error),
            });
            self.done.failed.push(FetchFailure {
                package,
                source,
                error: Arc::clone(&error),
            });
        }
    }
}

/// How often a source is made when other runs add packages to it at the same time.
const ROUNDS: u32 = 5;

const LATE: &str = "other runs add packages to it all the time; run the same command again";

impl Done {
    /// The packages that this run wanted, how they came, and their bytes.
    fn stored(&self) -> Vec<(CrateId, ByteOrigin, u64)> {
        let stored: Vec<(CrateId, ByteOrigin, u64)> = match &self.content {
            Content::Copies(made) => made
                .iter()
                .map(|made| (made.id.clone(), self.origin, made.bytes))
                .collect(),
            Content::Tree(made) => made
                .packages
                .iter()
                .map(|(id, package)| (id.clone(), self.origin, package.bytes))
                .collect(),
        };
        let wanted = stored.into_iter();
        wanted
            .filter(|(id, _, _)| self.wanted.contains(id))
            .collect()
    }
}
