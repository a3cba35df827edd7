//! How crates are used: counted in memory with one addition, written down now and then.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::io::mirror::usage::{self, Used};
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

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
        Self {
            counts: RwLock::new(counts.collect()),
        }
    }

    /// The counter of one version, for whoever serves it.
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
    pub fn save(&self, mirror: &Path, source: &str) {
        let mut all = self.all();
        if all.is_empty() {
            return;
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        let _ = usage::write(mirror, source, &all);
    }
}

/// The most used of these, the most first.
pub fn top(mut all: Vec<Used>, most: usize) -> Vec<Used> {
    all.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.id.cmp(&b.id)));
    all.truncate(most);
    all
}
