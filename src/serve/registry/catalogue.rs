//! What a server's registries can be searched for: every one of them in the same way, hosted or mirrored.

use std::collections::HashSet;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use crate::io::access::private_names::PrivateNames;
use crate::io::background::Background;
use crate::io::catalog::snapshot::{Catalog, SearchFound};
use crate::model::access::principal::Principal;
use crate::model::access::scope::Scope;
use crate::model::error::{Error, Result};
use crate::model::errors::catalog::CatalogError;
use crate::model::package::id::CrateName;
use crate::model::search::row::Row;
use crate::model::search::text::SearchWanted;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::catalog::import;
use crate::serve::answer::body::blocking;
use crate::serve::registry::notices;
use crate::serve::registry::place::Place;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// So many answers are kept, of so many bytes together.
const KEPT: usize = 1000;
const KEPT_BYTES: u64 = 4 << 20;

/// How long changes of a catalogue are gathered.
const SOON: Duration = Duration::from_millis(50);

/// What all searches share.
pub struct Searches {
    /// To look at a catalogue may be to make it: no more at once than there are cores.
    permits: Arc<Semaphore>,
    /// Searches keep a core busy; crates and index files are answered as if there were none.
    threads: Background,
    /// What no search waits for.
    upkeep: Arc<Background>,
    answers: Cache<AnswerKey, Arc<SearchFound>, AnswerSize>,
    hidden: Mutex<Option<Hidden>>,
}

/// An answer is good as long as its catalogue is the same, and the private names are.
type AnswerKey = (u64, u64, SearchWanted);

#[derive(Debug, Clone)]
struct AnswerSize;

impl Weighter<AnswerKey, Arc<SearchFound>> for AnswerSize {
    fn weight(&self, (_, _, wanted): &AnswerKey, found: &Arc<SearchFound>) -> u64 {
        let words: usize = wanted.query.words().iter().map(String::len).sum();
        let rows: usize = found.rows.iter().map(|found| size(&found.row)).sum();
        (words + rows + 256) as u64
    }
}

/// About how many bytes a row has.
fn size(row: &Row) -> usize {
    let needs = row
        .needs()
        .iter()
        .map(|need| need.name.len() + need.requirement.len() + 56);
    let text = row.description().map_or(0, |(text, _)| text.len());
    size_of::<Row>() + 2 * text + 1000 + needs.sum::<usize>()
}

/// Names that are kept out of what is shown of crates.io.
struct Hidden {
    /// Of which catalogue they are, where that makes a difference.
    catalog: Option<u64>,
    private: Arc<PrivateNames>,
    names: Arc<HashSet<String>>,
    /// Counts the changes of private names.
    change: u64,
}

impl Default for Searches {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            permits: Arc::new(Semaphore::new(cores)),
            threads: Background::new("search"),
            upkeep: Arc::new(Background::new("catalogue")),
            answers: Cache::with_weighter(KEPT, KEPT_BYTES, AnswerSize),
            hidden: Mutex::default(),
        }
    }
}

/// What a search has found, and in which catalogue.
#[derive(Debug, Clone)]
pub struct Searched {
    pub found: Arc<SearchFound>,
    pub catalog: Catalog,
}

impl ServerState {
    /// The catalogue of a registry as it is now. The first time it may have to be made.
    pub async fn catalog(&self, source: &Arc<Source>) -> Result<Catalog> {
        // Most searches come soon after another one: to hand each of them to a thread and back takes time that downloads want.
        if let Some(recent) = source.catalog.recent() {
            return Ok(recent);
        }
        let (looked, now) = (Arc::clone(source), self.common.mirror.clock.now());
        // Waits for its turn without a thread.
        let permit = Arc::clone(&self.searches.permits).acquire_owned().await;
        let looked = blocking("looking at the catalogue", move || {
            // Until it is done, also where nobody waits for it any more.
            let _permit = permit;
            looked.catalog.now(now)
        })
        .await;
        self.look_after(source);
        looked
    }

    /// Something of a registry has changed here: the next search sees it.
    pub fn tell_catalog(&self, source: &Arc<Source>, name: &CrateName) {
        source.catalog.tell(name);
        self.look_after(source);
    }

