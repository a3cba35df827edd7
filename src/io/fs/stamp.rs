//! A cheap proof that a file has not changed since it was last looked at.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

use crate::model::units::timestamp::Timestamp;

/// Tells whether a file is still the one it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: SystemTime,
    length: u64,
    number: u64,
}

impl Stamp {
    /// `None`: there is no such file.
    pub fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|meta| Self::of(&meta))
    }

    pub fn of(meta: &Metadata) -> Self {
        Self {
            modified: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            length: meta.len(),
            number: number(meta),
        }
    }

    pub fn modified(&self) -> Timestamp {
        self.modified.into()
    }

    /// The same in words, for a later process to compare.
    pub fn noted(&self) -> String {
        let since = self.modified.duration_since(SystemTime::UNIX_EPOCH);
        let nanoseconds = since.map_or(0, |since| since.as_nanos());
        format!("{nanoseconds} {} {}", self.length, self.number)
    }

    /// Whether it is the same file at the same length, whatever its modification time.
    pub fn is_same_file(&self, other: &Self) -> bool {
        self.number == other.number && self.length == other.length
    }
}

/// The file's own number: another file under the same name has another one.
#[cfg(unix)]
fn number(meta: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    meta.ino()
}

#[cfg(not(unix))]
fn number(meta: &Metadata) -> u64 {
    let made = meta.created().ok();
    let since = made.and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or_default()
    })
}
