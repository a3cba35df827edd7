//! Counters over time: what has been counted is added to the last day and month every minute.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::io::mirror::history;
use crate::model::mirror::history::{FigureHistory, Figures};
use crate::model::units::timestamp::Timestamp;
use crate::serve::metrics::counters::Stats;

/// It is written no more often.
pub const PACE: Duration = Duration::from_mins(1);

/// The history of a server, with what it had counted when that was last added.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Recorded>);

#[derive(Debug, Default)]
struct Recorded {
    history: FigureHistory,
    counted: Figures,
}

impl Recorder {
    /// Goes on from what another run has written.
    pub fn load(mirror: &Path) -> Self {
        Self(Mutex::new(Recorded {
            history: history::read(mirror),
            counted: Figures::default(),
        }))
    }

    /// The history up to now, with what the counters say.
    pub fn now(&self, stats: &Stats, now: Timestamp) -> FigureHistory {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = stats.figures();
        let new = counted.since(&recorded.counted);
        recorded.counted = counted;
        recorded.history.add(now, &new);
        recorded.history.clone()
    }

    /// Writes it down. A mirror that can only be read goes without.
    pub fn save(&self, mirror: &Path, stats: &Stats, now: Timestamp) {
        let _ = history::write(mirror, &self.now(stats, now));
    }
}

impl Stats {
    /// What was counted since the start.
    pub fn figures(&self) -> Figures {
        let both = |get: fn(&crate::serve::metrics::counters::Hits) -> u64| {
            get(&self.index) + get(&self.crates)
        };
        Figures {
            hits: both(|hits| hits.hits.get()),
            misses: both(|hits| hits.misses.get()),
            stale: both(|hits| hits.stale.get()),
            failed: both(|hits| hits.failed.get()),
            saved: self.saved.get(),
            fetched: self.fetched.get(),
            sent: self.sent.get(),
            times: std::array::from_fn(|kind| self.times[kind].get()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mirror::history::Span;

    #[test]
    fn a_restart_goes_on_where_the_last_run_ended() {
        let mirror = tempfile::tempdir().unwrap();
        let now = Timestamp(1_790_000_000);
        let run = |hits: u64, now: Timestamp| {
            let (recorder, stats) = (Recorder::load(mirror.path()), Stats::default());
            stats.crates.hits.add(hits);
            stats.took("x", Duration::from_millis(5));
            recorder.save(mirror.path(), &stats, now);
            stats.index.hits.add(1);
            recorder.save(mirror.path(), &stats, now);
            recorder.now(&stats, now)
        };
        assert_eq!(run(3, now).sum(Span::Day, now).hits, 4);
        let later = Timestamp(now.0 + 3600);
        let sum = run(5, later).sum(Span::Day, later);
        assert_eq!((sum.hits, sum.answers()), (10, 2));
    }
}
