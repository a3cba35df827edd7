//! What is written and waits to be completed, flushed and sealed (see `io::store::commit`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::index::file::IndexLine;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};

/// When a group is completed.
#[derive(Debug, Clone, Copy)]
pub struct GroupLimits {
    /// With more bytes than this.
    pub(super) bytes: u64,
    /// When it has waited longer than this.
    pub(super) age: Duration,
    /// Crates up to this size stay in memory until they are put.
    pub(super) in_memory: usize,
}

impl GroupLimits {
    pub(super) const NEVER: Self = Self {
        bytes: u64::MAX,
        age: Duration::MAX,
        in_memory: 128 << 10,
    };
}

impl Default for GroupLimits {
    fn default() -> Self {
        Self {
            bytes: 24 << 20,
            age: Duration::from_secs(2),
            in_memory: 0,
        }
    }
}

/// What is written and waits for the next flush.
#[derive(Debug, Default)]
pub struct WriteBatch {
    pub(super) since: PutSince,
    pub(super) begun: Option<Instant>,
    /// Crates under their final names, not flushed, as they came.
    pub(super) put: Vec<(CrateId, Sha256)>,
    pub(super) lines: BTreeMap<CrateName, Vec<IndexLine>>,
    pub(super) unsealed: Unsealed,
    /// Crates that this run found without a seal, and right by hashing.
    pub(super) found: BTreeMap<CrateId, Sha256>,
}

/// Crates of the groups before: flushed and in the index, but the index may not be on disk.
#[derive(Debug, Default)]
pub(super) struct Unsealed {
    pub(super) put: BTreeMap<CrateId, Sha256>,
    /// Those of which the line alone is new. One that is pruned has no bytes.
    pub(super) listed: BTreeMap<CrateId, Sha256>,
}

impl Unsealed {
    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.listed.is_empty()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &CrateId> {
        self.put.keys().chain(self.listed.keys())
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.put.append(&mut other.put);
        self.listed.append(&mut other.listed);
    }
}

/// How much was put since the last group was completed.
#[derive(Debug, Default, Clone, Copy)]
pub struct PutSince {
    pub bytes: u64,
    pub crates: usize,
}
