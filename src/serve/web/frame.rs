//! What all pages share: the head, the way around, and where the facts on them come from.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::model::units::timestamp::Timestamp;
use crate::serve::web::address::Links;
use crate::serve::web::style::{ICON, icon_name, style_name};
use crate::serve::web::words::minute;

/// What a page is set in.
pub struct Frame<'a> {
    /// What the server is called: `[web] title`.
    pub site: &'a str,
    pub links: &'a Links,
    /// Of this page alone.
    pub title: &'a str,
    /// What stands in the search box.
    pub query: &'a str,
    /// Whether the reader may search: else there is no box.
    pub may_search: bool,
}

/// Where some facts of a page come from.
pub struct Told {
    /// `Versions, dependencies and features`
    pub what: &'static str,
    pub from: String,
    pub at: Option<Timestamp>,
}

impl Told {
    pub fn new(what: &'static str, from: impl Into<String>, at: Option<Timestamp>) -> Self {
        Self {
            what,
            from: from.into(),
            at,
        }
    }
}

/// A whole page.
pub fn page(frame: &Frame<'_>, main: &Markup, told: &[Told]) -> String {
    let links = frame.links;
    let title = if frame.title.is_empty() {
        frame.site.to_owned()
    } else {
        format!("{} · {}", frame.title, frame.site)
    };
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (title) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex, nofollow";
                link rel="stylesheet" href=(links.part(&style_name()));
                link rel="icon" type="image/svg+xml" href=(links.part(&icon_name()));
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div.bar {
                        // Blanks are for browsers that put all of this in one line.
                        a.site href=(links.top()) { (PreEscaped(ICON)) span { (frame.site) } }
                        " "
                        @if frame.may_search { (search_box(links, frame.query)) }
                        nav aria-label="Site" {
                            a href=(links.status()) { "Status" }
                        }
                    }
                }
                main id="main" tabindex="-1" { (main) }
                footer.sources {
                    @if !told.is_empty() { (sources(told)) }
                    p.program { "cargo mirror " (env!("CARGO_PKG_VERSION")) }
                }
            }
        }
    };
    whole.into_string()
}

/// The search of a registry. A page has one.
pub fn search_box(links: &Links, query: &str) -> Markup {
    let registry = links.registry.as_deref();
    let label = registry.map_or_else(
        || "Search crates".to_owned(),
        |name| format!("Search crates of {name}"),
    );
    html! {
        search {
            form.find action=(links.search()) method="get" {
                label.unseen for="q" { (label) }
                " "
                input id="q" type="search" name="q" value=(query) placeholder=(label) maxlength="100"
                    autocomplete="off" autocapitalize="none" spellcheck="false";
                " "
                button type="submit" { "Search" }
            }
        }
    }
}

fn sources(told: &[Told]) -> Markup {
    html! {
        section aria-labelledby="sources" {
            h2 id="sources" { "Where this comes from" }
            dl {
                @for one in told {
                    dt { (one.what) }
                    dd {
                        (one.from)
                        @if let Some(at) = one.at { ", " (minute(at)) }
                    }
                }
            }
        }
    }
}

/// The pages of a long list, `page` of `pages` being shown, by the address that each has.
pub fn pager(page: usize, pages: usize, address: impl Fn(usize) -> String) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages" {
                @if page > 1 { a rel="prev" href=(address(page - 1)) { "← Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(address(page + 1)) { "Next →" } }
            }
        }
    }
}

/// A page that says that something cannot be shown.
pub fn sorry(frame: &Frame<'_>, heading: &str, why: &Markup) -> String {
    let main = html! {
        div.sorry {
            h1 { (heading) }
            (why)
        }
    };
    page(frame, &main, &[])
}
