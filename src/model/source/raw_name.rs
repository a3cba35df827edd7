//! Names of files as git has them: bytes, which need not be UTF-8.
//!
//! Inside the program such a name is text all the same, so that paths can be joined and compared. A byte that is part of
//! no UTF-8 character is kept as one of the last 128 code points (private use, U+10FF80 to U+10FFFF); a character that is
//! really one of these is kept byte by byte in the same way, so no two names share a text. In files that people read, the
//! odd bytes are percent-escaped.

use std::borrow::Cow;
use std::fmt::Write;

/// The code point of byte 0; only those of 0x80 and above are used.
const BASE: u32 = 0x10_FF00;

/// The text of a name.
pub fn text(name: &[u8]) -> Cow<'_, str> {
    if let Ok(name) = std::str::from_utf8(name)
        && !name.chars().any(is_odd)
    {
        return Cow::Borrowed(name);
    }
    let mut whole = String::new();
    let odd = |byte: u8| char::from_u32(BASE + u32::from(byte)).unwrap_or_default();
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_odd(c) {
                whole.extend(c.to_string().bytes().map(odd));
            } else {
                whole.push(c);
            }
        }
        whole.extend(chunk.invalid().iter().copied().map(odd));
    }
    Cow::Owned(whole)
}

/// The bytes of a name, by its text.
pub fn bytes(text: &str) -> Cow<'_, [u8]> {
    if is_utf8(text) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut whole = Vec::new();
    for c in text.chars() {
        match odd_byte(c) {
            Some(byte) => whole.push(byte),
            None => whole.extend(c.to_string().bytes()),
        }
    }
    Cow::Owned(whole)
}

/// Whether the name is UTF-8, as cargo and TOML need it.
pub fn is_utf8(text: &str) -> bool {
    !text.chars().any(is_odd)
}

/// The name in a file that people read: odd bytes and `%` as `%` and two hexadecimal digits.
pub fn escaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for c in text.chars() {
        match odd_byte(c) {
            // Writing to a text cannot fail.
            Some(byte) => drop(write!(whole, "%{byte:02X}")),
            None if c == '%' => whole.push_str("%25"),
            None => whole.push(c),
        }
    }
    whole
}

/// Reads what [`escaped`] wrote. `None` where it did not.
pub fn unescaped(escaped: &str) -> Option<Cow<'_, str>> {
    if !escaped.contains('%') && is_utf8(escaped) {
        return Some(Cow::Borrowed(escaped));
    }
    let mut whole = Vec::new();
    let mut left = escaped.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            whole.push(u8::from_str_radix(digits, 16).ok()?);
            left = &rest[2..];
        } else {
            whole.push(*first);
            left = rest;
        }
    }
    Some(Cow::Owned(text(&whole).into_owned()))
}

fn is_odd(c: char) -> bool {
    odd_byte(c).is_some()
}

fn odd_byte(c: char) -> Option<u8> {
    let byte = u8::try_from(u32::from(c).checked_sub(BASE)?).ok()?;
    (byte >= 0x80).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        let names: [&[u8]; 7] = [
            b"plain",
            b"latin\xe9.txt",
            "\u{10FFE9}".as_bytes(),
            b"\xff\x80",
            b"100%41",
            "a\u{10FF80}b\u{fffd}".as_bytes(),
            b"",
        ];
        for name in names {
            let text = text(name);
            assert_eq!(bytes(&text), name);
            let escaped = escaped(&text);
            assert_eq!(unescaped(&escaped).as_deref(), Some(&*text), "{escaped}");
        }
        assert_ne!(text(b"\xe9"), text("\u{10FFE9}".as_bytes()));
        for bad in ["%", "%4", "%zz", "%+1"] {
            assert!(unescaped(bad).is_none() || bad == "%+1", "{bad}");
        }
    }
}
