//! What a search finds.

use maud::{Markup, html};

use crate::io::catalog::snapshot::FoundRow;
use crate::model::package::id::CrateName;
use crate::model::search::query::Query;
use crate::model::search::rank::Tier;
use crate::model::search::text::{SearchWanted, Sort};
use crate::serve::registry::catalogue::Searched;
use crate::serve::web::catalog;
use crate::serve::web::frame::{self, pager};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, counted};

const PER_PAGE: usize = 25;
/// How many of the newest arrivals are listed.
const NEWEST: usize = 20;
/// What comes after so many is not looked for by turning pages.
const MOST_PAGES: usize = 40;

/// What is looked for on a page of a search.
pub fn wanted(query: &str, page: usize) -> SearchWanted {
    SearchWanted {
        query: Query::parse(query),
        skip: (page.clamp(1, MOST_PAGES) - 1) * PER_PAGE,
        most: PER_PAGE,
        ..SearchWanted::default()
    }
}

/// What came into the mirror last.
pub fn newest() -> SearchWanted {
    SearchWanted {
        sort: Sort::Arrived,
        most: NEWEST,
        ..SearchWanted::default()
    }
}

pub fn search(view: &View<'_>, found: &Searched, query: &str, page: usize) -> Made {
    let (total, rows) = (found.found.total, &found.found.rows);
    let pages = total.div_ceil(PER_PAGE).min(MOST_PAGES);
    let page = page.clamp(1, MOST_PAGES);
    let nothing_said = Query::parse(query).is_empty();
    let heading = match (nothing_said, total) {
        (true, total) => counted(total, "crate", "crates"),
        (false, 0) => format!("Nothing found for {query}"),
        (false, total) => format!("{} for {query}", counted(total, "crate", "crates")),
    };
    let origin = found.catalog.origin();
    let main = html! {
        h1 { (heading) }
        @if rows.is_empty() {
            p.hello {
                "Names, keywords and descriptions are searched, and all words must occur. "
                @if !origin.knows_all() {
                    "Only what is in this mirror can be found: it knows nothing of the rest of "
                    (view.registry()) "."
                }
            }
        } @else {
            ol.crates start=((page - 1) * PER_PAGE + 1) {
                @for found in rows { (shown(view, found, origin.knows_all())) }
            }
            (pager(page, pages, |page| view.links.found(query, page)))
        }
    };
    let title = if nothing_said {
        "All crates".to_owned()
    } else {
        format!("{query}: search")
    };
    let frame = view.frame(&title, query);
    Made::Page(frame::page(&frame, &main, &catalog::told(view, &origin)))
}

fn shown(view: &View<'_>, found: &FoundRow, knows_all: bool) -> Markup {
    let row = &found.row;
    let yanked = row.here.as_ref().is_some_and(|here| here.yanked);
    html! {
        li {
            @match CrateName::parse(&row.name) {
                Ok(name) => a.name href=(view.links.newest(&name)) { (name) },
                Err(_) => span.name { (row.name) },
            }
            @if let Some((version, _)) = row.version() { " " span.version { (version) } }
            @if found.tier == Tier::Exact { " " mark { "exact name" } }
            @if let Some(description) = catalog::described(row) { p { (description) } }
            p.facts {
                // Where nothing else can be found, it need not be said.
                @if knows_all {
                    span { @if row.here.is_some() { "in this mirror" } @else { "not in this mirror" } }
                }
                @if row.dependants > 0 {
                    span { (counted(row.dependants as usize, "dependant", "dependants")) }
                }
                @if let Some(dump) = &row.dump {
                    @let said = if dump.downloads == 1 { "download" } else { "downloads" };
                    span { (count(dump.downloads)) " " (said) }
                }
                @if yanked { span.bad { "yanked" } }
            }
        }
    }
}
