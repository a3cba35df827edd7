//! What a run of `sync` has changed: for people, and for scripts that act on it.

use serde::{Deserialize, Serialize};

use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

/// So many are named of each kind; the rest is counted.
pub const NAMED: usize = 10_000;

/// Versions that a run did something about.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned {
    pub count: usize,
    /// The first 10,000 of them, as `name@version`.
    pub named: Vec<String>,
}

impl Versioned {
    pub fn add(&mut self, id: &CrateId) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(id.to_string());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// The changes of one run.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SyncChanges {
    pub began: Timestamp,
    pub ended: Timestamp,
    /// The commit of the git index that the mirror now follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Versions that are here now and were not before.
    pub added: Versioned,
    pub yanked: Versioned,
    pub unyanked: Versioned,
    /// Versions whose line is another one in another way.
    pub relined: Versioned,
    /// Versions that upstream has removed, and that are removed here.
    pub deleted: Versioned,
    /// Versions that upstream has removed, and that stay: roots want them, or the settings say so.
    pub kept: Versioned,
    /// Versions that upstream has with other bytes now. Those that are here stay as they are.
    pub other_bytes: Versioned,
}

impl SyncChanges {
    pub fn is_empty(&self) -> bool {
        let all = [
            &self.added,
            &self.yanked,
            &self.unyanked,
            &self.relined,
            &self.deleted,
            &self.other_bytes,
        ];
        all.iter().all(|versions| versions.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_counted_and_some_are_named() {
        let mut changes = SyncChanges::default();
        assert!(changes.is_empty());
        for number in 0..NAMED + 5 {
            changes
                .added
                .add(&CrateId::parse("a", &format!("0.0.{number}")).unwrap());
        }
        assert!(!changes.is_empty());
        assert_eq!(
            (changes.added.count, changes.added.named.len()),
            (NAMED + 5, NAMED)
        );
        let text = serde_json::to_string(&changes).unwrap();
        assert_eq!(serde_json::from_str::<SyncChanges>(&text).unwrap(), changes);
    }
}
