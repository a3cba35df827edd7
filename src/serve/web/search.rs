//! What a search finds.

use maud::{Markup, html};

use crate::serve::web::catalog::{self, Hit};
use crate::serve::web::frame::{self, pager};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, counted};

const PER_PAGE: usize = 25;

pub fn search(view: &View<'_>, query: &str, page: usize) -> Made {
    let found = catalog::search(view, query, page.max(1), PER_PAGE);
    let pages = found.total.min(catalog::MOST_FOUND).div_ceil(PER_PAGE);
    let page = page.clamp(1, pages.max(1));
    let heading = match (query.is_empty(), found.total) {
        (true, _) => "All crates".to_owned(),
        (false, 0) => format!("Nothing found for {query}"),
        (false, total) => format!("{} for {query}", counted(total, "crate", "crates")),
    };
    let main = html! {
        h1 { (heading) }
        @if found.hits.is_empty() {
            p.hello {
                "Names, keywords and descriptions are searched, and all words must occur. "
                @if !found.knows_all {
                    "Only what is in this mirror can be found: it knows nothing of the rest of "
                    (view.registry()) "."
                }
            }
        } @else {
            ol.crates start=((page - 1) * PER_PAGE + 1) {
                @for hit in &found.hits { (row(view, hit)) }
            }
            (pager(page, pages, |page| view.links.found(query, page)))
        }
    };
    let title = if query.is_empty() {
        "All crates".to_owned()
    } else {
        format!("{query}: search")
    };
    let frame = view.frame(&title, query);
    Made::Page(frame::page(&frame, &main, &catalog::told(view)))
}

fn row(view: &View<'_>, hit: &Hit) -> Markup {
    html! {
        li {
            a.name href=(view.links.newest(&hit.name)) { (hit.name) }
            @if let Some(version) = &hit.version { " " span.version { (version) } }
            @if hit.exact { " " mark { "exact name" } }
            @if let Some(description) = &hit.description { p { (description) } }
            p.facts {
                @if hit.here {
                    span { "in this mirror" }
                } @else {
                    span { "not in this mirror" }
                }
                @if hit.dependants > 0 {
                    span { (counted(hit.dependants, "dependant", "dependants")) }
                }
                @if let Some(downloads) = hit.downloads {
                    span { (count(downloads)) " downloads" }
                }
                @if hit.yanked { span.bad { "yanked" } }
            }
        }
    }
}
