//! Runs `roots` and `gc`, and prints their reports.

use std::fmt::Write;

use crate::cli::args::{Gc, Roots, RootsCommand};
use crate::cli::exit::{EXIT_FAILURE, EXIT_NO, Exit, block_on, finish};
use crate::cli::json::report::{Report, RootsReport};
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::io::cargo::command::Cargo;
use crate::io::fs::platform;
use crate::model::error::Result;
use crate::model::input::lockfile::MAX_FILE;
use crate::model::mirror::retention::Rules;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::gc::run as gc;
use crate::ops::input::read::Input;
use crate::ops::roots::{self, Listed, RootState};
use crate::ops::vendor::run as vendor;

pub fn roots(
    arguments: &Roots,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    match &arguments.command {
        None | Some(RootsCommand::List) => {
            let report = roots::list(&common.mirror)?;
            let line = || Report::Roots(RootsReport::Listed((&report).into()));
            finish(terminal, line, |out| {
                out.data(list(&report.roots).as_bytes())
            })?;
            Ok(0)
        }
        Some(RootsCommand::Add { inputs }) => {
            let stdin = || platform::standard_input(MAX_FILE);
            let inputs = inputs
                .iter()
                .map(|word| Input::read(word, &common.place.cwd, cargo, stdin));
            let options = vendor::VendorOptions {
                locked: true,
                ..vendor::VendorOptions::all_of(inputs.collect::<Result<_>>()?)
            };
            let report = block_on(vendor::add_roots(common, options))?;
            for failed in &report.failed {
                terminal.problem(&format!("{}: {}", failed.package, failed.cause));
            }
            let listed = roots::list(&common.mirror)?;
            let line = || Report::Roots(RootsReport::Listed((&listed).into()));
            finish(terminal, line, |out| {
                out.step("Recorded", &count(report.kept, "package"));
                out.data(list(&listed.roots).as_bytes())
            })?;
            Ok(if report.failed.is_empty() {
                0
            } else {
                EXIT_FAILURE
            })
        }
        Some(RootsCommand::Forget { roots: words }) => {
            let report = roots::forget(common, words)?;
            let line = || Report::Roots(RootsReport::Forgotten((&report).into()));
            finish(terminal, line, |out| {
                out.step("Forgot", &count(report.forgotten.len(), "root"));
                out.help(
                    "`cargo mirror gc` lists what no root needs any more, and with --yes drops it",
                );
                Ok(())
            })?;
            Ok(0)
        }
    }
}

/// A line a root.
fn list(roots: &[Listed]) -> String {
    let mut text = String::new();
    for root in roots {
        let state = match root.state {
            RootState::Current => "",
            RootState::Changed => ", changed since",
            RootState::Gone => ", gone",
        };
        let pruned = match root.pruned {
            0 => String::new(),
            number => format!(", {number} of them pruned"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} {} {}: {}{pruned}, given {}{state}",
            root.id,
            root.kind,
            root.origin,
            count(root.packages, "package"),
            root.given
        );
    }
    text
}

pub fn gc(arguments: &Gc, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let options = gc::GcOptions {
        rules: Rules {
            keep: arguments.keep.clone(),
            keep_latest: arguments.keep_latest,
            older_than: arguments.older_than,
            max_size: arguments.max_size,
        },
        forget_gone: arguments.forget_gone,
        act: arguments.yes,
    };
    let report = gc::run(mirror, &options)?;
    let line = || Report::Gc((&report).into());
    finish(terminal, line, |out| {
        let mut text = String::new();
        for dropped in &report.dropped {
            // Writing to a String cannot fail.
            let from = match dropped.folder.as_str() {
                CRATES_IO_FOLDER => String::new(),
                folder => format!(" from {folder}"),
            };
            let bytes = bytes(dropped.bytes);
            let _ = writeln!(text, "drop {}{from} ({bytes})", dropped.package);
        }
        out.data(text.as_bytes())?;
        collected(out, &report, options.forget_gone);
        Ok(())
    })?;
    Ok(if report.over.is_some() { EXIT_NO } else { 0 })
}

fn collected(terminal: Terminal, report: &gc::GcReport, forget_gone: bool) {
    for root in &report.gone {
        let what = format!("{} {} is gone", root.kind, root.origin);
        if forget_gone {
            let verb = if report.done {
                "Forgot"
            } else {
                "Would forget"
            };
            terminal.step(verb, &what);
        } else {
            terminal.note(&format!(
                "{what}; its crates are kept, unless --forget-gone is given"
            ));
        }
    }
    let verb = if report.done { "Dropped" } else { "Would drop" };
    terminal.step(
        verb,
        &format!(
            "{} ({}); {} kept ({}), {} of them needed by no root; {}",
            count(report.dropped.len(), "crate"),
            bytes(report.bytes_dropped),
            report.kept,
            bytes(report.bytes_kept),
            report.kept_by_rule,
            count(report.roots, "root"),
        ),
    );
    if let Some(over) = report.over {
        terminal.warning(
            &format!("the remaining crates exceed --max-size by {}", bytes(over)),
            Some("forget roots that are no longer needed (`cargo mirror roots`), or raise --max-size"),
        );
    }
    if !report.done && !report.dropped.is_empty() {
        terminal.help("this was a dry run, nothing was changed; --yes drops the crates");
    }
}
