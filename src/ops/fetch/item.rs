//! One crate on its way into the mirror: what has been found of it so far.

use std::sync::Arc;

use crate::io::store::staging::StagedFile;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::ByteOrigin;
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::CrateId;
use crate::model::plan::FetchItem;

/// How one crate fared.
pub enum CrateOutcome {
    Stored {
        origin: ByteOrigin,
        bytes: u64,
    },
    /// Only its index line was wanted, and is there now.
    Listed,
    Failed(Arc<Error>),
}

pub type CrateOutcomes = Vec<(CrateId, CrateOutcome)>;

/// One crate under way: what has been found of it so far.
pub struct PendingCrate {
    pub(super) item: FetchItem,
    pub(super) line: Option<IndexLine>,
    /// Not in place yet: lockfile and index line must agree first.
    pub(super) bytes: Option<Verified<StagedFile>>,
    /// Whether upstream had to be asked for any of it.
    pub(super) asked: bool,
    pub(super) failure: Option<Arc<Error>>,
}

impl PendingCrate {
    pub(super) fn lacks_line(&self) -> bool {
        self.failure.is_none() && self.item.line && self.line.is_none()
    }

    pub(super) fn lacks_bytes(&self) -> bool {
        self.failure.is_none() && self.item.bytes && self.bytes.is_none()
    }

    pub(super) fn lacks(&self) -> bool {
        self.lacks_line() || self.lacks_bytes()
    }

    /// What the bytes must hash to: the lockfile says it, else the index line.
    pub(super) fn expected(&self) -> Option<Sha256> {
        self.item
            .wanted
            .checksum
            .or(self.line.as_ref().map(|line| *line.checksum()))
    }

    pub(super) fn find(&mut self, file: &[u8], address: impl FnOnce() -> String) {
        let wanted = &self.item.wanted;
        match (
            find_line(file, &wanted.id, wanted.checksum.as_ref()),
            wanted.checksum,
        ) {
            (None, _) => self.fail(&Arc::new(Error::Upstream(UpstreamError::NotInIndex {
                url: address(),
            }))),
            (Some(line), Some(lockfile)) if *line.checksum() != lockfile => {
                self.fail(&Arc::new(Error::Store(StoreError::Disagree {
                    lockfile,
                    index: *line.checksum(),
                })));
            }
            (Some(line), _) => {
                self.line = Some(line);
                self.asked = true;
            }
        }
    }

    /// Takes the result of a download. An error of the mirror itself is handed on: it would befall every other crate.
    pub(super) fn take(&mut self, downloaded: Result<Verified<StagedFile>>) -> Result<()> {
        match downloaded {
            Ok(verified) => {
                self.bytes = Some(verified);
                self.asked = true;
            }
            // What cannot be read is upstream's, where that is a folder. What cannot be written is the mirror's.
            Err(
                error @ Error::Fs(FsError::Io {
                    action: Action::Read,
                    ..
                }),
            ) => self.fail(&Arc::new(error)),
            Err(
                error @ (Error::Fs(FsError::Io { .. })
                | Error::Store(StoreError::LockBusy { .. })
                | Error::Panicked { .. }),
            ) => {
                return Err(error);
            }
            Err(error) => self.fail(&Arc::new(error)),
        }
        Ok(())
    }

    /// The first failure tells most.
    pub(super) fn fail(&mut self, error: &Arc<Error>) {
        self.failure.get_or_insert_with(|| Arc::clone(error));
    }
}
