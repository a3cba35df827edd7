//! One crate, as crates.io's web API tells of it: what editors and scripts ask for. Nothing is asked of upstream.
//!
//! ```text
//! GET crates/NAME                        the crate and its versions, without features: those make answers of megabytes
//! GET crates/NAME/versions
//! GET crates/NAME/VERSION
//! GET crates/NAME/VERSION/dependencies
//! GET crates/NAME/reverse_dependencies?page=1&per_page=10
//! ```

use std::sync::Arc;

use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use crate::io::catalog::snapshot::Catalog;
use crate::model::about::index_line::{LineFacts, Needed, NeededFor};
use crate::model::access::principal::Principal;
use crate::model::access::scope::Scope;
use crate::model::error::Result;
use crate::model::package::id::{CrateName, Version};
use crate::model::search::origin::Origin;
use crate::model::search::row::Row;
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::{Body, blocking, error};
use crate::serve::api::call::call_of;
use crate::serve::api::search::{CrateSummary, answer, json, reader};
use crate::serve::registry::shelf::{Found, KnownCrate, Release, look_up};
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// No more versions and dependants are sent at once.
const MOST_VERSIONS: usize = 5000;
const MOST: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    Crate(CrateName),
    Versions(CrateName),
    Version(CrateName, Version),
    Dependencies(CrateName, Version),
    Dependants(CrateName),
    Summary,
}

impl Read {
    /// What a path of the API asks to read; `None`: it is another call.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let rest = call_of(path)?;
        if rest == "summary" {
            return Some(Self::Summary);
        }
        let mut parts = rest.strip_prefix("crates/")?.split('/');
        let name = CrateName::parse(parts.next()?).ok()?;
        let version = |text: &str| {
            // As in other paths: gateways that read a path as a form turn `+` into a space.
            let text = text
                .replace("%2B", "+")
                .replace("%2b", "+")
                .replace("%20", "+");
            Version::parse(name.as_str(), &text).ok()
        };
        let read = match (parts.next(), parts.next()) {
            (None, _) => Self::Crate(name),
            (Some("versions"), None) => Self::Versions(name),
            (Some("reverse_dependencies"), None) => Self::Dependants(name),
            (Some(text), None) => Self::Version(name.clone(), version(text)?),
            (Some(text), Some("dependencies")) => Self::Dependencies(name.clone(), version(text)?),
            _ => return None,
        };
        parts.next().is_none().then_some(read)
    }

    /// The crate that is meant.
    pub fn name(&self) -> Option<&CrateName> {
        match self {
            Self::Crate(name)
            | Self::Versions(name)
            | Self::Version(name, _)
            | Self::Dependencies(name, _)
            | Self::Dependants(name) => Some(name),
            Self::Summary => None,
        }
    }
}

/// A version of a crate. Its features are in the index.
#[derive(Serialize)]
struct VersionSummary {
    id: String,
    #[serde(rename = "crate")]
    name: String,
    num: String,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    yanked: bool,
    license: Option<String>,
    crate_size: Option<u64>,
    checksum: Option<String>,
    rust_version: Option<String>,
    links: Option<String>,
    dl_path: String,
    /// Whether it is in this mirror.
    mirrored: bool,
}

#[derive(Serialize)]
struct Needs {
    dependencies: Vec<NeedLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<Vec<VersionName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Total>,
}

#[derive(Serialize)]
struct NeedLine {
    id: usize,
    version_id: String,
    crate_id: String,
    req: String,
    kind: &'static str,
    optional: bool,
    default_features: bool,
    features: Vec<String>,
    target: Option<String>,
}

#[derive(Serialize)]
struct VersionName {
    id: String,
    #[serde(rename = "crate")]
    name: String,
    num: String,
}

#[derive(Serialize)]
struct Total {
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<Origin>,
}

/// Answers what is asked. Whether its reader may see it is known already.
pub async fn read<B>(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    request: &Request<B>,
    read: Read,
) -> Response<Body> {
    let catalog = match state.catalog(source).await {
        Ok(catalog) => catalog,
        Err(cause) => return answer(Err::<(), _>(cause), |()| absent()),
    };
    let (server, source) = (Arc::clone(state), Arc::clone(source));
    let query = request.uri().query().unwrap_or("").to_owned();
    let reader = reader(&server, &source, request);
    let done = blocking("reading of a crate", move || {
        let asker = Asker {
            state: &server,
            source: &source,
            catalog: &catalog,
            reader: reader.as_ref(),
        };
        made(&asker, &read, &query)
    });
    done.await
        .unwrap_or_else(|cause| answer(Err::<(), _>(cause), |()| absent()))
}

