//! Trusted publishing: an identity token of a CI run is exchanged for a token that publishes, and that one given back.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use crate::io::access::identity::IssuerKeys;
use crate::io::access::refusals::RefusalPace;
use crate::io::access::store::AccessStore;
use crate::io::access::token::TokenRequest;
use crate::io::mirror::settings;
use crate::io::random;
use crate::io::task::blocking;
use crate::model::access::audit::{AuditAction, AuditEntry};
use crate::model::access::principal::Principal;
use crate::model::access::token::{Holder, TokenText};
use crate::model::access::trusted::{
    IdentityClaims, RUN_TOKEN_LASTS, RunGrant, TrustRefusal, TrustedRule, grant,
};
use crate::model::error::{Error, chain};
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

#[derive(Deserialize)]
struct Exchange {
    jwt: String,
}

/// The audience that identity tokens for a registry must have: the address of its API without scheme and last slash, as the
/// official action asks for.
pub fn audience(api: &str) -> &str {
    let start = api.find("://").map_or(0, |at| at + 3);
    api[start..].trim_end_matches('/')
}

/// Exchanges what `body` has, `{"jwt": "..."}`, for a token of the registry. Grants are in the audit log, and refusals of what
/// an issuer has signed, as many as `pace` admits. Anything else anybody could send, and fill the disk with it.
///
/// `api` is the address of the registry's API, `from` the address of the client.
pub async fn exchange(
    common: &Context,
    (keys, pace): (&IssuerKeys, &Arc<RefusalPace>),
    registry: &str,
    api: &str,
    body: &[u8],
    from: Option<String>,
) -> Result<TokenText, TrustRefusal> {
    let claims = claims(&common.mirror.folder, keys, registry, body).await?;
    let (common, registry) = (common.clone(), registry.to_owned());
    let pace = Arc::clone(pace);
    let audience = audience(api).to_owned();
    // Each flush takes milliseconds.
    let issued = blocking("issuing a token", move || {
        Ok(decided(
            &common.mirror,
            &registry,
            &audience,
            claims,
            from,
            &pace,
        ))
    });
    issued.await.map_err(store)?
}

/// What a run says of itself, signed by an issuer that a rule names, with the rules.
async fn claims(
    mirror: &Path,
    keys: &IssuerKeys,
    registry: &str,
    body: &[u8],
) -> Result<(IdentityClaims, Vec<TrustedRule>), TrustRefusal> {
    let Ok(Exchange { jwt }) = serde_json::from_slice(body) else {
        return Err(TrustRefusal::NoToken);
    };
    let rules = settings::read(mirror).map_err(store)?;
    let rules = rules.of(registry).trusted_publishing;
    Ok((keys.verified(&jwt, &rules).await?, rules))
}

fn decided(
    mirror: &OpenMirror,
    registry: &str,
    audience: &str,
    (claims, rules): (IdentityClaims, Vec<TrustedRule>),
    from: Option<String>,
    pace: &RefusalPace,
) -> Result<TokenText, TrustRefusal> {
    let now = mirror.clock.now();
    let accounts = mirror.accounts().map_err(store)?;
    let granted = grant(&rules, &claims, audience, now);
    let issued = granted.and_then(|granted| issue(&accounts, registry, granted, now));
    let anonymous = Principal::anonymous();
    let entry = match &issued {
        Ok((_, id, run)) => AuditEntry {
            by: run.clone(),
            token: Some(id.clone()),
            ..AuditEntry::new(AuditAction::TokenExchange, &anonymous, now)
        },
        // A run of a stranger is signed by the same issuer.
        Err(refusal) if !pace.admits("identity tokens") => return Err(refusal.clone()),
        Err(refusal) => {
            AuditEntry::new(AuditAction::Refuse, &anonymous, now).with(refusal.to_string())
        }
    };
    let entry = entry.about(registry, None, None).from_address(from);
    let logged = accounts.log(&entry);
    logged.map_err(store)?;
    issued.map(|(text, _, _)| text)
}

fn issue(
    accounts: &AccessStore,
    registry: &str,
    granted: RunGrant,
    now: Timestamp,
) -> Result<(TokenText, String, String), TrustRefusal> {
    let fresh = accounts.take_once(&granted.once, granted.until, now);
    if !fresh.map_err(store)? {
        return Err(TrustRefusal::Used);
    }
    let request = TokenRequest {
        holder: Holder::Run(granted.run.clone()),
        name: String::new(),
        scopes: granted.scopes,
        registries: vec![registry.to_owned()],
        crates: granted.crates,
        expires: Some(Timestamp(now.0.saturating_add(RUN_TOKEN_LASTS.as_secs()))),
    };
    let random = random::bytes().map_err(store)?;
    let issued = accounts.issue_token(request, &random, now);
    let (text, record) = issued.map_err(store)?;
    Ok((text, record.id, granted.run))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands values")]
fn store(error: Error) -> TrustRefusal {
    TrustRefusal::Store {
        cause: chain(&error),
    }
}
