//! Limits and a circuit breaker for each host: one request until it has answered, then as many as its protocol allows, and
//! none while the host is down.
//!
//! Without the first rule a wave of a hundred requests opens a hundred connections before the first one turns out to
//! speak HTTP/2, over which all of them would have fitted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use reqwest::Version;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::io::http::lanes::Lanes;
use crate::model::error::{Error, Result};
use crate::model::errors::upstream::UpstreamError;

/// Connections to a host that does not speak HTTP/2, where each carries one request at a time. As many again carry index
/// files, which need not wait for crates.
const MAX_HTTP1_CONNECTIONS: usize = 16;
/// A transfer that takes longer gives its slot to a waiting request.
const LONG: Duration = Duration::from_secs(3);
/// Maximum number of long transfers beside the others.
const MOST_LONG: usize = 64;
/// How long other requests wait for the first one.
const FIRST: Duration = Duration::from_secs(5);
/// Consecutive failures after which a host is considered down.
const FAILURES_UNTIL_DOWN: u32 = 8;

#[derive(Debug)]
pub struct HostGate {
    jobs: usize,
    lanes: usize,
    /// When a host that is down is tried again. `None`: never, since a run ends before.
    recovery: Option<Duration>,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    name: String,
    recovery: Option<Duration>,
    crates: Slots,
    texts: Slots,
    lanes: Lanes,
    /// Held by the first request.
    first: Arc<AsyncMutex<()>>,
    state: Mutex<HostState>,
}

#[derive(Debug, Clone)]
enum HostState {
    Unknown,
    Answers { failures: u32 },
    Down { cause: String, since: Instant },
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    Crate,
    Text,
}

/// How many requests of one kind may be under way.
#[derive(Debug)]
struct Slots {
    free: Arc<Semaphore>,
    /// Slots of long transfers.
    long: Arc<Semaphore>,
    taken: Mutex<Vec<Weak<Slot>>>,
}

#[derive(Debug)]
struct Slot {
    since: Instant,
    permit: Mutex<(OwnedSemaphorePermit, bool)>,
}

impl Slots {
    fn new(most: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most)),
            long: Arc::new(Semaphore::new(MOST_LONG)),
            taken: Mutex::default(),
        }
    }

    async fn take(&self) -> Arc<Slot> {
        let acquired = Arc::clone(&self.free).acquire_owned();
        let mut acquired = std::pin::pin!(acquired);
        let permit = loop {
            self.relieve();
            match tokio::time::timeout(LONG / 6, &mut acquired).await {
                Ok(Ok(permit)) => break permit,
                Ok(Err(_)) => unreachable!("the semaphore is never closed"),
                Err(_) => {}
            }
        };
        let slot = Arc::new(Slot {
            since: Instant::now(),
            permit: Mutex::new((permit, false)),
        });
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // Swept when it would grow: a look at hundreds of slots for each request would be seen.
        if taken.len() == taken.capacity() {
            taken.retain(|slot| slot.strong_count() > 0);
        }
        taken.push(Arc::downgrade(&slot));
        slot
    }

    /// Gives the slots of long transfers to waiting requests.
    fn relieve(&self) {
        if self.free.available_permits() > 0 {
            return;
        }
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for slot in taken.iter().filter_map(Weak::upgrade) {
            let mut permit = slot.permit.lock().unwrap_or_else(PoisonError::into_inner);
            if !permit.1 && slot.since.elapsed() >= LONG {
                let Ok(long) = Arc::clone(&self.long).try_acquire_owned() else {
                    return;
                };
                *permit = (long, true);
            }
        }
    }

    /// No more than `most` at once from now on.
    fn shrink(&self, most: usize, taken: usize) {
        let free = self.free.available_permits();
        self.free.forget_permits(free.saturating_sub(most - taken));
    }
}

/// Permission to send requests to a host; released on drop.
#[derive(Debug)]
pub struct Permit {
    host: Arc<Host>,
    kind: RequestKind,
    lane: usize,
    first: Option<OwnedMutexGuard<()>>,
    _slot: Arc<Slot>,
}

