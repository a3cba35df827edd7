//! Cargo's configuration, as cargo itself would merge it for a folder: `.cargo/config.toml` there and above, then
//! `$CARGO_HOME/config.toml`, with includes, and the environment before all files.
//!
//! There is no stable `cargo config get`, so the files are read here. A folder that `cargo mirror` has put in the place of
//! a source is taken out first, as is a server that runs in this process: upstream is what cargo would use without us. A
//! server elsewhere stays: it may be the only way out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::io::config::block::CRATES_IO;
use crate::io::config::edit::{self, ReplacementTarget};
use crate::io::config::own_address::Own;
use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::config::CargoConfigError;
use crate::model::source::table::SourceTable;
use crate::model::toml_error::explain;

/// A config larger than this is a mistake.
const MAX_CONFIG: u64 = 16 << 20;
/// Includes may include; more levels than this are a circle.
const MAX_INCLUDES: usize = 16;

/// The environment of the process, handed down by the command line.
pub type Environment = HashMap<String, String>;

/// One file of the merged configuration.
pub(super) struct Layer {
    pub(super) path: PathBuf,
    /// All of it, whoever wrote it.
    pub(super) whole: Table,
    /// Without what `cargo mirror` has written.
    pub(super) table: Table,
    /// The sources that `cargo mirror` has written tables for, and what those are called.
    pub(super) ours: Vec<(SourceTable, String)>,
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
    pub(super) layers: Vec<Layer>,
    pub(super) environment: Environment,
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
    /// `own` is where a server in this process is found.
    pub fn load(
        folder: &Path,
        cargo_home: &Path,
        environment: &Environment,
        own: &Own,
    ) -> Result<Self> {
        let mut layers = Vec::new();
        for path in files(folder, cargo_home) {
            read_layer(&path, own, &mut layers, 0)?;
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

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Where cargo keeps what is the user's.
    pub fn cargo_home(&self) -> &Path {
        &self.cargo_home
    }

    /// A setting of the `http` or `net` table, from `CARGO_HTTP_PROXY` and the like or the closest file.
    pub fn plain(&self, key: &[&str; 2]) -> Option<String> {
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

    pub fn parsed<T: std::str::FromStr>(&self, key: &[&str; 2]) -> Option<T> {
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
}

/// Paths in a config are relative to the folder that holds the folder of the file (cargo's `Definition::root`).
pub fn relative_to_config(path: &str, file: &Path) -> PathBuf {
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

fn read_layer(path: &Path, own: &Own, layers: &mut Vec<Layer>, depth: usize) -> Result<()> {
    let whole = file::read_text(path, MAX_CONFIG)?;
    let text = &whole;
    let pointer = edit::current_patch(text).map_err(|error| error.at(path))?;
    let server = match &pointer.crates_io {
        Some(ReplacementTarget::Server(index)) => !own.is(index),
        _ => false,
    };
    let titled = |original: SourceTable, called: Option<String>| {
        let title = called.unwrap_or_else(|| original.title());
        (original, title)
    };
    let sources = pointer.sources.into_iter();
    let mut ours: Vec<(SourceTable, String)> = sources
        .map(|source| titled(source.original, source.called))
        .collect();
    let pulled = pointer.pulled.into_iter();
    let pulled = pulled.map(|pulled| titled(pulled.original, pulled.called));
    let mut kept = Vec::new();
    if server {
        kept.push(CRATES_IO.to_owned());
        kept.extend(pulled.map(|(_, title)| title));
    } else {
        ours.extend(pulled);
    }
    let whole = parse(text, path)?;
    let text = edit::off(text)
        .map_err(|error| error.at(path))?
        .unwrap_or_default();
    let mut table = parse(&text, path)?;
    for title in kept {
        // Another server may be the only way out, so it stays. Our own folder would be its own upstream.
        keep_server(&whole, &mut table, &title);
    }
    let includes = includes(&table, path);
    layers.push(Layer {
        path: path.to_owned(),
        whole,
        table,
        ours,
    });
    // What a file includes counts less than the file itself; of several, the last counts most.
    for include in includes.into_iter().rev() {
        if depth < MAX_INCLUDES && include.is_file() {
            read_layer(&include, own, layers, depth + 1)?;
        }
    }
    Ok(())
}

fn parse(text: &str, path: &Path) -> Result<Table> {
    toml::from_str(text).map_err(|cause| {
        let offset = cause.span().map_or(0, |span| span.start);
        let (line, column, message) = explain(text, offset, cause.message());
        Error::Config(CargoConfigError::Syntax {
            path: path.to_owned(),
            line,
            column,
            message,
        })
    })
}

/// Puts the tables that name a server in the place of the source of this title back from the whole file.
fn keep_server(whole: &Table, table: &mut Table, title: &str) {
    let of = |section: &str, name: &str| whole.get(section)?.as_table()?.get(name).cloned();
    let replaced = of("source", title);
    let named = replaced
        .as_ref()
        .and_then(|it| it.get("replace-with")?.as_str());
    let Some(named) = named.map(str::to_owned) else {
        return;
    };
    for (section, name) in [
        ("source", title),
        ("source", &*named),
        ("registries", &*named),
    ] {
        let Some(kept) = of(section, name) else {
            continue;
        };
        let entry = table.entry(section);
        let into = entry.or_insert_with(|| Value::Table(Table::new()));
        if let Some(into) = into.as_table_mut() {
            into.insert(name.to_owned(), kept);
        }
    }
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
