//! What `repair` did.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::model::mirror::damage::Damage;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::ops::verify::options::VerifyOptions;

#[derive(Debug, Clone)]
pub struct RepairOptions {
    pub verify: VerifyOptions,
    /// Versions whose new upstream bytes are welcome.
    pub accept: Vec<CrateId>,
    pub dry_run: bool,
}

#[derive(Debug, Default)]
pub struct RepairReport {
    pub checked: usize,
    pub bytes: u64,
    /// What was wrong, and is no longer.
    pub healed: Vec<Damage>,
    /// What is still wrong. Of a dry run: what is wrong.
    pub damages: Vec<Damage>,
    /// Versions that upstream has other bytes for now.
    pub changed_upstream: BTreeSet<Changed>,
    /// Versions that upstream does not have any more.
    pub deleted_upstream: BTreeSet<CrateId>,
    pub accepted: BTreeSet<CrateId>,
    pub failed: Vec<FailedRepair>,
    /// Where things were moved to, within the mirror.
    pub quarantined: Vec<String>,
    /// Index lines that are vouched for from now on.
    pub adopted: usize,
    pub dry_run: bool,
    pub sources: Vec<String>,
    pub mirror: PathBuf,
    pub sound: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    pub package: CrateId,
    pub ours: Sha256,
    pub upstream: Sha256,
}

/// A version that could not be fetched again.
#[derive(Debug)]
pub struct FailedRepair {
    pub package: CrateId,
    pub cause: String,
    pub help: Option<String>,
}
