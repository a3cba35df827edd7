//! Memory cache of answers by path. Bounded by bytes; evicts what was not used since the last eviction first.
//!
//! `quick_cache` keeps more of what is asked for again where not all fits, but is a seventh slower where everything is in
//! memory and one path is hot, which is what a server of builds lives on (64 connections asking for one index file).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::io::net::sendfile::Budget;
use crate::serve::answer::cached::CachedAnswer;

/// Answers by path.
#[derive(Debug)]
pub struct Cache {
    shards: Vec<RwLock<Shard>>,
    /// Bytes of each shard.
    limit: usize,
    /// Answers that would push too much else out of a shard, such as the largest index files.
    large: RwLock<Shard>,
    large_limit: usize,
    /// How many of those there are: a lookup that misses need not look there if there are none.
    large_count: AtomicUsize,
    bytes: AtomicUsize,
    /// Budget of sealed memory.
    pub room: Arc<Budget>,
}

#[derive(Debug, Default)]
struct Shard {
    slots: HashMap<Box<str>, Slot>,
    bytes: usize,
    /// Number of insertions so far.
    came: u64,
}

#[derive(Debug)]
struct Slot {
    cached: Arc<CachedAnswer>,
    used: AtomicBool,
    /// Its insertion number.
    since: u64,
}

impl Cache {
    /// `limit` bytes in all: a quarter for what the system sends by itself, in at most `files` files; a quarter of the rest
    /// for answers that are too large for a shard.
    pub fn new(limit: usize, files: usize) -> Self {
        const SHARDS: usize = 16;
        let lent = limit / 4;
        let large = (limit - lent) / 4;
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            limit: (limit - lent - large) / SHARDS,
            large: RwLock::default(),
            large_limit: large,
            large_count: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            room: Arc::new(Budget::new(lent, files)),
        }
    }

    /// A cheap hash is enough here; within a shard the map uses a keyed one.
    fn shard(&self, path: &str) -> &RwLock<Shard> {
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let (words, rest) = path.as_bytes().as_chunks::<8>();
        let mixed = |mixed: u64, word: u64| (mixed.rotate_left(5) ^ word).wrapping_mul(SPREAD);
        let start = rest.iter().map(|byte| u64::from(*byte)).sum();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let number = (words.fold(start, mixed) >> 32) % self.shards.len() as u64;
        &self.shards[number as usize]
    }

    pub fn get(&self, path: &str) -> Option<Arc<CachedAnswer>> {
        let shard = self
            .shard(path)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = shard.slots.get(path) {
            return Some(slot.use_it());
        }
        drop(shard);
        if self.large_count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let large = self.large.read().unwrap_or_else(PoisonError::into_inner);
        large.slots.get(path).map(Slot::use_it)
    }

    /// Keeps an answer, unless it alone would take the place of too many others.
    pub fn put(&self, path: &str, cached: &Arc<CachedAnswer>) {
        let weight = cached.weight();
        let small = weight <= self.limit / 2;
        let kept = Some(cached).filter(|_| small);
        self.replace(self.shard(path), self.limit, path, kept);
        let kept = Some(cached).filter(|_| !small && weight <= self.large_limit);
        if kept.is_some() || self.large_count.load(Ordering::Relaxed) > 0 {
            self.replace(&self.large, self.large_limit, path, kept);
        }
    }

    pub fn forget(&self, path: &str) {
        self.replace(self.shard(path), self.limit, path, None);
        if self.large_count.load(Ordering::Relaxed) > 0 {
            self.replace(&self.large, self.large_limit, path, None);
        }
    }

    /// Forgets what is kept under each path that is meant.
    pub fn forget_where(&self, is_meant: impl Fn(&str) -> bool) {
        let mut meant = Vec::new();
        for shard in self.shards.iter().chain([&self.large]) {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            let paths = shard.slots.keys().filter(|path| is_meant(path));
            meant.extend(paths.cloned());
        }
        for path in meant {
            self.forget(&path);
        }
    }

    /// Takes out what a shard has for this path, and puts this there instead.
    fn replace(
        &self,
        shard: &RwLock<Shard>,
        limit: usize,
        path: &str,
        kept: Option<&Arc<CachedAnswer>>,
    ) {
        let mut held = shard.write().unwrap_or_else(PoisonError::into_inner);
        let before = held.bytes;
        held.take_out(path);
        if let Some(cached) = kept {
            held.came += 1;
            let slot = Slot {
                cached: Arc::clone(cached),
                used: AtomicBool::new(false),
                since: held.came,
            };
            held.bytes += cached.weight();
            held.make_room(limit);
            held.slots.insert(path.into(), slot);
        }
        if std::ptr::eq(shard, &raw const self.large) {
            self.large_count.store(held.slots.len(), Ordering::Relaxed);
        }
        self.bytes.fetch_add(held.bytes, Ordering::Relaxed);
        self.bytes.fetch_sub(before, Ordering::Relaxed);
    }

    /// Marks everything as due for a check.
    pub fn expire(&self) {
        for shard in self.shards.iter().chain([&self.large]) {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            for slot in shard.slots.values() {
                slot.cached.fresh_until(0);
            }
        }
    }

    /// Bytes of all answers.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Slot {
    fn use_it(&self) -> Arc<CachedAnswer> {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        Arc::clone(&self.cached)
    }
}

