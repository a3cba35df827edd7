//! A version as an index has it: the fields that a selection looks at.

use std::borrow::Cow;

use semver::VersionReq;
use serde::Deserialize;

use crate::model::index::file::IndexLine;
use crate::model::package::id::{CrateName, Version};
use crate::model::units::timestamp::Timestamp;

/// A dependency within the same registry, of any target, as builds need it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Need {
    /// The package's own name in lower case, as index files are named.
    pub name: String,
    pub requirement: VersionReq,
}

/// One version that may be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub version: Version,
    pub yanked: bool,
    /// `pubtime`, where the index has it.
    pub published: Option<Timestamp>,
    pub needs: Vec<Need>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(default, borrow)]
    pubtime: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    deps: Vec<Dependency<'a>>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    req: Cow<'a, str>,
    #[serde(default, borrow)]
    kind: Option<Cow<'a, str>>,
    /// The real name of a renamed package.
    #[serde(default, borrow)]
    package: Option<Cow<'a, str>>,
    /// Another registry.
    #[serde(default, borrow)]
    registry: Option<Cow<'a, str>>,
}

impl Candidate {
    /// Dependencies for tests are left out: no dependent's build reads them. What no cargo could read is needed by nobody.
    pub fn of(line: &IndexLine) -> Self {
        let fields: Option<Fields<'_>> = serde_json::from_slice(line.raw()).ok();
        let (published, deps) = fields.map_or((None, Vec::new()), |fields| {
            let published = fields.pubtime.as_deref().and_then(Timestamp::parse);
            (published, fields.deps)
        });
        let needs = deps.into_iter().filter_map(|dependency| {
            if dependency.kind.as_deref() == Some("dev") || dependency.registry.is_some() {
                return None;
            }
            let name = dependency.package.unwrap_or(dependency.name);
            let name = CrateName::parse(&name).ok()?;
            Some(Need {
                name: name.as_str().to_ascii_lowercase(),
                requirement: VersionReq::parse(&dependency.req).ok()?,
            })
        });
        Self {
            version: line.id().version.clone(),
            yanked: line.yanked(),
            published,
            needs: needs.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_need_what_is_of_the_same_registry_and_not_for_tests() {
        let raw = format!(
            r#"{{"name":"A","vers":"1.0.0","cksum":"{}","pubtime":"2024-05-01T00:00:00Z","features":{{}},"deps":[
            {{"name":"n","req":"^1","kind":"normal"}},{{"name":"b","req":"^2","kind":"build","optional":true}},
            {{"name":"d","req":"^3","kind":"dev"}},{{"name":"other","req":"^4","registry":"https://r.example"}},
            {{"name":"alias","package":"Real-Name","req":"=5.0.0","target":"cfg(windows)"}},{{"name":"bad","req":"?"}}]}}"#,
            "a".repeat(64)
        );
        let candidate = Candidate::of(&IndexLine::parse(raw.as_bytes()).unwrap());
        let needs: Vec<String> = candidate
            .needs
            .iter()
            .map(|need| format!("{} {}", need.name, need.requirement))
            .collect();
        assert_eq!(needs, ["n ^1", "b ^2", "real-name =5.0.0"]);
        assert_eq!(
            candidate.published,
            Timestamp::named("2024-05-01", Timestamp(0))
        );
    }
}
