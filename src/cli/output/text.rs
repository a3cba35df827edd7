//! Reports in words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::cli::output::terminal::{Terminal, bytes, count, short};
use crate::model::input::closure::Unsupported;
use crate::model::input::unsupported::obstacle;
use crate::model::source::id::SourceId;
use crate::ops::config::effective::{POINTS_RIGHT, ServedSource};
use crate::ops::config::file::{Change, ConfigChange};
use crate::ops::config::judge::Unready;
use crate::ops::status::run as status;
use crate::ops::status::run::{KnownFailure, PackageGap, ProjectStatus};
use crate::ops::vendor::report::{FailedPackage, VendorReport, WouldFetch};

/// More packages than this with the same cause are reported in one line.
const MANY: usize = 4;

/// What `vendor` and `prefetch` did: failures first, then one line for all that went well.
pub fn fetched(
    terminal: Terminal,
    report: &VendorReport,
    cwd: &Path,
    elapsed: Duration,
    dry_run: bool,
) -> io::Result<()> {
    failures(terminal, report);
    unsupported(terminal, &report.unsupported);
    unready(terminal, &report.unready);
    if dry_run {
        return switched(terminal, &report.configs, cwd, Some(MIRROR), true);
    }
    switched(terminal, &report.configs, cwd, Some(MIRROR), false)?;
    let mut parts = Vec::new();
    if report.fetched > 0 {
        parts.push(format!(
            "{} downloaded ({})",
            report.fetched,
            bytes(report.bytes_downloaded)
        ));
    }
    if report.reused > 0 {
        parts.push(format!(
            "{} from cargo's cache ({})",
            report.reused,
            bytes(report.bytes_reused)
        ));
    }
    if report.kept > 0 {
        parts.push(format!("{} already there", report.kept));
    }
    if !report.pruned.is_empty() {
        parts.push(format!("{} pruned{}", report.pruned.len(), saved(report)));
    }
    let crates = count(report.fetched + report.reused + report.kept, "crate");
    let how = if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    };
    let end = if report.ready {
        ready(report.only_with.as_deref())
    } else if report.mirrored && report.unready.is_empty() {
        "all of it is mirrored".to_owned()
    } else if report.failed.is_empty() {
        "not ready offline".to_owned()
    } else {
        format!("not ready offline, {} failed", report.failed.len())
    };
    let seconds = elapsed.as_secs_f64();
    terminal.step(
        "Mirrored",
        &format!(
            "{crates} in {seconds:.2}s{how}; in {}; {end}",
            report.mirror.display()
        ),
    );
    if !report.failed.is_empty() {
        let go_on = if report.failed.iter().any(|failed| failed.may_pass) {
            "; run the same command again to go on"
        } else {
            ""
        };
        terminal.note(&format!("no config was pointed at the mirror{go_on}"));
    }
    if let Some(program) = report.programs.first() {
        terminal.note(&format!(
            "to install a program offline: cargo install --locked --offline {}@{} \
             --config \"source.crates-io.replace-with='cargo-mirror'\" \
             --config \"source.cargo-mirror.local-registry='{}'\"",
            program.name,
            program.version,
            report.registry.display()
        ));
    }
    Ok(())
}

/// How much was saved by what was left out. Where the size of some is not known, it is more than that.
fn saved(report: &VendorReport) -> String {
    if report.bytes_saved == 0 {
        return String::new();
    }
    let whole = report.pruned.iter().all(|left| left.bytes.is_some());
    let at_least = if whole { "" } else { "at least " };
    format!(" ({at_least}{} saved)", bytes(report.bytes_saved))
}

/// The plan of a dry run, as data: a line a crate.
pub fn plan(report: &VendorReport) -> String {
    let mut text = String::new();
    for WouldFetch { package, source } in &report.would_fetch {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "fetch {package}{}", source.from_elsewhere());
    }
    let _ = writeln!(
        text,
        "{} to fetch, {} already there{}",
        count(report.would_fetch.len(), "crate"),
        report.kept,
        match report.pruned.len() {
            0 => String::new(),
            number => format!(", {number} pruned"),
        }
    );
    text
}

