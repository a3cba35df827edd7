//! Edits of index files: the one way in which their text changes.
//!
//! ```text
//! read      under the lock, so that what is read is still what is replaced
//! beside    the new text, in a file of its own
//! journal   a line in place always has its record
//! flush     one for all files of the edit
//! names     renamed over the old file, or the old file removed where no line is left
//! flush     where the caller wants it now; else the names reach the disk with the next group
//! ```
//!
//! The lock is what makes this a compare-and-swap: nobody else edits between reading and renaming. A bucket has no lock, so
//! it compares revisions; what an edit says is the same for both.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all, rename, test_kill, write_new};
use crate::io::fs::lock::LockGuard;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::{Change, IndexFile, IndexLine};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};

/// What is to stand in an index file.
#[derive(Debug, PartialEq, Eq)]
pub struct NewText {
    /// Empty: the file goes.
    pub text: Vec<u8>,
    /// The lines in it that are to be recorded in the journal.
    pub new: Vec<IndexLine>,
}

/// When an edit is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability<'f> {
    /// Text that takes the place of other text before it has its name; all names with the next group. These crates were put
    /// with the group, so they bear the mark.
    WithGroup(&'f BTreeMap<CrateId, Sha256>),
    /// The text before it has its name; the name when the system sees fit.
    TextFirst,
    /// All of it when the edit returns. These files are flushed together with the texts.
    AtOnce(&'f [PathBuf]),
}

/// A decision about the text of one index file, which has the text as it is.
type Decide<'e> = Box<dyn FnOnce(&[u8]) -> Result<Option<NewText>> + 'e>;

/// An edit of one index file.
pub(super) struct IndexEdit<'e> {
    /// Within `index/`.
    path: String,
    decide: Decide<'e>,
}

impl<'e> IndexEdit<'e> {
    /// By the text of the file; `None` leaves it alone.
    pub(super) fn of_text(
        path: &str,
        decide: impl FnOnce(&[u8]) -> Result<Option<NewText>> + 'e,
    ) -> Self {
        Self {
            path: path.to_owned(),
            decide: Box::new(decide),
        }
    }

    /// Puts lines in, in place of older ones of the same versions.
    pub(super) fn put(name: &CrateName, lines: Vec<IndexLine>) -> Self {
        Self::of_text(&name.index_path(), move |text| {
            let mut index = IndexFile::parse(text);
            let mut new = lines;
            new.retain(|line| index.put(line.clone()) != Change::Unchanged);
            Ok((!new.is_empty()).then(|| NewText {
                text: index.render(),
                new,
            }))
        })
    }

    /// Takes lines out.
    pub(super) fn take_out(name: &CrateName, ids: Vec<&'e CrateId>) -> Self {
        Self::of_text(&name.index_path(), move |text| {
            let mut index = IndexFile::parse(text);
            let before = index.lines().len();
            index.retain(|line| !ids.contains(&line.id()));
            Ok((index.lines().len() != before).then(|| NewText {
                text: index.render(),
                new: Vec::new(),
            }))
        })
    }
}

/// An edit that is ready to take its name.
struct Prepared {
    /// `None`: the file goes.
    temporary: Option<PathBuf>,
    path: PathBuf,
    replaces: bool,
    adds: bool,
}

impl RegistryStore {
    /// Edits index files, all in one go. Returns the lines that are new.
    pub(super) fn edit_index<'e>(
        &self,
        _held: &LockGuard<'_>,
        edits: impl IntoIterator<Item = IndexEdit<'e>>,
        durability: Durability<'_>,
    ) -> Result<Vec<IndexLine>> {
        let (mut prepared, mut new) = (Vec::new(), Vec::new());
        for IndexEdit { path, decide } in edits {
            let text = self.index_text(&path)?;
            let replaces = text.is_some();
            let Some(edited) = decide(&text.unwrap_or_default())? else {
                continue;
            };
            if edited.text.is_empty() && !replaces {
                continue;
            }
            let temporary = if edited.text.is_empty() {
                None
            } else {
                let temporary = self.temporary()?;
                write_new(&temporary, &edited.text)?;
                test_kill("index-temp-written");
                Some(temporary)
            };
            prepared.push(Prepared {
                temporary,
                path: self.folder.join("index").join(path),
                replaces,
                adds: !edited.new.is_empty(),
            });
            new.extend(edited.new);
        }
        // Recorded first: a line in place always has its record.
        self.record(&new)?;
        let group = match durability {
            Durability::WithGroup(put) => Some(put),
            Durability::TextFirst | Durability::AtOnce(_) => None,
        };
        let written = prepared
            .iter()
            .filter(|edit| group.is_none() || edit.replaces);
        let mut first: Vec<PathBuf> = written.filter_map(|edit| edit.temporary.clone()).collect();
        if let Durability::AtOnce(along) = durability {
            first.extend_from_slice(along);
        }
        self.flush(&first)?;
        if let Some(put) = group {
            for line in new.iter().filter(|line| !put.contains_key(line.id())) {
                self.unseal(line.id(), line.checksum());
            }
        }
        // Texts that need room come before files that go.
        prepared.sort_by_key(|edit| edit.temporary.is_none());
        for edit in &prepared {
            take_name(edit)?;
        }
        if let Durability::AtOnce(_) = durability {
            let paths: Vec<PathBuf> = prepared.into_iter().map(|edit| edit.path).collect();
            self.flush(&paths)?;
        }
        Ok(new)
    }
}

fn take_name(edit: &Prepared) -> Result<()> {
    match &edit.temporary {
        Some(temporary) => {
            if if_there(rename(temporary, &edit.path))?.is_none() {
                // Its shard has no folder yet.
                create_dir_all(edit.path.parent().unwrap_or(&edit.path))?;
                rename(temporary, &edit.path)?;
            }
        }
        None => file::remove(&edit.path)?,
    }
    test_kill(if edit.adds {
        "index-renamed"
    } else {
        "line-removed"
    });
    Ok(())
}
