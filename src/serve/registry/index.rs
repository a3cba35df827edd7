//! Index files: upstream's, kept fresh, or the mirror's own.
//!
//! ```text
//! in memory and fresh             -> served
//! kept on disk and fresh          -> served
//! else upstream is asked, once for all who want it:
//!   not modified, or a new text   -> kept, served
//!   no such crate                 -> what the mirror holds, else 404, remembered for a moment
//!   cannot be asked               -> what upstream last said, marked as stale; what the mirror holds; else 503
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::io::mirror::index_cache::CachedIndex;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::relay::is_absent;
use crate::model::error::{Error, Result};
use crate::model::index::published::published;
use crate::model::package::id::CrateName;
use crate::serve::answer::body::{HttpError, blocking};
use crate::serve::answer::cached::{CachedAnswer, Evidence, Freshness};
use crate::serve::answer::single_flight::Flight;
use crate::serve::registry::state::{Outcome, ServerState, Source, millis};
use crate::serve::registry::upstream::RegistryUpstream;

/// How long a client waits for upstream while there is something to serve instead. The work goes on after that.
const PATIENCE_WITH_STALE: Duration = Duration::from_secs(5);

/// And while there is not. Cargo waits 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long something stale is served before upstream is asked again.
const STALE: Duration = Duration::from_secs(3);

/// How long the mirror's own files are taken for unchanged, without a look at them.
const OWN: Duration = Duration::from_millis(500);

/// The index file of a crate, by whatever way it can be had.
pub async fn load(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    path: &str,
) -> Outcome {
    let work = {
        let (serving, source) = (Arc::clone(serving), Arc::clone(source));
        let (name, path) = (name.clone(), path.to_owned());
        move |open: Flight<String, Outcome>| async move {
            let outcome = match &source.pull {
                Some(pull) => from_upstream(&serving, &source, pull, &name, &path, &open).await,
                None => match unchanged(&serving, &source, &name, &path).await {
                    Some(hot) => Ok(Outcome::Cached(hot)),
                    None => own(&serving, &source, &name, Freshness::Good).await,
                },
            };
            let outcome = outcome.unwrap_or_else(|error| Outcome::Failed(HttpError::of(&error)));
            if let Outcome::Cached(hot) = &outcome {
                serving.hot.put(&path, hot);
            }
            open.close(outcome);
        }
    };
    let waited = tokio::time::timeout(PATIENCE, serving.once(path, work)).await;
    waited.unwrap_or_else(|_| Outcome::Failed(HttpError::slow()))
}

/// What was served before, if nothing has changed since.
async fn unchanged(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    path: &str,
) -> Option<Arc<CachedAnswer>> {
    let hot = serving.hot.get(path)?;
    let (store, wanted) = (Arc::clone(&source.store), name.clone());
    let stamps = blocking("looking at the index", move || {
        Ok(store.index_stamps(&wanted))
    });
    let (file, folder) = stamps.await.ok()?;
    if hot.proof != Evidence::Index(file, folder) {
        return None;
    }
    hot.fresh_until(serving.now() + millis(OWN));
    Some(hot)
}

/// What the mirror holds of a crate.
async fn own(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    state: Freshness,
) -> Result<Outcome> {
    let private = serving.access.required();
    let (store, wanted) = (Arc::clone(&source.store), name.clone());
    let held = blocking("reading the index", move || store.servable_lines(&wanted)).await?;
    let Some(held) = held else {
        return Ok(Outcome::Failed(HttpError::absent(
            "there is no such crate here",
        )));
    };
    let modified = held
        .stamps
        .0
        .map_or(serving.common.clock.now(), |stamp| stamp.modified());
    let proof = Evidence::Index(held.stamps.0, held.stamps.1);
    let hot = CachedAnswer::index(Bytes::from(held.text), modified, state, proof, private);
    let fresh = if state == Freshness::Good { OWN } else { STALE };
    hot.fresh_until(serving.now() + millis(fresh));
    Ok(Outcome::Cached(Arc::new(hot)))
}