    /// Has done to a catalogue what no search is to wait for: soon, so that many changes are taken in at once.
    pub fn look_after(&self, source: &Arc<Source>) {
        if !source.catalog.is_uncalled() {
            return;
        }
        let (upkeep, source) = (Arc::clone(&self.searches.upkeep), Arc::clone(source));
        let (clock, watch) = (&self.common.mirror.clock, &self.common.mirror.watch);
        let (clock, watch) = (clock.clone(), Arc::clone(watch));
        self.runtime.spawn(async move {
            tokio::time::sleep(SOON).await;
            let work = move || source.catalog.upkeep(clock.now());
            if let Err(error) = upkeep.run("looking after a catalogue", work).await {
                notices::warn(&watch, &error);
            }
        });
    }

    /// Searches a registry. `reader`: whose token it is, where readers need one; what it may not read is not found.
    pub async fn search(
        &self,
        source: &Arc<Source>,
        wanted: SearchWanted,
        reader: Option<Principal>,
    ) -> Result<Searched> {
        let reader = reader.filter(|reader| !reader.reads_every_crate());
        let private = (source.prefix == CRATES_IO_FOLDER).then(|| self.private_names());
        let private = private.filter(|private| !private.is_empty());
        let catalog = self.catalog(source).await?;
        let (hidden, change) = match private {
            Some(private) => self.searches.hidden(&catalog, &private),
            None => Default::default(),
        };
        let key = (catalog.id(), change, wanted.clone());
        let is_kept = reader.is_none();
        if let Some(found) = is_kept.then(|| self.searches.answers.get(&key)).flatten() {
            return Ok(Searched { found, catalog });
        }
        let searched = catalog.clone();
        let search = move || {
            let mut hidden = hidden;
            if let Some(reader) = reader {
                let all = Arc::make_mut(&mut hidden);
                let may = |name: &CrateName| reader.may(Scope::Read, Some(name)).is_ok();
                searched.each_name(|name| {
                    if !CrateName::parse(name).is_ok_and(|name| may(&name)) {
                        all.insert(name.to_owned());
                    }
                });
            }
            searched.search(&wanted, &hidden).map(Arc::new)
        };
        let found = self.searches.threads.run("searching", search).await?;
        if is_kept {
            self.searches.answers.insert(key, Arc::clone(&found));
        }
        Ok(Searched { found, catalog })
    }

    /// Whether a name has no place in what is shown of crates.io, because it is private.
    pub fn is_hidden(&self, source: &Source, name: &CrateName) -> bool {
        source.prefix == CRATES_IO_FOLDER && self.private_names().why(name).is_some()
    }
}

impl Searches {
    /// The names that a catalogue of crates.io is not to show, and how often those have changed.
    fn hidden(
        &self,
        catalog: &Catalog,
        private: &Arc<PrivateNames>,
    ) -> (Arc<HashSet<String>>, u64) {
        let of = private.has_starts().then(|| catalog.id());
        let mut known = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        let mut change = 1;
        if let Some(known) = &*known {
            let same = Arc::ptr_eq(&known.private, private);
            if same && known.catalog == of {
                return (Arc::clone(&known.names), known.change);
            }
            change = known.change + u64::from(!same);
        }
        let names = private.hidden(|start| catalog.names(start, usize::MAX));
        let names = Arc::new(names);
        *known = Some(Hidden {
            catalog: of,
            private: Arc::clone(private),
            names: Arc::clone(&names),
            change,
        });
        (names, change)
    }
}

/// The settings are asked this often whether there is a newer dump.
const LOOK_FOR_A_DUMP: Duration = Duration::from_hours(1);

/// Makes the catalogues that are not there yet, and brings the others up to date, so that the first search need not wait. Then it
/// takes the database dump that the settings name, whenever there is another.
pub async fn prepare(state: Arc<ServerState>) {
    let looking = Arc::clone(&state);
    let hosted = blocking("looking for hosted registries", move || {
        let names = looking.hosted_names().into_iter();
        let sources = names.filter_map(|name| looking.source(Place::Registry(&name)));
        Ok(sources.collect::<Vec<_>>())
    });
    // Those that are hosted become known by that.
    drop(hosted.await);
    for source in state.sources() {
        if let Err(error) = state.catalog(&source).await {
            notices::warn(&state.common.mirror.watch, &error);
        }
    }
    loop {
        match import::configured(&state.common).await {
            Ok(_) | Err(Error::Catalog(CatalogError::NoDump | CatalogError::Offline { .. })) => {}
            Err(error) => notices::warn(&state.common.mirror.watch, &error),
        }
        tokio::time::sleep(LOOK_FOR_A_DUMP).await;
    }
}
