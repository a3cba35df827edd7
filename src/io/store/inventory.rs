//! All that a source's folder holds, and its removal.
//!
//! Removing goes the other way round than adding: first the index lines, on disk for certain, then the bytes. A kill or a
//! power cut in between leaves marked bytes without a line, which cargo does not see and the next `gc` finds.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::path::PathBuf;

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, test_kill};
use crate::io::fs::lock::LockGuard;
use crate::io::store::edit::{Durability, IndexEdit};
use crate::io::store::registry::RegistryStore;
use crate::io::store::revision::{entries, since};
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, MAX_FILE};
use crate::model::mirror::retention::StoredCrate;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::timestamp::Timestamp;

impl RegistryStore {
    /// The newest version here of every crate, by the names of the files alone.
    pub fn newest_held(&self) -> Result<BTreeMap<CrateName, Version>> {
        let mut newest: BTreeMap<CrateName, Version> = BTreeMap::new();
        for entry in entries(self.folder())?.into_iter().flatten() {
            let entry = entry?;
            let name = entry.file_name();
            let Some(id) = name.to_str().and_then(crate_of) else {
                continue;
            };
            let known = newest.entry(id.name).or_insert_with(|| id.version.clone());
            if id.version > *known {
                *known = id.version;
            }
        }
        Ok(newest)
    }

    /// Every version that has a line or bytes here, sorted.
    pub fn inventory(&self) -> Result<Vec<StoredCrate>> {
        let mirror = self.private.parent().unwrap_or(&self.private);
        let folder = self.folder().strip_prefix(mirror);
        let folder = folder.unwrap_or(self.folder()).to_string_lossy();
        let folder = folder.replace('\\', "/");
        let mut held: BTreeMap<CrateId, StoredCrate> = BTreeMap::new();
        for path in self.index_files()? {
            let Some(text) = if_there(file::read(&path, MAX_FILE as u64))? else {
                continue;
            };
            for line in IndexFile::parse(&text).lines() {
                let of_line = StoredCrate {
                    folder: folder.clone(),
                    id: line.id().clone(),
                    bytes: 0,
                    yanked: line.yanked(),
                    since: Timestamp::default(),
                };
                held.insert(line.id().clone(), of_line);
            }
        }
        for entry in entries(self.folder())?.into_iter().flatten() {
            let entry = entry?;
            let name = entry.file_name();
            let Some(id) = name.to_str().and_then(crate_of) else {
                continue;
            };
            let Ok(meta) = entry.metadata() else {
                continue;
            };
            let of_bytes = held.entry(id.clone()).or_insert(StoredCrate {
                folder: folder.clone(),
                id,
                bytes: 0,
                yanked: false,
                since: Timestamp::default(),
            });
            of_bytes.bytes = meta.len();
            of_bytes.since = since(&meta);
        }
        Ok(held.into_values().collect())
    }

    /// Removes these versions: lines, then bytes. `removed` hears of each that is gone. Nobody may be adding meanwhile.
    pub fn remove(&self, ids: &[&CrateId], removed: impl Fn(&CrateId)) -> Result<()> {
        let mut names: BTreeMap<&CrateName, Vec<&CrateId>> = BTreeMap::new();
        for id in ids {
            names.entry(&id.name).or_default().push(id);
        }
        let held = self.hold()?;
        self.unlist(&held, ids, names)?;
        for id in ids {
            file::remove(&self.crate_path(id))?;
            test_kill("crate-removed");
            removed(id);
        }
        Ok(())
    }

    /// Takes the lines of these versions away, on the disk for certain.
    pub(super) fn unlist(
        &self,
        held: &LockGuard<'_>,
        ids: &[&CrateId],
        names: BTreeMap<&CrateName, Vec<&CrateId>>,
    ) -> Result<()> {
        for id in ids {
            self.mark(id);
        }
        let marked: Vec<PathBuf> = ids.iter().map(|id| self.crate_path(id)).collect();
        let edits = names.into_iter();
        let edits = edits.map(|(name, ids)| IndexEdit::take_out(name, ids));
        self.edit_index(held, edits, Durability::AtOnce(&marked))?;
        Ok(())
    }

