//! A git source's folder in the mirror: a cargo directory source.
//!
//! ```text
//! <mirror>/git/<source>/source.json                   what belongs here, and which revision it is (model::source::git_record)
//! <mirror>/git/<source>/.tree-<hash>/                 all files of the commit; cargo passes over hidden folders
//! <mirror>/git/<source>/.tree-<hash>/<folder>/.cargo-checksum.json      in the folder of each package: what cargo checks
//! <mirror>/git/<source>/.tree-<hash>.json             the list of the tree's files: what we check (model::source::git_record)
//! <mirror>/git/<source>/<name>-<version>              one package: a link to `.tree-<hash>/<folder>`
//! <mirror>/.mirror/tmp/<process>/<n>/                 where a tree is written (io::store::git_tree_writer)
//! ```
//!
//! A build therefore finds everything it would find in the author's checkout: files of the repository outside of the
//! package's folder, and nested packages. Where links cannot be made, each package is a copied folder instead.
//!
//! A tree is immutable. Adding a package, or replacing a damaged one, writes a new tree, whose name differs if its content
//! does; the new links are renamed over the old ones, and the old tree is removed last.
//!
//! The order of writes is that of every source: the files of a tree, flushed; its name; the links; the record, flushed.
//! Neither a kill nor a power cut leaves half a package under its name, and everything in the record is on disk.
//!
//! Each file carries the seal of its checksum (see `io::store::registry`), so a run with nothing to do reads one list for each source
//! and only calls `stat` on the rest. A list carries the mark while the record may not include it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{
    self, create_dir_all, read, rename, rename_folder, test_kill, write_new,
};
use crate::io::fs::links;
use crate::io::mirror::layout::git_sources;
use crate::io::store::git_check::{CheckLevel, CheckResult, look, look_tree};
use crate::io::store::git_package_writer::WrittenPackage;
use crate::io::store::git_tree_writer::{WrittenTree, target};
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::{is_marked, seal};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{BadRecord, CHECKSUMS, GitRecord, Layout, MAX_FILE, RECORD};
use crate::model::source::id::GitSource;
use crate::model::units::timestamp::Timestamp;

/// Lists of files, and their checksums.
pub type Lists = Vec<(PathBuf, Sha256)>;

/// The folder of a package within its source.
pub fn package_folder(id: &CrateId) -> String {
    format!("{}-{}", id.name, id.version)
}

/// One git source's folder in a mirror.
pub struct GitFolder<'a> {
    pub(super) store: &'a RegistryStore,
    /// Within the mirror.
    pub name: String,
    pub path: PathBuf,
}

/// New content of a source.
pub enum Content {
    /// These packages, each a folder of its own, beside those that are there.
    Copies(Vec<WrittenPackage>),
    /// The tree of its commit, with all packages that are known to be wanted of it.
    Tree(WrittenTree),
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

    /// Moves packages into place and records them. Returns the sources to which another run has added packages meanwhile
    /// that this content lacks: it has to be made again.
    pub fn place_packages(&self, made: Vec<(GitSource, Content)>) -> Result<Vec<GitSource>> {
        let files: Vec<PathBuf> = (made.iter())
            .flat_map(|(_, content)| content.files())
            .collect();
        self.flush(&files)?;
        test_kill("git-flushed");
        let _held = self.hold()?;
        let mut quarantine = Quarantine::new(self.private.parent().unwrap_or(&self.private));
        let mut placed = Vec::new();
        let mut late = Vec::new();
        for (source, content) in made {
            let folder = self.git(&source.folder());
            let sealed = match content {
                Content::Copies(made) => folder.place(&source, made, &mut quarantine)?,
                Content::Tree(made) => folder.place_tree(&source, &made, &mut quarantine)?,
            };
            match sealed {
                Some(sealed) => placed.push((folder, sealed)),
                None => late.push(source),
            }
        }
        let records: Vec<PathBuf> = (placed.iter())
            .map(|(folder, _)| folder.path.join(RECORD))
            .collect();
        self.flush(&records)?;
        for (folder, lists) in placed {
            for (list, checksum) in lists {
                self.seal_list(&list, &checksum);
            }
            folder.sweep_trees()?;
        }
        Ok(late)
    }

    /// Notes that a list belongs to what is recorded, on disk.
    pub(super) fn seal_list(&self, list: &Path, checksum: &Sha256) {
        let time = if self.flushes() {
            seal(checksum)
        } else {
            std::time::SystemTime::UNIX_EPOCH
        };
        let _ = file::set_modified(list, time);
    }
}

impl Content {
    /// All its files, for systems that flush them one by one.
    fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::Copies(made) => made.iter().flat_map(WrittenPackage::files).collect(),
            Self::Tree(made) => {
                let written = made.written.iter();
                // A link cannot be opened; the folder that it is in is flushed.
                written
                    .map(|path| made.root.join(path))
                    .filter(|path| cfg!(target_os = "linux") || !links::is_link(path))
                    .collect()
            }
        }
    }
}

