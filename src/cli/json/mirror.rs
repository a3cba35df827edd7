//! The reports of `roots`, `gc` and `stats`.

use std::path::PathBuf;

use serde::Serialize;

use crate::io::mirror::usage;
use crate::model::mirror::root;
use crate::ops::gc::run as gc;
use crate::ops::roots;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Roots {
    pub roots: Vec<Root>,
    pub mirror: PathBuf,
}

/// A lockfile or list that the mirror was given.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Root {
    pub id: String,
    pub kind: RootKind,
    pub origin: String,
    pub packages: usize,
    /// How many of them are left out, because no build that was asked for reads them.
    pub pruned: usize,
    /// When it was last given.
    pub given: String,
    pub state: RootState,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RootKind {
    Lockfile,
    List,
    Names,
    Stdin,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RootState {
    Current,
    /// The file says something else than when it was last given.
    Changed,
    /// The file is no longer there.
    Gone,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Forgotten {
    /// The ids of the roots.
    pub forgotten: Vec<String>,
    pub mirror: PathBuf,
}

/// The report of `gc`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Collected {
    /// Whether this was done, or only would be.
    pub done: bool,
    pub dropped: Vec<Dropped>,
    pub bytes_dropped: u64,
    pub kept: usize,
    /// How many of them stay although no root wants them.
    pub kept_by_rule: usize,
    pub bytes_kept: u64,
    /// How many roots there are.
    pub roots: usize,
    /// Roots whose file is gone: forgotten, if that was asked for.
    pub gone: Vec<Root>,
    /// How many bytes the mirror stays above `--max-size`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<u64>,
    pub mirror: PathBuf,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dropped {
    /// `name@version`
    pub package: String,
    /// The folder of its source, within the mirror.
    pub folder: String,
    pub bytes: u64,
    /// When it arrived, or was last wanted by a root.
    pub since: String,
}

/// What `stats` knows without a server.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statistics {
    pub crates: usize,
    pub bytes: u64,
    /// How often crates were requested from a server of this mirror.
    pub times: u64,
    pub top: Vec<Requested>,
    pub mirror: PathBuf,
}

/// How often a crate was requested.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Requested {
    /// `name@version`
    pub package: String,
    pub times: u64,
    pub last: String,
}

impl From<usage::Used> for Requested {
    fn from(used: usage::Used) -> Self {
        Self {
            package: used.id.to_string(),
            times: used.times,
            last: used.last.to_string(),
        }
    }
}

impl From<root::RootKind> for RootKind {
    fn from(kind: root::RootKind) -> Self {
        match kind {
            root::RootKind::Lockfile => Self::Lockfile,
            root::RootKind::List => Self::List,
            root::RootKind::Names => Self::Names,
            root::RootKind::Stdin => Self::Stdin,
        }
    }
}

impl From<&roots::Listed> for Root {
    fn from(listed: &roots::Listed) -> Self {
        Self {
            id: listed.id.to_string(),
            kind: listed.kind.into(),
            origin: listed.origin.clone(),
            packages: listed.packages,
            pruned: listed.pruned,
            given: listed.given.to_string(),
            state: match listed.state {
                roots::RootState::Current => RootState::Current,
                roots::RootState::Changed => RootState::Changed,
                roots::RootState::Gone => RootState::Gone,
            },
        }
    }
}

impl From<&roots::RootsReport> for Roots {
    fn from(report: &roots::RootsReport) -> Self {
        Self {
            roots: report.roots.iter().map(Into::into).collect(),
            mirror: report.mirror.clone(),
        }
    }
}

impl From<&roots::Forgotten> for Forgotten {
    fn from(report: &roots::Forgotten) -> Self {
        Self {
            forgotten: report.forgotten.iter().map(ToString::to_string).collect(),
            mirror: report.mirror.clone(),
        }
    }
}

impl From<&gc::GcReport> for Collected {
    fn from(report: &gc::GcReport) -> Self {
        Self {
            done: report.done,
            dropped: report.dropped.iter().map(Into::into).collect(),
            bytes_dropped: report.bytes_dropped,
            kept: report.kept,
            kept_by_rule: report.kept_by_rule,
            bytes_kept: report.bytes_kept,
            roots: report.roots,
            gone: report.gone.iter().map(Into::into).collect(),
            over: report.over,
            mirror: report.mirror.clone(),
        }
    }
}

impl From<&gc::Dropped> for Dropped {
    fn from(dropped: &gc::Dropped) -> Self {
        Self {
            package: dropped.package.to_string(),
            folder: dropped.folder.clone(),
            bytes: dropped.bytes,
            since: dropped.since.to_string(),
        }
    }
}
