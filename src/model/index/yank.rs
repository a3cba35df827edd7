//! Yanking: one value of a line changes, and no other byte.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::model::index::file::IndexLine;
use crate::model::index::raw_line::RawLine;

impl IndexLine {
    /// The same line with another value of `yanked`. All other bytes are as they were, so flipping it there and back gives
    /// the same line. Where the key is absent, which means no, it is added at the end, and stays.
    #[must_use]
    pub fn with_yanked(&self, yanked: bool) -> Self {
        if self.yanked == yanked {
            return self.clone();
        }
        let value = if yanked { "true" } else { "false" };
        let found = serde_json::from_slice::<BTreeMap<String, &RawValue>>(&self.raw);
        let start = self.raw.as_ptr() as usize;
        let place = found.ok().and_then(|found| {
            let text = found.get("yanked")?.get();
            let at = (text.as_ptr() as usize).checked_sub(start)?;
            Some(at..at + text.len())
        });
        let raw = match place {
            Some(place) => {
                let (before, after) = (&self.raw[..place.start], &self.raw[place.end..]);
                [before, value.as_bytes(), after].concat()
            }
            None => self.with_key(value),
        };
        let mut line = self.clone();
        (line.raw, line.yanked) = (RawLine::Own(raw.into()), yanked);
        line
    }

    /// A line that has no `yanked`, with one at its end.
    fn with_key(&self, value: &str) -> Vec<u8> {
        let end = memchr::memrchr(b'}', &self.raw).unwrap_or(self.raw.len());
        let key = format!(",\"yanked\":{value}");
        [&self.raw[..end], key.as_bytes(), &self.raw[end..]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yanking_changes_one_value_and_undoing_it_gives_the_same_bytes() {
        let checksum = "a".repeat(64);
        let id = format!(r#""name":"Foo","vers":"1.0.0","cksum":"{checksum}""#);
        for (before, after) in [
            (
                format!(
                    r#"{{{id},"yanked": false ,"deps":[{{"yanked":7}}],"odd":"\"yanked\":false"}}"#
                ),
                format!(
                    r#"{{{id},"yanked": true ,"deps":[{{"yanked":7}}],"odd":"\"yanked\":false"}}"#
                ),
            ),
            (format!("{{{id}}}"), format!(r#"{{{id},"yanked":true}}"#)),
            (
                format!(r#"{{"yanked":null,{id}}}"#),
                format!(r#"{{"yanked":true,{id}}}"#),
            ),
        ] {
            let line = IndexLine::parse(before.as_bytes()).unwrap();
            let yanked = line.with_yanked(true);
            assert_eq!(std::str::from_utf8(yanked.raw()).unwrap(), after);
            assert!(IndexLine::parse(yanked.raw()).unwrap().yanked());
            let again = yanked.with_yanked(false);
            assert!(!IndexLine::parse(again.raw()).unwrap().yanked());
            assert_eq!(again.with_yanked(true), yanked);
            if before.contains("false ") {
                assert_eq!(again, line);
            }
        }
    }

    #[test]
    fn only_the_value_of_yanked_changes() {
        let flipped = |raw: &str, yanked: bool| {
            let line = IndexLine::parse(raw.as_bytes()).unwrap();
            let line = line.with_yanked(yanked);
            assert_eq!(line.yanked(), yanked);
            String::from_utf8(line.raw().to_vec()).unwrap()
        };
        let odd = r#", "other":{"yanked":false}, "from_the_future" : [ 1,2 ]"#;
        let checksum = "a".repeat(64);
        let raw = format!(
            r#"{{"name":"Foo","vers":"1.0.0","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false{odd}}}"#
        );
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
