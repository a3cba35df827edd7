//! Where everything lies below a mirror's folder: the one place that spells these paths.
//!
//! ```text
//! <mirror>/
//!   crates-io/  registries/<name>/  git/<name>/    one folder a source (see `io::store`)
//!   registries/<name>/registry.toml                the marker of a hosted registry (see `io::mirror::hosting`)
//!   mirror.toml                                    settings
//!   .mirror/                                       the program's own; all of it can be rebuilt from the rest
//!     lock           held while index files are edited
//!     in-use         shared by runs that add, exclusive for `gc`
//!     roots/<id>     every lockfile and list that was given, and what it came to
//!     failures.json  what could not be fetched, and why
//!     tmp/<process>/ staging: files grow here before they are renamed
//!     lines/<source> the journal of index lines
//!     killed         the run that was killed last; finished/<source>: the one whose leftovers in that source are dealt with
//!     verify         progress of a `verify` under way
//!     quarantine/<n> what `repair` has moved out of the way
//!     watch/<hash>   what upstream last said of a crate, for `outdated`
//!     upstream/<hash> upstream's index files, for `serve`
//!     use/<source>   how often each crate is asked for, for `serve`
//!     bundles        which dumps were written and taken
//!     receivers/     what those have that dumps are made for by name
//!     buckets/<hash> what was last seen of the index in a bucket, for `push` and `pull`
//!     advisories/<hash> clones of advisory databases
//!     git-index/<name> the git index of a registry, before it is pushed
//!     hosted/<name>  the folder of this registry is a server's copy of what a bucket hosts, and not to be served otherwise
//!     history        what a server did over the last day and month
//!     catalog/<source> what can be searched for (see `io::catalog`)
//!     webhooks/      deliveries of web hooks that wait for their turn
//!     sync/<registry>/ where the copy of a registry stands (see `io::mirror::sync_state`)
//!     removed/<date>/<registry>/ crates that upstream has removed, kept for a while
//!   access/                                        users, teams, tokens, owners, the audit log (`io::access`): truth
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::io::fs::error::{if_there, io_error};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::store::StoreError;
use crate::model::package::checksum::Sha256;
use crate::model::settings::file::SETTINGS_FILE;
use crate::model::source::id::{CRATES_IO_FOLDER, GIT_FOLDER};

/// The name of the folder that holds what is the program's own, as messages show it.
pub const PRIVATE: &str = ".mirror";

/// The file that makes a registry's folder one that is published into.
pub const MARKER: &str = "registry.toml";

/// The name of the folder that holds accounts.
pub const ACCESS: &str = "access";

/// Where leases lie in a bucket that holds a mirror (see `io::bucket::lease`).
pub const LEASES: &str = ".mirror/leases";

/// Where a store is tried out, a folder for each time.
pub const PROBES: &str = ".mirror/probe";

/// The key of the word of a server that it fetches an object for all.
pub fn claim_key(key: &str) -> String {
    format!("{PRIVATE}/claims/{key}")
}

/// Where a bucket has the records of the registries that it hosts.
pub const HOSTED_KEYS: &str = "access/registries";

/// The key of the record of a registry that a bucket hosts.
pub fn hosted_key(name: &str) -> String {
    format!("{HOSTED_KEYS}/{name}.toml")
}

/// The name of the registry whose record has this key.
pub fn hosted_name(key: &str) -> Option<&str> {
    let name = key.strip_prefix(HOSTED_KEYS)?.strip_prefix('/')?;
    name.strip_suffix(".toml")
}

/// The checksum of the bytes that have this key, within the folder of a registry in a bucket.
pub fn published_checksum(key: &str) -> Option<Sha256> {
    let hash = key.strip_prefix("by/")?.strip_suffix(".crate")?;
    Sha256::parse(hash).ok()
}

/// The key of the bytes of a version that was published into a registry in a bucket; `folder` is that of the registry.
pub fn published_key(folder: &str, checksum: &Sha256) -> String {
    format!("{folder}/by/{checksum}.crate")
}

/// The key under which an object is kept that was moved out of the way.
pub fn quarantine_key(key: &str) -> String {
    format!("{PRIVATE}/quarantine/{key}")
}

/// The key of a root in a bucket.
pub fn root_key(id: &str) -> String {
    format!("{PRIVATE}/roots/{id}")
}

/// The paths below a mirror's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mirror<'m>(&'m Path);

impl<'m> Mirror<'m> {
    /// Names a folder; touches nothing.
    pub fn at(folder: &'m Path) -> Self {
        Self(folder)
    }

    pub fn private(self) -> PathBuf {
        self.0.join(PRIVATE)
    }

    /// Users, teams, tokens, owners and the audit log. Unlike [`Self::private`] it cannot be rebuilt.
    pub fn access(self) -> PathBuf {
        self.0.join(ACCESS)
    }

    /// The records of crates of a hosted registry, a file for each (see `io::access`).
    pub fn crate_records(self, registry: &str) -> PathBuf {
        self.access().join("crates").join(registry)
    }

    /// The lock that is held while index files are edited.
    pub fn edit_lock(self) -> PathBuf {
        self.private().join("lock")
    }

    /// The lock that keeps runs that add and runs that remove apart.
    pub fn use_lock(self) -> PathBuf {
        self.private().join("in-use")
    }

    /// Where files grow, a folder for each process.
    pub fn staging(self) -> PathBuf {
        self.private().join("tmp")
    }

    pub fn roots(self) -> PathBuf {
        self.private().join("roots")
    }

