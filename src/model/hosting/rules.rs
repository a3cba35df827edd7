//! What may be published: names, versions, manifests, dependencies. Pure rules; who may publish, and what is there already,
//! others know.

use toml::{Table, Value};
use url::Url;

use crate::model::hosting::settings::RegistrySettings;
use crate::model::index::from_manifest::{DependencyKind, LineDependency, NewLine};
use crate::model::package::id::CrateId;
use crate::model::package::manifest::Manifest;
use crate::model::text::printable;

/// Names of the standard library and of its build: a crate of such a name would be taken for it.
const STANDARD: [&str; 21] = [
    "alloc",
    "bin",
    "build",
    "compiler_builtins",
    "compiler_rt",
    "core",
    "debug",
    "deps",
    "examples",
    "incremental",
    "macros",
    "panic_abort",
    "panic_unwind",
    "proc_macro",
    "profiler_builtins",
    "release",
    "rustc",
    "std",
    "std_detect",
    "sysroot",
    "test",
];

/// The longest name that a dependency may have in code, in characters.
const MAX_NAME: usize = 64;

/// The longest description that crates.io takes, in characters, and the longest keyword.
const MAX_DESCRIPTION: usize = 1000;
const MAX_KEYWORD: usize = 20;

/// The longest version that crates.io takes, too.
const MAX_VERSION: usize = 150;

/// What was found: each a sentence that says what is wrong, then what to do.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Any of these, and nothing is published.
    pub refused: Vec<String>,
    /// Told, and published all the same.
    pub warnings: Vec<String>,
}

impl Findings {
    pub fn refuse(&mut self, what: impl Into<String>) {
        self.refused.push(what.into());
    }

    pub fn warn(&mut self, what: impl Into<String>) {
        self.warnings.push(what.into());
    }

    pub fn add(&mut self, others: Self) {
        self.refused.extend(others.refused);
        self.warnings.extend(others.warnings);
    }
}

/// Rules for the name and version of what is published.
pub fn identity(id: &CrateId, policy: &RegistrySettings) -> Findings {
    let mut found = Findings::default();
    let name = id.name.as_str();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        found.refuse(format!(
            "the crate name `{name}` does not start with a letter: choose one that does"
        ));
    }
    let plain = name.to_ascii_lowercase().replace('-', "_");
    if STANDARD.contains(&plain.as_str()) {
        found.refuse(format!(
            "the crate name `{name}` is one of the standard library's or of cargo's own: choose another"
        ));
    }
    if !policy.names.is_empty() && !policy.names.iter().any(|it| it.matches(&id.name)) {
        found.refuse(format!(
            "this registry takes only certain names, and `{name}` is none of them: choose another, or have it added to \
             `names` of the registry"
        ));
    }
    let version = id.version.to_string();
    if version.len() > MAX_VERSION {
        found.refuse(format!(
            "the version has {} characters: shorten it to {MAX_VERSION}",
            version.len()
        ));
    }
    found
}

/// Rules for a manifest and the line that was made of it.
pub fn contents(manifest: &Manifest, line: &NewLine, policy: &RegistrySettings) -> Findings {
    let mut found = Findings::default();
    for (what, count, limit, setting) in [
        (
            "dependencies",
            line.deps.len(),
            policy.max_dependencies,
            "max-dependencies",
        ),
        (
            "features",
            line.features.len(),
            policy.max_features,
            "max-features",
        ),
    ] {
        if count > limit {
            found.refuse(format!(
                "it has {count} {what}, and this registry takes {limit}: have `{setting}` raised"
            ));
        }
    }
    for key in ["patch", "replace"] {
        if manifest.table().contains_key(key) {
            found.refuse(format!("its Cargo.toml has `[{key}]`, which only a workspace may have: package it with cargo"));
        }
    }
    let empty = Table::new();
    let package = manifest.package().unwrap_or(&empty);
    for key in &policy.required {
        let there = match package.get(key) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(list)) => !list.is_empty(),
            Some(_) => true,
            // A licence may be given in either way.
            None => key == "license" && package.contains_key("license-file"),
        };
        if !there {
            found.refuse(format!(
                "this registry wants `package.{key}`: add it to Cargo.toml"
            ));
        }
    }
    for (feature, values) in &line.features {
        if let Err(why) = feature_name(feature) {
            found.refuse(format!("the feature `{}` {why}", printable(feature)));
        }
        if values.len() > policy.max_features {
            found.refuse(format!(
                "the feature `{}` enables {} others, and this registry takes {}: have `max-features` raised",
                printable(feature),
                values.len(),
                policy.max_features
            ));
        }
        for value in values {
            if let Err(why) = enabled(value) {
                let (feature, value) = (printable(feature), printable(value));
                found.refuse(format!(
                    "the feature `{feature}` enables `{value}`, which {why}"
                ));
            }
        }
    }
    for dep in &line.deps {
        names_of_dependency(dep, &mut found);
    }
    soft(package, line, &mut found);
    found
}

