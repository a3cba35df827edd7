//! `[catalog]`: what searches are made of.

use serde::Deserialize;

/// What the catalogue of crates.io is made of, besides the mirror itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CatalogSettings {
    /// The database dump of crates.io: a file, relative to the mirror's folder, or an address. Empty: none.
    pub dump: String,
    /// Whether readmes are shown.
    pub readmes: bool,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self {
            dump: String::new(),
            readmes: true,
        }
    }
}

impl CatalogSettings {
    /// The dump, if there is one.
    pub fn dump(&self) -> Option<&str> {
        let dump = self.dump.trim();
        (!dump.is_empty()).then_some(dump)
    }
}

/// Whether a dump is named by its address.
pub fn is_address(dump: &str) -> bool {
    dump.starts_with("https://") || dump.starts_with("http://")
}
