//! The address of crates.io's index.

use crate::model::source::id::SourceId;

/// The sparse index of crates.io, as a lockfile would spell it.
pub const DEFAULT_INDEX: &str = crates_index::sparse::URL;

/// Cargo knows crates.io by its sparse index, too, and puts the same in place of both. A lockfile has that name only where
/// somebody has called it a registry of their own.
pub fn as_cargo_takes(source: SourceId) -> SourceId {
    match source {
        SourceId::Registry(registry) if registry.as_str() == DEFAULT_INDEX => SourceId::CRATES_IO,
        source => source,
    }
}