    /// Which dumps were written and taken.
    pub fn bundles(self) -> PathBuf {
        self.private().join("bundles")
    }

    /// What a receiver of dumps has.
    pub fn receiver(self, name: &str) -> PathBuf {
        self.private().join("receivers").join(name)
    }

    pub fn verify_progress(self) -> PathBuf {
        self.private().join("verify")
    }

    pub fn quarantine(self) -> PathBuf {
        self.private().join("quarantine")
    }

    /// What upstream last said of each crate, for `outdated`. `key` names the registry.
    pub fn published(self, key: &str) -> PathBuf {
        self.private().join("watch").join(key)
    }

    /// Upstream's index files, for `serve`. `key` names the registry.
    pub fn index_cache(self, key: &str) -> PathBuf {
        self.private().join("upstream").join(key)
    }

    pub fn usage(self, source: &str) -> PathBuf {
        self.private().join("use").join(source)
    }

    /// The settings of the mirror, written by people.
    pub fn settings(self) -> PathBuf {
        self.0.join(SETTINGS_FILE)
    }

    /// Deliveries of web hooks that wait for their turn.
    pub fn webhooks(self) -> PathBuf {
        self.private().join("webhooks")
    }

    /// The repository in which a registry's git index is made before it is pushed. `key` names the registry.
    pub fn git_index(self, key: &str) -> PathBuf {
        self.private().join("git-index").join(key)
    }

    /// What a server did over the last day and month.
    pub fn history(self) -> PathBuf {
        self.private().join("history")
    }

    /// Says that the folder of this registry is a server's copy of what a bucket hosts.
    pub fn copy_of_hosted(self, name: &str) -> PathBuf {
        self.private().join("hosted").join(name)
    }

    /// What can be searched for of a source, by its folder: `crates-io`, `registries/<name>`.
    pub fn catalog(self, source: &str) -> PathBuf {
        self.private().join("catalog").join(source)
    }

    /// Held while catalogues are written.
    pub fn catalog_lock(self) -> PathBuf {
        self.private().join("catalog").join("lock")
    }

    /// Where the copy of a registry stands. `key` names the registry.
    pub fn sync(self, key: &str) -> PathBuf {
        self.private().join("sync").join(key)
    }

    /// Crates that upstream has removed, a folder for each day.
    pub fn removed(self) -> PathBuf {
        self.private().join("removed")
    }

    /// What was last seen of the index in a bucket. `key` names the bucket.
    pub fn bucket_notes(self, key: &str) -> PathBuf {
        self.private().join("buckets").join(key)
    }

    /// The clone of an advisory database. `key` names its address.
    pub fn advisories(self, key: &str) -> PathBuf {
        self.private().join("advisories").join(key)
    }
}

/// The folders of a mirror that sources have. Those below `git/` are directory sources, all others local registries.
pub fn sources(mirror: &Path) -> Vec<String> {
    let mut found = registries(mirror);
    found.extend(git_sources(mirror));
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

/// Whether there is a folder of exactly this name: file systems that ignore case find it under others, too.
pub fn has_registry(mirror: &Path, name: &str) -> bool {
    let entries = fs::read_dir(mirror.join("registries"));
    let mut entries = entries.into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name() == *name && entry.path().is_dir())
}

/// The marker of the hosted registry of this name.
pub fn registry_marker(mirror: &Path, name: &str) -> PathBuf {
    mirror.join("registries").join(name).join(MARKER)
}

/// The names of the registries that are hosted here, sorted.
pub fn hosted(mirror: &Path) -> Vec<String> {
    try_hosted(mirror).unwrap_or_default()
}

/// As [`hosted`], and an error where it cannot be found out, for whoever must not take that for none.
pub fn try_hosted(mirror: &Path) -> Result<Vec<String>> {
    let folder = mirror.join("registries");
    let entries = fs::read_dir(&folder).and_then(Iterator::collect);
    let entries: Result<Vec<fs::DirEntry>> = entries.map_err(io_error(Action::Read, &folder));
    let mut names = Vec::new();
    for entry in if_there(entries)?.unwrap_or_default() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let marker = registry_marker(mirror, &name);
        match fs::metadata(&marker) {
            Ok(found) if found.is_file() => names.push(name),
            Err(cause) if !is_absent(&cause) => return Err(io_error(Action::Read, &marker)(cause)),
            _ => {}
        }
    }
    names.sort();
    Ok(names)
}

/// Whether an error says that there is no such file, a file in the place of a folder above it included.
fn is_absent(cause: &io::Error) -> bool {
    let kind = cause.kind();
    kind == io::ErrorKind::NotFound || kind == io::ErrorKind::NotADirectory
}

/// A mirror's folder must be there before it can be looked into.
pub fn must_be_there(mirror: &Path) -> Result<()> {
    if mirror.is_dir() {
        Ok(())
    } else {
        Err(Error::Store(StoreError::NotAMirror(mirror.to_owned())))
    }
}

/// The folders of git sources in a mirror, sorted.
pub fn git_sources(mirror: &Path) -> Vec<String> {
    let entries = fs::read_dir(mirror.join(GIT_FOLDER)).into_iter().flatten();
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    let mut found: Vec<String> = folders
        .filter_map(|entry| Some(format!("{GIT_FOLDER}/{}", entry.file_name().to_str()?)))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_has_one_spelling() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("registries/corp")).unwrap();
        assert!(has_registry(folder.path(), "corp"));
        // Also where the file system finds the folder so.
        for other in ["CORP", "corp.", "cor", ""] {
            assert!(!has_registry(folder.path(), other), "{other}");
        }
    }
}
