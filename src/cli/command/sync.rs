//! `sync`: its options out of arguments and settings, its runs, and its report in words.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cli::args_sync::Sync;
use crate::cli::exit::{EXIT_FAILURE, EXIT_NO, Exit, block_on, finish};
use crate::cli::json::report::Report;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::{Terminal, bytes, count};
use crate::io::mirror::settings as mirror_settings;
use crate::model::error::{Error, Result};
use crate::model::errors::sync::SyncError;
use crate::model::settings::sync::SyncSettings;
use crate::model::sync::changes::Versioned;
use crate::model::sync::rules::Selection;
use crate::model::sync::troubles::TroubleKind;
use crate::ops::context::options::Context;
use crate::ops::sync::options::{ChangesFrom, SyncOptions, SyncReport, registry};
use crate::ops::sync::run;

/// Troubles that are told one by one.
const TOLD: usize = 10;

/// Of a version with other bytes.
const LEFT_ALONE: &str = "what is here was left alone; somebody has published other bytes, or tampers: compare with \
                          another copy";

pub fn sync(
    arguments: &Sync,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let (common, options, plan) = planned(arguments, common)?;
    let Some(every) = plan.every else {
        let started = Instant::now();
        let report = block_on(run::run(&common, &options));
        progress.finish();
        return told(&report?, terminal, plan.accept_absent, started.elapsed());
    };
    let code = block_on(async {
        loop {
            let started = Instant::now();
            let report = run::run(&common, &options).await;
            // One run that fails does not end the others.
            match report {
                Ok(report) => {
                    if let Err(Exit::Failed(error)) =
                        told(&report, terminal, plan.accept_absent, started.elapsed())
                    {
                        terminal.error(&error);
                    }
                }
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => terminal.error(&error),
            }
            tokio::time::sleep(run::pause(every)).await;
        }
    });
    Ok(code?)
}

/// What the command line decides beside the options of a run.
pub struct SyncPlan {
    pub every: Option<Duration>,
    pub accept_absent: bool,
}

/// The options: those of the command line, else those of mirror.toml.
pub fn planned(arguments: &Sync, common: &Context) -> Result<(Context, SyncOptions, SyncPlan)> {
    let settings = mirror_settings::read(&common.mirror.folder)?;
    let config = common.place.config(&common.place.cwd)?;
    let set = &settings.sync;
    let named = arguments.registry.as_deref().or(set.registry.as_deref());
    let source = registry(named, &config, &settings)?;
    // What the file says of another registry says nothing of this one.
    let of_file = registry(set.registry.as_deref(), &config, &settings).ok();
    let set = if of_file.as_ref() == Some(&source) {
        set.clone()
    } else {
        SyncSettings::default()
    };
    let index = arguments.index_git.as_ref().or(set.index_git.as_ref());
    let select = &arguments.select;
    let or = |given: &Vec<_>, set: Vec<_>| if given.is_empty() { set } else { given.clone() };
    let options = SyncOptions {
        registry: source,
        changes: match index.map(String::as_str) {
            None => ChangesFrom::Auto,
            Some("none") => ChangesFrom::Files,
            Some(address) => ChangesFrom::Git(located(address, &common.place.cwd)),
        },
        selection: Selection {
            names: or(&select.names, set.select.names),
            exclude: or(&select.exclude, set.select.exclude),
            top: select.top.or(set.select.top),
            top_by: select.top_by.unwrap_or(set.select.top_by),
            categories: if select.categories.is_empty() {
                set.select.categories
            } else {
                select.categories.clone()
            },
            versions: select.versions.unwrap_or(set.select.versions),
            pre_releases: select.pre_releases.or(set.select.pre_releases),
            without_yanked: select.no_yanked || set.select.without_yanked,
            max_size: select.max_size.or(set.select.max_size),
            min_age: select.min_age.or(set.select.min_age),
            closure: select.closure || set.select.closure,
            follow_roots: select.follow_roots || set.select.follow_roots,
        },
        on_removed: arguments.on_removed.or(set.on_removed).unwrap_or_default(),
        names_from: arguments.names_from.clone().or(set.names_from),
        heal: arguments.heal,
        full: arguments.full,
        dry_run: arguments.dry_run,
        allow_mass_removal: arguments.allow_mass_removal,
        contact: arguments.contact.clone().or(set.contact),
        pace: arguments.requests_per_second.or(set.requests_per_second),
    };
    let mut common = common.clone();
    common.upstream.named = common.upstream.named.or(set.upstream);
    let plan = SyncPlan {
        every: arguments.every,
        accept_absent: arguments.accept_absent || set.accept_absent.unwrap_or(false),
    };
    Ok((common, options, plan))
}

/// What git is told is relative to its own folder; what people type is relative to theirs.
fn located(address: &str, cwd: &Path) -> String {
    let here = cwd.join(address);
    if here.exists() {
        here.to_string_lossy().into_owned()
    } else {
        address.to_owned()
    }
}

