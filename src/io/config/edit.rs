//! Cargo's config file: pointing builds at the mirror, and undoing it exactly. Text in, text out; no disk here.
//!
//! What we add stands in one block between two comments, and everything that undoing needs stands in the file itself,
//! so `off` works in another clone and after the mirror is lost:
//!
//! ```toml
//! # cargo mirror: begin (`cargo mirror off` takes this out)
//! # before: replace-with = 'company'      <- only if crates.io was replaced before; else the table comes next
//! [source.crates-io]
//! replace-with = "cargo-mirror"
//!
//! [source.cargo-mirror]
//! local-registry = "/path/to/mirror/crates-io"
//!
//! [source."git+https://r.example/a/b?branch=main"]
//! git = "https://r.example/a/b"
//! branch = "main"
//! replace-with = "cargo-mirror-git-b-74b6e43-1a2b3c4d"
//!
//! [source.cargo-mirror-git-b-74b6e43-1a2b3c4d]
//! directory = "/path/to/mirror/git/b-74b6e43-1a2b3c4d"
//! # cargo mirror: end
//! ```
//!
//! A file that has a table of its own for a source, `[source.crates-io]` or one with the same address under any name,
//! keeps it, since cargo refuses two for one source: one value in it is replaced, or one marked line added.
//!
//! The parser only finds the places; edits are splices of the text, so every byte that is not ours stays. `remove`
//! takes our block out and `insert` puts it in; both keep its place, so doing either twice changes nothing. Each
//! parses its result and compares the values with what is expected; a mismatch is an error, and nothing is written.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table as Values, Value as AnyValue};

use crate::io::config::block::{
    BEGIN, BEGIN_MADE, Block, CRATES_IO, Link, NAME, PREFIX, SERVER, SERVER_PREFIX, Way,
    is_name_of_ours, may_replace, value_of,
};
use crate::io::config::detect::{OwnedParts, Removal};
use crate::io::config::document::{ConfigDocument, original_of, shape};
use crate::io::config::toml::{
    Edit, ends_line, is_blank, newline, splice, starts_line, values, without_newline,
};
use crate::model::error::Error;
use crate::model::errors::config::CargoConfigError;
use crate::model::source::table::SourceTable;

/// What builds are to be pointed at. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigPatch {
    /// What stands in for crates.io.
    pub crates_io: Option<ReplacementTarget>,
    /// The other sources that are replaced, each once.
    pub sources: Vec<SourceReplacement>,
    /// Registries that the server hosts, each with its index. What the file has under these names stays.
    pub hosted: Vec<HostedIndex>,
    /// Other registries that the server pulls through, each once.
    pub pulled: Vec<PulledIndex>,
}

/// A registry that a server pulls through, in the place of the registry itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PulledIndex {
    pub original: SourceTable,
    /// As in [`SourceReplacement`].
    pub called: Option<String>,
    /// What the server calls it: our tables are `cargo-mirror-server-<name>`.
    pub name: String,
    /// `sparse+https://host/registries/NAME/index/`
    pub index: String,
}

/// A registry of a server, for `[registries.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostedIndex {
    pub name: String,
    /// `sparse+https://host/registries/NAME/index/`
    pub index: String,
}

/// What stands in for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplacementTarget {
    /// A folder, with forward slashes. Cargo reads a relative one from the folder that holds `.cargo`.
    LocalRegistry(String),
    /// The index of a server: `sparse+https://host/crates-io/index/`.
    Server(String),
}

/// A source other than crates.io that a folder stands in for: a local registry for a registry, a directory source for a
/// git repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceReplacement {
    pub original: SourceTable,
    /// What another config that cargo reads for the same project calls the source: to cargo two names for one source are a
    /// mistake. `None`: it is called by its address.
    pub called: Option<String>,
    /// As for crates.io.
    pub folder: String,
    /// Which of our tables it is: `cargo-mirror-<name>`. The same folder must always have the same name, and no other.
    pub name: String,
}

/// Why a config file cannot be edited. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        line: usize,
        column: usize,
        message: String,
    },
    #[error("{message}")]
    Shape { message: String, help: String },
}

impl ConfigError {
    /// The same, said of this file.
    pub fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Syntax {
                line,
                column,
                message,
            } => Error::Config(CargoConfigError::Syntax {
                path,
                line,
                column,
                message,
            }),
            Self::Shape { message, help } => Error::Config(CargoConfigError::Shape {
                path,
                message,
                help,
            }),
        }
    }
}

/// Points a config file at the mirror; `None` stands for a file that is not there yet.
pub fn on(text: Option<&str>, pointer: &ConfigPatch) -> Result<String, ConfigError> {
    let Some(text) = text else {
        return insert("", &Position::of_new_file(), "\n", pointer);
    };
    let (base, place) = remove(text)?;
    insert(&base, &place, newline(text), pointer)
}

