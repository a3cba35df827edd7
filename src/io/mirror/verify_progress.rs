//! How far a `verify` under way is.

use std::fs::{self};
use std::path::{Path, PathBuf};

use crate::io::fs::file::read;
use crate::io::mirror::layout::Mirror;

/// Where a `verify` that is under way notes how far it is.
pub fn cursor_path(mirror: &Path) -> PathBuf {
    Mirror::at(mirror).verify_progress()
}

/// Writes beside and renames. A mirror that may only be read has no cursor.
pub fn write_cursor(path: &Path, text: &[u8]) {
    let beside = path.with_extension("new");
    if fs::write(&beside, text).is_ok() {
        let _ = fs::rename(&beside, path);
    }
}

pub fn read_cursor(path: &Path) -> Option<Vec<u8>> {
    read(path, 64 << 20).ok()
}

pub fn remove_cursor(path: &Path) {
    let _ = fs::remove_file(path);
}
