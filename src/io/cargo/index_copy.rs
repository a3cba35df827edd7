//! A copy of a part of an index, for the real cargo to resolve by where it cannot read the registry itself.

use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{create_dir_all, write_new};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::id::CrateName;

/// A local registry without crates, gone when it is dropped: resolving reads the index alone.
#[derive(Debug)]
pub struct IndexCopy {
    folder: tempfile::TempDir,
}

impl IndexCopy {
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cargo-mirror-").tempdir();
        let folder = folder.map_err(io_error(
            Action::CreateIn,
            Path::new("the temporary folder"),
        ))?;
        let copy = Self { folder };
        create_dir_all(&copy.path().join("index"))?;
        Ok(copy)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn add(&self, name: &CrateName, text: &[u8]) -> Result<()> {
        let path = self.path().join("index").join(name.index_path());
        if let Some(shard) = path.parent() {
            create_dir_all(shard)?;
        }
        write_new(&path, text)
    }
}
