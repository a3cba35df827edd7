//! How much memory all threads together take for frames, however many cores there are.

use std::sync::{Condvar, Mutex, PoisonError};

/// What may be taken for frames at once, in bytes: with the program itself, and with packed frames that wait for their turn,
/// less than 300 MB.
const ALL: u64 = 200 << 20;
/// What packing a large frame takes besides its bytes.
const PACKING: u64 = 40 << 20;
/// A frame of several families is closed at so many bytes as unpacked; where many cores share the memory, earlier.
const TOGETHER: u64 = 48 << 20;
const LEAST_TOGETHER: u64 = 12 << 20;

/// What packing takes besides the bytes themselves: the tables of zstd grow with them.
fn packing(bytes: u64) -> u64 {
    bytes.saturating_add(8 << 20).min(PACKING)
}

/// How large frames of several families become, so that each of so many threads can make one.
pub fn frame_size(threads: usize) -> u64 {
    let each = ALL / (threads.max(1) as u64);
    // Half of it for the bytes, half for packing them; above that, packing takes no more.
    let small = each.saturating_sub(8 << 20) / 2;
    let large = each.saturating_sub(PACKING);
    small.max(large).clamp(LEAST_TOGETHER, TOGETHER)
}

/// Bytes of memory that threads share.
#[derive(Debug)]
pub struct MemoryBudget {
    free: Mutex<u64>,
    freed: Condvar,
}

/// A part of it, until it is dropped.
#[derive(Debug)]
pub struct MemoryShare<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl Default for MemoryBudget {
    fn default() -> Self {
        Self {
            free: Mutex::new(ALL),
            freed: Condvar::new(),
        }
    }
}

impl MemoryBudget {
    /// Waits until so many bytes of a frame can be held and packed.
    pub fn to_pack(&self, bytes: u64) -> MemoryShare<'_> {
        self.take(bytes.saturating_add(packing(bytes)))
    }

    /// Waits until so many bytes can be held; who wants more than there are waits for all of them. Whoever has a share must not
    /// wait for one that has none.
    pub fn take(&self, bytes: u64) -> MemoryShare<'_> {
        let bytes = bytes.min(ALL);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = self.freed.wait_while(free, |free| *free < bytes);
        *enough.unwrap_or_else(PoisonError::into_inner) -= bytes;
        MemoryShare {
            budget: self,
            bytes,
        }
    }
}

impl Drop for MemoryShare<'_> {
    fn drop(&mut self) {
        let mut free = self
            .budget
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *free += self.bytes;
        drop(free);
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn each_thread_has_room_for_a_frame() {
        assert_eq!(frame_size(1), TOGETHER);
        assert_eq!(frame_size(2), TOGETHER);
        for threads in 1..=6 {
            let size = frame_size(threads);
            let needed = threads as u64 * (size + packing(size));
            assert!(needed <= ALL, "{threads}: {needed}");
        }
        assert_eq!(frame_size(64), LEAST_TOGETHER);
    }

    #[test]
    fn more_threads_take_no_more_memory() {
        let budget = MemoryBudget::default();
        let (now, most, done) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..16 {
                let (budget, now, most, done) = (&budget, &now, &most, &done);
                scope.spawn(move || {
                    for round in 0..50 {
                        // Some want more than there is.
                        let wanted = ((thread * 7 + round * 13) % 30) * (10 << 20);
                        let share = budget.take(wanted);
                        let held = now.fetch_add(share.bytes, Ordering::SeqCst) + share.bytes;
                        most.fetch_max(held, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(share.bytes, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 16 * 50);
        assert!(most.into_inner() <= ALL);
    }
}
