//! Where a package comes from, as a lockfile spells it, and which folder of the mirror is its own.

use std::fmt;

use serde::{Serialize, Serializer};
use url::Url;

/// How every lockfile names crates.io: sparse or git, replaced or not (cargo's `SourceId::crates_io`).
pub const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The folder of a mirror that holds the crates of crates.io.
pub const CRATES_IO_FOLDER: &str = "crates-io";

/// The source of a locked package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceId {
    CratesIo,
    /// Another registry: the `registry+...` or `sparse+...` string of the lockfile.
    Registry(String),
    /// A git repository: the `git+...#<revision>` string of the lockfile.
    Git(String),
    /// Anything a future cargo may write.
    Other(String),
}

impl SourceId {
    /// Reads the `source` of a lockfile entry.
    pub fn parse(source: &str) -> Self {
        if source == CRATES_IO {
            Self::CratesIo
        } else if source.starts_with("registry+") || source.starts_with("sparse+") {
            Self::Registry(source.to_owned())
        } else if source.starts_with("git+") {
            Self::Git(source.to_owned())
        } else {
            Self::Other(source.to_owned())
        }
    }

    /// What a build will do about a package of this source that is not in the mirror.
    pub fn consequence(&self) -> &'static str {
        match self {
            Self::CratesIo => "builds fail until it is mirrored",
            Self::Registry(_) => {
                "cargo will ask that registry for it, so a build without network fails"
            }
            Self::Git(_) => "cargo will clone that repository, so a build without network fails",
            Self::Other(_) => "cargo will look for it there, so a build without network may fail",
        }
    }
}

/// `crates.io`, or the address as the lockfile has it, without credentials.
impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CratesIo => f.write_str("crates.io"),
            Self::Registry(text) | Self::Git(text) | Self::Other(text) => {
                f.write_str(&without_credentials(text))
            }
        }
    }
}

impl Serialize for SourceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A URL that is safe to paste into a bug report: user name, password and query are gone.
pub fn safe_url(url: &Url) -> String {
    let mut safe = url.clone();
    safe.set_query(None);
    // Both fail only for URLs that cannot have credentials in the first place.
    let _ = safe.set_username("");
    let _ = safe.set_password(None);
    safe.to_string()
}

/// Takes `user:password@` out of text that holds a URL, parsable or not.
pub fn without_credentials(text: &str) -> String {
    let Some(start) = text.find("://").map(|at| at + 3) else {
        return text.to_owned();
    };
    let authority_end = text[start..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |at| start + at);
    match text[start..authority_end].rfind('@') {
        Some(at) => format!("{}{}", &text[..start], &text[start + at + 1..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_a_lockfile_are_told_apart() {
        assert_eq!(SourceId::parse(CRATES_IO), SourceId::CratesIo);
        assert!(matches!(
            SourceId::parse("sparse+https://r.example/index/"),
            SourceId::Registry(_)
        ));
        assert!(matches!(
            SourceId::parse("registry+https://r.example/index"),
            SourceId::Registry(_)
        ));
        assert!(matches!(
            SourceId::parse("git+https://r.example/a?branch=main#0123"),
            SourceId::Git(_)
        ));
    }

    #[test]
    fn credentials_are_never_shown() {
        let source = SourceId::parse("git+https://me:secret@r.example/a?branch=main#0123");
        assert_eq!(
            source.to_string(),
            "git+https://r.example/a?branch=main#0123"
        );
        let url = Url::parse("https://me:secret@r.example/a?token=secret").unwrap();
        assert_eq!(safe_url(&url), "https://r.example/a");
    }
}
