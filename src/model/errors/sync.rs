//! Copies of registries.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("`{0}` is published into: it is no copy of another registry")]
    Hosted(String),
    #[error("there is no registry `{0}` in cargo's config or in mirror.toml")]
    UnknownRegistry(String),
    #[error("{url} is not the index of a registry: it has no config.json")]
    NotAnIndex { url: String },
    #[error("{url} lists no index files any more, but this mirror knows {known} crates")]
    Empty { url: String, known: usize },
    #[error(
        "the list of crates is unknown: the registry has no known git index, and no names are given"
    )]
    NoNames,
    #[error(
        "the selection goes by downloads, dependents or categories, and nothing says which crates have them"
    )]
    NoTop,
    #[error("cannot read `{}`, which remembers what a copy went through", .path.display())]
    State {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("{crates} of {of} crates would lose versions at once")]
    MassRemoval { crates: usize, of: usize },
}

impl SyncError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Hosted(_) => "name a registry that is mirrored, or another folder with --mirror",
            Self::UnknownRegistry(_) => {
                "add it to `[registries]` of cargo's config, or give the address of its index"
            }
            Self::NotAnIndex { .. } | Self::Empty { .. } => {
                "look at --index-git; nothing was changed here"
            }
            Self::NoNames => {
                "name the git index with --index-git, crates with --names, or a file of names with --names-from"
            }
            Self::NoTop => {
                "give a database dump with --names-from, or leave `top` and `categories` out"
            }
            Self::State { .. } => {
                "put it back from a copy; if there is none, remove it: then no alarm is raised for versions that upstream \
                 removed before and publishes again with other bytes"
            }
            Self::MassRemoval { .. } => {
                "nothing was removed; look at upstream, and if it is right, run again with --allow-mass-removal"
            }
        };
        Some(hint.to_owned())
    }
}
