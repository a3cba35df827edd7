//! `verify` and `repair` of git sources: every package against its list of files, every list against the record, the
//! record against the folder it is in, and the other way round.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::io::fs::{links, parallel};
use crate::io::store::git::{GitFolder, package_folder, package_of};
use crate::io::store::git_check::{CheckLevel, CheckResult, look};
use crate::io::store::git_trees::list_name;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::within;
use crate::model::source::git_record::{GitRecord, RECORD, TREE};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::verify::git_tree;
use crate::ops::verify::options::{Extent, VerifyOptions, VerifyReport};
use crate::ops::verify::resume::Progress;
use crate::ops::verify::run::tell;

/// The record of a source, or what is wrong with it.
pub enum Recorded {
    Right(GitRecord),
    Wrong(Damage),
}

/// How many packages these sources have by their records.
pub fn count(store: &RegistryStore, sources: &[&String]) -> usize {
    let records = sources.iter().map(|name| match recorded(&store.git(name)) {
        Ok(Recorded::Right(record)) => record.packages.len(),
        _ => 0,
    });
    records.sum()
}

/// Checks git sources.
pub fn look_at(
    mirror: &OpenMirror,
    sources: &[&String],
    options: &VerifyOptions,
    progress: &Progress,
    report: &mut VerifyReport,
) -> Result<()> {
    let store = mirror.store();
    let mut packages: Vec<(&str, CrateId, Sha256)> = Vec::new();
    let mut damages = Vec::new();
    let mut trees = Vec::new();
    for name in sources {
        let folder = store.git(name);
        let mut found = around(&folder)?;
        if !found.is_empty() && store.others_write() {
            // A package comes first, its record a moment later.
            std::thread::sleep(Duration::from_secs(2));
            found = around(&folder)?;
        }
        for (damage, unfinished) in found {
            if unfinished {
                report.unfinished.push(damage);
            } else {
                damages.push(damage);
            }
        }
        if let Recorded::Right(record) = recorded(&folder)? {
            if record.layout.tree().is_some() {
                trees.push((folder, record));
                continue;
            }
            let entries = record.packages.into_iter();
            packages.extend(entries.map(|(id, checksum)| (name.as_str(), id, checksum)));
        }
    }
    for (folder, record) in trees {
        damages.extend(git_tree::look_at(
            mirror, &folder, &record, options, progress, report,
        )?);
    }
    packages.retain(|(name, id, _)| !progress.is_done(name, &package_folder(id)));
    let looks = parallel::on_all_cores(&packages, |(name, id, checksum)| -> Result<CheckResult> {
        let path = store.git(name).package_path(id);
        let depth = depth(&options.extent, id);
        let mut looked = look(&path, checksum, depth)?;
        if !looked.faults.is_empty() && store.others_write() {
            std::thread::sleep(Duration::from_millis(500));
            looked = look(&path, checksum, depth)?;
        }
        if looked.faults.is_empty() {
            progress.done(name, &package_folder(id), 1);
        }
        (mirror.watch)(&Event::Checked {
            package: id.clone(),
        });
        Ok(looked)
    });
    for ((name, id, _), looked) in packages.iter().zip(looks) {
        let looked = looked?;
        report.checked += 1;
        report.bytes += looked.bytes;
        report.unsealed += looked.unknown;
        damages.extend(damages_of(name, id, looked));
    }
    for damage in damages {
        tell(&mirror.watch, &damage);
        report.damages.push(damage);
    }
    Ok(())
}

/// The damages of a package that is a folder of its own.
fn damages_of<'a>(
    name: &'a str,
    id: &'a CrateId,
    looked: CheckResult,
) -> impl Iterator<Item = Damage> + 'a {
    let place = within(name, &package_folder(id));
    let faults = looked.faults.into_iter();
    faults.map(move |fault| Damage {
        source: name.to_owned(),
        path: match fault.path.as_str() {
            "" => place.clone(),
            inner => within(&place, inner),
        },
        kind: fault.kind,
        package: Some(id.clone()),
        cause: fault.cause,
    })
}

pub fn depth(extent: &Extent, id: &CrateId) -> CheckLevel {
    match extent {
        // A file that was put back as it was may have been touched in between, so all are read.
        Extent::All | Extent::Since(_) => CheckLevel::Hash,
        Extent::Named(names) if names.contains(&id.name) => CheckLevel::Hash,
        Extent::Quick | Extent::Named(_) => CheckLevel::Quick,
    }
}

pub fn recorded(folder: &GitFolder<'_>) -> Result<Recorded> {
    let damage = |kind, cause: String| {
        Recorded::Wrong(Damage {
            source: folder.name.clone(),
            path: format!("{}/{RECORD}", folder.name),
            kind,
            package: None,
            cause,
        })
    };
    Ok(match folder.record()? {
        None => damage(
            DamageKind::MissingLine,
            "there is no record of what is here".to_owned(),
        ),
        Some(Err(cause)) => damage(
            DamageKind::UnreadableLine,
            format!("it is no record: {cause}"),
        ),
        Some(Ok(record)) => match record.git_source() {
            Some(source) if source.folder() == folder.name => Recorded::Right(record),
            Some(source) => damage(
                DamageKind::MisplacedLine,
                format!(
                    "it is the record of {source}, whose folder is `{}`",
                    source.folder()
                ),
            ),
            None => damage(DamageKind::UnreadableLine, "it names no source".to_owned()),
        },
    })
}

/// Damages of a source other than those of its packages; `true` for what a killed run has left.
fn around(folder: &GitFolder<'_>) -> Result<Vec<(Damage, bool)>> {
    let listed = folder.list()?;
    let in_hand = |name: &String| {
        let tree = name.strip_suffix(".json").unwrap_or(name);
        package_of(name).is_some_and(|id| folder.is_marked(&id))
            || name.starts_with(TREE) && folder.is_tree_marked(tree)
    };
    let record = match recorded(folder)? {
        Recorded::Right(record) => record,
        // A folder with nothing in it is what removing the last package leaves for a moment.
        Recorded::Wrong(damage) if damage.kind == DamageKind::MissingLine && listed.is_empty() => {
            return Ok(Vec::new());
        }
        Recorded::Wrong(damage) => {
            let unfinished = damage.kind == DamageKind::MissingLine && listed.iter().all(in_hand);
            return Ok(vec![(damage, unfinished)]);
        }
    };
    let mut known: BTreeSet<String> = record.packages.keys().map(package_folder).collect();
    if let Some(tree) = record.layout.tree() {
        known.insert(list_name(&tree));
        known.insert(tree);
    }
    let unknown = listed.into_iter().filter(|name| !known.contains(name));
    Ok(unknown
        .map(|name| {
            let package = package_of(&name).filter(|_| {
                let path = folder.path.join(&name);
                path.is_dir() || links::is_link(&path)
            });
            let (kind, cause) = match package {
                Some(_) => (DamageKind::MissingLine, "the record does not speak of it"),
                None => (DamageKind::Stray, "it is neither a package nor the record"),
            };
            let unfinished = in_hand(&name);
            let damage = Damage {
                source: folder.name.clone(),
                path: format!("{}/{name}", folder.name),
                kind,
                package,
                cause: cause.to_owned(),
            };
            (damage, unfinished)
        })
        .collect())
}
