//! Which of cargo's config files is edited, and what happened to it.

use std::path::{Path, PathBuf};

use crate::io::config::load::file_in;
use crate::io::fs::file;
use crate::ops::context::place::Workplace;

/// A config larger than this is a mistake.
pub const MAX_CONFIG: u64 = 16 << 20;

/// Which config file is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `.cargo/config.toml` of the project.
    Project,
    /// `$CARGO_HOME/config.toml`: every project of this user.
    Global,
    /// `--config-path`.
    Named(PathBuf),
}

/// What happened to a config file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigChange {
    pub path: PathBuf,
    pub change: Change,
    /// The git sources that it names for the first time, or at another commit than before: builds are held to these
    /// commits until it is edited again.
    pub holds: Vec<String>,
    /// Whether it pointed at nothing of ours before.
    pub first: bool,
}

impl ConfigChange {
    pub fn of(path: PathBuf, change: Change) -> Self {
        Self {
            path,
            change,
            holds: Vec::new(),
            first: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Written,
    Unchanged,
    /// It held nothing but what this program had written.
    Removed,
}

impl Target {
    /// The file, for a project in `root`.
    pub fn path(&self, root: &Path, place: &Workplace) -> PathBuf {
        let in_folder =
            |folder: PathBuf| file_in(&folder).unwrap_or_else(|| folder.join("config.toml"));
        match self {
            Self::Project => in_folder(root.join(".cargo")),
            Self::Global => in_folder(place.cargo_home.clone()),
            Self::Named(path) => file::absolute(path, &place.cwd),
        }
    }
}
