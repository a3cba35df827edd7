//! What a mirror has of a git source: to its folder what an index is to a local registry.
//!
//! Cargo's directory sources know neither the revision they are of nor what belongs to them, so both are written down
//! beside the packages, where cargo does not look:
//!
//! ```text
//! {
//!   "version": 2,
//!   "source": "git+https://r.example/shared?branch=main",
//!   "revision": "0123456789abcdef0123456789abcdef01234567",
//!   "tree": "<SHA-256 of the list of the tree's files>",
//!   "folders": { "shared@0.1.0": "crates/shared" },
//!   "packages": {
//!     "shared@0.1.0": "<SHA-256 of its .cargo-checksum.json, which has that of each file>"
//!   }
//! }
//! ```
//!
//! Without `tree` and `folders` each package is a folder of its own, for file systems without symbolic links. Version 1
//! had such folders too, and left out of them what a package finds elsewhere in its repository, so it is no longer enough.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, Invalid};
use crate::model::package::tree_path::{is_below, join_exactly};
use crate::model::source::id::{GIT_FOLDER, GitSource};
use crate::model::source::raw_name;
use crate::model::url::without_credentials;

/// Its name in the folder of the source.
pub const RECORD: &str = "source.json";
/// The name of the list of a package's files, as cargo wants it.
pub const CHECKSUMS: &str = ".cargo-checksum.json";
/// Neither is larger.
pub const MAX_FILE: u64 = 64 << 20;

const VERSION: u32 = 2;
/// The version that knew no trees.
const OLD: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitRecord {
    /// What the source is, whatever its revision, without credentials.
    pub source: String,
    pub revision: String,
    pub layout: Layout,
    /// The SHA-256 of each package's list of files.
    pub packages: BTreeMap<CrateId, Sha256>,
}

/// How the packages of a source lie in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// As version 1 had them: plain folders without what is nested in them or lies outside of them.
    Old,
    /// Plain folders, whole.
    Copies,
    /// Links into the tree of the commit.
    Tree {
        /// The SHA-256 of the list of its files.
        list: Sha256,
        /// Where in it each package is, as [`raw_name`] has paths.
        folders: BTreeMap<CrateId, String>,
        /// Whether files of its own by which git would change a commit of the mirror are set aside (`io::git::work_tree`).
        committable: bool,
    },
}

impl Layout {
    /// The name of the tree, which cargo passes over.
    pub fn tree(&self) -> Option<String> {
        match self {
            Self::Tree { list, .. } => Some(tree_name(list)),
            _ => None,
        }
    }
}

/// What the names of trees begin with. Cargo passes over hidden folders of a directory source.
pub const TREE: &str = ".tree-";

/// The name of the tree with this list; with `.json` that of the list.
pub fn tree_name(list: &Sha256) -> String {
    format!("{TREE}{}", &list.to_string()[..12])
}

/// The package that a path of the tree belongs to: the one in the deepest folder above it.
pub fn owner<'a>(
    folders: impl IntoIterator<Item = (&'a CrateId, &'a String)>,
    path: &str,
) -> Option<(&'a CrateId, &'a str)> {
    folders
        .into_iter()
        .filter(|(_, folder)| is_below(path, folder))
        .max_by_key(|(_, folder)| folder.len())
        .map(|(id, folder)| (id, folder.as_str()))
}

/// Why a text is no record.
#[derive(Debug, thiserror::Error)]
pub enum BadRecord {
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("it has version {0}, and this program knows version {VERSION}")]
    Version(u32),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("it names no git source at a revision")]
    Source,
    #[error("its packages and their folders do not match")]
    Folders,
}

#[derive(Serialize, Deserialize)]
struct RecordDocument {
    version: u32,
    source: String,
    revision: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tree: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    folders: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    committable: bool,
    packages: BTreeMap<String, String>,
}

impl GitRecord {
    pub fn of(source: &GitSource) -> Self {
        Self {
            source: without_credentials(&source.identity()),
            revision: source.revision.clone(),
            layout: Layout::Copies,
            packages: BTreeMap::new(),
        }
    }

