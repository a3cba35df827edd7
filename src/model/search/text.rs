//! The text that a search runs through: a line a crate, the most used first, so that the order of lines is an order of crates.
//!
//! ```text
//! serde-json<TAB>json serde<TAB>a json serialization file format<TAB>1234 3000000 57 1790000000 1790000000 1
//! name          keywords       description    offset of its row, downloads, dependants, updated, arrived, whether it is here
//! ```
//!
//! To look through 250,000 lines takes some milliseconds. Where many are searched all day, see [`Text::indexed`].

use std::fmt::Write;

use crate::model::search::query::Query;
use crate::model::search::rank::{Searched, Use, worth};
use crate::model::search::row::Row;
use crate::model::search::words::Words;

/// What comes first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The name itself, then what is close and much used (see [`crate::model::search::rank`]).
    #[default]
    Relevance,
    /// The most used.
    Use,
    /// What was published last.
    Recent,
    /// What came into the mirror last.
    Arrived,
    Name,
}

/// What is wanted of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SearchWanted {
    pub query: Query,
    /// Whether the name alone is looked at.
    pub names_only: bool,
    pub sort: Sort,
    /// So many of the first are left out.
    pub skip: usize,
    /// No more than this are wanted.
    pub most: usize,
}

/// A line as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLine<'t> {
    pub name: &'t str,
    /// Where its row begins.
    pub offset: u64,
    pub used: Use,
    /// Whether something of it is in the mirror.
    pub is_here: bool,
}

/// The numbers of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    offset: u64,
    downloads: u64,
    dependants: u32,
    /// Seconds since 1970, as far as 2106; 0: not known.
    pub(super) updated: u32,
    pub(super) arrived: u32,
    is_here: bool,
}

impl Numbers {
    pub(super) fn used(&self) -> Use {
        Use {
            downloads: self.downloads,
            dependants: self.dependants,
        }
    }
}

/// Lines that can be looked through.
#[derive(Debug, Default)]
pub struct Text {
    /// Of an indexed text no more than the names.
    lines: String,
    /// Where each line begins.
    starts: Box<[u32]>,
    /// The lines in the order of names.
    by_name: Box<[u32]>,
    numbers: Box<[Numbers]>,
    /// What each is worth beside how it fits: see [`worth`].
    points: Box<[u8]>,
    indexed: Option<Indexed>,
}

/// What stands for the lines of an indexed text.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) words: Words,
    /// Where each line begins in what the text was made of, and where the last one ends.
    pub(super) places: Box<[u32]>,
}

/// Why a text cannot be looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadText;

impl Text {
    /// Takes lines as [`line()`] writes them. Their order is kept.
    pub fn new(lines: String) -> Result<Self, BadText> {
        if u32::try_from(lines.len()).is_err() || !(lines.is_empty() || lines.ends_with('\n')) {
            return Err(BadText);
        }
        let count = memchr::memchr_iter(b'\n', lines.as_bytes()).count();
        let mut starts = Vec::with_capacity(count);
        let (mut numbers, mut points) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut start = 0_usize;
        for end in memchr::memchr_iter(b'\n', lines.as_bytes()) {
            let (searched, rest) = split(&lines[start..end]).ok_or(BadText)?;
            let read = read(rest).ok_or(BadText)?;
            points.push(worth(read.used(), searched.name));
            numbers.push(read);
            starts.push(u32::try_from(start).ok().ok_or(BadText)?);
            start = end + 1;
        }
        let numbered = 0..u32::try_from(count).ok().ok_or(BadText)?;
        let mut by_name: Vec<u32> = numbered.collect();
        by_name.sort_unstable_by_key(|line| (name_at(&lines, starts[*line as usize]), *line));
        Ok(Self {
            lines,
            starts: starts.into(),
            by_name: by_name.into(),
            numbers: numbers.into(),
            points: points.into(),
            indexed: None,
        })
    }

    /// The same with an index of its words in place of its lines: what is searched many times, and looks for words. It takes less
    /// memory and a fraction of a second to make. Whoever searches it reads lines where the index does not tell.
    #[must_use]
    pub fn indexed(self) -> Self {
        let end = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let texts = (0..self.len()).map(|line| {
            let text = &self.lines[self.starts[line] as usize..];
            let mut tabs = memchr::memchr_iter(b'\t', text.as_bytes());
            let (name, rest) = (tabs.next().unwrap_or(0), tabs.nth(1).unwrap_or(0));
            (&text[..name], text.get(name + 1..rest).unwrap_or_default())
        });
        let Some(words) = Words::of(texts) else {
            return self;
        };
        let length = |line: usize| self.name(line).len() + 1;
        let mut names = String::with_capacity((0..self.len()).map(length).sum());
        let mut starts = Vec::with_capacity(self.len());
        for line in 0..self.len() {
            starts.push(u32::try_from(names.len()).unwrap_or(u32::MAX));
            names.push_str(self.name(line));
            names.push('\n');
        }
        let places = self.starts.iter().copied().chain([end]).collect();
        Self {
            lines: names,
            starts: starts.into(),
            indexed: Some(Indexed { words, places }),
            ..self
        }
    }

