//! Which state of something in the store was seen, and what a `.crate` file says of itself without being read.

use std::fs::{self, DirEntry, Metadata};
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use crate::io::fs::error::io_error;
use crate::io::fs::stamp::Stamp;
use crate::io::store::stamp::{Seal, changed_since, is_marked, seal_state};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// The state of a file when it was looked at. Two are equal only where nobody has written in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(Stamp);

impl Revision {
    /// `None`: there is no such file.
    pub(super) fn at(path: &Path) -> Option<Self> {
        Stamp::at(path).map(Self)
    }

    pub(super) fn of(meta: &Metadata) -> Self {
        Self(Stamp::of(meta))
    }

    pub fn modified(&self) -> Timestamp {
        self.0.modified()
    }

    /// Whether this is the file that was seen. It may have been sealed since, which says that it still has these bytes.
    pub(super) fn still_holds(&self, meta: &Metadata, checksum: &Sha256) -> bool {
        let now = Stamp::of(meta);
        now == self.0 || now.is_same_file(&self.0) && seal_state(meta, checksum) == Seal::Right
    }
}

impl From<Stamp> for Revision {
    fn from(stamp: Stamp) -> Self {
        Self(stamp)
    }
}

/// A `.crate` file, looked at and not read.
#[derive(Debug)]
pub struct CrateFile(pub(super) Metadata);

impl CrateFile {
    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    pub fn length(&self) -> u64 {
        self.0.len()
    }

    /// When it got its name, was sealed or let go of.
    pub fn since(&self) -> Timestamp {
        since(&self.0)
    }

    /// Whether a run had it in hand: it was about to get its line, or to lose it, and to go.
    pub fn is_marked(&self) -> bool {
        is_marked(&self.0)
    }

    /// What its seal says of these bytes.
    pub fn seal(&self, checksum: &Sha256) -> Seal {
        seal_state(&self.0, checksum)
    }

    /// Whether anything about it may have changed since then.
    pub fn changed_since(&self, since: SystemTime) -> bool {
        changed_since(&self.0, since)
    }
}

/// What is in a folder of the store, in no order; `None` where there is no such folder.
pub(super) fn entries(
    folder: &Path,
) -> Result<Option<impl Iterator<Item = Result<DirEntry>> + use<>>> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            let folder = folder.to_owned();
            Ok(Some(entries.map(move |entry| {
                entry.map_err(io_error(Action::List, &folder))
            })))
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(io_error(Action::List, folder)(cause)),
    }
}

/// When a file got its name, was sealed or let go of.
#[cfg(unix)]
pub(super) fn since(meta: &Metadata) -> Timestamp {
    use std::os::unix::fs::MetadataExt;
    Timestamp(u64::try_from(meta.ctime()).unwrap_or_default())
}

/// When a file was made.
#[cfg(not(unix))]
pub(super) fn since(meta: &Metadata) -> Timestamp {
    meta.created().map(Timestamp::from).unwrap_or_default()
}
