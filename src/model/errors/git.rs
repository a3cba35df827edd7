//! Git sources, the git program, and what is read from repositories.

use std::io;
use std::path::PathBuf;

use crate::model::errors::cause::Cause;
use crate::model::policy::advisory::BadAdvisory;

#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("`{command}` failed")]
    Failed {
        command: String,
        #[source]
        said: Cause,
    },
    #[error("`{command}` was ended: nothing has moved for {seconds} seconds")]
    Silent { command: String, seconds: u64 },
    #[error("`{}` is not what git says it is: {message}", .path.display())]
    Object { path: PathBuf, message: String },
    #[error("its locked commit {revision} is on no branch of {url} any more")]
    Revision {
        url: String,
        revision: String,
        /// Of the same source, to name in a command.
        package: String,
        /// Whether the manifest itself names the commit.
        pinned: bool,
    },
    #[error("cannot fetch {url}: {cause}")]
    Fetch { url: String, cause: String },
    #[error("cannot fetch from {host}: {cause}")]
    Host { host: String, cause: String },
    #[error("{origin} cannot be mirrored: {message}")]
    Package { origin: String, message: String },
    #[error("HEAD of {url} names a branch that is not there, so cargo would read an empty index; it has {}", .branches.join(", "))]
    NoHead { url: String, branches: Vec<String> },
    #[error("cannot run `git`")]
    NoGit(#[source] io::Error),
    #[error("`{}` is not an advisory database: it has no folder `crates`", .path.display())]
    NotAdvisories { path: PathBuf },
    #[error("cannot read the advisory `{}`", .path.display())]
    Advisory {
        path: PathBuf,
        source: Box<BadAdvisory>,
    },
}

impl GitError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Silent { .. } => {
                "run the same command again, and look at the network and the server; over ssh, look whether it asks a question \
                 that nobody answers, and set ServerAliveInterval in ~/.ssh/config to notice a dead connection sooner"
            }
            Self::NotAdvisories { .. } => {
                "name the folder of a RustSec advisory database, or the address of its git repository"
            }
            Self::Advisory { .. } => {
                "it may name a known vulnerability; look at it yourself, or bring the database up to date"
            }
            Self::Object { .. } => {
                "remove that folder; cargo clones it again, and the same command goes on"
            }
            Self::Revision { pinned: true, .. } => {
                "the history was rewritten, or a branch or tag removed: name another `rev` in Cargo.toml"
            }
            Self::Revision { package, .. } => {
                return Some(format!(
                    "the history was rewritten, or a branch or tag removed: `cargo update -p {package}` locks a commit that \
                     is there"
                ));
            }
            Self::Fetch { .. } => {
                "look at its address and at the login that git has for it; a repository that has moved needs its new address \
                 in Cargo.toml"
            }
            Self::Host { .. } => {
                "look at the network, the proxy and the login for that host, and run the same command again; cargo's own \
                 git does not know all that the git program knows: `net.git-fetch-with-cli = true` in cargo's config has it used"
            }
            Self::NoHead { .. } => {
                "set the default branch of that repository to the one that has the index"
            }
            Self::NoGit(_) => {
                "install git: the index is pushed, and advisory databases are cloned, with its keys and logins"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
