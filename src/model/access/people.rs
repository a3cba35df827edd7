//! Users and teams.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::access::scope::Role;
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// The name of a user or a team: `[a-z0-9][a-z0-9_-]{0,38}`, which is also a sound file name. Windows' device names are not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(Box<str>);

/// Names that the audit log has for others: the holders of the tokens in `--token-file`, whoever sends none, whoever needs
/// none, and whoever works on the machine.
pub const BUILT_IN: [&str; 5] = ["reader", "admin", "anonymous", "anybody", "operator"];

const LONGEST: usize = 39;

impl Login {
    pub fn parse(text: &str) -> Result<Self, String> {
        let sound =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        let first = text.bytes().next();
        let begins = first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        // One rule for what Windows can keep as a file.
        let device = crate::model::package::id::CrateName::parse(text).is_err();
        if !begins || device || text.len() > LONGEST || !text.bytes().all(sound) {
            return Err(format!(
                "`{}` is not a name for a user or a team: it takes 1 to {LONGEST} lower-case letters, digits, `-` and `_`, \
                 starts with a letter or a digit, and is no device name of Windows",
                printable(text)
            ));
        }
        Ok(Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Login {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Login {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A person or a robot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRecord {
    pub login: Login,
    /// For cargo's list of owners, which wants a number.
    pub id: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub role: Role,
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    pub created: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A list of users that can own crates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRecord {
    pub name: Login,
    pub id: u32,
    pub members: Vec<Login>,
    pub created: Timestamp,
    /// When it was removed. The record stays, without members, so that nobody gives it a crate in the same moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_sound_file_names() {
        for sound in ["alice", "a", "0x", "release-bot", "a_b", &"a".repeat(39)] {
            assert!(Login::parse(sound).is_ok(), "{sound}");
        }
        for broken in [
            "",
            "Alice",
            "-a",
            "_a",
            "a.b",
            "a/b",
            "..",
            "a b",
            "con",
            "é",
            "team:core",
            &"a".repeat(40),
        ] {
            let said = Login::parse(broken).unwrap_err();
            assert!(said.contains("lower-case letters"), "{said}");
        }
        assert!(serde_json::from_str::<Login>("\"../x\"").is_err());
    }
}
