//! A moment in time, to the second. Nothing here reads a clock.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::units::quantity;

/// Seconds since 1970, in UTC. Written as RFC 3339.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Reads seconds since 1970, or a date and time as in `2026-01-31T12:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(seconds) = text.parse() {
            return Some(Self(seconds));
        }
        text.ends_with('Z')
            .then(|| text.parse().ok().and_then(Self::of))?
    }

    /// Reads a moment of universal time as a database writes it: `2014-11-20 22:39:35.123456`, with or without `+00`.
    pub fn of_database(text: &str) -> Option<Self> {
        let text = text.strip_suffix("+00").unwrap_or(text);
        // The parser passes over other offsets.
        if text.get(10..)?.contains(['+', '-', '[']) {
            return None;
        }
        let date: DateTime = text.parse().ok()?;
        Self::of(TimeZone::UTC.to_timestamp(date).ok()?)
    }

    /// Reads a moment as people name it: how long before `now` (`90s`, `30m`, `12h`, `7d`, `2w`), or a date or a date and
    /// time of universal time (`2026-05-01`, `2026-05-01T12:30:00Z`).
    pub fn named(text: &str, now: Self) -> Option<Self> {
        if let Ok(span) = quantity::duration(text) {
            return Some(Self(now.0.saturating_sub(span.as_secs())));
        }
        let date: DateTime = text.strip_suffix('Z').unwrap_or(text).parse().ok()?;
        Self::of(TimeZone::UTC.to_timestamp(date).ok()?)
    }

    /// Before 1970 there was no cargo.
    fn of(timestamp: jiff::Timestamp) -> Option<Self> {
        u64::try_from(timestamp.as_second()).ok().map(Self)
    }

    /// How long ago `earlier` was, as seen from here.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        Self(since.unwrap_or_default().as_secs())
    }
}

impl From<Timestamp> for SystemTime {
    fn from(moment: Timestamp) -> Self {
        Self::UNIX_EPOCH + Duration::from_secs(moment.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A clock that is set beyond the year 9999 is wrong anyway.
        let seconds = i64::try_from(self.0).unwrap_or(i64::MAX);
        let timestamp = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{timestamp:.0}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a date and time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_they_print() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp(seconds).to_string(), text);
            assert_eq!(Timestamp::parse(text), Some(Timestamp(seconds)), "{text}");
        }
        for day in 0..60_000 {
            let moment = Timestamp(day * 86_400 + 4242);
            assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }
        assert_eq!(
            Timestamp::parse("1700000000"),
            Some(Timestamp(1_700_000_000))
        );
        for text in [
            "",
            "now",
            "2024-13-01T00:00:00Z",
            "2024-01-01",
            "2024-01-01T00:00:00+01:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn databases_write_moments_with_a_blank() {
        for text in [
            "2001-09-09 01:46:40",
            "2001-09-09 01:46:40.123456",
            "2001-09-09 01:46:40.5+00",
        ] {
            assert_eq!(Timestamp::of_database(text), Some(Timestamp(1_000_000_000)));
        }
        for text in ["", "2001-09-09 01:46:40+02", "yesterday"] {
            assert_eq!(Timestamp::of_database(text), None, "{text}");
        }
    }

    #[test]
    fn people_name_moments_in_many_ways() {
        let now = Timestamp(1_000_000_000);
        for (text, seconds) in [
            ("90s", 999_999_910),
            ("2h", 999_992_800),
            ("1w", 999_395_200),
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("2001-09-09 01:46", 999_999_960),
        ] {
            assert_eq!(
                Timestamp::named(text, now),
                Some(Timestamp(seconds)),
                "{text}"
            );
        }
        for text in [
            "",
            "d",
            "-1d",
            "2001-02-29",
            "2001-13-01",
            "yesterday",
            "2001-01-01T25:00",
            "1x",
        ] {
            assert_eq!(Timestamp::named(text, now), None, "{text}");
        }
    }
}
