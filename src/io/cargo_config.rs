//! Cargo's configuration, as cargo itself would merge it for a folder: `.cargo/config.toml` there and above, then
//! `$CARGO_HOME/config.toml`, with includes, and the environment before all files.
//!
//! There is no stable `cargo config get`, so the files are read here. What `cargo mirror` has written into them is taken
//! out first: upstream is what cargo would use without us.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use url::Url;

use crate::io::{config, disk};
use crate::model::error::{Error, Result};
use crate::model::original::Original;
use crate::model::source::{CRATES_IO_FOLDER, RegistrySource};

/// A config larger than this is a mistake.
const MAX_CONFIG: u64 = 16 << 20;
/// Includes may include; more levels than this are a circle.
const MAX_INCLUDES: usize = 16;

/// The environment of the process, handed down by the command line.
pub type Environment = HashMap<String, String>;

/// One file of the merged configuration.
struct Layer {
    path: PathBuf,
    /// Without what `cargo mirror` has written.
    table: Table,
    /// The sources that `cargo mirror` has written tables for, and what those are called.
    ours: Vec<(Original, String)>,
}

impl Layer {
    fn get(&self, key: &[&str]) -> Option<Setting<'_>> {
        let (last, tables) = key.split_last()?;
        let table = tables
            .iter()
            .try_fold(&self.table, |table, name| table.get(*name)?.as_table())?;
        Some(Setting {
            value: table.get(*last)?,
            file: &self.path,
        })
    }
}

/// Cargo's merged configuration for one folder.
#[derive(Default)]
pub struct CargoConfig {
    /// The closest first.
    layers: Vec<Layer>,
    environment: Environment,
    cargo_home: PathBuf,
}

/// Files and environment may hold tokens: their names are enough.
impl std::fmt::Debug for CargoConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files = self.layers.iter().map(|layer| &layer.path);
        f.debug_list().entries(files).finish()
    }
}

/// A value and the file it stands in. `None`: the environment.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub value: &'a Value,
    pub file: &'a Path,
}

impl CargoConfig {
    /// Reads the configuration that cargo, started in `folder`, would use.
    pub fn load(folder: &Path, cargo_home: &Path, environment: &Environment) -> Result<Self> {
        let mut layers = Vec::new();
        for path in files(folder, cargo_home) {
            read_layer(&path, &mut layers, 0)?;
        }
        Ok(Self {
            layers,
            environment: environment.clone(),
            cargo_home: cargo_home.to_owned(),
        })
    }

    /// No files, only an environment.
    #[must_use]
    pub fn with_environment(mut self, environment: &Environment) -> Self {
        self.environment.clone_from(environment);
        self
    }

