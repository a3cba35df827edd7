//! Pointing builds at the mirror, and undoing it.

use std::path::{Path, PathBuf};

use crate::io::cargo::command::Cargo;
use crate::io::config::edit::{self, ConfigPatch};
use crate::io::fs::{error, file};
use crate::io::git::command;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::input::InputError;
use crate::model::event::Event;
use crate::model::input::replacement::ReplacedSource;
use crate::ops::config::effective::{Resolution, effective_sources, short_commit};
use crate::ops::config::file::{Change, ConfigChange, MAX_CONFIG, Target};
use crate::ops::config::judge::{may_hold_mirror, still_load};
use crate::ops::config::target::{Destination, config_patch, server_patch};
use crate::ops::config::union::{Union, union as union_of};
use crate::ops::context::options::Context;
use crate::ops::context::place::Workplace;
use crate::ops::input::read::Project;

/// One config file to edit, and whom for.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Where the builds are started.
    pub root: PathBuf,
    /// The projects at hand that share the file.
    pub projects: Vec<PathBuf>,
    /// The sources that they need and the mirror has.
    pub needed: Vec<ReplacedSource>,
    /// The sources that they need and the mirror lacks.
    pub absent: Vec<ReplacedSource>,
}

/// The config files to edit. Where projects share one, they share one edit.
pub fn by_config(
    target: &Target,
    projects: impl IntoIterator<Item = (PathBuf, Vec<ReplacedSource>)>,
    place: &Workplace,
) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (root, needed) in projects {
        let config = target.path(&root, place);
        let shared = edits
            .iter_mut()
            .find(|other| target.path(&other.root, place) == config);
        if let Some(edit) = shared {
            edit.projects.push(root);
            edit.needed.extend(needed);
        } else {
            edits.push(Edit {
                projects: vec![root.clone()],
                root,
                needed,
                absent: Vec::new(),
            });
        }
    }
    for edit in &mut edits {
        edit.needed.sort();
        edit.needed.dedup();
    }
    edits
}

/// Points the builds of projects at the mirror, or at a server. If cargo loaded them before and does not with the edit, the
/// edit is taken back.
pub fn on(
    target: &Target,
    edit: &Edit,
    common: &Context,
    aim: &Destination,
    dry_run: bool,
) -> Result<ConfigChange> {
    let planned = plan(target, edit, common, aim)?;
    let (path, change) = (planned.path, planned.change);
    if change == Change::Written && !dry_run {
        if *aim == Destination::Mirror {
            may_hold_mirror(common, &edit.projects)?;
            // Cargo refuses a local registry whose folders are not there.
            common.mirror.store().create()?;
        }
        // A glob of members may match the config's folder, too.
        let made = path.parent().map(file::create_missing).transpose()?;
        let write = || file::replace(&path, &planned.after);
        write()?;
        let undo = || {
            match &planned.before {
                Some(before) => file::replace(&path, before)?,
                None => file::remove_made_by_us(&path)?,
            }
            file::remove_created(made.as_deref().unwrap_or_default());
            Ok(())
        };
        still_load(common, &edit.projects, &path, &undo, &write)?;
    }
    planned.union.warn(&common.mirror.watch);
    warn(target, &path, edit, common, aim);
    Ok(ConfigChange {
        path,
        change,
        holds: planned.holds,
        first: planned.first,
    })
}

/// Whether `on` could do its work, found out before anything else is done.
pub fn can_be_on(target: &Target, edit: &Edit, common: &Context, aim: &Destination) -> Result<()> {
    plan(target, edit, common, aim).map(|_| ())
}

/// An edit of a config file, thought through.
struct Planned {
    path: PathBuf,
    before: Option<String>,
    after: String,
    change: Change,
    union: Union,
    holds: Vec<String>,
    first: bool,
}

