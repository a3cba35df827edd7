//! A closure completed, source by source: registries, then git.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::io::access::private_names::PrivateNames;
use crate::io::store::git_check::CheckLevel;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::input::closure::{Closure, Wanted};
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, RegistrySource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git;
use crate::ops::fetch::index_lines::Lines;
use crate::ops::fetch::registry::RegistryFetch;
use crate::ops::fetch::report::FetchReport;

/// What completes closures, for inputs that share one config of cargo's.
pub struct ClosureFetcher {
    common: Context,
    /// The folder whose config of cargo's says where sources come from.
    folder: PathBuf,
    /// What fetches crates of crates.io; what the others are made after.
    crates_io: RegistryFetch,
    registries: Mutex<BTreeMap<RegistrySource, RegistryFetch>>,
}

impl ClosureFetcher {
    /// `store` is the one of crates.io.
    pub fn new(
        common: &Context,
        folder: PathBuf,
        access: Arc<UpstreamAccess>,
        store: Arc<RegistryStore>,
        check_archives: bool,
    ) -> Self {
        let crates_io = RegistryFetch {
            source: SourceId::CRATES_IO,
            store,
            access,
            watch: Arc::clone(&common.mirror.watch),
            jobs: common.upstream.jobs,
            check_archives,
            known: Arc::default(),
            hosted: None,
        };
        Self {
            common: common.clone(),
            folder,
            crates_io,
            registries: Mutex::default(),
        }
    }

    /// What fetches crates of crates.io.
    pub fn crates_io(&self) -> &RegistryFetch {
        &self.crates_io
    }

    /// What fetches crates of a registry.
    pub fn registry(&self, registry: &RegistrySource) -> Result<RegistryFetch> {
        if registry.is_crates_io() {
            return Ok(self.crates_io.clone());
        }
        let mut opened = self
            .registries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(fetch) = opened.get(registry) {
            return Ok(fetch.clone());
        }
        let access = UpstreamAccess::of_registry(&self.common, &self.folder, registry)?;
        let fetch = RegistryFetch {
            source: SourceId::from(registry),
            store: Arc::new(self.common.mirror.registry(registry)),
            access: Arc::new(access),
            known: Arc::default(),
            hosted: self.common.mirror.hosted_name(registry),
            ..self.crates_io.clone()
        };
        opened.insert(registry.clone(), fetch.clone());
        Ok(fetch)
    }

    /// The index lines of a closure's packages, by source; from now on they are known. Nothing is written.
    pub async fn learn_lines(&mut self, closure: &Closure) -> Result<BTreeMap<String, Arc<Lines>>> {
        let mut all = BTreeMap::new();
        for (registry, wanted) in &closure.registries {
            let fetch = self.registry(registry)?;
            let (public, _) = self.public(registry, wanted.clone())?;
            let lines = Arc::new(fetch.lines(&public).await?);
            all.insert(registry.folder(), Arc::clone(&lines));
            if registry.is_crates_io() {
                self.crates_io.known = lines;
                continue;
            }
            let known = RegistryFetch {
                known: lines,
                ..fetch
            };
            let opened = self.registries.get_mut();
            let opened = opened.unwrap_or_else(PoisonError::into_inner);
            opened.insert(registry.clone(), known);
        }
        Ok(all)
    }

    /// What fetches crates of this source, if it is a registry.
    pub fn of_source(&self, source: &SourceId) -> Option<RegistryFetch> {
        self.registry(source.registry()?).ok()
    }

    /// Fetches what is not there of git sources.
    pub async fn git(
        &self,
        wanted: &BTreeMap<GitSource, BTreeSet<CrateId>>,
    ) -> Result<FetchReport> {
        let registries = {
            let opened = self.registries.lock();
            let opened = opened.unwrap_or_else(PoisonError::into_inner);
            opened.keys().cloned().collect()
        };
        let from = git::From {
            store: Arc::clone(&self.crates_io.store),
            depth: CheckLevel::Seals,
            folder: self.folder.clone(),
            access: Arc::clone(&self.crates_io.access),
            registries,
        };
        git::complete(&self.common, from, wanted.clone()).await
    }

    /// Fetches what of a closure is not there. `check_archives`: nobody's lockfile vouches for its crates.
    pub async fn run(&self, closure: Closure, check_archives: bool) -> Result<FetchReport> {
        let with_care = |fetch: &RegistryFetch| RegistryFetch {
            check_archives: fetch.check_archives || check_archives,
            ..fetch.clone()
        };
        let mut done = FetchReport::default();
        for (registry, wanted) in closure.registries {
            let (public, private) = self.public(&registry, wanted)?;
            done.add(self.of_registry(&registry, public, &with_care).await?);
            for id in private {
                let error = Error::Hosting(HostingError::PrivateName(id.name.to_string()));
                done.add(FetchReport::failed(&SourceId::CRATES_IO, [id], error));
            }
        }
        if !closure.git.is_empty() {
            done.add(self.git(&closure.git).await?);
        }
        Ok(done)
    }

    /// What may be asked of a registry, and what of crates.io may not: its names are private.
    fn public(
        &self,
        registry: &RegistrySource,
        wanted: Vec<Wanted>,
    ) -> Result<(Vec<Wanted>, Vec<CrateId>)> {
        if !registry.is_crates_io() {
            return Ok((wanted, Vec::new()));
        }
        let names = PrivateNames::read(&self.common.mirror.folder)?;
        let is_public = |wanted: &Wanted| names.why(&wanted.id.name).is_none();
        let (public, private): (Vec<Wanted>, Vec<Wanted>) = wanted.into_iter().partition(is_public);
        Ok((
            public,
            private.into_iter().map(|wanted| wanted.id).collect(),
        ))
    }

    async fn of_registry(
        &self,
        registry: &RegistrySource,
        wanted: Vec<Wanted>,
        with_care: &impl Fn(&RegistryFetch) -> RegistryFetch,
    ) -> Result<FetchReport> {
        match self.registry(registry) {
            Ok(fetch) => with_care(&fetch).run(wanted).await,
            Err(error) => {
                let source = SourceId::from(registry);
                let packages = wanted.into_iter().map(|wanted| wanted.id);
                Ok(FetchReport::failed(&source, packages, error))
            }
        }
    }

    /// Brings what was written to the disk for certain.
    pub fn sync(&self) -> Result<()> {
        let opened = self
            .registries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for fetch in opened.values() {
            fetch.store.sync()?;
        }
        self.crates_io.store.sync()
    }
}
