//! What has changed in the mirror since a catalogue was made: shown as if it stood in it.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;

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
    /// By folded name and spelling: what is here of it now.
    pub(super) changes: BTreeMap<(String, String), Option<Here>>,
    pub(super) text: Text,
    pub(super) rows: Vec<Row>,
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
    pub(super) fn of(
        base: &Base,
        changes: BTreeMap<(String, String), Option<Here>>,
    ) -> Result<Self> {
        let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        let mut more_here = 0;
        // How many dependants each name has more than in the base, or less.
        let mut more: BTreeMap<String, i64> = BTreeMap::new();
        for ((folded, name), here) in &changes {
            if !rows.contains_key(folded) {
                rows.insert(folded.clone(), base.rows_of(folded)?);
                more.entry(folded.clone()).or_default();
            }
            let same = rows.entry(folded.clone()).or_default();
            let at = same.iter().position(|row| row.name == *name);
            let mut row = match at {
                Some(at) => same.swap_remove(at),
                None => Row {
                    name: name.clone(),
                    ..Row::default()
                },
            };
            for target in needed(&row) {
                *more.entry(target).or_default() -= 1;
            }
            more_here += i64::from(here.is_some()) - i64::from(row.here.is_some());
            row.here.clone_from(here);
            if row.here.is_none() && row.dump.is_none() {
                continue;
            }
            for target in needed(&row) {
                *more.entry(target).or_default() += 1;
            }
            same.push(row);
        }
        let mut all = Vec::new();
        let mut replaced = HashSet::new();
        for (folded, more) in more {
            let spelled = rows.remove(&folded);
            if spelled.is_none() && more == 0 {
                continue;
            }
            let before = dependants_in(base, &folded)?;
            let count = u32::try_from((i64::from(before) + more).max(0)).unwrap_or(u32::MAX);
            for mut row in spelled.map_or_else(|| base.rows_of(&folded), Ok)? {
                row.dependants = count;
                all.push(row);
            }
            replaced.insert(folded);
        }
        all.sort_by_cached_key(|row| {
            let (name, used) = (plain(&row.name), row.usage());
            let (points, downloads, dependants, _) = used.order("");
            (points, downloads, dependants, name, row.name.clone())
        });
        let mut lines = String::new();
        for (at, row) in all.iter().enumerate() {
            text::line(row, at as u64, &mut lines);
        }
        Ok(Self {
            changes,
            text: Text::new(lines).unwrap_or_default(),
            rows: all,
            more_here,
            replaced,
        })
    }

    pub(super) fn row(&self, offset: u64) -> Option<Row> {
        self.rows.get(usize::try_from(offset).ok()?).cloned()
    }

    pub(super) fn has_changed(&self, name: &str) -> bool {
        !self.changes.is_empty() && self.changes.contains_key(&(plain(name), name.to_owned()))
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
