//! The start: how to set up cargo, the search, and what came last.

use maud::{Markup, html};

use crate::serve::pages::home::config_lines;
use crate::serve::web::catalog::{self, Arrival};
use crate::serve::web::frame::{self, Frame};
use crate::serve::web::make::Asked;
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, day};

/// How many of the newest arrivals are listed.
const NEWEST: usize = 20;

/// A registry besides crates.io.
#[derive(Debug, Clone)]
pub struct Registry {
    pub name: String,
    /// Whether it is published into here.
    pub hosted: bool,
}

/// The start of the server.
pub fn home(view: &View<'_>, asked: &Asked) -> Made {
    let main = html! {
        h1 { (view.site) }
        @if asked.may_read {
            (hello(view, "A mirror of crates.io"))
            (search(view))
        } @else {
            p.hello { "A mirror of crates.io. To search it and look around takes a token." }
            p { a href=(view.links.search()) { "Search, with a token" } }
        }
        div.start {
            section.rail aria-labelledby="set-up" {
                (set_up(&asked.base))
                (registries(view, asked))
            }
            @if asked.may_read { (newest(view)) }
        }
    };
    let told = if asked.may_read {
        catalog::told(view)
    } else {
        Vec::new()
    };
    let frame = Frame {
        may_search: false,
        ..view.frame("", "")
    };
    Made::Page(frame::page(&frame, &main, &told))
}

/// The start of another registry.
pub fn registry(view: &View<'_>) -> Made {
    let name = view.links.registry.as_deref().unwrap_or_default();
    let hosted = view.state.hosted(name);
    let what = if hosted.is_some() {
        "A registry that is published into here"
    } else {
        "A mirror of another registry"
    };
    let main = html! {
        h1 { (name) }
        (hello(view, what))
        (search(view))
        div.start {
            @if let Some(registry) = &hosted {
                section.rail aria-labelledby="set-up" {
                    h2 id="set-up" { "Set up cargo" }
                    p { "In " code { "~/.cargo/config.toml" } ":" }
                    pre tabindex="0" {
                        code { "[registries." (name) "]\nindex = \"" (registry.marker.url) "\"\n" }
                    }
                    p { "Dependents name it:" }
                    pre tabindex="0" { code { "cargo add NAME --registry " (name) } }
                }
            }
            (newest(view))
        }
    };
    let frame = Frame {
        may_search: false,
        ..view.frame(name, "")
    };
    Made::Page(frame::page(&frame, &main, &catalog::told(view)))
}

fn hello(view: &View<'_>, what: &str) -> Markup {
    html! {
        p.hello {
            (what)
            @if let Some(crates) = catalog::crate_count(view) {
                ": " (count(crates)) " crates can be found here"
            }
            ". Nothing on these pages is fetched from elsewhere."
        }
    }
}

fn search(view: &View<'_>) -> Markup {
    html! {
        div.big { (frame::search_box(view.links, "")) }
    }
}

fn set_up(base: &str) -> Markup {
    html! {
        h2 id="set-up" { "Set up cargo" }
        p { "In a project, with cargo mirror installed:" }
        pre tabindex="0" { code { "cargo mirror on --server " (base) } }
        p { "Or by hand, in " code { ".cargo/config.toml" } " of the project, or in " code { "~/.cargo/config.toml" } " for all:" }
        pre tabindex="0" { code { (config_lines(base)) } }
    }
}

fn registries(view: &View<'_>, asked: &Asked) -> Markup {
    html! {
        @if !asked.registries.is_empty() {
            h2 { "Other registries" }
            ul {
                @for registry in &asked.registries {
                    li {
                        a href=(view.links.within(Some(&registry.name)).home()) { (registry.name) }
                        @if registry.hosted { " " span.dim { "published into here" } }
                    }
                }
            }
        }
    }
}

fn newest(view: &View<'_>) -> Markup {
    let arrivals = catalog::arrivals(view, NEWEST);
    html! {
        section aria-labelledby="newest" {
            h2 id="newest" { "Newest here" }
            @if arrivals.is_empty() {
                p.dim { "Nothing yet. What builds ask for comes in; so does what is published." }
            } @else {
                ol.crates {
                    @for Arrival { name, version, description, at } in &arrivals {
                        li {
                            a.name href=(view.links.newest(name)) { (name) }
                            @if let Some(version) = version { " " span.version { (version) } }
                            @if let Some(description) = description { p { (description) } }
                            @if let Some(at) = at { p.facts { span { "since " (day(*at)) } } }
                        }
                    }
                }
            }
        }
    }
}
