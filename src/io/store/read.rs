//! What a server needs of a store: crates and index files opened for many readers, and cheap proof that they have not
//! changed since.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::hash::hash;
use crate::io::mirror::pruned::Pruned;
use crate::io::store::registry::RegistryStore;
use crate::io::store::revision::{Revision, entries};
use crate::io::store::stamp::{BUFFER, Seal, is_marked, seal_state};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::index::file::{IndexFile, IndexLine, find_line};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};

/// A crate that was found to be what its checksum says, opened.
#[derive(Debug)]
pub struct OpenCrate {
    pub file: File,
    pub length: u64,
    pub revision: Revision,
    pub checksum: Sha256,
}

impl OpenCrate {
    pub fn read(mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
        self.file
            .rewind()
            .and_then(|()| self.file.take(self.length).read_to_end(&mut bytes))
            .map_err(io_error(Action::Read, "a crate".as_ref()))?;
        Ok(bytes)
    }
}

/// The lines of one crate that a client may be shown, as they stand in the index: those whose bytes are here, and those
/// that a root says are pruned, since cargo resolves the whole lockfile.
#[derive(Debug, PartialEq, Eq)]
pub struct ServableLines {
    /// In version order; never empty.
    pub lines: Vec<IndexLine>,
    pub stamps: Stamps,
}

/// What an index file of the mirror is made of: its own text, the folder of the crates, and the roots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamps {
    pub file: Option<Revision>,
    pub folder: Option<Revision>,
    pub roots: Option<Revision>,
}

impl RegistryStore {
    /// Changes with the index file, with every crate that comes or goes, and with the roots.
    pub fn index_stamps(&self, name: &CrateName, pruned: &Pruned) -> Stamps {
        Stamps {
            file: Revision::at(&self.index_path(name)),
            folder: Revision::at(self.folder()),
            roots: pruned.stamp().map(Revision::from),
        }
    }

    /// Whether the file of a crate is still the one that was found right.
    pub fn is_unchanged(&self, id: &CrateId, seen: &Revision, checksum: &Sha256) -> bool {
        let meta = fs::metadata(self.crate_path(id));
        meta.is_ok_and(|meta| seen.still_holds(&meta, checksum))
    }

    pub fn has_file(&self, id: &CrateId) -> bool {
        self.crate_path(id).exists()
    }

    /// The checksum that the index here has for a version.
    pub fn line_checksum(&self, id: &CrateId) -> Result<Option<Sha256>> {
        let text = self.index_text(&id.name.index_path())?.unwrap_or_default();
        Ok(find_line(&text, id, None).map(|line| *line.checksum()))
    }

    /// Opens a crate whose bytes have this checksum. `None`: it is not here, or its bytes are others.
    pub fn open_verified(&self, id: &CrateId, checksum: &Sha256) -> Result<Option<OpenCrate>> {
        let path = self.crate_path(id);
        let Some(mut file) = if_there(File::open(&path).map_err(io_error(Action::Read, &path)))?
        else {
            return Ok(None);
        };
        let hashed = |file: &mut File| -> io::Result<(Sha256, Metadata)> {
            let (digest, _) = hash(&mut *file, &mut vec![0; BUFFER])?;
            Ok((digest, file.metadata()?))
        };
        let (actual, meta) = hashed(&mut file).map_err(io_error(Action::Read, &path))?;
        Ok((actual == *checksum).then(|| OpenCrate {
            file,
            length: meta.len(),
            revision: Revision::of(&meta),
            checksum: actual,
        }))
    }

    /// Opens a crate again that was found right before. Another file in its place is hashed.
    pub fn reopen(&self, id: &CrateId, seen: &Revision, checksum: &Sha256) -> Result<Option<File>> {
        let path = self.crate_path(id);
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?, file)));
        match if_there(opened.map_err(io_error(Action::Read, &path)))? {
            Some((meta, file)) if seen.still_holds(&meta, checksum) => Ok(Some(file)),
            Some(_) => Ok(self.open_verified(id, checksum)?.map(|opened| opened.file)),
            None => Ok(None),
        }
    }

    /// The lines of a crate whose bytes are here, or which are pruned. No others: cargo must not pick one whose bytes were
    /// lost.
    pub fn servable_lines(
        &self,
        name: &CrateName,
        folder: &str,
        pruned: &Pruned,
    ) -> Result<Option<ServableLines>> {
        // Looked at before they are read: what changes in between is read again the next time.
        let stamps = self.index_stamps(name, pruned);
        let Some(text) = self.index_text(&name.index_path())? else {
            return Ok(None);
        };
        let mut index = IndexFile::parse(&text);
        let packages = pruned.packages();
        let left_out = packages.get(folder);
        index.retain(|line| {
            let is_left_out = || left_out.is_some_and(|ids| ids.contains(line.id()));
            self.crate_path(line.id()).is_file() || is_left_out()
        });
        let lines = index.lines().to_vec();
        Ok((!lines.is_empty()).then_some(ServableLines { lines, stamps }))
    }

    /// Crates that a run which was killed has put, but not into the index, each with the checksum of its bytes. Those that
    /// are in the index but bear the mark are sealed with the next group. It looks at every file: see [`Self::killed`] first.
    pub fn unfinished(&self) -> Result<Vec<(CrateId, Sha256)>> {
        let mut found = Vec::new();
        // Anything but a seal's own time: a seal says that it is in the index.
        let any = Sha256::parse(&"0".repeat(64)).map_err(Error::from)?;
        for entry in entries(self.folder())?.into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                continue;
            };
            let meta = entry.metadata();
            let sealed = |meta: &Metadata| seal_state(meta, &any) != Seal::None;
            if meta.as_ref().is_ok_and(sealed) {
                continue;
            }
            for id in CrateId::of_file_name(name).filter(|id| id.file_name() == name) {
                match self.line_checksum(&id)? {
                    Some(checksum) if meta.as_ref().is_ok_and(is_marked) => {
                        self.holds(&id, &checksum, true)?;
                    }
                    Some(_) => {}
                    None => found.extend(self.hash(&id)?.map(|checksum| (id, checksum))),
                }
            }
        }
        Ok(found)
    }
}