fn absent() -> Response<Body> {
    error(
        StatusCode::NOT_FOUND,
        "nothing is known of such a crate or version here",
    )
}

/// Of which registry something is asked, and by whom.
struct Asker<'a> {
    state: &'a ServerState,
    source: &'a Source,
    catalog: &'a Catalog,
    /// `None`: whoever asks may see every crate.
    reader: Option<&'a Principal>,
}

fn made(asker: &Asker<'_>, read: &Read, query: &str) -> Result<Response<Body>> {
    let (state, source, catalog) = (asker.state, asker.source, asker.catalog);
    let Some(name) = read.name().filter(|name| !state.is_hidden(source, name)) else {
        return Ok(absent());
    };
    if let Read::Dependants(_) = read {
        return dependants(asker, name, query);
    }
    let (row, known) = (catalog.row(name.as_str())?, known(state, source, name)?);
    if row.is_none() && known.is_none() {
        return Ok(absent());
    }
    let versions = versions(source, row.as_ref(), known.as_ref());
    let release = |version: &Version| known.as_ref().and_then(|known| known.release(version));
    Ok(match read {
        Read::Crate(_) => {
            #[derive(Serialize)]
            struct Whole<'r> {
                #[serde(rename = "crate")]
                krate: CrateSummary<'r>,
                versions: Vec<VersionSummary>,
                keywords: [(); 0],
                categories: [(); 0],
                known: Origin,
            }
            let named = Row {
                name: versions
                    .first()
                    .map_or_else(|| name.to_string(), |one| one.name.clone()),
                ..Row::default()
            };
            json(&Whole {
                krate: CrateSummary::new(row.as_ref().unwrap_or(&named), true),
                versions,
                keywords: [],
                categories: [],
                known: catalog.origin(),
            })
        }
        Read::Versions(_) => {
            #[derive(Serialize)]
            struct Versions {
                meta: Total,
                versions: Vec<VersionSummary>,
            }
            let total = versions.len() as u64;
            let meta = Total { total, known: None };
            json(&Versions { meta, versions })
        }
        Read::Version(_, version) => {
            let number = version.to_string();
            match versions.into_iter().find(|one| one.num == number) {
                Some(version) => json(&serde_json::json!({ "version": version })),
                None => absent(),
            }
        }
        Read::Dependencies(_, version) => match release(version) {
            Some(release) => json(&needs(release)),
            None => absent(),
        },
        Read::Dependants(_) | Read::Summary => absent(),
    })
}

fn known(state: &ServerState, source: &Source, name: &CrateName) -> Result<Option<KnownCrate>> {
    let found = match look_up(state, source, name)? {
        Found::Spelled(spelled) => look_up(state, source, &spelled)?,
        found => found,
    };
    Ok(match found {
        Found::Here(known) => Some(known),
        Found::Spelled(_) | Found::Nothing => None,
    })
}

/// The versions of a crate, the newest first: those of the index, else the one that the dump names.
fn versions(source: &Source, row: Option<&Row>, known: Option<&KnownCrate>) -> Vec<VersionSummary> {
    let license = row.and_then(|row| row.text(|about| about.license.as_ref()));
    let newest = row.and_then(Row::version).map(|(version, _)| version);
    let license = |number: &str| {
        // It is known of the newest version alone.
        let license = license.filter(|_| newest == Some(number));
        license.map(|(text, _)| text.to_owned())
    };
    let path = |name: &str, number: &str| format!("/{}/dl/{name}/{number}/download", source.prefix);
    if let Some(known) = known {
        let releases = known.releases.iter().take(MOST_VERSIONS);
        return releases
            .map(|release| {
                let (id, facts) = (release.id(), LineFacts::read(release.line.raw()));
                let number = id.version.to_string();
                VersionSummary {
                    id: id.to_string(),
                    name: id.name.to_string(),
                    created_at: facts.published,
                    updated_at: facts.published,
                    yanked: release.line.yanked(),
                    license: license(&number),
                    crate_size: release.size,
                    checksum: Some(release.line.checksum().to_string()),
                    rust_version: facts.rust_version,
                    links: facts.links,
                    dl_path: path(id.name.as_str(), &number),
                    mirrored: release.is_here(),
                    num: number,
                }
            })
            .collect();
    }
    let Some((row, dump)) = row.and_then(|row| Some((row, row.dump.as_ref()?))) else {
        return Vec::new();
    };
    let Some(number) = &dump.version else {
        return Vec::new();
    };
    vec![VersionSummary {
        id: format!("{}@{number}", row.name),
        name: row.name.clone(),
        num: number.clone(),
        created_at: dump.updated,
        updated_at: dump.updated,
        yanked: false,
        license: license(number),
        crate_size: dump.size,
        checksum: None,
        rust_version: dump.about.rust_version.clone(),
        links: None,
        dl_path: path(&row.name, number),
        mirrored: false,
    }]
}

