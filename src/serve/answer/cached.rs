//! A cached answer: its bytes or where they are, its headers, its encodings.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, LAST_MODIFIED, VARY, WARNING,
};

use crate::io::net::sendfile::{Budget, SealedMemory};
use crate::io::store::read::Stamps;
use crate::io::store::revision::Revision;
use crate::io::store::stamp::time_of;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::compress::compress;
use crate::serve::answer::negotiate::Coding;
use crate::serve::answer::recheck::Pace;
use crate::serve::metrics::usage::Count;

/// Says where an answer came from: `hit`, `miss`, `stale` or `mirrored`.
pub const CACHED: HeaderName = HeaderName::from_static("x-cargo-mirror");

/// Where the bytes of an answer are.
#[derive(Debug)]
pub enum Content {
    Memory(Bytes),
    /// In the store; opened for each answer, and only if it is still the file that was hashed.
    File {
        id: CrateId,
        length: u64,
    },
}

/// How an index file came to be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// As upstream has it, or as the mirror has it where upstream has no say.
    Good,
    /// As upstream last had it: it cannot be asked right now.
    Stale,
    /// What the mirror holds: upstream cannot be asked.
    Mirrored,
    /// What the mirror holds: upstream has none of it.
    Withdrawn,
}

/// How long clients and caches may keep a crate.
#[derive(Debug, Clone, Copy)]
pub struct Lasting {
    /// Tokens are required, so shared caches must not keep it.
    pub private: bool,
    /// Upstream no longer has it, so caches should not go on to serve it for a year.
    pub withdrawn: bool,
}

impl Lasting {
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match (self.private, self.withdrawn) {
            (true, false) => "private, max-age=31536000, immutable",
            (false, false) => "public, max-age=31536000, immutable",
            (true, true) => "private, max-age=60",
            (false, true) => "public, max-age=60",
        })
    }
}

/// What an answer was made of, to see whether that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Upstream alone can tell.
    None,
    Crate(Revision, Sha256),
    Index(Stamps),
}

/// An answer that is ready.
#[derive(Debug)]
pub struct CachedAnswer {
    pub content: Content,
    /// Entity tag without quotes and without the suffix of an encoding.
    pub tag: String,
    pub modified: Timestamp,
    pub headers: HeaderMap,
    not_modified: HeaderMap,
    pub freshness: Freshness,
    /// Of a crate.
    pub count: Option<Arc<Count>>,
    pub proof: Evidence,
    lent: OnceLock<Option<Arc<SealedMemory>>>,
    /// Number of answers before the bytes were put into sealed memory.
    asked: AtomicU32,
    gzip: OnceLock<Option<Encoded>>,
    zstd: OnceLock<Option<Encoded>>,
    /// When a conditional request for it is passed on to upstream.
    pub pace: Pace,
    /// When it is checked again, in milliseconds since the server started.
    fresh_until: AtomicU64,
}

/// The same in another encoding.
#[derive(Debug)]
pub struct Encoded {
    pub bytes: Bytes,
    pub headers: HeaderMap,
    /// Headers of a 304 to a client that has it in this encoding.
    pub not_modified: HeaderMap,
}

