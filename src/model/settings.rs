//! `mirror.toml`: settings of a mirror, all optional. Keys that are not known are errors with their line.
//!
//! ```text
//! [serve]                            the options of `serve`, by their names; flags and environment go before them
//! refresh = "5m"
//!
//! [upstreams.corp]                   another registry that `serve` pulls crates from, besides crates.io
//! [registries.corp]                  a hosted registry; what it takes and from whom, is read by `model::hosting`
//! [[registries.corp.webhooks]]       who is told of what happens in it
//! [[registries.corp.trusted-publishing]]   runs of CI that may publish without a token
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::model::access::trusted::TrustedRule;
use crate::model::hosting::registry::registry_name;
use crate::model::source::id::RegistrySource;
use crate::model::text::position;
use crate::model::toml_error;
use crate::model::units::quantity;
use crate::model::webhook::Webhook;

/// What the file is called, in the mirror's folder.
pub const SETTINGS_FILE: &str = "mirror.toml";

/// The tables of registries in a file in which every key is a comment.
pub const REGISTRIES_TEMPLATE: &str = r#"# Another registry that `serve` pulls crates from, under /registries/partner/: `cargo mirror help serve`. None by default.
# [upstreams.partner]
# Address of its index, as cargo's config has it: "sparse+https://..." or that of a git index
# index = "sparse+https://crates.example.com/index/"
# Who needs a token of this server to read: "none", "all"
# auth = "none"
# Time after which an index file is revalidated; without it that of [serve]
# refresh = "1m"    # not set by default
# Evict its least recently used crates beyond this size
# max-size = "20GiB"    # not set by default
# Evict its crates not requested within this time
# max-age = "90d"    # not set by default

# A hosted registry. `cargo mirror registry set NAME --set KEY=VALUE` writes into its table, too.
# [registries.NAME]
# Who needs a token: "none", "publish" (whoever changes something), "all"
# auth = "publish"
# Names that may be published; none: all
# names = []
# Who may publish the first version of a crate: "publishers", "admins", "team:NAME"
# new-crates = "publishers"
# Whether members of a team that owns a crate may change its owners
# teams-change-owners = true
# What becomes of a dependency that is not in this registry: "warn", "refuse", "any"
# deps = "warn"
# Other registries that dependencies may be in; none: all
# dep-registries = []
# Keys of [package] that a crate must have
# required = []
# Names that may be here and on crates.io
# allow-public = []
# max-crate-size = "64MiB"
# max-metadata-size = "1MiB"
# max-dependencies = 1000
# max-features = 1000

# Who is told of what happens: `cargo mirror help people`. None by default.
# [[registries.NAME.webhooks]]
# url = "https://hooks.example.com/crates"
# secret-file = "/etc/cargo-mirror/hook-secret"
# events = []

# Runs of CI that publish without a token: `cargo mirror help people`. None by default.
# [[registries.NAME.trusted-publishing]]
# issuer = "https://ci.example.com"
# repository = "OWNER/NAME"
# owner-id = "1"
# workflow = "release.yml"
# environment = "release"
# claims = {}
# crates = ["NAME"]
# new-crates = false
"#;

/// The settings of a mirror.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Settings {
    pub serve: Vec<ServeSetting>,
    pub upstreams: BTreeMap<String, UpstreamSettings>,
    pub registries: BTreeMap<String, RegistrySettings>,
}

/// One option of `serve`, not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeSetting {
    pub key: String,
    pub value: SettingValue,
    /// From 1.
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    Flag(bool),
    Text(String),
    List(Vec<String>),
}

