//! What is wanted against what is there: the plan that a dry run prints and a real run carries out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::krate::{CrateId, CrateName, Sha256};
use crate::model::lockfile::Locked;
use crate::model::source::SourceId;

/// A crate of crates.io that some input wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub id: CrateId,
    /// What the lockfile vouches for. Without one the index line decides.
    pub checksum: Option<Sha256>,
}

/// A locked package that this program cannot mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unsupported {
    pub package: CrateId,
    pub source: SourceId,
    pub consequence: &'static str,
}

/// Everything that a set of inputs asks for, each crate once.
#[derive(Debug, Default, Clone)]
pub struct Closure {
    pub wanted: Vec<Wanted>,
    pub unsupported: Vec<Unsupported>,
}

impl Closure {
    pub fn add(&mut self, locked: impl IntoIterator<Item = Locked>) {
        for Locked {
            id,
            source,
            checksum,
        } in locked
        {
            if source == SourceId::CratesIo {
                self.wanted.push(Wanted { id, checksum });
            } else {
                let consequence = source.consequence();
                self.unsupported.push(Unsupported {
                    package: id,
                    source,
                    consequence,
                });
            }
        }
        self.wanted.sort_unstable();
        // A crate that one input vouches for and another only names is one crate.
        self.wanted.dedup_by(|later, kept| {
            let same = later.id == kept.id;
            if same && kept.checksum.is_none() {
                kept.checksum = later.checksum;
            }
            same && kept.checksum == later.checksum
        });
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
    }
}

/// What the mirror has of one wanted crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Index line and bytes are there and agree with what is wanted.
    Whole,
    Lacks {
        line: bool,
        bytes: bool,
    },
    /// The mirror holds this version with another checksum. It is not overwritten.
    Other(Sha256),
}

/// One crate to complete, and which halves of it are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub wanted: Wanted,
    pub line: bool,
    pub bytes: bool,
}

/// What a run will do.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By name, because the versions of one crate share an index file.
    pub fetch: BTreeMap<CrateName, Vec<Item>>,
    pub keep: Vec<CrateId>,
    /// Held with another checksum: (crate, what is wanted, what is there).
    pub refused: Vec<(CrateId, Sha256, Sha256)>,
}

impl Plan {
    /// Splits what is wanted by what the mirror has of it: each crate lands in exactly one part.
    pub fn compare(wanted: Vec<(Wanted, Stored)>) -> Self {
        let mut plan = Self::default();
        for (wanted, stored) in wanted {
            match (stored, wanted.checksum) {
                (Stored::Lacks { line, bytes }, _) if line || bytes => {
                    let name = wanted.id.name.clone();
                    plan.fetch.entry(name).or_default().push(Item {
                        wanted,
                        line,
                        bytes,
                    });
                }
                (Stored::Other(there), Some(checksum)) => {
                    plan.refused.push((wanted.id, checksum, there));
                }
                _ => plan.keep.push(wanted.id),
            }
        }
        plan
    }

    /// How many crates there are to complete.
    pub fn len(&self) -> usize {
        self.fetch.values().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.fetch.is_empty()
    }
}
