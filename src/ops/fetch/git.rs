//! Git sources: their packages taken out of the repository at the locked revision, into one directory source each.
//!
//! ```text
//! is it there?       the record, then the seals of its files                      io::git_store
//! cargo's cache      the commit, its trees, its blobs, each hashed                io::git_objects, io::git_tree
//!                    the packages in it, and its whole tree written out           ops::git_package
//! else upstream      the real cargo fetches it into its cache; then as above      ops::git_fetch
//! in place           all flushed at once, named, recorded                         io::git_store
//! ```

use crate::model::error::chain;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::io::fs::parallel;
use crate::io::git::objects::Objects;
use crate::io::git::tree::{self, LeftOut, TreeEntry};
use crate::io::store::git::{Content, other_revisions, package_folder};
use crate::io::store::git_check::{CheckLevel, Fault, look, look_tree};
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::event::{ByteOrigin, Event, Watch};
use crate::model::mirror::damage;
use crate::model::package::id::CrateId;
use crate::model::package::manifest::{is_below, within};
use crate::model::source::git_record::{Layout, owner, tree_name};
use crate::model::source::git_trouble::GitTrouble;
use crate::model::source::id::{GitSource, RegistrySource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_package::{Repository, lossy};
use crate::ops::fetch::git_scratch::{host_of, scratch, why};
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

/// What came of one source.
enum SourceOutcome {
    /// Which packages are made, if any, and why the others are not.
    Made(Option<Content>, Vec<(CrateId, Error)>),
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
            self.failed(&done.source, done.wanted, Error::GitPackage { origin, message });
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

    /// Has cargo fetch what is lacking, host by host: cargo itself goes from one source to the next, and waits for each of a
    /// host that does not answer.
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
            (self.common.watch)(&Event::Step { verb, what });
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
                self.all_failed(packages, Error::GitHost { host, cause });
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
            (self.common.watch)(&Event::Failed {
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
            Content::Tree(planted) => planted
                .packages
                .iter()
                .map(|(id, lot)| (id.clone(), self.origin, lot.bytes))
                .collect(),
        };
        let wanted = stored.into_iter();
        wanted
            .filter(|(id, _, _)| self.wanted.contains(id))
            .collect()
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
    let link = store.can_link()?;
    let folder = store.git(&source.folder());
    let record = folder.record_of(source)?;
    // A tree is made for all packages that are known to be wanted, not only for those that are lacking.
    let mut all = ids.clone();
    let mut whole = BTreeSet::new();
    if let Some(record) = record.filter(|record| link || record.layout != Layout::Copies) {
        let ids = record.packages.into_keys();
        if record.layout == Layout::Old {
            all.extend(ids);
        } else {
            whole.extend(ids);
            all.extend(whole.iter().cloned());
        }
    }
    let place = folder.path.join("tree");
    let mut repository = Repository::new(&objects, &tree, &origin, place);
    let mut found = match repository.find(&all) {
        Ok(found) => found,
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    let mut failed = Vec::new();
    for id in ids {
        if !found.contains_key(id) {
            failed.push((id.clone(), repository.lacks(id)));
        }
    }
    if !link {
        let mut made = Vec::new();
        for (id, folder) in &found {
            match repository.write(id, folder, store) {
                Ok(package) => made.push(package),
                Err(error) if ids.contains(id) => failed.push((id.clone(), of_source(error)?)),
                Err(error) => drop(of_source(error)?),
            }
        }
        return Ok(SourceOutcome::Made(Some(Content::Copies(made)), failed));
    }
    found.retain(|id, folder| match repository.manifest_text(id, folder) {
        Ok(_) => true,
        Err(error) => {
            failed.push((id.clone(), error));
            false
        }
    });
    let (mut planted, left_out) = match repository.plant(&found, store) {
        Ok(planted) => planted,
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    for (id, error) in unkept(common, &origin, &found, &left_out) {
        // What is not whole must not be recorded, or the next run would call it ready.
        if !whole.contains(&id) {
            planted.packages.remove(&id);
        }
        if !failed.iter().any(|(failed, _)| *failed == id) {
            failed.push((id, error));
        }
    }
    failed.retain(|(id, _)| ids.contains(id));
    let content = (!planted.packages.is_empty()).then_some(Content::Tree(planted));
    Ok(SourceOutcome::Made(content, failed))
}

/// Tells what of a tree could not be kept, and which packages cannot be called whole for it: those that have it in their
/// folder, and if none has a file, all of them, because nobody can tell which of them reads it.
fn unkept(
    common: &Context,
    origin: &str,
    folders: &BTreeMap<CrateId, String>,
    left_out: &[LeftOut],
) -> Vec<(CrateId, Error)> {
    let mut failed = Vec::new();
    for left in left_out {
        let (path, why) = (lossy(&left.path), &left.why);
        let message = format!("`{path}` of the repository cannot be kept: {why}");
        warn(&common.watch, format!("{origin}: {message}"));
        let within = |folder: &&String| is_below(&left.path, folder);
        // What such a link leads to is no part of any package, and a build that does not have it in its own folder is
        // not taken to read it.
        let some = left.outward || folders.values().any(|folder| within(&folder));
        let hurt = folders.iter().filter(|(_, folder)| !some || within(folder));
        failed.extend(hurt.map(|(id, _)| {
            let error = Error::GitPackage {
                origin: origin.to_owned(),
                message: message.clone(),
            };
            (id.clone(), error)
        }));
    }
    failed
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
    let all: Vec<(&GitSource, &BTreeSet<CrateId>)> = wanted.iter().collect();
    let gaps = parallel::on_all_cores(&all, |(source, ids)| {
        let gaps = check_source(common, &store, source, ids)?;
        for id in *ids {
            (common.watch)(&Event::Checked {
                package: id.clone(),
            });
        }
        Ok(gaps)
    });
    let gaps = gaps.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(gaps.into_iter().flatten().collect())
}

fn check_source(
    common: &Context,
    store: &RegistryStore,
    source: &GitSource,
    ids: &BTreeSet<CrateId>,
) -> Result<Vec<SourceGap>> {
    let folder = store.git(&source.folder());
    let missing = |id: &CrateId, cause: String| SourceGap::Missing(id.clone(), from(source), cause);
    let record = folder.record_of(source)?;
    let mut gaps = Vec::new();
    let mut here = BTreeMap::new();
    for id in ids {
        match record.as_ref().and_then(|record| record.packages.get(id)) {
            Some(checksum) => drop(here.insert(id, checksum)),
            None => gaps.push(missing(id, unrecorded(common, store, source, id))),
        }
    }
    let Some(record) = record.as_ref().filter(|_| !here.is_empty()) else {
        return Ok(gaps);
    };
    match &record.layout {
        Layout::Old => {
            let cause = "the mirror has it in an older layout, without what it may read elsewhere in its repository; \
                         the next `cargo mirror vendor` or `prefetch` brings it over";
            gaps.extend(here.keys().map(|id| missing(id, cause.to_owned())));
        }
        Layout::Copies => {
            for (id, checksum) in here {
                let looked = look(&folder.package_path(id), checksum, CheckLevel::Hash)?;
                let place = format!("{}/{}", folder.name, package_folder(id));
                gaps.extend(gap(source, id, &place, &looked.faults));
            }
        }
        Layout::Tree { list, folders, .. } => {
            let (name, tree) = (&folder.name, tree_name(list));
            let looked = look_tree(&folder.tree_path(list), list, CheckLevel::Hash)?;
            let mut faults: BTreeMap<&CrateId, Vec<Fault>> = BTreeMap::new();
            let wanted = || folders.iter().filter(|(id, _)| here.contains_key(id));
            for mut fault in looked.faults {
                // One outside of all of them may be read by any.
                let owner = owner(wanted(), &fault.path).or_else(|| {
                    fault.path = format!("../{tree}/{}", fault.path);
                    wanted().next().map(|(id, _)| (id, ""))
                });
                if let Some((id, folder)) = owner {
                    if let Some(inner) = fault
                        .path
                        .strip_prefix(folder)
                        .filter(|_| !folder.is_empty())
                    {
                        fault.path = inner.trim_start_matches('/').to_owned();
                    }
                    faults.entry(id).or_default().push(fault);
                }
            }
            for id in here.keys() {
                let place = format!("{name}/{}", package_folder(id));
                let target = folders.get(id).map(|inner| within(&tree, inner));
                if !target.is_some_and(|target| folder.leads_to(id, &target)) {
                    let cause = format!("its folder `{place}` is not there, or not what it was");
                    gaps.push(missing(id, cause));
                } else if let Some(faults) = faults.get(id) {
                    gaps.extend(gap(source, id, &place, faults));
                }
            }
        }
    }
    Ok(gaps)
}

/// Why a package is not in the record of its source.
fn unrecorded(common: &Context, store: &RegistryStore, source: &GitSource, id: &CrateId) -> String {
    let others = other_revisions(store, &common.mirror, source);
    let mut others = others
        .values()
        .filter(|other| other.packages.keys().any(|other| other.name == id.name));
    match others.next() {
        Some(other) => format!(
            "the mirror has revision {} of its source, and {source} is wanted",
            other.revision
        ),
        None => format!("the mirror has no record of it from {source}"),
    }
}

/// What is wrong with a package at `place`, by its faults.
fn gap(source: &GitSource, id: &CrateId, place: &str, faults: &[Fault]) -> Option<SourceGap> {
    let fault = faults.first()?;
    let more = match faults.len() {
        1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    if fault.path.is_empty() {
        let cause = format!("its folder `{place}` is not there: {}", fault.cause);
        return Some(SourceGap::Missing(id.clone(), from(source), cause));
    }
    let what = match fault.kind {
        damage::DamageKind::MissingBytes => "is missing".to_owned(),
        _ => fault.cause.clone(),
    };
    let path = lossy(&fault.path);
    let cause = format!("`{place}/{path}`: {what}{more}");
    Some(SourceGap::Damaged(id.clone(), from(source), cause))
}

fn from(source: &GitSource) -> SourceId {
    SourceId::Git(source.to_string())
}
