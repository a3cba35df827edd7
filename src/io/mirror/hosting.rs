//! The hosted registries of a mirror, told by their markers: `<mirror>/registries/corp/registry.toml`
//! (`model::hosting::registry`).

use std::path::Path;

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::mirror::layout::{MARKER, registry_marker};
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::registry::HostedRegistry;

/// Larger ones are none of ours.
const MAX_FILE: u64 = 1 << 20;

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
    use crate::model::units::timestamp::Timestamp;

    #[test]
    fn a_marker_makes_a_registry() {
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
    }
}
