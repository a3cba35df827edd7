//! All that is known of one crate of a registry, out of what is on this machine. Nothing here asks upstream: a crawler would
//! mirror the whole registry.

use std::collections::BTreeSet;
use std::fs;

use crate::io::store::revision::Revision;
use crate::model::about::index_line;
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::timestamp::Timestamp;
use crate::serve::registry::place::Place;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;
use crate::serve::registry::withdrawn::Deleted;

/// One version, as the index has it.
#[derive(Debug, Clone)]
pub struct Release {
    pub line: IndexLine,
    /// Its size in bytes, if the package is in this mirror.
    pub size: Option<u64>,
    /// Whether upstream no longer lists it.
    pub is_gone: bool,
}

impl Release {
    pub fn id(&self) -> &CrateId {
        self.line.id()
    }

    pub fn version(&self) -> &Version {
        &self.line.id().version
    }

    pub fn is_here(&self) -> bool {
        self.size.is_some()
    }

    pub fn published(&self) -> Option<Timestamp> {
        index_line::published(self.line.raw())
    }
}

/// Which index the versions are out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexSeen {
    /// All that upstream has, as it said at this time.
    Upstream(Timestamp),
    /// Only what the mirror holds; its file was last changed then.
    Mirror(Option<Timestamp>),
    /// The registry is this server's own.
    Hosted(Option<Timestamp>),
}

/// A crate, and all of its versions.
#[derive(Debug)]
pub struct KnownCrate {
    pub name: CrateName,
    /// The newest first; never empty.
    pub releases: Vec<Release>,
    pub seen: IndexSeen,
}

impl KnownCrate {
    /// The version that cargo would take: the newest that is not yanked; a pre-release only where there is nothing else.
    pub fn newest(&self) -> &Release {
        let rank = |release: &&Release| {
            let version = release.version().semver();
            (
                !release.line.yanked(),
                version.pre.is_empty(),
                version.clone(),
            )
        };
        self.releases
            .iter()
            .max_by_key(rank)
            .unwrap_or(&self.releases[0])
    }

    pub fn release(&self, version: &Version) -> Option<&Release> {
        self.releases
            .iter()
            .find(|release| release.version() == version)
    }

    /// The newest of those that are in this mirror, yanked ones last.
    pub fn newest_here(&self) -> Option<&Release> {
        let here = self.releases.iter().filter(|release| release.is_here());
        here.max_by_key(|release| (!release.line.yanked(), release.version().clone()))
    }

    pub fn held(&self) -> usize {
        self.releases
            .iter()
            .filter(|release| release.is_here())
            .count()
    }
}

/// What there is of a crate of this name.
#[derive(Debug)]
pub enum Found {
    Here(KnownCrate),
    /// It is spelled otherwise.
    Spelled(CrateName),
    Nothing,
}

/// Whether a name has no page among those of crates.io because it is private.
pub fn is_private(state: &ServerState, place: Place<'_>, name: &CrateName) -> bool {
    place == Place::CratesIo && state.private_names().why(name).is_some()
}

/// Whether an index here has a crate.
pub fn is_known_in(
    state: &ServerState,
    source: &Source,
    place: Place<'_>,
    name: &CrateName,
) -> bool {
    if is_private(state, place, name) {
        return false;
    }
    let kept = source.pull.as_ref().and_then(|pull| pull.kept.stamp(name));
    let kept = kept.map(Revision::from);
    source
        .store
        .index_stamps(name, &state.pruned)
        .file
        .or(kept)
        .is_some()
}

/// Looks a crate up. Case, `-` and `_` do not tell names apart.
pub fn look_up(state: &ServerState, source: &Source, name: &CrateName) -> Result<Found> {
    let plain = name.as_str();
    let others = [plain.replace('-', "_"), plain.replace('_', "-")];
    let others = others.iter().filter(|other| *other != plain);
    let others = others.filter_map(|other| CrateName::parse(other).ok());
    for tried in std::iter::once(name.clone()).chain(others) {
        if let Some(known) = read(state, source, &tried)? {
            return Ok(if known.name == *name {
                Found::Here(known)
            } else {
                Found::Spelled(known.name)
            });
        }
    }
    Ok(Found::Nothing)
}

fn read(state: &ServerState, source: &Source, name: &CrateName) -> Result<Option<KnownCrate>> {
    let own = source.store.read_index(name)?;
    let kept = source.pull.as_ref().and_then(|pull| pull.kept.read(name));
    let of_own: BTreeSet<&CrateId> = own.lines().iter().map(IndexLine::id).collect();
    let upstream = kept.as_ref().map(|kept| IndexFile::parse(&kept.text));
    let of_upstream: BTreeSet<&CrateId> = match &upstream {
        Some(file) => file.lines().iter().map(IndexLine::id).collect(),
        None => BTreeSet::new(),
    };
    let mode = source.withdrawn.mode;
    let mut releases = Vec::new();
    for line in upstream.iter().flat_map(IndexFile::lines) {
        let size = of_own.contains(line.id()).then(|| size(source, line.id()));
        releases.push(Release {
            line: line.clone(),
            size: size.flatten(),
            is_gone: false,
        });
    }
    for line in own.lines() {
        if of_upstream.contains(line.id()) {
            continue;
        }
        let is_gone = upstream.is_some() || source.withdrawn.holds(line.id());
        if is_gone && mode == Deleted::Deny {
            continue;
        }
        releases.push(Release {
            size: size(source, line.id()),
            line: line.clone(),
            is_gone,
        });
    }
    // Two names may share a file: the one that was asked for, else that of the newest version.
    releases.sort_by(|one, other| other.version().cmp(one.version()));
    let is_named = |release: &Release| release.id().name == *name;
    let named = releases.iter().find(|release| is_named(release));
    let Some(spelled) = named.or(releases.first()) else {
        return Ok(None);
    };
    let spelled = spelled.id().name.clone();
    releases.retain(|release| release.id().name == spelled);
    let changed = source.store.index_stamps(name, &state.pruned).file;
    let changed = changed.map(|stamp| stamp.modified());
    Ok(Some(KnownCrate {
        name: spelled,
        releases,
        seen: match kept {
            Some(kept) => IndexSeen::Upstream(kept.checked),
            None if state.hosted_in(&source.folder).is_some() => IndexSeen::Hosted(changed),
            None => IndexSeen::Mirror(changed),
        },
    }))
}

fn size(source: &Source, id: &CrateId) -> Option<u64> {
    let meta = fs::metadata(source.store.crate_path(id)).ok()?;
    meta.is_file().then_some(meta.len())
}
