//! The records of what was published: a file for each crate (see `model::hosting::release`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_private_dir};
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::policy::canonical;
use crate::model::hosting::release::Releases;
use crate::model::package::id::CrateName;

/// A record larger than this is none of ours.
const MAX_RECORD: u64 = 64 << 20;

/// The records of one hosted registry.
#[derive(Debug, Clone)]
pub struct ReleaseStore {
    access: PathBuf,
    folder: PathBuf,
}

impl ReleaseStore {
    pub fn of(mirror: &Path, registry: &str) -> Self {
        let mirror = Mirror::at(mirror);
        Self {
            access: mirror.access(),
            folder: mirror.releases(registry),
        }
    }

    fn path(&self, name: &CrateName) -> PathBuf {
        let canonical = canonical(name.as_str());
        self.folder.join(format!("{canonical}.json"))
    }

    /// What was published under this name, in whatever spelling.
    pub fn read(&self, name: &CrateName) -> Result<Option<Releases>> {
        let path = self.path(name);
        let Some(text) = if_there(file::read(&path, MAX_RECORD))? else {
            return Ok(None);
        };
        let read = serde_json::from_slice(&text);
        read.map(Some).map_err(|cause| {
            Error::Hosting(HostingError::Unreadable {
                path,
                message: cause.to_string(),
            })
        })
    }

    /// Writes the record, flushed. The lock of index edits must be held.
    pub fn write(&self, name: &CrateName, releases: &Releases) -> Result<()> {
        create_private_dir(&self.access)?;
        let text = serde_json::to_string_pretty(releases).unwrap_or_default();
        file::replace(&self.path(name), &(text + "\n"))
    }

    /// All names, each in the spelling that stands for all.
    pub fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .collect()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
