//! The `.crate` files that an index file speaks of, by a scan that parses no line in its usual form.

use std::fmt::Write as _;

use crate::model::index::file::IndexLine;

/// Calls `each` with the name of the `.crate` of each line, in their order. Lines that cannot be read have none.
///
/// Registries write `name` and `vers` first. Parsing the dependencies of two million versions only to skip them takes longer
/// than everything else that comparing a folder with its index does; any other line is parsed.
pub fn file_names(text: &[u8], mut each: impl FnMut(&str)) {
    let mut name = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..end].trim_ascii_end();
        rest = rest.get(end + 1..).unwrap_or_default();
        if line.is_empty() {
            continue;
        }
        name.clear();
        // Writing to a String cannot fail.
        let _ = match start_of(line) {
            Some((package, version)) => write!(name, "{package}-{version}.crate"),
            None => match IndexLine::parse(line) {
                Ok(line) => write!(name, "{}", line.id().file_name()),
                Err(_) => continue,
            },
        };
        each(&name);
    }
}

/// Name and version of a line that begins with them, as both are spelled in file names.
fn start_of(line: &[u8]) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(b"{\"name\":\"")?.strip_suffix(b"}")?;
    let (name, rest) = text(rest, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
    })?;
    let rest = rest.strip_prefix(b"\",\"vers\":\"")?;
    let (version, rest) = text(rest, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')
    })?;
    rest.starts_with(b"\",\"").then_some((name, version))
}

/// The start of `bytes` that has these characters alone, and the rest.
fn text(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| !is_part(*byte))?;
    let (start, rest) = bytes.split_at(end);
    let start = std::str::from_utf8(start).ok()?;
    (!start.is_empty()).then_some((start, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index::file::IndexFile;

    fn names(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        file_names(text.as_bytes(), |name| all.push(name.to_owned()));
        all
    }

    #[test]
    fn they_are_those_of_the_lines_in_whatever_form_those_are() {
        let sum = "0".repeat(64);
        let more = format!("\"deps\":[],\"cksum\":\"{sum}\",\"features\":{{}},\"yanked\":false");
        let text = [
            format!("{{\"name\":\"a-b_c\",\"vers\":\"1.0.0-rc.1+z\",{more}}}\r"),
            String::new(),
            // Other orders, blanks, escapes.
            format!("{{\"vers\":\"1.1.0\",\"name\":\"a-b_c\",{more}}}"),
            format!("{{ \"name\": \"a-b_c\", \"vers\": \"1.2.0\", {more}}}"),
            format!("{{\"name\":\"a-b\\u005fc\",\"vers\":\"1.3.0\",{more}}}"),
            // None: half a line, another kind of text.
            "{\"name\":\"a-b_c\",\"vers\":\"1.4.0\",\"deps\":[".to_owned(),
            "{\"name\":\"a-b_c\",\"vers\":\"\"}".to_owned(),
            "not json".to_owned(),
            format!("{{\"name\":\"a-b_c\",\"vers\":\"1.5.0\",{more}}}"),
        ]
        .join("\n");
        let found = names(&text);
        let parsed = IndexFile::parse(text.as_bytes());
        let expected: Vec<String> = (parsed.lines().iter())
            .map(|line| line.id().file_name())
            .collect();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 5);
    }
}
