//! A git source's folder in the mirror: a cargo directory source.
//!
//! ```text
//! <mirror>/git/<source>/source.json                        what belongs here, and which revision it is (model::git_record)
//! <mirror>/git/<source>/<name>-<version>/                  one package, as cargo wants it
//! <mirror>/git/<source>/<name>-<version>/.cargo-checksum.json
//! <mirror>/.mirror/tmp/<process>/<n>/                      where a package grows
//! ```
//!
//! The order is that of every source: the files of a package, flushed; its folder's name; its entry in the record, flushed.
//! So neither a kill nor a power cut leaves half a package under its name, and what the record speaks of is on disk.
//!
//! Each file bears the seal of its checksum (see `io::store`), so a run with nothing to do reads one list a package and
//! otherwise only looks. The list bears the mark as long as the record may not speak of the package.

use crate::io::mirror::layout::git_sources;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{
    self, create_dir_all, read, rename, rename_folder, set_open_modified, test_kill, write_new,
};
use crate::io::fs::trace::{self, Change};
use crate::io::store::git_check::{CheckLevel, look};
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::{is_marked, mark, seal};
use crate::model::error::{Error, Result};
use crate::model::package::checksum::{Hashing, Sha256};
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{
    BadRecord, CHECKSUMS, Checksums, GitRecord, MAX_FILE, RECORD,
};
use crate::model::source::id::GitSource;
use crate::model::units::timestamp::Timestamp;

/// A package is no larger.
const MAX_PACKAGE: u64 = 4 << 30;

/// The folder of a package within its source.
pub fn package_folder(id: &CrateId) -> String {
    format!("{}-{}", id.name, id.version)
}

/// One git source's folder in a mirror.
pub struct GitFolder<'a> {
    store: &'a RegistryStore,
    /// Within the mirror.
    pub name: String,
    pub path: PathBuf,
}

/// A package that is whole, beside its place.
pub struct WrittenPackage {
    pub id: CrateId,
    pub bytes: u64,
    folder: PathBuf,
    checksum: Sha256,
}

impl RegistryStore {
    /// The folder of a git source, by its name within the mirror.
    pub fn git(&self, name: &str) -> GitFolder<'_> {
        let mirror = self.private.parent().unwrap_or(&self.private);
        GitFolder {
            store: self,
            name: name.to_owned(),
            path: mirror.join(name),
        }
    }

    /// Begins a package.
    pub fn begin_package(&self, id: &CrateId) -> Result<PackageWriter> {
        let folder = self.temporary()?;
        fs::create_dir(&folder).map_err(io_error("create the folder", &folder))?;
        Ok(PackageWriter {
            id: id.clone(),
            folder,
            sealed: self.flushes(),
            checksums: Checksums::default(),
            bytes: 0,
        })
    }

    /// Gives packages their places and their entries in the records of their sources.
    pub fn place_packages(&self, made: Vec<(GitSource, Vec<WrittenPackage>)>) -> Result<()> {
        let files: Vec<PathBuf> = made
            .iter()
            .flat_map(|(_, made)| made)
            .flat_map(WrittenPackage::files)
            .collect();
        self.flush(&files)?;
        test_kill("git-flushed");
        let _held = self.hold()?;
        let mut quarantine = Quarantine::new(self.private.parent().unwrap_or(&self.private));
        let mut written = Vec::new();
        let mut lists = Vec::new();
        for (source, made) in made {
            let folder = self.git(&source.folder());
            let list = |made: &WrittenPackage| (folder.list_path(&made.id), made.checksum);
            lists.extend(made.iter().map(list));
            written.extend(folder.place(&source, made, &mut quarantine)?);
        }
        self.flush(&written)?;
        for (list, checksum) in lists {
            let time = if self.flushes() {
                seal(&checksum)
            } else {
                std::time::SystemTime::UNIX_EPOCH
            };
            let _ = file::set_modified(&list, time);
        }
        Ok(())
    }
}

/// A package that grows.
pub struct PackageWriter {
    id: CrateId,
    folder: PathBuf,
    sealed: bool,
    checksums: Checksums,
    bytes: u64,
}

impl PackageWriter {
    /// Adds a file; `path` is within the package, and checked.
    pub fn add(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MAX_PACKAGE {
            return Err(Error::TooLarge {
                path: PathBuf::from(package_folder(&self.id)),
                limit: MAX_PACKAGE,
            });
        }
        let (file, checksum) = self.write(path, bytes, executable)?;
        if self.sealed {
            // The package gets its name only after it is flushed, so nobody sees the seal before it holds.
            // Without it a file is hashed again by the next run; that is no reason to fail.
            let _ = set_open_modified(&self.folder.join(path), &file, seal(&checksum));
        }
        test_kill("git-file-written");
        let files = &mut self.checksums.files;
        files.insert(path.to_owned(), checksum.to_string());
        Ok(())
    }

