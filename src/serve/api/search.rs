//! `cargo search`, and what editors ask besides: the part of crates.io's web API that reads.
//!
//! ```text
//! GET crates?q=WORDS&page=1&per_page=10&sort=relevance
//! GET summary
//! ```
//!
//! Fields are called as crates.io calls them; what is not known is `null`, and `meta.known` says what was searched.

use std::sync::Arc;

use hyper::{Request, Response, StatusCode};
use serde::Serialize;
use url::form_urlencoded;

use crate::model::access::principal::Principal;
use crate::model::error::Result;
use crate::model::search::origin::Origin;
use crate::model::search::query::Query;
use crate::model::search::rank::Tier;
use crate::model::search::row::Row;
use crate::model::search::text::{SearchWanted, Sort};
use crate::model::units::timestamp::Timestamp;
use crate::serve::answer::body::{Body, HttpError, JSON, text};
use crate::serve::registry::catalogue::Searched;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// As many as crates.io sends at once, and as many where nobody says.
const MOST: usize = 100;
const USUAL: usize = 10;
/// Pages behind this are not turned.
const MOST_PAGES: usize = 10_000;

#[derive(Serialize)]
struct SearchPage<'r> {
    crates: Vec<CrateSummary<'r>>,
    meta: SearchMeta,
}

#[derive(Serialize)]
struct SearchMeta {
    total: usize,
    /// A query of its own, as crates.io has it.
    next_page: Option<String>,
    prev_page: Option<String>,
    known: Origin,
}

/// A crate in a list.
#[derive(Serialize)]
pub struct CrateSummary<'r> {
    id: &'r str,
    pub name: &'r str,
    description: Option<&'r str>,
    max_version: &'r str,
    newest_version: &'r str,
    max_stable_version: Option<&'r str>,
    downloads: Option<u64>,
    recent_downloads: Option<u64>,
    /// Crates whose newest version depends on it, as far as is known here.
    dependants: u32,
    exact_match: bool,
    yanked: bool,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    homepage: Option<&'r str>,
    documentation: Option<&'r str>,
    repository: Option<&'r str>,
    keywords: &'r [String],
    categories: &'r [String],
    /// Whether something of it is in this mirror.
    mirrored: bool,
}

impl<'r> CrateSummary<'r> {
    pub fn new(row: &'r Row, exact_match: bool) -> Self {
        let version = row.version().map_or("0.0.0", |(version, _)| version);
        let dump = row.dump.as_ref();
        let is_stable = !version.split('+').next().unwrap_or_default().contains('-');
        Self {
            id: &row.name,
            name: &row.name,
            description: row.description().map(|(text, _)| text),
            max_version: version,
            newest_version: version,
            max_stable_version: is_stable.then_some(version),
            downloads: dump.map(|dump| dump.downloads),
            recent_downloads: None,
            dependants: row.dependants,
            exact_match,
            yanked: row.here.as_ref().is_some_and(|here| here.yanked),
            created_at: dump.and_then(|dump| dump.created),
            updated_at: row.updated(),
            homepage: row
                .text(|about| about.homepage.as_ref())
                .map(|(text, _)| text),
            documentation: row
                .text(|about| about.documentation.as_ref())
                .map(|(text, _)| text),
            repository: row
                .text(|about| about.repository.as_ref())
                .map(|(text, _)| text),
            keywords: row
                .list(|about| &about.keywords)
                .map_or(&[], |(list, _)| list),
            categories: row
                .list(|about| &about.categories)
                .map_or(&[], |(list, _)| list),
            mirrored: row.here.is_some(),
        }
    }
}

/// What the query of a search asks for, and the number of the page.
fn asked(query: &str) -> (SearchWanted, usize) {
    let mut wanted = SearchWanted {
        most: USUAL,
        ..SearchWanted::default()
    };
    let mut page = 1_usize;
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "q" => wanted.query = Query::parse(&value),
            "per_page" => wanted.most = value.parse().unwrap_or(USUAL).clamp(1, MOST),
            "page" => page = value.parse().unwrap_or(1).clamp(1, MOST_PAGES),
            "sort" => {
                wanted.sort = match value.as_ref() {
                    "downloads" | "recent-downloads" => Sort::Use,
                    "recent-updates" => Sort::Recent,
                    "new" => Sort::Arrived,
                    "alpha" | "alphabetical" => Sort::Name,
                    _ => Sort::Relevance,
                }
            }
            _ => {}
        }
    }
    wanted.skip = (page - 1) * wanted.most;
    (wanted, page)
}

