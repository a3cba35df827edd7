//! Where crates come from, as cargo's config has it: the registries, and what stands in the place of which.

use std::path::{Path, PathBuf};

use toml::Value;
use url::Url;

use crate::io::config::load::{CargoConfig, relative_to_config};
use crate::io::config::toml::{path_text, quoted};
use crate::model::error::{Error, Result};
use crate::model::errors::config::CargoConfigError;
use crate::model::source::bucket::BucketAddress;
use crate::model::source::id::{CRATES_IO_FOLDER, RegistrySource};
use crate::model::source::table::SourceTable;

/// A chain of `replace-with` that is longer is a circle.
const MAX_REPLACEMENTS: usize = 16;

impl CargoConfig {
    /// Where crates of crates.io come from: `named` (`--upstream`), else what cargo's config puts in its place, else
    /// `default_index`.
    pub fn upstream(&self, named: Option<&str>, default_index: &Url) -> Result<UpstreamChoice> {
        if let Some(named) = named {
            let location = if CRATES_IO_NAMES.contains(&named) {
                Location::Sparse(default_index.clone())
            } else {
                parse_location(named)?
            };
            let cargo_arguments = match &location {
                // Cargo refuses to know one registry by two names, and may know how to log in by the one it has.
                Location::Sparse(url) => self.replaced_by(&format!("sparse+{url}")),
                Location::Git(registry) => self.replaced_by(registry.address()),
                Location::Folder(path) => local_registry_in_place(path),
                // Cargo cannot read it: what it asks of crates.io must come from elsewhere, and from nowhere by mistake.
                Location::Bucket(_) => replaced_by_registry("sparse+https://unused.invalid/"),
            };
            return Ok(UpstreamChoice {
                location,
                cargo_arguments,
            });
        }
        let Some(name) = self.replacement("crates-io") else {
            let location = Location::Sparse(default_index.clone());
            return Ok(UpstreamChoice {
                location,
                cargo_arguments: replaced_by_registry(&format!("sparse+{default_index}")),
            });
        };
        Ok(UpstreamChoice {
            location: self.follow(name)?,
            cargo_arguments: vec![format!("source.crates-io.replace-with={}", quoted(name))],
        })
    }

    fn replaced_by(&self, index: &str) -> Vec<String> {
        match self.registry_names(index).first() {
            Some(name) => vec![format!("source.crates-io.replace-with={}", quoted(name))],
            None => replaced_by_registry(index),
        }
    }

    /// Where the crates of another registry come from: itself, or what cargo's config puts in its place.
    pub fn upstream_of(&self, registry: &RegistrySource) -> Result<UpstreamChoice> {
        let replaced = self.table_of(&SourceTable::from(registry));
        let replaced = replaced
            .as_deref()
            .and_then(|table| self.replacement(table));
        let location = match replaced {
            Some(name) => self.follow(name)?,
            None => parse_location(registry.as_str())?,
        };
        Ok(UpstreamChoice {
            location,
            cargo_arguments: Vec::new(),
        })
    }

    /// What the `[source]` table of a source is called: to cargo two tables for one source are a mistake.
    pub fn table_of(&self, original: &SourceTable) -> Option<String> {
        let location = original.location();
        let is_it = |other: &SourceTable| other.location() == location;
        self.layers.iter().find_map(|layer| {
            let sources = layer.table.get("source").and_then(Value::as_table);
            let mut sources = sources.into_iter().flatten();
            let theirs = sources.find(|(_, table)| {
                let text = |key: &str| table.get(key).and_then(Value::as_str);
                SourceTable::read(text).as_ref().is_some_and(is_it)
            });
            let ours = || layer.ours.iter().find(|(other, _)| is_it(other));
            theirs
                .map(|(name, _)| name.clone())
                .or_else(|| Some(ours()?.1.clone()))
        })
    }

    /// Values for cargo's `--config` with which it goes past what `cargo mirror` has put in the place of these sources: to
    /// what was there before. A `replace-with` can be given another value but not taken away, so a table that had none is
    /// made to speak of a place that nobody asks for.
    pub fn past_our_mirror(&self, which: impl Fn(&SourceTable) -> bool) -> Vec<String> {
        let mut configs = Vec::new();
        let ours = self.layers.iter().flat_map(|layer| &layer.ours);
        for (number, (original, title)) in ours.filter(|(it, _)| which(it)).enumerate() {
            let table = quoted(title);
            configs.push(match (self.replacement(title), original) {
                (Some(before), _) => {
                    format!("source.{table}.replace-with={}", quoted(before))
                }
                (None, SourceTable::Git { .. }) => {
                    format!("source.{table}.git='https://unused.invalid/{number}'")
                }
                (None, SourceTable::Registry { .. }) => {
                    format!("source.{table}.registry='sparse+https://unused.invalid/{number}/'")
                }
            });
        }
        configs
    }

    fn replacement(&self, source: &str) -> Option<&str> {
        self.get(&["source", source, "replace-with"])?
            .value
            .as_str()
    }

