//! The report of `on` and `off`, and what was done to a config file.

use std::path::PathBuf;

use serde::Serialize;

use crate::ops::config::file;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Switched {
    pub configs: Vec<ConfigChange>,
    pub mirror: PathBuf,
    /// The index of the server that builds are pointed at instead of the mirror.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConfigChange {
    pub path: PathBuf,
    pub change: Change,
    /// The git sources that the file names for the first time, or at another commit than before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Written,
    Unchanged,
    /// The file held nothing but what this program had written.
    Removed,
}

impl From<&file::ConfigChange> for ConfigChange {
    fn from(change: &file::ConfigChange) -> Self {
        Self {
            path: change.path.clone(),
            change: match change.change {
                file::Change::Written => Change::Written,
                file::Change::Unchanged => Change::Unchanged,
                file::Change::Removed => Change::Removed,
            },
            holds: change.holds.clone(),
        }
    }
}
