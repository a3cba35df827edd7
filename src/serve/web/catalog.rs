//! What the pages take from the catalogue of a registry: descriptions, dependants, arrivals, searches.

use std::collections::BTreeMap;

use crate::model::about::wording::one_line;
use crate::model::package::id::{CrateName, Version};
use crate::model::units::timestamp::Timestamp;
use crate::serve::web::address::Links;
use crate::serve::web::frame::Told;
use crate::serve::web::shelf::present;
use crate::serve::web::view::{Made, View};

/// No more answers to a search are kept.
pub const MOST_FOUND: usize = 1000;

pub struct OfCatalogue {
    pub description: Option<String>,
    pub downloads: Option<u64>,
    pub owners: Vec<String>,
}

impl OfCatalogue {
    pub fn told(&self, _described: bool) -> Vec<Told> {
        Vec::new()
    }
}

pub struct Arrival {
    pub name: CrateName,
    pub version: Option<String>,
    pub description: Option<String>,
    pub at: Option<Timestamp>,
}

pub struct Hit {
    pub name: CrateName,
    pub version: Option<String>,
    pub description: Option<String>,
    pub exact: bool,
    pub here: bool,
    pub yanked: bool,
    pub dependants: usize,
    pub downloads: Option<u64>,
}

pub struct Hits {
    pub hits: Vec<Hit>,
    pub total: usize,
    pub knows_all: bool,
}

pub struct Dependant {
    pub name: CrateName,
    pub version: String,
    pub requirement: String,
    pub kind: &'static str,
    pub optional: bool,
}

pub struct Dependants {
    pub list: Vec<Dependant>,
    pub from: String,
    pub at: Option<Timestamp>,
}

fn held(view: &View<'_>) -> BTreeMap<CrateName, Version> {
    view.source.store.newest_held().unwrap_or_default()
}

pub fn row(_view: &View<'_>, _name: &CrateName) -> Option<OfCatalogue> {
    None
}

pub fn dependant_count(_view: &View<'_>, _name: &CrateName) -> Option<usize> {
    None
}

pub fn dependants(_view: &View<'_>, _name: &CrateName) -> Option<Dependants> {
    None
}

pub fn place_of(_view: &View<'_>, _registry: &str) -> Option<Links> {
    None
}

pub fn told(_view: &View<'_>) -> Vec<Told> {
    Vec::new()
}

pub fn basis(_view: &View<'_>, _name: &CrateName) -> Vec<String> {
    Vec::new()
}

pub fn only_dumped(_view: &View<'_>, _name: &CrateName) -> Option<Made> {
    None
}

pub fn crate_count(view: &View<'_>) -> Option<u64> {
    Some(held(view).len() as u64)
}

pub fn arrivals(view: &View<'_>, most: usize) -> Vec<Arrival> {
    held(view)
        .into_iter()
        .take(most)
        .map(|(name, version)| {
            let id = crate::model::package::id::CrateId { name, version };
            let presented = present(view.source, &id);
            Arrival {
                name: id.name,
                version: Some(id.version.to_string()),
                description: presented.and_then(|presented| presented.about.description),
                at: None,
            }
        })
        .collect()
}

pub fn search(view: &View<'_>, query: &str, page: usize, per_page: usize) -> Hits {
    let query = one_line(query, 100).to_lowercase();
    let all: Vec<_> = held(view)
        .into_iter()
        .filter(|(name, _)| name.as_str().contains(&query))
        .collect();
    Hits {
        total: all.len(),
        knows_all: false,
        hits: all
            .into_iter()
            .skip((page - 1) * per_page)
            .take(per_page)
            .map(|(name, version)| {
                let id = crate::model::package::id::CrateId { name, version };
                let presented = present(view.source, &id);
                Hit {
                    exact: id.name.as_str() == query,
                    name: id.name,
                    version: Some(id.version.to_string()),
                    description: presented.and_then(|presented| presented.about.description),
                    here: true,
                    yanked: false,
                    dependants: 0,
                    downloads: None,
                }
            })
            .collect(),
    }
}
