//! The reports of `verify` and `repair`.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::mirror::damage;
use crate::ops::repair::report;
use crate::ops::verify::options;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verified {
    /// Crates whose bytes were hashed, or looked at where only some are hashed.
    pub checked: usize,
    /// Bytes that were hashed.
    pub bytes: u64,
    /// Crates that were found sound by the run that was resumed.
    pub resumed: usize,
    /// Of a quick look: files that nothing can be said of without hashing.
    pub unsealed: usize,
    /// Index lines that no record vouches for.
    pub unrecorded: usize,
    /// Crates that were left out, because no build that was asked for reads them.
    pub pruned: usize,
    pub damages: Vec<Damage>,
    /// What a run was working on when it was killed, or is working on now. That is no damage.
    pub unfinished: Vec<Damage>,
    /// The folders that were looked at.
    pub sources: Vec<String>,
    pub mirror: PathBuf,
    pub sound: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Repaired {
    pub checked: usize,
    pub bytes: u64,
    /// What was wrong, and is no longer.
    pub healed: Vec<Damage>,
    /// What is still wrong. Of a dry run: what is wrong.
    pub damages: Vec<Damage>,
    /// Versions that upstream has other bytes for now.
    pub changed_upstream: Vec<ChangedUpstream>,
    /// Versions that upstream does not have any more.
    pub deleted_upstream: Vec<String>,
    /// Versions whose new bytes were taken.
    pub accepted: Vec<String>,
    pub failed: Vec<FailedRepair>,
    /// Where files were moved to, within the mirror.
    pub quarantined: Vec<String>,
    /// Index lines that a record vouches for from now on.
    pub adopted: usize,
    pub dry_run: bool,
    /// The folders that were looked at.
    pub sources: Vec<String>,
    pub mirror: PathBuf,
    pub sound: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Damage {
    /// The source's folder in the mirror.
    pub source: String,
    /// Within the mirror, with `/`.
    pub path: String,
    pub kind: DamageKind,
    /// `name@version`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    pub cause: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DamageKind {
    ChangedBytes,
    MissingBytes,
    ChangedLine,
    MissingLine,
    UnreadableLine,
    DuplicateLine,
    MisplacedLine,
    MisnamedCrate,
    UnsafeArchive,
    Unreadable,
    Leftover,
    Stray,
}

/// A version that upstream has other bytes for now, by their SHA-256.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedUpstream {
    /// `name@version`
    pub package: String,
    pub ours: String,
    pub upstream: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedRepair {
    /// `name@version`
    pub package: String,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl From<&options::VerifyReport> for Verified {
    fn from(report: &options::VerifyReport) -> Self {
        Self {
            checked: report.checked,
            bytes: report.bytes,
            resumed: report.resumed,
            unsealed: report.unsealed,
            unrecorded: report.unrecorded,
            pruned: report.pruned,
            damages: report.damages.iter().map(Into::into).collect(),
            unfinished: report.unfinished.iter().map(Into::into).collect(),
            sources: report.sources.clone(),
            mirror: report.mirror.clone(),
            sound: report.sound,
        }
    }
}

impl From<&report::RepairReport> for Repaired {
    fn from(report: &report::RepairReport) -> Self {
        let texts =
            |ids: &std::collections::BTreeSet<_>| ids.iter().map(ToString::to_string).collect();
        Self {
            checked: report.checked,
            bytes: report.bytes,
            healed: report.healed.iter().map(Into::into).collect(),
            damages: report.damages.iter().map(Into::into).collect(),
            changed_upstream: report.changed_upstream.iter().map(Into::into).collect(),
            deleted_upstream: texts(&report.deleted_upstream),
            accepted: texts(&report.accepted),
            failed: report.failed.iter().map(Into::into).collect(),
            quarantined: report.quarantined.clone(),
            adopted: report.adopted,
            dry_run: report.dry_run,
            sources: report.sources.clone(),
            mirror: report.mirror.clone(),
            sound: report.sound,
        }
    }
}

impl From<&damage::Damage> for Damage {
    fn from(damage: &damage::Damage) -> Self {
        use damage::DamageKind as Kind;
        Self {
            source: damage.source.clone(),
            path: damage.path.clone(),
            kind: match damage.kind {
                Kind::ChangedBytes => DamageKind::ChangedBytes,
                Kind::MissingBytes => DamageKind::MissingBytes,
                Kind::ChangedLine => DamageKind::ChangedLine,
                Kind::MissingLine => DamageKind::MissingLine,
                Kind::UnreadableLine => DamageKind::UnreadableLine,
                Kind::DuplicateLine => DamageKind::DuplicateLine,
                Kind::MisplacedLine => DamageKind::MisplacedLine,
                Kind::MisnamedCrate => DamageKind::MisnamedCrate,
                Kind::UnsafeArchive => DamageKind::UnsafeArchive,
                Kind::Unreadable => DamageKind::Unreadable,
                Kind::Leftover => DamageKind::Leftover,
                Kind::Stray => DamageKind::Stray,
            },
            package: damage.package.as_ref().map(ToString::to_string),
            cause: damage.cause.clone(),
        }
    }
}

impl From<&report::Changed> for ChangedUpstream {
    fn from(changed: &report::Changed) -> Self {
        Self {
            package: changed.package.to_string(),
            ours: changed.ours.to_string(),
            upstream: changed.upstream.to_string(),
        }
    }
}

impl From<&report::FailedRepair> for FailedRepair {
    fn from(failed: &report::FailedRepair) -> Self {
        Self {
            package: failed.package.to_string(),
            cause: failed.cause.clone(),
            help: failed.help.clone(),
        }
    }
}
