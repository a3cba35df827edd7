//! The state of one locked package in the mirror.

use std::collections::BTreeSet;

use crate::io::fs::parallel;
use crate::io::mirror::roots::RootStore;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::store::StoreError;
use crate::model::event::Event;
use crate::model::input::closure::{Closure, Wanted};
use crate::model::mirror::root::Root;
use crate::model::package::archive;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_gaps;
use crate::ops::input::read::Project;
use crate::ops::roots;
use crate::ops::status::explain;
use crate::ops::status::run::{PackageGap, StatusReport, of_registries};
use crate::ops::vendor::prune::{self, PrunedCrate};

/// Holds the packages of all projects against the mirror.
pub fn look(
    mirror: &OpenMirror,
    everything: &Closure,
    closures: &[(Closure, Option<Root>)],
    report: &mut StatusReport,
) -> Result<()> {
    let wanted = of_registries(mirror, everything);
    report.packages = everything.len();
    (mirror.watch)(&Event::Planned {
        wanted: wanted.len(),
        keep: 0,
    });
    let checked = parallel::on_all_cores(&wanted, |(_, store, wanted)| -> Result<PackageState> {
        let state = check(store, wanted)?;
        (mirror.watch)(&Event::Checked {
            package: wanted.id.clone(),
        });
        Ok(state)
    });
    for ((source, _, wanted), state) in wanted.iter().zip(checked) {
        let gap = |cause| PackageGap {
            package: wanted.id.clone(),
            source: source.clone(),
            cause,
        };
        match state? {
            PackageState::Sound => {}
            PackageState::Pruned => report.pruned.push(PrunedCrate {
                package: wanted.id.clone(),
                source: source.clone(),
                bytes: size_of(closures, source, &wanted.id),
            }),
            PackageState::Missing(cause) => report.missing.push(gap(cause)),
            PackageState::Damaged(cause) => report.damaged.push(gap(cause)),
        }
    }
    Ok(())
}

/// How the one package of a closure stands in the mirror, and why.
pub fn state_of(
    mirror: &OpenMirror,
    closure: &Closure,
) -> Result<(explain::ExplainedState, Option<String>)> {
    if let Some((_, store, wanted)) = of_registries(mirror, closure).first() {
        return Ok(match check(store, wanted)? {
            PackageState::Sound | PackageState::Pruned => (explain::ExplainedState::Mirrored, None),
            PackageState::Missing(cause) => match left_out(&mirror.records(), closure)? {
                Some(why) => (explain::ExplainedState::Pruned, Some(why)),
                None => (explain::ExplainedState::Missing, Some(cause)),
            },
            PackageState::Damaged(cause) => (explain::ExplainedState::Damaged, Some(cause)),
        });
    }
    if !closure.git.is_empty() {
        return Ok(match git_gaps::check(mirror, &closure.git)?.pop() {
            None => (explain::ExplainedState::Mirrored, None),
            Some(git_gaps::SourceGap::Missing(_, _, cause)) => {
                (explain::ExplainedState::Missing, Some(cause))
            }
            Some(git_gaps::SourceGap::Damaged(_, _, cause)) => {
                (explain::ExplainedState::Damaged, Some(cause))
            }
        });
    }
    let unsupported = closure.unsupported.first();
    let cause = unsupported.map(|package| package.consequence.to_owned());
    Ok((explain::ExplainedState::Unsupported, cause))
}

/// Wants no more of a project than the builds its root was recorded for read: as its manifests are now, or, where cargo
/// cannot tell, as they were then.
pub fn leave_out(common: &Context, project: &Project, closure: &mut Closure, root: &Root) {
    let selection = root.only.as_ref().filter(|_| project.has_manifest);
    match selection.map(|only| prune::reads(common, project, closure, only)) {
        Some(Ok(read)) => {
            closure.leave_out(|source, id| !read.contains(&(id.clone(), source.clone())));
        }
        _ => closure.leave_out(|source, id| root.prunes(source, id)),
    }
}

/// The size of a crate that was left out, where a root remembers it.
fn size_of(closures: &[(Closure, Option<Root>)], source: &SourceId, id: &CrateId) -> Option<u64> {
    let package = (id.clone(), source.anonymous());
    let mut roots = closures.iter().filter_map(|(_, root)| root.as_ref());
    roots.find_map(|root| *root.pruned.get(&package)?)
}

/// Why a package is left out, if every root that wants it leaves it out.
fn left_out(records: &RootStore, closure: &Closure) -> Result<Option<String>> {
    let mut all = closure.registries.iter();
    let Some((folder, id)) =
        all.find_map(|(registry, wanted)| Some((registry.folder(), &wanted.first()?.id)))
    else {
        return Ok(None);
    };
    let roots = records.roots()?;
    if !roots::pruned_by(&roots)
        .get(&folder)
        .is_some_and(|ids| ids.contains(id))
    {
        return Ok(None);
    }
    let wants = |root: &Root| root.packages.iter().any(|locked| locked.id == *id);
    let told: BTreeSet<String> = roots
        .iter()
        .filter(|recorded| wants(&recorded.root))
        .filter_map(|recorded| Some(recorded.root.only.as_ref()?.told()))
        .collect();
    let told: Vec<String> = told.into_iter().collect();
    Ok(Some(format!("no build {} reads it", told.join(", or "))))
}

enum PackageState {
    Sound,
    /// Nothing but its index line is wanted.
    Pruned,
    Missing(String),
    Damaged(String),
}

fn check(store: &RegistryStore, wanted: &Wanted) -> Result<PackageState> {
    let index = store.read_index(&wanted.id.name)?;
    let Some(line) = index.get(&wanted.id) else {
        return Ok(PackageState::Missing(
            "it is not in the mirror's index".to_owned(),
        ));
    };
    if let Some(lockfile) = wanted
        .checksum
        .filter(|checksum| checksum != line.checksum())
    {
        return Ok(PackageState::Damaged(
            Error::Store(StoreError::HeldOtherwise {
                wanted: lockfile,
                there: *line.checksum(),
            })
            .to_string(),
        ));
    }
    if !wanted.bytes {
        let there = store.crate_path(&wanted.id).exists();
        return Ok(if there {
            PackageState::Sound
        } else {
            PackageState::Pruned
        });
    }
    let Some(actual) = store.hash(&wanted.id)? else {
        return Ok(PackageState::Missing(
            "its .crate file is not there".to_owned(),
        ));
    };
    if actual != *line.checksum() {
        return Ok(PackageState::Damaged(format!(
            "its .crate file has the checksum {actual} instead of {}",
            line.checksum()
        )));
    }
    let archive = store.open_crate(&wanted.id)?;
    let size = archive.metadata().map_or(0, |meta| meta.len());
    Ok(
        match archive::read(
            std::io::BufReader::with_capacity(64 << 10, archive),
            size,
            &wanted.id,
        ) {
            Ok(_) => PackageState::Sound,
            Err(error) => PackageState::Damaged(chain(&Error::Store(StoreError::Package(error)))),
        },
    )
}
