//! The bucket that many servers share: the second tier, between this server's own mirror and upstream.
//!
//! ```text
//! here, else in the bucket, else upstream          a crate that is asked for
//! claim -> upstream -> here -> bytes -> line       what the bucket lacks: one server fetches it, the others wait for it
//! ```
//!
//! Nothing in the bucket is ever overwritten: other bytes under a name are an alarm. While somebody has the bucket alone,
//! servers go on to serve and to fetch, and add to it when it is free again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use url::Url;

use crate::io::bucket::counted::{BucketCounts, CountedClient};
use crate::io::bucket::lease::AdderLease;
use crate::io::bucket::objects::{
    Condition, Fetched, ObjectClient, ObjectKind, ObjectRevision, PutOutcome,
};
use crate::io::bucket::probe::probe;
use crate::io::bucket::store::{BucketStore, WholeCrate, pause};
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::mirror::layout::claim_key;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::io::upstream::bucket::BucketUpstream;
use crate::io::upstream::registry::Upstream;
use crate::io::upstream::relay::{InflightDownload, is_absent};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::event::Watch;
use crate::model::index::file::{Change, IndexFile, IndexLine, find_line};
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;
use crate::ops::bucket::open::{Endpoints, OpenBucket, host};
use crate::ops::context::options::Context;
use crate::serve::answer::body::blocking;
use crate::serve::registry::notices::Matter;
use crate::serve::registry::state::ServerState;

/// How long another server's fetch is waited for. A client of cargo's waits 30 seconds.
const WAIT: Duration = Duration::from_secs(10);
/// Writes to the bucket under way at once.
const AT_ONCE: usize = 32;
/// How long a link holds: 403 is the end for cargo, so it must outlive a slow download and a queue before it.
const HOLDS: Duration = Duration::from_mins(20);
/// Index objects whose last text is kept in memory.
const KEPT: usize = 20_000;
/// How long an answer of the bucket stands for `readyz`.
const FRESH: u64 = 10_000;
/// How far the clocks of servers and of the store may be apart.
const SKEW: Duration = Duration::from_mins(5);
/// How long a write waits while somebody has the bucket alone.
const PATIENCE: Duration = Duration::from_mins(15);

/// Whether clients are sent to the bucket for what is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirect {
    Never,
    /// Where it was said how clients reach the store.
    Auto,
    Always,
}

/// The bucket that is shared, as the settings have it.
#[derive(Debug, Clone)]
pub struct ShareOptions {
    pub url: String,
    pub endpoints: Endpoints,
    pub redirect: Redirect,
    /// Smaller crates are served from here.
    pub redirect_above: u64,
}

/// The shared bucket of a server.
#[derive(Debug)]
pub struct Share {
    bucket: OpenBucket,
    lease: Mutex<Option<AdderLease>>,
    options: ShareOptions,
    turns: Semaphore,
    /// Writes that are not done.
    pub pending: AtomicUsize,
    /// When the bucket last answered, in milliseconds since the start, and whether it did.
    looked: Mutex<Option<(u64, bool)>>,
    pub hits: AtomicU64,
    pub added: AtomicU64,
    pub counts: Arc<BucketCounts>,
}

impl Share {
    /// Opens the bucket; fails where it does not keep two writers apart.
    pub async fn open(common: &Context, options: ShareOptions) -> Result<Arc<Self>> {
        let counts = Arc::new(BucketCounts::default());
        let opened = OpenBucket::open(common, &options.url, &options.endpoints)?;
        let bucket = OpenBucket {
            client: Arc::new(CountedClient::new(opened.client, &counts)),
            address: opened.address,
        };
        let found = probe(&bucket.client).await?;
        found.must_be_shared(&bucket.address.to_string())?;
        let lease = AdderLease::begin(&bucket.client, &host(&common.place.environment)).await?;
        Ok(Arc::new(Self {
            bucket,
            lease: Mutex::new(Some(lease)),
            options,
            turns: Semaphore::new(AT_ONCE),
            pending: AtomicUsize::new(0),
            looked: Mutex::default(),
            hits: AtomicU64::new(0),
            added: AtomicU64::new(0),
            counts,
        }))
    }

    /// Lets go of the bucket.
    pub async fn end(&self) {
        let lease = self.lease.lock();
        let lease = lease.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(lease) = lease {
            lease.end().await;
        }
    }

    /// Whether the bucket answers; it is asked every some seconds. `now` is that of the server.
    pub async fn answers(&self, now: u64) -> bool {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, answered)) = looked
            && now.saturating_sub(at) < FRESH
        {
            return answered;
        }
        let key = "crates-io/index/config.json";
        let asked = tokio::time::timeout(Duration::from_secs(5), self.bucket.client.head(key));
        let answered = asked.await.is_ok_and(|head| head.is_ok());
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, answered));
        answered
    }

    pub fn client(&self) -> &Arc<dyn ObjectClient> {
        &self.bucket.client
    }

    /// The bucket for accounts and hosted registries.
    pub fn waiting(&self) -> WaitingBucket {
        let bucket = &self.bucket;
        WaitingBucket::new(&bucket.client, &bucket.address, Handle::current())
    }
}

