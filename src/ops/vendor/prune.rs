//! Only what is built: which packages of a project no build that was asked for reads, so that their bytes are left out.
//!
//! ```text
//! lines   of every locked package: from the mirror, cargo's cache, upstream      nothing is written
//! git     sources into the mirror, whole: cargo reads their manifests
//! stubs   stand-ins for the packages of registries                               io::cargo::stubs
//! cargo   metadata --filter-platform, once a target                              io::cargo::metadata
//! roots   what is left out is recorded before its lines are written, so that nobody takes them for a loss
//! ```
//!
//! Where cargo cannot answer, everything is mirrored, and that is said: nothing is left out on a guess.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::io::cargo::command::{Cargo, Judgement};
use crate::io::cargo::stubs::Stubs;
use crate::io::mirror::roots::RootStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::input::InputError;
use crate::model::event::Event;
use crate::model::input::build_filter::{BuildFilter, HOST};
use crate::model::input::closure::Closure;
use crate::model::input::lockfile::Locked;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::{CRATES_IO_FOLDER, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::closure::ClosureFetcher;
use crate::ops::fetch::index_lines::Lines;
use crate::ops::fetch::report::FetchReport;
use crate::ops::input::read::{Input, Project};
use crate::ops::roots::{self, PendingRoot};
use crate::ops::vendor::batch::Batch;

/// A package whose `.crate` was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrunedCrate {
    pub package: CrateId,
    pub source: SourceId,
    /// How large it would be, where that is known.
    pub bytes: Option<u64>,
}

/// A package of a source.
type Package = (CrateId, SourceId);

/// Index lines, by the folder of their source in a mirror.
type AllLines = BTreeMap<String, Arc<Lines>>;

/// Names the host and holds targets against what rustc knows. Only whole projects can be pruned. `None`: all is wanted.
pub fn sync(
    cargo: &Cargo,
    inputs: &[Input],
    selection: Option<&BuildFilter>,
) -> Result<Option<BuildFilter>> {
    let Some(selection) = selection.filter(|selection| !selection.is_everything()) else {
        return Ok(None);
    };
    let mut selection = selection.clone();
    let mut folder: Option<&Path> = None;
    for input in inputs {
        let what = match input {
            Input::Project(project) if project.has_manifest => {
                folder.get_or_insert(&project.root);
                continue;
            }
            Input::StandardLibrary { .. } => continue,
            // For crates that are named it has a meaning of its own.
            Input::Specs(..) if only_default_features(&selection) => continue,
            Input::Project(project) => project.lockfile().display().to_string(),
            Input::Lockfile(path, _) | Input::Specs(Some(path), _) => path.display().to_string(),
            Input::Specs(None, specs) => {
                let specs: Vec<String> = specs.iter().map(ToString::to_string).collect();
                specs.join(" ")
            }
        };
        return Err(Error::Input(InputError::CannotPrune { what }));
    }
    let Some(folder) = folder.filter(|_| !selection.targets.is_empty()) else {
        return Ok(Some(selection));
    };
    let host = cargo.host(folder)?;
    let known = cargo.targets(folder)?;
    let mut targets = BTreeSet::new();
    for target in std::mem::take(&mut selection.targets) {
        if target == HOST {
            targets.insert(host.clone());
        } else if known.contains(&target) {
            targets.insert(target);
        } else {
            return Err(Error::Input(InputError::NoSuchTarget(target)));
        }
    }
    selection.targets = targets;
    selection.host = Some(host);
    Ok(Some(selection))
}

fn only_default_features(selection: &BuildFilter) -> bool {
    selection.targets.is_empty() && !selection.no_dev && selection.features.is_empty()
}

/// What deciding has brought about.
#[derive(Debug, Default)]
pub struct Decided {
    /// Git sources that are complete by now, and how that went.
    pub(super) git: Option<(Closure, FetchReport)>,
    /// What is left out for the first time, so that nobody knows its size yet.
    unmeasured: BTreeSet<Package>,
}

