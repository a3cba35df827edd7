//! The web API of a hosted registry: publish, yank, owners, search, and the page that says where tokens come from.
//!
//! ```text
//! PUT    crates/new                 serve::api::publish
//! DELETE crates/NAME/VERSION/yank   PUT crates/NAME/VERSION/unyank
//! GET, PUT, DELETE crates/NAME/owners
//! GET    crates?q=WORDS             serve::api::registry
//! ```
//!
//! Names come in the user's spelling. Cargo takes any answer with `errors` for a failure, whatever its status, and panics at
//! `"ok": false`, so there is none.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::owners::Owner;
use crate::model::access::principal::Principal;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::Scope;
use crate::model::error::{Error, Result};
use crate::model::errors::access::AccessError;
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::settings::TokenNeeded;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::url::without_login;
use crate::ops::publish::commit::{Actor, published_name};
use crate::ops::publish::registry::OpenRegistry;
use crate::ops::publish::withdraw;
use crate::serve::admit::peer::Peer;
use crate::serve::answer::body::{Body, JSON, PLAIN, blocking, error, text};
use crate::serve::api::call::call_of;
use crate::serve::api::publish::{answer_of, client, publish, refused};
use crate::serve::api::receive::{drain, piece};
use crate::serve::registry::state::ServerState;

/// A list of owners is no longer than this, in bytes.
const MOST_OWNERS: usize = 64 << 10;

/// What a path of the API means, behind `/api/v1/`.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    Publish,
    Yank(CrateId, bool),
    Owners(CrateName),
}

fn call(method: &Method, path: &str) -> Option<Result<Call>> {
    let rest = call_of(path)?.strip_prefix("crates/")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let id = |name: &str, version: &str| {
        // Gateways that read a path as a form turn `+` into a space.
        let version = version
            .replace("%2B", "+")
            .replace("%2b", "+")
            .replace("%20", "+");
        CrateId::parse(name, &version).map_err(Error::from)
    };
    let owners = [Method::GET, Method::PUT, Method::DELETE];
    Some(match parts.as_slice() {
        ["new"] if method == Method::PUT => Ok(Call::Publish),
        [name, version, "yank"] if method == Method::DELETE => {
            id(name, version).map(|id| Call::Yank(id, true))
        }
        [name, version, "unyank"] if method == Method::PUT => {
            id(name, version).map(|id| Call::Yank(id, false))
        }
        [name, "owners"] if owners.contains(method) => CrateName::parse(name)
            .map(Call::Owners)
            .map_err(Error::from),
        _ => return None,
    })
}

/// Answers a request to the API, other than a search.
pub async fn answer(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    registry: &Arc<OpenRegistry>,
    peer: Peer,
) -> Response<Body> {
    let call = match call(request.method(), request.uri().path()) {
        Some(Ok(call)) => call,
        Some(Err(bad)) => {
            drain(request.into_body()).await;
            return answer_of(&bad);
        }
        None => {
            drain(request.into_body()).await;
            let what = "the API of this registry has publish, yank, unyank, owners and search, and nothing of this name";
            return error(StatusCode::NOT_FOUND, what);
        }
    };
    if call == Call::Publish {
        return publish(state, request, registry, peer).await;
    }
    let from = client(state, &request, peer);
    let principal = match state.changer(&request, registry) {
        Ok(principal) => principal,
        Err(refusal) => return refused(state, request, registry, &refusal, from).await,
    };
    let method = request.method().clone();
    let sent = match owners_sent(request.into_body()).await {
        Ok(sent) => sent,
        Err(answer) => return *answer,
    };
    let (opened, server) = (Arc::clone(registry), Arc::clone(state));
    let done = blocking("changing a hosted registry", move || {
        let actor = Actor {
            principal: &principal,
            at: server.common.mirror.clock.now(),
            from: from.as_deref(),
            on_hook_failure: &|error| server.hook_lost(error),
        };
        match call {
            Call::Yank(id, yanked) => {
                let (id, _) = withdraw::yank(&opened, &id, yanked, actor)?;
                server.forget_hosted(&opened, &id);
                Ok(json!({ "ok": true }))
            }
            Call::Owners(name) if method == Method::GET => list_owners(&opened, &name, &principal),
            Call::Owners(name) => {
                change_owners(&opened, &name, method == Method::PUT, &sent, actor)
            }
            Call::Publish => Err(Error::Panicked {
                doing: "routing a publish",
            }),
        }
    });
    match done.await {
        Ok(body) => text(StatusCode::OK, JSON, format!("{body}\n")),
        Err(error) => {
            state.unlogged(&error);
            answer_of(&error)
        }
    }
}

