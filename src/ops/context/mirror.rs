//! A mirror's folder, as verbs use it.

use std::path::PathBuf;

use crate::io::access::private_names::PrivateNames;
use crate::io::access::store::AccessStore;
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::clock::Clock;
use crate::io::mirror::hosting::{HostedFolders, folder_of};
use crate::io::mirror::in_use::{self, InUse, Use};
use crate::io::mirror::roots::RootStore;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::event::{Event, Watch};
use crate::model::input::closure::Closure;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::{CRATES_IO_FOLDER, RegistrySource};

/// Where a mirror is, how it is written, who is told, and what time it is.
#[derive(Clone)]
pub struct OpenMirror {
    /// An absolute path. The folder may not exist yet.
    pub folder: PathBuf,
    pub clock: Clock,
    /// Whether what is written is on the disk before success is reported.
    pub flush: bool,
    pub watch: Watch,
    /// The bucket that has accounts and hosted registries, in place of the folder.
    pub hosts: Option<WaitingBucket>,
}

impl OpenMirror {
    /// The folder of crates.io.
    pub fn store(&self) -> RegistryStore {
        self.source(CRATES_IO_FOLDER)
    }

    /// The folder of a source in the mirror.
    pub fn source(&self, folder: &str) -> RegistryStore {
        let store = RegistryStore::source(&self.folder, folder).with_events(&self.watch);
        if self.flush {
            store
        } else {
            store.without_flushing()
        }
    }

    /// The folder of a registry in the mirror. One that is hosted here may be meant by its own address.
    pub fn registry(&self, registry: &RegistrySource) -> RegistryStore {
        match self.hosted_name(registry) {
            Some(name) => self.source(&folder_of(&name)),
            None => self.source(&registry.folder()),
        }
    }

    /// The name of a registry, if it is one that this mirror hosts.
    pub fn hosted_name(&self, registry: &RegistrySource) -> Option<String> {
        if registry.is_crates_io() {
            return None;
        }
        let name = self.hosted_folders().name_of(registry.as_str())?.to_owned();
        Some(name)
    }

    /// The registries that this mirror hosts. Where a marker cannot be read, what the registry's commands say of it is enough.
    pub fn hosted_folders(&self) -> HostedFolders {
        HostedFolders::read(&self.folder).unwrap_or_default()
    }

    /// The sources of a closure besides crates.io, each with its folder in this mirror.
    pub fn sources_of(&self, closure: &Closure) -> Vec<ReplacedSource> {
        self.hosted_folders()
            .placed(ReplacedSource::of_closure(closure))
    }

    pub fn records(&self) -> RootStore {
        self.store().records()
    }

    /// Users, teams, tokens, owners, the audit log.
    pub fn accounts(&self) -> Result<AccessStore> {
        match &self.hosts {
            None => Ok(AccessStore::open(&self.folder)),
            Some(bucket) => AccessStore::in_bucket(bucket),
        }
    }

    /// The names that crates.io is not asked for.
    pub fn private_names(&self) -> Result<PrivateNames> {
        match &self.hosts {
            None => PrivateNames::read(&self.folder),
            Some(bucket) => PrivateNames::in_bucket(bucket, &self.folder),
        }
    }

    /// Waits until the mirror may be used so, and says so where it takes long.
    pub fn in_use(&self, how: Use) -> Result<InUse> {
        in_use::in_use(&self.folder, how, |path, limit| {
            (self.watch)(&Event::Waiting {
                lock: path.to_owned(),
                seconds: limit.as_secs(),
            });
        })
    }
}
