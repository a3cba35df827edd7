//! The moment of publishing: under the lock, what is there is looked at once more, then written in order.

use std::collections::BTreeMap;

use crate::io::fs::file::test_kill;
use crate::io::hooks::spool;
use crate::io::hosting::store::Held;
use crate::io::store::staging::StagedFile;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::owners::{CrateRecord, Owner, PublishedVersion};
use crate::model::access::principal::Principal;
use crate::model::access::scope::Scope;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::{HostingError, OtherBytes};
use crate::model::index::file::IndexFile;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::timestamp::Timestamp;
use crate::model::webhook::{HookEvent, HookKind};
use crate::ops::publish::check::Candidate;
use crate::ops::publish::registry::OpenRegistry;

/// What became of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    New,
    /// The same bytes were there: a lost answer, or a job that ran twice.
    AlreadyThere,
}

/// Who changes something, when, and from where.
#[derive(Clone, Copy)]
pub struct Actor<'a> {
    pub principal: &'a Principal,
    pub at: Timestamp,
    /// The address of a client.
    pub from: Option<&'a str>,
    /// Called with the error when an event cannot be spooled for the web hooks.
    pub on_hook_failure: &'a (dyn Fn(&Error) + Sync),
}

impl Actor<'_> {
    /// Logs the change before it is made: no visible change lacks an entry. A failed change leaves its entry.
    pub fn log(
        &self,
        registry: &OpenRegistry,
        action: AuditAction,
        (name, version): (&CrateName, Option<&Version>),
        detail: &str,
    ) -> Result<AuditEntry> {
        let version = version.map(ToString::to_string);
        let entry = AuditEntry::new(action, self.principal, self.at)
            .about(&registry.name, Some(name.as_str()), version.as_deref())
            .with(detail)
            .from_address(self.from.map(str::to_owned));
        registry.accounts.log_before(&entry)?;
        Ok(entry)
    }

    /// Spools the event for the web hooks. The change is visible already, so a failure is reported and not returned.
    pub fn announce(&self, registry: &OpenRegistry, entry: &AuditEntry) {
        if let Some(event) = hook_event(entry)
            && let Err(error) = spool::announce(&registry.mirror, &event)
        {
            (self.on_hook_failure)(&error);
        }
    }
}

/// What hooks are told of an entry of the log.
fn hook_event(entry: &AuditEntry) -> Option<HookEvent> {
    let event = match entry.action {
        AuditAction::Publish => HookKind::Publish,
        AuditAction::Yank => HookKind::Yank,
        AuditAction::Unyank => HookKind::Unyank,
        AuditAction::Remove => HookKind::Remove,
        _ => return None,
    };
    let checksum = || entry.detail.clone().filter(|_| event == HookKind::Publish);
    Some(HookEvent {
        event,
        registry: entry.registry.clone()?,
        name: entry.name.clone()?,
        version: entry.version.clone(),
        checksum: checksum(),
        by: entry.by.clone(),
        at: entry.at,
    })
}

/// Whether this name may be published by whoever asks: known before the bytes have come.
pub fn may_publish(registry: &OpenRegistry, name: &CrateName, principal: &Principal) -> Result<()> {
    // In this order: a version is never there before its record is.
    let nothing = registry.store.read_index(name)?.is_empty();
    let record = registry.accounts.crate_record(&registry.name, name)?;
    judge(registry, name, principal, record.as_ref(), nothing)
}

/// The same by what is known: its record, and whether it has no version.
fn judge(
    registry: &OpenRegistry,
    name: &CrateName,
    principal: &Principal,
    record: Option<&CrateRecord>,
    nothing: bool,
) -> Result<()> {
    let judged = match record {
        None if nothing => principal.may_create(name, &registry.policy.new_crates),
        // Its first publish ended in the middle: who began it may go on.
        Some(record) if nothing && record.removed.is_empty() => principal
            .may_change(Scope::PublishNew, name, &record.owners)
            .or_else(|_| principal.may_change(Scope::PublishUpdate, name, &record.owners)),
        record => {
            let owners = record.map_or(&[][..], |record| &record.owners);
            principal.may_change(Scope::PublishUpdate, name, owners)
        }
    };
    Ok(judged.map_err(|refusal| HostingError::Denied(Box::new(refusal)))?)
}

