//! The reports of `search`, `show` and `catalog`.

use std::path::PathBuf;

use serde::Serialize;

use crate::io::catalog::base;
use crate::io::catalog::snapshot::FoundRow;
use crate::model::about::index_line;
use crate::model::search::origin;
use crate::model::search::rank::Tier;
use crate::model::search::row::{Fact, FactSource, Row};
use crate::ops::catalog::look::{CatalogReport, SearchReport, ShowReport};

/// Where facts come from, and of what day they are.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Origin {
    /// The mirror's own index and packages.
    pub mirror: Option<OriginPart>,
    /// The registry's database dump.
    pub dump: Option<OriginPart>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OriginPart {
    /// RFC 3339.
    pub at: String,
    pub crates: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Searched {
    pub registry: String,
    pub query: String,
    /// How many fit, of which `crates` are the first.
    pub total: usize,
    pub crates: Vec<FoundCrate>,
    pub known: Origin,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FoundCrate {
    pub name: String,
    pub version: Option<String>,
    pub description: Option<String>,
    /// Whether the name is what was asked for.
    pub exact: bool,
    /// Whether something of it is in the mirror.
    pub mirrored: bool,
    pub yanked: bool,
    /// Crates whose newest version depends on it, as far as is known.
    pub dependants: u32,
    /// Of the database dump.
    pub downloads: Option<u64>,
}

/// A text, and where it comes from: `index`, `manifest` or `dump`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactText {
    pub value: String,
    pub from: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactList {
    pub value: Vec<String>,
    pub from: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shown {
    pub registry: String,
    pub name: String,
    pub version: String,
    pub yanked: bool,
    /// Size of the package in bytes, if it is in the mirror.
    pub size: Option<u64>,
    /// RFC 3339.
    pub published: Option<String>,
    pub description: Option<FactText>,
    pub license: Option<FactText>,
    pub homepage: Option<FactText>,
    pub documentation: Option<FactText>,
    pub repository: Option<FactText>,
    pub rust_version: Option<FactText>,
    pub edition: Option<FactText>,
    pub keywords: Option<FactList>,
    pub categories: Option<FactList>,
    /// Logins, of the database dump.
    pub owners: Vec<String>,
    /// Of the database dump.
    pub downloads: Option<u64>,
    /// How many crates' newest versions depend on it, as far as is known.
    pub dependants: u32,
    /// Those in the mirror's index, the newest first.
    pub versions: Vec<String>,
    /// Of the index; null where the mirror's index does not have this version.
    pub dependencies: Option<Vec<ShownDependency>>,
    pub features: Option<Vec<ShownFeature>>,
    /// With `--dependants`.
    pub dependant_list: Option<Vec<ShownDependant>>,
    /// With `--readme`.
    pub readme: Option<String>,
    /// What the registry says of a name that it has deleted.
    pub deleted: Option<String>,
    pub known: Origin,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownDependency {
    pub name: String,
    pub package: Option<String>,
    pub requirement: String,
    /// `normal`, `build` or `dev`.
    pub kind: String,
    pub optional: bool,
    pub default_features: bool,
    pub features: Vec<String>,
    pub target: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownFeature {
    pub name: String,
    pub enables: Vec<String>,
    pub by_default: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownDependant {
    pub name: String,
    pub version: String,
    pub requirements: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Catalogs {
    pub mirror: PathBuf,
    pub catalogs: Vec<CatalogEntry>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CatalogEntry {
    pub registry: String,
    pub crates: usize,
    /// Crates that have changed since it was written as a whole.
    pub changes: usize,
    pub known: Origin,
}

impl From<&origin::Origin> for Origin {
    fn from(origin: &origin::Origin) -> Self {
        let part = |part: &Option<origin::Part>| {
            part.as_ref().map(|part| OriginPart {
                at: part.at.to_string(),
                crates: part.crates,
            })
        };
        Self {
            mirror: part(&origin.mirror),
            dump: part(&origin.dump),
        }
    }
}

impl Searched {
    pub fn of(report: &SearchReport, query: &str) -> Self {
        Self {
            registry: report.registry.clone(),
            query: query.to_owned(),
            total: report.found.total,
            crates: report.found.rows.iter().map(FoundCrate::from).collect(),
            known: (&report.origin).into(),
        }
    }
}

impl From<&FoundRow> for FoundCrate {
    fn from(found: &FoundRow) -> Self {
        let row = &found.row;
        Self {
            name: row.name.clone(),
            version: row.version().map(|(version, _)| version.to_owned()),
            description: row.description().map(|(text, _)| text.to_owned()),
            exact: found.tier == Tier::Exact,
            mirrored: row.here.is_some(),
            yanked: row.here.as_ref().is_some_and(|here| here.yanked),
            dependants: row.dependants,
            downloads: row.dump.as_ref().map(|dump| dump.downloads),
        }
    }
}

/// The name of where a fact comes from.
pub fn source(from: FactSource) -> &'static str {
    match from {
        FactSource::Index => "index",
        FactSource::Manifest => "manifest",
        FactSource::Dump => "dump",
    }
}

fn text(fact: Fact<&str>) -> Option<FactText> {
    let (value, from) = fact?;
    Some(FactText {
        value: value.to_owned(),
        from: source(from).to_owned(),
    })
}

fn list(fact: Fact<&[String]>) -> Option<FactList> {
    let (value, from) = fact?;
    Some(FactList {
        value: value.to_vec(),
        from: source(from).to_owned(),
    })
}

impl From<&ShowReport> for Shown {
    fn from(report: &ShowReport) -> Self {
        let facts = report.facts.as_ref();
        let row: Row = report.presented();
        let dump = row.dump.as_ref();
        Self {
            registry: report.registry.clone(),
            name: row.name.clone(),
            version: report.version.clone(),
            yanked: report.yanked,
            size: report.size,
            published: facts
                .and_then(|facts| facts.published)
                .map(|at| at.to_string()),
            description: text(row.description()),
            license: text(row.text(|about| about.license.as_ref())),
            homepage: text(row.text(|about| about.homepage.as_ref())),
            documentation: text(row.text(|about| about.documentation.as_ref())),
            repository: text(row.text(|about| about.repository.as_ref())),
            rust_version: text(row.text(|about| about.rust_version.as_ref())),
            edition: text(row.text(|about| about.edition.as_ref())),
            keywords: list(row.list(|about| &about.keywords)),
            categories: list(row.list(|about| &about.categories)),
            owners: dump.map(|dump| dump.owners.clone()).unwrap_or_default(),
            downloads: dump.map(|dump| dump.downloads),
            dependants: row.dependants,
            versions: report.versions.iter().map(ToString::to_string).collect(),
            dependencies: facts.map(|facts| facts.needs.iter().map(Into::into).collect()),
            features: facts.map(|facts| facts.features.iter().map(Into::into).collect()),
            dependant_list: report
                .dependants
                .as_ref()
                .map(|list| list.iter().map(Into::into).collect()),
            readme: report.readme.clone(),
            deleted: report
                .gone
                .as_ref()
                .map(|gone| gone.message.clone().unwrap_or_default()),
            known: (&report.origin).into(),
        }
    }
}

impl From<&index_line::Needed> for ShownDependency {
    fn from(needed: &index_line::Needed) -> Self {
        let package = needed.package.as_ref().map(ToString::to_string);
        Self {
            package: package.filter(|package| *package != needed.name),
            name: needed.name.clone(),
            requirement: needed.requirement.clone(),
            kind: kind(needed.kind).to_owned(),
            optional: needed.optional,
            default_features: needed.default_features,
            features: needed.features.clone(),
            target: needed.target.clone(),
        }
    }
}

/// The name of a kind of dependencies.
pub fn kind(kind: index_line::NeededFor) -> &'static str {
    match kind {
        index_line::NeededFor::Normal => "normal",
        index_line::NeededFor::Build => "build",
        index_line::NeededFor::Dev => "dev",
    }
}

impl From<&index_line::Feature> for ShownFeature {
    fn from(feature: &index_line::Feature) -> Self {
        Self {
            name: feature.name.clone(),
            enables: feature.enables.clone(),
            by_default: feature.by_default,
        }
    }
}

impl From<&base::Dependant> for ShownDependant {
    fn from(dependant: &base::Dependant) -> Self {
        Self {
            name: dependant.name.clone(),
            version: dependant.version.clone(),
            requirements: dependant
                .ways
                .iter()
                .map(|way| way.requirement.clone())
                .collect(),
        }
    }
}

impl From<&CatalogReport> for CatalogEntry {
    fn from(report: &CatalogReport) -> Self {
        Self {
            registry: report.registry.clone(),
            crates: report.crates,
            changes: report.changes,
            known: (&report.origin).into(),
        }
    }
}