/// Takes out of a group's closure the bytes that no build of `selection` reads.
pub async fn decide(
    completion: &mut ClosureFetcher,
    common: &Context,
    group: &mut Batch,
    selection: &BuildFilter,
    locked: bool,
    dry_run: bool,
) -> Result<Decided> {
    let mut decided = Decided::default();
    if group.projects.is_empty() {
        return Ok(decided);
    }
    if !group.closure.git.is_empty() && !dry_run {
        let git = Closure {
            git: group.closure.git.clone(),
            ..Closure::default()
        };
        let done = completion.git(&git.git).await?;
        decided.git = Some((git, done));
    }
    let mut answer = ask(completion, common, group, selection).await;
    // Each project's lockfile is brought up to date once at most.
    for _ in 0..group.projects.len() {
        let Ok(Answer::Unsure(project, _)) = &answer else {
            break;
        };
        if dry_run || !is_stale(group, project).await? {
            break;
        }
        if locked {
            let lockfile = project.lockfile();
            return Err(Error::Input(InputError::StaleLockfile { lockfile }));
        }
        group.update(&common.mirror.watch, &project.clone()).await?;
        answer = ask(completion, common, group, selection).await;
    }
    let cause = match answer {
        Ok(Answer::Reads(reads)) => {
            leave_out(
                &common.mirror.records(),
                group,
                selection,
                &reads,
                &mut decided,
            );
            let drafts = group.lockfiles.iter();
            let drafts = drafts.filter(|draft| !dry_run && !draft.pruned.is_empty());
            roots::record(&common.mirror, drafts.cloned().collect())?;
            return Ok(decided);
        }
        Err(error @ (Error::Interrupted | Error::Panicked { .. })) => return Err(error),
        Ok(Answer::Unsure(_, error)) | Err(error) => chain(&error),
    };
    (common.mirror.watch)(&Event::Warning {
        message: format!(
            "cargo cannot tell what builds {} read, so nothing is left out: {cause}",
            selection.told()
        ),
        help: None,
    });
    Ok(decided)
}

enum Answer {
    /// What the builds of each project read.
    Reads(Vec<(Project, BTreeSet<Package>)>),
    /// Cargo cannot tell of this one. Its lockfile may lack something that its manifests want.
    Unsure(Project, Error),
}

/// Asks upstream whether the lockfile is the reason why cargo cannot tell.
async fn is_stale(group: &Batch, project: &Project) -> Result<bool> {
    let Ok(upstream) = group.access.cargo() else {
        return Ok(false);
    };
    let root = project.root.clone();
    let judged = blocking("asking cargo", move || upstream.judge_lockfile(&root)).await?;
    Ok(matches!(judged, Judgement::Stale))
}

