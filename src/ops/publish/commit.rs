//! The moment of publishing: under the lock, what is there is looked at once more, then written in order.

use crate::io::fs::lock::LockGuard;
use crate::io::store::staging::StagedFile;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::release::{Release, Releases};
use crate::model::index::file::IndexFile;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::timestamp::Timestamp;
use crate::ops::publish::check::Candidate;
use crate::ops::publish::registry::OpenRegistry;

/// What became of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    New,
    /// The same bytes were there: a lost answer, or a job that ran twice.
    AlreadyThere,
}

/// Who publishes, when.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    pub login: &'a str,
    pub at: Timestamp,
}

/// Publishes. `owned` writes what else must be on disk before the version exists, and hears whether the name is new.
pub fn commit(
    registry: &OpenRegistry,
    verified: Verified<StagedFile>,
    candidate: Candidate,
    publisher: Publisher<'_>,
    owned: impl FnOnce(bool) -> Result<()>,
) -> Result<Committed> {
    let held = registry.hold()?;
    let name = &candidate.id.name;
    let releases = registry.releases.read(name)?;
    let index = registry.store.read_index(name)?;
    if same(&candidate, releases.as_ref(), &index, registry)? {
        return Ok(Committed::AlreadyThere);
    }
    let is_new = releases.is_none() && index.lines().is_empty();
    let mut releases = releases.unwrap_or_else(|| known(name, &index));
    releases.versions.insert(
        candidate.id.version.to_string(),
        Release {
            checksum: candidate.checksum.to_string(),
            by: publisher.login.to_owned(),
            at: publisher.at,
            removed: None,
        },
    );
    registry.store.publish(&held, verified, candidate.line, || {
        owned(is_new)?;
        registry.releases.write(name, &releases)
    })?;
    Ok(Committed::New)
}

/// Records for a crate that has lines and none: the folder was copied without its records.
pub fn known(name: &CrateName, index: &IndexFile) -> Releases {
    let lines = index.lines().iter().filter(|line| line.id().name == *name);
    let releases = lines.map(|line| {
        let release = Release {
            checksum: line.checksum().to_string(),
            by: UNKNOWN.to_owned(),
            at: Timestamp::default(),
            removed: None,
        };
        (line.id().version.to_string(), release)
    });
    Releases {
        name: name.to_string(),
        versions: releases.collect(),
    }
}

/// Who published what has no record.
const UNKNOWN: &str = "unknown";

/// Whether these very bytes are there already. An error: something else is.
fn same(
    candidate: &Candidate,
    releases: Option<&Releases>,
    index: &IndexFile,
    registry: &OpenRegistry,
) -> Result<bool> {
    let id = &candidate.id;
    let refuse = |finding: String| {
        Err(Error::Hosting(HostingError::Refused {
            what: id.to_string(),
            findings: vec![finding],
        }))
    };
    if let Some(other) = spelled_otherwise(&id.name, releases, index, registry) {
        return refuse(format!("the name is taken by `{other}`, which differs in case, `-` and `_` alone: use that spelling"));
    }
    if let Some(line) = index.get(id) {
        if *line.checksum() == candidate.checksum {
            return Ok(true);
        }
        return Err(other_bytes(id, *line.checksum(), candidate.checksum, releases));
    }
    let twin = index.lines().iter().find(|line| is_twin(&line.id().version, &id.version));
    if let Some(twin) = twin {
        return refuse(format!(
            "{} is there already, and cargo takes versions that differ behind `+` for one: raise the version",
            twin.id()
        ));
    }
    let removed = releases.and_then(|releases| releases.twin(&id.version));
    if let Some((version, Some(removal))) = removed.map(|(version, it)| (version, it.removed.as_ref())) {
        return refuse(format!(
            "{}@{version} was removed by {} at {}, and its number is not used again: raise the version",
            id.name, removal.by, removal.at
        ));
    }
    Ok(false)
}

fn is_twin(one: &Version, other: &Version) -> bool {
    let plain = |version: &Version| semver::Version {
        build: semver::BuildMetadata::EMPTY,
        ..version.semver().clone()
    };
    plain(one) == plain(other)
}

fn other_bytes(id: &CrateId, there: Sha256, these: Sha256, releases: Option<&Releases>) -> Error {
    let release = releases.and_then(|releases| releases.versions.get(&id.version.to_string()));
    Error::Hosting(HostingError::OtherBytes {
        id: id.clone(),
        there,
        these,
        by: release.map_or_else(|| UNKNOWN.to_owned(), |release| release.by.clone()),
        at: release.map(|release| release.at).unwrap_or_default(),
    })
}

/// The spelling under which the name is taken, if it is another.
fn spelled_otherwise(
    name: &CrateName,
    releases: Option<&Releases>,
    index: &IndexFile,
    registry: &OpenRegistry,
) -> Option<String> {
    if let Some(releases) = releases {
        return (releases.name != name.as_str()).then(|| releases.name.clone());
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

/// The name as it was published, whatever the spelling that was asked for. `None`: there is no such crate.
pub fn published_name(registry: &OpenRegistry, name: &CrateName) -> Result<Option<CrateName>> {
    if let Some(releases) = registry.releases.read(name)? {
        return Ok(Some(CrateName::parse(&releases.name)?));
    }
    let index = registry.store.read_index(name)?;
    Ok(index.lines().first().map(|line| line.id().name.clone()))
}

/// One change to what is there, made under the lock.
pub fn set_yanked(
    registry: &OpenRegistry,
    _held: &LockGuard<'_>,
    id: &CrateId,
    yanked: bool,
) -> Result<bool> {
    let changed = registry.store.set_yanked(_held, id, yanked)?;
    changed.ok_or_else(|| not_published(id.to_string(), registry))
}

pub fn not_published(what: String, registry: &OpenRegistry) -> Error {
    Error::Hosting(HostingError::NotPublished {
        what,
        registry: registry.name.clone(),
    })
}
