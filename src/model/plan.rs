//! What is wanted against what is there: the plan that a dry run prints and a real run carries out.

use std::collections::BTreeMap;

use crate::model::input::closure::Wanted;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};

/// What the mirror has of one wanted crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// What is wanted is there and agrees: the index line, and the bytes unless only the line is wanted.
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
pub struct FetchItem {
    pub wanted: Wanted,
    pub line: bool,
    pub bytes: bool,
}

/// What a run will do.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By name, because the versions of one crate share an index file.
    pub fetch: BTreeMap<CrateName, Vec<FetchItem>>,
    pub keep: Vec<CrateId>,
    /// Only the index line is wanted, and it is there.
    pub lines: Vec<CrateId>,
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
                    plan.fetch.entry(name).or_default().push(FetchItem {
                        wanted,
                        line,
                        bytes,
                    });
                }
                (Stored::Other(there), Some(checksum)) => {
                    plan.refused.push((wanted.id, checksum, there));
                }
                _ if !wanted.bytes => plan.lines.push(wanted.id),
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
