//! `search`, `show` and `catalog status`: what is known of crates, without a network.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::io::catalog::base::{Dependant, OpenFor};
use crate::io::catalog::here::about;
use crate::io::catalog::snapshot::{Catalog, SearchFound};
use crate::io::catalog::write::GoneName;
use crate::io::mirror::layout::{must_be_there, registries};
use crate::io::store::registry::RegistryStore;
use crate::model::about::index_line::LineFacts;
use crate::model::about::manifest::PackageFacts;
use crate::model::error::{Error, Result};
use crate::model::errors::catalog::CatalogError;
use crate::model::errors::store::StoreError;
use crate::model::index::file::IndexLine;
use crate::model::package::archive_files::{Next, look_through};
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::search::origin::Origin;
use crate::model::search::row::{About, Row};
use crate::model::search::text::SearchWanted;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::catalog::keep::Keeper;
use crate::ops::context::mirror::OpenMirror;

/// The most of a readme that is shown, and the largest manifest that is read, in bytes.
const MAX_README: u64 = 512 << 10;
const MAX_MANIFEST: u64 = 4 << 20;

/// What a search has found.
#[derive(Debug)]
pub struct SearchReport {
    /// The registry's folder in the mirror.
    pub registry: String,
    pub found: SearchFound,
    pub origin: Origin,
}

/// What is known of one version of a crate.
#[derive(Debug)]
pub struct ShowReport {
    pub registry: String,
    pub row: Row,
    pub version: String,
    /// Whether the version's bytes are in the mirror, and how many.
    pub size: Option<u64>,
    /// What the index says of the version; `None`: the mirror's index does not have it.
    pub facts: Option<LineFacts>,
    pub yanked: bool,
    /// What this very version says of itself, if its bytes are here.
    pub about: Option<About>,
    /// All versions of the mirror's index, the newest first.
    pub versions: Vec<Version>,
    /// If they were asked for.
    pub dependants: Option<Vec<Dependant>>,
    pub readme: Option<String>,
    /// Whether the registry says that the name is gone.
    pub gone: Option<GoneName>,
    pub origin: Origin,
}

impl ShowReport {
    /// What is known of the crate, with what this very version says of itself first.
    pub fn presented(&self) -> Row {
        let mut row = self.row.clone();
        if let Some(about) = &self.about {
            let here = row.here.get_or_insert_default();
            here.manifest = Some(about.clone());
        }
        row
    }
}

/// What else is wanted of a crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShowWanted {
    pub dependants: usize,
    pub readme: bool,
}

/// The folder of a registry of the mirror, by its name. Without one: crates.io.
pub fn registry(mirror: &Path, named: Option<&str>) -> Result<String> {
    must_be_there(mirror)?;
    let Some(name) = named else {
        return Ok(CRATES_IO_FOLDER.to_owned());
    };
    let there = registries(mirror);
    let folder = [name.to_owned(), format!("registries/{name}")]
        .into_iter()
        .find(|folder| there.contains(folder));
    folder.ok_or_else(|| {
        Error::Store(StoreError::NoSuchSource {
            name: name.to_owned(),
            there,
        })
    })
}

/// The catalogue of a registry as it is now.
pub fn catalog(mirror: &OpenMirror, registry: &str) -> Result<Catalog> {
    let store = Arc::new(mirror.source(registry));
    Keeper::new(&mirror.folder, registry, store, OpenFor::Little).now(mirror.clock.now())
}

/// The catalogue of a registry, made anew.
pub fn rebuild(mirror: &OpenMirror, registry: &str) -> Result<Catalog> {
    let store = Arc::new(mirror.source(registry));
    Keeper::new(&mirror.folder, registry, store, OpenFor::Little).rebuild(mirror.clock.now())
}

pub fn search(mirror: &OpenMirror, registry: &str, wanted: &SearchWanted) -> Result<SearchReport> {
    let catalog = catalog(mirror, registry)?;
    Ok(SearchReport {
        found: catalog.search(wanted, &HashSet::new())?,
        origin: catalog.origin(),
        registry: registry.to_owned(),
    })
}

