//! `catalog import`: what the registry's database dump says of all of its crates.

use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::io::catalog::base::OpenFor;
use crate::io::catalog::dumped::DumpedCrates;
use crate::io::catalog::here;
use crate::io::catalog::position::LogPosition;
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::write;
use crate::io::dump::fetch::fetch;
use crate::io::fs::file;
use crate::io::fs::lock::Lock;
use crate::io::http::settings::http_settings;
use crate::io::mirror::layout::{Mirror, must_be_there};
use crate::io::mirror::settings;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::catalog::CatalogError;
use crate::model::event::Event;
use crate::model::search::origin::{Origin, Part};
use crate::model::settings::catalog::is_address;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::model::units::timestamp::Timestamp;
use crate::model::url::{safe_url, without_credentials};
use crate::ops::catalog::keep::making;
use crate::ops::context::mirror::OpenMirror;
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
pub fn run(open: &OpenMirror, source: &str, path: &Path) -> Result<Report> {
    must_be_there(&open.folder)?;
    let step = |verb, what: String| (open.watch)(&Event::Step { verb, what });
    let store = open.source(source);
    let folder = Mirror::at(&open.folder).catalog(source);
    step("Reading", format!("the database dump `{}`", path.display()));
    let dump = DumpedCrates::read(path)?;
    let now = open.clock.now();
    let number = making(now)?;
    let position = LogPosition::end(&store, &number);
    step("Reading", "what is in the mirror".to_owned());
    let known = Catalog::open(&folder, OpenFor::Little)?;
    let here = here::of_all(&store, &folder, |name| {
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
    let mut rows = dump.into_rows(here);
    step("Writing", "the catalogue".to_owned());
    let lock = Lock::new(Mirror::at(&open.folder).catalog_lock());
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

/// A dump is fetched no more often.
const DAY: Duration = Duration::from_hours(24);

/// What became of the dump that the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configured {
    Imported(Report),
    /// It was fetched, or has changed, less than a day ago.
    Fresh(Origin),
}

/// Takes in the dump that `[catalog] dump` names. One behind an address is fetched once a day at most, and a file that has not
/// changed since it was read is not read again.
pub async fn configured(common: &Context) -> Result<Configured> {
    let settings = settings::read(&common.mirror.folder)?.catalog;
    let Some(dump) = settings.dump() else {
        return Err(Error::Catalog(CatalogError::NoDump));
    };
    let folder = Mirror::at(&common.mirror.folder).catalog(CRATES_IO_FOLDER);
    let taken = folder.join("taken");
    let now = common.mirror.clock.now();
    let known = Catalog::open(&folder, OpenFor::Little)?.map(|catalog| catalog.origin());
    let known = known.filter(|origin| origin.dump.is_some());
    let before = file::read_text(&taken, 4096).unwrap_or_default();
    // A fetched file goes when this does.
    let (path, noted, _fetched);
    if is_address(dump) {
        let url = Url::parse(dump).map_err(|cause| CatalogError::Address {
            address: without_credentials(dump),
            message: cause.to_string(),
        })?;
        let said = format!("{} ", safe_url(&url));
        let at = before
            .strip_prefix(&said)
            .and_then(|at| at.trim().parse().ok());
        let is_fresh = at.is_some_and(|at| now.since(Timestamp(at)) < DAY && now.0 >= at);
        if let (true, Some(origin)) = (is_fresh, known) {
            return Ok(Configured::Fresh(origin));
        }
        let config = common.place.config(&common.place.cwd)?;
        if common.upstream.offline || config.offline() {
            let address = safe_url(&url);
            return Err(Error::Catalog(CatalogError::Offline { address }));
        }
        let what = safe_url(&url);
        (common.mirror.watch)(&Event::Step {
            verb: "Fetching",
            what,
        });
        let file = fetch(http_settings(&config), &common.mirror.watch, &url, &folder).await?;
        path = file.path().to_path_buf();
        _fetched = Some(file);
        noted = format!("{said}{}", now.0);
    } else {
        path = file::absolute(Path::new(dump), &common.mirror.folder);
        let said = format!("{dump} {}", file::modified(&path)?.0);
        if let (true, Some(origin)) = (before == said, known) {
            return Ok(Configured::Fresh(origin));
        }
        _fetched = None;
        noted = said;
    }
    let taking = common.clone();
    let report = blocking("taking a database dump", move || {
        run(&taking.mirror, CRATES_IO_FOLDER, &path)
    });
    let report = report.await?;
    // Only now: what could not be taken, or was killed, is tried again at the next time.
    file::replace_own(&taken, noted.as_bytes())?;
    Ok(Configured::Imported(report))
}