async fn ask(
    completion: &mut ClosureFetcher,
    common: &Context,
    group: &Batch,
    selection: &BuildFilter,
) -> Result<Answer> {
    let lines = completion.learn_lines(&group.closure).await?;
    let (access, common) = (Arc::clone(&group.access), common.clone());
    let (projects, closure) = (group.projects.clone(), group.closure.clone());
    let selection = selection.clone();
    blocking("asking cargo", move || {
        let mut reads = Vec::new();
        for project in projects {
            match ask_of(&project, &access, &common, &closure, &lines, &selection) {
                Ok(read) => reads.push((project, read)),
                Err(error @ Error::Cargo(CargoError::Failed { .. })) => {
                    return Ok(Answer::Unsure(project, error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Answer::Reads(reads))
    })
    .await
}

/// What the builds of a project read.
fn ask_of(
    project: &Project,
    access: &UpstreamAccess,
    common: &Context,
    closure: &Closure,
    lines: &AllLines,
    selection: &BuildFilter,
) -> Result<BTreeSet<Package>> {
    let stubs = Stubs::new(&project.root, &common.place.cargo_home)?;
    // Cargo refuses a local registry that is not there, also where no package comes from it.
    stubs.open(CRATES_IO_FOLDER)?;
    for (folder, lines) in lines {
        stubs.open(folder)?;
        let mut names: BTreeMap<&CrateName, Vec<_>> = BTreeMap::new();
        for line in lines.values() {
            names.entry(&line.id().name).or_default().push(line);
        }
        for (name, lines) in names {
            stubs.add(folder, name, &lines)?;
        }
    }
    let cargo = access.cargo_at_stubs(&stubs, &common.mirror.folder, closure);
    cargo.reads(&project.root, selection)
}

/// What the builds of a project read, by the index lines that the mirror has and without any request. An error: it cannot
/// be told.
pub fn reads(
    common: &Context,
    project: &Project,
    closure: &Closure,
    selection: &BuildFilter,
) -> Result<BTreeSet<Package>> {
    let access = UpstreamAccess::new(common, &project.root)?;
    let mut lines = AllLines::new();
    for (registry, wanted) in &closure.registries {
        let store = common.mirror.registry(registry);
        let mut found = Lines::new();
        for wanted in wanted {
            let index = store.read_index(&wanted.id.name)?;
            found.extend(
                index
                    .get(&wanted.id)
                    .map(|it| (wanted.id.clone(), it.clone())),
            );
        }
        lines.insert(registry.folder(), Arc::new(found));
    }
    ask_of(project, &access, common, closure, &lines, selection)
}

fn leave_out(
    records: &RootStore,
    group: &mut Batch,
    selection: &BuildFilter,
    reads: &[(Project, BTreeSet<Package>)],
    decided: &mut Decided,
) {
    for (project, read) in reads {
        let origin = PendingRoot::lockfile(&project.lockfile(), &[]).origin;
        let before = records.root(&origin);
        let before = before.map(|root| root.pruned).unwrap_or_default();
        let drafts = group.lockfiles.iter_mut();
        for draft in drafts.filter(|draft| draft.origin == origin) {
            draft.only = Some(selection.clone());
            for Locked { id, source, .. } in &draft.packages {
                let package = (id.clone(), source.clone());
                if source.registry().is_none() || read.contains(&package) {
                    continue;
                }
                let size = before.get(&package).copied();
                if size.is_none() {
                    decided.unmeasured.insert(package.clone());
                }
                draft.pruned.insert(package, size.flatten());
            }
        }
    }
    let mut pruned: BTreeSet<Package> = BTreeSet::new();
    for draft in &group.lockfiles {
        pruned.extend(draft.pruned.keys().cloned());
    }
    for draft in &group.lockfiles {
        for Locked { id, source, .. } in &draft.packages {
            let package = (id.clone(), source.clone());
            if !draft.pruned.contains_key(&package) {
                pruned.remove(&package);
            }
        }
    }
    group
        .closure
        .leave_out(|source, id| pruned.contains(&(id.clone(), source.clone())));
}

/// What of a group's closure is not in the mirror because it was left out, with its sizes, which its roots remember from
/// now on.
pub async fn measure(
    completion: &ClosureFetcher,
    group: &mut Batch,
    decided: &Decided,
) -> Vec<PrunedCrate> {
    let mut left = absent(completion, &group.closure);
    let mut unknown: BTreeMap<&SourceId, Vec<_>> = BTreeMap::new();
    for left in &left {
        let package = (left.package.clone(), left.source.clone());
        if decided.unmeasured.contains(&package)
            && let Some(fetch) = completion.of_source(&left.source)
            && let Some(line) = fetch.known.get(&left.package)
        {
            let of_source = unknown.entry(&left.source).or_default();
            of_source.push((left.package.clone(), *line.checksum()));
        }
    }
    let mut sizes: BTreeMap<Package, u64> = BTreeMap::new();
    for (source, ids) in unknown {
        if let Some(fetch) = completion.of_source(source) {
            let known = fetch.sizes(&ids).await;
            sizes.extend(
                known
                    .into_iter()
                    .map(|(id, size)| ((id, source.clone()), size)),
            );
        }
    }
    for draft in &mut group.lockfiles {
        for (package, size) in &mut draft.pruned {
            *size = size.or(sizes.get(package).copied());
        }
    }
    for left in &mut left {
        let package = (left.package.clone(), left.source.clone());
        let mut drafts = group.lockfiles.iter();
        left.bytes = drafts.find_map(|draft| *draft.pruned.get(&package)?);
    }
    left
}

/// What of a closure is left out and not in the mirror.
pub fn absent(completion: &ClosureFetcher, closure: &Closure) -> Vec<PrunedCrate> {
    let mut absent = Vec::new();
    for (registry, wanted) in &closure.registries {
        let Ok(fetch) = completion.registry(registry) else {
            continue;
        };
        let source = SourceId::from(registry);
        for wanted in wanted.iter().filter(|wanted| !wanted.bytes) {
            if !fetch.store.crate_path(&wanted.id).exists() {
                absent.push(PrunedCrate {
                    package: wanted.id.clone(),
                    source: source.clone(),
                    bytes: None,
                });
            }
        }
    }
    absent.sort_unstable();
    absent
}
