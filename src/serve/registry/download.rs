//! Crates: out of the mirror, else from upstream, hashed as they arrive and stored when they are right.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::StatusCode;
use tracing::{Instrument, debug, debug_span};

use crate::io::store::staging::StagedFile;
use crate::io::upstream::relay::{InflightDownload, is_absent, is_of_the_store, is_unreachable};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::CrateId;
use crate::serve::answer::body::{HttpError, blocking};
use crate::serve::answer::cached::{CachedAnswer, Content, Evidence, Freshness, Lasting};
use crate::serve::answer::single_flight::Flight;
use crate::serve::metrics::usage::Count;
use crate::serve::registry::age::{self, Age};
use crate::serve::registry::shared_bucket::{Claim, FromBucket};
use crate::serve::registry::source::Source;
use crate::serve::registry::state::{Outcome, ServerState, millis};
use crate::serve::registry::upstream::RegistryUpstream;
use crate::serve::registry::withdrawn::Deleted;
use crate::serve::registry::{index, pass_through};

/// Crates up to this size are cached in memory.
pub const SMALL: u64 = 1 << 20;
/// How long a file counts as unchanged without a check.
const FRESH: Duration = Duration::from_secs(2);

/// A crate that is being downloaded.
#[derive(Debug, Clone)]
pub struct InFlight {
    pub(super) arriving: Arc<InflightDownload>,
    pub id: CrateId,
    pub path: String,
    pub checksum: Sha256,
    pub count: Arc<Count>,
}

/// A crate from memory, the mirror or upstream.
pub async fn load(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    id: &CrateId,
    path: &str,
) -> Outcome {
    let work = {
        let (state, source) = (Arc::clone(state), Arc::clone(source));
        let (id, path) = (id.clone(), path.to_owned());
        move |open| async move {
            let found = find(&state, &source, &id, &path, &open).await;
            match found {
                Ok(None) => {}
                Ok(Some(outcome)) => open.close(outcome),
                Err(error) => open.close(Outcome::Failed(HttpError::of(&error))),
            }
        }
    };
    state.once(path, work).await
}

/// Finds a crate in the mirror or fetches it. `None`: waiting requests were given the download in flight.
async fn find(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    id: &CrateId,
    path: &str,
    open: &Flight<String, Outcome>,
) -> Result<Option<Outcome>> {
    let (store, wanted) = (Arc::clone(&source.store), id.clone());
    let ours = blocking("reading the index", move || store.line_checksum(&wanted)).await?;
    let Some(pull) = &source.pull else {
        let Some(ours) = ours else {
            return Ok(Some(Outcome::Failed(HttpError::absent(
                "it is not in the mirror",
            ))));
        };
        return Ok(Some(
            match stored(state, source, id, ours, path, false).await? {
                Some(cached) => Outcome::Cached(cached),
                None => here_but_broken(source, id),
            },
        ));
    };
    let (theirs, changes) = line_now(state, source, pull, id).await;
    let absent = |trouble: &HttpError| trouble.status == StatusCode::NOT_FOUND;
    let withdrawn = theirs.as_ref().is_err_and(absent);
    let theirs = or_shared(source, id, theirs).await;
    // Upstream has withdrawn it, and with `--deleted deny` it is not served here either.
    let ours = ours.filter(|_| !withdrawn || source.withdrawn.mode != Deleted::Deny);
    let same = |line: &IndexLine| ours.is_none_or(|ours| ours == *line.checksum());
    let expected = match (&theirs, ours) {
        (Ok(line), _) if same(line) => Some(*line.checksum()),
        // Upstream has other bytes under this version now. Clients have its index file and would reject the mirror's bytes.
        (Ok(_), _) => None,
        (Err(_), ours) => ours,
    };
    if let Some(expected) = expected
        && let Some(cached) = stored(state, source, id, expected, path, withdrawn).await?
    {
        return Ok(Some(Outcome::Cached(cached)));
    }
    let line = match theirs {
        Ok(line) => line,
        Err(trouble) => {
            if trouble.status == StatusCode::NOT_FOUND && !source.hosted {
                let now = state.now();
                state.absent.remember(path, trouble.clone(), now, changes);
            }
            return Ok(Some(Outcome::Failed(trouble)));
        }
    };
    if let Some(link) = link(source, id).await {
        return Ok(Some(link));
    }
    if state.cannot_store() {
        let checksum = *line.checksum();
        let outcome = pass_through::load(state, source, id, checksum, path).await;
        return Ok(Some(outcome));
    }
    let conflict = ours.filter(|ours| ours != line.checksum());
    if let Some(ours) = conflict {
        let error = Error::Store(StoreError::HeldOtherwise {
            wanted: *line.checksum(),
            there: ours,
        });
        state
            .notices
            .wrong_bytes(&state.common.mirror.watch, id, &error);
    }
    let wanted = Wanted {
        id,
        path,
        line,
        conflict: conflict.is_some(),
    };
    let span = debug_span!("fetch", krate = %id);
    fetch(state, source, pull, wanted, open)
        .instrument(span)
        .await;
    Ok(None)
}

