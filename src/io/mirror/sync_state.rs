//! What the copy of a registry remembers of its runs.
//!
//! ```text
//! <mirror>/.mirror/sync/crates-io/
//!   lock            held by the run under way
//!   cursor.json     the last run that judged every crate
//!   selection.toml  what it took; `gc` goes by it
//!   known           index files that are dealt with (`known_files`)
//!   troubles.json   what could not be done, and when it is tried again
//!   removed.json    versions that upstream has removed, with their checksums
//!   top             names of the crates that rules about the whole registry have chosen
//!   trees/          a bare git repository with the trees of the git index
//!   changes-<time>.json    what a run has changed, the newest hundred
//! ```
//!
//! A line of `known` is written when everything that the index file asks for is on the disk. So a run that is killed goes on
//! where it was, and the cursor says no more than that all lines are there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, create_dir_all};
use crate::io::fs::sync;
use crate::io::mirror::known_files::{KnownFiles, KnownLog};
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::sync::SyncError;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::changes::SyncChanges;
use crate::model::sync::cursor::SyncCursor;
use crate::model::sync::troubles::Troubles;
use crate::model::units::timestamp::Timestamp;

/// A file larger than this is none of ours.
const MAX_STATE: u64 = 1 << 30;
/// So many reports of changes are kept.
const REPORTS: usize = 100;

/// The folder of one registry's copy.
#[derive(Debug, Clone)]
pub struct SyncState {
    folder: PathBuf,
}

/// A version that upstream has removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Removed {
    pub checksum: String,
    pub at: Timestamp,
}

/// The registries that were copied into a mirror, by the names of their folders.
pub fn copies(mirror: &Path) -> Vec<String> {
    let entries = fs::read_dir(Mirror::at(mirror).sync(""))
        .into_iter()
        .flatten();
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| SyncState::of(mirror, name).exists())
        .collect();
    names.sort_unstable();
    names
}

impl SyncState {
    /// `registry` is the name of the registry's folder.
    pub fn of(mirror: &Path, registry: &str) -> Self {
        Self {
            folder: Mirror::at(mirror).sync(registry),
        }
    }

    /// The lock that one run holds.
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// Where the trees of the git index are kept.
    pub fn trees(&self) -> PathBuf {
        self.folder.join("trees")
    }

    /// Whether a registry was ever synced into this mirror.
    pub fn exists(&self) -> bool {
        self.folder.join("selection.toml").is_file()
    }

    /// What cannot be read is as good as none: then everything is compared anew.
    pub fn cursor(&self) -> Option<SyncCursor> {
        self.json("cursor.json").ok().flatten()
    }

    pub fn write_cursor(&self, cursor: &SyncCursor) -> Result<()> {
        self.write_json("cursor.json", cursor)
    }

    /// Holds alarms that nothing else remembers: one that cannot be read is an error.
    pub fn troubles(&self) -> Result<Troubles> {
        Ok(self.json("troubles.json")?.unwrap_or_default())
    }

    pub fn write_troubles(&self, troubles: &Troubles) -> Result<()> {
        self.write_json("troubles.json", troubles)
    }

    /// Nothing else remembers these checksums: a file that cannot be read is an error.
    pub fn removed(&self) -> Result<BTreeMap<String, Removed>> {
        Ok(self.json("removed.json")?.unwrap_or_default())
    }

    /// Remembers versions before they go, with the checksums of their bytes.
    pub fn remember_removed(&self, gone: &[(CrateId, Sha256)], now: Timestamp) -> Result<()> {
        let mut removed = self.removed()?;
        for (id, checksum) in gone {
            let checksum = checksum.to_string();
            removed.insert(id.to_string(), Removed { checksum, at: now });
        }
        self.write_json("removed.json", &removed)
    }

    /// The text of the selection that was taken last.
    pub fn selection(&self) -> Result<Option<String>> {
        if_there(file::read_text(
            &self.folder.join("selection.toml"),
            MAX_STATE,
        ))
    }

    pub fn write_selection(&self, text: &str) -> Result<()> {
        if self.selection()?.as_deref() == Some(text) {
            return Ok(());
        }
        self.write("selection.toml", text.as_bytes())
    }

    /// The crates that rules about the whole registry have chosen, in lower case.
    pub fn top(&self) -> Result<Option<Vec<CrateName>>> {
        let text = if_there(file::read_text(&self.folder.join("top"), MAX_STATE))?;
        Ok(text.map(|text| {
            text.lines()
                .filter_map(|line| CrateName::parse(line).ok())
                .collect()
        }))
    }

