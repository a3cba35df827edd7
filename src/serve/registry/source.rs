//! A registry that is served: its folder in the mirror, and the way to where its crates come from.

use std::path::Path;
use std::sync::{Arc, RwLock, Weak};
use std::time::Duration;

use crate::io::catalog::base::OpenFor;
use crate::io::fs::file;
use crate::io::mirror::hosting::folder_of;
use crate::io::mirror::index_cache::IndexCache;
use crate::io::mirror::layout::Mirror;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::index::file::IndexLine;
use crate::model::package::checksum::Verified;
use crate::model::package::id::CrateId;
use crate::model::source::id::RegistrySource;
use crate::ops::catalog::keep::Keeper;
use crate::ops::context::options::Context;
use crate::ops::gc::evict;
use crate::serve::metrics::counters::Stats;
use crate::serve::metrics::usage::Usage;
use crate::serve::registry::notices::Notices;
use crate::serve::registry::shared_bucket::{Share, SharedRegistry};
use crate::serve::registry::state::ServerState;
use crate::serve::registry::upstream::RegistryUpstream;
use crate::serve::registry::withdrawn::{Deleted, Withdrawn};
use crate::serve::registry::writer::{Writer, WriterConfig};

/// A registry that is served.
pub struct Source {
    /// Its folder in the mirror.
    pub folder: String,
    /// The registry that stands behind it, where settings name it besides crates.io.
    pub original: Option<RegistrySource>,
    /// Where its addresses begin: the folder, or `registries/<name>` by the name that the settings give it.
    pub prefix: String,
    pub store: Arc<RegistryStore>,
    pub usage: Arc<Usage>,
    /// `None`: what is in the mirror is all there is.
    pub pull: Option<RegistryUpstream>,
    /// The same registry in the bucket that servers share.
    pub shared: Option<Arc<SharedRegistry>>,
    /// Stores what is fetched. `None`: nothing is.
    pub writer: Option<Writer>,
    /// How long an index file is served before upstream is asked again.
    pub refresh: Duration,
    pub withdrawn: Withdrawn,
    /// Whether its readers need a token, whatever the other registries are.
    pub closed: bool,
    /// Whether it is a hosted registry of the bucket that servers share: what others publish there is seen at once.
    pub hosted: bool,
    /// What is wrong with its upstream.
    pub notices: Notices,
    /// What can be searched for.
    pub catalog: Keeper,
}

/// A registry that crates are pulled from, besides crates.io.
#[derive(Debug, Clone)]
pub struct PulledRegistry {
    /// Its addresses begin with `registries/<name>`.
    pub name: String,
    pub registry: RegistrySource,
    /// Else as for crates.io.
    pub refresh: Option<Duration>,
    pub limits: evict::Limits,
    /// Whether its readers need a token.
    pub closed: bool,
}

/// How a source is opened.
#[derive(Clone)]
pub struct SourceOptions {
    pub registry: RegistrySource,
    pub prefix: String,
    pub refresh: Duration,
    pub limits: evict::Limits,
    pub deleted: Deleted,
    pub closed: bool,
    /// Whether it is one of the registries that the shared bucket hosts.
    pub hosted: bool,
    /// Whether upstream is asked.
    pub pulls: bool,
    /// The bucket that servers share.
    pub share: Option<Arc<Share>>,
}

/// The state, for what is made before it.
pub type Late = Arc<RwLock<Weak<ServerState>>>;

impl Source {
    pub fn open(
        common: &Context,
        options: SourceOptions,
        counters: &Arc<Stats>,
        whole: &Late,
    ) -> Result<Self> {
        let pull = options
            .pulls
            .then(|| RegistryUpstream::open(common, &options.registry, options.refresh))
            .transpose()?;
        let (folder, counted) = (options.registry.folder(), options.registry.name());
        Self::of_pull(common, (folder, counted), pull, options, (counters, whole))
    }

    /// A hosted registry in the bucket that servers share: what is asked for is read from there, and kept in the mirror of
    /// this server.
    pub fn of_bucket(
        common: &Context,
        name: &str,
        upstream: Upstream,
        limits: evict::Limits,
        (counters, whole): (&Arc<Stats>, &Late),
    ) -> Result<Self> {
        let folder = folder_of(name);
        // What another bucket has under the same name is something else.
        let bucket = common
            .mirror
            .hosts
            .as_ref()
            .map(|bucket| bucket.address.to_string());
        let key = format!("{}/{folder}", bucket.unwrap_or_default());
        let pull = RegistryUpstream::fixed(common, key, upstream);
        let options = SourceOptions {
            // Not asked.
            registry: RegistrySource::CratesIo,
            prefix: folder.clone(),
            refresh: Duration::ZERO,
            limits,
            // What is removed is gone everywhere.
            deleted: Deleted::Deny,
            closed: false,
            hosted: true,
            pulls: true,
            share: None,
        };
        // First of all: without the bucket nobody knows who may read it.
        let mark = Mirror::at(&common.mirror.folder).copy_of_hosted(name);
        file::create_dir_all(mark.parent().unwrap_or(&mark))?;
        file::replace_own(&mark, b"")?;
        let names = (folder, name.to_owned());
        Self::of_pull(common, names, Some(pull), options, (counters, whole))
    }

