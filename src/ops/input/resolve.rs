//! Crates asked for by name: each at the newest version that will do, with its dependencies as the real cargo resolves
//! them.
//!
//! All are resolved together, so that they share what they can. Those that cannot live in one lockfile (two crates that
//! link the same C library, two versions of one crate within a compatible range) are resolved apart: halved until they can.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::io::cargo::command::Cargo;
use crate::io::cargo::index_copy::IndexCopy;
use crate::io::config::toml::quoted;
use crate::io::task::blocking;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::input::InputError;
use crate::model::event::{Event, Watch};
use crate::model::index::file::{IndexFile, IndexLine, select, select_exact};
use crate::model::input::lockfile::Locked;
use crate::model::input::spec::{Requirement, Spec};
use crate::model::package::id::CrateName;
use crate::model::source::id::SourceId;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::input::read::parse_lockfile;

/// How crates asked for by name are taken.
#[derive(Debug, Default, Clone, Copy)]
pub struct ListOptions {
    pub all_features: bool,
    pub no_default_features: bool,
    pub no_deps: bool,
}

/// What a list came to.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The crates that were named.
    pub named: Vec<Locked>,
    /// They and their dependencies.
    pub locked: Vec<Locked>,
    /// Entries that could not be resolved.
    pub failed: Vec<(Spec, Error)>,
}

/// One entry and the version it came to.
#[derive(Debug, Clone)]
struct Picked {
    spec: Spec,
    line: IndexLine,
}

/// Resolves a list. Cargo's config is that of `folder`.
pub async fn resolve(
    specs: Vec<Spec>,
    access: &Arc<UpstreamAccess>,
    folder: &Path,
    options: ListOptions,
    watch: &Watch,
) -> Result<Resolved> {
    let mut resolved = Resolved::default();
    let mut picked = Vec::new();
    let lines = join_all(specs.iter().map(|spec| pick(spec, access))).await;
    for (spec, line) in specs.into_iter().zip(lines) {
        match line {
            Ok(line) => picked.push(Picked { spec, line }),
            Err(error @ Error::Input(InputError::NoSuchCrate { .. })) => {
                resolved.failed.push((spec, error));
            }
            Err(error) => return Err(error),
        }
    }
    resolved.named = picked.iter().map(|picked| locked(&picked.line)).collect();
    if options.no_deps {
        resolved.locked.clone_from(&resolved.named);
        return Ok(resolved);
    }
    if picked.is_empty() {
        return Ok(resolved);
    }

    watch(&Event::Step {
        verb: "Resolving",
        what: format!("{} crates and their dependencies", picked.len()),
    });
    let copy = if access.is_for_cargo() {
        None
    } else {
        Some(copied_index(&picked, access).await?)
    };
    let cargo = match &copy {
        Some(copy) => access.cargo_at_folder(&copy.path()),
        None => access.cargo()?,
    };
    let folder: PathBuf = folder.to_owned();
    let apart = blocking("resolving", move || {
        let mut apart = Apart {
            cargo,
            folder,
            options,
            locked: Vec::new(),
            failed: Vec::new(),
        };
        apart.resolve(&picked)?;
        Ok(apart)
    })
    .await?;
    resolved.locked = apart.locked;
    resolved.failed.extend(apart.failed);
    // A lockfile has the crates of a list among its packages, so nothing named is lost; what failed is not wanted.
    resolved
        .named
        .retain(|named| resolved.locked.iter().any(|locked| locked.id == named.id));
    Ok(resolved)
}

/// Every index file that resolving may read: those of what was picked and of all that may depend on.
async fn copied_index(picked: &[Picked], access: &UpstreamAccess) -> Result<IndexCopy> {
    let (copy, upstream) = (IndexCopy::new()?, access.upstream().await?);
    let mut seen: BTreeSet<CrateName> = picked.iter().map(|it| it.spec.name.clone()).collect();
    let mut next: Vec<CrateName> = seen.iter().cloned().collect();
    while !next.is_empty() {
        let files = next.iter().map(|name| upstream.index_file(name));
        let files = join_all(files).await;
        let mut needed = BTreeSet::new();
        for (name, file) in next.iter().zip(files) {
            let Some(file) = file? else {
                continue;
            };
            copy.add(name, &file)?;
            let lines = IndexFile::parse(&file);
            needed.extend(lines.lines().iter().flat_map(IndexLine::needs));
        }
        next = needed
            .into_iter()
            .filter(|name| seen.insert(name.clone()))
            .collect();
    }
    Ok(copy)
}

fn locked(line: &IndexLine) -> Locked {
    Locked {
        id: line.id().clone(),
        source: SourceId::CRATES_IO,
        checksum: Some(*line.checksum()),
    }
}