    pub fn len(&self) -> usize {
        self.starts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The lines of a name, which is folded: more than one where spellings differ.
    pub fn named<'t>(&'t self, name: &'t str) -> impl Iterator<Item = TextLine<'t>> {
        let from = self
            .by_name
            .partition_point(|line| self.name_of(*line) < name);
        let same = self.by_name[from..].iter();
        same.take_while(move |line| self.name_of(**line) == name)
            .map(|line| self.line(*line as usize))
    }

    /// Hands over every line.
    pub fn each_line(&self, mut take: impl FnMut(TextLine<'_>)) {
        for line in &self.by_name {
            take(self.line(*line as usize));
        }
    }

    /// The names that begin so, in their order.
    pub fn beginning<'t>(&'t self, start: &str) -> impl Iterator<Item = &'t str> {
        let lines = self.beginning_lines(start).iter();
        lines.map(|line| self.name_of(*line))
    }

    /// Their lines, in the same order.
    pub(super) fn beginning_lines(&self, start: &str) -> &[u32] {
        let from = self
            .by_name
            .partition_point(|line| self.name_of(*line) < start);
        let rest = &self.by_name[from..];
        let length = rest.partition_point(|line| self.name_of(*line).starts_with(start));
        &rest[..length]
    }

    fn line(&self, line: usize) -> TextLine<'_> {
        let numbers = self.numbers[line];
        TextLine {
            name: self.name(line),
            offset: numbers.offset,
            used: numbers.used(),
            is_here: numbers.is_here,
        }
    }

    pub(super) fn name(&self, line: usize) -> &str {
        name_at(&self.lines, self.starts[line])
    }

    fn name_of(&self, line: u32) -> &str {
        self.name(line as usize)
    }

    pub(super) fn numbers(&self, line: usize) -> &Numbers {
        &self.numbers[line]
    }

    pub(super) fn points(&self, line: usize) -> u8 {
        self.points[line]
    }

    pub(super) fn words(&self) -> Option<&Indexed> {
        self.indexed.as_ref()
    }

    /// All lines, and where each begins. Of an indexed text these are the names alone.
    pub(super) fn lines(&self) -> (&str, &[u32]) {
        (&self.lines, &self.starts)
    }

    /// Where the row of a line begins.
    pub(super) fn offset(&self, line: usize) -> Option<u64> {
        self.numbers.get(line).map(|numbers| numbers.offset)
    }
}

/// The fields of a line that are searched.
pub(super) fn searched(line: &str) -> Option<Searched<'_>> {
    split(line).map(|(searched, _)| searched)
}

/// Writes the line of a crate whose row begins at `offset`.
pub fn line(row: &Row, offset: u64, text: &mut String) {
    let (name, keywords, description) = row.searched();
    let used = row.usage();
    let updated = row.updated().map_or(0, |at| at.0);
    let arrived = row.here.as_ref().and_then(|here| here.arrived);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{name}\t{keywords}\t{description}\t{offset} {} {} {updated} {} {}",
        used.downloads,
        used.dependants,
        arrived.map_or(0, |at| at.0),
        u8::from(row.here.is_some())
    );
}

/// The fields of a line, and the numbers at its end.
fn split(line: &str) -> Option<(Searched<'_>, &str)> {
    let mut tabs = memchr::memchr_iter(b'\t', line.as_bytes());
    let (name, keywords, description) = (tabs.next()?, tabs.next()?, tabs.next()?);
    let searched = Searched {
        name: &line[..name],
        keywords: &line[name + 1..keywords],
        description: &line[keywords + 1..description],
    };
    Some((searched, &line[description + 1..]))
}

fn read(numbers: &str) -> Option<Numbers> {
    let mut numbers = numbers.split(' ').map(|number| number.parse::<u64>().ok());
    let mut next = || numbers.next().flatten();
    let second = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
    Some(Numbers {
        offset: next()?,
        downloads: next()?,
        dependants: u32::try_from(next()?).ok()?,
        updated: second(next()?),
        arrived: second(next()?),
        is_here: next()? == 1,
    })
}

/// The name in the line that begins there.
fn name_at(lines: &str, at: u32) -> &str {
    let rest = &lines[at as usize..];
    let end = memchr::memchr2(b'\t', b'\n', rest.as_bytes());
    &rest[..end.unwrap_or(rest.len())]
}
