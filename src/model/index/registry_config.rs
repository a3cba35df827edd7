//! What a registry says of itself in its index: where its crates and its web API are.

use std::fmt::Write;

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
        /// Room for what takes the place of markers; more is made where a template has many.
        const VALUES: usize = 120;
        let mut url = String::with_capacity(self.dl.len() + VALUES);
        let mut rest = self.dl.as_str();
        let mut has_markers = false;
        while let Some(at) = rest.find('{') {
            url.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = rest.find('}').map_or(rest.len(), |end| end + 1);
            let before = url.len();
            // Writing to a String cannot fail.
            let _ = match &rest[..length] {
                "{crate}" => write!(url, "{}", id.name),
                "{version}" => write!(url, "{}", id.version),
                "{sha256-checksum}" => write!(url, "{checksum}"),
                "{prefix}" => {
                    id.name.push_prefix(&mut url);
                    Ok(())
                }
                "{lowerprefix}" => {
                    id.name.push_prefix(&mut url);
                    url[before..].make_ascii_lowercase();
                    Ok(())
                }
                _ => {
                    // None of cargo's: it stays, and another may begin within it.
                    url.push('{');
                    rest = &rest[1..];
                    continue;
                }
            };
            has_markers = true;
            rest = &rest[length..];
        }
        url.push_str(rest);
        if !has_markers {
            // Writing to a String cannot fail.
            let _ = write!(url, "/{}/{}/download", id.name, id.version);
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
