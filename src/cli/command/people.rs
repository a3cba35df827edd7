//! Runs `user`, `team`, `token`, `owner` and `audit-log`, and prints their reports.

use std::fmt::Write;

use crate::cli::args_people::{
    AuditLog, NewToken, OwnedCrate, OwnerArguments, OwnerCommand, Team, TeamCommand, Token,
    TokenCommand, User, UserCommand,
};
use crate::cli::exit::{Exit, finish};
use crate::cli::json::people;
use crate::cli::json::report::Report;
use crate::cli::output::terminal::Terminal;
use crate::io::access::store::NewUser;
use crate::io::access::token::ListedToken;
use crate::io::config::toml::quoted;
use crate::model::access::audit::AuditEntry;
use crate::model::access::people::{Login, TeamRecord, UserRecord};
use crate::model::access::principal::Principal;
use crate::model::access::scope::{Role, canonical};
use crate::model::access::token::TokenRecord;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::input::InputError;
use crate::model::package::id::CrateName;
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;
use crate::ops::access::owner::OwnerChange;
use crate::ops::access::token::IssuedToken;
use crate::ops::access::{owner, people as ops, token};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::publish::registry;

pub fn user(arguments: &User, open: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let report = |users: &[(UserRecord, Vec<Login>)]| {
        let users = users
            .iter()
            .map(|(user, teams)| people::User::of(user, teams));
        Report::User(people::Users {
            users: users.collect(),
        })
    };
    match &arguments.command {
        UserCommand::New {
            login,
            name,
            email,
            role,
            admin,
        } => {
            let new = NewUser {
                login: login.clone(),
                name: name.clone(),
                email: email.clone(),
                role: if *admin { Role::Admin } else { (*role).into() },
            };
            let user = ops::new_user(open, &new)?;
            let said = format!("user {} with the role {}", user.login, user.role);
            finish(
                terminal,
                || report(&[(user.clone(), Vec::new())]),
                |out| {
                    out.step("Created", &said);
                    let scope = if user.role == Role::Admin {
                        "admin"
                    } else {
                        "read"
                    };
                    out.help(&format!(
                        "`cargo mirror token new --user {} --scope {scope}` makes a token",
                        user.login
                    ));
                    Ok(())
                },
            )?;
        }
        UserCommand::List => {
            let users = ops::users(open)?;
            let mut text = String::new();
            for (user, teams) in &users {
                let disabled = if user.disabled { ", disabled" } else { "" };
                // Writing to a String cannot fail.
                let _ = writeln!(
                    text,
                    "{} {}{disabled}{}",
                    user.login,
                    user.role,
                    within(teams)
                );
            }
            finish(terminal, || report(&users), |out| out.data(text.as_bytes()))?;
        }
        UserCommand::Disable { login, undo } => {
            let user = ops::set_disabled(open, login, !undo)?;
            let verb = if *undo { "Enabled" } else { "Disabled" };
            finish(
                terminal,
                || report(&[(user.clone(), Vec::new())]),
                |out| {
                    out.step(verb, &format!("user {login}"));
                    Ok(())
                },
            )?;
        }
    }
    Ok(0)
}

fn within(teams: &[Login]) -> String {
    let names: Vec<&str> = teams.iter().map(Login::as_str).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(", in {}", names.join(", ")),
    }
}

pub fn team(arguments: &Team, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let said = |verb: &str, team: &TeamRecord| {
        let members = members(team);
        finish(
            terminal,
            || teams(std::slice::from_ref(team), None),
            |out| {
                out.step(verb, &format!("team {}: {members}", team.name));
                Ok(())
            },
        )
    };
    match &arguments.command {
        TeamCommand::New { name, members } => {
            let team = ops::new_team(mirror, name, members)?;
            said("Created", &team)?;
        }
        TeamCommand::List => {
            let all = ops::teams(mirror)?;
            let mut text = String::new();
            for team in &all {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{}: {}", team.name, members(team));
            }
            finish(
                terminal,
                || teams(&all, None),
                |out| out.data(text.as_bytes()),
            )?;
        }
        TeamCommand::Add { name, members } => {
            let team = ops::change_team(mirror, name, members, &[])?;
            said("Changed", &team)?;
        }
        TeamCommand::Remove { name, members } if members.is_empty() => {
            ops::remove_team(mirror, name)?;
            finish(
                terminal,
                || teams(&[], Some(name)),
                |out| {
                    out.step("Removed", &format!("team {name}"));
                    Ok(())
                },
            )?;
        }
        TeamCommand::Remove { name, members } => {
            let team = ops::change_team(mirror, name, &[], members)?;
            said("Changed", &team)?;
        }
    }
    Ok(0)
}

