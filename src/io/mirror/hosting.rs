//! The hosted registries of a mirror, told by their markers: `<mirror>/registries/corp/registry.toml`
//! (`model::hosting::registry`).

use std::path::Path;

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::mirror::layout::{MARKER, hosted, registry_marker};
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::registry::HostedRegistry;
use crate::model::index::from_manifest::OwnAddresses;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::{RegistrySource, SourceId};
use crate::model::source::table::SourceTable;

/// Larger ones are none of ours.
const MAX_FILE: u64 = 1 << 20;

/// The folders of the hosted registries of a mirror, by the addresses under which lockfiles name them.
#[derive(Debug, Default)]
pub struct HostedFolders(Vec<(String, OwnAddresses)>);

impl HostedFolders {
    pub fn read(mirror: &Path) -> Result<Self> {
        let mut folders = Vec::new();
        for name in hosted(mirror) {
            if let Some(marker) = read_marker(mirror, &name)? {
                folders.push((name, marker.own()));
            }
        }
        Ok(Self(folders))
    }

    /// The name of the hosted registry that an address means, with or without the `registry+` of lockfiles.
    pub fn name_of(&self, address: &str) -> Option<&str> {
        let mut folders = self.0.iter();
        let found = folders.find(|(_, own)| own.contains(address));
        found.map(|(name, _)| name.as_str())
    }

    /// The folder of a mirror that holds the packages of a source: that of the hosted registry whose address it names, else as
    /// [`SourceId::folder`] has it.
    pub fn folder_of(&self, source: &SourceId) -> Option<String> {
        let registry = source.registry().map(RegistrySource::as_str);
        match registry.and_then(|address| self.name_of(address)) {
            Some(name) => Some(folder_of(name)),
            None => source.folder(),
        }
    }

    /// The same sources, those that are hosted here with the folder that has them.
    pub fn placed(&self, mut sources: Vec<ReplacedSource>) -> Vec<ReplacedSource> {
        for source in &mut sources {
            if let SourceTable::Registry { url } = &source.original
                && let Some(name) = self.name_of(url)
            {
                source.folder = folder_of(name);
                source.name = format!("hosted-{name}");
            }
        }
        sources
    }
}

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
    use crate::model::source::id::{CRATES_IO, CRATES_IO_FOLDER};
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
        let folders = HostedFolders::read(mirror).unwrap();
        assert_eq!(folders.name_of("sparse+https://R.example"), Some("corp"));
        assert_eq!(folders.name_of("sparse+https://r.example/other/"), None);
        let source = |url: &str| {
            let registry = RegistrySource::parse(url).unwrap();
            ReplacedSource::from(&registry)
        };
        let theirs = source("sparse+https://theirs.example/");
        let placed = vec![source("sparse+https://r.example/"), theirs.clone()];
        let placed = folders.placed(placed);
        assert_eq!(placed[0].folder, "registries/corp");
        assert_eq!(placed[1], theirs);
        let folder_of = |source: &str| folders.folder_of(&SourceId::parse(source)).unwrap();
        for address in ["sparse+https://r.example/", "sparse+https://R.example"] {
            assert_eq!(folder_of(address), "registries/corp");
        }
        assert_eq!(folder_of("sparse+https://theirs.example/"), theirs.folder);
        assert_eq!(folder_of(CRATES_IO), CRATES_IO_FOLDER);
    }
}
