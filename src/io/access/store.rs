//! The accounts of a mirror: truth that cannot be rebuilt, apart from every folder that may be public.
//!
//! ```text
//! <mirror>/access/                     0700 on Unix, files 0600
//!   users/alice.json                   who she is, what her role is, whether she is disabled
//!   teams/core.json                    its members
//!   tokens/<sha256 of the text>.json   what the token grants; modification time: the day it was last used, or 1970
//!   crates/corp/acme-log.json          owners of a crate, who published which version
//!   log/2026-11.jsonl                  the audit log, appended to
//!   lock                               held while a record is changed
//! ```
//!
//! A record is written beside and renamed, flushed before and after. Readers take no lock: they open one file, and what
//! they see is whole. So what is revoked, disabled or expired holds at the next request, and nothing is cached. The same
//! rules hold for records in a bucket (see [`crate::io::access::in_bucket`]).
//!
//! The lock is not the one of index files. Whoever holds that one, as a publish does, may take this one, never the other
//! way round.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::io::access::in_bucket::BucketRecords;
use crate::io::access::records::{FolderRecords, Records};
use crate::io::bucket::waiting::{ObjectEdit, WaitingBucket};
use crate::io::fs::error::io_error;
use crate::io::mirror::layout::Mirror;
use crate::model::access::people::{BUILT_IN, Login, TeamRecord, UserRecord};
use crate::model::access::scope::Role;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::cause::Cause;
use crate::model::errors::fs::Action;
use crate::model::units::timestamp::Timestamp;

/// What a change of a record comes to.
pub(super) enum RecordChange<R> {
    Keep,
    Write(R),
    Remove,
}

/// The accounts of a mirror.
#[derive(Debug)]
pub struct AccessStore {
    pub(super) records: Box<dyn Records>,
}

/// Who a new user is.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub login: Login,
    pub name: Option<String>,
    pub email: Option<String>,
    pub role: Role,
}

impl AccessStore {
    /// Names the accounts of the mirror in this folder; touches nothing.
    pub fn open(mirror: &Path) -> Self {
        Self {
            records: Box::new(FolderRecords::new(Mirror::at(mirror).access())),
        }
    }

    /// Names the accounts in a bucket; asks it nothing.
    pub fn in_bucket(bucket: &WaitingBucket) -> Result<Self> {
        Ok(Self {
            records: Box::new(BucketRecords::new(bucket)?),
        })
    }

