//! What the index says of one version, for people to read: what it depends on, its features, when it was published.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::about::wording::one_line;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;

/// Longer texts are cut, in characters.
const MAX_TEXT: usize = 200;

/// One dependency, as the index has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// What the code says.
    pub name: String,
    /// The crate that is fetched. `None`: no crate can have the name that stands there.
    pub package: Option<CrateName>,
    pub requirement: String,
    pub kind: NeededFor,
    pub optional: bool,
    pub default_features: bool,
    pub features: Vec<String>,
    /// Platforms that it is for; `None`: all.
    pub target: Option<String>,
    /// Address of the index of another registry.
    pub registry: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeededFor {
    Normal,
    Build,
    Dev,
}

/// A feature, and what it turns on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    pub name: String,
    pub enables: Vec<String>,
    /// Whether it is on unless a dependent says otherwise: `default` and all that it turns on.
    pub by_default: bool,
    /// Whether it is there for an optional dependency that no other feature names with `dep:`.
    pub implied: bool,
}

/// What an index line says besides name, version, checksum and whether it is yanked.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// By kind, then by name.
    pub needs: Vec<Needed>,
    /// `default` first, then by name.
    pub features: Vec<Feature>,
    pub rust_version: Option<String>,
    pub links: Option<String>,
    pub published: Option<Timestamp>,
}

#[derive(Deserialize)]
struct IndexedLine<'a> {
    #[serde(default, borrow)]
    deps: Vec<IndexedDependency<'a>>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    features2: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default, borrow)]
    rust_version: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    links: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    pubtime: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct IndexedDependency<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    req: Cow<'a, str>,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    optional: Option<bool>,
    #[serde(default)]
    default_features: Option<bool>,
    #[serde(default, borrow)]
    target: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    registry: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    package: Option<Cow<'a, str>>,
}

/// When a version was published, where its line says so. Cheaper than [`LineFacts::read`], for a list of many.
pub fn published(raw: &[u8]) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Time<'a> {
        #[serde(default, borrow)]
        pubtime: Option<Cow<'a, str>>,
    }
    let line: Time<'_> = serde_json::from_slice(raw).ok()?;
    Timestamp::parse(&line.pubtime?)
}

impl LineFacts {
    /// What can be read of a line; nothing of one that is none.
    pub fn read(raw: &[u8]) -> Self {
        let Ok(line) = serde_json::from_slice::<IndexedLine<'_>>(raw) else {
            return Self::default();
        };
        let short = |text: &str| one_line(text, MAX_TEXT);
        let mut needs: Vec<Needed> = line.deps.iter().map(needed).collect();
        needs.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        let optional = |dependency: &&IndexedDependency<'_>| dependency.optional == Some(true);
        let optional = line.deps.iter().filter(optional);
        let optional: Vec<String> = optional.map(|one| one.name.clone().into_owned()).collect();
        Self {
            needs,
            features: features(line.features, line.features2.unwrap_or_default(), optional),
            rust_version: line.rust_version.as_deref().map(short),
            links: line.links.as_deref().map(short),
            published: line.pubtime.as_deref().and_then(Timestamp::parse),
        }
    }

    /// How many it needs of a kind.
    pub fn count(&self, kind: NeededFor) -> usize {
        self.needs
            .iter()
            .filter(|needed| needed.kind == kind)
            .count()
    }
}

fn needed(dependency: &IndexedDependency<'_>) -> Needed {
    let short = |text: &str| one_line(text, MAX_TEXT);
    let package = dependency.package.as_ref().unwrap_or(&dependency.name);
    Needed {
        name: short(&dependency.name),
        package: CrateName::parse(package).ok(),
        requirement: short(&dependency.req),
        kind: match dependency.kind.as_deref() {
            Some("dev") => NeededFor::Dev,
            Some("build") => NeededFor::Build,
            _ => NeededFor::Normal,
        },
        optional: dependency.optional == Some(true),
        default_features: dependency.default_features != Some(false),
        features: dependency.features.iter().map(|one| short(one)).collect(),
        target: dependency.target.as_deref().map(short),
        registry: dependency.registry.as_deref().map(short),
    }
}

