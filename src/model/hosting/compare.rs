//! What is sent with a package, held against the package itself.
//!
//! A sender whose JSON says other than its manifest is broken or hostile: what people read in the source must be what cargo
//! resolves.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::hosting::rules::Findings;
use crate::model::hosting::upload::{UploadDependency, UploadMetadata};
use crate::model::index::from_manifest::{DependencyKind, LineDependency, NewLine, OwnAddresses};
use crate::model::source::id::CRATES_IO;
use crate::model::text::printable;

/// Returns the line to be written: where the sender calls this registry by an address that is not known here, its word is
/// taken.
pub fn compare(
    mut line: NewLine,
    said: &UploadMetadata,
    own: &OwnAddresses,
) -> (NewLine, Findings) {
    let mut found = Findings::default();
    found.refused.extend(package(&line, said));
    let of_sent = |dep: &UploadDependency| (sent_key(dep), registry_of(dep, own));
    let mut sent: BTreeMap<Key, Option<String>> = said.deps.iter().map(of_sent).collect();
    for dep in &mut line.deps {
        match (sent.remove(&packaged_key(dep)), &dep.registry) {
            (None, _) => found.refuse(differs(
                "list of dependencies",
                "not as packaged",
                &dep.name,
            )),
            (Some(sent), packaged) if sent == *packaged => {}
            (Some(None), Some(packaged)) if !is_crates_io(packaged) => {
                found.warn(format!(
                    "the dependency `{}` is in the registry {packaged}, which is taken for this one: have the address added \
                     to its `aliases`",
                    dep.name
                ));
                dep.registry = None;
            }
            (Some(sent), packaged) => {
                let shown = |registry: Option<&String>| {
                    registry.map_or_else(|| "this registry".to_owned(), Clone::clone)
                };
                let what = format!("registry of the dependency `{}`", dep.name);
                found.refuse(differs(
                    &what,
                    &shown(sent.as_ref()),
                    &shown(packaged.as_ref()),
                ));
            }
        }
    }
    for key in sent.keys() {
        found.refuse(differs("list of dependencies", &key.name, "not as sent"));
    }
    (line, found)
}

fn differs(what: &str, sent: &str, packaged: &str) -> String {
    format!(
        "the {what} sent with the upload is not that of its Cargo.toml (`{}`, and there `{}`): publish with an unchanged cargo",
        printable(sent),
        printable(packaged)
    )
}

fn package(line: &NewLine, said: &UploadMetadata) -> Vec<String> {
    let mut found = Vec::new();
    let none = || "none".to_owned();
    let mut same = |what: &str, sent: Option<&String>, packaged: Option<&String>| {
        if sent != packaged {
            let (sent, packaged) = (sent.cloned(), packaged.cloned());
            found.push(differs(
                what,
                &sent.unwrap_or_else(none),
                &packaged.unwrap_or_else(none),
            ));
        }
    };
    same("name", Some(&said.name), Some(&line.name));
    let version = |text: &str| {
        text.parse::<semver::Version>()
            .ok()
            .map(|it| it.to_string())
    };
    let (sent, packaged) = (version(&said.vers), version(&line.vers));
    same("version", sent.as_ref(), packaged.as_ref());
    same("`links` key", said.links.as_ref(), line.links.as_ref());
    // Older versions of cargo do not send it.
    if said.rust_version.is_some() {
        let (sent, packaged) = (said.rust_version.as_ref(), line.rust_version.as_ref());
        same("`rust-version`", sent, packaged);
    }
    let as_sets = |features: &BTreeMap<String, Vec<String>>| -> BTreeMap<String, BTreeSet<String>> {
        let sets = features.iter();
        sets.map(|(name, values)| (name.clone(), values.iter().cloned().collect()))
            .collect()
    };
    if as_sets(&said.features) != as_sets(&line.features) {
        let names = |features: &BTreeMap<String, Vec<String>>| {
            features.keys().cloned().collect::<Vec<_>>().join(", ")
        };
        let (sent, packaged) = (names(&said.features), names(&line.features));
        found.push(differs("feature table", &sent, &packaged));
    }
    found
}

/// A dependency but for its registry. Two may have the same name where their kind or platform differs.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: String,
    fetched: String,
    req: String,
    kind: DependencyKind,
    target: Option<String>,
    features: BTreeSet<String>,
    optional: bool,
    default_features: bool,
}

fn packaged_key(dep: &LineDependency) -> Key {
    Key {
        name: dep.name.clone(),
        fetched: dep.fetched().to_owned(),
        req: dep.req.clone(),
        kind: dep.kind,
        target: dep.target.clone(),
        features: dep.features.iter().cloned().collect(),
        optional: dep.optional,
        default_features: dep.default_features,
    }
}

