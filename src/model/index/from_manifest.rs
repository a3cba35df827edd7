//! From the manifest inside a `.crate` to the line of the index.
//!
//! This is the one place that knows how, for a publish over HTTP, a file that is added, and a folder that people push to.
//! The manifest is the packaged one: cargo has written out what a workspace gives, and left out paths. What the upload's
//! own JSON says is compared with it and never used: crates.io does the same.
//!
//! ```text
//! [dependencies.alias] package = "real"     ->  "name":"alias","package":"real"   what the code says, what to fetch
//! no `registry-index`                       ->  the default registry's index      absent there means crates.io
//! `registry-index` of this registry         ->  no `registry`                     absent here means this registry
//! ```

use std::collections::BTreeMap;

use cargo_platform::Platform;
use semver::VersionReq;
use serde::Serialize;
use toml::{Table, Value};
use url::Url;

use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName, Invalid, Version};
use crate::model::package::manifest::Manifest;
use crate::model::source::id::CRATES_IO;
use crate::model::text::printable;

/// Something in a packaged manifest of which no index line can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadField {
    #[error("its Cargo.toml has no `[package]`")]
    NoPackage,
    #[error("`package.{0}` is missing in its Cargo.toml")]
    Missing(&'static str),
    #[error("`{}` in its Cargo.toml is not {expected}", printable(.field))]
    Kind {
        field: String,
        expected: &'static str,
    },
    #[error(
        "`{}` in its Cargo.toml is still to come from a workspace: package it with cargo",
        printable(.0)
    )]
    Inherited(String),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the dependency `{}` asks for the version `{}`: {cause}", printable(.name), printable(.requirement))]
    Requirement {
        name: String,
        requirement: String,
        cause: String,
    },
    #[error("the dependency `{}` has no version: only cargo's own packaging may leave out where it comes from", printable(.0))]
    NoVersion(String),
    #[error("`{}` is not a platform: {cause}", printable(.platform))]
    Platform { platform: String, cause: String },
    #[error("the dependency `{}` names a registry and not its index: package it with cargo", printable(.0))]
    RegistryByName(String),
    #[error("the dependency `{}` has the registry `{}`, which is no address", printable(.name), printable(.address))]
    Registry { name: String, address: String },
    #[error(
        "`package.rust-version` is `{}`: it is digits and dots, as in `1.80` or `1.80.1`",
        printable(.0)
    )]
    RustVersion(String),
}

/// The addresses under which clients know a registry's index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddresses(Vec<String>);

impl OwnAddresses {
    pub fn new<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let plain = addresses.into_iter().filter_map(plain_address);
        Self(plain.collect())
    }

    pub fn contains(&self, address: &str) -> bool {
        plain_address(address).is_some_and(|address| self.0.contains(&address))
    }
}

/// One spelling for all: no slash at its end, the host in lower case. A sparse index and a git index are two registries.
fn plain_address(address: &str) -> Option<String> {
    let address = address.strip_prefix("registry+").unwrap_or(address);
    let (kind, address) = match address.strip_prefix("sparse+") {
        Some(address) => ("sparse+", address),
        None => ("", address),
    };
    let url = Url::parse(address).ok()?;
    let url = url.as_str().trim_end_matches('/');
    Some(format!("{kind}{}", url.strip_suffix(".git").unwrap_or(url)))
}

/// One dependency, its fields in the order that crates.io writes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineDependency {
    /// What the code says.
    pub name: String,
    pub req: String,
    pub features: Vec<String>,
    pub optional: bool,
    pub default_features: bool,
    pub target: Option<String>,
    pub kind: DependencyKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// What to fetch, where the code calls it otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bindep_target: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lib: bool,
}

