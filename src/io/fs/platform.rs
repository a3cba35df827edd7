//! Where a user's things are on this platform.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};

pub fn data_folder() -> Option<PathBuf> {
    dirs::data_dir()
}

pub fn home_folder() -> Option<PathBuf> {
    dirs::home_dir()
}

pub fn current_folder() -> Result<PathBuf> {
    std::env::current_dir().map_err(io_error(Action::Find, Path::new(".")))
}

/// How many columns the terminal has that standard output goes to. Nothing where it goes elsewhere.
pub fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// All of standard input, as text of at most `limit` bytes.
pub fn standard_input(limit: u64) -> Result<String> {
    let path = Path::new("standard input");
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(limit + 1)
        .read_to_string(&mut text)
        .map_err(io_error(Action::Read, path))?;
    if text.len() as u64 > limit {
        Err(Error::Fs(FsError::TooLarge {
            path: path.to_owned(),
            limit,
        }))
    } else {
        Ok(text)
    }
}

/// Hands over all of standard input, piece by piece.
pub fn copy_standard_input(mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let path = Path::new("standard input");
    let mut input = std::io::stdin().lock();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match input
            .read(&mut buffer)
            .map_err(io_error(Action::Read, path))?
        {
            0 => return Ok(()),
            read => take(&buffer[..read])?,
        }
    }
}

/// Where a user's settings are.
pub fn config_folder() -> Option<PathBuf> {
    dirs::config_dir()
}

/// How many bytes are free on the file system of a folder. `None` where the system does not say.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let there = folder.ancestors().find(|folder| folder.exists())?;
        let found = rustix::fs::statvfs(there).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        None
    }
}

/// Lets this process have as many files open as the system allows it: each connection is one. Says how many that are.
pub fn allow_many_files() -> usize {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // What there is must do then.
        let _ = setrlimit(Resource::Nofile, limit);
        let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        usize::try_from(allowed).unwrap_or(usize::MAX)
    }
    // What macOS gives to a program that does not ask for more.
    #[cfg(not(any(target_os = "linux", windows)))]
    return 256;
    #[cfg(windows)]
    usize::MAX
}

/// How many files the file system of a folder has room for; `None` where this system cannot say, or it has no such bound.
pub fn free_files(folder: &Path) -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let there = folder.ancestors().find(|folder| folder.exists())?;
        let found = rustix::fs::statvfs(there).ok()?;
        (found.f_files > 0).then_some(found.f_favail)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        None
    }
}
