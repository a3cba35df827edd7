//! What is missing of one crate is fetched and handed to the writer.

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
    /// Fetches what is missing, and hands everything to the writer.
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
        self.fetch_all(due, &mut lines, wanted, judged, &parcels)
            .await?;
        if !lines.is_empty() {
            lines.sort_by(|a, b| a.id().cmp(b.id()));
            let name = lines[0].id().name.clone();
            send(&parcels, Parcel::Lines(name, lines)).await?;
        }
        let settled = judged.failed.is_empty() && judged.still.is_empty() && judged.gone.is_empty();
        if let Some(file) = judged.known().filter(|_| settled) {
            send(&parcels, Parcel::Done(touch.name.clone(), file)).await?;
        }
        Ok(())
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
        parcels: &mpsc::Sender<Parcel>,
    ) -> Result<()> {
        let at_once = due.len().div_ceil(self.in_turn).min(AT_ONCE);
        let due = Mutex::new(due.into_iter());
        let fared = Mutex::new((judged, lines));
        let one_by_one = || async {
            loop {
                let Some(line) = locked(&due).next() else {
                    return Ok(());
                };
                let fetched = self.fetched(&line, wanted, parcels).await;
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

    async fn fetched(
        &self,
        line: &IndexLine,
        wanted: &Wanting,
        parcels: &mpsc::Sender<Parcel>,
    ) -> Result<Fetched> {
        let (id, checksum) = (line.id(), *line.checksum());
        if !self.is_bare && self.store.crate_path(id).exists() {
            // Another run put it there, or was killed before its line came.
            let (store, of) = (Arc::clone(&self.store), id.clone());
            let hash = blocking("hashing a crate", move || store.hash(&of)).await?;
            if hash == Some(checksum) {
                send(parcels, Parcel::Found(id.clone(), checksum)).await?;
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
        let bytes = verified.body().length();
        let kib = usize::try_from(bytes / 1024 + 1)
            .unwrap_or(usize::MAX)
            .min(128);
        let memory = Arc::clone(&self.memory)
            .acquire_many_owned(u32::try_from(kib).unwrap_or(1))
            .await;
        send(parcels, Parcel::Crate(verified, memory.ok())).await?;
        (self.watch)(&Event::Stored {
            package: id.clone(),
            origin: ByteOrigin::Upstream,
            bytes,
        });
        Ok(Fetched::Here(bytes))
    }
}

/// The writer ends early only with an error of its own, which is the one that is told.
async fn send(parcels: &mpsc::Sender<Parcel>, parcel: Parcel) -> Result<()> {
    parcels
        .send(parcel)
        .await
        .map_err(|_ended| Error::Interrupted)
}

enum Fetched {
    Here(u64),
    TooLarge,
}

fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
