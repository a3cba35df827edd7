//! The head of every page of a crate, with the ways between its pages.

use maud::{Markup, html};

use crate::model::about::index_line::LineFacts;
use crate::model::package::id::CrateId;
use crate::serve::registry::shelf::{KnownCrate, Release};
use crate::serve::web::catalog;
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::count;

/// The pages of a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Versions,
    Dependencies,
    Dependants,
    Features,
    Code,
}

/// The head of every page of a crate.
pub fn head(
    view: &View<'_>,
    known: &KnownCrate,
    release: &Release,
    facts: &LineFacts,
    tab: Tab,
    description: Option<&str>,
) -> Markup {
    let (links, id) = (view.links, release.id());
    let dependants = catalog::dependant_count(view, &known.name);
    let tabs = [
        (Tab::Overview, "Overview", links.version(id), None),
        (
            Tab::Versions,
            "Versions",
            links.versions(&known.name),
            Some(known.releases.len()),
        ),
        (
            Tab::Dependencies,
            "Dependencies",
            links.dependencies(id),
            Some(facts.needs.len()),
        ),
        (
            Tab::Dependants,
            "Dependants",
            links.dependants(&known.name),
            dependants,
        ),
        (
            Tab::Features,
            "Features",
            links.features(id),
            Some(facts.features.len()),
        ),
    ];
    let code = (view.shows_code() && release.is_here())
        .then(|| (Tab::Code, "Code", links.files(id), None));
    let of_crate = matches!(tab, Tab::Versions | Tab::Dependants);
    html! {
        header.crate {
            h1 {
                (known.name)
                @if !of_crate { " " span.version { (release.version()) } }
            }
            @if let Some(description) = description {
                p.lead { (description) }
            }
            (notes(release, of_crate))
            @let newest = known.newest();
            @if !of_crate && release.version() != newest.version() {
                p.other { "Newest release: " a href=(links.newest(&known.name)) { (newest.version()) } }
            }
            nav.tabs aria-label="Crate" {
                ul {
                    @for (of, label, address, number) in tabs.into_iter().chain(code) {
                        li {
                            a href=(address) aria-current=[(of == tab).then_some("page")] {
                                (label)
                                @if let Some(number) = number {
                                    " " span.number { (count(number as u64)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What is to be known of a version before anything else.
fn notes(release: &Release, of_crate: bool) -> Markup {
    html! {
        @if !of_crate && release.is_gone {
            p.note {
                strong { "Deleted upstream. " }
                "The registry no longer lists this version; this mirror still has it."
            }
        }
        @if !of_crate && release.line.yanked() {
            p.note {
                strong { "Yanked. " }
                "Whoever has it in a lockfile goes on; nothing new takes it."
            }
        }
    }
}

/// Where a version is: here or not.
pub fn presence(release: &Release) -> Markup {
    html! {
        @if release.is_here() {
            span.good { "in this mirror" }
        } @else {
            span.dim { "not in this mirror" }
        }
    }
}

/// How a page about a version that is not listed answers.
pub fn no_version(view: &View<'_>, known: &KnownCrate, id: &CrateId) -> Made {
    let heading = format!("{} has no version {}", id.name, id.version);
    let why = html! {
        p {
            "At least none that this server knows of. "
            a href=(view.links.versions(&known.name)) { "All versions of " (known.name) }
        }
    };
    view.absent(&heading, &why)
}
