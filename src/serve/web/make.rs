//! From what is asked for to a page, made anew or kept from before.

use std::sync::Arc;

use maud::{Markup, html};

use crate::io::mirror::layout;
use crate::io::store::revision::Revision;
use crate::model::error::Error;
use crate::model::package::id::{CrateId, CrateName};
use crate::serve::answer::pages::{Basis, MadePage};
use crate::serve::registry::place::Place;
use crate::serve::registry::shelf::{self, Found, KnownCrate, Release};
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;
use crate::serve::web::address::{Links, Page, unescaped};
use crate::serve::web::asked::{Asked, Registry, searched_for};
use crate::serve::web::head::no_version;
use crate::serve::web::view::{Made, View};
use crate::serve::web::{
    catalog, code, dependencies, features, home, overview, search, status, versions,
};

/// Why there is no page.
pub enum MakeError {
    Absent,
    /// It is at another address.
    Moved(String),
    Failed(Error),
}

impl From<Error> for MakeError {
    fn from(cause: Error) -> Self {
        Self::Failed(cause)
    }
}

/// The registries besides crates.io that a reader may see.
pub fn registries(state: &ServerState, may_read: impl Fn(&str) -> bool) -> Vec<Registry> {
    let folders = layout::registries(&state.common.mirror.folder);
    let mut names: Vec<String> = folders
        .iter()
        .filter_map(|folder| folder.strip_prefix("registries/"))
        .map(str::to_owned)
        .collect();
    // Those that are pulled have a name of their own.
    let known = state.sources();
    let prefixes = known
        .iter()
        .filter_map(|source| source.prefix.strip_prefix("registries/"));
    names.extend(prefixes.map(str::to_owned));
    names.sort();
    names.dedup();
    names.retain(|name| state.source(Place::Registry(name)).is_some() && may_read(name));
    let readable = names.into_iter().map(|name| Registry {
        hosted: state.hosted(&name).is_some(),
        name,
    });
    readable.collect()
}

/// Makes a page, or gets it from before.
pub fn make(state: &ServerState, asked: &Asked) -> Result<Arc<MadePage>, MakeError> {
    let place = asked
        .registry
        .as_deref()
        .map_or(Place::CratesIo, Place::Registry);
    let source = state.source(place).ok_or(MakeError::Absent)?;
    let site = state.web.title();
    // A page without it is better than none; a search says why it cannot be had.
    let found = asked.found.as_ref().map(|found| found.catalog.clone());
    let catalog = found.or_else(|| {
        let now = source.catalog.now(state.common.mirror.clock.now());
        state.look_after(&source);
        now.ok()
    });
    let view = View {
        state,
        source: &source,
        links: &asked.links,
        site: &site,
        catalog: catalog.as_ref(),
        reader: asked.reader.as_ref(),
    };
    let name = asked.page.as_ref().and_then(Page::name);
    match name {
        Some(name) if shelf::is_private(state, place, name) => {
            let why = html! { p { "No crate of crates.io is shown under this name." } };
            finished(nothing(&view, name, &why))
        }
        Some(name) => of_crate(&view, &source, asked, name),
        None => finished(common(&view, asked)?),
    }
}

fn common(view: &View<'_>, asked: &Asked) -> Result<Made, MakeError> {
    Ok(match &asked.page {
        None => home::home(view, asked),
        Some(Page::Registry) => home::registry(view, asked.found.as_ref()),
        Some(Page::Search) => {
            let found = asked.found.as_ref().ok_or(MakeError::Absent)?;
            search::search(view, found, &searched_for(&asked.query), asked.number())
        }
        Some(Page::Status) => status::status(view),
        Some(_) => return Err(MakeError::Absent),
    })
}

