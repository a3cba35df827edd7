//! `host`: a folder that any web server can serve as a registry, and that is a local registry besides.
//!
//! ```text
//! DIR/acme-log-1.2.0.crate          first, hashed on their way; with --dl checksum: DIR/by/<sha256>.crate
//! DIR/index/config.json             then this
//! DIR/index/ac/me/acme-log          then the lines
//!                                   last, what is no longer in the registry is removed
//! ```
//!
//! What is the same is not written, so that a server's dates and tags, and a CDN, go on to be right. Nothing of the
//! accounts is ever read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::io::mirror::hosting::folder_of;
use crate::io::mirror::in_use::Use;
use crate::io::mirror::layout::{hosted, must_be_there, registries};
use crate::io::mirror::pruned::Pruned;
use crate::io::mirror::settings;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::seal;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::host::HostError;
use crate::model::errors::store::StoreError;
use crate::model::hosting::settings::TokenNeeded;
use crate::model::index::file::{IndexFile, MAX_FILE};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::context::options::Context;

/// The file that tells cargo where the crates are.
pub const CONFIG: &str = "config.json";
/// Where crates are that are named by their checksums.
const BY_CHECKSUM: &str = "by";

/// How exported crates are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadNames {
    /// `acme-log-1.2.0.crate`: the folder is a local registry, too.
    Name,
    /// `by/<sha256>.crate`: without `+` and capitals, which some servers mistake.
    Checksum,
}

/// What is exported, and to where.
#[derive(Debug)]
pub struct HostOptions {
    pub folder: PathBuf,
    /// A hosted registry, `crates-io`, or another registry of the mirror; `None`: the only hosted one.
    pub registry: Option<String>,
    /// Where clients find the folder.
    pub base_url: String,
    pub names: DownloadNames,
}

/// A registry as it is to be seen.
#[derive(Debug)]
pub struct ExportPlan {
    /// The folder of the source in the mirror.
    pub source: String,
    /// By their paths below `index/`.
    pub index: BTreeMap<String, IndexFile>,
    pub config: Vec<u8>,
    pub crates: Vec<(CrateId, Sha256)>,
    /// Lines that are left out because nobody wanted their bytes.
    pub pruned: usize,
}

/// What an export did.
#[derive(Debug)]
pub struct HostReport {
    /// The folder of the source in the mirror.
    pub source: String,
    pub crates: usize,
    pub versions: usize,
    pub pruned: usize,
    /// Paths below the folder, in the order in which they were written.
    pub written: Vec<String>,
    pub removed: Vec<String>,
}

/// Looks at the registry; writes nothing.
pub fn plan(common: &Context, options: &HostOptions) -> Result<ExportPlan> {
    must_be_there(&common.mirror.folder)?;
    let source = source(&common.mirror.folder, options.registry.as_deref())?;
    let folder = file::absolute(&options.folder, &common.place.cwd);
    let overlaps =
        folder.starts_with(&common.mirror.folder) || common.mirror.folder.starts_with(&folder);
    if overlaps {
        return Err(Error::Host(HostError::InMirror { folder }));
    }
    let base = base_url(&options.base_url)?;
    let store = common.mirror.source(&source);
    let packages = Pruned::of(&common.mirror.folder).packages();
    let left_out = packages.get(&source);
    let mut plan = ExportPlan {
        config: config(&common.mirror.folder, &source, &base, options.names)?,
        source,
        index: BTreeMap::new(),
        crates: Vec::new(),
        pruned: 0,
    };
    for path in store.index_files()? {
        let Some(text) = if_there(file::read(&path, MAX_FILE as u64))? else {
            continue;
        };
        let mut index = IndexFile::parse(&text);
        index.retain(|line| {
            let pruned = left_out.is_some_and(|ids| ids.contains(line.id()));
            let stays = !pruned || store.has_file(line.id());
            plan.pruned += usize::from(!stays);
            stays
        });
        let Some(first) = index.lines().first() else {
            continue;
        };
        let place = first.id().name.index_path();
        let lines = index.lines().iter();
        plan.crates
            .extend(lines.map(|line| (line.id().clone(), *line.checksum())));
        plan.index.insert(place, index);
    }
    Ok(plan)
}

/// Exports the registry.
pub fn run(common: &Context, options: &HostOptions) -> Result<(ExportPlan, HostReport)> {
    // What is listed stays until its bytes are copied.
    let _use = common.mirror.in_use(Use::Add)?;
    let plan = plan(common, options)?;
    let folder = file::absolute(&options.folder, &common.place.cwd);
    let store = common.mirror.source(&plan.source);
    let mut written = Vec::new();
    let wanted = bytes(&plan, &store, &folder, options.names, &mut written)?;
    // GitHub's pages would leave out what starts with `_`.
    write(&folder, ".nojekyll", b"", &mut written)?;
    write(
        &folder,
        &format!("index/{CONFIG}"),
        &plan.config,
        &mut written,
    )?;
    for (path, index) in &plan.index {
        write(
            &folder,
            &format!("index/{path}"),
            &index.render(),
            &mut written,
        )?;
    }
    let removed = remove(&folder, &plan, &wanted)?;
    let report = HostReport {
        crates: plan.index.len(),
        versions: plan.crates.len(),
        pruned: plan.pruned,
        source: plan.source.clone(),
        written,
        removed,
    };
    Ok((plan, report))
}

