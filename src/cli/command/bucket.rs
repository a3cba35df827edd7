//! `push`, `pull` and `doctor`: options, words, exit codes.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use crate::cli::args::{self, Gc};
use crate::cli::args_bucket::BucketCommand;
use crate::cli::exit::{EXIT_FAILURE, EXIT_NO, Exit, block_on, finish};
use crate::cli::json::report::Report;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::io::bucket::probe::Sharing;
use crate::model::mirror::retention::Rules;
use crate::model::source::bucket::BucketAddress;
use crate::ops::bucket::doctor::{self, DoctorReport};
use crate::ops::bucket::pull::{self, PullOptions, PullReport};
use crate::ops::bucket::push::{self, PushOptions, PushReport};
use crate::ops::bucket::upkeep::{self, Upkeep, UpkeepOptions, UpkeepReport};
use crate::ops::context::options::Context;

pub fn run(
    command: &BucketCommand,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    match command {
        BucketCommand::Push(arguments) => {
            let options = PushOptions {
                url: arguments.url.clone(),
                public_url: arguments.public_url.clone(),
                delete: arguments.delete,
                dry_run: arguments.dry_run,
            };
            let report = block_on(push::run(common, &options));
            progress.finish();
            let report = report?;
            not_done(terminal, &report.failed);
            let line = || Report::Push((&report).into());
            finish(terminal, line, |out| out.data(pushed(&report).as_bytes()))?;
            Ok(code(&report.failed))
        }
        BucketCommand::Pull(arguments) => {
            let options = PullOptions {
                url: arguments.url.clone(),
                delete: arguments.delete,
                dry_run: arguments.dry_run,
            };
            let report = block_on(pull::run(common, &options));
            progress.finish();
            let report = report?;
            not_done(terminal, &report.failed);
            let words = pulled(&report, &common.mirror.folder);
            let line = || Report::Pull((&report).into());
            finish(terminal, line, |out| out.data(words.as_bytes()))?;
            Ok(code(&report.failed))
        }
        BucketCommand::Doctor(arguments) => {
            let report = block_on(doctor::run(common, &arguments.url));
            progress.finish();
            let report = report?;
            let line = || Report::Doctor((&report).into());
            finish(terminal, line, |out| out.data(examined(&report).as_bytes()))?;
            Ok(if report.probe.sharing() == Sharing::Shared {
                0
            } else {
                EXIT_NO
            })
        }
    }
}

fn not_done(terminal: Terminal, failed: &[(String, String)]) {
    for (item, cause) in failed {
        terminal.problem(&format!("{item} is left out: {cause}"));
    }
}

fn code(failed: &[(String, String)]) -> u8 {
    if failed.is_empty() { 0 } else { EXIT_FAILURE }
}

fn verb(done: &'static str, would: &'static str, dry_run: bool) -> &'static str {
    if dry_run { would } else { done }
}

fn pushed(report: &PushReport) -> String {
    let mut text = format!(
        "{} {} ({}) and {} into {}; {} there already\n",
        verb("pushed", "would push", report.dry_run),
        count(report.crates, "crate"),
        bytes(report.bytes),
        count(report.index_files, "index file"),
        report.bucket,
        report.kept
    );
    // Writing to a String cannot fail.
    if report.removed > 0 {
        let done = verb("removed", "would remove", report.dry_run);
        let _ = writeln!(text, "{done} {} from it", count(report.removed, "crate"));
    }
    if report.git_sources > 0 {
        let sources = count(report.git_sources, "git source");
        let _ = writeln!(
            text,
            "left out {sources}: cargo reads those from folders alone"
        );
    }
    if !report.without_config.is_empty() {
        let _ = writeln!(
            text,
            "plain cargo cannot use {} there: `push --public-url URL` writes the config.json it looks for",
            report.without_config.join(", ")
        );
    }
    text
}

fn pulled(report: &PullReport, mirror: &Path) -> String {
    let mut text = format!(
        "{} {} ({}) from {} into {}; {} here already\n",
        verb("pulled", "would pull", report.dry_run),
        count(report.crates, "crate"),
        bytes(report.bytes),
        report.bucket,
        mirror.display(),
        report.kept
    );
    if report.removed > 0 {
        let done = verb("removed", "would remove", report.dry_run);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{done} {} from here", count(report.removed, "crate"));
    }
    text
}

