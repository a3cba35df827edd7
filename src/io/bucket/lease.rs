//! Who may add to a bucket, and who has it alone: in place of the locks that a folder has.
//!
//! ```text
//! .mirror/leases/<holder>     `adding`, or `paused` while another holds `exclusive`; renewed every sixth of a lease
//! .mirror/leases/exclusive    the holder's name; removing is done under it
//! ```
//!
//! Removing must not race an adder that finds the bytes there and adds a line to them. So whoever removes takes the
//! exclusive lease, and begins when every adder has written `paused` or has let its own lease run out.
//!
//! A lease runs out by the **store's** clock: its age is the difference of two modification times that the store gave, the
//! later one of an object just written. Clocks of machines are not asked.
//!
//! A lease is no proof: a process may be stopped between looking and doing. Both sides look again before each step, at the
//! time since they last wrote their own lease; what slips through is a line without bytes, which the next request for it
//! brings back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use tokio::sync::{RwLock, RwLockReadGuard};
use tokio::task::JoinHandle;

use crate::io::bucket::objects::{Fetched, ObjectClient, ObjectInfo, ObjectRevision};
use crate::io::bucket::own_lease::{OwnLease, holder, is_over, ours, span};
use crate::io::bucket::store::pause;
use crate::io::mirror::layout::LEASES;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;

/// Last part of the key of the lease that one holds alone.
const ALONE: &str = "exclusive";
const ADDING: &str = "adding";
const PAUSED: &str = "paused";

fn exclusive_key() -> String {
    format!("{LEASES}/{ALONE}")
}

/// The right to add, of one process, for as long as it lives.
#[derive(Debug)]
pub struct AdderLease {
    shared: SharedLease,
    task: JoinHandle<()>,
}

/// The same right, for one of many tasks.
#[derive(Debug, Clone)]
pub struct SharedLease {
    inner: Arc<Adder>,
}

#[derive(Debug)]
struct Adder {
    lease: OwnLease,
    paused: AtomicBool,
    /// Held by each who adds; taken whole before `paused` is written.
    gate: RwLock<()>,
}

/// Held while something is added.
pub struct Adding<'a> {
    adder: &'a Adder,
    _gate: RwLockReadGuard<'a, ()>,
}

impl Adding<'_> {
    /// Whether the right has held all the while: else what was found in the bucket may be gone by now.
    pub fn still_holds(&self) -> bool {
        self.adder.lease.holds()
    }
}

impl AdderLease {
    /// `host` names this machine, for people who look into the bucket.
    pub async fn begin(client: &Arc<dyn ObjectClient>, host: &str) -> Result<Self> {
        let holder = holder(host)?;
        let key = format!("{LEASES}/{holder}");
        let lease = OwnLease::take(client, key, &holder, ADDING, None).await?;
        let Some(lease) = lease else {
            return Err(Error::Bucket(BucketError::LeaseLost { doing: "taking it" }));
        };
        let inner = Arc::new(Adder {
            lease,
            paused: AtomicBool::new(true),
            gate: RwLock::new(()),
        });
        // Whoever has the bucket alone was there first.
        inner.round().await?;
        let renewing = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            loop {
                // The store's trouble is met by whoever adds next: the lease then no longer holds.
                tokio::time::sleep(renewing.lease.span / 6).await;
                let _ = renewing.round().await;
            }
        });
        let shared = SharedLease { inner };
        Ok(Self { shared, task })
    }

    pub fn share(&self) -> SharedLease {
        self.shared.clone()
    }

    /// Waits for the right (see [`SharedLease::wait`]).
    pub async fn wait(&self, limit: Duration) -> Result<Adding<'_>> {
        self.shared.wait(limit).await
    }

    /// Lets go: what was to be added is added.
    pub async fn end(self) {
        self.task.abort();
        let lease = &self.shared.inner.lease;
        // Left behind, it runs out.
        let _ = lease.client.delete(&lease.key).await;
    }
}

