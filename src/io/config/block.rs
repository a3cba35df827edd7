//! Our block in cargo's config file, as text: how it is written, and how it is told from what others wrote.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

use crate::io::config::edit::{
    ConfigPatch, HostedIndex, PulledIndex, ReplacementTarget, SourceReplacement,
};
use crate::io::config::toml::{has_header, quoted, values};
use crate::model::source::table::SourceTable;

/// What crates.io is replaced by when a folder stands in for it. It is unmistakable because tables of the same name in
/// other config files are merged.
pub const NAME: &str = "cargo-mirror";
/// What crates.io is replaced by when a server stands in for it. Not the same: cargo looks for a `[source]` of a name before
/// it looks for a registry, and a config further up may point at a folder.
pub const SERVER: &str = "cargo-mirror-server";
/// How the names of what replaces other registries by a server start; what the server calls the registry follows.
pub const SERVER_PREFIX: &str = "cargo-mirror-server-";
/// How the names of all our other sources start.
pub const PREFIX: &str = "cargo-mirror-";
/// The one source that cargo knows by name.
pub const CRATES_IO: &str = "crates-io";

pub const BEGIN: &str = "# cargo mirror: begin (`cargo mirror off` takes this out)";
/// First line of a file that `cargo mirror` created: `off` deletes the file if nothing else is in it.
pub const BEGIN_MADE: &str =
    "# cargo mirror: begin (`cargo mirror` made this file; `cargo mirror off` takes this out)";
pub const END: &str = "# cargo mirror: end";
/// What follows is `replace-with = ...` for crates.io, `source.NAME.replace-with = ...` for others.
const BEFORE: &str = "# before: ";
/// The comment at the line that goes into a table of the user's.
pub const MARK: &str = "# cargo mirror";

/// Where a source is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'t> {
    /// In a table of our own.
    InBlock,
    /// In the user's table, by one line of ours.
    ByLine,
    /// In the user's table, whose value this was.
    Before(&'t str),
}

/// A source that is replaced, and what stands in for it, as both stand in the file.
#[derive(Debug, Clone)]
pub struct Link {
    /// What the source is called in this file.
    pub(super) title: String,
    /// Which source it is. `None`: crates.io.
    pub(super) original: Option<SourceTable>,
    /// What it is replaced by.
    pub(super) name: String,
    kind: Kind,
    place: String,
    /// Registries that the same server hosts.
    pub(super) hosted: Vec<HostedIndex>,
}

/// What stands in for a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    LocalRegistry,
    Directory,
    Server,
}

impl Link {
    pub(super) fn all(pointer: &ConfigPatch) -> Vec<Self> {
        let crates_io = pointer.crates_io.iter().map(|stand| {
            let mut link = Self::of_crates_io(stand);
            if link.kind == Kind::Server {
                link.hosted.clone_from(&pointer.hosted);
                link.hosted.sort();
                link.hosted
                    .dedup_by(|later, first| later.name == first.name);
            }
            link
        });
        let mut sources: Vec<&SourceReplacement> = pointer.sources.iter().collect();
        sources.sort();
        sources.dedup();
        let mut pulled: Vec<&PulledIndex> = pointer.pulled.iter().collect();
        pulled.sort();
        pulled.dedup();
        crates_io
            .chain(sources.into_iter().map(Self::of_source))
            .chain(pulled.into_iter().map(Self::of_pulled))
            .collect()
    }

    fn of_crates_io(stand: &ReplacementTarget) -> Self {
        let (name, kind, place) = match stand {
            ReplacementTarget::LocalRegistry(path) => (NAME, Kind::LocalRegistry, path),
            ReplacementTarget::Server(url) => (SERVER, Kind::Server, url),
        };
        Self {
            title: CRATES_IO.to_owned(),
            original: None,
            name: name.to_owned(),
            kind,
            place: place.clone(),
            hosted: Vec::new(),
        }
    }

    fn of_source(source: &SourceReplacement) -> Self {
        let title = source.called.clone();
        Self {
            title: title.unwrap_or_else(|| source.original.title()),
            name: format!("{PREFIX}{}", source.name),
            kind: match source.original {
                SourceTable::Registry { .. } => Kind::LocalRegistry,
                SourceTable::Git { .. } => Kind::Directory,
            },
            place: source.folder.clone(),
            original: Some(source.original.clone()),
            hosted: Vec::new(),
        }
    }

    fn of_pulled(pulled: &PulledIndex) -> Self {
        let title = pulled.called.clone();
        Self {
            title: title.unwrap_or_else(|| pulled.original.title()),
            name: format!("{SERVER_PREFIX}{}", pulled.name),
            kind: Kind::Server,
            place: pulled.index.clone(),
            original: Some(pulled.original.clone()),
            hosted: Vec::new(),
        }
    }