    fn write(&self, path: &str, bytes: &[u8], executable: bool) -> Result<(File, Sha256)> {
        let mut hashing = Hashing::default();
        hashing.update(bytes);
        let checksum = hashing.finish();
        let whole = self.folder.join(path);
        let failed = || io_error("write", &whole);
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

    /// Writes the list of the files.
    pub fn finish(self) -> Result<WrittenPackage> {
        // Texts can always be written.
        let list = serde_json::to_vec(&self.checksums).unwrap_or_default();
        let (file, checksum) = self.write(CHECKSUMS, &list, false)?;
        let _ = set_open_modified(&self.folder.join(CHECKSUMS), &file, mark());
        test_kill("git-file-written");
        Ok(WrittenPackage {
            bytes: self.bytes,
            id: self.id,
            folder: self.folder,
            checksum,
        })
    }
}

impl WrittenPackage {
    /// All its files, for systems that flush them one by one.
    fn files(&self) -> Vec<PathBuf> {
        let list = self.folder.join(CHECKSUMS);
        let checksums = read(&list, MAX_FILE).ok();
        let checksums = checksums.and_then(|text| serde_json::from_slice::<Checksums>(&text).ok());
        let files = checksums.unwrap_or_default().files;
        let inner = files.keys().map(|path| self.folder.join(path));
        inner.chain(std::iter::once(list.clone())).collect()
    }
}

impl GitFolder<'_> {
    /// What belongs here. `None` where nothing is recorded.
    pub fn record(&self) -> Result<Option<Result<GitRecord, BadRecord>>> {
        let text = if_there(read(&self.path.join(RECORD), MAX_FILE))?;
        Ok(text.map(|text| GitRecord::parse(&text)))
    }

    /// The record if it is one of this source.
    pub fn record_of(&self, source: &GitSource) -> Result<Option<GitRecord>> {
        let empty = GitRecord::of(source);
        Ok(self.record()?.and_then(Result::ok).filter(|record| {
            (&record.source, &record.revision) == (&empty.source, &empty.revision)
        }))
    }

    pub fn package_path(&self, id: &CrateId) -> PathBuf {
        self.path.join(package_folder(id))
    }

    fn list_path(&self, id: &CrateId) -> PathBuf {
        self.package_path(id).join(CHECKSUMS)
    }

    /// Whether a run had a package in hand: it was about to be recorded, or to go.
    pub fn is_marked(&self, id: &CrateId) -> bool {
        fs::metadata(self.list_path(id)).is_ok_and(|meta| is_marked(&meta))
    }

    /// Whether a package is here and whole.
    pub fn holds(&self, id: &CrateId, record: &GitRecord, depth: CheckLevel) -> Result<bool> {
        let Some(checksum) = record.packages.get(id) else {
            return Ok(false);
        };
        let looked = look(&self.package_path(id), checksum, depth)?;
        if !looked.faults.is_empty() {
            return Ok(false);
        }
        if self.store.flushes() && !looked.unsealed.is_empty() {
            let paths: Vec<PathBuf> = looked
                .unsealed
                .iter()
                .map(|(path, _)| path.clone())
                .collect();
            // A mirror that may only be read can be neither flushed nor sealed: it is hashed each time.
            if self.store.flush(&paths).is_ok() {
                for (path, checksum) in &looked.unsealed {
                    let _ = file::set_modified(path, seal(checksum));
                }
            }
        }
        Ok(true)
    }

    /// The lock must be held. Returns what is to be flushed.
    fn place(
        &self,
        source: &GitSource,
        made: Vec<WrittenPackage>,
        quarantine: &mut Quarantine,
    ) -> Result<Vec<PathBuf>> {
        create_dir_all(&self.path)?;
        let mut record = self
            .record_of(source)?
            .unwrap_or_else(|| GitRecord::of(source));
        for made in made {
            let path = self.package_path(&made.id);
            let there = fs::symlink_metadata(&path).is_ok();
            // What another run has made meanwhile, or a run that was killed had not recorded yet.
            let same = there
                && look(&path, &made.checksum, CheckLevel::Hash)?
                    .faults
                    .is_empty();
            if !same {
                if there {
                    quarantine.take(Path::new(&format!(
                        "{}/{}",
                        self.name,
                        package_folder(&made.id)
                    )))?;
                    test_kill("git-quarantined");
                }
                rename_folder(&made.folder, &path, &made.files())?;
                test_kill("git-package-renamed");
            }
            record.packages.insert(made.id, made.checksum);
        }
        self.write_record(&record)?;
        Ok(vec![self.path.join(RECORD)])
    }

