//! The body of one response: watched for stalls, decoded, and resumed after a cut.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderName, LAST_MODIFIED,
};
use url::Url;

use crate::io::http::answer::HttpAnswer;
use crate::io::http::client::{Http, Part};
use crate::io::http::coding::Decoder;
use crate::io::http::network_error::network;
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::validator::Validator;
use crate::model::url::safe_url;

/// A stream may be starved by its neighbours for this many timeouts before it counts as stalled itself.
const STARVED: u32 = 4;

/// The body of one response, watched for stalls as cargo does it: by the silence of all transfers together, since on a
/// slow line one stream may wait long for its turn.
pub struct Body<'a> {
    http: &'a Http,
    url: &'a Url,
    response: HttpAnswer,
    window: Instant,
    in_window: u64,
    decoder: Option<Decoder>,
    coded: bool,
    /// What has come, until it is clear whether it is in the coding that the answer names.
    doubted: Option<Vec<u8>>,
    ended: bool,
    /// Bytes that have come before and come again.
    skip: u64,
    length: Option<u64>,
}

impl<'a> Body<'a> {
    /// The body of a response to a request for what follows the first `after` bytes.
    pub(super) fn new(
        http: &'a Http,
        url: &'a Url,
        response: HttpAnswer,
        after: u64,
    ) -> Result<Self> {
        let broken = |message: String| {
            Error::Upstream(UpstreamError::Network {
                url: safe_url(url),
                source: Cause(message),
            })
        };
        let values = response.headers().get_all(CONTENT_ENCODING).iter();
        let values = values.map(|value| value.to_str().unwrap_or("?"));
        let decoder = Decoder::of(values).map_err(|message| {
            Error::Upstream(UpstreamError::InvalidResponse {
                url: safe_url(url),
                what: "body",
                message,
            })
        })?;
        let coded = decoder.is_some();
        let (skip, length) = if response.status() == StatusCode::PARTIAL_CONTENT {
            let range = response.headers().get(CONTENT_RANGE);
            let range = range.and_then(|range| parse_range(range.to_str().ok()?));
            match range {
                Some((from, total)) if from <= after && !coded => (after - from, total),
                _ => {
                    return Err(broken(
                        "it answered with another part than asked for".to_owned(),
                    ));
                }
            }
        } else {
            (after, response.content_length().filter(|_| !coded))
        };
        Ok(Self {
            http,
            url,
            response,
            window: Instant::now(),
            in_window: 0,
            decoder,
            coded,
            doubted: None,
            ended: false,
            skip,
            length,
        })
    }

    /// The size of the whole, where the server has said it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The body is an archive packed by gzip. Some servers name that as its coding, and it is not to be undone.
    pub fn is_archive(&mut self) {
        self.doubted = self.coded.then(Vec::new);
    }

    /// What is to be known of it, should it be cut.
    pub fn part(&self) -> Part {
        let header = |name: HeaderName| self.response.headers().get(name)?.to_str().ok();
        let tag = header(ETAG).filter(|tag| tag.starts_with('"'));
        let accepts = header(ACCEPT_RANGES).is_some_and(|unit| unit.eq_ignore_ascii_case("bytes"));
        let validator = tag.or_else(|| header(LAST_MODIFIED)).map(str::to_owned);
        let partial = self.response.status() == StatusCode::PARTIAL_CONTENT;
        Part {
            length: 0,
            // Without either, a server that has no ranges sends all of it again.
            ranges: !self.coded && (accepts || partial || validator.is_some()),
            validator,
        }
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
        loop {
            let Some(mut bytes) = self.decoded().await? else {
                return Ok(None);
            };
            let passed = usize::try_from(self.skip).unwrap_or(usize::MAX);
            let passed = passed.min(bytes.len());
            self.skip -= passed as u64;
            let rest = bytes.split_off(passed);
            if !rest.is_empty() {
                return Ok(Some(rest));
            }
        }
    }

    async fn decoded(&mut self) -> Result<Option<Bytes>> {
        if self.ended {
            return Ok(None);
        }
        let raw = self.raw().await?;
        self.ended = raw.is_none();
        let Some(decoder) = &mut self.decoder else {
            return Ok(raw);
        };
        let undone = match &raw {
            Some(raw) => decoder.take(raw),
            None => decoder.end(),
        };
        if let Some(doubted) = &mut self.doubted {
            doubted.extend_from_slice(raw.as_deref().unwrap_or_default());
            let is_gzip = |bytes: &[u8]| bytes.starts_with(&[0x1f, 0x8b]);
            let wrong = match &undone {
                Ok(undone) => undone.len() > 1 && is_gzip(doubted) && !is_gzip(undone),
                Err(_) => true,
            };
            if wrong {
                self.decoder = None;
                return Ok(self.doubted.take().map(Bytes::from));
            }
            if undone.as_ref().is_ok_and(|undone| !undone.is_empty()) {
                self.doubted = None;
            }
        }
        // Half a body, or a byte that was changed on the way: it may come right the next time.
        let undone = undone.map_err(|message| {
            Error::Upstream(UpstreamError::Network {
                url: safe_url(self.url),
                source: Cause(message),
            })
        })?;
        Ok(Some(Bytes::from(undone)))
    }

    /// The next bytes as they are on the line.
    async fn raw(&mut self) -> Result<Option<Bytes>> {
        let settings = &self.http.settings;
        let patience = Duration::from_secs(settings.timeout);
        let stalled = || {
            Error::Upstream(UpstreamError::Stalled {
                url: safe_url(self.url),
                seconds: settings.timeout,
            })
        };
        for _ in 0..STARVED {
            if let Ok(chunk) = tokio::time::timeout(patience, self.response.chunk()).await {
                let chunk = chunk.map_err(|cause| network(self.url, cause))?;
                self.http.heard();
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
            // Another stream may have received data since the clock was read.
            if self.http.silence() >= patience {
                break;
            }
        }
        Err(stalled())
    }
}

/// Where a part begins, and how large the whole is: `bytes 5-9/10`.
fn parse_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (part, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = part.split_once('-')?;
    Some((from.trim().parse().ok()?, total.trim().parse().ok()))
}
