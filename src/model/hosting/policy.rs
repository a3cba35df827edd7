//! What a hosted registry takes, and from whom: its table in `mirror.toml`.
//!
//! ```text
//! private-names = ["acme-*"]        names that are never asked of crates.io, before anything of that name is published
//!
//! [registries.corp]
//! auth = "publish"                  "none", "publish": a token for changes, "all": for reading, too
//! names = ["acme-*"]                names that may be published [default: all]
//! new-crates = "publishers"         who may publish a name first: "publishers", "admins", "team:core"
//! teams-change-owners = true        whether members of an owning team may change the owners
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

use crate::model::access::people::Login;
use crate::model::access::principal::NewCrates;
use crate::model::access::scope::CratePattern;
use crate::model::package::id::CrateName;
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
    pub names: Vec<CratePattern>,
    /// Who may publish the first version of a crate.
    #[serde(deserialize_with = "new_crates")]
    pub new_crates: NewCrates,
    /// Whether members of a team that owns a crate may change its owners.
    pub teams_change_owners: bool,
    pub deps: MissingDependency,
    pub dep_registries: Vec<String>,
    pub required: Vec<String>,
    pub allow_public: Vec<CratePattern>,
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
            new_crates: NewCrates::Publishers,
            teams_change_owners: true,
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
    pub private_names: Vec<CratePattern>,
    pub registries: BTreeMap<String, PublishPolicy>,
}

impl HostingSettings {
    pub fn of(&self, registry: &str) -> PublishPolicy {
        self.registries.get(registry).cloned().unwrap_or_default()
    }

    /// Whether a pattern keeps a name from crates.io, in any of its spellings.
    pub fn keeps_private(&self, name: &CrateName) -> bool {
        self.private_names
            .iter()
            .any(|pattern| pattern.matches(name))
    }
}

fn new_crates<'de, D: Deserializer<'de>>(from: D) -> Result<NewCrates, D::Error> {
    let text = String::deserialize(from)?;
    match text.as_str() {
        "publishers" => Ok(NewCrates::Publishers),
        "admins" => Ok(NewCrates::Admins),
        other => {
            let team = other.strip_prefix("team:").map(Login::parse);
            let team = team.unwrap_or_else(|| {
                Err(
                    "`new-crates` is \"publishers\", \"admins\" or a team, as in \"team:core\""
                        .to_owned(),
                )
            });
            team.map(NewCrates::Team).map_err(de::Error::custom)
        }
    }
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
            assert!(
                settings.keeps_private(&CrateName::parse(name).unwrap()),
                "{name}"
            );
        }
        assert!(!settings.keeps_private(&CrateName::parse("acmelog").unwrap()));
        for bad in [
            "[registries.corp]\nauth = \"some\"",
            "[registries.corp]\nmax-crate-size = \"much\"",
            "[registries.corp]\nnew-crates = \"everybody\"",
            "private-names = [\"a b\"]",
            "private-names = [\"a@1\"]",
        ] {
            assert!(toml::from_str::<HostingSettings>(bad).is_err(), "{bad}");
        }
    }
}