impl SharedLease {
    /// The right to add now. `None`: somebody has the bucket alone, or the store has not answered for too long.
    pub async fn add(&self) -> Option<Adding<'_>> {
        let gate = self.inner.gate.read().await;
        let may = !self.inner.paused.load(Ordering::SeqCst) && self.inner.lease.holds();
        may.then(|| Adding {
            adder: &self.inner,
            _gate: gate,
        })
    }

    /// Waits at most `limit` for the right to add. Error: `BucketError::Leased`, with the holder of `exclusive`.
    pub async fn wait(&self, limit: Duration) -> Result<Adding<'_>> {
        let begun = Instant::now();
        loop {
            if let Some(adding) = self.add().await {
                return Ok(adding);
            }
            if begun.elapsed() > limit {
                return Err(leased(&self.inner.lease.client, "it removes").await);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Adder {
    /// Writes the lease anew with a word; takes it again where it had run out and was swept away.
    async fn write(&self, word: &str) -> Result<()> {
        match self.lease.renew(word).await {
            Err(Error::Bucket(BucketError::LeaseLost { .. })) => {}
            written => return written,
        }
        self.lease.take_again(word).await
    }

    /// Writes the lease anew, and says whether somebody has the bucket alone.
    async fn round(&self) -> Result<()> {
        let head = self.lease.client.head(&exclusive_key()).await?;
        let taken = match &head {
            None => false,
            Some(exclusive) => match self.lease.modified().await {
                Ok(now) => !is_over(exclusive, now),
                // Swept away: until it is taken again, nothing is known of the time.
                Err(Error::Bucket(BucketError::LeaseLost { .. })) => true,
                Err(error) => return Err(error),
            },
        };
        if taken {
            self.paused.store(true, Ordering::SeqCst);
            // Those who add are done first.
            let _all = self.gate.write().await;
            self.write(PAUSED).await
        } else {
            self.write(ADDING).await?;
            // Looked at again: taken in between, the exclusive lease's holder may have read `adding`, and waits for it.
            let again = self.lease.client.head(&exclusive_key()).await?;
            let free = match (&head, &again) {
                (_, None) => true,
                (Some(before), Some(now)) => before.revision == now.revision,
                (None, Some(_)) => false,
            };
            self.paused.store(!free, Ordering::SeqCst);
            Ok(())
        }
    }
}

async fn leased(client: &Arc<dyn ObjectClient>, what: &str) -> Error {
    let holder = match client.get(&exclusive_key(), None).await {
        Ok(Fetched::Whole(text, _)) => {
            let text = String::from_utf8_lossy(&text).into_owned();
            text.split(' ').next().unwrap_or_default().to_owned()
        }
        Ok(_) => "somebody".to_owned(),
        Err(error) => return error,
    };
    Error::Bucket(BucketError::Leased {
        holder,
        what: what.to_owned(),
    })
}

/// A bucket for one process alone, until it lets go.
#[derive(Debug)]
pub struct ExclusiveLease {
    lease: Arc<OwnLease>,
    task: JoinHandle<()>,
}

impl ExclusiveLease {
    /// Takes it, and waits until every adder has paused. `waiting` is told, once, how long at most.
    pub async fn take(
        client: &Arc<dyn ObjectClient>,
        host: &str,
        waiting: impl FnOnce(Duration),
    ) -> Result<Self> {
        let holder = holder(host)?;
        // Tells the store's time.
        let key = format!("{LEASES}/{holder}");
        let clock = OwnLease::take(client, key, &holder, PAUSED, None).await?;
        let Some(clock) = clock else {
            return Err(Error::Bucket(BucketError::LeaseLost { doing: "taking it" }));
        };
        let taken = Self::take_by(client, &holder, &clock, waiting).await;
        let _ = client.delete(&clock.key).await;
        taken
    }

    async fn take_by(
        client: &Arc<dyn ObjectClient>,
        holder: &str,
        clock: &OwnLease,
        waiting: impl FnOnce(Duration),
    ) -> Result<Self> {
        let take = |from: Option<ObjectRevision>| async move {
            let key = exclusive_key();
            OwnLease::take(client, key, holder, "alone", from.as_ref()).await
        };
        let mut lease = take(None).await?;
        if lease.is_none() {
            let there = client.head(&exclusive_key()).await?;
            let now = clock.modified().await?;
            let from = match there {
                None => None,
                Some(there) if is_over(&there, now) => Some(there.revision),
                Some(_) => return Err(leased(client, "it is at it").await),
            };
            lease = take(from).await?;
        }
        let Some(lease) = lease else {
            return Err(leased(client, "it was faster").await);
        };
        let lease = Arc::new(lease);
        let renewing = Arc::clone(&lease);
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(renewing.span / 6).await;
                let _ = renewing.renew("alone").await;
            }
        });
        let exclusive = Self { lease, task };
        if let Err(error) = exclusive.adders_pause(clock, waiting).await {
            exclusive.end().await;
            return Err(error);
        }
        Ok(exclusive)
    }

    async fn adders_pause(&self, clock: &OwnLease, waiting: impl FnOnce(Duration)) -> Result<()> {
        let client = &self.lease.client;
        let limit = span() * 2 + Duration::from_secs(5);
        let begun = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            clock.renew(PAUSED).await?;
            let now = clock.modified().await?;
            let all: Vec<ObjectInfo> = client.list(LEASES).try_collect().await?;
            let mut adding = Vec::new();
            for info in all {
                if info.key == exclusive_key() || info.key == clock.key {
                    continue;
                }
                let Fetched::Whole(text, info) = client.get(&info.key, None).await? else {
                    continue;
                };
                if is_over(&info, now) {
                    // Its process is gone, or will find its lease gone.
                    client.delete(&info.key).await?;
                } else if !text.trim_ascii_end().ends_with(PAUSED.as_bytes()) {
                    adding.push(info.key);
                }
            }
            // A list may lag behind: an adder that is not in it yet began after this lease was there, and has seen it.
            if adding.is_empty() {
                return Ok(());
            }
            if begun.elapsed() > limit {
                return Err(Error::Bucket(BucketError::Leased {
                    holder: adding.join(", "),
                    what: "it goes on adding".to_owned(),
                }));
            }
            if let Some(waiting) = waiting.take() {
                waiting(limit);
            }
            pause().await?;
        }
    }

    /// To be asked before each step that removes.
    pub fn check(&self, doing: &'static str) -> Result<()> {
        if self.lease.holds() {
            Ok(())
        } else {
            Err(Error::Bucket(BucketError::LeaseLost { doing }))
        }
    }

    /// Lets go.
    pub async fn end(self) {
        self.task.abort();
        // Somebody may have taken it for run out: only what is ours goes.
        if let Ok(Some(_)) = ours(&self.lease.client, &exclusive_key(), &self.lease.holder).await {
            let _ = self.lease.client.delete(&exclusive_key()).await;
        }
    }
}
