//! What a sync is asked for, and what it says in the end.

use std::path::PathBuf;

use crate::io::config::load::CargoConfig;
use crate::model::error::{Error, Result};
use crate::model::errors::sync::SyncError;
use crate::model::settings::file::Settings;
use crate::model::source::id::RegistrySource;
use crate::model::sync::changes::SyncChanges;
use crate::model::sync::rules::{OnRemoved, Selection};
use crate::model::sync::troubles::Troubles;

/// Where it is learnt which crates there are and which have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangesFrom {
    /// The git index of the registry, where one is known.
    Auto,
    Git(String),
    /// The files of the index, one by one.
    Files,
}

/// What a sync is asked for.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct SyncOptions {
    pub registry: RegistrySource,
    pub changes: ChangesFrom,
    pub selection: Selection,
    pub on_removed: OnRemoved,
    /// A file with names of crates, a line each.
    pub names_from: Option<PathBuf>,
    /// Compare everything that is here, and try everything that failed.
    pub heal: bool,
    /// Ask for every index file anew.
    pub full: bool,
    pub dry_run: bool,
    pub allow_mass_removal: bool,
    /// Whom the registry can write to.
    pub contact: Option<String>,
    /// Requests a second, at most.
    pub pace: Option<u32>,
}

/// Reads the name of a registry: `crates-io`, one of cargo's config or of `[upstreams]`, or the address of an index.
pub fn registry(
    name: Option<&str>,
    config: &CargoConfig,
    settings: &Settings,
) -> Result<RegistrySource> {
    let Some(name) = name.filter(|name| *name != "crates-io") else {
        return Ok(RegistrySource::CratesIo);
    };
    if let Some(upstream) = settings.upstreams.get(name) {
        return Ok(upstream.registry.clone());
    }
    let named = config.get(&["registries", name, "index"]);
    let index = named.and_then(|named| named.value.as_str()).unwrap_or(name);
    let address = if index.starts_with("sparse+") || index.starts_with("registry+") {
        index.to_owned()
    } else {
        format!("registry+{index}")
    };
    let known = index != name || name.contains("://");
    let registry = RegistrySource::parse(&address).filter(|_| known);
    registry.ok_or_else(|| Error::Sync(SyncError::UnknownRegistry(name.to_owned())))
}

/// What a sync did.
#[derive(Debug, Default)]
pub struct SyncReport {
    pub mirror: PathBuf,
    /// The folder of the registry in the mirror.
    pub source: String,
    pub selection: String,
    /// Where changes were learnt.
    pub from: String,
    /// Whether nothing had changed upstream, so that nothing was looked at.
    pub unchanged: bool,
    pub dry_run: bool,
    /// Crates that the registry has, as far as it is known.
    pub crates: usize,
    /// Crates that were looked at.
    pub looked_at: usize,
    pub changes: SyncChanges,
    pub bytes: u64,
    /// Files of the index that were not the ones that the git index names; they are looked at again.
    pub out_of_step: usize,
    /// Whether the server of the git index sent the contents of all files, too.
    pub contents_sent: bool,
    /// Versions that are larger than the selection allows.
    pub too_large: usize,
    /// Names that are private here, so nothing was asked about them.
    pub private: usize,
    /// Everything that could not be done so far, whenever it was tried.
    pub troubles: Troubles,
    /// What would be needed, of a run that only looks.
    pub needed: Needed,
    /// Where the changes were written for scripts.
    pub report: Option<PathBuf>,
    /// Crates that were removed upstream, if they are too many to follow without being asked.
    pub held_back: Option<(usize, usize)>,
    /// Why the run ended before everything was looked at.
    pub stopped: Option<Error>,
}

/// What a run would write.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    pub versions: usize,
    /// Files, index files included.
    pub files: u64,
    pub bytes: u64,
    /// How many versions the bytes are a guess for.
    pub guessed: usize,
    pub free_bytes: Option<u64>,
    pub free_files: Option<u64>,
}
