//! Upstream's index files as they were last seen, whole, for a server to answer with.
//!
//! ```text
//! <mirror>/.mirror/upstream/<hash of the registry's address>/se/rd/serde
//!
//!   cargo-mirror index 1 <SHA-256 of all that follows>
//!   1790000000 etag "7f8a..."       when these lines were first seen, and what to ask with next time
//!   {"name":"serde", ...}           the lines, byte for byte
//! ```
//!
//! The file's modification time says when upstream last said that this is what it has. All of it can be lost without harm:
//! what is missing or broken is asked for anew.

use std::path::{Path, PathBuf};

use crate::io::fs::file;
use crate::io::fs::stamp::Stamp;
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::index::file::MAX_FILE;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;

const HEAD: &str = "cargo-mirror index 1 ";
/// A head is short, whatever upstream has for a tag.
const MAX_HEAD: usize = 4096;

/// The folder of one registry's index files.
#[derive(Debug, Clone)]
pub struct IndexCache {
    folder: PathBuf,
}

/// An index file as upstream last had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedIndex {
    pub text: Vec<u8>,
    pub validator: Option<Validator>,
    /// When this text was first seen.
    pub changed: Timestamp,
    /// When upstream last said that this is what it has.
    pub checked: Timestamp,
}

impl IndexCache {
    /// `registry` tells registries apart; it is hashed, since it may hold a password.
    pub fn of(mirror: &Path, registry: &str) -> Self {
        let hash = digest(registry.as_bytes());
        Self {
            folder: Mirror::at(mirror).index_cache(&hash[..16]),
        }
    }

    /// What the file of a crate looks like now.
    pub fn stamp(&self, name: &CrateName) -> Option<Stamp> {
        Stamp::at(&self.folder.join(name.index_path()))
    }

    pub fn read(&self, name: &CrateName) -> Option<CachedIndex> {
        let path = self.folder.join(name.index_path());
        let checked = file::modified(&path).ok()?;
        let mut text = file::read(&path, (MAX_FILE + MAX_HEAD) as u64).ok()?;
        let first = memchr::memchr(b'\n', &text)?;
        let hash = text[..first].strip_prefix(HEAD.as_bytes())?;
        if hash != digest(&text[first + 1..]).as_bytes() {
            return None;
        }
        let second = first + 1 + memchr::memchr(b'\n', &text[first + 1..])?;
        let head = std::str::from_utf8(&text[first + 1..second]).ok()?;
        let (changed, validator) = head.split_once(' ')?;
        let validator = match validator.split_once(' ') {
            Some(("etag", tag)) => Some(Validator::Etag(tag.to_owned())),
            Some(("last-modified", date)) => Some(Validator::LastModified(date.to_owned())),
            _ => None,
        };
        let changed = Timestamp(changed.parse().ok()?);
        text.drain(..=second);
        Some(CachedIndex {
            text,
            validator,
            changed,
            checked,
        })
    }

    /// Keeps an index file as seen now.
    pub fn keep(&self, name: &CrateName, index: &CachedIndex) -> Result<()> {
        let validator = match &index.validator {
            Some(Validator::Etag(tag)) => format!("etag {tag}"),
            Some(Validator::LastModified(date)) => format!("last-modified {date}"),
            None => "-".to_owned(),
        };
        // What no line can hold is not asked with.
        let sound = validator.len() < MAX_HEAD / 2 && !validator.chars().any(char::is_control);
        let validator = if sound { &validator } else { "-" };
        let mut rest = format!("{} {validator}\n", index.changed.0).into_bytes();
        rest.extend_from_slice(&index.text);
        let mut whole = format!("{HEAD}{}\n", digest(&rest)).into_bytes();
        whole.append(&mut rest);
        let path = self.folder.join(name.index_path());
        file::replace_own(&path, &whole)?;
        self.touch_checked(name, index.checked);
        Ok(())
    }

    /// Upstream has said that what is kept still holds.
    pub fn touch_checked(&self, name: &CrateName, now: Timestamp) {
        // Asked once more than needed, if it cannot be noted.
        let _ = file::set_modified(&self.folder.join(name.index_path()), now.into());
    }

    /// Upstream has it no more.
    pub fn forget(&self, name: &CrateName) {
        let _ = file::remove(&self.folder.join(name.index_path()));
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::of(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_nothing_broken() {
        let mirror = tempfile::tempdir().unwrap();
        let kept = IndexCache::of(mirror.path(), "sparse+https://me:secret@r.example/");
        let name = CrateName::parse("Serde").unwrap();
        assert_eq!(kept.read(&name), None);
        for validator in [
            None,
            Some(Validator::Etag("W/\"a b\"".to_owned())),
            Some(Validator::LastModified(
                "Wed, 21 Oct 2015 07:28:00 GMT".to_owned(),
            )),
        ] {
            let index = CachedIndex {
                text: b"{\"a\":1}\n\n{}\n".to_vec(),
                validator,
                changed: Timestamp(5),
                checked: Timestamp(1_700_000_000),
            };
            kept.keep(&name, &index).unwrap();
            assert_eq!(kept.read(&name), Some(index));
        }
        let evil = CachedIndex {
            text: Vec::new(),
            validator: Some(Validator::Etag("a\nb".to_owned())),
            changed: Timestamp(5),
            checked: Timestamp(6),
        };
        kept.keep(&name, &evil).unwrap();
        assert_eq!(kept.read(&name).unwrap().validator, None);
        kept.touch_checked(&name, Timestamp(7));
        assert_eq!(kept.read(&name).unwrap().checked, Timestamp(7));

        let path = kept.folder.join("se/rd/serde");
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 1;
            std::fs::write(&path, &broken).unwrap();
            assert_eq!(kept.read(&name), None, "{at}");
            std::fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(kept.read(&name), None, "{at}");
        }
    }
}