/// The owners that a body names. A body of another shape is one for another call.
async fn owners_sent(mut body: Incoming) -> Result<Vec<String>, Box<Response<Body>>> {
    #[derive(Deserialize)]
    struct Sent {
        /// `owners` is what cargo called it long ago.
        #[serde(alias = "owners")]
        users: Vec<String>,
    }
    let refuse = |status, what: &str| Err(Box::new(error(status, what)));
    let mut all = Vec::new();
    while let Some(came) = piece(&mut body).await {
        match came {
            Ok(bytes) => all.extend_from_slice(&bytes),
            Err(why) => return refuse(StatusCode::BAD_REQUEST, why),
        }
        if all.len() > MOST_OWNERS {
            return refuse(
                StatusCode::PAYLOAD_TOO_LARGE,
                "no list of owners is that long",
            );
        }
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    match serde_json::from_slice::<Sent>(&all) {
        Ok(sent) => Ok(sent.users),
        Err(_) => refuse(
            StatusCode::BAD_REQUEST,
            "the body is not `{\"users\":[...]}`",
        ),
    }
}

fn denied(refusal: Refusal) -> Error {
    Error::Hosting(HostingError::Denied(Box::new(refusal)))
}

fn list_owners(
    registry: &OpenRegistry,
    name: &CrateName,
    principal: &Principal,
) -> Result<serde_json::Value> {
    let name = published_name(registry, name)?;
    principal.may(Scope::Read, Some(&name)).map_err(denied)?;
    let mut users = Vec::new();
    for owner in registry.accounts.owners(&registry.name, &name)? {
        users.push(match &owner {
            Owner::User(login) => {
                let user = registry.accounts.user(login)?;
                let (id, full) = user.map_or((0, None), |user| (user.id, user.name));
                json!({ "id": id, "login": owner.to_string(), "name": full })
            }
            Owner::Team(team) => {
                let id = registry.accounts.team(team)?.map_or(0, |team| team.id);
                json!({ "id": id, "login": owner.to_string(), "name": null })
            }
        });
    }
    Ok(json!({ "users": users }))
}

fn change_owners(
    registry: &OpenRegistry,
    name: &CrateName,
    add: bool,
    sent: &[String],
    actor: Actor<'_>,
) -> Result<serde_json::Value> {
    let name = published_name(registry, name)?;
    let parsed: Result<Vec<Owner>, String> = sent.iter().map(|text| Owner::parse(text)).collect();
    let changed = parsed.map_err(|said| Error::Access(AccessError::Invalid(said)))?;
    let teams = registry.policy.teams_change_owners;
    let may = |owners: &[Owner]| {
        let judged = actor.principal.may_change_owners(&name, owners, teams);
        judged.map_err(denied)
    };
    let accounts = &registry.accounts;
    may(&accounts.owners(&registry.name, &name)?)?;
    // And once more while the record is held: whoever was removed meanwhile adds nobody.
    let (action, said) = if add {
        let said = accounts.add_owners_if(&registry.name, &name, &changed, may)?;
        (AuditAction::OwnersAdd, said)
    } else {
        let said = accounts.remove_owners_if(&registry.name, &name, &changed, may)?;
        (AuditAction::OwnersRemove, said)
    };
    let entry = AuditEntry::new(action, actor.principal, actor.at)
        .about(&registry.name, Some(name.as_str()), None)
        .with(sent.join(", "))
        .from_address(actor.from.map(str::to_owned));
    registry.accounts.log_after(&entry, || said.clone())?;
    Ok(json!({ "ok": true, "msg": said }))
}

/// Which registries are hosted here, and which others are pulled through that whoever asks may read: `cargo mirror on --server`
/// asks for it.
pub async fn list<B>(state: &Arc<ServerState>, request: &Request<B>) -> Response<Body> {
    let server = Arc::clone(state);
    let names = blocking("looking at the registries", move || {
        Ok(server.hosted_names())
    });
    let names = names.await.unwrap_or_default();
    let registries = names.iter().filter_map(|name| state.hosted(name));
    let registries = registries.map(|registry| {
        let auth = if state.access.required() {
            TokenNeeded::All
        } else {
            registry.policy.auth
        };
        json!({ "name": registry.name, "index": registry.marker.url, "auth": auth.as_str() })
    });
    let registries: Vec<serde_json::Value> = registries.collect();
    let mut sources = state.sources();
    sources.retain(|source| {
        source.original.is_some() && state.judge_reader(request, &source.prefix, None).is_ok()
    });
    sources.sort_by(|one, other| one.prefix.cmp(&other.prefix));
    let upstreams = sources.iter().filter_map(|source| {
        let replaces = without_login(source.original.as_ref()?.as_str());
        let name = source.prefix.strip_prefix("registries/")?;
        let auth = if state.is_closed(&source.prefix) {
            TokenNeeded::All
        } else {
            TokenNeeded::None
        };
        let path = format!("{}/index/", source.prefix);
        Some(json!({ "name": name, "replaces": replaces, "path": path, "auth": auth.as_str() }))
    });
    let upstreams: Vec<serde_json::Value> = upstreams.collect();
    let body = json!({ "registries": registries, "upstreams": upstreams });
    text(StatusCode::OK, JSON, format!("{body}\n"))
}

/// Where tokens come from: `cargo login` names this page.
pub fn me(registry: &OpenRegistry) -> Response<Body> {
    let name = &registry.name;
    let what = match registry.policy.auth {
        TokenNeeded::None => "takes no token",
        TokenNeeded::Publish => "takes a token for publishing, yanking and owners",
        TokenNeeded::All => "takes a token for everything, also for reading",
    };
    let url = &registry.marker.url;
    let page = format!(
        "The registry `{name}` {what}.\n\n\
         Ask whoever runs it for one; on the machine that has its folder, this makes one:\n\n    \
         cargo mirror token new --user LOGIN --scope SCOPE\n\n\
         These lines belong into the cargo config of each client (~/.cargo/config.toml):\n\n    \
         [registry]\n    global-credential-providers = [\"cargo:token\"]\n\n    \
         [registries.{name}]\n    index = \"{url}\"\n\n\
         Then:\n\n    cargo login --registry {name}\n"
    );
    text(StatusCode::OK, PLAIN, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_api_are_told_apart() {
        let path = |method: Method, rest: &str| {
            let call = call(&method, &format!("/registries/corp/api/v1/{rest}"));
            call.map(Result::ok)
        };
        let id = |version| CrateId::parse("a", version).unwrap();
        assert_eq!(path(Method::PUT, "crates/new"), Some(Some(Call::Publish)));
        assert_eq!(
            path(Method::DELETE, "crates/a/1.0.0/yank"),
            Some(Some(Call::Yank(id("1.0.0"), true)))
        );
        assert_eq!(
            path(Method::PUT, "crates/a/1.0.0%2Bx/unyank"),
            Some(Some(Call::Yank(id("1.0.0+x"), false)))
        );
        assert_eq!(
            path(Method::GET, "crates/new/owners"),
            Some(Some(Call::Owners(CrateName::parse("new").unwrap())))
        );
        assert_eq!(path(Method::DELETE, "crates/../1.0.0/yank"), Some(None));
        assert_eq!(path(Method::POST, "crates/new"), None);
        assert_eq!(path(Method::PUT, "crates/a/1.0.0/yank"), None);
        assert_eq!(path(Method::PUT, "crates/a/b/c/owners"), None);
    }
}
