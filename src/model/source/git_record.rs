//! What a mirror has of a git source: to its folder what an index is to a local registry.
//!
//! Cargo's directory sources know neither the revision they are of nor what belongs to them, so both are written down
//! beside the packages, where cargo does not look:
//!
//! ```text
//! {
//!   "version": 1,
//!   "source": "git+https://r.example/shared?branch=main",
//!   "revision": "0123456789abcdef0123456789abcdef01234567",
//!   "packages": {
//!     "shared@0.1.0": "<SHA-256 of its .cargo-checksum.json, which has that of each file>"
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, Invalid};
use crate::model::source::id::{GIT_FOLDER, GitSource};
use crate::model::url::without_credentials;

/// Its name in the folder of the source.
pub const RECORD: &str = "source.json";
/// The name of the list of a package's files, as cargo wants it.
pub const CHECKSUMS: &str = ".cargo-checksum.json";
/// Neither is larger.
pub const MAX_FILE: u64 = 64 << 20;

const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitRecord {
    /// What the source is, whatever its revision, without credentials.
    pub source: String,
    pub revision: String,
    /// The SHA-256 of each package's list of files.
    pub packages: BTreeMap<CrateId, Sha256>,
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
}

#[derive(Serialize, Deserialize)]
struct RecordDocument {
    version: u32,
    source: String,
    revision: String,
    packages: BTreeMap<String, String>,
}

impl GitRecord {
    pub fn of(source: &GitSource) -> Self {
        Self {
            source: without_credentials(&source.identity()),
            revision: source.revision.clone(),
            packages: BTreeMap::new(),
        }
    }

    pub fn parse(text: &[u8]) -> Result<Self, BadRecord> {
        let document: RecordDocument = serde_json::from_slice(text)?;
        if document.version != VERSION {
            return Err(BadRecord::Version(document.version));
        }
        let mut packages = BTreeMap::new();
        for (id, checksum) in &document.packages {
            let (name, version) = id.split_once('@').unwrap_or((id, ""));
            packages.insert(CrateId::parse(name, version)?, Sha256::parse(checksum)?);
        }
        let record = Self {
            source: document.source,
            revision: document.revision,
            packages,
        };
        record.git_source().ok_or(BadRecord::Source)?;
        Ok(record)
    }

    pub fn render(&self) -> Vec<u8> {
        let packages = self.packages.iter();
        let document = RecordDocument {
            version: VERSION,
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

    /// The source it speaks of. Its reference is as it is, not as a URL has it.
    pub fn git_source(&self) -> Option<GitSource> {
        GitSource::of_identity(&self.source, &self.revision)
    }
}

/// The list of a package's files, with the SHA-256 of each.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Checksums {
    /// Paths within the package, with `/`.
    pub files: BTreeMap<String, String>,
    /// Of a `.crate`; a package of a git source was never one.
    pub package: Option<String>,
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

/// Whether a source of a mirror is one of git.
pub fn is_git(source: &str) -> bool {
    source
        .strip_prefix(GIT_FOLDER)
        .is_some_and(|rest| rest.starts_with('/'))
}
