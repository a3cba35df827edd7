//! On the disk for certain: what was written is made to survive a power cut, many files at a time.
//!
//! One flush of a whole file system costs about as much as a flush of one file, because both write the journal once. Linux
//! has a call for it; elsewhere the files are flushed one by one, several at once.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::parallel;
use crate::io::fs::trace::{self, FlushScope};
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// Flushes these files below `folder`, their data and their names; at best everything on their file system.
pub fn files(folder: &Path, files: impl FnOnce() -> Vec<PathBuf>) -> Result<()> {
    if file_system(folder)? {
        return Ok(());
    }
    let files = files();
    each(&files)?;
    let folders: BTreeSet<&Path> = files
        .iter()
        .flat_map(|path| path.ancestors().skip(1))
        .filter(|above| above.starts_with(folder))
        .collect();
    folders.into_iter().try_for_each(self::folder)
}

/// Flushes everything on the file system of `folder`. `false`: this system cannot.
#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> Result<bool> {
    trace::flush(FlushScope::Everything, || {
        let opened = File::open(folder).map_err(io_error(Action::Flush, folder))?;
        match rustix::fs::syncfs(&opened) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => Ok(false),
            Err(cause) => Err(io_error(Action::Flush, folder)(cause.into())),
        }
    })
}

#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the call that can fail is Linux's"
)]
fn file_system(_folder: &Path) -> Result<bool> {
    Ok(false)
}

/// Flushes one file. One that is gone needs none: its folder knows.
pub fn file(path: &Path) -> Result<()> {
    trace::flush(FlushScope::File(path), || {
        // Windows flushes only what is open for writing.
        let file = OpenOptions::new().append(true).open(path);
        let flushed = file.and_then(|file| file.sync_all());
        if_there(flushed.map_err(io_error(Action::Flush, path))).map(drop)
    })
}

/// Flushes the names in a folder. Where folders cannot be flushed (Windows), their file system does it by itself.
pub fn folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    trace::flush(FlushScope::Folder(path), || {
        File::open(path)
            .and_then(|folder| folder.sync_all())
            .map_err(io_error(Action::Flush, path))
    })
}

/// Flushes wait for the disk, not for a core: more at once than there are cores lets it order them.
fn each(paths: &[PathBuf]) -> Result<()> {
    const THREADS: usize = 16;
    parallel::at_once(THREADS, paths, |path| file(path))
        .into_iter()
        .collect()
}

/// Takes room for so many bytes for a file, without changing how long it is.
#[cfg(target_os = "linux")]
pub fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    Ok(fallocate(file, FallocateFlags::KEEP_SIZE, 0, bytes)?)
}

#[cfg(not(target_os = "linux"))]
pub fn reserve(_file: &File, _bytes: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_can_be_flushed_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let paths: Vec<PathBuf> = (0..40)
            .map(|number| inner.join(number.to_string()))
            .collect();
        for path in &paths {
            std::fs::write(path, "bytes").unwrap();
        }
        each(&paths).unwrap();
        self::folder(&inner).unwrap();
        files(folder.path(), || paths).unwrap();
        file(&inner.join("absent")).unwrap();
    }
}