/// The name that the code uses, and the features that are wanted.
fn names_of_dependency(dep: &LineDependency, found: &mut Findings) {
    let name = printable(&dep.name);
    if dep.package.is_some()
        && let Err(why) = name_in_code(&dep.name)
    {
        found.refuse(format!(
            "the dependency `{name}` {why}: call it otherwise in Cargo.toml"
        ));
    }
    for feature in &dep.features {
        if let Err(why) = enabled(feature) {
            let feature = printable(feature);
            found.refuse(format!(
                "the dependency `{name}` wants the feature `{feature}`, which {why}"
            ));
        }
    }
}

/// A name that a dependency is given in a manifest: as crates.io takes it, so that it can be an identifier.
fn name_in_code(name: &str) -> Result<(), &'static str> {
    match name.chars().next() {
        None => Err("has no name"),
        _ if name.len() > MAX_NAME => Err("has a name of more than 64 characters"),
        Some(first) if !(first.is_ascii_alphabetic() || first == '_') => {
            Err("has a name that starts with neither a letter nor `_`")
        }
        _ if name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-')) =>
        {
            Ok(())
        }
        _ => Err("has a name with a character that is no ASCII letter, digit, `-` or `_`"),
    }
}

/// What a feature enables, or a dependency is asked for: a feature, `dep:NAME`, `NAME/FEATURE` or `NAME?/FEATURE`. Whether it
/// is there, the strict reader of lines knows.
fn enabled(value: &str) -> Result<(), &'static str> {
    if value.starts_with("dep:") {
        return Ok(());
    }
    let feature = value.split_once('/').map_or(value, |(_, feature)| feature);
    feature_name(feature)
}

/// Cargo's `restricted_names::validate_feature_name`, for ASCII.
fn feature_name(name: &str) -> Result<(), &'static str> {
    let Some(first) = name.chars().next() else {
        return Err("has no name");
    };
    if name.starts_with("dep:") || name.contains('/') {
        return Err(
            "has a name that means something else: it may not start with `dep:` or have a `/`",
        );
    }
    if !(first.is_alphanumeric() || first == '_') {
        return Err("has a name that does not start with a letter, a digit or `_`");
    }
    if !name
        .chars()
        .all(|character| character.is_alphanumeric() || "_-+.".contains(character))
    {
        return Err("has a name with a character that is no letter, digit, `-`, `_`, `+` or `.`");
    }
    Ok(())
}

/// What crates.io would refuse, and a private registry can live with.
fn soft(package: &Table, line: &NewLine, found: &mut Findings) {
    for key in ["homepage", "repository", "documentation"] {
        let address = package.get(key).and_then(Value::as_str);
        let web = |address: &str| {
            Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        if address.is_some_and(|address| !address.is_empty() && !web(address)) {
            found.warn(format!("`package.{key}` is not an http or https address"));
        }
    }
    for key in ["keywords", "categories"] {
        let list = package.get(key).and_then(Value::as_array);
        if list.is_some_and(|list| list.len() > 5) {
            found.warn(format!("`package.{key}` has more than five entries"));
        }
    }
    let keywords = package.get("keywords").and_then(Value::as_array);
    let keywords = keywords.into_iter().flatten().filter_map(Value::as_str);
    for keyword in keywords.filter(|keyword| !is_keyword(keyword)) {
        let keyword = printable(keyword);
        found.warn(format!(
            "the keyword `{keyword}` is none that crates.io takes: at most {MAX_KEYWORD} ASCII letters, digits, `_`, `-` and `+`"
        ));
    }
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let description = text("description").unwrap_or_default().chars().count();
    if description > MAX_DESCRIPTION {
        found.warn(format!(
            "`package.description` has {description} characters: more than {MAX_DESCRIPTION} are a readme"
        ));
    }
    if let Some(license) = text("license").filter(|license| !license.is_empty())
        && let Err(cause) = licence(license)
    {
        found.warn(format!("`package.license` is no SPDX expression: {cause}"));
    }
    for dep in line
        .deps
        .iter()
        .filter(|dep| dep.req == "*" && dep.kind != DependencyKind::Dev)
    {
        let name = &dep.name;
        found.warn(format!(
            "the dependency `{name}` takes any version (`*`): name one it works with"
        ));
    }
}

fn is_keyword(keyword: &str) -> bool {
    keyword.len() <= MAX_KEYWORD
        && keyword.starts_with(|first: char| first.is_ascii_alphanumeric())
        && keyword
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '+'))
}

