//! `mirror.toml`.

use std::path::PathBuf;

use crate::model::settings::bad::BadSettings;

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read the settings `{}`", .path.display())]
    Bad { path: PathBuf, source: BadSettings },
    /// Nothing was written.
    #[error("`{}` would not take this value: {message}", .path.display())]
    Refused { path: PathBuf, message: String },
}

impl SettingsError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Bad { .. } | Self::Refused { .. } => Some(
                "`cargo mirror config --defaults` prints every key with what it means".to_owned(),
            ),
        }
    }
}
