//! `token`: made, listed, revoked.

use std::time::Duration;

use crate::io::access::token::{ListedToken, TokenRequest};
use crate::io::hosting::registries;
use crate::io::mirror::hosting::read_marker;
use crate::io::random;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::people::Login;
use crate::model::access::principal::Principal;
use crate::model::access::scope::{CratePattern, Scope};
use crate::model::access::token::{Holder, TokenRecord, TokenText};
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// What a new token is to grant.
#[derive(Debug)]
pub struct NewToken {
    pub user: Login,
    /// What it is for.
    pub name: String,
    pub scopes: Vec<Scope>,
    pub registries: Vec<String>,
    pub crates: Vec<CratePattern>,
    /// `None`: it does not expire.
    pub lasts: Option<Duration>,
}

/// A token, this once.
#[derive(Debug)]
pub struct IssuedToken {
    pub text: TokenText,
    pub record: TokenRecord,
    /// The registries that it is for, with the index as clients see it, where the mirror knows it.
    pub registries: Vec<(String, Option<String>)>,
}

/// Makes a token for a user.
pub fn new(mirror: &OpenMirror, new: NewToken) -> Result<IssuedToken> {
    let store = mirror.accounts()?;
    let now = mirror.clock.now();
    let expires = new
        .lasts
        .map(|lasts| Timestamp(now.0.saturating_add(lasts.as_secs())));
    let request = TokenRequest {
        holder: Holder::User(new.user),
        name: new.name,
        scopes: new.scopes,
        registries: new.registries,
        crates: new.crates,
        expires,
    };
    let (text, record) = store.issue_token(request, &random::bytes()?, now)?;
    let scopes: Vec<&str> = record.scopes.iter().map(|scope| scope.as_str()).collect();
    let detail = format!("{} for {}: {}", record.id, record.holder, scopes.join(", "));
    let entry = AuditEntry::new(AuditAction::TokenNew, &Principal::operator(), now);
    if let Err(error) = store.log_before(&entry.with(detail)) {
        // Nobody has seen it yet.
        store.revoke_token(&record.id, now)?;
        return Err(error);
    }
    let known = |name: &String| (name.clone(), index_url(mirror, name));
    let registries = record.registries.iter().map(known).collect();
    Ok(IssuedToken {
        text,
        record,
        registries,
    })
}

/// Every token, or those of one user.
pub fn list(mirror: &OpenMirror, user: Option<&Login>) -> Result<Vec<ListedToken>> {
    let store = mirror.accounts()?;
    if let Some(login) = user {
        store.must_be_user(login)?;
    }
    let mut tokens = store.tokens()?;
    if let Some(login) = user {
        tokens.retain(|token| token.record.holder == Holder::User(login.clone()));
    }
    Ok(tokens)
}

/// Revokes tokens by their ids or the starts of them.
pub fn revoke(mirror: &OpenMirror, ids: &[String]) -> Result<Vec<TokenRecord>> {
    let store = mirror.accounts()?;
    let now = mirror.clock.now();
    let mut revoked = Vec::new();
    for id in ids {
        let record = store.revoke_token(id, now)?;
        let entry = AuditEntry::new(AuditAction::TokenRevoke, &Principal::operator(), now);
        let entry = entry.with(format!("{} of {}", record.id, record.holder));
        store.log_after(&entry, || format!("the token {} is revoked", record.id))?;
        revoked.push(record);
    }
    Ok(revoked)
}

/// The index of a hosted registry as clients see it.
fn index_url(mirror: &OpenMirror, name: &str) -> Option<String> {
    Some(match &mirror.hosts {
        None => read_marker(&mirror.folder, name).ok()??.url,
        Some(bucket) => registries::read(bucket, name).ok()??.marker.url,
    })
}

/// The variable that gives a server its first administrator.
const ADMIN_TOKEN: &str = "CARGO_MIRROR_ADMIN_TOKEN";

/// Takes the first administrator's token from the environment, once. With an administrator there, a warning says that it is
/// ignored.
pub fn first_admin(common: &Context) -> Result<()> {
    let Some(token) = common.place.environment.get(ADMIN_TOKEN) else {
        return Ok(());
    };
    let store = common.mirror.accounts()?;
    let now = common.mirror.clock.now();
    if store.first_admin(token.trim(), now)? {
        let entry = AuditEntry::new(AuditAction::UserNew, &Principal::operator(), now);
        let entry = entry.with(format!("admin as admin, with {ADMIN_TOKEN}"));
        store.log_after(&entry, || "the user admin is made".to_owned())?;
        (common.mirror.watch)(&Event::Step {
            verb: "Created",
            what: format!("user admin, with the token in {ADMIN_TOKEN}"),
        });
    } else {
        (common.mirror.watch)(&Event::Warning {
            message: format!("{ADMIN_TOKEN} is ignored: there is an administrator already"),
            help: Some(
                "take it out of the environment; `cargo mirror token` changes tokens".to_owned(),
            ),
        });
    }
    Ok(())
}
