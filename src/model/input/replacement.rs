//! A source that is replaced by a folder of the mirror.

use crate::model::input::closure::Closure;
use crate::model::input::lockfile::Locked;
use crate::model::source::id::{GitSource, RegistrySource};
use crate::model::source::table::SourceTable;

/// A source other than crates.io that a project takes packages from, and its place in the mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplacedSource {
    pub original: SourceTable,
    /// Within the mirror, with forward slashes.
    pub folder: String,
    /// What tells our tables for sources apart.
    pub name: String,
    /// Of a git source: the commit that the lockfile wants.
    pub revision: Option<String>,
}

impl From<&RegistrySource> for ReplacedSource {
    fn from(source: &RegistrySource) -> Self {
        Self {
            original: SourceTable::from(source),
            folder: source.folder(),
            name: source.name(),
            revision: None,
        }
    }
}

impl From<&GitSource> for ReplacedSource {
    fn from(source: &GitSource) -> Self {
        Self {
            original: SourceTable::from(source),
            folder: source.folder(),
            // A repository may be called as a registry's folder is.
            name: format!("git-{}", source.name()),
            revision: Some(source.revision.clone()),
        }
    }
}

impl ReplacedSource {
    /// The sources of locked packages without crates.io, each once.
    pub fn of(locked: impl IntoIterator<Item = Locked>) -> Vec<Self> {
        let mut closure = Closure::default();
        closure.add(locked);
        Self::of_closure(&closure)
    }

    /// The sources of a closure, without crates.io.
    pub fn of_closure(closure: &Closure) -> Vec<Self> {
        let registries = closure.registries.keys();
        let others = registries.filter(|registry| !registry.is_crates_io());
        others
            .map(Self::from)
            .chain(closure.git.keys().map(Self::from))
            .collect()
    }
}
