//! `mirror.toml` in a mirror's folder, read anew each time that it matters, and edited key by key.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::settings::SettingsError;
use crate::model::settings::file::Settings;

/// A larger one is none of ours.
const MAX_SETTINGS: u64 = 1 << 20;

/// What the file says beside `[serve]`, each value by its whole key and as TOML.
pub fn others(mirror: &Path) -> Result<Vec<(String, String)>> {
    // What it may say was checked with its lines.
    read(mirror)?;
    let text = text(&Mirror::at(mirror).settings())?;
    let mut table: toml::Table = text.parse().unwrap_or_default();
    table.remove("serve");
    let mut found = Vec::new();
    flatten("", &table, &mut found);
    Ok(found)
}

fn flatten(above: &str, table: &toml::Table, found: &mut Vec<(String, String)>) {
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => flatten(&format!("{above}{key}."), inner, found),
            value => found.push((format!("{above}{key}"), value.to_string())),
        }
    }
}

/// The settings of a mirror; those that hold by default where it has no such file.
pub fn read(mirror: &Path) -> Result<Settings> {
    let path = Mirror::at(mirror).settings();
    let text = text(&path)?;
    Settings::parse(&text).map_err(|source| Error::Settings(SettingsError::Bad { path, source }))
}

/// The text of the file, without a mark of its byte order; empty where there is none.
fn text(path: &Path) -> Result<String> {
    let text = if_there(file::read_text(path, MAX_SETTINGS))?.unwrap_or_default();
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// Sets keys of a registry's table, and leaves all else in `mirror.toml` as it stands. `values` are TOML.
pub fn write_registry(mirror: &Path, name: &str, values: &[(String, String)]) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let path = Mirror::at(mirror).settings();
    let text = text(&path)?;
    // What cannot be read is not edited: so all tables below are tables.
    read(mirror)?;
    let refused = |message: String| SettingsError::Refused {
        path: path.clone(),
        message,
    };
    let mut document: DocumentMut = text
        .parse()
        .map_err(|cause: toml_edit::TomlError| refused(cause.to_string()))?;
    let not_a_table = |what: &str| refused(format!("`{what}` is no table"));
    let registries = document.entry("registries").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let registries = registries
        .as_table_like_mut()
        .ok_or_else(|| not_a_table("registries"))?;
    let own = registries
        .entry(name)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()
        .ok_or_else(|| not_a_table(name))?;
    for (key, text) in values {
        let parsed: toml_edit::Value = text.parse().map_err(|cause: toml_edit::TomlError| {
            refused(format!("`{key}`: {}", cause.message()))
        })?;
        own.insert(key, value(parsed));
    }
    let text = document.to_string();
    // What cannot be read back is not written.
    Settings::parse(&text).map_err(|cause| refused(cause.message))?;
    create_dir_all(mirror)?;
    file::replace(&path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::hosting::settings::TokenNeeded;

    #[test]
    fn settings_are_edited_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let mirror = folder.path();
        let before = "# ours\nprivate-names = [\"acme-*\"] # before it exists\n";
        std::fs::write(mirror.join("mirror.toml"), before).unwrap();
        let set = |key: &str, value: &str| {
            write_registry(mirror, "corp", &[(key.to_owned(), value.to_owned())])
        };
        set("auth", "\"all\"").unwrap();
        set("allow-public", "[\"serde\"]").unwrap();
        let text = std::fs::read_to_string(mirror.join("mirror.toml")).unwrap();
        let expected =
            format!("{before}\n[registries.corp]\nauth = \"all\"\nallow-public = [\"serde\"]\n");
        assert_eq!(text, expected);
        assert_eq!(read(mirror).unwrap().of("corp").auth, TokenNeeded::All);
        assert!(set("auth", "\"some\"").is_err());
        assert_eq!(
            std::fs::read_to_string(mirror.join("mirror.toml")).unwrap(),
            text
        );
    }
}
