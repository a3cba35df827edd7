//! One request and its repetitions: its redirects, who gets the token, which answers and failures are worth another try.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, HeaderMap, HeaderValue, IF_RANGE, LOCATION,
    RANGE, RETRY_AFTER,
};
use reqwest::{Client, Method, StatusCode};
use tracing::debug;
use url::Url;

use crate::io::auth::scope::{self, Authorization};
use crate::io::http::answer::HttpAnswer;
use crate::io::http::body::Body;
use crate::io::http::client::{Encoding, Http, Part, put};
use crate::io::http::host_gate::Permit;
use crate::io::http::network_error::{LineError, is_broken, is_graceful, network};
use crate::io::http::{retry, via};
use crate::model::auth::Challenge;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Event;
use crate::model::index::validator::Validator;
use crate::model::url::safe_url;

/// How many graceful GOAWAYs one request survives.
const MOST_ENDED: usize = 20;
/// Maximum number of redirects.
const MAX_REDIRECTS: usize = 10;

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
    pub(super) fn new(http: &'a Http, url: &'a Url, admission: Permit) -> Self {
        Self {
            http,
            url,
            pass: None,
            admission,
            failed: 0,
            anew: false,
        }
    }

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
