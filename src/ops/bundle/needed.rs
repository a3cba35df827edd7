//! What of a dump is not here, and the room that it needs.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::model::bundle::manifest::{CrateEntry, Item, Listed};
use crate::model::error::{Result, chain};
use crate::ops::bundle::budget::MemoryBudget;
use crate::ops::bundle::opened::OpenedDump;
use crate::ops::bundle::pool::each;
use crate::ops::bundle::put::{FrameOutcome, Lack, Stores, base_of, lacking};

/// What a dump would bring.
#[derive(Default)]
pub struct Needed {
    pub outcome: FrameOutcome,
    pub git: usize,
    /// Of crates and trees that are not here, in bytes.
    pub bytes: u64,
    /// Of all crates in it, in bytes.
    pub total: u64,
    pub bases: BTreeSet<Listed>,
}

/// Holds a dump against what is here; nothing is unpacked but bases that are looked for.
pub fn measure(dump: &OpenedDump, stores: &Stores) -> Result<Needed> {
    let needed = Mutex::new(Needed::default());
    let budget = MemoryBudget::default();
    for part in &dump.parts {
        each(part.frames()?, |placed| {
            let lacks = lacking(&placed, stores)?;
            let some = lacks
                .iter()
                .any(|lack| lack.as_ref().is_ok_and(|it| it.bytes));
            let mut missing = None;
            if let Some(base) = placed.frame.base.as_ref().filter(|_| some) {
                // Its crate is held, too, and is no larger, but for a few bytes.
                let _share = budget.take(base.tar.saturating_mul(2));
                if base_of(base, stores)?.is_none() {
                    missing = Some(base.of.clone());
                }
            }
            let mut needed = needed.lock().unwrap_or_else(PoisonError::into_inner);
            needed.bases.extend(missing);
            for (item, lack) in placed.frame.items.iter().zip(lacks) {
                needed.count(item, lack);
            }
            Ok(())
        })?;
    }
    Ok(needed.into_inner().unwrap_or_else(PoisonError::into_inner))
}

impl Needed {
    fn count(&mut self, item: &Item, lack: Result<Lack>) {
        match (item, lack) {
            (Item::Git { tar, .. }, _) => {
                self.git += 1;
                self.bytes = self.bytes.saturating_add(*tar);
            }
            (Item::Root { .. } | Item::State { .. }, _) => {}
            (item, Ok(lack)) => {
                if let Item::Crate(it) = item {
                    self.total = self.total.saturating_add(it.size);
                    let more = if lack.bytes { it.size } else { 0 };
                    self.bytes = self.bytes.saturating_add(more);
                }
                if lack.line || lack.bytes {
                    self.outcome.count(item, lack);
                } else {
                    self.outcome.kept += 1;
                }
            }
            (Item::Crate(CrateEntry { of, .. }) | Item::Line { of, .. }, Err(error)) => {
                let failed = (of.id.to_string(), chain(&error));
                self.outcome.failed.push(failed);
            }
        }
    }
}