fn plan(target: &Target, edit: &Edit, common: &Context, aim: &Destination) -> Result<Planned> {
    let path = target.path(&edit.root, &common.place);
    let before = error::if_there(file::read_text(&path, MAX_CONFIG))?;
    let pointed = before
        .as_deref()
        .map_or(Ok(ConfigPatch::default()), |text| {
            edit::current_patch(text).map_err(|error| error.at(&path))
        })?;
    let mut union = Union::default();
    let to = match aim {
        Destination::Server { index, offered } => {
            let files = (path.as_path(), edit.root.as_path());
            server_patch(index, offered.as_ref(), &pointed, files, &common.place)
        }
        Destination::Mirror => {
            union = union_of(target, &path, &pointed, edit, common);
            config_patch(target, &path, &edit.root, common, &union.needed)
        }
    };
    let after = edit::on(before.as_deref(), &to).map_err(|error| error.at(&path))?;
    let unchanged = before.as_deref() == Some(after.as_str());
    let is_new = |needed: &&ReplacedSource| {
        let location = needed.original.location();
        !pointed.sources.iter().any(|source| {
            source.original.location() == location && source.folder.ends_with(&needed.folder)
        })
    };
    let held = union.needed.iter().filter(is_new).filter_map(|needed| {
        let commit = needed.revision.as_deref()?;
        Some(format!("{} at {}", needed.original, short_commit(commit)))
    });
    Ok(Planned {
        holds: held.collect(),
        first: pointed.crates_io.is_none(),
        change: if unchanged {
            Change::Unchanged
        } else {
            Change::Written
        },
        path,
        before,
        after,
        union,
    })
}

/// The folder whose config `off` puts back. Cargo knows the root of a workspace; where it cannot be run, or cannot load the
/// project, it is the closest folder from here up to the outermost manifest whose config has something of ours.
pub fn root_to_undo(folder: &Path, common: &Context, cargo: &Cargo) -> Result<PathBuf> {
    let error = match Project::find(folder, cargo) {
        Ok(project) => return Ok(project.root),
        Err(error @ Error::Input(InputError::NoSuchInput(_))) => return Err(error),
        Err(error) => error,
    };
    let folder = if folder.is_file() {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let outermost = folder
        .ancestors()
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .last()
        .unwrap_or(folder);
    let inside = folder
        .ancestors()
        .take_while(|folder| folder.starts_with(outermost));
    let is_ours = |folder: &&Path| {
        let path = Target::Project.path(folder, &common.place);
        let text = file::read_text(&path, MAX_CONFIG);
        text.is_ok_and(|text| edit::off(&text).is_ok_and(|after| after != Some(text)))
    };
    let Some(root) = inside.into_iter().find(is_ours) else {
        return Err(error);
    };
    (common.mirror.watch)(&Event::Warning {
        message: format!(
            "cargo cannot say which project `{}` belongs to, so the closest config that points at a mirror is put back: {}",
            folder.display(),
            chain(&error)
        ),
        help: None,
    });
    Ok(root.to_owned())
}

/// Takes out of a project's config what `on` wrote.
pub fn off(target: &Target, root: &Path, place: &Workplace, dry_run: bool) -> Result<ConfigChange> {
    let path = target.path(root, place);
    let Some(before) = error::if_there(file::read_text(&path, MAX_CONFIG))? else {
        return Ok(ConfigChange::of(path, Change::Unchanged));
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
    Ok(ConfigChange::of(path, change))
}

/// What may surprise somebody who has just pointed builds at the mirror.
fn warn(target: &Target, path: &Path, edit: &Edit, common: &Context, aim: &Destination) {
    let root = &edit.root;
    let warning = |message: String, help: &str| {
        (common.mirror.watch)(&Event::Warning {
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
    let here = if common.place.cwd.starts_with(root) {
        &common.place.cwd
    } else {
        root
    };
    warn_of_closer(here, path, common, aim, &edit.needed, &warning);
    if *aim == Destination::Mirror {
        warn_of_packing(root, common, &warning);
    }
}

/// Another config may say otherwise, and win.
fn warn_of_closer(
    here: &Path,
    path: &Path,
    common: &Context,
    aim: &Destination,
    needed: &[ReplacedSource],
    warning: &dyn Fn(String, &str),
) {
    let meant = match aim {
        Destination::Mirror => Resolution::FromMirror,
        Destination::Server { index, .. } => Resolution::FromServer(index.clone()),
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
    if !common.mirror.folder.starts_with(root)
        || !root.join("Cargo.toml").is_file()
        || command::ignores(root, &common.mirror.folder)
    {
        return;
    }
    let Ok(workspace) = common.cargo().workspace(root) else {
        return;
    };
    if let Some(package) = workspace
        .packages
        .iter()
        .find(|package| common.mirror.folder.starts_with(package))
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
pub fn root_for(target: &Target, project: Option<&Project>, cwd: &Path) -> PathBuf {
    match (target, project) {
        (Target::Project | Target::Named(_), Some(project)) => project.root.clone(),
        _ => cwd.to_owned(),
    }
}
