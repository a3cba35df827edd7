//! What is asked of a page, beside its address.

use url::form_urlencoded;

use crate::model::about::wording::one_line;
use crate::model::access::principal::Principal;
use crate::serve::registry::catalogue::Searched;
use crate::serve::web::address::{Links, Page};

/// A registry besides crates.io.
#[derive(Debug, Clone)]
pub struct Registry {
    pub name: String,
    /// Whether it is published into here.
    pub hosted: bool,
}

/// A request for a page, judged.
pub struct Asked {
    /// `None`: the start of the server.
    pub page: Option<Page>,
    /// `None`: crates.io.
    pub registry: Option<String>,
    /// What follows the question mark.
    pub query: String,
    /// Where the client finds the server.
    pub base: String,
    pub links: Links,
    /// Whether the reader may see more than how to set up cargo.
    pub may_read: bool,
    /// Registries that the reader may see.
    pub registries: Vec<Registry>,
    /// What was searched for the page.
    pub found: Option<Searched>,
    /// Whose token it is, where it may not read every crate.
    pub reader: Option<Principal>,
}

impl Asked {
    /// Which page of a long list.
    pub fn number(&self) -> usize {
        page_number(&self.query)
    }
}

/// Which page of a long list a query asks for.
pub fn page_number(query: &str) -> usize {
    parameter(query, "page").parse().unwrap_or(1)
}

/// What is searched for.
pub fn searched_for(query: &str) -> String {
    parameter(query, "q")
}

/// The first value of a parameter, as one line.
fn parameter(query: &str, wanted: &str) -> String {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let value = pairs.find(|(key, _)| key == wanted);
    value
        .map(|(_, value)| one_line(&value, 100))
        .unwrap_or_default()
}
