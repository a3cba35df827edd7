//! A package of a git source that is a folder of its own, written beside its place until it is whole.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::io::fs::error::io_error;
use crate::io::fs::file::{create_dir_all, read, set_open_modified, test_kill};
use crate::io::fs::links;
use crate::io::fs::trace::{self, Change};
use crate::io::store::git::package_folder;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::{mark, seal};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{CHECKSUMS, Checksums, MAX_FILE};

/// A package is no larger.
const MAX_PACKAGE: u64 = 4 << 30;

/// A complete package in the staging folder.
pub struct WrittenPackage {
    pub id: CrateId,
    pub bytes: u64,
    pub(super) folder: PathBuf,
    pub(super) checksum: Sha256,
}

impl RegistryStore {
    /// Begins a package that is a folder of its own.
    pub fn begin_package(&self, id: &CrateId) -> Result<PackageWriter> {
        let folder = self.temporary()?;
        fs::create_dir(&folder).map_err(io_error(Action::Create, &folder))?;
        Ok(PackageWriter {
            writing: Writing::new(&package_folder(id), folder, self.flushes()),
            id: id.clone(),
        })
    }
}

/// A folder that is being filled with files.
pub struct Writing {
    /// What it is, in messages.
    pub(super) what: String,
    pub(super) folder: PathBuf,
    sealed: bool,
    /// The SHA-256 and the length of each file.
    pub(super) files: BTreeMap<String, (Sha256, u64)>,
    bytes: u64,
}

impl Writing {
    pub(super) fn new(what: &str, folder: PathBuf, sealed: bool) -> Self {
        Self {
            what: what.to_owned(),
            folder,
            sealed,
            files: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Adds a file; `path` is within the folder, and checked.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<Sha256> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MAX_PACKAGE {
            return Err(Error::Fs(FsError::TooLarge {
                path: PathBuf::from(&self.what),
                limit: MAX_PACKAGE,
            }));
        }
        let (file, checksum) = self.write(path, bytes, executable)?;
        if self.sealed {
            // What it is part of gets its name only after it is flushed, so nobody sees the seal before it holds.
            // Without it a file is hashed again by the next run; that is no reason to fail.
            let whole = links::below(&self.folder, path);
            let _ = set_open_modified(&whole, &file, seal(&checksum));
        }
        test_kill("git-file-written");
        let entry = (checksum, bytes.len() as u64);
        self.files.insert(path.to_owned(), entry);
        Ok(checksum)
    }

    pub(super) fn write(
        &mut self,
        path: &str,
        bytes: &[u8],
        executable: bool,
    ) -> Result<(File, Sha256)> {
        let checksum = Sha256::of(bytes);
        let whole = links::below(&self.folder, path);
        let failed = || io_error(Action::Write, &whole);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // The umask applies.
            options.mode(if executable { 0o777 } else { 0o666 });
        }
        #[cfg(not(unix))]
        let _ = executable;
        let mut file = match options.open(&whole) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                create_dir_all(whole.parent().unwrap_or(&self.folder))?;
                options.open(&whole).map_err(failed())?
            }
            opened => opened.map_err(failed())?,
        };
        file.write_all(bytes).map_err(failed())?;
        trace::done(Change::Write(&whole, bytes));
        Ok((file, checksum))
    }
}

/// A package that is being written.
pub struct PackageWriter {
    id: CrateId,
    writing: Writing,
}

impl PackageWriter {
    /// Adds a file; `path` is within the package, and checked.
    pub fn add(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<()> {
        self.writing.add(path, bytes, executable).map(drop)
    }

    /// Writes the list of the files.
    pub fn finish(mut self) -> Result<WrittenPackage> {
        let files = self.writing.files.iter();
        let list = Checksums {
            files: files
                .map(|(path, (checksum, _))| (path.clone(), checksum.to_string()))
                .collect(),
            package: None,
        };
        // Texts can always be written.
        let list = serde_json::to_vec(&list).unwrap_or_default();
        let (file, checksum) = self.writing.write(CHECKSUMS, &list, false)?;
        let folder = self.writing.folder;
        let _ = set_open_modified(&folder.join(CHECKSUMS), &file, mark());
        test_kill("git-file-written");
        Ok(WrittenPackage {
            bytes: self.writing.bytes,
            id: self.id,
            folder,
            checksum,
        })
    }
}

impl WrittenPackage {
    /// All its files, for systems that flush them one by one.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let list = self.folder.join(CHECKSUMS);
        let checksums = read(&list, MAX_FILE).ok();
        let checksums = checksums.and_then(|text| serde_json::from_slice::<Checksums>(&text).ok());
        let files = checksums.unwrap_or_default().files;
        let inner = files.keys().map(|path| self.folder.join(path));
        inner.chain(std::iter::once(list.clone())).collect()
    }
}