    pub fn parse(text: &[u8]) -> Result<Self, BadRecord> {
        let document: RecordDocument = serde_json::from_slice(text)?;
        if ![OLD, VERSION].contains(&document.version) {
            return Err(BadRecord::Version(document.version));
        }
        let layout = match &document.tree {
            _ if document.version == OLD => Layout::Old,
            None => Layout::Copies,
            Some(list) => Layout::Tree {
                list: Sha256::parse(list)?,
                folders: folders(&document.folders)?,
                committable: document.committable,
            },
        };
        let mut packages = BTreeMap::new();
        for (id, checksum) in &document.packages {
            let (name, version) = id.split_once('@').unwrap_or((id, ""));
            packages.insert(CrateId::parse(name, version)?, Sha256::parse(checksum)?);
        }
        let record = Self {
            source: document.source,
            revision: document.revision,
            layout,
            packages,
        };
        record.git_source().ok_or(BadRecord::Source)?;
        if let Layout::Tree { folders, .. } = &record.layout
            && !record.packages.keys().eq(folders.keys())
        {
            return Err(BadRecord::Folders);
        }
        Ok(record)
    }

    pub fn render(&self) -> Vec<u8> {
        let packages = self.packages.iter();
        let (tree, folders, committable) = match &self.layout {
            Layout::Tree {
                list,
                folders,
                committable,
            } => (Some(list.to_string()), Some(folders), *committable),
            _ => (None, None, false),
        };
        let folders = folders.into_iter().flatten();
        let document = RecordDocument {
            version: if self.layout == Layout::Old {
                OLD
            } else {
                VERSION
            },
            tree,
            committable,
            folders: folders
                .map(|(id, folder)| (id.to_string(), raw_name::escaped(folder)))
                .collect(),
            source: self.source.clone(),
            revision: self.revision.clone(),
            packages: packages
                .map(|(id, checksum)| (id.to_string(), checksum.to_string()))
                .collect(),
        };
        // Texts and numbers can always be written.
        let mut text = serde_json::to_vec_pretty(&document).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Drops packages.
    pub fn forget(&mut self, ids: &[&CrateId]) {
        self.packages.retain(|id, _| !ids.contains(&id));
        if let Layout::Tree { folders, .. } = &mut self.layout {
            folders.retain(|id, _| !ids.contains(&id));
        }
    }

    /// The source it speaks of. Its reference is as it is, not as a URL has it.
    pub fn git_source(&self) -> Option<GitSource> {
        GitSource::of_identity(&self.source, &self.revision)
    }
}

fn folders(written: &BTreeMap<String, String>) -> Result<BTreeMap<CrateId, String>, BadRecord> {
    let mut folders = BTreeMap::new();
    for (id, folder) in written {
        let (name, version) = id.split_once('@').unwrap_or((id, ""));
        let folder = raw_name::unescaped(folder).filter(|folder| {
            // Its own spelling, so that it cannot leave the tree.
            join_exactly("", folder).as_deref() == Some(&**folder)
        });
        let folder = folder.ok_or(BadRecord::Folders)?.into_owned();
        folders.insert(CrateId::parse(name, version)?, folder);
    }
    Ok(folders)
}

/// The list of everything in a tree, by which missing, edited and added files are recognised.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeList {
    /// Paths, percent-escaped, and the SHA-256 of each.
    pub files: BTreeMap<String, String>,
    /// Those of them that can be executed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub executable: BTreeSet<String>,
    /// Symbolic links, and what they lead to, both percent-escaped.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
}

/// The list of a package's files, with the SHA-256 of each.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Checksums {
    /// Paths within the package, with `/`.
    pub files: BTreeMap<String, String>,
    /// Of a `.crate`; a package of a git source was never one.
    pub package: Option<String>,
}

/// Whether a source of a mirror is one of git.
pub fn is_git(source: &str) -> bool {
    source
        .strip_prefix(GIT_FOLDER)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_as_they_are_written() {
        let text = "git+https://me:secret@r.example/a/b?branch=feat%2Fa%2Bb#0123456789abcdef0123456789abcdef01234567";
        let source = GitSource::parse(text).unwrap();
        let mut record = GitRecord::of(&source);
        let id = CrateId::parse("a", "1.0.0+x").unwrap();
        record
            .packages
            .insert(id, Sha256::parse(&"a".repeat(64)).unwrap());
        record.layout = Layout::Tree {
            list: Sha256::parse(&"b".repeat(64)).unwrap(),
            folders: record
                .packages
                .keys()
                .map(|id| (id.clone(), raw_name::text(b"crates/a\xe9%").into_owned()))
                .collect(),
            committable: true,
        };
        let text = record.render();
        assert!(!String::from_utf8_lossy(&text).contains("secret"));
        let read = GitRecord::parse(&text).unwrap();
        assert_eq!(read, record);
        // Credentials are no part of what names a folder.
        assert_eq!(read.git_source().unwrap().folder(), source.folder());
        for cut in 0..text.len() - 1 {
            assert!(GitRecord::parse(&text[..cut]).is_err());
        }
    }
}
