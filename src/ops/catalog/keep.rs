//! A catalogue kept up to date with its mirror.
//!
//! At a search it reads what the log of index lines has gained (see [`crate::io::catalog::position`]), and now and then it looks
//! whether index files are gone, or have lost lines. So every command that writes into a mirror is seen, and a search costs them
//! nothing. A server tells it of what it publishes itself, which the next search sees.
//!
//! In a server no search waits for more than a few crates to be looked at: what else there is to do is done beside (see
//! `ops::catalog::upkeep`).

use std::collections::{BTreeSet, HashMap};
use std::mem::take;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::io::catalog::base::OpenFor;
use crate::io::catalog::fresh::Changed;
use crate::io::catalog::here;
use crate::io::catalog::joined::Joined;
use crate::io::catalog::position::LogPosition;
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::write;
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
/// So many of the crates that others have changed are looked at while a search waits.
pub(super) const AT_ONCE: usize = 32;

/// The catalogue of one registry of a mirror.
pub struct Keeper {
    pub(super) store: Arc<RegistryStore>,
    /// Where it is written.
    pub(super) folder: PathBuf,
    pub(super) lock: Lock,
    pub(super) purpose: OpenFor,
    /// What was last seen.
    seen: RwLock<Option<Catalog>>,
    state: Mutex<KeeperState>,
    /// Names to look at, whatever the log says. By itself, so that nobody who tells waits for a search.
    told: Mutex<BTreeSet<CrateName>>,
    /// Whether somebody is about to see to the upkeep.
    pub(super) called: AtomicBool,
}

#[derive(Default)]
pub(super) struct KeeperState {
    pub(super) looked: Option<Instant>,
    pub(super) looked_for_gone: Option<Instant>,
    /// How the file looked that is written last.
    pub(super) stamp: Option<Stamp>,
    /// How far the log was read.
    pub(super) position: LogPosition,
    /// Names that it has, or that may be gone, and that were not looked at yet.
    pub(super) behind: BTreeSet<CrateName>,
    /// How far it was read as the folder has it.
    pub(super) written: LogPosition,
    /// What was taken in and is not in the folder yet.
    pub(super) unwritten: Vec<Changed>,
    /// Whether the catalogue is being written with its changes: then the files are ours, however they look.
    pub(super) merging: bool,
    /// When that has failed last.
    pub(super) not_merged: Option<Instant>,
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
            called: AtomicBool::new(false),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, KeeperState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        (self.is_still(&state) && self.is_recent(&state)).then(|| self.last())?
    }

    /// Whether there is nothing to look for yet.
    fn is_recent(&self, state: &KeeperState) -> bool {
        let is_recent = state.looked.is_some_and(|looked| looked.elapsed() < LOOK);
        is_recent && self.told().is_empty()
    }

    /// Whether what is on the disk is what was opened: another process may have taken in a dump.
    pub(super) fn is_still(&self, state: &KeeperState) -> bool {
        state.merging || self.stamp() == state.stamp
    }

    pub(super) fn stamp(&self) -> Option<Stamp> {
        Stamp::at(&self.folder.join("origin"))
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
        let mut state = self.state();
        let known = self.last().filter(|_| self.is_still(&state));
        let (catalog, most) = match known {
            Some(catalog) if self.is_recent(&state) => return Ok(catalog),
            Some(catalog) if self.purpose == OpenFor::Much => (catalog, AT_ONCE),
            Some(catalog) => (catalog, usize::MAX),
            None => match self.opened(&mut state)? {
                Some(catalog) => (catalog, usize::MAX),
                None => return self.make(&mut state, now),
            },
        };
        if most == usize::MAX && Self::is_time_for_gone(&state, &catalog) {
            let since = Timestamp(state.position.looked);
            self.perhaps_gone(&catalog, since)?.noted(&mut state);
        }
        let grown = self.take_in(&mut state, &catalog, now, most)?;
        if self.purpose == OpenFor::Much {
            return Ok(grown);
        }
        drop(state);
        // What cannot be written is found again by whoever opens it next.
        let _ = self.write_down();
        let _ = self.merge(now);
        Ok(self.last().unwrap_or(grown))
    }

    /// What the folder has.
    fn opened(&self, state: &mut KeeperState) -> Result<Option<Catalog>> {
        let stamp = self.stamp();
        let opened = Catalog::open(&self.folder, self.purpose)?;
        // What was kept in memory because it could not be written is not forgotten.
        let opened = opened.or_else(|| self.last().filter(|_| stamp.is_none()));
        let position = opened
            .as_ref()
            .map(|catalog| LogPosition::read(&self.folder, catalog.number()));
        let position = position.unwrap_or_default();
        *state = KeeperState {
            stamp,
            written: position.clone(),
            position,
            ..KeeperState::default()
        };
        Ok(opened)
    }

    /// Makes the catalogue anew of what is here; what a dump has said stays.
    pub fn rebuild(&self, now: Timestamp) -> Result<Catalog> {
        self.make(&mut self.state(), now)
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
        *state = KeeperState {
            stamp: self.stamp(),
            written: position.clone(),
            position,
            looked: Some(Instant::now()),
            looked_for_gone: Some(Instant::now()),
            ..KeeperState::default()
        };
        Ok(self.seen(catalog.looked(now)))
    }

    pub(super) fn seen(&self, catalog: Catalog) -> Catalog {
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Some(catalog.clone());
        catalog
    }

    /// Takes in what was told, and of what else has changed since the last look the first `most`.
    pub(super) fn take_in(
        &self,
        state: &mut KeeperState,
        catalog: &Catalog,
        now: Timestamp,
        most: usize,
    ) -> Result<Catalog> {
        let looked = Instant::now();
        let (names, position) = state.position.changed(&self.store)?;
        state.behind.extend(names);
        state.position = position;
        let told = take(&mut *self.told());
        let mut some: BTreeSet<CrateName> = state.behind.iter().take(most).cloned().collect();
        some.extend(told.iter().cloned());
        let grown = self.changes(catalog, &some).and_then(|changes| {
            let grown = catalog.with(changes.clone())?;
            Ok((grown, changes))
        });
        let (grown, changes) = match grown {
            Ok(grown) => grown,
            Err(error) => {
                self.told().extend(told);
                return Err(error);
            }
        };
        state.behind.retain(|name| !some.contains(name));
        state.unwritten.extend(changes);
        state.looked = Some(looked);
        Ok(self.seen(grown.looked(now)))
    }

    fn changes(&self, catalog: &Catalog, names: &BTreeSet<CrateName>) -> Result<Vec<Changed>> {
        let mut changes = Vec::new();
        for name in names {
            changes.extend(self.changes_of(catalog, name)?);
        }
        Ok(changes)
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
