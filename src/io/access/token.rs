//! Tokens: made, listed, revoked, and looked up at each request.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::io::access::store::{AccessStore, NewUser, RecordChange};
use crate::model::access::people::Login;
use crate::model::access::principal::{Identity, Principal, Who};
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::{CratePattern, Role, Scope};
use crate::model::access::token::{Holder, RANDOM_BYTES, TokenRecord, TokenText, token_id};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::access::AccessError;
use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 4096;
/// How long a token that has ended is still told from one that never was.
const REMEMBERED: u64 = 30 * DAY;
const DAY: u64 = 24 * 60 * 60;
/// The shortest text for an administrator's token from outside.
const SHORTEST_FROM_OUTSIDE: usize = 32;

/// What a new token grants.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    pub holder: Holder,
    /// What it is for.
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Empty: all.
    pub registries: Vec<String>,
    /// Empty: all.
    pub crates: Vec<CratePattern>,
    pub expires: Option<Timestamp>,
}

/// A token and when it was last used, to the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    pub record: TokenRecord,
    pub last_used: Option<Timestamp>,
}

impl AccessStore {
    /// Makes a token of `random`. Its text is nowhere but in the result. Tokens that ended a month ago are forgotten.
    pub fn issue_token(
        &self,
        request: TokenRequest,
        random: &[u8; RANDOM_BYTES],
        now: Timestamp,
    ) -> Result<(TokenText, TokenRecord)> {
        if let Holder::User(login) = &request.holder {
            self.must_be_user(login)?;
        }
        let text = TokenText::generate(random);
        let record = self.keep_token(text.expose().as_bytes(), request, now)?;
        Ok((text, record))
    }

    fn keep_token(
        &self,
        text: &[u8],
        request: TokenRequest,
        now: Timestamp,
    ) -> Result<TokenRecord> {
        let hash = TokenText::hash(text);
        let record = TokenRecord {
            id: token_id(&hash),
            holder: request.holder,
            name: request.name,
            scopes: request.scopes,
            registries: request.registries,
            crates: request.crates,
            created: now,
            expires: request.expires,
            revoked: None,
        };
        self.forget_ended(now)?;
        self.change(&token_key(&hash), |_: Option<TokenRecord>| {
            Ok((RecordChange::Write(record.clone()), record.clone()))
        })
    }

    /// All tokens, the newest last.
    pub fn tokens(&self) -> Result<Vec<ListedToken>> {
        let mut tokens = Vec::new();
        for (name, record) in self.named("tokens")? {
            let last_used = self.records.last_used(&format!("tokens/{name}"));
            tokens.push(ListedToken { record, last_used });
        }
        tokens.sort_by(|a, b| {
            (a.record.created, &a.record.id).cmp(&(b.record.created, &b.record.id))
        });
        Ok(tokens)
    }

    /// Revokes the token whose id is or starts with `id`. Holds at its next request. One that is revoked stays so.
    pub fn revoke_token(&self, id: &str, now: Timestamp) -> Result<TokenRecord> {
        let mut found = Vec::new();
        for name in self.names("tokens")? {
            let hash = name.strip_suffix(".json").unwrap_or_default();
            let Ok(hash) = Sha256::parse(hash) else {
                continue;
            };
            if !id.is_empty() && token_id(&hash).starts_with(id) {
                found.push(hash);
            }
        }
        let hash = match found.as_slice() {
            [] => return Err(Error::Access(AccessError::NoSuchToken(id.to_owned()))),
            [hash] => *hash,
            several => {
                return Err(Error::Access(AccessError::AmbiguousToken {
                    id: id.to_owned(),
                    count: several.len(),
                }));
            }
        };
        let gone = || Error::Access(AccessError::NoSuchToken(id.to_owned()));
        self.revoke(&hash, now)?.ok_or_else(gone)
    }

    /// Revokes a token by its text, as the action of CI does when its run ends. `false`: there is no such token.
    pub fn revoke_text(&self, text: &[u8], now: Timestamp) -> Result<bool> {
        Ok(self.revoke(&TokenText::hash(text), now)?.is_some())
    }

    /// `None`: there is no such token.
    fn revoke(&self, hash: &Sha256, now: Timestamp) -> Result<Option<TokenRecord>> {
        self.change(&token_key(hash), |before: Option<TokenRecord>| {
            let Some(mut record) = before else {
                return Ok((RecordChange::Keep, None));
            };
            if record.revoked.is_some() {
                return Ok((RecordChange::Keep, Some(record)));
            }
            record.revoked = Some(now);
            Ok((RecordChange::Write(record.clone()), Some(record)))
        })
    }

    /// Who sends a request to `registry` with this `Authorization` header, and what they may do at most.
    pub fn authenticate(
        &self,
        authorization: Option<&[u8]>,
        registry: &str,
        now: Timestamp,
    ) -> Result<Principal, Refusal> {
        self.identify(authorization, now)?.within(registry)
    }

