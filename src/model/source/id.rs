//! Where a package comes from, as a lockfile spells it, and which folder of the mirror is its own.

use std::borrow::Cow;
use std::fmt;

use url::Url;

use crate::model::package::checksum::Sha256;
use crate::model::url::without_credentials;

/// How every lockfile names crates.io: sparse or git, replaced or not (cargo's `SourceId::crates_io`).
pub const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The folder of a mirror that holds the crates of crates.io.
pub const CRATES_IO_FOLDER: &str = "crates-io";

/// The folder of a mirror that holds the folders of other registries.
pub const REGISTRIES_FOLDER: &str = "registries";

/// The folder of a mirror that holds the folders of git sources.
pub const GIT_FOLDER: &str = "git";

/// The source of a locked package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceId {
    Registry(RegistrySource),
    Git(GitSource),
    /// As the lockfile has it: what a future cargo may write, and what names no registry or commit.
    Other(String),
}

impl SourceId {
    pub const CRATES_IO: Self = Self::Registry(RegistrySource::CratesIo);

    /// Reads the `source` of a lockfile entry.
    pub fn parse(source: &str) -> Self {
        RegistrySource::parse(source)
            .map(Self::Registry)
            .or_else(|| GitSource::parse(source).map(Self::Git))
            .unwrap_or_else(|| Self::Other(source.to_owned()))
    }

    /// As a lockfile has it (version 4 of the format), with the login that may stand in it. [`Self::parse`] reads it back.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Registry(registry) => Cow::Borrowed(registry.as_str()),
            Self::Git(git) => Cow::Owned(git.text()),
            Self::Other(text) => Cow::Borrowed(text),
        }
    }

    /// The folder of a mirror that holds its packages.
    pub fn folder(&self) -> Option<String> {
        match self {
            Self::Registry(registry) => Some(registry.folder()),
            Self::Git(git) => Some(git.folder()),
            Self::Other(_) => None,
        }
    }

    /// The registry, if it is one.
    pub fn registry(&self) -> Option<&RegistrySource> {
        match self {
            Self::Registry(registry) => Some(registry),
            Self::Git(_) | Self::Other(_) => None,
        }
    }

    pub fn is_crates_io(&self) -> bool {
        *self == Self::CRATES_IO
    }

    /// The same, without credentials: what is written down, and what tells sources apart there.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        match self {
            Self::Registry(RegistrySource::CratesIo) => Self::CRATES_IO,
            Self::Registry(RegistrySource::Other(text)) => {
                Self::Registry(RegistrySource::Other(without_credentials(text)))
            }
            Self::Git(git) => Self::Git(GitSource {
                url: without_credentials(&git.url),
                ..git.clone()
            }),
            Self::Other(text) => Self::Other(without_credentials(text)),
        }
    }

    /// ` from <source>`, where it is another one than crates.io.
    pub fn from_elsewhere(&self) -> String {
        if self.is_crates_io() {
            String::new()
        } else {
            format!(" from {self}")
        }
    }

    /// What a build will do about a package of this source that is not in the mirror.
    pub fn consequence(&self) -> &'static str {
        match self {
            Self::Registry(RegistrySource::CratesIo) => "builds fail until it is mirrored",
            Self::Registry(_) => {
                "cargo will ask that registry for it, so a build without network fails"
            }
            Self::Git(_) => "cargo will clone that repository, so a build without network fails",
            Self::Other(_) => "cargo will look for it there, so a build without network may fail",
        }
    }
}

/// A registry. crates.io is one among them, which lockfiles and cargo's config name in a way of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrySource {
    CratesIo,
    /// The `registry+...` or `sparse+...` string of a lockfile, whole.
    Other(String),
}

impl RegistrySource {
    /// Accepts what names a registry by an address with a scheme.
    pub fn parse(source: &str) -> Option<Self> {
        if source == CRATES_IO {
            return Some(Self::CratesIo);
        }
        let address = source
            .strip_prefix("sparse+")
            .or_else(|| source.strip_prefix("registry+"))?;
        Url::parse(address).ok()?;
        Some(Self::Other(source.to_owned()))
    }

    pub fn is_crates_io(&self) -> bool {
        *self == Self::CratesIo
    }

