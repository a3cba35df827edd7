//! Crates that cannot be stored, because the disk is full or may only be read: passed on as they come. Small ones are taken
//! into memory once for all clients; each client of a large one has its own transfer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use hyper::{HeaderMap, Response, StatusCode};

use crate::io::upstream::pass_through::Passing;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::serve::answer::body::{Body, HttpError, with};
use crate::serve::answer::cached::{CachedAnswer, Content, Evidence, Lasting};
use crate::serve::answer::single_flight::Flight;
use crate::serve::registry::download::SMALL;
use crate::serve::registry::read_along::headers;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::{Outcome, ServerState, millis};

/// How long a small one stays ready: there is no file to look at.
const FRESH: Duration = Duration::from_mins(1);
/// No more than this is taken into memory for a client that could not tell a cut body from a whole one.
const MOST_IN_MEMORY: u64 = 64 << 20;

/// A large crate that is passed on: the first client takes the transfer that was started, others start their own.
#[derive(Debug, Clone)]
pub struct Through {
    id: CrateId,
    pub checksum: Sha256,
    begun: Arc<Mutex<Option<Passing>>>,
}

/// Fetches a crate without storing it.
pub async fn load(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    id: &CrateId,
    checksum: Sha256,
    path: &str,
) -> Outcome {
    let work = {
        let (state, source) = (Arc::clone(state), Arc::clone(source));
        let (id, path) = (id.clone(), path.to_owned());
        move |open: Flight<String, Outcome>| async move {
            let fetched = fetch(&state, &source, &id, checksum, &path).await;
            open.close(fetched.unwrap_or_else(|error| failed(&state, &source, &id, &error)));
        }
    };
    // No path has a space: it is apart from the work that has found that it cannot be stored.
    state.once(&format!("{path} through"), work).await
}

async fn fetch(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    id: &CrateId,
    checksum: Sha256,
    path: &str,
) -> Result<Outcome> {
    let mut passing = begin(state, source, id, checksum).await?;
    let Some(bytes) = passing.whole(SMALL).await? else {
        return Ok(Outcome::Through(Through {
            id: id.clone(),
            checksum,
            begun: Arc::new(Mutex::new(Some(passing))),
        }));
    };
    state.stats.fetched.add(bytes.len() as u64);
    let lasting = Lasting {
        private: state.is_closed(&source.prefix),
        withdrawn: false,
    };
    let count = source.usage.of(id);
    let content = Content::Memory(bytes);
    let cached = Arc::new(CachedAnswer::krate(
        content,
        &checksum,
        Evidence::None,
        count,
        lasting,
    ));
    cached.fresh_until(state.now() + millis(FRESH));
    state.keep(source, &id.name, path, &cached);
    Ok(Outcome::Fetched(cached))
}

async fn begin(
    state: &ServerState,
    source: &Source,
    id: &CrateId,
    checksum: Sha256,
) -> Result<Passing> {
    let pull = source
        .pull
        .as_ref()
        .ok_or(Error::Upstream(UpstreamError::Offline))?;
    state.stats.upstream_requests.add(1);
    state.stats.passed.add(1);
    Passing::begin(pull.upstream(), id.clone(), checksum).await
}

fn failed(state: &ServerState, source: &Source, id: &CrateId, error: &Error) -> Outcome {
    if matches!(error, Error::Store(StoreError::Checksum { .. })) {
        state
            .notices
            .wrong_bytes(&state.common.mirror.watch, id, error);
        state.stats.checksum_mismatches.add(1);
        state.stats.upstream_failed(&chain(error), source.closed);
    } else {
        state.upstream_failed(source, error);
    }
    Outcome::Failed(HttpError::of(error))
}

/// The answer to one client. `whole`: it could not tell a cut body from a whole one unless it knows the length.
pub async fn answer(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    through: &Through,
    head: bool,
    whole: bool,
) -> Result<Response<Body>, HttpError> {
    let begun = {
        let mut begun = through.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.take()
    };
    let trouble = |error: Error| match failed(state, source, &through.id, &error) {
        Outcome::Failed(trouble) => trouble,
        _ => HttpError::of(&error),
    };
    let mut passing = match begun {
        Some(passing) => passing,
        None => begin(state, source, &through.id, through.checksum)
            .await
            .map_err(trouble)?,
    };
    let head_of = |length: Option<u64>| -> HeaderMap {
        headers(&through.checksum, length, state.is_closed(&source.prefix))
    };
    if head {
        let headers = head_of(passing.length);
        return Ok(with(StatusCode::OK, headers, Body::Empty));
    }
    if whole && passing.length.is_none() {
        let bytes: Option<Bytes> = passing.whole(MOST_IN_MEMORY).await.map_err(trouble)?;
        let Some(bytes) = bytes else {
            return Err(HttpError::later(
                "it cannot be stored right now, and is too large to be passed on over HTTP/1.0",
            ));
        };
        let headers = head_of(Some(bytes.len() as u64));
        return Ok(with(StatusCode::OK, headers, Body::whole(bytes)));
    }
    let length = passing.length;
    let (telling, of, id) = (Arc::clone(state), Arc::clone(source), through.id.clone());
    let pieces = stream::unfold(Some(passing), move |passing| {
        let (telling, of, id) = (Arc::clone(&telling), Arc::clone(&of), id.clone());
        async move {
            let mut passing = passing?;
            match passing.next().await? {
                Ok(piece) => Some((Ok(piece), Some(passing))),
                Err(error) => {
                    failed(&telling, &of, &id, &error);
                    Some((Err(std::io::Error::other(error.to_string())), None))
                }
            }
        }
    });
    let body = Body::Pieces {
        pieces: Box::pin(pieces),
        left: length,
        permit: None,
        pending: None,
    };
    Ok(with(StatusCode::OK, head_of(length), body))
}
