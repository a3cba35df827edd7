//! What stands in a source's folder, whatever put it there: listed, looked at, hashed; and moved into quarantine.

use std::ffi::OsString;
use std::fs::{self, DirEntry, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{read, rename};
use crate::io::fs::hash::hash;
use crate::io::mirror::layout::{MARKER, PRIVATE};
use crate::io::store::edit::{Durability, IndexEdit, NewText};
use crate::io::store::registry::RegistryStore;
use crate::io::store::revision::{CrateFile, entries};
use crate::io::store::staging_dir::sweep;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::index::file::MAX_FILE;
use crate::model::package::checksum::Sha256;

/// Enough to keep a processor busy between two system calls.
pub const BUFFER: usize = 128 << 10;

/// Files that hosts and file managers put into folders; nobody is hurt by them.
const HARMLESS: [&str; 6] = [
    ".gitignore",
    ".gitattributes",
    ".nojekyll",
    ".DS_Store",
    "desktop.ini",
    "lost+found",
];

/// What file names are told by: eight bytes each, and others in each process.
#[derive(Clone, Default)]
pub struct NameKeys(RandomState);

impl NameKeys {
    pub fn key(&self, file_name: &str) -> u64 {
        self.0.hash_one(file_name)
    }
}

/// The file names of a source's folder, eight bytes each.
pub struct Listing {
    keys: NameKeys,
    /// Sorted.
    crates: Vec<u64>,
    /// What is neither a `.crate` nor the index.
    pub unexpected: Vec<OsString>,
}

impl Listing {
    pub fn len(&self) -> usize {
        self.crates.len()
    }

    pub fn is_empty(&self) -> bool {
        self.crates.is_empty()
    }

    pub fn key(&self, file_name: &str) -> u64 {
        self.keys.key(file_name)
    }

    /// The keys of the listed files that are not among `claimed`, and those of `claimed` that are not listed. Both sorted.
    pub fn compare(&self, mut claimed: Vec<u64>) -> (Vec<u64>, Vec<u64>) {
        claimed.sort_unstable();
        claimed.dedup();
        let (mut unclaimed, mut lacking) = (Vec::new(), Vec::new());
        let mut claimed = claimed.into_iter().peekable();
        for listed in self.crates.iter().copied() {
            while let Some(less) = claimed.next_if(|key| *key < listed) {
                lacking.push(less);
            }
            if claimed.next_if_eq(&listed).is_none() {
                unclaimed.push(listed);
            }
        }
        lacking.extend(claimed);
        (unclaimed, lacking)
    }
}

/// What lies where files grow, and is nobody's who lives.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Folders of processes that were killed.
    pub orphaned: Vec<String>,
    pub foreign: Vec<String>,
}

impl RegistryStore {
    /// Lists the folder without keeping its names.
    pub fn list(&self) -> Result<Listing> {
        self.list_by(&NameKeys::default())
    }

    /// The same, by keys that were chosen before.
    pub fn list_by(&self, keys: &NameKeys) -> Result<Listing> {
        let mut listing = Listing {
            keys: keys.clone(),
            crates: Vec::with_capacity(self.most_crates()),
            unexpected: Vec::new(),
        };
        for entry in self.own_entries()? {
            let name = entry?.file_name();
            match name.to_str() {
                Some("index" | MARKER) => {}
                Some(name) if is_crate(name) => {
                    listing.crates.push(keys.key(name));
                }
                Some(name) if HARMLESS.contains(&name) => {}
                _ => listing.unexpected.push(name),
            }
        }
        listing.crates.sort_unstable();
        Ok(listing)
    }

    /// More crates than there may be here, by the size of the folder itself. A list with room for so many never has to be copied
    /// to a larger place, and room that nothing is written into takes no memory.
    pub fn most_crates(&self) -> usize {
        /// No file system needs fewer bytes for a name.
        const NAME: u64 = 16;
        const MOST: u64 = 8 << 20;
        let size = fs::metadata(&self.folder).map_or(0, |meta| meta.len());
        usize::try_from((size / NAME).min(MOST)).unwrap_or_default()
    }

    /// The names behind some keys of a listing.
    pub fn names_of(&self, listing: &Listing, keys: &[u64]) -> Result<Vec<String>> {
        let names = self
            .own_entries()?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let crates = names.filter(|name| is_crate(name));
        Ok(crates
            .filter(|name| keys.binary_search(&listing.key(name)).is_ok())
            .collect())
    }

