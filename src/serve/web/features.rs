//! The features of a version, and what each of them turns on.

use maud::{Markup, html};

use crate::model::about::index_line::{Feature, LineFacts};
use crate::serve::registry::shelf::{KnownCrate, Release};
use crate::serve::web::catalog;
use crate::serve::web::head::{Tab, head};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::counted;

pub fn features(view: &View<'_>, known: &KnownCrate, release: &Release) -> Made {
    let facts = LineFacts::read(release.line.raw());
    let description = catalog::description(view, &known.name);
    let all = &facts.features;
    let main = html! {
        (head(view, known, release, &facts, Tab::Features, description.as_deref()))
        @if all.is_empty() {
            h2 { "It has no features" }
        } @else {
            h2 { (counted(all.len(), "feature", "features")) }
            div.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Feature" }
                            th scope="col" { "By default" }
                            th scope="col" { "Turns on" }
                        }
                    }
                    tbody {
                        @for (number, feature) in all.iter().enumerate() {
                            tr id=(format!("feature-{number}")) {
                                th.mono scope="row" { (feature.name) }
                                td { @if feature.by_default { "yes" } @else { span.dim { "no" } } }
                                td { (turns_on(feature, all)) }
                            }
                        }
                    }
                }
            }
            p.dim {
                "By default: on unless whoever depends on it says " code { "default-features = false" } "."
            }
        }
    };
    let title = format!("{} {}: features", known.name, release.version());
    view.page(&title, &main, &[view.index_told("Features", known)])
}

fn turns_on(feature: &Feature, all: &[Feature]) -> Markup {
    html! {
        @if feature.implied {
            "the optional dependency of this name"
        }
        @for (at, value) in feature.enables.iter().enumerate().filter(|_| !feature.implied) {
            @if at > 0 { ", " }
            @match all.iter().position(|other| other.name == *value) {
                Some(number) => a.mono href=(format!("#feature-{number}")) { (value) },
                None => span.mono { (value) },
            }
        }
        @if feature.enables.is_empty() { span.dim { "nothing else" } }
    }
}
