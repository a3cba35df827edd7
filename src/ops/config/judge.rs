//! Whether cargo agrees that the mirror is enough for a project: asked at the mirror, without a network. Only then is it
//! called ready.

use std::path::{Path, PathBuf};

use crate::io::cargo::command::{Cargo, Judgement};
use crate::io::fs::file;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::config::CargoConfigError;
use crate::model::event::{Event, Watch};
use crate::ops::context::options::Context;
use crate::ops::input::read::Project;

/// A project whose builds do not work from the mirror alone, though nothing of what its lockfile names is lacking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unready {
    pub project: PathBuf,
    pub cause: String,
    pub help: Option<String>,
}

/// What cargo says of a project, asked at the mirror.
#[derive(Debug)]
pub enum Verdict {
    /// It finds everything there and has nothing to add to the lockfile.
    Agreed,
    /// The lockfile lacks something that the manifests want, or wants something that the mirror does not have.
    Stale,
    /// Cargo cannot load the project because parts of it are not here, as in a layer of a container image that has
    /// manifests and no sources.
    PartsAbsent(String),
    Refused(Refusal),
}

/// Why cargo refuses a project.
#[derive(Debug)]
pub struct Refusal {
    pub said: String,
    pub help: Option<String>,
}

/// What cargo says of a project, by the packages that this cargo takes from the mirror.
pub fn ask(cargo: &Cargo, mirror: &Path, root: &Path) -> Result<Verdict> {
    Ok(match cargo.judge_lockfile(root) {
        Ok(Judgement::Current) => Verdict::Agreed,
        Ok(Judgement::Stale) => Verdict::Stale,
        Ok(Judgement::Unknown(said)) => complaint(said, mirror, root),
        Err(error @ Error::Cargo(CargoError::NoCargo { .. })) => Verdict::Refused(Refusal {
            said: chain(&error),
            help: error.hint(),
        }),
        Err(error) => return Err(error),
    })
}

/// What cargo complains about.
fn complaint(said: String, mirror: &Path, root: &Path) -> Verdict {
    let quoted = said.split('`').skip(1).step_by(2).map(Path::new);
    let absolute = quoted.filter(|path| path.is_absolute());
    let folders: Vec<PathBuf> = absolute
        .map(|path| {
            let manifest = path.ends_with("Cargo.toml");
            let folder = path.parent().filter(|_| manifest);
            folder.unwrap_or(path).to_owned()
        })
        .collect();
    let member = said.contains("workspace member");
    if member && let Some(folder) = folders.iter().find(|it| is_ours(it, mirror, root)) {
        let help = exclude(folder, root);
        return Verdict::Refused(Refusal {
            help: Some(help),
            said,
        });
    }
    let targets = [
        "no targets specified in the manifest",
        "can't find library `",
        "can't find `",
    ];
    let absent = said.contains("failed to read `")
        && folders
            .iter()
            .any(|folder| folder.starts_with(root) && !folder.join("Cargo.toml").exists())
        || said.contains("failed to read `") && is_beside(&folders, mirror);
    if absent || targets.iter().any(|sign| said.contains(sign)) {
        return Verdict::PartsAbsent(said);
    }
    Verdict::Refused(Refusal { said, help: None })
}

/// Whether a path dependency outside of the project is not here.
fn is_beside(folders: &[PathBuf], mirror: &Path) -> bool {
    folders
        .iter()
        .any(|folder| !folder.starts_with(mirror) && !folder.exists())
}

/// Whether a folder is one that `cargo mirror` makes in a project: to cargo, a member as any other.
fn is_ours(folder: &Path, mirror: &Path, root: &Path) -> bool {
    folder.ends_with(".cargo")
        || folder.starts_with(mirror)
        || folder != root && folder.starts_with(root) && mirror.starts_with(folder)
}