/// One registry of the shared bucket.
#[derive(Debug)]
pub struct SharedRegistry {
    share: Arc<Share>,
    store: BucketStore,
    upstream: Upstream,
    known: Mutex<HashMap<CrateName, KnownLines>>,
}

#[derive(Debug, Clone)]
struct KnownLines {
    revision: ObjectRevision,
    modified: Timestamp,
    text: Bytes,
}

/// What came of asking the bucket for a crate.
pub enum FromBucket {
    Came(Verified<StagedFile>),
    /// It is to be fetched from upstream, by this server if it has the claim.
    Lacks(Option<Claim>),
    Failed(Error),
}

/// A claim object in the bucket: this server fetches the crate from upstream, other servers wait for it.
#[derive(Debug)]
pub struct Claim {
    client: Arc<dyn ObjectClient>,
    key: String,
}

impl Claim {
    /// The crate is in the bucket, or will not come.
    pub async fn end(self) {
        let _ = self.client.delete(&self.key).await;
    }
}

impl SharedRegistry {
    pub fn new(share: &Arc<Share>, folder: &str, watch: &Watch) -> Self {
        let store = share.bucket.registry(folder);
        let address = share.bucket.address.clone();
        let upstream = BucketUpstream::new(store.clone(), address, Arc::clone(watch));
        Self {
            share: Arc::clone(share),
            store,
            upstream: Upstream::Bucket(Box::new(upstream)),
            known: Mutex::default(),
        }
    }

