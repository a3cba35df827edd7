//! All that is checked of a package before anything is written.

use std::io::Read;

use toml::Value;

use crate::io::access::private_names::{Private, PrivateNames};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::compare::compare;
use crate::model::hosting::rules::{self, Findings};
use crate::model::hosting::settings::MissingDependency;
use crate::model::hosting::upload::UploadMetadata;
use crate::model::index::file::IndexLine;
use crate::model::index::from_manifest::{self, DependencyKind, NewLine, OwnAddresses};
use crate::model::index::strict;
use crate::model::package::archive;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::package::manifest::Manifest;
use crate::model::source::id::CRATES_IO;
use crate::model::units::timestamp::Timestamp;
use crate::ops::publish::registry::OpenRegistry;

/// A package that may be published, as far as it alone can tell.
#[derive(Debug)]
pub struct Candidate {
    pub id: CrateId,
    pub checksum: Sha256,
    pub line: IndexLine,
    pub warnings: Vec<String>,
}

/// What is known of a package besides its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Examined<'a> {
    pub id: &'a CrateId,
    pub checksum: Sha256,
    /// Of the archive, in bytes.
    pub size: u64,
    /// What was sent with it.
    pub said: Option<&'a UploadMetadata>,
    pub published: Timestamp,
    /// Whether crates.io has a crate of this name; asked at the first publish only.
    pub is_public: bool,
}

/// Examines a package. All that is wrong comes in one error.
pub fn examine(
    archive: impl Read,
    examined: &Examined<'_>,
    registry: &OpenRegistry,
    names: &PrivateNames,
) -> Result<Candidate> {
    let mut found = rules::identity(examined.id, &registry.policy);
    if examined.size > registry.policy.max_crate_size {
        found.refuse(format!(
            "it has {} bytes, and this registry takes {}: leave files out, or have `max-crate-size` raised",
            examined.size, registry.policy.max_crate_size
        ));
    }
    if examined.is_public && !names.may_be_public(&examined.id.name) {
        let name = &examined.id.name;
        found.refuse(format!(
            "the name `{name}` is on crates.io, where it is somebody else's: choose another, or have it added to \
             `allow-public` of the registry"
        ));
    }
    let line = contents(archive, examined, registry, names, &mut found);
    let raw = line.as_ref().map(NewLine::render).unwrap_or_default();
    if line.is_some() {
        // Read back as cargo reads it: no line is better than a bad one.
        for fault in strict::faults(&raw) {
            found.refuse(format!(
                "cargo would not read its line in the index: {fault}"
            ));
        }
    }
    let parsed = IndexLine::parse(&raw);
    if let (Some(_), Ok(line)) = (&line, &parsed)
        && line.id() != examined.id
        // What was sent with it was compared already.
        && examined.said.is_none()
    {
        found.refuse(format!("its Cargo.toml says that it is {}", line.id()));
    }
    let line = match parsed {
        Ok(line) if found.refused.is_empty() => line,
        _ => {
            return Err(Error::Hosting(HostingError::Refused {
                what: examined.id.to_string(),
                findings: found.refused,
            }));
        }
    };
    Ok(Candidate {
        id: examined.id.clone(),
        checksum: examined.checksum,
        line,
        warnings: found.warnings,
    })
}

