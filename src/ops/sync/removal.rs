//! What upstream has removed goes here, too, as the settings say: the last that a run does, and never very much at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::io::mirror::in_use::Use;
use crate::io::mirror::sync_state::SyncState;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::store::StoreError;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::rules::OnRemoved;
use crate::model::sync::tree::is_mass_removal;
use crate::model::sync::troubles::TroubleKind;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::options::Context;
use crate::ops::gc::run::wanted;
use crate::ops::sync::closure::by_name;
use crate::ops::sync::outcome::SyncOutcome;
use crate::ops::sync::scope::RootVersions;

/// How removals are done.
pub struct Removal<'a> {
    pub policy: OnRemoved,
    /// Crates of which there are files here.
    pub of: usize,
    pub allow_mass: bool,
    pub roots: &'a RootVersions,
    /// The registry, where its index files were asked for one by one and nothing else says what it has.
    pub asked: Option<&'a Upstream>,
    /// The folder of the registry in the mirror.
    pub folder: &'a str,
}

/// Removes. Nobody may hold the mirror in use. Returns how many crates of how many are held back.
pub async fn remove(
    common: &Context,
    state: &SyncState,
    store: &Arc<RegistryStore>,
    removal: Removal<'_>,
    outcome: &mut SyncOutcome,
) -> Result<Option<(usize, usize)>> {
    let now = common.mirror.clock.now();
    if let OnRemoved::Hold(keep) = removal.policy {
        store.sweep_aside(keep, now)?;
    }
    let mut gone = std::mem::take(&mut outcome.gone);
    let keeps_all = removal.policy == OnRemoved::Keep;
    if !keeps_all {
        gone.extend(half_removed(state, store)?);
    }
    if gone.is_empty() {
        return Ok(None);
    }
    let is_wanted = |id: &CrateId| wants(removal.roots, id);
    let (kept, go): (Vec<_>, Vec<_>) = gone
        .into_iter()
        .partition(|(id, _)| keeps_all || is_wanted(id));
    for (id, _) in &kept {
        outcome.changes.kept.add(id);
    }
    if go.is_empty() {
        return Ok(None);
    }
    let names: BTreeSet<CrateName> = go.iter().map(|(id, _)| id.name.clone()).collect();
    let of = removal.of.max(names.len());
    if is_mass_removal(names.len(), of) && !removal.allow_mass {
        let cause = "upstream has removed too many versions at once to follow unasked";
        wait(outcome, &names, cause, now);
        return Ok(Some((names.len(), of)));
    }
    if let Some(upstream) = removal.asked
        && let Err(error) = upstream.has_index().await
    {
        let error = chain(&error);
        let cause = format!("upstream has no index file of it, and not of anything: {error}");
        wait(outcome, &names, &cause, now);
        return Ok(None);
    }
    match carried_out(common, state, store, &go, &removal).await {
        Ok(done) => {
            for id in &done.kept {
                outcome.changes.kept.add(id);
            }
            for id in &done.removed {
                outcome.changes.deleted.add(id);
            }
            Ok(None)
        }
        Err(error) if matches!(error.inner(), Error::Store(StoreError::LockBusy { .. })) => {
            let cause = "upstream has removed it, and others were using the mirror";
            wait(outcome, &names, cause, now);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What a run that was killed has begun to remove: no index file speaks of it any more.
fn half_removed(state: &SyncState, store: &RegistryStore) -> Result<Vec<(CrateId, Sha256)>> {
    let mut found = Vec::new();
    for (id, removed) in state.removed()? {
        let id = id.split_once('@');
        let id = id.and_then(|(name, version)| CrateId::parse(name, version).ok());
        let checksum = Sha256::parse(&removed.checksum).ok();
        if let (Some(id), Some(checksum)) = (id, checksum)
            && store.is_half_removed(&id)?
        {
            found.push((id, checksum));
        }
    }
    Ok(found)
}

/// Remembers what is to be removed by a later run.
fn wait(outcome: &mut SyncOutcome, names: &BTreeSet<CrateName>, cause: &str, now: Timestamp) {
    outcome.gone_names.clear();
    outcome.with_removals.clear();
    for name in names {
        let of = name.as_str().to_ascii_lowercase();
        outcome
            .troubles
            .failed(of, TroubleKind::ToRemove, cause.to_owned(), None, now);
    }
}

fn wants(roots: &RootVersions, id: &CrateId) -> bool {
    let locked = roots.get(&id.name.as_str().to_ascii_lowercase());
    locked.is_some_and(|locked| locked.contains(&id.version))
}

/// What became of the versions that were to go.
struct CarriedOut {
    kept: Vec<CrateId>,
    removed: Vec<CrateId>,
}

async fn carried_out(
    common: &Context,
    state: &SyncState,
    store: &Arc<RegistryStore>,
    gone: &[(CrateId, Sha256)],
    removal: &Removal<'_>,
) -> Result<CarriedOut> {
    let (common, state, store) = (common.clone(), state.clone(), Arc::clone(store));
    let (gone, policy, folder) = (gone.to_vec(), removal.policy, removal.folder.to_owned());
    blocking("removing crates", move || {
        let _alone = common.mirror.in_use(Use::Remove)?;
        let now = common.mirror.clock.now();
        // A root may have come since the run began.
        let roots = by_name(
            wanted(&common.mirror.records())?
                .remove(&folder)
                .unwrap_or_default(),
        );
        let (kept, gone): (Vec<_>, Vec<_>) =
            gone.into_iter().partition(|(id, _)| wants(&roots, id));
        let kept = kept.into_iter().map(|(id, _)| id).collect();
        // Before they go: a version that comes back with other bytes must be known again.
        state.remember_removed(&gone, now)?;
        let ids: Vec<&CrateId> = gone.iter().map(|(id, _)| id).collect();
        match policy {
            OnRemoved::Hold(_) => store.put_aside(&ids, now)?,
            OnRemoved::Drop | OnRemoved::Keep => store.remove(&ids, |_| {})?,
        }
        let removed = gone.into_iter().map(|(id, _)| id).collect();
        Ok(CarriedOut { kept, removed })
    })
    .await
}
