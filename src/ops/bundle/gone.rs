//! What was removed: what a dump tells of it, and what becomes here of what another mirror's dump tells.
//!
//! A mirror knows of removals where it was told: a hosted registry has them in its records, and a copy of a registry has what
//! upstream took back. What `gc`, eviction or pruning took away was removed by nobody and is not told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::access::store::AccessStore;
use crate::io::fs::file::test_kill;
use crate::io::mirror::hosting::{HostedFolders, folder_of, is_hosted};
use crate::io::mirror::in_use::Use;
use crate::io::mirror::layout;
use crate::io::mirror::sync_state::SyncState;
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::model::access::principal::Principal;
use crate::model::bundle::manifest::{GoneEntry, Listed};
use crate::model::bundle::reading::MAX_GONE;
use crate::model::bundle::state::{KnownState, bytes_key};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::store::StoreError;
use crate::model::errors::sync::SyncError;
use crate::model::event::Event;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::rules::OnRemoved;
use crate::model::sync::tree::is_mass_removal;
use crate::model::units::timestamp::Timestamp;
use crate::ops::bundle::options::{ImportOptions, ImportReport};
use crate::ops::bundle::select::Families;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::publish::add::on_hook_failure;
use crate::ops::publish::commit::Actor;
use crate::ops::publish::registry::OpenRegistry;
use crate::ops::publish::withdraw;

/// What a dump of these registries tells its receiver: what that one has and this mirror lost to a removal. `whole`: where
/// nothing is known of the receiver, everything that was ever removed.
pub fn told<'a>(
    mirror: &OpenMirror,
    stores: impl Iterator<Item = (&'a String, &'a RegistryStore)>,
    known: &KnownState,
    whole: bool,
) -> Result<Vec<GoneEntry>> {
    let mut told = Vec::new();
    for (source, store) in stores {
        for gone in removed(&mirror.folder, source)? {
            let wanted = if known.is_empty() {
                whole
            } else {
                known.has(bytes_key(&gone.of))
            };
            // What came back since is not gone, whatever its bytes: those are never replaced.
            let id = &gone.of.id;
            if wanted && store.read_index(&id.name)?.get(id).is_none() {
                told.push(gone);
            }
        }
    }
    if told.len() > MAX_GONE {
        told.sort_by_key(|gone| std::cmp::Reverse(gone.at));
        (mirror.watch)(&Event::Warning {
            message: format!(
                "a dump tells of {MAX_GONE} removed versions at most; the oldest {} are left out",
                told.len() - MAX_GONE
            ),
            help: None,
        });
        told.truncate(MAX_GONE);
    }
    told.sort();
    told.dedup_by(|one, other| one.of == other.of);
    Ok(told)
}

/// Everything that this mirror knows to have been removed from a registry.
fn removed(mirror: &Path, source: &str) -> Result<Vec<GoneEntry>> {
    let mut found = Vec::new();
    let mut add = |name: &str, version: &str, checksum: &str, at: Timestamp| {
        // What cannot be read names nothing that a receiver could have.
        if let (Ok(id), Ok(checksum)) = (CrateId::parse(name, version), Sha256::parse(checksum)) {
            let source = source.to_owned();
            let of = Listed {
                source,
                id,
                checksum,
            };
            found.push(GoneEntry { of, at });
        }
    };
    if is_hosted(mirror, source) {
        let accounts = AccessStore::open(mirror);
        for record in accounts.crate_records(folder_name(source))? {
            for (version, removal) in &record.removed {
                add(&record.name, version, &removal.checksum, removal.at);
            }
        }
    } else {
        for (package, removal) in SyncState::of(mirror, folder_name(source)).removed()? {
            if let Some((name, version)) = package.split_once('@') {
                add(name, version, &removal.checksum, removal.at);
            }
        }
    }
    Ok(found)
}

/// `corp` of `registries/corp`.
fn folder_name(source: &str) -> &str {
    source.strip_prefix("registries/").unwrap_or(source)
}

