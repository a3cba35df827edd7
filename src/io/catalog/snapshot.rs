//! A catalogue as it is read: what a registry's crates are, searched, looked up, and who depends on whom.
//!
//! ```text
//! <mirror>/.mirror/catalog/crates-io/
//!   origin       JSON, written last: which of the others belong together, and what they are made of
//!   search       a line a crate, the most used first (see `model::search::text`); in memory as it is, or indexed
//!   rows         JSON, a line a crate (see `model::search::row`); found by the offsets in `search`
//!   dependants   serde<TAB>anyhow<TAB>1.0.99<TAB>normal<TAB>^1<TAB>optional    sorted; found by bisection
//!   deleted      JSON, a line a name that the registry has deleted or keeps to itself; sorted by name
//!   fresh        JSON, a line a crate that has changed since; the last one of a name counts
//! ```
//!
//! All of it can be made anew, so it is not flushed, not sealed and no part of `verify`. Files are written beside and renamed;
//! whoever has a catalogue open goes on to read what it was then.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::io::catalog::base::{Base, Dependant, MAX_TEXT, Made, OpenFor, Opened};
use crate::io::catalog::build::{self, CountedWriter, RowSource};
use crate::io::catalog::bytes::Lines;
use crate::io::catalog::fresh::{Changed, Fresh, changes_in};
use crate::io::catalog::glance::RowGlance;
use crate::io::catalog::write::GoneName;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::search::find::find;
use crate::model::search::origin::Origin;
use crate::model::search::query::plain;
use crate::model::search::rank::{Tier, Use};
use crate::model::search::row::Row;
use crate::model::search::text::{SearchWanted, Text};
use crate::model::units::timestamp::Timestamp;

/// Another process may be about to rename the files one by one.
const TRIES: usize = 20;

/// The crates of one registry. A snapshot: it never changes, and is cheap to hand around.
#[derive(Debug, Clone)]
pub struct Catalog {
    base: Arc<Base>,
    fresh: Arc<Fresh>,
    /// When the mirror was last looked at.
    looked: Option<Timestamp>,
    /// Tells it from every other one that this process has had.
    id: u64,
}

fn next_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// A crate that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    pub tier: Tier,
    pub row: Row,
}

/// What a search has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFound {
    /// How many there are, whatever was asked for at once.
    pub total: usize,
    pub rows: Vec<FoundRow>,
}

impl Catalog {
    /// The catalogue in a folder. `None`: there is none, or one that another version of this program has written.
    pub fn open(folder: &Path, purpose: OpenFor) -> Result<Option<Self>> {
        for _ in 0..TRIES {
            match Base::open(folder, purpose)? {
                Opened::Whole(base) => {
                    let fresh = Arc::default();
                    let catalog = Self {
                        base: Arc::new(*base),
                        fresh,
                        looked: None,
                        id: next_id(),
                    };
                    let changes = changes_in(folder, &catalog.base.made.number)?;
                    return catalog.with(changes).map(Some);
                }
                Opened::None => return Ok(None),
                Opened::InBetween => std::thread::sleep(std::time::Duration::from_millis(10)),
            }
        }
        Ok(None)
    }

    /// A catalogue in memory alone.
    pub fn of_rows(rows: &mut dyn RowSource, origin: Origin) -> Result<Self> {
        let (mut search, mut written) = (Vec::new(), CountedWriter::new(Vec::new()));
        let mut dependants = CountedWriter::new(Vec::new());
        let failed = |cause| io_error(Action::Write, Path::new("memory"))(cause);
        let crates = build::write(rows, &mut search, &mut written, &mut dependants, &failed)?;
        let number = String::new();
        let search = String::from_utf8(search).unwrap_or_default();
        let base = Base {
            text: Text::new(search).unwrap_or_default(),
            search: Lines::Memory(Vec::new()),
            rows: Lines::Memory(written.into_inner()),
            dependants: Lines::Memory(dependants.into_inner()),
            start: 0,
            made: Made {
                number,
                crates,
                origin,
            },
            deleted: None,
        };
        Ok(Self {
            base: Arc::new(base),
            fresh: Arc::default(),
            looked: None,
            id: next_id(),
        })
    }

