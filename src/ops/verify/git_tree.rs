//! `verify` of git sources whose packages are links into the tree of their commit.

use std::time::Duration;

use crate::io::store::git::{GitFolder, package_folder};
use crate::io::store::git_check::{CheckLevel, look_tree};
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::within;
use crate::model::source::git_record::{GitRecord, Layout, owner, tree_name};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::fetch::git_package::lossy;
use crate::ops::verify::git::depth;
use crate::ops::verify::options::{VerifyOptions, VerifyReport};
use crate::ops::verify::resume::Progress;

/// Checks the tree of a source and the links into it.
pub fn look_at(
    mirror: &OpenMirror,
    folder: &GitFolder<'_>,
    record: &GitRecord,
    options: &VerifyOptions,
    progress: &Progress,
    report: &mut VerifyReport,
) -> Result<Vec<Damage>> {
    let Layout::Tree { list, folders, .. } = &record.layout else {
        return Ok(Vec::new());
    };
    let name = &folder.name;
    let done = |id: &CrateId| progress.is_done(name, &package_folder(id));
    if record.packages.keys().all(done) {
        return Ok(Vec::new());
    }
    let deepest = record.packages.keys().map(|id| depth(&options.extent, id));
    let depth = deepest
        .reduce(|one, other| if one == CheckLevel::Hash { one } else { other })
        .unwrap_or(CheckLevel::Hash);
    let path = folder.tree_path(list);
    let tree = tree_name(list);
    let mut looked = look_tree(&path, list, depth)?;
    if !looked.faults.is_empty() && mirror.store().others_write() {
        std::thread::sleep(Duration::from_millis(500));
        looked = look_tree(&path, list, depth)?;
    }
    report.bytes += looked.bytes;
    report.unsealed += looked.unknown;
    let damage = |path: String, kind, package, cause: String| Damage {
        source: name.clone(),
        path: format!("{name}/{path}"),
        kind,
        package,
        cause,
    };
    let mut damages = Vec::new();
    for fault in looked.faults {
        let owner = owner(folders, &fault.path).filter(|_| !fault.path.is_empty());
        let place = match owner {
            Some((id, above)) => {
                let inner = fault.path.get(above.len()..).unwrap_or_default();
                within(&package_folder(id), inner.trim_start_matches('/'))
            }
            None if fault.path.is_empty() => tree.clone(),
            None => within(&tree, &fault.path),
        };
        let package = owner.map(|(id, _)| id.clone());
        damages.push(damage(lossy(&place), fault.kind, package, fault.cause));
    }
    let sound = damages.is_empty();
    for (id, inner) in folders {
        report.checked += 1;
        let place = package_folder(id);
        if folder.leads_to(id, &within(&tree, inner)) {
            if sound {
                progress.done(name, &place, 1);
            }
        } else if !folder.is_marked(id) {
            let (kind, cause) = match folder.tree_of(id) {
                Some(_) => (DamageKind::ChangedBytes, "it leads elsewhere"),
                None if folder.package_path(id).symlink_metadata().is_ok() => {
                    (DamageKind::ChangedBytes, "it is no link into the tree")
                }
                None => (DamageKind::MissingBytes, "it is not there"),
            };
            damages.push(damage(place, kind, Some(id.clone()), cause.to_owned()));
        }
        (mirror.watch)(&Event::Checked {
            package: id.clone(),
        });
    }
    Ok(damages)
}
