//! `repair` of git sources: packages are made anew from cargo's clones or upstream, unexpected files are quarantined.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::io::store::git::{package_folder, package_of};
use crate::io::store::git_check::CheckLevel;
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Result, chain};
use crate::model::event::{Event, Watch};
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git;
use crate::ops::repair::report::{FailedRepair, RepairReport};
use crate::ops::roots::wanted_by;
use crate::ops::verify::git::{Recorded, recorded};

/// Makes a git source sound again: packages anew from cargo's cache or upstream, the rest into quarantine.
pub async fn mend(
    common: &Context,
    name: &str,
    damages: &[Damage],
    quarantine: &mut Quarantine,
    report: &mut RepairReport,
) -> Result<()> {
    let store = Arc::new(common.mirror.store());
    store.sweep_leftovers();
    store.git(name).sweep()?;
    for damage in damages
        .iter()
        .filter(|damage| damage.kind == DamageKind::Stray)
    {
        quarantine.take(Path::new(&damage.path))?;
    }
    let Some((source, ids)) = wanted(&common.mirror.watch, &store, name, damages)? else {
        return quarantine.take(Path::new(name));
    };
    if ids.is_empty() {
        return Ok(());
    }
    let from = git::From {
        store: Arc::clone(&store),
        // Something is wrong with them, whatever their seals say.
        depth: CheckLevel::Hash,
        folder: common.place.cwd.clone(),
        access: Arc::new(UpstreamAccess::new(common, &common.place.cwd)?),
        registries: Vec::new(),
    };
    let done = git::complete(common, from, BTreeMap::from([(source.clone(), ids)])).await?;
    let folder = store.git(name);
    let record = folder.record_of(&source)?;
    for failure in done.failed {
        let id = &failure.package;
        let known = record
            .as_ref()
            .is_some_and(|record| record.packages.contains_key(id));
        if !known {
            // Nothing has ever vouched for it.
            quarantine.take(&Path::new(name).join(package_folder(id)))?;
        }
        report.failed.push(FailedRepair {
            package: id.clone(),
            cause: chain(&*failure.error),
            help: failure.error.hint(),
        });
    }
    Ok(())
}

/// The source in a folder, and which of its packages are to be made again. `None` if neither a record nor a root says which it is.
fn wanted(
    watch: &Watch,
    store: &RegistryStore,
    name: &str,
    damages: &[Damage],
) -> Result<Option<(GitSource, BTreeSet<CrateId>)>> {
    let hurt = damages
        .iter()
        .filter(|damage| damage.kind != DamageKind::Stray);
    let mut ids: BTreeSet<CrateId> = hurt.filter_map(|damage| damage.package.clone()).collect();
    let folder = store.git(name);
    if let Recorded::Right(record) = recorded(&folder)? {
        let tree = damages
            .iter()
            .any(|damage| damage.kind != DamageKind::Stray && damage.package.is_none());
        if tree && record.layout.tree().is_some() {
            // It is made anew for all that is in it.
            ids.extend(record.packages.keys().cloned());
        }
        return Ok(record.git_source().map(|source| (source, ids)));
    }
    // Without its record the source is what a root says that belongs into this folder.
    let roots = store.records().roots()?;
    let of_roots: Vec<(GitSource, CrateId)> = wanted_by(&roots)
        .into_iter()
        .filter_map(|(id, source)| match source {
            SourceId::Git(source) => Some((source, id)),
            _ => None,
        })
        .filter(|(source, _)| source.folder() == name)
        .collect();
    let Some((source, _)) = of_roots.first().cloned() else {
        watch(&Event::Warning {
            message: format!("nothing says which source `{name}` is"),
            help: Some(
                "`cargo mirror vendor` in the project that needs it makes it again".to_owned(),
            ),
        });
        return Ok(None);
    };
    ids.extend(of_roots.into_iter().map(|(_, id)| id));
    ids.extend(folder.list()?.iter().filter_map(|name| package_of(name)));
    Ok(Some((source, ids)))
}
