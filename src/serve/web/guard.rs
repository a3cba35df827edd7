//! Who may see a page. A browser sends what a person typed as the password of `Authorization: Basic`, and that is a token; no
//! cookie is ever set, so no other site can act for its readers.

use hyper::Request;
use hyper::header::HeaderValue;

use crate::model::access::principal::Principal;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::Scope;
use crate::model::package::id::CrateName;
use crate::serve::registry::place::Place;
use crate::serve::registry::state::ServerState;

/// What browsers are asked for.
pub const CHALLENGE: HeaderValue = HeaderValue::from_static(
    "Basic realm=\"crates: any name, and a token as the password\", charset=\"UTF-8\"",
);

/// Whether whoever sends this may see pages of a registry; `name` is the crate, where one is meant. Says who it is where they
/// may not read every crate.
pub fn judge<B>(
    state: &ServerState,
    request: &Request<B>,
    place: Place<'_>,
    name: Option<&CrateName>,
) -> Result<Option<Principal>, Refusal> {
    let folder = place.folder();
    if !state.is_closed(&folder) {
        return Ok(None);
    }
    let registry = folder.strip_prefix("registries/").unwrap_or(&folder);
    let principal = state.principal(request, registry)?;
    principal.may(Scope::Read, name)?;
    Ok((!principal.reads_every_crate()).then_some(principal))
}
