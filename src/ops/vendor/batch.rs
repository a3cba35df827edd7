//! Inputs read, and sorted by where their crates come from: what can be planned and fetched as one.

use std::path::PathBuf;
use std::sync::Arc;

use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::input::InputError;
use crate::model::event::{Event, Watch};
use crate::model::input::closure::Closure;
use crate::model::input::lockfile::Locked;
use crate::model::input::spec::Spec;
use crate::model::mirror::root::RootKind;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::input::read::{Input, Project};
use crate::ops::roots::PendingRoot;
use crate::ops::vendor::run::VendorOptions;

/// Inputs that take their crates from the same upstream.
pub struct Batch {
    pub(super) access: Arc<UpstreamAccess>,
    pub(super) folder: PathBuf,
    pub(super) projects: Vec<Project>,
    pub(super) closure: Closure,
    pub(super) specs: Vec<Spec>,
    /// The roots that the inputs make: of lockfiles as they are, of lists what they come to, together.
    pub(super) lockfiles: Vec<PendingRoot>,
    pub(super) lists: Vec<PendingRoot>,
}

impl Batch {
    /// Has cargo add to a project's lockfile what its manifests want. Returns what was not wanted before.
    pub(super) async fn update(&mut self, watch: &Watch, project: &Project) -> Result<Closure> {
        let (root, upstream) = (project.root.clone(), self.access.cargo()?);
        watch(&Event::Step {
            verb: "Updating",
            what: project.lockfile().display().to_string(),
        });
        blocking("asking cargo", move || {
            upstream.update_lockfile(&root, true)
        })
        .await?;
        let locked = project.read_lockfile()?;
        let mut draft = PendingRoot::lockfile(&project.lockfile(), &locked);
        let is_it = |before: &PendingRoot| before.origin == draft.origin;
        if let Some(at) = self.lockfiles.iter().position(is_it) {
            let before = self.lockfiles.remove(at);
            (draft.only, draft.pruned) = (before.only, before.pruned);
        }
        self.lockfiles.push(draft);
        let mut closure = Closure::default();
        closure.add(locked);
        let added = closure.without(&self.closure);
        self.closure.merge(added.clone());
        Ok(added)
    }

    /// The lists of a group are resolved as one, so each of them wants all that they come to.
    pub(super) fn lists_want(&mut self, all: &[Locked]) {
        for draft in &mut self.lists {
            draft.packages.extend(all.iter().cloned());
        }
    }
}

impl Batch {
    /// Takes in what the lockfile of a project wants. A lockfile that is not there is made by cargo.
    fn take_project(
        &mut self,
        watch: &Watch,
        project: &Project,
        options: &VendorOptions,
    ) -> Result<()> {
        if !project.lockfile().is_file() {
            if options.locked || options.dry_run || !project.has_manifest {
                return Err(Error::Input(InputError::NoLockfile {
                    project: project.root.clone(),
                }));
            }
            watch(&Event::Step {
                verb: "Resolving",
                what: format!("the dependencies of {}", project.root.display()),
            });
            let cargo = self.access.cargo()?;
            cargo.update_lockfile(&project.root, false)?;
        }
        let locked = project.read_lockfile()?;
        let draft = PendingRoot::lockfile(&project.lockfile(), &locked);
        self.lockfiles.push(draft);
        self.closure.add(locked);
        self.projects.push(project.clone());
        Ok(())
    }
}

/// Reads the inputs and sorts them by upstream.
pub fn batches(common: &Context, options: &VendorOptions) -> Result<Vec<Batch>> {
    let mut groups: Vec<Batch> = Vec::new();
    let mut named: Vec<Spec> = Vec::new();
    for input in &options.inputs {
        let folder = match input {
            Input::Project(project) => project.root.clone(),
            Input::Lockfile(path, _) => path
                .parent()
                .filter(|folder| folder.is_dir())
                .unwrap_or(&common.place.cwd)
                .to_owned(),
            Input::StandardLibrary { project, .. } => project.clone(),
            Input::Specs(..) => common.place.cwd.clone(),
        };
        let access = UpstreamAccess::new(common, &folder)?;
        let at = groups
            .iter()
            .position(|group| group.access.is_same_upstream(&access))
            .unwrap_or_else(|| {
                let access = Arc::new(access);
                groups.push(Batch {
                    access,
                    folder,
                    projects: Vec::new(),
                    closure: Closure::default(),
                    specs: Vec::new(),
                    lockfiles: Vec::new(),
                    lists: Vec::new(),
                });
                groups.len() - 1
            });
        let group = &mut groups[at];
        match input {
            Input::Project(project) => {
                group.take_project(&common.mirror.watch, project, options)?;
            }
            Input::Lockfile(path, locked)
            | Input::StandardLibrary {
                lockfile: path,
                locked,
                ..
            } => {
                group.lockfiles.push(PendingRoot::lockfile(path, locked));
                group.closure.add(locked.iter().cloned());
            }
            Input::Specs(Some(path), specs) => {
                let draft = PendingRoot::list(Some(path), specs, options.list);
                group.lists.push(draft);
                group.specs.extend(specs.iter().cloned());
            }
            // Crates named together are one root.
            Input::Specs(None, specs) => {
                named.extend(specs.iter().cloned());
                group.specs.extend(specs.iter().cloned());
                let draft = PendingRoot::list(None, &named, options.list);
                group
                    .lists
                    .retain(|draft| draft.origin.kind != RootKind::Names);
                group.lists.push(draft);
            }
        }
    }
    Ok(groups)
}
