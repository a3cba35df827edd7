//! What a request's headers ask of an answer: which encoding, which part, and whether anything has changed. Pure.

/// How a text may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    /// Its name in headers; `None`: as it is.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    fn of_suffix(suffix: Option<&str>) -> Self {
        match suffix {
            Some("gzip") => Self::Gzip,
            Some("zstd") => Self::Zstd,
            _ => Self::Identity,
        }
    }

    /// The preferred encoding of an `Accept-Encoding` header, else identity.
    pub fn accepted(accept_encoding: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(accept_encoding) else {
            return Self::Identity;
        };
        let (mut best, mut weight) = (Self::Identity, 0);
        for part in text.split(',').take(16) {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let coding = match trimmed(name) {
                name if name.eq_ignore_ascii_case("zstd") => Self::Zstd,
                name if name.eq_ignore_ascii_case("gzip") || name == "*" => Self::Gzip,
                _ => continue,
            };
            let asked = quality(parameters);
            // Of two that are as welcome, the one that is faster to unpack.
            if asked > weight || asked == weight && asked > 0 && coding == Self::Zstd {
                (best, weight) = (coding, asked);
            }
        }
        best
    }
}

/// `q=0.5` in thousandths; 1000 where it is not said.
fn quality(parameters: &str) -> u32 {
    let mut parameters = parameters.split(';').map(trimmed);
    let Some(value) = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        trimmed(name)
            .eq_ignore_ascii_case("q")
            .then_some(trimmed(value))
    }) else {
        return 1000;
    };
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let mut thousandths = if whole == "1" { 1000 } else { 0 };
    for (place, digit) in [100, 10, 1].into_iter().zip(decimals.chars()) {
        thousandths += place * digit.to_digit(10).unwrap_or_default();
    }
    thousandths.min(1000)
}

/// The encoding of the first tag of an `If-None-Match` that is `tag`, which comes without quotes. As is the rule for this
/// header, weak tags match too; so do tags of other encodings, which end in `-gzip` or `-zstd`.
pub fn matching_tag(if_none_match: &[u8], tag: &str) -> Option<Coding> {
    // As we gave it, which is how nearly all of them come.
    if let [b'"', given @ .., b'"'] = if_none_match
        && given == tag.as_bytes()
    {
        return Some(Coding::Identity);
    }
    let text = std::str::from_utf8(if_none_match).ok()?;
    text.split(',').take(64).map(trimmed).find_map(|one| {
        let one = one.strip_prefix("W/").unwrap_or(one);
        if one == "*" {
            return Some(Coding::Identity);
        }
        let bare = one.strip_prefix('"')?.strip_suffix('"')?;
        let mut parts = bare.split('-');
        (parts.next() == Some(tag)).then(|| Coding::of_suffix(parts.next()))
    })
}

/// Which part of a body is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// From the first of these up to, but not including, the second.
    Range(u64, u64),
    /// There is no such part.
    Unsatisfiable,
}

/// The part of a body of this length that a `Range` header means. More than one range, or a unit we do not know, is as good
/// as none, which the standard allows.
pub fn part(range: &[u8], length: u64) -> Part {
    let text = trimmed(std::str::from_utf8(range).unwrap_or_default());
    let Some(spec) = text.strip_prefix("bytes=") else {
        return Part::Whole;
    };
    let Some((from, to)) = spec.split_once('-') else {
        return Part::Whole;
    };
    let number = |text: &str| -> Option<u64> {
        let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Beyond every file, however many digits it has.
        sound.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (trimmed(from), trimmed(to)) {
        ("", last) => match number(last) {
            Some(0) => Part::Unsatisfiable,
            Some(_) if length == 0 => Part::Unsatisfiable,
            Some(count) => Part::Range(length.saturating_sub(count), length),
            None => Part::Whole,
        },
        (first, "") => match number(first) {
            Some(first) if first >= length => Part::Unsatisfiable,
            Some(first) => Part::Range(first, length),
            None => Part::Whole,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first > last => Part::Whole,
            (Some(first), Some(_)) if first >= length => Part::Unsatisfiable,
            (Some(first), Some(last)) => Part::Range(first, last.saturating_add(1).min(length)),
            _ => Part::Whole,
        },
    }
}

/// What a header counts as space.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_welcome_encoding_is_sent() {
        for (asked, coding) in [
            ("", Coding::Identity),
            ("identity", Coding::Identity),
            ("deflate, gzip", Coding::Gzip),
            ("gzip, zstd, br", Coding::Zstd),
            ("zstd, gzip", Coding::Zstd),
            ("gzip;q=0, identity", Coding::Identity),
            ("gzip;q=1.0, zstd;q=0.5", Coding::Gzip),
            ("GZIP ; Q=0.1", Coding::Gzip),
            ("*", Coding::Gzip),
            ("zstd;q=0, *;q=0.1", Coding::Gzip),
            ("gzip;q=banana", Coding::Identity),
        ] {
            assert_eq!(Coding::accepted(asked.as_bytes()), coding, "{asked}");
        }
        assert_eq!(Coding::accepted(b"gzip\xff"), Coding::Identity);
    }

    #[test]
    fn tags_match_whatever_the_encoding() {
        for (asked, same) in [
            ("\"abc\"", Some(Coding::Identity)),
            ("W/\"abc\"", Some(Coding::Identity)),
            ("\"abc-gzip\"", Some(Coding::Gzip)),
            ("W/\"abc-gzip\"", Some(Coding::Gzip)),
            ("\"x\", \"abc-zstd\"", Some(Coding::Zstd)),
            ("*", Some(Coding::Identity)),
            ("abc", None),
            ("\"abcd\"", None),
            ("\"", None),
            ("", None),
        ] {
            assert_eq!(matching_tag(asked.as_bytes(), "abc"), same, "{asked}");
        }
    }

    #[test]
    fn parts_lie_within_the_body() {
        for (asked, part) in [
            ("bytes=0-", Part::Range(0, 10)),
            ("bytes=3-5", Part::Range(3, 6)),
            ("bytes=3-99999999999999999999999999", Part::Range(3, 10)),
            ("bytes=-4", Part::Range(6, 10)),
            ("bytes=-99", Part::Range(0, 10)),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=10-", Part::Unsatisfiable),
            (
                "bytes=18446744073709551615-18446744073709551615",
                Part::Unsatisfiable,
            ),
            ("bytes=5-3", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=--1", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(super::part(asked.as_bytes(), 10), part, "{asked}");
        }
        assert_eq!(part(b"bytes=-1", 0), Part::Unsatisfiable);
    }
}
