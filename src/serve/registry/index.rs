//! Index files: upstream's, kept fresh, or the mirror's own.
//!
//! ```text
//! in memory and fresh             -> served
//! kept on disk and fresh          -> served; a conditional request may have upstream asked first (see `recheck`)
//! a little older                  -> served, and upstream is asked in the background
//! else upstream is asked, once for all requests that wait:
//!   not modified, or a new text   -> kept, served
//!   no such crate                 -> what the mirror holds, as withdrawn, else 404, remembered for some seconds
//!   fails or is too slow          -> upstream's last text, marked stale; else the mirror's lines; else 502, 503 or 508
//! ```
//!
//! What the mirror holds and upstream no longer lists is added: see [`crate::serve::registry::withdrawn`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tracing::{Instrument, debug, debug_span};

use crate::io::mirror::index_cache::CachedIndex;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::model::error::{Error, Result};
use crate::model::index::file::IndexFile;
use crate::model::index::validator::Validator;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::{HttpError, blocking};
use crate::serve::answer::cached::{CachedAnswer, Evidence, Freshness};
use crate::serve::answer::recheck::{self, Pace};
use crate::serve::answer::single_flight::Flight;
use crate::serve::registry::age::Age;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::{Outcome, ServerState, millis};
use crate::serve::registry::upstream::RegistryUpstream;
use crate::serve::registry::withdrawn;

/// How long a client waits for upstream while there is a stale file to serve. The request upstream goes on after that.
const PATIENCE_WITH_STALE: Duration = Duration::from_secs(5);

/// How long a client waits with nothing to serve. Cargo gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a stale answer is served before upstream is asked again.
pub(super) const STALE: Duration = Duration::from_secs(3);

/// Up to this multiple of `--refresh` a file is served while upstream is asked in the background.
const BACKGROUND: u32 = 3;

/// How long such an answer is served: the new one is about to come.
const MEANWHILE: Duration = Duration::from_secs(1);

/// How long the mirror's own files are taken for unchanged without a look at them.
pub(super) const OWN: Duration = Duration::from_millis(500);

/// The index file of a crate, from memory, disk or upstream.
pub async fn load(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    path: &str,
    age: Age,
) -> Outcome {
    let key = age.key(path);
    let lookup = Lookup {
        state: Arc::clone(state),
        source: Arc::clone(source),
        name: name.clone(),
        path: path.to_owned(),
        age,
    };
    let span = debug_span!("index", name = %name, age = age.word());
    let work = move |flight| async move { lookup.run(flight).await }.instrument(span);
    let waited = tokio::time::timeout(PATIENCE, state.once(&key, work)).await;
    waited.unwrap_or_else(|_| Outcome::Failed(HttpError::slow()))
}

/// One lookup, for every request that waits for it.
pub(super) struct Lookup {
    pub(super) state: Arc<ServerState>,
    pub(super) source: Arc<Source>,
    pub(super) name: CrateName,
    path: String,
    age: Age,
}

/// What is served of a kept file if upstream does not answer.
struct Fallback {
    /// How long upstream has.
    patience: Duration,
    freshness: Freshness,
    fresh: Duration,
}

impl Lookup {
    async fn run(self, flight: Flight<String, Outcome>) {
        let outcome = match &self.source.pull {
            Some(upstream) => self.ask_upstream(upstream, &flight).await,
            None => match self.unchanged().await {
                Some(cached) => Ok(Outcome::Cached(cached)),
                None => self.own(Freshness::Good).await,
            },
        };
        let outcome = outcome.unwrap_or_else(|error| Outcome::Failed(HttpError::of(&error)));
        if let Outcome::Cached(cached) | Outcome::Fetched(cached) = &outcome {
            (self.state).keep(&self.source, &self.name, &self.path, cached);
        }
        flight.close(outcome);
    }

    /// What was served before, if nothing has changed since.
    async fn unchanged(&self) -> Option<Arc<CachedAnswer>> {
        let cached = self.state.cache.get(&self.path)?;
        let (state, store) = (Arc::clone(&self.state), Arc::clone(&self.source.store));
        let name = self.name.clone();
        let stamps = blocking("looking at the index", move || {
            Ok(store.index_stamps(&name, &state.pruned))
        });
        if cached.proof != Evidence::Index(stamps.await.ok()?) {
            return None;
        }
        if self.state.hosted_in(&self.source.folder).is_none() {
            cached.fresh_until(self.state.now() + millis(OWN));
        }
        Some(cached)
    }

