//! Cargo's own caches on this machine: raw index lines and `.crate` files that need not be fetched again.
//!
//! ```text
//! $CARGO_HOME/registry/index/<host>-<hash>/.cache/se/rd/serde     binary, with the raw lines inside
//! $CARGO_HOME/registry/cache/<host>-<hash>/serde-1.0.229.crate    never hashed again by cargo, so always by us
//! ```

use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use rustc_stable_hash::StableSipHasher128;
use url::Url;

use crate::io::cargo::index_clone::CargoClone;
use crate::io::fs::file;
use crate::model::index::file::{IndexLine, MAX_FILE, find_line};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::RegistrySource;
use crate::model::url::canonical;

/// The cache folders of this machine that can hold crates of one registry.
#[derive(Debug, Default)]
pub struct CargoHome {
    /// `.cache` folders whose index lines are that registry's.
    indexes: Vec<PathBuf>,
    /// Folders with `.crate` files. Any will do: their bytes are hashed.
    crates: Vec<PathBuf>,
    /// The clone of a git index. Cargo makes its `.cache` out of it, crate by crate and when it needs one.
    clone: Option<CargoClone>,
}

impl CargoHome {
    /// Looks for the caches of crates.io, fetched from `default_index`, from `upstream` in its place, or from the git
    /// index.
    pub fn open(root: &Path, default_index: &Url, upstream: Option<&Url>) -> Self {
        let registry = root.join("registry");
        let sparse = |url: &Url| {
            ident(
                SPARSE,
                &format!("sparse+{url}"),
                url.host_str().unwrap_or_default(),
            )
        };
        let mut known = vec![sparse(default_index), ident(GIT, GIT_INDEX, "github.com")];
        known.extend(upstream.map(sparse));
        // Cargo before 1.85 hashed otherwise. Nothing but crates.io lives on this host, whatever the hash.
        let host = format!("{}-", default_index.host_str().unwrap_or_default());
        let of_registry =
            |name: &str| known.iter().any(|known| known == name) || name.starts_with(&host);
        let mut crates = subfolders(&registry.join("cache"));
        // The likeliest first: each miss costs a system call.
        crates.sort_by_key(|(name, _)| !of_registry(name));
        Self {
            indexes: subfolders(&registry.join("index"))
                .into_iter()
                .filter(|(name, _)| of_registry(name))
                .map(|(_, folder)| folder.join(".cache"))
                .collect(),
            crates: crates.into_iter().map(|(_, folder)| folder).collect(),
            clone: None,
        }
    }

    /// Looks for the caches of another registry.
    pub fn of_registry(root: &Path, registry: &RegistrySource) -> Self {
        let folders = root.join("registry");
        let own = folder_of(registry);
        let mut crates = subfolders(&folders.join("cache"));
        crates.sort_by_key(|(name, _)| *name != own);
        Self {
            indexes: vec![folders.join("index").join(own).join(".cache")],
            crates: crates.into_iter().map(|(_, folder)| folder).collect(),
            clone: (!registry.is_sparse()).then(|| clone_of(root, registry)),
        }
    }

    /// The raw index line of a version, if a cache has one with this checksum.
    pub fn index_line(&self, id: &CrateId, checksum: Option<&Sha256>) -> Option<IndexLine> {
        let path = id.name.index_path();
        let cached = self.indexes.iter().find_map(|folder| {
            let file = file::read(&folder.join(&path), MAX_FILE as u64).ok()?;
            let version = id.version.to_string();
            let (_, line) =
                cached_lines(&file).find(|(cached, _)| *cached == version.as_bytes())?;
            let line = IndexLine::parse(line).ok()?;
            (line.id() == id && checksum.is_none_or(|checksum| line.checksum() == checksum))
                .then_some(line)
        });
        cached.or_else(|| {
            let file = self.cloned(&path)?;
            let line = find_line(&file, id, checksum)?;
            checksum
                .is_none_or(|checksum| line.checksum() == checksum)
                .then_some(line)
        })
    }

    /// An index file out of the clone. What cannot be read there cargo clones again.
    fn cloned(&self, path: &str) -> Option<Vec<u8>> {
        self.clone.as_ref()?.file(path).ok()?
    }

    /// All that a cache has of a crate's index file.
    pub fn index_file(&self, name: &CrateName) -> Option<Vec<u8>> {
        let path = name.index_path();
        self.indexes.iter().find_map(|folder| {
            let file = file::read(&folder.join(&path), MAX_FILE as u64).ok()?;
            let mut text = Vec::with_capacity(file.len());
            for (_, line) in cached_lines(&file) {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            (!text.is_empty()).then_some(text)
        })
    }

    /// Files that may hold the bytes of a crate. Only hashing tells.
    pub fn crate_files(&self, id: &CrateId) -> impl Iterator<Item = PathBuf> + '_ {
        let name = id.file_name();
        self.crates
            .iter()
            .map(move |folder| folder.join(&name))
            .filter(|path| path.is_file())
    }
}

fn subfolders(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .collect()
}

/// The versions and lines of an index cache file: `3 | u32 | index version | 0 | ( version | 0 | line | 0 )*`
/// (cargo's sources/registry/index/cache.rs). Caches of other versions are as good as none.
fn cached_lines(file: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    const CACHE_VERSION: u8 = 3;
    let rest = match file.split_at_checked(5) {
        Some((head, rest)) if head[0] == CACHE_VERSION => rest,
        _ => &[],
    };
    let mut zeros = memchr::memchr_iter(0, rest);
    let mut start = zeros.next().map_or(rest.len(), |zero| zero + 1);
    std::iter::from_fn(move || {
        let (middle, end) = (zeros.next()?, zeros.next()?);
        let entry = (&rest[start..middle], &rest[middle + 1..end]);
        start = end + 1;
        Some(entry)
    })
}

