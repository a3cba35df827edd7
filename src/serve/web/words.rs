//! Numbers, sizes and moments as pages say them.

use maud::{Markup, html};

use crate::model::units::timestamp::Timestamp;

/// A number with its thousands apart.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            // Narrow, and it does not break.
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 crate`, `2 crates`.
pub fn counted(number: usize, one: &str, more: &str) -> String {
    let what = if number == 1 { one } else { more };
    format!("{} {what}", count(number as u64))
}

/// A number of bytes in units of 1000, with up to three digits.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1000 && unit + 1 < UNITS.len() {
        (whole, rest, unit) = (whole / 1000, whole % 1000, unit + 1);
    }
    if unit > 0 && whole < 10 {
        format!("{whole}.{} {}", rest / 100, UNITS[unit])
    } else {
        format!("{whole} {}", UNITS[unit])
    }
}

/// The day of a moment, for people and for machines.
pub fn day(moment: Timestamp) -> Markup {
    let whole = moment.to_string();
    let shown = whole.get(..10).unwrap_or(&whole).to_owned();
    html! { time datetime=(whole) { (shown) } }
}

/// A moment to the minute, in universal time.
pub fn minute(moment: Timestamp) -> Markup {
    let whole = moment.to_string();
    let shown = match (whole.get(..10), whole.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => whole.clone(),
    };
    html! { time datetime=(whole) { (shown) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_read_them() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(counted(1, "crate", "crates"), "1 crate");
        assert_eq!(counted(0, "crate", "crates"), "0 crates");
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_500, "1.5 kB"),
            (15_500, "15 kB"),
            (2_000_000_000, "2.0 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        let moment = Timestamp(1_700_000_000);
        assert_eq!(
            minute(moment).into_string(),
            "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13 UTC</time>"
        );
        assert_eq!(
            day(moment).into_string(),
            "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14</time>"
        );
    }
}
