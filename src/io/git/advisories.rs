//! A RustSec advisory database: a folder, or a git repository of which a shallow clone is kept.
//!
//! ```text
//! <database>/crates/<name>/RUSTSEC-2021-0001.md
//! <mirror>/.mirror/advisories/<hash of the address>/     the clone; `<hash>.lock` is held while it is used
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::read_text;
use crate::io::fs::lock::Lock;
use crate::io::git::transfer;
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::git::GitError;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateName;
use crate::model::policy::advisory::{self, Advisory, BadAdvisory};

/// An advisory larger than this is none.
const MAX_ADVISORY: u64 = 1 << 20;

/// What a database says of some crates.
#[derive(Debug, Default)]
pub struct FoundAdvisories {
    pub advisories: Vec<Advisory>,
    /// What could not be read, and may be a known vulnerability.
    pub unreadable: Vec<Error>,
}

/// Looks these crates up in the database that a person means by `place`: a folder, or the address of a git repository.
pub fn look_up(
    mirror: &Path,
    place: &str,
    cwd: &Path,
    names: &[&CrateName],
) -> Result<FoundAdvisories> {
    if !is_address(place) {
        return in_folder(&cwd.join(place), names);
    }
    let hash = &Sha256::of(place).to_string()[..16];
    let folder = Mirror::at(mirror).advisories(hash);
    // Another process may bring the same clone up to date, which takes files away from under those who read.
    let lock = Lock::new(folder.with_extension("lock"));
    let _held = lock.hold()?;
    bring_up_to_date(place, &folder)?;
    in_folder(&folder, names)
}

fn is_address(place: &str) -> bool {
    ["https://", "http://", "ssh://", "file://", "git://"]
        .iter()
        .any(|scheme| place.starts_with(scheme))
}

/// A clone that cannot be brought up to date, because a run was killed in the middle of it or the repository was made
/// anew, is replaced.
fn bring_up_to_date(address: &str, folder: &Path) -> Result<()> {
    if folder.is_dir() && transfer::update_shallow(address, folder).is_ok() {
        return Ok(());
    }
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    transfer::clone_shallow(address, &fresh)?;
    remove(folder)?;
    fs::rename(&fresh, folder).map_err(io_error(Action::Write, folder))
}

fn remove(folder: &Path) -> Result<()> {
    if_there(fs::remove_dir_all(folder).map_err(io_error(Action::Remove, folder))).map(drop)
}

fn in_folder(folder: &Path, names: &[&CrateName]) -> Result<FoundAdvisories> {
    let crates = folder.join("crates");
    if !crates.is_dir() {
        return Err(Error::Git(GitError::NotAdvisories {
            path: folder.to_owned(),
        }));
    }
    let mut found = FoundAdvisories::default();
    for name in names {
        for path in files(&crates.join(name.as_str()))? {
            match read(&path, name) {
                Ok(advisory) => found.advisories.push(advisory),
                Err(error) => found.unreadable.push(error),
            }
        }
    }
    Ok(found)
}

/// The advisories on one crate, oldest first. Most crates have none.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(io_error(Action::Read, folder));
    let mut files = Vec::new();
    for entry in if_there(entries)?.into_iter().flatten() {
        let path = entry.map_err(io_error(Action::Read, folder))?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path, name: &CrateName) -> Result<Advisory> {
    let text = read_text(path, MAX_ADVISORY)?;
    let bad = |source| {
        Error::Git(GitError::Advisory {
            path: path.to_owned(),
            source: Box::new(source),
        })
    };
    let advisory = advisory::parse(&text).map_err(bad)?;
    if advisory.crate_name != name.as_str() {
        return Err(bad(BadAdvisory::OtherCrate {
            found: advisory.crate_name,
            expected: name.to_string(),
        }));
    }
    Ok(advisory)
}
