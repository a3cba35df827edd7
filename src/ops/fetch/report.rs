//! What a fetch did, and what it could not do.

use std::sync::Arc;

use crate::model::error::Error;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;

/// What a fetch did.
#[derive(Debug, Default)]
pub struct FetchReport {
    pub fetched: usize,
    pub reused: usize,
    pub kept: usize,
    pub bytes_downloaded: u64,
    pub bytes_reused: u64,
    pub failed: Vec<FetchFailure>,
}

/// A crate that could not be mirrored.
#[derive(Debug)]
pub struct FetchFailure {
    pub package: CrateId,
    pub source: SourceId,
    /// Shared where one cause, such as an index file that cannot be had, befell several versions.
    pub error: Arc<Error>,
}

impl FetchReport {
    /// Packages that all failed, for one reason.
    pub fn failed(
        source: &SourceId,
        packages: impl IntoIterator<Item = CrateId>,
        error: Error,
    ) -> Self {
        let error = Arc::new(error);
        let failed = packages.into_iter().map(|package| FetchFailure {
            package,
            source: source.clone(),
            error: Arc::clone(&error),
        });
        Self {
            failed: failed.collect(),
            ..Self::default()
        }
    }

    /// Adds up two waves.
    pub fn add(&mut self, other: Self) {
        self.fetched += other.fetched;
        self.reused += other.reused;
        self.kept += other.kept;
        self.bytes_downloaded += other.bytes_downloaded;
        self.bytes_reused += other.bytes_reused;
        self.failed.extend(other.failed);
    }
}
