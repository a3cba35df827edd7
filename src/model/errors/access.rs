//! Accounts: users, teams, tokens, owners.

use std::path::PathBuf;

use crate::model::access::owners::OwnerFault;
use crate::model::errors::cause::Cause;
use crate::model::text::printable;

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("{0}")]
    Invalid(String),
    #[error("the name `{0}` belongs to the server itself")]
    BuiltIn(String),
    #[error("there is a {kind} `{name}` already")]
    Exists { kind: &'static str, name: String },
    #[error("there is no {kind} `{}`", printable(.name))]
    Missing { kind: &'static str, name: String },
    #[error("no token's id starts with `{}`", printable(.0))]
    NoSuchToken(String),
    #[error("the ids of {count} tokens start with `{}`", printable(.id))]
    AmbiguousToken { id: String, count: usize },
    #[error("the team `{team}` still owns {}", .crates.join(", "))]
    TeamOwns { team: String, crates: Vec<String> },
    #[error("cannot read the record `{}`", .path.display())]
    Record {
        path: PathBuf,
        #[source]
        source: Cause,
    },
    #[error(transparent)]
    Owner(#[from] OwnerFault),
    #[error("nothing is recorded of a crate `{name}` in the registry `{registry}`")]
    NoSuchCrate { registry: String, name: String },
    /// The entry comes first, so that nothing is done which the log does not know.
    #[error("nothing was done, because the audit log takes no entry of it")]
    NoEntry {
        #[source]
        source: Cause,
    },
    #[error("{done}, but the audit log took no entry of it")]
    DoneWithoutEntry {
        done: String,
        #[source]
        source: Cause,
    },
    #[error("this system gave no random bytes for a token")]
    NoRandomness,
    #[error(
        "CARGO_MIRROR_ADMIN_TOKEN has {length} characters, too few for a token that nobody guesses"
    )]
    WeakAdminToken { length: usize },
}

impl AccessError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BuiltIn(_) => {
                "choose another; in the audit log it stands for somebody without an account"
            }
            Self::Exists { kind: "team", .. } => "`cargo mirror team add` adds members to it",
            Self::Exists { .. } => "`cargo mirror user list` lists the users",
            Self::Missing { kind: "user", .. } => {
                "`cargo mirror user list` lists the users; `cargo mirror user new` makes one"
            }
            Self::Missing { kind: "team", .. } => {
                "`cargo mirror team list` lists the teams; `cargo mirror team new` makes one"
            }
            Self::NoSuchToken(_) => "`cargo mirror token list` lists them",
            Self::AmbiguousToken { .. } => "name more of its characters",
            Self::TeamOwns { .. } => {
                "give these crates another owner first, with `cargo mirror owner add` and `owner remove`"
            }
            Self::Record { .. } => {
                "nothing is granted by a record that cannot be read; restore it from a backup, or remove the file"
            }
            Self::NoSuchCrate { .. } => {
                "a crate has owners once it was published or added; --registry names its registry"
            }
            Self::NoEntry { .. } => {
                "see to it that `access/log` in the mirror's folder can be written to and its disk has room, then try again"
            }
            Self::DoneWithoutEntry { .. } => {
                "the entry is not made later: note it elsewhere, and see to it that `access/log` in the mirror's folder can be \
                 written to"
            }
            Self::WeakAdminToken { .. } => {
                "use at least 32 random characters, as `openssl rand -hex 32` prints them"
            }
            Self::Invalid(_) | Self::Missing { .. } | Self::Owner(_) | Self::NoRandomness => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
