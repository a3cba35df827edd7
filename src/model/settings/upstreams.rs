//! `[upstreams.NAME]`: registries that a server pulls crates from, besides crates.io.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::model::settings::bad::BadSettings;
use crate::model::source::id::RegistrySource;
use crate::model::text::position;
use crate::model::units::quantity;

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
pub(super) struct UpstreamTable {
    pub(super) index: Spanned<String>,
    auth: Option<Spanned<String>>,
    refresh: Option<Spanned<String>>,
    max_size: Option<Spanned<String>>,
    max_age: Option<Spanned<String>>,
}

pub(super) fn upstream(text: &str, table: &UpstreamTable) -> Result<UpstreamSettings, BadSettings> {
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
