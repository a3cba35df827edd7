//! Addresses of pages, read and written in one place.
//!
//! ```text
//! /                                          the start (serve::route)
//! /search?q=WORDS                            crates that are found
//! /status                                    what the server has done
//! /crates/serde                              a crate: the newest version
//! /crates/serde/versions?page=2              all versions
//! /crates/serde/dependants?page=2            who needs it
//! /crates/serde/1.0.229                      one version
//! /crates/serde/1.0.229/dependencies         /features  /code  /code/src/lib.rs
//! /registries/corp/...                       the same for another registry, its start included
//! /robots.txt  /-/web/style-<digest>.css  /-/web/icon-<digest>.svg
//! ```
//!
//! A crate may be called `search` or `new`: no crate has its page anywhere but below `crates/`.

use std::borrow::Cow;
use std::fmt::Write;

use url::form_urlencoded::byte_serialize;

use crate::model::package::id::{CrateId, CrateName};

/// A page, within one registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// The start of a registry other than crates.io.
    Registry,
    Search,
    Status,
    Newest(CrateName),
    Versions(CrateName),
    Dependants(CrateName),
    Version(CrateId),
    Dependencies(CrateId),
    Features(CrateId),
    /// The files of a package.
    Files(CrateId),
    /// One of them, its path still escaped.
    File(CrateId, String),
    /// What belongs to all pages, by its name.
    Part(String),
    Robots,
}

/// The page that a path means, from behind the registry's own start. `None`: there is none of this name.
pub fn page(path: &str) -> Option<Page> {
    match path {
        "search" => return Some(Page::Search),
        _ if path.ends_with('/') => return None,
        _ => {}
    }
    let rest = path.strip_prefix("crates/")?;
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let name = CrateName::parse(name).ok()?;
    match rest {
        "" => return Some(Page::Newest(name)),
        "versions" => return Some(Page::Versions(name)),
        "dependants" => return Some(Page::Dependants(name)),
        _ => {}
    }
    let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
    // Nothing but a plus needs an escape in a version, and not even that.
    let version = version.replace("%2B", "+").replace("%2b", "+");
    let id = CrateId::parse(name.as_str(), &version).ok()?;
    Some(match rest {
        "" => Page::Version(id),
        "dependencies" => Page::Dependencies(id),
        "features" => Page::Features(id),
        "code" => Page::Files(id),
        _ => Page::File(id, rest.strip_prefix("code/")?.to_owned()),
    })
}

/// Those that no registry has a second time.
pub fn common_page(path: &str) -> Option<Page> {
    match path {
        "status" => Some(Page::Status),
        "robots.txt" => Some(Page::Robots),
        _ => match path.strip_prefix("-/web/") {
            Some(part) => Some(Page::Part(part.to_owned())),
            None => page(path),
        },
    }
}

impl Page {
    /// The crate that it speaks of.
    pub fn name(&self) -> Option<&CrateName> {
        match self {
            Self::Newest(name) | Self::Versions(name) | Self::Dependants(name) => Some(name),
            Self::Version(id)
            | Self::Dependencies(id)
            | Self::Features(id)
            | Self::Files(id)
            | Self::File(id, _) => Some(&id.name),
            Self::Registry | Self::Search | Self::Status | Self::Part(_) | Self::Robots => None,
        }
    }
}

impl Page {
    /// The same page of a crate that is spelled so.
    #[must_use]
    pub fn spelled(self, name: &CrateName) -> Self {
        let of = |id: CrateId| CrateId {
            name: name.clone(),
            version: id.version,
        };
        match self {
            Self::Newest(_) => Self::Newest(name.clone()),
            Self::Versions(_) => Self::Versions(name.clone()),
            Self::Dependants(_) => Self::Dependants(name.clone()),
            Self::Version(id) => Self::Version(of(id)),
            Self::Dependencies(id) => Self::Dependencies(of(id)),
            Self::Features(id) => Self::Features(of(id)),
            Self::Files(id) => Self::Files(of(id)),
            Self::File(id, path) => Self::File(of(id), path),
            other => other,
        }
    }
}

/// Undoes the escapes of a path. `None`: it is no text.
pub fn unescaped(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// How the pages of one registry are linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// The path under which clients find the server; often empty.
    base: String,
    /// The name of the registry, if it is not crates.io.
    pub registry: Option<String>,
}

impl Links {
    /// `base` is the server's address, of which the path alone is kept: that is what a proxy in front adds.
    pub fn new(base: &str, registry: Option<&str>) -> Self {
        let behind = base.split_once("://").map_or(base, |(_, rest)| rest);
        let path = behind.find('/').map_or("", |at| &behind[at..]);
        Self {
            base: path.to_owned(),
            registry: registry.map(str::to_owned),
        }
    }