    /// What tells cargo which source it is, and what it is replaced by.
    pub(super) fn keys(&self) -> Vec<(&'static str, String)> {
        let original = self.original.iter().flat_map(SourceTable::keys);
        original
            .chain([("replace-with", self.name.clone())])
            .collect()
    }

    /// The tables that stand in for the source: section, name, key, value. A server is named twice: cargo finds its token
    /// by the registry of that name, and what reads cargo's config for itself, such as cargo-deny and cargo-audit, follows
    /// to a source only.
    pub(super) fn stands(&self) -> Vec<(&'static str, &str, &'static str, &str)> {
        let tables: &[(&str, &str)] = match self.kind {
            Kind::LocalRegistry => &[("source", "local-registry")],
            Kind::Directory => &[("source", "directory")],
            Kind::Server => &[("source", "registry"), ("registries", "index")],
        };
        let tables = tables.iter();
        let stands =
            tables.map(|(section, key)| (*section, self.name.as_str(), *key, self.place.as_str()));
        let hosted = self.hosted.iter();
        let hosted = hosted.map(|it| ("registries", it.name.as_str(), "index", it.index.as_str()));
        stands.chain(hosted).collect()
    }
}

/// A table, its values as they are written.
#[derive(Debug)]
struct Written {
    section: String,
    title: String,
    keys: Vec<(String, String)>,
}

/// Our block, its values as they are written.
#[derive(Debug)]
pub struct Block {
    begin: String,
    befores: Vec<(String, String)>,
    tables: Vec<Written>,
}

impl Block {
    pub(super) fn new(begin: &str, links: &[(Link, Way<'_>)]) -> Self {
        let mut block = Self {
            begin: begin.to_owned(),
            befores: Vec::new(),
            tables: Vec::new(),
        };
        for (link, way) in links {
            match way {
                Way::InBlock => block.tables.push(Written {
                    section: "source".to_owned(),
                    title: link.title.clone(),
                    keys: link
                        .keys()
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), quoted(&value)))
                        .collect(),
                }),
                Way::ByLine => {}
                Way::Before(raw) => {
                    block.befores.push((link.title.clone(), (*raw).to_owned()));
                }
            }
            for (section, name, key, value) in link.stands() {
                block.tables.push(Written {
                    section: section.to_owned(),
                    title: name.to_owned(),
                    keys: vec![(key.to_owned(), quoted(value))],
                });
            }
        }
        block
    }

    pub(super) fn render(&self, newline: &str) -> String {
        let befores = self.befores.iter().map(|(title, raw)| {
            let of_crates_io = title == CRATES_IO;
            let source = (!of_crates_io).then(|| format!("source.{}.", key(title)));
            format!(
                "{BEFORE}{}replace-with = {raw}\n",
                source.unwrap_or_default()
            )
        });
        let tables = self.tables.iter().map(|table| {
            let header = format!("[{}.{}]\n", table.section, key(&table.title));
            let keys = table.keys.iter();
            let keys = keys.map(|(key, raw)| format!("{key} = {raw}\n"));
            header + &keys.collect::<String>()
        });
        let (begin, befores) = (&self.begin, befores.collect::<String>());
        let tables = tables.collect::<Vec<String>>().join("\n");
        format!("{begin}\n{befores}{tables}{END}\n").replace('\n', newline)
    }

    /// Reads what stands between our two comments, both included. Whoever wants to know whether it is as we wrote it
    /// renders it again and compares.
    pub(super) fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        let begin = text.lines().next()?.to_owned();
        let befores = text.lines().skip(1).map_while(former);
        let befores = befores.map(|(title, raw)| (title, raw.to_owned()));
        let mut tables: Vec<(Range<usize>, Written)> = Vec::new();
        for (section, item) in document.iter() {
            for (title, item) in item.as_table()? {
                let table = item.as_table().filter(|table| has_header(table))?;
                let written = written(section, title, table, text)?;
                tables.push((table.span()?, written));
            }
        }
        tables.sort_by_key(|(span, _)| span.start);
        let block = Self {
            begin,
            befores: befores.collect(),
            tables: tables.into_iter().map(|(_, table)| table).collect(),
        };
        let server = block.server();
        let is_ours = |table: &Written| table.is_ours() || table.is_hosted_by(server.as_deref());
        block.tables.iter().all(is_ours).then_some(block)
    }

    /// The index of the server that stands in for crates.io, if one does.
    fn server(&self) -> Option<String> {
        let mut tables = self.tables.iter();
        let table = tables.find(|table| table.section == "registries" && table.title == SERVER)?;
        Some(value_of(&table.keys.first()?.1)?.as_str()?.to_owned())
    }

    /// The registries of that server.
    pub(super) fn hosted(&self) -> Vec<HostedIndex> {
        let server = self.server();
        let tables = self.tables.iter();
        let hosted = tables.filter(|table| table.is_hosted_by(server.as_deref()));
        hosted
            .filter_map(|table| {
                let index = value_of(&table.keys.first()?.1)?.as_str()?.to_owned();
                let name = table.title.clone();
                Some(HostedIndex { name, index })
            })
            .collect()
    }

    /// The names of what stands in for sources, with their sections.
    pub(super) fn stands(&self) -> impl Iterator<Item = (&str, &str)> {
        let server = self.server();
        let tables = self.tables.iter();
        tables
            .filter(move |table| {
                is_name_of_ours(&table.section, &table.title)
                    || table.is_hosted_by(server.as_deref())
            })
            .map(|table| (table.section.as_str(), table.title.as_str()))
    }
}

