//! What names a package and what vouches for its bytes: crate name, version, checksum, and `Verified`, which only
//! hashing can make.
//!
//! Names and versions are checked here, once, where they enter. Code that builds paths out of them cannot be reached
//! with an unchecked one, so no lockfile, list or index line can name a file outside the mirror.

use std::fmt::{self, Write};
use std::hash::Hash;
use std::sync::Arc;

use crate::model::text::printable;

/// The longest crate name the default registry accepts.
const MAX_NAME: usize = 64;

/// Keeps `<name>-<version>.crate` below the 255 bytes a file name may have everywhere.
const MAX_VERSION: usize = 180;

/// Names that Windows reserves for devices, whatever the extension; the default registry reserves them too.
const DEVICE_NAMES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Whether Windows has a device of this name.
pub fn is_device_name(name: &str) -> bool {
    let mut devices = DEVICE_NAMES.iter();
    devices.any(|device| name.eq_ignore_ascii_case(device))
}

/// Why a name, version or checksum was refused at the door.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    #[error("`{}` is not a crate name: {reason}", printable(.name))]
    Name { name: String, reason: &'static str },
    #[error("`{}` is not a version of `{name}`: {reason}", printable(.version))]
    Version {
        name: String,
        version: String,
        reason: String,
    },
    #[error("`{}` is not a SHA-256 checksum: it must be 64 hexadecimal digits", printable(.0))]
    Checksum(String),
}

/// A crate name, in its original case. It is shared, since one name goes a long way: with a download, a line, a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrateName(Arc<str>);

impl CrateName {
    /// Accepts ASCII letters, digits, `-` and `_`, at most 64 of them, and no Windows device name.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let refuse = |reason| {
            Err(Invalid::Name {
                name: name.to_owned(),
                reason,
            })
        };
        let Some(first) = name.bytes().next() else {
            return refuse("it is empty");
        };
        if name.len() > MAX_NAME {
            return refuse("it has more than 64 characters");
        }
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        {
            return refuse("only ASCII letters, digits, `-` and `_` may stand in one");
        }
        if first == b'-' {
            return refuse("it starts with `-`");
        }
        if is_device_name(name) {
            return refuse("Windows reserves it for a device");
        }
        Ok(Self(name.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a registry index keeps this crate: `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcd`, always lower case
    /// (cargo's `make_dep_path`, crates/cargo-util/src/registry.rs).
    pub fn index_path(&self) -> String {
        let mut path = String::with_capacity(self.0.len() + "ab/cd/".len());
        self.push_prefix(&mut path);
        path.push('/');
        path.push_str(&self.0);
        path.make_ascii_lowercase();
        path
    }

    /// Whether both have their lines in the same index file: names that differ in case only.
    pub fn shares_file_with(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }

    /// The `{prefix}` marker of a download template: the shard in the name's own case.
    pub fn push_prefix(&self, text: &mut String) {
        // A checked name, whose bytes are all ASCII.
        let name = &*self.0;
        match name.len() {
            1 => text.push('1'),
            2 => text.push('2'),
            3 => text.extend(["3/", &name[..1]]),
            _ => text.extend([&name[..2], "/", &name[2..4]]),
        }
    }
}

impl fmt::Display for CrateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A semantic version, with its `+build` part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

impl Version {
    pub fn parse(name: &str, version: &str) -> Result<Self, Invalid> {
        let refuse = |reason| Invalid::Version {
            name: name.to_owned(),
            version: version.to_owned(),
            reason,
        };
        if version.len() > MAX_VERSION {
            return Err(refuse(format!("it has more than {MAX_VERSION} characters")));
        }
        semver::Version::parse(version)
            .map(Self)
            .map_err(|cause| refuse(cause.to_string()))
    }

    pub fn semver(&self) -> &semver::Version {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One published version of a crate, within some source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrateId {
    pub name: CrateName,
    pub version: Version,
}

impl CrateId {
    pub fn parse(name: &str, version: &str) -> Result<Self, Invalid> {
        Ok(Self {
            name: CrateName::parse(name)?,
            version: Version::parse(name, version)?,
        })
    }

    /// `<name>-<version>.crate`, as cargo spells it (`PackageId::tarball_name`).
    pub fn file_name(&self) -> String {
        /// Hardly a version is longer, so that hardly a name grows as it is written.
        const VERSION: usize = 24;
        let mut name = String::with_capacity(self.name.0.len() + "-.crate".len() + VERSION);
        // Writing to a String cannot fail.
        let _ = write!(name, "{}-{}.crate", self.name, self.version);
        name
    }

    /// What a `.crate` of this name may hold: names and versions may both have hyphens.
    pub fn of_file_name(file: &str) -> impl Iterator<Item = Self> {
        let stem = file.strip_suffix(".crate").unwrap_or_default();
        stem.match_indices('-')
            .filter_map(move |(at, _)| Self::parse(&stem[..at], &stem[at + 1..]).ok())
    }
}

/// `name@version`, the form cargo takes as a package id.
impl fmt::Display for CrateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::package::checksum::Sha256;

    #[test]
    fn names_that_could_leave_the_mirror_are_refused() {
        let hostile = [
            "",
            ".",
            "..",
            "../evil",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "C:evil",
            "a\0b",
            "-rf",
            "con",
            "NUL",
            "Com1",
            "näme",
            "a b",
            "a\nb",
            "a.b",
        ];
        for name in hostile {
            assert!(CrateName::parse(name).is_err(), "{name:?} was let in");
        }
        assert!(CrateName::parse(&"a".repeat(65)).is_err());
    }

    #[test]
    fn versions_that_could_leave_the_mirror_are_refused() {
        for version in [
            "",
            "1",
            "1.0",
            "../1.0.0",
            "1.0.0/../..",
            "1.0.0\0",
            "1.0.0 ",
            "1.0.0-a/b",
            "1.0.0+..\\x",
        ] {
            assert!(
                Version::parse("a", version).is_err(),
                "{version:?} was let in"
            );
        }
        assert!(Version::parse("a", &format!("1.0.0-{}", "x".repeat(400))).is_err());
    }

    #[test]
    fn index_paths_follow_cargo() {
        let path = |name| CrateName::parse(name).unwrap().index_path();
        assert_eq!(path("a"), "1/a");
        assert_eq!(path("AB"), "2/ab");
        assert_eq!(path("Abc"), "3/a/abc");
        assert_eq!(path("PrivCrate"), "pr/iv/privcrate");
        let mut prefix = String::new();
        let name = CrateName::parse("PrivCrate").unwrap();
        name.push_prefix(&mut prefix);
        assert_eq!(prefix, "Pr/iv");
        let shares = |other| name.shares_file_with(&CrateName::parse(other).unwrap());
        assert!(shares("privcrate") && !shares("priv-crate"));
    }

    #[test]
    fn build_metadata_is_part_of_the_file_name() {
        let id = CrateId::parse("PrivCrate", "0.2.1+build5").unwrap();
        assert_eq!(id.file_name(), "PrivCrate-0.2.1+build5.crate");
    }

    #[test]
    fn checksums_read_as_they_print() {
        let text = "1b5d307320b3181d6d7954e663bd7c774a838b8220fe0593c86d9fb09f498b4b";
        assert_eq!(Sha256::parse(text).unwrap().to_string(), text);
        assert!(Sha256::parse(&text[1..]).is_err());
        assert!(Sha256::parse(&text.replace('b', "g")).is_err());
        assert!(Sha256::parse(&"é".repeat(32)).is_err());
    }
}
