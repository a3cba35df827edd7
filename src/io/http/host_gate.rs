//! Manners towards each host: one request alone until it has answered, then as many at once as its protocol bears, and
//! none any more once it is plainly gone.
//!
//! Without the first rule a wave of a hundred requests opens a hundred connections before the first one turns out to
//! speak HTTP/2, over which all of them would have fitted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Version;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::model::error::{Error, Result};

/// Connections to a host that does not speak HTTP/2, where each carries one request at a time.
const MAX_HTTP1_CONNECTIONS: usize = 16;
/// So many requests given up in a row, and the host counts as gone.
const FAILURES_UNTIL_DOWN: u32 = 8;

#[derive(Debug)]
pub struct HostGate {
    jobs: usize,
    /// After how long a host that was gone is tried again. `None`: never, since a run ends before.
    recovery: Option<Duration>,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    name: String,
    recovery: Option<Duration>,
    slots: Arc<Semaphore>,
    /// Held by the request that goes first.
    first: Arc<AsyncMutex<()>>,
    state: Mutex<HostState>,
}

#[derive(Debug, Clone)]
enum HostState {
    Unknown,
    Answers { failures: u32 },
    Down { cause: String, since: Instant },
}

/// Leave to send requests to a host, for as long as it lives.
#[derive(Debug)]
pub struct Permit {
    host: Arc<Host>,
    first: Option<OwnedMutexGuard<()>>,
    _slot: OwnedSemaphorePermit,
}

impl HostGate {
    pub fn new(jobs: usize) -> Self {
        Self {
            jobs,
            recovery: None,
            known: Mutex::default(),
        }
    }

    /// Tries a host that was gone again after this time, one request first.
    #[must_use]
    pub fn recovering(mut self, after: Duration) -> Self {
        self.recovery = Some(after);
        self
    }

    /// Waits for a turn with the host of `url`.
    pub async fn admit(&self, url: &Url) -> Result<Permit> {
        let host = self.host(url);
        let mut first = None;
        loop {
            match host.state() {
                HostState::Down { cause, .. } => {
                    return Err(Error::HostDown {
                        host: host.name.clone(),
                        cause,
                    });
                }
                HostState::Unknown if first.is_none() => {
                    first = Some(Arc::clone(&host.first).lock_owned().await);
                }
                HostState::Unknown => break,
                HostState::Answers { .. } => {
                    first = None;
                    break;
                }
            }
        }
        let slot = Arc::clone(&host.slots).acquire_owned().await;
        let Ok(slot) = slot else {
            unreachable!("the semaphore is never closed")
        };
        // The host may have gone while we waited.
        if let HostState::Down { cause, .. } = host.state() {
            return Err(Error::HostDown {
                host: host.name.clone(),
                cause,
            });
        }
        Ok(Permit {
            host,
            first,
            _slot: slot,
        })
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            Arc::new(Host {
                name: name.clone(),
                recovery: self.recovery,
                slots: Arc::new(Semaphore::new(self.jobs)),
                first: Arc::default(),
                state: Mutex::new(HostState::Unknown),
            })
        };
        Arc::clone(known.entry(name.clone()).or_insert_with(make))
    }
}

impl Host {
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

impl Permit {
    /// The host has answered, whatever it said: the others may come.
    pub fn answered(&mut self, version: Version) {
        let mut state = self
            .host
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, HostState::Unknown) {
            *state = HostState::Answers { failures: 0 };
            if version < Version::HTTP_2 {
                let surplus = self
                    .host
                    .slots
                    .available_permits()
                    .saturating_sub(MAX_HTTP1_CONNECTIONS - 1);
                self.host.slots.forget_permits(surplus);
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
