//! A hosted registry, wherever it is: in the folder of a mirror, or in a bucket that many servers share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::fs::lock::LockGuard;
use crate::io::hosting::in_bucket::BucketRegistry;
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::checksum::Verified;
use crate::model::package::id::{CrateId, CrateName};

/// One hosted registry.
#[derive(Debug, Clone)]
pub enum HostedStore {
    Folder(Arc<RegistryStore>),
    Bucket(BucketRegistry),
}

/// The right to change a registry. In a bucket nobody has it alone: there each change is compared with what was read.
pub enum Held<'r> {
    Folder(&'r RegistryStore, LockGuard<'r>),
    Bucket(&'r BucketRegistry),
}

impl HostedStore {
    pub fn hold(&self) -> Result<Held<'_>> {
        Ok(match self {
            Self::Folder(store) => Held::Folder(store, store.hold()?),
            Self::Bucket(store) => Held::Bucket(store),
        })
    }

    /// Whether others may change the registry while this process does.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Bucket(_))
    }

    pub fn read_index(&self, name: &CrateName) -> Result<IndexFile> {
        match self {
            Self::Folder(store) => store.read_index(name),
            Self::Bucket(store) => store.read_index(name),
        }
    }

    /// A file to receive an upload in.
    pub fn incoming(&self) -> Result<StagedFile> {
        match self {
            Self::Folder(store) => store.incoming(),
            Self::Bucket(store) => store.here().incoming(),
        }
    }

    /// Every version, and whether it is yanked.
    pub fn versions(&self) -> Result<Vec<(CrateId, bool)>> {
        let mut versions: Vec<(CrateId, bool)> = match self {
            Self::Folder(store) => {
                let held = store.inventory()?.into_iter();
                held.map(|held| (held.id, held.yanked)).collect()
            }
            Self::Bucket(store) => {
                let lines = store.lines()?.into_iter();
                lines
                    .map(|line| (line.id().clone(), line.yanked()))
                    .collect()
            }
        };
        versions.sort();
        Ok(versions)
    }

    /// Where it is, as people are told.
    pub fn place(&self) -> PathBuf {
        match self {
            Self::Folder(store) => store.folder().to_owned(),
            Self::Bucket(store) => store.place(),
        }
    }
}

impl Held<'_> {
    /// Publishes one version: bytes, what `record` writes, the line. `admits` says whether the line may be added to what is
    /// there by then. `false`: it is there already.
    pub fn publish(
        &self,
        verified: Verified<StagedFile>,
        line: IndexLine,
        admits: &mut dyn FnMut(&IndexFile) -> Result<bool>,
        record: impl FnOnce() -> Result<()>,
    ) -> Result<bool> {
        match self {
            // Under the lock nothing has changed since it was asked.
            Self::Folder(store, held) => store.publish(held, verified, line, record).map(|()| true),
            Self::Bucket(store) => store.publish(&verified, &line, admits, record),
        }
    }

    /// A package that is published comes again: in a bucket its bytes are put back, where somebody has lost them.
    pub fn restore(&self, verified: &Verified<StagedFile>) -> Result<()> {
        match self {
            Self::Folder(..) => Ok(()),
            Self::Bucket(store) => store.restore(verified),
        }
    }

    /// Sets the value of `yanked` of one version. `None`: there is no such version; `Some(false)`: it was so before.
    pub fn set_yanked(&self, id: &CrateId, yanked: bool) -> Result<Option<bool>> {
        match self {
            Self::Folder(store, held) => store.set_yanked(held, id, yanked),
            Self::Bucket(store) => store.set_yanked(id, yanked),
        }
    }

    /// Takes versions of one crate out, their bytes into quarantine. Returns where those are, within the mirror.
    pub fn withdraw(&self, ids: &[CrateId], mirror: &Path) -> Result<Vec<String>> {
        match self {
            Self::Folder(store, held) => {
                let mut quarantine = Quarantine::new(mirror);
                store.withdraw(held, ids, &mut quarantine)?;
                Ok(quarantine.moved)
            }
            Self::Bucket(store) => store.withdraw(ids),
        }
    }
}
