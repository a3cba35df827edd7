//! The way to upstream, opened anew when what leads there has changed on disk.

use crate::model::errors::serve::ServeError;
use crate::model::errors::upstream::UpstreamError;
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
use crate::model::index::published::published;
use crate::model::package::id::CrateName;
use crate::ops::context::access;
use crate::ops::context::options::Context;

/// The way to upstream.
pub struct RegistryUpstream {
    pub kept: IndexCache,
    /// The id that this server sends upstream to detect loops.
    pub via: Arc<Via>,
    common: Context,
    refresh: Duration,
    /// Which upstream it is.
    key: String,
    opened: Mutex<OpenedUpstream>,
}

/// Upstream, as cargo's config had it at a time.
struct OpenedUpstream {
    /// By the clock's time since its start.
    since: Duration,
    upstream: Arc<Upstream>,
    /// What the files looked like that say how.
    stamps: Vec<(PathBuf, Option<Stamp>)>,
}

impl RegistryUpstream {
    pub fn open(common: &Context, refresh: Duration) -> Result<Self> {
        let stamps = stamps(&common.cwd, &common.cargo_home);
        let access = access::UpstreamAccess::new(common, &common.cwd)?;
        let via = Via::new();
        Ok(Self {
            kept: IndexCache::of(&common.mirror, &access.key()),
            via: Arc::clone(&via),
            common: common.clone(),
            refresh,
            key: access.key(),
            opened: Mutex::new(OpenedUpstream {
                since: common.clock.elapsed(),
                upstream: Arc::new(access.open_for_server(refresh, &via)?),
                stamps,
            }),
        })
    }

    pub fn upstream(&self) -> Arc<Upstream> {
        Arc::clone(&self.opened().upstream)
    }

    /// Opens it anew where cargo's config or what `cargo login` has saved has changed, and now and then in any case:
    /// certificates, and upstream's own `config.json`, may change too. Whether it did for a change on disk.
    pub fn reload(&self) -> Result<bool> {
        const OLD: Duration = Duration::from_secs(60 * 60);
        let stamps = stamps(&self.common.cwd, &self.common.cargo_home);
        let (changed, old) = {
            let opened = self.opened();
            (
                opened.stamps != stamps,
                self.common.clock.elapsed().saturating_sub(opened.since) > OLD,
            )
        };
        if !changed && !old {
            return Ok(false);
        }
        let access = access::UpstreamAccess::new(&self.common, &self.common.cwd);
        let upstream = access.and_then(|access| {
            if access.key() == self.key {
                access.open_for_server(self.refresh, &self.via)
            } else {
                Err(Error::Serve(ServeError::OtherUpstream))
            }
        });
        let mut opened = self.opened();
        opened.since = self.common.clock.elapsed();
        opened.stamps = stamps;
        opened.upstream = Arc::new(upstream?);
        Ok(changed)
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

    fn opened(&self) -> MutexGuard<'_, OpenedUpstream> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
