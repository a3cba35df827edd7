//! Compares a package or the tree of a git source in the mirror with its list of files.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::io::fs::error::io_error;
use crate::io::fs::file::read;
use crate::io::fs::hash::hash;
use crate::io::fs::{links, parallel};
use crate::io::store::git_trees::list_name;
use crate::io::store::stamp::{BUFFER, Seal, seal_state};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::mirror::damage::DamageKind;
use crate::model::package::checksum::Sha256;
use crate::model::package::tree_path::within;
use crate::model::source::git_record::{CHECKSUMS, Checksums, MAX_FILE, TreeList, tree_name};
use crate::model::source::raw_name::unescaped;

/// Files that one thread checks at a time: for a few, starting a thread costs more than it saves.
const TOGETHER: usize = 256;

/// No package has more files and folders.
const MAX_FILES: usize = 1 << 20;

/// How thorough a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckLevel {
    /// A file with the right seal is trusted, any other is hashed.
    Seals,
    /// Every file is hashed.
    Hash,
    /// No file is hashed: a wrong seal is a fault, a missing one counts as unknown.
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

/// The result of a check.
#[derive(Debug, Default)]
pub struct CheckResult {
    pub faults: Vec<Fault>,
    /// Files that are right and bear no seal that says so.
    pub unsealed: Vec<(PathBuf, Sha256)>,
    /// In a quick check: the number of files whose state is unknown.
    pub unknown: usize,
    /// How many bytes were hashed.
    pub bytes: u64,
}

/// Checks the package in `folder`, whose list of files has this checksum.
pub fn look(folder: &Path, checksum: &Sha256, depth: CheckLevel) -> Result<CheckResult> {
    let mut looked = CheckResult::default();
    let list = folder.join(CHECKSUMS);
    let Some(checksums) = looked.list::<Checksums>(folder, &list, checksum, CHECKSUMS)? else {
        return Ok(looked);
    };
    let files: Vec<(&str, &str)> = (checksums.files.iter())
        .map(|(path, expected)| (path.as_str(), expected.as_str()))
        .collect();
    looked.files(folder, &files, CHECKSUMS, depth);
    let mut known: BTreeSet<&str> = files.iter().map(|(path, _)| *path).collect();
    known.insert(CHECKSUMS);
    looked.extras(folder, &known)?;
    Ok(looked)
}

