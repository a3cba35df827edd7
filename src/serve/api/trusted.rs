//! `POST` and `DELETE {api}/api/v1/trusted_publishing/tokens`: what CI asks, as the official action asks it.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;

use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::principal::Who;
use crate::model::access::refusal::Refusal;
use crate::model::access::trusted::TrustRefusal;
use crate::model::error::{Result, chain};
use crate::model::event::{Event, Watch};
use crate::ops::access::trusted;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::admit::peer::Peer;
use crate::serve::answer::body::{Body, HttpError, JSON, blocking, error, text};
use crate::serve::api::call::call_of;
use crate::serve::api::publish::client;
use crate::serve::api::receive::{drain, piece};
use crate::serve::registry::hosted::Hosting;
use crate::serve::registry::state::ServerState;

/// The longest body that is read, in bytes.
const MAX_BODY: usize = 64 << 10;

/// Whether a path is that of the exchange.
pub fn is_meant(path: &str) -> bool {
    call_of(path) == Some("trusted_publishing/tokens")
}

/// Answers a request to the exchange.
pub async fn answer(
    state: &Arc<ServerState>,
    request: Request<Incoming>,
    registry: &OpenRegistry,
    peer: Peer,
) -> Response<Body> {
    let (common, from) = (&state.common, client(state, &request, peer));
    if *request.method() == Method::DELETE {
        let header = request.headers().get(AUTHORIZATION).cloned();
        drain(request.into_body()).await;
        let (common, name) = (common.clone(), registry.name.clone());
        let revoked = blocking("revoking a token", move || {
            Ok(revoke(
                &common.mirror,
                &name,
                header.as_ref().map(HeaderValue::as_bytes),
            ))
        });
        return revoked
            .await
            .unwrap_or_else(|cause| HttpError::of(&cause).answer());
    }
    if *request.method() != Method::POST {
        drain(request.into_body()).await;
        let said = "identity tokens are exchanged with POST, and tokens given back with DELETE";
        return error(StatusCode::METHOD_NOT_ALLOWED, said);
    }
    let mut body = request.into_body();
    let mut all = Vec::new();
    while let Some(came) = piece(&mut body).await {
        match came {
            Ok(bytes) => all.extend_from_slice(&bytes),
            Err(why) => return error(StatusCode::BAD_REQUEST, why),
        }
        if all.len() > MAX_BODY {
            let said = "no identity token is that long";
            return error(StatusCode::PAYLOAD_TOO_LARGE, said);
        }
    }
    let hosting = &state.hosting;
    exchange(common, hosting, registry, &all, from).await
}

/// The address of a registry's API, from that of its index. What a client calls the server decides nothing here.
fn api(registry: &OpenRegistry) -> &str {
    let url = &registry.marker.url;
    let url = url.strip_prefix("sparse+").unwrap_or(url);
    let url = url.trim_end_matches('/');
    url.strip_suffix("/index").unwrap_or(url)
}

/// Exchanges the identity token in `body` for a token: `{"token": "..."}`.
async fn exchange(
    common: &Context,
    hosting: &Hosting,
    registry: &OpenRegistry,
    body: &[u8],
    from: Option<String>,
) -> Response<Body> {
    let (name, api) = (&registry.name, api(registry));
    let judged_by = (&hosting.keys, &hosting.refusals);
    match trusted::exchange(common, judged_by, name, api, body, from).await {
        Ok(token) => {
            let answer = json!({"token": token.expose()});
            text(StatusCode::OK, JSON, format!("{answer}\n"))
        }
        Err(refusal) => {
            if let TrustRefusal::Store { cause } = &refusal {
                (common.mirror.watch)(&Event::Warning {
                    message: cause.clone(),
                    help: None,
                });
            }
            let status = StatusCode::from_u16(refusal.status());
            error(
                status.unwrap_or(StatusCode::FORBIDDEN),
                &refusal.to_string(),
            )
        }
    }
}

/// Revokes the token that the request carries, which must be one that a run of CI was given.
fn revoke(open: &OpenMirror, registry: &str, authorization: Option<&[u8]>) -> Response<Body> {
    let accounts = match open.accounts() {
        Ok(accounts) => accounts,
        Err(cause) => {
            let cause = chain(&cause);
            return refused(&open.watch, &Refusal::Unreadable { cause });
        }
    };
    let now = open.clock.now();
    let principal = match accounts.authenticate(authorization, registry, now) {
        Ok(principal) => principal,
        Err(refusal) => return refused(&open.watch, &refusal),
    };
    let Some(id) = principal
        .token
        .as_ref()
        .filter(|_| matches!(principal.who, Who::Run(_)))
    else {
        let said = "only a token that was exchanged for an identity token is given back so; `cargo mirror token revoke` \
                    revokes others";
        return error(StatusCode::BAD_REQUEST, said);
    };
    let revoked = || -> Result<()> {
        accounts.revoke_token(id, now)?;
        let entry = AuditEntry::new(AuditAction::TokenRevoke, &principal, now);
        accounts.log(&entry.about(registry, None, None))
    };
    match revoked() {
        Ok(()) => {
            let mut answer = text(StatusCode::NO_CONTENT, JSON, String::new());
            *answer.body_mut() = Body::Empty;
            answer
        }
        Err(cause) => {
            let cause = chain(&cause);
            refused(&open.watch, &Refusal::Unreadable { cause })
        }
    }
}

fn refused(watch: &Watch, refusal: &Refusal) -> Response<Body> {
    if let Refusal::Unreadable { cause } = refusal {
        watch(&Event::Warning {
            message: cause.clone(),
            help: None,
        });
    }
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    error(status, &refusal.to_string())
}
