//! Cargo's config file as text: which parts of it are ours, and which splices put them in and take them out.

use std::ops::Range;

use toml::Value as AnyValue;
use toml_edit::{Document, Item, Key, Table};

use crate::io::config::ConfigError;
use crate::io::toml_text::{
    Edit, ends_line, form, has_header, line_end, lines, values, whole_lines, without_newline,
};
use crate::model::krate::printable;
use crate::model::lockfile::position;

/// The name of our source. It is unmistakable because tables of the same name in other config files are merged.
pub(super) const NAME: &str = "cargo-mirror";
/// What crates.io is replaced with, as it stands in the file.
pub(super) const QUOTED_NAME: &str = "\"cargo-mirror\"";

pub(super) const BEGIN: &str = "# cargo mirror: begin (`cargo mirror off` takes this out)";
/// The first line of a file that was not there before: an empty file comes back empty, this one goes.
pub(super) const BEGIN_MADE: &str =
    "# cargo mirror: begin (`cargo mirror` made this file; `cargo mirror off` takes this out)";
pub(super) const BEFORE: &str = "# before: replace-with = ";
pub(super) const END: &str = "# cargo mirror: end";
pub(super) const CRATES_IO_HEADER: &str = "[source.crates-io]";
/// The line that goes into a `[source.crates-io]` table of the user's.
pub(super) const MARKED_LINE: &str = "replace-with = \"cargo-mirror\" # cargo mirror";

/// Where crates.io is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CratesIo<'t> {
    /// In a table of our own.
    InBlock,
    /// In the user's table, by one line of ours.
    ByLine,
    /// In the user's table, whose value this was.
    Before(&'t str),
}

pub(super) fn render(begin: &str, crates_io: CratesIo<'_>, path: &str, newline: &str) -> String {
    let crates_io = match crates_io {
        CratesIo::InBlock => format!("{CRATES_IO_HEADER}\nreplace-with = {QUOTED_NAME}\n\n"),
        CratesIo::ByLine => String::new(),
        CratesIo::Before(raw) => format!("{BEFORE}{raw}\n"),
    };
    format!("{begin}\n{crates_io}[source.{NAME}]\nlocal-registry = {path}\n{END}\n")
        .replace('\n', newline)
}

/// A config file, and where in its text everything stands.
pub(super) struct Config<'t> {
    text: &'t str,
    document: Document<&'t str>,
    lines: Vec<Range<usize>>,
}

/// What is left of our comments, wherever they stand now.
#[derive(Default)]
pub(super) struct Marks<'t> {
    lines: Vec<Range<usize>>,
    pub(super) made: bool,
    pub(super) before: Option<&'t str>,
}

/// Our block as we wrote it.
pub(super) struct Block<'t> {
    pub(super) range: Range<usize>,
    pub(super) made: bool,
    pub(super) before: Option<&'t str>,
}