fn members(team: &TeamRecord) -> String {
    let names: Vec<&str> = team.members.iter().map(Login::as_str).collect();
    match names.as_slice() {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    }
}

fn teams(all: &[TeamRecord], removed: Option<&Login>) -> Report {
    Report::Team(people::Teams {
        teams: all.iter().map(Into::into).collect(),
        removed: removed.map(ToString::to_string),
    })
}

pub fn token(arguments: &Token, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    match &arguments.command {
        TokenCommand::New(new) => new_token(new, mirror, terminal),
        TokenCommand::List { user } => {
            let tokens = token::list(mirror, user.as_ref())?;
            let now = mirror.clock.now();
            let line = || {
                Report::Token(people::TokenReport::Tokens(people::Tokens {
                    tokens: tokens.iter().map(Into::into).collect(),
                }))
            };
            let text: String = tokens.iter().map(|token| listed(token, now)).collect();
            finish(terminal, line, |out| out.data(text.as_bytes()))?;
            Ok(0)
        }
        TokenCommand::Revoke { ids } => {
            let revoked = token::revoke(mirror, ids)?;
            let line = || {
                Report::Token(people::TokenReport::Tokens(people::Tokens {
                    tokens: revoked.iter().map(Into::into).collect(),
                }))
            };
            finish(terminal, line, |out| {
                for record in &revoked {
                    out.step("Revoked", &format!("{} of {}", record.id, record.holder));
                }
                Ok(())
            })?;
            Ok(0)
        }
    }
}

fn new_token(new: &NewToken, mirror: &OpenMirror, terminal: Terminal) -> Result<u8, Exit> {
    let issued = token::new(
        mirror,
        token::NewToken {
            user: new.user.clone(),
            name: new.name.clone(),
            scopes: new.scopes.clone(),
            registries: new.registries.clone(),
            crates: new.crates.clone(),
            lasts: (!new.no_expiry).then_some(new.expires),
        },
    )?;
    let config = client_config(&issued);
    let line = || {
        let new = people::NewToken::of(&issued, config.clone());
        Report::Token(people::TokenReport::New(Box::new(new)))
    };
    finish(terminal, line, |out| {
        let record = &issued.record;
        out.step(
            "Created",
            &format!(
                "token {} of {}: {}",
                record.id,
                record.holder,
                grants(record)
            ),
        );
        out.note(
            "the token is shown this once; in cargo's config, clients need these lines with it:",
        );
        if !out.quiet {
            for line in &config {
                out.line(line);
            }
        }
        out.data(format!("{}\n", issued.text.expose()).as_bytes())
    })?;
    Ok(0)
}

/// The lines without which cargo does not use a token.
fn client_config(issued: &IssuedToken) -> Vec<String> {
    let mut lines = vec!["registry.global-credential-providers = [\"cargo:token\"]".to_owned()];
    for (name, index) in &issued.registries {
        let index = index.as_deref().map_or("\"sparse+...\"".to_owned(), quoted);
        lines.push(format!("registries.{name}.index = {index}"));
    }
    if issued.registries.is_empty() {
        lines.push("registries.NAME.index = \"sparse+...\"".to_owned());
    }
    lines
}

fn grants(record: &TokenRecord) -> String {
    let joined = |all: Vec<String>| all.join(", ");
    let mut said = joined(record.scopes.iter().map(ToString::to_string).collect());
    if !record.crates.is_empty() {
        let crates = record.crates.iter().map(ToString::to_string).collect();
        said = format!("{said} of {}", joined(crates));
    }
    if !record.registries.is_empty() {
        said = format!("{said} in {}", joined(record.registries.clone()));
    }
    match record.expires {
        Some(at) => format!("{said}, expires {at}"),
        None => format!("{said}, does not expire"),
    }
}

