//! The report of `vendor` and `prefetch`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::json::config::ConfigChange;
use crate::model::input::closure;
use crate::ops::config::judge;
use crate::ops::vendor::{prune, report};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fetched {
    /// Crates that were downloaded.
    pub fetched: usize,
    /// Crates that were taken from cargo's caches.
    pub reused: usize,
    /// Crates that were there already.
    pub kept: usize,
    pub bytes_downloaded: u64,
    pub bytes_reused: u64,
    pub failed: Vec<FailedPackage>,
    pub unsupported: Vec<Unsupported>,
    /// What was left out, because no build that was asked for reads it.
    pub pruned: Vec<PrunedCrate>,
    /// How large that is, as far as it is known.
    pub bytes_saved: u64,
    pub mirror: PathBuf,
    /// The local registry itself, as a config names it.
    pub registry: PathBuf,
    pub configs: Vec<ConfigChange>,
    /// Projects whose builds do not work from the mirror alone, though nothing that their lockfiles name is missing.
    pub unready: Vec<Unready>,
    /// Programs among the crates that were named: `name@version` for `cargo install`.
    pub programs: Vec<String>,
    /// Of a dry run: what would be fetched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_fetch: Vec<Package>,
    /// Whether the mirror has all of what was given, and cargo agrees.
    pub mirrored: bool,
    /// Whether builds of the projects that were given work without a network now.
    pub ready: bool,
    /// The config that builds have to read for that, where it is not one in the project's folder or above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_with: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Package {
    /// `name@version`
    pub package: String,
    /// As a lockfile names it, without credentials.
    pub source: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedPackage {
    /// `name@version`, or the entry of a list.
    pub package: String,
    pub source: String,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A package of a source that cannot be mirrored.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unsupported {
    /// `name@version`
    pub package: String,
    pub source: String,
    /// What a build does about it.
    pub consequence: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PrunedCrate {
    /// `name@version`
    pub package: String,
    pub source: String,
    /// How large it would be, where that is known.
    pub bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unready {
    pub project: PathBuf,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl From<&report::VendorReport> for Fetched {
    fn from(report: &report::VendorReport) -> Self {
        Self {
            fetched: report.fetched,
            reused: report.reused,
            kept: report.kept,
            bytes_downloaded: report.bytes_downloaded,
            bytes_reused: report.bytes_reused,
            failed: report.failed.iter().map(Into::into).collect(),
            unsupported: report.unsupported.iter().map(Into::into).collect(),
            pruned: report.pruned.iter().map(Into::into).collect(),
            bytes_saved: report.bytes_saved,
            mirror: report.mirror.clone(),
            registry: report.registry.clone(),
            configs: report.configs.iter().map(Into::into).collect(),
            unready: report.unready.iter().map(Into::into).collect(),
            programs: report.programs.iter().map(ToString::to_string).collect(),
            would_fetch: report.would_fetch.iter().map(Into::into).collect(),
            mirrored: report.mirrored,
            ready: report.ready,
            only_with: report.only_with.clone(),
        }
    }
}

impl From<&report::WouldFetch> for Package {
    fn from(fetch: &report::WouldFetch) -> Self {
        Self {
            package: fetch.package.to_string(),
            source: fetch.source.to_string(),
        }
    }
}

impl From<&report::FailedPackage> for FailedPackage {
    fn from(failed: &report::FailedPackage) -> Self {
        Self {
            package: failed.package.clone(),
            source: failed.source.to_string(),
            cause: failed.cause.clone(),
            help: failed.help.clone(),
        }
    }
}

impl From<&closure::Unsupported> for Unsupported {
    fn from(unsupported: &closure::Unsupported) -> Self {
        Self {
            package: unsupported.package.to_string(),
            source: unsupported.source.to_string(),
            consequence: unsupported.consequence.to_owned(),
        }
    }
}

impl From<&prune::PrunedCrate> for PrunedCrate {
    fn from(pruned: &prune::PrunedCrate) -> Self {
        Self {
            package: pruned.package.to_string(),
            source: pruned.source.to_string(),
            bytes: pruned.bytes,
        }
    }
}

impl From<&judge::Unready> for Unready {
    fn from(unready: &judge::Unready) -> Self {
        Self {
            project: unready.project.clone(),
            cause: unready.cause.clone(),
            help: unready.help.clone(),
        }
    }
}