fn written(section: &str, title: &str, table: &Table, text: &str) -> Option<Written> {
    let keys = table.iter().map(|(key, item)| {
        let raw = text.get(item.as_value()?.span()?)?;
        Some((key.to_owned(), raw.to_owned()))
    });
    Some(Written {
        section: section.to_owned(),
        title: title.to_owned(),
        keys: keys.collect::<Option<_>>()?,
    })
}

impl Written {
    /// Whether it is a registry of a server that stands in for crates.io. Another that the user has put here is the user's.
    fn is_hosted_by(&self, server: Option<&str>) -> bool {
        let index = match self.keys.as_slice() {
            [(key, raw)] if key == "index" => value_of(raw),
            _ => None,
        };
        let index = index.as_ref().and_then(toml::Value::as_str);
        server.is_some()
            && self.section == "registries"
            && index.is_some_and(|index| is_hosted_index(&self.title, index))
    }

    /// Whether it is of the kind that we write: what users put between our comments is theirs.
    fn is_ours(&self) -> bool {
        let keys: Vec<&str> = self.keys.iter().map(|(key, _)| key.as_str()).collect();
        if is_name_of_ours(&self.section, &self.title) {
            return matches!(keys.as_slice(), [key]
                if keys_of_stand(&self.section, &self.title).contains(key));
        }
        let target = self.keys.last().and_then(|(_, raw)| value_of(raw));
        let replaced = target
            .as_ref()
            .and_then(toml::Value::as_str)
            .is_some_and(|name| may_replace(&self.title, name));
        let kind = match keys.as_slice() {
            ["replace-with"] => self.title == CRATES_IO,
            ["registry" | "git", "replace-with"]
            | ["git", "branch" | "tag" | "rev", "replace-with"] => self.title != CRATES_IO,
            _ => false,
        };
        self.section == "source" && kind && replaced
    }
}

/// Whether a server would host a registry of this name at this address. The names of what stands in for sources are taken.
pub fn is_hosted_index(name: &str, index: &str) -> bool {
    !is_name_of_ours("registries", name) && index.ends_with(&format!("/registries/{name}/index/"))
}

/// The keys of a table that stands in for a source.
pub fn keys_of_stand(section: &str, name: &str) -> &'static [&'static str] {
    match section {
        "source" if name == SERVER => &["registry"],
        // A host may be called `server`.
        "source" if name.starts_with(SERVER_PREFIX) => &["registry", "local-registry", "directory"],
        "source" => &["local-registry", "directory"],
        _ => &["index"],
    }
}

/// Whether a table of this name is one that we would write to stand in for a source.
pub fn is_name_of_ours(section: &str, name: &str) -> bool {
    match section {
        "source" => name == NAME || name.starts_with(PREFIX),
        "registries" => name == SERVER || name.starts_with(SERVER_PREFIX),
        _ => false,
    }
}

/// Whether we would replace a source of this title by a source of that name.
pub fn may_replace(title: &str, name: &str) -> bool {
    if title == CRATES_IO {
        name == NAME || name == SERVER
    } else {
        name.starts_with(PREFIX) && name != SERVER
    }
}

/// The title and the former value in the comment that keeps it, however it is spaced now.
pub fn former(line: &str) -> Option<(String, &str)> {
    let rest = line.strip_prefix(BEFORE)?;
    let document = Document::parse(rest).ok()?;
    let (title, value) = match only(document.as_item())? {
        ("replace-with", value) => (CRATES_IO, value),
        ("source", titles) => {
            let (title, table) = only(titles)?;
            let (_, value) = only(table).filter(|(key, _)| *key == "replace-with")?;
            (title, value)
        }
        _ => return None,
    };
    Some((title.to_owned(), rest.get(value.as_value()?.span()?)?))
}

fn only(item: &Item) -> Option<(&str, &Item)> {
    let mut entries = item.as_table_like()?.iter();
    entries.next().filter(|_| entries.next().is_none())
}

pub fn value_of(raw: &str) -> Option<toml::Value> {
    values(&format!("value = {raw}"))?.remove("value")
}

/// A part of a key, in quotes where TOML wants them.
pub fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}
