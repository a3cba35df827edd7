//! The hosted registries of a mirror: their markers, and their settings in `mirror.toml`.
//!
//! ```text
//! <mirror>/registries/corp/registry.toml     the marker (model::hosting::registry)
//! <mirror>/mirror.toml                       settings (model::hosting::policy)
//! ```

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::mirror::layout::{MARKER, Mirror, registry_marker};
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::policy::HostingSettings;
use crate::model::hosting::registry::HostedRegistry;

/// Larger ones are none of ours.
const MAX_FILE: u64 = 1 << 20;

/// Keys of a registry's table in `mirror.toml` that other parts of this program read.
const READ_ELSEWHERE: [&str; 4] = ["git", "trusted-publishing", "webhooks", "dl"];

/// Whether the folder of a source, as in `registries/corp`, is that of a hosted registry.
pub fn is_hosted(mirror: &Path, folder: &str) -> bool {
    mirror.join(folder).join(MARKER).is_file()
}

/// What the marker of a registry says. `None`: there is no hosted registry of this name.
pub fn read_marker(mirror: &Path, name: &str) -> Result<Option<HostedRegistry>> {
    let path = registry_marker(mirror, name);
    let Some(text) = if_there(file::read_text(&path, MAX_FILE))? else {
        return Ok(None);
    };
    let read: Result<HostedRegistry, _> = toml::from_str(&text);
    match read {
        Ok(read) => Ok(Some(read)),
        Err(cause) => Err(unreadable(&path, cause.message())),
    }
}

/// Writes the marker: from now on the folder is a hosted registry.
pub fn write_marker(mirror: &Path, name: &str, marker: &HostedRegistry) -> Result<()> {
    let path = registry_marker(mirror, name);
    if let Some(folder) = path.parent() {
        create_dir_all(&folder.join("index"))?;
    }
    let text = toml::to_string(marker).unwrap_or_default();
    file::replace(&path, &text)
}

/// The folder of a hosted registry within the mirror.
pub fn folder_of(name: &str) -> String {
    format!("registries/{name}")
}

/// The settings of all hosted registries.
pub fn read_settings(mirror: &Path) -> Result<HostingSettings> {
    let path = Mirror::at(mirror).settings();
    let text = if_there(file::read_text(&path, MAX_FILE))?.unwrap_or_default();
    let settings: HostingSettings =
        toml::from_str(&text).map_err(|cause| unreadable(&path, cause.message()))?;
    for (name, policy) in &settings.registries {
        let unknown = |key: &&String| !READ_ELSEWHERE.contains(&key.as_str());
        if is_hosted(mirror, &folder_of(name))
            && let Some(key) = policy.others.keys().find(unknown)
        {
            let message = format!("`registries.{name}.{key}` is no setting of a hosted registry");
            return Err(unreadable(&path, &message));
        }
    }
    Ok(settings)
}

/// Sets keys of a registry's table, and leaves all else in `mirror.toml` as it stands. `values` are TOML.
pub fn write_settings(mirror: &Path, name: &str, values: &[(String, String)]) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let path = Mirror::at(mirror).settings();
    let text = if_there(file::read_text(&path, MAX_FILE))?.unwrap_or_default();
    let mut document: DocumentMut = text
        .parse()
        .map_err(|cause: toml_edit::TomlError| unreadable(&path, cause.message()))?;
    let not_a_table = |what: &str| unreadable(&path, &format!("`{what}` is no table"));
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
        let parsed: toml_edit::Value = text
            .parse()
            .map_err(|cause: toml_edit::TomlError| unreadable(&path, cause.message()))?;
        own.insert(key, value(parsed));
    }
    let text = document.to_string();
    // What cannot be read back is not written.
    let read: Result<HostingSettings, _> = toml::from_str(&text);
    if let Err(cause) = read {
        return Err(unreadable(&path, cause.message()));
    }
    create_dir_all(mirror)?;
    file::replace(&path, &text)
}

fn unreadable(path: &Path, message: &str) -> Error {
    Error::Hosting(HostingError::Unreadable {
        path: path.to_owned(),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::mirror::layout::hosted;
    use crate::model::hosting::policy::TokenNeeded;
    use crate::model::units::timestamp::Timestamp;

    #[test]
    fn settings_are_edited_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let mirror = folder.path();
        let before = "# ours\nprivate-names = [\"acme-*\"] # before it exists\n";
        std::fs::write(mirror.join("mirror.toml"), before).unwrap();
        let set = |key: &str, value: &str| {
            write_settings(mirror, "corp", &[(key.to_owned(), value.to_owned())])
        };
        set("auth", "\"all\"").unwrap();
        set("allow-public", "[\"serde\"]").unwrap();
        let text = std::fs::read_to_string(mirror.join("mirror.toml")).unwrap();
        let expected =
            format!("{before}\n[registries.corp]\nauth = \"all\"\nallow-public = [\"serde\"]\n");
        assert_eq!(text, expected);
        assert_eq!(
            read_settings(mirror).unwrap().of("corp").auth,
            TokenNeeded::All
        );
        assert!(set("auth", "\"some\"").is_err());
        assert_eq!(
            std::fs::read_to_string(mirror.join("mirror.toml")).unwrap(),
            text
        );
    }

    #[test]
    fn a_marker_makes_a_registry_and_a_misspelled_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mirror = folder.path();
        assert_eq!(read_marker(mirror, "corp").unwrap(), None);
        let marker = HostedRegistry {
            hosted: true,
            url: "sparse+https://r.example/".to_owned(),
            aliases: Vec::new(),
            created: Timestamp(1_790_000_000),
        };
        write_marker(mirror, "corp", &marker).unwrap();
        assert_eq!(read_marker(mirror, "corp").unwrap(), Some(marker));
        assert_eq!(hosted(mirror), ["corp"]);
        let settings = |text: &str| {
            std::fs::write(mirror.join("mirror.toml"), text).unwrap();
            read_settings(mirror)
        };
        assert!(settings("[registries.corp]\nauht = \"all\"").is_err());
        assert!(settings("[registries.corp]\ngit = \"somewhere\"").is_ok());
        // That of a mirrored registry is somebody else's to read.
        assert!(settings("[registries.other]\nrefresh = \"1m\"").is_ok());
    }
}