/// Upstream cannot be asked, but another server may have.
async fn or_shared(
    source: &Source,
    id: &CrateId,
    theirs: Result<IndexLine, HttpError>,
) -> Result<IndexLine, HttpError> {
    match (theirs, &source.shared) {
        (Err(trouble), Some(shared)) if trouble.status != StatusCode::NOT_FOUND => {
            shared.line(id).await.ok_or(trouble)
        }
        (theirs, _) => theirs,
    }
}

/// Where the client may have it from the bucket itself.
async fn link(source: &Source, id: &CrateId) -> Option<Outcome> {
    let link = source.shared.as_ref()?.link(id).await?;
    Some(Outcome::Elsewhere(Arc::new(link)))
}

fn here_but_broken(source: &Source, id: &CrateId) -> Outcome {
    let there = source.store.has_file(id);
    Outcome::Failed(if there {
        let what = "its bytes in the mirror are damaged; `cargo mirror repair` fetches them again";
        HttpError::of(&Error::Upstream(UpstreamError::InvalidResponse {
            url: id.to_string(),
            what: "crate",
            message: what.to_owned(),
        }))
    } else {
        HttpError::absent("it is not in the mirror")
    })
}

/// A crate out of the mirror, if its bytes have the right checksum.
async fn stored(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    id: &CrateId,
    checksum: Sha256,
    path: &str,
    withdrawn: bool,
) -> Result<Option<Arc<CachedAnswer>>> {
    let (store, wanted) = (Arc::clone(&source.store), id.clone());
    let opened = blocking("reading a crate", move || {
        let Some(opened) = store.open_verified(&wanted, &checksum)? else {
            return Ok(None);
        };
        let (stamp, length) = (opened.revision, opened.length);
        let content = if length <= SMALL {
            Content::Memory(Bytes::from(opened.read()?))
        } else {
            Content::File { id: wanted, length }
        };
        Ok(Some((content, stamp)))
    })
    .await?;
    let Some((content, stamp)) = opened else {
        return Ok(None);
    };
    let count = source.usage.of(id);
    let proof = Evidence::Crate(stamp, checksum);
    let lasting = Lasting {
        private: state.is_closed(&source.prefix),
        withdrawn,
    };
    let cached = CachedAnswer::krate(content, &checksum, proof, count, lasting);
    cached.fresh_until(state.now() + millis(FRESH));
    let cached = Arc::new(cached);
    state.keep(source, &id.name, path, &cached);
    Ok(Some(cached))
}

