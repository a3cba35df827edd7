//! `status`: is every package of the lockfile in the mirror, and intact?
//!
//! Intact means more than present: every `.crate` is hashed as it is now, whatever its seal says, and its archive is
//! walked, because cargo 1.96 and later refuse some archives that match their checksum.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::io::builds::proofs;
use crate::io::cargo::{Cargo, Judgement};
use crate::io::http::chain;
use crate::io::parallel;
use crate::io::store::Store;
use crate::model::error::{Error, Result};
use crate::model::event::Event;
use crate::model::failure::Remembered;
use crate::model::krate::CrateId;
use crate::model::package;
use crate::model::plan::{Closure, Unsupported, Wanted};
use crate::model::root::Root;
use crate::model::selection::Selection;
use crate::model::source::{CRATES_IO_FOLDER, SourceId};
use crate::ops::access::{Common, cargo_at_mirror};
use crate::ops::aim::Needed;
use crate::ops::closure::{Project, read_lockfile};
use crate::ops::explain;
use crate::ops::git;
use crate::ops::in_force::{Taken, in_force};
use crate::ops::prune::{self, LeftOut};
use crate::ops::roots::{self, Draft};

/// How the real cargo is to prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prove {
    /// Find and unpack every package.
    Fetch,
    /// Build the project too.
    Build,
}

#[derive(Debug)]
pub struct StatusOptions {
    pub projects: Vec<Project>,
    /// Lockfiles of the standard library, to be looked at too.
    pub standard_libraries: Vec<PathBuf>,
    pub prove: Option<Prove>,
}

#[derive(Debug, Default, Serialize)]
pub struct StatusReport {
    pub packages: usize,
    pub missing: Vec<Gap>,
    pub damaged: Vec<Gap>,
    /// What was left out, because no build that was asked for reads it. That is no gap.
    pub pruned: Vec<LeftOut>,
    pub unsupported: Vec<Unsupported>,
    /// What could not be fetched by earlier runs, for these projects or others.
    pub failures: Vec<KnownFailure>,
    pub projects: Vec<ProjectStatus>,
    pub mirror: PathBuf,
    pub ready: bool,
}

#[derive(Debug, Serialize)]
pub struct KnownFailure {
    pub package: CrateId,
    pub source: SourceId,
    #[serde(flatten)]
    pub failure: Remembered,
}

/// A package that a build would not get from the mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    pub package: CrateId,
    pub source: SourceId,
    pub cause: String,
}