impl Shard {
    fn take_out(&mut self, path: &str) {
        if let Some(slot) = self.slots.remove(path) {
            self.bytes -= slot.cached.weight();
        }
    }

    /// Evicts what was not used since the last time, oldest first; then, if that is not enough, the others. It evicts an eighth
    /// more than needed, so that it does not run on every insertion.
    fn make_room(&mut self, limit: usize) {
        if self.bytes <= limit {
            return;
        }
        let mut by_age: Vec<(bool, u64, Box<str>)> = self
            .slots
            .iter()
            .map(|(path, slot)| {
                let used = slot.used.swap(false, Ordering::Relaxed);
                (used, slot.since, path.clone())
            })
            .collect();
        by_age.sort_unstable();
        for (_, _, path) in by_age {
            if self.bytes <= limit - limit / 8 {
                break;
            }
            self.take_out(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::units::timestamp::Timestamp;
    use crate::serve::answer::cached::Evidence;
    use crate::serve::answer::cached::Freshness;

    fn cached(size: usize) -> Arc<CachedAnswer> {
        let text = Bytes::from(vec![b'a'; size]);
        Arc::new(CachedAnswer::index(
            text,
            Timestamp(0),
            Freshness::Good,
            Evidence::None,
            false,
        ))
    }

    #[test]
    fn it_keeps_what_is_asked_for_and_stays_within_its_bounds() {
        let limit = 16 * (256 << 10);
        let everything = limit / 4 * 3;
        let cache = Cache::new(limit, 0);
        cache.put("/kept", &cached(10_000));
        for number in 0..2000 {
            assert!(cache.get("/kept").is_some(), "{number}");
            cache.put(&format!("/{number}"), &cached(10_000));
            assert!(cache.bytes() <= everything);
        }
        assert!(cache.get("/0").is_none() && cache.get("/1999").is_some());
        // Too large for a shard, and for everything.
        cache.put("/large", &cached(150 << 10));
        assert!(cache.get("/large").is_some());
        for number in 0..20 {
            cache.put(&format!("/large-{number}"), &cached(150 << 10));
            assert!(cache.bytes() <= everything);
        }
        assert!(cache.get("/large-0").is_none() && cache.get("/large-19").is_some());
        cache.put("/huge", &cached(limit / 2));
        assert!(cache.get("/huge").is_none());
        // What was large may become small.
        cache.put("/large-19", &cached(100));
        assert_eq!(cache.get("/large-19").unwrap().text().unwrap().len(), 100);
        for number in 0..20 {
            cache.forget(&format!("/large-{number}"));
        }
        cache.put("/large", &cached(150 << 10));
        cache.forget_where(|path| path != "/kept");
        assert!(cache.get("/kept").is_some() && cache.get("/1999").is_none());
        assert!(cache.get("/large").is_none());
        cache.forget("/kept");
        assert_eq!(cache.bytes(), 0);
    }
}