    /// Follows a chain of `replace-with` to its end (cargo's `SourceConfigMap::load`).
    fn follow(&self, first: &str) -> Result<Location> {
        let refuse = |name: &str, what: String| {
            Err(Error::Config(CargoConfigError::UpstreamKind {
                name: name.to_owned(),
                what,
            }))
        };
        let mut name = first;
        for _ in 0..MAX_REPLACEMENTS {
            if let Some(next) = self.replacement(name) {
                name = next;
                continue;
            }
            if let Some(registry) = self.get(&["source", name, "registry"]) {
                return match registry.value.as_str() {
                    Some(url) => parse_registry(url),
                    None => refuse(name, "not a text".to_owned()),
                };
            }
            if let Some(folder) = self.get(&["source", name, "local-registry"]) {
                let folder = folder
                    .value
                    .as_str()
                    .map(|text| relative_to_config(text, folder.file));
                return folder
                    .map(Location::Folder)
                    .map_or_else(|| refuse(name, "not a text".to_owned()), Ok);
            }
            for kind in ["directory", "git"] {
                if self.get(&["source", name, kind]).is_some() {
                    return refuse(name, format!("a `{kind}` source"));
                }
            }
            let variable = format!(
                "CARGO_REGISTRIES_{}_INDEX",
                name.to_uppercase().replace('-', "_")
            );
            let index = self.environment.get(&variable).map(String::as_str);
            let index = index.or_else(|| self.get(&["registries", name, "index"])?.value.as_str());
            return match index {
                Some(url) => parse_registry(url),
                None => refuse(name, "defined nowhere".to_owned()),
            };
        }
        refuse(first, "a circle of `replace-with`".to_owned())
    }
}

/// Where crates come from, and how to make the real cargo take them from there too.
#[derive(Debug, Clone)]
pub struct UpstreamChoice {
    pub location: Location,
    /// Values for cargo's `--config`.
    pub cargo_arguments: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A sparse registry. The address ends in `/`.
    Sparse(Url),
    /// A registry whose index is a git repository.
    Git(RegistrySource),
    /// A local registry: somebody else's mirror.
    Folder(PathBuf),
    /// A mirror in an object store.
    Bucket(BucketAddress),
}

impl Location {
    /// Tells upstreams apart in what is kept of them: the address as cargo compares it, without a login.
    pub fn key(&self) -> String {
        match self {
            Self::Sparse(url) => SourceTable::Registry {
                url: format!("sparse+{url}"),
            }
            .location()
            .to_string(),
            Self::Git(registry) => SourceTable::from(registry).location().to_string(),
            Self::Folder(path) => format!("folder {}", path.display()),
            Self::Bucket(address) => format!("bucket {address}"),
        }
    }
}

/// The words for crates.io itself, whatever cargo's config puts in its place.
const CRATES_IO_NAMES: [&str; 2] = ["crates-io", "crates.io"];

/// The name under which we hand cargo an upstream that its own config has no name for.
const UPSTREAM: &str = "cargo-mirror-upstream";

/// `replace-with` may name a registry, and only so can the default registry be named again: a `[source]` of the same
/// address would be "already defined by `crates-io`".
fn replaced_by_registry(index: &str) -> Vec<String> {
    vec![
        format!("source.crates-io.replace-with='{UPSTREAM}'"),
        format!("registries.{UPSTREAM}.index={}", quoted(index)),
    ]
}

/// Values for cargo's `--config` that put a local registry in the place of crates.io.
pub fn local_registry_in_place(folder: &Path) -> Vec<String> {
    vec![
        format!("source.crates-io.replace-with='{UPSTREAM}'"),
        format!(
            "source.{UPSTREAM}.local-registry={}",
            quoted(&path_text(folder))
        ),
    ]
}

/// A local registry: the folder itself, or what a mirror in that folder has of crates.io.
fn local_registry(folder: PathBuf) -> Option<Location> {
    let inner = folder.join(CRATES_IO_FOLDER);
    let found = [folder, inner]
        .into_iter()
        .find(|it| it.join("index").is_dir());
    found.map(Location::Folder)
}

fn parse_location(text: &str) -> Result<Location> {
    let refuse = |message: &str| {
        Err(Error::Config(CargoConfigError::UpstreamUrl {
            url: text.to_owned(),
            message: message.to_owned(),
        }))
    };
    if text.starts_with("registry+") {
        return match RegistrySource::parse(text) {
            Some(registry) => Ok(Location::Git(registry)),
            None => refuse("it is no URL"),
        };
    }
    if BucketAddress::is_meant(text) {
        return BucketAddress::parse(text)
            .map_or_else(|message| refuse(&message), |it| Ok(Location::Bucket(it)));
    }
    let bare = text.strip_prefix("sparse+").unwrap_or(text);
    if !bare.contains("://") {
        // Cargo, given the same path, would start from the project's folder.
        let folder = std::path::absolute(bare).unwrap_or_else(|_| PathBuf::from(bare));
        return local_registry(folder).map_or_else(
            || refuse("it is no URL, and no folder with an `index` in it"),
            Ok,
        );
    }
    let mut url = match Url::parse(bare) {
        Ok(url) => url,
        Err(cause) => return refuse(&cause.to_string()),
    };
    match url.scheme() {
        "http" | "https" => {}
        "file" => {
            let folder = url.to_file_path().ok().and_then(local_registry);
            return folder.map_or_else(|| refuse("that folder has no `index` in it"), Ok);
        }
        _ => return refuse("only http, https and file are spoken here"),
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(Location::Sparse(url))
}

/// The address of a registry as cargo's config has it: that of a git index stands bare there.
fn parse_registry(url: &str) -> Result<Location> {
    if url.starts_with("sparse+") || url.starts_with("registry+") {
        parse_location(url)
    } else {
        parse_location(&format!("registry+{url}"))
    }
}
