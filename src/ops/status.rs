//! `status`: is every package of the lockfile in the mirror, and intact?
//!
//! Intact means more than present: every `.crate` is hashed as it is now, whatever its seal says, and its archive is
//! walked, because cargo 1.96 and later refuse some archives that match their checksum.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

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
use crate::ops::access::{Common, cargo_at_mirror};
use crate::ops::closure::Project;
use crate::ops::git;
use crate::ops::switch;

/// How the real cargo is to prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prove {
    /// Find and unpack every package.
    Fetch,
    /// Build the project too.
    Build,
}

#[derive(Debug)]
pub struct Options {
    pub projects: Vec<Project>,
    pub prove: Option<Prove>,
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub packages: usize,
    pub missing: Vec<Gap>,
    pub damaged: Vec<Gap>,
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
    #[serde(flatten)]
    pub failure: Remembered,
}

/// A package that a build would not get from the mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    pub package: CrateId,
    pub cause: String,
}

#[derive(Debug, Serialize)]
pub struct ProjectStatus {
    pub project: PathBuf,
    pub packages: usize,
    /// Whether builds take their crates from this mirror, and which config says so.
    pub on: bool,
    pub config: Option<PathBuf>,
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
pub fn run(common: &Common, options: &Options) -> Result<Report> {
    let store = Arc::new(common.store());
    let cargo = Cargo::new(&common.environment);
    let mut report = Report {
        mirror: common.mirror.clone(),
        ..Report::default()
    };
    let mut everything = Closure::default();
    let mut closures = Vec::new();
    for project in &options.projects {
        if !project.lockfile().is_file() {
            return Err(Error::NoLockfile {
                project: project.root.clone(),
            });
        }
        let locked = project.read_lockfile()?;
        let mut closure = Closure::default();
        closure.add(locked.iter().cloned());
        everything.add(locked);
        closures.push(closure);
    }

    let git: usize = everything.git.values().map(BTreeSet::len).sum();
    report.packages = everything.wanted.len() + git;
    (common.watch)(&Event::Planned {
        wanted: report.packages,
        keep: 0,
    });
    let checked = parallel::on_all_cores(&everything.wanted, |wanted| -> Result<State> {
        let state = check(&store, wanted)?;
        (common.watch)(&Event::Checked {
            package: wanted.id.clone(),
        });
        Ok(state)
    });
    for (wanted, state) in everything.wanted.iter().zip(checked) {
        let gap = |cause| Gap {
            package: wanted.id.clone(),
            cause,
        };
        match state? {
            State::Sound => {}
            State::Missing(cause) => report.missing.push(gap(cause)),
            State::Damaged(cause) => report.damaged.push(gap(cause)),
        }
    }
    for gap in git::check(common, &everything.git)? {
        match gap {
            git::Gap::Missing(package, cause) => report.missing.push(Gap { package, cause }),
            git::Gap::Damaged(package, cause) => report.damaged.push(Gap { package, cause }),
        }
    }
    report.unsupported = everything.unsupported;
    let failures = common.records().failures()?.0;
    report.failures = failures
        .into_iter()
        .map(|(package, failure)| KnownFailure { package, failure })
        .collect();
    let whole =
        report.missing.is_empty() && report.damaged.is_empty() && report.unsupported.is_empty();

    report.ready = whole;
    for (project, closure) in options.projects.iter().zip(closures) {
        let config = switch::in_force(&project.root, common)?;
        let cargo_config = common.config(&project.root)?;
        let from_mirror = cargo_at_mirror(&cargo, common, &cargo_config, &closure);
        let judged =
            (whole && project.has_manifest).then(|| from_mirror.judge_lockfile(&project.root));
        let stale = match judged {
            Some(Ok(Judgement::Current)) => Some(false),
            Some(Ok(Judgement::Stale)) => Some(true),
            _ => None,
        };
        let proof = match options.prove.filter(|_| project.has_manifest) {
            Some(prove) => Some(
                match from_mirror.prove(&project.root, prove == Prove::Build) {
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
                },
            ),
            None => None,
        };
        report.ready &= stale != Some(true) && proof.as_ref().is_none_or(|proof| proof.proven);
        report.projects.push(ProjectStatus {
            project: project.root.clone(),
            packages: closure.len() + closure.unsupported.len(),
            on: matches!(config, Some((_, true))),
            config: config.map(|(path, _)| path),
            stale,
            proof,
        });
    }
    Ok(report)
}

enum State {
    Sound,
    Missing(String),
    Damaged(String),
}

fn check(store: &Store, wanted: &Wanted) -> Result<State> {
    let index = store.read_index(&wanted.id.name)?;
    let Some(line) = index.get(&wanted.id) else {
        return Ok(State::Missing("it is not in the mirror's index".to_owned()));
    };
    if let Some(lockfile) = wanted
        .checksum
        .filter(|checksum| checksum != line.checksum())
    {
        return Ok(State::Damaged(
            Error::HeldOtherwise {
                wanted: lockfile,
                there: *line.checksum(),
            }
            .to_string(),
        ));
    }
    let Some(actual) = store.hash(&wanted.id)? else {
        return Ok(State::Missing("its .crate file is not there".to_owned()));
    };
    if actual != *line.checksum() {
        return Ok(State::Damaged(format!(
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
            Ok(_) => State::Sound,
            Err(error) => State::Damaged(chain(&Error::Package(error))),
        },
    )
}
