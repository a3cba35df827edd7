//! What the pages take from the catalogue of a registry: descriptions, dependants, and what only the registry's own database
//! knows.

use maud::{Markup, html};

use crate::io::catalog::base::Dependant;
use crate::model::about::link::outward;
use crate::model::about::wording::one_line;
use crate::model::access::scope::Scope;
use crate::model::package::id::CrateName;
use crate::model::search::origin::Origin;
use crate::model::search::row::{About, FactSource, Row};
use crate::model::source::id::RegistrySource;
use crate::serve::registry::place::Place;
use crate::serve::registry::shelf::{is_known_in, is_private};
use crate::serve::web::address::Links;
use crate::serve::web::frame::Told;
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, day};

/// Longer texts are cut, in characters.
const MAX_TEXT: usize = 300;

/// What is known of a crate. A catalogue that cannot be read costs what it would say, and no page.
pub fn row(view: &View<'_>, name: &CrateName) -> Option<Row> {
    view.catalog?
        .row(name.as_str())
        .ok()?
        .filter(|row| row.name == name.as_str())
}

/// Its description, as one line.
pub fn described(row: &Row) -> Option<String> {
    let (text, _) = row.description()?;
    let text = one_line(text, MAX_TEXT);
    (!text.is_empty()).then_some(text)
}

/// The description of a crate, for the head of its pages.
pub fn description(view: &View<'_>, name: &CrateName) -> Option<String> {
    described(&row(view, name)?)
}

/// How many crates depend on it.
pub fn dependant_count(view: &View<'_>, name: &CrateName) -> Option<usize> {
    view.catalog?;
    let row = row(view, name);
    Some(row.map_or(0, |row| row.dependants as usize))
}

/// Who depends on a crate, some of them at once, and how many there are.
pub fn dependants(
    view: &View<'_>,
    name: &CrateName,
    skip: usize,
    most: usize,
) -> Option<(Vec<Dependant>, usize)> {
    let catalog = view.catalog?;
    let total = dependant_count(view, name)?;
    let mut found = catalog.dependants(name.as_str(), skip, most).ok()?;
    let registry = view.links.registry.as_deref();
    let place = registry.map_or(Place::CratesIo, Place::Registry);
    found.retain(|one| {
        CrateName::parse(&one.name).is_ok_and(|name| {
            let reader = view.reader;
            let may_read = reader.is_none_or(|reader| reader.may(Scope::Read, Some(&name)).is_ok());
            may_read && !is_private(view.state, place, &name)
        })
    });
    Some((found, total))
}

/// Whether there is a page of a crate.
pub fn is_known(view: &View<'_>, name: &CrateName) -> bool {
    let registry = view.links.registry.as_deref();
    let place = registry.map_or(Place::CratesIo, Place::Registry);
    let dumped = || row(view, name).is_some_and(|row| row.dump.is_some());
    is_known_in(view.state, view.source, place, name)
        || !is_private(view.state, place, name) && dumped()
}

/// The pages of another registry that an index line names, if they are here and have this crate.
pub fn place_of(view: &View<'_>, registry: &str, name: &CrateName) -> Option<Links> {
    let state = view.state;
    if RegistrySource::parse(&format!("registry+{registry}")) == Some(RegistrySource::CratesIo) {
        let known = is_known_in(state, &state.crates_io, Place::CratesIo, name);
        return known.then(|| view.links.within(None));
    }
    let plain = |address: &str| {
        let address = address.strip_prefix("sparse+").unwrap_or(address);
        address.trim_end_matches('/').to_owned()
    };
    let hosted = state.hosted_names().into_iter();
    let mut hosted = hosted.filter_map(|name| state.hosted(&name));
    let meant = hosted.find(|hosted| plain(&hosted.marker.url) == plain(registry))?;
    let place = Place::Registry(&meant.name);
    let source = state.source(place)?;
    is_known_in(state, &source, place, name).then(|| view.links.within(Some(&meant.name)))
}

/// What a registry is called that an index line names by its address.
pub fn registry_called(registry: &str) -> String {
    if RegistrySource::parse(&format!("registry+{registry}")) == Some(RegistrySource::CratesIo) {
        "crates.io".to_owned()
    } else {
        registry.to_owned()
    }
}

