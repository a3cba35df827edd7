//! HTTP as cargo speaks it: its timeouts, its retries, its idea of a stall (network/retry.rs, `PackageSet::enable_download`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, RequestBuilder, Response, StatusCode};
use url::Url;

use crate::io::auth::scope::{self, Authorization};
use crate::io::config::load::HttpSettings;
use crate::io::fs::file;
use crate::io::http::host_gate::{HostGate, Permit};
use crate::io::http::retry;
use crate::model::auth::Challenge;
use crate::model::error::{Cause, Error, Result, chain};
use crate::model::event::{Event, Watch};
use crate::model::index::validator::Validator;
use crate::model::url::safe_url;

/// A certificate bundle larger than this is none.
const MAX_BUNDLE: u64 = 64 << 20;

/// HTTP/2 flow control: enough for one crate to fill a long fat line, little enough to bound what piles up in memory.
const STREAM_WINDOW: u32 = 4 << 20;

const CONNECTION_WINDOW: u32 = 16 << 20;

/// A stream may be starved by its neighbours for this many timeouts before it counts as stalled itself.
const STARVED: u32 = 4;

/// More redirects than this are a circle.
const MAX_REDIRECTS: usize = 10;

/// A client, and what it has learnt of the hosts it talks to.
pub struct Http {
    client: Client,
    hosts: HostGate,
    settings: HttpSettings,
    watch: Watch,
    started: Instant,
    /// When the last byte came, on whichever stream: milliseconds since `started`.
    last_data: AtomicU64,
}

/// How a body may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Gzip,
    Identity,
}

impl Http {
    pub fn new(settings: HttpSettings, jobs: usize, watch: Watch) -> Result<Self> {
        Ok(Self {
            client: client(&settings)?,
            hosts: HostGate::new(jobs),
            settings,
            watch,
            started: Instant::now(),
            last_data: AtomicU64::new(0),
        })
    }

    /// For a program that runs on: a host that was gone is tried again after this time.
    #[must_use]
    pub fn recovering(mut self, after: Duration) -> Self {
        self.hosts = self.hosts.recovering(after);
        self
    }

    /// Waits for a turn with the host of `url`.
    pub async fn tries<'a>(&'a self, url: &'a Url) -> Result<Attempts<'a>> {
        let admission = self.hosts.admit(url).await?;
        Ok(Attempts {
            http: self,
            url,
            pass: None,
            admission,
            failed: 0,
        })
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// One request and its repetitions.
pub struct Attempts<'a> {
    http: &'a Http,
    url: &'a Url,
    pass: Option<Authorization>,
    admission: Permit,
    failed: u32,
}

impl<'a> Attempts<'a> {
    /// With what lets them in, where it may go.
    #[must_use]
    pub fn with(mut self, pass: Option<Authorization>) -> Self {
        self.pass = pass;
        self
    }

    /// Sends the request; any status but 200 is an error.
    pub async fn get(&mut self, encoding: Encoding) -> Result<Body<'a>> {
        match self.get_if_changed(encoding, None).await? {
            Some(body) => Ok(body),
            None => unreachable!("nothing was known that could be unchanged"),
        }
    }

