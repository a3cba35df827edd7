//! What a hosted registry takes, and from whom: its table in `mirror.toml`.
//!
//! ```text
//! private-names = ["acme-*"]        names that are never asked of crates.io, before anything of that name is published
//!
//! [registries.corp]
//! auth = "publish"                  "none", "publish": a token for changes, "all": for reading, too
//! names = ["acme-*"]                names that may be published [default: all]
//! deps = "warn"                     what becomes of a dependency that is not in this registry: "warn", "refuse", "any"
//! dep-registries = []               other registries that dependencies may be in [default: all]
//! required = ["description"]        keys of `[package]` that a crate must have
//! allow-public = ["serde"]          names that may be here and on crates.io
//! max-crate-size = "64MiB"
//! max-metadata-size = "1MiB"
//! max-dependencies = 1000
//! max-features = 1000
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};
use toml::Value;

use crate::model::mirror::retention::Pattern;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::quantity;

/// Who needs a token.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenNeeded {
    /// Nobody: for a network in which everybody is trusted.
    None,
    /// Whoever changes something.
    #[default]
    Publish,
    /// Everybody.
    All,
}

impl TokenNeeded {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Publish => "publish",
            Self::All => "all",
        }
    }
}

/// What becomes of a dependency that is said to be in this registry and is not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingDependency {
    #[default]
    Warn,
    Refuse,
    Any,
}

/// The settings of one hosted registry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct PublishPolicy {
    pub auth: TokenNeeded,
    #[serde(deserialize_with = "patterns")]
    pub names: Vec<Pattern>,
    pub deps: MissingDependency,
    pub dep_registries: Vec<String>,
    pub required: Vec<String>,
    pub allow_public: Vec<String>,
    /// Bytes.
    #[serde(deserialize_with = "bytes")]
    pub max_crate_size: u64,
    /// Bytes of the JSON in front of the crate.
    #[serde(deserialize_with = "bytes")]
    pub max_metadata_size: u64,
    pub max_dependencies: usize,
    pub max_features: usize,
    /// Keys that are none of ours.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl Default for PublishPolicy {
    fn default() -> Self {
        Self {
            auth: TokenNeeded::default(),
            names: Vec::new(),
            deps: MissingDependency::default(),
            dep_registries: Vec::new(),
            required: Vec::new(),
            allow_public: Vec::new(),
            max_crate_size: 64 << 20,
            max_metadata_size: 1 << 20,
            max_dependencies: 1000,
            max_features: 1000,
            others: BTreeMap::new(),
        }
    }
}

/// What this program reads of `mirror.toml` for its hosted registries.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct HostingSettings {
    #[serde(deserialize_with = "patterns")]
    pub private_names: Vec<Pattern>,
    pub registries: BTreeMap<String, PublishPolicy>,
}

impl HostingSettings {
    pub fn of(&self, registry: &str) -> PublishPolicy {
        self.registries.get(registry).cloned().unwrap_or_default()
    }

    /// Whether a name is kept from crates.io by a pattern, in any of its spellings.
    pub fn keeps_private(&self, name: &CrateName) -> bool {
        let matches = |pattern: &Pattern| {
            // A pattern names crates, whatever their versions.
            [name.as_str().to_owned(), canonical(name.as_str())]
                .into_iter()
                .flat_map(|name| [name.replace('_', "-"), name])
                .filter_map(|name| CrateId::parse(&name, "0.0.0").ok())
                .any(|id| pattern.matches(&id))
        };
        self.private_names.iter().any(matches)
    }
}

/// The one name that stands for all its spellings: two crates may not differ in case, `-` and `_` alone.
pub fn canonical(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

fn patterns<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Pattern>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let parsed = texts.iter().map(|text| {
        if text.contains('@') {
            return Err(de::Error::custom("a pattern here is a name, without a version"));
        }
        Pattern::parse(text).map_err(de::Error::custom)
    });
    parsed.collect()
}

fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Size {
        Number(u64),
        Text(String),
    }
    match Size::deserialize(from)? {
        Size::Number(bytes) => Ok(bytes),
        Size::Text(text) => quantity::bytes(&text).map_err(de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_differs_from_the_usual() {
        let text = r#"
            private-names = ["acme-*"]
            [registries.corp]
            auth = "all"
            names = ["acme-*"]
            max-crate-size = "5MiB"
            refresh = "1m"
        "#;
        let settings: HostingSettings = toml::from_str(text).unwrap();
        let corp = settings.of("corp");
        assert_eq!(corp.auth, TokenNeeded::All);
        assert_eq!(corp.max_crate_size, 5 << 20);
        assert_eq!(corp.max_metadata_size, 1 << 20);
        assert_eq!(corp.others.keys().collect::<Vec<_>>(), ["refresh"]);
        assert_eq!(settings.of("other"), PublishPolicy::default());
        for name in ["acme-log", "acme_log", "ACME-x", "Acme_y"] {
            assert!(settings.keeps_private(&CrateName::parse(name).unwrap()), "{name}");
        }
        assert!(!settings.keeps_private(&CrateName::parse("acmelog").unwrap()));
        for bad in [
            "[registries.corp]\nauth = \"some\"",
            "[registries.corp]\nmax-crate-size = \"much\"",
            "private-names = [\"a b\"]",
            "private-names = [\"a@1\"]",
        ] {
            assert!(toml::from_str::<HostingSettings>(bad).is_err(), "{bad}");
        }
    }
}
