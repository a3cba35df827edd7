//! The reports of `push`, `pull` and `doctor`.

use serde::Serialize;

use crate::io::bucket::probe::Sharing;
use crate::ops::bucket::doctor::DoctorReport;
use crate::ops::bucket::pull::PullReport;
use crate::ops::bucket::push::PushReport;
use crate::ops::bucket::upkeep::{BucketDamage, UpkeepReport};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pushed {
    pub bucket: String,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    pub index_files: usize,
    /// Crates that were there already.
    pub kept: usize,
    pub removed: usize,
    /// Folders of the mirror that a bucket cannot serve to cargo.
    pub git_sources: usize,
    /// Registries, by their folder, that plain cargo cannot use: they have no `config.json`.
    pub without_config: Vec<String>,
    pub failed: Vec<LeftOut>,
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pulled {
    pub bucket: String,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    /// Crates that were here already.
    pub kept: usize,
    pub removed: usize,
    pub failed: Vec<LeftOut>,
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Examined {
    pub bucket: String,
    pub sharing: BucketSharing,
    pub findings: Vec<BucketFinding>,
    pub milliseconds: u64,
}

/// A crate that was left out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// `name@version`
    pub item: String,
    pub cause: String,
}

/// What a mirror may do in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BucketSharing {
    /// Many writers at once.
    Shared,
    /// One writer at a time.
    Single,
    Refused,
}

/// One thing that was tried.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BucketFinding {
    pub tried: String,
    /// What is wrong; without it all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
}

fn items(failed: &[(String, String)]) -> Vec<LeftOut> {
    let failed = failed.iter();
    failed
        .map(|(item, cause)| LeftOut {
            item: item.clone(),
            cause: cause.clone(),
        })
        .collect()
}

impl From<&PushReport> for Pushed {
    fn from(report: &PushReport) -> Self {
        Self {
            bucket: report.bucket.clone(),
            crates: report.crates,
            crate_bytes: report.bytes,
            index_files: report.index_files,
            kept: report.kept,
            removed: report.removed,
            git_sources: report.git_sources,
            without_config: report.without_config.clone(),
            failed: items(&report.failed),
            dry_run: report.dry_run,
        }
    }
}

impl From<&PullReport> for Pulled {
    fn from(report: &PullReport) -> Self {
        Self {
            bucket: report.bucket.clone(),
            crates: report.crates,
            crate_bytes: report.bytes,
            kept: report.kept,
            removed: report.removed,
            failed: items(&report.failed),
            dry_run: report.dry_run,
        }
    }
}

impl From<&DoctorReport> for Examined {
    fn from(report: &DoctorReport) -> Self {
        let findings = report.probe.findings.iter();
        Self {
            bucket: report.bucket.clone(),
            sharing: match report.probe.sharing() {
                Sharing::Shared => BucketSharing::Shared,
                Sharing::Single => BucketSharing::Single,
                Sharing::Refused => BucketSharing::Refused,
            },
            findings: findings
                .map(|finding| BucketFinding {
                    tried: finding.tried.to_owned(),
                    wrong: finding.wrong.clone(),
                })
                .collect(),
            milliseconds: u64::try_from(report.milliseconds).unwrap_or(u64::MAX),
        }
    }
}

/// Of `verify`, `repair` and `gc` of a bucket.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LookedAfter {
    pub bucket: String,
    pub checked: usize,
    /// That were hashed.
    pub bytes: u64,
    /// What is wrong now.
    pub damages: Vec<LeftOut>,
    /// Crates without a line, as servers leave that are killed, or are at it now.
    pub unfinished: usize,
    /// What a repair took out.
    pub repaired: Vec<LeftOut>,
    /// How many packages a repair took out that publishes left which ended in the middle.
    pub swept: usize,
    /// What no root wants: `name@version`.
    pub dropped: Vec<String>,
    pub kept: usize,
    /// Bytes that the bucket stays above `--max-size`.
    pub over: Option<u64>,
    pub roots: usize,
    pub dry_run: bool,
}

impl From<&UpkeepReport> for LookedAfter {
    fn from(report: &UpkeepReport) -> Self {
        let damages = |all: &[BucketDamage]| {
            let all = all.iter();
            all.map(|damage| LeftOut {
                item: damage.id.to_string(),
                cause: damage.cause.clone(),
            })
            .collect()
        };
        Self {
            bucket: report.bucket.clone(),
            checked: report.checked,
            bytes: report.bytes,
            damages: damages(&report.damages),
            unfinished: report.unfinished,
            repaired: damages(&report.repaired),
            swept: report.swept,
            dropped: report.dropped.iter().map(ToString::to_string).collect(),
            kept: report.kept,
            over: report.over,
            roots: report.roots,
            dry_run: report.dry_run,
        }
    }
}
