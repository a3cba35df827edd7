//! `repair`: makes a mirror sound again, from what it knows itself, from cargo's cache, from upstream.
//!
//! What a version's bytes must be is what the mirror has always said: the checksum that was recorded, else that of its
//! index line. Upstream never overrules it: a registry that has other bytes now raises an alarm, and only `--accept`
//! takes them. Nothing is deleted: what cannot be put right moves to `.mirror/quarantine/<n>/`.

use std::sync::Arc;

use tracing::{Instrument, debug_span};

use crate::io::mirror::in_use::Use;
use crate::io::store::quarantine::Quarantine;
use crate::io::task::blocking;
use crate::model::error::Result;
use crate::model::mirror::damage::Damage;
use crate::model::source::git_record;
use crate::ops::context::options::Context;
use crate::ops::repair::git as repair_git;
use crate::ops::repair::local;
use crate::ops::repair::refetch::SourceRepair;
use crate::ops::repair::report::{RepairOptions, RepairReport};
use crate::ops::verify::options::{Extent, VerifyOptions, VerifyReport};
use crate::ops::verify::run as verify;

/// A repair may lay bare what a first look could not see, such as bytes behind a line that was wrong itself.
const ROUNDS: usize = 3;

/// What the first look found and the last no longer does.
fn healed(first: &VerifyReport, left: &[Damage]) -> Vec<Damage> {
    let same = |one: &Damage, other: &Damage| {
        (one.kind, &one.path, &one.package) == (other.kind, &other.path, &other.package)
    };
    let mut healed = to_mend(first);
    healed.retain(|damage| !left.iter().any(|left| same(left, damage)));
    healed
}

/// Verifies, repairs, and verifies what was touched.
pub async fn run(common: &Context, options: RepairOptions) -> Result<RepairReport> {
    // Held until the end, so that `gc` removes nothing that is being mended.
    let _in_use = if options.dry_run {
        None
    } else {
        Some(common.mirror.in_use(Use::Add)?)
    };
    let first = look(common, options.verify.clone()).await?;
    let mut report = RepairReport {
        checked: first.checked,
        bytes: first.bytes,
        dry_run: options.dry_run,
        sources: first.sources.clone(),
        mirror: common.mirror.folder.clone(),
        ..RepairReport::default()
    };
    let mut left = to_mend(&first);
    let mut unrecorded = first.unrecorded;
    let mut quarantine = Quarantine::new(&common.mirror.folder);
    for round in 0..ROUNDS {
        if options.dry_run || (left.is_empty() && (round > 0 || options.accept.is_empty())) {
            break;
        }
        let accept: &[_] = if round == 0 { &options.accept } else { &[] };
        report.failed.clear();
        for source in &first.sources {
            let of_source = |damage: &&Damage| damage.source == *source;
            let damages: Vec<Damage> = left.iter().filter(of_source).cloned().collect();
            if git_record::is_git(source) {
                repair_git::mend(common, source, &damages, &mut quarantine, &mut report).await?;
                continue;
            }
            let mut mending = SourceRepair {
                common,
                source,
                store: Arc::new(common.mirror.source(source)),
                archives: options.verify.archives,
                quarantine: &mut quarantine,
                report: &mut report,
            };
            let accept = mending.accepted(accept);
            let span = debug_span!("repair", source, round, damages = damages.len());
            mending.mend(&damages, &accept).instrument(span).await?;
            // On the disk for certain, before anything is called sound.
            mending.store.sync()?;
        }
        let touched = left
            .iter()
            .filter_map(|damage| damage.package.as_ref())
            .chain(accept);
        let again = VerifyOptions {
            extent: Extent::Named(touched.map(|id| id.name.clone()).collect()),
            resume: false,
            ..options.verify.clone()
        };
        let found = look(common, again).await?;
        unrecorded = found.unrecorded;
        let found = to_mend(&found);
        let stuck = found == left;
        left = found;
        if stuck {
            break;
        }
    }
    if !options.dry_run && unrecorded > 0 {
        let registries = first.sources.iter();
        for source in registries.filter(|source| !git_record::is_git(source)) {
            let store = common.mirror.source(source);
            report.adopted += local::record_existing(&store, &left)?;
        }
    }
    report.healed = healed(&first, &left);
    report.quarantined = quarantine.moved;
    report.sound =
        left.is_empty() && report.changed_upstream.is_empty() && report.failed.is_empty();
    report.damages = left;
    Ok(report)
}

/// What was begun is finished as what was lost is found again.
fn to_mend(found: &VerifyReport) -> Vec<Damage> {
    let mut all = [found.damages.as_slice(), &found.unfinished].concat();
    all.sort();
    all
}

async fn look(common: &Context, options: VerifyOptions) -> Result<VerifyReport> {
    let common = common.clone();
    blocking("verifying", move || verify::run(&common.mirror, &options)).await
}
