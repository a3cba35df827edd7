//! Inputs to what is wanted: projects, lockfiles, lists and names.

use std::path::{Path, PathBuf};

use crate::io::cargo::command::Cargo;
use crate::io::config::default_index::as_cargo_takes;
use crate::io::config::toml::utf8;
use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::input::InputError;
use crate::model::input::lock_sources::{Merged, at_one_commit};
use crate::model::input::lockfile::{self, Locked, MAX_FILE};
use crate::model::input::spec::{self, Spec};

/// Stands for a path where something was read from standard input.
pub const STDIN: &str = "standard input";

/// Something whose closure is asked for.
#[derive(Debug)]
pub enum Input {
    Project(Project),
    /// A lockfile by itself: no manifest is looked at.
    Lockfile(PathBuf, Vec<Locked>),
    /// The lockfile of the standard library, wanted by the project in a folder.
    StandardLibrary {
        lockfile: PathBuf,
        locked: Vec<Locked>,
        project: PathBuf,
    },
    /// Crates by name, from the list at a path or from the command line.
    Specs(Option<PathBuf>, Vec<Spec>),
}

/// A workspace, or a folder with nothing but a lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub root: PathBuf,
    pub has_manifest: bool,
}

impl Project {
    /// Finds the project that a person means by a folder, a `Cargo.toml` or a `Cargo.lock`.
    pub fn find(path: &Path, cargo: &Cargo) -> Result<Self> {
        utf8(path, "the project")?;
        let folder = if path.is_dir() {
            path
        } else if path.exists() {
            path.parent().unwrap_or(path)
        } else {
            return Err(Error::Input(InputError::NoSuchInput(
                path.display().to_string(),
            )));
        };
        let holder = |name: &str| {
            folder
                .ancestors()
                .find(|folder| folder.join(name).is_file())
        };
        match (holder("Cargo.toml"), holder("Cargo.lock")) {
            // A lockfile closer than any manifest stands alone.
            (manifest, Some(lockfile))
                if manifest.is_none_or(|manifest| {
                    lockfile.starts_with(manifest) && manifest != lockfile
                }) =>
            {
                Ok(Self {
                    root: lockfile.to_owned(),
                    has_manifest: false,
                })
            }
            (None, None) => Err(Error::Input(InputError::NoProject(folder.to_owned()))),
            (Some(manifest), lockfile) if is_root(manifest, lockfile) => Ok(Self {
                root: manifest.to_owned(),
                has_manifest: true,
            }),
            (Some(manifest), _) => Ok(Self {
                root: cargo.workspace(manifest)?.root,
                has_manifest: true,
            }),
            (None, Some(lockfile)) => Ok(Self {
                root: lockfile.to_owned(),
                has_manifest: false,
            }),
        }
    }

    /// The project that a folder most likely belongs to, without asking cargo: that of the closest lockfile.
    pub fn guess(path: &Path) -> Option<Self> {
        let root = path
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file())?;
        Some(Self {
            root: root.to_owned(),
            has_manifest: root.join("Cargo.toml").is_file(),
        })
    }

    pub fn lockfile(&self) -> PathBuf {
        self.root.join("Cargo.lock")
    }

    pub fn manifest(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    pub fn read_lockfile(&self) -> Result<Vec<Locked>> {
        read_lockfile(&self.lockfile())
    }
}

/// Whether the manifest in `folder` is its workspace's root for certain, so that cargo need not be asked.
fn is_root(folder: &Path, lockfile: Option<&Path>) -> bool {
    let above = folder
        .ancestors()
        .skip(1)
        .any(|folder| folder.join("Cargo.toml").is_file());
    let workspace = || {
        let text = file::read_text(&folder.join("Cargo.toml"), MAX_FILE);
        text.is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
    };
    lockfile == Some(folder) && (!above || workspace())
}

pub fn read_lockfile(path: &Path) -> Result<Vec<Locked>> {
    parse_lockfile(path, &file::read_text(path, MAX_FILE)?)
}

/// Reads the text of a lockfile that stands at `path`.
pub fn parse_lockfile(path: &Path, text: &str) -> Result<Vec<Locked>> {
    parse_whole(path, text).map(|(locked, _)| locked)
}

/// The git sources that the lockfile at `path` names at more than one commit. One that cannot be read has none.
pub fn merged_commits(path: &Path) -> Vec<Merged> {
    let Ok(text) = file::read_text(path, MAX_FILE) else {
        return Vec::new();
    };
    // Most lockfiles name no git source, and were parsed for their packages already.
    if !text.contains("git+") {
        return Vec::new();
    }
    let read = parse_whole(path, &text);
    read.map(|(_, merged)| merged).unwrap_or_default()
}

fn parse_whole(path: &Path, text: &str) -> Result<(Vec<Locked>, Vec<Merged>)> {
    let locked = lockfile::parse(text).map_err(|source| {
        Error::Input(InputError::Lockfile {
            path: path.to_owned(),
            source: Box::new(source),
        })
    })?;
    let taken = locked.into_iter().map(|locked| Locked {
        source: as_cargo_takes(locked.source),
        ..locked
    });
    Ok(at_one_commit(taken.collect()))
}

impl Input {
    /// Tells what a person means by one word of the command line. `stdin` is read for `-`.
    pub fn read(
        word: &str,
        cwd: &Path,
        cargo: &Cargo,
        stdin: impl FnOnce() -> Result<String>,
    ) -> Result<Self> {
        if word == "-" {
            return Self::from_text(Path::new(STDIN), &stdin()?);
        }
        let path = file::absolute(Path::new(word), cwd);
        if path.is_dir()
            || path.file_name().is_some_and(|name| name == "Cargo.toml") && path.exists()
        {
            return Project::find(&path, cargo).map(Self::Project);
        }
        if path.exists() {
            utf8(&path, "the lockfile or list")?;
            return Self::from_text(&path, &file::read_text(&path, MAX_FILE)?);
        }
        if word.contains(['/', '\\'])
            || [".lock", ".toml", ".txt"]
                .iter()
                .any(|ending| word.ends_with(ending))
        {
            return Err(Error::Input(InputError::NoSuchInput(word.to_owned())));
        }
        match spec::parse_spec(word) {
            Ok(spec) => Ok(Self::Specs(None, vec![spec])),
            Err(cause) => {
                let source = Box::new(spec::BadList { line: 1, cause });
                Err(Error::Input(InputError::List {
                    path: PathBuf::from(word),
                    source,
                }))
            }
        }
    }

    fn from_text(path: &Path, text: &str) -> Result<Self> {
        if path.extension().is_some_and(|ending| ending == "lock") || lockfile::looks_like_one(text)
        {
            let locked = parse_lockfile(path, text)?;
            return Ok(Self::Lockfile(path.to_owned(), locked));
        }
        let specs = spec::parse(text).map_err(|source| {
            Error::Input(InputError::List {
                path: path.to_owned(),
                source: Box::new(source),
            })
        })?;
        Ok(Self::Specs(Some(path.to_owned()), specs))
    }
}
