//! Pointing builds at the mirror, and undoing it.

use std::path::{Path, PathBuf};

use crate::io::config::edit;
use crate::io::fs::{error, file};
use crate::io::git::command;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::table::SourceTable;
use crate::model::url::without_credentials;
use crate::ops::config::effective::{Resolution, effective_sources};
use crate::ops::config::file::{Change, ConfigChange, MAX_CONFIG, Target};
use crate::ops::config::target::{Destination, config_patch};
use crate::ops::context::options::Context;
use crate::ops::input::read::Project;

/// The folders to edit a config for, with what each needs. Where several share one config file, they share one edit.
pub fn by_config(
    target: &Target,
    projects: impl IntoIterator<Item = (PathBuf, Vec<ReplacedSource>)>,
    common: &Context,
) -> Vec<(PathBuf, Vec<ReplacedSource>)> {
    let mut edits: Vec<(PathBuf, Vec<ReplacedSource>)> = Vec::new();
    for (root, needed) in projects {
        let config = target.path(&root, common);
        match edits
            .iter_mut()
            .find(|(other, _)| target.path(other, common) == config)
        {
            Some((_, together)) => together.extend(needed),
            None => edits.push((root, needed)),
        }
    }
    for (_, needed) in &mut edits {
        needed.sort();
        needed.dedup();
    }
    edits
}

/// Points the builds of a project at the mirror, or at a server.
pub fn on(
    target: &Target,
    root: &Path,
    common: &Context,
    aim: &Destination,
    dry_run: bool,
) -> Result<ConfigChange> {
    let (path, change, after) = edit(target, root, common, aim)?;
    if change == Change::Written && !dry_run {
        if let Destination::Mirror(_) = aim {
            // Cargo refuses a local registry whose folders are not there.
            common.store().create()?;
        }
        file::replace(&path, &after)?;
    }
    warn(target, &path, root, common, aim, change);
    Ok(ConfigChange { path, change })
}

/// Whether `on` could do its work, found out before anything else is done.
pub fn can_be_on(target: &Target, root: &Path, common: &Context, aim: &Destination) -> Result<()> {
    edit(target, root, common, aim).map(|_| ())
}

/// The config file, what will happen to it, and its text then.
fn edit(
    target: &Target,
    root: &Path,
    common: &Context,
    aim: &Destination,
) -> Result<(PathBuf, Change, String)> {
    let path = target.path(root, common);
    let before = error::if_there(file::read_text(&path, MAX_CONFIG))?;
    let pointer = config_patch(target, &path, root, common, aim);
    let after = edit::on(before.as_deref(), &pointer).map_err(|error| error.at(&path))?;
    let unchanged = before.as_deref() == Some(after.as_str());
    let change = if unchanged {
        Change::Unchanged
    } else {
        Change::Written
    };
    Ok((path, change, after))
}

/// Takes out of a project's config what `on` wrote.
pub fn off(target: &Target, root: &Path, common: &Context, dry_run: bool) -> Result<ConfigChange> {
    let path = target.path(root, common);
    let Some(before) = error::if_there(file::read_text(&path, MAX_CONFIG))? else {
        return Ok(ConfigChange {
            path,
            change: Change::Unchanged,
        });
    };
    let after = edit::off(&before).map_err(|error| error.at(&path))?;
    let change = match after {
        Some(after) if after == before => Change::Unchanged,
        Some(after) => {
            if !dry_run {
                file::replace(&path, &after)?;
            }
            Change::Written
        }
        None => {
            if !dry_run {
                file::remove_made_by_us(&path)?;
            }
            Change::Removed
        }
    };
    Ok(ConfigChange { path, change })
}

