//! The report of `sync`.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::error::chain;
use crate::model::sync::changes::Versioned;
use crate::model::sync::troubles::Trouble;
use crate::ops::sync::options::SyncReport;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Synced {
    pub mirror: PathBuf,
    /// The folder of the registry in the mirror.
    pub source: String,
    /// What is taken, in words.
    pub selection: String,
    /// Where changes were learnt, without user name and password.
    pub from: String,
    /// The commit of the git index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether upstream had not changed, so that nothing was looked at.
    pub unchanged: bool,
    pub dry_run: bool,
    /// Crates that the registry has, as far as it is known.
    pub crates: usize,
    /// Crates that were looked at.
    pub looked_at: usize,
    pub bytes_downloaded: u64,
    pub added: SyncedVersions,
    pub yanked: SyncedVersions,
    pub unyanked: SyncedVersions,
    /// Versions whose index line has changed in something else.
    pub relined: SyncedVersions,
    /// Versions that upstream has removed, and that were removed here.
    pub deleted: SyncedVersions,
    /// Versions that upstream has removed, and that stay.
    pub kept: SyncedVersions,
    /// Versions that upstream has with other bytes now; what is here was left alone.
    pub other_bytes: SyncedVersions,
    /// Index files that were not the ones that the git index names; the next run looks at them again.
    pub out_of_step: usize,
    /// Versions that are larger than the selection allows.
    pub too_large: usize,
    /// Crates about which nothing was asked, because their names are private here.
    pub private: usize,
    /// What could not be done so far.
    pub troubles: Vec<SyncTrouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_back: Option<HeldBack>,
    /// What a dry run says would be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<SyncNeeds>,
    /// The file with these changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<PathBuf>,
    /// Why the run ended before everything was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SyncedVersions {
    pub count: usize,
    /// The first 10,000 of them, as `name@version`.
    pub named: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SyncTrouble {
    /// A crate, where its index file is meant, or `name@version`.
    pub of: String,
    /// `passing`, `failed`, `absent`, `other-bytes`, `out-of-step` or `to-remove`.
    pub kind: String,
    pub cause: String,
    /// RFC 3339.
    pub first: String,
    pub last: String,
    pub times: u32,
    /// Not tried again before.
    pub next: String,
}

/// Removals that are too many to follow unasked.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HeldBack {
    pub crates: usize,
    /// Of so many.
    pub of: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SyncNeeds {
    pub versions: usize,
    pub files: u64,
    pub bytes: u64,
    /// How many of the versions the bytes are a guess for.
    pub guessed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_files: Option<u64>,
}

impl From<&Versioned> for SyncedVersions {
    fn from(versions: &Versioned) -> Self {
        Self {
            count: versions.count,
            named: versions.named.clone(),
        }
    }
}

impl From<(&String, &Trouble)> for SyncTrouble {
    fn from((of, trouble): (&String, &Trouble)) -> Self {
        Self {
            of: of.clone(),
            kind: trouble.kind.to_string(),
            cause: trouble.cause.clone(),
            first: trouble.first.to_string(),
            last: trouble.last.to_string(),
            times: trouble.times,
            next: trouble.next.to_string(),
        }
    }
}

impl From<&SyncReport> for Synced {
    fn from(report: &SyncReport) -> Self {
        let changes = &report.changes;
        let needed = &report.needed;
        let troubles = report.troubles.0.iter();
        Self {
            mirror: report.mirror.clone(),
            source: report.source.clone(),
            selection: report.selection.clone(),
            from: report.from.clone(),
            commit: changes.commit.clone(),
            unchanged: report.unchanged,
            dry_run: report.dry_run,
            crates: report.crates,
            looked_at: report.looked_at,
            bytes_downloaded: report.bytes,
            added: (&changes.added).into(),
            yanked: (&changes.yanked).into(),
            unyanked: (&changes.unyanked).into(),
            relined: (&changes.relined).into(),
            deleted: (&changes.deleted).into(),
            kept: (&changes.kept).into(),
            other_bytes: (&changes.other_bytes).into(),
            out_of_step: report.out_of_step,
            too_large: report.too_large,
            private: report.private,
            troubles: troubles.map(SyncTrouble::from).collect(),
            held_back: report.held_back.map(|(crates, of)| HeldBack { crates, of }),
            needed: report.dry_run.then_some(SyncNeeds {
                versions: needed.versions,
                files: needed.files,
                bytes: needed.bytes,
                guessed: needed.guessed,
                free_bytes: needed.free_bytes,
                free_files: needed.free_files,
            }),
            report: report.report.clone(),
            stopped: report.stopped.as_ref().map(|error| chain(error)),
        }
    }
}
