//! Work that makes more work, on all cores: the newest is done first, so that little of it waits in memory.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

struct Waiting<T> {
    tasks: Vec<T>,
    busy: usize,
}

/// Does every task, and those that they push. Each thread has a state of its own, which is handed back.
pub fn run_all<T: Send, S: Send>(
    tasks: Vec<T>,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T, &mut Vec<T>) + Sync,
) -> Vec<S> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let waiting = Mutex::new(Waiting { tasks, busy: 0 });
    let wake = Condvar::new();
    let lock =
        || -> MutexGuard<'_, Waiting<T>> { waiting.lock().unwrap_or_else(PoisonError::into_inner) };
    let run = || {
        let mut state = start();
        let mut more = Vec::new();
        let mut guard = lock();
        loop {
            if let Some(task) = guard.tasks.pop() {
                guard.busy += 1;
                drop(guard);
                // Counted down even by a panic, or the other threads would wait for ever.
                let done = DoneGuard(&waiting, &wake);
                work(&mut state, task, &mut more);
                if !more.is_empty() {
                    lock().tasks.append(&mut more);
                    wake.notify_all();
                }
                drop(done);
                guard = lock();
            } else if guard.busy == 0 {
                return state;
            } else {
                guard = wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
            }
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut states = vec![run()];
        for other in others {
            match other.join() {
                Ok(state) => states.push(state),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        states
    })
}

struct DoneGuard<'a, T>(&'a Mutex<Waiting<T>>, &'a Condvar);

impl<T> Drop for DoneGuard<'_, T> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.busy -= 1;
        if waiting.busy == 0 {
            self.1.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_and_its_children_are_done_once() {
        let counts = run_all(
            vec![5_u32; 7],
            || 0_usize,
            |count, task, more| {
                *count += 1;
                more.extend((0..2).filter(|_| task > 0).map(|_| task - 1));
            },
        );
        assert_eq!(counts.iter().sum::<usize>(), 7 * 63);
    }
}
