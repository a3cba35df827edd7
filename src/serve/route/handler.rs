//! Maps each route to its handler: index files to `registry::index`, crates to `registry::download`, pages, the API.

use std::sync::Arc;
use std::time::Instant;

use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING, VARY,
    WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode, Version};
use tracing::{Instrument, debug, debug_span};

use crate::io::http::via;
use crate::model::access::refusal::Refusal;
use crate::model::package::id::CrateName;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::admit::limits::RequestPermit;
use crate::serve::admit::peer::Peer;
use crate::serve::answer::body::{self, Body, HttpError, blocking, error};
use crate::serve::answer::recheck;
use crate::serve::api::call::call_of;
use crate::serve::api::crates::{self, Read};
use crate::serve::api::{hosted, registry, search};
use crate::serve::metrics::counters::Hits;
use crate::serve::pages::{history, home, stats};
use crate::serve::registry::age::Age;
use crate::serve::registry::download::{self};
use crate::serve::registry::hosted::{folder_of, may_read};
use crate::serve::registry::index;
use crate::serve::registry::pass_through::{self};
use crate::serve::registry::place::Place;
use crate::serve::registry::read_along::{elsewhere, read_along};
use crate::serve::registry::respond::{is_recheck, respond};
use crate::serve::registry::source::Source;
use crate::serve::registry::state::{Outcome, ServerState, millis};
use crate::serve::route::command;
use crate::serve::route::router::{Route, route};
use crate::serve::web::respond as web;

/// Answers a request.
pub async fn handle(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    let client = || state.front.client(request.headers(), peer.address);
    let span = debug_span!(
        "request",
        method = request.method().as_str(),
        path = request.uri().path(),
        client = client().map(tracing::field::display),
    );
    let started = Instant::now();
    let mut answer = async {
        let answer = answered(state, request, peer).await;
        debug!(
            status = answer.status().as_u16(),
            milliseconds = millis(started.elapsed()),
            "answered"
        );
        answer
    }
    .instrument(span)
    .await;
    // What says nothing of how long it holds is kept by caches for as long as they like.
    let headers = answer.headers_mut();
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

async fn answered(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    state.stats.requests.add(1);
    // A connection of a proxy is not one of its client: what that has under way is counted instead.
    let trusted = state.front.trusts(peer.address);
    let client = || state.front.client(request.headers(), peer.address);
    let client = trusted.then(client).flatten();
    let client = client.filter(|client| !state.front.trusts(Some(*client)));
    let Some(permit) = state.limits.request(client) else {
        state.turned_away();
        return HttpError::later("too many requests at once").answer();
    };
    let request = state.identified(request).await;
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        let mut answer = command::take(state, request, peer).await;
        // Whoever sends a body may have said its length in two ways; what follows it is not read as another request.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
        return answer;
    }
    if let Some(refused) = refuse(&request) {
        state.stats.malformed.add(1);
        return refused;
    }
    let path = request.uri().path();
    let route = route(path);
    let read = read_of(&route, method, path);
    // What is judged is what is read, however its name is spelled in the path.
    let name = route.name().or_else(|| read.as_ref()?.name()).cloned();
    let may_read = may_read(state, &request, name.as_ref());
    if may_read
        && let Some(cached) = state.cache.get(path)
        && cached.is_fresh(state.now())
        && !is_recheck(state, &request, &cached, state.now())
    {
        let source = state.source_at(path);
        let answer = respond(state, &request, &cached, None, &source).await;
        return in_flight(answer, permit);
    }
    if let Route::Api(Place::Registry(name)) = route
        && read.is_none()
        && let Some(registry) = state.hosted(name)
    {
        let answer = hosted::answer(state, request, &registry, peer).await;
        return in_flight(answer, permit);
    }
    let is_start = matches!(route, Route::Home) && web::wants_html(&request);
    if state.web.pages && (is_start || matches!(route, Route::Page(..))) {
        let (place, page) = match route {
            Route::Page(place, page) => (place, Some(page)),
            _ => (Place::CratesIo, None),
        };
        let mut answer = web::answer(state, &request, place, page, peer).await;
        if *method == Method::HEAD {
            *answer.body_mut() = Body::Empty;
        }
        return in_flight(answer, permit);
    }
    let open = matches!(
        route,
        Route::Home | Route::Health | Route::Ready | Route::Me(_)
    );
    if !may_read && !open {
        return denied(state, &request, name.as_ref(), peer);
    }
    if let Some(circle) = circle(state, &request) {
        return circle;
    }
    let mut answer = routed(state, &request, route, peer).await;
    if *method == Method::HEAD {
        *answer.body_mut() = Body::Empty;
    }
    in_flight(answer, permit)
}

/// What a request asks a registry's API to read, if it does.
fn read_of(route: &Route<'_>, method: &Method, path: &str) -> Option<Read> {
    let is_api = matches!(route, Route::Api(_));
    is_api.then(|| Read::of(method, path)).flatten()
}

