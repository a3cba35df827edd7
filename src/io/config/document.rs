//! Cargo's config file as text: where everything stands in it, and which splices put ours in.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike};

use crate::io::config::block::{CRATES_IO, Link, MARK, Way, is_name_of_ours, key, keys_of_stand};
use crate::io::config::edit::ConfigError;
use crate::io::config::toml::{Edit, form, has_header, line_end, lines, quoted};
use crate::model::source::table::SourceTable;
use crate::model::text::printable;
use crate::model::toml_error::explain;
use crate::model::url::without_credentials;

/// A config file, and where in its text everything stands.
pub struct ConfigDocument<'t> {
    pub(super) text: &'t str,
    pub(super) document: Document<&'t str>,
    pub(super) lines: Vec<Range<usize>>,
}

impl<'t> ConfigDocument<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, ConfigError> {
        let document = Document::parse(text).map_err(|cause| {
            let offset = cause.span().map_or(0, |span| span.start);
            let (line, column, message) = explain(text, offset, cause.message());
            ConfigError::Syntax {
                line,
                column,
                message,
            }
        })?;
        let lines = lines(&document);
        Ok(Self {
            text,
            document,
            lines,
        })
    }

    pub(super) fn section(&self, name: &str) -> Option<&dyn TableLike> {
        self.document.get(name)?.as_table_like()
    }

    pub(super) fn table(&self, section: &str, name: &str) -> Option<&Item> {
        self.section(section)?.get(name)
    }

    /// All `[source]` tables with their titles.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&str, &Item)> {
        let source = self.section("source");
        source.into_iter().flat_map(TableLike::iter)
    }

    /// The tables with names that are kept for ours, with their sections.
    pub(super) fn tables_named_like_ours(
        &self,
    ) -> impl Iterator<Item = (&'static str, &str, &Item)> {
        ["source", "registries"].into_iter().flat_map(|section| {
            let tables = self.section(section).into_iter().flat_map(TableLike::iter);
            tables
                .filter(move |(name, _)| is_name_of_ours(section, name))
                .map(move |(name, item)| (section, name, item))
        })
    }

    /// What the file calls a source other than crates.io, if it has a table for it.
    pub(super) fn title_of(&self, original: &SourceTable) -> Option<&str> {
        let location = original.location();
        let is_it = |item| original_of(item).is_some_and(|other| other.location() == location);
        self.sources()
            .find(|(title, item)| *title != CRATES_IO && is_it(item))
            .map(|(title, _)| title)
    }

    /// What the table of a source says that replaces it.
    pub(super) fn replacement(&self, title: &str) -> Option<&str> {
        self.table("source", title)?.get("replace-with")?.as_str()
    }

    /// The folder or the index that one of our tables names, if it holds what we write and nothing else.
    pub(super) fn stand(&self, section: &str, name: &str) -> Option<&str> {
        self.stand_item(section, name)?.as_str()
    }

    pub(super) fn stand_item(&self, section: &str, name: &str) -> Option<&Item> {
        let table = self.table(section, name)?.as_table_like()?;
        let place = keys_of_stand(section, name)
            .iter()
            .find_map(|key| table.get(key))?;
        (table.len() == 1 && place.is_str()).then_some(place)
    }

    /// The index of the server that a source of this name is, if it is one.
    pub(super) fn index_of_stand(&self, name: &str) -> Option<&str> {
        self.table("source", name)?.get("registry")?.as_str()
    }

    /// Refuses what leaves no room for us.
    pub(super) fn refuse_no_room(&self, links: &[Link]) -> Result<(), ConfigError> {
        for section in ["source", "registries"] {
            let mut stands = links.iter().flat_map(Link::stands);
            let wanted = stands.any(|(of, ..)| of == section);
            match self.document.get(section) {
                Some(item) if (wanted || section == "source") && !item.is_table() => {
                    return Err(shape(
                        format!("`{section}` is written as {}", form(item)),
                        format!(
                            "write it as `[{section}.NAME]` tables, then run the same command again"
                        ),
                    ));
                }
                _ => {}
            }
        }
        match self.tables_named_like_ours().next() {
            Some((section, name, _)) => Err(shape(
                format!(
                    "it has a `[{section}.{}]` that `cargo mirror` did not write",
                    shown(name)
                ),
                "give that source another name, then run the same command again",
            )),
            None => Ok(()),
        }
    }

    /// Where our way of replacing a source fits in, as one edit of what is there, or else as part of our block.
    pub(super) fn replace(
        &self,
        link: &Link,
        newline: &str,
    ) -> Result<(Option<Edit>, Way<'t>), ConfigError> {
        let Some(item) = self.table("source", &link.title) else {
            return Ok((None, Way::InBlock));
        };
        let title = shown(&link.title);
        if let Some(original) = &link.original
            && original_of(item).map(|other| other.location()) != Some(original.location())
        {
            return Err(shape(
                format!("its `[source.{title}]` is another source than its name says"),
                "give that source another name, then run the same command again",
            ));
        }
        let before = item
            .as_table_like()
            .and_then(|table| table.get("replace-with"));
        if let Some(before) = before {
            let range = before.span().unwrap_or_default();
            let raw = &self.text[range.clone()];
            if before.is_value() && !raw.contains('\n') {
                let text = quoted(&link.name);
                return Ok((Some(Edit { range, text }), Way::Before(raw)));
            }
            return Err(shape(
                format!("the value of `source.{title}.replace-with` does not stand on one line"),
                "write it as a string on one line, then run the same command again",
            ));
        }
        match item {
            Item::Table(table) if has_header(table) => {
                let end = line_end(self.text, table.span().unwrap_or_default().end);
                let text = format!("{newline}{}", marked_line(&link.name));
                let range = end..end;
                Ok((Some(Edit { range, text }), Way::ByLine))
            }
            // Only `[source.crates-io.SOMETHING]` is there, which leaves room for the table itself.
            Item::Table(table) if !table.is_dotted() => Ok((None, Way::InBlock)),
            _ => Err(shape(
                format!("`source.{title}` is written as {}", form(item)),
                format!("write it as a `[source.{title}]` table, then run the same command again"),
            )),
        }
    }
}

/// The line that goes into a table of the user's.
pub fn marked_line(name: &str) -> String {
    format!("replace-with = {} {MARK}", quoted(name))
}

pub fn could_stand(section: &str, name: &str, item: &Item) -> bool {
    let table = item.as_table_like();
    table.is_some_and(|table| {
        let mut keys = keys_of_stand(section, name).iter();
        keys.any(|key| table.contains_key(key))
    })
}

/// Which source a table is for, other than crates.io.
pub fn original_of(item: &Item) -> Option<SourceTable> {
    SourceTable::read(|key| item.get(key).and_then(Item::as_str))
}

/// A part of a key, for messages.
pub fn shown(name: &str) -> String {
    printable(&key(&without_credentials(name)))
}

pub fn shape(message: impl Into<String>, help: impl Into<String>) -> ConfigError {
    ConfigError::Shape {
        message: message.into(),
        help: help.into(),
    }
}