impl GitFolder<'_> {
    /// The record of what belongs here. `None` if there is none.
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

    pub(super) fn list_path(&self, id: &CrateId) -> PathBuf {
        self.package_path(id).join(CHECKSUMS)
    }

    /// Whether a run was about to record or remove this package when it ended.
    pub fn is_marked(&self, id: &CrateId) -> bool {
        let marked = |path: &Path| fs::metadata(path).is_ok_and(|meta| is_marked(&meta));
        marked(&self.list_path(id))
            || self
                .tree_of(id)
                .is_some_and(|tree| self.is_tree_marked(&tree))
    }

    /// Which of these packages are not here or not whole.
    pub fn lacking(
        &self,
        ids: &BTreeSet<CrateId>,
        record: &GitRecord,
        depth: CheckLevel,
    ) -> Result<BTreeSet<CrateId>> {
        let Layout::Tree { list, folders, .. } = &record.layout else {
            let mut lacking = BTreeSet::new();
            for id in ids {
                if !self.holds(id, record, depth)? {
                    lacking.insert(id.clone());
                }
            }
            return Ok(lacking);
        };
        let linked = |id: &CrateId| {
            let folder = folders.get(id);
            folder.is_some_and(|folder| self.leads_to(id, &target(list, folder)))
        };
        let lacking: BTreeSet<CrateId> = ids.iter().filter(|id| !linked(id)).cloned().collect();
        if lacking.len() == ids.len() {
            return Ok(lacking);
        }
        let looked = look_tree(&self.tree_path(list), list, depth)?;
        if !looked.faults.is_empty() {
            return Ok(ids.clone());
        }
        self.sync(&looked);
        Ok(lacking)
    }

    /// Whether a package that is a folder of its own is here and whole.
    fn holds(&self, id: &CrateId, record: &GitRecord, depth: CheckLevel) -> Result<bool> {
        let checksum = record.packages.get(id);
        let (Some(checksum), Layout::Copies) = (checksum, &record.layout) else {
            return Ok(false);
        };
        let path = self.package_path(id);
        if links::is_link(&path) {
            return Ok(false);
        }
        let looked = look(&path, checksum, depth)?;
        if !looked.faults.is_empty() {
            return Ok(false);
        }
        self.sync(&looked);
        Ok(true)
    }

    /// Flushes and seals the files that a check has found correct.
    fn sync(&self, looked: &CheckResult) {
        if !self.store.flushes() || looked.unsealed.is_empty() {
            return;
        }
        let paths = looked.unsealed.iter().map(|(path, _)| path.clone());
        let paths: Vec<PathBuf> = paths.collect();
        // A mirror that may only be read can be neither flushed nor sealed: it is hashed each time.
        if self.store.flush(&paths).is_ok() {
            for (path, checksum) in &looked.unsealed {
                let _ = file::set_modified(path, seal(checksum));
            }
        }
    }

    /// The lock must be held. Returns the lists that are to be sealed once the record is flushed; `None` where packages
    /// would be lost.
    fn place(
        &self,
        source: &GitSource,
        made: Vec<WrittenPackage>,
        quarantine: &mut Quarantine,
    ) -> Result<Option<Lists>> {
        create_dir_all(&self.path)?;
        let mut record = GitRecord::of(source);
        if let Some(former) = self.record_of(source)? {
            if former.layout == Layout::Copies {
                record = former;
            } else if !former
                .packages
                .keys()
                .all(|id| made.iter().any(|made| made.id == *id))
            {
                return Ok(None);
            }
        }
        let mut lists = Vec::new();
        for made in made {
            let path = self.package_path(&made.id);
            // What another run has made meanwhile, or a run that was killed had not recorded yet.
            let same = fs::symlink_metadata(&path).is_ok()
                && !links::is_link(&path)
                && look(&path, &made.checksum, CheckLevel::Hash)?
                    .faults
                    .is_empty();
            if !same {
                let name = package_folder(&made.id);
                self.put_folder(&made.folder, &name, &made.files(), quarantine)?;
                test_kill("git-package-renamed");
            }
            lists.push((self.list_path(&made.id), made.checksum));
            record.packages.insert(made.id, made.checksum);
        }
        self.write_record(&record)?;
        Ok(Some(lists))
    }

    /// Gives a folder with these files in it its name here. A damaged folder of that name changes places with it where the
    /// system can do that, so a kill in between leaves a name that builds find, and goes into quarantine.
    pub(super) fn put_folder(
        &self,
        from: &Path,
        name: &str,
        files: &[PathBuf],
        quarantine: &mut Quarantine,
    ) -> Result<()> {
        let place = self.path.join(name);
        let within_mirror = Path::new(&self.name).join(name);
        if fs::symlink_metadata(&place).is_err() {
            return rename_folder(from, &place, files);
        }
        if links::is_link(&place) && !file::exchange(from, &place) {
            // A link has nothing to keep.
            links::remove(&place)?;
            return rename_folder(from, &place, files);
        }
        if links::is_link(from) {
            return links::remove(from);
        }
        if file::exchange(from, &place) {
            test_kill("git-exchanged");
            quarantine.take_from(from, &within_mirror)?;
            test_kill("git-quarantined");
            return Ok(());
        }
        quarantine.take(&within_mirror)?;
        test_kill("git-quarantined");
        rename_folder(from, &place, files)
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
            entries => entries.map_err(io_error(Action::List, &self.path))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry
                .map_err(io_error(Action::List, &self.path))?
                .file_name();
            let name = name.to_string_lossy().into_owned();
            if name != RECORD {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
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

/// The package that a folder name stands for: a version contains dots, a crate name does not.
pub fn package_of(folder: &str) -> Option<CrateId> {
    let dot = folder.find('.')?;
    let hyphen = folder[..dot].rfind('-')?;
    let id = CrateId::parse(&folder[..hyphen], &folder[hyphen + 1..]).ok()?;
    (package_folder(&id) == folder).then_some(id)
}