impl LineDependency {
    /// The crate that is fetched.
    pub fn fetched(&self) -> &str {
        self.package.as_deref().unwrap_or(&self.name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    Normal,
    Dev,
    Build,
}

/// A line of the index, its fields in the order that crates.io writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewLine {
    pub name: String,
    pub vers: String,
    pub deps: Vec<LineDependency>,
    pub cksum: String,
    pub features: BTreeMap<String, Vec<String>>,
    pub yanked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust_version: Option<String>,
    /// `YYYY-MM-DDTHH:MM:SSZ`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pubtime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v: Option<u32>,
}

impl NewLine {
    /// The text of the line, without its end.
    pub fn render(&self) -> Vec<u8> {
        // Neither maps with odd keys nor anything else that could fail is in it.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub fn id(&self) -> Result<CrateId, Invalid> {
        CrateId::parse(&self.name, &self.vers)
    }
}

/// The line of a package. `own` are the addresses of the registry that the line is for. All that is wrong comes back at once.
pub fn line(
    manifest: &Manifest,
    checksum: &Sha256,
    own: &OwnAddresses,
    pubtime: Option<String>,
) -> Result<NewLine, Vec<BadField>> {
    let mut wrong = Vec::new();
    let Some(package) = manifest.package() else {
        return Err(vec![BadField::NoPackage]);
    };
    for (key, value) in package {
        if is_inherited(value) {
            wrong.push(BadField::Inherited(format!("package.{key}")));
        }
    }
    let mut text = |key: &'static str| match package.get(key) {
        None => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(value) if is_inherited(value) => None,
        Some(_) => {
            wrong.push(kind(&format!("package.{key}"), "text"));
            None
        }
    };
    let (name, version) = (text("name"), text("version"));
    let (links, rust_version) = (text("links"), text("rust-version"));
    match &name {
        Some(name) => wrong.extend(CrateName::parse(name).err().map(BadField::from)),
        None => wrong.push(BadField::Missing("name")),
    }
    let said = name.clone().unwrap_or_default();
    let mut vers = String::new();
    match version
        .as_ref()
        .map(|version| Version::parse(&said, version))
    {
        Some(Ok(version)) => vers = version.to_string(),
        Some(Err(invalid)) => wrong.push(invalid.into()),
        None => wrong.push(BadField::Missing("version")),
    }
    if let Some(version) = rust_version.as_ref().filter(|text| !is_rust_version(text)) {
        wrong.push(BadField::RustVersion(version.clone()));
    }
    let deps = dependencies(manifest.table(), own, &mut wrong);
    let features = features(manifest.table(), &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let v = version_of_format(&deps, &features);
    Ok(NewLine {
        name: said,
        vers,
        deps,
        cksum: checksum.to_string(),
        features,
        yanked: false,
        links,
        rust_version,
        pubtime,
        v,
    })
}

fn kind(field: &str, expected: &'static str) -> BadField {
    BadField::Kind {
        field: field.to_owned(),
        expected,
    }
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// What cargo's `PartialVersion` takes without a pre-release: up to three numbers.
pub fn is_rust_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let number =
        |part: &&str| !part.is_empty() && part.parse::<u64>().is_ok() && !part.starts_with('+');
    (1..=3).contains(&parts.len()) && parts.iter().all(number)
}

/// 2: a feature that cargo before 1.60 does not understand. 3: artifact dependencies.
fn version_of_format(
    deps: &[LineDependency],
    features: &BTreeMap<String, Vec<String>>,
) -> Option<u32> {
    if deps.iter().any(|dep| dep.artifact.is_some()) {
        return Some(3);
    }
    let mut values = features.values().flatten();
    values
        .any(|value| value.starts_with("dep:") || value.contains("?/"))
        .then_some(2)
}

/// Cargo takes the older spelling where the newer one is not there.
fn spelled<'t>(table: &'t Table, newer: &str, older: &str) -> Option<&'t Value> {
    table.get(newer).or_else(|| table.get(older))
}

fn dependencies(
    manifest: &Table,
    own: &OwnAddresses,
    wrong: &mut Vec<BadField>,
) -> Vec<LineDependency> {
    let mut found = Vec::new();
    let mut of_tables = |tables: &Table, target: Option<&String>, wrong: &mut Vec<BadField>| {
        let of_kinds = [
            (
                DependencyKind::Normal,
                tables.get("dependencies"),
                "dependencies",
            ),
            (
                DependencyKind::Dev,
                spelled(tables, "dev-dependencies", "dev_dependencies"),
                "dev-dependencies",
            ),
            (
                DependencyKind::Build,
                spelled(tables, "build-dependencies", "build_dependencies"),
                "build-dependencies",
            ),
        ];
        for (of_kind, table, called) in of_kinds {
            let dependencies = match table {
                None => continue,
                Some(Value::Table(dependencies)) => dependencies,
                Some(_) => {
                    wrong.push(kind(called, "a table"));
                    continue;
                }
            };
            for (name, value) in dependencies {
                match dependency(name, value, of_kind, own) {
                    Ok(mut dependency) => {
                        dependency.target = target.cloned();
                        found.push(dependency);
                    }
                    Err(bad) => wrong.push(bad),
                }
            }
        }
    };
    of_tables(manifest, None, wrong);
    match manifest.get("target") {
        None => {}
        Some(Value::Table(targets)) => {
            for (target, tables) in targets {
                match (platform(target), tables.as_table()) {
                    (Ok(target), Some(tables)) => of_tables(tables, Some(&target), wrong),
                    (Err(bad), _) => wrong.push(bad),
                    (_, None) => wrong.push(kind(&format!("target.{target}"), "a table")),
                }
            }
        }
        Some(_) => wrong.push(kind("target", "a table")),
    }
    // Cargo before 1.60 went by the first of two that differ in kind: the one that is built with is to be it.
    found.sort_by(|one, other| {
        let key = |dep: &LineDependency| (dep.name.clone(), dep.kind, dep.req.clone());
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    });
    found
}