    /// A value from the closest file that has it.
    pub fn get(&self, key: &[&str]) -> Option<Setting<'_>> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// The values from all files that have it, the closest first.
    pub fn all(&self, key: &[&str]) -> Vec<Setting<'_>> {
        self.layers
            .iter()
            .filter_map(|layer| layer.get(key))
            .collect()
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }

    /// The whole environment.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.environment.iter();
        variables.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Where cargo keeps what is the user's.
    pub fn cargo_home(&self) -> &Path {
        &self.cargo_home
    }

    /// A setting of the `http` or `net` table, from `CARGO_HTTP_PROXY` and the like or the closest file.
    fn plain(&self, key: &[&str; 2]) -> Option<String> {
        let variable = format!("CARGO_{}_{}", key[0], key[1])
            .to_uppercase()
            .replace('-', "_");
        self.environment
            .get(&variable)
            .cloned()
            .or_else(|| match self.get(key)?.value {
                Value::String(text) => Some(text.clone()),
                Value::Integer(number) => Some(number.to_string()),
                Value::Boolean(truth) => Some(truth.to_string()),
                _ => None,
            })
    }

    fn parsed<T: std::str::FromStr>(&self, key: &[&str; 2]) -> Option<T> {
        self.plain(key)?.parse().ok()
    }

    /// Whether cargo is told to leave the network alone.
    pub fn offline(&self) -> bool {
        self.parsed(&["net", "offline"]).unwrap_or(false)
    }

    /// `term.progress.when = "never"`, in the file or the environment.
    pub fn progress_never(&self) -> bool {
        match self.environment.get("CARGO_TERM_PROGRESS_WHEN") {
            Some(when) => when == "never",
            None => self
                .get(&["term", "progress", "when"])
                .is_some_and(|setting| setting.value.as_str() == Some("never")),
        }
    }

    /// How to talk HTTP, by cargo's `http.*` and `net.*` settings and its defaults.
    pub fn http(&self) -> HttpSettings {
        let cainfo = self
            .environment
            .get("CARGO_HTTP_CAINFO")
            .map(PathBuf::from)
            .or_else(|| {
                let setting = self.get(&["http", "cainfo"])?;
                Some(relative_to_config(setting.value.as_str()?, setting.file))
            });
        let timeout = self.parsed(&["http", "timeout"]);
        HttpSettings {
            proxy: self
                .plain(&["http", "proxy"])
                .filter(|proxy| !proxy.is_empty()),
            cainfo,
            timeout: timeout
                .or_else(|| self.environment.get("HTTP_TIMEOUT")?.parse().ok())
                .unwrap_or(30)
                .max(1),
            low_speed_limit: self.parsed(&["http", "low-speed-limit"]).unwrap_or(10),
            multiplexing: self.parsed(&["http", "multiplexing"]).unwrap_or(true),
            retries: self.parsed(&["net", "retry"]).unwrap_or(3),
        }
    }

    /// Where crates of crates.io come from: `named` (`--upstream`), else what cargo's config puts in its place, else
    /// `default_index`.
    pub fn upstream(&self, named: Option<&str>, default_index: &Url) -> Result<UpstreamChoice> {
        if let Some(named) = named {
            let location = parse_location(named)?;
            let cargo_arguments = match &location {
                // Cargo refuses to know one registry by two names, and may know how to log in by the one it has.
                Location::Sparse(url) => self.replaced_by(&format!("sparse+{url}")),
                Location::Git(registry) => self.replaced_by(registry.address()),
                Location::Folder(path) => vec![
                    format!("source.crates-io.replace-with='{UPSTREAM}'"),
                    format!(
                        "source.{UPSTREAM}.local-registry={}",
                        toml_string(&path.to_string_lossy())
                    ),
                ],
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
            cargo_arguments: vec![format!(
                "source.crates-io.replace-with={}",
                toml_string(name)
            )],
        })
    }

    fn replaced_by(&self, index: &str) -> Vec<String> {
        match self.registry_names(index).first() {
            Some(name) => vec![format!(
                "source.crates-io.replace-with={}",
                toml_string(name)
            )],
            None => replaced_by_registry(index),
        }
    }

    /// Where the crates of another registry come from: itself, or what cargo's config puts in its place.
    pub fn upstream_of(&self, registry: &RegistrySource) -> Result<UpstreamChoice> {
        let replaced = self.table_of(&Original::from(registry));
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
    pub fn table_of(&self, original: &Original) -> Option<String> {
        let location = original.location();
        let is_it = |other: &Original| other.location() == location;
        self.layers.iter().find_map(|layer| {
            let sources = layer.table.get("source").and_then(Value::as_table);
            let mut sources = sources.into_iter().flatten();
            let theirs = sources.find(|(_, table)| {
                let text = |key: &str| table.get(key).and_then(Value::as_str);
                Original::read(text).as_ref().is_some_and(is_it)
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
    pub fn past_our_mirror(&self, which: impl Fn(&Original) -> bool) -> Vec<String> {
        let mut configs = Vec::new();
        let ours = self.layers.iter().flat_map(|layer| &layer.ours);
        for (number, (original, title)) in ours.filter(|(it, _)| which(it)).enumerate() {
            let table = toml_string(title);
            configs.push(match (self.replacement(title), original) {
                (Some(before), _) => {
                    format!("source.{table}.replace-with={}", toml_string(before))
                }
                (None, Original::Git { .. }) => {
                    format!("source.{table}.git='https://unused.invalid/{number}'")
                }
                (None, Original::Registry { .. }) => {
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
            Err(Error::UpstreamKind {
                name: name.to_owned(),
                what,
            })
        };
        let mut name = first;
        for _ in 0..MAX_INCLUDES {
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

/// How to talk HTTP.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub proxy: Option<String>,
    pub cainfo: Option<PathBuf>,
    /// Seconds: to connect, and without data.
    pub timeout: u64,
    /// Bytes a second below which a transfer counts as stalled.
    pub low_speed_limit: u64,
    pub multiplexing: bool,
    /// How often a request is tried again.
    pub retries: u32,
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
}

/// The name under which we hand cargo an upstream that its own config has no name for.
const UPSTREAM: &str = "cargo-mirror-upstream";

/// `replace-with` may name a registry, and only so can the default registry be named again: a `[source]` of the same
/// address would be "already defined by `crates-io`".
fn replaced_by_registry(index: &str) -> Vec<String> {
    vec![
        format!("source.crates-io.replace-with='{UPSTREAM}'"),
        format!("registries.{UPSTREAM}.index={}", toml_string(index)),
    ]
}

fn toml_string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
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
        Err(Error::UpstreamUrl {
            url: text.to_owned(),
            message: message.to_owned(),
        })
    };
    if text.starts_with("registry+") {
        return match RegistrySource::parse(text) {
            Some(registry) => Ok(Location::Git(registry)),
            None => refuse("it is no URL"),
        };
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

/// Paths in a config are relative to the folder that holds the folder of the file (cargo's `Definition::root`).
fn relative_to_config(path: &str, file: &Path) -> PathBuf {
    let root = file
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new(""));
    root.join(path)
}

/// The config files for a folder, the closest first. Each at most once, as `CARGO_HOME` may lie above the folder.
pub fn files(folder: &Path, cargo_home: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let project = folder.ancestors().map(|folder| folder.join(".cargo"));
    for folder in project.chain([cargo_home.to_owned()]) {
        if let Some(file) = file_in(&folder)
            && !files.contains(&file)
        {
            files.push(file);
        }
    }
    files
}

/// The file cargo reads in a `.cargo` folder: `config` wins over `config.toml` (`get_file_path`).
pub fn file_in(folder: &Path) -> Option<PathBuf> {
    ["config", "config.toml"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

fn read_layer(path: &Path, layers: &mut Vec<Layer>, depth: usize) -> Result<()> {
    let text = disk::read_text(path, MAX_CONFIG)?;
    let pointer = config::pointed_at(&text).map_err(|error| error.at(path))?;
    let ours = pointer.sources.into_iter().map(|source| {
        let title = source.called;
        let title = title.unwrap_or_else(|| source.original.title());
        (source.original, title)
    });
    let text = config::off(&text)
        .map_err(|error| error.at(path))?
        .unwrap_or_default();
    let table: Table = toml::from_str(&text).map_err(|cause| {
        let (line, column) =
            crate::model::lockfile::position(&text, cause.span().map_or(0, |span| span.start));
        Error::ConfigSyntax {
            path: path.to_owned(),
            line,
            column,
            message: cause.message().to_owned(),
        }
    })?;
    let includes = includes(&table, path);
    layers.push(Layer {
        path: path.to_owned(),
        table,
        ours: ours.collect(),
    });
    // What a file includes counts less than the file itself; of several, the last counts most.
    for include in includes.into_iter().rev() {
        if depth < MAX_INCLUDES && include.is_file() {
            read_layer(&include, layers, depth + 1)?;
        }
    }
    Ok(())
}

/// `include = "a.toml"`, `["a.toml", "b.toml"]` or `[{ path = "a.toml", optional = true }]`. A missing file is for cargo
/// to complain about.
fn includes(table: &Table, path: &Path) -> Vec<PathBuf> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Table(table) => table.get("path")?.as_str().map(str::to_owned),
        _ => None,
    };
    let named = match table.get("include") {
        Some(Value::Array(values)) => values.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    named.into_iter().map(|name| folder.join(name)).collect()
}
