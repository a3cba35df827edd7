//! `cargo package`: the real cargo makes a `.crate` of a folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::io::cargo::command::{Cargo, scratch};
use crate::io::fs::error::io_error;
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// Packages that cargo has made, in a folder that goes with this.
#[derive(Debug)]
pub struct Packaged {
    pub files: Vec<PathBuf>,
    _folder: TempDir,
}

impl Cargo {
    /// Packages what is in `folder`, without a trial build: whoever adds a package has built it.
    pub fn package(&self, folder: &Path) -> Result<Packaged> {
        let scratch = scratch()?;
        let mut arguments: Vec<OsString> = ["package", "--no-verify", "--quiet", "--target-dir"]
            .map(OsString::from)
            .to_vec();
        arguments.push(scratch.path().into());
        let command = self.toolchain.cargo(folder).command();
        if let Some(said) = self.start(command, &arguments, folder)? {
            return Err(self.failed("package", &said, folder));
        }
        let made = scratch.path().join("package");
        let entries = std::fs::read_dir(&made).map_err(io_error(Action::List, &made))?;
        let files = entries.flatten().map(|entry| entry.path());
        let is_package = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "crate");
        let mut files: Vec<PathBuf> = files.filter(is_package).collect();
        files.sort();
        Ok(Packaged {
            files,
            _folder: scratch,
        })
    }
}