/// As cargo prints it: crates.io has what cargo has sent.
fn platform(target: &str) -> Result<String, BadField> {
    let parsed = target.parse::<Platform>();
    parsed
        .map(|platform| platform.to_string())
        .map_err(|cause| BadField::Platform {
            platform: target.to_owned(),
            cause: cause.to_string(),
        })
}

fn dependency(
    name: &str,
    value: &Value,
    of_kind: DependencyKind,
    own: &OwnAddresses,
) -> Result<LineDependency, BadField> {
    let empty = Table::new();
    let (req, table) = match value {
        Value::String(version) => (Some(version.as_str()), &empty),
        Value::Table(_) if is_inherited(value) => {
            return Err(BadField::Inherited(name.to_owned()));
        }
        Value::Table(table) => (text_of(name, table, "version")?, table),
        _ => return Err(kind(name, "a version or a table")),
    };
    let Some(req) = req else {
        // `cargo package` writes `*` for a dev-dependency whose path it leaves out, and refuses all others.
        return Err(BadField::NoVersion(name.to_owned()));
    };
    let parsed: VersionReq = req.parse().map_err(|cause: semver::Error| {
        let (name, requirement, cause) = (name.to_owned(), req.to_owned(), cause.to_string());
        BadField::Requirement {
            name,
            requirement,
            cause,
        }
    })?;
    let package = text_of(name, table, "package")?.filter(|package| *package != name);
    CrateName::parse(package.unwrap_or(name))?;
    let artifact = match table.get("artifact") {
        None => None,
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(_) => Some(list_of(name, table, "artifact")?),
    };
    let default_features = spelled(table, "default-features", "default_features");
    Ok(LineDependency {
        name: name.to_owned(),
        req: parsed.to_string(),
        features: list_of(name, table, "features")?
            .into_iter()
            .filter(|feature| !feature.is_empty())
            .collect(),
        optional: yes_or_no(name, table.get("optional"), false)?,
        default_features: yes_or_no(name, default_features, true)?,
        target: None,
        kind: of_kind,
        registry: registry(name, table, own)?,
        package: package.map(str::to_owned),
        bindep_target: match &artifact {
            Some(_) => text_of(name, table, "target")?.map(str::to_owned),
            None => None,
        },
        lib: artifact.is_some() && yes_or_no(name, table.get("lib"), false)?,
        artifact,
    })
}

/// Absent in a manifest is crates.io; absent in a line is the registry of the line.
fn registry(name: &str, table: &Table, own: &OwnAddresses) -> Result<Option<String>, BadField> {
    let address = match text_of(name, table, "registry-index")? {
        Some(address) => address,
        None if table.contains_key("registry") => {
            return Err(BadField::RegistryByName(name.to_owned()));
        }
        None => CRATES_IO,
    };
    if plain_address(address).is_none() {
        return Err(BadField::Registry {
            name: name.to_owned(),
            address: address.to_owned(),
        });
    }
    // Cargo 1.96 does not take `registry+` here (rust-lang/cargo#17096).
    let spelled = address.strip_prefix("registry+").unwrap_or(address);
    Ok((!own.contains(address)).then(|| spelled.to_owned()))
}

fn text_of<'t>(name: &str, table: &'t Table, key: &str) -> Result<Option<&'t str>, BadField> {
    match table.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(kind(&format!("{name}.{key}"), "text")),
    }
}

fn list_of(name: &str, table: &Table, key: &str) -> Result<Vec<String>, BadField> {
    let wrong = || kind(&format!("{name}.{key}"), "a list of texts");
    let Some(value) = table.get(key) else {
        return Ok(Vec::new());
    };
    let list = value.as_array().ok_or_else(wrong)?.iter();
    list.map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
        .collect()
}

fn yes_or_no(name: &str, value: Option<&Value>, absent: bool) -> Result<bool, BadField> {
    match value {
        None => Ok(absent),
        Some(Value::Boolean(value)) => Ok(*value),
        Some(_) => Err(kind(name, "`true` or `false` in all its switches")),
    }
}

fn features(manifest: &Table, wrong: &mut Vec<BadField>) -> BTreeMap<String, Vec<String>> {
    let table = match manifest.get("features") {
        None => return BTreeMap::new(),
        Some(Value::Table(table)) => table,
        Some(_) => {
            wrong.push(kind("features", "a table"));
            return BTreeMap::new();
        }
    };
    let mut found = BTreeMap::new();
    for name in table.keys() {
        match list_of("features", table, name) {
            Ok(values) => drop(found.insert(name.clone(), values)),
            Err(bad) => wrong.push(bad),
        }
    }
    found
}