/// Shows a crate: `version`, else its newest one.
pub fn show(
    mirror: &OpenMirror,
    registry: &str,
    name: &CrateName,
    version: Option<&Version>,
    wanted: ShowWanted,
) -> Result<ShowReport> {
    let (store, catalog) = (mirror.source(registry), catalog(mirror, registry)?);
    let gone = catalog.gone(name.as_str())?;
    let Some(row) = catalog.row(name.as_str())? else {
        return Err(Error::Catalog(CatalogError::NoSuchCrate {
            name: name.to_string(),
            registry: registry.to_owned(),
        }));
    };
    let spelled = CrateName::parse(&row.name)?;
    let index = store.read_index(&spelled)?;
    let lines = index
        .lines()
        .iter()
        .filter(|line| line.id().name == spelled);
    let mut versions: Vec<Version> = lines.map(|line| line.id().version.clone()).collect();
    versions.reverse();
    let newest = row.version().map_or("", |(version, _)| version).to_owned();
    let shown = version.map_or_else(|| newest.clone(), ToString::to_string);
    let id = CrateId::parse(spelled.as_str(), &shown).ok();
    let line = id.as_ref().and_then(|id| index.get(id));
    if line.is_none() && shown != newest {
        return Err(Error::Catalog(CatalogError::NoSuchVersion {
            name: row.name.clone(),
            version: shown,
            known: versions.iter().take(10).map(ToString::to_string).collect(),
        }));
    }
    let held = id.as_ref().filter(|_| line.is_some());
    let size = held.and_then(|id| Some(store.look_at(&id.file_name()).ok()?.length()));
    let packed = held.zip(size);
    let dependants = (wanted.dependants > 0)
        .then(|| catalog.dependants(spelled.as_str(), 0, wanted.dependants))
        .transpose()?;
    Ok(ShowReport {
        registry: registry.to_owned(),
        version: shown,
        size,
        facts: line.map(|line| LineFacts::read(line.raw())),
        yanked: line.is_some_and(IndexLine::yanked),
        about: packed.and_then(|(id, size)| about(&store, id, size)),
        readme: match packed {
            Some((id, size)) if wanted.readme => readme(&store, id, size),
            _ => None,
        },
        versions,
        dependants,
        gone,
        origin: catalog.origin(),
        row,
    })
}

/// The readme of a package as it is written. `None`: it has none, or is no package.
fn readme(store: &RegistryStore, id: &CrateId, size: u64) -> Option<String> {
    let file = store.open_crate(id).ok()?;
    let (mut paths, mut texts): (Option<Vec<String>>, Vec<(String, String)>) = (None, Vec::new());
    let seen = look_through(file, size, id, |member, text| {
        let read = |text: &mut dyn Read, most: u64| {
            let mut bytes = Vec::new();
            text.take(most).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        if member.path == "Cargo.toml" {
            let manifest = PackageFacts::read(&read(text, MAX_MANIFEST)?);
            paths = Some(manifest.map(|facts| facts.readmes).unwrap_or_default());
        } else if is_text(&member.path) || paths.iter().flatten().any(|path| *path == member.path) {
            texts.push((member.path.clone(), read(text, MAX_README)?));
        }
        let found = |path: &String| texts.iter().any(|(there, _)| there == path);
        let is_done = paths
            .as_ref()
            .is_some_and(|paths| paths.first().is_none_or(found));
        Ok(if is_done { Next::Enough } else { Next::On })
    });
    seen.ok()?;
    let paths = paths?;
    let of = |path: &String| texts.iter().find(|(there, _)| there == path);
    paths.iter().find_map(of).map(|(_, text)| text.clone())
}

/// Whether a file may be the readme that a manifest names which comes later.
fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    name.starts_with("readme")
}

/// One registry's catalogue.
#[derive(Debug)]
pub struct CatalogReport {
    pub registry: String,
    pub crates: usize,
    pub changes: usize,
    pub origin: Origin,
}

/// The catalogues of all registries of the mirror, as they are now.
pub fn status(mirror: &OpenMirror) -> Result<Vec<CatalogReport>> {
    must_be_there(&mirror.folder)?;
    let of = |registry: String| {
        let catalog = catalog(mirror, &registry)?;
        Ok(report(registry, &catalog))
    };
    registries(&mirror.folder).into_iter().map(of).collect()
}

pub fn report(registry: String, catalog: &Catalog) -> CatalogReport {
    CatalogReport {
        registry,
        crates: catalog.len(),
        changes: catalog.changes(),
        origin: catalog.origin(),
    }
}