fn failures(terminal: Terminal, report: &VendorReport) {
    let mut by_cause: BTreeMap<(&str, Option<&str>), Vec<&FailedPackage>> = BTreeMap::new();
    for failed in &report.failed {
        let cause = (failed.cause.as_str(), failed.help.as_deref());
        by_cause.entry(cause).or_default().push(failed);
    }
    for ((cause, help), failed) in by_cause {
        let told = |failed: &&FailedPackage| {
            format!("{}{}", failed.package, failed.source.from_elsewhere())
        };
        let packages: Vec<String> = failed.iter().map(told).collect();
        if let Some(message) = of_one_host(cause, &failed) {
            terminal.problem(&message);
            terminal.line(&format!("  {}", packages.join(", ")));
        } else if packages.len() > MANY {
            terminal.problem(&format!(
                "{} could not be mirrored: {cause}",
                count(packages.len(), "crate")
            ));
            terminal.line(&format!("  {}", packages.join(", ")));
        } else {
            for package in packages {
                terminal.problem(&format!("{package} could not be mirrored: {cause}"));
            }
        }
        if let Some(help) = help {
            terminal.help(help);
        }
    }
}

fn git_host(source: &SourceId) -> Option<String> {
    match source {
        SourceId::Git(git) => git.host(),
        SourceId::Registry(_) | SourceId::Other(_) => None,
    }
}

/// Several git sources of one host that fail for one reason.
fn of_one_host(cause: &str, failed: &[&FailedPackage]) -> Option<String> {
    let host = git_host(&failed.first()?.source)?;
    let sources: BTreeSet<String> = failed.iter().map(|it| it.source.to_string()).collect();
    let of_host = failed
        .iter()
        .all(|it| git_host(&it.source).as_ref() == Some(&host));
    if sources.len() < 2 || !of_host {
        return None;
    }
    // The host is named once.
    let cause = cause.strip_prefix(&format!("cannot fetch from {host}: "));
    Some(format!(
        "{} of {host} could not be fetched: {}",
        count(sources.len(), "git source"),
        cause?
    ))
}

fn unsupported(terminal: Terminal, packages: &[Unsupported]) {
    let mut by_source: BTreeMap<&SourceId, (Vec<String>, &str)> = BTreeMap::new();
    for package in packages {
        let entry = by_source
            .entry(&package.source)
            .or_insert((Vec::new(), package.consequence));
        entry.0.push(package.package.to_string());
    }
    for (source, (packages, consequence)) in by_source {
        let (why, help) = obstacle(source);
        let message = format!("not mirrored: {}\n  from {source}", packages.join(", "));
        terminal.warning(&format!("{message}: {why}; {consequence}"), Some(help));
    }
}

/// The projects that cannot build from the mirror alone.
fn unready(terminal: Terminal, projects: &[Unready]) {
    for Unready {
        project,
        cause,
        help,
    } in projects
    {
        terminal.problem(&format!("{}: {cause}", project.display()));
        if let Some(help) = help {
            terminal.help(help);
        }
    }
}

/// What builds are pointed at, unless it is a server.
pub const MIRROR: &str = "the mirror";

/// What happened to config files: they point at something now, or no longer do.
pub fn switched(
    terminal: Terminal,
    configs: &[ConfigChange],
    cwd: &Path,
    at: Option<&str>,
    dry_run: bool,
) -> io::Result<()> {
    for config in configs {
        let path = short(&config.path, cwd);
        let (verb, what) = match (config.change, at) {
            (Change::Written, Some(at)) => ("Pointed", format!("{path} at {at}")),
            (Change::Written, None) => ("Restored", format!("{path} as it was")),
            (Change::Removed, _) => ("Removed", format!("{path}, which held nothing else")),
            (Change::Unchanged, Some(at)) => {
                ("Unchanged", format!("{path}, which points at {at} already"))
            }
            (Change::Unchanged, None) => (
                "Unchanged",
                format!("{path}, which has no settings of cargo mirror"),
            ),
        };
        let not_really = if dry_run { " (dry run)" } else { "" };
        terminal.step(verb, &format!("{what}{not_really}"));
        if !config.holds.is_empty() && !dry_run {
            terminal.note(&format!(
                "until the next `cargo mirror on`, builds use these commits even if the lockfile changes: {}",
                config.holds.join(", ")
            ));
        }
    }
    Ok(())
}

/// Why packages are pruned.
fn not_for(report: &status::StatusReport) -> String {
    let only: BTreeSet<&str> = report
        .projects
        .iter()
        .filter_map(|project| project.only.as_deref())
        .collect();
    let only: Vec<&str> = only.into_iter().collect();
    format!("not needed {}", only.join(", or "))
}

/// Ready, and for which builds: all of them, or only those that read one config.
fn ready(only_with: Option<&Path>) -> String {
    match only_with {
        None => "ready offline".to_owned(),
        Some(config) => format!(
            "builds that read `{}` are ready without a network",
            config.display()
        ),
    }
}

