//! `gc` of git sources: packages that no root wants at their revision.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::git_store::{self, package_folder};
use crate::io::store::Store;
use crate::model::error::Result;
use crate::model::git_record::CHECKSUMS;
use crate::model::krate::CrateId;
use crate::model::moment::Moment;
use crate::model::source::GitSource;
use crate::model::surplus::{self, Held, Rules, Surplus, WantedIn};
use crate::ops::git_check::package_of;

/// What goes and what stays, by the folder of the source.
pub(super) fn plan(
    store: &Store,
    mirror: &Path,
    wanted: &BTreeMap<GitSource, BTreeSet<CrateId>>,
    rules: &Rules,
    now: Moment,
) -> Result<BTreeMap<String, Surplus>> {
    // Of one revision there are no newer and older versions.
    let rules = Rules {
        keep_latest: 0,
        ..rules.clone()
    };
    let mut by_folder = WantedIn::new();
    for (source, ids) in wanted {
        let folder = by_folder.entry(source.folder()).or_default();
        folder.extend(ids.iter().cloned());
    }
    let mut plans = BTreeMap::new();
    for name in git_store::folders(mirror) {
        let held = inventory(store, &name)?;
        plans.insert(name, surplus::plan(held, &by_folder, &rules, now));
    }
    Ok(plans)
}

/// Every package that is recorded or there.
pub(super) fn inventory(store: &Store, name: &str) -> Result<Vec<Held>> {
    let folder = store.git(name);
    let mut ids: BTreeSet<CrateId> = folder
        .list()?
        .iter()
        .filter_map(|name| package_of(name))
        .collect();
    if let Some(Ok(record)) = folder.record()? {
        ids.extend(record.packages.into_keys());
    }
    Ok(ids
        .into_iter()
        .map(|id| {
            let path = folder.package_path(&id);
            Held {
                folder: name.to_owned(),
                bytes: git_store::size(&path),
                since: git_store::since(&path.join(CHECKSUMS)),
                yanked: false,
                id,
            }
        })
        .collect())
}

/// Notes that a root has let go of these packages: their age begins now.
pub(super) fn touch(store: &Store, gone: &BTreeMap<GitSource, BTreeSet<CrateId>>) {
    for (source, ids) in gone {
        let folder = store.git(&source.folder());
        for id in ids {
            let list = folder.path.join(package_folder(id)).join(CHECKSUMS);
            git_store::touch(&list);
        }
    }
}