/// In the upload, `name` is what is fetched, and the name in the code stands beside it where it differs.
fn sent_key(dep: &UploadDependency) -> Key {
    let req = dep.version_req.parse::<semver::VersionReq>();
    let target = dep.target.as_ref();
    let platform = target.map(|target| {
        let parsed = target.parse::<cargo_platform::Platform>();
        parsed.map_or_else(|_| target.clone(), |platform| platform.to_string())
    });
    Key {
        name: dep
            .explicit_name_in_toml
            .as_ref()
            .unwrap_or(&dep.name)
            .clone(),
        fetched: dep.name.clone(),
        req: req.map_or_else(|_| dep.version_req.clone(), |req| req.to_string()),
        kind: match dep.kind.as_deref() {
            Some("dev") => DependencyKind::Dev,
            Some("build") => DependencyKind::Build,
            _ => DependencyKind::Normal,
        },
        target: platform,
        features: dep
            .features
            .iter()
            .filter(|it| !it.is_empty())
            .cloned()
            .collect(),
        optional: dep.optional,
        default_features: dep.default_features,
    }
}

fn registry_of(dep: &UploadDependency, own: &OwnAddresses) -> Option<String> {
    let address = dep.registry.as_ref()?;
    let address = address.strip_prefix("registry+").unwrap_or(address);
    (!own.contains(address)).then(|| address.to_owned())
}

fn is_crates_io(address: &str) -> bool {
    CRATES_IO.strip_prefix("registry+") == Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index::from_manifest;
    use crate::model::package::checksum::Sha256;
    use crate::model::package::manifest::Manifest;

    const MANIFEST: &str = r#"
        [package]
        name = "me"
        version = "1.0.0"
        rust-version = "1.80"
        [dependencies]
        plain = "1"
        alias = { version = "2", package = "real", registry-index = "sparse+https://r.example/index/" }
        [target.'cfg(target_os="linux")'.build-dependencies]
        plain = { version = "1", features = ["x"] }
        [features]
        f = ["plain/x"]
    "#;

    fn sent() -> serde_json::Value {
        let crates_io = CRATES_IO.strip_prefix("registry+");
        serde_json::json!({
            "name": "me", "vers": "1.0.0", "rust_version": "1.80", "links": null,
            "features": {"f": ["plain/x"]},
            "deps": [
                {"name": "plain", "version_req": "^1", "features": [], "optional": false,
                 "default_features": true, "target": null, "kind": "normal", "registry": crates_io},
                {"name": "real", "version_req": "^2", "features": [], "optional": false,
                 "default_features": true, "target": null, "kind": "normal", "explicit_name_in_toml": "alias"},
                {"name": "plain", "version_req": "^1", "features": ["x"], "optional": false,
                 "default_features": true, "target": "cfg(target_os = \"linux\")", "kind": "build", "registry": crates_io}
            ]
        })
    }

    fn compared(change: impl FnOnce(&mut serde_json::Value), own: &str) -> (NewLine, Findings) {
        let own = OwnAddresses::new([own]);
        let manifest = Manifest::parse(MANIFEST).unwrap();
        let line = from_manifest::line(&manifest, &Sha256::of(""), &own, None);
        let mut said = sent();
        change(&mut said);
        let said = serde_json::from_value(said).unwrap();
        compare(line.unwrap(), &said, &own)
    }

    const OWN: &str = "sparse+https://r.example/index";

    #[test]
    fn what_cargo_sends_is_what_it_has_packaged() {
        assert_eq!(compared(|_| {}, OWN).1, Findings::default());
    }

    #[test]
    fn another_address_of_this_registry_is_taken_and_told() {
        let (line, found) = compared(|_| {}, "sparse+https://elsewhere.example/");
        assert_eq!(
            (found.refused.len(), found.warnings.len()),
            (0, 1),
            "{found:?}"
        );
        assert!(
            line.deps
                .iter()
                .any(|dep| dep.name == "alias" && dep.registry.is_none())
        );
    }

    #[test]
    fn what_is_sent_and_not_packaged_is_refused() {
        type Change = fn(&mut serde_json::Value);
        let changes: [Change; 9] = [
            |said| said["name"] = "other".into(),
            |said| said["vers"] = "1.0.1".into(),
            |said| said["links"] = "z".into(),
            |said| said["rust_version"] = "1.70".into(),
            |said| said["features"]["g"] = serde_json::json!([]),
            |said| said["deps"][0]["version_req"] = "^2".into(),
            |said| said["deps"][0]["registry"] = serde_json::Value::Null,
            |said| said["deps"][1]["name"] = "alias".into(),
            |said| drop(said["deps"].as_array_mut().unwrap().pop()),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let (_, found) = compared(change, OWN);
            assert!(!found.refused.is_empty(), "{number}");
        }
    }
}