impl HostGate {
    pub fn new(jobs: usize, lanes: usize) -> Self {
        Self {
            jobs,
            lanes,
            recovery: None,
            known: Mutex::default(),
        }
    }

    /// Tries a host that is down again after this time, with one request first.
    #[must_use]
    pub fn recovering(mut self, after: Duration) -> Self {
        self.recovery = Some(after);
        self
    }

    /// Waits for a turn with the host of `url`.
    pub async fn admit(&self, url: &Url, kind: RequestKind) -> Result<Permit> {
        let host = self.host(url);
        let mut first = None;
        let since = Instant::now();
        loop {
            match host.state() {
                HostState::Down { cause, .. } => {
                    return Err(Error::Upstream(UpstreamError::HostDown {
                        host: host.name.clone(),
                        cause,
                    }));
                }
                HostState::Unknown if first.is_none() && since.elapsed() < FIRST => {
                    let lock = Arc::clone(&host.first).lock_owned();
                    // The first request may be for something that is slow by itself.
                    first = tokio::time::timeout(FIRST, lock).await.ok();
                }
                HostState::Unknown => break,
                HostState::Answers { .. } => {
                    first = None;
                    break;
                }
            }
        }
        let slot = host.slots(kind).take().await;
        // The host may have gone down while this request waited.
        if let HostState::Down { cause, .. } = host.state() {
            return Err(Error::Upstream(UpstreamError::HostDown {
                host: host.name.clone(),
                cause,
            }));
        }
        let lane = host.lanes.enter();
        Ok(Permit {
            host,
            kind,
            lane,
            first,
            _slot: slot,
        })
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = known.get(name) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host {
            name: name.to_owned(),
            recovery: self.recovery,
            crates: Slots::new(self.jobs),
            texts: Slots::new(self.jobs),
            lanes: Lanes::new(self.lanes),
            first: Arc::default(),
            state: Mutex::new(HostState::Unknown),
        });
        known.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    fn slots(&self, kind: RequestKind) -> &Slots {
        match kind {
            RequestKind::Crate => &self.crates,
            RequestKind::Text => &self.texts,
        }
    }

    fn state(&self) -> HostState {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let (HostState::Down { since, .. }, Some(after)) = (&*state, self.recovery)
            && since.elapsed() >= after
        {
            *state = HostState::Unknown;
        }
        state.clone()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.host.lanes.leave(self.lane);
    }
}

impl Permit {
    /// The connection that its requests go over.
    pub fn lane(&self) -> usize {
        self.lane
    }

    /// The host has answered, with whatever status: other requests may follow.
    pub fn answered(&mut self, version: Version) {
        self.host.lanes.answered(self.lane);
        let mut state = self
            .host
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !matches!(*state, HostState::Answers { .. }) {
            *state = HostState::Answers { failures: 0 };
            if version < Version::HTTP_2 {
                for kind in [RequestKind::Crate, RequestKind::Text] {
                    let taken = usize::from(kind == self.kind);
                    self.host.slots(kind).shrink(MAX_HTTP1_CONNECTIONS, taken);
                }
            }
        }
        drop(state);
        self.first = None;
    }

    pub fn succeeded(&self) {
        let mut state = self
            .host
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let HostState::Answers { failures } = &mut *state {
            *failures = 0;
        }
    }

    /// A try has failed before an answer or in the middle of one, and others follow. Where the host is tried again by itself
    /// later on, other requests need not wait for them.
    pub fn failed(&self, cause: &str) {
        if self.host.recovery.is_some() {
            self.record_failure(cause);
        }
    }

    /// All tries of a request have failed before an answer or in the middle of one.
    pub fn record_failure(&self, cause: &str) {
        let mut state = self
            .host
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let gone = match &mut *state {
            HostState::Unknown => true,
            HostState::Answers { failures } => {
                *failures += 1;
                *failures >= FAILURES_UNTIL_DOWN
            }
            HostState::Down { .. } => false,
        };
        if gone {
            *state = HostState::Down {
                cause: cause.to_owned(),
                since: Instant::now(),
            };
        }
    }
}
