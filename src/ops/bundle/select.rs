//! What of a mirror goes into a dump: its registries, crate by crate in the order of the index, its git sources, its roots.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::mirror::hosting::{HostedFolders, is_hosted};
use crate::io::mirror::layout;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::bundle::BundleError;
use crate::model::errors::store::StoreError;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::input::lockfile::Locked;
use crate::model::mirror::root::Root;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::git_record::is_git;
use crate::ops::bundle::options::Selection;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::input::read::read_lockfile;
use crate::ops::roots::{PendingRoot, pruned_by_all};

/// What goes into a dump.
#[derive(Debug, Default)]
pub struct Chosen {
    /// By the folder of the source: all its crates, or these.
    pub registries: BTreeMap<String, Option<BTreeSet<CrateId>>>,
    pub git: BTreeSet<String>,
    pub roots: Vec<Root>,
    /// Crates of which only the line is wanted, by the folder of their source.
    pub pruned: BTreeMap<String, BTreeSet<CrateId>>,
}

/// All versions here of one crate, and which of them are chosen.
pub struct Family {
    pub source: String,
    pub index: IndexFile,
    chosen: Option<BTreeSet<CrateId>>,
}

impl Family {
    pub fn chosen(&self) -> impl Iterator<Item = &IndexLine> {
        let lines = self.index.lines().iter();
        lines.filter(|line| {
            let chosen = self.chosen.as_ref();
            chosen.is_none_or(|chosen| chosen.contains(line.id()))
        })
    }
}

/// Finds out what is chosen; what a closure wants and the mirror does not have is an error.
pub fn choose(
    mirror: &OpenMirror,
    selection: &Selection,
    registries: &[String],
    hosted: bool,
) -> Result<Chosen> {
    layout::must_be_there(&mirror.folder)?;
    let there = layout::registries(&mirror.folder);
    let git = layout::git_sources(&mirror.folder);
    for name in registries {
        if !there.contains(name) {
            return Err(Error::Store(StoreError::NoSuchSource {
                name: name.clone(),
                there,
            }));
        }
    }
    let recorded = mirror.records().roots()?.into_iter();
    let roots: Vec<Root> = recorded.map(|it| it.root).collect();
    let mut chosen = match selection {
        Selection::All => Chosen {
            registries: (there.into_iter())
                .filter(|folder| {
                    hosted || registries.contains(folder) || !is_hosted(&mirror.folder, folder)
                })
                .map(|folder| (folder, None))
                .collect(),
            git: git.into_iter().collect(),
            pruned: pruned_by_all(roots.iter()),
            roots,
        },
        Selection::Roots => closure(mirror, roots, "roots ask")?,
        Selection::Lockfiles(paths) => {
            let mut wanted = Vec::new();
            for path in paths {
                wanted.push(root_of(path, &roots)?);
            }
            closure(mirror, wanted, "lockfiles ask")?
        }
    };
    if !registries.is_empty() {
        chosen
            .registries
            .retain(|folder, _| registries.contains(folder));
        chosen.git.clear();
        chosen.roots.clear();
    }
    Ok(chosen)
}

/// What a lockfile wants now; what it prunes, if the mirror knows it with the same contents.
fn root_of(path: &Path, roots: &[Root]) -> Result<Root> {
    let locked: Vec<Locked> = read_lockfile(path)?;
    let pending = PendingRoot::lockfile(path, &locked);
    let known = roots.iter().find(|root| root.origin == pending.origin);
    if let Some(known) = known.filter(|known| {
        let plain = |it: &Locked| (it.id.clone(), it.source.to_string());
        let now: BTreeSet<_> = locked.iter().map(plain).collect();
        now == known.packages.iter().map(plain).collect()
    }) {
        return Ok(known.clone());
    }
    let packages = pending.packages.into_iter();
    let anonymous = packages.map(|locked| Locked {
        source: locked.source.anonymous(),
        ..locked
    });
    Ok(Root {
        origin: pending.origin,
        packages: anonymous.collect(),
        only: None,
        pruned: BTreeMap::new(),
    })
}