/// The query of another page.
fn turned(query: &str, page: usize) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != "page");
    let mut turned = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    turned.extend_pairs(others.take(8));
    turned.append_pair("page", &page.to_string());
    turned.finish()
}

/// Whose token this is, where the readers of a registry need one.
pub fn reader<B>(state: &ServerState, source: &Source, request: &Request<B>) -> Option<Principal> {
    if !state.is_closed(&source.prefix) {
        return None;
    }
    let registry = source
        .prefix
        .strip_prefix("registries/")
        .unwrap_or(&source.prefix);
    state.principal(request, registry).ok()
}

/// Searches a registry.
pub async fn search<B>(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    request: &Request<B>,
) -> Response<Body> {
    let query = request.uri().query().unwrap_or("").to_owned();
    let (wanted, page) = asked(&query);
    let last = wanted.skip + wanted.most;
    let reader = reader(state, source, request);
    let searched = state.search(source, wanted, reader).await;
    answer(searched, |searched| {
        let total = searched.found.total;
        let next = (last < total).then(|| turned(&query, page + 1));
        let before = (page > 1).then(|| turned(&query, page - 1));
        json(&SearchPage {
            crates: summaries(searched),
            meta: SearchMeta {
                total,
                next_page: next,
                prev_page: before,
                known: searched.catalog.origin(),
            },
        })
    })
}

fn summaries(searched: &Searched) -> Vec<CrateSummary<'_>> {
    let rows = searched.found.rows.iter();
    rows.map(|found| CrateSummary::new(&found.row, found.tier == Tier::Exact))
        .collect()
}

/// What a registry has, in a few lists.
pub async fn summary<B>(
    state: &Arc<ServerState>,
    source: &Arc<Source>,
    request: &Request<B>,
) -> Response<Body> {
    #[derive(Serialize)]
    struct Summary<'r> {
        num_crates: usize,
        new_crates: Vec<CrateSummary<'r>>,
        most_downloaded: Vec<CrateSummary<'r>>,
        most_recently_downloaded: Vec<CrateSummary<'r>>,
        just_updated: Vec<CrateSummary<'r>>,
        popular_keywords: [(); 0],
        popular_categories: [(); 0],
        known: Origin,
    }
    let mut lists = Vec::new();
    for sort in [Sort::Arrived, Sort::Use, Sort::Recent] {
        let wanted = SearchWanted {
            sort,
            most: USUAL,
            ..SearchWanted::default()
        };
        match state
            .search(source, wanted, reader(state, source, request))
            .await
        {
            Ok(searched) => lists.push(searched),
            Err(cause) => return HttpError::of(&cause).answer(),
        }
    }
    let [new, used, recent] = lists.as_slice() else {
        return HttpError::later("it broke; ask again").answer();
    };
    json(&Summary {
        num_crates: new.found.total,
        new_crates: summaries(new),
        most_downloaded: summaries(used),
        most_recently_downloaded: summaries(used),
        just_updated: summaries(recent),
        popular_keywords: [],
        popular_categories: [],
        known: new.catalog.origin(),
    })
}

/// An answer of JSON.
pub fn json(value: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_string(value).unwrap_or_default();
    text(StatusCode::OK, JSON, body + "\n")
}

/// The answer that `made` makes, or the one of a failure.
pub fn answer<T>(done: Result<T>, made: impl FnOnce(&T) -> Response<Body>) -> Response<Body> {
    match done {
        Ok(done) => made(&done),
        Err(cause) => HttpError::of(&cause).answer(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_within_bounds() {
        let (wanted, page) = asked("q=http%2Bclient&per_page=1000&page=3&sort=alpha&evil=1");
        assert_eq!(wanted.query.words(), ["http", "client"]);
        assert_eq!((wanted.most, wanted.skip, page), (MOST, 200, 3));
        assert_eq!(wanted.sort, Sort::Name);
        let (wanted, page) = asked("per_page=0&page=99999999999999999999");
        assert_eq!((wanted.most, wanted.skip, page), (1, 0, 1));
        assert_eq!(turned("q=a+b&page=1&sort=new", 2), "?q=a+b&sort=new&page=2");
    }
}
