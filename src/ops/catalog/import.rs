//! `catalog import`: what the registry's database dump says of all of its crates.

use std::path::Path;

use crate::io::catalog::dumped::DumpedCrates;
use crate::io::catalog::here;
use crate::io::catalog::position::Position;
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::write;
use crate::io::fs::file;
use crate::io::fs::lock::Lock;
use crate::io::mirror::layout::{Mirror, must_be_there};
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::search::origin::{Origin, Part};
use crate::ops::catalog::keep::making;
use crate::ops::context::options::Context;

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub origin: Origin,
    /// Crates that can be searched for.
    pub crates: u64,
    /// Names that were deleted or are reserved.
    pub gone: usize,
    /// Rows of the dump that name no crate.
    pub strange: u64,
}

/// Takes a dump in, for the registry of that folder in the mirror.
pub fn run(common: &Context, source: &str, path: &Path) -> Result<Report> {
    must_be_there(&common.mirror)?;
    let step = |verb, what: String| (common.watch)(&Event::Step { verb, what });
    let store = common.source(source);
    let folder = Mirror::at(&common.mirror).catalog(source);
    step("Reading", format!("the database dump `{}`", path.display()));
    let dump = DumpedCrates::read(path)?;
    let now = common.clock.now();
    let number = making(now)?;
    let position = Position::end(&store, &number);
    step("Reading", "what is in the mirror".to_owned());
    let known = Catalog::open(&folder)?;
    let here = here::of_all(&store, |name| {
        let row = known.as_ref()?.row(name).ok()??;
        row.here.filter(|_| row.name == name)
    })?;
    let origin = Origin {
        mirror: Some(Part {
            at: now,
            crates: here.len() as u64,
        }),
        dump: Some(Part {
            // A dump that does not say when it was made is as old as its file at least.
            at: match dump.made {
                Some(made) => made,
                None => file::modified(path)?,
            },
            crates: dump.len() as u64,
        }),
    };
    let (gone, strange) = (dump.gone().to_vec(), dump.strange);
    let mut rows = dump.with_here(here).into_rows();
    step("Writing", "the catalogue".to_owned());
    let lock = Lock::new(Mirror::at(&common.mirror).catalog_lock());
    let _held = lock.hold()?;
    let crates = write(&folder, &mut rows, number, origin.clone(), Some(&gone))?;
    position.write(&folder)?;
    Ok(Report {
        origin,
        crates,
        gone: gone.len(),
        strange,
    })
}
