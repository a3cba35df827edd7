//! As much of a row as is counted before the first is written, read where it lies: rows are many, and most of what is in them is
//! texts that nobody looks at meanwhile.

use std::borrow::Cow;

use serde::Deserialize;

use crate::model::search::query::plain;
use crate::model::search::row::{Dumped, Here, Need, Row};

/// A row at a glance. Its fields are called as those of [`Row`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RowGlance<'r> {
    #[serde(borrow)]
    pub name: Cow<'r, str>,
    #[serde(borrow, default)]
    pub here: Option<FactsGlance<'r>>,
    #[serde(borrow, default)]
    pub dump: Option<FactsGlance<'r>>,
}

/// What is counted of one source of facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct FactsGlance<'r> {
    /// What the dump says; the mirror itself does not know.
    #[serde(default)]
    pub downloads: u64,
    #[serde(borrow, default)]
    pub needs: Vec<NeedGlance<'r>>,
}

/// The name of a crate that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NeedGlance<'r> {
    #[serde(borrow)]
    pub name: Cow<'r, str>,
}

impl<'r> RowGlance<'r> {
    pub fn of(row: &'r Row) -> Self {
        Self {
            name: Cow::Borrowed(&row.name),
            here: row.here.as_ref().map(FactsGlance::of_here),
            dump: row.dump.as_ref().map(FactsGlance::of_dump),
        }
    }

    /// As [`Row::usage`] has them.
    pub fn downloads(&self) -> u64 {
        self.dump.as_ref().map_or(0, |dump| dump.downloads)
    }

    /// The names that it needs, folded, each once: those of [`Row::needs`].
    pub fn needed(&self) -> Vec<String> {
        let facts = self.here.as_ref().or(self.dump.as_ref());
        let needs = facts.map_or(&[][..], |facts| &facts.needs);
        each_once(needs.iter().map(|need| plain(&need.name)))
    }
}

impl<'r> FactsGlance<'r> {
    pub fn of_here(here: &'r Here) -> Self {
        Self {
            downloads: 0,
            needs: of_needs(&here.needs),
        }
    }

    pub fn of_dump(dump: &'r Dumped) -> Self {
        Self {
            downloads: dump.downloads,
            needs: of_needs(&dump.needs),
        }
    }
}

fn of_needs(needs: &[Need]) -> Vec<NeedGlance<'_>> {
    let names = needs.iter().map(|need| NeedGlance {
        name: Cow::Borrowed(need.name.as_str()),
    });
    names.collect()
}

/// The names that a row needs, folded, each once.
pub fn needed(row: &Row) -> Vec<String> {
    each_once(row.needs().iter().map(|need| plain(&need.name)))
}

fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::search::row::NeedKind;

    fn needing(names: &[&str]) -> Vec<Need> {
        let needs = names.iter().map(|name| Need {
            name: (*name).to_owned(),
            kind: NeedKind::Normal,
            requirement: "^1 \"odd\"".to_owned(),
            optional: false,
        });
        needs.collect()
    }

    #[test]
    fn a_glance_at_what_is_written_sees_what_the_row_says() {
        let here = Here {
            needs: needing(&["Mirrored_One", "mirrored-one"]),
            ..Here::default()
        };
        let dump = Dumped {
            downloads: 7,
            needs: needing(&["b", "a"]),
            ..Dumped::default()
        };
        for (here, dump) in [
            (None, None),
            (Some(here.clone()), None),
            (None, Some(dump.clone())),
            (Some(here), Some(dump)),
        ] {
            let row = Row {
                name: "an \"odd\" name".to_owned(),
                here,
                dump,
                dependants: 3,
            };
            let text = serde_json::to_string(&row).unwrap();
            let glance: RowGlance<'_> = serde_json::from_str(&text).unwrap();
            assert_eq!(glance, RowGlance::of(&row));
            assert_eq!(glance.downloads(), row.usage().downloads);
            assert_eq!(glance.needed(), needed(&row));
        }
    }
}
