//! A source as cargo's config names it, which other sources it is the same as, and what its table is called.

use std::fmt;

use crate::model::source::id::{GitSource, Reference, RegistrySource};
use crate::model::url::{canonical, without_credentials};

/// A source other than crates.io that a `[source]` table can replace. Equal are those that are spelt equally;
/// [`SourceTable::location`] tells which are one source to cargo.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceTable {
    /// As the lockfile has it: `sparse+https://.../` or `registry+https://...`.
    Registry { url: String },
    /// Without query and fragment.
    Git { url: String, reference: Reference },
}

/// What cargo goes by when it asks whether two sources are one (`CanonicalUrl`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    kind: &'static str,
    url: String,
    reference: Reference,
}

impl SourceTable {
    /// Reads what a `[source]` table says of where it is. `None`: a folder, or nowhere.
    pub fn read<'t>(text: impl Fn(&str) -> Option<&'t str>) -> Option<Self> {
        if let Some(url) = text("registry") {
            let is_sparse = url.starts_with("sparse+");
            let kind = if is_sparse { "" } else { "registry+" };
            return Some(Self::Registry {
                url: format!("{kind}{url}"),
            });
        }
        let url = text("git")?.to_owned();
        // Of several, cargo takes the first (`SourceConfigMap::add_config`).
        let reference = if let Some(branch) = text("branch") {
            Reference::Branch(branch.to_owned())
        } else if let Some(tag) = text("tag") {
            Reference::Tag(tag.to_owned())
        } else {
            let rev = text("rev").map(str::to_owned);
            rev.map_or(Reference::Default, Reference::Rev)
        };
        Some(Self::Git { url, reference })
    }

    /// What `[source]` tables of cargo's own making are called: by the address, as in lockfiles.
    pub fn title(&self) -> String {
        match self {
            Self::Registry { url } => url.clone(),
            Self::Git { url, reference } => match reference.key() {
                Some((key, value)) => format!("git+{url}?{key}={value}"),
                None => format!("git+{url}"),
            },
        }
    }

    /// What tells cargo in a `[source]` table which source this is. Cargo takes the address of a git index without the
    /// `registry+` of the lockfile, and that of a sparse one with its `sparse+`.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Registry { url } => {
                let bare = url.strip_prefix("registry+").unwrap_or(url);
                vec![("registry", bare.to_owned())]
            }
            Self::Git { url, reference } => {
                let reference = reference.key().map(|(key, value)| (key, value.to_owned()));
                std::iter::once(("git", url.clone()))
                    .chain(reference)
                    .collect()
            }
        }
    }

    /// What cargo compares.
    pub fn location(&self) -> Location {
        let (kind, url, reference) = match self {
            Self::Registry { url } => {
                let bare = url.strip_prefix("registry+").unwrap_or(url);
                ("registry", bare, &Reference::Default)
            }
            Self::Git { url, reference } => ("git", url.as_str(), reference),
        };
        Location {
            kind,
            url: canonical(url).map_or_else(|| url.to_owned(), Into::into),
            reference: reference.clone(),
        }
    }
}

/// Without credentials.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, without_credentials(&self.url))?;
        match self.reference.key() {
            Some((key, value)) => write!(f, " {key} {value}"),
            None => Ok(()),
        }
    }
}

/// Without credentials.
impl fmt::Display for SourceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_credentials(&self.title()))
    }
}

impl From<&RegistrySource> for SourceTable {
    fn from(source: &RegistrySource) -> Self {
        Self::Registry {
            url: source.as_str().to_owned(),
        }
    }
}

impl From<&GitSource> for SourceTable {
    fn from(source: &GitSource) -> Self {
        Self::Git {
            url: source.url.clone(),
            reference: source.reference.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(url: &str, reference: Reference) -> SourceTable {
        SourceTable::Git {
            url: url.to_owned(),
            reference,
        }
    }

    fn registry(url: &str) -> SourceTable {
        SourceTable::Registry {
            url: url.to_owned(),
        }
    }

    #[test]
    fn spellings_of_one_source_are_one_location() {
        let main = || Reference::Branch("main".to_owned());
        let one = git("https://r.example/a/b", main()).location();
        for other in [
            "https://r.example/a/b.git",
            "https://r.example/a/b/",
            "https://r.example/a/b.git/",
            "HTTPS://R.example:443/a/b",
        ] {
            assert_eq!(git(other, main()).location(), one, "{other}");
        }
        for other in [
            git("https://r.example/a/B", main()),
            git("https://r.example/a/b", Reference::Default),
            git("https://r.example/a/b", Reference::Tag("main".to_owned())),
            registry("registry+https://r.example/a/b"),
        ] {
            assert_ne!(other.location(), one, "{other}");
        }
        assert_eq!(
            git("http://github.com/A/b.git", main()).location(),
            git("https://github.com/a/B", main()).location()
        );
        assert_eq!(
            registry("sparse+https://r.example/index").location(),
            registry("sparse+https://r.example/index/").location()
        );
        assert_ne!(
            registry("sparse+https://r.example/index/").location(),
            registry("registry+https://r.example/index/").location()
        );
    }

    #[test]
    fn an_address_that_is_none_is_itself() {
        let strange = git("r.example:a/b.git", Reference::Default);
        assert_eq!(strange.location(), strange.location());
        assert_eq!(strange.title(), "git+r.example:a/b.git");
    }
}
