//! `cargo search`: names, and what packages say of themselves.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use hyper::{Response, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::package::archive;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::ops::publish::check::description;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::answer::body::{Body, HttpError, JSON, blocking, text};
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

/// A crate that can be found.
#[derive(Debug, Clone, Serialize)]
pub struct Searched {
    pub name: String,
    pub description: Option<String>,
    pub max_version: String,
}

/// Searches a hosted registry, by name and description.
pub async fn hosted(
    state: &Arc<ServerState>,
    registry: &Arc<OpenRegistry>,
    query: &str,
) -> Response<Body> {
    let (server, searched) = (Arc::clone(state), Arc::clone(registry));
    let all = blocking("searching", move || {
        let newest = newest(&searched)?;
        let described = newest.into_iter().map(|(name, version)| Searched {
            max_version: version.to_string(),
            name: name.to_string(),
            description: describe(&server, &searched.store, CrateId { name, version }),
        });
        Ok(described.collect())
    });
    match all.await {
        Ok(all) => page(all, query),
        Err(cause) => HttpError::of(&cause).answer(),
    }
}

/// The newest version of each crate that is not yanked; where all are, the newest.
fn newest(registry: &OpenRegistry) -> Result<BTreeMap<CrateName, Version>> {
    let mut newest: BTreeMap<CrateName, (bool, Version)> = BTreeMap::new();
    for held in registry.store.inventory()? {
        let this = (!held.yanked, held.id.version);
        let known = newest.entry(held.id.name).or_insert_with(|| this.clone());
        if this > *known {
            *known = this;
        }
    }
    let plain = newest
        .into_iter()
        .map(|(name, (_, version))| (name, version));
    Ok(plain.collect())
}

/// The description in the manifest of a package. Read once: a version never changes.
fn describe(state: &ServerState, store: &RegistryStore, id: CrateId) -> Option<String> {
    let known = &state.hosting.descriptions;
    {
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&id) {
            return known.clone();
        }
    }
    let read = || {
        let file = store.open_crate(&id).ok()?;
        let size = file.metadata().ok()?.len();
        description(&archive::read(file, size, &id).ok()?.manifest?)
    };
    let found = read();
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(id, found.clone());
    found
}

/// The page of a search: what matches of `all`, the best first.
pub fn page(all: Vec<Searched>, query: &str) -> Response<Body> {
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
fn matching(all: Vec<Searched>, wanted: &str, most: usize) -> (Vec<Searched>, usize) {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    // Cargo joins words with `+`, and escapes it.
    let wanted = plain(&wanted.replace('+', " "));
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(u8, Searched)> = Vec::new();
    for one in all {
        let is = plain(&one.name);
        let says = one.description.as_deref().map(plain).unwrap_or_default();
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
        (rank, &one.name).cmp(&(other_rank, &other.name))
    });
    let total = found.len();
    found.truncate(most);
    (found.into_iter().map(|(_, one)| one).collect(), total)
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
        let all: Vec<Searched> = all
            .iter()
            .map(|(name, description)| Searched {
                name: (*name).to_owned(),
                description: Some((*description).to_owned()),
                max_version: "1.0.0".to_owned(),
            })
            .collect();
        let found = |wanted: &str, most: usize| {
            let (found, total) = matching(all.clone(), wanted, most);
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