/// The refusal of a request that this server has sent itself, perhaps by way of others: it would wait for its own answer.
fn circle(state: &ServerState, request: &Request<Incoming>) -> Option<Response<Body>> {
    if !request.headers().contains_key(via::HEADER) {
        return None;
    }
    let itself = state.sources().iter().any(|source| {
        let mut names = request.headers().get_all(via::HEADER).iter();
        let pull = source.pull.as_ref();
        pull.is_some_and(|pull| names.any(|names| pull.via.came_from(names.as_bytes())))
    });
    itself.then(|| {
        let said = "upstream of this server is this server itself";
        error(StatusCode::LOOP_DETECTED, said)
    })
}

/// An answer that counts as a request in flight until its body is sent.
fn in_flight(answer: Response<Body>, permit: RequestPermit) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, body.with_permit(permit))
}

async fn routed(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    route: Route<'_>,
    peer: Peer,
) -> Response<Body> {
    let absent = || HttpError::absent("there is no such thing here").answer();
    let no_host = || error(StatusCode::BAD_REQUEST, "the request names no host");
    match route {
        // Pages are answered before; here they are off.
        Route::Nothing | Route::Page(..) => absent(),
        Route::TooLong => error(StatusCode::URI_TOO_LONG, "no path here is that long"),
        Route::Home => match state.base(request, peer) {
            Some(base) => home::home(&base),
            None => no_host(),
        },
        Route::Health => body::text(StatusCode::OK, body::PLAIN, "ok\n"),
        Route::Ready => stats::ready(state).await,
        Route::Metrics => body::text(StatusCode::OK, body::METRICS, stats::metrics(state)),
        Route::Stats => body::text(StatusCode::OK, body::JSON, stats::stats(state)),
        Route::History => body::text(StatusCode::OK, body::JSON, history::history(state)),
        Route::Prefetch | Route::Refresh => not_allowed("POST"),
        Route::Registries => hosted::list(state, request).await,
        Route::Me(place) => match hosted_at(state, place) {
            Some(registry) => hosted::me(&registry),
            None => registry::me(state.access.required()),
        },
        Route::Api(place) | Route::Search(place) => api(state, request, place).await,
        Route::Config(place) => {
            let Some(base) = state.base(request, peer) else {
                return no_host();
            };
            match state.source(place) {
                Some(source) => {
                    let has_api = state.web.api || hosted_at(state, place).is_some();
                    let closed = state.is_closed(&source.prefix);
                    config(&base, &source.prefix, closed, has_api)
                }
                None => absent(),
            }
        }
        Route::Index(place, name) if state.is_kept_private(place, &name) => absent(),
        Route::Crate(place, id) if state.is_kept_private(place, &id.name) => absent(),
        Route::Index(place, name) => {
            let Some(source) = state.source(place) else {
                return absent();
            };
            let path = request.uri().path();
            let age = if recheck::is_conditional(request.headers()) {
                Age::Recheck
            } else {
                Age::Usual
            };
            let outcome = index::load(state, &source, &name, path, age).await;
            finish(state, request, outcome, &state.stats.index, &source).await
        }
        Route::Crate(place, id) => {
            let Some(source) = state.source(place) else {
                return absent();
            };
            // One name for one thing, however it was escaped.
            let path = source.crate_path(&id);
            if let Some(cached) = state.cache.get(&path) {
                let (check, checked) = (Arc::clone(&source), Arc::clone(&cached));
                let (server, wanted) = (Arc::clone(state), id.clone());
                let same = blocking("looking at a crate", move || {
                    Ok(download::still_there(&server, &check, &wanted, &checked))
                });
                if same.await.unwrap_or(false) {
                    return respond(state, request, &cached, None, &source).await;
                }
                state.cache.forget(&path);
            }
            let outcome = download::load(state, &source, &id, &path).await;
            finish(state, request, outcome, &state.stats.crates, &source).await
        }
    }
}

/// What a registry's web API answers to whoever reads.
async fn api(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    place: Place<'_>,
) -> Response<Body> {
    let path = request.uri().path();
    let is_search = call_of(path) == Some("crates");
    let read = Read::of(request.method(), path);
    match (state.source(place), read) {
        _ if !state.web.api && hosted_at(state, place).is_none() => registry::refuse(request),
        (Some(source), _) if is_search => search::search(state, &source, request).await,
        (Some(source), Some(Read::Summary)) => search::summary(state, &source, request).await,
        (Some(source), Some(read)) => crates::read(state, &source, request, read).await,
        (None, _) if is_search => HttpError::absent("there is no such thing here").answer(),
        _ => registry::refuse(request),
    }
}