    /// Whether nobody was ever given an account.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.users()?.is_empty())
    }

    /// All users, by their logins.
    pub fn users(&self) -> Result<Vec<UserRecord>> {
        self.list("users")
    }

    /// A user; `None` where there is no such one.
    pub fn user(&self, login: &Login) -> Result<Option<UserRecord>> {
        self.read(&user_key(login))
    }

    /// Makes a user. Fails where there is one of that login.
    pub fn create_user(&self, new: &NewUser, now: Timestamp) -> Result<UserRecord> {
        if BUILT_IN.contains(&new.login.as_str()) {
            let login = new.login.to_string();
            return Err(Error::Access(AccessError::BuiltIn(login)));
        }
        self.make_user(new, now)
    }

    /// As [`Self::create_user`], also for a name of the server's own.
    pub(super) fn make_user(&self, new: &NewUser, now: Timestamp) -> Result<UserRecord> {
        let key = user_key(&new.login);
        let mut number = None;
        self.change(&key, |before: Option<UserRecord>| {
            if before.is_some() {
                return Err(exists("user", &new.login));
            }
            let user = UserRecord {
                id: self.number(&mut number)?,
                login: new.login.clone(),
                name: new.name.clone(),
                email: new.email.clone(),
                role: new.role,
                disabled: false,
                created: now,
            };
            Ok((RecordChange::Write(user.clone()), user))
        })
    }

    /// Disables a user, or undoes it. Holds at the next request of each of the user's tokens.
    pub fn set_disabled(&self, login: &Login, disabled: bool) -> Result<UserRecord> {
        self.change(&user_key(login), |before: Option<UserRecord>| {
            let mut user = before.ok_or_else(|| missing("user", login))?;
            if user.disabled == disabled {
                return Ok((RecordChange::Keep, user));
            }
            user.disabled = disabled;
            Ok((RecordChange::Write(user.clone()), user))
        })
    }

    /// A user that has to be there.
    pub fn must_be_user(&self, login: &Login) -> Result<UserRecord> {
        self.user(login)?.ok_or_else(|| missing("user", login))
    }

    /// All teams, by their names.
    pub fn teams(&self) -> Result<Vec<TeamRecord>> {
        let mut teams: Vec<TeamRecord> = self.list("teams")?;
        teams.retain(|team| team.removed.is_none());
        Ok(teams)
    }

    pub fn team(&self, name: &Login) -> Result<Option<TeamRecord>> {
        let team: Option<TeamRecord> = self.read(&team_key(name))?;
        Ok(team.filter(|team| team.removed.is_none()))
    }

    /// The teams that a user is a member of.
    pub fn teams_of(&self, login: &Login) -> Result<Vec<Login>> {
        let teams = self.teams()?.into_iter();
        let with = teams.filter(|team| team.members.contains(login));
        Ok(with.map(|team| team.name).collect())
    }

    /// Makes a team of users that are there.
    pub fn create_team(
        &self,
        name: &Login,
        members: &[Login],
        now: Timestamp,
    ) -> Result<TeamRecord> {
        let mut number = None;
        self.change(&team_key(name), |before: Option<TeamRecord>| {
            match before {
                Some(team) if team.removed.is_none() => return Err(exists("team", name)),
                // Its crates would be another team's.
                Some(_) => self.must_own_nothing(name)?,
                None => {}
            }
            for member in members {
                self.must_be_user(member)?;
            }
            let team = TeamRecord {
                id: self.number(&mut number)?,
                name: name.clone(),
                members: unique(members.to_vec()),
                created: now,
                removed: None,
            };
            Ok((RecordChange::Write(team.clone()), team))
        })
    }

    /// Adds and removes members of a team.
    pub fn change_team(
        &self,
        name: &Login,
        added: &[Login],
        removed: &[Login],
    ) -> Result<TeamRecord> {
        self.change(&team_key(name), |before: Option<TeamRecord>| {
            let before = before.filter(|team| team.removed.is_none());
            let mut team = before.ok_or_else(|| missing("team", name))?;
            for member in added {
                self.must_be_user(member)?;
            }
            for member in removed {
                if !team.members.contains(member) {
                    return Err(missing("member", member));
                }
            }
            team.members.extend_from_slice(added);
            team.members = unique(std::mem::take(&mut team.members));
            team.members.retain(|member| !removed.contains(member));
            Ok((RecordChange::Write(team.clone()), team))
        })
    }

    /// Removes a team that owns nothing.
    ///
    /// Records of crates are not held meanwhile. Whoever gives the team a crate looks for the team before and after
    /// ([`Self::add_owners_if`]), and here crates are looked for before and after it is said to be removed: of two at once,
    /// at least one sees the other.
    pub fn remove_team(&self, name: &Login, now: Timestamp) -> Result<()> {
        self.must_own_nothing(name)?;
        let key = team_key(name);
        let team = self.change(&key, |before: Option<TeamRecord>| {
            let before = before.filter(|team| team.removed.is_none());
            let team = before.ok_or_else(|| missing("team", name))?;
            let gone = TeamRecord {
                members: Vec::new(),
                removed: Some(now),
                ..team.clone()
            };
            Ok((RecordChange::Write(gone), team))
        })?;
        let owns = self.must_own_nothing(name);
        if owns.is_err() {
            self.change(&key, |gone: Option<TeamRecord>| {
                let is_ours = gone.is_some_and(|it| it.id == team.id && it.removed == Some(now));
                let back = if is_ours {
                    RecordChange::Write(team.clone())
                } else {
                    RecordChange::Keep
                };
                Ok((back, ()))
            })?;
        }
        owns
    }

    fn must_own_nothing(&self, name: &Login) -> Result<()> {
        let crates = self.crates_of_team(name)?;
        if crates.is_empty() {
            return Ok(());
        }
        let team = name.to_string();
        Err(Error::Access(AccessError::TeamOwns { team, crates }))
    }

    /// A number that no user and no team has or had.
    fn number(&self, taken: &mut Option<u32>) -> Result<u32> {
        if let Some(number) = *taken {
            return Ok(number);
        }
        let users = self.users()?.into_iter().map(|user| user.id);
        let teams: Vec<TeamRecord> = self.list("teams")?;
        let teams = teams.into_iter().map(|team| team.id);
        let mut number = users.chain(teams).max().unwrap_or_default() + 1;
        while !self.records.take_number(number)? {
            number += 1;
        }
        *taken = Some(number);
        Ok(number)
    }

    /// A record; `None` where there is none.
    pub(super) fn read<R: DeserializeOwned>(&self, key: &str) -> Result<Option<R>> {
        let text = self.records.read(key)?;
        text.map(|text| self.parse(key, &text)).transpose()
    }

    fn parse<R: DeserializeOwned>(&self, key: &str, text: &[u8]) -> Result<R> {
        serde_json::from_slice(text).map_err(|cause| {
            Error::Access(AccessError::Record {
                path: self.records.place(key),
                source: Cause(cause.to_string()),
            })
        })
    }

    /// Every record in a folder, by the names of their files. One that cannot be read is an error: nobody knows what it said.
    pub(super) fn named<R: DeserializeOwned>(&self, folder: &str) -> Result<Vec<(String, R)>> {
        let all = self.records.all(folder)?.into_iter();
        let records = all.filter(|(name, _)| is_record(name)).map(|(name, text)| {
            let read = self.parse(&format!("{folder}/{name}"), &text)?;
            Ok((name, read))
        });
        records.collect()
    }

    pub(super) fn list<R: DeserializeOwned>(&self, folder: &str) -> Result<Vec<R>> {
        let named = self.named(folder)?.into_iter();
        Ok(named.map(|(_, record)| record).collect())
    }

    /// The names of the records in a folder, sorted.
    pub(super) fn names(&self, folder: &str) -> Result<Vec<String>> {
        let mut names = self.records.names(folder)?;
        names.retain(|name| is_record(name));
        Ok(names)
    }

    /// Changes a record: `edit` gets what is there and returns what shall be, or an error, with which nothing is written. It
    /// may be called again, where somebody else was faster.
    pub(super) fn change<R: DeserializeOwned + Serialize, T>(
        &self,
        key: &str,
        mut edit: impl FnMut(Option<R>) -> Result<(RecordChange<R>, T)>,
    ) -> Result<T> {
        let mut result = None;
        self.records.change(key, &mut |before| {
            let before = before.map(|text| self.parse(key, text)).transpose()?;
            let (edited, value) = edit(before)?;
            result = Some(value);
            Ok(match edited {
                RecordChange::Keep => ObjectEdit::Keep,
                RecordChange::Write(record) => ObjectEdit::Write(self.text(key, &record)?),
                RecordChange::Remove => ObjectEdit::Remove,
            })
        })?;
        result.ok_or(Error::Panicked {
            doing: "changing a record",
        })
    }

    fn text(&self, key: &str, record: &impl Serialize) -> Result<Vec<u8>> {
        let text = serde_json::to_string_pretty(record);
        let mut text = text.map_err(|cause| {
            let source = std::io::Error::new(std::io::ErrorKind::InvalidData, cause);
            io_error(Action::Write, &self.records.place(key))(source)
        })?;
        text.push('\n');
        Ok(text.into_bytes())
    }
}

fn is_record(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "json")
}

fn user_key(login: &Login) -> String {
    format!("users/{login}.json")
}

fn team_key(name: &Login) -> String {
    format!("teams/{name}.json")
}

fn exists(kind: &'static str, name: &Login) -> Error {
    Error::Access(AccessError::Exists {
        kind,
        name: name.to_string(),
    })
}

pub(super) fn missing(kind: &'static str, name: &Login) -> Error {
    Error::Access(AccessError::Missing {
        kind,
        name: name.to_string(),
    })
}

fn unique(mut names: Vec<Login>) -> Vec<Login> {
    names.sort();
    names.dedup();
    names
}
