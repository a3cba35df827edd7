//! Projects below a folder, found without entering what holds none of the user's own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// Deeper than any tree of projects; links are not followed, so this ends only what somebody made on purpose.
const MAX_DEPTH: usize = 64;

/// The folders that hold a `Cargo.toml` or a `Cargo.lock`, in and below `folder`, parents before children. Left out are
/// hidden folders, build output (`CACHEDIR.TAG`), vendored packages (`.cargo-checksum.json`), packages of JavaScript and
/// the folder `mirror`.
pub fn projects(folder: &Path, mirror: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    visit(folder, mirror, 0, &mut found)?;
    Ok(found)
}

fn visit(folder: &Path, mirror: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut folders = Vec::new();
    let mut is_project = false;
    for entry in fs::read_dir(folder).map_err(io_error(Action::List, folder))? {
        let entry = entry.map_err(io_error(Action::List, folder))?;
        let kind = entry
            .file_type()
            .map_err(io_error(Action::LookAt, folder))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() {
            if !name.starts_with('.') && name != "node_modules" && entry.path() != mirror {
                folders.push(entry.path());
            }
        } else {
            match &*name {
                "CACHEDIR.TAG" | ".cargo-checksum.json" if depth > 0 => return Ok(()),
                "Cargo.toml" | "Cargo.lock" => is_project = true,
                _ => {}
            }
        }
    }
    if is_project {
        found.push(folder.to_owned());
    }
    folders.sort();
    if depth < MAX_DEPTH {
        for folder in folders {
            visit(&folder, mirror, depth + 1, found)?;
        }
    }
    Ok(())
}