/// Checks the tree in `folder`, whose list of files lies beside it and has this checksum. Paths of faults are within the
/// tree.
pub fn look_tree(folder: &Path, checksum: &Sha256, depth: CheckLevel) -> Result<CheckResult> {
    let mut looked = CheckResult::default();
    let beside = list_name(&tree_name(checksum));
    let list = folder.with_file_name(&beside);
    let Some(tree) = looked.list::<TreeList>(folder, &list, checksum, "")? else {
        return Ok(looked);
    };
    if !folder.is_dir() {
        looked.fault(
            DamageKind::MissingBytes,
            "",
            "the tree of its commit is not there",
        );
        return Ok(looked);
    }
    let text = |escaped: &str| unescaped(escaped).map(Cow::into_owned).unwrap_or_default();
    let files: Vec<(String, &str)> = (tree.files.iter())
        .map(|(path, expected)| (text(path), expected.as_str()))
        .collect();
    let files: Vec<(&str, &str)> = (files.iter())
        .map(|(path, expected)| (path.as_str(), *expected))
        .collect();
    let parts: Vec<&[(&str, &str)]> = files.chunks(TOGETHER).collect();
    let parts = parallel::on_all_cores(&parts, |files| {
        let mut part = CheckResult::default();
        part.files(folder, files, "", depth);
        part
    });
    for part in parts {
        looked.take_in(part);
    }
    for path in &tree.executable {
        looked.executable(folder, &text(path));
    }
    let leads: Vec<(String, String)> = (tree.links.iter())
        .map(|(path, target)| (text(path), text(target)))
        .collect();
    for (path, target) in &leads {
        match links::read(&links::below(folder, path)) {
            Some(actual) if actual == *target => {}
            Some(_) => looked.fault(DamageKind::ChangedBytes, path, "the link leads elsewhere"),
            None => looked.fault(DamageKind::MissingBytes, path, "the link is not there"),
        }
    }
    let known = files.iter().map(|(path, _)| *path);
    let known = known.chain(leads.iter().map(|(path, _)| path.as_str()));
    looked.extras(folder, &known.collect())?;
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

    fn take_in(&mut self, part: Self) {
        self.faults.extend(part.faults);
        self.unsealed.extend(part.unsealed);
        self.unknown += part.unknown;
        self.bytes += part.bytes;
    }

    /// Reads a list and holds it against its checksum. `shown` is what a fault of it is one of.
    fn list<T: DeserializeOwned>(
        &mut self,
        folder: &Path,
        list: &Path,
        checksum: &Sha256,
        shown: &str,
    ) -> Result<Option<T>> {
        let text = match read(list, MAX_FILE) {
            Ok(text) => text,
            Err(Error::Fs(FsError::Io { source, .. })) if source.kind() == ErrorKind::NotFound => {
                let cause = if folder.is_dir() {
                    (shown, "the list of its files is not there")
                } else {
                    ("", "it is not there")
                };
                self.fault(DamageKind::MissingBytes, cause.0, cause.1);
                return Ok(None);
            }
            Err(error @ Error::Fs(FsError::Io { .. } | FsError::TooLarge { .. })) => {
                self.fault(DamageKind::Unreadable, shown, &error.to_string());
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let actual = Sha256::of(&text);
        self.bytes += text.len() as u64;
        let (Ok(parsed), true) = (serde_json::from_slice(&text), actual == *checksum) else {
            let cause =
                format!("the list of its files has the checksum {actual} instead of {checksum}");
            self.fault(DamageKind::ChangedBytes, shown, &cause);
            return Ok(None);
        };
        let sealed =
            fs::symlink_metadata(list).is_ok_and(|meta| seal_state(&meta, checksum) == Seal::Right);
        if !sealed {
            self.unsealed.push((list.to_owned(), *checksum));
        }
        Ok(Some(parsed))
    }

    fn files(&mut self, folder: &Path, files: &[(&str, &str)], list: &str, depth: CheckLevel) {
        let mut buffer = vec![
            0;
            if depth == CheckLevel::Quick {
                0
            } else {
                BUFFER
            }
        ];
        for (path, expected) in files {
            match Sha256::parse(expected) {
                Ok(expected) => self.file(folder, path, &expected, depth, &mut buffer),
                Err(cause) => self.fault(DamageKind::ChangedBytes, list, &cause.to_string()),
            }
        }
    }

    fn executable(&mut self, folder: &Path, path: &str) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let meta = fs::symlink_metadata(links::below(folder, path));
            if meta.is_ok_and(|meta| meta.permissions().mode() & 0o111 == 0) {
                self.fault(
                    DamageKind::ChangedBytes,
                    path,
                    "it cannot be executed any more",
                );
            }
        }
        #[cfg(not(unix))]
        let _ = (folder, path);
    }

    fn file(
        &mut self,
        folder: &Path,
        path: &str,
        expected: &Sha256,
        depth: CheckLevel,
        buffer: &mut [u8],
    ) {
        let whole = links::below(folder, path);
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
        match File::open(&whole).and_then(|file| hash(file, buffer)) {
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

    /// Finds files and links that are not in the list. Cargo does not check them, and may use them: a `build.rs`, for one,
    /// only has to exist.
    fn extras(&mut self, folder: &Path, named: &BTreeSet<&str>) -> Result<()> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for path in named {
            for (at, _) in path.match_indices('/') {
                known.insert(&path[..at]);
            }
        }
        let mut seen = 0;
        let mut waiting = vec![String::new()];
        while let Some(inner) = waiting.pop() {
            let at = links::below(folder, &inner);
            let entries = match fs::read_dir(&at) {
                // What is in it was found to be lacking.
                Err(cause) if cause.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(io_error(Action::List, &at))?,
            };
            for entry in entries {
                let entry = entry.map_err(io_error(Action::List, &at))?;
                seen += 1;
                if seen > MAX_FILES {
                    self.fault(DamageKind::Stray, &inner, "there are too many files in it");
                    return Ok(());
                }
                let path = within(&inner, &links::text(&entry.file_name()));
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && known.contains(path.as_str()) {
                    waiting.push(path);
                } else if is_folder || !named.contains(path.as_str()) {
                    let cause = "it is not in the list of the package's files";
                    self.fault(DamageKind::Stray, &path, cause);
                }
            }
        }
        Ok(())
    }
}