/// Whether the file behind an answer in memory is still the one that was hashed. Then it is fresh again.
pub fn still_there(
    state: &ServerState,
    source: &Source,
    id: &CrateId,
    cached: &CachedAnswer,
) -> bool {
    let Evidence::Crate(stamp, checksum) = &cached.proof else {
        return false;
    };
    let same = source.store.is_unchanged(id, stamp, checksum);
    if same {
        cached.fresh_until(state.now() + millis(FRESH));
    }
    same
}

/// The line that upstream's index has for a version, and how many changes that takes into account.
async fn line_now(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    id: &CrateId,
) -> (Result<IndexLine, HttpError>, u64) {
    let before = state.absent.changes();
    let found = line(state, source, pull, id).await;
    let after = state.absent.changes();
    if found.is_err() && before != after {
        // The index file has changed meanwhile, perhaps by another request than this one's.
        if let Some(line) = kept_line(pull, id).await {
            return (Ok(line), after);
        }
    }
    (found, after)
}

/// The line that upstream's index has for a version.
async fn line(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    id: &CrateId,
) -> Result<IndexLine, HttpError> {
    // Clients have the index file from this server, so the kept one will do, however old. Unless it lacks the
    // version: a lockfile from elsewhere may name one that was released a moment ago.
    if let Some(line) = kept_line(pull, id).await {
        return Ok(line);
    }
    let path = format!("/{}/index/{}", source.prefix, id.name.index_path());
    // What was asked before this request came may lack what was released meanwhile.
    let joins = age::is_under_way(state, &path, Age::Now);
    let asked = || async { index::load(state, source, &id.name, &path, Age::Now).await };
    match listed(source, id, asked().await) {
        Err(trouble) if joins && trouble.status == StatusCode::NOT_FOUND => {
            listed(source, id, asked().await)
        }
        found => found,
    }
}

/// The line of a version in an index file.
fn listed(source: &Source, id: &CrateId, outcome: Outcome) -> Result<IndexLine, HttpError> {
    let cached = match outcome {
        Outcome::Cached(cached) | Outcome::Fetched(cached) => cached,
        Outcome::Failed(trouble) => return Err(trouble),
        Outcome::InFlight(_) | Outcome::Elsewhere(_) | Outcome::Through(_) => {
            return Err(HttpError::later("it broke; ask again"));
        }
    };
    if source.withdrawn.holds(id) {
        return Err(HttpError::absent("the registry has withdrawn this version"));
    }
    let text = cached.text().cloned().unwrap_or_default();
    find_line(&text, id, None).ok_or_else(|| match cached.freshness {
        // It may have been released since upstream could last be asked.
        Freshness::Stale | Freshness::Mirrored => {
            HttpError::later("upstream cannot be asked about this version now")
        }
        Freshness::Good | Freshness::Withdrawn => {
            HttpError::absent("the registry has no such version")
        }
    })
}

/// The line in upstream's index file as it was last seen.
async fn kept_line(pull: &RegistryUpstream, id: &CrateId) -> Option<IndexLine> {
    let (kept, wanted) = (pull.kept.clone(), id.clone());
    let found = blocking("reading an index file", move || {
        let kept = kept.read(&wanted.name);
        Ok(kept.and_then(|kept| find_line(&kept.text, &wanted, None)))
    });
    found.await.ok()?
}

/// A crate that is to be fetched.
struct Wanted<'a> {
    id: &'a CrateId,
    path: &'a str,
    line: IndexLine,
    /// The mirror holds other bytes under this version, so these are not stored.
    conflict: bool,
}