/// What makes a page another one.
pub fn basis(view: &View<'_>) -> Vec<String> {
    view.catalog
        .map(|catalog| catalog.id().to_string())
        .into_iter()
        .collect()
}

/// Where what a search shows comes from.
pub fn told(view: &View<'_>, origin: &Origin) -> Vec<Told> {
    let registry = view.registry();
    let mirror = origin.mirror.map(|part| {
        let from = format!("the packages of {registry} that are in this mirror");
        Told::new("What is here", from, Some(part.at))
    });
    let dump = origin.dump.map(|part| {
        let from = format!(
            "the database dump of {registry}, {} crates",
            count(part.crates)
        );
        Told::new("All else", from, Some(part.at))
    });
    mirror.into_iter().chain(dump).collect()
}

/// Where the facts of a row come from that the mirror itself has not.
pub fn told_of_dump(view: &View<'_>, what: &'static str) -> Option<Told> {
    let dump = view.catalog?.origin().dump?;
    let from = format!("the database dump of {}", view.registry());
    Some(Told::new(what, from, Some(dump.at)))
}

/// What only the registry's own database knows.
pub fn people(row: Option<&Row>) -> Markup {
    let dump = row.and_then(|row| row.dump.as_ref());
    html! {
        @if let Some(dump) = dump {
            dl {
                dt { "Downloads" }
                dd { (count(dump.downloads)) }
                @if !dump.owners.is_empty() {
                    dt { "Owners" }
                    dd { (one_line(&dump.owners.join(", "), MAX_TEXT)) }
                }
            }
        }
    }
}

/// The page of a crate that is not in the mirror and that the database dump knows, or says is gone.
pub fn only_dumped(view: &View<'_>, name: &CrateName) -> Option<Made> {
    let Some(row) = row(view, name) else {
        return gone(view, name);
    };
    let dump = row.dump.as_ref()?;
    let description = described(&row);
    let text = |get: fn(&About) -> Option<&String>| {
        row.text(get).map(|(text, _)| one_line(text, MAX_TEXT))
    };
    let links: Vec<(&str, String)> = [
        ("Documentation", text(|about| about.documentation.as_ref())),
        ("Repository", text(|about| about.repository.as_ref())),
        ("Home page", text(|about| about.homepage.as_ref())),
    ]
    .into_iter()
    .filter_map(|(label, link)| Some((label, outward(&link?)?)))
    .collect();
    let main = html! {
        header.crate {
            h1 { (row.name) @if let Some(version) = &dump.version { " " span.version { (version) } } }
            @if let Some(description) = description { p.lead { (description) } }
            p.note {
                "Nothing of it is in this mirror. What stands here is what the registry's database said on the day below; a \
                 build that asks for it brings it in."
            }
        }
        dl.facts {
            @if let Some(licence) = text(|about| about.license.as_ref()) {
                dt { "Licence" }
                dd { (licence) }
            }
            @if let Some(updated) = dump.updated {
                dt { "Last published" }
                dd { (day(updated)) }
            }
            @for (label, link) in &links {
                dt { (label) }
                dd { a href=(link) rel="nofollow noopener noreferrer" { (link) } }
            }
        }
        (people(Some(&row)))
    };
    let told: Vec<Told> = told_of_dump(view, "All of it").into_iter().collect();
    Some(view.page(&row.name, &main, &told))
}

fn gone(view: &View<'_>, name: &CrateName) -> Option<Made> {
    let gone = view.catalog?.gone(name.as_str()).ok()??;
    let heading = format!("There is no crate {name}");
    let why = html! {
        p {
            @match gone.deleted {
                Some(at) => { "It was deleted from " (view.registry()) " on " (day(at)) ", says its database." }
                None => { "Nobody may publish under this name, says the database of " (view.registry()) "." }
            }
        }
        @if let Some(message) = &gone.message { p { q { (one_line(message, MAX_TEXT)) } } }
    };
    Some(view.absent(&heading, &why))
}

/// Whether the dump alone says what a page shows of a crate.
pub fn is_dumped(row: &Row) -> bool {
    row.description()
        .is_some_and(|(_, source)| source == FactSource::Dump)
}