/// The line that the package itself asks for.
fn contents(
    archive: impl Read,
    examined: &Examined<'_>,
    registry: &OpenRegistry,
    names: &PrivateNames,
    found: &mut Findings,
) -> Option<NewLine> {
    let contents = match archive::check(archive, examined.size, examined.id) {
        Ok(contents) => contents,
        Err(bad) => {
            found.refuse(format!(
                "its archive is not one that cargo unpacks: {}",
                chain(&bad)
            ));
            return None;
        }
    };
    for path in &contents.suspicious {
        found.warn(format!(
            "it holds `{path}`: is that meant for everybody who may read here?"
        ));
    }
    let most = registry.policy.max_entries;
    if contents.entries > most {
        found.refuse(format!(
            "its archive has {} files and folders, and this registry takes {most}: leave some out, or have `max-entries` raised",
            contents.entries
        ));
    }
    let Some(text) = &contents.manifest else {
        found.refuse(format!(
            "its archive has no `{}-{}/Cargo.toml`",
            examined.id.name, examined.id.version
        ));
        return None;
    };
    let manifest = match Manifest::parse(text) {
        Ok(manifest) => manifest,
        Err(bad) => {
            found.refuse(format!("its Cargo.toml cannot be read: {bad}"));
            return None;
        }
    };
    let own = registry.marker.own();
    let published = Some(examined.published.to_string());
    let mut line = match from_manifest::line(&manifest, &examined.checksum, &own, published) {
        Ok(line) => line,
        Err(bad) => {
            for bad in bad {
                found.refuse(bad.to_string());
            }
            return None;
        }
    };
    if let Some(said) = examined.said {
        let (compared, differences) = compare(line, said, &own);
        found.add(differences);
        line = compared;
    }
    found.add(rules::contents(&manifest, &line, &registry.policy));
    found.add(dependencies(&line, registry, names));
    Some(line)
}

/// Where the dependencies are, and whether they are there.
fn dependencies(line: &NewLine, registry: &OpenRegistry, names: &PrivateNames) -> Findings {
    let mut found = Findings::default();
    let allowed = &registry.policy.dep_registries;
    let allowed = OwnAddresses::new(allowed.iter().map(String::as_str));
    for dep in &line.deps {
        let fetched = dep.fetched();
        let Ok(name) = CrateName::parse(fetched) else {
            continue;
        };
        match &dep.registry {
            None => {
                let itself = fetched == line.name;
                if !itself && !holds(registry, &name) {
                    missing(fetched, dep.kind, registry, &mut found);
                }
            }
            Some(address) if CRATES_IO.ends_with(address.as_str()) => {
                let said = match names.why(&name) {
                    Some(Private::Hosted(holder)) => format!(
                        "`{fetched}` is a private crate of the registry `{holder}`: did you mean `registry = \"{holder}\"`?"
                    ),
                    Some(Private::Reserved) => {
                        format!(
                            "`private-names` keeps `{fetched}` from crates.io: name its registry"
                        )
                    }
                    None => continue,
                };
                let name = &dep.name;
                found.refuse(format!(
                    "the dependency `{name}` is taken from crates.io, and {said}"
                ));
            }
            Some(address) => {
                if !registry.policy.dep_registries.is_empty() && !allowed.contains(address) {
                    found.refuse(format!(
                        "the dependency `{}` is in the registry {address}, which is none of `dep-registries`: take it from \
                         one of them, or have it added",
                        dep.name
                    ));
                }
            }
        }
    }
    found
}

/// Whether the registry has a crate of exactly this name.
fn holds(registry: &OpenRegistry, name: &CrateName) -> bool {
    let index = registry.store.read_index(name);
    index.is_ok_and(|index| index.lines().iter().any(|line| line.id().name == *name))
}

fn missing(name: &str, kind: DependencyKind, registry: &OpenRegistry, found: &mut Findings) {
    let what = format!(
        "the dependency `{name}` is to be in the registry `{}`, and there is no crate of this name: publish it first, or name \
         the registry that has it",
        registry.name
    );
    match (registry.policy.deps, kind) {
        (MissingDependency::Any, _) => {}
        // Two crates may need each other for their tests.
        (MissingDependency::Refuse, DependencyKind::Normal | DependencyKind::Build) => {
            found.refuse(what);
        }
        _ => found.warn(what),
    }
}

/// The keys of `[package]` that a search looks at.
pub fn description(manifest: &str) -> Option<String> {
    let manifest = Manifest::parse(manifest).ok()?;
    let description = manifest.package()?.get("description");
    let text = description.and_then(Value::as_str)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
