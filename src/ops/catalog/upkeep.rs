//! What is done to a catalogue while nobody waits for it: crates that many have changed at once, those that are gone, and its
//! files.
//!
//! ```text
//! take_in        some crates at a time, so that a search in between waits for no more than those
//! perhaps_gone   the index listed: nobody writes down what is removed
//! write_down     what was taken in goes into `fresh`, for whoever opens the catalogue next
//! merge          many changes are written as one with the rest; what comes meanwhile is taken into the old and into the new
//! ```

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::io::catalog::fresh::{Changed, append};
use crate::io::catalog::here;
use crate::io::catalog::position::LogPosition;
use crate::io::catalog::snapshot::Catalog;
use crate::io::catalog::write::write;
use crate::io::clock::Clock;
use crate::io::fs::stamp::Stamp;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::ops::catalog::keep::{AT_ONCE, Keeper, KeeperState, making};

/// Whether crates are gone is looked at no more often where there are few, and where there are many.
const LOOK_FOR_GONE: [Duration; 2] = [Duration::from_secs(10), Duration::from_mins(10)];
const MANY: usize = 20_000;
/// Fewer changes are never merged.
const FEW: usize = 200;

/// After a merge that failed the next one is no sooner.
const PAUSE: Duration = Duration::from_mins(1);

/// Changes are merged when they are more than this. To take some in costs as much as there are changes, and to merge as much as
/// there are crates: both together are least where there are about as many changes as the square root of crates.
fn most_changes(crates: usize) -> usize {
    FEW.max((crates * 32).isqrt())
}

/// What a look at all index files has found.
pub(super) struct PerhapsGone {
    names: BTreeSet<CrateName>,
    at: Timestamp,
    looked: Instant,
}

impl PerhapsGone {
    /// Has what was found looked at with all else that has changed.
    pub(super) fn noted(self, state: &mut KeeperState) {
        state.behind.extend(self.names);
        state.position.looked = self.at.0;
        state.looked_for_gone = Some(self.looked);
    }
}

/// A merge that is under way.
struct Merge {
    grown: Catalog,
    stamp: Option<Stamp>,
    position: LogPosition,
    /// What is in `grown` and would be in `fresh`.
    unwritten: Vec<Changed>,
}

/// What has become of it.
struct Merged {
    catalog: Catalog,
    stamp: Option<Stamp>,
    position: LogPosition,
}

impl Keeper {
    /// Whether whoever asks is to see to the upkeep: nobody else is about to.
    pub fn is_uncalled(&self) -> bool {
        !self.called.swap(true, Ordering::SeqCst)
    }

    /// Does what no search waits for. Where nobody has searched yet, the first search need not make the catalogue.
    pub fn upkeep(&self, now: Timestamp) -> Result<()> {
        // What comes from here on calls again.
        self.called.store(false, Ordering::SeqCst);
        let catalog = match self.last() {
            Some(catalog) => catalog,
            None => self.now(now)?,
        };
        let due = {
            let state = self.state();
            Self::is_time_for_gone(&state, &catalog).then(|| Timestamp(state.position.looked))
        };
        if let Some(since) = due {
            let gone = self.perhaps_gone(&catalog, since)?;
            gone.noted(&mut self.state());
        }
        loop {
            let mut state = self.state();
            let Some(catalog) = self.last().filter(|_| self.is_still(&state)) else {
                // Another process has written another: the next search opens it.
                return Ok(());
            };
            self.take_in(&mut state, &catalog, now, AT_ONCE)?;
            let is_done = state.behind.is_empty();
            drop(state);
            // A disk that is full keeps nothing from being searched for.
            let _ = self.merge(now);
            if is_done {
                return self.write_down();
            }
        }
    }

