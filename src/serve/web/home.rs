//! The start: how to set up cargo, the search, and what came last.

use maud::{Markup, html};

use crate::model::package::id::CrateName;
use crate::serve::pages::home::config_lines;
use crate::serve::registry::catalogue::Searched;
use crate::serve::web::asked::Asked;
use crate::serve::web::catalog;
use crate::serve::web::frame::{self, Frame};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{counted, day};

/// The start of the server.
pub fn home(view: &View<'_>, asked: &Asked) -> Made {
    let main = html! {
        h1 { (view.site) }
        @if asked.may_read {
            (hello("A mirror of crates.io", asked.found.as_ref()))
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
            @if asked.may_read { (newest(view, asked.found.as_ref())) }
        }
    };
    let found = asked.found.as_ref().filter(|_| asked.may_read);
    let told = found.map(|found| catalog::told(view, &found.catalog.origin()));
    let frame = Frame {
        may_search: false,
        ..view.frame("", "")
    };
    Made::Page(frame::page(&frame, &main, &told.unwrap_or_default()))
}

/// The start of another registry.
pub fn registry(view: &View<'_>, found: Option<&Searched>) -> Made {
    let name = view.links.registry.as_deref().unwrap_or_default();
    let hosted = view.state.hosted(name);
    let what = if hosted.is_some() {
        "A registry that is published into here"
    } else {
        "A mirror of another registry"
    };
    let main = html! {
        h1 { (name) }
        (hello(what, found))
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
            (newest(view, found))
        }
    };
    let told = found.map(|found| catalog::told(view, &found.catalog.origin()));
    let frame = Frame {
        may_search: false,
        ..view.frame(name, "")
    };
    Made::Page(frame::page(&frame, &main, &told.unwrap_or_default()))
}

fn hello(what: &str, found: Option<&Searched>) -> Markup {
    html! {
        p.hello {
            (what)
            @if let Some(found) = found {
                ": " (counted(found.found.total, "crate", "crates")) " can be found here"
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

fn newest(view: &View<'_>, found: Option<&Searched>) -> Markup {
    let rows = found.into_iter().flat_map(|found| &found.found.rows);
    let here = rows.filter_map(|found| {
        let here = found.row.here.as_ref()?;
        Some((CrateName::parse(&found.row.name).ok()?, here, &found.row))
    });
    let here: Vec<_> = here.collect();
    html! {
        section aria-labelledby="newest" {
            h2 id="newest" { "Newest here" }
            @if here.is_empty() {
                p.dim { "Nothing yet. What builds ask for comes in; so does what is published." }
            } @else {
                ol.crates {
                    @for (name, here, row) in &here {
                        li {
                            a.name href=(view.links.newest(name)) { (name) }
                            " " span.version {
                                (here.version)
                                @if let Some(at) = here.arrived { " · " (day(at)) }
                            }
                            @if let Some(description) = catalog::described(row) { p { (description) } }
                        }
                    }
                }
            }
        }
    }
}
