//! One request, one answer. What is in memory and fresh is answered at once; all else goes its way through `index` and
//! `download`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, HOST, HeaderValue,
    TRANSFER_ENCODING, VARY, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};
use tokio::runtime::Handle;

use crate::io::http::chain;
use crate::io::store::Store;
use crate::model::error::Error;
use crate::model::event::Event;
use crate::model::moment::Moment;
use crate::ops::access::Common;
use crate::serve::access::{Access, Right};
use crate::serve::answer::{self, Body, Trouble, blocking, error};
use crate::serve::cache::Cache;
use crate::serve::download::{self, OnItsWay};
use crate::serve::hot::Hot;
use crate::serve::index;
use crate::serve::keeper::Keeper;
use crate::serve::limits::{Limits, Ticket};
use crate::serve::pages;
use crate::serve::prefetch::Prefetching;
use crate::serve::pull::Pull;
use crate::serve::ready::ready;
use crate::serve::router::{Place, Route, route};
use crate::serve::single::{Open, Singles};
use crate::serve::stats::{Hits, Stats};
use crate::serve::usage::Usage;

/// Everything that requests share.
pub struct Serving {
    pub common: Common,
    pub clock: fn() -> Moment,
    pub started: Instant,
    /// Where work goes on when the client that wanted it has gone.
    pub runtime: Handle,
    pub hot: Cache,
    pub crates_io: Arc<Source>,
    /// The other registries of the mirror that were asked for.
    pub registries: RwLock<HashMap<String, Arc<Source>>>,
    pub under_way: Singles<String, Outcome>,
    pub absent: Absent,
    pub access: Access,
    pub limits: Arc<Limits>,
    pub stats: Arc<Stats>,
    pub keeper: Keeper,
    pub refresh: Duration,
    /// Where clients find the server, if not at the host they name. No slash at its end.
    pub public: Option<String>,
    pub prefetching: Arc<Prefetching>,
}

/// One source of the mirror.
pub struct Source {
    /// Its folder in the mirror, and the start of its addresses.
    pub folder: String,
    pub store: Arc<Store>,
    pub usage: Arc<Usage>,
    /// `None`: what is in the mirror is all there is.
    pub pull: Option<Pull>,
}

/// How a request for an index file or a crate ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Without upstream.
    Hot(Arc<Hot>),
    /// Upstream had to be asked.
    Fetched(Arc<Hot>),
    OnItsWay(OnItsWay),
    Trouble(Trouble),
}

/// What is known not to exist, for a moment.
#[derive(Debug, Default)]
pub struct Absent(Mutex<HashMap<String, (Instant, Trouble)>>);

impl Absent {
    const SPAN: Duration = Duration::from_secs(30);
    /// More than this are not remembered at once.
    const MOST: usize = 10_000;

    pub fn remember(&self, path: &str, trouble: Trouble) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.retain(|_, (since, _)| since.elapsed() < Self::SPAN);
        }
        if known.len() < Self::MOST {
            known.insert(path.to_owned(), (Instant::now(), trouble));
        }
    }

    pub fn recall(&self, path: &str) -> Option<Trouble> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, trouble) = known.get(path)?;
        (since.elapsed() < Self::SPAN).then(|| trouble.clone())
    }
}

/// What is known of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub address: Option<IpAddr>,
    pub tls: bool,
}

impl Serving {
    /// Milliseconds since the start.
    pub fn now(&self) -> u64 {
        index::millis(self.started.elapsed())
    }

    /// Upstream has failed: counted, and told to whoever watches the server, now and then.
    pub fn upstream_failed(&self, error: &Error) {
        let said = chain(error);
        if self.stats.upstream_failed(&said) {
            (self.common.watch)(&Event::Warning {
                message: format!("upstream: {said}"),
                help: error.hint(),
            });
        }
    }

