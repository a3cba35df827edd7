//! What all requests share.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::{Request, Version};
use tokio::runtime::Handle;
use url::Url;

use crate::io::mirror::layout::{Mirror, has_registry, registry_marker};
use crate::io::mirror::pruned::Pruned;
use crate::model::package::id::CrateName;
use crate::model::settings::web::WebSettings;
use crate::ops::context::options::Context;
use crate::serve::admit::forwarded::{self, Front};
use crate::serve::admit::limits::Limits;
use crate::serve::admit::peer::Peer;
use crate::serve::admit::token_file::AccessControl;
use crate::serve::answer::body::HttpError;
use crate::serve::answer::cache::Cache;
use crate::serve::answer::cached::CachedAnswer;
use crate::serve::answer::pages::PageCache;
use crate::serve::answer::recheck::Rechecks;
use crate::serve::answer::single_flight::{Flight, SingleFlight};
use crate::serve::metrics::counters::Stats;
use crate::serve::metrics::history::Recorder;
use crate::serve::registry::catalogue::Searches;
use crate::serve::registry::download::InFlight;
use crate::serve::registry::hosted::Hosting;
use crate::serve::registry::notices::{Matter, Notices};
use crate::serve::registry::pass_through::Through;
use crate::serve::registry::place::Place;
use crate::serve::registry::prefetch::Prefetching;
use crate::serve::registry::shared_bucket::Share;
use crate::serve::registry::source::Source;

/// Everything that requests share.
pub struct ServerState {
    pub common: Context,
    /// When it started, by its clock's time since its own start.
    pub started: Duration,
    /// Runs work that outlives the client that asked for it.
    pub runtime: Handle,
    pub cache: Cache,
    pub crates_io: Arc<Source>,
    /// The other registries, by name: those that are pulled through, and those of the mirror that were asked for.
    pub registries: RwLock<HashMap<String, Arc<Source>>>,
    pub under_way: SingleFlight<String, Outcome>,
    pub absent: NegativeCache,
    pub access: AccessControl,
    pub hosting: Hosting,
    pub searches: Searches,
    pub limits: Arc<Limits>,
    pub stats: Arc<Stats>,
    /// What was counted over the last day and month.
    pub recorder: Recorder,
    pub rechecks: Rechecks,
    /// Index files that upstream was asked about no later than this moment are asked about again.
    pub refreshed: AtomicU64,
    pub pruned: Pruned,
    pub notices: Notices,
    /// When storing has failed, in milliseconds since the start; 0 since it went well.
    pub store_failed: AtomicU64,
    /// When something was last evicted because the disk was full, in milliseconds since the start; 0 if that is long ago.
    pub room_made: AtomicU64,
    pub front: Front,
    pub prefetching: Arc<Prefetching>,
    pub web: WebSettings,
    /// Whether pages show readmes.
    pub readmes: bool,
    pub made_pages: PageCache,
    /// The bucket that servers share.
    pub share: Option<Arc<Share>>,
}

/// The result of a request for an index file or a crate.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Without asking upstream.
    Cached(Arc<CachedAnswer>),
    /// Upstream was asked.
    Fetched(Arc<CachedAnswer>),
    InFlight(InFlight),
    /// It is in the bucket, and clients may have it there.
    Elsewhere(Arc<Url>),
    /// It cannot be stored, and is too large for memory.
    Through(Through),
    Failed(HttpError),
}

/// Negative cache: what upstream does not have, for some seconds.
#[derive(Debug, Default)]
pub struct NegativeCache {
    known: Mutex<HashMap<String, (u64, HttpError)>>,
    /// Grows at each invalidation: `remember` drops an answer that was requested before the latest one.
    changes: AtomicU64,
}

impl NegativeCache {
    /// Lifetime of an entry in milliseconds; a crate published upstream stays hidden at most that long.
    const SPAN: u64 = 5_000;
    /// More than this are not remembered at once.
    const MOST: usize = 10_000;

    /// To be taken before upstream is asked, and given to [`Self::remember`].
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// `now` is [`ServerState::now`].
    pub fn remember(&self, path: &str, trouble: HttpError, now: u64, changes: u64) {
        let mut known = self.known();
        if changes != self.changes() {
            return;
        }
        if known.len() >= Self::MOST {
            known.retain(|_, (since, _)| now.saturating_sub(*since) < Self::SPAN);
        }
        if known.len() < Self::MOST {
            known.insert(path.to_owned(), (now, trouble));
        }
    }

    pub fn forget(&self, path: &str) {
        self.known().remove(path);
    }

    /// Forgets a crate of a source and all of its versions: its index file has changed.
    /// `prefix` is where its addresses begin.
    pub fn forget_crate(&self, prefix: &str, name: &CrateName) {
        let mut known = self.known();
        self.changes.fetch_add(1, Ordering::SeqCst);
        if known.is_empty() {
            return;
        }
        let index = format!("/{prefix}/index/{}", name.index_path());
        let crates = format!("/{prefix}/dl/{name}/");
        // Also under a key of another kind of lookup, which begins with the path.
        known.retain(|path, _| {
            let path = path.split(' ').next().unwrap_or_default();
            path != index && !path.starts_with(&crates)
        });
    }

