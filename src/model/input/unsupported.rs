//! Why a package of some source cannot be mirrored, and the way out.

use crate::model::source::garbled::raw_reference;
use crate::model::source::id::{SourceId, is_commit};

/// Why, and what to do.
pub fn obstacle(source: &SourceId) -> (String, &'static str) {
    const GIT: &str = "run `cargo update -p NAME` to have cargo lock it anew";
    const UNREADABLE: &str = "its address, or what stands for its commit, cannot be read";
    const REGISTRY: &str = "its address is not that of a registry";
    const REGISTRY_HELP: &str =
        "look at the address of that registry in cargo's config and in the lockfile";
    match source {
        SourceId::Registry(_) => (REGISTRY.to_owned(), REGISTRY_HELP),
        SourceId::Other(text) if text.starts_with("registry+") || text.starts_with("sparse+") => {
            (REGISTRY.to_owned(), REGISTRY_HELP)
        }
        SourceId::Git(_) => (UNREADABLE.to_owned(), GIT),
        SourceId::Other(text) if text.starts_with("git+") && !text.contains('#') => {
            ("the lockfile names no commit of it".to_owned(), GIT)
        }
        SourceId::Other(text) if text.starts_with("git+") && !ends_in_commit(text) => {
            (UNREADABLE.to_owned(), GIT)
        }
        SourceId::Other(text) if text.starts_with("git+") => (
            format!(
                "a lockfile older than version 4 cannot hold the reference `{}`: cargo reads another one out of it and asks \
                 the repository again",
                raw_reference(text).unwrap_or_default()
            ),
            "let the lockfile be written as version 4: set `rust-version` in Cargo.toml to 1.78 or later, or take it out, \
             then run `cargo update -p NAME` for that package",
        ),
        SourceId::Other(text) => match text.split_once('+') {
            Some(("directory", _)) => (
                "it comes from a directory source, which exists on this machine alone and has no upstream".to_owned(),
                "let the lockfile name where the package was vendored from: take the directory source out of cargo's config \
                 and run `cargo generate-lockfile`",
            ),
            Some(("local-registry", _)) => (
                "it comes from a local registry, which exists on this machine alone".to_owned(),
                "let the lockfile name the registry that the folder is a copy of",
            ),
            Some(("path", _)) => (
                "it comes from a folder of this machine".to_owned(),
                "copy that folder along with the project",
            ),
            Some((kind, _)) => (
                format!("`{kind}` is a kind of source that this version of cargo-mirror does not know"),
                "a newer cargo-mirror may know it",
            ),
            None => (
                "it has no kind of source that is known".to_owned(),
                "a newer cargo-mirror may know it",
            ),
        },
    }
}

fn ends_in_commit(text: &str) -> bool {
    text.rsplit_once('#')
        .is_some_and(|(_, commit)| is_commit(commit))
}
