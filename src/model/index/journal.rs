//! What was written into the index, remembered: one record for each line.
//!
//! A `.crate` has its checksum in the index line; nothing vouches for the line itself. A flipped bit in a dependency or
//! a feature leaves it readable and wrong. So whoever writes a line first records its digest, and `verify` compares.
//!
//! - The log only grows and is a set: a version may have several records, and a line that equals any of them is
//!   sound. So a kill between record and index file, in either order of survival, raises no alarm.
//! - A line without any record is not judged: an older version of this program wrote it, or a person.
//! - A record that is itself torn or flipped fails its own check and counts as none.
//! - Lines may be removed or moved without a word here.

use std::collections::HashMap;
use std::fmt::Write;

use crate::model::index::file::IndexLine;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::text::push_hex;

/// The first half of the SHA-256 of a raw line.
pub type LineDigest = [u8; 16];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    pub id: CrateId,
    /// Of the `.crate`, as the line had it.
    pub checksum: Sha256,
    pub line: LineDigest,
}

pub fn line_digest(raw: &[u8]) -> LineDigest {
    let mut digest = LineDigest::default();
    digest.copy_from_slice(&hash(raw).as_bytes()[..16]);
    digest
}

impl JournalEntry {
    pub fn of(line: &IndexLine) -> Self {
        Self {
            id: line.id().clone(),
            checksum: *line.checksum(),
            line: line_digest(line.raw()),
        }
    }

    /// `<name> <version> <checksum> <digest of the line> <check>`
    pub fn render(&self, log: &mut String) {
        let start = log.len();
        let Self { id, checksum, line } = self;
        // Writing to a String cannot fail.
        let _ = write!(log, "{} {} {checksum} ", id.name, id.version);
        push_hex(log, line);
        let check = check(&log[start..]);
        log.extend([" ", &check, "\n"]);
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, said) = text.rsplit_once(' ')?;
        if check(whole) != said {
            return None;
        }
        let mut words = whole.split(' ');
        let id = CrateId::parse(words.next()?, words.next()?).ok()?;
        let checksum = Sha256::parse(words.next()?).ok()?;
        let mut line = LineDigest::default();
        let digits = words.next()?.as_bytes();
        for (byte, pair) in line.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self { id, checksum, line })
    }
}

fn hash(bytes: &[u8]) -> Sha256 {
    Sha256::of(bytes)
}

fn check(text: &str) -> String {
    let mut check = String::new();
    push_hex(&mut check, &hash(text.as_bytes()).as_bytes()[..4]);
    check
}

/// What was written, in the order of the records.
pub fn written(log: &[u8]) -> impl Iterator<Item = JournalEntry> {
    let lines = log.split(|byte| *byte == b'\n');
    lines.filter_map(|line| JournalEntry::parse(str::from_utf8(line).ok()?))
}

/// The records of one shard, by lower-case name.
#[derive(Debug, Default)]
pub struct Journal(HashMap<Box<str>, Vec<JournalEntry>>);

/// What the records say of a line in an index file.
#[derive(Debug, PartialEq, Eq)]
pub enum JournalVerdict<'a> {
    /// It is what was written.
    Right,
    /// Something else was written: this.
    Changed(&'a JournalEntry),
    Unknown,
}

impl Journal {
    pub fn parse(log: &[u8]) -> Self {
        let mut records = Self::default();
        let lines = log.split(|byte| *byte == b'\n');
        for record in lines.filter_map(|line| JournalEntry::parse(str::from_utf8(line).ok()?)) {
            let key = record.id.name.as_str().to_ascii_lowercase();
            let known = records.0.entry(key.into()).or_default();
            if !known.contains(&record) {
                known.push(record);
            }
        }
        records
    }

    /// Everything recorded of the file called `file`.
    pub fn of(&self, file: &str) -> &[JournalEntry] {
        self.0
            .get(file.to_ascii_lowercase().as_str())
            .map_or(&[], Vec::as_slice)
    }

