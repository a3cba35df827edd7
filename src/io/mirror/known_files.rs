//! The index files of upstream that a copy has dealt with: a log, of which the last line about a crate holds.
//!
//! ```text
//! cargo-mirror known 1 <rules>
//! <id> <name> [again <seconds>] [etag <etag> | last-modified <date>]
//! - <name>                                       upstream has none any more
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::io::fs::error::io_error;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::index::validator::Validator;
use crate::model::package::id::CrateName;
use crate::model::sync::name_map::{NameMap, NameMapBuilder};
use crate::model::sync::tree::{FileId, hex, parse_id};
use crate::model::units::timestamp::Timestamp;

const HEAD: &str = "cargo-mirror known 1 ";

/// What is known of upstream's index files: those that are dealt with.
#[derive(Debug, Default)]
pub struct KnownFiles {
    /// By names in lower case.
    pub ids: NameMap<FileId>,
    /// What to ask with, where upstream's files are asked for one by one.
    pub validators: Validators,
    /// When to look at a file again though it is as it was.
    pub again: BTreeMap<CrateName, Timestamp>,
    /// Lines that were read.
    lines: usize,
}

/// Validators by names in lower case. Their texts are one, as the names are: by themselves those of a quarter of a million index
/// files take 45 MB.
#[derive(Debug, Default)]
pub struct Validators {
    at: NameMap<TextAt>,
    texts: String,
}

/// Where a text is within another: from, to.
type TextAt = (u32, u32);

/// Validators as their lines come.
#[derive(Default)]
struct ValidatorsBuilder {
    at: NameMapBuilder<Option<TextAt>>,
    texts: String,
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

impl KnownFiles {
    /// Reads those that runs with this `filter` have written, the others not.
    pub fn parse(text: &[u8], filter: &str) -> Self {
        let mut known = Self::default();
        // Without its end a line may be half of one.
        let whole = memchr::memrchr(b'\n', text).map_or(0, |end| end + 1);
        let text = String::from_utf8_lossy(&text[..whole]);
        let mut lines = text.lines();
        if lines.next() != Some(format!("{HEAD}{filter}").as_str()) {
            return known;
        }
        known.lines = 1;
        // A line has an id, a blank and a name at least.
        let mut ids = NameMapBuilder::with_capacity(text.len() / 50);
        let mut validators = ValidatorsBuilder::default();
        for line in lines {
            known.lines += 1;
            let Some((id, rest)) = line.split_once(' ') else {
                continue;
            };
            let (name, validator) = rest.split_once(' ').unwrap_or((rest, ""));
            let Ok(name) = CrateName::parse(name) else {
                continue;
            };
            known.again.remove(&name);
            let (again, validator) = read_again(validator);
            let id = parse_id(id);
            ids.push(name.as_str(), id);
            validators.push(name.as_str(), if id.is_some() { validator } else { "" });
            if id.is_some()
                && let Some(at) = again
            {
                known.again.insert(name, at);
            }
        }
        known.ids = ids.finish().present();
        known.validators = validators.finish();
        known
    }

    /// Whether the log has become much longer than what it says, or has not begun.
    pub fn is_to_be_written_anew(&self) -> bool {
        self.lines == 0 || self.lines > 2 * self.ids.len() + 1000
    }

    pub fn render(&self, filter: &str) -> String {
        let mut text = format!("{HEAD}{filter}\n");
        for (name, id) in self.ids.iter() {
            let Ok(name) = CrateName::parse(name) else {
                continue;
            };
            let file = KnownFile {
                id: *id,
                validator: self.validators.get(name.as_str()),
                again: self.again.get(&name).copied(),
            };
            line(&mut text, &name, Some(&file));
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

impl Validators {
    pub fn get(&self, name: &str) -> Option<Validator> {
        let (from, to) = *self.at.get(name)?;
        read_validator(&self.texts[from as usize..to as usize])
    }
}

impl ValidatorsBuilder {
    /// Takes what a line says, which is nothing where it is empty.
    fn push(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            // A line before may have had one.
            if !self.texts.is_empty() {
                self.at.push(name, None);
            }
            return;
        }
        let from = u32::try_from(self.texts.len());
        self.texts.push_str(text);
        let to = u32::try_from(self.texts.len());
        // Logs are read only up to a size that is far below 4 GiB.
        self.at.push(name, from.ok().zip(to.ok()));
    }

    fn finish(self) -> Validators {
        Validators {
            at: self.at.finish().present(),
            texts: self.texts,
        }
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
    /// Opens a log for more lines.
    pub fn open(path: PathBuf) -> Result<Self> {
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
        Ok(Self {
            path,
            file,
            waiting,
        })
    }

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
    use std::fs;

    use super::*;
    use crate::io::mirror::sync_state::SyncState;

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
            NameMap::from_iter([("a", [4; 20]), ("b", [2; 20])])
        );
        let of = |name| known.validators.get(name);
        assert_eq!([of("a"), of("b"), of("c")], [None, Some(tag), None]);
        assert_eq!(known.again, BTreeMap::from([(name("b"), Timestamp(900))]));
        assert_eq!(known.next(Timestamp(899)), Some(Timestamp(900)));
        assert_eq!(known.due(Timestamp(899)).count(), 0);
        assert_eq!(known.due(Timestamp(900)).collect::<Vec<_>>(), ["b"]);
        let again = KnownFiles::parse(known.render("f").as_bytes(), "f");
        assert_eq!((&again.ids, &again.again), (&known.ids, &known.again));
        assert_eq!(again.validators.get("b"), known.validators.get("b"));
        assert!(
            state.known("g").unwrap().ids.is_empty(),
            "other rules know nothing"
        );

        let path = mirror.path().join(".mirror/sync/crates-io/known");
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let torn = state.known("f").unwrap();
            let real = |(name, id): (&str, &FileId)| match name {
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
                state.known("f").unwrap().ids.get("z"),
                Some(&[9; 20]),
                "{end}"
            );
        }
    }
}
