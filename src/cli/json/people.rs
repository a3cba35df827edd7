//! The reports of `user`, `team`, `token`, `owner` and `audit-log`.

use serde::Serialize;

use crate::io::access::token::ListedToken;
use crate::model::access::audit::AuditEntry;
use crate::model::access::people::{Login, TeamRecord, UserRecord};
use crate::model::access::token::{Holder, TokenRecord};
use crate::ops::access::owner;
use crate::ops::access::token::IssuedToken;

/// Of `user`: the one that was made or changed, or all.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Users {
    pub users: Vec<User>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct User {
    pub login: String,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub disabled: bool,
    pub created: String,
    pub teams: Vec<String>,
}

impl User {
    pub fn of(user: &UserRecord, teams: &[Login]) -> Self {
        Self {
            login: user.login.to_string(),
            role: user.role.to_string(),
            name: user.name.clone(),
            email: user.email.clone(),
            disabled: user.disabled,
            created: user.created.to_string(),
            teams: teams.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Of `team`: the one that was made or changed, or all.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Teams {
    pub teams: Vec<Team>,
    /// The name of the team that was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Team {
    pub name: String,
    pub members: Vec<String>,
    pub created: String,
}

impl From<&TeamRecord> for Team {
    fn from(team: &TeamRecord) -> Self {
        Self {
            name: team.name.to_string(),
            members: team.members.iter().map(ToString::to_string).collect(),
            created: team.created.to_string(),
        }
    }
}

/// Of `audit-log`: the entries that were asked for, the newest last.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AuditLog {
    pub entries: Vec<AuditLine>,
}

/// An entry, as it stands in the log.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AuditLine {
    pub at: String,
    pub action: String,
    pub by: String,
    /// The id of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The address that the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    #[serde(rename = "crate", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The SHA-256 of the bytes, the users concerned, or why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl From<&AuditEntry> for AuditLine {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            at: entry.at.to_string(),
            action: entry.action.to_string(),
            by: entry.by.clone(),
            token: entry.token.clone(),
            from: entry.from.clone(),
            registry: entry.registry.clone(),
            name: entry.name.clone(),
            version: entry.version.clone(),
            detail: entry.detail.clone(),
        }
    }
}

/// Of `token`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum TokenReport {
    New(Box<NewToken>),
    Tokens(Tokens),
}

/// Of `token new`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewToken {
    /// The token itself. It is printed nowhere else and never again.
    pub token: String,
    /// The lines of cargo's config that go with it.
    pub config: Vec<String>,
    #[serde(flatten)]
    pub record: Token,
}

/// Of `token list`, and of `token revoke`: those that were revoked.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tokens {
    pub tokens: Vec<Token>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Token {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The run of CI that it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub scopes: Vec<String>,
    /// Those that it is limited to; none: all.
    pub registries: Vec<String>,
    /// Those that it is limited to; none: all.
    pub crates: Vec<String>,
    pub created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    /// To the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
}

impl From<&TokenRecord> for Token {
    fn from(record: &TokenRecord) -> Self {
        let (user, run) = match &record.holder {
            Holder::User(login) => (Some(login.to_string()), None),
            Holder::Run(run) => (None, Some(run.clone())),
        };
        let moment = |at: Option<_>| at.as_ref().map(ToString::to_string);
        Self {
            id: record.id.clone(),
            user,
            run,
            name: (!record.name.is_empty()).then(|| record.name.clone()),
            scopes: record.scopes.iter().map(ToString::to_string).collect(),
            registries: record.registries.clone(),
            crates: record.crates.iter().map(ToString::to_string).collect(),
            created: record.created.to_string(),
            expires: moment(record.expires),
            revoked: moment(record.revoked),
            last_used: None,
        }
    }
}

impl From<&ListedToken> for Token {
    fn from(listed: &ListedToken) -> Self {
        Self {
            last_used: listed.last_used.as_ref().map(ToString::to_string),
            ..(&listed.record).into()
        }
    }
}

impl NewToken {
    pub fn of(issued: &IssuedToken, config: Vec<String>) -> Self {
        Self {
            token: issued.text.expose().to_owned(),
            config,
            record: (&issued.record).into(),
        }
    }
}

/// Of `owner`: the owners as they are now.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Owners {
    pub registry: String,
    #[serde(rename = "crate")]
    pub name: String,
    pub owners: Vec<OwnerOfCrate>,
    /// What was done, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OwnerOfCrate {
    /// A login, or `team:NAME`.
    pub login: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl From<&owner::OwnerDetails> for OwnerOfCrate {
    fn from(details: &owner::OwnerDetails) -> Self {
        Self {
            login: details.owner.to_string(),
            name: details.name.clone(),
            email: details.email.clone(),
        }
    }
}