/// A registry that a server pulls crates from, besides crates.io.
#[derive(Debug, Clone, PartialEq)]
pub struct UpstreamSettings {
    pub registry: RegistrySource,
    /// Whether its readers need a token.
    pub closed: bool,
    pub refresh: Option<Duration>,
    /// In bytes.
    pub max_size: Option<u64>,
    pub max_age: Option<Duration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct UpstreamTable {
    index: Spanned<String>,
    auth: Option<Spanned<String>>,
    refresh: Option<Spanned<String>>,
    max_size: Option<Spanned<String>>,
    max_age: Option<Spanned<String>>,
}

/// What the accounts and the web hooks need of a registry's table.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RegistrySettings {
    pub webhooks: Vec<Webhook>,
    pub trusted_publishing: Vec<TrustedRule>,
    // What other parts of the program read, so that any other key is an error.
    auth: IgnoredKey,
    names: IgnoredKey,
    new_crates: IgnoredKey,
    teams_change_owners: IgnoredKey,
    deps: IgnoredKey,
    dep_registries: IgnoredKey,
    required: IgnoredKey,
    allow_public: IgnoredKey,
    max_crate_size: IgnoredKey,
    max_metadata_size: IgnoredKey,
    max_dependencies: IgnoredKey,
    max_features: IgnoredKey,
    git: IgnoredKey,
    dl: IgnoredKey,
}

/// A key that is known here by its name alone.
#[derive(Debug, Default, Clone, PartialEq)]
struct IgnoredKey;

impl<'de> Deserialize<'de> for IgnoredKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// What is wrong with the file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BadSettings {
    /// From 1.
    pub line: usize,
    pub message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Whole {
    serve: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(rename = "private-names")]
    _private_names: IgnoredKey,
    upstreams: BTreeMap<String, UpstreamTable>,
    registries: BTreeMap<String, RegistrySettings>,
}

impl Settings {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, BadSettings> {
        let whole: Whole = toml::from_str(text).map_err(|cause| {
            let at = cause.span().map_or(0, |span| span.start);
            let (line, _, message) = toml_error::explain(text, at, cause.message());
            BadSettings { line, message }
        })?;
        let mut serve = Vec::new();
        for (key, value) in whole.serve {
            let line = position(text, value.span().start).0;
            let value = setting(&key, value.into_inner(), line)?;
            serve.push(ServeSetting { key, value, line });
        }
        let mut upstreams = BTreeMap::new();
        for (name, table) in whole.upstreams {
            let line = position(text, table.index.span().start).0;
            let bad = |message: String| BadSettings { line, message };
            registry_name(&name).map_err(|cause| bad(format!("`upstreams.{name}`: {cause}")))?;
            if whole.registries.contains_key(&name) {
                return Err(bad(format!(
                    "`{name}` is a hosted registry already: a registry is either hosted or pulled from"
                )));
            }
            upstreams.insert(name, upstream(text, &table)?);
        }
        Ok(Self {
            serve,
            upstreams,
            registries: whole.registries,
        })
    }

    /// The settings of one registry.
    pub fn of(&self, registry: &str) -> RegistrySettings {
        self.registries.get(registry).cloned().unwrap_or_default()
    }
}

fn upstream(text: &str, table: &UpstreamTable) -> Result<UpstreamSettings, BadSettings> {
    let bad = |at: &Spanned<String>, message: String| BadSettings {
        line: position(text, at.span().start).0,
        message,
    };
    let read = |key: &str, value: &Option<Spanned<String>>| {
        let read = value.as_ref().map(|at| {
            let read = quantity::duration(at.as_ref());
            read.map_err(|cause| bad(at, format!("`{key}`: {cause}")))
        });
        read.transpose()
    };
    let address: &String = table.index.as_ref();
    let whole = if address.starts_with("sparse+") || address.starts_with("registry+") {
        address.clone()
    } else {
        format!("registry+{address}")
    };
    let registry = match RegistrySource::parse(&whole) {
        Some(RegistrySource::CratesIo) => {
            let message = "crates.io is served in any case, as crates-io".to_owned();
            return Err(bad(&table.index, message));
        }
        Some(registry) => registry,
        None => {
            let message = format!("`{address}` is not the address of an index");
            return Err(bad(&table.index, message));
        }
    };
    let closed = match &table.auth {
        None => false,
        Some(auth) => match auth.as_ref().as_str() {
            "none" => false,
            "all" => true,
            other => {
                return Err(bad(
                    auth,
                    format!("`auth` is \"none\" or \"all\", not `{other}`"),
                ));
            }
        },
    };
    let size = table.max_size.as_ref();
    let size = size.map(|at| {
        quantity::bytes(at.as_ref()).map_err(|cause| bad(at, format!("`max-size`: {cause}")))
    });
    Ok(UpstreamSettings {
        registry,
        closed,
        refresh: read("refresh", &table.refresh)?,
        max_size: size.transpose()?,
        max_age: read("max-age", &table.max_age)?,
    })
}