    /// The newest record of a version.
    pub fn get(&self, id: &CrateId) -> Option<&JournalEntry> {
        let known = self.of(id.name.as_str()).iter().rev();
        known.into_iter().find(|record| record.id == *id)
    }

    /// Holds a line of the index file called `file` against what was written there.
    pub fn judge(&self, file: &str, line: &IndexLine) -> JournalVerdict<'_> {
        let known = self.of(file);
        let digest = line_digest(line.raw());
        if known.iter().any(|record| record.line == digest) {
            return JournalVerdict::Right;
        }
        // After a flip in name or version the checksum tells whose line it was; after one in the checksum, the identity.
        let of_bytes = known
            .iter()
            .find(|record| record.checksum == *line.checksum());
        let of_id = || known.iter().rev().find(|record| record.id == *line.id());
        of_bytes
            .or_else(of_id)
            .map_or(JournalVerdict::Unknown, JournalVerdict::Changed)
    }
}

/// Undoes one flipped bit of a line of the index file called `file`, where a record proves the result.
pub fn correct_bit_flip(records: &Journal, file: &str, raw: &[u8]) -> Option<IndexLine> {
    /// Longer ones would take seconds.
    const LONGEST: usize = 8 << 10;
    let known: Vec<LineDigest> = records.of(file).iter().map(|record| record.line).collect();
    if known.is_empty() || raw.len() > LONGEST {
        return None;
    }
    let mut line = raw.to_vec();
    for at in 0..line.len() * 8 {
        let bit = 1 << (at % 8);
        line[at / 8] ^= bit;
        if known.contains(&line_digest(&line)) {
            return IndexLine::parse(&line).ok();
        }
        line[at / 8] ^= bit;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: &str, digit: char) -> IndexLine {
        let text = format!(
            r#"{{"name":"Foo","vers":"{version}","deps":[],"cksum":"{}","features":{{"a":["b"]}}}}"#,
            digit.to_string().repeat(64)
        );
        IndexLine::parse(text.as_bytes()).unwrap()
    }

    fn log(lines: &[IndexLine]) -> String {
        let mut log = String::new();
        for line in lines {
            JournalEntry::of(line).render(&mut log);
        }
        log
    }

    #[test]
    fn records_read_as_they_print_and_torn_ones_count_as_none() {
        let (one, two) = (line("1.0.0", 'a'), line("2.0.0", 'b'));
        let log = log(&[one.clone(), two.clone()]);
        let records = Journal::parse(log.as_bytes());
        assert_eq!(
            records.of("FOO"),
            [JournalEntry::of(&one), JournalEntry::of(&two)]
        );
        for end in 0..log.len() - 1 {
            let torn = Journal::parse(&log.as_bytes()[..end]);
            assert!(torn.of("foo").len() < 2, "{end}");
        }
        for at in 0..log.len() {
            let mut flipped = log.clone().into_bytes();
            flipped[at] ^= 2;
            let records = Journal::parse(&flipped);
            let known = records.of("foo").iter();
            assert!(known.clone().all(|record| record.line
                == line_digest(if record.id == *one.id() { &one } else { &two }.raw())));
        }
    }

    #[test]
    fn every_flip_of_a_recorded_line_is_seen_and_undone() {
        let (one, two) = (line("1.0.0", 'a'), line("2.0.0", 'b'));
        let records = Journal::parse(log(&[one.clone(), two.clone()]).as_bytes());
        assert_eq!(records.judge("foo", &one), JournalVerdict::Right);
        for at in 0..one.raw().len() * 8 {
            let mut raw = one.raw().to_vec();
            raw[at / 8] ^= 1 << (at % 8);
            if let Ok(read) = IndexLine::parse(&raw) {
                assert!(
                    matches!(records.judge("foo", &read), JournalVerdict::Changed(record) if record.id == *one.id()),
                    "bit {at}"
                );
            }
            if at % 97 == 0 {
                assert_eq!(correct_bit_flip(&records, "foo", &raw).as_ref(), Some(&one));
            }
        }
        assert_eq!(
            records.judge("foo", &line("3.0.0", 'c')),
            JournalVerdict::Unknown
        );
    }
}
