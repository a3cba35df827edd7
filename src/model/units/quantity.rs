//! Amounts as people write them: `20GiB`, `90d`.

use std::time::Duration;

/// A number of bytes: decimal units (`20GB`, `20G`), binary ones (`20GiB`), or none.
pub fn bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let (letters, base) = match unit.to_ascii_lowercase() {
        unit if unit.ends_with("ib") => (unit.trim_end_matches("ib").to_owned(), 1024),
        unit => (unit.trim_end_matches('b').to_owned(), 1000_u64),
    };
    let power = match letters.as_str() {
        "" if base == 1000 => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return Err("a size is written as 500MB, 20GiB or 1.5TB".to_owned()),
    };
    scaled(number, base.pow(power)).ok_or_else(|| format!("`{number}` is not a number of bytes"))
}

/// A span of time: `30m`, `12h`, `90d`, `8w`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let seconds = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        _ => return Err("a span of time is written as 30m, 12h, 90d or 8w".to_owned()),
    };
    let seconds = scaled(number, seconds);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| format!("`{number}` is not a number"))
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim_start())
}

/// `number`, which may have decimals, times `unit`, to the whole.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let mut total = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut part = unit;
    for digit in decimals.chars() {
        part /= 10;
        total = total.checked_add(part.checked_mul(u64::from(digit.to_digit(10)?))?)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, count) in [
            ("0", 0),
            ("1234", 1234),
            ("5B", 5),
            ("20GiB", 20 << 30),
            ("20 GB", 20_000_000_000),
            ("1.5k", 1500),
            ("2TiB", 2 << 40),
            ("7m", 7_000_000),
        ] {
            assert_eq!(bytes(text), Ok(count), "{text}");
        }
        for text in ["", "GB", "20 apples", "-1", "1.2.3", "99999999999TB", "1ib"] {
            assert!(bytes(text).is_err(), "{text}");
        }
        assert_eq!(duration("90d"), Ok(Duration::from_hours(2160)));
        assert_eq!(duration("1.5h"), Ok(Duration::from_mins(90)));
        for text in ["", "90", "d", "1 year"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
