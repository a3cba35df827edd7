//! A catalogue kept up to date with its mirror.
//!
//! Nobody tells it of changes: at a search it reads what the log of index lines has gained (see [`crate::io::catalog::position`]), and
//! now and then it looks whether index files are gone, or have lost lines. So every command that writes into a mirror is seen, and a search costs
//! them nothing.

use std::collections::{BTreeSet, HashMap};
use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::io::catalog::base::OpenFor;
use crate::io::catalog::fresh::{Changed, append};
use crate::io::catalog::here::{self, IndexNames};
use crate::io::catalog::joined::Joined;
use crate::io::catalog::position::LogPosition;
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::write;
use crate::io::clock::Clock;
use crate::io::fs::lock::Lock;
use crate::io::fs::stamp::Stamp;
use crate::io::mirror::layout::Mirror;
use crate::io::random;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::search::origin::{Origin, Part};
use crate::model::search::row::Here;
use crate::model::units::timestamp::Timestamp;

/// The mirror is looked at no more often.
const LOOK: Duration = Duration::from_millis(500);
/// Whether crates are gone is looked at no more often where there are few, and where there are many.
const LOOK_FOR_GONE: [Duration; 2] = [Duration::from_secs(10), Duration::from_mins(10)];
const MANY: usize = 20_000;
/// Changes are merged when they are more than this part of all, and more than so many.
const PART: usize = 20;
const FEW: usize = 200;

/// The catalogue of one registry of a mirror.
pub struct Keeper {
    store: Arc<RegistryStore>,
    /// Where it is written.
    folder: PathBuf,
    lock: Lock,
    purpose: OpenFor,
    /// What was last seen.
    seen: RwLock<Option<Catalog>>,
    state: Mutex<KeeperState>,
    /// Names to look at, whatever the log says. By itself, so that nobody who tells waits for a search.
    told: Mutex<BTreeSet<CrateName>>,
}

#[derive(Default)]
struct KeeperState {
    looked: Option<Instant>,
    looked_for_gone: Option<Instant>,
    /// How the file looked that is written last.
    stamp: Option<Stamp>,
    position: LogPosition,
}

