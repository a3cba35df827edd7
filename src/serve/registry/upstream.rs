//! The way to upstream, opened anew when what leads there has changed on disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::io::auth::credentials::stamps;
use crate::io::fs::stamp::Stamp;
use crate::io::http::via::Via;
use crate::io::mirror::index_cache::{CachedIndex, IndexCache};
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::registry::Upstream;
use crate::io::upstream::relay::is_absent;
use crate::model::error::{Error, Result};
use crate::model::errors::serve::ServeError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::published::published;
use crate::model::package::id::CrateName;
use crate::model::source::id::RegistrySource;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;

/// An index file that had lines and is empty now is believed after this long.
const FORGETS: Duration = Duration::from_hours(24);

/// The way to upstream.
pub struct RegistryUpstream {
    pub kept: IndexCache,
    /// The id that this server sends upstream to detect loops.
    pub via: Arc<Via>,
    common: Context,
    registry: RegistrySource,
    refresh: Duration,
    /// Which upstream it is.
    key: String,
    opened: Mutex<OpenedUpstream>,
    /// Whether no config decides which it is, and nothing has it opened anew.
    fixed: bool,
}

/// Upstream, as cargo's config had it at a time.
struct OpenedUpstream {
    /// By the clock's time since its start.
    since: Duration,
    /// When its `config.json` was last asked for again.
    compared: Option<Duration>,
    upstream: Arc<Upstream>,
    /// What the files looked like that say how.
    stamps: Vec<(PathBuf, Option<Stamp>)>,
}

impl RegistryUpstream {
    pub fn open(common: &Context, registry: &RegistrySource, refresh: Duration) -> Result<Self> {
        let stamps = stamps(&common.place.cwd, &common.place.cargo_home);
        let access = UpstreamAccess::of_registry(common, &common.place.cwd, registry)?;
        let via = Via::new();
        Ok(Self {
            kept: IndexCache::of(&common.mirror.folder, &access.key()),
            via: Arc::clone(&via),
            common: common.clone(),
            registry: registry.clone(),
            refresh,
            key: access.key(),
            opened: Mutex::new(OpenedUpstream {
                since: common.mirror.clock.elapsed(),
                compared: None,
                upstream: Arc::new(access.open_for_server(refresh, &via)?),
                stamps,
            }),
            fixed: false,
        })
    }

    /// A hosted registry in the bucket that servers share, which is asked about each index file each time. `key` names it.
    pub fn fixed(common: &Context, key: String, upstream: Upstream) -> Self {
        Self {
            kept: IndexCache::of(&common.mirror.folder, &key),
            via: Via::new(),
            common: common.clone(),
            registry: RegistrySource::CratesIo,
            refresh: Duration::ZERO,
            key,
            opened: Mutex::new(OpenedUpstream {
                since: common.mirror.clock.elapsed(),
                compared: None,
                upstream: Arc::new(upstream),
                stamps: Vec::new(),
            }),
            fixed: true,
        }
    }

    /// The way there by cargo's config as it is now.
    fn access(&self) -> Result<UpstreamAccess> {
        UpstreamAccess::of_registry(&self.common, &self.common.place.cwd, &self.registry)
    }

    pub fn upstream(&self) -> Arc<Upstream> {
        Arc::clone(&self.opened().upstream)
    }

    /// Opens it anew where cargo's config or what `cargo login` has saved has changed, and now and then in any case:
    /// certificates, and upstream's own `config.json`, may change too. Whether it did for a change on disk.
    pub fn reload(&self) -> Result<bool> {
        const OLD: Duration = Duration::from_hours(1);
        if self.fixed {
            return Ok(false);
        }
        let stamps = stamps(&self.common.place.cwd, &self.common.place.cargo_home);
        let (changed, old) = {
            let opened = self.opened();
            (
                opened.stamps != stamps,
                self.common
                    .mirror
                    .clock
                    .elapsed()
                    .saturating_sub(opened.since)
                    > OLD,
            )
        };
        if !changed && !old {
            return Ok(false);
        }
        let access = self.access();
        let upstream = access.and_then(|access| {
            if access.key() == self.key {
                access.open_for_server(self.refresh, &self.via)
            } else {
                Err(Error::Serve(ServeError::OtherUpstream))
            }
        });
        let mut opened = self.opened();
        opened.since = self.common.mirror.clock.elapsed();
        opened.stamps = stamps;
        opened.upstream = Arc::new(upstream?);
        Ok(changed)
    }

    /// Whether upstream's `config.json` says something else than it did when it was opened: crates are elsewhere, and
    /// looked for there from now on.
    pub async fn has_moved(&self) -> bool {
        /// A crate that is nowhere is no reason to ask each time.
        const APART: Duration = Duration::from_secs(5);
        if self.fixed {
            return false;
        }
        let now = self.common.mirror.clock.elapsed();
        let before = {
            let mut opened = self.opened();
            let before = opened.compared.replace(now);
            if before.is_some_and(|before| now.saturating_sub(before) < APART) {
                return false;
            }
            Arc::clone(&opened.upstream)
        };
        let access = self.access();
        let opened = access.and_then(|access| access.open_for_server(self.refresh, &self.via));
        let Ok(fresh) = opened else {
            return false;
        };
        let (was, is) = (before.said().await, fresh.said().await);
        let moved = was.is_some() && is.is_some() && was != is;
        if moved {
            self.opened().upstream = Arc::new(fresh);
        }
        moved
    }

    /// Upstream's index file of a crate, unless it is still the one that is known.
    pub async fn index_file(
        &self,
        name: &CrateName,
        known: Option<&CachedIndex>,
    ) -> Result<UpstreamAnswer> {
        let upstream = self.upstream();
        let validator = known.and_then(|known| known.validator.as_ref());
        let answer = match upstream.index_file_if_changed(name, validator).await {
            Err(error) if is_absent(&error) => Ok(UpstreamAnswer::Absent),
            answer => answer,
        }?;
        let UpstreamAnswer::Text { text, .. } = &answer else {
            return Ok(answer);
        };
        let invalid = |message: &str| {
            Err(Error::Upstream(UpstreamError::InvalidResponse {
                url: upstream.index_address(name),
                what: "index",
                message: message.to_owned(),
            }))
        };
        // A login page with status 200 must not pass for an index file.
        if published(name, text).is_none() {
            return invalid("it has no index line");
        }
        if text.trim_ascii().is_empty() {
            // A cache of upstream's that has lost a file for a moment, or a registry that has deleted all versions: that is
            // still so tomorrow.
            let now = self.common.mirror.clock.now();
            if known.is_some_and(|known| now.since(known.checked) < FORGETS) {
                return invalid("it is empty");
            }
            return Ok(UpstreamAnswer::Absent);
        }
        Ok(answer)
    }

    fn opened(&self) -> MutexGuard<'_, OpenedUpstream> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
