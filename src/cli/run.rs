//! Runs each command: options in, its report printed, the exit code out.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::FromArgMatches;

use crate::cli::args::{self, Arguments, Command, CommandLine};
#[cfg(feature = "serve")]
use crate::cli::args_serve::LogFormat;
#[cfg(feature = "bundle")]
use crate::cli::command::bundle;
use crate::cli::command::{
    bucket, catalog, explain as explained, gc, generate, guide, host, hosting, hosts, on_off,
    outdated as found, people, sync, verify,
};
#[cfg(feature = "serve")]
use crate::cli::command::{config, serve};
use crate::cli::exit::{
    EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_NO, EXIT_USAGE, Exit, block_on, finish,
};
use crate::cli::json::report::{Report, StatusReport};
use crate::cli::json::vendor::Fetched;
use crate::cli::output::format::MessageFormat;
use crate::cli::output::progress::Progress;
use crate::cli::output::terminal::Terminal;
use crate::cli::output::{log, text};
use crate::cli::settings;
use crate::io::config::edit;
use crate::io::config::load::{CargoConfig, Environment};
use crate::io::fs::platform;
use crate::model::error::{Error, Result};
use crate::model::errors::input::InputError;
use crate::model::input::build_filter::BuildFilter;
use crate::model::input::lockfile::MAX_FILE;
use crate::ops::audit::outdated;
use crate::ops::config::file::Target;
use crate::ops::config::target;
use crate::ops::context::options::Context;
use crate::ops::input::read::{Input, Project};
use crate::ops::input::resolve::ListOptions;
use crate::ops::input::workspaces;
use crate::ops::status::{explain as ops_explain, run as status};
use crate::ops::vendor::report::VendorReport;
use crate::ops::vendor::run as vendor;

/// The whole program.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words = without_subcommand(arguments);
    let parsed = guide::definition()
        .try_get_matches_from(&words)
        .and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, matches)));
    let (arguments, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version are asked for; anything else is bad usage. A closed pipe changes neither.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_FAILURE));
        }
    };
    let common = &arguments.common;
    let terminal = Terminal::new(
        common.message_format,
        common.quiet,
        common.verbose,
        common.color,
    );
    let given = CommandLine { words, matches };
    match run(&arguments, &given, terminal) {
        Ok(code) => ExitCode::from(code),
        Err(Exit::BrokenPipe) => ExitCode::SUCCESS,
        Err(Exit::Failed(error)) => {
            terminal.error(&error);
            ExitCode::from(if matches!(error, Error::Interrupted) {
                EXIT_INTERRUPTED
            } else if error.is_usage() {
                EXIT_USAGE
            } else {
                EXIT_FAILURE
            })
        }
    }
}

/// Begins the log, if it is asked for, as JSON where the command speaks JSON; else a bar may be drawn.
fn progress(
    command: &Command,
    environment: &Environment,
    terminal: Terminal,
) -> Result<Arc<Progress>> {
    let format = if logs_json(command) || terminal.format == MessageFormat::Json {
        log::Format::Json
    } else {
        log::Format::Text
    };
    let named = environment.get(log::VARIABLE);
    let logs = log::start(named.map(String::as_str), terminal.verbose, format)?;
    let config = CargoConfig::default().with_environment(environment);
    // A bar would be drawn over the lines.
    Ok(Progress::new(terminal, !config.progress_never() && !logs))
}

/// Whether a server was asked to write its log as JSON.
#[cfg(feature = "serve")]
fn logs_json(command: &Command) -> bool {
    matches!(command, Command::Serve(serve) if serve.log == LogFormat::Json)
}

#[cfg(not(feature = "serve"))]
fn logs_json(_: &Command) -> bool {
    false
}

/// Cargo starts `cargo-mirror mirror ...` for `cargo mirror ...`.
fn without_subcommand(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "mirror") {
        arguments.remove(1);
    }
    arguments
}