/// What may surprise somebody who has just pointed builds at the mirror.
fn warn(
    target: &Target,
    path: &Path,
    root: &Path,
    common: &Context,
    aim: &Destination,
    change: Change,
) {
    let warning = |message: String, help: &str| {
        (common.watch)(&Event::Warning {
            message,
            help: Some(help.to_owned()),
        });
    };
    let beside = path.with_file_name(if path.ends_with("config") {
        "config.toml"
    } else {
        "config"
    });
    if *target != Target::Global
        && beside.is_file()
        && path
            .parent()
            .is_some_and(|folder| folder.ends_with(".cargo"))
    {
        warning(
            format!(
                "both `{}` and `{}` exist, and cargo reads only the one named `config`",
                path.display(),
                beside.display()
            ),
            "put what both say into config.toml and remove the other",
        );
    }
    let here = if common.cwd.starts_with(root) {
        &common.cwd
    } else {
        root
    };
    warn_of_closer(here, path, common, aim, &warning);
    if change != Change::Unchanged && *target != Target::Global {
        let (what, how) = match aim {
            Destination::Mirror(_) => ("mirror", "`cargo mirror on --global`"),
            Destination::Server(_) => ("server", "the same command with --global"),
        };
        warning(
            format!(
                "`cargo install` ignores the config of projects, so it will not use the {what}"
            ),
            &format!("{how} points it, and every project of yours, at the {what}"),
        );
    }
    if let Destination::Mirror(needed) = aim {
        warn_of_packing(root, common, &warning);
        if change != Change::Unchanged && *target == Target::Global {
            warn_of_logins(path, needed, &warning);
        }
    }
}

/// Cargo matches the address of a git source with the login in it, so the config has to repeat it.
fn warn_of_logins(path: &Path, needed: &[ReplacedSource], warning: &dyn Fn(String, &str)) {
    for needed in needed {
        let SourceTable::Git { url, .. } = &needed.original else {
            continue;
        };
        let safe = without_credentials(url);
        if safe != *url {
            warning(
                format!(
                    "`{}` now holds the login that is in the address of {safe}",
                    path.display()
                ),
                "see that nobody else reads that file; better, take the login out of Cargo.toml and give it to git's \
                 credential helper",
            );
        }
    }
}

/// Another config may say otherwise, and win.
fn warn_of_closer(
    here: &Path,
    path: &Path,
    common: &Context,
    aim: &Destination,
    warning: &dyn Fn(String, &str),
) {
    let (meant, needed) = match aim {
        Destination::Mirror(needed) => (Resolution::FromMirror, needed.as_slice()),
        Destination::Server(index) => (Resolution::FromServer(index.clone()), &[][..]),
    };
    let Ok(found) = effective_sources(here, common, needed) else {
        return;
    };
    if let Some(closer) = found.config.filter(|_| found.crates_io != meant) {
        warning(
            format!(
                "`{}` is closer to the project and takes crates.io from elsewhere, so it wins over `{}`",
                closer.display(),
                path.display()
            ),
            "take its `replace-with` for crates-io out, or edit that file with --config-path",
        );
    }
}

/// `cargo package` packs whatever lies in a package's folder and git does not ignore.
fn warn_of_packing(root: &Path, common: &Context, warning: &dyn Fn(String, &str)) {
    if !common.mirror.starts_with(root)
        || !root.join("Cargo.toml").is_file()
        || command::ignores(root, &common.mirror)
    {
        return;
    }
    let Ok(workspace) = common.cargo().workspace(root) else {
        return;
    };
    if let Some(package) = workspace
        .packages
        .iter()
        .find(|package| common.mirror.starts_with(package))
    {
        warning(
            format!(
                "the mirror lies inside the package `{}`, so `cargo package` would pack it",
                package.display()
            ),
            "add its folder to .gitignore, or to `exclude` in Cargo.toml",
        );
    }
}

/// The root folder that a config target is edited for. `--global` needs no project.
pub fn root_for(target: &Target, project: Option<&Project>, common: &Context) -> PathBuf {
    match (target, project) {
        (Target::Project | Target::Named(_), Some(project)) => project.root.clone(),
        _ => common.cwd.clone(),
    }
}
