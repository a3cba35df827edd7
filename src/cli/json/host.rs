//! The report of `host`.

use std::path::PathBuf;

use serde::Serialize;

use crate::ops::host::export::HostReport;
use crate::ops::host::git::GitReport;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hosted {
    /// The folder of the registry in the mirror.
    pub source: String,
    /// Where it was written to.
    pub folder: PathBuf,
    pub crates: usize,
    pub versions: usize,
    /// Versions that are left out, because the mirror has only their index lines.
    pub pruned: usize,
    /// Paths below the folder.
    pub written: Vec<String>,
    /// Paths below the folder.
    pub removed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git: Option<GitIndex>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GitIndex {
    /// Without user name and password.
    pub remote: String,
    pub branch: String,
    /// What clients see now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// How many commits were made.
    pub commits: usize,
    /// The branch that keeps the history, if it was collapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

impl Hosted {
    pub fn of(report: &HostReport, folder: PathBuf, git: Option<&GitReport>) -> Self {
        Self {
            source: report.source.clone(),
            folder,
            crates: report.crates,
            versions: report.versions,
            pruned: report.pruned,
            written: report.written.clone(),
            removed: report.removed.clone(),
            git: git.map(|git| GitIndex {
                remote: git.remote.clone(),
                branch: git.branch.clone(),
                commit: git.commit.clone(),
                commits: git.commits,
                snapshot: git.snapshot.clone(),
            }),
        }
    }
}
