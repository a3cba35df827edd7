//! Cargo's own clone of a git index.

use std::path::{Path, PathBuf};

use crate::io::fs::file;
use crate::io::git::objects::{EntryKind, Id, Objects, id};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::FsError;
use crate::model::index::file::MAX_FILE;

/// References and the list of packed ones are short.
const MAX_REFERENCES: u64 = 16 << 20;

/// One reference may name another, and that is it.
const MAX_STEPS: usize = 4;

/// Cargo's clone of an index.
#[derive(Debug, Clone)]
pub struct CargoClone {
    git: PathBuf,
}

impl CargoClone {
    /// The clone in a folder of `$CARGO_HOME/registry/index`; it need not be there.
    pub fn at(folder: &Path) -> Self {
        Self {
            git: folder.join(".git"),
        }
    }

    /// A file of the index as cargo has fetched it last.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(commit) = self.head() else {
            return Ok(None);
        };
        let objects = Objects::at(self.git.clone());
        let Some(mut folder) = objects.tree_of(&commit)? else {
            return Ok(None);
        };
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(entries) = objects.folder(&folder)? else {
                return Ok(None);
            };
            let is_last = parts.peek().is_none();
            let found = entries.into_iter().find(|entry| {
                let fits = match entry.kind {
                    EntryKind::Folder => !is_last,
                    EntryKind::File { .. } => is_last,
                    EntryKind::Link | EntryKind::Module => false,
                };
                fits && entry.name == part.as_bytes()
            });
            match found {
                None => return Ok(None),
                Some(entry) if is_last => {
                    let text = objects.file(&entry.id)?;
                    let fits = text.as_ref().is_none_or(|text| text.len() <= MAX_FILE);
                    return if fits {
                        Ok(text)
                    } else {
                        let path = self.git.join(path);
                        let limit = MAX_FILE as u64;
                        Err(Error::Fs(FsError::TooLarge { path, limit }))
                    };
                }
                Some(entry) => folder = entry.id,
            }
        }
        Ok(None)
    }

    /// The commit that cargo has fetched last (`RemoteRegistry::head`).
    fn head(&self) -> Option<Id> {
        let read = |path: &str| file::read_text(&self.git.join(path), MAX_REFERENCES).ok();
        let mut name = "refs/remotes/origin/HEAD".to_owned();
        for _ in 0..MAX_STEPS {
            let text = read(&name).or_else(|| {
                let packed = read("packed-refs")?;
                let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
                let (commit, _) = lines.find(|(_, packed)| *packed == name)?;
                Some(commit.to_owned())
            })?;
            match text.trim().strip_prefix("ref: ") {
                // The name is joined to a path.
                Some(next) if next.starts_with("refs/") && !next.contains("..") => {
                    next.clone_into(&mut name);
                }
                Some(_) => return None,
                None => return id(text.trim()),
            }
        }
        None
    }
}
