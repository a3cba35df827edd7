//! `import`: options, words, exit codes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args_bundle::Import;
use crate::cli::command::export::key_ring;
use crate::cli::exit::{EXIT_FAILURE, EXIT_NO, Exit, finish};
use crate::cli::json::report::Report;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::io::mirror::settings as mirror_settings;
use crate::model::error::Result;
use crate::ops::bundle::options::{DumpSummary, ImportOptions, ImportReport, Origin};
use crate::ops::bundle::{import, known};
use crate::ops::context::options::Context;

pub fn import(
    arguments: &Import,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let set = mirror_settings::read(&common.mirror.folder)?.sync;
    let options = ImportOptions {
        allow_unsigned: arguments.allow_unsigned,
        allow_older: arguments.allow_older,
        dry_run: arguments.dry_run,
        on_removed: arguments.on_removed.or(set.on_removed).unwrap_or_default(),
        allow_mass_removal: arguments.allow_mass_removal,
    };
    let origins = origins(&arguments.files);
    let ring = key_ring(&arguments.folder, &common.place.cwd)?;
    let report = import::run(common, &origins, &ring, options);
    progress.finish();
    let report = report?;
    if let Some(receipt) = arguments.receipt.as_ref().filter(|_| !report.dry_run) {
        known::write(common, receipt)?;
    }
    for (item, why) in &report.still_here {
        terminal.note(&format!(
            "{item} was removed where the dump comes from, and stays here: {why}"
        ));
    }
    for (item, cause) in &report.failed {
        terminal.problem(&format!("{item} is not taken: {cause}"));
    }
    for dump in &report.dumps {
        if !dump.is_complete() {
            terminal.warning(
                &format!(
                    "the dump of {} is not complete: {}",
                    dump.created,
                    lacks(dump)
                ),
                Some("import the missing parts, in any order; what is here stays"),
            );
        }
    }
    for lost in &report.lost {
        let parts = match &*lost.missing {
            [] => "its last parts never came".to_owned(),
            missing => format!("{} missing", numbered(missing, "")),
        };
        terminal.warning(
            &format!(
                "the dump of {} before it never came whole: {parts}",
                lost.created
            ),
            Some("import those parts with --allow-older, unless the dump at hand has everything"),
        );
    }
    let line = || Report::Import((&report).into());
    finish(terminal, line, |out| say(out, &report))?;
    let incomplete = !report.lost.is_empty() || report.dumps.iter().any(|dump| !dump.is_complete());
    Ok(if !report.failed.is_empty() {
        EXIT_FAILURE
    } else if incomplete {
        EXIT_NO
    } else {
        0
    })
}

/// Files, and `-` for standard input.
pub fn origins(files: &[PathBuf]) -> Vec<Origin> {
    let origin = |path: &PathBuf| {
        if path == Path::new("-") {
            Origin::Pipe
        } else {
            Origin::File(path.clone())
        }
    };
    files.iter().map(origin).collect()
}

/// `parts 2, 4 of 5 are missing`
pub fn lacks(dump: &DumpSummary) -> String {
    match (dump.parts, &*dump.missing) {
        (Some(parts), missing) => format!("{} missing", numbered(missing, &format!(" of {parts}"))),
        // Only the last one says how many there are.
        (None, []) => "the last part is missing".to_owned(),
        (None, missing) => format!("{} missing, and so is the last one", numbered(missing, "")),
    }
}

/// `parts 2, 4 of 5 are`
fn numbered(parts: &[u32], of: &str) -> String {
    let numbers: Vec<String> = parts.iter().map(ToString::to_string).collect();
    let (part, are) = if numbers.len() == 1 {
        ("part", "is")
    } else {
        ("parts", "are")
    };
    format!("{part} {}{of} {are}", numbers.join(", "))
}

fn say(terminal: Terminal, report: &ImportReport) -> io::Result<()> {
    let mut what = vec![format!(
        "{} ({})",
        count(report.crates, "crate"),
        bytes(report.crate_bytes)
    )];
    for (number, one) in [
        (report.lines, "index line"),
        (report.git_sources, "git source"),
        (report.roots, "root"),
    ] {
        if number > 0 {
            what.push(count(number, one));
        }
    }
    let verb = if report.dry_run {
        "would import"
    } else {
        "imported"
    };
    match report.removed.len() {
        0 => {}
        gone if report.dry_run => what.push(format!("remove {}", count(gone, "version"))),
        gone => what.push(format!("removed {}", count(gone, "version"))),
    }
    let kept = match report.kept {
        0 => String::new(),
        kept => format!("; {kept} here already"),
    };
    let (what, mirror) = (what.join(", "), report.mirror.display());
    terminal.data(format!("{verb} {what} into {mirror}{kept}\n").as_bytes())
}