    /// Which facts it is made of, and of what day they are.
    pub fn origin(&self) -> Origin {
        let mut origin = self.base.made.origin.clone();
        if let Some(mirror) = &mut origin.mirror {
            mirror.crates = mirror.crates.saturating_add_signed(self.fresh.more_here);
            mirror.at = self.looked.unwrap_or(mirror.at);
        }
        origin
    }

    /// The same, of the mirror as it was looked at just now.
    #[must_use]
    pub fn looked(mut self, now: Timestamp) -> Self {
        self.looked = Some(now);
        self
    }

    /// Hands over the names of crates of which something is in the mirror, folded.
    pub fn each_here(&self, mut take: impl FnMut(&str)) {
        self.base.text.each_line(|line| {
            if line.is_here && !self.fresh.replaced.contains(line.name) {
                take(line.name);
            }
        });
        for row in self.fresh.rows.iter().filter(|row| row.here.is_some()) {
            take(&plain(&row.name));
        }
    }

    /// The number of its making: another one is another catalogue.
    pub fn number(&self) -> &str {
        &self.base.made.number
    }

    /// Tells it from every other catalogue that this process has had: with the same one, answers are the same.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Hands over every name, folded.
    pub fn each_name(&self, mut take: impl FnMut(&str)) {
        self.base.text.each_line(|line| {
            if !self.fresh.replaced.contains(line.name) {
                take(line.name);
            }
        });
        self.fresh.text.each_line(|line| take(line.name));
    }

