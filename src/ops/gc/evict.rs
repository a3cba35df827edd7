//! What a server lets go of by itself: crates that nobody has asked for, as far as the mirror is too large or they are too
//! old. What a recorded root wants always stays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::io::mirror::in_use;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::mirror::retention::{self, Rules, StoredCrate, Surplus, WantedIn};
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::gc::run as gc;
use crate::ops::gc::selected::{self, Selected};

/// How much a server keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub max_size: Option<u64>,
    /// Since it was last asked for.
    pub max_age: Option<Duration>,
}

impl Limits {
    pub fn any(&self) -> bool {
        self.max_size.is_some() || self.max_age.is_some()
    }
}

/// What went, and what is left.
#[derive(Debug, Default)]
pub struct Evicted {
    pub dropped: Vec<StoredCrate>,
    /// 0 where a copy keeps everything: nothing is evicted there, however much it is.
    pub bytes_kept: u64,
    /// Whether more are too old: they did not go, because a part at a time is enough.
    pub more: bool,
}

/// Lets go of what is beyond the limits. `None`: somebody is adding to the mirror, so not now.
pub fn evict(
    mirror: &OpenMirror,
    store: &RegistryStore,
    limits: Limits,
    used: &BTreeMap<CrateId, Timestamp>,
    now: Timestamp,
) -> Result<Option<Evicted>> {
    let Some(_alone) = in_use::alone_now(&mirror.folder)? else {
        return Ok(None);
    };
    // Read under the lock: a run that adds records what it wants before it lets go of it.
    let wanted = gc::wanted(&mirror.records())?;
    let Some(wanted) = with_selected(mirror, store, wanted)? else {
        // Nothing may go, so it need not be known how much there is: two million files are not looked at once a minute.
        return Ok(Some(Evicted::default()));
    };
    let held = store.inventory()?;
    let most = held.len().div_ceil(PART);
    let (plan, more) = plan(held, &wanted, limits, used, (now, most));
    let ids: Vec<&CrateId> = plan.drop.iter().map(|held| &held.id).collect();
    if !ids.is_empty() {
        store.remove(&ids, |_| {})?;
    }
    Ok(Some(Evicted {
        bytes_kept: plan.bytes_kept,
        dropped: plan.drop,
        more,
    }))
}

/// What is wanted, with what the selection of a copy keeps. `None`: it keeps everything.
fn with_selected(
    mirror: &OpenMirror,
    store: &RegistryStore,
    mut wanted: WantedIn,
) -> Result<Option<WantedIn>> {
    let folder = store
        .folder()
        .strip_prefix(&mirror.folder)
        .unwrap_or(store.folder());
    let folder = folder.to_string_lossy().replace('\\', "/");
    match selected::of(mirror, store, wanted.get(&folder))? {
        None => Ok(Some(wanted)),
        Some(Selected::Everything) => Ok(None),
        Some(Selected::These(ids)) => {
            wanted.entry(folder).or_default().extend(ids);
            Ok(Some(wanted))
        }
    }
}

/// On a full disk, at least 1/SHARE of the bytes is evicted, so that not every new crate needs a scan.
const SHARE: u64 = 8;
/// Bytes added to each request for room: index line, journal record, partly filled blocks.
const BESIDES: u64 = 64 << 10;

/// Makes room for so many bytes on a disk that is full, the least recently used first. No more than half of what is held goes
/// at once: how large a crate is, is upstream's word. `None`: somebody is adding to the mirror, so not now.
pub fn make_room(
    mirror: &OpenMirror,
    store: &RegistryStore,
    bytes: u64,
    used: &BTreeMap<CrateId, Timestamp>,
) -> Result<Option<Evicted>> {
    let Some(_alone) = in_use::alone_now(&mirror.folder)? else {
        return Ok(None);
    };
    let wanted = gc::wanted(&mirror.records())?;
    let Some(wanted) = with_selected(mirror, store, wanted)? else {
        return Ok(Some(Evicted::default()));
    };
    let mut held = store.inventory()?;
    by_use(&mut held, used);
    let size: u64 = held.iter().map(|held| held.bytes).sum();
    let less = (bytes + BESIDES).max(size / SHARE).min(size / 2);
    let rules = Rules {
        max_size: Some(size - less),
        ..Rules::default()
    };
    let mut plan = retention::plan(held, &wanted, &rules, mirror.clock.now());
    let ids: Vec<&CrateId> = plan.drop.iter().map(|held| &held.id).collect();
    let gone: BTreeSet<CrateId> = store
        .remove_without_room(&ids)?
        .into_iter()
        .cloned()
        .collect();
    let (dropped, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut plan.drop)
        .into_iter()
        .partition(|held| gone.contains(&held.id));
    Ok(Some(Evicted {
        bytes_kept: plan.bytes_kept + stay.iter().map(|held| held.bytes).sum::<u64>(),
        dropped,
        more: false,
    }))
}