/// `SourceKind` as cargo hashes it: the discriminant, an `isize`.
const GIT: isize = 2;
const SPARSE: isize = 3;
const LOCAL: isize = 4;
/// The git index of crates.io, as cargo canonicalises it.
const GIT_INDEX: &str = "https://github.com/rust-lang/crates.io-index";

/// The folder below `registry/src` in which cargo unpacks the crates of the local registry at a path.
pub fn of_local_registry(path: &Path) -> String {
    match Url::from_file_path(path) {
        Ok(url) => ident(LOCAL, url.as_str(), ""),
        // Not absolute: no folder of cargo's is called that.
        Err(()) => "unknown".to_owned(),
    }
}

/// The folder of a registry in cargo's caches.
fn folder_of(registry: &RegistrySource) -> String {
    let address = Url::parse(registry.address()).ok();
    let host = address.as_ref().and_then(Url::host_str).unwrap_or_default();
    if registry.is_sparse() {
        ident(SPARSE, registry.as_str(), host)
    } else {
        let url = canonical(registry.address());
        let url = url.map_or_else(|| registry.address().to_owned(), Into::into);
        ident(GIT, &url, host)
    }
}

/// Cargo's clone of the index of a registry.
pub fn clone_of(root: &Path, registry: &RegistrySource) -> CargoClone {
    let folder = root.join("registry/index").join(folder_of(registry));
    CargoClone::at(&folder)
}

/// `<host>-<hash>`, as cargo 1.85 and later name a registry's folders (`short_name`, sources/registry/mod.rs).
fn ident(kind: isize, url: &str, host: &str) -> String {
    let mut hasher = StableSipHasher128::new();
    kind.hash(&mut hasher);
    // `CanonicalUrl`: one trailing slash goes, unless it is the whole path.
    let path = url
        .find("://")
        .and_then(|at| url[at + 3..].find('/').map(|slash| at + 3 + slash));
    let bare = url
        .strip_suffix('/')
        .filter(|bare| path != Some(bare.len()))
        .unwrap_or(url);
    bare.hash(&mut hasher);
    let hash = Hasher::finish(&hasher);
    // Little-endian, byte by byte: the digits of the number with its bytes swapped.
    let hex = hash.swap_bytes();
    format!("{host}-{hex:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_are_named_as_cargo_names_them() {
        assert_eq!(
            ident(GIT, GIT_INDEX, "github.com"),
            "github.com-25cdd57fae9f0462"
        );
        let url = Url::parse(crates_index::sparse::URL.trim_start_matches("sparse+")).unwrap();
        let host = url.host_str().unwrap();
        let named = ident(SPARSE, &format!("sparse+{url}"), host);
        assert_eq!(named, format!("{host}-1949cf8c6b5b557f"));
        for (address, folder) in [
            ("file:///tmp/gi-exp/idx", "-e4d9e9057f3f6c30"),
            ("file:///tmp/gi-exp/idx.git", "-e4d9e9057f3f6c30"),
            ("file:///tmp/gi-exp/idx/", "-e4d9e9057f3f6c30"),
            (
                "https://github.com/Rust-Lang/crates.io-index.git",
                "github.com-25cdd57fae9f0462",
            ),
        ] {
            let registry = RegistrySource::parse(&format!("registry+{address}")).unwrap();
            assert_eq!(folder_of(&registry), folder, "{address}");
        }
        for (path, hash) in [("index/", "72fefcc0e2a1ab40"), ("", "77741229ed2c0faf")] {
            let url = format!("sparse+http://127.0.0.1:7879/{path}");
            assert_eq!(
                ident(SPARSE, &url, "127.0.0.1"),
                format!("127.0.0.1-{hash}")
            );
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_folder_of_a_local_registry_is_named_as_cargo_names_it() {
        let folder = of_local_registry(Path::new("/tmp/exp-prune/reg"));
        assert_eq!(folder, "-d5f27b916a2cfced");
    }

    #[test]
    fn a_line_is_taken_from_an_index_cache() {
        let mut file = b"\x03\x02\0\0\0etag: \"x\"\0".to_vec();
        file.extend_from_slice(b"1.0.0\x00{\"a\":1}\x001.0.1\x00{\"b\":2}\x00");
        let lines: Vec<_> = cached_lines(&file).collect();
        assert_eq!(
            lines,
            [
                (b"1.0.0".as_slice(), b"{\"a\":1}".as_slice()),
                (b"1.0.1", b"{\"b\":2}")
            ]
        );
        for broken in [
            b"\x01".as_slice(),
            b"\x03\x02\0\0\0x",
            b"\x02\x02\0\0\0x\x001.0.0\x00{}\x00",
        ] {
            assert_eq!(cached_lines(broken).count(), 0);
        }
    }

    proptest! {
        #[test]
        fn whatever_a_cache_file_holds_is_read_within_it(
            mut file in proptest::collection::vec(prop_oneof![Just(0), Just(3), any::<u8>()], 0..200),
            current in any::<bool>(),
        ) {
            if let Some(first) = file.first_mut().filter(|_| current) {
                *first = 3;
            }
            let taken: usize = cached_lines(&file)
                .map(|(version, line)| version.len() + line.len() + 2)
                .sum();
            prop_assert!(taken <= file.len());
        }
    }
}
