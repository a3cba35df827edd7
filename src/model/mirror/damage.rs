//! What can be wrong with a mirror, and what to do about each.

use std::fmt;

use crate::model::package::id::CrateId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DamageKind {
    /// A `.crate` that is not what its index line vouches for.
    ChangedBytes,
    /// An index line without a `.crate`.
    MissingBytes,
    /// An index line that is not the one that was written.
    ChangedLine,
    /// A `.crate` without an index line.
    MissingLine,
    /// A line of an index file that is none.
    UnreadableLine,
    /// A version that stands twice in its index file.
    DuplicateLine,
    /// A line where cargo does not look for it: another crate's file, another shard, upper case.
    MisplacedLine,
    /// A `.crate` whose name differs from that of its index line.
    MisnamedCrate,
    /// An archive that cargo refuses or that would write elsewhere.
    UnsafeArchive,
    /// A file that the system cannot read.
    Unreadable,
    /// What lies where files grow, and is nobody's who lives.
    Leftover,
    /// Something that does not belong into a mirror.
    Stray,
}

impl DamageKind {
    /// The way out.
    pub fn help(self) -> &'static str {
        match self {
            Self::ChangedBytes | Self::MissingBytes | Self::ChangedLine | Self::MissingLine => {
                "`cargo mirror repair` fetches it again"
            }
            Self::UnreadableLine
            | Self::DuplicateLine
            | Self::MisplacedLine
            | Self::MisnamedCrate => "`cargo mirror repair` puts it right",
            Self::UnsafeArchive => {
                "do not use this crate; `cargo mirror repair --archives` puts it into quarantine"
            }
            Self::Unreadable => {
                "look at the permissions and at the disk's health, then run `cargo mirror repair`"
            }
            Self::Leftover | Self::Stray => "`cargo mirror repair` puts it into quarantine",
        }
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChangedBytes => "changed bytes",
            Self::MissingBytes => "missing bytes",
            Self::ChangedLine => "changed line",
            Self::MissingLine => "missing line",
            Self::UnreadableLine => "unreadable line",
            Self::DuplicateLine => "duplicate line",
            Self::MisplacedLine => "misplaced line",
            Self::MisnamedCrate => "misnamed crate",
            Self::UnsafeArchive => "unsafe archive",
            Self::Unreadable => "unreadable",
            Self::Leftover => "leftover",
            Self::Stray => "stray",
        })
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The source's folder in the mirror.
    pub source: String,
    /// Within the mirror, with `/`.
    pub path: String,
    pub kind: DamageKind,
    pub package: Option<CrateId>,
    pub cause: String,
}