/// The sum of it.
fn state(report: &status::StatusReport) -> String {
    let mut projects = report.projects.iter();
    if report.ready {
        ready(projects.find_map(|project| project.home_config.as_deref()))
    } else {
        let numbers = [
            (report.missing.len(), "missing"),
            (report.damaged.len(), "damaged"),
            (report.unsupported.len(), "unsupported"),
            (
                report.projects.iter().filter(|it| it.passes_mirror).count(),
                "not using the mirror",
            ),
        ];
        let told: Vec<String> = numbers
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        let told = if told.is_empty() {
            String::new()
        } else {
            format!(": {}", told.join(", "))
        };
        let mirrored = if report.mirrored && report.packages > 0 {
            ", though all of it is mirrored"
        } else {
            ""
        };
        format!("not ready{told}{mirrored}")
    }
}

/// What `status` found about one project: where its builds take crates from, and what stands in the way.
fn project_status(text: &mut String, project: &ProjectStatus) {
    let path = project.project.display();
    let _ = write!(text, "{path}: {}", count(project.packages, "package"));
    if let Some(only) = &project.only {
        let _ = write!(text, ", mirrored {only}");
    }
    let _ = match (&project.config, project.on) {
        (Some(config), true) => write!(text, ", builds use the mirror ({})", config.display()),
        (Some(config), false) => write!(
            text,
            ", builds take crates.io from {} ({})",
            project.server.as_deref().unwrap_or("elsewhere"),
            config.display()
        ),
        (None, _) => write!(
            text,
            ", builds do not use the mirror (`cargo mirror on` points them at it)"
        ),
    };
    let _ = writeln!(text);
    for other in &project.other_commits {
        let _ = writeln!(text, "{path}: {other}: {POINTS_RIGHT}");
    }
    elsewhere(text, project);
    if let Some(cause) = &project.unjudged {
        let _ = writeln!(text, "{path}: {cause}");
    }
    if project.stale == Some(true) {
        let _ = writeln!(
            text,
            "{path}: Cargo.lock is stale (`cargo mirror vendor` updates it)"
        );
    }
    if let Some(proof) = &project.proof {
        let closed = if proof.network_closed {
            "no network"
        } else {
            "net.offline set"
        };
        let _ = match &proof.cause {
            None => writeln!(
                text,
                "{path}: verified by cargo with an empty CARGO_HOME and {closed}"
            ),
            Some(cause) => writeln!(text, "{path}: cargo disagrees: {cause}"),
        };
    }
}

/// What `status` found, on standard output.
pub fn status(terminal: Terminal, report: &status::StatusReport) -> io::Result<()> {
    let mut text = String::new();
    let mut gaps = |word: &str, gaps: &[PackageGap]| {
        for gap in gaps {
            // Writing to a String cannot fail.
            let from = gap.source.from_elsewhere();
            let _ = writeln!(text, "{word} {}{from}: {}", gap.package, gap.cause);
        }
    };
    gaps("missing", &report.missing);
    gaps("damaged", &report.damaged);
    for package in &report.unsupported {
        let (why, help) = obstacle(&package.source);
        let _ = writeln!(
            text,
            "unsupported {} from {}: {why}; {} ({help})",
            package.package, package.source, package.consequence
        );
    }
    for known in &report.failures {
        let KnownFailure {
            package,
            source,
            failure,
        } = known;
        let from = source.from_elsewhere();
        let times = count(failure.times as usize, "time");
        let _ = writeln!(
            text,
            "failed {package}{from}: {} ({times}, last at {})",
            failure.cause, failure.last
        );
    }
    for project in &report.projects {
        project_status(&mut text, project);
    }
    let state = state(report);
    let _ = writeln!(
        text,
        "{}{} in {}: {state}",
        count(report.packages, "package"),
        match report.pruned.len() {
            0 => String::new(),
            number => format!(", {number} pruned ({})", not_for(report)),
        },
        report.mirror.display()
    );
    terminal.data(text.as_bytes())?;
    if !report.missing.is_empty() || !report.damaged.is_empty() {
        terminal.help("`cargo mirror vendor` (or `prefetch`) fetches what is missing or damaged");
    }
    Ok(())
}

/// The sources that builds of a project do not take from the mirror.
fn elsewhere(text: &mut String, project: &ProjectStatus) {
    let path = project.project.display();
    for served in &project.by_server {
        let ServedSource { source, index } = served;
        let _ = writeln!(text, "{path}: builds take {source} from {index}");
    }
    let by_server = |source: &String| project.by_server.iter().any(|it| it.source == *source);
    let elsewhere = project.elsewhere.iter().filter(|it| !by_server(it));
    let elsewhere: Vec<&str> = elsewhere.map(String::as_str).collect();
    if !elsewhere.is_empty() {
        let _ = writeln!(
            text,
            "{path}: builds do not use the mirror for {} (`cargo mirror vendor` mirrors these sources and points builds at the mirror)",
            elsewhere.join(", ")
        );
    }
}
