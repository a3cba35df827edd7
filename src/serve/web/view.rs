//! What all pages of a crate have in common: whose they are, and the head with the ways between them.

use maud::Markup;

use crate::io::catalog::snapshot::Catalog;
use crate::model::access::principal::Principal;
use crate::serve::registry::shelf::{IndexSeen, KnownCrate};
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;
use crate::serve::web::address::Links;
use crate::serve::web::frame::{self, Frame, Told};

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
    pub fn index_told(&self, what: &'static str, known: &KnownCrate) -> Told {
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
}
