//! A moment as people name it on a command line: how long ago, or a date.

use std::time::{Duration, SystemTime};

const DAY: u64 = 86_400;

/// Reads `90s`, `30m`, `12h`, `7d`, `2w` (before `now`), `2026-05-01` or `2026-05-01T12:30:00Z` (universal time).
pub fn parse(text: &str, now: SystemTime) -> Option<SystemTime> {
    let ago = |digits: &str, unit: u64| {
        let seconds = digits.parse::<u64>().ok()?.checked_mul(unit)?;
        Some(
            now.checked_sub(Duration::from_secs(seconds))
                .unwrap_or(SystemTime::UNIX_EPOCH),
        )
    };
    for (suffix, unit) in [("s", 1), ("m", 60), ("h", 3600), ("d", DAY), ("w", 7 * DAY)] {
        if let Some(digits) = text.strip_suffix(suffix) {
            return ago(digits, unit);
        }
    }
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let seconds = days(date)? * DAY + clock(time.strip_suffix('Z').unwrap_or(time))?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// `2026-05-01` as days since 1970.
fn days(date: &str) -> Option<u64> {
    let mut numbers = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let lengths = [
        31,
        28 + u64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let past = usize::try_from(month.checked_sub(1)?).ok()?;
    if !(1970..10_000).contains(&year) || day == 0 || day > *lengths.get(past)? {
        return None;
    }
    let years: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    Some(years + lengths[..past].iter().sum::<u64>() + day - 1)
}

fn clock(time: &str) -> Option<u64> {
    let mut numbers = time.splitn(3, ':').map(|part| part.parse::<u64>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?;
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let now = at(1_000_000_000);
        for (text, seconds) in [
            ("90s", 999_999_910),
            ("2h", 999_992_800),
            ("1w", 999_395_200),
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("2001-09-09 01:46", 999_999_960),
        ] {
            assert_eq!(parse(text, now), Some(at(seconds)), "{text}");
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
            assert_eq!(parse(text, now), None, "{text}");
        }
    }
}
