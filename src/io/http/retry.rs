//! What is worth another try, and how long to wait before it: cargo's rules (util/network/retry.rs).

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::model::error::Error;
use crate::model::errors::upstream::UpstreamError;

/// The longest pause before a retry, also for `Retry-After`. Cargo ends at 10 seconds; a mirror can wait longer.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Whether the same request may well succeed a moment later.
pub fn is_retryable(error: &Error) -> bool {
    match error {
        // 429 and every 5xx, as cargo does; 403, 404 and 410 are final.
        Error::Upstream(UpstreamError::Http { status, .. }) => *status == 429 || *status >= 500,
        // Name lookup, connect, TLS, a cut in the middle, a stall.
        Error::Upstream(UpstreamError::Network { .. } | UpstreamError::Stalled { .. }) => true,
        _ => false,
    }
}

/// How long to wait before the try after `tries`.
pub fn pause(error: &Error, tries: u32) -> Duration {
    if let Error::Upstream(UpstreamError::Http {
        retry_after: Some(asked),
        ..
    }) = error
    {
        return (*asked).min(MAX_RETRY_AFTER);
    }
    let base = match tries {
        0 | 1 => Duration::from_millis(500),
        _ => Duration::from_millis(500 + 3000 * u64::from(tries - 1)),
    };
    // Many clients that failed together must not come back together.
    let jitter = RandomState::new().hash_one(tries) % 1000;
    (base + Duration::from_millis(jitter)).min(MAX_RETRY_AFTER)
}

/// The value of a `Retry-After` header: seconds, or a date.
pub fn retry_after(header: &str) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header.trim()).ok()?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a server's date can only be held against the real clock"
    )]
    let now = std::time::SystemTime::now();
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(status: u16, retry_after: Option<Duration>) -> Error {
        Error::Upstream(UpstreamError::Http {
            url: String::new(),
            status,
            retry_after,
        })
    }

    #[test]
    fn what_cargo_retries_is_retried() {
        for status in [429, 500, 502, 503, 504] {
            assert!(is_retryable(&http(status, None)), "{status}");
        }
        for status in [400, 401, 403, 404, 408, 410, 451] {
            assert!(!is_retryable(&http(status, None)), "{status}");
        }
    }

    #[test]
    fn a_server_is_obeyed_within_reason() {
        assert_eq!(
            pause(&http(429, retry_after("2")), 1),
            Duration::from_secs(2)
        );
        assert_eq!(pause(&http(503, retry_after("86400")), 1), MAX_RETRY_AFTER);
        assert_eq!(
            retry_after("Wed, 21 Oct 2015 07:28:00 GMT"),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon"), None);
        assert!(pause(&http(500, None), 1) >= Duration::from_millis(500));
        assert!(pause(&http(500, None), 2) >= Duration::from_millis(3500));
        assert!(pause(&http(500, None), 100) <= MAX_RETRY_AFTER);
    }
}
