//! The same work on many items, in several threads at once.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Applies `work` to every item, as many at once as there are cores; the results keep the order.
pub fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    at_once(cores(), items, work)
}

/// Takes items as they come, some at a time, and applies `work` to each lot on all cores: for more items than are to be held at
/// once. The results are in no order.
pub fn in_lots<T, R: Send>(
    items: impl Iterator<Item = T> + Send,
    size: usize,
    work: impl Fn(Vec<T>) -> R + Sync,
) -> Vec<R> {
    let items = Mutex::new(items);
    let next = || -> Vec<T> {
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        items.by_ref().take(size).collect()
    };
    let each_core = vec![(); cores()];
    let done = on_all_cores(&each_core, |()| {
        let mut done = Vec::new();
        loop {
            let lot = next();
            if lot.is_empty() {
                return done;
            }
            done.push(work(lot));
        }
    });
    done.into_iter().flatten().collect()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Applies `work` to every item, `threads` at once; the results keep the order.
pub fn at_once<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len()))
            .map(|_| scope.spawn(run))
            .collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
