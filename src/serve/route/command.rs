//! Requests that are to change something: what administrators ask for, and what a mirror does not do.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http_body::Body as _;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request, Response, StatusCode};

use crate::model::event::Event;
use crate::serve::admit::peer::Peer;
use crate::serve::admit::tokens::Right;
use crate::serve::answer::body::{Body, JSON, error, text};
use crate::serve::api::registry;
use crate::serve::registry::state::ServerState;
use crate::serve::route::handler::{denied, not_allowed};
use crate::serve::route::router::{Route, route};

/// Whoever publishes sends a whole crate before it listens; crates.io takes no more than 10 MiB.
const MOST_READ: u64 = 32 << 20;
/// For no longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers a request of another method than GET and HEAD.
pub async fn take(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    let headers = request.headers();
    let smuggles = headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH);
    let authorization = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let right = state.access.right(authorization);
    let path = request.uri().path().to_owned();
    let route = route(&path);
    let command = match route {
        Route::Prefetch | Route::Refresh => true,
        Route::Api(_) | Route::Search(_) if !smuggles => {
            let answer = if right < Right::Read {
                denied(state, &request, peer)
            } else {
                registry::refuse(&request)
            };
            state.stats.malformed.add(1);
            read(request.into_body()).await;
            return answer;
        }
        _ => false,
    };
    if request.method() != Method::POST || !command || smuggles {
        state.stats.malformed.add(1);
        return not_allowed(if command { "POST" } else { "GET, HEAD" });
    }
    match (right, route) {
        (Right::Admin, Route::Prefetch) => state.prefetching.take(state, request.into_body()).await,
        (Right::Admin, _) => refresh(state),
        (Right::None, _) => denied(state, &request, peer),
        (Right::Read, _) => {
            state.stats.unauthorized.add(1);
            let detail = "this takes an admin token, from the server's --token-file";
            error(StatusCode::FORBIDDEN, detail)
        }
    }
}

/// Reads a body to its end: a client that is still sending would not read the answer.
async fn read(mut body: Incoming) {
    let reading = async {
        let mut read = 0;
        while read < MOST_READ
            && let Some(Ok(frame)) =
                std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
        {
            read += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
    };
    let _ = tokio::time::timeout(PATIENCE, reading).await;
}

/// From now on upstream is asked anew about every index file, before it is served.
fn refresh(state: &Arc<ServerState>) -> Response<Body> {
    if state.crates_io.pull.is_none() {
        return error(
            StatusCode::CONFLICT,
            "the server asks no upstream: what is in the mirror is all there is",
        );
    }
    let now = state.common.clock.now();
    state.refreshed.store(now.0, Ordering::Relaxed);
    state.absent.clear();
    state.cache.expire();
    (state.common.watch)(&Event::Note {
        message: "upstream is asked anew about every index file".to_owned(),
    });
    text(StatusCode::OK, JSON, "{\"refreshed\":true}\n")
}
