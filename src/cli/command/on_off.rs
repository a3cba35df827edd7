//! `on` and `off`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::exit::{Exit, finish};
use crate::cli::output::terminal::{Terminal, count};
use crate::cli::output::text;
use crate::cli::{args, settings};
use crate::io::cargo::command::Cargo;
use crate::model::error::Result;
use crate::model::input::replacement::ReplacedSource;
use crate::ops::config::file::{self, Target};
use crate::ops::config::switch;
use crate::ops::config::target::{self, Destination, server_index};
use crate::ops::context::options::Context;
use crate::ops::input::read::Project;

/// What `on` and `off` did.
#[derive(Serialize)]
struct Switched {
    configs: Vec<file::ConfigChange>,
    mirror: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
}

pub fn on(
    arguments: &args::On,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let switch = &arguments.switch;
    let target = settings::target(&switch.target);
    let server = arguments.server.as_deref().map(server_index).transpose()?;
    let mut projects = Vec::new();
    for (root, project) in roots(switch, &target, common, cargo)? {
        let (there, absent) = match &project {
            Some(project) => target::sources_of(project, common)?,
            None => (Vec::new(), Vec::new()),
        };
        if server.is_none() {
            warn_of_absent(&root, &absent, terminal);
        } else if !(there.is_empty() && absent.is_empty()) {
            terminal.warning(
                "the server stands in for crates.io alone: git repositories and other registries are still asked themselves",
                None,
            );
        }
        projects.push((root, there));
    }
    let mut configs = Vec::new();
    for (root, needed) in switch::by_config(&target, projects, common) {
        let aim = match &server {
            Some(index) => Destination::Server(index.clone()),
            None => Destination::Mirror(needed),
        };
        configs.push(switch::on(&target, &root, common, &aim, switch.dry_run)?);
    }
    let report = Switched {
        configs,
        mirror: common.mirror.clone(),
        server,
    };
    let at = report.server.as_deref().unwrap_or(text::MIRROR);
    finish(terminal, "on", &report, |out| {
        text::switched(out, &report.configs, &common.cwd, Some(at), switch.dry_run)
    })?;
    Ok(0)
}

pub fn off(
    arguments: &args::Switch,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let target = settings::target(&arguments.target);
    let roots = roots(arguments, &target, common, cargo)?;
    let roots = roots.into_iter().map(|(root, _)| (root, Vec::new()));
    let mut configs = Vec::new();
    for (root, _) in switch::by_config(&target, roots, common) {
        configs.push(switch::off(&target, &root, common, arguments.dry_run)?);
    }
    let report = Switched {
        configs,
        mirror: common.mirror.clone(),
        server: None,
    };
    finish(terminal, "off", &report, |out| {
        text::switched(out, &report.configs, &common.cwd, None, arguments.dry_run)
    })?;
    Ok(0)
}

/// The folders whose builds are meant, and the projects there. The user's own config needs no project, and a named file
/// none either.
fn roots(
    arguments: &args::Switch,
    target: &Target,
    common: &Context,
    cargo: &Cargo,
) -> Result<Vec<(PathBuf, Option<Project>)>> {
    let must_be_one = *target == Target::Project || !arguments.projects.is_empty();
    let folders = settings::or_current(&arguments.projects, &common.cwd);
    folders
        .iter()
        .map(|folder| match Project::find(folder, cargo) {
            Ok(project) => Ok((project.root.clone(), Some(project))),
            Err(_) if !must_be_one => Ok((common.cwd.clone(), None)),
            Err(error) => Err(error),
        })
        .collect()
}

fn warn_of_absent(root: &Path, absent: &[ReplacedSource], terminal: Terminal) {
    if absent.is_empty() {
        return;
    }
    let sources: Vec<String> = absent
        .iter()
        .map(|needed| needed.original.to_string())
        .collect();
    terminal.warning(
        &format!(
            "{} of `{}` {} not in the mirror, so builds without network fail: {}",
            count(absent.len(), "source"),
            root.display(),
            if absent.len() == 1 { "is" } else { "are" },
            sources.join(", ")
        ),
        Some("`cargo mirror vendor` mirrors them and points builds at them"),
    );
}
