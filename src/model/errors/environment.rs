//! What the environment of the process says, or lacks.

use crate::model::text::printable;

#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    #[error("the environment variable {0} is not UTF-8")]
    VariableNotUtf8(&'static str),
    #[error("CARGO_MIRROR_LOG is `{}`, which is no filter: {message}", printable(.text))]
    LogFilter { text: String, message: String },
    #[error("cannot find this user's home folder")]
    NoHome,
}

impl EnvironmentError {
    /// What the user can do about it, for the help line.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoHome => "set HOME, or name the mirror with --mirror and set CARGO_HOME",
            Self::LogFilter { .. } => {
                "name a level (error, warn, info, debug, trace), or targets with levels as in cargo_mirror::serve=debug"
            }
            Self::VariableNotUtf8(_) => "set it to a path that is UTF-8",
        };
        Some(hint.to_owned())
    }
}
