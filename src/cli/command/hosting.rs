//! Runs `registry`, `add`, `yank` and `remove`, and prints their reports.

use std::fmt::Write;

use crate::cli::args_hosting::{
    Add, AuthArgument, Registry, RegistryCommand, RegistrySettings, Remove, Yank,
};
use crate::cli::exit::{EXIT_FAILURE, Exit, block_on, finish};
use crate::cli::json::hosting::{Added, HostedList, Withdrawn, Yanked, client_config};
use crate::cli::json::report::Report;
use crate::cli::output::terminal::{Terminal, count};
use crate::io::clock::Clock;
use crate::io::fs::file;
use crate::model::access::owners::Owner;
use crate::model::access::principal::Principal;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::input::InputError;
use crate::model::hosting::settings::TokenNeeded;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::publish::add::{self, AddOptions, AddReport, PublicationTime, on_hook_failure};
use crate::ops::publish::commit::Actor;
use crate::ops::publish::registry::{self, OpenRegistry, RegistryChange, RegistryReport};
use crate::ops::publish::withdraw;

pub fn registry(arguments: &Registry, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let change = |url: Option<String>, settings: &RegistrySettings| RegistryChange {
        url,
        auth: settings.auth.map(|auth| match auth {
            AuthArgument::None => TokenNeeded::None,
            AuthArgument::Publish => TokenNeeded::Publish,
            AuthArgument::All => TokenNeeded::All,
        }),
        aliases: settings.aliases.clone(),
        settings: settings.settings.clone(),
    };
    let reports = match &arguments.command {
        None | Some(RegistryCommand::List) => registry::list(mirror)?,
        Some(RegistryCommand::Show { name }) => vec![registry::show(mirror, name)?],
        Some(RegistryCommand::New {
            name,
            url,
            settings,
        }) => vec![registry::new(
            mirror,
            name,
            &change(Some(url.clone()), settings),
        )?],
        Some(RegistryCommand::Set {
            name,
            url,
            settings,
        }) => vec![registry::set(mirror, name, &change(url.clone(), settings))?],
    };
    let line = || Report::Registry(HostedList::of(&reports));
    finish(terminal, line, |out| match &arguments.command {
        None | Some(RegistryCommand::List) => out.data(list(&reports).as_bytes()),
        Some(_) => {
            let report = &reports[0];
            if let Some(RegistryCommand::New { name, .. }) = &arguments.command {
                out.step(
                    "Created",
                    &format!(
                        "the registry `{name}`; clients need these lines in their cargo config:"
                    ),
                );
            }
            if let Some(RegistryCommand::Show { .. }) = &arguments.command {
                out.data(list(&reports).as_bytes())?;
            }
            out.data(client_config(report).as_bytes())
        }
    })?;
    Ok(0)
}

/// A line a registry.
fn list(reports: &[RegistryReport]) -> String {
    let mut text = String::new();
    for report in reports {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} {}: {} in {}, tokens: {}",
            report.name,
            report.marker.url,
            count(report.versions, "version"),
            count(report.crates, "crate"),
            report.auth.as_str(),
        );
    }
    text
}

pub fn add(arguments: &Add, common: &Context, terminal: Terminal) -> Result<u8, Exit> {
    let absolute = |path: &std::path::PathBuf| file::absolute(path, &common.place.cwd);
    let owners = arguments.owners.iter().map(|owner| Owner::parse(owner));
    let owners: Result<Vec<Owner>, String> = owners.collect();
    let published = match arguments.pubtime.as_deref() {
        None => PublicationTime::Now,
        Some("git") => PublicationTime::OfCommit,
        Some(text) => {
            let moment = Timestamp::named(text, common.mirror.clock.now());
            let moment =
                moment.ok_or_else(|| Error::Input(InputError::NoSuchTime(text.to_owned())));
            PublicationTime::At(moment?)
        }
    };
    let options = AddOptions {
        registry: arguments.registry.clone(),
        files: arguments.files.iter().map(absolute).collect(),
        from: arguments.from.as_ref().map(absolute),
        sync: arguments.sync,
        packages: arguments.packages.iter().map(absolute).collect(),
        published,
        owners: owners.map_err(|said| Error::Access(AccessError::Invalid(said)))?,
    };
    let report = block_on(add::run(common, &options))?;
    let line = || Report::Add(Added::from(&report));
    finish(terminal, line, |out| {
        added(out, &report);
        Ok(())
    })?;
    Ok(if report.failed.is_empty() {
        0
    } else {
        EXIT_FAILURE
    })
}

