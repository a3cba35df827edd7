//! A crate's own page: what it is, how it is used, its readme.

use maud::{Markup, PreEscaped, html};

use crate::model::about::index_line::{LineFacts, NeededFor};
use crate::model::about::manifest::PackageFacts;
use crate::model::search::row::Row;
use crate::serve::registry::shelf::{KnownCrate, Release};
use crate::serve::web::catalog;
use crate::serve::web::frame::Told;
use crate::serve::web::head::{Tab, head, presence};
use crate::serve::web::package::{Presented, present};
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, counted, day, size};

/// A version; `newest` if the page is that of the crate.
pub fn overview(view: &View<'_>, known: &KnownCrate, release: &Release, newest: bool) -> Made {
    let facts = LineFacts::read(release.line.raw());
    // What is not here cannot be looked into; another version of it may be.
    let shown = if release.is_here() || !newest {
        release
    } else {
        known.newest_here().unwrap_or(release)
    };
    let presented = shown
        .is_here()
        .then(|| present(view.source, shown.id()))
        .flatten();
    let row = catalog::row(view, &known.name);
    let about = presented.as_ref().map(|presented| &presented.about);
    let description = about
        .and_then(|about| about.description.clone())
        .or_else(|| row.as_ref().and_then(catalog::described));
    let main = html! {
        (head(view, known, release, &facts, Tab::Overview, description.as_deref()))
        div.overview {
            div.rail {
                (how_to_use(view, release, about))
                (rail(view, known, release, &facts, about))
                (catalog::people(row.as_ref()))
                (outward(about))
                (keywords(view, about))
            }
            @if view.state.readmes {
                (readme(view, release, shown, presented.as_ref()))
            }
        }
    };
    let told = told(view, known, shown, presented.is_some(), row.as_ref());
    let title = if newest {
        known.name.to_string()
    } else {
        format!("{} {}", known.name, release.version())
    };
    view.page(&title, &main, &told)
}

fn told(
    view: &View<'_>,
    known: &KnownCrate,
    shown: &Release,
    is_presented: bool,
    row: Option<&Row>,
) -> Vec<Told> {
    let mut told = vec![view.index_told("Versions, dependencies, features", known)];
    if is_presented {
        let what = "Description, licence, links, readme";
        let from = format!("the package {}, in this mirror", shown.id().file_name());
        told.push(Told::new(what, from, None));
    }
    if let Some(row) = row.filter(|row| row.dump.is_some()) {
        let described = !is_presented && catalog::is_dumped(row);
        let what = if described {
            "Description, downloads, owners"
        } else {
            "Downloads, owners"
        };
        told.extend(catalog::told_of_dump(view, what));
    }
    told
}

/// A version as a requirement names it: what follows a plus counts for nothing there.
fn requirement(release: &Release) -> String {
    let version = release.version().to_string();
    version.split('+').next().unwrap_or_default().to_owned()
}

fn how_to_use(view: &View<'_>, release: &Release, about: Option<&PackageFacts>) -> Markup {
    let (name, version) = (&release.id().name, requirement(release));
    let registry = view.links.registry.as_deref();
    let flag = registry.map_or_else(String::new, |name| format!(" --registry {name}"));
    let line = match registry {
        Some(registry) => {
            format!("{name} = {{ version = \"{version}\", registry = \"{registry}\" }}")
        }
        None => format!("{name} = \"{version}\""),
    };
    let programs = about.is_some_and(|about| !about.programs.is_empty());
    // What the manifest says nothing of may be a library all the same.
    let library = about.is_none_or(|about| about.has_library || about.programs.is_empty());
    html! {
        h2 { "Use it" }
        @if library {
            pre tabindex="0" { code { "cargo add " (name) "@" (version) (flag) } }
            pre tabindex="0" { code { (line) } }
        }
        @if programs {
            pre tabindex="0" { code { "cargo install " (name) "@" (version) (flag) " --locked" } }
        }
    }
}