/// Takes out what is ours and puts back what was there. `None`: we made the file and nothing else is in it.
pub fn off(text: &str) -> Result<Option<String>, ConfigError> {
    let (base, place) = remove(text)?;
    Ok((!(place.made && is_blank(&base))).then_some(base))
}

/// The lines to paste by hand into a config file that has no table for any of these sources.
pub fn block(pointer: &ConfigPatch) -> String {
    let links = Link::all(pointer).into_iter();
    let links: Vec<(Link, Way<'_>)> = links.map(|link| (link, Way::InBlock)).collect();
    Block::new(BEGIN, &links).render("\n")
}

/// What this file points builds at, by tables of ours.
pub fn current_patch(text: &str) -> Result<ConfigPatch, ConfigError> {
    let config = ConfigDocument::parse(text)?;
    let mut pointer = ConfigPatch::default();
    for (title, item) in config.sources() {
        let name = config.replacement(title).unwrap_or_default();
        if is_name_of_ours("source", title) || !may_replace(title, name) {
            continue;
        }
        let folder = config.stand("source", name).map(str::to_owned);
        if title == CRATES_IO {
            let index = config.stand("registries", name).map(str::to_owned);
            // Cargo looks for a source of a name before it looks for a registry.
            let kind = if name == SERVER {
                ReplacementTarget::Server
            } else {
                ReplacementTarget::LocalRegistry
            };
            let stand = folder.map(kind);
            pointer.crates_io = stand.or_else(|| index.map(ReplacementTarget::Server));
            pointer.hosted = config.hosted_in_block();
        } else if let (Some(original), Some(server), Some(index)) = (
            original_of(item),
            name.strip_prefix(SERVER_PREFIX),
            config.index_of_stand(name),
        ) {
            pointer.pulled.push(PulledIndex {
                called: (original.title() != title).then(|| title.to_owned()),
                name: server.to_owned(),
                index: index.to_owned(),
                original,
            });
        } else if let (Some(original), Some(folder)) = (original_of(item), folder) {
            pointer.sources.push(SourceReplacement {
                called: (original.title() != title).then(|| title.to_owned()),
                name: name[PREFIX.len()..].to_owned(),
                original,
                folder,
            });
        }
    }
    pointer.sources.sort();
    pointer.pulled.sort();
    Ok(pointer)
}

/// The source that this file has crates.io replaced by, ours or another.
pub fn replacement(text: &str) -> Result<Option<String>, ConfigError> {
    let config = ConfigDocument::parse(text)?;
    Ok(config.replacement(CRATES_IO).map(str::to_owned))
}

/// What this file calls a source other than crates.io, and what it has it replaced by.
pub fn table_name_of(
    text: &str,
    original: &SourceTable,
) -> Result<Option<(String, Option<String>)>, ConfigError> {
    let config = ConfigDocument::parse(text)?;
    let title = config.title_of(original);
    Ok(title.map(|title| {
        let replacement = config.replacement(title).map(str::to_owned);
        (title.to_owned(), replacement)
    }))
}

/// Where our block goes, in the text without it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    at: usize,
    /// The end of line before the block that came with it and goes with it.
    separator: String,
    made: bool,
}

impl Position {
    fn of_new_file() -> Self {
        Self {
            at: 0,
            separator: String::new(),
            made: true,
        }
    }

    fn at_end_of(base: &str, separator: &str) -> Self {
        Self {
            at: base.len(),
            separator: separator.to_owned(),
            made: false,
        }
    }
}

/// Puts our block into a text that has nothing of ours.
fn insert(
    base: &str,
    place: &Position,
    newline: &str,
    pointer: &ConfigPatch,
) -> Result<String, ConfigError> {
    let config = ConfigDocument::parse(base)?;
    let mut edits = Vec::new();
    let mut links = Vec::new();
    for link in distinct(pointer, &config)? {
        let (edit, way) = config.replace(&link, newline)?;
        edits.extend(edit);
        links.push((link, way));
    }
    let begin = if place.made { BEGIN_MADE } else { BEGIN };
    let block = Block::new(begin, &links).render(newline);
    edits.push(Edit {
        range: place.at..place.at,
        text: format!("{}{block}", place.separator),
    });
    let result = splice(base, 0..base.len(), &edits);

    let expected = values(base).and_then(|config| pointed(config, &links));
    let as_meant = expected.is_some() && values(&result) == expected;
    let undone = || remove(&result).is_ok_and(|(text, at)| text == base && at == *place);
    if as_meant && undone() {
        Ok(result)
    } else {
        Err(shape(
            "its `source` tables are written in a way that cannot be added to and undone safely",
            "write them as `[source.NAME]` tables, then run the same command again",
        ))
    }
}

