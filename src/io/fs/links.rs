//! Symbolic links, where the system has them, and names of files as git has them.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use crate::io::fs::error::io_error;
use crate::io::fs::trace::{self, Change};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::source::raw_name;

/// The path below `folder` that this text stands for (see [`raw_name`]).
pub fn below(folder: &Path, path: &str) -> PathBuf {
    if raw_name::is_utf8(path) {
        folder.join(path)
    } else {
        folder.join(native(path))
    }
}

#[cfg(unix)]
fn native(path: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(raw_name::bytes(path).into_owned()).into()
}

/// Elsewhere such names are never written.
#[cfg(not(unix))]
fn native(path: &str) -> PathBuf {
    path.into()
}

/// The text of a name, or of what a link leads to.
#[cfg(unix)]
pub fn text(name: &std::ffi::OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    raw_name::text(name.as_bytes()).into_owned()
}

/// The text of a name, or of what a link leads to, with `/`.
#[cfg(not(unix))]
pub fn text(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().replace('\\', "/")
}

/// What a link leads to. `None` where there is no link.
pub fn read(path: &Path) -> Option<String> {
    Some(text(fs::read_link(path).ok()?.as_os_str()))
}

/// Whether something is a link.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}

/// Makes a link. `to_folder` is what Windows wants to know.
pub fn make(target: &str, path: &Path, to_folder: bool) -> io::Result<()> {
    symlink(target, path, to_folder)?;
    trace::done(Change::Write(path, &raw_name::bytes(target)));
    Ok(())
}

#[cfg(unix)]
fn symlink(target: &str, path: &Path, _to_folder: bool) -> io::Result<()> {
    std::os::unix::fs::symlink(native(target), path)
}

#[cfg(windows)]
fn symlink(target: &str, path: &Path, to_folder: bool) -> io::Result<()> {
    use std::os::windows::fs::{symlink_dir, symlink_file};
    let target = target.replace('/', "\\");
    if to_folder {
        symlink_dir(target, path)
    } else {
        symlink_file(target, path)
    }
}

#[cfg(not(any(unix, windows)))]
fn symlink(_target: &str, _path: &Path, _to_folder: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether something is at a path as a link has it: absolute, or relative to `folder`, which need not be there.
pub fn leads_to_something(folder: &Path, way: &str) -> bool {
    let way = native_path(way);
    let mut whole = folder.to_owned();
    // The system cannot go up from a folder that is not there.
    for part in way.components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    fs::symlink_metadata(whole).is_ok()
}

fn native_path(path: &str) -> PathBuf {
    if cfg!(windows) {
        path.replace('/', "\\").into()
    } else {
        native(path)
    }
}

/// Removes a link to a folder.
pub fn remove(path: &Path) -> Result<()> {
    // Windows takes a link to a folder for a folder.
    fs::remove_file(path)
        .or_else(|cause| fs::remove_dir(path).map_err(|_also| cause))
        .map_err(io_error(Action::Remove, path))
}

/// Whether links can be made in a folder: FAT has none, and Windows asks for a right. `probe` is the name to try.
pub fn can_be_made(probe: &Path) -> bool {
    if forbidden() {
        return false;
    }
    let made = symlink(".", probe, true);
    let _ = made.is_ok().then(|| remove(probe));
    made.is_ok()
}

/// In debug builds only: `CARGO_MIRROR_TEST_NO_LINKS` makes this a system without links.
#[cfg(debug_assertions)]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for tests, absent from release builds"
)]
fn forbidden() -> bool {
    std::env::var_os("CARGO_MIRROR_TEST_NO_LINKS").is_some()
}

#[cfg(not(debug_assertions))]
fn forbidden() -> bool {
    false
}

/// Why a file system refuses a name: not because of its state, but because of the name. `None` for other failures.
pub fn refuses_name(error: &Error) -> Option<String> {
    use io::ErrorKind::{AlreadyExists, InvalidFilename, InvalidInput, NotADirectory};
    let Error::Fs(FsError::Io { source, .. }) = error else {
        return None;
    };
    // EILSEQ of macOS and Linux, ERROR_INVALID_NAME of Windows.
    let codes: &[i32] = if cfg!(windows) { &[123] } else { &[84, 92] };
    let code = source
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code));
    match source.kind() {
        AlreadyExists | NotADirectory => {
            Some("the file system takes its name for that of another file".to_owned())
        }
        InvalidFilename | InvalidInput => {
            Some(format!("the file system refuses its name: {source}"))
        }
        _ if code => Some(format!("the file system refuses its name: {source}")),
        _ => None,
    }
}
