//! What is wrong with a text that is no TOML, or not of the shape it should have: for people, with its place.
//!
//! The parsers know nothing of merges, and their words are about Rust's types.

use crate::model::text::position;

/// What git writes around both sides of a conflict.
const MARKERS: [&str; 2] = ["<<<<<<<", ">>>>>>>"];
/// How the message about an unfinished merge starts.
pub const UNFINISHED_MERGE: &str = "an unfinished merge";

/// Line, column and message for what a parser says of the byte at `offset`.
pub fn explain(text: &str, offset: usize, message: &str) -> (usize, usize, String) {
    let marked = text.lines().enumerate().find_map(|(number, line)| {
        let marker = MARKERS.iter().find(|marker| line.starts_with(**marker))?;
        Some((number + 1, marker))
    });
    if let Some((line, marker)) = marked {
        let message = format!("{UNFINISHED_MERGE}: the line starts with `{marker}`");
        return (line, 1, message);
    }
    let (line, column) = position(text, offset);
    (line, column, plain(message))
}

/// `invalid type: string "4", expected u32` says `here is the text "4", where a whole number is expected`.
fn plain(message: &str) -> String {
    let said = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "));
    match said {
        Some((found, expected)) => format!(
            "here is {}, where {} is expected",
            value(found),
            kind(expected)
        ),
        None => message.to_owned(),
    }
}

fn value(found: &str) -> String {
    let parts = [
        ("string ", "the text "),
        ("integer ", "the number "),
        ("floating point ", "the number "),
        ("boolean ", ""),
        ("sequence", "a list"),
        ("map", "a table"),
        ("datetime", "a date"),
    ];
    parts
        .iter()
        .find_map(|(serde, plain)| Some(format!("{plain}{}", found.strip_prefix(serde)?)))
        .unwrap_or_else(|| found.to_owned())
}

fn kind(expected: &str) -> String {
    let is_integer = expected.len() <= 5
        && expected.starts_with(['u', 'i'])
        && expected[1..]
            .chars()
            .all(|c| c.is_ascii_digit() || c == 's');
    match expected {
        _ if is_integer => "a whole number",
        "a string" | "string" | "a borrowed string" | "str" | "a character" => "a text",
        "a boolean" | "bool" => "`true` or `false`",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "a table",
        _ if expected.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_that_is_not_finished_is_called_so() {
        let text = "version = 4\n\n<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n";
        let (line, column, message) = explain(text, text.len(), "key with no value");
        assert_eq!((line, column), (3, 1));
        assert!(message.starts_with(UNFINISHED_MERGE), "{message}");
    }

    #[test]
    fn types_are_named_plainly() {
        for (rust, said) in [
            (
                "invalid type: string \"4\", expected u32",
                "here is the text \"4\", where a whole number is expected",
            ),
            (
                "invalid type: integer `4`, expected a borrowed string",
                "here is the number `4`, where a text is expected",
            ),
            (
                "invalid type: map, expected a sequence",
                "here is a table, where a list is expected",
            ),
            ("missing field `name`", "missing field `name`"),
        ] {
            assert_eq!(plain(rust), said);
        }
    }
}