impl CachedAnswer {
    pub fn index(
        text: Bytes,
        modified: Timestamp,
        freshness: Freshness,
        proof: Evidence,
        private: bool,
    ) -> Self {
        let tag = tag(&text);
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static(match (freshness, private) {
                (Freshness::Stale, _) => "no-cache",
                (_, true) => "private, max-age=60",
                (_, false) => "public, max-age=60",
            }),
        );
        let state_of = match freshness {
            Freshness::Good => "hit",
            Freshness::Stale => "stale",
            Freshness::Mirrored | Freshness::Withdrawn => "mirrored",
        };
        headers.insert(CACHED, HeaderValue::from_static(state_of));
        if freshness == Freshness::Stale {
            let warning = HeaderValue::from_static("110 cargo-mirror \"Response is Stale\"");
            headers.insert(WARNING, warning);
        }
        let content = Content::Memory(text);
        Self::new(content, tag, modified, headers, freshness, None, proof)
    }

    /// An index file of a registry that is published into: a cache that kept it for a minute would keep a client that polls
    /// for its own publish waiting.
    #[must_use]
    pub fn checked_each_time(mut self, private: bool) -> Self {
        let value = HeaderValue::from_static(if private {
            "private, no-cache"
        } else {
            "no-cache"
        });
        self.not_modified.insert(CACHE_CONTROL, value.clone());
        self.headers.insert(CACHE_CONTROL, value);
        self
    }

    pub fn krate(
        content: Content,
        checksum: &Sha256,
        proof: Evidence,
        count: Arc<Count>,
        lasting: Lasting,
    ) -> Self {
        let tag = checksum.to_string();
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(CACHE_CONTROL, lasting.header());
        let state_of = if lasting.withdrawn { "mirrored" } else { "hit" };
        headers.insert(CACHED, HeaderValue::from_static(state_of));
        let tag = tag[..32].to_owned();
        let modified = time_of(checksum);
        Self::new(
            content,
            tag,
            modified,
            headers,
            Freshness::Good,
            Some(count),
            proof,
        )
    }

    fn new(
        content: Content,
        tag: String,
        modified: Timestamp,
        mut headers: HeaderMap,
        freshness: Freshness,
        count: Option<Arc<Count>>,
        proof: Evidence,
    ) -> Self {
        insert(&mut headers, ETAG, &format!("\"{tag}\""));
        insert(
            &mut headers,
            LAST_MODIFIED,
            &httpdate::fmt_http_date(modified.into()),
        );
        let mut not_modified = headers.clone();
        // Not needed beside the tag (RFC 9110, 15.4.5).
        for name in [CONTENT_TYPE, LAST_MODIFIED, ACCEPT_RANGES] {
            not_modified.remove(name);
        }
        let length = match &content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File { length, .. } => *length,
        };
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        Self {
            content,
            tag,
            modified,
            headers,
            not_modified,
            freshness,
            count,
            proof,
            lent: OnceLock::new(),
            asked: AtomicU32::new(0),
            gzip: OnceLock::new(),
            zstd: OnceLock::new(),
            pace: Pace::NEVER,
            fresh_until: AtomicU64::new(0),
        }
    }

    /// Its text in this encoding, if it was compressed before. `Some(None)`: compressing does not make it smaller.
    pub fn coded(&self, coding: Coding) -> Option<Option<&Encoded>> {
        match coding {
            Coding::Identity => Some(None),
            Coding::Gzip => self.gzip.get().map(Option::as_ref),
            Coding::Zstd => self.zstd.get().map(Option::as_ref),
        }
    }

    /// Compresses its text. Takes milliseconds for a large one.
    pub fn pack(&self, coding: Coding) {
        let Content::Memory(text) = &self.content else {
            return;
        };
        let place = match coding {
            Coding::Identity => return,
            Coding::Gzip => &self.gzip,
            Coding::Zstd => &self.zstd,
        };
        let Some(name) = coding.name() else { return };
        place.get_or_init(|| {
            let packed = compress(text, coding)?;
            let mut headers = self.headers.clone();
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(packed.len()));
            let tag = format!("\"{}-{name}\"", self.tag);
            insert(&mut headers, ETAG, &tag);
            let mut not_modified = self.not_modified.clone();
            insert(&mut not_modified, ETAG, &tag);
            Some(Encoded {
                bytes: Bytes::from(packed),
                headers,
                not_modified,
            })
        });
    }

    /// The headers of a 304 to a client that holds it in this encoding: with the tag that a 200 would carry (RFC 9110,
    /// 15.4.5).
    pub fn not_modified(&self, coding: Coding) -> HeaderMap {
        if let Some(Some(coded)) = self.coded(coding) {
            return coded.not_modified.clone();
        }
        let mut headers = self.not_modified.clone();
        if let Some(name) = coding.name() {
            insert(&mut headers, ETAG, &format!("\"{}-{name}\"", self.tag));
        }
        headers
    }

    /// Its bytes in sealed memory for `sendfile`, made after a few answers if the budget allows.
    pub fn lent(&self, room: &Arc<Budget>) -> Option<&Arc<SealedMemory>> {
        const OFTEN: u32 = 4;
        if let Some(lent) = self.lent.get() {
            return lent.as_ref();
        }
        let Content::Memory(bytes) = &self.content else {
            return None;
        };
        if self.asked.fetch_add(1, Ordering::Relaxed) < OFTEN {
            return None;
        }
        let lend = || SealedMemory::new(bytes, room).map(Arc::new);
        self.lent.get_or_init(lend).as_ref()
    }

    pub fn is_fresh(&self, now: u64) -> bool {
        now < self.fresh_until.load(Ordering::Relaxed)
    }

    pub fn fresh_until(&self, then: u64) {
        self.fresh_until.store(then, Ordering::Relaxed);
    }

    pub fn text(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Memory(text) => Some(text),
            Content::File { .. } => None,
        }
    }

    /// Its size in the cache. Each compressed text adds about a tenth.
    pub fn weight(&self) -> usize {
        const OVERHEAD: usize = 2 << 10;
        match &self.content {
            Content::Memory(bytes) if self.count.is_some() => bytes.len() + OVERHEAD,
            Content::Memory(bytes) => bytes.len() + bytes.len() / 5 + OVERHEAD,
            Content::File { .. } => OVERHEAD,
        }
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn tag(text: &[u8]) -> String {
    Sha256::of(text).to_string()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_have_tags_of_their_own() {
        let text = Bytes::from(vec![b'a'; 10_000]);
        let cached =
            CachedAnswer::index(text, Timestamp(0), Freshness::Good, Evidence::None, false);
        assert!(cached.coded(Coding::Gzip).is_none());
        cached.pack(Coding::Gzip);
        let gzip = cached.coded(Coding::Gzip).flatten().unwrap();
        assert_eq!(gzip.headers[ETAG], format!("\"{}-gzip\"", cached.tag));
        assert!(gzip.bytes.len() < 1000);
        let tag = |coding| cached.not_modified(coding)[ETAG].clone();
        assert_eq!(tag(Coding::Identity), format!("\"{}\"", cached.tag));
        assert_eq!(tag(Coding::Gzip), format!("\"{}-gzip\"", cached.tag));
        // Not packed since the server started.
        assert_eq!(tag(Coding::Zstd), format!("\"{}-zstd\"", cached.tag));
        let small = CachedAnswer::index(
            Bytes::from_static(b"{}"),
            Timestamp(0),
            Freshness::Good,
            Evidence::None,
            false,
        );
        small.pack(Coding::Zstd);
        assert!(matches!(small.coded(Coding::Zstd), Some(None)));
    }
}
