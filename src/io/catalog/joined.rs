//! A catalogue that was, with what is in the mirror now: the rows of the next one.

use crate::io::catalog::build::RowSource;
use crate::io::catalog::glance::RowGlance;
use crate::io::catalog::here_rows::HereRows;
use crate::io::catalog::snapshot::Catalog;
use crate::model::error::Result;
use crate::model::search::row::Row;

/// What a dump has said stays; what is here is `here` and nothing else.
pub struct Joined<'h> {
    old: Option<Catalog>,
    here: &'h HereRows,
}

impl<'h> Joined<'h> {
    pub fn new(old: Option<Catalog>, here: &'h HereRows) -> Self {
        Self { old, here }
    }
}

impl RowSource for Joined<'_> {
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()> {
        let mut seen = vec![false; self.here.len()];
        let mut failed = Ok(());
        if let Some(old) = &mut self.old {
            old.each(&mut |key, row| {
                if row.dump.is_none() || failed.is_err() {
                    return;
                }
                let mut with = |here: Option<&RowGlance<'_>>| {
                    let now = RowGlance {
                        name: (&*row.name).into(),
                        here: here.and_then(|here| here.here.clone()),
                        dump: row.dump.clone(),
                    };
                    take(key << 1, &now);
                };
                match self.here.place(&row.name) {
                    Some(place) => {
                        seen[place] = true;
                        failed = self.here.glance(place, |here| with(Some(here)));
                    }
                    None => with(None),
                }
            })?;
        }
        failed?;
        // Odd keys are those of crates of which the old catalogue knows nothing.
        for (place, _) in seen.iter().enumerate().filter(|(_, seen)| !**seen) {
            let key = ((place as u64) << 1) | 1;
            self.here.glance(place, |here| take(key, here))?;
        }
        Ok(())
    }

    fn row(&mut self, key: u64) -> Result<Row> {
        if key & 1 == 1 {
            return self
                .here
                .row(usize::try_from(key >> 1).unwrap_or(usize::MAX));
        }
        let old = self.old.as_mut().map(|old| old.row(key >> 1));
        let mut row = old.transpose()?.unwrap_or_default();
        row.here = self.here.get(&row.name)?;
        Ok(row)
    }
}