fn of_crate(
    view: &View<'_>,
    source: &Source,
    asked: &Asked,
    name: &CrateName,
) -> Result<Arc<MadePage>, MakeError> {
    let key = format!(
        "{}\n{}\n{}",
        asked.links.home(),
        address(&asked.links, asked.page.as_ref()),
        asked.number()
    );
    // Looked at before anything is read: what changes in between is seen the next time.
    let made_of = Basis {
        said: catalog::basis(view),
        ..basis(view.state, source, name)
    };
    if view.reader.is_none()
        && let Some(kept) = view.state.made_pages.get(&key, &made_of)
    {
        return Ok(kept);
    }
    let page = match shelf::look_up(view.state, source, name)? {
        Found::Here(known) => known_crate(view, asked, &known)?,
        Found::Spelled(name) => {
            let page = asked.page.clone().map(|page| page.spelled(&name));
            return Err(MakeError::Moved(address(&asked.links, page.as_ref())));
        }
        Found::Nothing => absent(view, name),
    };
    let keep = matches!(page, Made::Page(_)) && view.reader.is_none();
    let page = finished(page)?;
    if keep {
        view.state.made_pages.put(&key, made_of, &page);
    }
    Ok(page)
}

/// What the pages of a crate are made of.
fn basis(state: &ServerState, source: &Source, name: &CrateName) -> Basis {
    let stamps = source.store.index_stamps(name, &state.pruned);
    let kept = source.pull.as_ref().and_then(|pull| pull.kept.stamp(name));
    let kept = kept.map(Revision::from);
    Basis {
        stamps: vec![stamps.file, stamps.folder, stamps.roots, kept],
        said: Vec::new(),
    }
}

fn known_crate(view: &View<'_>, asked: &Asked, known: &KnownCrate) -> Result<Made, MakeError> {
    let version = |id: &CrateId, show: &dyn Fn(&Release) -> Made| match known.release(&id.version) {
        Some(release) => show(release),
        None => no_version(view, known, id),
    };
    let page = asked.page.as_ref().ok_or(MakeError::Absent)?;
    Ok(match page {
        Page::Newest(_) => overview::overview(view, known, known.newest(), true),
        Page::Version(id) => version(id, &|release| {
            overview::overview(view, known, release, false)
        }),
        Page::Versions(_) => versions::versions(view, known, asked.number()),
        Page::Dependants(_) => dependencies::dependants(view, known, asked.number()),
        Page::Dependencies(id) => version(id, &|release| {
            dependencies::dependencies(view, known, release)
        }),
        Page::Features(id) => version(id, &|release| features::features(view, known, release)),
        Page::Files(_) | Page::File(..) if !view.shows_code() => return Err(MakeError::Absent),
        Page::Files(id) => version(id, &|release| code::files(view, known, release)),
        Page::File(id, path) => {
            let path = unescaped(path).ok_or(MakeError::Absent)?;
            version(id, &|release| code::file(view, known, release, &path))
        }
        _ => return Err(MakeError::Absent),
    })
}

fn finished(page: Made) -> Result<Arc<MadePage>, MakeError> {
    match page {
        Made::Page(html) => Ok(Arc::new(MadePage::new(200, html))),
        Made::Absent(html) => Ok(Arc::new(MadePage::new(404, html))),
        Made::Moved(address) => Err(MakeError::Moved(address)),
    }
}

fn absent(view: &View<'_>, name: &CrateName) -> Made {
    catalog::only_dumped(view, name).unwrap_or_else(|| {
        let why = html! {
            p { "This mirror holds nothing of that name, and no page asks upstream for it. A build that needs it brings it in." }
            p { a href=(view.links.found(name.as_str(), 1)) { "Search for " (name) } }
        };
        nothing(view, name, &why)
    })
}

/// That there is no crate here, whatever is known of one of that name elsewhere.
fn nothing(view: &View<'_>, name: &CrateName, why: &Markup) -> Made {
    let heading = format!("There is no crate {name} here");
    view.absent(&heading, why)
}

/// The address of a page, as it is linked to.
fn address(links: &Links, page: Option<&Page>) -> String {
    match page {
        None | Some(Page::Registry | Page::Part(_) | Page::Robots) => links.home(),
        Some(Page::Search) => links.search(),
        Some(Page::Status) => links.status(),
        Some(Page::Newest(name)) => links.newest(name),
        Some(Page::Versions(name)) => links.versions(name),
        Some(Page::Dependants(name)) => links.dependants(name),
        Some(Page::Version(id)) => links.version(id),
        Some(Page::Dependencies(id)) => links.dependencies(id),
        Some(Page::Features(id)) => links.features(id),
        Some(Page::Files(id)) => links.files(id),
        Some(Page::File(id, path)) => format!("{}/{path}", links.files(id)),
    }
}
