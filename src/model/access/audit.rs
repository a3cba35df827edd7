//! The audit log: who changed what, when, and who was refused. One JSON line each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::access::principal::Principal;
use crate::model::units::timestamp::Timestamp;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditAction {
    Publish,
    Yank,
    Unyank,
    Remove,
    OwnersAdd,
    OwnersRemove,
    UserNew,
    UserDisable,
    UserEnable,
    TeamNew,
    TeamChange,
    TeamRemove,
    TokenNew,
    TokenRevoke,
    /// A token was exchanged for an identity token of CI.
    TokenExchange,
    /// A request was refused.
    Refuse,
}

/// As the log spells it.
impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One line of the log. Nothing in it lets anybody in: tokens are named by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub action: AuditAction,
    /// A login, `reader`, `admin`, `operator` (a command on the machine), `anonymous`, or a run of CI in words.
    pub by: String,
    /// The id of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The address the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    #[serde(default, rename = "crate", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The SHA-256 of the bytes, the users concerned, or why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl AuditEntry {
    pub fn new(action: AuditAction, principal: &Principal, at: Timestamp) -> Self {
        Self {
            at,
            action,
            by: principal.name().to_owned(),
            token: principal.token.clone(),
            from: None,
            registry: None,
            name: None,
            version: None,
            detail: None,
        }
    }

    #[must_use]
    pub fn about(mut self, registry: &str, name: Option<&str>, version: Option<&str>) -> Self {
        self.registry = Some(registry.to_owned());
        self.name = name.map(str::to_owned);
        self.version = version.map(str::to_owned);
        self
    }

    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn from_address(mut self, address: Option<String>) -> Self {
        self.from = address;
        self
    }

    /// The month it is of: `2026-11`.
    pub fn month(&self) -> String {
        month_of(self.at)
    }

    /// The line, with its end. Control characters are escaped by JSON, so an entry is one line whatever is in it.
    pub fn line(&self) -> String {
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// The entries of a log. Lines that are none, as one that a power cut left half-written, are passed over.
    pub fn read(log: &[u8]) -> Vec<Self> {
        log.split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }
}

/// The month of a moment: `2026-11`.
pub fn month_of(at: Timestamp) -> String {
    let mut month = at.to_string();
    month.truncate("2026-11".len());
    month
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_and_a_cut_one_is_passed_over() {
        let entry = AuditEntry::new(AuditAction::Publish, &Principal::operator(), Timestamp(5))
            .about("corp", Some("acme-log"), Some("1.0.0"))
            .with("two\nlines");
        let line = entry.line();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(AuditAction::TokenNew.to_string(), "token-new");
        assert_eq!(
            line,
            "{\"at\":\"1970-01-01T00:00:05Z\",\"action\":\"publish\",\"by\":\"operator\",\"registry\":\"corp\",\
             \"crate\":\"acme-log\",\"version\":\"1.0.0\",\"detail\":\"two\\nlines\"}\n"
        );
        let log = format!("{line}{}\n{line}{}", &line[..20], &line[..40]);
        assert_eq!(AuditEntry::read(log.as_bytes()), [entry.clone(), entry]);
    }
}
