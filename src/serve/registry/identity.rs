//! Who sends a request: found out before it is answered, off the threads that serve, and read anew for each, so that what was
//! revoked, disabled or has expired is refused at the next request.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue};

use crate::model::access::principal::{Identity, Principal, Who};
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::Scope;
use crate::model::error::chain;
use crate::model::hosting::settings::TokenNeeded;
use crate::model::package::id::CrateName;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::admit::basic;
use crate::serve::answer::body::blocking;
use crate::serve::registry::hosted::folder_of;
use crate::serve::registry::state::ServerState;

/// What was found out of a request, which carries it from then on.
#[derive(Clone)]
struct Identified(Result<Identity, Refusal>);

/// Whether a path is one of an index or of crates, by which cargo reads.
fn is_plain(path: &str) -> bool {
    let folder = folder_of(path);
    let rest = path
        .strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(folder));
    rest.is_some_and(|rest| rest.starts_with("/index/") || rest.starts_with("/dl/"))
}

impl ServerState {
    /// Finds out whose token a request has, where that decides anything. What follows goes by it.
    pub async fn identified(self: &Arc<Self>, mut request: Request<Incoming>) -> Request<Incoming> {
        let said = request.headers().get(AUTHORIZATION);
        let Some(said) = said.map(HeaderValue::as_bytes) else {
            return request;
        };
        let path = request.uri().path();
        let plain = is_plain(path);
        if plain && !self.is_closed(folder_of(path)) {
            // An index and crates of an open registry are the same for all.
            return request;
        }
        // Browsers have it in a password, on pages alone: cargo sends its token as it is.
        let is_page = !plain && !path.contains("/api/v1/");
        let password = is_page.then(|| basic::password(said)).flatten();
        let token = password.unwrap_or_else(|| said.to_vec());
        let found = match self.access.built_in(Some(&token)) {
            // Those of the token file are in memory.
            Some(principal) => Ok(principal.into()),
            None => self.look_up(token).await,
        };
        request.extensions_mut().insert(Identified(found));
        request
    }

    async fn look_up(self: &Arc<Self>, token: Vec<u8>) -> Result<Identity, Refusal> {
        let state = Arc::clone(self);
        let look = move || {
            let now = state.common.mirror.clock.now();
            Ok(state.hosting.accounts.identify(Some(&token), now))
        };
        let found = match &self.hosting.shared {
            Some(shared) => shared.ask(look).await,
            None => blocking("looking at a token", look).await,
        };
        found.unwrap_or_else(|error| {
            Err(Refusal::Unreadable {
                cause: chain(&error),
            })
        })
    }

    /// Who sends this request to a registry: its name, or `crates-io`.
    pub fn principal<B>(&self, request: &Request<B>, registry: &str) -> Result<Principal, Refusal> {
        if let Some(Identified(found)) = request.extensions().get() {
            return found.clone()?.within(registry);
        }
        // Nobody has said who it is, or nobody has asked yet: then it goes the long way.
        let authorization = request.headers().get(AUTHORIZATION);
        let authorization = authorization.map(HeaderValue::as_bytes);
        self.access.built_in(authorization).ok_or(Refusal::NoToken)
    }

    /// Who changes something in a registry. Where nobody needs a token, it is somebody of no name.
    pub fn changer<B>(
        &self,
        request: &Request<B>,
        registry: &OpenRegistry,
    ) -> Result<Principal, Refusal> {
        let principal = self.principal(request, &registry.name);
        // Where reading takes a token, changing does.
        if registry.policy.auth != TokenNeeded::None || self.access.required() {
            return principal;
        }
        Ok(principal.unwrap_or_else(|_| Principal {
            who: Who::BuiltIn("anybody"),
            ..Principal::operator()
        }))
    }

    /// Whether a request may read of a registry; `name` is the crate, where one is meant.
    pub fn judge_reader<B>(
        &self,
        request: &Request<B>,
        folder: &str,
        name: Option<&CrateName>,
    ) -> Result<(), Refusal> {
        if !self.is_closed(folder) {
            return Ok(());
        }
        let registry = folder.strip_prefix("registries/").unwrap_or(folder);
        self.principal(request, registry)?.may(Scope::Read, name)
    }
}
