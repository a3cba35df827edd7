//! What stands in a source's folder, whatever put it there: listed, looked at, hashed; and moved into quarantine.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::io::disk::{create_dir_all, if_there, io_error, read, rename};
use crate::io::git_store;
use crate::io::incoming::sweep;
use crate::io::store::{Store, mark, seal};
use crate::model::error::{Error, Result};
use crate::model::index::{IndexLine, MAX_FILE};
use crate::model::krate::{Hashing, Sha256};
use crate::model::source::CRATES_IO_FOLDER;

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

/// The folders of a mirror that sources have. Those below `git/` are directory sources, all others local registries.
pub fn sources(mirror: &Path) -> Vec<String> {
    let mut found = registries(mirror);
    found.extend(git_store::folders(mirror));
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

/// The file names of a source's folder, eight bytes each.
pub struct Listing {
    hasher: RandomState,
    /// Sorted.
    crates: Vec<u64>,
    /// What is neither a `.crate` nor the index.
    pub strays: Vec<OsString>,
}

impl Listing {
    pub fn len(&self) -> usize {
        self.crates.len()
    }

    pub fn is_empty(&self) -> bool {
        self.crates.is_empty()
    }

    pub fn key(&self, file_name: &str) -> u64 {
        self.hasher.hash_one(file_name)
    }

    /// The keys of the listed files that are not among `claimed`.
    pub fn without(&self, mut claimed: Vec<u64>) -> Vec<u64> {
        claimed.sort_unstable();
        let unclaimed = self.crates.iter().copied();
        unclaimed
            .filter(|key| claimed.binary_search(key).is_err())
            .collect()
    }
}

/// What lies where files grow, and is nobody's who lives.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// Folders of processes that were killed.
    pub of_the_dead: Vec<String>,
    pub of_strangers: Vec<String>,
}

/// What a modification time says of a `.crate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    Right,
    /// The seal of other bytes.
    Wrong,
    None,
}

impl Store {
    /// Lists the folder without keeping its names.
    pub fn list(&self) -> Result<Listing> {
        let mut listing = Listing {
            hasher: RandomState::new(),
            crates: Vec::new(),
            strays: Vec::new(),
        };
        let entries = fs::read_dir(&self.folder).map_err(io_error("list", &self.folder))?;
        for entry in entries {
            let name = entry.map_err(io_error("list", &self.folder))?.file_name();
            match name.to_str() {
                Some("index") => {}
                Some(name) if is_crate(name) => {
                    listing.crates.push(listing.hasher.hash_one(name));
                }
                Some(name) if HARMLESS.contains(&name) => {}
                _ => listing.strays.push(name),
            }
        }
        listing.crates.sort_unstable();
        Ok(listing)
    }

    /// The names behind some keys of a listing.
    pub fn names_of(&self, listing: &Listing, keys: &[u64]) -> Result<Vec<String>> {
        let entries = fs::read_dir(&self.folder).map_err(io_error("list", &self.folder))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let crates = names.filter(|name| is_crate(name));
        Ok(crates
            .filter(|name| keys.binary_search(&listing.key(name)).is_ok())
            .collect())
    }