/// Publishes. `owners` are those of a new crate.
///
/// In a bucket others publish at the same time. Then the record's and the line's compared writes decide: whose name it is,
/// and which bytes the version has.
pub fn commit(
    registry: &OpenRegistry,
    verified: Verified<StagedFile>,
    candidate: &Candidate,
    actor: Actor<'_>,
    owners: &[Owner],
) -> Result<Committed> {
    let held = registry.store.hold()?;
    let id = candidate.id.clone();
    let name = &id.name;
    may_publish(registry, name, actor.principal)?;
    let index = registry.store.read_index(name)?;
    let record = registry.accounts.crate_record(&registry.name, name)?;
    if same(candidate, record.as_ref(), &index, registry)? {
        held.restore(&verified)?;
        return Ok(Committed::AlreadyThere);
    }
    let publishing = Publishing {
        registry,
        candidate,
        actor,
        owners,
        index: &index,
    };
    let mut entry = None;
    let new = held.publish(
        verified,
        candidate.line.clone(),
        &mut |index| publishing.admits(index),
        || {
            let (action, about) = (AuditAction::Publish, (name, Some(&id.version)));
            let checksum = candidate.checksum.to_string();
            entry = Some(actor.log(registry, action, about, &checksum)?);
            test_kill("published-entry");
            publishing.record()
        },
    )?;
    if registry.store.is_shared() {
        publishing.settle(&held)?;
    }
    if !new {
        return Ok(Committed::AlreadyThere);
    }
    if let Some(entry) = entry {
        actor.announce(registry, &entry);
    }
    Ok(Committed::New)
}

/// A publish that has passed all checks.
struct Publishing<'p> {
    registry: &'p OpenRegistry,
    candidate: &'p Candidate,
    actor: Actor<'p>,
    owners: &'p [Owner],
    /// As it was when they were made.
    index: &'p IndexFile,
}

impl Publishing<'_> {
    fn version(&self) -> PublishedVersion {
        PublishedVersion {
            by: self.actor.principal.name().to_owned(),
            at: self.actor.at,
            checksum: self.candidate.checksum.to_string(),
        }
    }

    /// Writes who publishes what.
    fn record(&self) -> Result<()> {
        let (registry, id) = (self.registry, &self.candidate.id);
        let shared = registry.store.is_shared();
        registry
            .accounts
            .change_crate(&registry.name, &id.name, |record| {
                if shared {
                    // Somebody else may have taken the name a moment ago, or removed the version.
                    let nothing = self.index.is_empty();
                    let known = record.as_ref();
                    judge(registry, &id.name, self.actor.principal, known, nothing)?;
                    not_otherwise_recorded(self.candidate, known)?;
                }
                let mut record = record.unwrap_or_else(|| self.new_record());
                let version = id.version.to_string();
                // In a bucket, who publishes other bytes at this moment may be the one whose line wins.
                if !(shared && record.versions.contains_key(&version)) {
                    record.versions.insert(version, self.version());
                }
                Ok((record, ()))
            })
    }

    fn new_record(&self) -> CrateRecord {
        let name = &self.candidate.id.name;
        let mut record = CrateRecord::new(name.to_string(), self.owners.to_vec(), self.actor.at);
        // Lines without a record: the folder was copied without it, and the crate is the administrators'.
        record.versions = recorded(name, self.index);
        record
    }

    /// Whether the line may be added to what is there now; not where it is there already.
    fn admits(&self, index: &IndexFile) -> Result<bool> {
        let name = &self.registry.name;
        let record = || {
            self.registry
                .accounts
                .crate_record(name, &self.candidate.id.name)
        };
        Ok(!is_there(self.candidate, index, record)?)
    }

    /// The line is there: the record says what it says. A version that was removed in the same moment goes again.
    fn settle(&self, held: &Held<'_>) -> Result<()> {
        let (registry, id) = (self.registry, &self.candidate.id);
        let version = id.version.to_string();
        let removed = registry
            .accounts
            .change_crate(&registry.name, &id.name, |record| {
                let mut record = record.unwrap_or_else(|| self.new_record());
                if record.removed.contains_key(&version) {
                    return Ok((record, true));
                }
                let ours = self.version();
                let known = record.versions.get(&version);
                if known.is_none_or(|known| known.checksum != ours.checksum) {
                    record.versions.insert(version.clone(), ours);
                }
                Ok((record, false))
            })?;
        if removed {
            held.withdraw(std::slice::from_ref(id), &registry.mirror)?;
            let record = registry.accounts.crate_record(&registry.name, &id.name)?;
            not_otherwise_recorded(self.candidate, record.as_ref())?;
        }
        Ok(())
    }
}

/// Who published what has no record.
const UNKNOWN: &str = "unknown";

/// The versions that an index speaks of, as records.
pub fn recorded(name: &CrateName, index: &IndexFile) -> BTreeMap<String, PublishedVersion> {
    let lines = index.lines().iter().filter(|line| line.id().name == *name);
    let versions = lines.map(|line| {
        let version = PublishedVersion {
            by: UNKNOWN.to_owned(),
            at: Timestamp::default(),
            checksum: line.checksum().to_string(),
        };
        (line.id().version.to_string(), version)
    });
    versions.collect()
}

