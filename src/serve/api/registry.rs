//! What cargo asks a registry besides its index and its crates: `cargo search`, and a clear answer to whoever would publish,
//! yank or own something here. With an `api` in `config.json`, `cargo login` can be run again, too.

use std::collections::BTreeMap;
use std::sync::Arc;

use hyper::header::{ALLOW, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use crate::model::package::id::{CrateName, Version};
use crate::serve::answer::body::{Body, HttpError, JSON, PLAIN, blocking, error, text};
use crate::serve::registry::state::Source;

/// As many as crates.io sends at once.
const MOST: usize = 100;

/// What cargo reads of a search.
#[derive(Serialize)]
struct Page {
    crates: Vec<Found>,
    meta: Meta,
}

#[derive(Serialize)]
struct Meta {
    total: usize,
}

#[derive(Serialize)]
struct Found {
    name: String,
    description: Option<String>,
    max_version: String,
}

/// Searches the names of the crates that are here.
pub async fn search(source: &Arc<Source>, query: &str) -> Response<Body> {
    let (mut wanted, mut most) = (String::new(), 10_usize);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "q" => wanted = value.into_owned(),
            "per_page" => most = value.parse().unwrap_or(most),
            _ => {}
        }
    }
    let searched = Arc::clone(source);
    let names = blocking("looking at the mirror", move || {
        searched.store.newest_held()
    })
    .await;
    let names = match names {
        Ok(names) => names,
        Err(cause) => return HttpError::of(&cause).answer(),
    };
    let (found, total) = matching(&names, &wanted, most.min(MOST));
    let crates = found.into_iter().map(|(name, version)| Found {
        name: name.to_string(),
        description: None,
        max_version: version.to_string(),
    });
    let page = Page {
        crates: crates.collect(),
        meta: Meta { total },
    };
    let page = serde_json::to_string(&page).unwrap_or_default();
    text(StatusCode::OK, JSON, page + "\n")
}

/// The names in which all words stand: the name itself first, then those that start so. And how many there are.
fn matching<'a>(
    names: &'a BTreeMap<CrateName, Version>,
    wanted: &str,
    most: usize,
) -> (Vec<(&'a CrateName, &'a Version)>, usize) {
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let wanted = plain(wanted);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(u8, &CrateName, &Version)> = Vec::new();
    for (name, version) in names {
        let is = plain(name.as_str());
        if words.iter().all(|word| is.contains(word)) {
            let rank = match words.as_slice() {
                [word] if is == *word => 0,
                [word, ..] if is.starts_with(word) => 1,
                _ => 2,
            };
            found.push((rank, name, version));
        }
    }
    found.sort();
    let total = found.len();
    found.truncate(most);
    let found = found.into_iter().map(|(_, name, version)| (name, version));
    (found.collect(), total)
}

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
        "this is a mirror: of a registry's API it has the search alone"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_itself_comes_first() {
        let names = ["my-serde", "serde", "serde_json", "tokio"];
        let names = names.map(|name| {
            let name = CrateName::parse(name).unwrap();
            (name, Version::parse("a", "1.0.0").unwrap())
        });
        let names = BTreeMap::from(names);
        let found = |wanted: &str, most: usize| {
            let (found, total) = matching(&names, wanted, most);
            let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
            (names, total)
        };
        assert_eq!(
            found("Serde", 10),
            (vec!["serde", "serde_json", "my-serde"], 3)
        );
        assert_eq!(found("serde-json", 10), (vec!["serde_json"], 1));
        assert_eq!(found("json serde", 10), (vec!["serde_json"], 1));
        assert_eq!(found("", 2).1, 4);
        assert_eq!(found("nothing", 10), (vec![], 0));
    }
}
