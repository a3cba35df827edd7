//! Requests that are to change something: what administrators ask for, and what a mirror does not do.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request, Response, StatusCode};

use crate::model::event::Event;
use crate::serve::admit::peer::Peer;
use crate::serve::admit::token_file::Right;
use crate::serve::answer::body::{Body, JSON, error, text};
use crate::serve::api::receive::drain;
use crate::serve::api::{hosted, registry, trusted};
use crate::serve::registry::place::Place;
use crate::serve::registry::state::ServerState;
use crate::serve::route::handler::{denied, not_allowed};
use crate::serve::route::router::{Route, route};

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
    if let Route::Api(Place::Registry(name)) | Route::Search(Place::Registry(name)) = route
        && !smuggles
        && let Some(registry) = state.hosted(name)
    {
        if trusted::is_meant(&path) {
            return trusted::answer(state, request, &registry, peer).await;
        }
        return hosted::answer(state, request, &registry, peer).await;
    }
    let command = match route {
        Route::Prefetch | Route::Refresh => true,
        Route::Api(_) | Route::Search(_) if !smuggles => {
            let answer = if right < Right::Read {
                denied(state, &request, None, peer)
            } else {
                registry::refuse(&request)
            };
            state.stats.malformed.add(1);
            drain(request.into_body()).await;
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
        (Right::None, _) => denied(state, &request, None, peer),
        (Right::Read, _) => {
            state.stats.unauthorized.add(1);
            let detail = "this takes an admin token, from the server's --token-file";
            error(StatusCode::FORBIDDEN, detail)
        }
    }
}

/// From now on upstream is asked anew about every index file, before it is served.
fn refresh(state: &Arc<ServerState>) -> Response<Body> {
    if state.sources().iter().all(|source| source.pull.is_none()) {
        return error(
            StatusCode::CONFLICT,
            "the server asks no upstream: what is in the mirror is all there is",
        );
    }
    let now = state.common.mirror.clock.now();
    state.refreshed.store(now.0, Ordering::Relaxed);
    state.absent.clear();
    state.cache.expire();
    (state.common.mirror.watch)(&Event::Note {
        message: "upstream is asked anew about every index file".to_owned(),
    });
    text(StatusCode::OK, JSON, "{\"refreshed\":true}\n")
}