    pub fn clear(&self) {
        let mut known = self.known();
        self.changes.fetch_add(1, Ordering::SeqCst);
        known.clear();
    }

    pub fn recall(&self, path: &str, now: u64) -> Option<HttpError> {
        let known = self.known();
        let (since, trouble) = known.get(path)?;
        (now.saturating_sub(*since) < Self::SPAN).then(|| trouble.clone())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (u64, HttpError)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerState {
    pub fn uptime(&self) -> Duration {
        self.common
            .mirror
            .clock
            .elapsed()
            .saturating_sub(self.started)
    }

    /// Milliseconds since the start.
    pub fn now(&self) -> u64 {
        millis(self.uptime())
    }

    /// The outcome for a path: work on it is shared by all requests that wait for it.
    pub async fn once<F>(
        &self,
        path: &str,
        work: impl FnOnce(Flight<String, Outcome>) -> F,
    ) -> Outcome
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(trouble) = self.absent.recall(path, self.now()) {
            return Outcome::Failed(trouble);
        }
        let outcome = self
            .under_way
            .join(&self.runtime, &path.to_owned(), work)
            .await;
        outcome.unwrap_or_else(|| Outcome::Failed(HttpError::later("it broke; ask again")))
    }

    /// A source by the start of its addresses; `None` where the mirror has no such folder.
    pub fn source(&self, place: Place<'_>) -> Option<Arc<Source>> {
        let Place::Registry(name) = place else {
            return Some(Arc::clone(&self.crates_io));
        };
        let known = self
            .registries
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = known.get(name) {
            return Some(Arc::clone(source));
        }
        drop(known);
        let folder = place.folder().into_owned();
        if self.sources().iter().any(|source| source.folder == folder) {
            // It is served by the name that the settings give it. Under two addresses one would be stale.
            return None;
        }
        let store = self.common.mirror.source(&folder);
        // Under another spelling it would be another registry, and an open one.
        if !store.folder().is_dir() || !has_registry(&self.common.mirror.folder, name) {
            return None;
        }
        // Who may read it, only the bucket says that hosts it.
        let mark = Mirror::at(&self.common.mirror.folder).copy_of_hosted(name);
        if mark.exists() && !registry_marker(&self.common.mirror.folder, name).is_file() {
            return None;
        }
        let source = Arc::new(Source::of_folder(&self.common.mirror.folder, folder, store));
        let mut known = self
            .registries
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(known.entry(name.to_owned()).or_insert(source)))
    }

    /// Serves registries that have come since the start.
    pub fn serve_too(&self, sources: Vec<Arc<Source>>) {
        let mut known = self
            .registries
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for source in sources {
            let name = source.folder.strip_prefix("registries/");
            let name = name.unwrap_or(&source.folder).to_owned();
            known.insert(name, source);
        }
    }

    /// The source that the path of a cached answer speaks of.
    pub fn source_at(&self, path: &str) -> Arc<Source> {
        let name = path.strip_prefix("/registries/");
        let name = name.and_then(|rest| rest.split('/').next());
        let source = name.and_then(|name| self.source(Place::Registry(name)));
        source.unwrap_or_else(|| Arc::clone(&self.crates_io))
    }

    /// All that are known.
    pub fn sources(&self) -> Vec<Arc<Source>> {
        let known = self.registries.read();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        let others = known.values().map(Arc::clone);
        std::iter::once(Arc::clone(&self.crates_io))
            .chain(others)
            .collect()
    }

    /// The base URL under which the client of this request finds the server. `None`: its host is missing or invalid.
    pub fn base(&self, request: &Request<Incoming>, peer: Peer) -> Option<String> {
        if let Some(public) = &self.front.public {
            return Some(public.clone());
        }
        let headers = request.headers();
        let said = if self.front.trusts(peer.address) {
            forwarded::said(headers)
        } else {
            if forwarded::names_another_place(headers) {
                self.notices.wrong(
                    &self.common.mirror.watch,
                    Matter::Forwarded,
                    "a proxy in front says where clients find this server (X-Forwarded-* or Forwarded), and it is not believed: \
                     clients are sent to the address that the proxy asks at",
                    Some(
                        "name where clients find the server with --public-url, or the proxy's address with --trusted-proxy"
                            .to_owned(),
                    ),
                );
            }
            forwarded::Said::default()
        };
        let scheme = if peer.tls { "https" } else { "http" };
        let scheme = said.scheme.unwrap_or(scheme);
        let authority = request.uri().authority().map(http::uri::Authority::as_str);
        let header = || request.headers().get(HOST)?.to_str().ok();
        // HTTP/1.0 has no Host: then the client finds the server where it has connected to.
        let connected = peer
            .local
            .filter(|_| request.version() < Version::HTTP_11)
            .map(|local| SocketAddr::new(local.ip().to_canonical(), local.port()).to_string());
        let host = said.host.as_deref().or(authority).or_else(header);
        let host = host.or(connected.as_deref())?;
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let sound = !host.is_empty() && host.len() <= 255 && host.bytes().all(sound);
        sound.then(|| format!("{scheme}://{host}{}", said.path))
    }
}

pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 2)
}