    /// Those of another registry.
    #[must_use]
    pub fn within(&self, registry: Option<&str>) -> Self {
        Self {
            base: self.base.clone(),
            registry: registry.map(str::to_owned),
        }
    }

    fn at(&self, rest: impl std::fmt::Display) -> String {
        match &self.registry {
            Some(name) => format!("{}/registries/{name}/{rest}", self.base),
            None => format!("{}/{rest}", self.base),
        }
    }

    pub fn home(&self) -> String {
        self.at("")
    }

    /// The start of the whole server.
    pub fn top(&self) -> String {
        format!("{}/", self.base)
    }

    pub fn status(&self) -> String {
        format!("{}/status", self.base)
    }

    pub fn part(&self, name: &str) -> String {
        format!("{}/-/web/{name}", self.base)
    }

    pub fn search(&self) -> String {
        self.at("search")
    }

    /// A search, and which page of its answers.
    pub fn found(&self, query: &str, page: usize) -> String {
        let query: String = byte_serialize(query.as_bytes()).collect();
        let page = if page > 1 {
            Cow::Owned(format!("&page={page}"))
        } else {
            Cow::Borrowed("")
        };
        self.at(format_args!("search?q={query}{page}"))
    }

    pub fn newest(&self, name: &CrateName) -> String {
        self.at(format_args!("crates/{name}"))
    }

    pub fn versions(&self, name: &CrateName) -> String {
        self.at(format_args!("crates/{name}/versions"))
    }

    pub fn dependants(&self, name: &CrateName) -> String {
        self.at(format_args!("crates/{name}/dependants"))
    }

    pub fn version(&self, id: &CrateId) -> String {
        self.at(format_args!("crates/{}/{}", id.name, id.version))
    }

    pub fn dependencies(&self, id: &CrateId) -> String {
        self.version(id) + "/dependencies"
    }

    pub fn features(&self, id: &CrateId) -> String {
        self.version(id) + "/features"
    }

    pub fn files(&self, id: &CrateId) -> String {
        self.version(id) + "/code"
    }

    pub fn file(&self, id: &CrateId, path: &str) -> String {
        let mut address = self.files(id) + "/";
        for byte in path.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                address.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
        address
    }

    /// The download of a package, as cargo asks for it.
    pub fn download(&self, prefix: &str, id: &CrateId) -> String {
        format!(
            "{}/{prefix}/dl/{}/{}/download",
            self.base, id.name, id.version
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let name = CrateName::parse("code").unwrap();
        let id = CrateId::parse("Serde", "1.0.0-a.1+b").unwrap();
        let links = Links::new("https://r.example/some/where", None);
        let inner = |address: String| address["/some/where/".len()..].to_owned();
        for (address, page) in [
            (links.search(), Page::Search),
            (links.newest(&name), Page::Newest(name.clone())),
            (links.versions(&name), Page::Versions(name.clone())),
            (links.dependants(&name), Page::Dependants(name.clone())),
            (links.version(&id), Page::Version(id.clone())),
            (links.dependencies(&id), Page::Dependencies(id.clone())),
            (links.features(&id), Page::Features(id.clone())),
            (links.files(&id), Page::Files(id.clone())),
            (
                links.file(&id, "src/lib.rs"),
                Page::File(id.clone(), "src/lib.rs".to_owned()),
            ),
        ] {
            assert_eq!(super::page(&inner(address)), Some(page));
        }
        let odd = "a b/ü%<\"'#?.md";
        let address = inner(links.file(&id, odd));
        let Some(Page::File(_, path)) = page(&address) else {
            panic!("{address}");
        };
        assert_eq!(unescaped(&path).as_deref(), Some(odd));
        assert_eq!(common_page("status"), Some(Page::Status));
    }

    #[test]
    fn nothing_else_is_a_page() {
        for path in [
            "",
            "status",
            "crates",
            "crates/",
            "crates/..",
            "crates/a/",
            "crates/a/1.0",
            "crates/a/1.0.0/",
            "crates/a/1.0.0/codes",
            "crates/a/1.0.0%2f../code",
            "crates/../a",
            "crates/a b",
        ] {
            assert_eq!(page(path), None, "{path}");
        }
        assert_eq!(unescaped("%f"), None);
        assert_eq!(unescaped("%ff"), None);
    }

    #[test]
    fn registries_and_proxies_have_their_own_start() {
        let links = Links::new("http://h:1", Some("corp"));
        assert_eq!(links.home(), "/registries/corp/");
        assert_eq!(
            links.found("a b&c", 2),
            "/registries/corp/search?q=a+b%26c&page=2"
        );
        assert_eq!(links.within(None).home(), "/");
        assert_eq!(Links::new("http://h/x", None).top(), "/x/");
    }
}
