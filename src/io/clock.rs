//! The time of day, and the time since the start: asked for when it is needed, so that a server that runs for weeks dates
//! each thing with the moment it happens.
//!
//! Tests of debug builds move it without sleeping: `CARGO_MIRROR_NOW` holds the time of day at one moment, and
//! `CARGO_MIRROR_CLOCK_OFFSET` names a file with a number of seconds that is read on each look at the clock and added.
//! What only bounds a wait (timeouts, retries) uses [`Instant`] itself and is not moved.

#[cfg(debug_assertions)]
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::io::config::load::Environment;
use crate::model::units::timestamp::Timestamp;

#[derive(Debug, Clone)]
pub struct Clock {
    start: Instant,
    #[cfg(debug_assertions)]
    pinned: Option<Timestamp>,
    #[cfg(debug_assertions)]
    offset: Option<PathBuf>,
}

impl Clock {
    pub fn system() -> Self {
        Self {
            start: Instant::now(),
            #[cfg(debug_assertions)]
            pinned: None,
            #[cfg(debug_assertions)]
            offset: None,
        }
    }

    /// The system's, unless a test of a debug build says otherwise.
    pub fn of(environment: &Environment) -> Self {
        #[cfg(debug_assertions)]
        return Self {
            pinned: environment
                .get("CARGO_MIRROR_NOW")
                .and_then(|text| Timestamp::parse(text)),
            offset: environment
                .get("CARGO_MIRROR_CLOCK_OFFSET")
                .map(PathBuf::from),
            ..Self::system()
        };
        #[cfg(not(debug_assertions))]
        {
            let _ = environment;
            Self::system()
        }
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        let now = self.pinned().unwrap_or_else(time_of_day);
        Timestamp(now.0.saturating_add_signed(self.offset().wall))
    }

    /// The time since the clock was made, which never goes back.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed().saturating_add(self.offset().both)
    }

    #[cfg(debug_assertions)]
    fn pinned(&self) -> Option<Timestamp> {
        self.pinned
    }

    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_self, reason = "debug builds have something to say")]
    fn pinned(&self) -> Option<Timestamp> {
        None
    }

    /// Seconds in a file: time that has passed, or after the word `wall` how far somebody has set the clock ahead or back.
    #[cfg(debug_assertions)]
    fn offset(&self) -> Offset {
        let text = self.offset.as_ref().map(std::fs::read_to_string);
        let text = text.and_then(std::io::Result::ok).unwrap_or_default();
        let (text, is_set) = match text.trim().strip_prefix("wall") {
            Some(rest) => (rest.trim(), true),
            None => (text.trim(), false),
        };
        let wall: i64 = text.parse().unwrap_or_default();
        let both = if is_set {
            0
        } else {
            wall.try_into().unwrap_or_default()
        };
        Offset {
            wall,
            both: Duration::from_secs(both),
        }
    }

    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_self, reason = "debug builds have something to say")]
    fn offset(&self) -> Offset {
        Offset::default()
    }
}

/// How far a test has moved the clock.
#[derive(Default)]
struct Offset {
    /// Of the time of day, in seconds.
    wall: i64,
    /// Of the time that never goes back.
    both: Duration,
}

#[expect(clippy::disallowed_methods, reason = "this is where the clock enters")]
fn time_of_day() -> Timestamp {
    std::time::SystemTime::now().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_by_what_the_offset_says() {
        let folder = tempfile::tempdir().unwrap();
        let offset = folder.path().join("offset");
        let environment = Environment::from([
            (
                "CARGO_MIRROR_NOW".to_owned(),
                "2026-05-01T12:00:00Z".to_owned(),
            ),
            (
                "CARGO_MIRROR_CLOCK_OFFSET".to_owned(),
                offset.to_string_lossy().into_owned(),
            ),
        ]);
        let clock = Clock::of(&environment);
        let copy = clock.clone();
        assert_eq!(clock.now().to_string(), "2026-05-01T12:00:00Z");
        std::fs::write(&offset, "7200\n").unwrap();
        assert_eq!(copy.now().to_string(), "2026-05-01T14:00:00Z");
        assert!(copy.elapsed() >= Duration::from_hours(2));
        std::fs::write(&offset, "wall -3600\n").unwrap();
        assert_eq!(copy.now().to_string(), "2026-05-01T11:00:00Z");
        assert!(copy.elapsed() < Duration::from_hours(2));
    }
}