#[cfg_attr(
    not(feature = "serve"),
    expect(unused_variables, reason = "`serve` and `config` read the words again")
)]
fn run(arguments: &Arguments, given: &CommandLine, terminal: Terminal) -> Result<u8, Exit> {
    if let Command::Help(help) = &arguments.command {
        // Needs no mirror, no config and no home, and helps those whose config is broken.
        return Ok(guide::help(help, terminal)?);
    }
    let environment = settings::environment()?;
    let progress = progress(&arguments.command, &environment, terminal)?;
    let common = settings::common(&arguments.common, environment, progress.watch())?;
    settings::check_mirror(&common.mirror.folder, &arguments.command)?;
    let cargo = common.cargo();
    match &arguments.command {
        Command::Vendor(arguments) => vendor(arguments, &common, terminal, &progress),
        Command::Prefetch(arguments) => prefetch(arguments, &common, &cargo, terminal, &progress),
        Command::Status(arguments) => status_of(arguments, &common, terminal, &progress),
        Command::Verify(verify) => match bucket::meant(&verify.sources) {
            Some(url) => bucket::verify(url, verify, &common, terminal, &progress),
            None => verify::verify(verify, &common, terminal, &progress),
        },
        Command::Repair(repair) => match bucket::meant(&repair.sources) {
            Some(url) => bucket::repair(url, repair, &common, terminal, &progress),
            None => verify::repair(repair, &common, terminal, &progress),
        },
        Command::Outdated(arguments) => outdated_of(arguments, &common, terminal, &progress),
        Command::On(arguments) => on_off::on(arguments, &common, &cargo, terminal),
        Command::Off(arguments) => on_off::off(arguments, &common, &cargo, terminal),
        Command::Roots(arguments) => gc::roots(arguments, &common, &cargo, terminal),
        Command::Gc(arguments) => match &arguments.bucket {
            Some(url) => bucket::gc(url, arguments, &common, terminal, &progress),
            None => gc::gc(arguments, &common.mirror, terminal),
        },
        #[cfg(feature = "bundle")]
        Command::Dumps(command) => bundle::run(command, &common, terminal, &progress),
        Command::Search(arguments) => catalog::search(arguments, &common.mirror, terminal),
        Command::Show(arguments) => catalog::show(arguments, &common.mirror, terminal),
        Command::Catalog(arguments) => catalog::catalog(arguments, &common, terminal),
        Command::Buckets(command) => bucket::run(command, &common, terminal, &progress),
        Command::Registry(it) => hosts::at(it, &it.host, &common, terminal, hosting::registry),
        Command::Add(arguments) => hosts::with(&arguments.host, &common, |common| {
            hosting::add(arguments, common, terminal)
        }),
        Command::Yank(it) => hosts::at(it, &it.host, &common, terminal, hosting::yank),
        Command::Remove(it) => hosts::at(it, &it.host, &common, terminal, hosting::remove),
        Command::Host(arguments) => host::host(arguments, &common, terminal),
        Command::Sync(arguments) => sync::sync(arguments, &common, terminal, &progress),
        #[cfg(feature = "serve")]
        Command::Serve(_) => {
            let arguments = config::serve_arguments(given, &common.mirror.folder)?;
            serve::serve(&arguments, &common, &cargo, terminal)
        }
        #[cfg(feature = "serve")]
        Command::Config(arguments) => {
            config::config(arguments, &common.mirror.folder, given, terminal)
        }
        #[cfg(feature = "serve")]
        Command::Stats(arguments) => serve::stats(arguments, &common, terminal),
        Command::User(it) => hosts::at(it, &it.host, &common, terminal, people::user),
        Command::Team(it) => hosts::at(it, &it.host, &common, terminal, people::team),
        Command::Token(it) => hosts::at(it, &it.host, &common, terminal, people::token),
        Command::Owner(it) => hosts::at(it, &it.host, &common, terminal, people::owner),
        Command::AuditLog(it) => hosts::at(it, &it.host, &common, terminal, people::audit_log),
        Command::Help(help) => Ok(guide::help(help, terminal)?),
        Command::Completions { shell } => {
            Ok(terminal.data(&generate::completions(*shell)).map(|()| 0)?)
        }
        Command::Man => manual(terminal),
        Command::Generate { folder } => Ok(generate::all(folder).map(|()| 0)?),
    }
}