/// Finds the version an entry means.
async fn pick(spec: &Spec, access: &UpstreamAccess) -> Result<IndexLine> {
    let missing = |message: String| {
        Error::Input(InputError::NoSuchCrate {
            spec: spec.to_string(),
            message,
        })
    };
    let file = if access.offline {
        access.home.index_file(&spec.name)
    } else {
        access.upstream().await?.index_file(&spec.name).await?
    };
    let Some(file) = file else {
        if access.offline {
            return Err(missing(
                "cargo's cache has no index of it, and the network is off".to_owned(),
            ));
        }
        let similar = similar_name(&spec.name, access.upstream().await?).await;
        return Err(missing(match similar {
            Some(name) => format!("there is no such crate; there is `{name}`"),
            None => "there is no such crate".to_owned(),
        }));
    };
    let line = match &spec.wanted {
        Requirement::Newest => {
            // `*` matches no pre-release; a crate that has nothing else is still meant.
            let newest = select(&file, &spec.name, &semver::VersionReq::STAR);
            newest.or_else(|| newest_of_all(&file))
        }
        Requirement::Matching(requirement) => select(&file, &spec.name, requirement),
        Requirement::Exactly(version) => select_exact(&file, &spec.name, version),
    };
    line.ok_or_else(|| {
        missing(match newest_of_all(&file) {
            Some(newest) => format!(
                "no version of it matches; the newest is {}",
                newest.id().version
            ),
            None => "it has no version that is not yanked".to_owned(),
        })
    })
}

fn newest_of_all(file: &[u8]) -> Option<IndexLine> {
    IndexFile::parse(file)
        .lines()
        .iter()
        .rev()
        .find(|line| !line.yanked())
        .cloned()
}

/// `cfg_if` for `cfg-if`: the slip cargo, too, knows of.
async fn similar_name(name: &CrateName, upstream: &Upstream) -> Option<CrateName> {
    for (from, to) in [('_', "-"), ('-', "_")] {
        let other = CrateName::parse(&name.as_str().replace(from, to)).ok()?;
        if other != *name
            && upstream
                .index_file(&other)
                .await
                .is_ok_and(|file| file.is_some())
        {
            return Some(other);
        }
    }
    None
}

/// A list on its way through cargo's resolver.
struct Apart {
    cargo: Cargo,
    folder: PathBuf,
    options: ListOptions,
    locked: Vec<Locked>,
    failed: Vec<(Spec, Error)>,
}

impl Apart {
    fn resolve(&mut self, picked: &[Picked]) -> Result<()> {
        let text = match self
            .cargo
            .resolve(&manifest(picked, self.options), &self.folder)
        {
            Ok(text) => text,
            Err(error @ Error::Cargo(CargoError::Failed { .. })) if !is_about_network(&error) => {
                if let [only] = picked {
                    self.failed.push((only.spec.clone(), error));
                } else {
                    let (left, right) = picked.split_at(picked.len() / 2);
                    self.resolve(left)?;
                    self.resolve(right)?;
                }
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let locked = parse_lockfile(&self.folder.join("Cargo.lock"), &text)?;
        self.locked.extend(locked);
        Ok(())
    }
}

/// Halving a list helps against crates that do not go together, not against a network that is down.
fn is_about_network(error: &Error) -> bool {
    let Error::Cargo(CargoError::Failed { said, .. }) = error else {
        return false;
    };
    [
        "failed to download",
        "download of config.json failed",
        "network",
        "Could not resolve",
        "failed to get successful HTTP",
    ]
    .iter()
    .any(|sign| said.0.contains(sign))
}

/// A package that depends on exactly what was picked.
fn manifest(picked: &[Picked], options: ListOptions) -> String {
    let mut text =
        "[package]\nname = \"cargo-mirror-list\"\nversion = \"0.0.0\"\nedition = \"2021\"\nresolver = \"2\"\n\
                    publish = false\n\n[workspace]\n\n[lib]\npath = \"lib.rs\"\n\n[dependencies]\n"
            .to_owned();
    for (number, Picked { spec, line }) in picked.iter().enumerate() {
        let mut features: BTreeSet<&str> = spec.features.iter().map(String::as_str).collect();
        let all = if options.all_features {
            line.features()
        } else {
            BTreeSet::new()
        };
        features.extend(all.iter().map(String::as_str));
        let features: Vec<String> = features.iter().map(|feature| quoted(feature)).collect();
        let exactly = Requirement::Exactly(line.id().version.clone()).to_manifest();
        // Renamed, so that one crate may stand in a list more than once. Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "dependency-{number} = {{ package = \"{}\", version = \"{exactly}\", default-features = {}, features = [{}] }}",
            spec.name,
            !options.no_default_features,
            features.join(", "),
        );
    }
    text
}
