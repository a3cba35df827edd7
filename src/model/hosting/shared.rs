//! A hosted registry in a bucket, as all servers of the bucket know it: what a folder has in `registry.toml` and in
//! `mirror.toml`, in one record.
//!
//! ```text
//! [registry]                the marker (model::hosting::registry)
//! hosted = true
//! url = "sparse+https://crates.example.com/registries/corp/index/"
//! [settings]                who may do what (model::hosting::settings)
//! auth = "all"
//! ```

use serde::Deserialize;

use crate::model::hosting::registry::HostedRegistry;
use crate::model::hosting::settings::RegistrySettings;

/// A registry of a bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct HostedRecord {
    pub marker: HostedRegistry,
    /// The settings that were given, as TOML.
    settings: toml::Table,
    pub policy: RegistrySettings,
}

impl HostedRecord {
    /// With the settings that hold by default.
    pub fn new(marker: HostedRegistry) -> Self {
        Self {
            marker,
            settings: toml::Table::new(),
            policy: RegistrySettings::default(),
        }
    }

    /// Reads a record. What is wrong with it is said in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Document {
            registry: HostedRegistry,
            #[serde(default)]
            settings: toml::Table,
        }
        let read: Document = toml::from_str(text).map_err(|cause| cause.message().to_owned())?;
        Ok(Self {
            marker: read.registry,
            policy: policy(&read.settings)?,
            settings: read.settings,
        })
    }

    pub fn render(&self) -> String {
        let mut document = toml::Table::new();
        let marker = toml::Value::try_from(&self.marker);
        // Texts, a list of them and a truth value: all of it is TOML.
        let marker = marker.unwrap_or_else(|_| toml::Value::Table(toml::Table::new()));
        document.insert("registry".to_owned(), marker);
        let settings = toml::Value::Table(self.settings.clone());
        document.insert("settings".to_owned(), settings);
        document.to_string()
    }

    /// Sets keys, whose values are TOML. Nothing is set where one of them is no setting.
    pub fn set(&mut self, values: &[(String, String)]) -> Result<(), String> {
        let mut settings = self.settings.clone();
        for (key, text) in values {
            let parsed: toml::Table = format!("value = {text}")
                .parse()
                .map_err(|cause: toml::de::Error| format!("`{key}`: {}", cause.message()))?;
            let value = parsed.into_iter().next().map(|(_, value)| value);
            settings.extend(value.map(|value| (key.clone(), value)));
        }
        self.policy = policy(&settings)?;
        self.settings = settings;
        Ok(())
    }
}

fn policy(settings: &toml::Table) -> Result<RegistrySettings, String> {
    let read = RegistrySettings::deserialize(toml::Value::Table(settings.clone()));
    read.map_err(|cause| cause.message().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::hosting::settings::TokenNeeded;
    use crate::model::units::timestamp::Timestamp;

    #[test]
    fn a_record_is_read_back_and_set_key_by_key() {
        let mut record = HostedRecord::new(HostedRegistry {
            hosted: true,
            url: "sparse+https://r.example/".to_owned(),
            aliases: vec!["sparse+https://old.example/".to_owned()],
            created: Timestamp(1_790_000_000),
        });
        let set = |key: &str, value: &str| [(key.to_owned(), value.to_owned())];
        record.set(&set("auth", "\"all\"")).unwrap();
        record.set(&set("names", "[\"acme-*\"]")).unwrap();
        let read = HostedRecord::parse(&record.render()).unwrap();
        assert_eq!(read, record);
        assert_eq!(read.policy.auth, TokenNeeded::All);
        assert_eq!(read.policy.names.len(), 1);
        for bad in [
            set("auth", "\"some\""),
            set("colour", "1"),
            set("auth", "x y"),
        ] {
            assert!(record.set(&bad).is_err(), "{bad:?}");
        }
        assert_eq!(HostedRecord::parse(&record.render()).unwrap(), read);
        assert!(HostedRecord::parse("[settings]\nauth = \"all\"\n").is_err());
    }
}