    /// Whether it is time to look at all index files.
    pub(super) fn is_time_for_gone(state: &KeeperState, catalog: &Catalog) -> bool {
        let pause = LOOK_FOR_GONE[usize::from(catalog.len() > MANY)];
        let looked = state.looked_for_gone;
        looked.is_none_or(|looked| looked.elapsed() >= pause)
    }

    /// Looks at all index files: those that were written since the last time, and the crates that have none.
    pub(super) fn perhaps_gone(&self, catalog: &Catalog, since: Timestamp) -> Result<PerhapsGone> {
        let (looked, at) = (Instant::now(), Clock::system().now());
        let files = here::file_names(&self.store, since)?;
        let mut gone = Vec::new();
        catalog.each_here(|name| {
            if !files.has(name) {
                gone.push(name.to_owned());
            }
        });
        let mut names: BTreeSet<CrateName> = files.written.into_iter().collect();
        for name in gone {
            for row in catalog.spellings(&name)? {
                names.extend(CrateName::parse(&row.name));
            }
        }
        Ok(PerhapsGone { names, at, looked })
    }

    /// Writes down what was taken in, and how far the log was read.
    pub(super) fn write_down(&self) -> Result<()> {
        let Some(number) = self.last().map(|catalog| catalog.number().to_owned()) else {
            return Ok(());
        };
        let (changes, position, stamp) = {
            let mut state = self.state();
            let position = taken_in(&state);
            if state.unwritten.is_empty() && position.is_as_far_as(&state.written) {
                return Ok(());
            }
            (take(&mut state.unwritten), position, state.stamp)
        };
        let write = || -> Result<()> {
            if !self.folder.is_dir() {
                return Ok(());
            }
            let _held = self.lock.hold()?;
            if self.stamp() != stamp {
                return Ok(());
            }
            if !changes.is_empty() {
                append(&self.folder, &number, &changes)?;
            }
            position.write(&self.folder)
        };
        let written = write();
        let mut state = self.state();
        match written {
            Ok(()) => state.written = position,
            Err(_) => give_back(&mut state, changes),
        }
        written
    }

    /// Writes the catalogue with its changes as one, if they are many.
    pub(super) fn merge(&self, now: Timestamp) -> Result<()> {
        let Some(merge) = self.begin_merge() else {
            return Ok(());
        };
        let merged = self.write_merged(&merge);
        self.end_merge(merge, merged, now)
    }

    fn begin_merge(&self) -> Option<Merge> {
        let mut state = self.state();
        let grown = self.last()?;
        let has_failed = state.not_merged;
        if state.merging
            || grown.changes() <= most_changes(grown.len())
            || has_failed.is_some_and(|failed| failed.elapsed() < PAUSE)
            || !self.is_still(&state)
        {
            return None;
        }
        state.merging = true;
        Some(Merge {
            grown,
            stamp: state.stamp,
            position: taken_in(&state),
            unwritten: take(&mut state.unwritten),
        })
    }

    /// `None`: another process has written another one.
    fn write_merged(&self, merge: &Merge) -> Result<Option<Merged>> {
        let number = making(Clock::system().now())?;
        let position = merge.position.of(&number);
        let _held = self.lock.hold()?;
        if self.stamp() != merge.stamp {
            return Ok(None);
        }
        let (mut rows, origin) = (merge.grown.clone(), merge.grown.origin());
        write(&self.folder, &mut rows, number, origin, None)?;
        position.write(&self.folder)?;
        let (catalog, stamp) = (Catalog::open(&self.folder, self.purpose)?, self.stamp());
        Ok(catalog.map(|catalog| Merged {
            catalog,
            stamp,
            position,
        }))
    }

