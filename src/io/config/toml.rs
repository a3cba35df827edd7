//! TOML as text: where things stand in it, and splices that leave every other byte alone.

use std::ops::Range;
use std::path::Path;

use toml_edit::visit::Visit;
use toml_edit::{Document, Item, Table, Value};

use crate::model::error::{Error, Result};
use crate::model::errors::fs::FsError;

/// What some editors put at the start of a file; TOML allows it there.
const BOM: char = '\u{feff}';

/// One part of a text, and what is to stand there instead.
pub struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    pub(super) fn removal(range: Range<usize>) -> Self {
        Self {
            range,
            text: String::new(),
        }
    }
}

/// A part of the text, with the edits that lie in it. Of two at one place the first goes first.
pub fn splice(text: &str, part: Range<usize>, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits
        .iter()
        .filter(|edit| part.start <= edit.range.start && edit.range.end <= part.end)
        .collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut result = String::with_capacity(part.len());
    let mut at = part.start;
    for edit in edits {
        result.push_str(&text[at..edit.range.start.max(at)]);
        result.push_str(&edit.text);
        at = edit.range.end.max(at);
    }
    result + &text[at..part.end]
}

/// The lines, without their ends, that do not begin inside a value: a string may hold what looks like a line of ours.
pub fn lines(document: &Document<&str>) -> Vec<Range<usize>> {
    let text = document.raw();
    let mut values = Spans::default();
    values.visit_table(document.as_table());
    let mut lines = Vec::new();
    let mut at = start(text);
    while at < text.len() {
        let next = whole_lines(text, &(at..at)).end;
        if !values.0.iter().any(|value| value.contains(&at)) {
            lines.push(at..line_end(text, at));
        }
        at = next;
    }
    lines
}

/// Where the outermost values stand.
#[derive(Default)]
struct Spans(Vec<Range<usize>>);

impl<'d> Visit<'d> for Spans {
    fn visit_value(&mut self, value: &'d Value) {
        self.0.extend(value.span());
    }
}

/// How the text ends its lines: as it ends the first.
pub fn newline(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

pub fn is_blank(text: &str) -> bool {
    text[start(text)..].trim().is_empty()
}

pub fn starts_line(text: &str) -> bool {
    text.is_empty() || text.starts_with('\n') || text.starts_with("\r\n")
}

pub fn ends_line(text: &str) -> bool {
    text.len() == start(text) || text.ends_with('\n')
}

/// The place before the end of line that ends at a place, if one does.
pub fn without_newline(text: &str, at: usize) -> usize {
    let before = &text[..at];
    let before = before
        .strip_suffix('\n')
        .map_or(before, |before| before.strip_suffix('\r').unwrap_or(before));
    before.len()
}

/// The end of the line that a place is in, before the end-of-line characters.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |end| without_newline(text, at + end + 1))
}

/// The lines that a span touches, with their ends.
pub fn whole_lines(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text[..span.start]
        .rfind('\n')
        .map_or_else(|| start(text), |end| end + 1);
    let end = text[span.end..]
        .find('\n')
        .map_or(text.len(), |end| span.end + end + 1);
    start..end
}

/// `[source.crates-io]`, not only `[source.crates-io.x]` or `source.crates-io.x = 1`.
pub fn has_header(table: &Table) -> bool {
    !table.is_implicit() && !table.is_dotted()
}

/// How a table is written, for messages.
pub fn form(item: &Item) -> &'static str {
    match item {
        Item::Table(table) if table.is_dotted() => "dotted keys",
        Item::Table(_) => "a table",
        Item::Value(Value::InlineTable(_)) => "an inline table",
        Item::ArrayOfTables(_) => "an array of tables",
        _ => "a value",
    }
}

/// A path as TOML text holds it: the one place where paths become text for cargo. Those that are not UTF-8 are refused where
/// they enter ([`utf8`]). Cargo takes forward slashes everywhere; elsewhere than on Windows a backslash is part of a name.
pub fn path_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

/// Refuses a path that TOML, which is UTF-8, could not hold.
pub fn utf8(path: &Path, what: &'static str) -> Result<()> {
    match path.to_str() {
        Some(_) => Ok(()),
        None => Err(Error::Fs(FsError::NotUtf8 {
            what,
            path: path.to_owned(),
        })),
    }
}

/// A TOML string of one line. Unlike JSON, TOML wants DEL escaped too.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_control() => {
                // All control characters lie below U+00A0, so four digits do.
                quoted.extend(format!("\\u{:04X}", u32::from(character)).chars());
            }
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

/// The text as values only, to see what an edit has done.
pub fn values(text: &str) -> Option<toml::Table> {
    toml::from_str(text).ok()
}

/// Where the first line starts.
fn start(text: &str) -> usize {
    if text.starts_with(BOM) {
        BOM.len_utf8()
    } else {
        0
    }
}