/// What is to be replaced, under the names that the file has for it.
fn distinct(pointer: &ConfigPatch, config: &ConfigDocument<'_>) -> Result<Vec<Link>, ConfigError> {
    let mut links = Link::all(pointer);
    config.refuse_no_room(&links)?;
    let mut seen = BTreeSet::new();
    for link in &mut links {
        let Some(original) = &link.original else {
            // What the user calls so is the user's.
            link.hosted
                .retain(|hosted| config.table("registries", &hosted.name).is_none());
            continue;
        };
        if let Some(title) = config.title_of(original) {
            title.clone_into(&mut link.title);
        }
        if !seen.insert(original.location()) {
            return Err(shape(
                format!("`{original}` would be taken from two folders of the mirror at once"),
                "cargo takes each source from one place: let each project have a config of its own (`cargo mirror on` \
                 without --global)",
            ));
        }
    }
    Ok(links)
}

/// Takes out what is ours, and says where our block stood, or else where it would go.
fn remove(text: &str) -> Result<(String, Position), ConfigError> {
    let config = ConfigDocument::parse(text)?;
    let Some(ours) = config.ours()? else {
        return Ok((text.to_owned(), Position::at_end_of(text, newline(text))));
    };
    let mut edits = config.release_edits(&ours)?;
    let (base, place) = if let Some(block) = &ours.block {
        let start = if block.made {
            block.range.start
        } else {
            without_newline(text, block.range.start)
        };
        let separator = &text[start..block.range.start];
        let mut base = splice(text, 0..start, &edits);
        let rest = splice(text, block.range.end..text.len(), &edits);
        // What was written after the block must not become part of the last line before it.
        let glued = !(ends_line(&base) || starts_line(&rest));
        if glued {
            base.push_str(separator);
        }
        let place = Position {
            at: base.len(),
            separator: if glued { "" } else { separator }.to_owned(),
            made: block.made,
        };
        (base + &rest, place)
    } else {
        // Something, a formatter perhaps, has changed our block: what is ours goes line by line.
        edits.extend(config.scattered_edits(&ours)?);
        let base = splice(text, 0..text.len(), &edits);
        let mut place = Position::at_end_of(&base, newline(text));
        if ours.made() && is_blank(&base) {
            place.made = true;
            place.separator.clear();
        }
        (base, place)
    };

    let expected = values(text).map(|config| pruned(released(config, &ours)));
    let as_meant = expected.is_some() && values(&base).map(pruned) == expected;
    if as_meant {
        Ok((base, place))
    } else {
        Err(shape(
            "what `cargo mirror` added cannot be told from the rest of it",
            format!(
                "take the tables named `{NAME}` and `{PREFIX}...` and each `replace-with` that names one out by hand"
            ),
        ))
    }
}

/// What `insert` must do to the values.
fn pointed(mut config: Values, links: &[(Link, Way<'_>)]) -> Option<Values> {
    fn table<'v>(values: &'v mut Values, name: &str) -> Option<&'v mut Values> {
        let table = values.entry(name);
        table
            .or_insert_with(|| AnyValue::Table(Values::new()))
            .as_table_mut()
    }
    for (link, way) in links {
        let original = table(table(&mut config, "source")?, &link.title)?;
        for (key, value) in link.keys() {
            if *way == Way::InBlock || key == "replace-with" {
                original.insert(key.to_owned(), AnyValue::String(value));
            }
        }
        for (section, name, key, value) in link.stands() {
            let stand = table(table(&mut config, section)?, name)?;
            stand.insert(key.to_owned(), AnyValue::String(value.to_owned()));
        }
    }
    Some(config)
}

/// What `remove` must do to the values.
fn released(mut config: Values, ours: &OwnedParts<'_>) -> Values {
    for (section, name) in &ours.stands {
        if let Some(AnyValue::Table(section)) = config.get_mut(*section) {
            section.remove(name);
        }
    }
    let Some(AnyValue::Table(source)) = config.get_mut("source") else {
        return config;
    };
    for (title, release) in &ours.releases {
        if *release == Removal::Drop && title != CRATES_IO {
            source.remove(title);
        } else if let Some(AnyValue::Table(table)) = source.get_mut(title) {
            table.remove("replace-with");
            if let Removal::Restore(raw) = release
                && let Some(value) = value_of(raw)
            {
                table.insert("replace-with".to_owned(), value);
            }
        }
    }
    config
}

/// Without the empty tables that `remove` may leave behind or take along: they mean nothing.
fn pruned(mut config: Values) -> Values {
    let is_empty = |value: &AnyValue| value.as_table().is_some_and(Values::is_empty);
    if let Some(AnyValue::Table(source)) = config.get_mut("source")
        && source.get(CRATES_IO).is_some_and(is_empty)
    {
        source.remove(CRATES_IO);
    }
    for section in ["source", "registries"] {
        if config.get(section).is_some_and(is_empty) {
            config.remove(section);
        }
    }
    config
}
