//! The one writer of a copy: crates and lines go to the disk in large groups, in their order.
//!
//! ```text
//! tasks --(bounded)--> put crates, collect lines --(256 MB, 5,000 crates or 10 s)--> flush, lines, flush, seals, `known`
//! ```
//!
//! More than one writer to a folder gains nothing: they wait for each other at the folder.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::io::mirror::known_files::{KnownFile, KnownLog};
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::model::error::{Error, Result};
use crate::model::index::file::IndexLine;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};

const GROUP_BYTES: u64 = 256 << 20;
const GROUP_CRATES: usize = 5_000;
const GROUP_AGE: Duration = Duration::from_secs(10);
/// Fewer messages than this are not worth being woken for: more are waited for.
pub(super) const ENOUGH: usize = 64;
pub(super) const BREATH: Duration = Duration::from_millis(2);
/// Messages that may wait.
const WAITING: usize = 2_048;

/// Something to write.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are crates, and a box would be memory that another thread gives back"
)]
pub enum Parcel {
    /// The bytes of a crate; the permit is given back when they are written.
    Crate(Verified<StagedFile>, Option<OwnedSemaphorePermit>),
    /// Bytes that were there without a line, and are right.
    Found(CrateId, Sha256),
    /// The lines of a crate whose bytes went before.
    Lines(CrateName, Vec<IndexLine>),
    /// Everything of an index file went before.
    Done(CrateName, KnownFile),
}

/// The writer's end of the line.
pub struct CopyWriter {
    parcels: mpsc::Sender<Parcel>,
    done: oneshot::Receiver<Result<KnownLog>>,
}

struct Writing {
    store: Arc<RegistryStore>,
    known: KnownLog,
    bytes: u64,
    crates: usize,
    begun: Option<Instant>,
}

impl CopyWriter {
    pub fn start(store: Arc<RegistryStore>, known: KnownLog) -> Self {
        let (parcels, receiver) = mpsc::channel(WAITING);
        let (tell, done) = oneshot::channel();
        let writing = Writing {
            store,
            known,
            bytes: 0,
            crates: 0,
            begun: None,
        };
        let work = move || {
            // Whoever asked may have been cancelled.
            let _ = tell.send(writing.run(receiver));
        };
        // Fails as a closed channel does, if the system has no thread to give.
        let _ = thread::Builder::new()
            .name("sync-writer".to_owned())
            .spawn(work);
        Self { parcels, done }
    }

    pub fn parcels(&self) -> mpsc::Sender<Parcel> {
        self.parcels.clone()
    }

    /// Waits until all that was sent is on the disk. All other senders must be gone.
    pub async fn finish(self) -> Result<KnownLog> {
        drop(self.parcels);
        let panicked = Err(Error::Panicked {
            doing: "writing crates",
        });
        self.done.await.unwrap_or(panicked)
    }
}

impl Writing {
    fn run(mut self, mut parcels: mpsc::Receiver<Parcel>) -> Result<KnownLog> {
        let mut some = Vec::with_capacity(WAITING);
        while parcels.blocking_recv_many(&mut some, WAITING) > 0 {
            let few = some.len() < ENOUGH;
            for parcel in some.drain(..) {
                self.take(parcel)?;
                let is_old = self.begun.is_some_and(|begun| begun.elapsed() >= GROUP_AGE);
                if self.bytes >= GROUP_BYTES || self.crates >= GROUP_CRATES || is_old {
                    self.complete()?;
                }
            }
            if few && !parcels.is_closed() {
                thread::sleep(BREATH);
            }
        }
        self.complete()?;
        Ok(self.known)
    }

    fn take(&mut self, parcel: Parcel) -> Result<()> {
        self.begun.get_or_insert_with(Instant::now);
        match parcel {
            Parcel::Crate(verified, _permit) => {
                self.bytes += self.store.put_crate(verified)?;
                self.crates += 1;
            }
            Parcel::Found(id, checksum) => self.store.put_found(&id, &checksum),
            Parcel::Lines(name, lines) => self.store.add_lines(&name, lines)?,
            Parcel::Done(name, file) => self.known.add(&name, Some(&file)),
        }
        Ok(())
    }

    fn complete(&mut self) -> Result<()> {
        self.store.sync()?;
        self.known.flush()?;
        (self.bytes, self.crates, self.begun) = (0, 0, None);
        Ok(())
    }
}
