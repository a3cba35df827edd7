//! What all pages of a crate have in common: whose they are, and the head with the ways between them.

use maud::{Markup, html};

use crate::io::catalog::snapshot::Catalog;
use crate::model::about::index_line::LineFacts;
use crate::model::access::principal::Principal;
use crate::model::package::id::CrateId;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;
use crate::serve::web::address::Links;
use crate::serve::web::catalog;
use crate::serve::web::frame::{self, Frame, Told};
use crate::serve::web::shelf::{IndexSeen, Known, Release};
use crate::serve::web::words::count;

/// A page as it is made: its text, or where it is.
pub enum Made {
    Page(String),
    /// There is no such thing; this says so.
    Absent(String),
    /// The same thing by its right name.
    Moved(String),
}

/// What a page is made with.
pub struct View<'a> {
    pub state: &'a ServerState,
    pub source: &'a Source,
    pub links: &'a Links,
    /// What the server is called.
    pub site: &'a str,
    /// `None`: it cannot be read.
    pub catalog: Option<&'a Catalog>,
    /// Whose token it is, where it may not read every crate.
    pub reader: Option<&'a Principal>,
}

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

impl View<'_> {
    pub fn frame<'a>(&'a self, title: &'a str, query: &'a str) -> Frame<'a> {
        Frame {
            site: self.site,
            links: self.links,
            title,
            query,
            may_search: true,
        }
    }

    pub fn page(&self, title: &str, main: &Markup, told: &[Told]) -> Made {
        Made::Page(frame::page(&self.frame(title, ""), main, told))
    }

    pub fn absent(&self, heading: &str, why: &Markup) -> Made {
        Made::Absent(frame::sorry(&self.frame(heading, ""), heading, why))
    }

    /// What the registry is called in a sentence.
    pub fn registry(&self) -> String {
        match &self.links.registry {
            Some(name) => format!("the registry {name}"),
            None => "crates.io".to_owned(),
        }
    }

    /// Whether packages may be looked into.
    pub fn shows_code(&self) -> bool {
        self.state.web.code
    }

    /// Where the versions on a page are from.
    pub fn index_told(&self, what: &'static str, known: &Known) -> Told {
        let registry = self.registry();
        match known.seen {
            IndexSeen::Upstream(at) => Told::new(
                what,
                format!("the index of {registry} as last seen"),
                Some(at),
            ),
            IndexSeen::Mirror(at) => Told::new(
                what,
                format!(
                    "this mirror's index of {registry}, which has the versions that are here and no others"
                ),
                at,
            ),
            IndexSeen::Hosted(at) => Told::new(
                what,
                format!("the index of {registry}, which is this server's own"),
                at,
            ),
        }
    }

    /// The head of every page of a crate.
    pub fn head(
        &self,
        known: &Known,
        release: &Release,
        facts: &LineFacts,
        tab: Tab,
        description: Option<&str>,
    ) -> Markup {
        let (links, id) = (self.links, release.id());
        let dependants = catalog::dependant_count(self, &known.name);
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
        let code = (self.shows_code() && release.is_here())
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
pub fn no_version(view: &View<'_>, known: &Known, id: &CrateId) -> Made {
    let heading = format!("{} has no version {}", id.name, id.version);
    let why = html! {
        p {
            "At least none that this server knows of. "
            a href=(view.links.versions(&known.name)) { "All versions of " (known.name) }
        }
    };
    view.absent(&heading, &why)
}