/// Whether these very bytes are there already. An error: something else is.
fn same(
    candidate: &Candidate,
    record: Option<&CrateRecord>,
    index: &IndexFile,
    registry: &OpenRegistry,
) -> Result<bool> {
    let id = &candidate.id;
    if let Some(other) = spelled_otherwise(&id.name, record, index, registry) {
        return Err(taken(id, &other));
    }
    if is_there(candidate, index, || Ok(record.cloned()))? {
        return Ok(true);
    }
    not_otherwise_recorded(candidate, record)?;
    Ok(false)
}

fn refuse(id: &CrateId, finding: String) -> Error {
    Error::Hosting(HostingError::Refused {
        what: id.to_string(),
        findings: vec![finding],
    })
}

fn taken(id: &CrateId, other: &str) -> Error {
    refuse(
        id,
        format!(
            "the name is taken by `{other}`, which differs in case, `-` and `_` alone: use that spelling"
        ),
    )
}

/// Whether the line of these very bytes is in an index. An error: the version has other bytes there, or is there under another
/// number that cargo takes for the same.
fn is_there(
    candidate: &Candidate,
    index: &IndexFile,
    record: impl FnOnce() -> Result<Option<CrateRecord>>,
) -> Result<bool> {
    let id = &candidate.id;
    if let Some(line) = index.get(id) {
        if *line.checksum() == candidate.checksum {
            return Ok(true);
        }
        let record = record()?;
        let (there, sent) = (*line.checksum(), candidate.checksum);
        return Err(other_bytes(id, there, sent, record.as_ref()));
    }
    let mut lines = index.lines().iter();
    if let Some(twin) = lines.find(|line| is_twin(&line.id().version, &id.version)) {
        let twin = twin.id();
        return Err(refuse(
            id,
            format!(
                "{twin} is there already, and cargo takes versions that differ behind `+` for one: raise the version"
            ),
        ));
    }
    Ok(false)
}

/// An error: the name is recorded in another spelling, or the number was removed.
fn not_otherwise_recorded(candidate: &Candidate, record: Option<&CrateRecord>) -> Result<()> {
    let id = &candidate.id;
    if let Some(record) = record.filter(|record| record.name != id.name.as_str()) {
        return Err(taken(id, &record.name));
    }
    let removed = record.into_iter().flat_map(|record| &record.removed);
    let mut removed = removed.filter(|(version, _)| {
        Version::parse(id.name.as_str(), version).is_ok_and(|it| is_twin(&it, &id.version))
    });
    match removed.next() {
        None => Ok(()),
        Some((version, removal)) => Err(refuse(
            id,
            format!(
                "{}@{version} was removed by {} at {}, and its number is not used again: raise the version",
                id.name, removal.by, removal.at
            ),
        )),
    }
}

fn is_twin(one: &Version, other: &Version) -> bool {
    let plain = |version: &Version| semver::Version {
        build: semver::BuildMetadata::EMPTY,
        ..version.semver().clone()
    };
    plain(one) == plain(other)
}

fn other_bytes(id: &CrateId, there: Sha256, sent: Sha256, record: Option<&CrateRecord>) -> Error {
    let version = record.and_then(|record| record.versions.get(&id.version.to_string()));
    Error::Hosting(HostingError::OtherBytes(Box::new(OtherBytes {
        id: id.clone(),
        there,
        sent,
        by: version
            .filter(|version| version.by != UNKNOWN)
            .map(|version| (version.by.clone(), version.at)),
    })))
}

/// The spelling under which the name is taken, if it is another.
fn spelled_otherwise(
    name: &CrateName,
    record: Option<&CrateRecord>,
    index: &IndexFile,
    registry: &OpenRegistry,
) -> Option<String> {
    if let Some(record) = record {
        return (record.name != name.as_str()).then(|| record.name.clone());
    }
    let mut lines = index.lines().iter();
    if let Some(line) = lines.find(|line| line.id().name != *name) {
        return Some(line.id().name.to_string());
    }
    // Without its record, a name is looked for in the spellings that are likely.
    [('-', "_"), ('_', "-")].iter().find_map(|(from, to)| {
        let other = CrateName::parse(&name.as_str().replace(*from, to)).ok()?;
        let index = registry.store.read_index(&other).ok()?;
        let line = index.lines().first().filter(|_| other != *name)?;
        Some(line.id().name.to_string())
    })
}

/// The name as it was published, whatever the spelling that was asked for.
pub fn published_name(registry: &OpenRegistry, name: &CrateName) -> Result<CrateName> {
    if let Some(record) = registry.accounts.crate_record(&registry.name, name)? {
        return Ok(CrateName::parse(&record.name)?);
    }
    let index = registry.store.read_index(name)?;
    let line = index.lines().first().map(|line| line.id().name.clone());
    line.ok_or_else(|| not_published(format!("crate `{name}`"), registry))
}

pub fn not_published(what: String, registry: &OpenRegistry) -> Error {
    Error::Hosting(HostingError::NotPublished {
        what,
        registry: registry.name.clone(),
    })
}
