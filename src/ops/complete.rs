//! A closure completed, source by source: crates.io, other registries, git.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::io::git_look::Depth;
use crate::io::store::Store;
use crate::model::error::Result;
use crate::model::plan::{Closure, Wanted};
use crate::model::source::{RegistrySource, SourceId};
use crate::ops::access::{Access, Common};
use crate::ops::fetch::{Fetch, Fetched};
use crate::ops::git;

/// What completes closures, for inputs that share one config of cargo's.
pub struct Completion {
    common: Common,
    /// The folder whose config of cargo's says where sources come from.
    folder: PathBuf,
    crates_io: Fetch,
    registries: Mutex<BTreeMap<RegistrySource, Fetch>>,
}

impl Completion {
    /// `store` is the one of crates.io.
    pub fn new(
        common: &Common,
        folder: PathBuf,
        access: Arc<Access>,
        store: Arc<Store>,
        check_archives: bool,
    ) -> Self {
        let crates_io = Fetch {
            source: SourceId::CratesIo,
            store,
            access,
            watch: Arc::clone(&common.watch),
            jobs: common.jobs,
            check_archives,
        };
        Self {
            common: common.clone(),
            folder,
            crates_io,
            registries: Mutex::default(),
        }
    }

    /// What fetches crates of crates.io.
    pub fn crates_io(&self) -> &Fetch {
        &self.crates_io
    }

    /// What fetches crates of another registry.
    pub fn registry(&self, registry: &RegistrySource) -> Result<Fetch> {
        let mut opened = self
            .registries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(fetch) = opened.get(registry) {
            return Ok(fetch.clone());
        }
        let access = Access::of_registry(&self.common, &self.folder, registry)?;
        let fetch = Fetch {
            source: SourceId::Registry(registry.as_str().to_owned()),
            store: Arc::new(self.common.registry(registry)),
            access: Arc::new(access),
            ..self.crates_io.clone()
        };
        opened.insert(registry.clone(), fetch.clone());
        Ok(fetch)
    }

    /// Fetches what of a closure is not there. `careful`: nobody's lockfile vouches for its crates.
    pub async fn run(&self, closure: Closure, careful: bool) -> Result<Fetched> {
        let with_care = |fetch: &Fetch| Fetch {
            check_archives: fetch.check_archives || careful,
            ..fetch.clone()
        };
        let registries: Vec<RegistrySource> = closure.registries.keys().cloned().collect();
        let mut done = with_care(&self.crates_io).run(closure.wanted).await?;
        for (registry, wanted) in closure.registries {
            done.add(self.of_registry(&registry, wanted, &with_care).await?);
        }
        if !closure.git.is_empty() {
            let from = git::From {
                store: Arc::clone(&self.crates_io.store),
                depth: Depth::Seals,
                folder: self.folder.clone(),
                access: Arc::clone(&self.crates_io.access),
                registries,
            };
            done.add(git::complete(&self.common, from, closure.git).await?);
        }
        Ok(done)
    }

    async fn of_registry(
        &self,
        registry: &RegistrySource,
        wanted: Vec<Wanted>,
        with_care: &impl Fn(&Fetch) -> Fetch,
    ) -> Result<Fetched> {
        match self.registry(registry) {
            Ok(fetch) => with_care(&fetch).run(wanted).await,
            Err(error) => {
                let source = SourceId::Registry(registry.as_str().to_owned());
                let packages = wanted.into_iter().map(|wanted| wanted.id);
                Ok(Fetched::failed(source, packages, error))
            }
        }
    }

    /// Brings what was written to the disk for certain.
    pub fn settle(&self) -> Result<()> {
        let opened = self
            .registries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for fetch in opened.values() {
            fetch.store.settle()?;
        }
        self.crates_io.store.settle()
    }
}