    fn of_pull(
        common: &Context,
        (folder, counted): (String, String),
        pull: Option<RegistryUpstream>,
        options: SourceOptions,
        (counters, whole): (&Arc<Stats>, &Late),
    ) -> Result<Self> {
        let store = Arc::new(common.mirror.source(&folder));
        if pull.is_some() {
            store.create()?;
        }
        let catalog = Keeper::new(
            &common.mirror.folder,
            &folder,
            Arc::clone(&store),
            OpenFor::Much,
        );
        let usage = Arc::new(Usage::load(&common.mirror.folder, &counted));
        let kept = pull.as_ref().map_or_else(
            || IndexCache::of(&common.mirror.folder, ""),
            |pull| pull.kept.clone(),
        );
        let writer = Writer::start(WriterConfig {
            common: common.clone(),
            store: Arc::clone(&store),
            counted,
            kept,
            stores: pull.is_some(),
            limits: options.limits,
            usage: Arc::clone(&usage),
            stats: Arc::clone(counters),
            gone: on_eviction(whole, options.prefix.clone()),
            made_room: on_made_room(whole),
            failed: on_write_error(whole),
        })?;
        let shared = options.share.as_ref();
        let shared =
            shared.map(|share| Arc::new(SharedRegistry::new(share, &folder, &common.mirror.watch)));
        Ok(Self {
            folder,
            original: Some(options.registry).filter(|registry| !registry.is_crates_io()),
            prefix: options.prefix,
            store,
            usage,
            pull,
            shared,
            writer: Some(writer),
            refresh: options.refresh,
            withdrawn: Withdrawn::new(options.deleted),
            closed: options.closed,
            hosted: options.hosted,
            notices: Notices::default(),
            catalog,
        })
    }

    /// A folder of the mirror that is served as it is.
    pub fn of_folder(mirror: &Path, folder: String, store: RegistryStore) -> Self {
        let store = Arc::new(store);
        Self {
            catalog: Keeper::new(mirror, &folder, Arc::clone(&store), OpenFor::Much),
            prefix: folder.clone(),
            folder,
            original: None,
            store,
            usage: Arc::default(),
            pull: None,
            shared: None,
            writer: None,
            refresh: Duration::ZERO,
            withdrawn: Withdrawn::new(Deleted::Keep),
            closed: false,
            hosted: false,
            notices: Notices::default(),
        }
    }

    /// Puts a crate into the mirror (see [`Writer::store`]).
    pub async fn keep(&self, verified: Verified<StagedFile>, line: IndexLine) -> Result<()> {
        match &self.writer {
            Some(writer) => writer.store(verified, line).await,
            // Only a source with a writer fetches anything.
            None => Err(Error::Interrupted),
        }
    }

    /// The path of a crate's download.
    pub fn crate_path(&self, id: &CrateId) -> String {
        format!("/{}/dl/{}/{}/download", self.prefix, id.name, id.version)
    }
}

fn on_eviction(whole: &Late, prefix: String) -> Box<dyn Fn(&CrateId) + Send> {
    let whole = Arc::clone(whole);
    Box::new(move |id| {
        let state = whole.read().ok().and_then(|whole| whole.upgrade());
        if let Some(state) = state {
            let path = format!("/{prefix}/dl/{}/{}/download", id.name, id.version);
            state.cache.forget(&path);
        }
    })
}

fn on_made_room(whole: &Late) -> Box<dyn Fn(&Error) + Send> {
    let whole = Arc::clone(whole);
    Box::new(move |error| {
        let state = whole.read().ok().and_then(|whole| whole.upgrade());
        if let Some(state) = state {
            state.made_room(error);
        }
    })
}

fn on_write_error(whole: &Late) -> Box<dyn Fn(&Error) + Send> {
    let whole = Arc::clone(whole);
    Box::new(move |error| {
        let state = whole.read().ok().and_then(|whole| whole.upgrade());
        if let Some(state) = state {
            state.stored(Some(error));
        }
    })
}
