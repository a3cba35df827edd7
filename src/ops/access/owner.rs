//! `owner`, and the same over the API: who owns a crate. Each change is in the audit log.

use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::owners::Owner;
use crate::model::access::principal::Principal;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::package::id::CrateName;
use crate::ops::context::mirror::OpenMirror;

/// A crate and its owners.
#[derive(Debug)]
pub struct OwnedCrate {
    /// As its first publisher spelled it.
    pub name: String,
    pub owners: Vec<OwnerDetails>,
}

/// An owner, with what a client may show of it.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnerDetails {
    pub owner: Owner,
    /// 0 for one whose record is gone.
    pub id: u32,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// The owners of a crate.
pub fn list(mirror: &OpenMirror, registry: &str, name: &CrateName) -> Result<OwnedCrate> {
    let store = mirror.accounts()?;
    let record = store.crate_record(registry, name)?.ok_or_else(|| {
        Error::Access(AccessError::NoSuchCrate {
            registry: registry.to_owned(),
            name: name.to_string(),
        })
    })?;
    let mut owners = Vec::new();
    for owner in record.owners {
        let (id, name, email) = match &owner {
            Owner::User(login) => store
                .user(login)?
                .map(|user| (user.id, user.name, user.email)),
            Owner::Team(team) => store.team(team)?.map(|team| {
                let count = team.members.len();
                let word = if count == 1 { "member" } else { "members" };
                (team.id, Some(format!("{count} {word}")), None)
            }),
        }
        .unwrap_or_default();
        owners.push(OwnerDetails {
            owner,
            id,
            name,
            email,
        });
    }
    Ok(OwnedCrate {
        name: record.name,
        owners,
    })
}

/// Adds or removes owners in the name of `principal`, whose right to do so was checked. Returns a sentence to show.
pub fn change(
    mirror: &OpenMirror,
    principal: &Principal,
    registry: &str,
    name: &CrateName,
    change: OwnerChange<'_>,
) -> Result<String> {
    let store = mirror.accounts()?;
    let (said, action, owners) = match change {
        OwnerChange::Add(owners) => (
            store.add_owners(registry, name, owners)?,
            AuditAction::OwnersAdd,
            owners,
        ),
        OwnerChange::Remove(owners) => (
            store.remove_owners(registry, name, owners)?,
            AuditAction::OwnersRemove,
            owners,
        ),
    };
    let owners: Vec<String> = owners.iter().map(ToString::to_string).collect();
    let entry = AuditEntry::new(action, principal, mirror.clock.now())
        .about(registry, Some(name.as_str()), None)
        .with(owners.join(", "));
    store.log_after(&entry, || said.clone())?;
    Ok(said)
}

/// What becomes of these owners.
#[derive(Debug, Clone, Copy)]
pub enum OwnerChange<'a> {
    Add(&'a [Owner]),
    Remove(&'a [Owner]),
}
