//! What is asked for, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use crate::io::bundle::keys::SigningKey;
use crate::io::bundle::writer::Destination;
use crate::model::bundle::manifest::BundleId;
use crate::model::package::id::CrateId;
use crate::model::sync::rules::OnRemoved;
use crate::model::units::timestamp::Timestamp;

/// Which part of a mirror goes into a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    All,
    /// What the recorded roots want.
    Roots,
    /// What these lockfiles want.
    Lockfiles(Vec<PathBuf>),
}

pub struct ExportOptions {
    pub destination: Destination,
    pub selection: Selection,
    /// Only these registries, by their folders; empty: all.
    pub registries: Vec<String>,
    /// Hosted registries, too.
    pub hosted: bool,
    /// Dumps and states whose contents the receiver has.
    pub since: Vec<PathBuf>,
    /// The largest size of a part, in bytes.
    pub split: Option<u64>,
    /// Of zstd; `None`: every `.crate` as it is.
    pub level: Option<i32>,
    /// Each signs it.
    pub keys: Vec<SigningKey>,
    /// Whom it is for, by name: what that one has is left out.
    pub receiver: Option<String>,
    pub expires: Option<Duration>,
    pub dry_run: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Files and their sizes in bytes.
    pub files: Vec<(PathBuf, u64)>,
    pub id: Option<BundleId>,
    pub sequence: u64,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    /// Index lines without bytes: changed ones, and those of pruned crates.
    pub lines: usize,
    pub git_sources: usize,
    pub roots: usize,
    /// Versions that the dump tells of as removed.
    pub removed: usize,
    /// Crates that the receiver has.
    pub left_out: usize,
    /// Fingerprints of the keys.
    pub signed: Vec<String>,
    /// What could not be exported, and why.
    pub failed: Vec<(String, String)>,
    pub mirror: PathBuf,
    pub dry_run: bool,
}

/// A file to import from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Pipe,
    File(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct ImportOptions {
    pub allow_unsigned: bool,
    pub allow_older: bool,
    pub dry_run: bool,
    /// What becomes of versions that the sender tells of as removed.
    pub on_removed: OnRemoved,
    /// Follow however many removals of crates there are.
    pub allow_mass_removal: bool,
}

/// One dump, of which some parts were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpSummary {
    pub id: BundleId,
    pub mirror: BundleId,
    pub sequence: u64,
    pub previous: Option<BundleId>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    /// The parts that were given.
    pub given: Vec<u32>,
    /// How many there are, where that is known.
    pub parts: Option<u32>,
    /// The parts that are missing so far as is known.
    pub missing: Vec<u32>,
    /// Names of trusted signers, or fingerprints of others.
    pub signed: Vec<String>,
    pub trusted: bool,
}

impl DumpSummary {
    /// Whether all parts have come, the last one among them: only that says how many there are.
    pub fn is_complete(&self) -> bool {
        self.parts.is_some() && self.missing.is_empty()
    }
}

/// A dump that a newer one of the same mirror has taken the place of before it was complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostDump {
    /// By the clock of its sequence.
    pub created: Timestamp,
    /// The parts that are known to be missing: none where only the last ones are.
    pub missing: Vec<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub dumps: Vec<DumpSummary>,
    pub lost: Vec<LostDump>,
    pub crates: usize,
    /// Of these crates, in bytes.
    pub crate_bytes: u64,
    pub lines: usize,
    pub git_sources: usize,
    pub roots: usize,
    /// What was here already.
    pub kept: usize,
    /// What is removed, since the sender says that it was removed there.
    pub removed: Vec<CrateId>,
    /// Of what the sender says the same, and why it stays.
    pub still_here: Vec<(String, String)>,
    /// What could not be taken, and why.
    pub failed: Vec<(String, String)>,
    pub mirror: PathBuf,
    pub dry_run: bool,
}
