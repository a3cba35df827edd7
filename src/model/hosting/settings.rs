//! What a hosted registry takes, and from whom: its table in `mirror.toml`.
//!
//! ```text
//! [registries.corp]
//! auth = "publish"                  "none", "publish": a token for changes, "all": for reading, too
//! names = ["acme-*"]                names that may be published [default: all]
//! new-crates = "publishers"         who may publish a name first: "publishers", "admins", "team:core"
//! teams-change-owners = true        whether members of an owning team may change the owners
//! deps = "warn"                     what becomes of a dependency that is not in this registry: "warn", "refuse", "any"
//! dep-registries = []               other registries that dependencies may be in [default: all]
//! required = ["description"]        keys of `[package]` that a crate must have
//! allow-public = ["serde"]          names that may be here and on crates.io
//! ask-crates-io = false             whether crates.io is asked every day if it has crates of these names
//! max-crate-size = "64MiB"
//! max-metadata-size = "1MiB"
//! max-dependencies = 1000
//! max-features = 1000              also of those that one feature enables
//! max-entries = 100000             files and folders in an archive
//! ```

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::model::access::people::Login;
use crate::model::access::principal::NewCrates;
use crate::model::access::scope::CratePattern;
use crate::model::access::trusted::TrustedRule;
use crate::model::units::quantity;
use crate::model::webhook::Webhook;

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
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RegistrySettings {
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
    /// Whether crates.io is asked every day if it has crates of these names: so it learns them.
    pub ask_crates_io: bool,
    /// Bytes.
    #[serde(deserialize_with = "bytes")]
    pub max_crate_size: u64,
    /// Bytes of the JSON in front of the crate.
    #[serde(deserialize_with = "bytes")]
    pub max_metadata_size: u64,
    pub max_dependencies: usize,
    pub max_features: usize,
    /// Files and folders in an archive.
    pub max_entries: u64,
    /// Who is told of what happens.
    pub webhooks: Vec<Webhook>,
    /// Runs of CI that may publish without a token.
    pub trusted_publishing: Vec<TrustedRule>,
}

impl Default for RegistrySettings {
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
            ask_crates_io: false,
            max_crate_size: 64 << 20,
            max_metadata_size: 1 << 20,
            max_dependencies: 1000,
            max_features: 1000,
            max_entries: 100_000,
            webhooks: Vec::new(),
            trusted_publishing: Vec::new(),
        }
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
            auth = "all"
            names = ["acme-*"]
            max-crate-size = "5MiB"
        "#;
        let corp: RegistrySettings = toml::from_str(text).unwrap();
        assert_eq!(corp.auth, TokenNeeded::All);
        assert_eq!(corp.max_crate_size, 5 << 20);
        assert_eq!(corp.max_metadata_size, 1 << 20);
        for bad in [
            "auth = \"some\"",
            "max-crate-size = \"much\"",
            "new-crates = \"everybody\"",
            "names = [\"a b\"]",
            "refresh = \"1m\"",
        ] {
            assert!(toml::from_str::<RegistrySettings>(bad).is_err(), "{bad}");
        }
    }
}
