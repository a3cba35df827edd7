//! What makes a folder of the mirror a hosted registry: its name, and the marker in it.
//!
//! ```text
//! <mirror>/registries/corp/registry.toml
//!   hosted = true
//!   url = "sparse+https://crates.example.com/registries/corp/index/"     the index, as clients name it
//!   aliases = []                                                         other addresses that mean it
//!   created = "2026-01-31T12:00:00Z"
//! ```
//!
//! The folder may be public, so who may do what is not in it.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::index::from_manifest::OwnAddresses;
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// The longest name of a registry.
const MAX_NAME: usize = 32;

/// Why a registry cannot be called so, or cannot be found there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRegistry {
    #[error("`{}` is not a name for a registry: {reason}", printable(.name))]
    Name { name: String, reason: &'static str },
    #[error("`{}` is not the address of an index: {reason}", printable(.url))]
    Url { url: String, reason: String },
}

/// A hosted registry, as its marker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostedRegistry {
    pub hosted: bool,
    /// Its index as clients name it, with `sparse+`.
    pub url: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub created: Timestamp,
}

impl HostedRegistry {
    pub fn own(&self) -> OwnAddresses {
        let addresses = std::iter::once(&self.url).chain(&self.aliases);
        OwnAddresses::new(addresses.map(String::as_str))
    }
}

/// Checks the name of a registry: what cargo, a folder and a path of an address all take, and no mirrored registry has.
pub fn registry_name(name: &str) -> Result<(), BadRegistry> {
    let refuse = |reason| {
        Err(BadRegistry::Name {
            name: name.to_owned(),
            reason,
        })
    };
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    match name.bytes().next() {
        None => return refuse("it is empty"),
        Some(first) if !sound(first) => {
            return refuse("it starts with a lower-case letter or digit");
        }
        Some(_) => {}
    }
    if name.len() > MAX_NAME {
        return refuse("it has more than 32 characters");
    }
    if !name
        .bytes()
        .all(|byte| sound(byte) || b"-_".contains(&byte))
    {
        return refuse("only lower-case letters, digits, `-` and `_` may stand in one");
    }
    if ["crates-io", "cargo-mirror", "cargo-mirror-server"].contains(&name) {
        return refuse("cargo or this program uses it for something else");
    }
    let mirrored = name.rsplit_once('-').is_some_and(|(_, end)| {
        end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    if mirrored {
        return refuse("the folders of mirrored registries are called so");
    }
    Ok(())
}

/// The address of an index as clients name it: `sparse+https://.../`, the slash at its end put there if need be.
pub fn index_url(text: &str) -> Result<String, BadRegistry> {
    let refuse = |reason: &str| {
        Err(BadRegistry::Url {
            url: text.to_owned(),
            reason: reason.to_owned(),
        })
    };
    let address = text.strip_prefix("sparse+").unwrap_or(text);
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(cause) => return refuse(&cause.to_string()),
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return refuse("it begins with sparse+https:// or sparse+http://");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it has no `?` and no `#`");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("clients would write a password in it into their lockfiles");
    }
    let slash = if url.path().ends_with('/') { "" } else { "/" };
    Ok(format!("sparse+{url}{slash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_folders_and_registries() {
        for good in ["corp", "a", "0-x_y", "team-2"] {
            assert_eq!(registry_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "Corp",
            "-x",
            "_x",
            ".x",
            "a/b",
            "..",
            "crates-io",
            "r.example",
            "r-0123456789abcdef",
            &"a".repeat(33),
        ] {
            assert!(registry_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_spelled_as_cargo_compares_them() {
        let url = |text| index_url(text).map_err(|bad| bad.to_string());
        let plain = "sparse+https://r.example/registries/corp/index/";
        assert_eq!(url(plain).unwrap(), plain);
        assert_eq!(
            url("https://R.example/registries/corp/index").unwrap(),
            plain
        );
        for bad in [
            "r.example",
            "git+https://r.example",
            "ftp://r.example/",
            "https://me:pw@r.example/",
            "https://r.example/?a",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
        let own = HostedRegistry {
            hosted: true,
            url: plain.to_owned(),
            aliases: vec!["sparse+http://localhost:8080/registries/corp/index/".to_owned()],
            created: Timestamp(0),
        }
        .own();
        assert!(own.contains("sparse+https://R.EXAMPLE/registries/corp/index"));
        assert!(own.contains("sparse+http://localhost:8080/registries/corp/index/"));
        assert!(!own.contains("https://r.example/registries/corp/index/"));
    }
}
