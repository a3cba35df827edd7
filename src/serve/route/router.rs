//! From a request's path to what is meant by it. Pure, total and bounded: whatever a stranger sends, it ends here, and what
//! comes out holds checked names only, so no path on disk can be made of anything else.
//!
//! ```text
//! /crates-io/index/config.json                        the registry's own
//! /crates-io/index/se/rd/serde                        an index file
//! /crates-io/dl/serde/1.0.229/download                a crate
//! /registries/<folder>/...                            the same for the other registries of the mirror
//! /api/v1/crates?q=...  /me                            the registry's API: its search, and where tokens come from
//! /search  /crates/serde/1.0.229/features ...           pages: serve::web::address
//! /-/stats  /-/history  /-/prefetch  /-/refresh  /-/registries  /metrics  /healthz  /readyz  of the server itself
//! ```

use std::borrow::Cow;

use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::serve::registry::place::Place;
use crate::serve::web::address::{self, Page};

/// Upper bound for paths: a name of 64 characters and a version of 180, both perhaps percent-encoded.
pub const LONGEST: usize = 1024;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route<'a> {
    Home,
    Health,
    Ready,
    Metrics,
    Stats,
    /// What was counted over the last day and month.
    History,
    Prefetch,
    Refresh,
    /// Which registries are hosted.
    Registries,
    /// Where tokens come from.
    Me(Place<'a>),
    Search(Place<'a>),
    /// The rest of a registry's API, which a mirror has not.
    Api(Place<'a>),
    Config(Place<'a>),
    Index(Place<'a>, CrateName),
    Crate(Place<'a>, CrateId),
    /// A page for browsers.
    Page(Place<'a>, Page),
    /// Nothing that could ever be here.
    Nothing,
    TooLong,
}

impl Route<'_> {
    /// The crate that is asked for, where the route alone says it.
    pub fn name(&self) -> Option<&CrateName> {
        match self {
            Self::Index(_, name) => Some(name),
            Self::Crate(_, id) => Some(&id.name),
            Self::Page(_, page) => page.name(),
            _ => None,
        }
    }
}

/// What is meant by the path of a request, its query left out.
pub fn route(path: &str) -> Route<'_> {
    if path.len() > LONGEST {
        return Route::TooLong;
    }
    let Some(path) = path.strip_prefix('/') else {
        return Route::Nothing;
    };
    match path {
        "" => return Route::Home,
        "healthz" => return Route::Health,
        "readyz" => return Route::Ready,
        "metrics" => return Route::Metrics,
        "-/stats" => return Route::Stats,
        "-/history" => return Route::History,
        "-/prefetch" => return Route::Prefetch,
        "-/refresh" => return Route::Refresh,
        "-/registries" => return Route::Registries,
        "me" => return Route::Me(Place::CratesIo),
        _ => {}
    }
    if path.starts_with("api/") {
        return api(Place::CratesIo, path);
    }
    let Some((place, rest)) = place(path) else {
        let page = address::common_page(path);
        return page.map_or(Route::Nothing, |page| Route::Page(Place::CratesIo, page));
    };
    let found = match rest.split_once('/') {
        Some(("index", "config.json")) => Some(Route::Config(place)),
        Some(("index", file)) => index(file).map(|name| Route::Index(place, name)),
        // That of crates.io is at the root.
        Some(("api", _)) if place != Place::CratesIo => Some(api(place, rest)),
        None if rest == "me" && place != Place::CratesIo => Some(Route::Me(place)),
        Some(("dl", file)) => krate(file).map(|id| Route::Crate(place, id)),
        // Those of crates.io are at the root, too.
        _ if place == Place::CratesIo => None,
        None if rest.is_empty() => Some(Route::Page(place, Page::Registry)),
        _ => address::page(rest).map(|page| Route::Page(place, page)),
    };
    found.unwrap_or(Route::Nothing)
}

fn api<'a>(place: Place<'a>, path: &str) -> Route<'a> {
    if path == "api/v1/crates" {
        Route::Search(place)
    } else {
        Route::Api(place)
    }
}

fn place(path: &str) -> Option<(Place<'_>, &str)> {
    let (first, rest) = path.split_once('/')?;
    match first {
        CRATES_IO_FOLDER => Some((Place::CratesIo, rest)),
        "registries" => {
            let (name, rest) = rest.split_once('/')?;
            let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            let sound = !name.is_empty() && !name.starts_with('.') && name.bytes().all(sound);
            sound.then_some((Place::Registry(name), rest))
        }
        _ => None,
    }
}

/// An index file is asked for by exactly the path that cargo makes of the name.
fn index(file: &str) -> Option<CrateName> {
    let name = CrateName::parse(file.rsplit('/').next()?).ok()?;
    (name.index_path() == file).then_some(name)
}

fn krate(file: &str) -> Option<CrateId> {
    let mut parts = file.split('/');
    let (name, version) = (parts.next()?, parts.next()?);
    if parts.next() != Some("download") || parts.next().is_some() {
        return None;
    }
    let version = unescaped(version)?;
    // Gateways that read a path as a form turn `+` into a space, and no version has a space.
    CrateId::parse(&unescaped(name)?, &version.replace(' ', "+")).ok()
}

/// Decodes percent-encoding once. The caller checks the result.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let byte = u8::from_str_radix(digits, 16).ok()?;
        plain.push(char::from(byte).is_ascii().then_some(char::from(byte))?);
        rest = &rest[at + 3..];
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str, version: &str) -> CrateId {
        CrateId::parse(name, version).unwrap()
    }

    #[test]
    fn what_cargo_asks_for_is_found() {
        let name = |name| CrateName::parse(name).unwrap();
        for (path, route) in [
            ("/", Route::Home),
            (
                "/crates-io/index/config.json",
                Route::Config(Place::CratesIo),
            ),
            (
                "/crates-io/index/1/a",
                Route::Index(Place::CratesIo, name("a")),
            ),
            (
                "/crates-io/index/3/s/syn",
                Route::Index(Place::CratesIo, name("syn")),
            ),
            (
                "/crates-io/index/se/rd/serde",
                Route::Index(Place::CratesIo, name("serde")),
            ),
            (
                "/crates-io/dl/Priv/0.2.1+b-5/download",
                Route::Crate(Place::CratesIo, id("Priv", "0.2.1+b-5")),
            ),
            (
                "/crates-io/dl/Priv/0.2.1%2Bb%2d5/download",
                Route::Crate(Place::CratesIo, id("Priv", "0.2.1+b-5")),
            ),
            (
                "/crates-io/dl/Priv/0.2.1%20b-5/download",
                Route::Crate(Place::CratesIo, id("Priv", "0.2.1+b-5")),
            ),
            ("/api/v1/crates", Route::Search(Place::CratesIo)),
            ("/api/v1/crates/new", Route::Api(Place::CratesIo)),
            (
                "/registries/r/api/v1/crates",
                Route::Search(Place::Registry("r")),
            ),
            ("/me", Route::Me(Place::CratesIo)),
            (
                "/crates/serde/1.0.229",
                Route::Page(Place::CratesIo, Page::Version(id("serde", "1.0.229"))),
            ),
            (
                "/registries/r/",
                Route::Page(Place::Registry("r"), Page::Registry),
            ),
            (
                "/registries/r/search",
                Route::Page(Place::Registry("r"), Page::Search),
            ),
            ("/registries/r/me", Route::Me(Place::Registry("r"))),
            (
                "/registries/r.example-0123/index/se/rd/serde",
                Route::Index(Place::Registry("r.example-0123"), name("serde")),
            ),
        ] {
            assert_eq!(super::route(path), route, "{path}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for path in [
            "",
            "*",
            "//",
            "/..",
            "/crates-io",
            "/crates-io/",
            "/crates-io/index",
            "/crates-io/index/",
            "/crates-io/index/se/rd/Serde",
            "/crates-io/index/se/xx/serde",
            "/crates-io/index/se/rd/serde/",
            "/crates-io/index/../../etc/passwd",
            "/crates-io/index/%2e%2e/%2e%2e/etc/passwd",
            "/crates-io/index/..%2f..%2fetc/passwd",
            "/crates-io/index/se/rd/..",
            "/crates-io/dl/a/../download",
            "/crates-io/dl/..%2f..%2fx/1.0.0/download",
            "/crates-io/dl/a%00/1.0.0/download",
            "/crates-io/dl/a/1.0.0%2f..%2f..%2fx/download",
            "/crates-io/dl/a/1.0.0%252f/download",
            "/crates-io/dl/a/1.0.0%/download",
            "/crates-io/dl/a/1.0.0%2/download",
            "/crates-io/dl/a/1.0.0%+1/download",
            "/crates-io/dl/a/1.0.0%c0%af/download",
            "/crates-io/dl/a/1.0.0/download/x",
            "/crates-io/dl/a/1.0.0",
            "/crates-io/dl/con/1.0.0/download",
            "/crates-io/a-1.0.0.crate",
            "/registries/../crates-io/index/1/a",
            "/registries/.mirror/index/1/a",
            "/registries//index/1/a",
            "/crates-io/search",
            "/crates-io/crates/serde",
            "/registries/r/status",
            "/registries/a%2fb/index/1/a",
            "/registries/a\\b/index/1/a",
            "/.mirror/lock",
            "/git/x/index/1/a",
        ] {
            assert_eq!(route(path), Route::Nothing, "{path}");
        }
        let long = "/".to_owned() + &"a".repeat(LONGEST);
        assert_eq!(route(&long), Route::TooLong);
    }
}