    /// As the lockfile has it, and as cargo's config must have it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CratesIo => CRATES_IO,
            Self::Other(text) => text,
        }
    }

    /// The address of the index, without `sparse+` or `registry+`.
    pub fn address(&self) -> &str {
        let text = self.as_str();
        text.split_once('+').map_or(text, |(_, address)| address)
    }

    /// Whether its index is spoken to over HTTP file by file; else it is a git repository.
    pub fn is_sparse(&self) -> bool {
        self.as_str().starts_with("sparse+")
    }

    /// The last part of its folder's name: `r.example-0123456789abcdef`. Credentials make no other registry of it.
    pub fn name(&self) -> String {
        if self.is_crates_io() {
            return CRATES_IO_FOLDER.to_owned();
        }
        let host = Url::parse(self.address());
        let host = host
            .as_ref()
            .ok()
            .and_then(Url::host_str)
            .unwrap_or_default();
        format!("{}-{}", path_safe(host), &digest(&self.to_string())[..16])
    }

    /// Its folder within a mirror, with forward slashes.
    pub fn folder(&self) -> String {
        match self {
            Self::CratesIo => CRATES_IO_FOLDER.to_owned(),
            Self::Other(_) => format!("{REGISTRIES_FOLDER}/{}", self.name()),
        }
    }
}

/// `crates.io`, or the address as the lockfile has it, without credentials.
impl fmt::Display for RegistrySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CratesIo => f.write_str("crates.io"),
            Self::Other(text) => f.write_str(&without_credentials(text)),
        }
    }
}

/// Which commit of a git repository a manifest asks for. Part of a source's identity: `branch = "main"` is another source
/// than no branch, even where both are the same commit (cargo's `GitReference`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    Default,
    Branch(String),
    Tag(String),
    Rev(String),
}

impl Reference {
    /// The key of a `[source]` table or a dependency, and its value.
    pub fn key(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Default => None,
            Self::Branch(name) => Some(("branch", name)),
            Self::Tag(name) => Some(("tag", name)),
            Self::Rev(name) => Some(("rev", name)),
        }
    }
}

/// A git repository at a revision, as a lockfile names it: `git+<url>?branch=<name>#<revision>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitSource {
    /// Without query and fragment.
    pub url: String,
    pub reference: Reference,
    /// All hexadecimal digits of the commit.
    pub revision: String,
}

impl GitSource {
    /// Reads the `source` of a lockfile entry as cargo does (`SourceId::from_url`).
    pub fn parse(source: &str) -> Option<Self> {
        let mut url = Url::parse(source.strip_prefix("git+")?).ok()?;
        let revision = url.fragment()?.to_owned();
        if !is_commit(&revision) {
            return None;
        }
        let mut reference = Reference::Default;
        for (key, value) in url.query_pairs() {
            match &*key {
                "branch" | "ref" => reference = Reference::Branch(value.into_owned()),
                "tag" => reference = Reference::Tag(value.into_owned()),
                "rev" => reference = Reference::Rev(value.into_owned()),
                _ => {}
            }
        }
        url.set_query(None);
        url.set_fragment(None);
        Some(Self {
            url: url.into(),
            reference,
            revision: revision.to_ascii_lowercase(),
        })
    }

    /// Reads what [`Self::identity`] wrote.
    pub fn of_identity(identity: &str, revision: &str) -> Option<Self> {
        let keys = ["branch", "tag", "rev"].map(|key| format!("?{key}="));
        let cut = keys.iter().find_map(|key| {
            let at = identity.find(key.as_str())?;
            Some((at, key, &identity[at + key.len()..]))
        });
        let (url, reference) = match cut {
            Some((at, key, name)) => {
                let name = name.to_owned();
                let reference = match &**key {
                    "?branch=" => Reference::Branch(name),
                    "?tag=" => Reference::Tag(name),
                    _ => Reference::Rev(name),
                };
                (&identity[..at], reference)
            }
            None => (identity, Reference::Default),
        };
        let source = Self::parse(&format!("{url}#{revision}"))?;
        Some(Self {
            reference,
            ..source
        })
    }

    /// As a lockfile has it, with the login that may stand in it: the reference as form data (cargo's `SourceId::as_encoded_url`,
    /// version 4 of lockfiles).
    pub fn text(&self) -> String {
        let query = self.reference.key().map(|(key, value)| {
            let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("?{key}={value}")
        });
        let query = query.unwrap_or_default();
        format!("git+{}{query}#{}", self.url, self.revision)
    }

    /// Its host, with a port that is not the usual one. A repository on this machine has none.
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(&self.url).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }

    /// What the source is, whatever its revision: `git+<url>?branch=<name>`, the reference as it is.
    pub fn identity(&self) -> String {
        match self.reference.key() {
            Some((key, value)) => format!("git+{}?{key}={value}", self.url),
            None => format!("git+{}", self.url),
        }
    }

    /// The last part of the repository's path, as people call it.
    pub fn repository(&self) -> &str {
        let path = self.url.trim_end_matches('/');
        let last = path.rsplit(['/', ':']).next().unwrap_or(path);
        last.strip_suffix(".git").unwrap_or(last)
    }

    /// The last part of its folder's name: `<repository>-<revision>-<identity>`, the latter two shortened. Two branches of
    /// one repository may be the same commit and still are two sources. Credentials make no other source of it.
    pub fn name(&self) -> String {
        format!(
            "{}-{}-{}",
            path_safe(self.repository()),
            &self.revision[..7],
            &digest(&self.to_string())[..8]
        )
    }

    /// Its folder within a mirror, with forward slashes.
    pub fn folder(&self) -> String {
        format!("{GIT_FOLDER}/{}", self.name())
    }
}

