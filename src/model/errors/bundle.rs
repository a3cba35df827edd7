//! Dumps made and taken in: what is missing, what is in the way.

use std::path::PathBuf;

use crate::model::bundle::manifest::{BundleId, Listed};
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    #[error("another process is writing `{}`", .0.display())]
    BeingWritten(PathBuf),
    #[error("one file of {limit} bytes cannot hold {what}")]
    TooLarge { what: String, limit: u64 },
    #[error("`{}` is neither a dump, nor a state, nor the folder of a mirror", .0.display())]
    NotKnown(PathBuf),
    #[error("the mirror lacks {} that the {asked} for", count(.packages.len()))]
    Lacks {
        asked: &'static str,
        packages: Vec<String>,
    },
    #[error(
        "the dump refers back to {} that this mirror does not have, {} first of all", count(.bases.len()), .bases.first().map(|it| it.id.to_string()).unwrap_or_default()
    )]
    NoBase {
        bases: Vec<Listed>,
        previous: Option<BundleId>,
    },
    #[error("`{}` is older than the dump of {newest} that was imported before", .path.display())]
    Replayed { path: PathBuf, newest: Timestamp },
    #[error("there is no room for the dump in `{}`: {needed} bytes are needed, {free} are free", .folder.display())]
    NoRoom {
        folder: PathBuf,
        needed: u64,
        free: u64,
    },
    #[error("`{}` cannot be the name of a receiver", printable(.0))]
    ReceiverName(String),
    #[error(
        "no dump for `{0}` is pending: nothing was exported with `--for {0}` since the last acknowledgement"
    )]
    NothingSent(String),
    #[error("the registry `{}` is not hosted in this mirror", printable(.0))]
    NotHosted(String),
    #[error("standard output cannot take both the dump and lines of JSON")]
    PipeOfJson,
}

fn count(number: usize) -> String {
    format!("{number} package{}", if number == 1 { "" } else { "s" })
}

impl BundleError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Exists(_) => "name another file, or remove it first",
            Self::BeingWritten(_) => "wait until it is done, or name another file",
            Self::TooLarge { .. } => "allow larger parts with --split",
            Self::NotKnown(_) => "name a file that `export` or `state` has written, or a mirror",
            Self::Lacks { packages, .. } => {
                let some = packages.iter().take(5).cloned().collect::<Vec<_>>();
                let more = packages.len().saturating_sub(some.len());
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                return Some(format!(
                    "fetch them with `cargo mirror prefetch`: {}{more}",
                    some.join(", ")
                ));
            }
            Self::NoBase { previous, .. } => {
                let first = match previous {
                    Some(id) => format!("import the dump before it first ({id})"),
                    None => "import the dump that it was made against first".to_owned(),
                };
                return Some(format!(
                    "{first}, or export again with `--since` and the state that `cargo mirror state FILE` writes here"
                ));
            }
            Self::Replayed { .. } => {
                "an old dump can bring back what has been yanked since; --allow-older takes it all the same"
            }
            Self::NoRoom { .. } => "make room on that disk, or name another folder with --mirror",
            Self::NotHosted(name) => {
                return Some(format!(
                    "`cargo mirror registry new {name} --url URL` makes it, with the address that lockfiles have; then import again"
                ));
            }
            Self::NothingSent(_) => {
                "`cargo mirror export FILE --for NAME` makes one; a receipt can be named at any time"
            }
            Self::PipeOfJson => "name a file, or leave out --message-format",
            Self::ReceiverName(_) => {
                "letters, digits and `-_.@` may stand in one, at most 64 of them"
            }
        };
        Some(hint.to_owned())
    }
}
