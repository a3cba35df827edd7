//! `POST` and `DELETE {api}/api/v1/trusted_publishing/tokens`: what CI asks, as the official action asks it.

use hyper::{Response, StatusCode};
use serde_json::json;

use crate::io::access::identity::IssuerKeys;
use crate::io::access::store::AccessStore;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::principal::{Refusal, Who};
use crate::model::access::trusted::TrustRefusal;
use crate::model::error::{Result, chain};
use crate::model::event::Event;
use crate::ops::access::trusted;
use crate::ops::context::options::Context;
use crate::serve::answer::body::{Body, JSON, error, text};

/// The path below the address of a registry's API.
pub const PATH: &str = "api/v1/trusted_publishing/tokens";

/// The longest body that is read, in bytes.
pub const MAX_BODY: usize = 64 << 10;

/// A registry, as its clients know it.
#[derive(Debug, Clone, Copy)]
pub struct TrustingRegistry<'a> {
    pub name: &'a str,
    /// The address of its API, `api` of its `config.json`.
    pub api: &'a str,
}

/// Exchanges the identity token in `body` for a token: `{"token": "..."}`.
pub async fn exchange(
    common: &Context,
    keys: &IssuerKeys,
    registry: TrustingRegistry<'_>,
    body: &[u8],
    from: Option<String>,
) -> Response<Body> {
    let TrustingRegistry { name, api } = registry;
    match trusted::exchange(common, keys, name, api, body, from).await {
        Ok(token) => {
            let answer = json!({"token": token.expose()});
            text(StatusCode::OK, JSON, format!("{answer}\n"))
        }
        Err(refusal) => {
            if let TrustRefusal::Store { cause } = &refusal {
                (common.watch)(&Event::Warning {
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
pub fn revoke(common: &Context, registry: &str, authorization: Option<&[u8]>) -> Response<Body> {
    let accounts = AccessStore::open(&common.mirror);
    let now = common.clock.now();
    let principal = match accounts.authenticate(authorization, registry, now) {
        Ok(principal) => principal,
        Err(refusal) => return refused(common, &refusal),
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
            refused(common, &Refusal::Unreadable { cause })
        }
    }
}

fn refused(common: &Context, refusal: &Refusal) -> Response<Body> {
    if let Refusal::Unreadable { cause } = refusal {
        (common.watch)(&Event::Warning {
            message: cause.clone(),
            help: None,
        });
    }
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    error(status, &refusal.to_string())
}