    /// Upstream's index file.
    async fn ask_upstream(
        &self,
        upstream: &RegistryUpstream,
        flight: &Flight<String, Outcome>,
    ) -> Result<Outcome> {
        let (kept, name) = (upstream.kept.clone(), self.name.clone());
        let known = blocking("reading an index file", move || Ok(kept.read(&name))).await?;
        let (now, changes) = (
            self.state.common.mirror.clock.now(),
            self.state.absent.changes(),
        );
        if let Some(known) = &known
            && let Some(outcome) = self.without_asking(known, now).await?
        {
            return Ok(outcome);
        }
        let fallback = self.fallback(known.as_ref(), now);
        let answer = self
            .ask_in_time(upstream, known.as_ref(), &fallback, flight)
            .await?;
        debug!(
            answer = match &answer {
                Ok(UpstreamAnswer::Unchanged) => "unchanged",
                Ok(UpstreamAnswer::Text { .. }) => "text",
                Ok(UpstreamAnswer::Absent) => "absent",
                Err(_) => "failed",
            },
            "asked upstream"
        );
        match answer {
            Ok(UpstreamAnswer::Unchanged) => self.still(upstream, known, now).await,
            Ok(UpstreamAnswer::Text { text, validator }) => {
                self.changed(upstream, known, text, validator, now).await
            }
            Ok(UpstreamAnswer::Absent) => self.gone(upstream, now, changes).await,
            Err(error) => {
                self.state.upstream_failed(&self.source, &error);
                self.state.rechecks.pause(self.state.now());
                if let Some(known) = known {
                    let pace = self.pace();
                    let cached = self.answer(&known, fallback.freshness, fallback.fresh, pace);
                    return Ok(Outcome::Cached(cached.await?));
                }
                let outcome = self.own(Freshness::Mirrored).await?;
                Ok(match outcome {
                    Outcome::Failed(_) => Outcome::Failed(HttpError::of(&error)),
                    found => found,
                })
            }
        }
    }

    /// How old a kept file is. A clock that was set back must not make it fresh for years.
    fn age_of(known: &CachedIndex, now: Timestamp) -> Duration {
        now.since(known.checked).max(known.checked.since(now))
    }

    /// Whether `POST /-/refresh` has asked for everything anew since the file was checked.
    fn is_outdated(&self, known: &CachedIndex) -> bool {
        known.checked.0 <= self.state.refreshed.load(Ordering::Relaxed)
    }

    /// When conditional requests for this file are passed on next.
    fn pace(&self) -> Pace {
        let cached = self.state.cache.get(&self.path);
        let pace = cached.map(|cached| cached.pace);
        pace.filter(|pace| *pace != Pace::NEVER)
            .unwrap_or(Pace::AT_ONCE)
    }

    /// The kept file, where it is new enough for this lookup.
    async fn without_asking(&self, known: &CachedIndex, now: Timestamp) -> Result<Option<Outcome>> {
        if self.age == Age::Now || self.is_outdated(known) {
            return Ok(None);
        }
        let (age, refresh) = (Self::age_of(known, now), self.source.refresh);
        let pace = self.pace();
        if self.age == Age::Recheck
            && age < refresh * BACKGROUND
            && self.state.rechecks.is_due(pace, self.state.now())
        {
            return Ok(None);
        }
        let fresh = if age < refresh {
            refresh.saturating_sub(age)
        } else if self.age != Age::Fresh && age < refresh * BACKGROUND {
            self.refresh_in_background();
            MEANWHILE
        } else {
            return Ok(None);
        };
        let cached = self.answer(known, Freshness::Good, fresh, pace).await?;
        Ok(Some(Outcome::Cached(cached)))
    }

    /// Asks upstream for the index file while no request waits for it.
    fn refresh_in_background(&self) {
        let (state, source) = (Arc::clone(&self.state), Arc::clone(&self.source));
        let (name, path) = (self.name.clone(), self.path.clone());
        self.state.runtime.spawn(async move {
            let _ = load(&state, &source, &name, &path, Age::Fresh).await;
        });
    }

