//! When a client's request is reason to ask upstream before it is answered, although the kept index file is not old.
//!
//! Cargo asks for an index file with `If-None-Match` in two cases: it resolves anew (`cargo update`), or a lockfile names a
//! version that the file it has lacks. In the second case it has often been given that file by this server a moment before:
//! cargo asks once without a condition, misses the version, and asks again with the tag of the answer. Either way such a
//! request says "is there anything newer?", and a version that was released a minute ago must not be missing. Requests
//! without a condition say nothing of the kind and are answered from memory.
//!
//! Asking costs upstream a 304. It is bounded three ways: by one request in flight for each file; by a pause for each file
//! that doubles while upstream has nothing new ([`Pace`]); and by not asking at all for a while after upstream was slow or
//! failed ([`Rechecks`]). Then, and whenever upstream takes longer than [`PATIENCE`], the kept file is the answer, as it is
//! for other requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// How long such a request waits for upstream while there is a file to answer with.
pub const PATIENCE: Duration = Duration::from_millis(300);

/// Milliseconds without such requests after upstream was slow or failed.
const PAUSE_WHEN_SLOW: u64 = 10_000;

/// Whether a request asks if there is anything newer than what the client has.
pub fn is_conditional(headers: &HeaderMap) -> bool {
    headers.contains_key(IF_NONE_MATCH) || headers.contains_key(IF_MODIFIED_SINCE)
}

/// When the next conditional request for one file is passed on to upstream. Times are milliseconds since the server started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    due: u64,
    gap: u64,
}

impl Pace {
    /// For answers that upstream has no say in.
    pub const NEVER: Self = Self {
        due: u64::MAX,
        gap: 0,
    };

    /// For a file that upstream was not asked about lately, or that has just changed.
    pub const AT_ONCE: Self = Self { due: 0, gap: 0 };

    const SHORTEST: u64 = 100;
    const LONGEST: u64 = 2_000;
    /// A file without conditional requests for this long starts over.
    const IDLE: u64 = 10_000;

    /// The pace after upstream has said that nothing has changed.
    #[must_use]
    pub fn unchanged(self, now: u64) -> Self {
        let idle = self.due == u64::MAX || now.saturating_sub(self.due) > Self::IDLE;
        let gap = if idle {
            Self::SHORTEST
        } else {
            (self.gap * 2).clamp(Self::SHORTEST, Self::LONGEST)
        };
        Self {
            due: now + gap,
            gap,
        }
    }
}

/// What holds for all files: whether upstream is quick enough to be asked before an answer.
#[derive(Debug, Default)]
pub struct Rechecks {
    paused_until: AtomicU64,
}

impl Rechecks {
    pub fn is_due(&self, pace: Pace, now: u64) -> bool {
        now >= pace.due && now >= self.paused_until.load(Ordering::Relaxed)
    }

    /// Upstream has failed, or has not answered in time.
    pub fn pause(&self, now: u64) {
        self.paused_until
            .store(now + PAUSE_WHEN_SLOW, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_change_is_asked_about_less_and_less() {
        let rechecks = Rechecks::default();
        assert!(!rechecks.is_due(Pace::NEVER, u64::MAX - 1));
        let mut pace = Pace::AT_ONCE;
        let mut asked = 0;
        for now in 1..10_000 {
            if rechecks.is_due(pace, now) {
                asked += 1;
                pace = pace.unchanged(now);
            }
        }
        assert!((6..=10).contains(&asked), "{asked} times in ten seconds");
        // After a while without requests a release is noticed as soon as at the start.
        assert_eq!(pace.unchanged(60_000).due, 60_000 + Pace::SHORTEST);
        rechecks.pause(60_000);
        assert!(!rechecks.is_due(Pace::AT_ONCE, 69_999));
        assert!(rechecks.is_due(Pace::AT_ONCE, 70_000));
    }
}
