//! Cargo's config, and the upstream or server that it names.

use std::path::PathBuf;

use crate::model::errors::cause::CargoSaid;
use crate::model::text::printable;
use crate::model::url::without_credentials;

#[derive(Debug, thiserror::Error)]
pub enum CargoConfigError {
    #[error("`{}` is not valid TOML, line {line}, column {column}: {message}", .path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    #[error("cannot edit `{}`: {message}", .path.display())]
    Shape {
        path: PathBuf,
        message: String,
        help: String,
    },
    #[error("with `{}` there, cargo does not load `{}`; nothing is changed", .what.display(), .project.display())]
    BreaksProject {
        what: PathBuf,
        project: PathBuf,
        help: String,
        #[source]
        said: CargoSaid,
    },
    #[error(
        "cargo's config puts `{name}` in its place, which is {what}: crates cannot be fetched from there"
    )]
    UpstreamKind { name: String, what: String },
    #[error("`{}` is not the address of a registry index: {message}", printable(&without_credentials(.url)))]
    UpstreamUrl { url: String, message: String },
    #[error("`{}` is not the address of a server: {message}", printable(&without_credentials(.url)))]
    ServerUrl { url: String, message: String },
}

impl CargoConfigError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Syntax { .. } => {
                "nothing was changed; mend the file and run the same command again"
            }
            Self::BreaksProject { help, .. } | Self::Shape { help, .. } => {
                return Some(help.clone());
            }
            Self::UpstreamKind { .. } => {
                "name where to fetch crates of crates.io from: `--upstream crates-io` for crates.io itself, or another \
                 index, as in --upstream sparse+https://host/index/"
            }
            Self::UpstreamUrl { .. } => {
                "a sparse index is named as sparse+https://host/index/, a local registry by its folder"
            }
            Self::ServerUrl { .. } => {
                "name the server as http://host:8080; a token goes where cargo keeps tokens"
            }
        };
        Some(hint.to_owned())
    }
}
