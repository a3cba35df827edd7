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
//! they see is whole. So what is revoked, disabled or expired holds at the next request, and nothing is cached.
//!
//! The lock is not the one of index files. Whoever holds that one, as a publish does, may take this one, never the other
//! way round.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file;
use crate::io::fs::lock::{Lock, LockGuard};
use crate::io::mirror::layout::Mirror;
use crate::model::access::people::{BUILT_IN, Login, TeamRecord, UserRecord};
use crate::model::access::scope::Role;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::cause::Cause;
use crate::model::errors::fs::Action;
use crate::model::units::timestamp::Timestamp;

/// A record larger than this is none of ours. One of a crate with 10,000 versions has 2 MB.
const MAX_RECORD: u64 = 16 << 20;

/// The accounts of a mirror.
#[derive(Debug)]
pub struct AccessStore {
    pub(super) folder: PathBuf,
    lock: Lock,
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
        let folder = Mirror::at(mirror).access();
        Self {
            lock: Lock::new(folder.join("lock")),
            folder,
        }
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
        read(&self.user_path(login))
    }

    /// Makes a user. Fails where there is one of that login.
    pub fn create_user(&self, new: NewUser, now: Timestamp) -> Result<UserRecord> {
        if BUILT_IN.contains(&new.login.as_str()) {
            let login = new.login.to_string();
            return Err(Error::Access(AccessError::BuiltIn(login)));
        }
        self.make_user(new, now)
    }

    /// As [`Self::create_user`], also for a name of the server's own.
    pub(super) fn make_user(&self, new: NewUser, now: Timestamp) -> Result<UserRecord> {
        let _held = self.hold()?;
        if self.user(&new.login)?.is_some() {
            return Err(Error::Access(AccessError::Exists {
                kind: "user",
                name: new.login.to_string(),
            }));
        }
        let user = UserRecord {
            id: self.next_id()?,
            login: new.login,
            name: new.name,
            email: new.email,
            role: new.role,
            disabled: false,
            created: now,
        };
        self.write(&self.user_path(&user.login), &user)?;
        Ok(user)
    }

    /// Disables a user, or undoes it. Holds at the next request of each of the user's tokens.
    pub fn set_disabled(&self, login: &Login, disabled: bool) -> Result<UserRecord> {
        let _held = self.hold()?;
        let mut user = self.must_be_user(login)?;
        if user.disabled != disabled {
            user.disabled = disabled;
            self.write(&self.user_path(login), &user)?;
        }
        Ok(user)
    }

    /// A user that has to be there.
    pub fn must_be_user(&self, login: &Login) -> Result<UserRecord> {
        self.user(login)?.ok_or_else(|| missing("user", login))
    }

    /// All teams, by their names.
    pub fn teams(&self) -> Result<Vec<TeamRecord>> {
        self.list("teams")
    }

    pub fn team(&self, name: &Login) -> Result<Option<TeamRecord>> {
        read(&self.team_path(name))
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
        name: Login,
        members: Vec<Login>,
        now: Timestamp,
    ) -> Result<TeamRecord> {
        let _held = self.hold()?;
        if self.team(&name)?.is_some() {
            return Err(Error::Access(AccessError::Exists {
                kind: "team",
                name: name.to_string(),
            }));
        }
        for member in &members {
            self.must_be_user(member)?;
        }
        let team = TeamRecord {
            id: self.next_id()?,
            name,
            members: unique(members),
            created: now,
        };
        self.write(&self.team_path(&team.name), &team)?;
        Ok(team)
    }

    /// Adds and removes members of a team.
    pub fn change_team(
        &self,
        name: &Login,
        added: &[Login],
        removed: &[Login],
    ) -> Result<TeamRecord> {
        let _held = self.hold()?;
        let mut team = self.team(name)?.ok_or_else(|| missing("team", name))?;
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
        self.write(&self.team_path(name), &team)?;
        Ok(team)
    }

    /// Removes a team that owns nothing.
    pub fn remove_team(&self, name: &Login) -> Result<()> {
        let _held = self.hold()?;
        self.team(name)?.ok_or_else(|| missing("team", name))?;
        let crates = self.crates_of_team(name)?;
        if !crates.is_empty() {
            let team = name.to_string();
            return Err(Error::Access(AccessError::TeamOwns { team, crates }));
        }
        file::remove(&self.team_path(name))
    }

    fn user_path(&self, login: &Login) -> PathBuf {
        self.folder.join("users").join(format!("{login}.json"))
    }

    fn team_path(&self, name: &Login) -> PathBuf {
        self.folder.join("teams").join(format!("{name}.json"))
    }

    /// A number that no user and no team has. Those of teams that are gone are given again.
    fn next_id(&self) -> Result<u32> {
        let users = self.users()?.into_iter().map(|user| user.id);
        let teams = self.teams()?.into_iter().map(|team| team.id);
        Ok(users.chain(teams).max().unwrap_or_default() + 1)
    }

    /// Waits for the lock under which records are changed.
    pub(super) fn hold(&self) -> Result<LockGuard<'_>> {
        // The mirror's folder is as open as its user likes, ours is not; the lock would make it so.
        file::create_dir_all(self.folder.parent().unwrap_or(&self.folder))?;
        file::create_private_folder(&self.folder)?;
        self.lock.hold()
    }

    /// Every record in a folder, by the names of their files. One that cannot be read is an error: nobody knows what it said.
    pub(super) fn list<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<T>> {
        let names = self.names(folder)?.into_iter();
        let records = names.map(|name| read(&self.folder.join(folder).join(name)));
        records.filter_map(Result::transpose).collect()
    }

    /// The names of the records in a folder, sorted.
    pub(super) fn names(&self, folder: &str) -> Result<Vec<String>> {
        let folder = self.folder.join(folder);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(io_error(Action::List, &folder)(cause)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_error(Action::List, &folder))?;
            let name = entry.file_name().into_string().unwrap_or_default();
            // Temporary files have another end.
            if Path::new(&name)
                .extension()
                .is_some_and(|end| end == "json")
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Gives a record its new text. The lock must be held.
    pub(super) fn write(&self, path: &Path, record: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(record).map_err(|cause| {
            let source = io::Error::new(io::ErrorKind::InvalidData, cause);
            io_error(Action::Write, path)(source)
        })?;
        text.push('\n');
        file::create_private_folder(path.parent().unwrap_or(&self.folder))?;
        file::replace_secret(path, text.as_bytes())
    }
}

/// A record; `None` where there is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(text) = if_there(file::read(path, MAX_RECORD))? else {
        return Ok(None);
    };
    serde_json::from_slice(&text).map(Some).map_err(|cause| {
        Error::Access(AccessError::Record {
            path: path.to_owned(),
            source: Cause(cause.to_string()),
        })
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
