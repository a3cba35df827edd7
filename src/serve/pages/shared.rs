//! What the server has asked of the bucket that servers share.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::serve::registry::shared_bucket::Share;

fn now(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// A counter with its name, what it counts, and its values by their labels.
pub type BucketCounter = (&'static str, &'static str, Vec<(&'static str, u64)>);

/// The counters of a shared bucket.
pub fn counters(share: &Share) -> [BucketCounter; 6] {
    let counts = &share.counts;
    [
        (
            "bucket_requests_total",
            "Requests to the shared bucket, tries not counted.",
            vec![
                ("{verb=\"get\"}", now(&counts.get)),
                ("{verb=\"head\"}", now(&counts.head)),
                ("{verb=\"put\"}", now(&counts.put)),
                ("{verb=\"delete\"}", now(&counts.delete)),
                ("{verb=\"list\"}", now(&counts.list)),
            ],
        ),
        (
            "bucket_errors_total",
            "Requests to the shared bucket that failed after all tries.",
            vec![("", now(&counts.errors))],
        ),
        (
            "bucket_lost_races_total",
            "Writes to the shared bucket that another server was faster with.",
            vec![("", now(&counts.lost))],
        ),
        (
            "bucket_bytes_total",
            "Bytes of objects read from and written to the shared bucket.",
            vec![
                ("{direction=\"read\"}", now(&counts.read)),
                ("{direction=\"written\"}", now(&counts.written)),
            ],
        ),
        (
            "bucket_crates_total",
            "Crates read from the shared bucket, and added to it.",
            vec![
                ("{direction=\"read\"}", now(&share.hits)),
                ("{direction=\"added\"}", now(&share.added)),
            ],
        ),
        (
            "bucket_pending",
            "Crates that wait to be added to the shared bucket.",
            vec![("", share.pending.load(Ordering::Relaxed) as u64)],
        ),
    ]
}
