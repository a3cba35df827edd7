//! The index files of what is here, without asking upstream: of the mirror's own folder, and of the bucket that servers share.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::model::error::Result;
use crate::model::index::file::IndexFile;
use crate::serve::answer::body::{HttpError, blocking};
use crate::serve::answer::cached::{CachedAnswer, Evidence, Freshness};
use crate::serve::registry::index::{Lookup, OWN, STALE};
use crate::serve::registry::state::{Outcome, millis};

impl Lookup {
    /// What the mirror holds of a crate.
    pub(super) async fn own(&self, freshness: Freshness) -> Result<Outcome> {
        let (state, source) = (Arc::clone(&self.state), Arc::clone(&self.source));
        let name = self.name.clone();
        let held = blocking("reading the index", move || {
            let (store, folder) = (&source.store, &source.folder);
            store.servable_lines(&name, folder, &state.pruned)
        })
        .await?;
        let now = self.state.common.mirror.clock.now();
        let (modified, proof, mut index) = match &held {
            None => (now, Evidence::None, IndexFile::default()),
            Some(held) => (
                held.stamps.file.map_or(now, |stamp| stamp.modified()),
                Evidence::Index(held.stamps),
                IndexFile::of(held.lines.iter().cloned()),
            ),
        };
        let mut proof = proof;
        if let Some(shared) = &self.source.shared {
            for line in shared.lines(&self.name).await.unwrap_or_default() {
                if index.get(line.id()).is_none() {
                    index.put(line);
                    // What is in the bucket may change without a trace here.
                    proof = Evidence::None;
                }
            }
        }
        if index.is_empty() {
            return Ok(Outcome::Failed(HttpError::absent(
                "there is no such crate here",
            )));
        }
        let text = index.render();
        let private = self.state.is_closed(&self.source.prefix);
        let text = Bytes::from(text);
        let mut cached = CachedAnswer::index(text, modified, freshness, proof, private);
        let hosted = self.state.hosted_in(&self.source.folder).is_some();
        if hosted {
            cached = cached.checked_each_time(private);
        }
        let fresh = match freshness {
            // What was just published must be in the next answer.
            _ if hosted => Duration::ZERO,
            Freshness::Good => OWN,
            Freshness::Stale | Freshness::Mirrored | Freshness::Withdrawn => STALE,
        };
        cached.fresh_until(self.state.now() + millis(fresh));
        Ok(Outcome::Cached(Arc::new(cached)))
    }
}
