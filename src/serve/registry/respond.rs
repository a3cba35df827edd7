//! Answers out of what is ready, as a request wants them: unchanged, whole, in part, in another encoding.

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};

use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::{Body, HttpError, blocking, partial, unsatisfiable, with};
use crate::serve::answer::cached::{CACHED, CachedAnswer, Content, Evidence, Freshness};
use crate::serve::answer::negotiate::{Coding, Part, matching_tag, part};
use crate::serve::answer::recheck;
use crate::serve::registry::hosted::may_read_cached;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// The answer to the commonest of requests: what is in memory and fresh. `None`: it goes the long way, through [`crate::serve::route::handler::handle`].
///
/// Nothing here waits, and nothing is held that is not ready, so it does not count as a request in flight.
pub fn from_memory(state: &ServerState, request: &Request<Incoming>) -> Option<Response<Body>> {
    let plain = matches!(*request.method(), Method::GET | Method::HEAD);
    if !plain || !request.body().is_end_stream() || !may_read_cached(state, request) {
        return None;
    }
    let cached = state.cache.get(request.uri().path())?;
    let now = state.now();
    if !cached.is_fresh(now) || is_recheck(state, request, &cached, now) {
        return None;
    }
    let answer = in_memory(state, request, &cached, None)?;
    state.stats.requests.add(1);
    Some(answer)
}

/// Whether upstream is to be asked before this request is answered, although the answer in memory is fresh.
pub fn is_recheck(
    state: &ServerState,
    request: &Request<Incoming>,
    cached: &CachedAnswer,
    now: u64,
) -> bool {
    state.rechecks.is_due(cached.pace, now) && recheck::is_conditional(request.headers())
}

/// What is ready, as the request wants it.
pub async fn respond(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    cached: &Arc<CachedAnswer>,
    came: Option<&'static str>,
    source: &Source,
) -> Response<Body> {
    if let Some(answer) = in_memory(state, request, cached, came) {
        return answer;
    }
    if let Content::File { id, length } = &cached.content {
        count(state, cached, came);
        return file(state, request, cached, source, id, *length).await;
    }
    let coding = accepted(request);
    let packing = Arc::clone(cached);
    let packed = blocking("packing an index file", move || {
        packing.pack(coding);
        Ok(())
    });
    let answer = match packed.await {
        Ok(()) => in_memory(state, request, cached, came),
        Err(_) => None,
    };
    answer.unwrap_or_else(|| HttpError::later("it broke; ask again").answer())
}

/// The answer, if it is in memory in the encoding it is asked for, or if the client has it already.
fn in_memory(
    state: &ServerState,
    request: &Request<Incoming>,
    cached: &Arc<CachedAnswer>,
    came: Option<&'static str>,
) -> Option<Response<Body>> {
    let headers = request.headers();
    if let Some(coding) = unchanged(headers, cached) {
        count(state, cached, came);
        state.stats.not_modified.add(1);
        let headers = cached.not_modified(coding);
        return Some(with(StatusCode::NOT_MODIFIED, headers, Body::Empty));
    }
    let Content::Memory(bytes) = &cached.content else {
        return None;
    };
    let head = request.method() == Method::HEAD;
    let is_crate = cached.count.is_some();
    if is_crate
        && let Some(range) = headers.get(RANGE)
        && range_holds(headers, cached)
    {
        let length = bytes.len() as u64;
        match part(range.as_bytes(), length) {
            Part::Whole => {}
            Part::Unsatisfiable => {
                count(state, cached, came);
                return Some(unsatisfiable(length));
            }
            Part::Range(from, to) => {
                let at = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
                let body = bytes.slice(at(from)..at(to));
                count(state, cached, came);
                let body = send(state, cached, body, head);
                return Some(partial(cached.headers.clone(), from, to, length, body));
            }
        }
    }
    let mut coded = None;
    if !is_crate {
        coded = cached.coded(accepted(request))?;
    }
    count(state, cached, came);
    let (headers, bytes) = match coded {
        Some(coded) => (&coded.headers, &coded.bytes),
        None => (&cached.headers, bytes),
    };
    let mut headers = headers.clone();
    if let Some(came) = came {
        headers.insert(CACHED, HeaderValue::from_static(came));
    }
    let body = match send(state, cached, bytes.clone(), head) {
        // Only unencoded bytes are in sealed memory.
        Body::Kept(bytes, _) if coded.is_some() => Body::Whole(bytes),
        body => body,
    };
    Some(with(StatusCode::OK, headers, body))
}

