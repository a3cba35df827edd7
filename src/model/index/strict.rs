//! A line as cargo reads it: what makes cargo refuse it, or worse.
//!
//! One wrong field makes a version "index entry is invalid" for every client, and an empty `package` makes cargo panic, so a
//! line of our own is read back by these rules before it is stored.

use std::collections::{BTreeMap, BTreeSet};

use cargo_platform::Platform;
use semver::VersionReq;
use serde::Deserialize;

use crate::model::index::from_manifest::is_rust_version;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::text::printable;

/// The newest format that cargo reads without `-Z bindeps`.
const NEWEST: u32 = 3;

#[derive(Deserialize)]
struct Line {
    name: String,
    vers: String,
    deps: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    features2: Option<BTreeMap<String, Vec<String>>>,
    cksum: String,
    #[serde(default)]
    #[expect(dead_code, reason = "that it is a boolean is what is asked of it")]
    yanked: Option<bool>,
    #[serde(default)]
    links: Option<String>,
    #[serde(default)]
    rust_version: Option<String>,
    #[serde(default)]
    pubtime: Option<String>,
    #[serde(default)]
    v: Option<u32>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    registry: Option<String>,
    #[serde(default)]
    package: Option<String>,
}

/// All that cargo would not take of this line.
pub fn faults(raw: &[u8]) -> Vec<String> {
    if raw.contains(&b'\n') {
        return vec!["it has more than one line".to_owned()];
    }
    let line: Line = match serde_json::from_slice(raw) {
        Ok(line) => line,
        Err(cause) => return vec![cause.to_string()],
    };
    let mut found = Vec::new();
    if let Err(invalid) = CrateId::parse(&line.name, &line.vers) {
        found.push(invalid.to_string());
    }
    if let Err(invalid) = Sha256::parse(&line.cksum) {
        found.push(invalid.to_string());
    }
    if line.links.as_deref() == Some("") {
        found.push("`links` is empty".to_owned());
    }
    if let Some(version) = line
        .rust_version
        .filter(|version| !is_rust_version(version))
    {
        found.push(format!("`rust_version` is `{}`", printable(&version)));
    }
    if let Some(time) = line.pubtime.filter(|time| !is_pubtime(time)) {
        found.push(format!("`pubtime` is `{}`", printable(&time)));
    }
    if line.v.is_some_and(|v| v > NEWEST) {
        found.push("`v` is newer than any cargo".to_owned());
    }
    line.deps.iter().for_each(|dep| dependency(dep, &mut found));
    let features = line.features.into_iter();
    let features = features.chain(line.features2.unwrap_or_default()).collect();
    feature_map(&line.deps, &features, &mut found);
    found
}

/// To the second and in UTC: cargo takes neither fractions nor offsets.
fn is_pubtime(text: &str) -> bool {
    let shape = text.bytes().map(|byte| match byte {
        b'0'..=b'9' => b'0',
        other => other,
    });
    shape.eq(*b"0000-00-00T00:00:00Z")
}

fn dependency(dep: &Dependency, found: &mut Vec<String>) {
    let name = printable(&dep.name);
    let fetched = dep.package.as_deref().unwrap_or(&dep.name);
    if let Err(invalid) = CrateName::parse(fetched) {
        found.push(format!("dependency `{name}`: {invalid}"));
    }
    if let Err(cause) = dep.req.parse::<VersionReq>() {
        found.push(format!("dependency `{name}`: {cause}"));
    }
    if let Some(target) = &dep.target
        && let Err(cause) = target.parse::<Platform>()
    {
        found.push(format!("dependency `{name}`: {cause}"));
    }
    if let Some(registry) = &dep.registry
        && url::Url::parse(registry).is_err()
    {
        found.push(format!("dependency `{name}`: `registry` is no address"));
    }
    if dep.features.iter().any(String::is_empty) {
        found.push(format!("dependency `{name}`: one of its features is empty"));
    }
}

