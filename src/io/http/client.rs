//! HTTP as cargo speaks it: its timeouts, its retries, its idea of a stall (network/retry.rs, `PackageSet::enable_download`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    USER_AGENT,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};
use tokio::sync::watch;
use url::Url;

use crate::io::http::attempts::Attempts;
use crate::io::http::host_gate::{HostGate, RequestKind};
use crate::io::http::multiplexed::Multiplexed;
use crate::io::http::settings::HttpSettings;
use crate::io::http::trust;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Watch;
use crate::model::index::validator::Validator;

/// HTTP/2 flow control windows: large enough for a fast line with a long round trip, small enough to bound memory.
pub(super) const STREAM_WINDOW: u32 = 4 << 20;
pub(super) const CONNECTION_WINDOW: u32 = 16 << 20;
/// Headers that are read of one answer: as many as libcurl reads fit into its 300 kB.
const MOST_HEADERS: usize = 5000;

/// An HTTP client and the state of the hosts it talks to.
pub struct Http {
    /// One for each lane: a client has one connection to a host that multiplexes requests.
    pub(super) clients: Vec<Client>,
    /// Where very many small files are asked for.
    pub(super) multiplexed: Option<Multiplexed>,
    hosts: HostGate,
    /// When the next request may go, where so many a second are the most.
    pace: Option<Mutex<Instant>>,
    pub(super) settings: HttpSettings,
    agent: HeaderValue,
    pub(super) watch: Watch,
    started: Instant,
    /// When the last byte came, on whichever stream: milliseconds since `started`.
    last_data: AtomicU64,
    /// Counts tries that have failed.
    pub(super) failing: watch::Sender<u64>,
}

/// How a body may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Gzip,
    Identity,
}

impl Http {
    pub fn new(settings: HttpSettings, jobs: usize, watch: Watch) -> Result<Self> {
        let lanes = settings.lanes.max(1);
        let clients = (0..lanes).map(|_| client(&settings));
        let many = settings.multiplexing && lanes > 1;
        Ok(Self {
            clients: clients.collect::<Result<_>>()?,
            multiplexed: many.then(|| Multiplexed::new(&settings)).transpose()?,
            hosts: HostGate::new(jobs, lanes),
            pace: settings.pace.map(|_| Mutex::new(Instant::now())),
            agent: HeaderValue::from_str(&user_agent(&settings))
                .unwrap_or(HeaderValue::from_static("cargo-mirror")),
            settings,
            watch,
            started: Instant::now(),
            last_data: AtomicU64::new(0),
            failing: watch::Sender::new(0),
        })
    }

    /// For a long-running program: a host that is down is tried again after this time.
    #[must_use]
    pub fn recovering(mut self, after: Duration) -> Self {
        self.hosts = self.hosts.recovering(after);
        self
    }

    /// Waits for a turn with the host of `url`.
    pub async fn tries<'a>(&'a self, url: &'a Url, kind: RequestKind) -> Result<Attempts<'a>> {
        let admission = self.hosts.admit(url, kind).await?;
        Ok(Attempts::new(self, url, admission))
    }

    /// What every request says.
    pub(super) fn prepared(&self, encoding: Encoding, known: Option<&Validator>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(USER_AGENT, self.agent.clone());
        let (types, codings) = match encoding {
            Encoding::Gzip => ("text/plain, application/json", "gzip"),
            Encoding::Identity => ("*/*", "identity"),
        };
        headers.insert(ACCEPT, HeaderValue::from_static(types));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(codings));
        match known {
            Some(Validator::Etag(tag)) => put(&mut headers, IF_NONE_MATCH, tag),
            Some(Validator::LastModified(date)) => put(&mut headers, IF_MODIFIED_SINCE, date),
            None => {}
        }
        headers
    }

    /// Waits until the next request may go.
    pub(super) async fn paced(&self) {
        let (Some(next), Some(pace)) = (&self.pace, self.settings.pace) else {
            return;
        };
        let at = {
            let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + Duration::from_secs(1) / pace.max(1);
            at
        };
        tokio::time::sleep_until(at.into()).await;
    }

    /// Notifies of each failed try that is followed by another.
    pub fn failing(&self) -> watch::Receiver<u64> {
        self.failing.subscribe()
    }

    /// Data has arrived on some stream.
    pub(super) fn heard(&self) {
        self.last_data.store(self.milliseconds(), Ordering::Relaxed);
    }

    /// Time since data arrived on any stream.
    pub(super) fn silence(&self) -> Duration {
        let last = self.last_data.load(Ordering::Relaxed);
        Duration::from_millis(self.milliseconds().saturating_sub(last))
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The received part of a body that was cut.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub length: u64,
    /// Validator for `If-Range`: a strong tag or a date.
    pub validator: Option<String>,
    /// Whether the server may support ranges.
    pub ranges: bool,
}

/// What cannot stand in a header is left out: without a condition the whole comes.
pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// This program, its version, and whom to write to.
fn user_agent(settings: &HttpSettings) -> String {
    let program = concat!("cargo-mirror/", env!("CARGO_PKG_VERSION"));
    match &settings.contact {
        Some(contact) => format!("{program} ({contact})"),
        None => program.to_owned(),
    }
}

/// A client by these settings.
pub fn client(settings: &HttpSettings) -> Result<Client> {
    let failed =
        |cause: reqwest::Error| Error::Upstream(UpstreamError::Client(Cause(chain(&cause))));
    let proxies = settings.proxies.clone();
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .user_agent(user_agent(settings))
        .connect_timeout(Duration::from_secs(settings.timeout))
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(300 << 10)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .proxy(Proxy::custom(move |url| proxies.of(url).ok().flatten()))
        .tls_backend_preconfigured(trust::tls(settings)?);
    if !settings.multiplexing {
        builder = builder.http1_only();
    }
    builder.build().map_err(failed)
}