/// The folder of the source that is meant.
fn source(mirror: &Path, named: Option<&str>) -> Result<String> {
    let there = registries(mirror);
    let Some(name) = named else {
        let own = hosted(mirror);
        return match (own.as_slice(), there.as_slice()) {
            ([only], _) => Ok(folder_of(only)),
            ([], [only]) => Ok(only.clone()),
            _ => Err(Error::Host(HostError::WhichRegistry { there })),
        };
    };
    let folder = [name.to_owned(), folder_of(name)]
        .into_iter()
        .find(|folder| there.contains(folder));
    folder.ok_or_else(|| {
        Error::Store(StoreError::NoSuchSource {
            name: name.to_owned(),
            there,
        })
    })
}

fn base_url(text: &str) -> Result<String> {
    let bad = |message: &str| {
        Error::Host(HostError::BaseUrl {
            url: text.to_owned(),
            message: message.to_owned(),
        })
    };
    let url = url::Url::parse(text).map_err(|cause| bad(&cause.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "file") || url.query().is_some() {
        return Err(bad(
            "it starts with http://, https:// or file:// and has no query",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it would show its password to every client"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn config(mirror: &Path, source: &str, base: &str, names: DownloadNames) -> Result<Vec<u8>> {
    let name = match names {
        DownloadNames::Name => "{crate}-{version}.crate".to_owned(),
        DownloadNames::Checksum => format!("{BY_CHECKSUM}/{{sha256-checksum}}.crate"),
    };
    let mut config = serde_json::json!({ "dl": format!("{base}/{name}") });
    let closed = match source.strip_prefix("registries/") {
        Some(name) => settings::read(mirror)?.of(name).auth == TokenNeeded::All,
        None => false,
    };
    if closed {
        // The server in front checks the token; without this cargo sends none.
        config["auth-required"] = true.into();
    }
    Ok(format!("{config}\n").into_bytes())
}

/// Brings the bytes of every line, or fails before any line is written. Returns the paths that the lines want.
fn bytes(
    plan: &ExportPlan,
    store: &RegistryStore,
    folder: &Path,
    names: DownloadNames,
    written: &mut Vec<String>,
) -> Result<BTreeSet<String>> {
    let mut wanted = BTreeSet::new();
    let mut damaged = Vec::new();
    for (id, checksum) in &plan.crates {
        let name = match names {
            DownloadNames::Name => id.file_name(),
            DownloadNames::Checksum => format!("{BY_CHECKSUM}/{checksum}.crate"),
        };
        let target = folder.join(&name);
        // Sealed by the run that hashed and copied it.
        let there = fs::metadata(&target).and_then(|meta| meta.modified());
        if there.is_ok_and(|time| time == seal(checksum)) {
            wanted.insert(name);
            continue;
        }
        match store.open_verified(id, checksum)? {
            None => damaged.push(id.to_string()),
            Some(opened) => {
                file::replace_shared(&target, &opened.read()?)?;
                file::set_modified(&target, seal(checksum))
                    .map_err(io_error(Action::Write, &target))?;
                written.push(name.clone());
                wanted.insert(name);
            }
        }
    }
    if damaged.is_empty() {
        Ok(wanted)
    } else {
        let folder = plan.source.clone();
        Err(Error::Host(HostError::Damaged { folder, damaged }))
    }
}

/// Writes what is not the same already.
fn write(folder: &Path, name: &str, bytes: &[u8], written: &mut Vec<String>) -> Result<()> {
    let path = folder.join(name);
    let there = if_there(file::read(&path, MAX_FILE as u64))?;
    if there.as_deref() != Some(bytes) {
        file::replace_shared(&path, bytes)?;
        written.push(name.to_owned());
    }
    Ok(())
}

/// Removes what an earlier run has written and nothing wants: lines first, then bytes. All else in the folder stays.
fn remove(folder: &Path, plan: &ExportPlan, wanted: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut removed = Vec::new();
    let lines = RegistryStore::source(folder, ".").index_files()?;
    for path in lines {
        let within = path.strip_prefix(folder.join(".").join("index"));
        let within = within.map(|path| path.to_string_lossy().replace('\\', "/"));
        let Ok(within) = within else { continue };
        if is_index_path(&within) && !plan.index.contains_key(&within) {
            file::remove(&path)?;
            removed.push(format!("index/{within}"));
        }
    }
    for part in ["", BY_CHECKSUM] {
        for entry in fs::read_dir(folder.join(part))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = if part.is_empty() {
                CrateId::of_file_name(&name).next().is_some()
            } else {
                let sum = name.strip_suffix(".crate").map(Sha256::parse);
                sum.is_some_and(|sum| sum.is_ok())
            };
            let name = if part.is_empty() {
                name
            } else {
                format!("{part}/{name}")
            };
            if ours && !wanted.contains(&name) {
                file::remove(&entry.path())?;
                removed.push(name);
            }
        }
    }
    removed.sort();
    Ok(removed)
}

/// Whether a path below `index/` is that of a crate's lines.
pub fn is_index_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    CrateName::parse(name).is_ok_and(|name| name.index_path() == path)
}

/// The name of a source in words and in paths: `corp` of `registries/corp`.
pub fn name_of(source: &str) -> &str {
    source
        .strip_prefix("registries/")
        .unwrap_or(CRATES_IO_FOLDER)
}
