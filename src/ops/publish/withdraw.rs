//! `yank` and `remove`.

use crate::io::store::quarantine::Quarantine;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::release::Removal;
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::publish::commit::{self, Publisher, known, not_published, published_name};
use crate::ops::publish::registry::OpenRegistry;

/// Yanks a version, or takes that back. Returns the version as it is called, and whether it was otherwise before.
pub fn yank(registry: &OpenRegistry, id: &CrateId, yanked: bool) -> Result<(CrateId, bool)> {
    let held = registry.hold()?;
    let id = as_published(registry, id)?;
    let changed = commit::set_yanked(registry, &held, &id, yanked)?;
    Ok((id, changed))
}

/// What was taken out.
#[derive(Debug)]
pub struct Removed {
    pub versions: Vec<CrateId>,
    /// Where the bytes are now, within the mirror.
    pub quarantined: Vec<String>,
}

/// Takes a version, or all of a crate, out of the registry. Its number is not used again.
pub fn remove(
    registry: &OpenRegistry,
    name: &CrateName,
    version: Option<&CrateId>,
    (by, confirmed): (Publisher<'_>, bool),
) -> Result<Removed> {
    let held = registry.hold()?;
    let published = published_name(registry, name)?;
    let name = published.ok_or_else(|| not_published(format!("crate `{name}`"), registry))?;
    let index = registry.store.read_index(&name)?;
    let lines = index.lines().iter().map(|line| line.id());
    let ids: Vec<CrateId> = match version {
        None => lines.cloned().collect(),
        Some(id) => lines.filter(|line| line.version == id.version).cloned().collect(),
    };
    if ids.is_empty() {
        let what = version.map_or_else(|| format!("crate `{name}`"), ToString::to_string);
        return Err(not_published(what, registry));
    }
    if !confirmed {
        let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
        return Err(Error::Hosting(HostingError::NeedsYes(all.join(", "))));
    }
    let releases = registry.releases.read(&name)?;
    let mut releases = releases.unwrap_or_else(|| known(&name, &index));
    for id in &ids {
        if let Some(release) = releases.versions.get_mut(&id.version.to_string()) {
            release.removed = Some(Removal {
                by: by.login.to_owned(),
                at: by.at,
            });
        }
    }
    registry.releases.write(&name, &releases)?;
    let mut quarantine = Quarantine::new(&registry.mirror);
    registry.store.withdraw(&held, &ids, &mut quarantine)?;
    Ok(Removed {
        versions: ids,
        quarantined: quarantine.moved,
    })
}

fn as_published(registry: &OpenRegistry, id: &CrateId) -> Result<CrateId> {
    let name = published_name(registry, &id.name)?;
    let name = name.ok_or_else(|| not_published(id.to_string(), registry))?;
    Ok(CrateId {
        name,
        version: id.version.clone(),
    })
}
