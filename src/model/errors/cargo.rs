//! The real cargo.

use std::io;

use crate::model::errors::cause::CargoSaid;

#[derive(Debug, thiserror::Error)]
pub enum CargoError {
    #[error("`{command}` failed")]
    Failed {
        command: String,
        #[source]
        said: CargoSaid,
    },
    #[error("cannot run `{program}`")]
    NoCargo { program: String, source: io::Error },
}

impl CargoError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Failed { said, .. } if is_gone(&said.0) => {
                "that commit is on no branch and no tag of the repository any more: `cargo update -p NAME` locks one that is \
                 there"
            }
            Self::NoCargo { .. } => "install cargo, or name it in the CARGO environment variable",
            Self::Failed { said, .. } if said.0.contains("source replacement configuration") => {
                "`cargo mirror off && cargo update && cargo mirror vendor`: cargo updates git sources only where they are not \
                 replaced"
            }
            Self::Failed { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// Whether git, or cargo in its place, says that a repository does not have a commit.
fn is_gone(said: &str) -> bool {
    let signs = ["revspec '", "not our ref", "unadvertised object"];
    signs.iter().any(|sign| said.contains(sign))
}
