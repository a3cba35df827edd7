//! HTTP as cargo speaks it: its timeouts, its retries, its idea of a stall (network/retry.rs, `PackageSet::enable_download`).

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, HeaderMap, HeaderName,
    HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, RETRY_AFTER,
    USER_AGENT,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Proxy, StatusCode};
use tokio::sync::watch;
use tracing::debug;
use url::Url;

use crate::io::auth::scope::{self, Authorization};
use crate::io::http::answer::HttpAnswer;
use crate::io::http::body::Body;
use crate::io::http::host_gate::{HostGate, Permit, RequestKind};
use crate::io::http::multiplexed::Multiplexed;
use crate::io::http::network_error::{LineError, is_broken, is_graceful, network};
use crate::io::http::settings::HttpSettings;
use crate::io::http::{retry, trust, via};
use crate::model::auth::Challenge;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{Event, Watch};
use crate::model::index::validator::Validator;
use crate::model::url::safe_url;

/// HTTP/2 flow control windows: large enough for a fast line with a long round trip, small enough to bound memory.
pub(super) const STREAM_WINDOW: u32 = 4 << 20;
pub(super) const CONNECTION_WINDOW: u32 = 16 << 20;
/// Headers that are read of one answer: as many as libcurl reads fit into its 300 kB.
const MOST_HEADERS: usize = 5000;
/// How many graceful GOAWAYs one request survives.
const MOST_ENDED: usize = 20;
/// Maximum number of redirects.
const MAX_REDIRECTS: usize = 10;

/// An HTTP client and the state of the hosts it talks to.
pub struct Http {
    /// One for each lane: a client has one connection to a host that multiplexes requests.
    clients: Vec<Client>,
    /// Where very many small files are asked for.
    multiplexed: Option<Multiplexed>,
    hosts: HostGate,
    /// When the next request may go, where so many a second are the most.
    pace: Option<Mutex<Instant>>,
    pub(super) settings: HttpSettings,
    agent: HeaderValue,
    watch: Watch,
    started: Instant,
    /// When the last byte came, on whichever stream: milliseconds since `started`.
    last_data: AtomicU64,
    /// Counts tries that have failed.
    failing: watch::Sender<u64>,
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
        Ok(Attempts {
            http: self,
            url,
            pass: None,
            admission,
            failed: 0,
            anew: false,
        })
    }

    /// What every request says.
    fn prepared(&self, encoding: Encoding, known: Option<&Validator>) -> HeaderMap {
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
    async fn paced(&self) {
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

/// Where a request has led.
struct Followed<'a> {
    response: HttpAnswer,
    /// The address that has answered, after all redirects.
    at: Cow<'a, Url>,
    /// Whether a token went there.
    with_token: bool,
}

/// One request and its repetitions.
pub struct Attempts<'a> {
    http: &'a Http,
    url: &'a Url,
    pass: Option<Authorization>,
    admission: Permit,
    failed: u32,
    /// Past the caches on the way.
    anew: bool,
}

impl<'a> Attempts<'a> {
    /// With this authorization, sent only where its scope allows.
    #[must_use]
    pub fn with(mut self, pass: Option<Authorization>) -> Self {
        self.pass = pass;
        self
    }

    /// Past the caches on the way.
    #[must_use]
    pub fn anew(mut self, anew: bool) -> Self {
        self.anew = anew;
        self
    }