fn examined(report: &DoctorReport) -> String {
    let mut text = String::new();
    for finding in &report.probe.findings {
        // Writing to a String cannot fail.
        let _ = match &finding.wrong {
            None => writeln!(text, "ok    {}", finding.tried),
            Some(wrong) => writeln!(text, "WRONG {}: {wrong}", finding.tried),
        };
    }
    let (word, meaning) = match report.probe.sharing() {
        Sharing::Shared => ("shared", "any number of servers may write to it"),
        Sharing::Single => (
            "single",
            "one writer at a time: fill it with `push`, read it with --upstream",
        ),
        Sharing::Refused => ("refused", "no place for a mirror"),
    };
    let _ = writeln!(text, "{}: {word} ({meaning})", report.bucket);
    text
}

/// The bucket that is named where folders of the mirror may be.
pub fn meant(sources: &[String]) -> Option<&str> {
    match sources {
        [only] if BucketAddress::is_meant(only) => Some(only),
        _ => None,
    }
}

pub fn verify(
    url: &str,
    arguments: &args::Verify,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let options = UpkeepOptions {
        url: url.to_owned(),
        what: if arguments.repair {
            Upkeep::Repair
        } else {
            Upkeep::Verify
        },
        quick: arguments.quick,
        rules: Rules::default(),
        dry_run: false,
    };
    look_after(&options, common, terminal, progress)
}

pub fn repair(
    url: &str,
    arguments: &args::Repair,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let options = UpkeepOptions {
        url: url.to_owned(),
        what: Upkeep::Repair,
        quick: arguments.quick,
        rules: Rules::default(),
        dry_run: arguments.dry_run,
    };
    look_after(&options, common, terminal, progress)
}

pub fn gc(
    url: &str,
    gc: &Gc,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let options = UpkeepOptions {
        url: url.to_owned(),
        what: Upkeep::Collect,
        quick: true,
        dry_run: !gc.yes,
        rules: Rules {
            keep: gc.keep.clone(),
            keep_latest: 0,
            older_than: gc.older_than,
            max_size: gc.max_size,
        },
    };
    look_after(&options, common, terminal, progress)
}

fn look_after(
    options: &UpkeepOptions,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let report = block_on(upkeep::run(common, options));
    progress.finish();
    let report = report?;
    for damage in &report.damages {
        terminal.problem(&format!(
            "{}: {} ({})",
            damage.id, damage.cause, damage.folder
        ));
    }
    let words = match options.what {
        Upkeep::Verify | Upkeep::Repair => looked_after(&report),
        Upkeep::Collect => dropped(&report),
    };
    let line = || match options.what {
        Upkeep::Verify => Report::VerifyBucket((&report).into()),
        Upkeep::Repair => Report::RepairBucket((&report).into()),
        Upkeep::Collect => Report::GcBucket((&report).into()),
    };
    finish(terminal, line, |out| out.data(words.as_bytes()))?;
    if let Some(over) = report.over {
        terminal.warning(
            &format!("the remaining crates exceed --max-size by {}", bytes(over)),
            Some("push the roots that are needed now (`cargo mirror push`), or raise --max-size"),
        );
    }
    Ok(if report.damages.is_empty() && report.over.is_none() {
        0
    } else {
        EXIT_NO
    })
}

fn looked_after(report: &UpkeepReport) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for damage in &report.repaired {
        let _ = writeln!(text, "took out {}: {}", damage.id, damage.cause);
    }
    if report.swept > 0 {
        let swept = count(report.swept, "package");
        let _ = writeln!(
            text,
            "took out {swept} of publishes that ended in the middle"
        );
    }
    let unfinished = match report.unfinished {
        0 => String::new(),
        number => format!("; {number} without a line, which a server may be about to write"),
    };
    let state = match report.damages.len() {
        0 => "sound".to_owned(),
        number => count(number, "damage"),
    };
    let checked = count(report.checked, "crate");
    let hashed = bytes(report.bytes);
    let _ = writeln!(
        text,
        "{checked}, {hashed} hashed in {}: {state}{unfinished}",
        report.bucket
    );
    text
}

fn dropped(report: &UpkeepReport) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for id in &report.dropped {
        let _ = writeln!(text, "drop {id}");
    }
    let done = verb("dropped", "would drop", report.dry_run);
    let _ = writeln!(
        text,
        "{done} {} of {}; {} kept; {}",
        count(report.dropped.len(), "crate"),
        report.bucket,
        report.kept,
        count(report.roots, "root")
    );
    text
}
