//! Where everything lies below a mirror's folder.

use crate::model::errors::store::StoreError;
use std::fs;
use std::path::Path;

use crate::model::error::{Error, Result};
use crate::model::source::id::{CRATES_IO_FOLDER, GIT_FOLDER};

/// The folders of a mirror that sources have. Those below `git/` are directory sources, all others local registries.
pub fn sources(mirror: &Path) -> Vec<String> {
    let mut found = registries(mirror);
    found.extend(git_sources(mirror));
    found.sort();
    found
}

/// Those of them that are local registries.
pub fn registries(mirror: &Path) -> Vec<String> {
    let mut found = Vec::new();
    if mirror.join(CRATES_IO_FOLDER).is_dir() {
        found.push(CRATES_IO_FOLDER.to_owned());
    }
    for entry in fs::read_dir(mirror.join("registries"))
        .into_iter()
        .flatten()
        .flatten()
    {
        if let (true, Ok(name)) = (entry.path().is_dir(), entry.file_name().into_string()) {
            found.push(format!("registries/{name}"));
        }
    }
    found.sort();
    found
}

/// A mirror's folder must be there before it can be looked into.
pub fn must_be_there(mirror: &Path) -> Result<()> {
    if mirror.is_dir() {
        Ok(())
    } else {
        Err(Error::Store(StoreError::NotAMirror(mirror.to_owned())))
    }
}

/// The folders of git sources in a mirror, sorted.
pub fn git_sources(mirror: &Path) -> Vec<String> {
    let entries = fs::read_dir(mirror.join(GIT_FOLDER)).into_iter().flatten();
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    let mut found: Vec<String> = folders
        .filter_map(|entry| Some(format!("{GIT_FOLDER}/{}", entry.file_name().to_str()?)))
        .collect();
    found.sort();
    found
}
