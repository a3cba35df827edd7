//! `diff` and `state`: words and exit codes.

use std::fmt::Write;

use crate::cli::args_bundle::{Diff, WriteState};
use crate::cli::exit::{EXIT_NO, Exit, finish};
use crate::cli::json::bundle::{Diffed, StateWritten};
use crate::cli::json::report::Report;
use crate::cli::output::terminal::{Terminal, count};
use crate::io::fs::file::absolute;
use crate::model::error::Result;
use crate::ops::bundle::diff::{self, DiffReport, Side};
use crate::ops::bundle::known::{self, Named};
use crate::ops::context::options::Context;

pub fn diff(arguments: &Diff, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    compare(arguments, common, terminal, Report::Diff)
}

/// Exit status 1 where there is a difference, as `diff` has it.
pub fn compare(
    arguments: &Diff,
    common: &Context,
    terminal: Terminal,
    command: fn(Diffed) -> Report,
) -> Result<u8, Exit> {
    let report = diff::run(common, &arguments.left, &arguments.right)?;
    finish(
        terminal,
        || command((&report).into()),
        |out| out.data(words(&report).as_bytes()),
    )?;
    let same = |side: &Side| side.only.is_empty() && side.nameless == 0;
    Ok(if same(&report.left) && same(&report.right) {
        0
    } else {
        EXIT_NO
    })
}

fn words(report: &DiffReport) -> String {
    let mut text = String::new();
    for (sign, side) in [('-', &report.left), ('+', &report.right)] {
        for named in &side.only {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{sign} {}", shown(named));
        }
        if side.nameless > 0 {
            let things = count(side.nameless, "thing");
            let path = side.path.display();
            let _ = writeln!(text, "{sign} {things} in {path}, which has no names");
        }
    }
    text
}

pub fn state(arguments: &WriteState, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    let keys = known::write(common, &arguments.file)?;
    let path = absolute(&arguments.file, &common.place.cwd);
    let words = format!("{} in {}\n", count(keys, "key"), path.display());
    let line = || Report::State(StateWritten { path, keys });
    finish(terminal, line, |out| out.data(words.as_bytes()))?;
    Ok(0)
}

/// An item in one line.
pub fn shown(named: &Named) -> String {
    match named {
        Named::Crate { of, bytes, .. } => {
            let kind = if *bytes { "crate" } else { "line" };
            format!("{kind} {} {}", of.source, of.id)
        }
        Named::Git { folder, .. } => format!("git {folder}"),
        Named::Root { id, .. } => format!("root {id}"),
        Named::Gone { of, at } => format!("gone {} {} {at}", of.source, of.id),
    }
}
