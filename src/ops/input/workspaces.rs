//! Which projects people mean: the ones they name, every workspace below a folder, the standard library.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::io::cargo::command::Cargo;
use crate::io::cargo::find_projects;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::input::InputError;
use crate::model::event::Event;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::input::read::{Input, Project, read_lockfile};

/// The projects at these paths, each once; with `recursive`, every workspace below them too.
pub fn find(common: &Context, paths: &[PathBuf], recursive: bool) -> Result<Vec<Project>> {
    let cargo = common.cargo();
    let mut projects: Vec<Project> = Vec::new();
    let mut add = |project: Project| {
        if !projects.contains(&project) {
            projects.push(project);
        }
    };
    for path in paths {
        if recursive && path.is_dir() {
            let found = below(&common.mirror, path, &cargo)?;
            if found.is_empty() {
                return Err(Error::Input(InputError::NoProject(path.clone())));
            }
            found.into_iter().for_each(&mut add);
        } else {
            add(Project::find(path, &cargo)?);
        }
    }
    Ok(projects)
}

/// Every workspace below a folder, as cargo tells them: members belong to their workspace, excluded packages are on their
/// own. A manifest that cargo cannot read, such as a template, is told and left out.
fn below(mirror: &OpenMirror, folder: &Path, cargo: &Cargo) -> Result<Vec<Project>> {
    let mut projects = Vec::new();
    let mut known = BTreeSet::new();
    for folder in find_projects::projects(folder, &mirror.folder)? {
        if known.contains(&folder) {
            continue;
        }
        if !folder.join("Cargo.toml").is_file() {
            projects.push(Project {
                root: folder,
                has_manifest: false,
            });
            continue;
        }
        match cargo.workspace(&folder) {
            Ok(workspace) => {
                known.extend(workspace.packages);
                if known.insert(workspace.root.clone()) || workspace.root == folder {
                    projects.push(Project {
                        root: workspace.root,
                        has_manifest: true,
                    });
                }
            }
            Err(error @ Error::Cargo(CargoError::Failed { .. })) => {
                (mirror.watch)(&Event::Warning {
                    message: format!(
                        "`{}` is left out: {}",
                        folder.join("Cargo.toml").display(),
                        chain(&error)
                    ),
                    help: None,
                });
            }
            Err(error) => return Err(error),
        }
    }
    projects.dedup();
    Ok(projects)
}

/// The lockfiles of the standard library, of the toolchain that each of these folders uses, each once.
pub fn standard_libraries(cargo: &Cargo, folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let found = with_folders(cargo, folders)?;
    Ok(found.into_iter().map(|(lockfile, _)| lockfile).collect())
}

/// The same, as inputs.
pub fn standard_library_inputs(cargo: &Cargo, folders: &[PathBuf]) -> Result<Vec<Input>> {
    let found = with_folders(cargo, folders)?.into_iter();
    found
        .map(|(lockfile, project)| {
            Ok(Input::StandardLibrary {
                locked: read_lockfile(&lockfile)?,
                lockfile,
                project,
            })
        })
        .collect()
}

fn with_folders(cargo: &Cargo, folders: &[PathBuf]) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found: Vec<(PathBuf, PathBuf)> = Vec::new();
    for folder in folders {
        let lockfile = cargo.standard_library(folder)?;
        if found.iter().all(|(known, _)| *known != lockfile) {
            found.push((lockfile, folder.clone()));
        }
    }
    Ok(found)
}

/// The folders whose toolchains these inputs are built with: the projects among them, else the current folder.
pub fn folders(inputs: &[Input], cwd: &Path) -> Vec<PathBuf> {
    let projects = inputs.iter().filter_map(|input| match input {
        Input::Project(project) => Some(project.root.clone()),
        _ => None,
    });
    let folders: Vec<PathBuf> = projects.collect();
    if folders.is_empty() {
        vec![cwd.to_owned()]
    } else {
        folders
    }
}
