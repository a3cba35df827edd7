//! What was ever published under a name, and by whom: the record that outlives the line.
//!
//! ```text
//! <mirror>/access/releases/corp/acme_log.json
//!   {"name":"acme-log","versions":{"1.2.0":{"checksum":"...","by":"alice","at":"2026-01-31T12:00:00Z"}}}
//! ```
//!
//! The file is called by the one spelling that stands for all, so a look at it tells whether a name is taken. A version that
//! was removed stays in it: other bytes are never published under its number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::package::id::Version;
use crate::model::units::timestamp::Timestamp;

/// All releases of one crate.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Releases {
    /// As it was first published.
    pub name: String,
    pub versions: BTreeMap<String, Release>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub checksum: String,
    /// The login of who published it.
    pub by: String,
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub removed: Option<Removal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub by: String,
    pub at: Timestamp,
}

impl Releases {
    /// The release that is this version but for what follows `+`: cargo takes both for one.
    pub fn twin(&self, version: &Version) -> Option<(&String, &Release)> {
        let plain = |text: &str| {
            let mut version = semver::Version::parse(text).ok()?;
            version.build = semver::BuildMetadata::EMPTY;
            Some(version)
        };
        let wanted = plain(&version.to_string());
        let mut versions = self.versions.iter();
        versions.find(|(known, _)| wanted.is_some() && plain(known) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_differ_in_build_metadata_are_one() {
        let release = Release {
            checksum: "a".repeat(64),
            by: "alice".to_owned(),
            at: Timestamp(1),
            removed: None,
        };
        let releases = Releases {
            name: "a".to_owned(),
            versions: BTreeMap::from([("1.0.0+x".to_owned(), release)]),
        };
        let twin = |version: &str| {
            let version = Version::parse("a", version).unwrap();
            releases.twin(&version).map(|(version, _)| version.as_str())
        };
        assert_eq!(twin("1.0.0"), Some("1.0.0+x"));
        assert_eq!(twin("1.0.0+y"), Some("1.0.0+x"));
        assert_eq!(twin("1.0.0-rc.1"), None);
        assert_eq!(twin("1.0.1"), None);
    }
}
