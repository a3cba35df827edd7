//! Identity tokens of CI, checked against the keys of their issuers.
//!
//! The keys are found as OpenID Connect says: `<issuer>/.well-known/openid-configuration` names the address of a key set.
//! Only issuers that a rule names are asked, by the same client and settings as registries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::io::http::get::get_text;
use crate::io::http::settings::HttpSettings;
use crate::model::access::trusted::{IdentityClaims, TrustRefusal, TrustedRule};
use crate::model::error::chain;

/// How long keys are used before the issuer is asked again.
const FRESH: Duration = Duration::from_mins(10);
/// An issuer is asked at most this often for a key that is not known, also where it does not answer: whoever makes up tokens
/// cannot make us ask.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 << 10;

/// What is signed otherwise is refused: never with a shared secret, never not at all.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// The keys of issuers.
#[derive(Debug)]
pub struct IssuerKeys {
    settings: HttpSettings,
    known: Mutex<HashMap<String, KnownKeys>>,
    /// Held while an issuer is asked: one asks for all.
    asking: Mutex<HashMap<String, Arc<Turn>>>,
}

type Turn = tokio::sync::Mutex<()>;

/// What an issuer was asked for, and said.
#[derive(Debug)]
struct KnownKeys {
    asked: Instant,
    /// Why the last answer was none.
    failed: Option<String>,
    keys: Option<(Arc<JwkSet>, Instant)>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl IssuerKeys {
    pub fn new(settings: HttpSettings) -> Self {
        Self {
            settings,
            known: Mutex::default(),
            asking: Mutex::default(),
        }
    }

    /// The claims of an identity token whose signature is that of its issuer, which a rule names. Nothing else is checked.
    pub async fn verified(
        &self,
        token: &str,
        rules: &[TrustedRule],
    ) -> Result<IdentityClaims, TrustRefusal> {
        let unreadable =
            |cause: jsonwebtoken::errors::Error| TrustRefusal::Unreadable(cause.to_string());
        if token.len() > LONGEST {
            let said = format!("it is longer than {LONGEST} bytes");
            return Err(TrustRefusal::Unreadable(said));
        }
        let header = decode_header(token).map_err(unreadable)?;
        if !ALGORITHMS.contains(&header.alg) {
            let said = "it is signed with neither RS256 nor ES256".to_owned();
            return Err(TrustRefusal::Unreadable(said));
        }
        // Who it says that it is from decides only whose keys must fit.
        let said: Map<String, Value> =
            dangerous::insecure_decode_claims(token).map_err(unreadable)?;
        let issuer = said.get("iss").and_then(Value::as_str);
        let issuer = issuer.ok_or(TrustRefusal::Missing("iss"))?;
        if !rules.iter().any(|rule| rule.issuer == issuer) {
            return Err(TrustRefusal::UnknownIssuer(issuer.to_owned()));
        }
        let signature = |said: &str| TrustRefusal::Signature(said.to_owned());
        let kid = header.kid.ok_or_else(|| signature("it names no key"))?;
        let keys = self.keys(issuer, &kid).await?;
        let key = keys.find(&kid);
        let key = key.ok_or_else(|| signature("the issuer has no such key"))?;
        let key = DecodingKey::from_jwk(key).map_err(|cause| signature(&cause.to_string()))?;
        let mut validation = Validation::new(header.alg);
        validation.set_required_spec_claims::<&str>(&[]);
        // What it claims is held against the rules by the clock of this server, elsewhere.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = decode::<Map<String, Value>>(token, &key, &validation);
        let decoded = decoded.map_err(|cause| signature(&cause.to_string()))?;
        Ok(IdentityClaims(decoded.claims))
    }

    /// The keys of an issuer, among them, if it has one, that of this name.
    async fn keys(&self, issuer: &str, kid: &str) -> Result<Arc<JwkSet>, TrustRefusal> {
        if let Some(known) = self.remembered(issuer, kid) {
            return known;
        }
        let turn = self.turn(issuer);
        let _turn = turn.lock().await;
        // Whoever had the turn before has asked.
        if let Some(known) = self.remembered(issuer, kid) {
            return known;
        }
        let fetched = self.fetch(issuer).await.map(Arc::new);
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.remove(issuer).and_then(|before| before.keys);
        let after = KnownKeys {
            asked: now,
            failed: fetched.as_ref().err().cloned(),
            keys: fetched
                .as_ref()
                .ok()
                .map(|keys| (Arc::clone(keys), now))
                .or(before),
        };
        known.insert(issuer.to_owned(), after);
        fetched.map_err(TrustRefusal::NoKeys)
    }

    fn turn(&self, issuer: &str) -> Arc<Turn> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(asking.entry(issuer.to_owned()).or_default())
    }

    /// What the issuer said, where it need not be asked again.
    fn remembered(&self, issuer: &str, kid: &str) -> Option<Result<Arc<JwkSet>, TrustRefusal>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(issuer)?;
        if let Some((keys, at)) = &known.keys
            && at.elapsed() < FRESH
            && keys.find(kid).is_some()
        {
            return Some(Ok(Arc::clone(keys)));
        }
        if known.asked.elapsed() >= PAUSE {
            return None;
        }
        match (&known.failed, &known.keys) {
            (Some(cause), _) => Some(Err(TrustRefusal::NoKeys(cause.clone()))),
            (None, keys) => keys.as_ref().map(|(keys, _)| Ok(Arc::clone(keys))),
        }
    }

    async fn fetch(&self, issuer: &str) -> Result<JwkSet, String> {
        let issuer = issuer.trim_end_matches('/');
        let at = format!("{issuer}/.well-known/openid-configuration");
        let at = Url::parse(&at).map_err(|cause| cause.to_string())?;
        let text = get_text(&self.settings, &at, None).await;
        let text = text.map_err(|error| chain(&error))?;
        let found: Discovery =
            serde_json::from_slice(&text).map_err(|cause| format!("{at}: {cause}"))?;
        if found.issuer.trim_end_matches('/') != issuer {
            return Err(format!("{at} is the configuration of another issuer"));
        }
        let keys = Url::parse(&found.jwks_uri).map_err(|cause| cause.to_string())?;
        if keys.scheme() != at.scheme() {
            return Err(format!("{at} names keys at an address without TLS"));
        }
        let text = get_text(&self.settings, &keys, None).await;
        let text = text.map_err(|error| chain(&error))?;
        serde_json::from_slice(&text).map_err(|cause| format!("{keys}: {cause}"))
    }
}
