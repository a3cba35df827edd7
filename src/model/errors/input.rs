//! What is given on the command line, in lockfiles and lists.

use std::path::Path;
use std::path::PathBuf;

use crate::model::errors::cause::CargoSaid;
use crate::model::input::lockfile::BadLockfile;
use crate::model::input::spec::BadList;
use crate::model::package::id::Invalid;
use crate::model::text::printable;
use crate::model::toml_error::UNFINISHED_MERGE;

#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("there is no file, folder or crate `{0}`")]
    NoSuchInput(String),
    #[error("there is no Cargo.lock or Cargo.toml in `{}`", .0.display())]
    NoProject(PathBuf),
    #[error("the source of the standard library is not installed: there is no Cargo.lock in `{}`", .0.display())]
    NoStandardLibrary(PathBuf),
    #[error("`{}` has no Cargo.lock", .project.display())]
    NoLockfile { project: PathBuf },
    #[error("`{}` is not up to date with Cargo.toml", .lockfile.display())]
    StaleLockfile { lockfile: PathBuf },
    #[error("cargo cannot tell whether `{}` is up to date", .lockfile.display())]
    UnjudgedLockfile {
        lockfile: PathBuf,
        #[source]
        said: CargoSaid,
    },
    #[error("cannot read the lockfile `{}`", .path.display())]
    Lockfile {
        path: PathBuf,
        source: Box<BadLockfile>,
    },
    #[error("cannot read the crate list `{}`", .path.display())]
    List { path: PathBuf, source: Box<BadList> },
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("`{}` is no moment", printable(.0))]
    NoSuchTime(String),
    #[error(
        "`{what}` stands without its project, so nobody can tell which of its packages a build reads"
    )]
    CannotPrune { what: String },
    #[error("rustc knows no target `{}`", printable(.0))]
    NoSuchTarget(String),
    #[error("cannot find `{spec}` among the crates of this registry: {message}")]
    NoSuchCrate { spec: String, message: String },
}

impl InputError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoSuchInput(text) => {
                return Some(if text.contains(['/', '\\']) || text.contains('.') {
                    "name an existing Cargo.lock, Cargo.toml, folder or list, a crate as NAME or NAME@REQUIREMENT, \
                     or `-` for standard input"
                        .to_owned()
                } else {
                    "a crate is named as NAME, NAME@REQUIREMENT or NAME=VERSION".to_owned()
                });
            }
            Self::NoProject(_) => "name the folder of a project, its Cargo.toml or its Cargo.lock",
            Self::NoStandardLibrary(_) => "`rustup component add rust-src` installs it",
            Self::NoLockfile { .. } => "run without --locked, or `cargo generate-lockfile` first",
            Self::StaleLockfile { .. } => "run without --locked to bring it up to date",
            Self::UnjudgedLockfile { .. } => {
                "mend what cargo says; without --locked the packages that the lockfile names are mirrored all the same"
            }
            Self::Lockfile { source, .. } => match &**source {
                BadLockfile::Version(_) => "a newer cargo-mirror may know it",
                BadLockfile::Toml { message, .. } if message.starts_with(UNFINISHED_MERGE) => {
                    "take either side, as by `git checkout --ours Cargo.lock`: `cargo mirror vendor` then adds what it lacks"
                }
                _ => return None,
            },
            Self::CannotPrune { .. } => {
                "name the folder of a project, or leave out --target, --no-dev, --features and --no-default-features"
            }
            Self::NoSuchTarget(target)
                if Path::new(target).extension().is_some_and(|it| it == "json") =>
            {
                "a target of a JSON file cannot be asked for; without --target everything is mirrored, for all platforms"
            }
            Self::NoSuchTarget(_) => {
                "`rustc --print target-list` lists them; `host` is this machine's"
            }
            Self::NoSuchTime(_) => {
                "name how long ago, as in 30m, 12h or 7d, or a date, as in 2026-05-01 or 2026-05-01T12:00:00Z"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
