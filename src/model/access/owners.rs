//! Who owns a crate, and the record of what was published of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::access::people::Login;
use crate::model::units::timestamp::Timestamp;

/// How cargo names a team: `team:core`.
const TEAM: &str = "team:";

/// A user or a team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    User(Login),
    Team(Login),
}

impl Owner {
    /// Reads `alice` or `team:core`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix(TEAM) {
            Some(name) => Login::parse(name).map(Self::Team),
            None => Login::parse(text).map(Self::User),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(login) => f.write_str(login.as_str()),
            Self::Team(name) => write!(f, "{TEAM}{name}"),
        }
    }
}

impl Serialize for Owner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Owner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// How one version came to be here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedVersion {
    /// A login, or a run of CI in words.
    pub by: String,
    pub at: Timestamp,
    /// SHA-256 of the `.crate`, in hexadecimal.
    pub checksum: String,
}

/// `access/crates/<registry>/<name>.json`: truth about a crate that its folder does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrateRecord {
    /// As its first publisher spelled it.
    pub name: String,
    /// None for a crate that was added by its folder: then it is the administrators'.
    #[serde(default)]
    pub owners: Vec<Owner>,
    pub created: Timestamp,
    #[serde(default)]
    pub versions: BTreeMap<String, PublishedVersion>,
    /// Versions that were removed: their numbers are never given to other bytes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub removed: BTreeMap<String, PublishedVersion>,
}

/// Why owners stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnerFault {
    #[error("`{name}` has no owner `{owner}`; its owners are {owners}")]
    NotAnOwner {
        name: String,
        owner: Owner,
        owners: String,
    },
    #[error("`{name}` would be without an owner: add another owner before you remove the last one")]
    LastOwner { name: String },
    #[error(
        "there is no owner to add or to remove: name users or teams, as in `alice` or `team:core`"
    )]
    Nobody,
}

impl CrateRecord {
    /// A crate that nothing is published of yet.
    pub fn new(name: String, owners: Vec<Owner>, now: Timestamp) -> Self {
        Self {
            name,
            owners,
            created: now,
            versions: BTreeMap::new(),
            removed: BTreeMap::new(),
        }
    }

    /// Adds owners. Returns a sentence for whoever did it.
    pub fn add_owners(&mut self, added: &[Owner]) -> Result<String, OwnerFault> {
        if added.is_empty() {
            return Err(OwnerFault::Nobody);
        }
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for owner in added {
            if self.owners.contains(owner) {
                known.push(owner.to_string());
            } else {
                self.owners.push(owner.clone());
                new.push(owner.to_string());
            }
        }
        let mut said = Vec::new();
        if !new.is_empty() {
            let verb = if new.len() == 1 { "owns" } else { "own" };
            said.push(format!("{} now {verb} `{}`", and(&new), self.name));
        }
        if !known.is_empty() {
            let verb = if known.len() == 1 { "owns" } else { "own" };
            said.push(format!("{} {verb} `{}` already", and(&known), self.name));
        }
        Ok(said.join("; "))
    }

    /// Removes owners, all or none. Returns a sentence for whoever did it.
    pub fn remove_owners(&mut self, removed: &[Owner]) -> Result<String, OwnerFault> {
        if removed.is_empty() {
            return Err(OwnerFault::Nobody);
        }
        if let Some(stranger) = removed.iter().find(|owner| !self.owners.contains(owner)) {
            let owners: Vec<String> = self.owners.iter().map(ToString::to_string).collect();
            return Err(OwnerFault::NotAnOwner {
                name: self.name.clone(),
                owner: stranger.clone(),
                owners: if owners.is_empty() {
                    "the administrators".to_owned()
                } else {
                    and(&owners)
                },
            });
        }
        let left: Vec<Owner> = self
            .owners
            .iter()
            .filter(|owner| !removed.contains(owner))
            .cloned()
            .collect();
        if left.is_empty() {
            return Err(OwnerFault::LastOwner {
                name: self.name.clone(),
            });
        }
        self.owners = left;
        let gone: Vec<String> = removed.iter().map(ToString::to_string).collect();
        let verb = if gone.len() == 1 { "owns" } else { "own" };
        Ok(format!("{} no longer {verb} `{}`", and(&gone), self.name))
    }
}

fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(names: &[&str]) -> Vec<Owner> {
        names
            .iter()
            .map(|name| Owner::parse(name).unwrap())
            .collect()
    }

    #[test]
    fn owners_are_added_and_the_last_one_stays() {
        let mut record = CrateRecord::new("acme-log".to_owned(), owners(&["alice"]), Timestamp(1));
        let said = record.add_owners(&owners(&["alice", "bob", "team:core"]));
        assert_eq!(
            said.unwrap(),
            "bob and team:core now own `acme-log`; alice owns `acme-log` already"
        );
        assert_eq!(
            record.remove_owners(&owners(&["bob"])).unwrap(),
            "bob no longer owns `acme-log`"
        );
        let before = record.clone();
        let all = owners(&["alice", "team:core"]);
        assert!(matches!(
            record.remove_owners(&all),
            Err(OwnerFault::LastOwner { .. })
        ));
        let said = record.remove_owners(&owners(&["team:core", "mallory"]));
        assert_eq!(
            said.unwrap_err().to_string(),
            "`acme-log` has no owner `mallory`; its owners are alice and team:core"
        );
        assert_eq!(record.add_owners(&[]), Err(OwnerFault::Nobody));
        assert_eq!(record, before);
    }

    #[test]
    fn owners_read_as_they_print() {
        for text in ["alice", "team:core"] {
            assert_eq!(Owner::parse(text).unwrap().to_string(), text);
        }
        for broken in ["", "team:", "github:acme:core", "Team:core", "a b"] {
            assert!(Owner::parse(broken).is_err(), "{broken}");
        }
    }
}
