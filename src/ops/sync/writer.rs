//! The one writer of a copy: what the tasks have put goes to the disk in large groups, in its order.
//!
//! ```text
//! put crates --(lines)--> collect lines --(256 MB, 5,000 crates or 10 s)--> flush, lines, flush, seals, `known`
//! ```
//!
//! The tasks go on meanwhile, and what they put belongs to the next group.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::io::mirror::known_files::{KnownFile, KnownLog};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::index::file::IndexLine;
use crate::model::package::id::CrateName;

const GROUP_BYTES: u64 = 256 << 20;
const GROUP_CRATES: usize = 5_000;
const GROUP_AGE: Duration = Duration::from_secs(10);
/// Fewer messages than this are not worth being woken for: more are waited for.
pub(super) const ENOUGH: usize = 64;
pub(super) const BREATH: Duration = Duration::from_millis(10);
/// Messages that may wait.
const WAITING: usize = 2_048;

/// A crate whose versions have been put in their places.
pub struct Parcel {
    pub name: CrateName,
    pub lines: Vec<IndexLine>,
    /// What is to be remembered of its index file, if nothing of that is open.
    pub known: Option<KnownFile>,
}

/// The writer's end of the line.
pub struct CopyWriter {
    parcels: mpsc::Sender<Parcel>,
    done: oneshot::Receiver<Result<KnownLog>>,
}

struct Writing {
    store: Arc<RegistryStore>,
    known: KnownLog,
    begun: Option<Instant>,
}

impl CopyWriter {
    pub fn start(store: Arc<RegistryStore>, known: KnownLog) -> Self {
        let (parcels, receiver) = mpsc::channel(WAITING);
        let (tell, done) = oneshot::channel();
        let writing = Writing {
            store,
            known,
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
                if self.is_due() {
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
        if !parcel.lines.is_empty() {
            self.store.add_lines(&parcel.name, parcel.lines)?;
        }
        if let Some(file) = parcel.known {
            self.known.add(&parcel.name, Some(&file));
        }
        Ok(())
    }

    fn is_due(&self) -> bool {
        let put = self.store.put_since();
        put.bytes >= GROUP_BYTES
            || put.crates >= GROUP_CRATES
            || self.begun.is_some_and(|begun| begun.elapsed() >= GROUP_AGE)
    }

    fn complete(&mut self) -> Result<()> {
        self.begun = None;
        self.store.sync()?;
        self.known.flush()
    }
}
