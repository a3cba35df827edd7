//! `gc` of git sources: packages that no root wants at their revision.

use std::collections::BTreeSet;
use std::path::Path;

use crate::io::mirror::layout;
use crate::io::store::git::{self, package_of};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::mirror::retention::StoredCrate;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::CHECKSUMS;

/// Every package of every git source that is recorded or there.
pub fn inventory(store: &RegistryStore, mirror: &Path) -> Result<Vec<StoredCrate>> {
    let mut all = Vec::new();
    for name in layout::git_sources(mirror) {
        all.extend(of_folder(store, &name)?);
    }
    Ok(all)
}

fn of_folder(store: &RegistryStore, name: &str) -> Result<Vec<StoredCrate>> {
    let folder = store.git(name);
    let mut ids: BTreeSet<CrateId> = folder
        .list()?
        .iter()
        .filter_map(|name| package_of(name))
        .collect();
    let mut share = None;
    if let Some(Ok(record)) = folder.record()? {
        // A tree goes with the last of its packages, so each has the same part of it.
        share = record.layout.tree().map(|tree| {
            let packages = record.packages.len().max(1) as u64;
            git::size(&folder.path.join(tree)).div_ceil(packages)
        });
        ids.extend(record.packages.into_keys());
    }
    Ok(ids
        .into_iter()
        .map(|id| {
            let path = folder.package_path(&id);
            StoredCrate {
                folder: name.to_owned(),
                bytes: share.unwrap_or_else(|| git::size(&path)),
                since: git::since(&path.join(CHECKSUMS)),
                // All packages of one revision are equally new: `yanked` excludes them from `keep_latest`.
                yanked: true,
                id,
            }
        })
        .collect())
}
