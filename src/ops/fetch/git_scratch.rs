//! Git sources that are not on this machine: fetched by the real cargo into its own cache, so that it is done with the
//! logins, proxies and programs that its builds would use, and never twice.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};
use url::form_urlencoded;

use crate::model::error::Error;
use crate::model::errors::git::GitError;
use crate::model::package::id::CrateId;
use crate::model::source::git_trouble::GitTrouble;
use crate::model::source::id::{GitSource, Reference};
use crate::model::url::without_credentials;

/// A manifest that depends on every one of these sources, and a lockfile that holds it to their revisions.
pub fn scratch<'a>(
    sources: impl Iterator<Item = (&'a GitSource, &'a BTreeSet<CrateId>)> + Clone,
) -> (String, String) {
    let text = |text: &str| Value::String(text.to_owned());
    let mut dependencies = Table::new();
    for (number, (source, packages)) in sources.clone().enumerate() {
        // One package brings its whole repository.
        let Some(id) = packages.first() else { continue };
        let version = id.version.semver();
        let mut dependency = Table::from_iter([
            ("package".to_owned(), text(id.name.as_str())),
            ("git".to_owned(), text(&source.url)),
            ("default-features".to_owned(), Value::Boolean(false)),
        ]);
        let bare = semver::Version {
            build: semver::BuildMetadata::EMPTY,
            ..version.clone()
        };
        dependency.insert("version".to_owned(), text(&format!("={bare}")));
        if let Some((key, name)) = source.reference.key() {
            dependency.insert(key.to_owned(), text(name));
        }
        dependencies.insert(format!("d{number}"), Value::Table(dependency));
    }
    let package = |name: &str, version: &str| {
        Table::from_iter([
            ("name".to_owned(), text(name)),
            ("version".to_owned(), text(version)),
        ])
    };
    let mut own = package(NAME, "0.0.0");
    let mut locked = vec![Value::Table(own.clone())];
    own.insert("edition".to_owned(), text("2018"));
    let plain = sources.clone().all(|(source, _)| is_plain(source));
    for (source, packages) in sources {
        for id in packages {
            let mut entry = package(id.name.as_str(), &id.version.to_string());
            entry.insert("source".to_owned(), text(&encoded(source)));
            locked.push(Value::Table(entry));
        }
    }
    let lib = Table::from_iter([("path".to_owned(), text("lib.rs"))]);
    let manifest = BTreeMap::from([
        ("package", own),
        ("lib", lib),
        ("dependencies", dependencies),
        ("workspace", Table::new()),
    ]);
    let manifest: Table = manifest
        .into_iter()
        .map(|(key, table)| (key.to_owned(), Value::Table(table)))
        .collect();
    // Cargo before 1.78 knows no version 4, and where nothing is encoded the two are the same.
    let version = Value::Integer(if plain { 3 } else { 4 });
    let lockfile = Table::from_iter([
        ("version".to_owned(), version),
        ("package".to_owned(), Value::Array(locked)),
    ]);
    (manifest.to_string(), lockfile.to_string())
}

const NAME: &str = "cargo-mirror-scratch";

/// What sources of one host have in common. A repository without a host is on this machine, and by itself.
pub fn host_of(source: &GitSource) -> String {
    source
        .host()
        .unwrap_or_else(|| without_credentials(&source.url))
}

/// Why a source that was asked for alone is not there.
pub fn why(source: &GitSource, ids: &BTreeSet<CrateId>, trouble: Option<&GitTrouble>) -> Error {
    let url = without_credentials(&source.url);
    match trouble {
        Some(GitTrouble::Host(cause)) => Error::Git(GitError::Host {
            host: host_of(source),
            cause: cause.clone(),
        }),
        Some(GitTrouble::Repository(cause)) => Error::Git(GitError::Fetch {
            url,
            cause: cause.clone(),
        }),
        // Cargo is content with a repository, or the branch that a manifest names, without the commit that is locked.
        None | Some(GitTrouble::NoCommit) => Error::Git(GitError::Revision {
            url,
            revision: source.revision.clone(),
            package: ids
                .first()
                .map(|id| id.name.to_string())
                .unwrap_or_default(),
            pinned: matches!(source.reference, Reference::Rev(_)),
        }),
    }
}

fn is_plain(source: &GitSource) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    source
        .reference
        .key()
        .is_none_or(|(_, name)| name.bytes().all(plain))
}

/// The source as a lockfile has it.
fn encoded(source: &GitSource) -> String {
    let query = source.reference.key().map(|(key, name)| {
        let name: String = if is_plain(source) {
            name.to_owned()
        } else {
            form_urlencoded::byte_serialize(name.as_bytes()).collect()
        };
        format!("?{key}={name}")
    });
    let query = query.unwrap_or_default();
    format!("git+{}{query}#{}", source.url, source.revision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::input::closure::Closure;
    use crate::model::input::lockfile;

    #[test]
    fn the_lockfile_names_the_sources() {
        let revision = "0123456789abcdef0123456789abcdef01234567";
        for reference in [
            "",
            "?branch=main",
            "?branch=feat%2Fa%2Bb",
            "?tag=v1/2",
            "?rev=0123",
        ] {
            let source = format!("git+https://r.example/a/b{reference}#{revision}");
            let source = GitSource::parse(&source).unwrap();
            let ids = ["one", "two"].map(|name| CrateId::parse(name, "1.0.0+x").unwrap());
            let wanted = BTreeMap::from([(source, BTreeSet::from(ids))]);
            let (manifest, lockfile) = scratch(wanted.iter());
            let mut closure = Closure::default();
            closure.add(lockfile::parse(&lockfile).unwrap());
            assert_eq!(closure.git, wanted, "{lockfile}");
            assert!(manifest.contains("version = \"=1.0.0\""), "{manifest}");
        }
    }
}
