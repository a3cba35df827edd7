//! What the copy of a registry remembers of its runs.
//!
//! ```text
//! <mirror>/.mirror/sync/crates-io/
//!   lock            held by the run under way
//!   cursor.json     the last run that judged every crate
//!   selection.toml  what it took; `gc` goes by it
//!   known           id of each index file that is dealt with, and when to look at it again: later lines win
//!   troubles.json   what could not be done, and when it is tried again
//!   removed.json    versions that upstream has removed, with their checksums
//!   top             names of the crates that rules about the whole registry have chosen
//!   trees/          a bare git repository with the trees of the git index
//!   changes-<time>.json    what a run has changed, the newest hundred
//! ```
//!
//! A line of `known` is written when everything that the index file asks for is on the disk. So a run that is killed goes on
//! where it was, and the cursor says no more than that all lines are there.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{self, create_dir_all};
use crate::io::fs::sync;
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::sync::SyncError;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::changes::SyncChanges;
use crate::model::sync::cursor::SyncCursor;
use crate::model::sync::tree::{FileId, hex, parse_id};
use crate::model::sync::troubles::Troubles;
use crate::model::units::timestamp::Timestamp;

/// A file larger than this is none of ours.
const MAX_STATE: u64 = 1 << 30;
const HEAD: &str = "cargo-mirror known 1 ";
/// So many reports of changes are kept.
const REPORTS: usize = 100;

/// The folder of one registry's copy.
#[derive(Debug, Clone)]
pub struct SyncState {
    folder: PathBuf,
}

/// What is known of upstream's index files: those that are dealt with.
#[derive(Debug, Default, PartialEq)]
pub struct KnownFiles {
    pub ids: BTreeMap<CrateName, FileId>,
    /// What to ask with, where upstream's files are asked for one by one.
    pub validators: HashMap<CrateName, Validator>,
    /// When to look at a file again though it is as it was.
    pub again: BTreeMap<CrateName, Timestamp>,
    /// Lines that were read.
    lines: usize,
}

/// An index file that is dealt with.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFile {
    pub id: FileId,
    pub validator: Option<Validator>,
    /// When to look at it again though it is as it was: a version in it will be wanted then.
    pub again: Option<Timestamp>,
}

/// The log of index files that are dealt with, written to.
#[derive(Debug)]
pub struct KnownLog {
    path: PathBuf,
    file: File,
    waiting: String,
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
        let path = self.folder.join("known");
        if known.lines > 2 * known.ids.len() + 1000 || known.lines == 0 {
            self.write("known", known.render(filter).as_bytes())?;
        }
        let failed = || io_error(Action::Write, &path);
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(&path)
            .map_err(failed())?;
        // What a power cut left of the last line must not spoil the next.
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(-1)).is_ok() {
            file.read_exact(&mut last).map_err(failed())?;
        }
        let waiting = if last == [b'\n'] { "" } else { "\n" }.to_owned();
        Ok(KnownLog {
            path,
            file,
            waiting,
        })
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

impl KnownFiles {
    fn parse(text: &[u8], filter: &str) -> Self {
        let mut known = Self::default();
        // Without its end a line may be half of one.
        let whole = memchr::memrchr(b'\n', text).map_or(0, |end| end + 1);
        let text = String::from_utf8_lossy(&text[..whole]);
        let mut lines = text.lines();
        if lines.next() != Some(format!("{HEAD}{filter}").as_str()) {
            return known;
        }
        known.lines = 1;
        for line in lines {
            known.lines += 1;
            let Some((id, rest)) = line.split_once(' ') else {
                continue;
            };
            let (name, validator) = rest.split_once(' ').unwrap_or((rest, ""));
            let Ok(name) = CrateName::parse(name) else {
                continue;
            };
            known.validators.remove(&name);
            known.again.remove(&name);
            let (again, validator) = read_again(validator);
            match parse_id(id) {
                Some(id) => {
                    if let Some(validator) = read_validator(validator) {
                        known.validators.insert(name.clone(), validator);
                    }
                    if let Some(at) = again {
                        known.again.insert(name.clone(), at);
                    }
                    known.ids.insert(name, id);
                }
                None => drop(known.ids.remove(&name)),
            }
        }
        known
    }

    fn render(&self, filter: &str) -> String {
        let mut text = format!("{HEAD}{filter}\n");
        for (name, id) in &self.ids {
            let file = KnownFile {
                id: *id,
                validator: self.validators.get(name).cloned(),
                again: self.again.get(name).copied(),
            };
            line(&mut text, name, Some(&file));
        }
        text
    }

