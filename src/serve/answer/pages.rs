//! Pages for browsers that were made before, kept until what they were made of has changed.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::io::store::revision::Revision;
use crate::model::package::checksum::Sha256;
use crate::serve::answer::compress::compress;
use crate::serve::answer::negotiate::Coding;

/// In bytes.
const MOST: usize = 64 << 20;
/// A larger page is made anew each time.
const LARGEST: usize = 4 << 20;

/// What a page was made of, as cheap to look at as files are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    pub stamps: Vec<Option<Revision>>,
    /// Other things that it says, as they were.
    pub said: Vec<String>,
}

/// A page as it is sent.
#[derive(Debug)]
pub struct MadePage {
    pub html: Bytes,
    pub status: u16,
    /// For `ETag`, without quotes and without the suffix of an encoding.
    pub tag: String,
    gzip: OnceLock<Option<Bytes>>,
    zstd: OnceLock<Option<Bytes>>,
}

impl MadePage {
    pub fn new(status: u16, html: String) -> Self {
        Self {
            tag: Sha256::of(&html).to_string()[..32].to_owned(),
            html: Bytes::from(html),
            status,
            gzip: OnceLock::new(),
            zstd: OnceLock::new(),
        }
    }

    /// The page in this encoding, made the first time. `None`: it is sent as it is.
    pub fn packed(&self, coding: Coding) -> Option<&Bytes> {
        let kept = match coding {
            Coding::Identity => return None,
            Coding::Gzip => &self.gzip,
            Coding::Zstd => &self.zstd,
        };
        let packed = kept.get_or_init(|| compress(&self.html, coding).map(Bytes::from));
        packed.as_ref()
    }

    /// Its size in the cache, in bytes. Each encoding adds about a fourth.
    fn weight(&self) -> usize {
        self.html.len() + self.html.len() / 2
    }
}

#[derive(Debug)]
struct Kept {
    page: Arc<MadePage>,
    basis: Basis,
    /// When it was last asked for, as a count of questions.
    asked: u64,
}

/// Made pages by their addresses, and turns at making one.
#[derive(Debug)]
pub struct PageCache {
    inner: Mutex<Inner>,
    turns: Arc<Semaphore>,
}

impl Default for PageCache {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Self {
            inner: Mutex::default(),
            turns: Arc::new(Semaphore::new(cores)),
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    pages: HashMap<String, Kept>,
    bytes: usize,
    asked: u64,
}

impl PageCache {
    /// Waits for a turn at making a page, without a thread: no more are made at once than there are cores, since builds go on
    /// to want their crates. The turn belongs to whatever makes the page, which goes on where nobody waits for it any more.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }

    /// The page of an address, if it was made of this.
    pub fn get(&self, address: &str, basis: &Basis) -> Option<Arc<MadePage>> {
        let mut inner = self.inner();
        inner.asked += 1;
        let asked = inner.asked;
        let kept = inner.pages.get_mut(address)?;
        if kept.basis != *basis {
            return None;
        }
        kept.asked = asked;
        Some(Arc::clone(&kept.page))
    }

    pub fn put(&self, address: &str, basis: Basis, page: &Arc<MadePage>) {
        if page.html.len() + address.len() > LARGEST {
            return;
        }
        let size = page.weight() + address.len();
        let mut inner = self.inner();
        inner.forget(address);
        if inner.bytes + size > MOST {
            inner.make_room();
        }
        inner.bytes += size;
        let asked = inner.asked;
        let kept = Kept {
            page: Arc::clone(page),
            basis,
            asked,
        };
        inner.pages.insert(address.to_owned(), kept);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn forget(&mut self, address: &str) {
        if let Some(kept) = self.pages.remove(address) {
            self.bytes -= kept.page.weight() + address.len();
        }
    }

    /// Lets go of the half that was not asked for the longest.
    fn make_room(&mut self) {
        let mut by_age: Vec<(u64, String)> = self
            .pages
            .iter()
            .map(|(address, kept)| (kept.asked, address.clone()))
            .collect();
        by_age.sort_unstable();
        for (_, address) in by_age {
            if self.bytes <= MOST / 2 {
                return;
            }
            self.forget(&address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(size: usize) -> Arc<MadePage> {
        Arc::new(MadePage::new(200, "a".repeat(size)))
    }

    fn basis(said: &str) -> Basis {
        Basis {
            stamps: Vec::new(),
            said: vec![said.to_owned()],
        }
    }

    #[test]
    fn a_page_holds_as_long_as_what_it_was_made_of() {
        let cache = PageCache::default();
        cache.put("/a", basis("1"), &page(1));
        assert!(cache.get("/a", &basis("1")).is_some());
        assert!(cache.get("/a", &basis("2")).is_none());
        assert!(cache.get("/b", &basis("1")).is_none());
    }

    #[test]
    fn a_page_is_packed_where_that_helps() {
        let large = page(10_000);
        assert!(large.packed(Coding::Gzip).unwrap().len() < 1000);
        assert!(large.packed(Coding::Zstd).unwrap().len() < 1000);
        assert!(large.packed(Coding::Identity).is_none());
        assert!(page(3).packed(Coding::Gzip).is_none());
    }

    #[test]
    fn there_is_room_for_so_much_and_what_is_asked_for_stays() {
        let cache = PageCache::default();
        for number in 0..100 {
            cache.put(&format!("/{number}"), basis("1"), &page(1 << 20));
            assert!(cache.get("/0", &basis("1")).is_some());
            assert!(cache.inner().bytes <= MOST);
        }
        assert!(cache.get("/1", &basis("1")).is_none());
        cache.put("/large", basis("1"), &page(LARGEST));
        assert!(cache.get("/large", &basis("1")).is_none());
    }
}
