//! `[serve]`: the options of `serve` by their names, read by the parser of its arguments.

use crate::model::settings::bad::BadSettings;

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

pub(super) fn setting(
    key: &str,
    value: toml::Value,
    line: usize,
) -> Result<SettingValue, BadSettings> {
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