impl Keeper {
    /// `source` is the registry's folder in the mirror. Touches nothing.
    pub fn new(mirror: &Path, source: &str, store: Arc<RegistryStore>, purpose: OpenFor) -> Self {
        let at = Mirror::at(mirror);
        Self {
            store,
            folder: at.catalog(source),
            lock: Lock::new(at.catalog_lock()),
            purpose,
            seen: RwLock::default(),
            state: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// The catalogue as it was last seen, without a look at the disk. `None`: it was not looked at yet.
    pub fn last(&self) -> Option<Catalog> {
        self.seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The catalogue as it was seen a moment ago, without reading anything and without waiting: for those who would need a thread to
    /// look. `None`: it is time to look, or somebody does just now.
    pub fn recent(&self) -> Option<Catalog> {
        let state = self.state.try_lock().ok()?;
        let is_same = Stamp::at(&self.folder.join("origin")) == state.stamp;
        (is_same && self.is_recent(&state)).then(|| self.last())?
    }

    /// Whether there is nothing to look for yet.
    fn is_recent(&self, state: &KeeperState) -> bool {
        let is_recent = state.looked.is_some_and(|looked| looked.elapsed() < LOOK);
        is_recent && self.told().is_empty()
    }

    /// Has a crate looked at, at the next search.
    pub fn tell(&self, name: &CrateName) {
        self.told().insert(name.clone());
    }

    fn told(&self) -> MutexGuard<'_, BTreeSet<CrateName>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The catalogue as it is now. It is made if there is none. Where it cannot be written it is kept in memory.
    pub fn now(&self, now: Timestamp) -> Result<Catalog> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::at(&self.folder.join("origin"));
        if let Some(catalog) = self.last().filter(|_| stamp == state.stamp) {
            if self.is_recent(&state) {
                return Ok(catalog);
            }
            return self.grown(&mut state, &catalog, now);
        }
        let opened = Catalog::open(&self.folder, self.purpose)?;
        // What was kept in memory because it could not be written is not forgotten.
        let opened = opened.or_else(|| self.last().filter(|_| stamp.is_none()));
        state.stamp = stamp;
        let Some(catalog) = opened else {
            return self.make(&mut state, now);
        };
        state.position = LogPosition::read(&self.folder, catalog.number());
        state.looked_for_gone = None;
        self.grown(&mut state, &catalog, now)
    }

    /// Makes the catalogue anew of what is here; what a dump has said stays.
    pub fn rebuild(&self, now: Timestamp) -> Result<Catalog> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.make(&mut state, now)
    }

    fn make(&self, state: &mut KeeperState, now: Timestamp) -> Result<Catalog> {
        let number = making(now)?;
        // First how far the log goes, then what is there: what comes in between is looked at twice.
        let position = LogPosition::end(&self.store, &number);
        let here = here::of_all(&self.store, &self.folder, |_| None)?;
        let mut origin = Origin {
            mirror: Some(Part {
                at: now,
                crates: here.len() as u64,
            }),
            dump: None,
        };
        let written = self.lock.hold().and_then(|_held| {
            // Opened only now: a dump that another process has taken in meanwhile stays.
            let old = Catalog::open(&self.folder, self.purpose)?;
            origin.dump = old.as_ref().and_then(|old| old.origin().dump);
            let mut rows = Joined::new(old, &here);
            write(&self.folder, &mut rows, number, origin.clone(), None)?;
            position.write(&self.folder)
        });
        let catalog = match written {
            Ok(()) => Catalog::open(&self.folder, self.purpose)?,
            Err(_) => None,
        };
        // A folder that can only be read, or a disk that is full, keeps nobody from searching.
        let catalog = match catalog {
            Some(catalog) => catalog,
            None => Catalog::of_rows(&mut Joined::new(None, &here), origin)?,
        };
        state.stamp = Stamp::at(&self.folder.join("origin"));
        state.position = position;
        state.looked = Some(Instant::now());
        state.looked_for_gone = state.looked;
        Ok(self.seen(catalog.looked(now)))
    }

    fn seen(&self, catalog: Catalog) -> Catalog {
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Some(catalog.clone());
        catalog
    }

    /// Takes in what has changed since the last look.
    fn grown(&self, state: &mut KeeperState, catalog: &Catalog, now: Timestamp) -> Result<Catalog> {
        let told = take(&mut *self.told());
        let grown = self.grown_by(&told, state, catalog, now);
        if grown.is_err() {
            self.told().extend(told);
        }
        grown
    }

    fn grown_by(
        &self,
        told: &BTreeSet<CrateName>,
        state: &mut KeeperState,
        catalog: &Catalog,
        now: Timestamp,
    ) -> Result<Catalog> {
        let looked = Instant::now();
        let (mut names, mut position) = state.position.changed(&self.store)?;
        names.extend(told.iter().cloned());
        let pause = LOOK_FOR_GONE[usize::from(catalog.len() > MANY)];
        let mut gone = Vec::new();
        if state
            .looked_for_gone
            .is_none_or(|looked| looked.elapsed() >= pause)
        {
            let since = Timestamp(position.looked);
            position.looked = Clock::system().now().0;
            let files = here::file_names(&self.store, since)?;
            gone = Self::gone(catalog, &files)?;
            names.extend(files.written);
            state.looked_for_gone = Some(looked);
        }
        let mut changes = Vec::new();
        for name in &names {
            changes.extend(self.changes_of(catalog, name)?);
        }
        changes.extend(gone);
        let grown = catalog.with(changes.clone())?.looked(now);
        if !position.is_as_far_as(&state.position) || !changes.is_empty() {
            // As above: what cannot be written is found again by whoever opens it next.
            let _ = self.keep(state, &grown, &changes, &position);
        }
        state.position = position;
        state.looked = Some(looked);
        if grown.changes() > FEW.max(grown.len() / PART)
            && let Some(merged) = self.merged(state, &grown, now)
        {
            return Ok(self.seen(merged));
        }
        Ok(self.seen(grown))
    }

    fn keep(
        &self,
        state: &KeeperState,
        grown: &Catalog,
        changes: &[Changed],
        position: &LogPosition,
    ) -> Result<()> {
        if !self.folder.is_dir() {
            return Ok(());
        }
        let _held = self.lock.hold()?;
        if !self.is_still(state) {
            return Ok(());
        }
        if !changes.is_empty() {
            append(&self.folder, grown.number(), changes)?;
        }
        position.write(&self.folder)
    }

    /// The catalogue with its changes written as one. `None`: it cannot be written.
    fn merged(&self, state: &mut KeeperState, grown: &Catalog, now: Timestamp) -> Option<Catalog> {
        let number = making(now).ok()?;
        let position = state.position.of(&number);
        let _held = self.lock.hold().ok()?;
        if !self.is_still(state) {
            return None;
        }
        write(
            &self.folder,
            &mut grown.clone(),
            number,
            grown.origin(),
            None,
        )
        .ok()?;
        position.write(&self.folder).ok()?;
        let merged = Catalog::open(&self.folder, self.purpose).ok()??;
        state.position = position;
        state.stamp = Stamp::at(&self.folder.join("origin"));
        Some(merged.looked(now))
    }

    /// Whether what is on the disk is what was opened: another process may have taken in a dump. The lock must be held.
    fn is_still(&self, state: &KeeperState) -> bool {
        Stamp::at(&self.folder.join("origin")) == state.stamp
    }

    /// What has changed of the crates of one index file.
    fn changes_of(&self, catalog: &Catalog, name: &CrateName) -> Result<Vec<Changed>> {
        let known: HashMap<String, Here> = (catalog.spellings(name.as_str())?.into_iter())
            .filter_map(|row| Some((row.name, row.here?)))
            .collect();
        let now = here::of_name(&self.store, name, |name| known.get(name).cloned())?;
        let path = name.index_path();
        let same_file =
            |other: &str| CrateName::parse(other).is_ok_and(|other| other.index_path() == path);
        let gone = known
            .keys()
            .filter(|known| same_file(known) && !now.iter().any(|(name, _)| name == *known));
        let gone: Vec<Changed> = gone
            .map(|name| Changed {
                name: name.clone(),
                here: None,
            })
            .collect();
        let new = now
            .into_iter()
            .filter(|(name, here)| known.get(name) != Some(here));
        let new = new.map(|(name, here)| Changed {
            name,
            here: Some(here),
        });
        Ok(gone.into_iter().chain(new).collect())
    }

    /// Crates whose index files are gone: nobody writes that down.
    fn gone(catalog: &Catalog, files: &IndexNames) -> Result<Vec<Changed>> {
        let mut names = Vec::new();
        catalog.each_here(|name| {
            if !files.has(name) {
                names.push(name.to_owned());
            }
        });
        let mut gone = Vec::new();
        for name in names {
            for row in catalog.spellings(&name)? {
                gone.push(Changed {
                    name: row.name,
                    here: None,
                });
            }
        }
        Ok(gone)
    }
}

/// A number that no other making has.
pub(super) fn making(now: Timestamp) -> Result<String> {
    let bytes = random::bytes::<8>()?;
    Ok(format!("{}-{:016x}", now.0, u64::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::catalog::here_rows::HereRowsWriter;
    use std::sync::mpsc;

    fn keeper(mirror: &Path) -> Keeper {
        let store = RegistryStore::source(mirror, "crates-io");
        store.create().unwrap();
        Keeper::new(mirror, "crates-io", Arc::new(store), OpenFor::Little)
    }

    #[test]
    fn nobody_who_tells_waits_for_a_search() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path());
        let _searching = keeper.state.lock().unwrap();
        keeper.tell(&CrateName::parse("leaf").unwrap());
        assert_eq!(keeper.told().len(), 1);
    }

    #[test]
    fn what_was_seen_a_moment_ago_is_good_unless_there_is_something_to_look_for() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path());
        assert!(keeper.recent().is_none(), "nobody has looked yet");
        let now = Timestamp(1_764_172_800);
        let seen = keeper.now(now).unwrap();
        assert_eq!(keeper.recent().map(|recent| recent.id()), Some(seen.id()));
        let looking = keeper.state.lock().unwrap();
        assert!(keeper.recent().is_none(), "somebody looks");
        drop(looking);
        keeper.tell(&CrateName::parse("leaf").unwrap());
        assert!(keeper.recent().is_none(), "there is something to look at");
        keeper.now(now).unwrap();
        assert!(keeper.recent().is_some());
        // Another process makes it anew, or takes in a dump.
        self::keeper(mirror.path()).rebuild(now).unwrap();
        assert!(keeper.recent().is_none());
        keeper.now(now).unwrap();
        keeper.state.lock().unwrap().looked = Instant::now().checked_sub(LOOK);
        assert!(keeper.recent().is_none(), "it is time to look");
    }

    #[test]
    fn a_dump_that_is_taken_in_while_a_catalogue_is_made_stays() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path());
        let now = Timestamp(1_764_172_800);
        keeper.now(now).unwrap();
        // Another process holds the lock while it writes what a dump says.
        let held = keeper.lock.hold().unwrap();
        let (started, starts) = mpsc::channel();
        std::thread::scope(|scope| {
            let making = scope.spawn(|| {
                started.send(()).unwrap();
                self::keeper(mirror.path()).rebuild(now).unwrap()
            });
            starts.recv().unwrap();
            let dump = Some(Part { at: now, crates: 0 });
            let origin = Origin { mirror: None, dump };
            let none = HereRowsWriter::in_memory().finish().unwrap();
            let mut rows = Joined::new(None, &none);
            write(&keeper.folder, &mut rows, making_number(), origin, None).unwrap();
            drop(held);
            assert_eq!(making.join().unwrap().origin().dump, dump);
        });
        assert!(keeper.now(now).unwrap().origin().dump.is_some());
    }

    fn making_number() -> String {
        making(Timestamp(1)).unwrap()
    }
}
