//! A crate to look at, and how it fared.

use std::io::ErrorKind;

use crate::io::mirror::known_files::KnownFile;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::compare::CrateDiff;
use crate::model::sync::tree::FileId;
use crate::model::sync::troubles::TroubleKind;
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::options::DiskNeeds;

/// A crate to look at, by its name in lower case.
#[derive(Debug, Clone)]
pub struct Touch {
    pub name: CrateName,
    pub expected: Expected,
}

/// What is known of its index file before it is asked for.
#[derive(Debug, Clone)]
pub enum Expected {
    /// The git index names this file.
    File(FileId),
    /// The git index has none.
    Gone,
    /// Nobody knows; what to ask with, if anything.
    Unknown(Option<Validator>),
}

/// How a crate fared.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "findings, each by itself")]
pub struct Judged {
    pub id: Option<FileId>,
    pub validator: Option<Validator>,
    pub added: Vec<CrateId>,
    pub diff: CrateDiff,
    /// Versions that upstream has removed, with the checksums of what is here.
    pub gone: Vec<(CrateId, Sha256)>,
    /// What went wrong, of which crate or version, and since when it is known to be so.
    pub failed: Vec<(String, TroubleKind, String, Option<Timestamp>)>,
    /// Troubles that were not tried again.
    pub still: Vec<String>,
    pub bytes: u64,
    pub too_large: usize,
    pub out_of_step: bool,
    pub private: bool,
    /// The host cannot be reached: others need not try.
    pub unreachable: bool,
    pub ripens: Option<Timestamp>,
    /// A version is left out that may be wanted whenever others rank lower.
    pub may_rise: bool,
    /// Upstream has no such crate.
    pub absent: bool,
    pub needed: DiskNeeds,
}

impl Judged {
    /// What is to be remembered of its index file.
    pub(super) fn known(&self) -> Option<KnownFile> {
        let soon = self.may_rise.then_some(Timestamp(0));
        Some(KnownFile {
            id: self.id?,
            validator: self.validator.clone(),
            again: soon.or(self.ripens),
        })
    }

    /// Takes in an error of upstream; one of the mirror itself is handed on. `of_bytes`: a crate was asked for.
    pub(super) fn fail(
        &mut self,
        of: String,
        error: Error,
        since: Option<Timestamp>,
        of_bytes: bool,
    ) -> Result<()> {
        let kind = match error.inner() {
            Error::Upstream(UpstreamError::HostDown { .. }) => {
                self.unreachable = true;
                TroubleKind::Passing
            }
            Error::Upstream(UpstreamError::Network { .. } | UpstreamError::Stalled { .. }) => {
                TroubleKind::Passing
            }
            Error::Upstream(UpstreamError::Http { status, .. })
                if *status == 429 || *status >= 500 =>
            {
                TroubleKind::Passing
            }
            Error::Upstream(UpstreamError::Http {
                status: 404 | 410 | 451,
                ..
            }) if of_bytes => TroubleKind::Absent,
            Error::Upstream(UpstreamError::Challenged(refusal))
                if of_bytes && refusal.status == 403 =>
            {
                TroubleKind::Absent
            }
            Error::Upstream(_) | Error::Store(_) | Error::Cargo(_) | Error::Git(_) => {
                TroubleKind::Failed
            }
            // What cannot be read is upstream's, where that is a folder. What cannot be written is the mirror's.
            Error::Fs(FsError::Io {
                action: Action::Read,
                source,
                ..
            }) => {
                if source.kind() == ErrorKind::NotFound {
                    TroubleKind::Absent
                } else {
                    TroubleKind::Failed
                }
            }
            _ => return Err(error),
        };
        self.failed.push((of, kind, chain(&error), since));
        Ok(())
    }
}