    /// The text of an index object, and when it was written, by the store's clock. Nothing is sent that is known.
    async fn text(&self, name: &CrateName) -> Result<Option<KnownLines>> {
        let known = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(name).cloned()
        };
        let revision = known.as_ref().map(|known| &known.revision);
        Ok(match self.store.index_text(name, revision).await? {
            Fetched::Unchanged => known,
            Fetched::Absent => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.remove(name);
                None
            }
            Fetched::Whole(text, info) => {
                let now = KnownLines {
                    revision: info.revision,
                    modified: info.modified,
                    text,
                };
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= KEPT {
                    known.clear();
                }
                known.insert(name.clone(), now.clone());
                Some(now)
            }
        })
    }

    /// The lines of a crate in the bucket.
    pub async fn lines(&self, name: &CrateName) -> Result<Vec<IndexLine>> {
        let text = self.text(name).await?;
        Ok(text.map_or_else(Vec::new, |known| {
            IndexFile::parse(&known.text).lines().to_vec()
        }))
    }

    /// The bucket's lines, if written at least `SKEW` before `checked`: upstream's answer of that time covers them.
    pub async fn settled_lines(&self, name: &CrateName, checked: Timestamp) -> Vec<IndexLine> {
        // A bucket that cannot be read is no reason to keep upstream's lines from a client.
        let Ok(Some(known)) = self.text(name).await else {
            return Vec::new();
        };
        if checked.since(known.modified) < SKEW {
            return Vec::new();
        }
        IndexFile::parse(&known.text).lines().to_vec()
    }

    pub async fn line(&self, id: &CrateId) -> Option<IndexLine> {
        let known = self.text(&id.name).await.ok()??;
        find_line(&known.text, id, None)
    }

    /// Where a client may have a crate from the bucket itself, if it is to.
    pub async fn link(&self, id: &CrateId) -> Option<Url> {
        let options = &self.share.options;
        let sends = match options.redirect {
            Redirect::Never => false,
            Redirect::Auto => options.endpoints.public.is_some(),
            Redirect::Always => true,
        };
        if !sends {
            return None;
        }
        let key = self.store.crate_key(id);
        let head = self.share.client().head(&key).await.ok()??;
        if head.length < options.redirect_above {
            return None;
        }
        self.share.client().sign(&key, HOLDS).await.ok()?
    }

    /// A crate out of the bucket. What it lacks is fetched by one server: the others wait for it some seconds.
    pub async fn fetch(
        &self,
        here: &Arc<RegistryStore>,
        id: &CrateId,
        checksum: Sha256,
        arriving: &InflightDownload,
    ) -> FromBucket {
        let begun = Instant::now();
        loop {
            let error = match self.upstream.relay(here, id, checksum, arriving).await {
                Ok(verified) => {
                    self.share.hits.fetch_add(1, Ordering::Relaxed);
                    return FromBucket::Came(verified);
                }
                Err(error) => error,
            };
            if !arriving.start_anew() {
                // A reader has some of it already.
                return FromBucket::Failed(error);
            }
            if !is_absent(&error) {
                return FromBucket::Lacks(None);
            }
            match self.claim(id).await {
                Ok(Some(claim)) => return FromBucket::Lacks(Some(claim)),
                Ok(None) => {}
                Err(_) => return FromBucket::Lacks(None),
            }
            if !self.comes(id, begun).await {
                // Whoever has the claim may have died: it is nobody's from now on.
                let _ = self.share.client().delete(&self.claim_key(id)).await;
                return FromBucket::Lacks(None);
            }
        }
    }

    fn claim_key(&self, id: &CrateId) -> String {
        claim_key(&self.store.crate_key(id))
    }

    /// `None`: another server has it.
    async fn claim(&self, id: &CrateId) -> Result<Option<Claim>> {
        let key = self.claim_key(id);
        let client = self.share.client();
        let put = client.put(&key, Bytes::new(), ObjectKind::Record, Condition::Absent);
        Ok(match put.await? {
            PutOutcome::Done(_) => Some(Claim {
                client: Arc::clone(client),
                key,
            }),
            PutOutcome::Lost | PutOutcome::Unknown(_) => None,
        })
    }

    /// Waits for a crate that another server fetches. Whether it came.
    async fn comes(&self, id: &CrateId, begun: Instant) -> bool {
        while begun.elapsed() < WAIT {
            if pause().await.is_err() {
                return false;
            }
            match self.store.has_crate(id).await {
                Ok(true) => return true,
                Ok(false) => {}
                Err(_) => return false,
            }
        }
        false
    }

    /// Adds a crate that is in this server's mirror to the bucket, while requests go on.
    pub fn add(
        self: &Arc<Self>,
        state: &Arc<ServerState>,
        here: &Arc<RegistryStore>,
        line: IndexLine,
        claim: Option<Claim>,
    ) {
        let (shared, state, here) = (Arc::clone(self), Arc::clone(state), Arc::clone(here));
        self.share.pending.fetch_add(1, Ordering::SeqCst);
        let runtime = state.runtime.clone();
        runtime.spawn(async move {
            let added = shared.add_now(&here, &line).await;
            if let Some(claim) = claim {
                claim.end().await;
            }
            shared.tell(&state, line.id(), added);
            shared.share.pending.fetch_sub(1, Ordering::SeqCst);
        });
    }

    async fn add_now(&self, here: &Arc<RegistryStore>, line: &IndexLine) -> Result<bool> {
        let _turn = self.share.turns.acquire().await;
        let (id, checksum) = (line.id().clone(), *line.checksum());
        if find_known(self.text(&id.name).await?.as_ref(), &id, checksum) {
            return Ok(false);
        }
        let (reading, wanted) = (Arc::clone(here), id.clone());
        let bytes = blocking("reading a crate", move || {
            let opened = reading.open_verified(&wanted, &checksum)?;
            opened
                .map(crate::io::store::read::OpenCrate::read)
                .transpose()
        })
        .await?;
        // Evicted a moment ago; whoever asks for it next adds it.
        let Some(bytes) = bytes else {
            return Ok(false);
        };
        let whole = Verified::check(&id, &checksum, WholeCrate::new(Bytes::from(bytes)));
        let whole = whole.map_err(|there| {
            Error::Bucket(BucketError::OtherBytes {
                key: id.to_string(),
                there,
                ours: checksum,
            })
        })?;
        loop {
            let Some(held) = self.put(&whole, line).await? else {
                return Ok(false);
            };
            // The lease ran out meanwhile, as that of a process that was stopped: who removes may have taken the bytes.
            if held || self.store.has_crate(&id).await? {
                return Ok(true);
            }
        }
    }

    /// Bytes, then the line. Whether the right to add has held all the while; `None`: the server is ending.
    async fn put(&self, whole: &Verified<WholeCrate>, line: &IndexLine) -> Result<Option<bool>> {
        let lease = {
            let lease = self.share.lease.lock();
            let lease = lease.unwrap_or_else(PoisonError::into_inner);
            lease.as_ref().map(AdderLease::share)
        };
        let Some(lease) = lease else {
            return Ok(None);
        };
        let adding = lease.wait(PATIENCE).await?;
        self.store.put_crate(whole).await?;
        let edit = self.store.edit_index(&line.id().name, |index| {
            index.put(line.clone()) != Change::Unchanged
        });
        edit.await?;
        Ok(Some(adding.still_holds()))
    }

    fn tell(&self, state: &ServerState, id: &CrateId, added: Result<bool>) {
        let watch = &state.common.mirror.watch;
        match added {
            Ok(new) => {
                self.share
                    .added
                    .fetch_add(u64::from(new), Ordering::Relaxed);
                let message = "crates are added to the shared bucket again";
                state.notices.right(watch, Matter::Bucket, message);
            }
            Err(error @ Error::Bucket(BucketError::OtherBytes { .. })) => {
                state.stats.checksum_mismatches.add(1);
                state.notices.wrong_bytes(watch, id, &error);
            }
            Err(error) => {
                state.stats.store_errors.add(1);
                let message = format!(
                    "crates are not added to the shared bucket: {}; they are served from here",
                    chain(&error)
                );
                let hint = error.hint();
                state.notices.wrong(watch, Matter::Bucket, &message, hint);
            }
        }
    }
}

fn find_known(known: Option<&KnownLines>, id: &CrateId, checksum: Sha256) -> bool {
    known.is_some_and(|known| {
        let line = find_line(&known.text, id, Some(&checksum));
        line.is_some_and(|line| *line.checksum() == checksum)
    })
}