fn accepted(request: &Request<Incoming>) -> Coding {
    let asked = request.headers().get(ACCEPT_ENCODING);
    asked.map_or(Coding::Identity, |asked| Coding::accepted(asked.as_bytes()))
}

fn count(state: &ServerState, cached: &CachedAnswer, came: Option<&'static str>) {
    let hits = if cached.count.is_some() {
        &state.stats.crates
    } else {
        &state.stats.index
    };
    match (came, cached.freshness) {
        (Some(_), _) => hits.misses.add(1),
        (None, Freshness::Stale) => hits.stale.add(1),
        (None, _) => hits.hits.add(1),
    }
    if let Some(count) = &cached.count {
        count.used(state.common.mirror.clock.now());
    }
}

fn send(state: &ServerState, cached: &Arc<CachedAnswer>, bytes: Bytes, head: bool) -> Body {
    if head {
        return Body::Empty;
    }
    state.stats.sent.add(bytes.len() as u64);
    if cached.count.is_some() {
        state.stats.saved.add(bytes.len() as u64);
    }
    Body::Kept(Some(bytes), Arc::clone(cached))
}

/// A large crate, out of its file.
async fn file(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    cached: &CachedAnswer,
    source: &Source,
    id: &CrateId,
    length: u64,
) -> Response<Body> {
    let headers = request.headers();
    let (store, wanted, proof) = (Arc::clone(&source.store), id.clone(), cached.proof);
    let opened = blocking("reading a crate", move || match proof {
        Evidence::Crate(stamp, checksum) => store.reopen(&wanted, &stamp, &checksum),
        Evidence::None | Evidence::Index(..) => Ok(None),
    })
    .await;
    let file = match opened {
        Ok(Some(file)) => Arc::new(file),
        // It was evicted a moment ago.
        Ok(None) => {
            let path = source.crate_path(id);
            state.cache.forget(&path);
            return HttpError::later("it has just changed; ask again").answer();
        }
        Err(error) => return HttpError::of(&error).answer(),
    };
    let range = headers.get(RANGE).filter(|_| range_holds(headers, cached));
    let asked = range.map_or(Part::Whole, |range| part(range.as_bytes(), length));
    let head = request.method() == Method::HEAD;
    let body = |from: u64, to: u64| {
        if head {
            return Body::Empty;
        }
        state.stats.saved.add(to - from);
        Body::file(file, from, to, state.limits.piece())
    };
    match asked {
        Part::Whole => with(StatusCode::OK, cached.headers.clone(), body(0, length)),
        Part::Range(from, to) => partial(cached.headers.clone(), from, to, length, body(from, to)),
        Part::Unsatisfiable => unsatisfiable(length),
    }
}

/// In which encoding the client has it already, if it has. A tag goes before a date.
fn unchanged(headers: &HeaderMap, cached: &CachedAnswer) -> Option<Coding> {
    if let Some(tags) = headers.get(IF_NONE_MATCH) {
        return matching_tag(tags.as_bytes(), &cached.tag);
    }
    let since = headers.get(IF_MODIFIED_SINCE)?;
    let since = since
        .to_str()
        .ok()
        .and_then(|text| httpdate::parse_http_date(text).ok())?;
    (Timestamp::from(since) >= cached.modified).then_some(Coding::Identity)
}

/// Whether a range may be taken from what there is now.
fn range_holds(headers: &HeaderMap, cached: &CachedAnswer) -> bool {
    let Some(of) = headers.get(IF_RANGE) else {
        return true;
    };
    let of = of.as_bytes();
    if of.starts_with(b"\"") {
        return matching_tag(of, &cached.tag).is_some();
    }
    let date = std::str::from_utf8(of)
        .ok()
        .and_then(|text| httpdate::parse_http_date(text).ok());
    date.is_some_and(|date| Timestamp::from(date) == cached.modified)
}