    /// A folder of the index: its subfolders and its files, sorted. `path` is within `index/`.
    pub fn index_folder(&self, path: &str) -> Result<(Vec<OsString>, Vec<OsString>)> {
        let folder = self.folder.join("index").join(path);
        let entries = match fs::read_dir(&folder) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Default::default()),
            entries => entries.map_err(io_error("list", &folder))?,
        };
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in entries {
            let entry = entry.map_err(io_error("list", &folder))?;
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

    pub fn crate_metadata(&self, file_name: &str) -> io::Result<Metadata> {
        fs::metadata(self.folder.join(file_name))
    }

    /// Hashes a `.crate` with a buffer of the caller's; also tells how many bytes it has.
    pub fn hash_file(&self, file_name: &str, buffer: &mut [u8]) -> io::Result<(Sha256, u64)> {
        let mut file = File::open(self.folder.join(file_name))?;
        let mut hashing = Hashing::default();
        let mut length = 0;
        loop {
            match file.read(buffer) {
                Ok(0) => return Ok((hashing.finish(), length)),
                Ok(read) => {
                    hashing.update(&buffer[..read]);
                    length += read as u64;
                }
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
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
            let shown = format!(".mirror/tmp/{}", entry.file_name().to_string_lossy());
            match lock {
                Ok(lock) if lock.try_lock().is_ok() => left.of_the_dead.push(shown),
                Ok(_) => {}
                Err(_) if path.join("lock").exists() => {}
                // A lock is the first that a process puts into its folder, and the last that a sweep takes out.
                Err(_) => {
                    let empty = |mut entries: fs::ReadDir| entries.next().is_none();
                    if !fs::read_dir(&path).is_ok_and(empty) {
                        left.of_strangers.push(shown);
                    }
                }
            }
        }
        left.of_the_dead.sort();
        left.of_strangers.sort();
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

    /// Rewrites an index file under the lock: `edit` gets its text and says what is to stand there and which of it is
    /// new. An empty text removes the file. `None` leaves it alone.
    pub fn edit_index_text(
        &self,
        path: &str,
        edit: impl FnOnce(&[u8]) -> Result<Option<(Vec<u8>, Vec<IndexLine>)>>,
    ) -> Result<()> {
        let _held = self.lock.hold()?;
        let Some(text) = self.index_text(path)? else {
            return Ok(());
        };
        let Some((text, new)) = edit(&text)? else {
            return Ok(());
        };
        self.record(&new)?;
        let path = self.folder.join("index").join(path);
        if text.is_empty() {
            return fs::remove_file(&path).map_err(io_error("remove", &path));
        }
        self.replace_index(&path, &text)
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

/// What the modification time says.
pub fn seal_state(meta: &Metadata, checksum: &Sha256) -> Seal {
    let Ok(time) = meta.modified() else {
        return Seal::None;
    };
    let zero = Sha256::parse(&"0".repeat(64)).map(|zero| seal(&zero));
    let last = Sha256::parse(&"f".repeat(64)).map(|last| seal(&last));
    match (zero, last) {
        _ if time == seal(checksum) => Seal::Right,
        (Ok(first), Ok(last)) if (first..=last).contains(&time) => {
            let since = time.duration_since(first).unwrap_or_default();
            if since.subsec_nanos() == 0 && since.as_secs() % 2 == 0 {
                Seal::Wrong
            } else {
                Seal::None
            }
        }
        _ => Seal::None,
    }
}

/// Whether a run had it in hand: it was about to get its line, or to lose it, and to go.
pub fn is_marked(meta: &Metadata) -> bool {
    meta.modified().is_ok_and(|time| time == mark())
}

/// When anything about the file last changed. Modification times are seals here, so only systems that keep a time of
/// change apart from it can tell.
#[cfg(unix)]
pub fn changed_since(meta: &Metadata, since: SystemTime) -> bool {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(meta.ctime()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds + 1) >= since
}

#[cfg(not(unix))]
pub fn changed_since(_meta: &Metadata, _since: SystemTime) -> bool {
    true
}

/// A folder for what is moved out of the way in one run: `<mirror>/.mirror/quarantine/<n>/`, made when needed.
pub struct Quarantine {
    mirror: PathBuf,
    folder: Option<PathBuf>,
    /// Where things are now, within the mirror.
    pub moved: Vec<String>,
}

impl Quarantine {
    pub fn new(mirror: &Path) -> Self {
        Self {
            mirror: mirror.to_owned(),
            folder: None,
            moved: Vec::new(),
        }
    }

    /// Where `path`, which is within the mirror, goes.
    fn place(&mut self, path: &Path) -> Result<PathBuf> {
        let folder = if let Some(folder) = &self.folder {
            folder.clone()
        } else {
            let parent = self.mirror.join(".mirror/quarantine");
            create_dir_all(&parent)?;
            let mut number = fs::read_dir(&parent).into_iter().flatten().count();
            loop {
                number += 1;
                let folder = parent.join(number.to_string());
                match fs::create_dir(&folder) {
                    Ok(()) => break self.folder.insert(folder).clone(),
                    Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
                    Err(cause) => return Err(io_error("create the folder", &folder)(cause)),
                }
            }
        };
        let place = folder.join(path);
        create_dir_all(place.parent().unwrap_or(&folder))?;
        let shown = place.strip_prefix(&self.mirror).unwrap_or(&place);
        let shown = shown.to_string_lossy().replace('\\', "/");
        if !self.moved.contains(&shown) {
            self.moved.push(shown);
        }
        Ok(place)
    }

    /// Moves a file or folder.
    pub fn take(&mut self, path: &Path) -> Result<()> {
        let from = self.mirror.join(path);
        if fs::symlink_metadata(&from).is_err_and(|cause| cause.kind() == ErrorKind::NotFound) {
            return Ok(());
        }
        let place = self.place(path)?;
        rename(&from, &place)
    }

    /// Keeps a line that is about to be dropped from the index file at `path`.
    pub fn keep_line(&mut self, path: &Path, raw: &[u8]) -> Result<()> {
        let place = self.place(path)?;
        let file = OpenOptions::new().create(true).append(true).open(&place);
        file.and_then(|mut file| {
            file.write_all(raw)?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .map_err(io_error("write", &place))
    }
}

/// Where a `verify` that is under way notes how far it is.
pub fn cursor_path(mirror: &Path) -> PathBuf {
    mirror.join(".mirror").join("verify")
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

/// A mirror's folder must be there before it can be looked into.
pub fn must_be_there(mirror: &Path) -> Result<()> {
    if mirror.is_dir() {
        Ok(())
    } else {
        Err(Error::NotAMirror(mirror.to_owned()))
    }
}
