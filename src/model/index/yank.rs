//! Yanking: one value of a line changes, and no other byte.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::model::index::file::IndexLine;

impl IndexLine {
    /// The same line with another value of `yanked`; all other bytes are as they were.
    #[must_use]
    pub fn with_yanked(&self, yanked: bool) -> Self {
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
            // Absent is false.
            None => self.with_key(value),
        };
        let mut line = self.clone();
        (line.raw, line.yanked) = (raw.into(), yanked);
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
}
