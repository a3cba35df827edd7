//! What a build would not get of git sources from the mirror: `status` hashes all that is wanted of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::fs::parallel;
use crate::io::store::git::{other_revisions, package_folder};
use crate::io::store::git_check::{CheckLevel, Fault, look, look_tree};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::mirror::damage;
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::within;
use crate::model::source::git_record::{Layout, owner, tree_name};
use crate::model::source::id::{GitSource, SourceId};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::fetch::git::WantedGit;
use crate::ops::fetch::git_package::lossy;

/// What a build would not get from the mirror.
#[derive(Debug)]
pub enum SourceGap {
    Missing(CrateId, SourceId, String),
    Damaged(CrateId, SourceId, String),
}

/// Hashes every file of the packages that are wanted.
pub fn check(mirror: &OpenMirror, wanted: &WantedGit) -> Result<Vec<SourceGap>> {
    let store = mirror.store();
    let all: Vec<(&GitSource, &BTreeSet<CrateId>)> = wanted.iter().collect();
    let gaps = parallel::on_all_cores(&all, |(source, ids)| {
        let gaps = check_source(&mirror.folder, &store, source, ids)?;
        for id in *ids {
            (mirror.watch)(&Event::Checked {
                package: id.clone(),
            });
        }
        Ok(gaps)
    });
    let gaps = gaps.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(gaps.into_iter().flatten().collect())
}

fn check_source(
    mirror: &Path,
    store: &RegistryStore,
    source: &GitSource,
    ids: &BTreeSet<CrateId>,
) -> Result<Vec<SourceGap>> {
    let folder = store.git(&source.folder());
    let missing = |id: &CrateId, cause: String| SourceGap::Missing(id.clone(), from(source), cause);
    let record = folder.record_of(source)?;
    let mut gaps = Vec::new();
    let mut here = BTreeMap::new();
    for id in ids {
        match record.as_ref().and_then(|record| record.packages.get(id)) {
            Some(checksum) => drop(here.insert(id, checksum)),
            None => gaps.push(missing(id, unrecorded(mirror, store, source, id))),
        }
    }
    let Some(record) = record.as_ref().filter(|_| !here.is_empty()) else {
        return Ok(gaps);
    };
    match &record.layout {
        Layout::Old => {
            let cause = "the mirror has it in an older layout, without what it may read elsewhere in its repository; \
                         the next `cargo mirror vendor` or `prefetch` brings it over";
            gaps.extend(here.keys().map(|id| missing(id, cause.to_owned())));
        }
        Layout::Copies => {
            for (id, checksum) in here {
                let looked = look(&folder.package_path(id), checksum, CheckLevel::Hash)?;
                let place = format!("{}/{}", folder.name, package_folder(id));
                gaps.extend(gap(source, id, &place, &looked.faults));
            }
        }
        Layout::Tree { list, folders, .. } => {
            let (name, tree) = (&folder.name, tree_name(list));
            let looked = look_tree(&folder.tree_path(list), list, CheckLevel::Hash)?;
            let mut faults: BTreeMap<&CrateId, Vec<Fault>> = BTreeMap::new();
            let wanted = || folders.iter().filter(|(id, _)| here.contains_key(id));
            for mut fault in looked.faults {
                // One outside of all of them may be read by any.
                let owner = owner(wanted(), &fault.path).or_else(|| {
                    fault.path = format!("../{tree}/{}", fault.path);
                    wanted().next().map(|(id, _)| (id, ""))
                });
                if let Some((id, folder)) = owner {
                    if let Some(inner) = fault
                        .path
                        .strip_prefix(folder)
                        .filter(|_| !folder.is_empty())
                    {
                        fault.path = inner.trim_start_matches('/').into();
                    }
                    faults.entry(id).or_default().push(fault);
                }
            }
            for id in here.keys() {
                let place = format!("{name}/{}", package_folder(id));
                let target = folders.get(id).map(|inner| within(&tree, inner));
                if !target.is_some_and(|target| folder.leads_to(id, &target)) {
                    let cause = format!("its folder `{place}` is not there, or not what it was");
                    gaps.push(missing(id, cause));
                } else if let Some(faults) = faults.get(id) {
                    gaps.extend(gap(source, id, &place, faults));
                }
            }
        }
    }
    Ok(gaps)
}

/// Why a package is not in the record of its source.
fn unrecorded(mirror: &Path, store: &RegistryStore, source: &GitSource, id: &CrateId) -> String {
    let others = other_revisions(store, mirror, source);
    let mut others = others
        .values()
        .filter(|other| other.packages.keys().any(|other| other.name == id.name));
    match others.next() {
        Some(other) => format!(
            "the mirror has revision {} of its source, and {source} is wanted",
            other.revision
        ),
        None => format!("the mirror has no record of it from {source}"),
    }
}

/// What is wrong with a package at `place`, by its faults.
fn gap(source: &GitSource, id: &CrateId, place: &str, faults: &[Fault]) -> Option<SourceGap> {
    let fault = faults.first()?;
    let more = match faults.len() {
        1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    if fault.path.is_empty() {
        let cause = format!("its folder `{place}` is not there: {}", fault.cause);
        return Some(SourceGap::Missing(id.clone(), from(source), cause));
    }
    let what = match fault.kind {
        damage::DamageKind::MissingBytes => "is missing".to_owned(),
        _ => fault.cause.clone(),
    };
    let path = lossy(&fault.path);
    let cause = format!("`{place}/{path}`: {what}{more}");
    Some(SourceGap::Damaged(id.clone(), from(source), cause))
}

fn from(source: &GitSource) -> SourceId {
    SourceId::from(source).anonymous()
}
