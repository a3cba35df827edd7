//! Which packages the roots of a mirror say are pruned: their index lines are there on purpose, without their bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::io::fs::stamp::Stamp;
use crate::io::mirror::layout::Mirror;
use crate::io::mirror::roots::RootStore;
use crate::model::error::Error;
use crate::model::package::id::CrateId;
use crate::model::source::id::RegistrySource;

/// Pruned packages by the folder of their source.
pub type Packages = BTreeMap<String, BTreeSet<CrateId>>;

/// The pruned packages of a mirror, read again when a root is recorded or forgotten.
#[derive(Debug)]
pub struct Pruned {
    folder: PathBuf,
    records: RootStore,
    read: Mutex<Option<(Option<Stamp>, Arc<Packages>)>>,
}

impl Pruned {
    pub fn of(mirror: &Path) -> Self {
        Self {
            folder: Mirror::at(mirror).roots(),
            records: RootStore::of(mirror),
            read: Mutex::new(None),
        }
    }

    /// Changes whenever a root does: each is renamed into its place.
    pub fn stamp(&self) -> Option<Stamp> {
        Stamp::at(&self.folder)
    }

    /// What is pruned now. A root that cannot be read says nothing: what it left out counts as lost, as everything else
    /// whose bytes are absent.
    pub fn packages(&self) -> Arc<Packages> {
        // Looked at before the roots are read: what changes in between is read again the next time.
        let stamp = self.stamp();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, packages)) = &*read
            && *known == stamp
        {
            return Arc::clone(packages);
        }
        let mut packages = Packages::new();
        for id in self.records.root_ids().unwrap_or_default() {
            let Ok(root) = self.records.read(&id) else {
                continue;
            };
            for (id, source) in root.root.pruned.into_keys() {
                if let Some(folder) = source.registry().map(RegistrySource::folder) {
                    packages.entry(folder).or_default().insert(id);
                }
            }
        }
        let packages = Arc::new(packages);
        *read = Some((stamp, Arc::clone(&packages)));
        packages
    }

    /// The first root that cannot be read.
    pub fn unreadable(&self) -> Option<Error> {
        self.records.roots().err()
    }
}
