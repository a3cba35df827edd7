//! A mirror's folder, its roots, its locks, and the bytes it takes.

use std::path::PathBuf;

use crate::model::mirror::root::BadRoot;
use crate::model::package::archive::BadPackage;
use crate::model::package::checksum::Sha256;
use crate::model::text::printable;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no mirror in `{}`", .0.display())]
    NotAMirror(PathBuf),
    #[error("there is no source `{}` in the mirror", printable(.name))]
    NoSuchSource { name: String, there: Vec<String> },
    #[error("nobody knows which registry `{folder}` of the mirror belongs to")]
    UnknownRegistry { folder: String },
    #[error("cannot read the root `{}`", .path.display())]
    Root { path: PathBuf, source: Box<BadRoot> },
    #[error("there is no root `{0}` in this mirror")]
    NoSuchRoot(String),
    #[error("no root is recorded in `{}`, so all of it would go", .mirror.display())]
    NoRoots { mirror: PathBuf },
    #[error("another process holds the lock `{}`", .path.display())]
    LockBusy { path: PathBuf },
    #[error(
        "its checksum is {actual}, but {expected} is expected ({bytes} bytes, starting with {start})"
    )]
    Checksum {
        expected: Sha256,
        actual: Sha256,
        bytes: u64,
        start: String,
    },
    #[error("the lockfile expects the checksum {lockfile}, but the registry's index says {index}")]
    Disagree { lockfile: Sha256, index: Sha256 },
    #[error("the mirror holds this version with the checksum {there}, but {wanted} is expected")]
    HeldOtherwise { wanted: Sha256, there: Sha256 },
    #[error("its archive is not one to unpack")]
    Package(#[from] BadPackage),
}

impl StoreError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Root { .. } => {
                "nobody knows what it wants, so nothing is removed; give its lockfile or list again, or forget it with \
                 `cargo mirror roots forget`"
            }
            Self::NoSuchRoot(_) => "`cargo mirror roots` lists them",
            Self::NoRoots { .. } => {
                "name what is to stay with `cargo mirror roots add` or --keep; to be rid of the whole mirror, remove its folder"
            }
            Self::UnknownRegistry { .. } => {
                "no root wants anything of it; `cargo mirror vendor` of a project that does makes it known"
            }
            Self::Checksum { .. } => {
                "the bytes were thrown away; a proxy or a broken registry may have changed them"
            }
            Self::Disagree { .. } | Self::HeldOtherwise { .. } => {
                "a version was published again with other bytes, or someone tampers: compare with another copy before you trust either"
            }
            Self::Package(_) => "do not use this crate; tell the registry that serves it",
            Self::LockBusy { path } if path.ends_with("in-use") => {
                "a run that adds to the mirror and one that removes from it exclude each other: wait until the other has \
                 ended, then run the same command again"
            }
            Self::NotAMirror(_) => {
                "name its folder with --mirror, or fill one with `cargo mirror vendor`"
            }
            Self::NoSuchSource { there, .. } => {
                return Some(format!("the mirror has: {}", there.join(", ")));
            }
            Self::LockBusy { .. } => {
                "wait until that process has ended, then run the same command again"
            }
        };
        Some(hint.to_owned())
    }
}
