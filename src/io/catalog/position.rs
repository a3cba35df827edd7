//! How far a catalogue has read the log of index lines: what was written after that has changed since.
//!
//! Every index line, whoever writes it, is in that log first (see `io::store::journal`): so nobody who adds a crate, publishes
//! or yanks one has to remember the catalogue, and none can forget it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::clock::Clock;
use crate::io::fs::file;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::journal::line_digest;
use crate::model::package::id::CrateName;

/// A longer one is none of ours.
const MAX_POSITION: u64 = 1 << 24;

/// How many bytes of the log of each shard were read.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPosition {
    /// Of the making that the rest belongs to.
    number: String,
    shards: BTreeMap<String, u64>,
    /// Up to when index files were looked at for lines that were removed, which the log does not tell: seconds since 1970 by
    /// the system's clock, as files have it.
    #[serde(default)]
    pub looked: u64,
}

impl LogPosition {
    /// Where the log ends now.
    pub fn end(store: &RegistryStore, number: &str) -> Self {
        Self {
            number: number.to_owned(),
            shards: store.log_lengths(),
            looked: Clock::system().now().0,
        }
    }

    /// What was read for a making, as it was written down; the beginning where it was not.
    pub fn read(folder: &Path, number: &str) -> Self {
        let text = file::read_text(&folder.join("position"), MAX_POSITION).ok();
        let read = text.and_then(|text| serde_json::from_str::<Self>(&text).ok());
        let read = read.filter(|position| position.number == number);
        read.unwrap_or_else(|| Self {
            number: number.to_owned(),
            ..Self::default()
        })
    }

    pub fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string(self).unwrap_or_default();
        file::replace_own(&folder.join("position"), text.as_bytes())
    }

    /// The same place for another making of the catalogue.
    #[must_use]
    pub fn of(&self, number: &str) -> Self {
        Self {
            number: number.to_owned(),
            ..self.clone()
        }
    }

    /// Whether the log was read as far.
    pub fn is_as_far_as(&self, other: &Self) -> bool {
        self.shards == other.shards
    }

    /// The names that were written since, and where the log ends now. A line comes into the log before it comes into the index:
    /// where one is not there yet, its shard is to be read from the same place again.
    pub fn changed(&self, store: &RegistryStore) -> Result<(BTreeSet<CrateName>, Self)> {
        let mut names = BTreeSet::new();
        let mut now = self.clone();
        for (shard, length) in store.log_lengths() {
            let from = self.shards.get(&shard).copied().unwrap_or_default();
            if from == length {
                continue;
            }
            // A log that is shorter than it was is another one.
            let from = if from > length { 0 } else { from };
            let written = store.written_since(&shard, from)?;
            let mut is_whole = true;
            // Of the records of one version only the last says what its line is now: a yank takes the place of a line.
            let mut seen = BTreeSet::new();
            for record in written.iter().rev().take(RECENT) {
                if seen.insert(&record.id) {
                    let file = store.read_index(&record.id.name)?;
                    let line = file.get(&record.id);
                    is_whole &= line.is_some_and(|line| line_digest(line.raw()) == record.line);
                }
            }
            names.extend(written.into_iter().map(|record| record.id.name));
            if is_whole || !store.log_is_recent(&shard) {
                now.shards.insert(shard, length);
            }
        }
        Ok((names, now))
    }
}

/// Only what is under way right now can be in the log and not in the index: the last few records tell.
const RECENT: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index::file::IndexLine;

    #[test]
    fn a_line_that_is_recorded_and_not_in_its_place_yet_is_read_again() {
        let mirror = tempfile::tempdir().unwrap();
        let store = RegistryStore::source(mirror.path(), "crates-io");
        store.create().unwrap();
        let line = |yanked: bool| {
            let sum = "0".repeat(64);
            let text = format!(
                r#"{{"name":"leaf","vers":"1.0.0","deps":[],"cksum":"{sum}","features":{{}},"yanked":{yanked}}}"#
            );
            IndexLine::parse(text.as_bytes()).unwrap()
        };
        let path = mirror.path().join("crates-io/index/le/af/leaf");
        let put = |yanked: bool| {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, line(yanked).raw()).unwrap();
        };
        put(false);
        store.adopt(&[line(false)]).unwrap();
        let whole = LogPosition::end(&store, "1");
        // A yank is under way: its record is there, and the old line still stands.
        store.adopt(&[line(true)]).unwrap();
        let (names, position) = whole.changed(&store).unwrap();
        assert_eq!(names.len(), 1);
        assert!(
            position.is_as_far_as(&whole),
            "it would never be looked at again"
        );
        put(true);
        let (names, position) = position.changed(&store).unwrap();
        assert_eq!(names.len(), 1);
        assert!(!position.is_as_far_as(&whole));
        assert!(position.changed(&store).unwrap().0.is_empty());
    }
}
