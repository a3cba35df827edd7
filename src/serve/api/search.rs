//! `cargo search`: names, and what packages say of themselves.

use std::sync::{Arc, PoisonError};

use hyper::{Response, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use crate::ops::publish::registry::OpenRegistry;
use crate::serve::answer::body::{Body, HttpError, JSON, blocking, text};
use crate::serve::registry::catalogue::{Findable, Searched, plain};
use crate::serve::registry::state::ServerState;

/// As many as crates.io sends at once.
const MOST: usize = 100;

/// What cargo reads of a search.
#[derive(Serialize)]
struct Page {
    crates: Vec<Searched>,
    meta: Meta,
}

#[derive(Serialize)]
struct Meta {
    total: usize,
}

/// Searches a hosted registry, by name and description.
pub async fn hosted(
    state: &Arc<ServerState>,
    registry: &Arc<OpenRegistry>,
    query: &str,
) -> Response<Body> {
    let (registry, query) = (Arc::clone(registry), query.to_owned());
    let catalogue = state.hosting.catalogue(&registry.name);
    let found = blocking("searching", move || {
        let mut catalogue = catalogue.lock().unwrap_or_else(PoisonError::into_inner);
        catalogue.refresh(&registry)?;
        Ok(page(catalogue.all(), &query))
    });
    found
        .await
        .unwrap_or_else(|cause| HttpError::of(&cause).answer())
}

/// The page of a search: what matches of `all`, the best first.
pub fn page<'a>(all: impl IntoIterator<Item = &'a Findable>, query: &str) -> Response<Body> {
    let (mut wanted, mut most) = (String::new(), 10_usize);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "q" => wanted = value.into_owned(),
            "per_page" => most = value.parse().unwrap_or(most),
            _ => {}
        }
    }
    let (crates, total) = matching(all, &wanted, most.min(MOST));
    let meta = Meta { total };
    let page = serde_json::to_string(&Page { crates, meta }).unwrap_or_default();
    text(StatusCode::OK, JSON, page + "\n")
}

/// Those in whose name or description all words stand: the name itself first, then names that start so, then other names,
/// then those of whose words some stand in the description alone. And how many there are.
fn matching<'a>(
    all: impl IntoIterator<Item = &'a Findable>,
    wanted: &str,
    most: usize,
) -> (Vec<Searched>, usize) {
    // Cargo joins words with `+`, and escapes it.
    let wanted = plain(&wanted.replace('+', " "));
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(u8, &Findable)> = Vec::new();
    for one in all {
        let (is, says) = (&one.name, &one.description);
        if !words
            .iter()
            .all(|word| is.contains(word) || says.contains(word))
        {
            continue;
        }
        let rank = match words.as_slice() {
            [word] if is == *word => 0,
            [word, ..] if is.starts_with(word) => 1,
            words if words.iter().all(|word| is.contains(word)) => 2,
            _ => 3,
        };
        found.push((rank, one));
    }
    found.sort_by(|(rank, one), (other_rank, other)| {
        (rank, &one.shown.name).cmp(&(other_rank, &other.shown.name))
    });
    let total = found.len();
    found.truncate(most);
    let shown = found.into_iter().map(|(_, one)| one.shown.clone());
    (shown.collect(), total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_itself_comes_first() {
        let all = [
            ("my-serde", "for us"),
            ("serde", "Serialization framework"),
            ("serde_json", "A JSON format"),
            ("tokio", "async, with serde"),
        ];
        let all: Vec<Findable> = all
            .iter()
            .map(|(name, description)| Searched {
                name: (*name).to_owned(),
                description: Some((*description).to_owned()),
                max_version: "1.0.0".to_owned(),
            })
            .map(Findable::new)
            .collect();
        let found = |wanted: &str, most: usize| {
            let (found, total) = matching(&all, wanted, most);
            let names: Vec<String> = found.into_iter().map(|one| one.name).collect();
            (names.join(" "), total)
        };
        assert_eq!(
            found("Serde", 10),
            ("serde serde_json my-serde tokio".to_owned(), 4)
        );
        assert_eq!(found("serde-json", 10), ("serde_json".to_owned(), 1));
        assert_eq!(found("json serde", 10), ("serde_json".to_owned(), 1));
        assert_eq!(found("json+format", 10), ("serde_json".to_owned(), 1));
        assert_eq!(found("", 2).1, 4);
        assert_eq!(found("nothing", 10), (String::new(), 0));
    }
}
