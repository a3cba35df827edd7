//! The words in which a request is refused, and the status of the answer.

use crate::model::access::owners::Owner;
use crate::model::access::scope::{CratePattern, Role, Scope};
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// Why a request is refused: what is wrong, then what to do. Nothing of the token itself is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("this takes a token: run `cargo login` for this registry")]
    NoToken,
    #[error(
        "the token is mistyped or cut off: its checksum is wrong; copy it again, from `cmr_` to its end"
    )]
    Mistyped,
    #[error("the token is not known here: ask an administrator of this registry for one")]
    Unknown,
    #[error("the token `{id}` expired at {at}: ask for a new one (`cargo mirror token new`)")]
    Expired { id: String, at: Timestamp },
    #[error("the token `{id}` was revoked at {at}: ask for a new one (`cargo mirror token new`)")]
    Revoked { id: String, at: Timestamp },
    #[error("the user `{login}` is disabled: ask an administrator of this registry")]
    Disabled { login: String },
    #[error("the token `{id}` is for {}, not for `{}`: use a token of this registry", .registries.join(", "), printable(.registry))]
    OtherRegistry {
        id: String,
        registry: String,
        registries: Vec<String>,
    },
    #[error("the token of `{who}` lacks the scope `{scope}`: ask for a token that has it")]
    NoScope { who: String, scope: Scope },
    #[error(
        "`{who}` has the role `{role}`, which does not include `{scope}`: ask an administrator of this registry"
    )]
    NoRole {
        who: String,
        role: Role,
        scope: Scope,
    },
    #[error("the token is limited to {}, so it cannot be used for `{name}`", joined(.crates))]
    NotThisCrate {
        name: String,
        crates: Vec<CratePattern>,
    },
    #[error("`{who}` does not own `{name}`: ask {} to do it, or to add you as an owner", asked(.owners))]
    NotOwner {
        who: String,
        name: String,
        owners: Vec<Owner>,
    },
    #[error(
        "`{who}` may not create the crate `{name}`: ask {allowed} to publish its first version"
    )]
    NoNewCrates {
        who: String,
        name: String,
        allowed: String,
    },
    #[error(
        "the accounts of this registry cannot be read; ask again later, or tell its administrator"
    )]
    Unreadable {
        /// For the server's log alone: it names paths.
        cause: String,
    },
}

impl Refusal {
    /// The status of the answer: 401 makes cargo ask for a token, 403 says that another token would do, 503 that the same
    /// request may succeed later.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoToken
            | Self::Mistyped
            | Self::Unknown
            | Self::Expired { .. }
            | Self::Revoked { .. } => 401,
            Self::Unreadable { .. } => 503,
            _ => 403,
        }
    }
}

fn joined(patterns: &[CratePattern]) -> String {
    let quoted: Vec<String> = patterns.iter().map(|it| format!("`{it}`")).collect();
    quoted.join(", ")
}

fn asked(owners: &[Owner]) -> String {
    if owners.is_empty() {
        return "an administrator".to_owned();
    }
    let names: Vec<String> = owners.iter().map(|owner| format!("`{owner}`")).collect();
    names.join(" or ")
}
