//! What `outdated` found, in words or as JSON.

use std::fmt::Write;
use std::io;

use crate::cli::json::line::Message;
use crate::cli::output::terminal::{Terminal, count};
use crate::model::index::published::Finding;
use crate::model::policy::advisory::Advisory;
use crate::ops::audit::outdated::{OutdatedReport, ProjectReport};

/// The findings as JSON, one a line.
pub fn lines(terminal: Terminal, report: &OutdatedReport) -> io::Result<()> {
    for project in &report.projects {
        for finding in &project.findings {
            terminal.message(Message::Finding {
                project: project.project.clone(),
                finding: finding.into(),
            })?;
        }
    }
    Ok(())
}

/// The answer on standard output, what could not be found out on standard error.
pub fn words(terminal: Terminal, report: &OutdatedReport) -> io::Result<()> {
    let mut text = String::new();
    for project in &report.projects {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}: {}{}",
            project.project.display(),
            count(project.packages, "package"),
            summary(project)
        );
        for finding in &project.findings {
            let _ = writeln!(text, "  {}", said(finding));
        }
        for package in &project.not_checked {
            let _ = writeln!(
                text,
                "  not checked {}: from {}",
                package.package, package.source
            );
        }
    }
    terminal.data(text.as_bytes())?;
    for failed in &report.failed {
        terminal.problem(&format!("cannot check {}: {}", failed.what, failed.cause));
        if let Some(help) = &failed.help {
            terminal.help(help);
        }
    }
    for project in &report.projects {
        if !project.not_mirrored.is_empty() {
            terminal.note(&format!(
                "{} of {} not in the mirror; `cargo mirror vendor` (or `prefetch`) fetches them",
                count(project.not_mirrored.len(), "package"),
                project.project.display()
            ));
        }
    }
    Ok(())
}

/// `: 1 yanked, 2 with newer versions`
fn summary(project: &ProjectReport) -> String {
    let number = |kind: &str| {
        let of_kind = project.findings.iter().filter(|found| word(found) == kind);
        of_kind.count()
    };
    let mut told: Vec<String> = ["replaced", "deleted", "yanked", "vulnerable"]
        .iter()
        .map(|kind| (number(kind), kind))
        .filter(|(number, _)| *number > 0)
        .map(|(number, kind)| format!("{number} {kind}"))
        .collect();
    let informed = project.findings.iter().filter(|finding| {
        matches!(finding, Finding::Advisory { advisory, .. } if advisory.informational.is_some())
    });
    for (number, what) in [
        (informed.count(), "with informational advisories"),
        (number("newer"), "with newer versions"),
    ] {
        if number > 0 {
            told.push(format!("{number} {what}"));
        }
    }
    if told.is_empty() {
        ", nothing to report".to_owned()
    } else {
        format!(": {}", told.join(", "))
    }
}

fn word(finding: &Finding) -> &str {
    match finding {
        Finding::Yanked { .. } => "yanked",
        Finding::Replaced { .. } => "replaced",
        Finding::Deleted { .. } => "deleted",
        Finding::Advisory { advisory, .. } => {
            advisory.informational.as_deref().unwrap_or("vulnerable")
        }
        Finding::Newer { .. } => "newer",
    }
}

fn said(finding: &Finding) -> String {
    let more = match finding {
        Finding::Yanked { .. } => "upstream has yanked it".to_owned(),
        Finding::Replaced { ours, upstream, .. } => {
            format!("upstream's checksum of this version has changed: {upstream} instead of {ours}")
        }
        Finding::Deleted { .. } => "upstream no longer has it".to_owned(),
        Finding::Advisory { advisory, .. } => of_advisory(advisory),
        Finding::Newer {
            compatible,
            incompatible,
            ..
        } => match (compatible, incompatible) {
            (Some(compatible), Some(incompatible)) => {
                format!("{compatible} (incompatible: {incompatible})")
            }
            (Some(compatible), None) => compatible.to_string(),
            (None, Some(incompatible)) => format!("incompatible: {incompatible}"),
            (None, None) => String::new(),
        },
    };
    format!("{} {}: {more}", word(finding), finding.package())
}

fn of_advisory(advisory: &Advisory) -> String {
    let Advisory {
        id, title, patched, ..
    } = advisory;
    let aliases = if advisory.aliases.is_empty() {
        String::new()
    } else {
        format!(" ({})", advisory.aliases.join(", "))
    };
    let mended: Vec<String> = patched.iter().map(|range| format!("`{range}`")).collect();
    let mended = match (mended.is_empty(), &advisory.informational) {
        (false, _) => format!("; fixed in {}", mended.join(" or ")),
        (true, None) => "; no fixed version".to_owned(),
        (true, Some(_)) => String::new(),
    };
    format!("{id}{aliases} {title}{mended}")
}