    /// A folder of the index: its subfolders and its files, sorted. `path` is within `index/`.
    pub fn index_folder(&self, path: &str) -> Result<(Vec<OsString>, Vec<OsString>)> {
        let folder = self.folder.join("index").join(path);
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in entries(&folder)?.into_iter().flatten() {
            let entry = entry?;
            let name = entry.file_name();
            let known = path.is_empty() && name == "config.json";
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(name);
            } else if !known && !name.to_str().is_some_and(|name| HARMLESS.contains(&name)) {
                files.push(name);
            }
        }
        folders.sort();
        files.sort();
        Ok((folders, files))
    }

    /// The text of an index file, by its path within `index/`.
    pub fn index_text(&self, path: &str) -> Result<Option<Vec<u8>>> {
        if_there(read(&self.folder.join("index").join(path), MAX_FILE as u64))
    }

    /// What is in the folder, which must be there.
    fn own_entries(&self) -> Result<impl Iterator<Item = Result<DirEntry>>> {
        let gone = || io_error(Action::List, &self.folder)(ErrorKind::NotFound.into());
        entries(&self.folder)?.ok_or_else(gone)
    }

    /// Looks at a `.crate` without reading it.
    pub fn look_at(&self, file_name: &str) -> io::Result<CrateFile> {
        fs::metadata(self.folder.join(file_name)).map(CrateFile)
    }

    /// Hashes a `.crate` with a buffer of the caller's; also tells how many bytes it has.
    pub fn hash_file(&self, file_name: &str, buffer: &mut [u8]) -> io::Result<(Sha256, u64)> {
        hash(File::open(self.folder.join(file_name))?, buffer)
    }

    /// What lies where files grow and is nobody's who lives, within the mirror, sorted.
    pub fn leftovers(&self) -> Leftovers {
        let mut left = Leftovers::default();
        let entries = fs::read_dir(self.private.join("tmp")).into_iter().flatten();
        for entry in entries.flatten() {
            let path = entry.path();
            let lock = OpenOptions::new()
                .read(true)
                .write(true)
                .open(path.join("lock"));
            let shown = format!("{PRIVATE}/tmp/{}", entry.file_name().to_string_lossy());
            match lock {
                Ok(lock) if lock.try_lock().is_ok() => left.orphaned.push(shown),
                Ok(_) => {}
                Err(_) if path.join("lock").exists() => {}
                // A lock is the first that a process puts into its folder, and the last that a sweep takes out.
                Err(_) => {
                    let empty = |mut entries: fs::ReadDir| entries.next().is_none();
                    if !fs::read_dir(&path).is_ok_and(empty) {
                        left.foreign.push(shown);
                    }
                }
            }
        }
        left.orphaned.sort();
        left.foreign.sort();
        left
    }

    /// Whether another process has files growing right now.
    pub fn others_write(&self) -> bool {
        let entries = fs::read_dir(self.private.join("tmp")).into_iter().flatten();
        entries.flatten().any(|entry| {
            let lock = OpenOptions::new()
                .read(true)
                .write(true)
                .open(entry.path().join("lock"));
            lock.is_ok_and(|lock| lock.try_lock().is_err())
        })
    }

    pub fn sweep_leftovers(&self) {
        sweep(&self.private.join("tmp"));
    }

    /// Edits an index file by its text, under the lock. `None` leaves it alone.
    pub fn edit_index_text(
        &self,
        path: &str,
        edit: impl FnOnce(&[u8]) -> Result<Option<NewText>>,
    ) -> Result<()> {
        let held = self.lock.hold()?;
        let edit = IndexEdit::of_text(path, edit);
        self.edit_index(&held, [edit], Durability::TextFirst)?;
        Ok(())
    }

    /// Renames a `.crate`, unless something has the new name already.
    pub fn rename_crate(&self, from: &str, to: &str) -> Result<bool> {
        let to = self.folder.join(to);
        // A file system that takes both names for one has it already, and renaming puts the case right.
        let taken = to.exists() && !same(&self.folder.join(from), &to);
        if !taken {
            rename(&self.folder.join(from), &to)?;
        }
        Ok(!taken)
    }
}

#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "cargo wants it in lower case"
)]
fn is_crate(name: &str) -> bool {
    name.ends_with(".crate")
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