    fn fallback(&self, known: Option<&CachedIndex>, now: Timestamp) -> Fallback {
        let usable = known.is_some_and(|known| {
            let age = Self::age_of(known, now);
            !self.is_outdated(known) && age < self.source.refresh * BACKGROUND
        });
        if self.age == Age::Recheck && usable {
            Fallback {
                patience: recheck::PATIENCE,
                freshness: Freshness::Good,
                fresh: MEANWHILE,
            }
        } else {
            Fallback {
                patience: PATIENCE_WITH_STALE,
                freshness: Freshness::Stale,
                fresh: STALE,
            }
        }
    }

    /// Upstream's answer. Clients are given the kept file if it takes too long or a try fails; the request goes on then.
    async fn ask_in_time(
        &self,
        upstream: &RegistryUpstream,
        known: Option<&CachedIndex>,
        fallback: &Fallback,
        flight: &Flight<String, Outcome>,
    ) -> Result<Result<UpstreamAnswer>> {
        self.state.stats.upstream_requests.add(1);
        let started = Instant::now();
        let mut failing = upstream.upstream().failing();
        let mut asked = std::pin::pin!(upstream.index_file(&self.name, known));
        let early = async {
            tokio::select! {
                // The mirror's own lines may be a few of many, so a slow upstream is waited for where they are all there is.
                () = tokio::time::sleep(fallback.patience), if known.is_some() => {}
                // Other tries follow, but clients need not wait for them.
                Ok(()) = failing.changed() => {}
                else => std::future::pending().await,
            }
        };
        let answer = tokio::select! {
            answer = &mut asked => answer,
            () = early => {
                let meanwhile = match known {
                    Some(known) => {
                        self.state.rechecks.pause(self.state.now());
                        let pace = self.pace();
                        Some(self.answer(known, fallback.freshness, fallback.fresh, pace).await?)
                    }
                    None => match self.own(Freshness::Mirrored).await {
                        Ok(Outcome::Cached(own)) => Some(own),
                        _ => None,
                    },
                };
                if let Some(meanwhile) = meanwhile {
                    flight.tell(Outcome::Cached(meanwhile));
                }
                asked.await
            }
        };
        self.state.stats.took(&self.path, started.elapsed());
        Ok(answer)
    }

    /// Upstream says that the kept file is still right.
    async fn still(
        &self,
        upstream: &RegistryUpstream,
        known: Option<CachedIndex>,
        now: Timestamp,
    ) -> Result<Outcome> {
        let Some(mut known) = known else {
            return Err(Error::Panicked {
                doing: "asking for what is not known",
            });
        };
        known.checked = now;
        let (kept, name) = (upstream.kept.clone(), self.name.clone());
        blocking("keeping an index file", move || {
            kept.touch_checked(&name, now);
            Ok(())
        })
        .await?;
        self.state.upstream_answered(&self.source);
        let pace = self.pace().unchanged(self.state.now());
        let fresh = self.source.refresh;
        let cached = self.answer(&known, Freshness::Good, fresh, pace).await?;
        Ok(Outcome::Fetched(cached))
    }

    /// Upstream has sent a file.
    async fn changed(
        &self,
        upstream: &RegistryUpstream,
        known: Option<CachedIndex>,
        text: Vec<u8>,
        validator: Option<Validator>,
        now: Timestamp,
    ) -> Result<Outcome> {
        let same = known.as_ref().filter(|known| known.text == text);
        if same.is_none() {
            let (absent, prefix) = (&self.state.absent, &self.source.prefix);
            absent.forget_crate(prefix, &self.name);
            self.forget_replaced(known.as_ref(), &text);
        }
        // An upstream without validators sends the same file again and again.
        let pace = match &same {
            Some(_) => self.pace().unchanged(self.state.now()),
            None => Pace::AT_ONCE,
        };
        let index = CachedIndex {
            changed: same.map_or(now, |known| known.changed),
            text,
            validator,
            checked: now,
        };
        self.state.upstream_answered(&self.source);
        let index = Arc::new(index);
        let mut kept = self.keep(upstream, &index).await;
        if let Err(error) = &kept
            && self
                .state
                .room_for(&self.source, error, index.text.len() as u64)
                .await
        {
            kept = self.keep(upstream, &index).await;
        }
        // A client gets the file even if the disk is full.
        self.state.stored(kept.as_ref().err());
        let fresh = self.source.refresh;
        let cached = self.answer(&index, Freshness::Good, fresh, pace).await?;
        Ok(Outcome::Fetched(cached))
    }

