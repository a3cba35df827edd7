//! Where everything lies below a mirror's folder.

use std::fs::{self};
use std::path::Path;

use crate::io::store::git;
use crate::model::error::{Error, Result};
use crate::model::source::id::CRATES_IO_FOLDER;

/// The folders of a mirror that sources have. Those below `git/` are directory sources, all others local registries.
pub fn sources(mirror: &Path) -> Vec<String> {
    let mut found = registries(mirror);
    found.extend(git::folders(mirror));
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
        Err(Error::NotAMirror(mirror.to_owned()))
    }
}
