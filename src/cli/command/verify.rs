//! `verify` and `repair`: options, words, exit codes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::cli::args;
use crate::cli::exit::{EXIT_NO, Exit, block_on, finish};
use crate::cli::json::report::{self as json, Report};
use crate::cli::json::verify::Repaired;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::model::error::{Error, Result};
use crate::model::errors::input::InputError;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::options::Context;
use crate::ops::repair::report::{RepairOptions, RepairReport};
use crate::ops::repair::run as repair;
use crate::ops::verify::options::{Extent, VerifyOptions, VerifyReport};
use crate::ops::verify::run as verify;

pub fn verify(
    arguments: &args::Verify,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let extent = match &arguments.since {
        Some(text) => Extent::Since(since(text, common.mirror.clock.now())?),
        None if arguments.quick => Extent::Quick,
        None => Extent::All,
    };
    let options = VerifyOptions {
        sources: arguments.sources.clone(),
        extent,
        archives: arguments.archives,
        resume: arguments.resume,
    };
    if arguments.repair {
        let options = RepairOptions {
            verify: options,
            accept: Vec::new(),
            dry_run: false,
        };
        let of_verify = |report| Report::Verify(json::VerifyReport::Repaired(report));
        return mend(of_verify, options, common, terminal, progress);
    }
    let started = Instant::now();
    let report = verify::run(&common.mirror, &options);
    progress.finish();
    let report = report?;
    let line = || Report::Verify(json::VerifyReport::Verified((&report).into()));
    finish(terminal, line, |out| {
        verified(out, &report, started.elapsed())
    })?;
    Ok(if report.sound { 0 } else { EXIT_NO })
}

pub fn repair(
    arguments: &args::Repair,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let accept = arguments.accept.iter().map(|text| {
        let (name, version) = text.split_once('@').unwrap_or((text, ""));
        Ok(CrateId::parse(name, version)?)
    });
    let options = RepairOptions {
        verify: VerifyOptions {
            sources: arguments.sources.clone(),
            extent: if arguments.quick {
                Extent::Quick
            } else {
                Extent::All
            },
            archives: arguments.archives,
            resume: false,
        },
        accept: accept.collect::<Result<_>>()?,
        dry_run: arguments.dry_run,
    };
    mend(Report::Repair, options, common, terminal, progress)
}

fn mend(
    command: fn(Repaired) -> Report,
    options: RepairOptions,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let started = Instant::now();
    let report = block_on(repair::run(common, options));
    progress.finish();
    let report = report?;
    let line = || command((&report).into());
    finish(terminal, line, |out| {
        repaired(out, &report, started.elapsed())
    })?;
    Ok(if report.sound { 0 } else { EXIT_NO })
}

fn since(text: &str, now: Timestamp) -> Result<SystemTime> {
    let moment = Timestamp::named(text, now)
        .ok_or_else(|| Error::Input(InputError::NoSuchTime(text.to_owned())))?;
    Ok(moment.into())
}

/// Each damage was told as it was found; here are the ways out and the sum.
fn verified(terminal: Terminal, report: &VerifyReport, elapsed: Duration) -> io::Result<()> {
    ways_out(terminal, &report.damages);
    if report.unrecorded > 0 {
        terminal.note(&format!(
            "no record to compare {} with; `cargo mirror repair` creates one",
            count(report.unrecorded, "index line")
        ));
    }
    if !report.unfinished.is_empty() {
        terminal.note(&unfinished(&report.unfinished));
    }
    if report.unsealed > 0 {
        terminal.note(&format!(
            "{} can only be verified by hashing: run without --quick",
            count(report.unsealed, "file")
        ));
    }
    let state = if report.sound {
        "sound".to_owned()
    } else {
        count(report.damages.len(), "damage")
    };
    let resumed = match report.resumed {
        0 => String::new(),
        number => format!(" ({number} more in the run before)"),
    };
    let pruned = match report.pruned {
        0 => String::new(),
        number => format!(", {number} more pruned"),
    };
    let text = format!(
        "{}{resumed}{pruned}, {} in {:.2}s; in {}: {state}\n",
        count(report.checked, "crate"),
        bytes(report.bytes),
        elapsed.as_secs_f64(),
        report.mirror.display()
    );
    terminal.data(text.as_bytes())
}

/// What a run had in hand when it was killed.
fn unfinished(found: &[Damage]) -> String {
    let (left, packages): (Vec<&Damage>, Vec<&Damage>) = found
        .iter()
        .partition(|damage| damage.kind == DamageKind::Leftover);
    let mut what = Vec::new();
    if !packages.is_empty() {
        what.push(format!(
            "{} being added or removed",
            are(packages.len(), "package")
        ));
    }
    if !left.is_empty() {
        what.push(format!(
            "{} in `.mirror/tmp` unfinished",
            are(left.len(), "folder")
        ));
    }
    format!(
        "{} when a run was killed; the next run or `cargo mirror repair` completes this",
        what.join(", ")
    )
}

fn are(number: usize, what: &str) -> String {
    let verb = if number == 1 { "was" } else { "were" };
    format!("{} {verb}", count(number, what))
}

fn ways_out(terminal: Terminal, damages: &[Damage]) {
    let kinds: BTreeSet<DamageKind> = damages.iter().map(|damage| damage.kind).collect();
    let helps: BTreeSet<&str> = kinds.into_iter().map(DamageKind::help).collect();
    for help in helps {
        terminal.help(help);
    }
}

fn repaired(terminal: Terminal, report: &RepairReport, elapsed: Duration) -> io::Result<()> {
    for changed in &report.changed_upstream {
        terminal.problem(&format!(
            "upstream's checksum of {} has changed: {} instead of {}; the mirror keeps its own bytes",
            changed.package, changed.upstream, changed.ours
        ));
        terminal.help(&format!(
            "find out why; `cargo mirror repair --accept {}` takes the new bytes",
            changed.package
        ));
    }
    for id in &report.deleted_upstream {
        terminal.warning(
            &format!("upstream no longer has {id}; the mirror keeps its copy"),
            Some("fetch it from another registry with --upstream, or copy it from another mirror"),
        );
    }
    for failed in &report.failed {
        terminal.problem(&format!(
            "{} could not be fetched: {}",
            failed.package, failed.cause
        ));
        if let Some(help) = &failed.help {
            terminal.help(help);
        }
    }
    let mut text = String::new();
    for damage in &report.damages {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {}: {}", damage.kind, damage.path, damage.cause);
    }
    for path in &report.quarantined {
        let _ = writeln!(text, "quarantined {path}");
    }
    let left = match (report.sound, report.dry_run) {
        (true, _) => "sound".to_owned(),
        (false, true) => format!("{} to repair", count(report.damages.len(), "damage")),
        (false, false) => format!("{} left", count(report.damages.len(), "damage")),
    };
    let _ = writeln!(
        text,
        "{}, {} repaired in {:.2}s; in {}: {left}",
        count(report.checked, "crate"),
        count(report.healed.len(), "damage"),
        elapsed.as_secs_f64(),
        report.mirror.display()
    );
    terminal.data(text.as_bytes())
}