impl From<&GitSource> for SourceId {
    fn from(source: &GitSource) -> Self {
        Self::Git(source.clone())
    }
}

impl From<&RegistrySource> for SourceId {
    fn from(source: &RegistrySource) -> Self {
        Self::Registry(source.clone())
    }
}

/// For people: the reference as it is, however a lockfile encodes it, and no credentials.
impl fmt::Display for GitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}#{}", self.identity(), self.revision);
        f.write_str(&without_credentials(&text))
    }
}

/// All hexadecimal digits of a SHA-1 or SHA-256.
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What any file system takes as part of a name.
fn path_safe(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let text = text.trim_start_matches('.');
    let name: String = text
        .chars()
        .take(40)
        .map(|c| if safe(c) { c } else { '_' })
        .collect();
    if name.is_empty() {
        "_".to_owned()
    } else {
        name
    }
}

fn digest(text: &str) -> String {
    Sha256::of(text).to_string()
}

/// For people, without credentials.
impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(registry) => registry.fmt(f),
            Self::Git(git) => git.fmt(f),
            Self::Other(text) => f.write_str(&without_credentials(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::url::safe_url;

    #[test]
    fn sources_of_a_lockfile_are_told_apart() {
        assert_eq!(SourceId::parse(CRATES_IO), SourceId::CRATES_IO);
        assert!(matches!(
            SourceId::parse("sparse+https://r.example/index/"),
            SourceId::Registry(_)
        ));
        assert!(matches!(
            SourceId::parse("registry+https://r.example/index"),
            SourceId::Registry(_)
        ));
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for reference in ["", "?branch=main", "?branch=feat%2Fa%2Bb+c", "?tag=v1"] {
            let text = format!("git+https://me:secret@r.example/a{reference}#{commit}");
            let source = SourceId::parse(&text);
            assert!(matches!(source, SourceId::Git(_)));
            assert_eq!(source.text(), text);
            assert_eq!(
                SourceId::parse(&source.anonymous().text()),
                source.anonymous()
            );
        }
        for other in [
            "git+https://r.example/a",
            "registry+nonsense",
            "path+file:///a",
        ] {
            assert_eq!(SourceId::parse(other), SourceId::Other(other.to_owned()));
        }
    }

    #[test]
    fn git_sources_are_read_as_cargo_reads_them() {
        let revision = "0123456789abcdef0123456789abcdef01234567";
        let read = |rest: &str| GitSource::parse(&format!("git+{rest}#{revision}")).unwrap();
        let plain = read("https://r.example/a/b.git");
        assert_eq!(plain.reference, Reference::Default);
        assert_eq!(plain.repository(), "b");
        assert!(plain.folder().starts_with("git/b-0123456-"));
        let branch = read("https://r.example/a/b?branch=feat%2Fa%2Bb");
        assert_eq!(branch.reference, Reference::Branch("feat/a+b".to_owned()));
        assert_eq!(branch.url, "https://r.example/a/b");
        let tag = read("ssh://git@r.example/a/b?tag=v1");
        assert_eq!(tag.reference, Reference::Tag("v1".to_owned()));
        assert_eq!(
            tag.to_string(),
            format!("git+ssh://r.example/a/b?tag=v1#{revision}")
        );
        let rev = read("file:///srv/a/../b?rev=0123");
        assert_eq!(rev.reference, Reference::Rev("0123".to_owned()));
        let folders = [&plain, &branch, &tag, &rev].map(GitSource::folder);
        assert_eq!(std::collections::BTreeSet::from(folders).len(), 4);
        for bad in [
            "git+https://r.example/a",
            "git+https://r.example/a#main",
            "git+nonsense#0123456789abcdef0123456789abcdef01234567",
            "https://r.example/a#0123456789abcdef0123456789abcdef01234567",
        ] {
            assert_eq!(GitSource::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn folders_of_sources_stay_inside_the_mirror() {
        let evil = GitSource::parse(
            "git+https://r.example/..%2f..?branch=x#0123456789abcdef0123456789abcdef01234567",
        );
        let folder = evil.unwrap().folder();
        assert_eq!(folder.matches('/').count(), 1, "{folder}");
        let sparse = RegistrySource::parse("sparse+https://r.example/index/").unwrap();
        assert!(sparse.is_sparse());
        assert_eq!(sparse.address(), "https://r.example/index/");
        let git = RegistrySource::parse("registry+https://r.example/index/").unwrap();
        assert_ne!(sparse.folder(), git.folder());
        assert!(git.folder().starts_with("registries/r.example-"));
        assert!(RegistrySource::parse("sparse+nonsense").is_none());
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
