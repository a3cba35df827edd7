//! What a version depends on, and who depends on the crate.

use maud::{Markup, html};

use crate::model::about::index_line::{LineFacts, Needed, NeededFor};
use crate::serve::web::catalog;
use crate::serve::web::frame::{Told, pager};
use crate::serve::web::shelf::{Known, Release, is_known};
use crate::serve::web::view::{Made, Tab, View};
use crate::serve::web::words::counted;

const PER_PAGE: usize = 100;

pub fn dependencies(view: &View<'_>, known: &Known, release: &Release) -> Made {
    let facts = LineFacts::read(release.line.raw());
    let description = catalog::row(view, &known.name).and_then(|row| row.description);
    let kinds = [
        (NeededFor::Normal, "Dependencies"),
        (NeededFor::Build, "To build it"),
        (NeededFor::Dev, "To test it"),
    ];
    let main = html! {
        (view.head(known, release, &facts, Tab::Dependencies, description.as_deref()))
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
            .is_some_and(|package| is_known(view, package))
            .then(|| view.links.clone()),
        Some(registry) => catalog::place_of(view, registry),
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
            " " span.dim { "of " (registry) }
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

pub fn dependants(view: &View<'_>, known: &Known, page: usize) -> Made {
    let newest = known.newest();
    let facts = LineFacts::read(newest.line.raw());
    let row = catalog::row(view, &known.name);
    let description = row.and_then(|row| row.description);
    let Some(all) = catalog::dependants(view, &known.name) else {
        let main = html! {
            (view.head(known, newest, &facts, Tab::Dependants, description.as_deref()))
            p { "This server has no catalogue yet, which says who depends on whom. It makes one after its start." }
        };
        return view.page(&format!("{}: dependants", known.name), &main, &[]);
    };
    let pages = all.list.len().div_ceil(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let shown = all.list.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    let main = html! {
        (view.head(known, newest, &facts, Tab::Dependants, description.as_deref()))
        @if all.list.is_empty() {
            h2 { "Nothing here depends on it" }
        } @else {
            h2 { (counted(all.list.len(), "crate depends on it", "crates depend on it")) }
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
                                th.mono scope="row" { a href=(view.links.newest(&one.name)) { (one.name) } }
                                td.mono { (one.version) }
                                td.mono.nobreak { (one.requirement) }
                                td { (one.kind) @if one.optional { ", optional" } }
                            }
                        }
                    }
                }
            }
            (pager(page, pages, |page| format!("{}?page={page}", view.links.dependants(&known.name))))
        }
        p.dim { "Counted are the newest versions of the crates that the catalogue knows, each once." }
    };
    let title = format!("{}: dependants", known.name);
    let told = [Told::new("Dependants", all.from, all.at)];
    view.page(&title, &main, &told)
}
