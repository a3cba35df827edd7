//! The files of a catalogue, as they were written at once.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::io::catalog::bytes::Lines;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::search::origin::Origin;
use crate::model::search::row::{NeedKind, Row};
use crate::model::search::text::Text;

/// Start of each catalogue file, followed by its generation. Files of different generations do not match.
pub(super) const HEAD: &str = "cargo-mirror catalog 1 ";
/// The list of names that are gone is no longer than this, and what is looked through neither.
pub(super) const MAX_TEXT: u64 = 1 << 31;

/// What was written at once.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) text: Text,
    /// What it was made of, which an indexed text has no more.
    pub(super) search: Lines,
    pub(super) rows: Lines,
    pub(super) dependants: Lines,
    /// Where the lines begin, behind the head.
    pub(super) start: u64,
    pub(super) made: Made,
    pub(super) deleted: Option<PathBuf>,
}

/// Which making the files are of, and of what.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) number: String,
    pub(super) crates: u64,
    #[serde(flatten)]
    pub(super) origin: Origin,
}

/// A crate whose newest version depends on another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependant {
    pub name: String,
    pub version: String,
    /// In how many ways it does: one for each kind and requirement.
    pub ways: Vec<DependantWay>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependantWay {
    pub kind: NeedKind,
    pub requirement: String,
    pub optional: bool,
}

/// What a catalogue is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFor {
    /// A question or two.
    Little,
    /// To be searched all day: its words are indexed, if it is large.
    Much,
}

/// Fewer crates than this are looked through quickly enough.
const MANY: usize = 10_000;

/// What became of opening the files.
pub(super) enum Opened {
    Whole(Box<Base>),
    None,
    /// The files are of different makings.
    InBetween,
}

impl Base {
    pub(super) fn open(folder: &Path, purpose: OpenFor) -> Result<Opened> {
        let Some(origin) = if_there(file::read_text(&folder.join("origin"), 1 << 20))? else {
            return Ok(Opened::None);
        };
        let Ok(made) = serde_json::from_str::<Made>(&origin) else {
            return Ok(Opened::None);
        };
        let head = format!("{HEAD}{}\n", made.number);
        let lines = |name| lines(folder, name);
        let (search, rows, dependants) = (lines("search")?, lines("rows")?, lines("dependants")?);
        let (Some(search), Some(rows), Some(dependants)) = (search, rows, dependants) else {
            return Ok(Opened::InBetween);
        };
        let first = head.trim_end().as_bytes();
        for file in [&search, &rows, &dependants] {
            if file.line(0)? != first {
                return Ok(Opened::InBetween);
            }
        }
        let start = head.len() as u64;
        let text = if search.bytes() <= MAX_TEXT {
            String::from_utf8(search.between(start..search.bytes())?).ok()
        } else {
            None
        };
        let Some(mut text) = text.and_then(|text| Text::new(text).ok()) else {
            return Ok(Opened::None);
        };
        if purpose == OpenFor::Much && text.len() >= MANY {
            text = text.indexed();
        }
        Ok(Opened::Whole(Box::new(Self {
            text,
            search,
            rows,
            dependants,
            start,
            made,
            deleted: Some(folder.join("deleted")),
        })))
    }

    pub(super) fn row(&self, offset: u64) -> Result<Option<Row>> {
        let line = self.rows.line(offset + self.start)?;
        Ok(serde_json::from_slice(&line).ok())
    }

    pub(super) fn rows_of(&self, folded: &str) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for line in self.text.named(folded) {
            rows.extend(self.row(line.offset)?);
        }
        Ok(rows)
    }

    /// Hands over the dependants of a crate, the most used first, until `take` says no.
    pub(super) fn each_dependant(
        &self,
        folded: &str,
        mut take: impl FnMut(Dependant) -> bool,
    ) -> Result<()> {
        let target = |line: &[u8]| -> usize { memchr::memchr(b'\t', line).unwrap_or(line.len()) };
        let before = |line: &[u8]| &line[..target(line)] < folded.as_bytes();
        let from = self.dependants.bisect(self.start, before)?;
        let mut current: Option<Dependant> = None;
        self.dependants.each(from, |_, line| {
            let at = target(line);
            if &line[..at] != folded.as_bytes() {
                return Ok(false);
            }
            let rest = line.get(at + 1..).unwrap_or_default();
            let Some((name, version, way)) = std::str::from_utf8(rest).ok().and_then(dependant)
            else {
                return Ok(true);
            };
            match &mut current {
                Some(one) if one.name == name => one.ways.push(way),
                _ => {
                    let next = Dependant {
                        name: name.to_owned(),
                        version: version.to_owned(),
                        ways: vec![way],
                    };
                    if let Some(one) = current.replace(next)
                        && !take(one)
                    {
                        current = None;
                        return Ok(false);
                    }
                }
            }
            Ok(true)
        })?;
        if let Some(one) = current {
            take(one);
        }
        Ok(())
    }
}

/// The rest of a line of dependants.
pub(super) fn dependant(line: &str) -> Option<(&str, &str, DependantWay)> {
    let mut fields = line.split('\t');
    let (name, version) = (fields.next()?, fields.next()?);
    let way = DependantWay {
        kind: NeedKind::parse(fields.next()?)?,
        requirement: fields.next()?.to_owned(),
        optional: fields.next() == Some("optional"),
    };
    Some((name, version, way))
}

fn lines(folder: &Path, name: &str) -> Result<Option<Lines>> {
    let path = folder.join(name);
    let opened = File::open(&path).and_then(|file| {
        let length = file.metadata()?.len();
        Ok((file, length))
    });
    let opened = if_there(opened.map_err(io_error(Action::Read, &path)))?;
    Ok(opened.map(|(file, length)| Lines::File { file, path, length }))
}

/// How many crates the base knows to depend on a name, whether it knows the name itself or not.
pub(super) fn dependants_in(base: &Base, folded: &str) -> Result<u32> {
    if let Some(line) = base.text.named(folded).next() {
        return Ok(line.used.dependants);
    }
    let mut count = 0;
    base.each_dependant(folded, |_| {
        count += 1;
        true
    })?;
    Ok(count)
}
