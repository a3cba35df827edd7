//! Memory cache of answers by path, bounded by bytes. What goes when it is full decides S3-FIFO (the crate `quick_cache`):
//! something that is asked for once does not take the place of what is asked for again and again.

use std::sync::Arc;

use quick_cache::sync::{Cache as Weighted, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::io::net::sendfile::Budget;
use crate::serve::answer::cached::CachedAnswer;

/// Parts with a lock each: many more than cores.
const SHARDS: usize = 16;

/// About what an answer weighs; tables are as large as that makes them.
const USUAL_BYTES: usize = 16 << 10;

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<CachedAnswer>> for Bytes {
    fn weight(&self, path: &Box<str>, cached: &Arc<CachedAnswer>) -> u64 {
        (path.len() + cached.weight()) as u64
    }
}

type Answers = Weighted<Box<str>, Arc<CachedAnswer>, Bytes>;

/// Answers by path.
#[derive(Debug)]
pub struct Cache {
    answers: Answers,
    /// Answers that would push too much else out of a shard, such as the largest index files.
    large: Answers,
    /// What is heavier counts as large, in bytes.
    small: usize,
    /// Budget of sealed memory.
    pub room: Arc<Budget>,
}

impl Cache {
    /// `limit` bytes in all: a quarter for what the system sends by itself, in at most `files` files; a quarter of the rest
    /// for answers that are too large for a shard.
    pub fn new(limit: usize, files: usize) -> Self {
        let lent = limit / 4;
        let large = (limit - lent) / 4;
        let small = limit - lent - large;
        Self {
            answers: answers(small, SHARDS),
            large: answers(large, 1),
            small: small / SHARDS / 2,
            room: Arc::new(Budget::new(lent, files)),
        }
    }

    pub fn get(&self, path: &str) -> Option<Arc<CachedAnswer>> {
        let found = self.answers.get(path);
        if found.is_some() || self.large.is_empty() {
            return found;
        }
        self.large.get(path)
    }

    /// Keeps an answer, unless it alone would take the place of too many others.
    pub fn put(&self, path: &str, cached: &Arc<CachedAnswer>) {
        let (to, other) = if cached.weight() <= self.small {
            (&self.answers, &self.large)
        } else {
            (&self.large, &self.answers)
        };
        to.insert(path.into(), Arc::clone(cached));
        if !other.is_empty() {
            other.remove(path);
        }
    }

    pub fn forget(&self, path: &str) {
        self.answers.remove(path);
        self.large.remove(path);
    }

    /// Marks everything as due for a check.
    pub fn expire(&self) {
        for (_, cached) in self.answers.iter().chain(self.large.iter()) {
            cached.fresh_until(0);
        }
    }

    /// Bytes of all answers.
    pub fn bytes(&self) -> usize {
        usize::try_from(self.answers.weight() + self.large.weight()).unwrap_or(usize::MAX)
    }
}

/// At most `limit` bytes. What is heavier than a shard is not taken.
fn answers(limit: usize, shards: usize) -> Answers {
    // It fails where a number is left out, and none is.
    let options = OptionsBuilder::new()
        .shards(shards)
        .estimated_items_capacity(limit / USUAL_BYTES)
        .weight_capacity(limit as u64)
        .build();
    let options = options.expect("all that is needed is named");
    Weighted::with_options(
        options,
        Bytes,
        DefaultHashBuilder::default(),
        DefaultLifecycle::default(),
    )
}

#[cfg(test)]
mod tests {
    use bytes::Bytes as Text;

    use super::*;
    use crate::model::units::timestamp::Timestamp;
    use crate::serve::answer::cached::Evidence;
    use crate::serve::answer::cached::Freshness;

    fn cached(size: usize) -> Arc<CachedAnswer> {
        let text = Text::from(vec![b'a'; size]);
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
        let kept = (0..2000).filter(|number| cache.get(&format!("/{number}")).is_some());
        assert!((100..300).contains(&kept.count()));
        // Too large for a shard, and for everything.
        cache.put("/large", &cached(150 << 10));
        assert!(cache.get("/large").is_some());
        for number in 0..20 {
            cache.put(&format!("/large-{number}"), &cached(150 << 10));
            assert!(cache.bytes() <= everything);
        }
        let kept = (0..20).filter(|number| cache.get(&format!("/large-{number}")).is_some());
        assert!((1..6).contains(&kept.count()));
        cache.put("/huge", &cached(limit / 2));
        assert!(cache.get("/huge").is_none());
        // What was large may become small.
        cache.put("/large-19", &cached(150 << 10));
        cache.put("/large-19", &cached(100));
        assert_eq!(cache.get("/large-19").unwrap().text().unwrap().len(), 100);
        for number in 0..20 {
            cache.forget(&format!("/large-{number}"));
        }
        for number in 0..2000 {
            cache.forget(&format!("/{number}"));
        }
        cache.forget("/kept");
        assert_eq!(cache.bytes(), 0);
    }
}
