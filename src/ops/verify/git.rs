//! `verify` and `repair` of git sources: every package against its list of files, every list against the record, the
//! record against the folder it is in, and the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::io::fs::parallel;
use crate::io::http::client::chain;
use crate::io::store::git::{GitFolder, package_folder, package_of};
use crate::io::store::git_check::{CheckLevel, CheckResult, look};
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{GitRecord, RECORD};
use crate::model::source::id::{GitSource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::git;
use crate::ops::repair::report::{FailedRepair, RepairReport};
use crate::ops::roots::wanted_by;
use crate::ops::verify::options::{Extent, VerifyOptions, VerifyReport};
use crate::ops::verify::resume::Progress;
use crate::ops::verify::run::tell;

/// What a look at the record of a source says.
enum Recorded {
    Right(GitRecord),
    Wrong(Damage),
}

/// How many packages these sources have by their records.
pub fn count(common: &Context, sources: &[&String]) -> usize {
    let store = common.store();
    let records = sources.iter().map(|name| match recorded(&store.git(name)) {
        Ok(Recorded::Right(record)) => record.packages.len(),
        _ => 0,
    });
    records.sum()
}

/// Looks at git sources.
pub fn look_at(
    common: &Context,
    sources: &[&String],
    options: &VerifyOptions,
    progress: &Progress,
    report: &mut VerifyReport,
) -> Result<()> {
    let store = common.store();
    let mut packages: Vec<(&str, CrateId, Sha256)> = Vec::new();
    let mut damages = Vec::new();
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
            let entries = record.packages.into_iter();
            packages.extend(entries.map(|(id, checksum)| (name.as_str(), id, checksum)));
        }
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
        (common.watch)(&Event::Checked {
            package: id.clone(),
        });
        Ok(looked)
    });
    for ((name, id, _), looked) in packages.iter().zip(looks) {
        let looked = looked?;
        report.checked += 1;
        report.bytes += looked.bytes;
        report.unsealed += looked.unknown;
        let place = format!("{name}/{}", package_folder(id));
        damages.extend(looked.faults.into_iter().map(|fault| Damage {
            source: (*name).to_owned(),
            path: if fault.path.is_empty() {
                place.clone()
            } else {
                format!("{place}/{}", fault.path)
            },
            kind: fault.kind,
            package: Some(id.clone()),
            cause: fault.cause,
        }));
    }
    for damage in damages {
        tell(&common.watch, &damage);
        report.damages.push(damage);
    }
    Ok(())
}

fn depth(extent: &Extent, id: &CrateId) -> CheckLevel {
    match extent {
        // A file that was put back as it was may have been touched in between, so all are read.
        Extent::All | Extent::Since(_) => CheckLevel::Hash,
        Extent::Named(names) if names.contains(&id.name) => CheckLevel::Hash,
        Extent::Quick | Extent::Named(_) => CheckLevel::Quick,
    }
}

fn recorded(folder: &GitFolder<'_>) -> Result<Recorded> {
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

/// What is wrong with a source but for its packages. Of what a run had in hand when it was killed: `true`.
fn around(folder: &GitFolder<'_>) -> Result<Vec<(Damage, bool)>> {
    let listed = folder.list()?;
    let in_hand = |name: &String| package_of(name).is_some_and(|id| folder.is_marked(&id));
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
    let known: BTreeSet<String> = record.packages.keys().map(package_folder).collect();
    let unknown = listed.into_iter().filter(|name| !known.contains(name));
    Ok(unknown
        .map(|name| {
            let package = package_of(&name).filter(|_| folder.path.join(&name).is_dir());
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

/// Makes a git source sound again: packages anew from cargo's cache or upstream, the rest into quarantine.
pub async fn mend(
    common: &Context,
    name: &str,
    damages: &[Damage],
    quarantine: &mut Quarantine,
    report: &mut RepairReport,
) -> Result<()> {
    let store = Arc::new(common.store());
    store.sweep_leftovers();
    for damage in damages
        .iter()
        .filter(|damage| damage.kind == DamageKind::Stray)
    {
        quarantine.take(Path::new(&damage.path))?;
    }
    let Some((source, ids)) = wanted(common, &store, name, damages)? else {
        return quarantine.take(Path::new(name));
    };
    if ids.is_empty() {
        return Ok(());
    }
    let from = git::From {
        store: Arc::clone(&store),
        // Something is wrong with them, whatever their seals say.
        depth: CheckLevel::Hash,
        folder: common.cwd.clone(),
        access: Arc::new(UpstreamAccess::new(common, &common.cwd)?),
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

/// The source in a folder, and which of its packages are to be made again. `None` where nobody knows what it is.
fn wanted(
    common: &Context,
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
        return Ok(record.git_source().map(|source| (source, ids)));
    }
    // Without its record the source is what a root says that belongs into this folder.
    let roots = store.records().roots()?;
    let of_roots: Vec<(GitSource, CrateId)> = wanted_by(&roots)
        .into_iter()
        .filter_map(|(id, source)| match source {
            SourceId::Git(text) => Some((GitSource::parse(&text)?, id)),
            _ => None,
        })
        .filter(|(source, _)| source.folder() == name)
        .collect();
    let Some((source, _)) = of_roots.first().cloned() else {
        (common.watch)(&Event::Warning {
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
