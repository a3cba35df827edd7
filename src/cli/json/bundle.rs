//! The reports of `export`, `import`, `bundle`, `key`, `state` and `diff`.

use std::path::PathBuf;

use serde::Serialize;

use crate::ops::bundle::diff::{DiffReport, Side};
use crate::ops::bundle::inspect::{BundleCheck, ListReport};
use crate::ops::bundle::known::Named;
use crate::ops::bundle::options::{DumpSummary, ExportReport, ImportReport};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exported {
    pub files: Vec<DumpFile>,
    /// 32 hexadecimal digits; nothing of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub sequence: u64,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    /// Index lines without bytes.
    pub lines: usize,
    pub git_sources: usize,
    pub roots: usize,
    /// Versions that the dump tells of as removed.
    pub removed: usize,
    /// What the receiver has.
    pub left_out: usize,
    /// Fingerprints of the keys.
    pub signed: Vec<String>,
    pub failed: Vec<FailedItem>,
    pub mirror: PathBuf,
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DumpFile {
    pub path: PathBuf,
    pub bytes: u64,
}

/// `name@version`, the folder of a source, or a frame of a part.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedItem {
    pub item: String,
    pub cause: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Imported {
    pub dumps: Vec<Dump>,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    pub lines: usize,
    pub git_sources: usize,
    pub roots: usize,
    /// What was here already.
    pub kept: usize,
    /// Versions that were removed, since the sender says that they were removed there: `name@version`.
    pub removed: Vec<String>,
    /// Versions of which the sender says the same, and that stay.
    pub still_here: Vec<FailedItem>,
    pub failed: Vec<FailedItem>,
    pub mirror: PathBuf,
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dump {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The mirror that wrote it: 32 hexadecimal digits.
    pub mirror: String,
    pub sequence: u64,
    /// The dump before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    pub created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Parts that were given.
    pub given: Vec<u32>,
    /// How many parts there are; nothing while the last was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    pub missing: Vec<u32>,
    /// Names of trusted signers, fingerprints of others.
    pub signed: Vec<String>,
    pub trusted: bool,
}

/// Of `bundle list`, `bundle verify`, `bundle diff` or `bundle acknowledge`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum BundleReport {
    Verified(BundleVerified),
    Listed(BundleListed),
    Compared(Diffed),
    Acknowledged(Acknowledged),
}

/// Of `bundle acknowledge`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Acknowledged {
    pub receiver: String,
    /// How many keys it has: two of a crate, one of a root or a git source.
    pub keys: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BundleListed {
    pub dumps: Vec<Dump>,
    pub items: Vec<DumpItem>,
    pub crates: usize,
    /// Of all crates, in bytes.
    pub crate_bytes: u64,
    /// Of all files, in bytes.
    pub file_bytes: u64,
    /// Frames that refer back to crates that are not in the dump.
    pub refer_back: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BundleVerified {
    pub dumps: Vec<Dump>,
    pub crates: usize,
    /// Of all files, in bytes.
    pub file_bytes: u64,
    /// Crates that were rebuilt and hashed.
    pub rebuilt: usize,
    /// Crates that refer back to some that are not in this mirror.
    pub without_base: usize,
    pub damaged: Vec<FailedItem>,
    pub sound: bool,
}

/// A crate, an index line, a git source, a root, or a version that was removed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DumpItem {
    Crate {
        source: String,
        /// `name@version`
        package: String,
        checksum: String,
    },
    Line {
        source: String,
        /// `name@version`
        package: String,
        checksum: String,
    },
    Git {
        source: String,
    },
    Root {
        id: String,
    },
    /// A version that was removed.
    Gone {
        source: String,
        /// `name@version`
        package: String,
        checksum: String,
        at: String,
    },
}

/// Of `diff`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diffed {
    pub left: DiffSide,
    pub right: DiffSide,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffSide {
    pub path: PathBuf,
    /// What only this side has.
    pub only: Vec<DumpItem>,
    /// How many keys of a state, which has no names, the other side lacks.
    pub nameless: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StateWritten {
    pub path: PathBuf,
    pub keys: usize,
}

/// Of `key`: what was made, shown or trusted; all of `key list`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyReport {
    pub keys: Vec<KeyLine>,
    /// The file to give to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// How many trusted keys must have signed a dump.
    pub threshold: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyLine {
    pub name: String,
    pub fingerprint: String,
    /// As OpenSSH writes it.
    pub public: String,
    /// Whether dumps can be signed with it here.
    pub private: bool,
    /// Whether dumps that are signed with it are taken here.
    pub trusted: bool,
}

fn failed(items: &[(String, String)]) -> Vec<FailedItem> {
    let items = items.iter().cloned();
    items
        .map(|(item, cause)| FailedItem { item, cause })
        .collect()
}

fn dumps(summaries: &[DumpSummary]) -> Vec<Dump> {
    let dump = |it: &DumpSummary| Dump {
        id: it.id.to_string(),
        mirror: it.mirror.to_string(),
        sequence: it.sequence,
        previous: it.previous.as_ref().map(ToString::to_string),
        created: it.created.to_string(),
        expires: it.expires.map(|it| it.to_string()),
        given: it.given.clone(),
        parts: it.parts,
        missing: it.missing.clone(),
        signed: it.signed.clone(),
        trusted: it.trusted,
    };
    summaries.iter().map(dump).collect()
}

impl From<&ExportReport> for Exported {
    fn from(report: &ExportReport) -> Self {
        let files = report.files.iter().cloned();
        Self {
            files: files
                .map(|(path, bytes)| DumpFile { path, bytes })
                .collect(),
            id: report.id.as_ref().map(ToString::to_string),
            sequence: report.sequence,
            crates: report.crates,
            crate_bytes: report.crate_bytes,
            lines: report.lines,
            git_sources: report.git_sources,
            roots: report.roots,
            removed: report.removed,
            left_out: report.left_out,
            signed: report.signed.clone(),
            failed: failed(&report.failed),
            mirror: report.mirror.clone(),
            dry_run: report.dry_run,
        }
    }
}

impl From<&ImportReport> for Imported {
    fn from(report: &ImportReport) -> Self {
        Self {
            dumps: dumps(&report.dumps),
            crates: report.crates,
            crate_bytes: report.crate_bytes,
            lines: report.lines,
            git_sources: report.git_sources,
            roots: report.roots,
            kept: report.kept,
            removed: report.removed.iter().map(ToString::to_string).collect(),
            still_here: failed(&report.still_here),
            failed: failed(&report.failed),
            mirror: report.mirror.clone(),
            dry_run: report.dry_run,
        }
    }
}

impl From<&Named> for DumpItem {
    fn from(named: &Named) -> Self {
        match named {
            Named::Crate { of, bytes, .. } => {
                let (source, package) = (of.source.clone(), of.id.to_string());
                let checksum = of.checksum.to_string();
                if *bytes {
                    Self::Crate {
                        source,
                        package,
                        checksum,
                    }
                } else {
                    Self::Line {
                        source,
                        package,
                        checksum,
                    }
                }
            }
            Named::Git { folder, .. } => Self::Git {
                source: folder.clone(),
            },
            Named::Root { id, .. } => Self::Root { id: id.clone() },
            Named::Gone { of, at } => Self::Gone {
                source: of.source.clone(),
                package: of.id.to_string(),
                checksum: of.checksum.to_string(),
                at: at.to_string(),
            },
        }
    }
}

impl BundleListed {
    pub fn of(report: &ListReport, items: &[Named]) -> Self {
        Self {
            dumps: dumps(&report.dumps),
            items: items.iter().map(Into::into).collect(),
            crates: report.crates,
            crate_bytes: report.crate_bytes,
            file_bytes: report.file_bytes,
            refer_back: report.refer_back,
        }
    }
}

impl From<&BundleCheck> for BundleVerified {
    fn from(check: &BundleCheck) -> Self {
        Self {
            dumps: dumps(&check.list.dumps),
            crates: check.list.crates,
            file_bytes: check.list.file_bytes,
            rebuilt: check.rebuilt,
            without_base: check.without_base,
            damaged: failed(&check.damaged),
            sound: check.damaged.is_empty(),
        }
    }
}

impl From<&DiffReport> for Diffed {
    fn from(report: &DiffReport) -> Self {
        let side = |side: &Side| DiffSide {
            path: side.path.clone(),
            only: side.only.iter().map(Into::into).collect(),
            nameless: side.nameless,
        };
        Self {
            left: side(&report.left),
            right: side(&report.right),
        }
    }
}