fn told(
    report: &SyncReport,
    terminal: Terminal,
    accept_absent: bool,
    elapsed: Duration,
) -> Result<u8, Exit> {
    finish(
        terminal,
        || Report::Sync(Box::new(report.into())),
        |out| {
            words(out, report, elapsed);
            Ok(())
        },
    )?;
    if let Some(error) = &report.stopped {
        terminal.problem(&error.to_string());
        return Ok(EXIT_FAILURE);
    }
    let open = |(_, trouble): (&String, &crate::model::sync::troubles::Trouble)| {
        !(accept_absent && trouble.is_absent())
    };
    let lacks_room = report
        .needed
        .free_bytes
        .is_some_and(|free| free < report.needed.bytes)
        || report
            .needed
            .free_files
            .is_some_and(|free| free < report.needed.files);
    let bad = report.troubles.0.iter().any(open) || report.held_back.is_some() || lacks_room;
    Ok(if bad && (lacks_room || !report.dry_run) {
        EXIT_NO
    } else {
        0
    })
}

fn words(out: Terminal, report: &SyncReport, elapsed: Duration) {
    troubles(out, report);
    if let Some((crates, of)) = report.held_back {
        let error = SyncError::MassRemoval { crates, of };
        out.problem(&error.to_string());
        if let Some(hint) = error.hint() {
            out.help(&hint);
        }
    }
    if report.contents_sent && report.changes.added.count > 0 {
        out.warning(
            "the server of the git index sends the contents of all files, too",
            Some("it has `uploadpack.allowFilter` off: changes cost much more to fetch than they need to"),
        );
    }
    if report.dry_run {
        return would(out, report);
    }
    if report.unchanged {
        out.step(
            "Unchanged",
            &format!("{}: {}", report.from, count(report.crates, "crate")),
        );
        return;
    }
    let changes = &report.changes;
    let kinds = [
        (&changes.added, "added"),
        (&changes.yanked, "yanked"),
        (&changes.unyanked, "unyanked"),
        (&changes.relined, "with another index line"),
        (&changes.deleted, "removed"),
        (&changes.kept, "removed upstream and kept"),
    ];
    let parts: Vec<String> = kinds
        .iter()
        .filter_map(|(versions, what)| part(versions, what))
        .collect();
    let what = if parts.is_empty() {
        "nothing to change".to_owned()
    } else {
        parts.join(", ")
    };
    let received = if report.bytes > 0 {
        format!(" ({})", bytes(report.bytes))
    } else {
        String::new()
    };
    out.step(
        "Synced",
        &format!(
            "{} of {} looked at: {what}{received} in {:.2}s; in {}",
            report.looked_at,
            count(report.crates, "crate"),
            elapsed.as_secs_f64(),
            report.mirror.display()
        ),
    );
    for (number, what) in [
        (report.too_large, "larger than the selection allows"),
        (
            report.private,
            "not asked for: their names are private here",
        ),
        (
            report.out_of_step,
            "not yet as the git index says; the next run looks again",
        ),
    ] {
        if number > 0 {
            out.note(&format!("{number} {what}"));
        }
    }
}

fn part(versions: &Versioned, what: &str) -> Option<String> {
    (versions.count > 0).then(|| format!("{} {what}", versions.count))
}

/// What failed, each kind together, and the first of them by name.
fn troubles(out: Terminal, report: &SyncReport) {
    let all = &report.troubles.0;
    for (of, trouble) in all.iter().take(TOLD) {
        let message = format!("{of}: {}", trouble.cause);
        let again = format!(
            "tried {} so far, again from {} on",
            count(trouble.times as usize, "time"),
            trouble.next
        );
        if trouble.kind == TroubleKind::OtherBytes {
            out.problem(&message);
            out.help(LEFT_ALONE);
        } else if trouble.is_absent() {
            let known =
                "upstream lists it and has not had it for a week; --accept-absent lets such pass";
            out.warning(&message, Some(&format!("{known}; {again}")));
        } else {
            out.problem(&message);
            out.help(&again);
        }
    }
    if all.len() > TOLD {
        out.problem(&format!(
            "and {} more; --message-format json has them all",
            all.len() - TOLD
        ));
    }
}

fn would(out: Terminal, report: &SyncReport) {
    let needed = &report.needed;
    let about = match needed.guessed {
        0 => bytes(needed.bytes),
        all if all == needed.versions => {
            format!(
                "about {}, by a guess of 60 KiB a version",
                bytes(needed.bytes)
            )
        }
        some => format!(
            "about {}, {some} of them by a guess of 60 KiB",
            bytes(needed.bytes)
        ),
    };
    out.step(
        "Would sync",
        &format!(
            "{} of {}: {} to fetch ({about}), {} to remove",
            count(report.looked_at, "crate"),
            report.crates,
            count(needed.versions, "version"),
            report.changes.deleted.count
        ),
    );
    if let Some(free) = needed.free_bytes {
        out.step(
            "Disk",
            &format!("{} needed, {} free", bytes(needed.bytes), bytes(free)),
        );
        if free < needed.bytes {
            out.problem("the disk has not enough room");
        }
    }
    if let Some(free) = needed.free_files {
        out.step("Files", &format!("{} needed, {free} free", needed.files));
        if free < needed.files {
            out.problem("the file system has not room for so many files");
        }
    }
}
