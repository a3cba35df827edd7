//! What a registry says of itself in its index: where its crates and its web API are.

use serde::Deserialize;

use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;

/// A registry's `config.json` (cargo's `RegistryConfig`, sources/registry/mod.rs).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RegistryConfig {
    /// Where `.crate` files are: a template, or the start of `/{crate}/{version}/download`.
    pub dl: String,
    #[serde(default)]
    pub api: Option<String>,
    #[serde(default)]
    pub auth_required: bool,
}

impl RegistryConfig {
    /// The address of a `.crate`, by cargo's rules: five markers, and a fixed path when the template has none.
    pub fn download_url(&self, id: &CrateId, checksum: &Sha256) -> String {
        const MARKERS: [&str; 5] = [
            "{crate}",
            "{version}",
            "{prefix}",
            "{lowerprefix}",
            "{sha256-checksum}",
        ];
        if !MARKERS.iter().any(|marker| self.dl.contains(marker)) {
            return format!("{}/{}/{}/download", self.dl, id.name, id.version);
        }
        let mut url = self.dl.clone();
        for marker in MARKERS.iter().filter(|marker| self.dl.contains(*marker)) {
            let value = match *marker {
                "{crate}" => id.name.to_string(),
                "{version}" => id.version.to_string(),
                "{prefix}" => id.name.prefix(),
                "{lowerprefix}" => id.name.prefix().to_ascii_lowercase(),
                _ => checksum.to_string(),
            };
            url = url.replace(marker, &value);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn download_addresses_follow_every_marker() {
        let checksum = Sha256::parse(&"7".repeat(64)).unwrap();
        let at = |dl: &str| {
            RegistryConfig {
                dl: dl.to_owned(),
                api: None,
                auth_required: false,
            }
            .download_url(
                &CrateId::parse("PrivCrate", "0.2.1+build5").unwrap(),
                &checksum,
            )
        };
        assert_eq!(
            at("https://r.example/dl"),
            "https://r.example/dl/PrivCrate/0.2.1+build5/download"
        );
        assert_eq!(
            at("https://r.example/{crate}/{version}/{prefix}/{lowerprefix}/{sha256-checksum}"),
            format!(
                "https://r.example/PrivCrate/0.2.1+build5/Pr/iv/pr/iv/{}",
                "7".repeat(64)
            )
        );
    }
}
