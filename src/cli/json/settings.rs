//! The report of `config`.

use std::path::PathBuf;

use serde::Serialize;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EffectiveSettings {
    pub mirror: PathBuf,
    pub settings: Vec<Setting>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Setting {
    /// As in `serve.refresh`.
    pub key: String,
    /// As TOML.
    pub value: String,
    pub origin: SettingOrigin,
    /// Of `mirror.toml`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SettingOrigin {
    Default,
    /// `mirror.toml`
    File,
    Environment,
    CommandLine,
}
