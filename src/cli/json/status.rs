//! The reports of `status` and `status --explain`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::json::mirror::RootKind;
use crate::cli::json::vendor::{PrunedCrate, Unsupported};
use crate::ops::config::effective;
use crate::ops::status::{explain, run};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Status {
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
    /// Whether the mirror has everything that the projects need.
    pub mirrored: bool,
    /// Whether builds also take everything from it, so that they work without a network.
    pub ready: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownFailure {
    /// `name@version`
    pub package: String,
    pub source: String,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// When it first failed, of the failures since it was last there.
    pub first: String,
    pub last: String,
    pub times: u32,
}

/// A package that a build would not get from the mirror.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PackageGap {
    /// `name@version`
    pub package: String,
    pub source: String,
    pub cause: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProjectStatus {
    pub project: PathBuf,
    pub packages: usize,
    /// Which builds the mirror was asked for, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Whether builds take their crates from this mirror, and which config says so.
    pub on: bool,
    pub config: Option<PathBuf>,
    /// The config in `CARGO_HOME` without which builds would not take everything from the mirror.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_config: Option<PathBuf>,
    /// The index of the server that builds take crates.io from instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The git repositories and other registries that builds do not take from this mirror.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
    /// Those of them that builds take from a server, by `cargo mirror on --server`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_server: Vec<ServedSource>,
    /// The git sources that builds take at another commit than the lockfile wants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_commits: Vec<OtherCommit>,
    /// Why cargo could not tell whether the mirror is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unjudged: Option<String>,
    /// Whether the lockfile lacks something that its manifests want. `null`: not asked, or cargo could not tell.
    pub stale: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServedSource {
    pub source: String,
    /// The index of the server that stands in for it.
    pub index: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OtherCommit {
    /// Without its commit.
    pub source: String,
    pub builds: String,
    pub locked: String,
    /// The config file that says so.
    pub config: PathBuf,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proof {
    pub proven: bool,
    /// Whether the system took the network away, rather than cargo being told to stay offline.
    pub network_closed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explained {
    pub name: String,
    pub packages: Vec<ExplainedPackage>,
    pub mirror: PathBuf,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExplainedPackage {
    /// `name@version`
    pub package: String,
    /// `null`: it is part of a project, not of the mirror.
    pub source: Option<String>,
    pub state: ExplainedState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    pub wanted_by: Vec<WantedBy>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExplainedState {
    Mirrored,
    /// Left out, because no build that was asked for reads it.
    Pruned,
    Missing,
    Damaged,
    Unsupported,
    /// A package of a project.
    Own,
}

/// A lockfile or list that wants a package.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WantedBy {
    pub kind: RootKind,
    pub origin: String,
    /// The shortest way from each package of the project. Lists and names have none.
    pub ways: Vec<Vec<String>>,
    /// How many more ways there are.
    pub more: usize,
    /// Whether it stands in the lockfile only as a patch that nothing uses; cargo wants it nevertheless.
    pub unused_patch: bool,
}

impl From<&run::StatusReport> for Status {
    fn from(report: &run::StatusReport) -> Self {
        Self {
            packages: report.packages,
            missing: report.missing.iter().map(Into::into).collect(),
            damaged: report.damaged.iter().map(Into::into).collect(),
            pruned: report.pruned.iter().map(Into::into).collect(),
            unsupported: report.unsupported.iter().map(Into::into).collect(),
            failures: report.failures.iter().map(Into::into).collect(),
            projects: report.projects.iter().map(Into::into).collect(),
            mirror: report.mirror.clone(),
            mirrored: report.mirrored,
            ready: report.ready,
        }
    }
}

impl From<&run::KnownFailure> for KnownFailure {
    fn from(known: &run::KnownFailure) -> Self {
        Self {
            package: known.package.to_string(),
            source: known.source.to_string(),
            cause: known.failure.cause.clone(),
            help: known.failure.help.clone(),
            first: known.failure.first.to_string(),
            last: known.failure.last.to_string(),
            times: known.failure.times,
        }
    }
}

impl From<&run::PackageGap> for PackageGap {
    fn from(gap: &run::PackageGap) -> Self {
        Self {
            package: gap.package.to_string(),
            source: gap.source.to_string(),
            cause: gap.cause.clone(),
        }
    }
}

impl From<&run::ProjectStatus> for ProjectStatus {
    fn from(status: &run::ProjectStatus) -> Self {
        Self {
            project: status.project.clone(),
            packages: status.packages,
            only: status.only.clone(),
            on: status.on,
            config: status.config.clone(),
            home_config: status.home_config.clone(),
            server: status.server.clone(),
            elsewhere: status.elsewhere.clone(),
            by_server: status.by_server.iter().map(Into::into).collect(),
            other_commits: status.other_commits.iter().map(Into::into).collect(),
            unjudged: status.unjudged.clone(),
            stale: status.stale,
            proof: status.proof.as_ref().map(Into::into),
        }
    }
}

impl From<&effective::ServedSource> for ServedSource {
    fn from(served: &effective::ServedSource) -> Self {
        Self {
            source: served.source.clone(),
            index: served.index.clone(),
        }
    }
}

impl From<&effective::OtherCommit> for OtherCommit {
    fn from(other: &effective::OtherCommit) -> Self {
        Self {
            source: other.source.clone(),
            builds: other.builds.clone(),
            locked: other.locked.clone(),
            config: other.config.clone(),
        }
    }
}

impl From<&run::Proof> for Proof {
    fn from(proof: &run::Proof) -> Self {
        Self {
            proven: proof.proven,
            network_closed: proof.network_closed,
            cause: proof.cause.clone(),
        }
    }
}

impl From<&explain::ExplainReport> for Explained {
    fn from(report: &explain::ExplainReport) -> Self {
        Self {
            name: report.name.clone(),
            packages: report.packages.iter().map(Into::into).collect(),
            mirror: report.mirror.clone(),
        }
    }
}

impl From<&explain::Explained> for ExplainedPackage {
    fn from(explained: &explain::Explained) -> Self {
        Self {
            package: explained.package.to_string(),
            source: explained.source.as_ref().map(ToString::to_string),
            state: match explained.state {
                explain::ExplainedState::Mirrored => ExplainedState::Mirrored,
                explain::ExplainedState::Pruned => ExplainedState::Pruned,
                explain::ExplainedState::Missing => ExplainedState::Missing,
                explain::ExplainedState::Damaged => ExplainedState::Damaged,
                explain::ExplainedState::Unsupported => ExplainedState::Unsupported,
                explain::ExplainedState::Own => ExplainedState::Own,
            },
            cause: explained.cause.clone(),
            wanted_by: explained.wanted_by.iter().map(Into::into).collect(),
        }
    }
}

impl From<&explain::WantedBy> for WantedBy {
    fn from(wanted: &explain::WantedBy) -> Self {
        let way = |way: &Vec<_>| way.iter().map(ToString::to_string).collect();
        Self {
            kind: wanted.kind.into(),
            origin: wanted.origin.clone(),
            ways: wanted.ways.iter().map(way).collect(),
            more: wanted.more,
            unused_patch: wanted.unused_patch,
        }
    }
}