    /// The same, but `None` where the server says that what is known of it still holds.
    pub async fn get_if_changed(
        &mut self,
        encoding: Encoding,
        known: Option<&Validator>,
    ) -> Result<Option<Body<'a>>> {
        let Self { http, url, .. } = *self;
        let prepared = |url: Url| prepared(http.client.get(url), encoding, known);
        let (response, with_token) = self.follow(prepared).await?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && known.is_some() {
            return Ok(None);
        }
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(refused(&response, with_token));
        }
        if status != StatusCode::OK {
            let header = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            let header = header.filter(|_| matches!(status.as_u16(), 429 | 503));
            return Err(Error::Http {
                url: safe_url(response.url()),
                status: status.as_u16(),
                retry_after: header.and_then(retry::retry_after),
            });
        }
        Ok(Some(Body {
            http,
            url,
            response,
            window: Instant::now(),
            in_window: 0,
        }))
    }

    /// What the headers say of the size, asked for once and without the body.
    pub async fn length(mut self) -> Option<u64> {
        let client = &self.http.client;
        let head = |url: Url| client.head(url).header(ACCEPT_ENCODING, "identity");
        let (response, _) = self.follow(head).await.ok()?;
        let response = Some(response).filter(|it| it.status() == StatusCode::OK)?;
        let length = response.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    }

    /// Sends the request, and sends it on where the answer says so. The last answer, and whether a token went with it.
    ///
    /// The client could follow by itself, but who gets to see a token is decided here and nowhere else: each hop is looked
    /// at, and once a request has left the places that may see it, it never carries it again.
    async fn follow(
        &mut self,
        prepared: impl Fn(Url) -> RequestBuilder,
    ) -> Result<(Response, bool)> {
        let Self { http, url, .. } = *self;
        let patience = Duration::from_secs(http.settings.timeout);
        let mut at = url.clone();
        let mut pass = self.pass.clone().filter(|pass| pass.may_go_to(&at));
        for _ in 0..=MAX_REDIRECTS {
            let mut request = prepared(at.clone());
            if let Some(pass) = &pass {
                request = request.header(AUTHORIZATION, pass.header());
            }
            let Ok(response) = tokio::time::timeout(patience, request.send()).await else {
                return Err(Error::Stalled {
                    url: safe_url(url),
                    seconds: http.settings.timeout,
                });
            };
            let response = response.map_err(|cause| network(url, cause))?;
            self.admission.answered(response.version());
            let Some(next) = next_hop(&response, &at) else {
                return Ok((response, pass.is_some()));
            };
            pass = pass.filter(|pass| pass.may_go_to(&next));
            at = next;
        }
        Err(Error::Network {
            url: safe_url(url),
            source: Cause("too many redirects".to_owned()),
        })
    }

    pub fn succeeded<T>(&self, value: T) -> T {
        self.admission.succeeded();
        value
    }

    /// Waits until another try is due, or hands the error back as final.
    pub async fn failed(&mut self, error: Error) -> Result<()> {
        self.failed += 1;
        if !retry::is_retryable(&error) {
            return Err(error);
        }
        if self.failed > self.http.settings.retries {
            if matches!(error, Error::Network { .. } | Error::Stalled { .. }) {
                self.admission.record_failure(&brief(&error));
            }
            return Err(error);
        }
        let pause = retry::pause(&error, self.failed);
        (self.http.watch)(&Event::Retry {
            what: safe_url(self.url),
            cause: brief(&error),
            milliseconds: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// The body of one response, watched for stalls as cargo does it: by the silence of all transfers together, since on a
/// slow line one stream may wait long for its turn.
pub struct Body<'a> {
    http: &'a Http,
    url: &'a Url,
    response: Response,
    window: Instant,
    in_window: u64,
}

impl Body<'_> {
    /// Its size, where the server has said it.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    pub fn is_gzip(&self) -> bool {
        self.response
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding == "gzip")
    }

    /// What to ask with whether it has changed. As for cargo, the tag goes before the date (its `http_remote.rs`).
    pub fn validator(&self) -> Option<Validator> {
        let header = |name: HeaderName| {
            let value = self.response.headers().get(name)?.to_str().ok()?;
            (!value.trim().is_empty()).then(|| value.trim().to_owned())
        };
        header(ETAG)
            .map(Validator::Etag)
            .or_else(|| header(LAST_MODIFIED).map(Validator::LastModified))
    }

    /// The next bytes; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let settings = &self.http.settings;
        let patience = Duration::from_secs(settings.timeout);
        let stalled = || Error::Stalled {
            url: safe_url(self.url),
            seconds: settings.timeout,
        };
        for _ in 0..STARVED {
            if let Ok(chunk) = tokio::time::timeout(patience, self.response.chunk()).await {
                let chunk = chunk.map_err(|cause| network(self.url, cause))?;
                self.http
                    .last_data
                    .store(self.http.milliseconds(), Ordering::Relaxed);
                self.in_window += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                if self.window.elapsed() >= patience {
                    if chunk.is_some()
                        && self.in_window < settings.low_speed_limit * settings.timeout
                    {
                        return Err(stalled());
                    }
                    self.window = Instant::now();
                    self.in_window = 0;
                }
                return Ok(chunk);
            }
            // Another thread may have heard something since the clock was read.
            let silence = self
                .http
                .milliseconds()
                .saturating_sub(self.http.last_data.load(Ordering::Relaxed));
            if silence >= settings.timeout * 1000 {
                break;
            }
        }
        Err(stalled())
    }
}

fn prepared(
    request: RequestBuilder,
    encoding: Encoding,
    known: Option<&Validator>,
) -> RequestBuilder {
    let request = match encoding {
        Encoding::Gzip => request
            .header(ACCEPT, "text/plain, application/json")
            .header(ACCEPT_ENCODING, "gzip"),
        Encoding::Identity => request.header(ACCEPT_ENCODING, "identity"),
    };
    match known {
        Some(Validator::Etag(tag)) => request.header(IF_NONE_MATCH, tag),
        Some(Validator::LastModified(date)) => request.header(IF_MODIFIED_SINCE, date),
        None => request,
    }
}

/// Where an answer says to look instead.
fn next_hop(response: &Response, at: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let place = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut next = at.join(place).ok()?;
    // Who was let in by name and password is, at the same place.
    if next.origin() == at.origin() && next.username().is_empty() && next.password().is_none() {
        // Both succeed for an origin that had them before.
        let _ = next.set_username(at.username());
        let _ = next.set_password(at.password());
    }
    Some(next)
}

/// The error for an answer that does not let us in.
fn refused(response: &Response, with_token: bool) -> Error {
    let headers = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some(format!("{name}: {value}"))
    });
    Error::Refused(Box::new(Challenge {
        url: safe_url(response.url()),
        host: scope::host_of(response.url()),
        status: response.status().as_u16(),
        with_token,
        headers: headers.collect(),
    }))
}

fn client(settings: &HttpSettings) -> Result<Client> {
    let failed = |cause: reqwest::Error| Error::Client(Cause(chain(&cause)));
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .user_agent(concat!("cargo-mirror/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(settings.timeout))
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW);
    if !settings.multiplexing {
        builder = builder.http1_only();
    }
    if let Some(proxy) = &settings.proxy {
        // As curl reads it: no scheme means HTTP.
        let address = if proxy.contains("://") {
            proxy.clone()
        } else {
            format!("http://{proxy}")
        };
        builder = builder.proxy(Proxy::all(address).map_err(failed)?);
    }
    if let Some(bundle) = &settings.cainfo {
        let certificates =
            Certificate::from_pem_bundle(&file::read(bundle, MAX_BUNDLE)?).map_err(failed)?;
        builder = builder.tls_certs_only(certificates);
    }
    builder.build().map_err(failed)
}

fn network(url: &Url, cause: reqwest::Error) -> Error {
    Error::Network {
        url: safe_url(url),
        source: Cause(chain(&cause.without_url())),
    }
}

/// An error without the address that stands beside it anyway.
fn brief(error: &Error) -> String {
    match error {
        Error::Network { source, .. } => source.to_string(),
        Error::Http { status, .. } => format!("it answered {status}"),
        Error::Stalled { seconds, .. } => format!("it sent no data for {seconds} seconds"),
        other => chain(other),
    }
}
