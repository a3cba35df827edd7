//! Where the builds of a folder take their packages from, by all config files that cargo reads there.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::io::config::effective::{Effective, same_folder};
use crate::io::config::load::file_in;
use crate::io::fs::file;
use crate::model::error::Result;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::git_record::{GitRecord, MAX_FILE, RECORD};
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::config::judge::Unready;
use crate::ops::config::target::folder_of;
use crate::ops::context::options::Context;

/// Where builds take their packages from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveSources {
    pub crates_io: Resolution,
    /// The config file that decides about crates.io, if one replaces it.
    pub config: Option<PathBuf>,
    /// The sources asked about that builds do not take from this mirror.
    pub elsewhere: Vec<ReplacedSource>,
    /// Those of them that builds take from a server, and the index there.
    pub by_server: Vec<ServedSource>,
    /// The git sources asked about that builds take at another commit than is wanted.
    pub other_commits: Vec<OtherCommit>,
}

/// A source besides crates.io that builds take from a server, by `cargo mirror on --server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedSource {
    pub source: String,
    /// Of the server.
    pub index: String,
}

/// A git source that builds would take at another commit than the lockfile wants, without a word from cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCommit {
    /// Without its commit.
    pub source: String,
    pub builds: String,
    pub locked: String,
    /// The config file that says so.
    pub config: PathBuf,
}

impl fmt::Display for OtherCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source,
            builds,
            locked,
            config,
        } = self;
        write!(
            f,
            "builds would take commit {} of {source}, the lockfile wants {} ({})",
            short_commit(builds),
            short_commit(locked),
            config.display()
        )
    }
}

/// The way out where builds take the wrong thing.
pub const POINTS_RIGHT: &str = "`cargo mirror on` in that project points its builds right";

/// As many digits of a commit as people compare.
pub fn short_commit(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// Where builds take crates.io from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    FromOrigin,
    FromMirror,
    /// A server that `cargo mirror on --server` has named.
    FromServer(String),
    /// Another mirror, or what somebody else's config says.
    FromElsewhere,
}

impl EffectiveSources {
    /// The index of the server that stands in for crates.io, if one does.
    pub fn server(&self) -> Option<&str> {
        match &self.crates_io {
            Resolution::FromServer(index) => Some(index),
            _ => None,
        }
    }

    /// What keeps builds of the project in `root` from working without a network: they go past the mirror, or take another
    /// commit than the lockfile wants.
    pub fn unready(&self, root: &Path) -> Vec<Unready> {
        let unready = |cause: String, help: &str| Unready {
            project: root.to_owned(),
            cause,
            help: Some(help.to_owned()),
        };
        let other_commits = self.other_commits.iter();
        let mut all: Vec<Unready> = other_commits
            .map(|other| unready(other.to_string(), POINTS_RIGHT))
            .collect();
        if self.crates_io != Resolution::FromMirror {
            let cause = match &self.config {
                Some(config) => format!(
                    "builds take crates.io from elsewhere, by `{}`",
                    config.display()
                ),
                None => "builds do not take crates.io from the mirror".to_owned(),
            };
            all.push(unready(
                cause,
                "take that `replace-with` for crates-io out, or edit that file with --config-path",
            ));
        }
        if !self.elsewhere.is_empty() {
            let cause = format!(
                "builds do not take {} from the mirror",
                self.names_elsewhere().join(", ")
            );
            all.push(unready(cause, POINTS_RIGHT));
        }
        all
    }

    /// The sources that builds do not take from this mirror, for people.
    pub fn names_elsewhere(&self) -> Vec<String> {
        let elsewhere = self.elsewhere.iter();
        elsewhere
            .map(|needed| needed.original.to_string())
            .collect()
    }
}

/// Finds out what is in force in `folder`, for crates.io and for these sources.
pub fn effective_sources(
    folder: &Path,
    common: &Context,
    needed: &[ReplacedSource],
) -> Result<EffectiveSources> {
    let config = common.place.config(folder)?;
    let crates_io = config.effective_crates_io();
    let is_ours = |folder: &Path, ours: &Path| same_folder(folder, ours, &common.place.cwd);
    let mut found = EffectiveSources {
        config: crates_io.file().map(Path::to_owned),
        crates_io: match crates_io {
            Effective::Itself => Resolution::FromOrigin,
            Effective::Server { index, .. } => Resolution::FromServer(index),
            Effective::Folder { folder, .. }
                if is_ours(&folder, &common.mirror.folder.join(CRATES_IO_FOLDER)) =>
            {
                Resolution::FromMirror
            }
            Effective::Folder { .. } | Effective::Other { .. } => Resolution::FromElsewhere,
        },
        elsewhere: Vec::new(),
        by_server: Vec::new(),
        other_commits: Vec::new(),
    };
    for needed in needed {
        let effective = config.effective_of(&needed.original);
        let (folder, file) = match effective {
            Effective::Folder { folder, file } => (folder, file),
            other => {
                if let Effective::Server { index, .. } = other {
                    let source = needed.original.to_string();
                    found.by_server.push(ServedSource { source, index });
                }
                found.elsewhere.push(needed.clone());
                continue;
            }
        };
        match other_commit(needed, &folder) {
            Some(builds) => found.other_commits.push(OtherCommit {
                source: needed.original.to_string(),
                builds,
                locked: needed.revision.clone().unwrap_or_default(),
                config: file,
            }),
            None if is_ours(&folder, &folder_of(needed, &common.mirror.folder)) => {}
            None => found.elsewhere.push(needed.clone()),
        }
    }
    Ok(found)
}

/// The config in `CARGO_HOME` without which the builds of the project in `root` take something from elsewhere: they are
/// ready on this account, and not with another home. `crates_io`: whether they take anything from there.
pub fn home_config(
    root: &Path,
    common: &Context,
    needed: &[ReplacedSource],
    crates_io: bool,
) -> Result<Option<PathBuf>> {
    // As with an empty home: of the files that cargo looks for, those of the folder and above remain.
    let mut elsewhere = common.clone();
    elsewhere.place.cargo_home = root.join(".cargo");
    let with = effective_sources(root, common, needed)?;
    let without = effective_sources(root, &elsewhere, needed)?;
    let differs =
        with.elsewhere != without.elsewhere || crates_io && with.crates_io != without.crates_io;
    Ok(file_in(&common.place.cargo_home).filter(|_| differs))
}

/// The commit that a folder has of a git source, if it is another one than the lockfile wants. Cargo cannot see it: the
/// commit is no part of what a `[source]` table is about, and a directory source does not know of commits.
fn other_commit(needed: &ReplacedSource, folder: &Path) -> Option<String> {
    let locked = needed.revision.as_deref()?;
    let record = file::read(&folder.join(RECORD), MAX_FILE).ok()?;
    let record = GitRecord::parse(&record).ok()?;
    (record.revision != locked).then_some(record.revision)
}