fn rail(
    view: &View<'_>,
    known: &KnownCrate,
    release: &Release,
    facts: &LineFacts,
    about: Option<&PackageFacts>,
) -> Markup {
    let id = release.id();
    let (normal, build) = (
        facts.count(NeededFor::Normal),
        facts.count(NeededFor::Build),
    );
    let msrv = facts.rust_version.as_deref();
    let msrv = msrv.or_else(|| about.and_then(|about| about.rust_version.as_deref()));
    html! {
        h2 { "Facts" }
        dl {
            dt { "This version" }
            dd { (presence(release)) }
            @if let Some(published) = release.published() {
                dt { "Published" }
                dd { (day(published)) }
            }
            @if let Some(about) = about {
                (licence(view, release, about))
                @if let Some(kind) = about.kind() {
                    dt { "Kind" }
                    dd { (kind) @if about.has_build_script { ", with a build script" } }
                }
            }
            @if let Some(bytes) = release.size {
                dt { "Size" }
                dd { a href=(view.links.download(&view.source.prefix, id)) { (size(bytes)) } }
            }
            @if let Some(msrv) = msrv {
                dt { "Rust" }
                dd { (msrv) " or later" }
            }
            @if let Some(edition) = about.and_then(|about| about.edition.as_deref()) {
                dt { "Edition" }
                dd { (edition) }
            }
            @if let Some(links) = &facts.links {
                dt { "Links" }
                dd { "native library " code { (links) } }
            }
            dt { "Needs" }
            dd {
                a href=(view.links.dependencies(id)) { (counted(normal, "crate", "crates")) }
                @if build > 0 { ", " (count(build as u64)) " to build" }
            }
            @if let Some(dependants) = catalog::dependant_count(view, &known.name) {
                dt { "Needed by" }
                dd {
                    a href=(view.links.dependants(&known.name)) { (counted(dependants, "crate", "crates")) }
                }
            }
            dt { "Held here" }
            dd {
                a href=(view.links.versions(&known.name)) {
                    (count(known.held() as u64)) " of " (counted(known.releases.len(), "version", "versions"))
                }
            }
        }
    }
}

fn licence(view: &View<'_>, release: &Release, about: &PackageFacts) -> Markup {
    html! {
        @if about.license.is_some() || about.license_file.is_some() {
            dt { "Licence" }
            dd {
                @if let Some(licence) = &about.license {
                    (licence)
                } @else if let Some(file) = &about.license_file {
                    @if view.shows_code() && release.is_here() {
                        a href=(view.links.file(release.id(), file)) { (file) }
                    } @else {
                        (file)
                    }
                }
            }
        }
    }
}

fn outward(about: Option<&PackageFacts>) -> Markup {
    let links = about.map(|about| {
        [
            ("Documentation", &about.documentation),
            ("Repository", &about.repository),
            ("Home page", &about.homepage),
        ]
    });
    let links: Vec<(&str, &String)> = links
        .into_iter()
        .flatten()
        .filter_map(|(label, link)| Some((label, link.as_ref()?)))
        .collect();
    html! {
        @if !links.is_empty() {
            h2 { "Elsewhere" }
            dl {
                @for (label, link) in links {
                    dt { (label) }
                    dd { a href=(link) rel="nofollow noopener noreferrer" { (shown_link(link)) } }
                }
            }
        }
    }
}

/// An address without what all of them have.
fn shown_link(link: &str) -> &str {
    let link = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"))
        .unwrap_or(link);
    link.trim_end_matches('/')
}

fn keywords(view: &View<'_>, about: Option<&PackageFacts>) -> Markup {
    let words = about.map(|about| (&about.keywords, &about.categories));
    html! {
        @if let Some((keywords, categories)) = words {
            @if !keywords.is_empty() {
                h2 { "Keywords" }
                ul.words {
                    @for word in keywords { li { a href=(view.links.found(word, 1)) { (word) } } }
                }
            }
            @if !categories.is_empty() {
                h2 { "Categories" }
                ul.words {
                    @for word in categories { li { (word) } }
                }
            }
        }
    }
}

fn readme(
    view: &View<'_>,
    release: &Release,
    shown: &Release,
    presented: Option<&Presented>,
) -> Markup {
    let text = presented.and_then(|presented| presented.readme.as_deref());
    html! {
        section.readme aria-labelledby="readme" {
            h2.unseen id="readme" { "Readme" }
            @if !release.is_here() {
                p.note {
                    "Version " (release.version()) " is not in this mirror, and no page fetches anything. "
                    @if shown.is_here() {
                        "Description, licence and readme are those of "
                        a href=(view.links.version(shown.id())) { (shown.version()) }
                        ", the newest that is here."
                    } @else {
                        "What stands here is what the index says of it. It comes into the mirror when a build asks for it."
                    }
                }
            }
            @match (text, presented) {
                (Some(text), _) => (PreEscaped(text)),
                (None, Some(_)) => p.dim { "The package has no readme." },
                (None, None) if shown.is_here() => {
                    p.note { "The package cannot be read: it is not one that cargo would unpack." }
                }
                (None, None) => {}
            }
        }
    }
}
