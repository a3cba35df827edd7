//! Versions that upstream no longer lists, but which are here.
//!
//! crates.io lets owners delete versions (RFC 3660), and other registries do what they like. A lockfile that names such a
//! version goes on to build by default; a new resolve does not take it. Each is logged once: a version is
//! deleted for a reason.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::blocking;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// What becomes of a version that upstream no longer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Listed as it was.
    Keep,
    /// Listed as yanked: what is locked goes on, nothing new takes it.
    Hide,
    /// Neither listed nor served.
    Deny,
}

/// Which versions are known to be withdrawn.
#[derive(Debug)]
pub struct Withdrawn {
    pub mode: Deleted,
    known: Mutex<HashMap<CrateName, BTreeSet<CrateId>>>,
    /// When the log said so of a version.
    told: Mutex<HashMap<CrateId, Instant>>,
}

impl Withdrawn {
    pub fn new(mode: Deleted) -> Self {
        Self {
            mode,
            known: Mutex::default(),
            told: Mutex::default(),
        }
    }

    pub fn holds(&self, id: &CrateId) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id.name).is_some_and(|ids| ids.contains(id))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(BTreeSet::len).sum()
    }

    /// Those not logged within the last hour. Upstream's nodes may disagree, so a version can come and go.
    fn untold(&self, gone: Vec<CrateId>) -> Vec<CrateId> {
        const LATELY: Duration = Duration::from_hours(1);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, at| at.elapsed() < LATELY);
        let mut gone = gone;
        gone.retain(|id| told.insert(id.clone(), Instant::now()).is_none());
        gone
    }

    /// Records which versions of a crate are withdrawn now. Returns the new ones, and those that are back.
    fn note(&self, name: &CrateName, now: BTreeSet<CrateId>) -> (Vec<CrateId>, Vec<CrateId>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.remove(name).unwrap_or_default();
        let gone = now.difference(&before).cloned().collect();
        let back = before.difference(&now).cloned().collect();
        if !now.is_empty() {
            known.insert(name.clone(), now);
        }
        (gone, back)
    }
}

/// What the mirror adds to upstream's text of a crate.
#[derive(Debug, Default)]
pub struct Added {
    pub text: Vec<u8>,
    /// When the mirror's own index file was last changed.
    pub modified: Option<Timestamp>,
}

/// What is to be listed after upstream's own lines, which are `theirs`, as upstream said at `checked`. Whatever is
/// withdrawn for the first time is written into the log.
pub async fn added(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    name: &CrateName,
    theirs: &Arc<Vec<u8>>,
    checked: Timestamp,
) -> Result<Added> {
    let (reading, of) = (Arc::clone(state), Arc::clone(source));
    let (wanted, listed) = (name.clone(), Arc::clone(theirs));
    let found = blocking("reading the index", move || {
        let held = of
            .store
            .servable_lines(&wanted, &of.folder, &reading.pruned)?;
        Ok(held.map(|held| {
            let absent = |line: &IndexLine| find_line(&listed, line.id(), None).is_none();
            let lines: Vec<IndexLine> = held.lines.into_iter().filter(absent).collect();
            (lines, held.stamps.file.map(|stamp| stamp.modified()))
        }))
    });
    let (lines, modified) = found.await?.unwrap_or_default();
    let mut settled = Vec::new();
    if let Some(shared) = &source.shared {
        let unlisted = |line: &IndexLine| {
            let here = lines.iter().any(|own| own.id() == line.id());
            !here && find_line(theirs, line.id(), None).is_none()
        };
        settled = shared.settled_lines(name, checked).await;
        settled.retain(unlisted);
    }
    // A line that came after upstream was asked may be newer than the answer.
    // Not so in a hosted registry of a bucket, of which nothing is here that was not there first.
    let newer = modified.is_some_and(|modified| modified >= checked) && !source.hosted;
    let (gone, newer): (Vec<IndexLine>, Vec<IndexLine>) = lines
        .into_iter()
        .partition(|line| !newer || source.withdrawn.holds(line.id()));
    let gone: Vec<IndexLine> = gone.into_iter().chain(settled).collect();
    note(state, source, name, &gone);
    let mut text = Vec::new();
    let mut put = |line: &[u8]| {
        text.extend_from_slice(line);
        text.push(b'\n');
    };
    for line in &newer {
        put(line.raw());
    }
    for line in &gone {
        match source.withdrawn.mode {
            Deleted::Keep => put(line.raw()),
            Deleted::Hide => put(line.with_yanked(true).raw()),
            Deleted::Deny => {}
        }
    }
    Ok(Added { text, modified })
}

/// Takes in which versions of a crate are withdrawn. Answers about those that are so for the first time, or no longer, are
/// forgotten.
fn note(state: &ServerState, source: &Source, name: &CrateName, lines: &[IndexLine]) {
    let now = lines.iter().map(|line| line.id().clone()).collect();
    let (gone, back) = source.withdrawn.note(name, now);
    for id in gone.iter().chain(&back) {
        let path = source.crate_path(id);
        state.cache.forget(&path);
        state.absent.forget(&path);
    }
    let gone = source.withdrawn.untold(gone);
    if gone.is_empty() {
        return;
    }
    state.stats.withdrawn.add(gone.len() as u64);
    let ids: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let becomes = match source.withdrawn.mode {
        Deleted::Keep => "listed and served as before (--deleted keep)",
        Deleted::Hide => {
            "listed as yanked: lockfiles that name it go on to build, new ones do not take it (--deleted hide)"
        }
        Deleted::Deny => "no longer served (--deleted deny)",
    };
    (state.common.mirror.watch)(&Event::Warning {
        message: format!(
            "upstream has withdrawn {}, which the mirror holds; it is {becomes}",
            ids.join(", ")
        ),
        help: Some(
            "a version is deleted for a reason, such as malicious code: look for an advisory"
                .to_owned(),
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_noticed_once_and_again_after_it_was_back() {
        let withdrawn = Withdrawn::new(Deleted::Hide);
        let id = CrateId::parse("a", "1.0.0").unwrap();
        let all = || BTreeSet::from([id.clone()]);
        let (gone, back) = withdrawn.note(&id.name, all());
        assert!(gone == [id.clone()] && back.is_empty() && withdrawn.holds(&id));
        assert_eq!(withdrawn.note(&id.name, all()), (vec![], vec![]));
        let (gone, back) = withdrawn.note(&id.name, BTreeSet::new());
        assert!(gone.is_empty() && back == [id.clone()] && !withdrawn.holds(&id));
        assert_eq!(withdrawn.note(&id.name, all()).0, std::slice::from_ref(&id));
        assert_eq!(withdrawn.count(), 1);
    }
}
