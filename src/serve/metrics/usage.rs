//! Usage of crates: counted in memory with one addition, saved every minute.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::io::mirror::usage::{self, Used};
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

/// A clock set back by no more than this is ignored: ordinary corrections are seconds.
const SLACK: Duration = Duration::from_mins(5);

/// How one version is used.
#[derive(Debug, Default)]
pub struct Count {
    times: AtomicU64,
    last: AtomicU64,
}

impl Count {
    pub fn used(&self, now: Timestamp) {
        self.times.fetch_add(1, Ordering::Relaxed);
        self.last.store(now.0, Ordering::Relaxed);
    }
}

/// How all of them are.
#[derive(Debug, Default)]
pub struct Usage {
    counts: RwLock<HashMap<CrateId, Arc<Count>>>,
    /// The clock as it was last looked at; 0 if it never was.
    looked: AtomicU64,
}

/// A clock change so large that the ages of crates are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leap {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Usage {
    /// What was counted before.
    pub fn load(mirror: &Path, source: &str) -> Self {
        let counts = usage::read(mirror, source).into_iter().map(|used| {
            let count = Count {
                times: AtomicU64::new(used.times),
                last: AtomicU64::new(used.last.0),
            };
            (used.id, Arc::new(count))
        });
        let usage = Self {
            counts: RwLock::new(counts.collect()),
            looked: AtomicU64::new(0),
        };
        let newest = || usage.all().into_iter().map(|used| used.last).max();
        let looked = usage::written(mirror, source).or_else(newest);
        usage
            .looked
            .store(looked.map_or(0, |looked| looked.0), Ordering::Relaxed);
        usage
    }

    /// Takes in what the clock says. If it was set back, or ahead by more than `most`, every use is moved by as much: how
    /// long ago each was stays what it was before.
    pub fn look(&self, now: Timestamp, most: Option<Duration>) -> Option<Leap> {
        let from = Timestamp(self.looked.swap(now.0, Ordering::Relaxed));
        let back = from.since(now) > SLACK;
        let ahead = most.is_some_and(|most| now.since(from) > most);
        if from.0 == 0 || !(back || ahead) {
            return None;
        }
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        for count in counts.values() {
            let last = Timestamp(count.last.load(Ordering::Relaxed));
            // What was used by the clock as it is now is right already.
            let is_new = last <= now && now.since(last) <= SLACK;
            if !is_new {
                let ago = from.since(last).as_secs();
                count
                    .last
                    .store(now.0.saturating_sub(ago), Ordering::Relaxed);
            }
        }
        Some(Leap { from, to: now })
    }

    /// The counter of one version.
    pub fn of(&self, id: &CrateId) -> Arc<Count> {
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get(id) {
            return Arc::clone(count);
        }
        drop(counts);
        let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(counts.entry(id.clone()).or_default())
    }

    pub fn forget<'a>(&self, ids: impl IntoIterator<Item = &'a CrateId>) {
        let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            counts.remove(id);
        }
    }

    fn all(&self) -> Vec<Used> {
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        let used = counts.iter().map(|(id, count)| Used {
            id: id.clone(),
            times: count.times.load(Ordering::Relaxed),
            last: Timestamp(count.last.load(Ordering::Relaxed)),
        });
        used.filter(|used| used.times > 0).collect()
    }

    pub fn last(&self) -> BTreeMap<CrateId, Timestamp> {
        self.all()
            .into_iter()
            .map(|used| (used.id, used.last))
            .collect()
    }

    /// The most used, the most first.
    pub fn top(&self, most: usize) -> Vec<Used> {
        top(self.all(), most)
    }

    /// Writes down what was counted. A mirror that may only be read goes without.
    pub fn save(&self, mirror: &Path, source: &str, now: Timestamp) {
        let mut all = self.all();
        if all.is_empty() {
            return;
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        let _ = usage::write(mirror, source, &all, now);
    }
}

/// The most used of these, the most first.
pub fn top(mut all: Vec<Used>, most: usize) -> Vec<Used> {
    all.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.id.cmp(&b.id)));
    all.truncate(most);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60;

    #[test]
    fn a_clock_that_leaps_makes_nothing_older() {
        let year = |year: u64| Timestamp((year - 1970) * 365 * DAY);
        let age = Some(Duration::from_secs(90 * DAY));
        let id = |name| CrateId::parse(name, "1.0.0").unwrap();
        let usage = Usage::default();
        let days_before = |now: Timestamp, days| Timestamp(now.0 - days * DAY);
        assert_eq!(usage.look(year(2026), age), None);
        usage.of(&id("old")).used(days_before(year(2026), 10));
        usage.of(&id("new")).used(year(2026));
        let last = |name| usage.last()[&id(name)];

        // A boot with a dead battery, use meanwhile, and the right time again.
        let (from, to) = (year(2026), year(2001));
        assert_eq!(usage.look(to, age), Some(Leap { from, to }));
        assert_eq!(last("old"), days_before(year(2001), 10));
        usage.of(&id("meanwhile")).used(year(2001));
        let (from, to) = (year(2001), year(2026));
        assert_eq!(usage.look(to, age), Some(Leap { from, to }));
        assert_eq!(last("old"), days_before(year(2026), 10));
        assert!(last("new") == year(2026) && last("meanwhile") == year(2026));

        // Ahead for a moment.
        assert!(usage.look(year(2036), age).is_some());
        assert!(usage.look(year(2026), age).is_some());
        assert_eq!(last("old"), days_before(year(2026), 10));

        // A day later is no leap; nor is a minute back.
        let later = Timestamp(year(2026).0 + DAY);
        assert_eq!(usage.look(later, age), None);
        assert_eq!(usage.look(Timestamp(later.0 - 60), age), None);
        assert_eq!(last("old"), days_before(year(2026), 10));
    }
}
