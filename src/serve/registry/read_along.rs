//! The answers to requests that read a crate while it arrives.

use std::time::{Duration, Instant};

use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, LOCATION,
};
use hyper::{HeaderMap, Response, StatusCode};
use url::Url;

use crate::io::upstream::relay::DownloadState;
use crate::model::package::checksum::Sha256;
use crate::serve::answer::body::{Body, HttpError, with};
use crate::serve::answer::cached::{CACHED, Lasting};
use crate::serve::registry::download::InFlight;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// Up to this size the server waits for the whole crate, so that a failure can be a status instead of a cut body.
const AWAITED: u64 = 128 << 10;
/// Maximum of that wait.
const AWAIT: Duration = Duration::from_millis(500);
/// How long a client waits for the first byte. Cargo gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The answer to one request that reads the growing file.
pub async fn read_along(
    state: &ServerState,
    source: &Source,
    crate_: &InFlight,
    head: bool,
    whole: bool,
) -> Result<Response<Body>, HttpError> {
    let closed = state.is_closed(&source.prefix);
    let headers = |length: Option<u64>| headers(&crate_.checksum, length, closed);
    let mut progress = crate_.arriving.subscribe();
    let started = Instant::now();
    let mut begun = None;
    loop {
        let now = progress.borrow_and_update().clone();
        let mut patience = PATIENCE.saturating_sub(started.elapsed());
        match now {
            DownloadState::Verified { file, length } => {
                let body = if head {
                    Body::Empty
                } else {
                    Body::file(file, 0, length, state.limits.piece())
                };
                return Ok(with(StatusCode::OK, headers(Some(length)), body));
            }
            DownloadState::Failed(error) => return Err(HttpError::of(&error)),
            DownloadState::Growing { length, .. } if head && length.is_some() => {
                return Ok(with(StatusCode::OK, headers(length), Body::Empty));
            }
            DownloadState::Growing {
                length, written, ..
            } => {
                let begun = *begun.get_or_insert_with(Instant::now);
                let small = length.is_some_and(|length| length <= AWAITED);
                let waits = small && begun.elapsed() < AWAIT;
                // Over HTTP/1.0 a body that is broken off looks whole to a client that does not know its length.
                let blind = whole && length.is_none();
                if written > 1 && !waits && !head && !blind {
                    // Read again: it may have failed or restarted in between.
                    if let DownloadState::Growing { file, length, .. } =
                        crate_.arriving.start_reading()
                    {
                        let body = Body::arriving(file, length, progress);
                        return Ok(with(StatusCode::OK, headers(length), body));
                    }
                    continue;
                }
                if waits {
                    patience = patience.min(AWAIT.saturating_sub(begun.elapsed()));
                }
            }
            DownloadState::Waiting => begun = None,
        }
        let waited = tokio::time::timeout(patience, progress.changed()).await;
        match waited {
            // The fetching task has ended without a result.
            Ok(Err(_)) => return Err(HttpError::later("it broke; ask again")),
            Err(_) if started.elapsed() >= PATIENCE => return Err(HttpError::slow()),
            _ => {}
        }
    }
}

pub fn headers(checksum: &Sha256, length: Option<u64>, private: bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHED, HeaderValue::from_static("miss"));
    let withdrawn = false;
    headers.insert(CACHE_CONTROL, Lasting { private, withdrawn }.header());
    let tag = checksum.to_string();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", &tag[..32])) {
        headers.insert(ETAG, tag);
    }
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers
}

/// Sends a client to the bucket. The link is as good as a password while it holds, so nothing keeps it for others, and for
/// no longer than it holds.
pub fn elsewhere(link: &Url) -> Response<Body> {
    let mut headers = HeaderMap::with_capacity(4);
    if let Ok(link) = HeaderValue::from_str(link.as_str()) {
        headers.insert(LOCATION, link);
    }
    let lasting = HeaderValue::from_static("private, max-age=60");
    headers.insert(CACHE_CONTROL, lasting);
    headers.insert(CACHED, HeaderValue::from_static("miss"));
    with(StatusCode::FOUND, headers, Body::Empty)
}