/// Cargo's older spelling, `MIT/Apache-2.0`, is taken.
fn licence(text: &str) -> Result<(), String> {
    let lax = spdx::ParseMode::LAX;
    let parsed = spdx::Expression::parse_mode(text, lax);
    parsed.map(drop).map_err(|cause| cause.reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::index::from_manifest::{self, OwnAddresses};
    use crate::model::package::checksum::Sha256;

    fn refused(name: &str, version: &str, policy: &str) -> usize {
        let policy = toml::from_str(policy).unwrap();
        identity(&CrateId::parse(name, version).unwrap(), &policy)
            .refused
            .len()
    }

    #[test]
    fn names_that_would_be_taken_for_others_are_refused() {
        for name in [
            "std",
            "Core",
            "proc-macro",
            "PROC_MACRO",
            "test",
            "0day",
            "_x",
        ] {
            assert_eq!(refused(name, "1.0.0", ""), 1, "{name}");
        }
        assert_eq!(refused("stdlib", "1.0.0", ""), 0);
        assert_eq!(refused("acme-log", "1.0.0", "names = [\"acme-*\"]"), 0);
        assert_eq!(refused("other", "1.0.0", "names = [\"acme-*\"]"), 1);
        let long = format!("1.0.0-{}", "a".repeat(145));
        assert_eq!(refused("a", &long, ""), 1);
    }

    fn found(manifest: &str, policy: &str) -> Findings {
        let text = format!("[package]\nname = \"a\"\nversion = \"1.0.0\"\n{manifest}");
        let manifest = Manifest::parse(&text).unwrap();
        let checksum = Sha256::of("");
        let line = from_manifest::line(&manifest, &checksum, &OwnAddresses::default(), None);
        contents(&manifest, &line.unwrap(), &toml::from_str(policy).unwrap())
    }

    #[test]
    fn a_manifest_is_held_against_the_registrys_rules() {
        assert_eq!(found("", ""), Findings::default());
        let required = "required = [\"description\", \"license\"]";
        assert_eq!(found("", required).refused.len(), 2);
        assert_eq!(
            found("description = \" \"\nlicense = \"MIT\"", required)
                .refused
                .len(),
            1
        );
        assert_eq!(
            found("description = \"x\"\nlicense-file = \"L\"", required),
            Findings::default()
        );
        assert_eq!(
            found("[patch.crates-io]\nb = { path = \"b\" }", "")
                .refused
                .len(),
            1
        );
        assert_eq!(
            found("[features]\nx = []\ny = []", "max-features = 1")
                .refused
                .len(),
            1
        );
        assert_eq!(
            found("[dependencies]\nx = \"1\"", "max-dependencies = 0")
                .refused
                .len(),
            1
        );
        for feature in ["a/b", "dep:x", "-x", "a b", "a!", ""] {
            let table = format!("[features]\n\"{feature}\" = []");
            assert_eq!(found(&table, "").refused.len(), 1, "{feature}");
        }
        for (dep, features) in [
            ("1-x", "[]"),
            ("x-\u{1f980}", "[]"),
            ("", "[]"),
            ("x", "[\"\u{1f37a}\"]"),
            ("x", "[\"a/!\"]"),
        ] {
            let dep = format!(
                "[dependencies]\n\"{dep}\" = {{ version = \"1\", package = \"y\", features = {features} }}"
            );
            assert_eq!(found(&dep, "").refused.len(), 1, "{dep}");
        }
        let fine = "license = \"MIT/Apache-2.0\"\nkeywords = [\"c++\", \"1password\"]\n[dependencies]\n\
                    _my-x = { version = \"1\", package = \"x\", features = [\"a.b\", \"c/d\"] }\n[features]\nf = [\"_my-x/g\"]";
        assert_eq!(found(fine, ""), Findings::default());
        let soft = format!(
            "license = \"MIT AND foobar\"\ndescription = \"{}\"\nkeywords = [\"?@?%\", \"\u{e1}\"]",
            "a".repeat(2000)
        );
        assert_eq!(found(&soft, "").warnings.len(), 4);
        let odd = "homepage = \"ftp://x\"\nkeywords = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\"]\n[dependencies]\nx = \"*\"";
        let odd = found(odd, "");
        assert_eq!((odd.refused.len(), odd.warnings.len()), (0, 3));
    }
}
