//! From command line, environment and platform to the plain options of the engine.

use std::path::{Path, PathBuf};

use crate::cli::args::{Command, CommonArguments, TargetArguments};
use crate::io::clock::Clock;
use crate::io::config::load::Environment;
use crate::io::config::own_address::Own;
use crate::io::config::toml::utf8;
use crate::io::fs::{file, platform};
use crate::model::error::{Error, Result};
use crate::model::errors::environment::EnvironmentError;
use crate::model::event::Watch;
use crate::ops::config::file::Target;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::{Context, UpstreamOptions};
use crate::ops::context::place::Workplace;

/// A snapshot of the environment. What is not UTF-8 is of no use to us, and refused where it would change what is done.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the environment enters"
)]
pub fn environment() -> Result<Environment> {
    for variable in ["CARGO_HOME", "CARGO", "RUSTC"] {
        if std::env::var_os(variable).is_some_and(|value| value.to_str().is_none()) {
            return Err(Error::Environment(EnvironmentError::VariableNotUtf8(
                variable,
            )));
        }
    }
    let all = std::env::vars_os();
    Ok(all
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect())
}

/// Refuses a mirror that cargo's config could not name, before anything is written into it.
pub fn check_mirror(mirror: &Path, command: &Command) -> Result<()> {
    match command {
        // These do nothing with a mirror.
        Command::Off(_) | Command::Completions { .. } | Command::Man | Command::Generate { .. } => {
            Ok(())
        }
        _ => utf8(mirror, "the mirror"),
    }
}

/// Options for every verb.
pub fn common(
    arguments: &CommonArguments,
    environment: Environment,
    watch: Watch,
) -> Result<Context> {
    let cwd = platform::current_folder()?;
    let named = arguments
        .mirror
        .clone()
        .filter(|mirror| !mirror.as_os_str().is_empty());
    let mirror = named
        .or_else(|| Some(platform::data_folder()?.join("cargo-mirror")))
        .ok_or(Error::Environment(EnvironmentError::NoHome))?;
    let cargo_home = match environment
        .get("CARGO_HOME")
        .filter(|home| !home.is_empty())
    {
        Some(home) => PathBuf::from(home),
        None => platform::home_folder()
            .ok_or(Error::Environment(EnvironmentError::NoHome))?
            .join(".cargo"),
    };
    Ok(Context {
        mirror: OpenMirror {
            folder: file::absolute(&mirror, &cwd),
            clock: Clock::of(&environment),
            flush: !arguments.no_flush,
            watch,
            hosts: None,
        },
        place: Workplace {
            cargo_home: file::absolute(&cargo_home, &cwd),
            cwd,
            environment,
            own: Own::default(),
        },
        upstream: UpstreamOptions {
            named: arguments
                .upstream
                .clone()
                .filter(|upstream| !upstream.is_empty()),
            jobs: usize::from(arguments.jobs),
            token_hosts: token_hosts(&arguments.send_token_to),
            offline: arguments.offline,
        },
    })
}

/// Hosts as addresses spell them.
fn token_hosts(named: &[String]) -> Vec<String> {
    let hosts = named.iter().map(|host| host.trim().to_ascii_lowercase());
    hosts.filter(|host| !host.is_empty()).collect()
}

/// Which config file to edit.
pub fn target(arguments: &TargetArguments) -> Target {
    match &arguments.config_path {
        Some(path) => Target::Named(path.clone()),
        None if arguments.global => Target::Global,
        None => Target::Project,
    }
}

/// The folders named, or the current one.
pub fn or_current(paths: &[PathBuf], cwd: &Path) -> Vec<PathBuf> {
    if paths.is_empty() {
        vec![cwd.to_owned()]
    } else {
        paths.iter().map(|path| file::absolute(path, cwd)).collect()
    }
}
