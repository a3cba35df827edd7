//! What `verify` looks at, and what it reports.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::model::mirror::damage::Damage;
use crate::model::package::id::CrateName;

/// Which `.crate` files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    All,
    /// None: their size and seal are looked at.
    Quick,
    /// Those that something has touched since.
    Since(SystemTime),
    /// Those of these crates.
    Named(BTreeSet<CrateName>),
}

#[derive(Debug, Clone)]
pub struct VerifyOptions {
    /// Folders in the mirror. Empty: all.
    pub sources: Vec<String>,
    pub extent: Extent,
    /// Whether to walk each archive that is read, too: ten times the work of hashing it.
    pub archives: bool,
    /// Whether to go on where a run with the same options was stopped.
    pub resume: bool,
}

#[derive(Debug, Default, Clone)]
pub struct VerifyReport {
    /// Crates whose bytes were hashed, or looked at where only some are hashed.
    pub checked: usize,
    /// Bytes that were hashed.
    pub bytes: u64,
    /// Crates that were found sound by the run that was resumed.
    pub resumed: usize,
    /// Of a quick look: files without a seal, of which it can tell nothing.
    pub unsealed: usize,
    /// Index lines that nothing vouches for: there is no record of what was written.
    pub unrecorded: usize,
    /// Crates whose bytes are not there because no build that was asked for reads them.
    pub pruned: usize,
    pub damages: Vec<Damage>,
    /// What a run had in hand when it was killed, or has now. Nothing is lost, and cargo sees none of it.
    pub unfinished: Vec<Damage>,
    pub sources: Vec<String>,
    pub mirror: PathBuf,
    pub sound: bool,
}