    /// Replaces the record. The lock must be held.
    pub fn write_record(&self, record: &GitRecord) -> Result<()> {
        let temporary = self.store.temporary()?;
        write_new(&temporary, &record.render())?;
        test_kill("git-record-written");
        self.store.flush(std::slice::from_ref(&temporary))?;
        rename(&temporary, &self.path.join(RECORD))?;
        test_kill("git-record-renamed");
        Ok(())
    }

    /// The names of what is in the folder besides the record, sorted.
    pub fn list(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.path) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(io_error("list", &self.path))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(io_error("list", &self.path))?.file_name();
            let name = name.to_string_lossy().into_owned();
            if name != RECORD {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Removes packages: their entries, then their folders. Nobody may be adding meanwhile.
    pub fn remove(&self, ids: &[&CrateId], removed: impl Fn(&CrateId)) -> Result<()> {
        let _held = self.store.hold()?;
        let lists: Vec<PathBuf> = ids.iter().map(|id| self.list_path(id)).collect();
        for list in &lists {
            let _ = file::set_modified(list, mark());
        }
        self.store.flush(&lists)?;
        if let Some(Ok(mut record)) = self.record()? {
            let before = record.packages.len();
            record.packages.retain(|id, _| !ids.contains(&id));
            if record.packages.is_empty() {
                file::remove(&self.path.join(RECORD))?;
                self.store.flush(&[self.path.join(RECORD)])?;
            } else if record.packages.len() != before {
                self.write_record(&record)?;
                self.store.flush(&[self.path.join(RECORD)])?;
            }
            test_kill("git-record-shortened");
        }
        for id in ids {
            let path = self.package_path(id);
            if path.exists() {
                // Out of cargo's sight first: it must never see half of one.
                let aside = self.store.temporary()?;
                rename_folder(&path, &aside, &[])?;
                test_kill("git-package-aside");
                fs::remove_dir_all(&aside).map_err(io_error("remove", &aside))?;
            }
            removed(id);
        }
        // Fails, as it should, where something is left in it.
        let _ = fs::remove_dir(&self.path);
        Ok(())
    }
}

/// What other folders of the mirror have of a source, whatever its revision.
pub fn other_revisions(
    store: &RegistryStore,
    mirror: &Path,
    source: &GitSource,
) -> BTreeMap<String, GitRecord> {
    let identity = GitRecord::of(source).source;
    let records = git_sources(mirror).into_iter().filter_map(|name| {
        let record = store.git(&name).record().ok()??.ok()?;
        Some((name, record))
    });
    records
        .filter(|(_, record)| record.source == identity && record.revision != source.revision)
        .collect()
}

/// The bytes of all files below a folder.
pub fn size(folder: &Path) -> u64 {
    let mut total = 0;
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => waiting.push(entry.path()),
                Ok(meta) => total += meta.len(),
                Err(_) => {}
            }
        }
    }
    total
}

/// When a package arrived, or was last let go of: by the list of its files.
pub fn since(list: &Path) -> Timestamp {
    fs::metadata(list)
        .map(|meta| changed(&meta))
        .unwrap_or_default()
}

/// When anything about a file last changed. Modification times are seals.
#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> Timestamp {
    use std::os::unix::fs::MetadataExt;
    Timestamp(u64::try_from(meta.ctime()).unwrap_or_default())
}

/// When a file was made.
#[cfg(not(unix))]
fn changed(meta: &fs::Metadata) -> Timestamp {
    meta.created().map(Timestamp::from).unwrap_or_default()
}

/// Changes a file in nothing but the time of its last change.
pub fn touch(path: &Path) {
    if let Ok(modified) = fs::metadata(path).and_then(|meta| meta.modified()) {
        let _ = file::set_modified(path, modified);
    }
}

/// The package that a folder is of by its name: a version has dots and a name has none.
pub fn package_of(folder: &str) -> Option<CrateId> {
    let dot = folder.find('.')?;
    let hyphen = folder[..dot].rfind('-')?;
    let id = CrateId::parse(&folder[..hyphen], &folder[hyphen + 1..]).ok()?;
    (package_folder(&id) == folder).then_some(id)
}
