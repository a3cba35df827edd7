//! The way to upstream, opened anew when what leads there has changed on disk.

use crate::model::errors::serve::ServeError;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::io::auth::credentials::stamps;
use crate::io::fs::stamp::Stamp;
use crate::io::http::via::Via;
use crate::io::mirror::index_cache::IndexCache;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::ops::context::access;
use crate::ops::context::options::Context;

/// The way to upstream.
pub struct RegistryUpstream {
    pub kept: IndexCache,
    /// What tells this server from others.
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

    fn opened(&self) -> MutexGuard<'_, OpenedUpstream> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