fn added(terminal: Terminal, report: &AddReport) {
    for id in &report.added {
        terminal.step("Added", &id.to_string());
    }
    for id in &report.yanked {
        terminal.step("Yanked", &format!("{id}: its file is gone"));
    }
    for failed in &report.failed {
        terminal.problem(&format!("{}: {}", failed.file.display(), failed.cause));
        if let Some(help) = &failed.help {
            terminal.help(help);
        }
    }
    let there = report.there.len();
    let added = count(report.added.len(), "version");
    terminal.step(
        "Finished",
        &format!(
            "{added} added to `{}`, {there} there already, {} refused",
            report.registry,
            report.failed.len()
        ),
    );
}

pub fn yank(arguments: &Yank, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let registry = OpenRegistry::named(mirror, arguments.registry.as_deref())?;
    let principal = Principal::operator();
    let on_hook_failure = |error: &Error| on_hook_failure(&mirror.watch, error);
    let actor = actor(&mirror.clock, &principal, &on_hook_failure);
    let mut report = Yanked {
        registry: registry.name.clone(),
        versions: Vec::new(),
        yanked: !arguments.undo,
        changed: 0,
    };
    for text in &arguments.versions {
        let (name, version) = named(text)?;
        let id = version.ok_or_else(|| Error::Input(InputError::NoSuchInput(text.clone())))?;
        debug_assert_eq!(id.name, name);
        let (id, changed) = withdraw::yank(&registry, &id, !arguments.undo, actor)?;
        report.versions.push(id.to_string());
        report.changed += usize::from(changed);
    }
    let yanked = report.versions.join(", ");
    let verb = if arguments.undo { "Unyanked" } else { "Yanked" };
    finish(
        terminal,
        || Report::Yank(report),
        |out| {
            out.step(verb, &yanked);
            Ok(())
        },
    )?;
    Ok(0)
}

pub fn remove(arguments: &Remove, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let registry = OpenRegistry::named(mirror, arguments.registry.as_deref())?;
    let (name, id) = named(&arguments.what)?;
    let version = id.as_ref().map(|id| &id.version);
    let principal = Principal::operator();
    let on_hook_failure = |error: &Error| on_hook_failure(&mirror.watch, error);
    let actor = actor(&mirror.clock, &principal, &on_hook_failure);
    let removed = withdraw::remove(&registry, &name, version, arguments.yes, actor)?;
    let report = Withdrawn {
        registry: registry.name.clone(),
        versions: removed.versions.iter().map(ToString::to_string).collect(),
        quarantined: removed.quarantined,
    };
    let (versions, quarantined) = (report.versions.join(", "), report.quarantined.join(", "));
    finish(
        terminal,
        || Report::Remove(report),
        |out| {
            out.step(
                "Removed",
                &format!("{versions}; the bytes are in {quarantined}"),
            );
            Ok(())
        },
    )?;
    Ok(0)
}

fn actor<'a>(
    clock: &Clock,
    principal: &'a Principal,
    on_hook_failure: &'a (dyn Fn(&Error) + Sync),
) -> Actor<'a> {
    Actor {
        principal,
        at: clock.now(),
        from: None,
        on_hook_failure,
    }
}

/// Reads `name` or `name@version`.
fn named(text: &str) -> Result<(CrateName, Option<CrateId>)> {
    Ok(match text.split_once('@') {
        Some((name, version)) => {
            let id = CrateId::parse(name, version)?;
            (id.name.clone(), Some(id))
        }
        None => (CrateName::parse(text)?, None),
    })
}
