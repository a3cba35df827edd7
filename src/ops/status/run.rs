//! `status`: is every package of the lockfile in the mirror, and intact?
//!
//! Intact means more than present: every `.crate` is hashed as it is now, whatever its seal says, and its archive is
//! walked, because cargo 1.96 and later refuse some archives that match their checksum.

use std::path::PathBuf;
use std::sync::Arc;

use crate::io::cargo::metadata::proofs;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::input::InputError;
use crate::model::input::build_filter::BuildFilter;
use crate::model::input::closure::{Closure, Unsupported, Wanted};
use crate::model::mirror::failures::Remembered;
use crate::model::package::id::CrateId;
use crate::model::source::id::{RegistrySource, SourceId};
use crate::ops::config::effective::{
    EffectiveSources, OtherCommit, Resolution, ServedSource, effective_sources, home_config,
};
use crate::ops::config::judge::{self, Unready, Verdict};
use crate::ops::context::cargo::cargo_at_mirror;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_gaps;
use crate::ops::input::read::{Project, read_lockfile};
use crate::ops::roots::{self, PendingRoot};
use crate::ops::status::package::{leave_out, look};
use crate::ops::vendor::prune::PrunedCrate;

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

#[derive(Debug, Default)]
pub struct StatusReport {
    pub packages: usize,
    pub missing: Vec<PackageGap>,
    pub damaged: Vec<PackageGap>,
    /// What was left out, because no build that was asked for reads it. That is no gap.
    pub pruned: Vec<PrunedCrate>,
    pub unsupported: Vec<Unsupported>,
    /// What could not be fetched by earlier runs, for these projects or others.
    pub failures: Vec<KnownFailure>,
    pub projects: Vec<ProjectStatus>,
    pub mirror: PathBuf,
    /// Whether the mirror has all that the projects need, wherever their builds look for it.
    pub mirrored: bool,
    /// Whether their builds work without a network: they also take all of it from the mirror.
    pub ready: bool,
}

#[derive(Debug)]
pub struct KnownFailure {
    pub package: CrateId,
    pub source: SourceId,
    pub failure: Remembered,
}

/// A package that a build would not get from the mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageGap {
    pub package: CrateId,
    pub source: SourceId,
    pub cause: String,
}

#[derive(Debug)]
pub struct ProjectStatus {
    pub project: PathBuf,
    pub packages: usize,
    /// Which builds the mirror was asked for, if not all.
    pub only: Option<String>,
    /// Whether builds take their crates from this mirror, and which config says so.
    pub on: bool,
    pub config: Option<PathBuf>,
    /// The index of the server that they take crates.io from instead (`cargo mirror on --server`).
    pub server: Option<String>,
    /// The git repositories and other registries that they do not take from this mirror.
    pub elsewhere: Vec<String>,
    /// Those of them that they take from a server.
    pub by_server: Vec<ServedSource>,
    /// The git sources that they take at another commit than the lockfile wants.
    pub other_commits: Vec<OtherCommit>,
    /// The config in `CARGO_HOME` without which they would go past the mirror.
    pub home_config: Option<PathBuf>,
    /// Whether they take anything that is locked from elsewhere than this mirror.
    pub passes_mirror: bool,
    /// Why cargo could not tell whether the mirror is enough.
    pub unjudged: Option<String>,
    /// Whether the lockfile lacks something its manifests want. `None`: not asked, or cargo could not tell.
    pub stale: Option<bool>,
    pub proof: Option<Proof>,
}

#[derive(Debug)]
pub struct Proof {
    pub proven: bool,
    /// Whether the network was taken away by the system, rather than cargo told to leave it alone.
    pub network_closed: bool,
    pub cause: Option<String>,
}

/// Looks at the packages of each project's lockfile.
pub fn run(common: &Context, options: &StatusOptions) -> Result<StatusReport> {
    let mut report = StatusReport {
        mirror: common.mirror.folder.clone(),
        ..StatusReport::default()
    };
    let mut everything = Closure::default();
    let records = common.mirror.records();
    let mut closures = Vec::new();
    for project in &options.projects {
        if !project.lockfile().is_file() {
            return Err(Error::Input(InputError::NoLockfile {
                project: project.root.clone(),
            }));
        }
        let locked = project.read_lockfile()?;
        roots::warn_of_merged(&common.mirror.watch, &project.lockfile());
        let mut closure = Closure::default();
        closure.add(locked);
        let root = records.root(&PendingRoot::lockfile(&project.lockfile(), &[]).origin);
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

    look(&common.mirror, &everything, &closures, &mut report)?;
    check_git(&common.mirror, &everything, &mut report)?;
    report.unsupported = everything.unsupported;
    let failures = common.mirror.records().failures()?.0;
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

    report.mirrored = whole;
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
        report.mirrored &= status.stale != Some(true) && proven && status.unjudged.is_none();
        report.projects.push(status);
    }
    let mut projects = report.projects.iter();
    report.ready = report.mirrored
        && projects.all(|project| !project.passes_mirror && project.other_commits.is_empty());
    Ok(report)
}

