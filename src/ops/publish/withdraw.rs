//! `yank` and `remove`.

use crate::model::access::audit::AuditAction;
use crate::model::access::owners::{CrateRecord, PublishedVersion};
use crate::model::access::scope::Scope;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::index::file::IndexLine;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::ops::publish::commit::{Actor, not_published, published_name, recorded};
use crate::ops::publish::registry::OpenRegistry;

/// Yanks a version, or takes that back. Returns the version as it is called, and whether it was otherwise before.
pub fn yank(
    registry: &OpenRegistry,
    id: &CrateId,
    yanked: bool,
    actor: Actor<'_>,
) -> Result<(CrateId, bool)> {
    let held = registry.store.hold()?;
    let id = CrateId {
        name: published_name(registry, &id.name)?,
        version: id.version.clone(),
    };
    let owners = registry.accounts.owners(&registry.name, &id.name)?;
    let judged = actor.principal.may_change(Scope::Yank, &id.name, &owners);
    judged.map_err(|refusal| HostingError::Denied(Box::new(refusal)))?;
    let index = registry.store.read_index(&id.name)?;
    let line = index.get(&id);
    let line = line.ok_or_else(|| not_published(id.to_string(), registry))?;
    if line.yanked() == yanked {
        return Ok((id, false));
    }
    let action = if yanked {
        AuditAction::Yank
    } else {
        AuditAction::Unyank
    };
    let entry = actor.log(registry, action, (&id.name, Some(&id.version)), "")?;
    held.set_yanked(&id, yanked)?;
    actor.announce(registry, &entry);
    Ok((id, true))
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
    version: Option<&Version>,
    confirmed: bool,
    actor: Actor<'_>,
) -> Result<Removed> {
    let held = registry.store.hold()?;
    let name = published_name(registry, name)?;
    let index = registry.store.read_index(&name)?;
    let lines = index.lines().iter().map(IndexLine::id);
    let ids: Vec<CrateId> = lines
        .filter(|line| version.is_none_or(|version| line.version == *version))
        .cloned()
        .collect();
    if ids.is_empty() {
        let what = match version {
            Some(version) => format!("{name}@{version}"),
            None => format!("version of `{name}`"),
        };
        return Err(not_published(what, registry));
    }
    if !confirmed {
        let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
        return Err(Error::Hosting(HostingError::NeedsYes(all.join(", "))));
    }
    let mut entries = Vec::new();
    for id in &ids {
        let about = (&id.name, Some(&id.version));
        entries.push(actor.log(registry, AuditAction::Remove, about, "")?);
    }
    // Then what keeps the number from being used again.
    registry
        .accounts
        .change_crate(&registry.name, &name, |record| {
            let mut record = record.unwrap_or_else(|| {
                let mut record = CrateRecord::new(name.to_string(), Vec::new(), actor.at);
                record.versions = recorded(&name, &index);
                record
            });
            for id in &ids {
                let version = id.version.to_string();
                let known = record.versions.remove(&version);
                let line = index.get(id).map(|line| line.checksum().to_string());
                let removal = PublishedVersion {
                    by: actor.principal.name().to_owned(),
                    at: actor.at,
                    checksum: known
                        .map(|known| known.checksum)
                        .or(line)
                        .unwrap_or_default(),
                };
                record.removed.insert(version, removal);
            }
            Ok((record, ()))
        })?;
    let quarantined = held.withdraw(&ids, &registry.mirror)?;
    for entry in &entries {
        actor.announce(registry, entry);
    }
    Ok(Removed {
        versions: ids,
        quarantined,
    })
}