    /// The outcome for a path: the work on it is done once for all who ask meanwhile.
    pub async fn once<F>(
        &self,
        path: &str,
        work: impl FnOnce(Open<String, Outcome>) -> F,
    ) -> Outcome
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(trouble) = self.absent.recall(path) {
            return Outcome::Trouble(trouble);
        }
        let outcome = self
            .under_way
            .join(&self.runtime, &path.to_owned(), work)
            .await;
        outcome.unwrap_or_else(|| Outcome::Trouble(Trouble::later("it broke; ask again")))
    }

    /// A source by the start of its addresses; `None` where the mirror has no such folder.
    fn source(&self, place: Place<'_>) -> Option<Arc<Source>> {
        let Place::Registry(name) = place else {
            return Some(Arc::clone(&self.crates_io));
        };
        let known = self
            .registries
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = known.get(name) {
            return Some(Arc::clone(source));
        }
        drop(known);
        let folder = place.folder().into_owned();
        let store = self.common.source(&folder);
        if !store.folder().is_dir() {
            return None;
        }
        let source = Arc::new(Source {
            usage: Arc::default(),
            store: Arc::new(store),
            pull: None,
            folder,
        });
        let mut known = self
            .registries
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(known.entry(name.to_owned()).or_insert(source)))
    }

    /// Where a client that sent this request finds the server. `None`: what it names as host is none.
    pub fn base(&self, request: &Request<Incoming>, peer: Peer) -> Option<String> {
        if let Some(public) = &self.public {
            return Some(public.clone());
        }
        let scheme = if peer.tls { "https" } else { "http" };
        let authority = request
            .uri()
            .authority()
            .map(hyper::http::uri::Authority::as_str);
        let header = || request.headers().get(HOST)?.to_str().ok();
        let host = authority.or_else(header)?;
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let sound = !host.is_empty() && host.len() <= 255 && host.bytes().all(sound);
        sound.then(|| format!("{scheme}://{host}"))
    }
}

/// Answers a request.
pub async fn handle(
    serving: &Arc<Serving>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    serving.stats.requests.add(1);
    let Some(ticket) = serving.limits.request() else {
        serving.stats.turned_away.add(1);
        return Trouble::later("too many requests at once").answer();
    };
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        let mut answer = other_method(serving, request, peer).await;
        // Whoever sends a body may have said its length in two ways; what follows it is not read as another request.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
        return answer;
    }
    if let Some(refused) = refuse(&request) {
        serving.stats.refused.add(1);
        return refused;
    }
    let path = request.uri().path();
    let may_read = may_read(serving, &request);
    if may_read
        && let Some(hot) = serving.hot.get(path)
        && hot.is_fresh(serving.now())
    {
        let answer = ready(serving, &request, &hot, None, &serving.crates_io).await;
        return in_flight(answer, ticket);
    }
    let route = route(path);
    let open = matches!(route, Route::Home | Route::Health | Route::Ready);
    if !may_read && !open {
        return denied(serving, &request, peer);
    }
    let mut answer = routed(serving, &request, route, peer).await;
    if *method == Method::HEAD {
        *answer.body_mut() = Body::Empty;
    }
    in_flight(answer, ticket)
}

/// An answer that counts as a request in flight until its body is sent.
fn in_flight(answer: Response<Body>, ticket: Ticket) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, body.with_ticket(ticket))
}

async fn routed(
    serving: &Arc<Serving>,
    request: &Request<Incoming>,
    route: Route<'_>,
    peer: Peer,
) -> Response<Body> {
    let absent = || Trouble::absent("there is no such thing here").answer();
    let no_host = || error(StatusCode::BAD_REQUEST, "the request names no host");
    match route {
        Route::Nothing => absent(),
        Route::TooLong => error(StatusCode::URI_TOO_LONG, "no path here is that long"),
        Route::Home => match serving.base(request, peer) {
            Some(base) => pages::home(&base),
            None => no_host(),
        },
        Route::Health => answer::text(StatusCode::OK, pages::PLAIN, "ok\n"),
        Route::Ready => pages::ready(serving).await,
        Route::Metrics => answer::text(StatusCode::OK, pages::METRICS, pages::metrics(serving)),
        Route::Stats => answer::text(StatusCode::OK, pages::JSON, pages::stats(serving)),
        Route::Prefetch => not_allowed("POST"),
        Route::Config(place) => {
            let Some(base) = serving.base(request, peer) else {
                return no_host();
            };
            match serving.source(place) {
                Some(source) => config(&base, &source.folder, serving.access.required()),
                None => absent(),
            }
        }
        Route::Index(place, name) => {
            let Some(source) = serving.source(place) else {
                return absent();
            };
            let path = request.uri().path();
            let outcome = index::load(serving, &source, &name, path).await;
            finish(serving, request, outcome, &serving.stats.index, &source).await
        }
        Route::Crate(place, id) => {
            let Some(source) = serving.source(place) else {
                return absent();
            };
            // One name for one thing, however it was escaped.
            let path = format!("/{}/dl/{}/{}/download", source.folder, id.name, id.version);
            if let Some(hot) = serving.hot.get(&path) {
                let (check, checked) = (Arc::clone(&source), Arc::clone(&hot));
                let (server, wanted) = (Arc::clone(serving), id.clone());
                let same = blocking("looking at a crate", move || {
                    Ok(download::still_there(&server, &check, &wanted, &checked))
                });
                if same.await.unwrap_or(false) {
                    return ready(serving, request, &hot, None, &source).await;
                }
                serving.hot.forget(&path);
            }
            let outcome = download::load(serving, &source, &id, &path).await;
            finish(serving, request, outcome, &serving.stats.crates, &source).await
        }
    }
}

