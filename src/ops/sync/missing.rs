//! What is missing of one crate is fetched and put in its place; its lines are handed to the writer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::TryStreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use crate::io::mirror::sync_state::Removed;
use crate::io::task::{blocking, own_thread};
use crate::model::error::{Error, Result};
use crate::model::event::{ByteOrigin, Event};
use crate::model::index::file::IndexLine;
use crate::model::sync::candidate::Candidate;
use crate::model::sync::troubles::TroubleKind;
use crate::ops::sync::judge::{Judge, Wanting};
use crate::ops::sync::judged::{Judged, Touch};
use crate::ops::sync::writer::Parcel;

/// Versions of one crate that are fetched at once.
const AT_ONCE: usize = 64;
/// What a version is guessed to have, where nobody says: about what the middle one of crates.io has.
pub const GUESS: u64 = 60 << 10;

/// How many versions of one crate are asked for one after the other, where so many crates are to be looked at: with enough
/// of them under way, none need be asked for in full at once.
pub fn in_turn(crates: usize, jobs: usize) -> usize {
    if crates > jobs { 8 } else { 1 }
}

impl Judge {
    /// Fetches what is missing, and hands the lines of what came to the writer.
    pub(super) async fn complete(
        &self,
        touch: &Touch,
        fetch: Vec<IndexLine>,
        mut lines: Vec<IndexLine>,
        wanted: &Wanting,
        judged: &mut Judged,
        parcels: Option<mpsc::Sender<Parcel>>,
    ) -> Result<()> {
        let mut due = Vec::with_capacity(fetch.len());
        for line in fetch {
            let id = line.id();
            if let Some(other) = self.came_back_other(&line) {
                let cause = format!(
                    "it was removed upstream at {} with the checksum {}, and came back with {}",
                    other.at,
                    other.checksum,
                    line.checksum()
                );
                judged
                    .failed
                    .push((id.to_string(), TroubleKind::OtherBytes, cause, None));
            } else if self.troubles.may_try(id, self.now, self.retry_all) {
                due.push(line);
            } else {
                judged.still.push(id.to_string());
            }
        }
        let Some(parcels) = parcels.filter(|_| !self.dry_run) else {
            judged.needed.versions = due.len();
            judged.needed.files = due.len() as u64 + u64::from(!due.is_empty());
            for line in &due {
                let known = self.given.size(line.id());
                judged.needed.guessed += usize::from(known.is_none());
                judged.needed.bytes += known.unwrap_or(GUESS);
            }
            return Ok(());
        };
        self.fetch_all(due, &mut lines, wanted, judged).await?;
        lines.sort_by(|a, b| a.id().cmp(b.id()));
        let settled = judged.failed.is_empty() && judged.still.is_empty() && judged.gone.is_empty();
        let known = judged.known().filter(|_| settled);
        if lines.is_empty() && known.is_none() {
            return Ok(());
        }
        let name = touch.name.clone();
        let parcel = Parcel { name, lines, known };
        // The writer ends early only with an error of its own, which is the one that is told.
        let sent = parcels.send(parcel).await;
        sent.map_err(|_ended| Error::Interrupted)
    }

    /// What is known of a version that was removed with other bytes than it now has.
    fn came_back_other(&self, line: &IndexLine) -> Option<&Removed> {
        if self.removed.is_empty() {
            return None;
        }
        let before = self.removed.get(&line.id().to_string())?;
        (before.checksum != line.checksum().to_string()).then_some(before)
    }

    /// Fetches these versions, and adds the lines of those that came. An error is one of the mirror itself.
    ///
    /// Those that go one after the other share their memory: a request needs some four kilobytes, and to find room for that
    /// anew costs more than a small crate does otherwise.
    async fn fetch_all(
        &self,
        due: Vec<IndexLine>,
        lines: &mut Vec<IndexLine>,
        wanted: &Wanting,
        judged: &mut Judged,
    ) -> Result<()> {
        let at_once = due.len().div_ceil(self.in_turn).min(AT_ONCE);
        let due = Mutex::new(due.into_iter());
        let fared = Mutex::new((judged, lines));
        let one_by_one = || async {
            loop {
                let Some(line) = locked(&due).next() else {
                    return Ok(());
                };
                let fetched = self.fetched(&line, wanted).await;
                let (judged, lines) = &mut *locked(&fared);
                match fetched {
                    Ok(Fetched::Here(bytes)) => {
                        judged.bytes += bytes;
                        judged.added.push(line.id().clone());
                        lines.push(line);
                    }
                    Ok(Fetched::TooLarge) => judged.too_large += 1,
                    Err(error) => {
                        let since = Candidate::of(&line).published;
                        judged.fail(line.id().to_string(), error, since, true)?;
                    }
                }
            }
        };
        let running: FuturesUnordered<_> = (0..at_once).map(|_| one_by_one()).collect();
        running.try_collect().await
    }

    /// Fetches one version, and puts it in its place.
    async fn fetched(&self, line: &IndexLine, wanted: &Wanting) -> Result<Fetched> {
        let (id, checksum) = (line.id(), *line.checksum());
        if !self.is_bare && self.store.crate_path(id).exists() {
            // Another run put it there, or was killed before its line came.
            let (store, of) = (Arc::clone(&self.store), id.clone());
            let hash = blocking("hashing a crate", move || store.hash(&of)).await?;
            if hash == Some(checksum) {
                self.store.put_found(id, &checksum);
                return Ok(Fetched::Here(0));
            }
        }
        let slots = &self.slots[own_thread().unwrap_or(0) % self.slots.len()];
        let Ok(_slot) = slots.acquire().await else {
            return Err(Error::Interrupted);
        };
        if let Some(limit) = self.selection.max_size.filter(|_| wanted.is_by_rule(id))
            && Box::pin(self.upstream.size(id, &checksum))
                .await
                .is_some_and(|size| size > limit)
        {
            return Ok(Fetched::TooLarge);
        }
        let verified = self
            .upstream
            .download_crate(&self.store, id, checksum)
            .await?;
        // Here, where its bytes are: to hand each to another thread costs more than to write it.
        let bytes = self.store.put_crate(verified)?;
        (self.watch)(&Event::Stored {
            package: id.clone(),
            origin: ByteOrigin::Upstream,
            bytes,
        });
        Ok(Fetched::Here(bytes))
    }
}

enum Fetched {
    Here(u64),
    TooLarge,
}

fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
