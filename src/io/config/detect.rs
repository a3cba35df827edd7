//! Finds what `cargo mirror` wrote into a cargo config, even if edited since, and the edits that remove it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml_edit::{Item, Key, Table};

use crate::io::config::block::{
    BEGIN, BEGIN_MADE, Block, CRATES_IO, END, MARK, former, is_name_of_ours, key, keys_of_stand,
    may_replace,
};
use crate::io::config::document::{
    ConfigDocument, could_stand, marked_line, original_of, shape, shown,
};
use crate::io::config::edit::{ConfigError, HostedIndex};
use crate::io::config::toml::{
    Edit, ends_line, has_header, line_end, whole_lines, without_newline,
};
use crate::model::text::printable;

/// What is left of our comments, wherever they stand now.
#[derive(Debug, Default)]
struct Markers<'t> {
    lines: Vec<Range<usize>>,
    made: bool,
    before: BTreeMap<String, &'t str>,
}

/// Our block as we wrote it.
#[derive(Debug)]
pub(super) struct FoundTables {
    pub(super) range: Range<usize>,
    pub(super) made: bool,
    names: BTreeSet<(String, String)>,
}

impl FoundTables {
    fn holds(&self, section: &str, name: &str) -> bool {
        let name = (section.to_owned(), name.to_owned());
        self.names.contains(&name)
    }
}

/// All that is ours in a file.
#[derive(Debug)]
pub struct OwnedParts<'t> {
    marks: Markers<'t>,
    /// `None`: something, a formatter perhaps, has changed it.
    pub(super) block: Option<FoundTables>,
    /// Sections and names of the tables that stand in for sources.
    pub(super) stands: Vec<(&'static str, String)>,
    /// The tables that name one of ours, and what becomes of each.
    pub(super) releases: Vec<(String, Removal<'t>)>,
}

/// What becomes of the table of a source that we have replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal<'t> {
    /// It gets its former value back.
    Restore(&'t str),
    /// It stays without our line.
    Unmark,
    /// It is ours as a whole, and goes.
    Drop,
}

impl OwnedParts<'_> {
    pub(super) fn made(&self) -> bool {
        self.marks.made
    }
}

