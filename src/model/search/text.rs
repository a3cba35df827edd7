//! The text that a search runs through: a line a crate, the most used first, so that the order of lines is an order of crates.
//!
//! ```text
//! serde-json<TAB>json serde<TAB>a json serialization file format<TAB>1234 3000000 57 1790000000 1790000000 1
//! name          keywords       description    offset of its row, downloads, dependants, updated, arrived, whether it is here
//! ```
//!
//! No index is made of it but the order of names: to look through 250,000 lines at memory speed takes some milliseconds.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

use memchr::memmem;

use crate::model::search::query::Query;
use crate::model::search::rank::{MOST_POINTS, Searched, Tier, Use, points, tier};
use crate::model::search::row::Row;

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
    pub searched: Searched<'t>,
    /// Where its row begins.
    pub offset: u64,
    pub used: Use,
    /// Seconds since 1970; 0: not known.
    pub updated: u64,
    pub arrived: u64,
    /// Whether something of it is in the mirror.
    pub is_here: bool,
}

/// A crate that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub tier: Tier,
    /// Whether its line is in the second text.
    pub is_fresh: bool,
    /// Where its line begins.
    at: u32,
}

/// What fits, the best first, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    pub total: usize,
    pub hits: Vec<Hit>,
}

/// Lines that can be looked through.
#[derive(Debug, Default)]
pub struct Text {
    lines: String,
    /// Where each line begins, in the order of names.
    by_name: Box<[u32]>,
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
        let mut by_name = Vec::new();
        let mut start = 0_usize;
        for end in memchr::memchr_iter(b'\n', lines.as_bytes()) {
            split(&lines[start..end]).ok_or(BadText)?;
            by_name.push(u32::try_from(start).ok().ok_or(BadText)?);
            start = end + 1;
        }
        by_name.sort_unstable_by_key(|at| (name_at(&lines, *at), *at));
        Ok(Self {
            lines,
            by_name: by_name.into(),
        })
    }

    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The lines of a name, which is folded: more than one where spellings differ.
    pub fn named<'t>(&'t self, name: &'t str) -> impl Iterator<Item = TextLine<'t>> {
        let from = self
            .by_name
            .partition_point(|at| name_at(&self.lines, *at) < name);
        let same = self.by_name[from..].iter();
        same.take_while(move |at| name_at(&self.lines, **at) == name)
            .filter_map(|at| self.line(*at))
    }

    /// Hands over every line.
    pub fn each_line(&self, mut take: impl FnMut(TextLine<'_>)) {
        for at in &self.by_name {
            if let Some(line) = self.line(*at) {
                take(line);
            }
        }
    }

    /// The names that begin so, in their order.
    pub fn beginning<'t>(&'t self, start: &str) -> impl Iterator<Item = &'t str> {
        let range = self.range(start);
        self.by_name[range]
            .iter()
            .map(|at| name_at(&self.lines, *at))
    }

    fn range(&self, start: &str) -> Range<usize> {
        let from = self
            .by_name
            .partition_point(|at| name_at(&self.lines, *at) < start);
        let begin = |at: &u32| name_at(&self.lines, *at).starts_with(start);
        let length = self.by_name[from..].partition_point(begin);
        from..from + length
    }

    fn line(&self, at: u32) -> Option<TextLine<'_>> {
        let rest = &self.lines[at as usize..];
        let end = memchr::memchr(b'\n', rest.as_bytes())?;
        read(&rest[..end])
    }

    /// Hands over each line that fits, in the order of lines, with where it begins.
    fn each(&self, query: &Query, mut found: impl FnMut(u32, Tier)) {
        let lines = self.lines.as_bytes();
        let mut judge = |start: usize, end: usize| {
            if let Some((searched, _)) = split(&self.lines[start..end])
                && let Some(tier) = tier(query, searched)
            {
                found(u32::try_from(start).unwrap_or(u32::MAX), tier);
            }
        };
        let end_of =
            |at: usize| memchr::memchr(b'\n', &lines[at..]).map_or(lines.len(), |end| at + end);
        if let Some(start) = query.short() {
            // It is nearly everywhere; as the start of a name it means something.
            let mut starts = self.by_name[self.range(start)].to_vec();
            starts.sort_unstable();
            for start in starts {
                judge(start as usize, end_of(start as usize));
            }
            return;
        }
        let Some(rarest) = query.words().iter().max_by_key(|word| word.len()) else {
            let mut start = 0;
            while start < lines.len() {
                let end = end_of(start);
                judge(start, end);
                start = end + 1;
            }
            return;
        };
        let finder = memmem::Finder::new(rarest.as_bytes());
        let mut from = 0;
        while let Some(at) = finder.find(&lines[from..]).map(|at| from + at) {
            let start = memchr::memrchr(b'\n', &lines[..at]).map_or(0, |newline| newline + 1);
            let end = end_of(at);
            judge(start, end);
            from = (end + 1).min(lines.len());
        }
    }
}

