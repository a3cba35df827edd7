//! The report of `outdated`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::json::vendor::Unsupported;
use crate::model::index::published;
use crate::model::policy::advisory;
use crate::ops::audit::outdated;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Outdated {
    pub projects: Vec<OutdatedProject>,
    pub failed: Vec<FailedCheck>,
    /// Crates that upstream was asked about.
    pub asked: usize,
    /// Of those, the ones of which what was known still holds.
    pub unchanged: usize,
    pub mirror: PathBuf,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutdatedProject {
    pub project: PathBuf,
    /// Packages of crates.io.
    pub packages: usize,
    pub findings: Vec<Finding>,
    pub not_mirrored: Vec<String>,
    /// Packages of other sources, which neither upstream nor advisories say anything about.
    pub not_checked: Vec<Unsupported>,
}

/// What could not be found out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedCheck {
    /// The name of a crate, or the path of an advisory.
    pub what: String,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Something to know about a package, which is `name@version`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    Yanked {
        package: String,
    },
    /// Upstream has other bytes under the same version, by their SHA-256.
    Replaced {
        package: String,
        ours: String,
        upstream: String,
    },
    Deleted {
        package: String,
    },
    Advisory {
        package: String,
        #[serde(flatten)]
        advisory: Advisory,
    },
    /// The newest version that may take its place, and the newest of all that may not.
    Newer {
        package: String,
        compatible: Option<String>,
        incompatible: Option<String>,
    },
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Advisory {
    pub id: String,
    pub title: String,
    pub date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cvss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `unmaintained`, `unsound`, `notice`: it is no vulnerability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub informational: Option<String>,
    /// The requirements whose versions are mended.
    pub patched: Vec<String>,
}

impl From<&outdated::OutdatedReport> for Outdated {
    fn from(report: &outdated::OutdatedReport) -> Self {
        Self {
            projects: report.projects.iter().map(Into::into).collect(),
            failed: report.failed.iter().map(Into::into).collect(),
            asked: report.asked,
            unchanged: report.unchanged,
            mirror: report.mirror.clone(),
        }
    }
}

impl From<&outdated::ProjectReport> for OutdatedProject {
    fn from(report: &outdated::ProjectReport) -> Self {
        Self {
            project: report.project.clone(),
            packages: report.packages,
            findings: report.findings.iter().map(Into::into).collect(),
            not_mirrored: report
                .not_mirrored
                .iter()
                .map(ToString::to_string)
                .collect(),
            not_checked: report.not_checked.iter().map(Into::into).collect(),
        }
    }
}

impl From<&outdated::FailedCheck> for FailedCheck {
    fn from(failed: &outdated::FailedCheck) -> Self {
        Self {
            what: failed.what.clone(),
            cause: failed.cause.clone(),
            help: failed.help.clone(),
        }
    }
}

impl From<&published::Finding> for Finding {
    fn from(finding: &published::Finding) -> Self {
        let package = finding.package().to_string();
        match finding {
            published::Finding::Yanked { .. } => Self::Yanked { package },
            published::Finding::Replaced { ours, upstream, .. } => Self::Replaced {
                package,
                ours: ours.to_string(),
                upstream: upstream.to_string(),
            },
            published::Finding::Deleted { .. } => Self::Deleted { package },
            published::Finding::Advisory { advisory, .. } => Self::Advisory {
                package,
                advisory: advisory.into(),
            },
            published::Finding::Newer {
                compatible,
                incompatible,
                ..
            } => Self::Newer {
                package,
                compatible: compatible.as_ref().map(ToString::to_string),
                incompatible: incompatible.as_ref().map(ToString::to_string),
            },
        }
    }
}

impl From<&advisory::Advisory> for Advisory {
    fn from(advisory: &advisory::Advisory) -> Self {
        Self {
            id: advisory.id.clone(),
            title: advisory.title.clone(),
            date: advisory.date.clone(),
            aliases: advisory.aliases.clone(),
            cvss: advisory.cvss.clone(),
            url: advisory.url.clone(),
            informational: advisory.informational.clone(),
            patched: advisory.patched.iter().map(ToString::to_string).collect(),
        }
    }
}