fn closure(mirror: &OpenMirror, roots: Vec<Root>, asked: &'static str) -> Result<Chosen> {
    let mut chosen = Chosen {
        pruned: pruned_by_all(roots.iter()),
        ..Chosen::default()
    };
    let mut wanted: BTreeMap<String, BTreeSet<CrateId>> = BTreeMap::new();
    let mut lacking = BTreeSet::new();
    let hosted = HostedFolders::read(&mirror.folder)?;
    for (id, source) in roots.iter().flat_map(Root::wants) {
        match hosted.folder_of(&source) {
            Some(folder) => drop(wanted.entry(folder).or_default().insert(id)),
            None => drop(lacking.insert(format!("{id} ({source})"))),
        }
    }
    let store = mirror.store();
    for (folder, ids) in wanted {
        if is_git(&folder) {
            let record = store.git(&folder).record()?.and_then(Result::ok);
            let has = |id: &CrateId| {
                let record = record.as_ref();
                record.is_some_and(|record| record.packages.contains_key(id))
            };
            lacking.extend(ids.iter().filter(|id| !has(id)).map(ToString::to_string));
            chosen.git.insert(folder);
            continue;
        }
        let registry = mirror.source(&folder);
        let left_out = chosen.pruned.get(&folder);
        let mut index = IndexFile::default();
        let mut name: Option<&CrateName> = None;
        for id in &ids {
            if name != Some(&id.name) {
                index = registry.read_index(&id.name)?;
                name = Some(&id.name);
            }
            let bytes =
                registry.has_file(id) || left_out.is_some_and(|left_out| left_out.contains(id));
            if index.get(id).is_none() || !bytes {
                lacking.insert(id.to_string());
            }
        }
        chosen.registries.insert(folder, Some(ids));
    }
    chosen.roots = roots;
    if lacking.is_empty() {
        Ok(chosen)
    } else {
        Err(Error::Bundle(BundleError::Lacks {
            asked,
            packages: lacking.into_iter().collect(),
        }))
    }
}

/// The crates of a source that are chosen, a crate at a time, so that a large mirror is never in memory at once.
pub struct Families<'a> {
    store: &'a RegistryStore,
    source: &'a str,
    chosen: Option<&'a BTreeSet<CrateId>>,
    /// Index files that come next, the last one first.
    files: Vec<String>,
    /// Folders of the index that come after them.
    shards: Vec<String>,
}

impl<'a> Families<'a> {
    pub fn of(
        store: &'a RegistryStore,
        source: &'a str,
        chosen: Option<&'a BTreeSet<CrateId>>,
    ) -> Result<Self> {
        let (mut files, mut shards) = (Vec::new(), Vec::new());
        match chosen {
            Some(ids) => {
                let paths = ids.iter().map(|id| id.name.index_path());
                files = paths.collect::<BTreeSet<_>>().into_iter().rev().collect();
            }
            None => shards = folders(store, "")?.0,
        }
        Ok(Self {
            store,
            source,
            chosen,
            files,
            shards,
        })
    }

    /// The next crates: those of one index file, which are two where names differ in case only.
    pub fn take(&mut self) -> Result<Option<Family>> {
        loop {
            while let Some(path) = self.files.pop() {
                let Some(text) = self.store.index_text(&path)? else {
                    continue;
                };
                let index = IndexFile::parse(&text);
                return Ok(Some(Family {
                    source: self.source.to_owned(),
                    chosen: self.chosen.map(|ids| {
                        let here = index.lines().iter().map(IndexLine::id);
                        here.filter(|id| ids.contains(id)).cloned().collect()
                    }),
                    index,
                }));
            }
            let Some(shard) = self.shards.pop() else {
                return Ok(None);
            };
            let (shards, files) = folders(self.store, &shard)?;
            self.shards.extend(shards);
            self.files = files;
        }
    }
}

/// Folders and files within a folder of the index, the last ones first.
fn folders(store: &RegistryStore, path: &str) -> Result<(Vec<String>, Vec<String>)> {
    let (folders, files) = store.index_folder(path)?;
    let inner = |names: Vec<std::ffi::OsString>| {
        let names = names.into_iter().rev();
        let names = names.filter_map(|name| name.into_string().ok());
        let inner = names.map(|name| match path {
            "" => name,
            path => format!("{path}/{name}"),
        });
        inner.collect()
    };
    Ok((inner(folders), inner(files)))
}