fn check_git(mirror: &OpenMirror, closure: &Closure, report: &mut StatusReport) -> Result<()> {
    for gap in git_gaps::check(mirror, &closure.git)? {
        let (gaps, (package, source, cause)) = match gap {
            git_gaps::SourceGap::Missing(id, source, cause) => {
                (&mut report.missing, (id, source, cause))
            }
            git_gaps::SourceGap::Damaged(id, source, cause) => {
                (&mut report.damaged, (id, source, cause))
            }
        };
        gaps.push(PackageGap {
            package,
            source,
            cause,
        });
    }
    Ok(())
}

/// How a project stands. `whole`: nothing that was looked at is missing or damaged.
fn of_project(
    common: &Context,
    project: &Project,
    closure: &Closure,
    only: Option<&BuildFilter>,
    whole: bool,
    prove: Option<Prove>,
) -> Result<ProjectStatus> {
    let needed = common.mirror.sources_of(closure);
    let found = effective_sources(&project.root, common, &needed)?;
    let passes_mirror = passes(&found, closure);
    let of_crates_io = !closure.of(&RegistrySource::CratesIo).is_empty();
    let home_config = home_config(&project.root, common, &needed, of_crates_io)?;
    let cargo = common.cargo();
    let cargo_config = common.place.config(&project.root)?;
    let from_mirror = cargo_at_mirror(&cargo, &common.mirror.folder, &cargo_config, closure);
    let verdict = (whole && project.has_manifest)
        .then(|| judge::ask(&from_mirror, &common.mirror.folder, &project.root))
        .transpose()?;
    let (mut stale, mut unjudged) = (None, None);
    match verdict {
        Some(Verdict::Agreed) => stale = Some(false),
        Some(Verdict::Stale) => stale = Some(true),
        Some(Verdict::Refused(refusal)) => {
            let Unready { cause, help, .. } = judge::cannot_tell(project, refusal);
            let help = help.map(|help| format!("\n  {help}"));
            unjudged = Some(cause + &help.unwrap_or_default());
        }
        Some(Verdict::PartsAbsent(said)) => {
            judge::note_of_absent_parts(&common.mirror.watch, project, &said);
        }
        None => {}
    }
    let proof = match prove.filter(|_| project.has_manifest) {
        // Cargo cannot see commits in a directory source, so it would be content.
        Some(_) if !found.other_commits.is_empty() => {
            let other = found.other_commits.iter().map(ToString::to_string);
            Some(Proof {
                proven: false,
                network_closed: false,
                cause: Some(other.collect::<Vec<_>>().join("; ")),
            })
        }
        Some(prove) => {
            let ways = proofs(only, prove == Prove::Build);
            Some(match from_mirror.prove(&project.root, &ways) {
                Ok(proof) => Proof {
                    proven: true,
                    network_closed: proof.network_closed,
                    cause: None,
                },
                Err(error @ Error::Cargo(CargoError::Failed { .. })) => Proof {
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
        only: only.map(BuildFilter::told),
        on: found.crates_io == Resolution::FromMirror,
        server: found.server().map(str::to_owned),
        elsewhere: found.names_elsewhere(),
        by_server: found.by_server,
        home_config: home_config.filter(|_| !passes_mirror),
        passes_mirror,
        other_commits: found.other_commits,
        unjudged,
        config: found.config,
        stale,
        proof,
    })
}

/// Whether builds take anything of a closure from elsewhere than the mirror.
fn passes(found: &EffectiveSources, closure: &Closure) -> bool {
    !found.elsewhere.is_empty()
        || found.crates_io != Resolution::FromMirror
            && !closure.of(&RegistrySource::CratesIo).is_empty()
}

/// The packages of a closure that come from registries, each with its source and the folder of that.
pub fn of_registries<'a>(
    mirror: &OpenMirror,
    closure: &'a Closure,
) -> Vec<(SourceId, Arc<RegistryStore>, &'a Wanted)> {
    let each = closure.registries.iter().flat_map(|(registry, wanted)| {
        let (source, store) = (
            SourceId::from(registry),
            Arc::new(mirror.registry(registry)),
        );
        let each = wanted.iter();
        each.map(move |wanted| (source.clone(), Arc::clone(&store), wanted))
    });
    each.collect()
}
