//! Which crates `gc` and eviction spare because a `sync` selects them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::io::fs::error::if_there;
use crate::io::fs::file;
use crate::io::mirror::layout::Mirror;
use crate::io::mirror::sync_state::SyncState;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::settings::SettingsError;
use crate::model::index::file::{IndexFile, MAX_FILE};
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::settings::sync::parse_selection;
use crate::model::sync::candidate::Candidate;
use crate::model::sync::choose::{Chosen, Demand, choose, followed};
use crate::model::sync::closure::close_over;
use crate::model::sync::rules::Selection;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;

/// What the selection of a copy keeps of a registry.
pub enum Selected {
    Everything,
    These(BTreeSet<CrateId>),
}

/// How much there is of a registry, without a list of it.
#[derive(Debug, Default, Clone, Copy)]
pub struct RegistrySize {
    pub crates: usize,
    pub bytes: u64,
}

/// The selection that a registry was copied by; `None`: it was not. One that cannot be read is an error: nobody knows what it
/// wants.
fn selection(mirror: &Path, name: &str) -> Result<Option<Selection>> {
    let Some(text) = SyncState::of(mirror, name).selection()? else {
        return Ok(None);
    };
    let path = Mirror::at(mirror).sync(name);
    let parsed = parse_selection(&text);
    parsed
        .map(Some)
        .map_err(|source| Error::Settings(SettingsError::Bad { path, source }))
}

/// What the selection of a copy keeps of a registry; `None`: it is no copy. `roots` is what recorded roots want of it.
pub fn of(
    mirror: &OpenMirror,
    store: &RegistryStore,
    roots: Option<&BTreeSet<CrateId>>,
) -> Result<Option<Selected>> {
    let name = store.folder().file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let Some(selection) = selection(&mirror.folder, name)? else {
        return Ok(None);
    };
    let top = SyncState::of(&mirror.folder, name).top()?;
    let top = top.map(|names| names.into_iter().collect());
    kept(store, &selection, roots, top.as_ref(), mirror.clock.now()).map(Some)
}

/// What a selection keeps of what is here. `roots` is what recorded roots want of the same registry.
fn kept(
    store: &RegistryStore,
    selection: &Selection,
    roots: Option<&BTreeSet<CrateId>>,
    top: Option<&BTreeSet<CrateName>>,
    now: Timestamp,
) -> Result<Selected> {
    if selection.is_everything() {
        return Ok(Selected::Everything);
    }
    let mut files: BTreeMap<String, (CrateName, Vec<Candidate>)> = BTreeMap::new();
    let mut ids: BTreeMap<String, CrateName> = BTreeMap::new();
    let mut kept = BTreeSet::new();
    for path in store.index_files()? {
        let Some(text) = if_there(file::read(&path, MAX_FILE as u64))? else {
            continue;
        };
        let file = IndexFile::parse(&text);
        let Some(spelt) = file.lines().first().map(|line| line.id().name.clone()) else {
            continue;
        };
        let candidates: Vec<Candidate> = file.lines().iter().map(Candidate::of).collect();
        if selection.is_plain() {
            let by_rules =
                selection.takes_name(&spelt) && top.is_none_or(|top| top.contains(&spelt));
            let chosen = choose(&spelt, &candidates, selection, by_rules, &[], now);
            add(&mut kept, &spelt, &chosen);
        } else {
            let key = spelt.as_str().to_ascii_lowercase();
            ids.insert(key.clone(), spelt.clone());
            files.insert(key, (spelt, candidates));
        }
    }
    if !selection.is_plain() {
        let mut wanted: BTreeMap<String, BTreeSet<Version>> = BTreeMap::new();
        for id in roots.into_iter().flatten() {
            let name = id.name.as_str().to_ascii_lowercase();
            wanted.entry(name).or_default().insert(id.version.clone());
        }
        let exact =
            |locked: &BTreeSet<Version>| locked.iter().cloned().map(Demand::Exact).collect();
        let demands = |locked: &BTreeSet<Version>| {
            if selection.follow_roots {
                followed(locked)
            } else {
                exact(locked)
            }
        };
        let chosen = close_over(&files, selection, &wanted, demands, now);
        for (key, chosen) in &chosen {
            if let Some(name) = ids.get(key) {
                add(&mut kept, name, chosen);
            }
        }
    }
    Ok(Selected::These(kept))
}

fn add(kept: &mut BTreeSet<CrateId>, name: &CrateName, chosen: &Chosen) {
    kept.extend(chosen.keys().map(|version| CrateId {
        name: name.clone(),
        version: version.clone(),
    }));
}

/// Counts the crates of a registry.
pub fn size_of(store: &RegistryStore) -> RegistrySize {
    let mut size = RegistrySize::default();
    for entry in fs::read_dir(store.folder()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_crate = Path::new(&name).extension().is_some_and(|it| it == "crate");
        if let (true, Ok(meta)) = (is_crate, entry.metadata()) {
            size.crates += 1;
            size.bytes += meta.len();
        }
    }
    size
}