fn listed(token: &ListedToken, now: Timestamp) -> String {
    let record = &token.record;
    let state = match (record.revoked, record.ended(now)) {
        (Some(at), _) => format!(", revoked {at}"),
        (None, Some(_)) => ", expired".to_owned(),
        (None, None) => String::new(),
    };
    let used = token.last_used.map_or(", never used".to_owned(), |day| {
        let day = day.to_string();
        format!(", last used {}", day.split('T').next().unwrap_or_default())
    });
    let name = if record.name.is_empty() {
        String::new()
    } else {
        format!(" ({})", printable(&record.name))
    };
    format!(
        "{} {}{name}: {}{state}{used}\n",
        record.id,
        record.holder,
        grants(record)
    )
}

pub fn owner(
    arguments: &OwnerArguments,
    mirror: &OpenMirror,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let (owned, change) = match &arguments.command {
        OwnerCommand::List(owned) => (owned, None),
        OwnerCommand::Add { owned, owners } => (owned, Some(OwnerChange::Add(owners))),
        OwnerCommand::Remove { owned, owners } => (owned, Some(OwnerChange::Remove(owners))),
    };
    let registry = registry_of(owned, mirror)?;
    let message = match change {
        Some(change) => {
            let operator = Principal::operator();
            Some(owner::change(
                mirror,
                &operator,
                &registry,
                &owned.name,
                change,
            )?)
        }
        None => None,
    };
    let now = owner::list(mirror, &registry, &owned.name)?;
    let line = || {
        Report::Owner(people::Owners {
            registry: registry.clone(),
            name: now.name.clone(),
            owners: now.owners.iter().map(Into::into).collect(),
            message: message.clone(),
        })
    };
    finish(terminal, line, |out| {
        if let Some(said) = &message {
            out.step("Owner", said);
            return Ok(());
        }
        let mut text = String::new();
        for owner in &now.owners {
            let name = owner
                .name
                .as_ref()
                .map_or(String::new(), |name| format!(" ({name})"));
            let email = owner
                .email
                .as_ref()
                .map_or(String::new(), |it| format!(" <{it}>"));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}{name}{email}", owner.owner);
        }
        if now.owners.is_empty() {
            out.note("it has no owners, so it is the administrators'");
        }
        out.data(text.as_bytes())
    })?;
    Ok(0)
}

pub fn audit_log(
    arguments: &AuditLog,
    mirror: &OpenMirror,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let since = arguments.since.as_ref().map(|text| {
        let moment = Timestamp::named(text, mirror.clock.now());
        moment.ok_or_else(|| Error::Input(InputError::NoSuchTime(text.clone())))
    });
    let since = since.transpose()?.unwrap_or_default();
    let mut entries = mirror.accounts()?.entries(since)?;
    entries.retain(|entry| {
        let registry = arguments.registry.as_ref();
        let of_registry = registry.is_none_or(|it| entry.registry.as_ref() == Some(it));
        let is_it = |wanted: &CrateName| {
            let named = entry.name.as_deref().map(CrateName::parse);
            named.is_some_and(|name| name.is_ok_and(|name| canonical(&name) == canonical(wanted)))
        };
        of_registry && arguments.name.as_ref().is_none_or(is_it)
    });
    let line = || {
        Report::AuditLog(people::AuditLog {
            entries: entries.iter().map(Into::into).collect(),
        })
    };
    let text: String = entries.iter().map(logged).collect();
    finish(terminal, line, |out| out.data(text.as_bytes()))?;
    Ok(0)
}

/// An entry in words. Strangers choose some of them.
fn logged(entry: &AuditEntry) -> String {
    let mut said = format!("{} {}", entry.at, entry.action);
    let mut part = |before: &str, part: Option<&String>| {
        if let Some(part) = part {
            said.push_str(before);
            said.push_str(&printable(part));
        }
    };
    part(" ", entry.name.as_ref());
    part("@", entry.version.as_ref());
    part(" in ", entry.registry.as_ref());
    part(" by ", Some(&entry.by));
    part(", token ", entry.token.as_ref());
    part(", from ", entry.from.as_ref());
    part(": ", entry.detail.as_ref());
    said + "\n"
}

/// The registry that is meant, where only one is hosted.
fn registry_of(owned: &OwnedCrate, open: &OpenMirror) -> Result<String> {
    if let Some(name) = &owned.registry {
        return Ok(name.clone());
    }
    let hosted = registry::names(open)?;
    match hosted.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::Access(AccessError::Invalid(
            "this mirror hosts no registry: name one with --registry".to_owned(),
        ))),
        several => Err(Error::Access(AccessError::Invalid(format!(
            "this mirror hosts several registries: name one with --registry ({})",
            several.join(", ")
        )))),
    }
}