impl<'t> Config<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, ConfigError> {
        let document = Document::parse(text).map_err(|cause| {
            let (line, column) = position(text, cause.span().map_or(0, |span| span.start));
            ConfigError::Syntax {
                line,
                column,
                message: cause.message().to_owned(),
            }
        })?;
        let lines = lines(&document);
        Ok(Self {
            text,
            document,
            lines,
        })
    }

    /// Where our way of replacing crates.io fits in, as one edit of what is there, or else as part of our block.
    pub(super) fn replace_crates_io(
        &self,
        newline: &str,
    ) -> Result<(Option<Edit>, CratesIo<'t>), ConfigError> {
        let source = match self.document.get("source") {
            None => return Ok((None, CratesIo::InBlock)),
            Some(Item::Table(source)) => source,
            Some(item) => {
                return Err(shape(
                    format!("`source` is written as {}", form(item)),
                    "write it as `[source.NAME]` tables, then run the same command again",
                ));
            }
        };
        if source.contains_key(NAME) {
            return Err(shape(
                format!("it has a `[source.{NAME}]` that `cargo mirror` did not write"),
                "give that source another name, then run the same command again",
            ));
        }
        let Some(crates_io) = source.get("crates-io") else {
            return Ok((None, CratesIo::InBlock));
        };
        let before = crates_io
            .as_table_like()
            .and_then(|table| table.get("replace-with"));
        if let Some(before) = before {
            let range = before.span().unwrap_or_default();
            let raw = &self.text[range.clone()];
            if before.is_value() && !raw.contains('\n') {
                let text = QUOTED_NAME.to_owned();
                return Ok((Some(Edit { range, text }), CratesIo::Before(raw)));
            }
            return Err(shape(
                "the value of `source.crates-io.replace-with` does not stand on one line",
                "write it as a string on one line, then run the same command again",
            ));
        }
        match crates_io {
            Item::Table(table) if has_header(table) => {
                let end = line_end(self.text, table.span().unwrap_or_default().end);
                let text = format!("{newline}{MARKED_LINE}");
                let range = end..end;
                Ok((Some(Edit { range, text }), CratesIo::ByLine))
            }
            // Only `[source.crates-io.SOMETHING]` is there, which leaves room for the table itself.
            Item::Table(table) if !table.is_dotted() => Ok((None, CratesIo::InBlock)),
            _ => Err(shape(
                format!("`source.crates-io` is written as {}", form(crates_io)),
                "write it as a `[source.crates-io]` table, then run the same command again",
            )),
        }
    }

    fn crates_io(&self) -> Option<&Item> {
        self.document.get("source")?.get("crates-io")
    }

    pub(super) fn points_at_us(&self) -> bool {
        let name = self.crates_io().and_then(|table| table.get("replace-with"));
        name.and_then(Item::as_str) == Some(NAME)
    }

    fn our_table(&self) -> Option<&Item> {
        self.document.get("source")?.get(NAME)
    }

    /// What our table names, if it holds what we write and nothing else.
    pub(super) fn our_path(&self) -> Option<&Item> {
        let table = self.our_table()?.as_table_like()?;
        let path = table.get("local-registry")?;
        (table.len() == 1 && path.is_str()).then_some(path)
    }

    pub(super) fn marks(&self) -> Marks<'t> {
        let mut marks = Marks::default();
        for line in &self.lines {
            let content = self.text[line.clone()].trim();
            let before = former_value(content);
            if matches!(content, BEGIN | BEGIN_MADE | END) || before.is_some() {
                marks.made |= content == BEGIN_MADE;
                marks.before = marks.before.or(before);
                marks.lines.push(line.clone());
            }
        }
        marks
    }

    /// A source of the user's may have our name: it counts as ours only if a mark says so, or if crates.io is replaced
    /// by it and it is what we would write.
    pub(super) fn has_something_of_ours(&self, marks: &Marks<'_>) -> bool {
        let could_be_ours = |table: &Item| table.get("local-registry").is_some();
        !marks.lines.is_empty() || self.points_at_us() && self.our_table().is_none_or(could_be_ours)
    }

    /// Whatever else stands in our table would be lost with it; most likely it was meant for the table before.
    pub(super) fn refuse_additions_to_our_table(&self) -> Result<(), ConfigError> {
        let Some(table) = self.our_table() else {
            return Ok(());
        };
        if self.our_path().is_some() {
            return Ok(());
        }
        let foreign = table
            .as_table_like()
            .and_then(|table| table.iter().find(|(key, _)| *key != "local-registry"));
        Err(shape(
            match foreign {
                Some((key, _)) => {
                    format!(
                        "`[source.{NAME}]` holds `{}`, which `cargo mirror` did not write",
                        printable(key)
                    )
                }
                None => format!("`[source.{NAME}]` is not as `cargo mirror` wrote it"),
            },
            "move that to where it belongs, or take it out, then run the same command again",
        ))
    }

    /// Our block, if each of its lines is still as we wrote it (the path may have been changed).
    pub(super) fn find_block(&self) -> Option<Block<'t>> {
        let path = &self.text[self.our_path()?.span()?];
        let line = |at: usize| Some(&self.text[self.lines.get(at)?.clone()]);
        (0..self.lines.len()).find_map(|first| {
            let begin = line(first).filter(|begin| matches!(*begin, BEGIN | BEGIN_MADE))?;
            let before = line(first + 1).and_then(former_value);
            let ways = match before {
                Some(raw) => [CratesIo::Before(raw); 2],
                None => [CratesIo::InBlock, CratesIo::ByLine],
            };
            let last = ways.into_iter().find_map(|crates_io| {
                let block = render(begin, crates_io, path, "\n");
                let end = first + block.lines().count();
                let mut lines = (first..end).zip(block.lines());
                let is_there = lines.all(|(at, ours)| line(at) == Some(ours));
                is_there.then_some(end - 1)
            })?;
            Some(Block {
                range: self.lines[first].start..whole_lines(self.text, &self.lines[last]).end,
                made: begin == BEGIN_MADE,
                before,
            })
        })
    }

    /// Gives crates.io back what replaced it before, unless that goes with our block or was changed by hand.
    pub(super) fn release_crates_io(
        &self,
        block: Option<&Range<usize>>,
        before: Option<&str>,
    ) -> Result<Vec<Edit>, ConfigError> {
        let Some(value) = self.crates_io().and_then(|table| table.get("replace-with")) else {
            return Ok(Vec::new());
        };
        let range = value.span().unwrap_or_default();
        if !self.points_at_us() || block.is_some_and(|block| block.contains(&range.start)) {
            return Ok(Vec::new());
        }
        if let Some(raw) = before {
            let text = raw.to_owned();
            return Ok(vec![Edit { range, text }]);
        }
        let (Some(Item::Table(_)), Some(Item::Table(table))) =
            (self.document.get("source"), self.crates_io())
        else {
            return Err(shape(
                "the comment that tells what replaced crates.io before is gone",
                "change `source.crates-io.replace-with` by hand, then run the same command again",
            ));
        };
        let line = whole_lines(self.text, &range);
        let content = line.start..line_end(self.text, range.end);
        if &self.text[content.clone()] == MARKED_LINE {
            return Ok(vec![Edit::removal(
                without_newline(self.text, content.start)..content.end,
            )]);
        }
        let mut edits = vec![Edit::removal(line)];
        // With our block whole, or a comment at the header, the table was there before us.
        if block.is_none() && table.len() == 1 && has_header(table) {
            let span = table.span().unwrap_or_default();
            let header = span.start..line_end(self.text, span.end);
            if &self.text[header] == CRATES_IO_HEADER {
                edits.push(Edit::removal(self.header(table)));
            }
        }
        Ok(edits)
    }

    /// Our marks and our table, where they no longer make up our block.
    pub(super) fn remove_scattered(&self, marks: &Marks<'_>) -> Result<Vec<Edit>, ConfigError> {
        let mut edits: Vec<Edit> = marks
            .lines
            .iter()
            .map(|line| Edit::removal(self.with_blank_line_before(whole_lines(self.text, line))))
            .collect();
        match (self.document.get("source"), self.our_table()) {
            (_, None) => {}
            (Some(Item::Table(source)), Some(Item::Value(value))) => {
                let key = source.key(NAME).and_then(Key::span).unwrap_or_default();
                let end = value.span().unwrap_or_default().end;
                edits.push(Edit::removal(whole_lines(self.text, &(key.start..end))));
            }
            (Some(Item::Table(_)), Some(Item::Table(table))) => {
                let path = table.get("local-registry").and_then(Item::span);
                edits.push(Edit::removal(whole_lines(
                    self.text,
                    &path.unwrap_or_default(),
                )));
                if has_header(table) {
                    edits.push(Edit::removal(self.header(table)));
                }
            }
            _ => {
                return Err(shape(
                    "`source` is written as an inline table",
                    format!("take `{NAME}` out of it by hand, then run the same command again"),
                ));
            }
        }
        Ok(edits)
    }

    fn header(&self, table: &Table) -> Range<usize> {
        let span = table.span().unwrap_or_default();
        self.with_blank_line_before(whole_lines(self.text, &span))
    }

    fn with_blank_line_before(&self, lines: Range<usize>) -> Range<usize> {
        let start = without_newline(self.text, lines.start);
        if ends_line(&self.text[..start]) {
            start..lines.end
        } else {
            lines
        }
    }
}

/// The former value in the comment that keeps it.
fn former_value(line: &str) -> Option<&str> {
    let raw = line.strip_prefix(BEFORE)?;
    value_of(raw).is_some().then_some(raw)
}

pub(super) fn value_of(raw: &str) -> Option<AnyValue> {
    values(&format!("value = {raw}"))?.remove("value")
}

pub(super) fn shape(message: impl Into<String>, help: impl Into<String>) -> ConfigError {
    ConfigError::Shape {
        message: message.into(),
        help: help.into(),
    }
}
