//! Web hooks: who is told of what happens in a registry, and in which words.
//!
//! ```text
//! POST <url>
//! Content-Type: application/json
//! X-Mirror-Event: publish
//! X-Mirror-Delivery: 20261126T170000Z-5a17c92be0b3d18f    the same when it is sent again
//! X-Mirror-Signature: sha256=<HMAC-SHA256 of the body with the hook's secret, in hexadecimal>
//!
//! {"event":"publish","registry":"corp","crate":"acme-log","version":"1.2.0","checksum":"...","by":"alice","at":"..."}
//! ```

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de};
use url::Url;

use crate::model::units::timestamp::Timestamp;

/// How long a delivery is tried.
pub const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);

/// What a hook can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookKind {
    Publish,
    Yank,
    Unyank,
    Remove,
    /// A private name was asked of the public registry: somebody may have left out `registry =`.
    PrivateName,
    /// The public registry has a crate of a private name.
    PublicName,
}

impl HookKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Yank => "yank",
            Self::Unyank => "unyank",
            Self::Remove => "remove",
            Self::PrivateName => "private-name",
            Self::PublicName => "public-name",
        }
    }
}

/// One hook of a registry, as `mirror.toml` has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhook {
    #[serde(deserialize_with = "address")]
    pub url: String,
    /// A file whose text, without white space around it, is the secret. It is read at each delivery.
    pub secret_file: PathBuf,
    /// Empty: all.
    #[serde(default)]
    pub events: Vec<HookKind>,
}

impl Webhook {
    pub fn wants(&self, kind: HookKind) -> bool {
        self.events.is_empty() || self.events.contains(&kind)
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let url = Url::parse(&text).map_err(de::Error::custom)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(de::Error::custom(
            "the address of a web hook starts with http:// or https://",
        ));
    }
    Ok(text)
}

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookEvent {
    pub event: HookKind,
    pub registry: String,
    #[serde(rename = "crate")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of the `.crate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// Who did it, as in the audit log.
    pub by: String,
    pub at: Timestamp,
}

/// A delivery that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Of the hook. Its secret is not kept here.
    pub url: String,
    pub registry: String,
    pub event: HookKind,
    /// What is signed and sent.
    pub body: String,
    pub created: Timestamp,
    pub attempts: u32,
    /// Not before this moment.
    pub next: Timestamp,
}

impl Delivery {
    pub fn new(hook: &Webhook, event: &HookEvent) -> Self {
        Self {
            url: hook.url.clone(),
            registry: event.registry.clone(),
            event: event.event,
            body: serde_json::to_string(event).unwrap_or_default(),
            created: event.at,
            attempts: 0,
            next: event.at,
        }
    }

    /// After an attempt that failed: when the next one is, twice as long away as the last, at most an hour. `None`: it is
    /// given up.
    #[must_use]
    pub fn again(mut self, now: Timestamp) -> Option<Self> {
        self.attempts += 1;
        if now.since(self.created) >= GIVEN_UP_AFTER {
            return None;
        }
        let pause = (5_u64 << self.attempts.min(10)).min(60 * 60);
        self.next = Timestamp(now.0.saturating_add(pause));
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_tried_ever_less_often_for_a_day() {
        let hook = Webhook {
            url: "https://hooks.example.com/x".to_owned(),
            secret_file: "secret".into(),
            events: vec![HookKind::Publish],
        };
        assert!(hook.wants(HookKind::Publish) && !hook.wants(HookKind::Yank));
        let event = HookEvent {
            event: HookKind::Publish,
            registry: "corp".to_owned(),
            name: "acme-log".to_owned(),
            version: Some("1.2.0".to_owned()),
            checksum: None,
            by: "alice".to_owned(),
            at: Timestamp(1000),
        };
        let mut delivery = Delivery::new(&hook, &event);
        let mut pauses = Vec::new();
        while let Some(next) = delivery.clone().again(delivery.next) {
            pauses.push(next.next.0 - delivery.next.0);
            delivery = next;
        }
        assert_eq!(pauses[..3], [10, 20, 40]);
        assert_eq!(pauses.last(), Some(&3600));
        assert!(pauses.iter().sum::<u64>() >= GIVEN_UP_AFTER.as_secs());
        assert!((20..60).contains(&pauses.len()), "{}", pauses.len());
    }
}
