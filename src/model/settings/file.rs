//! `mirror.toml`: settings of a mirror, all optional. Keys that are not known are errors with their line.
//!
//! ```text
//! private-names = ["acme-*"]         names that are never asked of crates.io
//! [serve]                            the options of `serve`, by their names; flags and environment go before them
//! refresh = "5m"
//!
//! [upstreams.corp]                   another registry that `serve` pulls crates from, besides crates.io
//! [sync]                             the copy of a registry; [sync.select]: what it takes
//! [registries.corp]                  a hosted registry: what it takes, and from whom (`model::hosting::settings`)
//! [web]                              what a server shows to browsers
//! [catalog]                          what searches are made of
//! [[registries.corp.webhooks]]       who is told of what happens in it
//! [[registries.corp.trusted-publishing]]   runs of CI that may publish without a token
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::model::access::scope::CratePattern;
use crate::model::hosting::registry::registry_name;
use crate::model::hosting::settings::RegistrySettings;
use crate::model::package::id::CrateName;
use crate::model::settings::bad::BadSettings;
use crate::model::settings::catalog::CatalogSettings;
use crate::model::settings::serve::{ServeSetting, setting};
use crate::model::settings::sync::{SyncSettings, SyncTable, sync};
use crate::model::settings::upstreams::{UpstreamSettings, UpstreamTable, upstream};
use crate::model::settings::web::WebSettings;
use crate::model::text::position;
use crate::model::toml_error;

/// What the file is called, in the mirror's folder.
pub const SETTINGS_FILE: &str = "mirror.toml";

/// The settings of a mirror.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Settings {
    /// Names that are never asked of crates.io, before anything of that name is published.
    pub private_names: Vec<CratePattern>,
    pub serve: Vec<ServeSetting>,
    pub upstreams: BTreeMap<String, UpstreamSettings>,
    pub registries: BTreeMap<String, RegistrySettings>,
    pub web: WebSettings,
    pub catalog: CatalogSettings,
    pub sync: SyncSettings,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Document {
    private_names: Vec<CratePattern>,
    serve: BTreeMap<String, Spanned<toml::Value>>,
    upstreams: BTreeMap<String, UpstreamTable>,
    registries: BTreeMap<String, RegistrySettings>,
    web: WebSettings,
    catalog: CatalogSettings,
    sync: SyncTable,
}

impl Settings {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, BadSettings> {
        let document: Document = toml::from_str(text).map_err(|cause| {
            let at = cause.span().map_or(0, |span| span.start);
            let (line, _, message) = toml_error::explain(text, at, cause.message());
            BadSettings { line, message }
        })?;
        let mut serve = Vec::new();
        for (key, value) in document.serve {
            let line = position(text, value.span().start).0;
            let value = setting(&key, value.into_inner(), line)?;
            serve.push(ServeSetting { key, value, line });
        }
        let mut upstreams = BTreeMap::new();
        for (name, table) in document.upstreams {
            let line = position(text, table.index.span().start).0;
            let bad = |message: String| BadSettings { line, message };
            registry_name(&name).map_err(|cause| bad(format!("`upstreams.{name}`: {cause}")))?;
            if document.registries.contains_key(&name) {
                return Err(bad(format!(
                    "`{name}` is a hosted registry already: a registry is either hosted or pulled from"
                )));
            }
            upstreams.insert(name, upstream(text, &table)?);
        }
        Ok(Self {
            private_names: document.private_names,
            serve,
            upstreams,
            registries: document.registries,
            web: document.web,
            catalog: document.catalog,
            sync: sync(text, &document.sync)?,
        })
    }

    /// The settings of one registry.
    pub fn of(&self, registry: &str) -> RegistrySettings {
        self.registries.get(registry).cloned().unwrap_or_default()
    }

    /// Whether a pattern keeps a name from crates.io, in any of its spellings.
    pub fn keeps_private(&self, name: &CrateName) -> bool {
        self.private_names
            .iter()
            .any(|pattern| pattern.matches(name))
    }
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
