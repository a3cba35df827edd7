//! Where a sync stands: what it has come to, and from where.

use serde::{Deserialize, Serialize};

use crate::model::units::timestamp::Timestamp;

/// The last run that judged every crate. Written when everything that it speaks of is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SyncCursor {
    /// Where changes were learnt: the address of a git index, or that of the index whose files were asked for one by one.
    pub from: String,
    /// The commit of the git index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The selection, and a digest of it.
    pub selection: String,
    pub filter: String,
    /// A digest of what is given beside the selection: what roots want, and the list of names.
    #[serde(default)]
    pub given: String,
    /// The id of the registry's `config.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// When it began, so what upstream said is at least as new.
    pub began: Timestamp,
    pub ended: Timestamp,
    /// When everything was last compared.
    pub healed: Timestamp,
    /// When a version that is too young now will be old enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ripens: Option<Timestamp>,
    /// Crates that the registry has.
    pub crates: usize,
}

/// What a run goes by, beside the state of upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncBasis {
    pub from: String,
    pub filter: String,
    pub given: String,
}

impl SyncCursor {
    /// Whether what was judged then is judged the same way now: only the difference need be looked at.
    pub fn continues(&self, basis: &SyncBasis) -> bool {
        self.from == basis.from && self.filter == basis.filter
    }

    /// Whether a run at `commit` has nothing to look at, but for what failed before.
    pub fn is_current(&self, basis: &SyncBasis, commit: &str, now: Timestamp) -> bool {
        self.continues(basis)
            && self.given == basis.given
            && self.commit.as_deref() == Some(commit)
            && self.ripens.is_none_or(|at| now < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_selection_begins_anew_and_other_roots_are_looked_at() {
        let cursor = SyncCursor {
            from: "https://r.example/index".to_owned(),
            commit: Some("c0ffee".to_owned()),
            selection: "everything".to_owned(),
            filter: "f".to_owned(),
            given: "r".to_owned(),
            config: None,
            began: Timestamp(5),
            ended: Timestamp(9),
            healed: Timestamp(9),
            ripens: Some(Timestamp(100)),
            crates: 3,
        };
        let basis = |filter: &str, given: &str| SyncBasis {
            from: "https://r.example/index".to_owned(),
            filter: filter.to_owned(),
            given: given.to_owned(),
        };
        assert!(cursor.is_current(&basis("f", "r"), "c0ffee", Timestamp(50)));
        assert!(
            !cursor.is_current(&basis("f", "r"), "c0ffee", Timestamp(100)),
            "one is old enough now"
        );
        assert!(!cursor.is_current(&basis("f", "r"), "decade", Timestamp(50)));
        assert!(!cursor.is_current(&basis("f", "s"), "c0ffee", Timestamp(50)));
        assert!(cursor.continues(&basis("f", "s")) && !cursor.continues(&basis("g", "r")));
        let text = serde_json::to_string(&cursor).unwrap();
        assert_eq!(serde_json::from_str::<SyncCursor>(&text).unwrap(), cursor);
    }
}
