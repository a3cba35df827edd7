//! Yanking a version and taking that back: in its raw index line, of which nothing else changes.

use std::ops::Range;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::model::index::file::{BadLine, IndexLine};

impl IndexLine {
    /// The same line with another value of `yanked`. Every other byte stays as upstream sent it, so flipping it there and
    /// back gives the same line. Where the key is absent, which means no, it is added at the end, and stays.
    pub fn with_yanked(&self, yanked: bool) -> Result<Self, BadLine> {
        if self.yanked() == yanked {
            return Ok(self.clone());
        }
        let (place, text) = if let Some(place) = yanked_value(self.raw())? {
            (place, yanked.to_string())
        } else {
            let end = self.raw().iter().rposition(|byte| *byte == b'}');
            let end = end.unwrap_or(self.raw().len());
            (end..end, format!(",\"yanked\":{yanked}"))
        };
        let (before, after) = (&self.raw()[..place.start], &self.raw()[place.end..]);
        Self::parse(&[before, text.as_bytes(), after].concat())
    }
}

/// Where the value of `yanked` is in the text of a line.
fn yanked_value(raw: &[u8]) -> Result<Option<Range<usize>>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Yanked<'a> {
        // Not an option of a value: a `null` has a place, too.
        #[serde(borrow, default, deserialize_with = "some")]
        yanked: Option<&'a RawValue>,
    }
    fn some<'a, D: Deserializer<'a>>(value: D) -> Result<Option<&'a RawValue>, D::Error> {
        <&RawValue>::deserialize(value).map(Some)
    }
    let found: Yanked<'_> = serde_json::from_slice(raw)?;
    Ok(found.yanked.map(|value| {
        // It borrows from `raw`.
        let start = value.get().as_ptr().addr() - raw.as_ptr().addr();
        start..start + value.get().len()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: &str, digit: char, extra: &str) -> String {
        let checksum = digit.to_string().repeat(64);
        format!(
            r#"{{"name":"Foo","vers":"{version}","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false{extra}}}"#
        )
    }

    #[test]
    fn only_the_value_of_yanked_changes() {
        let flipped = |raw: &str, yanked: bool| {
            let line = IndexLine::parse(raw.as_bytes()).unwrap();
            let line = line.with_yanked(yanked).unwrap();
            assert_eq!(line.yanked(), yanked);
            String::from_utf8(line.raw().to_vec()).unwrap()
        };
        let odd = r#", "other":{"yanked":false}, "from_the_future" : [ 1,2 ]"#;
        let raw = line("1.0.0", 'a', odd);
        let yanked = raw.replacen(r#""yanked":false"#, r#""yanked":true"#, 1);
        assert_eq!(flipped(&raw, true), yanked);
        assert_eq!(flipped(&yanked, false), raw);
        assert_eq!(flipped(&raw, false), raw);
        // With the key spelled as nobody does, with a null, and without the key.
        let with = |key: &str| raw.replacen(r#""yanked":false"#, key, 1);
        assert_eq!(
            flipped(&with(r#""y\u0061nked" :  false "#), true),
            with(r#""y\u0061nked" :  true "#)
        );
        assert_eq!(flipped(&with(r#""yanked":null"#), true), yanked);
        let lacking = with(r#""v":2"#) + " ";
        let end = lacking.len() - 2;
        assert_eq!(
            flipped(&lacking, true),
            format!("{},\"yanked\":true}} ", &lacking[..end])
        );
    }
}