    /// Forgets the bytes in memory of versions that have others from now on: clients go by the new index file.
    fn forget_replaced(&self, known: Option<&CachedIndex>, text: &[u8]) {
        let Some(known) = known else {
            return;
        };
        let (old, new) = (IndexFile::parse(&known.text), IndexFile::parse(text));
        for line in old.lines() {
            let id = line.id();
            if new
                .get(id)
                .is_some_and(|new| new.checksum() != line.checksum())
            {
                self.state.cache.forget(&self.source.crate_path(id));
            }
        }
    }

    async fn keep(&self, upstream: &RegistryUpstream, index: &Arc<CachedIndex>) -> Result<()> {
        let (kept, name, index) = (upstream.kept.clone(), self.name.clone(), Arc::clone(index));
        blocking("keeping an index file", move || kept.keep(&name, &index)).await
    }

    /// Upstream has no such crate.
    async fn gone(
        &self,
        upstream: &RegistryUpstream,
        now: Timestamp,
        changes: u64,
    ) -> Result<Outcome> {
        self.state.upstream_answered(&self.source);
        let (kept, name) = (upstream.kept.clone(), self.name.clone());
        blocking("forgetting an index file", move || {
            kept.forget(&name);
            Ok(())
        })
        .await?;
        let outcome = self.withdrawn(now).await?;
        if let Outcome::Failed(trouble) = &outcome {
            self.state.cache.forget(&self.path);
            // What another server publishes is seen at once.
            if !self.source.hosted {
                let (absent, trouble) = (&self.state.absent, trouble.clone());
                absent.remember(&self.path, trouble, self.state.now(), changes);
            }
        }
        Ok(outcome)
    }

    /// Upstream's text, and after it what the mirror holds and upstream no longer lists.
    async fn answer(
        &self,
        index: &CachedIndex,
        freshness: Freshness,
        fresh: Duration,
        pace: Pace,
    ) -> Result<Arc<CachedAnswer>> {
        let (state, source) = (&self.state, &self.source);
        let theirs = Arc::new(index.text.clone());
        // A mirror that cannot be read is no reason to keep upstream's lines from a client.
        let added = withdrawn::added(state, source, &self.name, &theirs, index.checked).await;
        let added = added.unwrap_or_default();
        let mut text = Arc::unwrap_or_clone(theirs);
        let mut modified = index.changed;
        if !added.text.is_empty() {
            if !text.is_empty() && !text.ends_with(b"\n") {
                text.push(b'\n');
            }
            text.extend_from_slice(&added.text);
            modified = added.modified.map_or(modified, |own| own.max(modified));
        }
        let private = state.is_closed(&source.prefix);
        let text = Bytes::from(text);
        let mut cached = CachedAnswer::index(text, modified, freshness, Evidence::None, private);
        if state.hosted_in(&source.folder).is_some() {
            cached = cached.checked_each_time(private);
        }
        cached.pace = pace;
        cached.fresh_until(state.now() + millis(fresh));
        Ok(Arc::new(cached))
    }

    /// What the mirror holds of a crate that upstream no longer has at all.
    async fn withdrawn(&self, now: Timestamp) -> Result<Outcome> {
        let (state, nothing) = (&self.state, Arc::new(Vec::new()));
        let added = withdrawn::added(state, &self.source, &self.name, &nothing, now).await?;
        if added.text.is_empty() {
            return Ok(Outcome::Failed(HttpError::absent(
                "there is no such crate here",
            )));
        }
        let private = state.is_closed(&self.source.prefix);
        let modified = added.modified.unwrap_or(now);
        let text = Bytes::from(added.text);
        let withdrawn = Freshness::Withdrawn;
        let cached = CachedAnswer::index(text, modified, withdrawn, Evidence::None, private);
        cached.fresh_until(state.now() + millis(STALE));
        Ok(Outcome::Cached(Arc::new(cached)))
    }
}
