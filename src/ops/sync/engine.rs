//! Many crates judged at once, within bounds, by a thread for each core.
//!
//! Each thread has a runtime and connections of its own: what arrives on it is hashed and judged there, and no thread wakes
//! another for a crate of a few kilobytes.

use std::sync::{Arc, Mutex, PoisonError};
use std::vec::IntoIter;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

use crate::io::task::{on_own_thread, workers};
use crate::model::error::{Error, Result};
use crate::model::package::id::CrateName;
use crate::ops::sync::judge::Judge;
use crate::ops::sync::judged::{Judged, Touch};
use crate::ops::sync::outcome::SyncOutcome;
use crate::ops::sync::writer::{BREATH, ENOUGH, Parcel};

/// As many crates are worth a thread more.
const WORTH_A_THREAD: usize = 100;
/// Crates that are judged and not counted yet.
const WAITING: usize = 1_024;

type Fared = (CrateName, Result<Judged>);

/// What all threads take from.
struct TouchQueue {
    touches: Mutex<IntoIter<Touch>>,
    judge: Arc<Judge>,
    parcels: Option<mpsc::Sender<Parcel>>,
    /// Crates under way on one thread.
    jobs: usize,
}

/// Judges all of these, `jobs` at once. Ends early where the host is gone; an error is one of the mirror itself.
pub async fn judge_all(
    judge: &Arc<Judge>,
    touches: Vec<Touch>,
    jobs: usize,
    parcels: Option<mpsc::Sender<Parcel>>,
    outcome: &mut SyncOutcome,
) -> Result<()> {
    let threads = workers().min(touches.len() / WORTH_A_THREAD + 1);
    let queue = Arc::new(TouchQueue {
        touches: Mutex::new(touches.into_iter()),
        judge: Arc::clone(judge),
        parcels,
        jobs: jobs.div_ceil(threads),
    });
    let (tell, mut told) = mpsc::channel(WAITING);
    // Dropped when all is judged, or when nobody waits for it any more.
    let (_going_on, ended) = watch::channel(());
    for number in 0..threads {
        let (queue, tell, ended) = (Arc::clone(&queue), tell.clone(), ended.clone());
        on_own_thread(number, move || async move { queue.work(tell, ended).await })?;
    }
    drop(tell);
    let mut failure = None;
    let mut some = Vec::with_capacity(WAITING);
    while told.recv_many(&mut some, WAITING).await > 0 {
        let few = some.len() < ENOUGH;
        for done in some.drain(..) {
            match done {
                Ok((name, Ok(judged))) => outcome.add(&name, judged, judge.now, judge.dry_run),
                // The first error tells most; one that says that the writer has ended, least.
                Ok((_, Err(error))) => {
                    let tells_more = matches!(failure, None | Some(Error::Interrupted));
                    if tells_more {
                        failure = Some(error);
                    }
                }
                Err(_) => failure = Some(Error::Panicked { doing: "syncing" }),
            }
            if failure.is_some() || outcome.unreachable {
                queue.clear();
            }
        }
        if few && !told.is_closed() {
            // Each crate by itself is not worth being woken for.
            tokio::time::sleep(BREATH).await;
        }
    }
    failure.map_or(Ok(()), Err)
}

impl TouchQueue {
    fn next(&self) -> Option<Touch> {
        self.touches().next()
    }

    /// No more after those that are under way.
    fn clear(&self) {
        *self.touches() = Vec::new().into_iter();
    }

    fn touches(&self) -> std::sync::MutexGuard<'_, IntoIter<Touch>> {
        self.touches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(
        &self,
        tell: mpsc::Sender<Result<Fared, JoinError>>,
        mut ended: watch::Receiver<()>,
    ) {
        let mut running: JoinSet<Fared> = JoinSet::new();
        loop {
            while running.len() < self.jobs
                && let Some(touch) = self.next()
            {
                let (judge, parcels) = (Arc::clone(&self.judge), self.parcels.clone());
                running.spawn(async move {
                    let name = touch.name.clone();
                    (name, judge.judge(touch, parcels).await)
                });
            }
            tokio::select! {
                done = running.join_next() => match done {
                    Some(done) => if tell.send(done).await.is_err() { return },
                    None => break,
                },
                // Nobody waits for it any more.
                _ = ended.changed() => return,
            }
        }
        drop(tell);
        // Others may have requests on connections that were opened here.
        let _ = ended.changed().await;
    }
}
