//! What a copy lacks, found by its own folder: lines without bytes, bytes without lines, crates without an index file.
//!
//! Nothing is kept of a version but eight bytes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::io::fs::error::if_there;
use crate::io::fs::{file, parallel};
use crate::io::store::listing::{Listing, NameKeys};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::index::file::MAX_FILE;
use crate::model::index::file_names::file_names;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::name_map::{NameMap, NameMapBuilder};

/// So many index files are read by one thread before what it found is put aside.
const FILES_AT_ONCE: usize = 1000;

/// What was found.
#[derive(Debug, Default)]
pub struct CopyGaps {
    /// Crates to look at, their names in lower case.
    pub look_at: BTreeSet<CrateName>,
    /// Crates that have an index file.
    pub here: NameMap<()>,
    /// Whether the folder was looked at, and there is no `.crate` in it.
    pub is_bare: bool,
}

/// What index files speak of: keys of eight bytes, and the names of the files. All threads add to one list of each, since lists
/// of their own would have to be held twice when they are joined.
struct Claims {
    keys: Vec<u64>,
    here: NameMapBuilder<()>,
}

/// Compares the folder with its index.
pub fn compare(store: &RegistryStore) -> Result<CopyGaps> {
    let mut found = CopyGaps::default();
    if !store.folder().is_dir() {
        found.is_bare = true;
        return Ok(found);
    }
    let keys = NameKeys::default();
    let all = Mutex::new(Claims {
        keys: Vec::with_capacity(store.most_crates()),
        here: NameMapBuilder::default(),
    });
    let claim = |paths: Vec<Result<PathBuf>>| -> Result<()> {
        let mut claimed = Vec::new();
        let paths = paths.into_iter().collect::<Result<Vec<_>>>()?;
        for path in &paths {
            let text = index_text(path)?;
            file_names(&text, |name| claimed.push(keys.key(name)));
        }
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.keys.extend(claimed);
        for name in paths.iter().filter_map(|path| name_of(path)) {
            all.here.push(name, ());
        }
        Ok(())
    };
    // The folder is one list, which one thread reads; the others go on meanwhile.
    let (listing, claimed) = std::thread::scope(|scope| {
        let listing = scope.spawn(|| store.list_by(&keys));
        let claimed = parallel::in_lots(store.walk_index(), FILES_AT_ONCE, claim);
        (listing.join(), claimed)
    });
    let listing = listing.unwrap_or(Err(Error::Panicked {
        doing: "listing the mirror",
    }))?;
    claimed.into_iter().collect::<Result<()>>()?;
    found.is_bare = listing.is_empty();
    let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.here = all.here.finish();
    let (unclaimed, lacking) = listing.compare(all.keys);
    if !lacking.is_empty() {
        found.look_at = lacking_bytes(store, &listing, &lacking)?;
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

/// The crates whose index files speak of any of these, which are sorted.
fn lacking_bytes(
    store: &RegistryStore,
    listing: &Listing,
    lacking: &[u64],
) -> Result<BTreeSet<CrateName>> {
    let some = |paths: Vec<Result<PathBuf>>| -> Result<Vec<CrateName>> {
        let mut names = Vec::new();
        for path in paths {
            let path = path?;
            let mut is_whole = true;
            file_names(&index_text(&path)?, |name| {
                is_whole &= lacking.binary_search(&listing.key(name)).is_err();
            });
            if !is_whole {
                names.extend(name_of(&path).and_then(|name| CrateName::parse(name).ok()));
            }
        }
        Ok(names)
    };
    let found = parallel::in_lots(store.walk_index(), FILES_AT_ONCE, some);
    let found = found.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The crates that have an index file here, in lower case.
pub fn here(store: &RegistryStore) -> Result<NameMap<()>> {
    let mut here = NameMapBuilder::default();
    if store.folder().is_dir() {
        for path in store.walk_index() {
            if let Some(name) = name_of(&path?) {
                here.push(name, ());
            }
        }
    }
    Ok(here.finish())
}

fn index_text(path: &Path) -> Result<Vec<u8>> {
    Ok(if_there(file::read(path, MAX_FILE as u64))?.unwrap_or_default())
}

/// The crate of an index file, if it is one.
fn name_of(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    CrateName::parse(name).is_ok().then_some(name)
}

/// A name as index files are named.
pub fn lower(name: &CrateName) -> Option<CrateName> {
    CrateName::parse(&name.as_str().to_ascii_lowercase()).ok()
}