/// At most 1/PART of the crates is evicted for age in one round: a wrong clock must not empty the mirror.
const PART: usize = 4;

/// Dates each by its last use.
fn by_use(held: &mut [StoredCrate], used: &BTreeMap<CrateId, Timestamp>) {
    for held in held {
        if let Some(last) = used.get(&held.id) {
            // Not the file's own time, which its seal has changed since.
            held.since = *last;
        }
    }
}

/// The least recently used first. No more go for their age than `most`; whether there are more comes back.
fn plan(
    held: Vec<StoredCrate>,
    wanted: &WantedIn,
    limits: Limits,
    used: &BTreeMap<CrateId, Timestamp>,
    (now, most): (Timestamp, usize),
) -> (Surplus, bool) {
    let mut held = held;
    by_use(&mut held, used);
    let mut old = Surplus::default();
    let mut more = false;
    if let Some(age) = limits.max_age {
        let rules = Rules {
            older_than: Some(age),
            ..Rules::default()
        };
        old = retention::plan(held.clone(), wanted, &rules, now);
        more = old.drop.len() > most;
        // The oldest come first.
        for spared in old.drop.drain(most.min(old.drop.len())..) {
            old.kept += 1;
            old.kept_by_rule += 1;
            old.bytes_kept += spared.bytes;
        }
        let gone: BTreeSet<&CrateId> = old.drop.iter().map(|held| &held.id).collect();
        held.retain(|held| !gone.contains(&held.id));
    }
    let Some(max_size) = limits.max_size else {
        return (old, more);
    };
    let size: u64 = held.iter().map(|held| held.bytes).sum();
    // A little more than needed, so that not every new crate costs another look at all of them.
    let target = if size > max_size {
        max_size - max_size / 20
    } else {
        max_size
    };
    let rules = Rules {
        max_size: Some(target),
        ..Rules::default()
    };
    let mut plan = retention::plan(held, wanted, &rules, now);
    plan.drop.splice(0..0, old.drop);
    (plan, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::id::CRATES_IO_FOLDER;

    fn held(name: &str, bytes: u64, since: u64) -> StoredCrate {
        StoredCrate {
            folder: CRATES_IO_FOLDER.to_owned(),
            id: CrateId::parse(name, "1.0.0").unwrap(),
            bytes,
            yanked: false,
            since: Timestamp(since),
        }
    }

    fn dropped(limits: Limits, wanted: &[&str]) -> Vec<String> {
        let all = vec![
            held("a", 100, 10),
            held("b", 100, 20),
            held("c", 100, 30),
            held("d", 100, 40),
        ];
        let ids = wanted.iter().map(|name| held(name, 0, 0).id).collect();
        let wanted = WantedIn::from([(CRATES_IO_FOLDER.to_owned(), ids)]);
        // The oldest was asked for last.
        let used = BTreeMap::from([(held("a", 0, 0).id, Timestamp(90))]);
        let (plan, _) = plan(all, &wanted, limits, &used, (Timestamp(100), 4));
        plan.drop
            .iter()
            .map(|held| held.id.name.to_string())
            .collect()
    }

    #[test]
    fn the_least_recently_used_goes_first_and_what_roots_want_never() {
        let size = |max_size| Limits {
            max_size: Some(max_size),
            max_age: None,
        };
        assert_eq!(dropped(size(400), &[]), [""; 0]);
        assert_eq!(dropped(size(399), &[]), ["b"]);
        assert_eq!(dropped(size(250), &[]), ["b", "c"]);
        assert_eq!(dropped(size(250), &["b", "c"]), ["d", "a"]);
        assert_eq!(dropped(size(0), &["b"]), ["c", "d", "a"]);
        let age = Limits {
            max_size: None,
            max_age: Some(Duration::from_secs(65)),
        };
        assert_eq!(dropped(age, &[]), ["b", "c"]);
        assert_eq!(dropped(age, &["b"]), ["c"]);
        let both = Limits {
            max_size: Some(150),
            max_age: Some(Duration::from_secs(65)),
        };
        assert_eq!(dropped(both, &[]), ["b", "c", "d"]);
    }
}
