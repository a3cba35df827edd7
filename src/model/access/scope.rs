//! What a token or a person may do: scopes, roles, and the crates that a token is limited to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::package::id::CrateName;
use crate::model::text::printable;

/// What one request needs. The words of crates.io, and two more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Index files, downloads, search.
    Read,
    /// The first version of a crate.
    PublishNew,
    /// Further versions of a crate.
    PublishUpdate,
    /// Yank, and undo it.
    Yank,
    ChangeOwners,
    /// Rules under which CI runs publish.
    TrustedPublishing,
    /// Everything, and the commands of the server.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::PublishNew,
        Self::PublishUpdate,
        Self::Yank,
        Self::ChangeOwners,
        Self::TrustedPublishing,
        Self::Admin,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PublishNew => "publish-new",
            Self::PublishUpdate => "publish-update",
            Self::Yank => "yank",
            Self::ChangeOwners => "change-owners",
            Self::TrustedPublishing => "trusted-publishing",
            Self::Admin => "admin",
        }
    }

    /// Reads a scope as [`Self::as_str`] writes it. The error names all of them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|scope| scope.as_str() == text);
        found.copied().ok_or_else(|| {
            let all = Self::ALL.map(Self::as_str).join(", ");
            format!("`{}` is not a scope; scopes are {all}", printable(text))
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The most a person may do, whatever a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads.
    Reader,
    /// Reads, creates crates, and publishes, yanks and shares those it owns.
    Publisher,
    /// Everything, with crates of others too.
    Admin,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }

    /// Whether the role allows what the scope stands for.
    pub fn allows(self, scope: Scope) -> bool {
        match self {
            Self::Admin => true,
            Self::Publisher => scope != Scope::Admin,
            Self::Reader => scope == Scope::Read,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The one spelling of a name that stands for all of them: lower case, `-` for `_`. Two crates of one registry may not
/// have the same.
pub fn canonical(name: &CrateName) -> String {
    canonical_text(name.as_str())
}

/// Whether a name is a spelling of the one that stands for all of them.
pub fn is_spelling(name: &str, canonical: &str) -> bool {
    let folded = name.bytes().map(|byte| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    });
    name.len() == canonical.len() && folded.eq(canonical.bytes())
}

fn canonical_text(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Crates that a token is limited to: a name, or the start of one and `*`. Spellings do not matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CratePattern(String);

impl CratePattern {
    /// Reads `acme-log`, `acme-*` or `*`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let start = text.strip_suffix('*');
        let named = start.unwrap_or(text);
        let sound = named.is_empty() && start.is_some() || CrateName::parse(named).is_ok();
        // `con*` is the start of many names, although `con` is none.
        let device = start.is_some() && CrateName::parse(&format!("{named}x")).is_ok();
        if sound || device {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "`{}` is neither a crate name nor the start of one followed by `*`",
                printable(text)
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, name: &CrateName) -> bool {
        let name = canonical(name);
        match self.parts() {
            (start, true) => name.starts_with(&start),
            (exact, false) => name == exact,
        }
    }

    /// The name in the spelling that stands for all, and whether it is only the start of those that match.
    pub fn parts(&self) -> (String, bool) {
        match self.0.strip_suffix('*') {
            Some(start) => (canonical_text(start), true),
            None => (canonical_text(&self.0), false),
        }
    }
}

impl fmt::Display for CratePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CratePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CratePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_read_as_they_are_written() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
            let json = serde_json::to_string(&scope).unwrap();
            assert_eq!(json, format!("\"{scope}\""));
        }
        let said = Scope::parse("write").unwrap_err();
        assert!(said.contains("publish-update"), "{said}");
    }

    #[test]
    fn patterns_match_every_spelling() {
        let matches = |pattern: &str, name: &str| {
            CratePattern::parse(pattern)
                .unwrap()
                .matches(&CrateName::parse(name).unwrap())
        };
        for (pattern, name, expected) in [
            ("acme-log", "acme-log", true),
            ("acme-log", "Acme_Log", true),
            ("acme-log", "acme-logs", false),
            ("acme-*", "acme_x", true),
            ("Acme_*", "acme-x", true),
            ("acme-*", "acme", false),
            ("*", "anything", true),
            ("con*", "contract", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        for (name, canonical, expected) in [
            ("Acme_Log", "acme-log", true),
            ("acme-log", "acme-log", true),
            ("acme-logs", "acme-log", false),
            ("acme.log", "acme-log", false),
        ] {
            assert_eq!(is_spelling(name, canonical), expected, "{name} {canonical}");
        }
        for broken in ["", "a*b", "**", "-x", "a b", "../x", "con", "é*"] {
            assert!(CratePattern::parse(broken).is_err(), "{broken}");
        }
    }
}
