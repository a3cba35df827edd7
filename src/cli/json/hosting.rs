//! What `registry`, `add`, `yank` and `remove` print as JSON.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::hosting::settings::TokenNeeded;
use crate::ops::publish::add::AddReport;
use crate::ops::publish::registry::RegistryReport;

/// A hosted registry.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostedAs {
    pub name: String,
    /// Address of its index, as clients name it.
    pub url: String,
    /// Other addresses that mean it.
    pub aliases: Vec<String>,
    pub auth: AuthNeeded,
    pub folder: PathBuf,
    pub crates: usize,
    pub versions: usize,
    /// The lines of cargo's config that a client needs.
    pub config: String,
}

/// Who needs a token.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuthNeeded {
    None,
    Publish,
    All,
}

/// The hosted registries: one that was made, changed or shown, or all.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostedList {
    pub registries: Vec<HostedAs>,
}

impl HostedList {
    pub fn of(reports: &[RegistryReport]) -> Self {
        Self {
            registries: reports.iter().map(HostedAs::from).collect(),
        }
    }
}

impl From<&RegistryReport> for HostedAs {
    fn from(report: &RegistryReport) -> Self {
        Self {
            name: report.name.clone(),
            url: report.marker.url.clone(),
            aliases: report.marker.aliases.clone(),
            auth: match report.auth {
                TokenNeeded::None => AuthNeeded::None,
                TokenNeeded::Publish => AuthNeeded::Publish,
                TokenNeeded::All => AuthNeeded::All,
            },
            folder: report.folder.clone(),
            crates: report.crates,
            versions: report.versions,
            config: client_config(report),
        }
    }
}

/// The lines of cargo's config that a client needs.
pub fn client_config(report: &RegistryReport) -> String {
    let mut text = String::new();
    if report.auth == TokenNeeded::All {
        // Without it cargo does not even ask for a token.
        text.push_str("[registry]\nglobal-credential-providers = [\"cargo:token\"]\n\n");
    }
    text + &format!(
        "[registries.{}]\nindex = \"{}\"\n",
        report.name, report.marker.url
    )
}

/// What was added to a hosted registry.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Added {
    pub registry: String,
    /// `name@version`
    pub added: Vec<String>,
    /// Those that were there with the same bytes.
    pub unchanged: Vec<String>,
    /// Those whose file has gone, with `--sync`.
    pub yanked: Vec<String>,
    pub failed: Vec<RefusedFile>,
}

/// A file that was not added.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RefusedFile {
    pub file: PathBuf,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl From<&AddReport> for Added {
    fn from(report: &AddReport) -> Self {
        let names = |ids: &[crate::model::package::id::CrateId]| {
            ids.iter().map(ToString::to_string).collect()
        };
        let refused = report.failed.iter().map(|failed| RefusedFile {
            file: failed.file.clone(),
            cause: failed.cause.clone(),
            help: failed.help.clone(),
        });
        Self {
            registry: report.registry.clone(),
            added: names(&report.added),
            unchanged: names(&report.there),
            yanked: names(&report.yanked),
            failed: refused.collect(),
        }
    }
}

/// What was yanked, or no longer is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Yanked {
    pub registry: String,
    /// `name@version`
    pub versions: Vec<String>,
    /// Whether they are yanked now.
    pub yanked: bool,
    /// How many were otherwise before.
    pub changed: usize,
}

/// What was removed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Withdrawn {
    pub registry: String,
    /// `name@version`
    pub versions: Vec<String>,
    /// Where the bytes are now, within the mirror.
    pub quarantined: Vec<String>,
}
