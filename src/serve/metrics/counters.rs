//! What the server has done since it was started: counters, and the slowest of what upstream sent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::model::mirror::history::{TIMES, kind_of_time};

/// A counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often one kind of thing was there, and how often not.
#[derive(Debug, Default)]
pub struct Hits {
    /// Answered without upstream.
    pub hits: Counter,
    /// Upstream had to be asked.
    pub misses: Counter,
    /// Upstream could not be asked, and what it last said was served.
    pub stale: Counter,
    /// There is no such thing.
    pub absent: Counter,
    /// It could not be had.
    pub failed: Counter,
}

#[derive(Debug, Default)]
pub struct Stats {
    pub requests: Counter,
    pub index: Hits,
    pub crates: Hits,
    pub not_modified: Counter,
    pub unauthorized: Counter,
    pub malformed: Counter,
    pub rejected_limit: Counter,
    /// Bytes of bodies.
    pub sent: Counter,
    /// Bytes of crates that were served without upstream.
    pub saved: Counter,
    /// Bytes of crates from upstream.
    pub fetched: Counter,
    /// Answers that were broken off, because what came was not the crate.
    pub aborted: Counter,
    pub upstream_requests: Counter,
    pub upstream_errors: Counter,
    /// Crates whose bytes were not what the index says.
    pub checksum_mismatches: Counter,
    pub stored: Counter,
    pub store_errors: Counter,
    pub evicted: Counter,
    pub evicted_bytes: Counter,
    pub prefetched: Counter,
    pub prefetch_failures: Counter,
    pub log_lost: Counter,
    /// Versions that upstream was found to have withdrawn.
    pub withdrawn: Counter,
    /// Answers that were passed on without being stored.
    pub passed: Counter,
    /// Files of tokens or certificates that could not be read again.
    pub reload_errors: Counter,
    /// Requests to crates.io's place for private names: somebody may have left out `registry =`.
    pub private_names: Counter,
    /// Private names of which crates.io was found to have a crate.
    pub public_names: Counter,
    /// Changes that web hooks are not told of, because they could not be left for them.
    pub hooks_lost: Counter,
    /// Clocks that were found to leap.
    pub clock_leaps: Counter,
    /// How many of upstream's answers took how long (see [`TIMES`]).
    pub times: [Counter; TIMES],
    slowest: Mutex<Vec<Slow>>,
    last_error: Mutex<Option<String>>,
}

/// A slow upstream response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slow {
    pub what: String,
    pub milliseconds: u64,
}

impl Stats {
    /// Upstream has answered, after this time.
    pub fn took(&self, what: &str, time: Duration) {
        const KEPT: usize = 10;
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.times[kind_of_time(milliseconds)].add(1);
        let mut slowest = self.slowest.lock().unwrap_or_else(PoisonError::into_inner);
        let at = slowest.partition_point(|slow| slow.milliseconds >= milliseconds);
        if at < KEPT {
            let what = what.to_owned();
            slowest.insert(at, Slow { what, milliseconds });
            slowest.truncate(KEPT);
        }
    }

    pub fn slowest(&self) -> Vec<Slow> {
        self.slowest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Upstream has failed. Of one whose readers need a token only that is kept: anybody may read the rest.
    pub fn upstream_failed(&self, said: &str, is_closed: bool) {
        self.upstream_errors.add(1);
        if is_closed {
            return;
        }
        *self
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(said.to_owned());
    }

    pub fn last_error(&self) -> Option<String> {
        self.last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_are_kept_and_no_others() {
        let stats = Stats::default();
        for number in 0..100 {
            stats.took(
                &number.to_string(),
                Duration::from_millis(number * 37 % 100),
            );
        }
        let times: Vec<u64> = stats
            .slowest()
            .iter()
            .map(|slow| slow.milliseconds)
            .collect();
        assert_eq!(times, [99, 98, 97, 96, 95, 94, 93, 92, 91, 90]);
    }
}