    /// The crates whose files are to be looked at again by now, in lower case.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = String> {
        let due = self.again.iter().filter(move |(_, at)| **at <= now);
        due.map(|(name, _)| name.to_string())
    }

    /// When the next of them is.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.again.values().filter(|at| **at > now).min().copied()
    }
}

fn line(text: &mut String, name: &CrateName, file: Option<&KnownFile>) {
    let id = file.map_or_else(|| "-".to_owned(), |file| hex(&file.id));
    let again = file.and_then(|file| file.again);
    let again = again.map_or_else(String::new, |at| format!(" again {}", at.0));
    let validator = match file.and_then(|file| file.validator.as_ref()) {
        Some(Validator::Etag(tag)) => format!(" etag {tag}"),
        Some(Validator::LastModified(date)) => format!(" last-modified {date}"),
        None => String::new(),
    };
    let sound = !validator.chars().any(char::is_control);
    let validator = if sound { validator } else { String::new() };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{id} {name}{again}{validator}");
}

/// When to look again, and what follows.
fn read_again(text: &str) -> (Option<Timestamp>, &str) {
    let Some(rest) = text.strip_prefix("again ") else {
        return (None, text);
    };
    let (seconds, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    // What cannot be read is due.
    (Some(Timestamp(seconds.parse().unwrap_or_default())), rest)
}

fn read_validator(text: &str) -> Option<Validator> {
    match text.split_once(' ')? {
        ("etag", tag) => Some(Validator::Etag(tag.to_owned())),
        ("last-modified", date) => Some(Validator::LastModified(date.to_owned())),
        _ => None,
    }
}

impl KnownLog {
    /// An index file is dealt with. It is written at the next [`Self::flush`].
    /// `None`: there is none any more.
    pub fn add(&mut self, name: &CrateName, file: Option<&KnownFile>) {
        line(&mut self.waiting, name, file);
    }

    /// Writes what waits. Everything that it speaks of must be on the disk.
    pub fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(self.waiting.as_bytes());
        self.waiting.clear();
        written.map_err(io_error(Action::Write, &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_reads_as_it_is_written_and_never_more() {
        let mirror = tempfile::tempdir().unwrap();
        let state = SyncState::of(mirror.path(), "crates-io");
        let name = |name: &str| CrateName::parse(name).unwrap();
        let tag = Validator::Etag("W/\"a b\"".to_owned());
        let mut log = state.known_log("f", &state.known("f").unwrap()).unwrap();
        let file = |byte: u8, validator: Option<&Validator>, again: Option<u64>| KnownFile {
            id: [byte; 20],
            validator: validator.cloned(),
            again: again.map(Timestamp),
        };
        log.add(&name("a"), Some(&file(1, None, Some(7))));
        log.add(&name("b"), Some(&file(2, Some(&tag), Some(900))));
        log.add(&name("c"), Some(&file(3, None, Some(7))));
        log.add(&name("a"), Some(&file(4, None, None)));
        log.add(&name("c"), None);
        assert!(
            state.known("f").unwrap().ids.is_empty(),
            "nothing is flushed"
        );
        log.flush().unwrap();
        let known = state.known("f").unwrap();
        assert_eq!(
            known.ids,
            BTreeMap::from([(name("a"), [4; 20]), (name("b"), [2; 20])])
        );
        assert_eq!(known.validators, HashMap::from([(name("b"), tag)]));
        assert_eq!(known.again, BTreeMap::from([(name("b"), Timestamp(900))]));
        assert_eq!(known.next(Timestamp(899)), Some(Timestamp(900)));
        assert_eq!(known.due(Timestamp(899)).count(), 0);
        assert_eq!(known.due(Timestamp(900)).collect::<Vec<_>>(), ["b"]);
        let again = KnownFiles::parse(known.render("f").as_bytes(), "f");
        assert_eq!(
            (&again.ids, &again.validators, &again.again),
            (&known.ids, &known.validators, &known.again)
        );
        assert!(
            state.known("g").unwrap().ids.is_empty(),
            "other rules know nothing"
        );

        let path = mirror.path().join(".mirror/sync/crates-io/known");
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let torn = state.known("f").unwrap();
            let real = |(name, id): (&CrateName, &FileId)| match name.as_str() {
                "a" => [1, 4].contains(&id[0]),
                "b" => id[0] == 2,
                "c" => id[0] == 3,
                _ => false,
            };
            assert!(torn.ids.iter().all(real), "{end}");
            let mut log = state.known_log("f", &torn).unwrap();
            log.add(&name("z"), Some(&file(9, None, None)));
            log.flush().unwrap();
            assert_eq!(
                state.known("f").unwrap().ids.get(&name("z")),
                Some(&[9; 20]),
                "{end}"
            );
        }
    }

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