async fn finish(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    outcome: Outcome,
    hits: &Hits,
    source: &Arc<Source>,
) -> Response<Body> {
    let head = request.method() == Method::HEAD;
    // Such a client takes the end of the connection for the end of a body whose length it does not know.
    let whole = request.version() < Version::HTTP_11;
    let trouble = match outcome {
        Outcome::Cached(cached) => return respond(state, request, &cached, None, source).await,
        Outcome::Fetched(cached) => {
            return respond(state, request, &cached, Some("miss"), source).await;
        }
        Outcome::InFlight(crate_) => match read_along(state, source, &crate_, head, whole).await {
            Ok(answer) => {
                hits.misses.add(1);
                crate_.count.used(state.common.mirror.clock.now());
                return answer;
            }
            Err(trouble) if trouble.is_of_the_store() => {
                let (id, path) = (&crate_.id, &crate_.path);
                let outcome = pass_through::load(state, source, id, crate_.checksum, path).await;
                return Box::pin(finish(state, request, outcome, hits, source)).await;
            }
            Err(trouble) => trouble,
        },
        Outcome::Elsewhere(link) => {
            hits.misses.add(1);
            return elsewhere(&link);
        }
        Outcome::Through(through) => {
            match pass_through::answer(state, source, &through, head, whole).await {
                Ok(answer) => {
                    hits.misses.add(1);
                    return answer;
                }
                Err(trouble) => trouble,
            }
        }
        Outcome::Failed(trouble) => trouble,
    };
    if trouble.status == StatusCode::NOT_FOUND {
        hits.absent.add(1);
    } else {
        hits.failed.add(1);
    }
    trouble.answer()
}

fn config(base: &str, folder: &str, auth_required: bool, has_api: bool) -> Response<Body> {
    // Without it cargo takes no second `cargo login`, and no search.
    let api = if folder == CRATES_IO_FOLDER {
        base.to_owned()
    } else {
        format!("{base}/{folder}")
    };
    let mut config = serde_json::json!({
        "dl": format!("{base}/{folder}/dl/{{crate}}/{{version}}/download"),
    });
    if has_api {
        config["api"] = api.into();
    }
    if auth_required {
        config["auth-required"] = true.into();
    }
    let mut answer = body::text(StatusCode::OK, body::JSON, format!("{config}\n"));
    let headers = answer.headers_mut();
    headers.insert(
        VARY,
        HeaderValue::from_static("host, forwarded, x-forwarded-host, x-forwarded-proto"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// The refusal of a request; `name` is the crate that it asks for, where one is meant.
pub fn denied(
    state: &ServerState,
    request: &Request<Incoming>,
    name: Option<&CrateName>,
    peer: Peer,
) -> Response<Body> {
    state.stats.unauthorized.add(1);
    let folder = folder_of(request.uri().path());
    let base = state.base(request, peer).unwrap_or_default();
    let (mut answer, page) = if state.hosted_in(folder).is_some() {
        let refusal = state.judge_reader(request, folder, name);
        let refusal = refusal.err().unwrap_or(Refusal::NoToken);
        let status = StatusCode::from_u16(refusal.status());
        let status = status.unwrap_or(StatusCode::UNAUTHORIZED);
        let page = format!("{base}/{folder}/me");
        (error(status, &refusal.to_string()), page)
    } else {
        let of = folder.strip_prefix("registries/");
        let of = of.map_or(String::new(), |name| format!("-{name}"));
        let detail = format!(
            "this registry takes a token: `cargo login --registry cargo-mirror-server{of}`"
        );
        let page = format!("{base}/me");
        (error(StatusCode::UNAUTHORIZED, &detail), page)
    };
    // Only 401 makes cargo ask for a token.
    if answer.status() == StatusCode::UNAUTHORIZED
        && let Ok(challenge) = HeaderValue::from_str(&format!("Cargo login_url=\"{page}\""))
    {
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// The hosted registry that a request speaks to, if it is one.
fn hosted_at(state: &ServerState, place: Place<'_>) -> Option<Arc<OpenRegistry>> {
    match place {
        Place::Registry(name) => state.hosted(name),
        Place::CratesIo => None,
    }
}

pub fn not_allowed(allowed: &'static str) -> Response<Body> {
    let mut answer = error(StatusCode::METHOD_NOT_ALLOWED, "not with this method");
    answer
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}

/// Two lengths for one body, or two hosts, are how requests are smuggled past a proxy; and nothing here takes a body with GET.
fn refuse(request: &Request<Incoming>) -> Option<Response<Body>> {
    let headers = request.headers();
    let transfer = headers.contains_key(TRANSFER_ENCODING);
    let length = headers.get(CONTENT_LENGTH);
    let why = if transfer || length.is_some_and(|length| length != "0") {
        "this request may not have a body"
    } else if headers.get_all(HOST).iter().count() > 1 {
        "the request names two hosts"
    } else {
        return None;
    };
    let mut answer = error(StatusCode::BAD_REQUEST, why);
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    Some(answer)
}