    /// Whose token is in this `Authorization` header. Cargo sends the bare token; `Bearer TOKEN` and `Basic BASE64`, whose
    /// password is the token, are taken too.
    ///
    /// It opens the token's record and the user's, and nothing is remembered: what was revoked, disabled or has expired is
    /// refused at once.
    pub fn identify(
        &self,
        authorization: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        let text = authorization.and_then(token_in).ok_or(Refusal::NoToken)?;
        if TokenText::is_mistyped(&text) {
            return Err(Refusal::Mistyped);
        }
        if text.len() > LONGEST {
            return Err(Refusal::Unknown);
        }
        let key = token_key(&TokenText::hash(&text));
        let record = self.read::<TokenRecord>(&key).map_err(unreadable)?;
        let record = record.ok_or(Refusal::Unknown)?;
        let id = record.id.clone();
        if let Some(at) = record.revoked {
            return Err(Refusal::Revoked { id, at });
        }
        if let Some(at) = record.ended(now) {
            return Err(Refusal::Expired { id, at });
        }
        let (who, role) = self.holder(&record)?;
        // Once a day.
        self.records.note_use(&key, Timestamp(now.0 - now.0 % DAY));
        let principal = Principal {
            who,
            role,
            token: Some(record.id),
            scopes: record.scopes,
            crates: record.crates,
        };
        Ok(Identity::new(principal, record.registries))
    }

    fn holder(&self, record: &TokenRecord) -> Result<(Who, Role), Refusal> {
        let login = match &record.holder {
            Holder::Run(run) => return Ok((Who::Run(run.clone()), Role::Publisher)),
            Holder::User(login) => login,
        };
        let user = self.user(login).map_err(unreadable)?;
        let user = user.ok_or(Refusal::Unknown)?;
        if user.disabled {
            let login = login.to_string();
            return Err(Refusal::Disabled { login });
        }
        // What only reads asks for no team.
        let teams = if record.scopes.iter().all(|scope| *scope == Scope::Read) {
            Vec::new()
        } else {
            self.teams_of(login).map_err(unreadable)?
        };
        let login = login.clone();
        Ok((Who::User { login, teams }, user.role))
    }

    /// Gives the user `admin` this token, the first time: for containers, which nobody runs a command in. Returns whether it was
    /// taken; `false` where there is an administrator already.
    pub fn first_admin(&self, token: &str, now: Timestamp) -> Result<bool> {
        if token.len() < SHORTEST_FROM_OUTSIDE {
            let length = token.len();
            return Err(Error::Access(AccessError::WeakAdminToken { length }));
        }
        let login = Login::parse("admin").map_err(AccessError::Invalid)?;
        if self.users()?.iter().any(|user| user.role == Role::Admin) {
            return Ok(false);
        }
        let request = TokenRequest {
            holder: Holder::User(login.clone()),
            name: "CARGO_MIRROR_ADMIN_TOKEN".to_owned(),
            scopes: vec![Scope::Admin],
            registries: Vec::new(),
            crates: Vec::new(),
            expires: None,
        };
        // The user last: a run that ends in between is the first one again.
        self.keep_token(token.as_bytes(), request, now)?;
        let new = NewUser {
            login,
            name: None,
            email: None,
            role: Role::Admin,
        };
        match self.make_user(&new, now) {
            Ok(_) => Ok(true),
            // Another server that starts at this moment was faster.
            Err(Error::Access(AccessError::Exists { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn forget_ended(&self, now: Timestamp) -> Result<()> {
        for (name, text) in self.records.all("tokens")? {
            let record: Option<TokenRecord> = serde_json::from_slice(&text).ok();
            let ended = record.and_then(|record| record.ended(now));
            if ended.is_some_and(|ended| now.0.saturating_sub(ended.0) > REMEMBERED) {
                let key = format!("tokens/{name}");
                self.change(&key, |_: Option<TokenRecord>| {
                    Ok((RecordChange::Remove, ()))
                })?;
            }
        }
        Ok(())
    }
}

fn token_key(hash: &Sha256) -> String {
    format!("tokens/{hash}.json")
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands values")]
fn unreadable(error: Error) -> Refusal {
    Refusal::Unreadable {
        cause: chain(&error),
    }
}

/// The token in the value of an `Authorization` header.
fn token_in(value: &[u8]) -> Option<Vec<u8>> {
    let value = value.trim_ascii();
    let space = value.iter().position(u8::is_ascii_whitespace);
    let (scheme, rest) = value.split_at(space.unwrap_or(value.len()));
    let token = if scheme.eq_ignore_ascii_case(b"bearer") {
        rest.trim_ascii().to_vec()
    } else if scheme.eq_ignore_ascii_case(b"basic") {
        let pair = BASE64_STANDARD.decode(rest.trim_ascii()).ok()?;
        let colon = pair.iter().position(|byte| *byte == b':')?;
        pair[colon + 1..].to_vec()
    } else {
        value.to_vec()
    };
    (!token.is_empty()).then_some(token)
}