fn manual(terminal: Terminal) -> Result<u8, Exit> {
    let page = generate::manual(guide::definition())?;
    Ok(terminal.data(&page).map(|()| 0)?)
}

fn vendor(
    vendor: &args::Vendor,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let projects = find(&vendor.projects, vendor.recursive, common)?;
    let folders: Vec<PathBuf> = projects.iter().map(|it| it.root.clone()).collect();
    let mut inputs: Vec<Input> = projects.into_iter().map(Input::Project).collect();
    if vendor.fetch.std {
        let cargo = common.cargo();
        inputs.extend(workspaces::standard_library_inputs(&cargo, &folders)?);
    }
    let target = settings::target(&vendor.target);
    let point = (!vendor.no_config).then_some(target);
    let options = options(inputs, point, &vendor.fetch, None);
    fetch(
        Report::Vendor,
        common,
        options,
        vendor.no_config,
        terminal,
        progress,
    )
}

fn outdated_of(
    arguments: &args::Outdated,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let options = outdated::OutdatedOptions {
        projects: find(&arguments.projects, false, common)?,
        advisories: arguments
            .advisories
            .clone()
            .filter(|place| !place.is_empty()),
    };
    let report = block_on(outdated::run(common, &options));
    progress.finish();
    answer(&report?, terminal)
}

/// The projects that are meant: the one of the current folder where none is named.
fn find(projects: &[PathBuf], recursive: bool, common: &Context) -> Result<Vec<Project>> {
    let paths = settings::or_current(projects, &common.place.cwd);
    workspaces::find(common, &paths, recursive)
}

fn prefetch(
    prefetch: &args::Prefetch,
    common: &Context,
    cargo: &crate::io::cargo::command::Cargo,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let stdin = || platform::standard_input(MAX_FILE);
    let words = prefetch.inputs.iter();
    let mut inputs = words
        .map(|word| Input::read(word, &common.place.cwd, cargo, stdin))
        .collect::<Result<Vec<Input>>>()?;
    if prefetch.fetch.std {
        let folders = workspaces::folders(&inputs, &common.place.cwd);
        inputs.extend(workspaces::standard_library_inputs(
            &common.cargo(),
            &folders,
        )?);
    }
    let options = options(inputs, None, &prefetch.fetch, Some(prefetch));
    fetch(Report::Prefetch, common, options, false, terminal, progress)
}

fn options(
    inputs: Vec<Input>,
    point: Option<Target>,
    fetch: &args::FetchArguments,
    list: Option<&args::Prefetch>,
) -> vendor::VendorOptions {
    let builds = &fetch.builds;
    let features = builds
        .features
        .iter()
        .flat_map(|list| list.split([' ', ',']));
    let only = BuildFilter {
        targets: builds.targets.iter().cloned().collect(),
        host: None,
        no_dev: builds.no_dev,
        features: features
            .filter(|feature| !feature.is_empty())
            .map(str::to_owned)
            .collect(),
        no_default_features: builds.no_default_features,
    };
    vendor::VendorOptions {
        only: Some(only),
        inputs,
        point,
        locked: fetch.locked,
        dry_run: fetch.dry_run,
        check_archives: fetch.check_archives,
        list: ListOptions {
            all_features: list.is_some_and(|list| list.all_features),
            no_default_features: list.is_some() && fetch.builds.no_default_features,
            no_deps: list.is_some_and(|list| list.no_deps),
        },
    }
}

