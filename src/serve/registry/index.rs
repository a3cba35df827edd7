//! Index files: upstream's, kept fresh, or the mirror's own.
//!
//! ```text
//! in memory and fresh             -> served
//! kept on disk and fresh          -> served
//! a little older                 -> served, and upstream is asked behind the answer
//! else upstream is asked, once for all who want it:
//!   not modified, or a new text   -> kept, served
//!   no such crate                 -> what the mirror holds, as withdrawn, else 404, remembered for a moment
//!   cannot be asked               -> what upstream last said, marked as stale; what the mirror holds; else 503
//! ```
//!
//! What the mirror holds and upstream no longer lists is added: see [`crate::serve::withdrawn`].

use crate::model::errors::upstream::UpstreamError;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::io::mirror::index_cache::CachedIndex;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::relay::is_absent;
use crate::model::error::{Error, Result};
use crate::model::index::published::published;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::{HttpError, blocking};
use crate::serve::answer::cached::{CachedAnswer, Evidence, Freshness};
use crate::serve::answer::single_flight::Flight;
use crate::serve::registry::state::{Outcome, ServerState, Source, millis};
use crate::serve::registry::upstream::RegistryUpstream;
use crate::serve::registry::withdrawn;

/// How long a client waits for upstream while there is something to serve instead. The work goes on after that.
const PATIENCE_WITH_STALE: Duration = Duration::from_secs(5);

/// And while there is not. Cargo waits 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long something stale is served before upstream is asked again.
const STALE: Duration = Duration::from_secs(3);

/// How many times as old as fresh an index file may be for upstream to be asked behind the answer, and not before it.
const BEHIND: u32 = 3;

/// How long such an answer is served: the new one is about to come.
const MEANWHILE: Duration = Duration::from_secs(1);

/// How long the mirror's own files are taken for unchanged, without a look at them.
const OWN: Duration = Duration::from_millis(500);

/// How old what is served may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// As old as `--refresh` says, and a little older while upstream is asked.
    Usual,
    /// As old as `--refresh` says.
    Fresh,
    /// Upstream says so now.
    Now,
}

