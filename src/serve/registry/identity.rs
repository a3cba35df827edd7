//! Who sends a request: found out before it is answered, off the threads that serve, and read anew for each, so that what was
//! revoked, disabled or has expired is refused at the next request.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue};

use crate::model::access::principal::{Identity, Principal, Refusal, Who};
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

impl ServerState {
    /// Finds out whose token a request has, where that decides anything. What follows goes by it.
    pub async fn identified(self: &Arc<Self>, mut request: Request<Incoming>) -> Request<Incoming> {
        let said = request.headers().get(AUTHORIZATION);
        let Some(said) = said.map(HeaderValue::as_bytes) else {
            return request;
        };
        if !self.goes_by_tokens(request.uri().path()) {
            return request;
        }
        // Browsers have it in a password.
        let token = basic::password(said).unwrap_or_else(|| said.to_vec());
        let found = match self.access.built_in(Some(&token)) {
            // Those of the token file are in memory.
            Some(principal) => Ok(principal.into()),
            None => self.look_up(token).await,
        };
        request.extensions_mut().insert(Identified(found));
        request
    }

    /// Whether what is answered at a path may depend on the token. Of registries that are open, only the API and pages may: an
    /// index and crates are the same for all.
    fn goes_by_tokens(&self, path: &str) -> bool {
        let folder = folder_of(path);
        let rest = path.get(1 + folder.len()..).unwrap_or_default();
        let is_plain = path
            .strip_prefix('/')
            .is_some_and(|it| it.starts_with(folder))
            && (rest.starts_with("/index/") || rest.starts_with("/dl/"));
        !is_plain || self.is_closed(folder)
    }

    async fn look_up(self: &Arc<Self>, token: Vec<u8>) -> Result<Identity, Refusal> {
        let state = Arc::clone(self);
        let look = move || {
            let now = state.common.clock.now();
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