fn setting(key: &str, value: toml::Value, line: usize) -> Result<SettingValue, BadSettings> {
    let text = |value: toml::Value| match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    let read = match value {
        toml::Value::Boolean(flag) => Some(SettingValue::Flag(flag)),
        toml::Value::Array(list) => {
            let texts: Option<Vec<String>> = list.into_iter().map(text).collect();
            texts.map(SettingValue::List)
        }
        other => text(other).map(SettingValue::Text),
    };
    read.ok_or_else(|| BadSettings {
        line,
        message: format!("`serve.{key}` is a text, a number, true or false, or a list of texts"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = r#"
            private-names = ["acme-*"]
            [serve]
            refresh = "5m"
            max-connections = 100
            only-mirrored = true
            listen = ["127.0.0.1:1", "[::1]:1"]
            [upstreams.vendor-crates]
            index = "sparse+https://crates.example.com/index/"
            auth = "all"
            max-size = "1GiB"
            [registries.corp]
            auth = "all"
            [[registries.corp.webhooks]]
            url = "https://hooks.example.com/x"
            secret-file = "/etc/hook-secret"
            [[registries.corp.trusted-publishing]]
            issuer = "https://ci.example.com"
            repository = "acme/log"
            crates = ["acme-log"]
        "#;
        let settings = Settings::parse(text).unwrap();
        let keys: Vec<(&str, usize)> = settings
            .serve
            .iter()
            .map(|setting| (setting.key.as_str(), setting.line))
            .collect();
        assert_eq!(
            keys,
            [
                ("listen", 7),
                ("max-connections", 5),
                ("only-mirrored", 6),
                ("refresh", 4)
            ]
        );
        let pulled = &settings.upstreams["vendor-crates"];
        assert_eq!(
            pulled.registry.address(),
            "https://crates.example.com/index/"
        );
        assert!(pulled.closed && pulled.refresh.is_none());
        assert_eq!(pulled.max_size, Some(1 << 30));
        let corp = settings.of("corp");
        assert_eq!(corp.webhooks.len(), 1);
        assert_eq!(corp.trusted_publishing[0].repository, "acme/log");
        assert_eq!(settings.of("other"), RegistrySettings::default());
        assert_eq!(Settings::parse("").unwrap(), Settings::default());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, line, said) in [
            ("\nserver = 1", 2, "unknown field `server`"),
            (
                "[registries.corp]\n\nauht = \"all\"",
                3,
                "unknown field `auht`",
            ),
            ("[serve]\nrefresh = 1.5", 2, "`serve.refresh`"),
            ("[serve\n", 1, ""),
            ("[upstreams.a]\n\nindex = \"nowhere\"", 3, "`nowhere`"),
            ("[upstreams.a]\nauth = \"all\"", 1, "missing field `index`"),
            (
                "[registries.a]\n[upstreams.a]\nindex = \"sparse+https://x\"",
                3,
                "hosted registry already",
            ),
            (
                "[upstreams.a]\nindex = \"sparse+https://x\"\nrefresh = \"soon\"",
                3,
                "`refresh`",
            ),
            (
                "[[registries.a.webhooks]]\nurl = \"ftp://x\"\nsecret-file = \"s\"",
                2,
                "http",
            ),
            (
                "[[registries.a.trusted-publishing]]\nissuer = \"https://x\"\nrepository = \"a/b\"",
                1,
                "crates",
            ),
        ] {
            let bad = Settings::parse(text).unwrap_err();
            assert!(bad.message.contains(said), "{text}: {bad}");
            assert_eq!(bad.line, line, "{text}: {bad}");
        }
    }
}
