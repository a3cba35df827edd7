//! What has changed in the mirror since a catalogue was made: shown as if it stood in it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::io::catalog::base::{Base, Dependant, DependantWay, HEAD, MAX_TEXT, dependants_in};
use crate::io::catalog::glance::needed;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::search::query::plain;
use crate::model::search::row::{Here, Row};
use crate::model::search::text::{self, Text};

/// What has changed since.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// By folded name and spelling: what has changed in the mirror.
    changed: BTreeSet<(String, String)>,
    /// By folded name: the rows of what has changed, and of what more or fewer crates depend on, as they are now.
    spelled: BTreeMap<String, Vec<Arc<Row>>>,
    /// How many dependants each name has more than in the base, or less.
    more: BTreeMap<String, i64>,
    pub(super) text: Text,
    pub(super) rows: Vec<Arc<Row>>,
    /// How many crates more are in the mirror than in the base, or less.
    pub(super) more_here: i64,
    /// Folded names whose lines in the base no longer count.
    pub(super) replaced: HashSet<String>,
}

/// A crate that has changed in the mirror. `None`: it is no longer there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub name: String,
    pub here: Option<Here>,
}

impl Fresh {
    /// The same with more changes. Of the base no more is read than what they speak of.
    pub(super) fn with(&self, base: &Base, changes: Vec<Changed>) -> Result<Self> {
        let (mut known, mut spelled) = (self.changed.clone(), self.spelled.clone());
        let (mut more, mut more_here) = (self.more.clone(), self.more_here);
        let mut counted = BTreeSet::new();
        for Changed { name, here } in changes {
            let folded = plain(&name);
            let same = rows_of(base, &mut spelled, &folded)?;
            let at = same.iter().position(|row| row.name == name);
            let mut row = match at {
                Some(at) => Arc::unwrap_or_clone(same.swap_remove(at)),
                None => Row {
                    name: name.clone(),
                    ..Row::default()
                },
            };
            let mut count = |row: &Row, by: i64| {
                for target in needed(row) {
                    *more.entry(target.clone()).or_default() += by;
                    counted.insert(target);
                }
            };
            count(&row, -1);
            more_here += i64::from(here.is_some()) - i64::from(row.here.is_some());
            row.here = here;
            if row.here.is_some() || row.dump.is_some() {
                count(&row, 1);
                same.push(Arc::new(row));
            }
            counted.insert(folded.clone());
            known.insert((folded, name));
        }
        for folded in counted {
            let more = more.get(&folded).copied().unwrap_or_default();
            if more == 0 && !spelled.contains_key(&folded) {
                continue;
            }
            let before = dependants_in(base, &folded)?;
            let count = u32::try_from((i64::from(before) + more).max(0)).unwrap_or(u32::MAX);
            for row in rows_of(base, &mut spelled, &folded)? {
                if row.dependants != count {
                    Arc::make_mut(row).dependants = count;
                }
            }
        }
        let (rows, text) = in_order(&spelled);
        Ok(Self {
            changed: known,
            text,
            rows,
            more_here,
            replaced: spelled.keys().cloned().collect(),
            spelled,
            more,
        })
    }

    /// How many crates have changed.
    pub(super) fn len(&self) -> usize {
        self.changed.len()
    }

    pub(super) fn row(&self, offset: u64) -> Option<Row> {
        let row = self.rows.get(usize::try_from(offset).ok()?)?;
        Some(Row::clone(row))
    }

    pub(super) fn has_changed(&self, name: &str) -> bool {
        !self.changed.is_empty() && self.changed.contains(&(plain(name), name.to_owned()))
    }

    /// Those that have changed and depend on a crate.
    pub(super) fn dependants(&self, folded: &str) -> Vec<Dependant> {
        let changed = self.rows.iter().filter(|row| self.has_changed(&row.name));
        let dependants = changed.filter_map(|row| {
            let ways = row
                .needs()
                .iter()
                .filter(|need| plain(&need.name) == folded);
            let ways: Vec<DependantWay> = ways
                .map(|need| DependantWay {
                    kind: need.kind,
                    requirement: need.requirement.clone(),
                    optional: need.optional,
                })
                .collect();
            let (version, _) = row.version()?;
            (!ways.is_empty()).then(|| Dependant {
                name: row.name.clone(),
                version: version.to_owned(),
                ways,
            })
        });
        dependants.collect()
    }
}

/// The rows of a name as they are now: those of the base, where nothing is known of it yet.
fn rows_of<'s>(
    base: &Base,
    spelled: &'s mut BTreeMap<String, Vec<Arc<Row>>>,
    folded: &str,
) -> Result<&'s mut Vec<Arc<Row>>> {
    if !spelled.contains_key(folded) {
        let rows = base.rows_of(folded)?.into_iter().map(Arc::new);
        spelled.insert(folded.to_owned(), rows.collect());
    }
    Ok(spelled.entry(folded.to_owned()).or_default())
}

/// The rows in the order of use, and the lines of them.
fn in_order(spelled: &BTreeMap<String, Vec<Arc<Row>>>) -> (Vec<Arc<Row>>, Text) {
    let mut rows: Vec<Arc<Row>> = spelled.values().flatten().cloned().collect();
    rows.sort_by_cached_key(|row| {
        let (name, used) = (plain(&row.name), row.usage());
        let (points, downloads, dependants, _) = used.order("");
        (points, downloads, dependants, name, row.name.clone())
    });
    let mut lines = String::new();
    for (at, row) in rows.iter().enumerate() {
        text::line(row, at as u64, &mut lines);
    }
    (rows, Text::new(lines).unwrap_or_default())
}

/// What has changed since a making. A line that is torn is as good as none.
pub(super) fn changes_in(folder: &Path, number: &str) -> Result<Vec<Changed>> {
    let text = if_there(file::read(&folder.join("fresh"), MAX_TEXT))?.unwrap_or_default();
    let mut lines = text.split(|byte| *byte == b'\n');
    let head = format!("{HEAD}{number}");
    if lines.next() != Some(head.as_bytes()) {
        return Ok(Vec::new());
    }
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
}

/// Writes down what has changed since the making `number`, for whoever opens the catalogue next.
pub fn append(folder: &Path, number: &str, changes: &[Changed]) -> Result<()> {
    let path = folder.join("fresh");
    let failed = || io_error(Action::Write, &path);
    let head = format!("{HEAD}{number}\n");
    let known = if_there(file::read(&path, MAX_TEXT))?;
    let mut text = match known {
        // What a kill left of the last line must not spoil the next.
        Some(known) if known.starts_with(head.as_bytes()) && known.ends_with(b"\n") => {
            String::new()
        }
        Some(known) if known.starts_with(head.as_bytes()) => "\n".to_owned(),
        _ => {
            file::replace_own(&path, head.as_bytes())?;
            String::new()
        }
    };
    for changed in changes {
        text += &serde_json::to_string(changed).unwrap_or_default();
        text.push('\n');
    }
    let mut open = File::options().append(true).open(&path).map_err(failed())?;
    open.write_all(text.as_bytes()).map_err(failed())
}
