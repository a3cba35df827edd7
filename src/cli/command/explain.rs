//! What `status --explain` found out.

use std::fmt::Write;
use std::io;

use crate::cli::output::terminal::{Terminal, count};
use crate::ops::status::explain::{ExplainReport, Explained, ExplainedState, WantedBy};

/// The answer on standard output.
pub fn words(terminal: Terminal, report: &ExplainReport) -> io::Result<()> {
    let mut text = String::new();
    for package in &report.packages {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}: {}", headline(package), state(package));
        for wanted in &package.wanted_by {
            said(&mut text, wanted);
        }
    }
    terminal.data(text.as_bytes())?;
    if report.packages.is_empty() {
        terminal.problem(&format!(
            "nothing needs `{}`: neither the lockfile nor a root of {} names it",
            report.name,
            report.mirror.display()
        ));
    }
    Ok(())
}

fn headline(package: &Explained) -> String {
    match &package.source {
        Some(source) => format!("{} from {source}", package.package),
        None => package.package.to_string(),
    }
}

fn state(package: &Explained) -> String {
    let word = match package.state {
        ExplainedState::Mirrored => "in the mirror, intact",
        ExplainedState::Pruned => "pruned",
        ExplainedState::Missing => "missing",
        ExplainedState::Damaged => "damaged",
        ExplainedState::Unsupported => "not supported",
        ExplainedState::Own => "part of a project",
    };
    match &package.cause {
        Some(cause) => format!("{word}: {cause}"),
        None => word.to_owned(),
    }
}

fn said(text: &mut String, wanted: &WantedBy) {
    let _ = writeln!(text, "  {} {}", wanted.kind, wanted.origin);
    if wanted.unused_patch {
        let _ = writeln!(text, "    an unused patch; cargo still needs it to build");
    }
    for way in &wanted.ways {
        let steps: Vec<String> = way.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "    {}", steps.join(" > "));
    }
    if wanted.more > 0 {
        let _ = writeln!(
            text,
            "    and {} more",
            count(wanted.more, "dependency chain")
        );
    }
}