/// Cargo's `build_feature_map` (core/summary.rs).
fn feature_map(
    deps: &[Dependency],
    features: &BTreeMap<String, Vec<String>>,
    found: &mut Vec<String>,
) {
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for dep in deps {
        *known.entry(&dep.name).or_default() |= dep.optional;
    }
    let values = || features.values().flatten();
    let hidden: BTreeSet<&str> = values()
        .filter_map(|value| value.strip_prefix("dep:"))
        .collect();
    let implied = |name: &str| {
        known.get(name) == Some(&true) && !hidden.contains(name) && !features.contains_key(name)
    };
    let mut used: BTreeSet<&str> = hidden.clone();
    for (feature, value) in features
        .iter()
        .flat_map(|(feature, values)| values.iter().map(move |value| (feature, value)))
    {
        let mut wrong = |what: &str| {
            let (feature, value) = (printable(feature), printable(value));
            found.push(format!("feature `{feature}` has `{value}`, {what}"));
        };
        if let Some(dep) = value.strip_prefix("dep:") {
            match known.get(dep) {
                _ if dep.contains('/') => wrong("which has a `/` after `dep:`"),
                None => wrong("which is no dependency"),
                Some(false) => wrong("which is no optional dependency"),
                Some(true) => {}
            }
        } else if let Some((dep, _)) = value.split_once('/') {
            let weak = dep.strip_suffix('?');
            let dep = weak.unwrap_or(dep);
            used.insert(dep);
            match known.get(dep) {
                None => wrong("which is of no dependency"),
                Some(false) if weak.is_some() => wrong("whose dependency is not optional"),
                Some(_) => {}
            }
        } else if !features.contains_key(value) && !implied(value) {
            wrong("which is neither a feature nor an optional dependency");
        }
        if value.is_empty() {
            wrong("which is empty");
        }
    }
    for (dep, optional) in known {
        if optional && !used.contains(dep) && features.contains_key(dep) {
            let dep = printable(dep);
            found.push(format!(
                "the optional dependency `{dep}` is in no feature, and a feature of its name hides it"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(fields: &str) -> String {
        let checksum = "a".repeat(64);
        format!(
            r#"{{"name":"Foo","vers":"1.0.0","cksum":"{checksum}","yanked":false,"features":{{}},{fields}}}"#
        )
    }

    #[test]
    fn what_makes_cargo_refuse_a_line_is_found() {
        let dep = |fields: &str| with(&format!(r#""deps":[{{"name":"a","req":"^1"{fields}}}]"#));
        for good in [
            with(r#""deps":[]"#),
            with(r#""deps":[],"features2":null,"links":null,"rust_version":null,"v":2"#),
            with(r#""deps":[],"pubtime":"2026-01-31T12:00:00Z""#),
            dep(""),
            dep(r#","target":"cfg(unix)","package":"b","kind":"dev","registry":null"#),
            dep(r#","optional":true"#).replace(r#""features":{}"#, r#""features":{"x":["a"]}"#),
            dep(r#","optional":true"#).replace(r#""features":{}"#, r#""features":{"a":["dep:a"]}"#),
            dep(r#","optional":true"#).replace(r#""features":{}"#, r#""features":{"x":["a?/y"]}"#),
            dep("").replace(r#""features":{}"#, r#""features":{"x":["a/y"]}"#),
        ] {
            assert_eq!(faults(good.as_bytes()), [""; 0], "{good}");
        }
        for bad in [
            with(r#""deps":null"#),
            with(r#""links":null"#),
            with(r#""deps":[]"#).replace(r#""features":{}"#, r#""features":null"#),
            with(r#""deps":[],"pubtime":"2026-01-31T12:00:00.5Z""#),
            with(r#""deps":[],"pubtime":"2026-01-31T12:00:00+00:00""#),
            with(r#""deps":[],"rust_version":"""#),
            with(r#""deps":[],"rust_version":"^1.70""#),
            with(r#""deps":[],"v":4"#),
            with("\"deps\":[],\n\"v\":1"),
            dep(r#","registry":"""#),
            dep(r#","package":"""#),
            dep(r#","target":"cfg(unix""#),
            dep("").replace("^1", "one"),
            dep("").replace(r#""features":{}"#, r#""features":{"x":["b"]}"#),
            dep("").replace(r#""features":{}"#, r#""features":{"x":["dep:a"]}"#),
            dep("").replace(r#""features":{}"#, r#""features":{"x":["a?/y"]}"#),
            dep("").replace(r#""features":{}"#, r#""features":{"x":["b/y"]}"#),
            dep(r#","optional":true"#).replace(r#""features":{}"#, r#""features":{"a":[]}"#),
        ] {
            assert_ne!(faults(bad.as_bytes()), [""; 0], "{bad}");
        }
    }
}