async fn finish(
    serving: &Arc<Serving>,
    request: &Request<Incoming>,
    outcome: Outcome,
    hits: &Hits,
    source: &Source,
) -> Response<Body> {
    let trouble = match outcome {
        Outcome::Hot(hot) => return ready(serving, request, &hot, None, source).await,
        Outcome::Fetched(hot) => {
            return ready(serving, request, &hot, Some("miss"), source).await;
        }
        Outcome::OnItsWay(crate_) => {
            let head = request.method() == Method::HEAD;
            match download::read_along(serving, &crate_, head).await {
                Ok(answer) => {
                    hits.misses.add(1);
                    crate_.count.used((serving.clock)());
                    return answer;
                }
                Err(trouble) => trouble,
            }
        }
        Outcome::Trouble(trouble) => trouble,
    };
    if trouble.status == StatusCode::NOT_FOUND {
        hits.absent.add(1);
    } else {
        hits.failed.add(1);
    }
    trouble.answer()
}

pub fn may_read(serving: &Serving, request: &Request<Incoming>) -> bool {
    let authorization = || request.headers().get(AUTHORIZATION);
    !serving.access.required()
        || serving
            .access
            .right(authorization().map(HeaderValue::as_bytes))
            >= Right::Read
}

fn config(base: &str, folder: &str, auth_required: bool) -> Response<Body> {
    let mut config = serde_json::json!({
        "dl": format!("{base}/{folder}/dl/{{crate}}/{{version}}/download"),
    });
    if auth_required {
        config["auth-required"] = true.into();
    }
    let mut answer = answer::text(StatusCode::OK, pages::JSON, format!("{config}\n"));
    let headers = answer.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("host"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

fn denied(serving: &Serving, request: &Request<Incoming>, peer: Peer) -> Response<Body> {
    serving.stats.denied.add(1);
    let mut answer = error(
        StatusCode::UNAUTHORIZED,
        "this registry takes a token: `cargo login --registry cargo-mirror`",
    );
    let base = serving.base(request, peer).unwrap_or_default();
    if let Ok(challenge) = HeaderValue::from_str(&format!("Cargo login_url=\"{base}/\"")) {
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

fn not_allowed(allowed: &'static str) -> Response<Body> {
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

async fn other_method(
    serving: &Arc<Serving>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    let is_prefetch = matches!(route(request.uri().path()), Route::Prefetch);
    let headers = request.headers();
    let smuggles = headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH);
    if request.method() != Method::POST || !is_prefetch || smuggles {
        serving.stats.refused.add(1);
        return not_allowed(if is_prefetch { "POST" } else { "GET, HEAD" });
    }
    let authorization = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    match serving.access.right(authorization) {
        Right::Admin => serving.prefetching.take(serving, request.into_body()).await,
        Right::None => denied(serving, &request, peer),
        Right::Read => {
            serving.stats.denied.add(1);
            let detail = "this takes an admin token, from the server's --token-file";
            error(StatusCode::FORBIDDEN, detail)
        }
    }
}