    fn client(&self) -> &'a Client {
        let clients = &self.http.clients;
        clients.get(self.admission.lane()).unwrap_or(&clients[0])
    }

    /// Sends the request; any status but 200 is an error.
    pub async fn get(&mut self, encoding: Encoding) -> Result<Body<'a>> {
        match self.get_if_changed(encoding, None).await? {
            Some(body) => Ok(body),
            None => unreachable!("nothing was known that could be unchanged"),
        }
    }

    /// The same, but `None` for 304.
    pub async fn get_if_changed(
        &mut self,
        encoding: Encoding,
        known: Option<&Validator>,
    ) -> Result<Option<Body<'a>>> {
        let mut headers = self.http.prepared(encoding, known);
        if self.anew {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        let followed = self.follow(&Method::GET, headers).await?;
        if followed.response.status() == StatusCode::NOT_MODIFIED && known.is_some() {
            return Ok(None);
        }
        self.body(followed, 0).map(Some)
    }

    /// The rest of a body. If the server sends all of it again, the received part is skipped.
    pub async fn get_rest(&mut self, encoding: Encoding, part: &Part) -> Result<Body<'a>> {
        let mut headers = self.http.prepared(encoding, None);
        if part.ranges && part.length > 0 {
            put(&mut headers, RANGE, &format!("bytes={}-", part.length));
            if let Some(validator) = &part.validator {
                put(&mut headers, IF_RANGE, validator);
            }
        }
        let followed = self.follow(&Method::GET, headers).await?;
        self.body(followed, part.length)
    }

    fn body(&self, followed: Followed<'a>, after: u64) -> Result<Body<'a>> {
        let Self { http, url, .. } = *self;
        let Followed {
            response,
            at,
            with_token,
        } = followed;
        let status = response.status();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(refused(&response, &at, with_token));
        }
        if status == StatusCode::LOOP_DETECTED && http.settings.via.is_some() {
            return Err(Error::Upstream(UpstreamError::OwnUpstream {
                url: safe_url(&at),
                named: http.settings.named.clone(),
            }));
        }
        if status != StatusCode::OK && (status != StatusCode::PARTIAL_CONTENT || after == 0) {
            let header = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            let header = header.filter(|_| matches!(status.as_u16(), 429 | 503));
            return Err(Error::Upstream(UpstreamError::Http {
                url: safe_url(&at),
                status: status.as_u16(),
                retry_after: header.and_then(retry::retry_after),
            }));
        }
        Body::new(http, url, response, after)
    }

    /// The size by a HEAD request, without retries.
    pub async fn length(mut self) -> Option<u64> {
        let headers = self.http.prepared(Encoding::Identity, None);
        let followed = self.follow(&Method::HEAD, headers).await.ok()?;
        let response = Some(followed.response).filter(|it| it.status() == StatusCode::OK)?;
        let length = response.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    }

    /// Sends the request and follows redirects.
    ///
    /// Redirects are followed here because this is the one place that decides which hop gets the token: once a request has
    /// left the hosts that may see it, it never carries it again.
    async fn follow(&mut self, method: &Method, mut headers: HeaderMap) -> Result<Followed<'a>> {
        let Self { http, url, .. } = *self;
        let patience = Duration::from_secs(http.settings.timeout);
        let mut at = Cow::Borrowed(url);
        let mut pass = self.pass.clone().filter(|pass| pass.may_go_to(&at));
        for _ in 0..=MAX_REDIRECTS {
            // A proxy setting that cannot be used is an error, not a direct connection.
            let proxy = http.settings.proxies.of(&at);
            let proxy =
                proxy.map_err(|message| Error::Upstream(UpstreamError::Client(Cause(message))))?;
            match &pass {
                Some(pass) => drop(headers.insert(AUTHORIZATION, pass.header())),
                None => drop(headers.remove(AUTHORIZATION)),
            }
            if let Some(names) = http.settings.via.as_ref().and_then(|via| via.header()) {
                headers.insert(via::HEADER, names);
            }
            let (mut ended, mut has_broken) = (0, false);
            let response = loop {
                http.paced().await;
                let sent = self.send(method, &at, &headers, proxy.is_none());
                let Ok(response) = tokio::time::timeout(patience, sent).await else {
                    return Err(Error::Upstream(UpstreamError::Stalled {
                        url: safe_url(url),
                        seconds: http.settings.timeout,
                    }));
                };
                match response {
                    Err(cause) if ended < MOST_ENDED && is_graceful(&cause) => ended += 1,
                    Err(cause) if !has_broken && is_broken(&cause) => has_broken = true,
                    response => break response.map_err(|cause| network(url, cause))?,
                }
            };
            self.admission.answered(response.version());
            debug!(
                url = safe_url(&at),
                status = response.status().as_u16(),
                with_token = pass.is_some(),
                "answered"
            );
            let Some(next) = next_hop(&response, &at) else {
                return Ok(Followed {
                    response,
                    at,
                    with_token: pass.is_some(),
                });
            };
            pass = pass.filter(|pass| pass.may_go_to(&next));
            at = Cow::Owned(next);
        }
        Err(Error::Upstream(UpstreamError::Network {
            url: safe_url(url),
            source: Cause("too many redirects".to_owned()),
        }))
    }

    /// Over a connection of our own where that will do.
    async fn send(
        &self,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        directly: bool,
    ) -> Result<HttpAnswer, LineError> {
        if let Some(multiplexed) = self.http.multiplexed.as_ref().filter(|_| directly) {
            let lane = self.admission.lane();
            if let Some(answer) = multiplexed.send(method, url, headers, lane).await? {
                return Ok(answer);
            }
        }
        let request = self.client().request(method.clone(), url.clone());
        let response = Box::pin(request.headers(headers.clone()).send()).await?;
        Ok(HttpAnswer::Client(Box::new(response)))
    }

    pub fn succeeded<T>(&self, value: T) -> T {
        self.admission.succeeded();
        value
    }

    /// Waits until the next try is due, or returns the error if it is final.
    pub async fn failed(&mut self, error: Error) -> Result<()> {
        self.failed += 1;
        if !retry::is_retryable(&error) {
            return Err(error);
        }
        let unheard = matches!(
            error,
            Error::Upstream(UpstreamError::Network { .. } | UpstreamError::Stalled { .. })
        );
        if self.failed > self.http.settings.retries {
            if unheard {
                self.admission.record_failure(&brief(&error));
            }
            return Err(error);
        }
        if unheard {
            self.admission.failed(&brief(&error));
        }
        self.http.failing.send_modify(|count| *count += 1);
        let pause = retry::pause(&error, self.failed);
        debug!(
            url = safe_url(self.url),
            error = brief(&error),
            pause_milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            "failed; trying again"
        );
        (self.http.watch)(&Event::Retry {
            what: safe_url(self.url),
            cause: brief(&error),
            milliseconds: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// What cannot stand in a header is left out: without a condition the whole comes.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The target of a redirect.
fn next_hop(response: &HttpAnswer, at: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let place = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut next = at.join(place).ok()?;
    // Keep basic-auth credentials on same-origin redirects.
    if next.origin() == at.origin() && next.username().is_empty() && next.password().is_none() {
        // Both succeed for an origin that had them before.
        let _ = next.set_username(at.username());
        let _ = next.set_password(at.password());
    }
    Some(next)
}

/// The error for 401 and 403.
fn refused(response: &HttpAnswer, at: &Url, with_token: bool) -> Error {
    let headers = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some(format!("{name}: {value}"))
    });
    Error::Upstream(UpstreamError::Challenged(Box::new(Challenge {
        url: safe_url(at),
        host: scope::host_of(at),
        status: response.status().as_u16(),
        with_token,
        headers: headers.collect(),
    })))
}

/// This program, its version, and whom to write to.
pub(super) fn user_agent(settings: &HttpSettings) -> String {
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

/// An error without its URL, for messages that have the URL already.
fn brief(error: &Error) -> String {
    match error {
        Error::Upstream(UpstreamError::Network { source, .. }) => source.to_string(),
        Error::Upstream(UpstreamError::Http { status, .. }) => format!("it answered {status}"),
        Error::Upstream(UpstreamError::Stalled { seconds, .. }) => {
            format!("it sent no data for {seconds} seconds")
        }
        other => chain(other),
    }
}
