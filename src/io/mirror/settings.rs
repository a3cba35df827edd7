//! `mirror.toml` in a mirror's folder, read anew each time that it matters.

use std::path::Path;

use crate::io::fs::error::if_there;
use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::settings::SettingsError;
use crate::model::settings::Settings;

/// A larger one is none of ours.
const MAX_SETTINGS: u64 = 1 << 20;

/// What the file says beside `[serve]`, each value by its whole key and as TOML.
pub fn others(mirror: &Path) -> Result<Vec<(String, String)>> {
    // What it may say was checked with its lines.
    read(mirror)?;
    let path = Mirror::at(mirror).settings();
    let text = if_there(file::read_text(&path, MAX_SETTINGS))?.unwrap_or_default();
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
    let text = if_there(file::read_text(&path, MAX_SETTINGS))?.unwrap_or_default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Settings::parse(text).map_err(|source| Error::Settings(SettingsError::Bad { path, source }))
}