fn needs(release: &Release) -> Needs {
    let facts = LineFacts::read(release.line.raw());
    let line = |(id, needed): (usize, Needed)| NeedLine {
        id,
        version_id: release.id().to_string(),
        crate_id: needed
            .package
            .map_or(needed.name, |package| package.to_string()),
        req: needed.requirement,
        kind: match needed.kind {
            NeededFor::Normal => "normal",
            NeededFor::Build => "build",
            NeededFor::Dev => "dev",
        },
        optional: needed.optional,
        default_features: needed.default_features,
        features: needed.features,
        target: needed.target,
    };
    Needs {
        dependencies: facts.needs.into_iter().enumerate().map(line).collect(),
        versions: None,
        meta: None,
    }
}

/// Who depends on a crate. Only the newest version of each is known, as on crates.io.
fn dependants(asker: &Asker<'_>, name: &CrateName, query: &str) -> Result<Response<Body>> {
    let (state, source, catalog) = (asker.state, asker.source, asker.catalog);
    let (mut page, mut most) = (1_usize, 10_usize);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "per_page" => most = value.parse().unwrap_or(most).clamp(1, MOST),
            "page" => page = value.parse().unwrap_or(page).clamp(1, 10_000),
            _ => {}
        }
    }
    let Some(row) = catalog.row(name.as_str())? else {
        return Ok(absent());
    };
    let found = catalog.dependants(name.as_str(), (page - 1) * most, most)?;
    let (mut dependencies, mut versions) = (Vec::new(), Vec::new());
    for one in found {
        let is_seen = |name: CrateName| {
            let reader = asker.reader;
            let may_read = reader.is_none_or(|it| it.may(Scope::Read, Some(&name)).is_ok());
            may_read && !state.is_hidden(source, &name)
        };
        if !CrateName::parse(&one.name).is_ok_and(is_seen) {
            continue;
        }
        let id = format!("{}@{}", one.name, one.version);
        for way in one.ways {
            dependencies.push(NeedLine {
                id: dependencies.len(),
                version_id: id.clone(),
                crate_id: row.name.clone(),
                req: way.requirement,
                kind: way.kind.as_str(),
                optional: way.optional,
                default_features: true,
                features: Vec::new(),
                target: None,
            });
        }
        versions.push(VersionName {
            id,
            name: one.name,
            num: one.version,
        });
    }
    let total = u64::from(row.dependants);
    Ok(json(&Needs {
        dependencies,
        versions: Some(versions),
        meta: Some(Total {
            total,
            known: Some(catalog.origin()),
        }),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart() {
        let of = |path: &str| Read::of(&Method::GET, path);
        let name = CrateName::parse("serde").unwrap();
        let version = |text: &str| Version::parse("serde", text).unwrap();
        assert_eq!(of("/api/v1/summary"), Some(Read::Summary));
        assert_eq!(of("/api/v1/crates/serde"), Some(Read::Crate(name.clone())));
        assert_eq!(
            of("/registries/r/api/v1/crates/serde/versions"),
            Some(Read::Versions(name.clone()))
        );
        assert_eq!(
            of("/api/v1/crates/serde/1.0.0%2Bx"),
            Some(Read::Version(name.clone(), version("1.0.0+x")))
        );
        assert_eq!(
            of("/api/v1/crates/serde/1.0.0/dependencies"),
            Some(Read::Dependencies(name.clone(), version("1.0.0")))
        );
        assert_eq!(
            of("/api/v1/crates/serde/reverse_dependencies"),
            Some(Read::Dependants(name))
        );
        for path in [
            "/api/v1/crates/serde/owners",
            "/api/v1/crates/serde/1.0.0/yank",
            "/api/v1/crates/serde/1.0.0/dependencies/x",
            "/api/v1/crates/serde/",
            "/api/v1/crates/../x",
            "/api/v1/crates/con",
            "/api/v1/me",
            // The crate would be another one than whoever asks was judged by.
            "/registries/r/api/x/api/v1/crates/serde",
            "/registries/r/x/api/v1/crates/serde",
            "/api/v1/crates/%73erde",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(Read::of(&Method::PUT, "/api/v1/crates/new"), None);
    }
}
