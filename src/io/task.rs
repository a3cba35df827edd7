//! Blocking work beside the async runtime, and threads with a runtime of their own.

use std::cell::Cell;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime::Builder;

use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};

thread_local! {
    static WORKER: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Runs what blocks where it may block. What has not begun when the program ends is interrupted.
pub async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) if ended.is_cancelled() => Err(Error::Interrupted),
        Err(_) => Err(Error::Panicked { doing }),
    }
}

/// So many threads are worth their while for what runs on all cores.
pub fn workers() -> usize {
    /// To count cores, the system is asked for half a dozen files.
    static WORKERS: OnceLock<usize> = OnceLock::new();
    *WORKERS.get_or_init(|| {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        cores.min(4)
    })
}

/// Runs work on a thread with a runtime of its own: what it waits for wakes no other thread. It ends with the work.
pub fn on_own_thread<W: Future<Output = ()>>(
    number: usize,
    work: impl FnOnce() -> W + Send + 'static,
) -> Result<()> {
    let failed = |source| {
        Error::Fs(FsError::Io {
            action: Action::Start,
            path: "a thread".into(),
            source,
        })
    };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let run = move || {
        WORKER.set(Some(number));
        runtime.block_on(work());
        // What blocks for long is not waited for.
        runtime.shutdown_background();
    };
    let spawned = thread::Builder::new()
        .name(format!("worker-{number}"))
        .spawn(run);
    spawned.map(drop).map_err(failed)
}

/// The number of the thread with a runtime of its own that this runs on, if it does.
pub fn own_thread() -> Option<usize> {
    WORKER.get()
}
