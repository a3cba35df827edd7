//! How far a catalogue has read the log of index lines: what was written after that has changed since.
//!
//! Every index line, whoever writes it, is in that log first (see `io::store::journal`): so nobody who adds a crate, publishes
//! or yanks one has to remember the catalogue, and none can forget it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::io::fs::file;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::package::id::CrateName;

/// A longer one is none of ours.
const MAX_POSITION: u64 = 1 << 24;

/// How many bytes of the log of each shard were read.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPosition {
    /// Of the making that the rest belongs to.
    number: String,
    shards: BTreeMap<String, u64>,
}

impl LogPosition {
    /// Where the log ends now.
    pub fn end(store: &RegistryStore, number: &str) -> Self {
        Self {
            number: number.to_owned(),
            shards: store.log_lengths(),
        }
    }

    /// What was read for a making, as it was written down; the beginning where it was not.
    pub fn read(folder: &Path, number: &str) -> Self {
        let text = file::read_text(&folder.join("position"), MAX_POSITION).ok();
        let read = text.and_then(|text| serde_json::from_str::<Self>(&text).ok());
        let read = read.filter(|position| position.number == number);
        read.unwrap_or_else(|| Self {
            number: number.to_owned(),
            shards: BTreeMap::new(),
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
            shards: self.shards.clone(),
        }
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
            for id in written.iter().rev().take(RECENT) {
                is_whole &= store.read_index(&id.name)?.get(id).is_some();
            }
            names.extend(written.into_iter().map(|id| id.name));
            if is_whole || !store.log_is_recent(&shard) {
                now.shards.insert(shard, length);
            }
        }
        Ok((names, now))
    }
}

/// Only what is under way right now can be in the log and not in the index: the last few records tell.
const RECENT: usize = 16;