/// Fetches a crate while all requests for it read the growing file.
async fn fetch(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    wanted: Wanted<'_>,
    open: &Flight<String, Outcome>,
) {
    let Wanted {
        id,
        path,
        line,
        conflict,
    } = wanted;
    let checksum = *line.checksum();
    let arriving = Arc::new(InflightDownload::default());
    open.tell(Outcome::InFlight(InFlight {
        arriving: Arc::clone(&arriving),
        id: id.clone(),
        path: path.to_owned(),
        checksum,
        count: source.usage.of(id),
    }));
    debug!("asking upstream");
    let (started, changes) = (Instant::now(), state.absent.changes());
    let (came, claim) = arrive(state, source, pull, (id, checksum), &arriving).await;
    match came {
        Ok(verified) => {
            state.stats.took(path, started.elapsed());
            let bytes = verified.body().length();
            state.stats.fetched.add(bytes);
            debug!(bytes, milliseconds = millis(started.elapsed()), "verified");
            if conflict {
                return;
            }
            state.notices.right_bytes(id);
            match source.keep(verified, line.clone()).await {
                Ok(()) => {
                    state.stored(None);
                    if let Some(shared) = &source.shared {
                        shared.add(state, &source.store, line, claim);
                    }
                    // From here on it is served from the mirror.
                    let _ = stored(state, source, id, checksum, path, false).await;
                }
                // The server is stopping; the next request fetches it again.
                Err(Error::Interrupted) => {}
                Err(error) => state.stored(Some(&error)),
            }
        }
        Err(error) => {
            if let Some(claim) = claim {
                claim.end().await;
            }
            let said = failed(state, source, id, &error);
            // Before readers see the failure: a client that retries at once must start a new download.
            open.over();
            let error = arriving.fail(error);
            debug!(error = said, "failed");
            if is_absent(&error) {
                let (absent, trouble) = (&state.absent, HttpError::of(&error));
                absent.remember(path, trouble, state.now(), changes);
            }
        }
    }
}

/// Counts and tells what kept a crate from coming. Returns it in one line.
fn failed(state: &ServerState, source: &Source, id: &CrateId, error: &Error) -> String {
    let said = chain(error);
    if matches!(error, Error::Store(StoreError::Checksum { .. })) {
        state.stats.upstream_failed(&said, source.closed);
        state.stats.checksum_mismatches.add(1);
        state
            .notices
            .wrong_bytes(&state.common.mirror.watch, id, error);
    } else if is_of_the_store(error) {
        // Readers that have received nothing yet are served by `pass_through`.
        state.stored(Some(error));
    } else {
        state.upstream_failed(source, error);
    }
    said
}

/// The bytes of a crate: out of the bucket that servers share, else from upstream, for all where there is a claim.
async fn arrive(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    (id, checksum): (&CrateId, Sha256),
    arriving: &InflightDownload,
) -> (Result<Verified<StagedFile>>, Option<Claim>) {
    let mut claim = None;
    if let Some(shared) = &source.shared {
        match shared.fetch(&source.store, id, checksum, arriving).await {
            FromBucket::Came(verified) => return (Ok(verified), None),
            FromBucket::Failed(error) => return (Err(error), None),
            FromBucket::Lacks(ours) => claim = ours,
        }
    }
    state.stats.upstream_requests.add(1);
    let relayed = relayed(state, source, pull, (id, checksum), arriving).await;
    (relayed, claim)
}

/// The bytes of a crate from upstream. Once more, if the disk was full and has room now, or if upstream keeps its crates
/// elsewhere by now; unless somebody reads along already.
async fn relayed(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    (id, checksum): (&CrateId, Sha256),
    arriving: &InflightDownload,
) -> Result<Verified<StagedFile>> {
    let relay = async || {
        let upstream = pull.upstream();
        upstream.relay(&source.store, id, checksum, arriving).await
    };
    let mut relayed = relay().await;
    if let Err(error) = &relayed
        && error.is_out_of_room()
        && arriving.start_anew()
        && state.room_for(source, error, arriving.announced()).await
    {
        state.stats.upstream_requests.add(1);
        relayed = relay().await;
    }
    // The index has it, so it may only be elsewhere.
    if let Err(error) = &relayed
        && (is_absent(error) || is_unreachable(error))
        && arriving.start_anew()
        && pull.has_moved().await
    {
        state.stats.upstream_requests.add(1);
        relayed = relay().await;
    }
    relayed
}
