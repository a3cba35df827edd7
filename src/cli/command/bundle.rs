//! `bundle list` and `bundle verify`: words and exit codes.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args_bundle::{Bundle, BundleCommand, DumpCommand, KeyFolder};
use crate::cli::command::export::{export, key_ring};
use crate::cli::command::import::{import, lacks, origins};
use crate::cli::command::{diff, key};
use crate::cli::exit::{EXIT_NO, Exit, finish};
use crate::cli::json::bundle::{Acknowledged, BundleListed, BundleReport};
use crate::cli::json::report::Report;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::model::error::Result;
use crate::ops::bundle::options::DumpSummary;
use crate::ops::bundle::{inspect, receivers};
use crate::ops::context::options::Context;

/// Every command about dumps.
pub fn run(
    command: &DumpCommand,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    match command {
        DumpCommand::Export(arguments) => export(arguments, common, terminal, progress),
        DumpCommand::Import(arguments) => import(arguments, common, terminal, progress),
        DumpCommand::Bundle(arguments) => bundle(arguments, common, terminal, progress),
        DumpCommand::Key(arguments) => key::key(arguments, &common.place.cwd, terminal),
        DumpCommand::State(arguments) => diff::state(arguments, common, terminal),
        DumpCommand::Diff(arguments) => diff::diff(arguments, common, terminal),
    }
}

fn bundle(
    arguments: &Bundle,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    match &arguments.command {
        BundleCommand::List { files, folder } => list(files, folder, &common.place.cwd, terminal),
        BundleCommand::Verify {
            files,
            deep,
            folder,
        } => {
            let ring = key_ring(folder, &common.place.cwd)?;
            let check = inspect::verify(common, &origins(files), &ring, *deep);
            progress.finish();
            let check = check?;
            for (place, cause) in &check.damaged {
                terminal.problem(&format!("{place}: {cause}"));
            }
            if check.without_base > 0 {
                terminal.note(&format!(
                    "{} could not be rebuilt: what the dump refers back to is not in {}",
                    count(check.without_base, "crate"),
                    common.mirror.folder.display()
                ));
            }
            let line = || Report::Bundle(BundleReport::Verified((&check).into()));
            finish(terminal, line, |out| {
                let mut text = said(&check.list.dumps);
                let rebuilt = match check.rebuilt {
                    0 => String::new(),
                    number => format!(", {number} rebuilt"),
                };
                let state = match check.damaged.len() {
                    0 => "sound".to_owned(),
                    number => count(number, "damage"),
                };
                let crates = count(check.list.crates, "crate");
                let size = bytes(check.list.file_bytes);
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{crates}{rebuilt}, {size}: {state}");
                out.data(text.as_bytes())
            })?;
            let complete = check.list.dumps.iter().all(DumpSummary::is_complete);
            Ok(if check.damaged.is_empty() && complete {
                0
            } else {
                EXIT_NO
            })
        }
        BundleCommand::Diff { sides } => {
            let of = |report| Report::Bundle(BundleReport::Compared(report));
            diff::compare(sides, common, terminal, of)
        }
        BundleCommand::Acknowledge { name, receipt } => {
            let keys = receivers::acknowledge(common, name, receipt.as_deref())?;
            let receiver = name.clone();
            let report = Acknowledged { receiver, keys };
            finish(
                terminal,
                || Report::Bundle(BundleReport::Acknowledged(report)),
                |out| out.data(format!("{name} has {}\n", count(keys, "key")).as_bytes()),
            )?;
            Ok(0)
        }
    }
}

fn list(files: &[PathBuf], folder: &KeyFolder, cwd: &Path, terminal: Terminal) -> Result<u8, Exit> {
    let ring = key_ring(folder, cwd)?;
    let mut items = Vec::new();
    let report = inspect::list(cwd, &origins(files), &ring, |named| {
        items.push(named);
        Ok(())
    })?;
    let line = || Report::Bundle(BundleReport::Listed(BundleListed::of(&report, &items)));
    finish(terminal, line, |out| {
        let mut text = said(&report.dumps);
        for item in &items {
            let _ = writeln!(text, "{}", diff::shown(item));
        }
        let crates = count(report.crates, "crate");
        let (sum, size) = (bytes(report.crate_bytes), bytes(report.file_bytes));
        let _ = writeln!(text, "{crates} ({sum}) in {size}");
        out.data(text.as_bytes())
    })?;
    Ok(0)
}

/// A line a dump, and one for what it lacks.
fn said(dumps: &[DumpSummary]) -> String {
    let mut text = String::new();
    for dump in dumps {
        let signed = match (dump.signed.is_empty(), dump.trusted) {
            (true, _) => "not signed".to_owned(),
            (_, true) => format!("signed by {}", dump.signed.join(", ")),
            (_, false) => format!("signed by {}, not trusted here", dump.signed.join(", ")),
        };
        let previous = match &dump.previous {
            Some(previous) => format!(", after {previous}"),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "dump {} of {}{previous}, {signed}",
            dump.id, dump.created
        );
        if !dump.is_complete() {
            let _ = writeln!(text, "{}", lacks(dump));
        }
    }
    text
}
