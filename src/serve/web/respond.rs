//! A request for a page, and its answer: who may see it, whether it has changed, and the headers that keep a browser from
//! doing anything but show it.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION,
    REFERRER_POLICY, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Request, Response, StatusCode};
use maud::html;

use crate::model::access::refusal::Refusal;
use crate::serve::admit::peer::Peer;
use crate::serve::answer::body::{Body, HttpError, PLAIN, blocking, error, text};
use crate::serve::answer::negotiate::{Coding, matching_tag};
use crate::serve::answer::pages::MadePage;
use crate::serve::registry::place::Place;
use crate::serve::registry::state::ServerState;
use crate::serve::web::address::{Links, Page};
use crate::serve::web::asked::{self, Asked};
use crate::serve::web::frame::{Frame, sorry};
use crate::serve::web::guard::{self, CHALLENGE};
use crate::serve::web::make::{self, MakeError};
use crate::serve::web::{search, style};

const HTML: &str = "text/html; charset=utf-8";

const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// Nothing runs, nothing is loaded from elsewhere, nobody frames it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What else than its address makes a page another one.
const VARIES: HeaderValue = HeaderValue::from_static(
    "accept, accept-encoding, authorization, forwarded, host, x-forwarded-host, x-forwarded-prefix, x-forwarded-proto",
);

/// Whether a client wants pages: a browser says so, `curl` does not.
pub fn wants_html<B>(request: &Request<B>) -> bool {
    let accept = request.headers().get(ACCEPT);
    let accept = accept
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    accept.contains("text/html") || accept.contains("application/xhtml+xml")
}

/// Answers a request for a page of a registry. The start of the server is `None`.
pub async fn answer(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    place: Place<'_>,
    page: Option<Page>,
    peer: Peer,
) -> Response<Body> {
    let mut answer = match page {
        Some(Page::Robots) => text(StatusCode::OK, PLAIN, ROBOTS),
        Some(Page::Part(name)) => match style::part(&name) {
            Some(part) => part,
            None => error(StatusCode::NOT_FOUND, "there is no such thing here"),
        },
        page => match state.base(request, peer) {
            Some(base) => asked(state, request, place, page, &base).await,
            None => error(StatusCode::BAD_REQUEST, "the request names no host"),
        },
    };
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(VARY, VARIES);
    }
    answer
}

async fn asked(
    state: &Arc<ServerState>,
    request: &Request<Incoming>,
    place: Place<'_>,
    page: Option<Page>,
    base: &str,
) -> Response<Body> {
    let registry = match place {
        Place::CratesIo => None,
        Place::Registry(name) => Some(name),
    };
    let links = Links::new(base, registry);
    let name = page.as_ref().and_then(Page::name);
    let judged = guard::judge(state, request, place, name);
    // How to get at it is no secret; what is in it may be one.
    if let (Err(refusal), Some(_)) = (&judged, &page) {
        state.stats.unauthorized.add(1);
        return refused(state, &links, refusal);
    }
    let readable = |name: &str| guard::judge(state, request, Place::Registry(name), None).is_ok();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let may_read = judged.is_ok();
    let reader = judged.ok().flatten();
    let Some(source) = state.source(place) else {
        return error(StatusCode::NOT_FOUND, "there is no such thing here");
    };
    let wanted = match &page {
        Some(Page::Search) => Some(search::wanted(
            &asked::searched_for(&query),
            asked::page_number(&query),
        )),
        None | Some(Page::Registry) => may_read.then(search::newest),
        Some(_) => None,
    };
    let found = match wanted {
        Some(wanted) => match state.search(&source, wanted, reader.clone()).await {
            Ok(found) => Some(found),
            Err(cause) => return HttpError::of(&cause).answer(),
        },
        None => None,
    };
    let wanted = Asked {
        registries: match page {
            None => make::registries(state, readable),
            Some(_) => Vec::new(),
        },
        page,
        registry: registry.map(str::to_owned),
        query,
        base: base.to_owned(),
        may_read,
        links,
        found,
        reader,
    };
    let making = Arc::clone(state);
    let coding = accepted(request);
    let turn = state.made_pages.turn().await;
    let made = blocking("making a page", move || {
        let _turn = turn;
        Ok(make::make(&making, &wanted).inspect(|page| {
            // Here, since it takes milliseconds.
            page.packed(coding);
        }))
    });
    match made.await {
        Ok(Ok(page)) => send(state, request, &page),
        Ok(Err(MakeError::Moved(address))) => moved(&address),
        Ok(Err(MakeError::Absent)) => error(StatusCode::NOT_FOUND, "there is no such thing here"),
        Ok(Err(MakeError::Failed(cause))) | Err(cause) => HttpError::of(&cause).answer(),
    }
}

/// How a page may be sent. One that a token opens is sent as it is: it repeats what was searched for beside what only some may
/// read, and its length would tell those who listen how much of the one is in the other.
fn accepted<B>(request: &Request<B>) -> Coding {
    let headers = request.headers();
    match headers.get(ACCEPT_ENCODING) {
        Some(accepted) if !headers.contains_key(AUTHORIZATION) => {
            Coding::accepted(accepted.as_bytes())
        }
        _ => Coding::Identity,
    }
}

fn send<B>(state: &ServerState, request: &Request<B>, page: &MadePage) -> Response<Body> {
    let tag = |coding: Coding| {
        let suffix = coding.name().map(|name| format!("-{name}"));
        let tag = format!("\"{}{}\"", page.tag, suffix.unwrap_or_default());
        HeaderValue::from_str(&tag).ok()
    };
    let known = request.headers().get(IF_NONE_MATCH);
    let known = known.filter(|_| page.status == 200);
    if let Some(coding) = known.and_then(|known| matching_tag(known.as_bytes(), &page.tag)) {
        state.stats.not_modified.add(1);
        let mut answer = Response::new(Body::Empty);
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
            .headers_mut()
            .extend(tag(coding).map(|tag| (ETAG, tag)));
        return answer;
    }
    let coding = accepted(request);
    let (bytes, coding) = match page.packed(coding) {
        Some(packed) => (packed, coding),
        None => (&page.html, Coding::Identity),
    };
    state.stats.sent.add(bytes.len() as u64);
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::OK);
    let mut answer = text(status, HTML, bytes.clone());
    let headers = answer.headers_mut();
    if let Some(name) = coding.name() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    if page.status == 200 {
        headers.extend(tag(coding).map(|tag| (ETAG, tag)));
    }
    answer
}

fn moved(address: &str) -> Response<Body> {
    let mut answer = text(StatusCode::FOUND, PLAIN, format!("{address}\n"));
    if let Ok(address) = HeaderValue::from_str(address) {
        answer.headers_mut().insert(LOCATION, address);
    }
    answer
}

fn refused(state: &ServerState, links: &Links, refusal: &Refusal) -> Response<Body> {
    let site = state.web.title();
    let frame = Frame {
        site: &site,
        links,
        title: "A token is needed",
        query: "",
        may_search: false,
    };
    let why = html! {
        p { (refusal) "." }
        p {
            "Reload the page, and give a token of this server as the password; the name is of no interest. "
            a href=(links.top()) { "How to set up cargo" }
        }
    };
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let mut answer = text(status, HTML, sorry(&frame, frame.title, &why));
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
    }
    answer
}