/// Looks through two texts as if the lines of the second stood in the first, in place of those of the names in `replaced`; those of
/// the names in `hidden` are passed over.
#[expect(
    clippy::implicit_hasher,
    reason = "there is one caller, and it has a set of the usual kind"
)]
pub fn find(
    base: &Text,
    fresh: &Text,
    replaced: &HashSet<String>,
    hidden: &HashSet<String>,
    wanted: &SearchWanted,
) -> Hits {
    let mut buckets: Vec<Vec<Hit>> = Vec::new();
    buckets.resize_with(MOST_POINTS, Vec::new);
    let by_points = wanted.sort == Sort::Relevance && !wanted.query.is_empty();
    let mut take = |text: &Text, is_fresh: bool| {
        text.each(&wanted.query, |at, tier| {
            let has = |names: &HashSet<String>| {
                !names.is_empty() && names.contains(name_at(&text.lines, at))
            };
            if wanted.names_only && !tier.is_of_name() || !is_fresh && has(replaced) || has(hidden)
            {
                return;
            }
            let points = if by_points {
                text.line(at)
                    .map_or(0, |line| points(tier, line.used, line.searched.name))
            } else {
                0
            };
            buckets[usize::from(points)].push(Hit { tier, is_fresh, at });
        });
    };
    take(base, false);
    take(fresh, true);
    let total = buckets.iter().map(Vec::len).sum();
    let line = |hit: &Hit| {
        if hit.is_fresh {
            fresh.line(hit.at)
        } else {
            base.line(hit.at)
        }
    };
    let last = wanted.skip.saturating_add(wanted.most);
    let mut hits: Vec<Hit> = Vec::with_capacity(last.min(total));
    for mut bucket in buckets.into_iter().rev() {
        if hits.len() >= last {
            break;
        }
        order(
            &mut bucket,
            wanted.sort,
            !fresh.is_empty(),
            last - hits.len(),
            line,
        );
        hits.extend(bucket.into_iter().take(last - hits.len()));
    }
    hits.drain(..wanted.skip.min(hits.len()));
    Hits { total, hits }
}

/// Puts the first `most` into their order. Without a second text, lines are in the order of use already.
fn order<'t>(
    hits: &mut Vec<Hit>,
    sort: Sort,
    is_mixed: bool,
    most: usize,
    line: impl Fn(&Hit) -> Option<TextLine<'t>>,
) {
    let used = |line: &Option<TextLine<'t>>| line.map(|line| line.used.order(line.searched.name));
    match sort {
        Sort::Relevance | Sort::Use if !is_mixed => {}
        Sort::Relevance | Sort::Use => first(hits, most, |hit| used(&line(hit))),
        Sort::Recent => first(hits, most, |hit| {
            let line = line(hit);
            (Reverse(line.map_or(0, |line| line.updated)), used(&line))
        }),
        Sort::Arrived => first(hits, most, |hit| {
            let line = line(hit);
            (Reverse(line.map_or(0, |line| line.arrived)), used(&line))
        }),
        Sort::Name => first(hits, most, |hit| line(hit).map(|line| line.searched.name)),
    }
}

fn first<K: Ord>(hits: &mut Vec<Hit>, most: usize, key: impl Fn(&Hit) -> K) {
    let mut keyed: Vec<(K, Hit)> = hits.drain(..).map(|hit| (key(&hit), hit)).collect();
    if most < keyed.len() {
        keyed.select_nth_unstable_by(most, |one, other| one.0.cmp(&other.0));
        keyed.truncate(most);
    }
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    hits.extend(keyed.into_iter().map(|(_, hit)| hit));
}

impl Hit {
    /// Where its row begins: in the rows of the first text, or in those of the second.
    pub fn offset(&self, base: &Text, fresh: &Text) -> Option<u64> {
        let text = if self.is_fresh { fresh } else { base };
        text.line(self.at).map(|line| line.offset)
    }
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

fn read(line: &str) -> Option<TextLine<'_>> {
    let (searched, numbers) = split(line)?;
    let mut numbers = numbers.split(' ').map(|number| number.parse::<u64>().ok());
    let mut next = || numbers.next().flatten();
    Some(TextLine {
        searched,
        offset: next()?,
        used: Use {
            downloads: next()?,
            dependants: u32::try_from(next()?).ok()?,
        },
        updated: next()?,
        arrived: next()?,
        is_here: next()? == 1,
    })
}

/// The name in the line that begins there.
fn name_at(lines: &str, at: u32) -> &str {
    let rest = &lines[at as usize..];
    let end = memchr::memchr(b'\t', rest.as_bytes());
    &rest[..end.unwrap_or(rest.len())]
}