/// Removes what a dump tells of as removed, if nothing here speaks against it; the report says what was and what was not.
/// Nobody may hold the mirror in use. Returns whether everything was dealt with.
pub fn follow(
    mirror: &OpenMirror,
    gone: &[GoneEntry],
    options: ImportOptions,
    report: &mut ImportReport,
) -> Result<bool> {
    if gone.is_empty() {
        return Ok(true);
    }
    let alone = match mirror.in_use(Use::Remove) {
        Ok(alone) => alone,
        Err(error) if matches!(error.inner(), Error::Store(StoreError::LockBusy { .. })) => {
            let what = format!("the removal of {} versions", gone.len());
            report.failed.push((what, chain(&error)));
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let now = mirror.clock.now();
    let there = layout::registries(&mirror.folder);
    let mut sources: BTreeMap<&String, Vec<&GoneEntry>> = BTreeMap::new();
    for gone in gone.iter().filter(|gone| there.contains(&gone.of.source)) {
        sources.entry(&gone.of.source).or_default().push(gone);
    }
    if let (OnRemoved::Hold(keep), false) = (options.on_removed, options.dry_run) {
        for source in sources.keys() {
            mirror.source(source).sweep_aside(keep, now)?;
        }
    }
    let mut whole = true;
    for (source, gone) in sources {
        let store = mirror.source(source);
        let go = judged(mirror, &store, &gone, options.on_removed, report)?;
        let names: BTreeSet<&CrateName> = go.iter().map(|gone| &gone.of.id.name).collect();
        let of = crates_of(&store, source, names.len())?;
        if is_mass_removal(names.len(), of) && !options.allow_mass_removal {
            let crates = names.len();
            let error = Error::Sync(SyncError::MassRemoval { crates, of });
            let hint = error.hint().unwrap_or_default();
            let cause = format!("{}; {hint}", chain(&error));
            let what = format!("the removal of {} versions of {source}", go.len());
            report.failed.push((what, cause));
            whole = false;
            continue;
        }
        if !options.dry_run {
            remove(mirror, source, &store, &go, options.on_removed)?;
        }
        report
            .removed
            .extend(go.iter().map(|gone| gone.of.id.clone()));
    }
    drop(alone);
    Ok(whole)
}

/// How many crates a registry has; 0 where so few are to go that it does not matter.
fn crates_of(store: &RegistryStore, source: &str, going: usize) -> Result<usize> {
    let mut crates = 0;
    if is_mass_removal(going, 0) {
        let mut families = Families::of(store, source, None)?;
        while families.take()?.is_some() {
            crates += 1;
        }
    }
    Ok(crates)
}

/// Those that go. What is here and stays is reported with its reason; of what is not here nothing is said.
fn judged<'g>(
    mirror: &OpenMirror,
    store: &RegistryStore,
    gone: &[&'g GoneEntry],
    policy: OnRemoved,
    report: &mut ImportReport,
) -> Result<Vec<&'g GoneEntry>> {
    let wanted = wanted(mirror)?;
    let mut go = Vec::new();
    for gone in gone {
        let Listed { source, id, .. } = &gone.of;
        let index = store.read_index(&id.name)?;
        let line = index.get(id);
        let why = match line {
            // What a run left that was killed: its line went, and its bytes not yet.
            None if store.hash(id)? == Some(gone.of.checksum) => None,
            None => continue,
            Some(line) if *line.checksum() != gone.of.checksum => {
                Some("it is here with other bytes")
            }
            Some(_) if wanted.contains(&(source.clone(), id.clone())) => Some("a root wants it"),
            Some(_) if policy == OnRemoved::Keep => Some("`on-removed` says `keep`"),
            Some(_) => None,
        };
        match why {
            Some(why) => report.still_here.push((id.to_string(), why.to_owned())),
            None => go.push(*gone),
        }
    }
    Ok(go)
}

/// What the roots here want, by the folder of its source. A hosted registry goes by each address that means it.
fn wanted(mirror: &OpenMirror) -> Result<BTreeSet<(String, CrateId)>> {
    let hosted = HostedFolders::read(&mirror.folder)?;
    let mut wanted = BTreeSet::new();
    for recorded in mirror.records().roots()? {
        for (id, source) in recorded.root.wants() {
            let here = hosted.name_of(&source.to_string()).map(folder_of);
            let folders = here.into_iter().chain(source.folder());
            wanted.extend(folders.map(|it| (it, id.clone())));
        }
    }
    Ok(wanted)
}

/// Removes versions of one registry. What is remembered of them is written before they go.
fn remove(
    mirror: &OpenMirror,
    source: &str,
    store: &RegistryStore,
    gone: &[&GoneEntry],
    policy: OnRemoved,
) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let now = mirror.clock.now();
    if is_hosted(&mirror.folder, source) {
        let registry = OpenRegistry::open(mirror, folder_name(source))?;
        let principal = Principal::operator();
        let failed = |error: &Error| on_hook_failure(&mirror.watch, error);
        let actor = Actor {
            principal: &principal,
            at: now,
            from: None,
            on_hook_failure: &failed,
        };
        for gone in gone {
            let id = &gone.of.id;
            if store.read_index(&id.name)?.get(id).is_some() {
                withdraw::remove(&registry, &id.name, Some(&id.version), true, actor)?;
            } else {
                let mut quarantine = Quarantine::new(&mirror.folder);
                let held = store.hold()?;
                store.withdraw(&held, std::slice::from_ref(id), &mut quarantine)?;
            }
            test_kill("import-removed");
        }
        return Ok(());
    }
    let remembered: Vec<(CrateId, Sha256)> = (gone.iter())
        .map(|gone| (gone.of.id.clone(), gone.of.checksum))
        .collect();
    SyncState::of(&mirror.folder, folder_name(source)).remember_removed(&remembered, now)?;
    let ids: Vec<&CrateId> = gone.iter().map(|gone| &gone.of.id).collect();
    match policy {
        OnRemoved::Hold(_) => store.put_aside(&ids, now),
        OnRemoved::Drop | OnRemoved::Keep => store.remove(&ids, |_| {}),
    }
}
