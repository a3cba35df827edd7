//! What a copy lacks, found by its own folder: lines without bytes, bytes without lines, crates without an index file.
//!
//! Nothing is kept of a version but eight bytes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::{file, parallel};
use crate::io::store::listing::NameKeys;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::index::file::MAX_FILE;
use crate::model::index::file_names::file_names;
use crate::model::package::id::{CrateId, CrateName};

/// So many index files are read by one thread before what it found is put aside.
const FILES_AT_ONCE: usize = 1000;

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
    let keys = NameKeys::default();
    let files = store.index_files()?;
    let read = |path: &Path| if_there(file::read(path, MAX_FILE as u64));
    // Many files at a time: a list for each would take more memory than the keys.
    let some: Vec<&[PathBuf]> = files.chunks(FILES_AT_ONCE).collect();
    let claimed_by = |files: &&[PathBuf]| -> Result<Vec<u64>> {
        let mut claimed = Vec::new();
        for path in *files {
            let text = read(path)?.unwrap_or_default();
            file_names(&text, |name| claimed.push(keys.key(name)));
        }
        Ok(claimed)
    };
    // The folder is one list, which one thread reads; the others go on meanwhile.
    let (listing, claimed) = std::thread::scope(|scope| {
        let listing = scope.spawn(|| store.list_by(&keys));
        let claimed = parallel::on_all_cores(&some, claimed_by);
        (listing.join(), claimed)
    });
    let listing = listing.unwrap_or(Err(Error::Panicked {
        doing: "listing the mirror",
    }))?;
    found.is_bare = listing.is_empty();
    let claimed: Vec<u64> = claimed.into_iter().collect::<Result<Vec<_>>>()?.concat();
    let (unclaimed, lacking) = listing.compare(claimed);
    found
        .here
        .extend(files.iter().filter_map(|path| name_of(path)));
    if !lacking.is_empty() {
        let whole = parallel::on_all_cores(&files, |path| -> Result<bool> {
            let text = read(path)?.unwrap_or_default();
            let mut whole = true;
            file_names(&text, |name| {
                whole &= lacking.binary_search(&listing.key(name)).is_err();
            });
            Ok(whole)
        });
        for (path, whole) in files.iter().zip(whole) {
            if !whole? {
                found.look_at.extend(name_of(path));
            }
        }
    }
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
