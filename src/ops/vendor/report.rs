//! What `vendor` and `prefetch` did.

use std::path::PathBuf;

use crate::model::error::{Error, chain};
use crate::model::input::closure::Unsupported;
use crate::model::input::replacement::ReplacedSource;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;
use crate::ops::config::file::ConfigChange;
use crate::ops::config::judge::Unready;
use crate::ops::vendor::prune::PrunedCrate;

/// What was done. Of a dry run: what would be.
#[derive(Debug, Default)]
pub struct VendorReport {
    pub fetched: usize,
    pub reused: usize,
    pub kept: usize,
    pub bytes_downloaded: u64,
    pub bytes_reused: u64,
    pub failed: Vec<FailedPackage>,
    pub unsupported: Vec<Unsupported>,
    /// What is left out, because no build that was asked for reads it.
    pub pruned: Vec<PrunedCrate>,
    /// How large that is, as far as it is known.
    pub bytes_saved: u64,
    pub mirror: PathBuf,
    /// The local registry itself, as a config names it.
    pub registry: PathBuf,
    pub configs: Vec<ConfigChange>,
    /// Projects whose builds do not work from the mirror alone, though nothing that their lockfiles name is lacking.
    pub unready: Vec<Unready>,
    /// The sources other than crates.io that a config has to name.
    pub needed: Vec<ReplacedSource>,
    /// Programs among the crates that were named: what `cargo install` can install now.
    pub programs: Vec<CrateId>,
    /// Of a dry run: what would be fetched.
    pub would_fetch: Vec<WouldFetch>,
    /// Whether the mirror has all of what was given, and cargo agrees.
    pub mirrored: bool,
    /// Whether builds of the projects that were given work without a network now: they also take all of it from the mirror.
    pub ready: bool,
    /// The config that builds have to read for that, where it is not one that every cargo finds in the project's folder or
    /// above.
    pub only_with: Option<PathBuf>,
}

/// A package that a real run would fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldFetch {
    pub package: CrateId,
    pub source: SourceId,
}

/// Something that could not be mirrored.
#[derive(Debug)]
pub struct FailedPackage {
    /// `name@version`, or the entry of a list.
    pub package: String,
    pub source: SourceId,
    pub cause: String,
    pub help: Option<String>,
    /// Whether the same command may succeed at another time.
    pub may_pass: bool,
}

impl FailedPackage {
    pub(super) fn new(package: &impl ToString, source: &SourceId, error: &Error) -> Self {
        Self {
            package: package.to_string(),
            source: source.clone(),
            cause: chain(error),
            help: error.hint(),
            may_pass: error.may_pass(),
        }
    }
}
