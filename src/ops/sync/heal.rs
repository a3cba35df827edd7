//! What a copy lacks, found by its own folder: lines without bytes, bytes without lines, crates without an index file.
//!
//! Nothing is kept of a version but eight bytes.

use std::collections::BTreeSet;
use std::path::Path;

use crate::io::fs::error::if_there;
use crate::io::fs::{file, parallel};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::MAX_FILE;
use crate::model::index::file_names::file_names;
use crate::model::package::id::{CrateId, CrateName};

/// What was found.
#[derive(Debug, Default)]
pub struct CopyGaps {
    /// Crates to look at, their names in lower case.
    pub look_at: BTreeSet<CrateName>,
    /// Crates that have an index file.
    pub here: BTreeSet<CrateName>,
    /// Whether the folder was looked at, and there is no `.crate` in it.
    pub is_bare: bool,
}

/// Compares the folder with its index.
pub fn compare(store: &RegistryStore) -> Result<CopyGaps> {
    let mut found = CopyGaps::default();
    if !store.folder().is_dir() {
        found.is_bare = true;
        return Ok(found);
    }
    let listing = store.list()?;
    found.is_bare = listing.is_empty();
    let files = store.index_files()?;
    let looked_at = parallel::on_all_cores(&files, |path| -> Result<(Vec<u64>, bool)> {
        let text = if_there(file::read(path, MAX_FILE as u64))?.unwrap_or_default();
        let mut keys = Vec::new();
        file_names(&text, |name| keys.push(listing.key(name)));
        keys.shrink_to_fit();
        let whole = keys.iter().all(|key| listing.has(*key));
        Ok((keys, whole))
    });
    let mut claimed = Vec::with_capacity(listing.len());
    for (path, looked_at) in files.iter().zip(looked_at) {
        let (keys, whole) = looked_at?;
        claimed.extend(keys);
        if let Some(name) = name_of(path) {
            if !whole {
                found.look_at.insert(name.clone());
            }
            found.here.insert(name);
        }
    }
    let unclaimed = listing.without(claimed);
    if !unclaimed.is_empty() {
        for file in store.names_of(&listing, &unclaimed)? {
            let ids = CrateId::of_file_name(&file);
            let names = ids.filter_map(|id| lower(&id.name));
            found.look_at.extend(names);
        }
    }
    Ok(found)
}

/// The crates that have an index file here, in lower case.
pub fn here(store: &RegistryStore) -> Result<BTreeSet<CrateName>> {
    if !store.folder().is_dir() {
        return Ok(BTreeSet::new());
    }
    Ok(store
        .index_files()?
        .iter()
        .filter_map(|path| name_of(path))
        .collect())
}

fn name_of(path: &Path) -> Option<CrateName> {
    CrateName::parse(path.file_name()?.to_str()?).ok()
}

/// A name as index files are named.
pub fn lower(name: &CrateName) -> Option<CrateName> {
    CrateName::parse(&name.as_str().to_ascii_lowercase()).ok()
}