/// Upstream's index file.
async fn from_upstream(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    pull: &RegistryUpstream,
    name: &CrateName,
    path: &str,
    open: &Flight<String, Outcome>,
) -> Result<Outcome> {
    let (kept, wanted) = (pull.kept.clone(), name.clone());
    let known = blocking("reading an index file", move || Ok(kept.read(&wanted))).await?;
    let now = serving.common.clock.now();
    if let Some(known) = &known {
        // A clock that was set back must not make it fresh for years.
        let age = now.since(known.checked).max(known.checked.since(now));
        if age < serving.refresh {
            let left = serving.refresh.saturating_sub(age);
            return Ok(Outcome::Cached(hot(serving, known, Freshness::Good, left)));
        }
    }
    serving.stats.upstream_requests.add(1);
    let started = Instant::now();
    let answer = {
        let mut failing = pull.upstream().failing();
        let mut asked = std::pin::pin!(ask(pull, name, known.as_ref()));
        let early = async {
            tokio::select! {
                () = tokio::time::sleep(PATIENCE_WITH_STALE) => {}
                // Others follow, but nobody need wait for them.
                Ok(()) = failing.changed() => {}
                else => std::future::pending().await,
            }
        };
        tokio::select! {
            answer = &mut asked => answer,
            () = early => {
                if let Some(known) = &known {
                    open.tell(Outcome::Cached(hot(serving, known, Freshness::Stale, STALE)));
                }
                asked.await
            }
        }
    };
    serving.stats.took(path, started.elapsed());
    match answer {
        Ok(UpstreamAnswer::Unchanged) => {
            let Some(mut known) = known else {
                return Err(Error::Panicked {
                    doing: "asking for what is not known",
                });
            };
            known.checked = now;
            let (kept, name) = (pull.kept.clone(), name.clone());
            blocking("keeping an index file", move || {
                kept.touch_checked(&name, now);
                Ok(())
            })
            .await?;
            let hot = hot(serving, &known, Freshness::Good, serving.refresh);
            Ok(Outcome::Fetched(hot))
        }
        Ok(UpstreamAnswer::Text { text, validator }) => {
            let same = known.as_ref().filter(|known| known.text == text);
            let index = CachedIndex {
                changed: same.map_or(now, |known| known.changed),
                text,
                validator,
                checked: now,
            };
            let (kept, name) = (pull.kept.clone(), name.clone());
            let index = blocking("keeping an index file", move || {
                // A disk that is full is no reason to keep it from who asked.
                let _ = kept.keep(&name, &index);
                Ok(index)
            })
            .await?;
            let hot = hot(serving, &index, Freshness::Good, serving.refresh);
            Ok(Outcome::Fetched(hot))
        }
        Ok(UpstreamAnswer::Absent) => {
            // Somebody may have withdrawn it. Whoever has mirrored it goes on building.
            let outcome = own(serving, source, name, Freshness::Mirrored).await?;
            if let Outcome::Failed(trouble) = &outcome {
                serving
                    .absent
                    .remember(path, trouble.clone(), serving.now());
            }
            Ok(outcome)
        }
        Err(error) => {
            serving.upstream_failed(&error);
            if let Some(known) = known {
                return Ok(Outcome::Cached(hot(
                    serving,
                    &known,
                    Freshness::Stale,
                    STALE,
                )));
            }
            let outcome = own(serving, source, name, Freshness::Mirrored).await?;
            Ok(match outcome {
                Outcome::Failed(_) => Outcome::Failed(HttpError::of(&error)),
                found => found,
            })
        }
    }
}

async fn ask(
    pull: &RegistryUpstream,
    name: &CrateName,
    known: Option<&CachedIndex>,
) -> Result<UpstreamAnswer> {
    let upstream = pull.upstream();
    let validator = known.and_then(|known| known.validator.as_ref());
    let answer = match upstream.index_file_if_changed(name, validator).await {
        Err(error) if is_absent(&error) => Ok(UpstreamAnswer::Absent),
        answer => answer,
    }?;
    // A login page with status 200 must not pass for an index file.
    if let UpstreamAnswer::Text { text, .. } = &answer
        && published(name, text).is_none()
    {
        return Err(Error::InvalidResponse {
            url: upstream.index_address(name),
            what: "index",
            message: "it has no index line".to_owned(),
        });
    }
    Ok(answer)
}

fn hot(
    serving: &ServerState,
    index: &CachedIndex,
    state: Freshness,
    fresh: Duration,
) -> Arc<CachedAnswer> {
    let text = Bytes::from(index.text.clone());
    let private = serving.access.required();
    let hot = CachedAnswer::index(text, index.changed, state, Evidence::None, private);
    hot.fresh_until(serving.now() + millis(fresh));
    Arc::new(hot)
}