#[derive(Debug, Serialize)]
pub struct ProjectStatus {
    pub project: PathBuf,
    pub packages: usize,
    /// Which builds the mirror was asked for, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Whether builds take their crates from this mirror, and which config says so.
    pub on: bool,
    pub config: Option<PathBuf>,
    /// The index of the server that they take crates.io from instead (`cargo mirror on --server`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The git repositories and other registries that they do not take from this mirror.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
    /// Whether the lockfile lacks something its manifests want. `None`: not asked, or cargo could not tell.
    pub stale: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

#[derive(Debug, Serialize)]
pub struct Proof {
    pub proven: bool,
    /// Whether the network was taken away by the system, rather than cargo told to leave it alone.
    pub network_closed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Looks at the packages of each project's lockfile.
pub fn run(common: &Common, options: &StatusOptions) -> Result<StatusReport> {
    let mut report = StatusReport {
        mirror: common.mirror.clone(),
        ..StatusReport::default()
    };
    let mut everything = Closure::default();
    let records = common.records();
    let mut closures = Vec::new();
    for project in &options.projects {
        if !project.lockfile().is_file() {
            return Err(Error::NoLockfile {
                project: project.root.clone(),
            });
        }
        let locked = project.read_lockfile()?;
        let mut closure = Closure::default();
        closure.add(locked);
        let root = records.root(&Draft::lockfile(&project.lockfile(), &[]).origin);
        let root = root.filter(|root| root.only.is_some());
        if let Some(root) = &root {
            leave_out(common, project, &mut closure, root);
        }
        everything.merge(closure.clone());
        closures.push((closure, root));
    }

    for lockfile in &options.standard_libraries {
        everything.add(read_lockfile(lockfile)?);
    }

    look(common, &everything, &closures, &mut report)?;
    check_git(common, &everything, &mut report)?;
    report.unsupported = everything.unsupported;
    let failures = common.records().failures()?.0;
    report.failures = failures
        .into_iter()
        .map(|((package, source), failure)| KnownFailure {
            package,
            source,
            failure,
        })
        .collect();
    let whole =
        report.missing.is_empty() && report.damaged.is_empty() && report.unsupported.is_empty();

    report.ready = whole;
    for (project, (closure, root)) in options.projects.iter().zip(closures) {
        let only = root.and_then(|root| root.only);
        let status = of_project(
            common,
            project,
            &closure,
            only.as_ref(),
            whole,
            options.prove,
        )?;
        let proven = status.proof.as_ref().is_none_or(|proof| proof.proven);
        report.ready &= status.stale != Some(true) && proven;
        report.projects.push(status);
    }
    Ok(report)
}

fn check_git(common: &Common, closure: &Closure, report: &mut StatusReport) -> Result<()> {
    for gap in git::check(common, &closure.git)? {
        let (gaps, (package, source, cause)) = match gap {
            git::Gap::Missing(id, source, cause) => (&mut report.missing, (id, source, cause)),
            git::Gap::Damaged(id, source, cause) => (&mut report.damaged, (id, source, cause)),
        };
        gaps.push(Gap {
            package,
            source,
            cause,
        });
    }
    Ok(())
}

/// How a project stands. `whole`: nothing that was looked at is missing or damaged.
fn of_project(
    common: &Common,
    project: &Project,
    closure: &Closure,
    only: Option<&Selection>,
    whole: bool,
    prove: Option<Prove>,
) -> Result<ProjectStatus> {
    let found = in_force(&project.root, common, &Needed::of_closure(closure))?;
    let cargo = Cargo::new(&common.environment);
    let cargo_config = common.config(&project.root)?;
    let from_mirror = cargo_at_mirror(&cargo, common, &cargo_config, closure);
    let judged = (whole && project.has_manifest).then(|| from_mirror.judge_lockfile(&project.root));
    let stale = match judged {
        Some(Ok(Judgement::Current)) => Some(false),
        Some(Ok(Judgement::Stale)) => Some(true),
        _ => None,
    };
    let proof = match prove.filter(|_| project.has_manifest) {
        Some(prove) => {
            let ways = proofs(only, prove == Prove::Build);
            Some(match from_mirror.prove(&project.root, &ways) {
                Ok(proof) => Proof {
                    proven: true,
                    network_closed: proof.network_closed,
                    cause: None,
                },
                Err(error @ Error::Cargo { .. }) => Proof {
                    proven: false,
                    network_closed: false,
                    cause: Some(chain(&error)),
                },
                Err(error) => return Err(error),
            })
        }
        None => None,
    };
    Ok(ProjectStatus {
        project: project.root.clone(),
        packages: closure.len() + closure.unsupported.len(),
        only: only.map(Selection::told),
        on: found.crates_io == Taken::FromMirror,
        server: found.server().map(str::to_owned),
        elsewhere: found.names_elsewhere(),
        config: found.config,
        stale,
        proof,
    })
}

/// Holds the packages of all projects against the mirror.
fn look(
    common: &Common,
    everything: &Closure,
    closures: &[(Closure, Option<Root>)],
    report: &mut StatusReport,
) -> Result<()> {
    let wanted = of_registries(common, everything);
    report.packages = everything.len();
    (common.watch)(&Event::Planned {
        wanted: wanted.len(),
        keep: 0,
    });
    let checked = parallel::on_all_cores(&wanted, |(_, store, wanted)| -> Result<PackageState> {
        let state = check(store, wanted)?;
        (common.watch)(&Event::Checked {
            package: wanted.id.clone(),
        });
        Ok(state)
    });
    for ((source, _, wanted), state) in wanted.iter().zip(checked) {
        let gap = |cause| Gap {
            package: wanted.id.clone(),
            source: source.clone(),
            cause,
        };
        match state? {
            PackageState::Sound => {}
            PackageState::Pruned => report.pruned.push(LeftOut {
                package: wanted.id.clone(),
                source: source.clone(),
                bytes: size_of(closures, source, &wanted.id),
            }),
            PackageState::Missing(cause) => report.missing.push(gap(cause)),
            PackageState::Damaged(cause) => report.damaged.push(gap(cause)),
        }
    }
    Ok(())
}

/// The packages of a closure that come from registries, each with its source and the folder of that.
fn of_registries<'a>(
    common: &Common,
    closure: &'a Closure,
) -> Vec<(SourceId, Arc<Store>, &'a Wanted)> {
    let registries = closure.registries.iter().map(|(registry, wanted)| {
        let source = SourceId::Registry(registry.as_str().to_owned());
        (source, common.registry(registry), wanted)
    });
    let all = [(SourceId::CratesIo, common.store(), &closure.wanted)];
    let each = all
        .into_iter()
        .chain(registries)
        .flat_map(|(source, store, wanted)| {
            let store = Arc::new(store);
            let each = wanted.iter();
            each.map(move |wanted| (source.clone(), Arc::clone(&store), wanted))
        });
    each.collect()
}

/// How the one package of a closure stands in the mirror, and why.
pub fn state_of(
    common: &Common,
    closure: &Closure,
) -> Result<(explain::ExplainedState, Option<String>)> {
    if let Some((_, store, wanted)) = of_registries(common, closure).first() {
        return Ok(match check(store, wanted)? {
            PackageState::Sound | PackageState::Pruned => (explain::ExplainedState::Mirrored, None),
            PackageState::Missing(cause) => match left_out(common, closure)? {
                Some(why) => (explain::ExplainedState::Pruned, Some(why)),
                None => (explain::ExplainedState::Missing, Some(cause)),
            },
            PackageState::Damaged(cause) => (explain::ExplainedState::Damaged, Some(cause)),
        });
    }
    if !closure.git.is_empty() {
        return Ok(match git::check(common, &closure.git)?.pop() {
            None => (explain::ExplainedState::Mirrored, None),
            Some(git::Gap::Missing(_, _, cause)) => (explain::ExplainedState::Missing, Some(cause)),
            Some(git::Gap::Damaged(_, _, cause)) => (explain::ExplainedState::Damaged, Some(cause)),
        });
    }
    let unsupported = closure.unsupported.first();
    let cause = unsupported.map(|package| package.consequence.to_owned());
    Ok((explain::ExplainedState::Unsupported, cause))
}

/// Wants no more of a project than the builds its root was recorded for read: as its manifests are now, or, where cargo
/// cannot tell, as they were then.
fn leave_out(common: &Common, project: &Project, closure: &mut Closure, root: &Root) {
    let selection = root.only.as_ref().filter(|_| project.has_manifest);
    match selection.map(|only| prune::reads(common, project, closure, only)) {
        Some(Ok(read)) => {
            closure.leave_out(|source, id| !read.contains(&(id.clone(), source.clone())));
        }
        _ => closure.leave_out(|source, id| root.prunes(source, id)),
    }
}

/// The size of a crate that was left out, where a root remembers it.
fn size_of(closures: &[(Closure, Option<Root>)], source: &SourceId, id: &CrateId) -> Option<u64> {
    let package = (id.clone(), source.clone().anonymous());
    let mut roots = closures.iter().filter_map(|(_, root)| root.as_ref());
    roots.find_map(|root| *root.pruned.get(&package)?)
}

/// Why a package is left out, if every root that wants it leaves it out.
fn left_out(common: &Common, closure: &Closure) -> Result<Option<String>> {
    let registry = closure.registries.iter();
    let registry = registry.map(|(registry, wanted)| (registry.folder(), wanted));
    let crates_io = (CRATES_IO_FOLDER.to_owned(), &closure.wanted);
    let mut all = registry.chain([crates_io]);
    let Some((folder, id)) = all.find_map(|(folder, wanted)| Some((folder, &wanted.first()?.id)))
    else {
        return Ok(None);
    };
    let roots = common.records().roots()?;
    if !roots::pruned_by(&roots)
        .get(&folder)
        .is_some_and(|ids| ids.contains(id))
    {
        return Ok(None);
    }
    let wants = |root: &Root| root.packages.iter().any(|locked| locked.id == *id);
    let told: BTreeSet<String> = roots
        .iter()
        .filter(|recorded| wants(&recorded.root))
        .filter_map(|recorded| Some(recorded.root.only.as_ref()?.told()))
        .collect();
    let told: Vec<String> = told.into_iter().collect();
    Ok(Some(format!("no build {} reads it", told.join(", or "))))
}

enum PackageState {
    Sound,
    /// Nothing but its index line is wanted.
    Pruned,
    Missing(String),
    Damaged(String),
}

fn check(store: &Store, wanted: &Wanted) -> Result<PackageState> {
    let index = store.read_index(&wanted.id.name)?;
    let Some(line) = index.get(&wanted.id) else {
        return Ok(PackageState::Missing(
            "it is not in the mirror's index".to_owned(),
        ));
    };
    if let Some(lockfile) = wanted
        .checksum
        .filter(|checksum| checksum != line.checksum())
    {
        return Ok(PackageState::Damaged(
            Error::HeldOtherwise {
                wanted: lockfile,
                there: *line.checksum(),
            }
            .to_string(),
        ));
    }
    if !wanted.bytes {
        let there = store.crate_path(&wanted.id).exists();
        return Ok(if there {
            PackageState::Sound
        } else {
            PackageState::Pruned
        });
    }
    let Some(actual) = store.hash(&wanted.id)? else {
        return Ok(PackageState::Missing(
            "its .crate file is not there".to_owned(),
        ));
    };
    if actual != *line.checksum() {
        return Ok(PackageState::Damaged(format!(
            "its .crate file has the checksum {actual} instead of {}",
            line.checksum()
        )));
    }
    let archive = store.open_crate(&wanted.id)?;
    let size = archive.metadata().map_or(0, |meta| meta.len());
    Ok(
        match package::check(
            std::io::BufReader::with_capacity(64 << 10, archive),
            size,
            &wanted.id,
        ) {
            Ok(_) => PackageState::Sound,
            Err(error) => PackageState::Damaged(chain(&Error::Package(error))),
        },
    )
}