    /// Goes on with the new one, with what has come meanwhile.
    fn end_merge(
        &self,
        merge: Merge,
        merged: Result<Option<Merged>>,
        now: Timestamp,
    ) -> Result<()> {
        let mut state = self.state();
        state.merging = false;
        let merged = merged.and_then(|merged| {
            let with = |merged: Merged| -> Result<Merged> {
                let catalog = merged.catalog.with(state.unwritten.clone())?;
                Ok(Merged { catalog, ..merged })
            };
            merged.map(with).transpose()
        });
        match merged {
            Ok(Some(merged)) => {
                state.stamp = merged.stamp;
                state.position = state.position.of(merged.catalog.number());
                state.written = merged.position;
                state.not_merged = None;
                self.seen(merged.catalog.looked(now));
                Ok(())
            }
            other => {
                state.not_merged = Some(Instant::now());
                give_back(&mut state, merge.unwritten);
                other.map(drop)
            }
        }
    }
}

/// How far the log was read, of which nothing is left to look at.
fn taken_in(state: &KeeperState) -> LogPosition {
    if state.behind.is_empty() {
        state.position.clone()
    } else {
        state.written.clone()
    }
}

/// What could not be written is to be written before what has come since.
fn give_back(state: &mut KeeperState, mut unwritten: Vec<Changed>) {
    unwritten.append(&mut state.unwritten);
    state.unwritten = unwritten;
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::io::catalog::base::OpenFor;
    use crate::io::store::registry::RegistryStore;
    use crate::model::index::file::IndexLine;

    const NOW: Timestamp = Timestamp(1_764_172_800);

    fn keeper(mirror: &Path, purpose: OpenFor) -> Keeper {
        let store = RegistryStore::source(mirror, "crates-io");
        store.create().unwrap();
        Keeper::new(mirror, "crates-io", Arc::new(store), purpose)
    }

    fn name(text: &str) -> CrateName {
        CrateName::parse(text).unwrap()
    }

    /// As everybody writes index lines: into the log, then into their place.
    fn put(keeper: &Keeper, crate_name: &str) {
        let sum = "0".repeat(64);
        let text = format!(
            r#"{{"name":"{crate_name}","vers":"1.0.0","deps":[],"cksum":"{sum}","features":{{}},"yanked":false}}"#
        );
        let line = IndexLine::parse(text.as_bytes()).unwrap();
        keeper.store.adopt(&[line]).unwrap();
        let path = path(keeper, crate_name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(keeper: &Keeper, crate_name: &str) -> std::path::PathBuf {
        let index = keeper.store.folder().join("index");
        index.join(name(crate_name).index_path())
    }

    fn has(catalog: &Catalog, crate_name: &str) -> bool {
        catalog.row(crate_name).unwrap().is_some()
    }

    /// A server's catalogue with more changes than stay unmerged.
    fn grown(mirror: &Path) -> Keeper {
        let keeper = keeper(mirror, OpenFor::Much);
        keeper.now(NOW).unwrap();
        for number in 0..=most_changes(0) {
            put(&keeper, &format!("some-{number}"));
        }
        let catalog = keeper.last().unwrap();
        let mut state = keeper.state();
        keeper
            .take_in(&mut state, &catalog, NOW, usize::MAX)
            .unwrap();
        drop(state);
        keeper
    }

    #[test]
    fn a_search_sees_what_it_was_told_and_waits_for_little_else() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path(), OpenFor::Much);
        keeper.now(NOW).unwrap();
        for number in 0..100 {
            put(&keeper, &format!("some-{number}"));
        }
        put(&keeper, "told");
        keeper.tell(&name("told"));
        let seen = keeper.now(NOW).unwrap();
        assert!(has(&seen, "told"));
        assert!(seen.len() <= AT_ONCE + 1, "{}", seen.len());
        assert!(keeper.is_uncalled() && !keeper.is_uncalled());
        keeper.upkeep(NOW).unwrap();
        assert!(keeper.is_uncalled());
        assert_eq!(keeper.last().unwrap().len(), 101);
        // Whoever opens it finds all of it in the files.
        let opened = Catalog::open(&keeper.folder, OpenFor::Little).unwrap();
        assert_eq!(opened.unwrap().len(), 101);
    }

    #[test]
    fn the_first_search_need_not_make_the_catalogue() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path(), OpenFor::Much);
        put(&keeper, "told");
        keeper.tell(&name("told"));
        keeper.upkeep(NOW).unwrap();
        assert!(keeper.recent().is_some_and(|recent| has(&recent, "told")));
        assert!(keeper.folder.join("origin").is_file());
    }

    #[test]
    fn what_comes_while_it_is_merged_is_seen_before_and_after() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = grown(mirror.path());
        let all = keeper.last().unwrap().len();
        let merge = keeper.begin_merge().unwrap();
        assert!(keeper.begin_merge().is_none(), "one is enough");
        let merged = keeper.write_merged(&merge);
        put(&keeper, "later");
        keeper.tell(&name("later"));
        // The files are others already, and nobody waits for what is made of them.
        let seen = keeper.now(NOW).unwrap();
        assert!(has(&seen, "later") && seen.number() == merge.grown.number());
        assert_eq!(seen.len(), all + 1);
        keeper.end_merge(merge, merged, NOW).unwrap();
        let seen = keeper.now(NOW).unwrap();
        assert!(has(&seen, "later") && has(&seen, "some-0"));
        assert_eq!((seen.len(), seen.changes()), (all + 1, 1));
        keeper.write_down().unwrap();
        let opened = self::keeper(mirror.path(), OpenFor::Little);
        assert_eq!(opened.now(NOW).unwrap().len(), all + 1);
        let files = Catalog::open(&keeper.folder, OpenFor::Little).unwrap();
        assert_eq!(files.unwrap().number(), seen.number());
    }

    #[test]
    fn a_merge_gives_way_to_what_another_process_has_made() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = grown(mirror.path());
        let all = keeper.last().unwrap().len();
        let merge = keeper.begin_merge().unwrap();
        let other = self::keeper(mirror.path(), OpenFor::Little);
        let made = other.rebuild(NOW).unwrap();
        let merged = keeper.write_merged(&merge);
        assert!(merged.as_ref().is_ok_and(Option::is_none));
        keeper.end_merge(merge, merged, NOW).unwrap();
        put(&keeper, "later");
        let seen = keeper.now(NOW).unwrap();
        assert_eq!((seen.number(), seen.len()), (made.number(), all + 1));
    }

    #[test]
    fn nothing_is_lost_where_nothing_can_be_written() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = grown(mirror.path());
        let all = keeper.last().unwrap().len();
        // A folder in the place of a file cannot be replaced.
        let rows = keeper.folder.join("rows");
        std::fs::remove_file(&rows).unwrap();
        std::fs::create_dir_all(rows.join("in-the-way")).unwrap();
        assert!(keeper.merge(NOW).is_err());
        assert!(keeper.begin_merge().is_none(), "not again at once");
        put(&keeper, "later");
        keeper.tell(&name("later"));
        assert_eq!(keeper.now(NOW).unwrap().len(), all + 1);
        assert_eq!(keeper.state().unwritten.len(), all + 1);
    }

    #[test]
    fn what_is_gone_is_found_beside() {
        let mirror = tempfile::tempdir().unwrap();
        let keeper = keeper(mirror.path(), OpenFor::Much);
        for crate_name in ["goes_away", "stays"] {
            put(&keeper, crate_name);
        }
        keeper.now(NOW).unwrap();
        std::fs::remove_file(path(&keeper, "goes_away")).unwrap();
        let long_ago = Instant::now().checked_sub(LOOK_FOR_GONE[0]);
        keeper.state().looked = None;
        keeper.state().looked_for_gone = long_ago;
        assert!(has(&keeper.now(NOW).unwrap(), "goes_away"));
        keeper.upkeep(NOW).unwrap();
        let seen = keeper.now(NOW).unwrap();
        assert!(!has(&seen, "goes_away") && has(&seen, "stays"));
    }
}