fn fetch(
    command: fn(Fetched) -> Report,
    common: &Context,
    options: vendor::VendorOptions,
    print_config: bool,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let started = Instant::now();
    let dry_run = options.dry_run;
    let report = block_on(vendor::run(common, options));
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(Error::Interrupted) => {
            let stored = crate::cli::output::terminal::count(progress.stored(), "crate");
            terminal.note(&format!(
                "{stored} stored in {} before that",
                common.mirror.folder.display()
            ));
            return Err(Error::Interrupted.into());
        }
        Err(error) => return Err(error.into()),
    };
    if print_config && terminal.format == MessageFormat::Human {
        terminal.data(
            edit::block(&target::config_patch(
                &Target::Global,
                &common.place.cwd,
                &common.place.cwd,
                common,
                &report.needed,
            ))
            .as_bytes(),
        )?;
    }
    if dry_run && terminal.format == MessageFormat::Human {
        terminal.data(text::plan(&report).as_bytes())?;
    }
    finish(
        terminal,
        || command((&report).into()),
        |out| text::fetched(out, &report, &common.place.cwd, started.elapsed(), dry_run),
    )?;
    Ok(code(&report))
}

fn code(report: &VendorReport) -> u8 {
    if !report.failed.is_empty() {
        EXIT_FAILURE
    } else if report.unsupported.is_empty() && report.unready.is_empty() {
        0
    } else {
        EXIT_NO
    }
}

/// `status`: is everything here.
fn status_of(
    status: &args::Status,
    common: &Context,
    terminal: Terminal,
    progress: &Arc<Progress>,
) -> Result<u8, Exit> {
    let prove = status.prove.map(|prove| match prove {
        args::Prove::Fetch => status::Prove::Fetch,
        args::Prove::Build => status::Prove::Build,
    });
    if let Some(name) = &status.explain {
        return explain(status, name, common, terminal);
    }
    let paths = settings::or_current(&status.projects, &common.place.cwd);
    let projects = workspaces::find(common, &paths, status.recursive)?;
    let folders: Vec<PathBuf> = projects.iter().map(|it| it.root.clone()).collect();
    let options = status::StatusOptions {
        standard_libraries: if status.std {
            workspaces::standard_libraries(&common.cargo(), &folders)?
        } else {
            Vec::new()
        },
        projects,
        prove,
    };
    let report = status::run(common, &options);
    progress.finish();
    let report = report?;
    let line = || Report::Status(StatusReport::Status((&report).into()));
    finish(terminal, line, |out| text::status(out, &report))?;
    Ok(if report.ready { 0 } else { EXIT_NO })
}

/// `status --explain`. Outside of a project, what the mirror was asked for is still there to look at.
fn explain(
    status: &args::Status,
    name: &str,
    common: &Context,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let paths = settings::or_current(&status.projects, &common.place.cwd);
    let projects = match workspaces::find(common, &paths, status.recursive) {
        Err(Error::Input(InputError::NoProject(_))) if status.projects.is_empty() => Vec::new(),
        found => found?,
    };
    let report = ops_explain::run(&common.mirror, &projects, name)?;
    let line = || Report::Status(StatusReport::Explained((&report).into()));
    finish(terminal, line, |out| explained::words(out, &report))?;
    Ok(if report.packages.is_empty() {
        EXIT_NO
    } else {
        0
    })
}

/// What `outdated` found.
fn answer(report: &outdated::OutdatedReport, terminal: Terminal) -> Result<u8, Exit> {
    if terminal.format == MessageFormat::Json {
        found::lines(terminal, report)?;
    }
    let line = || Report::Outdated(report.into());
    finish(terminal, line, |out| found::words(out, report))?;
    Ok(if !report.failed.is_empty() {
        EXIT_FAILURE
    } else if report.is_grave() {
        EXIT_NO
    } else {
        0
    })
}
