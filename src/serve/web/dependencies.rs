//! What a version depends on, and who depends on the crate.

use maud::{Markup, html};

use crate::io::catalog::base::Dependant;
use crate::model::about::index_line::{LineFacts, Needed, NeededFor};
use crate::model::package::id::CrateName;
use crate::model::search::row::NeedKind;
use crate::serve::registry::shelf::{KnownCrate, Release};
use crate::serve::web::catalog;
use crate::serve::web::frame::pager;
use crate::serve::web::head::{Tab, head};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::counted;

const PER_PAGE: usize = 100;

pub fn dependencies(view: &View<'_>, known: &KnownCrate, release: &Release) -> Made {
    let facts = LineFacts::read(release.line.raw());
    let description = catalog::description(view, &known.name);
    let kinds = [
        (NeededFor::Normal, "Dependencies"),
        (NeededFor::Build, "To build it"),
        (NeededFor::Dev, "To test it"),
    ];
    let main = html! {
        (head(view, known, release, &facts, Tab::Dependencies, description.as_deref()))
        @if facts.needs.is_empty() {
            h2 { "It depends on nothing" }
        }
        @for (kind, heading) in kinds {
            @let needs: Vec<&Needed> = facts.needs.iter().filter(|needed| needed.kind == kind).collect();
            @if !needs.is_empty() {
                h2 { (heading) " (" (needs.len()) ")" }
                (table(view, &needs))
            }
        }
    };
    let title = format!("{} {}: dependencies", known.name, release.version());
    view.page(&title, &main, &[view.index_told("Dependencies", known)])
}

fn table(view: &View<'_>, needs: &[&Needed]) -> Markup {
    let conditions = needs
        .iter()
        .any(|needed| needed.optional || needed.target.is_some());
    html! {
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Crate" }
                        th scope="col" { "Versions" }
                        @if conditions { th scope="col" { "When" } }
                        th scope="col" { "Features" }
                    }
                }
                tbody {
                    @for needed in needs {
                        tr {
                            th.mono scope="row" { (name(view, needed)) }
                            td.mono.nobreak { (needed.requirement) }
                            @if conditions { td { (condition(needed)) } }
                            td { (wanted(needed)) }
                        }
                    }
                }
            }
        }
    }
}

fn name(view: &View<'_>, needed: &Needed) -> Markup {
    let package = needed.package.as_ref();
    let links = match &needed.registry {
        // This registry, whichever it is. A link that leads nowhere is none.
        None => package
            .is_some_and(|package| catalog::is_known(view, package))
            .then(|| view.links.clone()),
        Some(registry) => package.and_then(|package| catalog::place_of(view, registry, package)),
    };
    html! {
        @match (&needed.package, links) {
            (Some(package), Some(links)) => a href=(links.newest(package)) { (package) },
            (Some(package), None) => (package),
            (None, _) => (needed.name),
        }
        @if needed.package.as_ref().is_some_and(|package| package.as_str() != needed.name) {
            " " span.dim { "as " (needed.name) }
        }
        @if let Some(registry) = &needed.registry {
            " " span.dim { "of " (catalog::registry_called(registry)) }
        }
    }
}

fn condition(needed: &Needed) -> Markup {
    html! {
        @if needed.optional { "optional" }
        @if needed.optional && needed.target.is_some() { ", " }
        @if let Some(target) = &needed.target { code { (target) } }
    }
}

fn wanted(needed: &Needed) -> Markup {
    html! {
        @if !needed.default_features { "no defaults" @if !needed.features.is_empty() { ", " } }
        @for (at, feature) in needed.features.iter().enumerate() {
            @if at > 0 { ", " }
            span.mono { (feature) }
        }
    }
}

pub fn dependants(view: &View<'_>, known: &KnownCrate, page: usize) -> Made {
    let newest = known.newest();
    let facts = LineFacts::read(newest.line.raw());
    let description = catalog::description(view, &known.name);
    let title = format!("{}: dependants", known.name);
    let total = catalog::dependant_count(view, &known.name).unwrap_or_default();
    let pages = total.div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let found = catalog::dependants(view, &known.name, (page - 1) * PER_PAGE, PER_PAGE);
    let Some((shown, total)) = found else {
        let main = html! {
            (head(view, known, newest, &facts, Tab::Dependants, description.as_deref()))
            p { "The catalogue, which says who depends on whom, cannot be read. The server's log says why." }
        };
        return view.page(&title, &main, &[]);
    };
    let main = html! {
        (head(view, known, newest, &facts, Tab::Dependants, description.as_deref()))
        @if total == 0 {
            h2 { "Nothing that is known here depends on it" }
        } @else {
            h2 { (counted(total, "crate depends on it", "crates depend on it")) }
            (table_of_dependants(view, &shown))
            (pager(page, pages, |page| format!("{}?page={page}", view.links.dependants(&known.name))))
        }
        p.dim { "Counted are the newest versions of the crates that are known here, each once." }
    };
    let told = view
        .catalog
        .map(|catalog| catalog::told(view, &catalog.origin()));
    view.page(&title, &main, &told.unwrap_or_default())
}

fn table_of_dependants(view: &View<'_>, shown: &[Dependant]) -> Markup {
    html! {
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Crate" }
                        th scope="col" { "Version" }
                        th scope="col" { "Allows" }
                        th scope="col" { "For" }
                    }
                }
                tbody {
                    @for one in shown {
                        tr {
                            th.mono scope="row" {
                                @match CrateName::parse(&one.name) {
                                    Ok(name) => a href=(view.links.newest(&name)) { (name) },
                                    Err(_) => (one.name),
                                }
                            }
                            td.mono { (one.version) }
                            td.mono.nobreak {
                                @for (at, way) in one.ways.iter().enumerate() {
                                    @if at > 0 { br; }
                                    (way.requirement)
                                }
                            }
                            td {
                                @for (at, way) in one.ways.iter().enumerate() {
                                    @if at > 0 { br; }
                                    (purpose(way.kind)) @if way.optional { ", optional" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn purpose(kind: NeedKind) -> &'static str {
    match kind {
        NeedKind::Normal => "itself",
        NeedKind::Build => "its build",
        NeedKind::Dev => "its tests",
    }
}