fn features(
    named: BTreeMap<String, Vec<String>>,
    more: BTreeMap<String, Vec<String>>,
    optional: Vec<String>,
) -> Vec<Feature> {
    let mut all: BTreeMap<String, (Vec<String>, bool)> = BTreeMap::new();
    let hidden: BTreeSet<String> = named
        .values()
        .chain(more.values())
        .flatten()
        .filter_map(|value| value.strip_prefix("dep:").map(str::to_owned))
        .collect();
    for name in optional.into_iter().filter(|name| !hidden.contains(name)) {
        let enables = vec![format!("dep:{name}")];
        all.insert(name, (enables, true));
    }
    for (name, enables) in named.into_iter().chain(more) {
        all.insert(name, (enables, false));
    }
    let by_default = reached(&all);
    let mut features: Vec<Feature> = all
        .into_iter()
        .map(|(name, (enables, implied))| Feature {
            by_default: by_default.contains(&name),
            name: one_line(&name, MAX_TEXT),
            enables: enables
                .iter()
                .map(|value| one_line(value, MAX_TEXT))
                .collect(),
            implied,
        })
        .collect();
    features.sort_by_key(|feature| feature.name != "default");
    features
}

/// What `default` turns on within the package, over any number of steps.
fn reached(all: &BTreeMap<String, (Vec<String>, bool)>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec!["default"];
    while let Some(name) = next.pop() {
        let Some((enables, _)) = all.get(name) else {
            continue;
        };
        if reached.insert(name.to_owned()) {
            // `name/feature` turns an optional dependency on, too.
            let names = enables
                .iter()
                .map(|value| value.split('/').next().unwrap_or(value));
            next.extend(names);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"name":"a","vers":"1.0.0","cksum":"","deps":[
        {"name":"z","req":"^1","features":["f"],"optional":true,"default_features":false,"target":"cfg(unix)","kind":"normal"},
        {"name":"t","req":"1","kind":"dev"},
        {"name":"renamed","package":"real","req":"*","optional":true,"registry":"https://r.example/index"},
        {"name":"../evil","req":"\u001b[31m"}],
        "features":{"std":["z/f"],"default":["std"],"big":[]},"features2":{"x":["dep:renamed","z?/f"]},
        "rust_version":"1.60","pubtime":"2024-05-06T07:08:09Z","v":2}"#;

    #[test]
    fn a_line_says_what_a_version_needs_and_offers() {
        let facts = LineFacts::read(LINE.as_bytes());
        let needs: Vec<&str> = facts
            .needs
            .iter()
            .map(|needed| needed.name.as_str())
            .collect();
        assert_eq!(needs, ["../evil", "renamed", "z", "t"]);
        assert_eq!(facts.needs[0].package, None);
        assert_eq!(facts.needs[0].requirement, "[31m");
        assert_eq!(facts.needs[1].package, CrateName::parse("real").ok());
        assert!(facts.needs[2].optional && !facts.needs[2].default_features);
        assert_eq!(facts.count(NeededFor::Normal), 3);
        let features: Vec<(&str, bool, bool)> = facts
            .features
            .iter()
            .map(|feature| (feature.name.as_str(), feature.by_default, feature.implied))
            .collect();
        assert_eq!(
            features,
            [
                ("default", true, false),
                ("big", false, false),
                ("std", true, false),
                ("x", false, false),
                ("z", true, true),
            ]
        );
        assert_eq!(facts.published, Timestamp::parse("2024-05-06T07:08:09Z"));
        assert_eq!(published(LINE.as_bytes()), facts.published);
        assert_eq!(LineFacts::read(b"<html>"), LineFacts::default());
    }
}