/// The way out where a glob of members matches a folder of ours.
pub fn exclude(folder: &Path, root: &Path) -> String {
    let inner = folder.strip_prefix(root).unwrap_or(folder);
    let inner = inner.display().to_string().replace('\\', "/");
    let elsewhere = if folder.ends_with(".cargo") {
        "keep the config elsewhere: --config-path FILE, or --global"
    } else {
        "name another folder with --mirror"
    };
    format!(
        "to cargo every folder that a glob in `members` matches is a package: put `exclude = [\"{inner}\"]` into \
         [workspace] in Cargo.toml, or {elsewhere}"
    )
}

pub fn note_of_absent_parts(watch: &Watch, project: &Project, said: &str) {
    let first = said.lines().next().unwrap_or_default();
    watch(&Event::Note {
        message: format!(
            "parts of `{}` are not here, so cargo has not looked at its lockfile ({first}); what it names is mirrored",
            project.root.display()
        ),
    });
}

pub fn disagrees(project: &Project, refusal: Refusal) -> Unready {
    Unready {
        project: project.root.clone(),
        cause: format!(
            "cargo, asked at the mirror without a network, disagrees: {}",
            refusal.said
        ),
        help: refusal.help,
    }
}

pub fn cannot_tell(project: &Project, refusal: Refusal) -> Unready {
    Unready {
        project: project.root.clone(),
        cause: format!(
            "cargo cannot tell whether `{}` is up to date: {}",
            project.lockfile().display(),
            refusal.said
        ),
        help: refusal.help,
    }
}

/// Makes the mirror's folder where it lies in a project, and sees that cargo still loads the project. If a glob of members
/// matches the folder, it is taken away again.
pub fn may_hold_mirror<'a>(
    common: &Context,
    projects: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<()> {
    for root in projects {
        if !root.join("Cargo.toml").is_file() || !common.mirror.folder.starts_with(root) {
            continue;
        }
        let cargo = common.cargo();
        let made = file::create_missing(&common.mirror.folder)?;
        let Err(Error::Cargo(CargoError::Failed { said, .. })) = cargo.workspace(root) else {
            continue;
        };
        file::remove_created(&made);
        let folder = match made.first() {
            // Without the folder it loads.
            Some(first) if cargo.workspace(root).is_ok() => first,
            None if blames_us(&said.0, &common.mirror.folder, root) => &common.mirror.folder,
            _ => continue,
        };
        return Err(Error::Config(CargoConfigError::BreaksProject {
            what: folder.clone(),
            project: root.clone(),
            help: exclude(folder, root),
            said,
        }));
    }
    Ok(())
}

fn blames_us(said: &str, mirror: &Path, root: &Path) -> bool {
    let verdict = complaint(said.to_owned(), mirror, root);
    matches!(verdict, Verdict::Refused(Refusal { help: Some(_), .. }))
}

/// Sees that cargo loads the projects that a config was written for as it did before; else `undo` takes the edit back.
pub fn still_load(
    common: &Context,
    projects: &[PathBuf],
    config: &Path,
    undo: &dyn Fn() -> Result<()>,
    redo: &dyn Fn() -> Result<()>,
) -> Result<()> {
    let cargo = common.cargo();
    for root in projects {
        if !root.join("Cargo.toml").is_file() {
            continue;
        }
        let Err(Error::Cargo(CargoError::Failed { said, .. })) = cargo.workspace(root) else {
            continue;
        };
        undo()?;
        if cargo.workspace(root).is_err() {
            // It did not load before either.
            redo()?;
            continue;
        }
        let folder = config.parent().filter(|folder| folder.ends_with(".cargo"));
        let help = match folder.filter(|_| blames_us(&said.0, &common.mirror.folder, root)) {
            Some(folder) => exclude(folder, root),
            None => "name another config: --config-path FILE, or --global".to_owned(),
        };
        return Err(Error::Config(CargoConfigError::BreaksProject {
            what: config.to_owned(),
            project: root.clone(),
            help,
            said,
        }));
    }
    Ok(())
}