/// The index file of a crate, by whatever way it can be had.
pub async fn load(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    path: &str,
    age: Age,
) -> Outcome {
    let work = {
        let (serving, source) = (Arc::clone(serving), Arc::clone(source));
        let (name, path) = (name.clone(), path.to_owned());
        move |open: Flight<String, Outcome>| async move {
            let outcome = match &source.pull {
                Some(pull) => {
                    from_upstream(&serving, &source, pull, &name, &path, age, &open).await
                }
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
    // No path has a space: work of another kind on the same file is apart.
    let key = match age {
        Age::Usual => path.to_owned(),
        Age::Fresh => format!("{path} fresh"),
        Age::Now => format!("{path} now"),
    };
    let waited = tokio::time::timeout(PATIENCE, serving.once(&key, work)).await;
    waited.unwrap_or_else(|_| Outcome::Failed(HttpError::slow()))
}

/// Asks upstream for an index file, with nobody waiting for it.
fn refresh(serving: &Arc<ServerState>, source: &Arc<Source>, name: &CrateName, path: &str) {
    let (serving, source) = (Arc::clone(serving), Arc::clone(source));
    let (name, path) = (name.clone(), path.to_owned());
    let runtime = serving.runtime.clone();
    runtime.spawn(async move {
        let _ = load(&serving, &source, &name, &path, Age::Fresh).await;
    });
}

/// What was served before, if nothing has changed since.
async fn unchanged(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    path: &str,
) -> Option<Arc<CachedAnswer>> {
    let hot = serving.hot.get(path)?;
    let (looking, store, wanted) = (Arc::clone(serving), Arc::clone(&source.store), name.clone());
    let stamps = blocking("looking at the index", move || {
        Ok(store.index_stamps(&wanted, &looking.pruned))
    });
    if hot.proof != Evidence::Index(stamps.await.ok()?) {
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
    let (reading, of, wanted) = (Arc::clone(serving), Arc::clone(source), name.clone());
    let held = blocking("reading the index", move || {
        of.store
            .servable_lines(&wanted, &of.folder, &reading.pruned)
    })
    .await?;
    let Some(held) = held else {
        return Ok(Outcome::Failed(HttpError::absent(
            "there is no such crate here",
        )));
    };
    let modified = held
        .stamps
        .file
        .map_or(serving.common.clock.now(), |stamp| stamp.modified());
    let proof = Evidence::Index(held.stamps);
    let mut text = Vec::new();
    for line in &held.lines {
        text.extend_from_slice(line.raw());
        text.push(b'\n');
    }
    let hot = CachedAnswer::index(Bytes::from(text), modified, state, proof, private);
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
    oldest: Age,
    open: &Flight<String, Outcome>,
) -> Result<Outcome> {
    let (kept, wanted) = (pull.kept.clone(), name.clone());
    let known = blocking("reading an index file", move || Ok(kept.read(&wanted))).await?;
    let now = serving.common.clock.now();
    if let Some(known) = &known {
        // A clock that was set back must not make it fresh for years.
        let age = now.since(known.checked).max(known.checked.since(now));
        // Somebody has said that upstream has something new.
        let told = known.checked.0 <= serving.refreshed.load(Ordering::Relaxed);
        let most = match oldest {
            Age::Usual | Age::Fresh => serving.refresh,
            Age::Now => Duration::ZERO,
        };
        if age < most && !told {
            let left = most.saturating_sub(age);
            let hot = hot(serving, source, name, known, Freshness::Good, left).await?;
            return Ok(Outcome::Cached(hot));
        }
        if oldest == Age::Usual && age < serving.refresh * BEHIND && !told {
            refresh(serving, source, name, path);
            let hot = hot(serving, source, name, known, Freshness::Good, MEANWHILE).await?;
            return Ok(Outcome::Cached(hot));
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
                    let stale = hot(serving, source, name, known, Freshness::Stale, STALE).await?;
                    open.tell(Outcome::Cached(stale));
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
            let (kept, keeping) = (pull.kept.clone(), name.clone());
            blocking("keeping an index file", move || {
                kept.touch_checked(&keeping, now);
                Ok(())
            })
            .await?;
            serving.upstream_answered();
            let fresh = serving.refresh;
            let hot = hot(serving, source, name, &known, Freshness::Good, fresh).await?;
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
            serving.upstream_answered();
            let (kept, keeping) = (pull.kept.clone(), name.clone());
            let (index, kept) = blocking("keeping an index file", move || {
                let kept = kept.keep(&keeping, &index);
                Ok((index, kept))
            })
            .await?;
            // A disk that is full is no reason to keep it from whoever asked.
            serving.stored(kept.as_ref().err());
            let fresh = serving.refresh;
            let hot = hot(serving, source, name, &index, Freshness::Good, fresh).await?;
            Ok(Outcome::Fetched(hot))
        }
        Ok(UpstreamAnswer::Absent) => {
            serving.upstream_answered();
            let (kept, forgetting) = (pull.kept.clone(), name.clone());
            blocking("forgetting an index file", move || {
                kept.forget(&forgetting);
                Ok(())
            })
            .await?;
            let outcome = withdrawn(serving, source, name, now).await?;
            if let Outcome::Failed(trouble) = &outcome {
                serving.hot.forget(path);
                serving
                    .absent
                    .remember(path, trouble.clone(), serving.now());
            }
            Ok(outcome)
        }
        Err(error) => {
            serving.upstream_failed(&error);
            if let Some(known) = known {
                let hot = hot(serving, source, name, &known, Freshness::Stale, STALE).await?;
                return Ok(Outcome::Cached(hot));
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
        return Err(Error::Upstream(UpstreamError::InvalidResponse {
            url: upstream.index_address(name),
            what: "index",
            message: "it has no index line".to_owned(),
        }));
    }
    Ok(answer)
}

/// Upstream's text, and after it what the mirror holds and upstream no longer lists.
async fn hot(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    index: &CachedIndex,
    state: Freshness,
    fresh: Duration,
) -> Result<Arc<CachedAnswer>> {
    let theirs = Arc::new(index.text.clone());
    // A mirror that cannot be read is no reason to keep upstream's lines from whoever asked.
    let added = withdrawn::added(serving, source, name, &theirs, index.checked).await;
    let added = added.unwrap_or_default();
    let (text, modified) = if added.text.is_empty() {
        (Arc::unwrap_or_clone(theirs), index.changed)
    } else {
        let mut text = Arc::unwrap_or_clone(theirs);
        if !text.is_empty() && !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        text.extend_from_slice(&added.text);
        (
            text,
            added
                .modified
                .map_or(index.changed, |own| own.max(index.changed)),
        )
    };
    let private = serving.access.required();
    let hot = CachedAnswer::index(Bytes::from(text), modified, state, Evidence::None, private);
    hot.fresh_until(serving.now() + millis(fresh));
    Ok(Arc::new(hot))
}

/// What the mirror holds of a crate that upstream no longer has at all.
async fn withdrawn(
    serving: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    now: Timestamp,
) -> Result<Outcome> {
    let nothing = Arc::new(Vec::new());
    let added = withdrawn::added(serving, source, name, &nothing, now).await?;
    if added.text.is_empty() {
        return Ok(Outcome::Failed(HttpError::absent(
            "there is no such crate here",
        )));
    }
    let private = serving.access.required();
    let modified = added.modified.unwrap_or(now);
    let text = Bytes::from(added.text);
    let hot = CachedAnswer::index(text, modified, Freshness::Mirrored, Evidence::None, private);
    hot.fresh_until(serving.now() + millis(STALE));
    Ok(Outcome::Cached(Arc::new(hot)))
}