    /// How many crates it has.
    pub fn len(&self) -> usize {
        let replaced = self.fresh.replaced.iter();
        let gone: usize = replaced
            .map(|name| self.base.text.named(name).count())
            .sum();
        self.base.text.len() + self.fresh.text.len() - gone
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many crates have changed since it was made.
    pub fn changes(&self) -> usize {
        self.fresh.len()
    }

    /// Searches: the best first. Nothing is found of the folded names in `hidden`.
    pub fn search(&self, wanted: &SearchWanted, hidden: &HashSet<String>) -> Result<SearchFound> {
        let (base, fresh) = (&self.base.text, &self.fresh.text);
        let (search, start) = (&self.base.search, self.base.start);
        let mut read = |places: Range<u32>| -> Result<Vec<u8>> {
            search.between(start + u64::from(places.start)..start + u64::from(places.end))
        };
        let hits = find(base, fresh, &self.fresh.replaced, hidden, wanted, &mut read)?;
        let mut rows = Vec::with_capacity(hits.hits.len());
        for hit in &hits.hits {
            let offset = hit.offset(base, fresh).unwrap_or_default();
            let row = if hit.is_fresh {
                self.fresh.row(offset)
            } else {
                self.base.row(offset)?
            };
            rows.extend(row.map(|row| FoundRow {
                tier: hit.tier,
                row,
            }));
        }
        Ok(SearchFound {
            total: hits.total,
            rows,
        })
    }

    /// What is known of a crate, by its name: in that spelling, else in another one that a registry takes for the same.
    pub fn row(&self, name: &str) -> Result<Option<Row>> {
        let folded = plain(name);
        let mut rows = self.rows_of(&folded)?;
        let exact = rows.iter().position(|row| row.name == name);
        Ok(match exact {
            Some(at) => Some(rows.swap_remove(at)),
            None => rows.into_iter().next(),
        })
    }

    /// All crates of a name, in whatever case, with `-` or `_`.
    pub fn spellings(&self, name: &str) -> Result<Vec<Row>> {
        self.rows_of(&plain(name))
    }

    fn rows_of(&self, folded: &str) -> Result<Vec<Row>> {
        if self.fresh.replaced.contains(folded) {
            let lines = self.fresh.text.named(folded);
            return Ok(lines
                .filter_map(|line| self.fresh.row(line.offset))
                .collect());
        }
        self.base.rows_of(folded)
    }

    /// The names that begin so, folded, in their order.
    pub fn names(&self, start: &str, most: usize) -> Vec<String> {
        let start = plain(start);
        let base = self.base.text.beginning(&start);
        let kept = base.filter(|name| !self.fresh.replaced.contains(*name));
        let mut names: Vec<String> = kept.take(most).map(str::to_owned).collect();
        names.extend(
            self.fresh
                .text
                .beginning(&start)
                .take(most)
                .map(str::to_owned),
        );
        names.sort_unstable();
        names.dedup();
        names.truncate(most);
        names
    }

    /// Who depends on a crate, the most used first, with their newest versions; `skip` of them left out, `most` at once. How many
    /// there are is in its [`Row::dependants`].
    pub fn dependants(&self, name: &str, skip: usize, most: usize) -> Result<Vec<Dependant>> {
        let folded = plain(name);
        let (mut found, mut moved) = (Vec::new(), self.fresh.dependants(&folded));
        // Without changes the list need not be read to its end.
        let is_changed = !self.fresh.replaced.is_empty();
        let last = skip.saturating_add(most);
        self.base.each_dependant(&folded, |one| {
            if is_changed && self.fresh.replaced.contains(&plain(&one.name)) {
                if !self.fresh.has_changed(&one.name) {
                    moved.push(one);
                }
                return true;
            }
            found.push(one);
            is_changed || found.len() < last
        })?;
        for one in moved {
            // By its use as it is now; the others are in that order.
            let used = self.usage(&plain(&one.name));
            let key = (used, plain(&one.name));
            let at = found.partition_point(|other: &Dependant| {
                let name = plain(&other.name);
                self.usage(&name).order(&name) < key.0.order(&key.1)
            });
            found.insert(at, one);
        }
        Ok(found.into_iter().skip(skip).take(most).collect())
    }

    fn usage(&self, folded: &str) -> Use {
        let fresh = self.fresh.text.named(folded).next();
        let line = fresh.or_else(|| self.base.text.named(folded).next());
        line.map(|line| line.used).unwrap_or_default()
    }

    /// Whether the registry has deleted a name, or keeps it to itself, as its dump says.
    pub fn gone(&self, name: &str) -> Result<Option<GoneName>> {
        let Some(path) = &self.base.deleted else {
            return Ok(None);
        };
        let Some(text) = if_there(file::read_text(path, MAX_TEXT))? else {
            return Ok(None);
        };
        let folded = plain(name);
        let names = text
            .lines()
            .filter_map(|line| serde_json::from_str::<GoneName>(line).ok());
        Ok(names.rev().find(|gone| plain(&gone.name) == folded))
    }

    /// The catalogue with what has changed in the mirror since: as if it were made anew.
    pub fn with(&self, changes: Vec<Changed>) -> Result<Self> {
        if changes.is_empty() {
            return Ok(self.clone());
        }
        let fresh = self.fresh.with(&self.base, changes)?;
        Ok(Self {
            base: Arc::clone(&self.base),
            fresh: Arc::new(fresh),
            looked: self.looked,
            id: next_id(),
        })
    }
}

/// A catalogue with its changes, as rows for the next one.
impl RowSource for Catalog {
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()> {
        let (base, replaced) = (&self.base, &self.fresh.replaced);
        base.rows.each(base.start, |offset, line| {
            if let Ok(row) = serde_json::from_slice::<RowGlance<'_>>(line)
                && (replaced.is_empty() || !replaced.contains(&plain(&row.name)))
            {
                take((offset - base.start) << 1, &row);
            }
            Ok(true)
        })?;
        // Odd keys are those of changed rows.
        for (at, row) in self.fresh.rows.iter().enumerate() {
            take(((at as u64) << 1) | 1, &RowGlance::of(row));
        }
        Ok(())
    }

    fn row(&mut self, key: u64) -> Result<Row> {
        let row = if key & 1 == 1 {
            self.fresh.row(key >> 1)
        } else {
            self.base.row(key >> 1)?
        };
        Ok(row.unwrap_or_default())
    }
}
