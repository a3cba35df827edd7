//! How many refusals go into the audit log: whoever is refused could else fill the disk with them, and a full disk ends all
//! publishing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many of one token, or of one kind where no token is known, are logged within [`SPAN`].
const MOST: u32 = 20;
const SPAN: Duration = Duration::from_mins(1);
/// More are not told apart.
const MOST_KEYS: usize = 1000;

/// Counts what is logged of refusals.
#[derive(Debug, Default)]
pub struct RefusalPace {
    /// Since when, and how many.
    counted: Mutex<HashMap<String, (Instant, u32)>>,
}

impl RefusalPace {
    /// Whether one more refusal is logged; `of` is the token, or what it is refused for.
    pub fn admits(&self, of: &str) -> bool {
        self.admits_at(of, Instant::now())
    }

    fn admits_at(&self, of: &str, now: Instant) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |since: Instant| now.saturating_duration_since(since) >= SPAN;
        if counted.len() >= MOST_KEYS {
            counted.retain(|_, (since, _)| !is_over(*since));
        }
        let is_full = counted.len() >= MOST_KEYS;
        let key = if is_full && !counted.contains_key(of) {
            ""
        } else {
            of
        };
        let (since, count) = counted.entry(key.to_owned()).or_insert((now, 0));
        if is_over(*since) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_refused_again_and_again_fills_no_log() {
        let (pace, start) = (RefusalPace::default(), Instant::now());
        let logged = |of: &str, now| (0..100).filter(|_| pace.admits_at(of, now)).count();
        assert_eq!(logged("a", start), MOST as usize);
        assert_eq!(logged("b", start), MOST as usize);
        assert_eq!(logged("a", start + SPAN / 2), 0);
        assert_eq!(logged("a", start + SPAN), MOST as usize);
        // However many there are.
        let many = (0..10 * MOST_KEYS).filter(|number| pace.admits_at(&number.to_string(), start));
        assert!(many.count() <= MOST_KEYS + MOST as usize);
    }
}
