//! A package of a git source, as it stands in the mirror, held against its list of files.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::read;
use crate::io::store::stamp::{BUFFER, Seal, seal_state};
use crate::model::error::{Error, Result};
use crate::model::mirror::damage::DamageKind;
use crate::model::package::checksum::{Hashing, Sha256};
use crate::model::source::git_record::{CHECKSUMS, Checksums, MAX_FILE};

/// No package has more files and folders.
const MAX_FILES: usize = 1 << 20;

/// How far a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckLevel {
    /// A file with the right seal is believed, any other is hashed.
    Seals,
    /// Every file is hashed.
    Hash,
    /// None is: a file with a wrong seal is a fault, and of one without nothing is said.
    Quick,
}

/// What is wrong with one file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: DamageKind,
    /// Within the package; empty for the package itself.
    pub path: String,
    pub cause: String,
}

/// What a look found.
#[derive(Debug, Default)]
pub struct CheckResult {
    pub faults: Vec<Fault>,
    /// Files that are right and bear no seal that says so.
    pub unsealed: Vec<(PathBuf, Sha256)>,
    /// Of a quick look: how many files nothing can be said of.
    pub unknown: usize,
    /// How many bytes were hashed.
    pub bytes: u64,
}

/// Looks at the package in `folder`, whose list of files has this checksum.
pub fn look(folder: &Path, checksum: &Sha256, depth: CheckLevel) -> Result<CheckResult> {
    let mut looked = CheckResult::default();
    let list = folder.join(CHECKSUMS);
    let text = match read(&list, MAX_FILE) {
        Ok(text) => text,
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            let cause = if folder.is_dir() {
                (CHECKSUMS, "the list of its files is not there")
            } else {
                ("", "it is not there")
            };
            looked.fault(DamageKind::MissingBytes, cause.0, cause.1);
            return Ok(looked);
        }
        Err(error @ (Error::Io { .. } | Error::TooLarge { .. })) => {
            looked.fault(DamageKind::Unreadable, CHECKSUMS, &error.to_string());
            return Ok(looked);
        }
        Err(error) => return Err(error),
    };
    let mut hashing = Hashing::default();
    hashing.update(&text);
    let actual = hashing.finish();
    looked.bytes += text.len() as u64;
    let checksums: Option<Checksums> = serde_json::from_slice(&text).ok();
    let (Some(checksums), true) = (checksums, actual == *checksum) else {
        let cause =
            format!("the list of its files has the checksum {actual} instead of {checksum}");
        looked.fault(DamageKind::ChangedBytes, CHECKSUMS, &cause);
        return Ok(looked);
    };
    let sealed =
        fs::symlink_metadata(&list).is_ok_and(|meta| seal_state(&meta, checksum) == Seal::Right);
    if !sealed {
        looked.unsealed.push((list, *checksum));
    }
    let mut buffer = vec![
        0;
        if depth == CheckLevel::Quick {
            0
        } else {
            BUFFER
        }
    ];
    for (path, expected) in &checksums.files {
        match Sha256::parse(expected) {
            Ok(expected) => looked.file(folder, path, &expected, depth, &mut buffer),
            Err(cause) => looked.fault(DamageKind::ChangedBytes, CHECKSUMS, &cause.to_string()),
        }
    }
    looked.extras(folder, &checksums)?;
    Ok(looked)
}

impl CheckResult {
    fn fault(&mut self, kind: DamageKind, path: &str, cause: &str) {
        self.faults.push(Fault {
            kind,
            path: path.to_owned(),
            cause: cause.to_owned(),
        });
    }

    fn file(
        &mut self,
        folder: &Path,
        path: &str,
        expected: &Sha256,
        depth: CheckLevel,
        buffer: &mut [u8],
    ) {
        let whole = folder.join(path);
        let state = match fs::symlink_metadata(&whole) {
            Ok(meta) if meta.is_file() => seal_state(&meta, expected),
            Ok(_) => return self.fault(DamageKind::ChangedBytes, path, "it is no file"),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                return self.fault(DamageKind::MissingBytes, path, "it is not there");
            }
            Err(cause) => return self.fault(DamageKind::Unreadable, path, &cause.to_string()),
        };
        match (depth, state) {
            (CheckLevel::Seals | CheckLevel::Quick, Seal::Right) => return,
            (CheckLevel::Quick, Seal::None) => {
                self.unknown += 1;
                return;
            }
            (CheckLevel::Quick, Seal::Wrong) => {
                return self.fault(
                    DamageKind::ChangedBytes,
                    path,
                    "its seal is that of other bytes",
                );
            }
            (CheckLevel::Seals | CheckLevel::Hash, _) => {}
        }
        match hash(&whole, buffer) {
            Ok((actual, length)) => {
                self.bytes += length;
                if actual != *expected {
                    let cause = format!("it has the checksum {actual} instead of {expected}");
                    self.fault(DamageKind::ChangedBytes, path, &cause);
                } else if state != Seal::Right {
                    self.unsealed.push((whole, *expected));
                }
            }
            Err(cause) => self.fault(DamageKind::Unreadable, path, &cause.to_string()),
        }
    }

    /// Files and links that the list does not name. Cargo would not hold them against anything, and might well use them:
    /// a `build.rs`, for one, needs only to be there.
    fn extras(&mut self, folder: &Path, checksums: &Checksums) -> Result<()> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for path in checksums.files.keys() {
            for (at, _) in path.match_indices('/') {
                known.insert(&path[..at]);
            }
        }
        let mut seen = 0;
        let mut waiting = vec![String::new()];
        while let Some(inner) = waiting.pop() {
            let at = folder.join(&inner);
            let entries = fs::read_dir(&at).map_err(io_error("list", &at))?;
            for entry in entries {
                let entry = entry.map_err(io_error("list", &at))?;
                seen += 1;
                if seen > MAX_FILES {
                    self.fault(DamageKind::Stray, &inner, "there are too many files in it");
                    return Ok(());
                }
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let path = if inner.is_empty() {
                    name.into_owned()
                } else {
                    format!("{inner}/{name}")
                };
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && known.contains(path.as_str()) {
                    waiting.push(path);
                } else if path != CHECKSUMS && (is_folder || !checksums.files.contains_key(&path)) {
                    self.fault(
                        DamageKind::Stray,
                        &path,
                        "it is not in the list of the package's files",
                    );
                }
            }
        }
        Ok(())
    }
}

fn hash(path: &Path, buffer: &mut [u8]) -> io::Result<(Sha256, u64)> {
    let mut file = File::open(path)?;
    let mut hashing = Hashing::default();
    let mut length = 0;
    loop {
        match file.read(buffer) {
            Ok(0) => return Ok((hashing.finish(), length)),
            Ok(read) => {
                hashing.update(&buffer[..read]);
                length += read as u64;
            }
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}
