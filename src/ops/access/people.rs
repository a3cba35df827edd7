//! `user` and `team`: who has an account, and which lists of people own crates. Each change is in the audit log.

use crate::io::access::store::{AccessStore, NewUser};
use crate::io::clock::Clock;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::people::{Login, TeamRecord, UserRecord};
use crate::model::access::principal::Principal;
use crate::model::error::Result;
use crate::ops::context::mirror::OpenMirror;

/// Makes a user.
pub fn new_user(mirror: &OpenMirror, new: &NewUser) -> Result<UserRecord> {
    let store = mirror.accounts()?;
    let user = store.create_user(new, mirror.clock.now())?;
    let detail = format!("{} as {}", user.login, user.role);
    log(&mirror.clock, &store, AuditAction::UserNew, detail)?;
    Ok(user)
}

/// Every user with the teams of each.
pub fn users(mirror: &OpenMirror) -> Result<Vec<(UserRecord, Vec<Login>)>> {
    let store = mirror.accounts()?;
    let teams = store.teams()?;
    let of = |user: &UserRecord| {
        let with = teams
            .iter()
            .filter(|team| team.members.contains(&user.login));
        with.map(|team| team.name.clone()).collect()
    };
    let users = store.users()?.into_iter();
    Ok(users.map(|user| (user.clone(), of(&user))).collect())
}

/// Disables a user, or undoes it.
pub fn set_disabled(mirror: &OpenMirror, login: &Login, disabled: bool) -> Result<UserRecord> {
    let store = mirror.accounts()?;
    let user = store.set_disabled(login, disabled)?;
    let action = if disabled {
        AuditAction::UserDisable
    } else {
        AuditAction::UserEnable
    };
    log(&mirror.clock, &store, action, login.to_string())?;
    Ok(user)
}

pub fn teams(mirror: &OpenMirror) -> Result<Vec<TeamRecord>> {
    mirror.accounts()?.teams()
}

/// Makes a team of users.
pub fn new_team(mirror: &OpenMirror, name: &Login, members: &[Login]) -> Result<TeamRecord> {
    let store = mirror.accounts()?;
    let team = store.create_team(name, members, mirror.clock.now())?;
    let detail = format!("{}: {}", team.name, joined(&team.members));
    log(&mirror.clock, &store, AuditAction::TeamNew, detail)?;
    Ok(team)
}

/// Adds and removes members.
pub fn change_team(
    mirror: &OpenMirror,
    name: &Login,
    added: &[Login],
    removed: &[Login],
) -> Result<TeamRecord> {
    let store = mirror.accounts()?;
    let team = store.change_team(name, added, removed)?;
    let detail = format!("{}: {}", team.name, joined(&team.members));
    log(&mirror.clock, &store, AuditAction::TeamChange, detail)?;
    Ok(team)
}

/// Removes a team that owns no crate.
pub fn remove_team(mirror: &OpenMirror, name: &Login) -> Result<()> {
    let store = mirror.accounts()?;
    store.remove_team(name, mirror.clock.now())?;
    log(
        &mirror.clock,
        &store,
        AuditAction::TeamRemove,
        name.to_string(),
    )
}

fn joined(names: &[Login]) -> String {
    let names: Vec<&str> = names.iter().map(Login::as_str).collect();
    names.join(", ")
}

fn log(clock: &Clock, store: &AccessStore, action: AuditAction, detail: String) -> Result<()> {
    let entry = AuditEntry::new(action, &Principal::operator(), clock.now());
    store.log_after(&entry.with(detail), || "the change is made".to_owned())
}
