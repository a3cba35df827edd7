//! `mirror.toml` in a mirror's folder, read anew each time that it matters, and edited key by key.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use toml_edit::{DocumentMut, Item, Table, value};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::settings::SettingsError;
use crate::model::settings::bad::BadSettings;
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

/// Settings that a process reads again and again while somebody may be editing them.
///
/// An editor that writes the file anew leaves it empty or gone for a moment, and what holds by default may be more open than
/// what it said. So once it has said something, a file that says nothing is an error.
#[derive(Debug, Default)]
pub struct WatchedSettings {
    has_said: AtomicBool,
}

impl WatchedSettings {
    /// The settings as they are now.
    pub fn read(&self, mirror: &Path) -> Result<Settings> {
        let path = Mirror::at(mirror).settings();
        let text = text(&path)?;
        let bad = |source| Error::Settings(SettingsError::Bad { path, source });
        if !text.trim().is_empty() {
            self.has_said.store(true, Ordering::Relaxed);
        } else if self.has_said.load(Ordering::Relaxed) {
            return Err(bad(BadSettings {
                line: 1,
                message: "nothing is left of what it said; a server that is to go without is started again"
                    .to_owned(),
            }));
        }
        Settings::parse(&text).map_err(bad)
    }
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
    fn watched_settings_are_not_taken_for_none_while_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let (mirror, watched) = (folder.path(), WatchedSettings::default());
        let path = mirror.join("mirror.toml");
        // One that never had any has those that hold by default.
        assert_eq!(watched.read(mirror).unwrap(), Settings::default());
        std::fs::write(&path, "[registries.corp]\nauth = \"all\"\n").unwrap();
        let auth = |settings: Settings| settings.of("corp").auth;
        assert_eq!(auth(watched.read(mirror).unwrap()), TokenNeeded::All);
        for between in [Some(""), Some(" \n"), None] {
            match between {
                Some(text) => std::fs::write(&path, text).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            assert!(watched.read(mirror).is_err(), "{between:?}");
        }
        std::fs::write(&path, "private-names = [\"a\"]\n").unwrap();
        assert_eq!(auth(watched.read(mirror).unwrap()), TokenNeeded::Publish);
    }

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
