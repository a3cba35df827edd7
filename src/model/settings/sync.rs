//! `[sync]`: the copy of a registry, and what it takes.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::model::mirror::retention::Pattern;
use crate::model::settings::bad::BadSettings;
use crate::model::sync::rules::{OnRemoved, PreReleases, Selection, TopBy, VersionRule};
use crate::model::text::position;
use crate::model::toml_error;
use crate::model::units::quantity;

/// The settings of `sync`; each is an option of the command, too.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct SyncSettings {
    /// `crates-io` unless it is named: a registry of cargo's config, one of `[upstreams]`, or the address of an index.
    pub registry: Option<String>,
    /// Where files of the index and crates come from, if not from where cargo takes them.
    pub upstream: Option<String>,
    /// The git index; `none`: there is none.
    pub index_git: Option<String>,
    pub every: Option<Duration>,
    pub contact: Option<String>,
    pub on_removed: Option<OnRemoved>,
    /// At most.
    pub requests_per_second: Option<u32>,
    /// A file with names of crates, a line each.
    pub names_from: Option<PathBuf>,
    pub accept_absent: Option<bool>,
    pub select: Selection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct SyncTable {
    registry: Option<String>,
    upstream: Option<String>,
    index_git: Option<String>,
    every: Option<Spanned<String>>,
    contact: Option<Spanned<String>>,
    on_removed: Option<Spanned<String>>,
    requests_per_second: Option<Spanned<u32>>,
    names_from: Option<PathBuf>,
    accept_absent: Option<bool>,
    select: SelectTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct SelectTable {
    names: Vec<Spanned<String>>,
    exclude: Vec<Spanned<String>>,
    top: Option<usize>,
    top_by: Option<Spanned<String>>,
    categories: Vec<String>,
    versions: Option<Spanned<String>>,
    pre_releases: Option<Spanned<String>>,
    yanked: Option<Spanned<String>>,
    max_size: Option<Spanned<String>>,
    min_age: Option<Spanned<String>>,
    closure: bool,
    follow_roots: bool,
}

fn read<T>(
    text: &str,
    key: &str,
    value: Option<&Spanned<String>>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, BadSettings> {
    let read = value.map(|at| {
        parse(at.as_ref()).map_err(|cause| BadSettings {
            line: position(text, at.span().start).0,
            message: format!("`{key}`: {cause}"),
        })
    });
    read.transpose()
}

pub(super) fn sync(text: &str, table: &SyncTable) -> Result<SyncSettings, BadSettings> {
    let pace = table.requests_per_second.as_ref();
    if let Some(none) = pace.filter(|pace| *pace.as_ref() == 0) {
        return Err(BadSettings {
            line: position(text, none.span().start).0,
            message: "`requests-per-second` is at least 1".to_owned(),
        });
    }
    Ok(SyncSettings {
        registry: table.registry.clone(),
        upstream: table.upstream.clone(),
        index_git: table.index_git.clone(),
        every: read(text, "every", table.every.as_ref(), quantity::duration)?,
        contact: read(text, "contact", table.contact.as_ref(), contact)?,
        on_removed: read(text, "on-removed", table.on_removed.as_ref(), str::parse)?,
        requests_per_second: pace.map(|pace| *pace.as_ref()),
        names_from: table.names_from.clone(),
        accept_absent: table.accept_absent,
        select: select(text, &table.select)?,
    })
}

/// An address in a header: printable, and nothing that would end the comment it stands in.
pub fn contact(text: &str) -> Result<String, String> {
    let sound = |byte: u8| byte.is_ascii_graphic() && !b"()\\".contains(&byte);
    if text.is_empty() || !text.bytes().all(sound) {
        return Err("a contact is a mail address or a URL".to_owned());
    }
    Ok(text.to_owned())
}

fn select(text: &str, table: &SelectTable) -> Result<Selection, BadSettings> {
    let patterns = |key: &str, texts: &[Spanned<String>]| {
        let read = texts
            .iter()
            .map(|at| read(text, key, Some(at), Pattern::parse));
        let read: Result<Vec<Option<Pattern>>, BadSettings> = read.collect();
        read.map(|patterns| patterns.into_iter().flatten().collect())
    };
    let versions = read(
        text,
        "versions",
        table.versions.as_ref(),
        str::parse::<VersionRule>,
    )?;
    let yanked = read(text, "yanked", table.yanked.as_ref(), |word| match word {
        "all" => Ok(false),
        "none" => Ok(true),
        other => Err(format!("`{other}` is neither all nor none")),
    })?;
    Ok(Selection {
        names: patterns("names", &table.names)?,
        exclude: patterns("exclude", &table.exclude)?,
        top: table.top,
        top_by: read(text, "top-by", table.top_by.as_ref(), str::parse::<TopBy>)?
            .unwrap_or_default(),
        categories: table.categories.clone(),
        versions: versions.unwrap_or_default(),
        pre_releases: read(
            text,
            "pre-releases",
            table.pre_releases.as_ref(),
            str::parse::<PreReleases>,
        )?,
        without_yanked: yanked.unwrap_or(false),
        max_size: read(text, "max-size", table.max_size.as_ref(), quantity::bytes)?,
        min_age: read(text, "min-age", table.min_age.as_ref(), quantity::duration)?,
        closure: table.closure,
        follow_roots: table.follow_roots,
    })
}

/// Reads a selection that stands by itself, as [`selection_text`] writes it.
pub fn parse_selection(text: &str) -> Result<Selection, BadSettings> {
    let table: SelectTable = toml::from_str(text).map_err(|cause| {
        let at = cause.span().map_or(0, |span| span.start);
        let (line, _, message) = toml_error::explain(text, at, cause.message());
        BadSettings { line, message }
    })?;
    select(text, &table)
}

/// A selection with the keys of `[sync.select]`.
pub fn selection_text(selection: &Selection) -> String {
    let mut table = toml::Table::new();
    let mut put = |key: &str, value: toml::Value| drop(table.insert(key.to_owned(), value));
    let patterns =
        |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    if !selection.names.is_empty() {
        put("names", patterns(&selection.names).into());
    }
    if !selection.exclude.is_empty() {
        put("exclude", patterns(&selection.exclude).into());
    }
    if let Some(top) = selection.top {
        put("top", i64::try_from(top).unwrap_or(i64::MAX).into());
        put("top-by", selection.top_by.to_string().into());
    }
    if !selection.categories.is_empty() {
        put("categories", selection.categories.clone().into());
    }
    put("versions", selection.versions.to_string().into());
    if let Some(pre_releases) = selection.pre_releases {
        put("pre-releases", pre_releases.to_string().into());
    }
    if selection.without_yanked {
        put("yanked", "none".into());
    }
    if let Some(bytes) = selection.max_size {
        put("max-size", bytes.to_string().into());
    }
    if let Some(age) = selection.min_age {
        put("min-age", format!("{}s", age.as_secs()).into());
    }
    put("closure", selection.closure.into());
    put("follow-roots", selection.follow_roots.into());
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::file::Settings;

    const WHOLE: &str = r#"
[sync]
registry = "crates-io"
index-git = "https://r.example/index"
every = "15m"
contact = "mirror@r.example"
on-removed = "hold 60d"
requests-per-second = 200
accept-absent = true
[sync.select]
names = ["serde*", "tokio@1"]
exclude = ["*-nightly"]
top = 10000
top-by = "dependents"
versions = "last 5"
pre-releases = "none"
yanked = "none"
max-size = "20MiB"
min-age = "3d"
closure = true
"#;

    #[test]
    fn the_table_is_read_and_a_selection_reads_as_it_is_written() {
        let settings = Settings::parse(WHOLE).unwrap().sync;
        assert_eq!(settings.every, Some(Duration::from_mins(15)));
        assert_eq!(
            settings.on_removed,
            Some(OnRemoved::Hold(Duration::from_hours(1440)))
        );
        assert_eq!(settings.requests_per_second, Some(200));
        let select = settings.select;
        assert_eq!(select.top_by, TopBy::Dependents);
        assert!(select.closure && select.without_yanked && !select.follow_roots);
        assert_eq!(
            (select.versions, select.max_size),
            (VersionRule::Last(5), Some(20 << 20))
        );
        let text = selection_text(&select);
        assert_eq!(parse_selection(&text).unwrap(), select, "{text}");
        let default = Selection::default();
        assert_eq!(parse_selection(&selection_text(&default)).unwrap(), default);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, line, said) in [
            ("[sync]\n\nevery = \"soon\"", 3, "`every`"),
            ("[sync]\ncontact = \"a b\"", 2, "`contact`"),
            ("[sync]\non-removed = \"forget\"", 2, "`on-removed`"),
            ("[sync]\nrequests-per-second = 0", 2, "at least 1"),
            ("[sync.select]\nversions = \"newest\"", 2, "`versions`"),
            ("[sync.select]\nnames = [\"a\",\n\"b c\"]", 3, "`names`"),
            ("[sync.select]\nyanked = \"some\"", 2, "`yanked`"),
            ("[sync.select]\ntop-by = \"stars\"", 2, "`top-by`"),
            ("[sync.select]\nmin-age = \"3\"", 2, "`min-age`"),
            (
                "[sync.select]\nclosures = true",
                2,
                "unknown field `closures`",
            ),
        ] {
            let bad = Settings::parse(text).unwrap_err();
            assert!(bad.message.contains(said), "{text}: {bad}");
            assert_eq!(bad.line, line, "{text}: {bad}");
        }
    }
}