    /// The same on a disk that is full, where an index file cannot be written anew. One that loses its last line needs no
    /// room, and makes some for the next: so it is tried crate by crate, and twice. Returns those that are gone.
    pub fn remove_without_room<'a>(&self, ids: &[&'a CrateId]) -> Result<Vec<&'a CrateId>> {
        match self.remove(ids, |_| {}) {
            Ok(()) => return Ok(ids.to_vec()),
            Err(error) if error.is_out_of_room() => {}
            Err(error) => return Err(error),
        }
        let mut names: BTreeMap<&CrateName, Vec<&'a CrateId>> = BTreeMap::new();
        for id in ids {
            names.entry(&id.name).or_default().push(id);
        }
        let mut waiting: Vec<Vec<&'a CrateId>> = names.into_values().collect();
        let mut gone = Vec::new();
        for _ in 0..2 {
            let mut still = Vec::new();
            for ids in waiting {
                match self.remove(&ids, |_| {}) {
                    Ok(()) => gone.extend(ids),
                    Err(error) if error.is_out_of_room() => still.push(ids),
                    Err(error) => return Err(error),
                }
            }
            waiting = still;
        }
        Ok(gone)
    }

    /// Notes that a root has let go of a crate: its file changes in nothing but the time of its last change.
    pub fn touch(&self, id: &CrateId) {
        let path = self.crate_path(id);
        if let Ok(modified) = fs::metadata(&path).and_then(|meta| meta.modified()) {
            let _ = file::set_modified(&path, modified);
        }
    }

    /// Removes folders of the index that nothing is in. Nobody may be adding meanwhile.
    pub fn sweep_shards(&self) -> Result<()> {
        for shard in entries(&self.folder().join("index"))?.into_iter().flatten() {
            let shard = shard?;
            let inner = entries(&shard.path()).ok().flatten();
            for inner in inner.into_iter().flatten().flatten() {
                // Fails, as it should, where something is in it or it is a file.
                let _ = fs::remove_dir(inner.path());
            }
            let _ = fs::remove_dir(shard.path());
        }
        Ok(())
    }

    /// Every file of the index.
    pub fn index_files(&self) -> Result<Vec<PathBuf>> {
        self.walk_index().collect()
    }

    /// The same, as they are found: those of a folder one after the other.
    pub fn walk_index(&self) -> IndexWalk {
        IndexWalk {
            folders: vec![(self.folder().join("index"), 1)],
            open: None,
        }
    }
}

/// The files of an index, folder by folder.
pub struct IndexWalk {
    /// Those to come, each with how deep it lies.
    folders: Vec<(PathBuf, usize)>,
    open: Option<(FolderEntries, usize)>,
}

type FolderEntries = Box<dyn Iterator<Item = Result<DirEntry>> + Send>;

impl Iterator for IndexWalk {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Self::Item> {
        /// `3/a/abc`, `ab/cd/abcd`: no index file lies deeper.
        const DEEPEST: usize = 3;
        loop {
            let Some((open, depth)) = &mut self.open else {
                let (folder, depth) = self.folders.pop()?;
                match entries(&folder) {
                    Ok(found) => {
                        self.open = found.map(|found| (Box::new(found) as FolderEntries, depth));
                    }
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            let entry = match open.next() {
                Some(Ok(entry)) => entry,
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    self.open = None;
                    continue;
                }
            };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && *depth < DEEPEST => {
                    self.folders.push((entry.path(), *depth + 1));
                }
                Ok(kind) if kind.is_file() && *depth > 1 => return Some(Ok(entry.path())),
                _ => {}
            }
        }
    }
}

/// The crate that a file belongs to by its name. A version has dots and a name has none, so the version begins after the
/// last hyphen before the first dot.
fn crate_of(file_name: &str) -> Option<CrateId> {
    let stem = file_name.strip_suffix(".crate")?;
    let dot = stem.find('.')?;
    let hyphen = stem[..dot].rfind('-')?;
    let id = CrateId::parse(&stem[..hyphen], &stem[hyphen + 1..]).ok()?;
    (id.file_name() == file_name).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_told_by_their_file_names() {
        for (name, version) in [
            ("a", "1.0.0"),
            ("foo-1", "2.0.0"),
            ("foo", "1.0.0-2.0.0"),
            ("glib-2-0-sys", "0.0.1"),
            ("PrivCrate", "0.2.1-rc.1+build-5.x"),
        ] {
            let id = CrateId::parse(name, version).unwrap();
            assert_eq!(crate_of(&id.file_name()), Some(id));
        }
        for name in [
            "a.crate",
            "a-1.0.crate",
            "a-1.0.0",
            "-1.0.0.crate",
            ".crate",
        ] {
            assert_eq!(crate_of(name), None, "{name}");
        }
    }
}
