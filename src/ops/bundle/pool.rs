//! The same work on items as they come, on all cores, until one fails.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use crate::model::error::Result;

/// Applies `work` to each item. The first error ends it.
pub fn each<T: Send>(
    items: impl Iterator<Item = Result<T>> + Send,
    work: impl Fn(T) -> Result<()> + Sync,
) -> Result<()> {
    let items = Mutex::new(items);
    let failed = Mutex::new(None);
    let run = || {
        loop {
            if failed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some()
            {
                return;
            }
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let done = match next {
                None => return,
                Some(item) => item.and_then(&work),
            };
            if let Err(error) = done {
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert(error);
                return;
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(()), Err)
}
