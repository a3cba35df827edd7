//! What cargo asks a registry besides its index, its crates and its search: a clear answer to whoever would publish, yank or own
//! something here. With an `api` in `config.json`, `cargo login` can be run again, too.

use hyper::header::{ALLOW, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::serve::answer::body::{Body, PLAIN, error, text};

/// Where tokens come from: `cargo login` names this page.
pub fn me(required: bool) -> Response<Body> {
    let page = if required {
        "Whoever runs this server has its tokens: they are the lines of its --token-file, `read TOKEN` or `admin TOKEN`.\n\
         With one of them:\n\n    cargo login --registry cargo-mirror-server\n"
    } else {
        "This server takes no token: everybody may read.\n"
    };
    text(StatusCode::OK, PLAIN, page)
}

/// What a mirror does not do, as cargo prints it.
pub fn refuse<B>(request: &Request<B>) -> Response<Body> {
    let path = request.uri().path();
    let what = if path.ends_with("/crates/new") {
        "nothing can be published here: this is a mirror. Publish to the registry that the crate belongs to; `cargo publish \
         --registry crates-io` is the way to crates.io"
    } else if path.ends_with("/yank") || path.ends_with("/unyank") {
        "nothing can be yanked here: this is a mirror. Yank it in the registry that it belongs to; the mirror follows"
    } else if path.ends_with("/owners") {
        "this is a mirror: it knows no owners. Ask the registry that the crate belongs to"
    } else {
        "this is a mirror: of a registry's API it has what reads: search, crates, versions, dependencies"
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads {
        return error(StatusCode::NOT_FOUND, what);
    }
    let mut answer = error(StatusCode::METHOD_NOT_ALLOWED, what);
    answer
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    answer
}
