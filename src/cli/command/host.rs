//! Runs `host`, and prints its report.

use std::fmt::Write;

use crate::cli::args_host::Host;
use crate::cli::exit::{Exit, finish};
use crate::cli::json::host::Hosted;
use crate::cli::json::report::Report;
use crate::cli::output::terminal::{Terminal, count, short};
use crate::io::fs::file;
use crate::ops::context::options::Context;
use crate::ops::host::export::{self, HostOptions};
use crate::ops::host::git::{self, GitReport};

pub fn host(arguments: &Host, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    let options = HostOptions {
        folder: arguments.folder.clone(),
        registry: arguments.registry.clone(),
        base_url: arguments.base_url.clone(),
        names: arguments.dl.into(),
    };
    let (plan, report) = export::run(common, &options)?;
    let folder = file::absolute(&arguments.folder, &common.place.cwd);
    let pushed = arguments.git.as_deref().map(|remote| {
        // What git is told is relative to its own folder; what people type is relative to theirs.
        let here = common.place.cwd.join(remote);
        let remote = if here.exists() {
            here.to_string_lossy().into_owned()
        } else {
            remote.to_owned()
        };
        git::push(&common.mirror, &plan, &remote, arguments.squash)
    });
    let pushed = pushed.transpose()?;
    let line = || Report::Host(Hosted::of(&report, folder.clone(), pushed.as_ref()));
    finish(terminal, line, |out| {
        let mut text = String::new();
        for path in report.written.iter().chain(&report.removed) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{path}");
        }
        out.data(text.as_bytes())?;
        let pruned = match report.pruned {
            0 => String::new(),
            number => format!("; {} left out, which are pruned", count(number, "version")),
        };
        out.step(
            "Exported",
            &format!(
                "{} ({}) of {} to {}: {} written, {} removed{pruned}",
                count(report.crates, "crate"),
                count(report.versions, "version"),
                report.source,
                short(&folder, &common.place.cwd),
                count(report.written.len(), "file"),
                report.removed.len()
            ),
        );
        if let Some(pushed) = &pushed {
            said(out, pushed);
        }
        Ok(())
    })?;
    Ok(0)
}

fn said(out: Terminal, pushed: &GitReport) {
    let GitReport { remote, branch, .. } = pushed;
    match pushed.commits {
        0 => out.step("Unchanged", &format!("the branch {branch} of {remote}")),
        number => out.step(
            "Pushed",
            &format!(
                "{} to the branch {branch} of {remote}",
                count(number, "commit")
            ),
        ),
    }
    if let Some(snapshot) = &pushed.snapshot {
        out.step(
            "Collapsed",
            &format!("the history into one commit; it is in the branch {snapshot}"),
        );
    }
}
