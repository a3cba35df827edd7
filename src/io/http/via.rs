//! Loop detection: requests upstream carry the id of this server and of the servers that have asked it lately, so that a
//! server that is its own upstream, directly or by way of others, sees its own id.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

/// The header with the names.
pub const HEADER: &str = "cargo-mirror-via";

/// A server that has not asked for this long is no longer named.
const LATELY: Duration = Duration::from_mins(2);
/// Maximum number of ids in the header.
const MOST: usize = 32;

/// The names of one server and of those it speaks for.
#[derive(Debug)]
pub struct Via {
    own: String,
    others: Mutex<Vec<(String, Instant)>>,
}

impl Via {
    pub fn new() -> Arc<Self> {
        let random = RandomState::new().hash_one(std::process::id());
        Arc::new(Self {
            own: format!("{random:016x}"),
            others: Mutex::default(),
        })
    }

    /// Remembers the servers a request came through. Returns whether this one is among them.
    pub fn came_from(&self, header: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(header) else {
            return false;
        };
        let sound = |name: &&str| name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let now = Instant::now();
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.retain(|(_, since)| now.duration_since(*since) < LATELY);
        for name in text.split(' ').filter(sound).take(MOST) {
            if name == self.own {
                return true;
            }
            if let Some((_, since)) = others.iter_mut().find(|(known, _)| known == name) {
                *since = now;
            } else if others.len() < MOST {
                others.push((name.to_owned(), now));
            }
        }
        false
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = self.own.clone();
        for (name, since) in &*others {
            if since.elapsed() < LATELY {
                text.extend([" ", name]);
            }
        }
        HeaderValue::from_str(&text).ok()
    }
}
