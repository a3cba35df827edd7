//! A catalogue that was, with what is in the mirror now: the rows of the next one.

use std::collections::{HashMap, HashSet};

use crate::io::catalog::build::RowSource;
use crate::io::catalog::glance::{FactsGlance, RowGlance};
use crate::io::catalog::snapshot::Catalog;
use crate::model::error::Result;
use crate::model::search::row::{Here, Row};

/// What a dump has said stays; what is here is `here` and nothing else.
pub struct Joined {
    old: Option<Catalog>,
    here: HashMap<String, Here>,
    /// Those of which the old catalogue knows nothing.
    new: Vec<String>,
}

impl Joined {
    pub fn new(old: Option<Catalog>, here: Vec<(String, Here)>) -> Self {
        Self {
            old,
            here: here.into_iter().collect(),
            new: Vec::new(),
        }
    }

    fn now(&self, mut row: Row) -> Row {
        row.here = self.here.get(&row.name).cloned();
        row
    }
}

impl RowSource for Joined {
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()> {
        let mut seen = HashSet::new();
        if let Some(mut old) = self.old.clone() {
            old.each(&mut |key, row| {
                if row.dump.is_none() {
                    return;
                }
                let here = self.here.get_key_value(&*row.name);
                let mut now = row.clone();
                now.here = here.map(|(_, here)| FactsGlance::of_here(here));
                take(key << 1, &now);
                seen.extend(here.map(|(name, _)| name));
            })?;
        }
        let mut new: Vec<&String> = self
            .here
            .keys()
            .filter(|name| !seen.contains(name))
            .collect();
        new.sort_unstable();
        for (at, name) in new.iter().enumerate() {
            let glance = RowGlance {
                name: name.as_str().into(),
                here: self.here.get(*name).map(FactsGlance::of_here),
                dump: None,
            };
            take(((at as u64) << 1) | 1, &glance);
        }
        self.new = new.into_iter().cloned().collect();
        Ok(())
    }

    fn row(&mut self, key: u64) -> Result<Row> {
        if key & 1 == 1 {
            let at = usize::try_from(key >> 1).unwrap_or(usize::MAX);
            let name = self.new.get(at).cloned().unwrap_or_default();
            return Ok(self.now(Row {
                name,
                ..Row::default()
            }));
        }
        let old = self.old.as_mut().map(|old| old.row(key >> 1));
        Ok(self.now(old.transpose()?.unwrap_or_default()))
    }
}