impl<'t> ConfigDocument<'t> {
    fn marks(&self) -> Markers<'t> {
        let mut marks = Markers::default();
        for line in &self.lines {
            let content = self.text[line.clone()].trim();
            let before = former(content);
            if matches!(content, BEGIN | BEGIN_MADE | END) || before.is_some() {
                marks.made |= content == BEGIN_MADE;
                marks.lines.push(line.clone());
            }
            if let Some((title, raw)) = before {
                marks.before.entry(title).or_insert(raw);
            }
        }
        marks
    }

    /// All that is ours, or `None`. A source of the user's may have a name like ours: it counts as ours only if a mark says
    /// so, or if a source is replaced by it as we would do it and it is what we would write.
    pub(super) fn ours(&self) -> Result<Option<OwnedParts<'t>>, ConfigError> {
        let marks = self.marks();
        let block = self.find_block(&marks);
        let marked = !marks.lines.is_empty();
        let replaced: Vec<(&str, &str)> = self
            .sources()
            .filter(|(title, _)| !is_name_of_ours("source", title))
            .filter_map(|(title, _)| Some((title, self.replacement(title)?)))
            .filter(|(title, name)| may_replace(title, name))
            .collect();
        let is_used = |name: &str| replaced.iter().any(|(_, used)| *used == name);
        let could_be_ours = |section, name, item| is_used(name) && could_stand(section, name, item);
        // A block that does not hold all of what is in use has been taken apart.
        let block = block.filter(|block| {
            let mut tables = self.tables_named_like_ours();
            tables.all(|(section, name, item)| {
                block.holds(section, name) || !could_be_ours(section, name, item)
            })
        });
        let mut stands: Vec<(&'static str, String)> = self
            .tables_named_like_ours()
            .filter(|(section, name, item)| match &block {
                Some(block) => block.holds(section, name),
                None => marked || could_be_ours(section, name, item),
            })
            .map(|(section, name, _)| (section, name.to_owned()))
            .collect();
        let is_ours = |title: &str, name: &str| {
            let section = self.section_of(name);
            let absent = section.is_none() && (marked || title == CRATES_IO);
            absent
                || stands
                    .iter()
                    .any(|(of, stand)| Some(*of) == section && stand == name)
        };
        let releases: Vec<(String, Removal<'t>)> = replaced
            .iter()
            .filter(|(title, name)| is_ours(title, name))
            .map(|(title, _)| {
                (
                    (*title).to_owned(),
                    self.release(title, &marks, block.as_ref()),
                )
            })
            .collect();
        if !marked && releases.is_empty() {
            return Ok(None);
        }
        for (section, name) in &stands {
            self.refuse_additions(section, name)?;
        }
        // Those in a block that was taken apart stay: nothing tells them from the user's.
        if block.is_some() {
            let hosted = self.hosted_in_block().into_iter();
            stands.extend(hosted.map(|hosted| ("registries", hosted.name)));
        }
        Ok(Some(OwnedParts {
            marks,
            block,
            stands,
            releases,
        }))
    }

    /// The section where cargo would find a source of this name.
    fn section_of(&self, name: &str) -> Option<&'static str> {
        ["source", "registries"]
            .into_iter()
            .find(|section| self.table(section, name).is_some())
    }

    fn release(
        &self,
        title: &str,
        marks: &Markers<'t>,
        block: Option<&FoundTables>,
    ) -> Removal<'t> {
        let Some(table) = self.table("source", title) else {
            return Removal::Unmark;
        };
        let value = table.get("replace-with").and_then(Item::span);
        let value = value.unwrap_or_default();
        if let Some(block) = block
            && block.range.contains(&value.start)
        {
            return Removal::Drop;
        }
        if let Some(raw) = marks.before.get(title) {
            return Removal::Restore(raw);
        }
        let rest_of_line = &self.text[value.end..line_end(self.text, value.end)];
        let is_marked = rest_of_line.trim() == MARK;
        if block.is_none() && !is_marked && self.looks_like_ours(title, table) {
            Removal::Drop
        } else {
            Removal::Unmark
        }
    }

    /// Whether a table that has lost its comments is one that we would have written as a whole.
    fn looks_like_ours(&self, title: &str, table: &Item) -> bool {
        let Item::Table(table) = table else {
            return false;
        };
        if !has_header(table) {
            return false;
        }
        let span = table.span().unwrap_or_default();
        let header = &self.text[span.start..line_end(self.text, span.end)];
        if header.trim() != format!("[source.{}]", key(title)) {
            return false;
        }
        if title == CRATES_IO {
            return table.len() == 1;
        }
        let original = original_of(&Item::Table(table.clone()));
        let as_written = original.is_some_and(|original| {
            original.title() == title && original.keys().len() + 1 == table.len()
        });
        let is_used = self
            .sources()
            .any(|(other, _)| self.replacement(other) == Some(title));
        as_written && !is_used
    }

    /// Whatever else stands in our table would be lost with it; most likely it was meant for the table before.
    fn refuse_additions(&self, section: &str, name: &str) -> Result<(), ConfigError> {
        if self.stand_item(section, name).is_some() {
            return Ok(());
        }
        let foreign = self
            .table(section, name)
            .and_then(Item::as_table_like)
            .and_then(|table| {
                let mut keys = table.iter().map(|(key, _)| key);
                keys.find(|key| !keys_of_stand(section, name).contains(key))
            });
        let name = shown(name);
        Err(shape(
            match foreign {
                Some(key) => {
                    format!(
                        "`[{section}.{name}]` holds `{}`, which `cargo mirror` did not write",
                        printable(key)
                    )
                }
                None => format!("`[{section}.{name}]` is not as `cargo mirror` wrote it"),
            },
            "move that to where it belongs, or take it out, then run the same command again",
        ))
    }

    /// The registries that our block has of a server.
    pub(super) fn hosted_in_block(&self) -> Vec<HostedIndex> {
        let line = |at: usize| &self.text[self.lines[at].clone()];
        let found = (0..self.lines.len()).find(|at| matches!(line(*at), BEGIN | BEGIN_MADE));
        let found = found.and_then(|first| {
            let last = (first..self.lines.len()).find(|at| line(*at) == END)?;
            Block::read(&self.text[self.lines[first].start..self.lines[last].end])
        });
        found.map(|block| block.hosted()).unwrap_or_default()
    }

    /// Our block, if each of its lines is still as we wrote it (values may have been changed) and no other line is ours.
    fn find_block(&self, marks: &Markers<'_>) -> Option<FoundTables> {
        let line = |at: usize| &self.text[self.lines[at].clone()];
        let first = (0..self.lines.len()).find(|at| matches!(line(*at), BEGIN | BEGIN_MADE))?;
        let last = (first..self.lines.len()).find(|at| line(*at) == END)?;
        let block = Block::read(&self.text[self.lines[first].start..self.lines[last].end])?;
        if !block.render("\n").lines().eq((first..=last).map(line)) {
            return None;
        }
        let range = self.lines[first].start..whole_lines(self.text, &self.lines[last]).end;
        let is_inside = |mark: &Range<usize>| range.contains(&mark.start);
        let names = block.stands();
        let names = names.map(|(section, name)| (section.to_owned(), name.to_owned()));
        marks.lines.iter().all(is_inside).then(|| FoundTables {
            names: names.collect(),
            made: line(first) == BEGIN_MADE,
            range,
        })
    }

    /// Takes our values out of tables that are not ours, or gives them their former ones back.
    pub(super) fn release_edits(&self, ours: &OwnedParts<'_>) -> Result<Vec<Edit>, ConfigError> {
        let mut edits = Vec::new();
        for (title, release) in &ours.releases {
            let table = self.table("source", title);
            let value = table.and_then(|table| table.get("replace-with"));
            let range = value.and_then(Item::span).unwrap_or_default();
            let in_block = ours.block.as_ref().map(|block| &block.range);
            if in_block.is_some_and(|block| block.contains(&range.start)) {
                continue;
            }
            if let Removal::Restore(raw) = release {
                let text = (*raw).to_owned();
                edits.push(Edit { range, text });
                continue;
            }
            let (Some(Item::Table(_)), Some(Item::Table(table))) =
                (self.document.get("source"), table)
            else {
                let title = shown(title);
                return Err(shape(
                    format!("the comment that tells what replaced `{title}` before is gone"),
                    format!(
                        "change `source.{title}.replace-with` by hand, then run the same command again"
                    ),
                ));
            };
            let line = whole_lines(self.text, &range);
            let content = line.start..line_end(self.text, range.end);
            let name = self.replacement(title).unwrap_or_default();
            if self.text[content.clone()] == marked_line(name) {
                edits.push(Edit::removal(
                    without_newline(self.text, content.start)..content.end,
                ));
                continue;
            }
            edits.push(Edit::removal(line));
            if *release == Removal::Drop {
                for (_, item) in table {
                    let span = item.span().unwrap_or_default();
                    edits.push(Edit::removal(whole_lines(self.text, &span)));
                }
                edits.push(Edit::removal(self.header(table)));
            }
        }
        Ok(edits)
    }

    /// Takes out our marks and our tables, where they no longer make up our block.
    pub(super) fn scattered_edits(&self, ours: &OwnedParts<'_>) -> Result<Vec<Edit>, ConfigError> {
        let lines = ours.marks.lines.iter();
        let mut edits: Vec<Edit> = lines
            .map(|line| Edit::removal(self.with_blank_line_before(whole_lines(self.text, line))))
            .collect();
        for (section, name) in &ours.stands {
            match (self.document.get(section), self.table(section, name)) {
                (_, None) => {}
                (Some(Item::Table(source)), Some(Item::Value(value))) => {
                    let key = source.key(name).and_then(Key::span).unwrap_or_default();
                    let end = value.span().unwrap_or_default().end;
                    edits.push(Edit::removal(whole_lines(self.text, &(key.start..end))));
                }
                (Some(Item::Table(_)), Some(Item::Table(table))) => {
                    let place = self.stand_item(section, name).and_then(Item::span);
                    edits.push(Edit::removal(whole_lines(
                        self.text,
                        &place.unwrap_or_default(),
                    )));
                    if has_header(table) {
                        edits.push(Edit::removal(self.header(table)));
                    }
                }
                _ => {
                    return Err(shape(
                        format!("`{section}` is written as an inline table"),
                        format!(
                            "take `{}` out of it by hand, then run the same command again",
                            shown(name)
                        ),
                    ));
                }
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