    pub fn write_top(&self, names: &[CrateName]) -> Result<()> {
        let mut text = String::new();
        for name in names {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}");
        }
        self.write("top", text.as_bytes())
    }

    /// What is known of upstream's files by the runs that went by the same rules and the same address.
    pub fn known(&self, filter: &str) -> Result<KnownFiles> {
        let text = if_there(file::read(&self.folder.join("known"), MAX_STATE))?;
        Ok(KnownFiles::parse(&text.unwrap_or_default(), filter))
    }

    /// Opens the log for more lines; one of other rules is begun anew.
    pub fn known_log(&self, filter: &str, known: &KnownFiles) -> Result<KnownLog> {
        create_dir_all(&self.folder)?;
        if known.is_to_be_written_anew() {
            self.write("known", known.render(filter).as_bytes())?;
        }
        KnownLog::open(self.folder.join("known"))
    }

    /// Writes a report for scripts, and drops the oldest.
    pub fn report(&self, changes: &SyncChanges) -> Result<PathBuf> {
        let time = changes.ended.to_string().replace(':', "");
        let mut path = self.folder.join(format!("changes-{time}.json"));
        for number in 2.. {
            if !path.exists() {
                break;
            }
            path = self.folder.join(format!("changes-{time}-{number}.json"));
        }
        let mut text = serde_json::to_vec_pretty(changes).unwrap_or_default();
        text.push(b'\n');
        create_dir_all(&self.folder)?;
        file::replace_shared(&path, &text)?;
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut reports: Vec<String> = names.filter(|name| name.starts_with("changes-")).collect();
        reports.sort_unstable();
        for old in reports.iter().rev().skip(REPORTS) {
            file::remove(&self.folder.join(old))?;
        }
        Ok(path)
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.folder.join(name);
        let Some(text) = if_there(file::read(&path, MAX_STATE))? else {
            return Ok(None);
        };
        let read = serde_json::from_slice(&text);
        read.map(Some)
            .map_err(|cause| Error::Sync(SyncError::State { path, cause }))
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
        text.push(b'\n');
        self.write(name, &text)
    }

    /// Beside and renamed, on the disk before and after.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        create_dir_all(&self.folder)?;
        let temporary = self.folder.join(format!(".{name}.tmp"));
        file::remove(&temporary)?;
        file::write_new(&temporary, bytes)?;
        sync::file(&temporary)?;
        file::rename(&temporary, &self.folder.join(name))?;
        file::test_kill("sync-state-renamed");
        sync::folder(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_these_files_remember_is_not_forgotten_because_they_are_damaged() {
        let mirror = tempfile::tempdir().unwrap();
        let state = SyncState::of(mirror.path(), "crates-io");
        assert!(state.removed().unwrap().is_empty() && state.troubles().unwrap().0.is_empty());
        let gone = [(CrateId::parse("a", "1.0.0").unwrap(), Sha256::of(b"a"))];
        state.remember_removed(&gone, Timestamp(1)).unwrap();
        let path = mirror.path().join(".mirror/sync/crates-io/removed.json");
        let half = fs::read(&path).unwrap().split_off(9);
        fs::write(&path, &half).unwrap();
        state.removed().unwrap_err();
        state.remember_removed(&gone, Timestamp(2)).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), half, "nothing writes over it");
        fs::write(path.with_file_name("troubles.json"), "{").unwrap();
        state.troubles().unwrap_err();
        fs::write(path.with_file_name("cursor.json"), "{").unwrap();
        assert!(state.cursor().is_none());
    }

    #[test]
    fn reports_are_kept_and_not_for_ever() {
        let mirror = tempfile::tempdir().unwrap();
        let state = SyncState::of(mirror.path(), "crates-io");
        let mut changes = SyncChanges::default();
        for second in 0..REPORTS as u64 + 3 {
            changes.ended = Timestamp(1_700_000_000 + second);
            state.report(&changes).unwrap();
        }
        let again = state.report(&changes).unwrap();
        assert!(again.to_string_lossy().ends_with("-2.json"));
        let there = fs::read_dir(mirror.path().join(".mirror/sync/crates-io")).unwrap();
        assert_eq!(there.count(), REPORTS);
    }
}
