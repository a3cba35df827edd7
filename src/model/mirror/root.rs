//! What a mirror was asked for: one root for each lockfile or list that was ever given.
//!
//! A root is a small text that people can read, too:
//!
//! ```text
//! cargo-mirror root 1
//! lockfile /home/me/app/Cargo.lock
//! serde@1.0.229 1b5d307320b3181d6d7954e663bd7c774a838b8220fe0593c86d9fb09f498b4b
//! shared@0.1.0 - git+https://r.example/shared#0123
//! ```
//!
//! Where only some builds were asked for, the third line says which, and what was left out (*pruned*) stands with its
//! size, so that everybody knows that it is no loss:
//!
//! ```text
//! only --target x86_64-unknown-linux-gnu --host x86_64-unknown-linux-gnu
//! pruned 12834 winapi@0.3.9 5c839a674fcd7a98952e593242ea400abe93992746761e38641405d28b00f419
//! ```
//!
//! It names everything the input came to, whether or not it could be fetched, so that a project that is gone is known as
//! gone and what it wanted still is known. Its file's modification time says when the input was last given.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use crate::model::input::build_filter::{BuildFilter, Pruned};
use crate::model::input::closure::Package;
use crate::model::input::lockfile::Locked;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, Invalid};
use crate::model::source::id::SourceId;
use crate::model::text::printable;

const HEADER: &str = "cargo-mirror root 1";

/// What kind of input it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootKind {
    /// A lockfile at a path, with or without a project around it.
    Lockfile,
    /// A crate list at a path.
    List,
    /// Crates named on the command line.
    Names,
    /// Something read from standard input.
    Stdin,
}

impl RootKind {
    fn word(self) -> &'static str {
        match self {
            Self::Lockfile => "lockfile",
            Self::List => "list",
            Self::Names => "names",
            Self::Stdin => "stdin",
        }
    }

    /// Whether its origin is a path.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Lockfile | Self::List)
    }
}

impl fmt::Display for RootKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What tells roots apart: the same input again is the same root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootId(String);

impl RootId {
    /// Accepts what [`RootOrigin::id`] makes, or the start of it, so that no file outside the roots' folder can be named.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = (4..=16).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        sound.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a root came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootOrigin {
    pub kind: RootKind,
    /// A path, or the words themselves. One line.
    pub text: String,
}

impl RootOrigin {
    pub fn new(kind: RootKind, text: &str) -> Self {
        // A path may have any character; the file has one line for it.
        let text = text.replace(['\n', '\r'], "\u{fffd}");
        Self { kind, text }
    }

    pub fn id(&self) -> RootId {
        let digest = Sha256::of(format!("{} {}", self.kind, self.text)).to_string();
        RootId(digest[..16].to_owned())
    }
}

/// An input, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    pub origin: RootOrigin,
    /// Sorted, each once.
    pub packages: BTreeSet<Locked>,
    /// Which builds were asked for, if not all.
    pub only: Option<BuildFilter>,
    /// Those of the packages that no such build reads.
    pub pruned: Pruned,
}

/// Why a text is no root.
#[derive(Debug, thiserror::Error)]
pub enum BadRoot {
    #[error("its first line is not `{HEADER}`")]
    Header,
    #[error("its second line does not say where it came from")]
    Origin,
    #[error("line {line} does not say which builds were asked for")]
    Only { line: usize },
    #[error("line {line} is `{}`, which names no package", printable(.text))]
    Package { line: usize, text: String },
    #[error("line {line}: {cause}")]
    Invalid { line: usize, cause: Invalid },
}

impl Root {
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(128 * (self.packages.len() + 2));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{HEADER}\n{} {}",
            self.origin.kind.word(),
            self.origin.text
        );
        if let Some(only) = &self.only {
            let _ = writeln!(text, "only {only}");
        }
        for Locked {
            id,
            source,
            checksum,
        } in &self.packages
        {
            let _ = match self.pruned.get(&(id.clone(), source.clone())) {
                Some(Some(bytes)) => write!(text, "pruned {bytes} {id} "),
                Some(None) => write!(text, "pruned - {id} "),
                None => write!(text, "{id} "),
            };
            match checksum {
                Some(checksum) => {
                    for byte in checksum.as_bytes() {
                        for digit in [byte >> 4, byte & 15] {
                            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
                        }
                    }
                }
                None => text.push('-'),
            }
            let _ = if source.is_crates_io() {
                writeln!(text)
            } else {
                writeln!(text, " {}", source.anonymous().text())
            };
        }
        text
    }

    pub fn parse(text: &str) -> Result<Self, BadRoot> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(BadRoot::Header);
        }
        let (word, from) = lines
            .next()
            .and_then(|line| line.split_once(' '))
            .ok_or(BadRoot::Origin)?;
        let kind = [
            RootKind::Lockfile,
            RootKind::List,
            RootKind::Names,
            RootKind::Stdin,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
        .ok_or(BadRoot::Origin)?;
        let mut packages = BTreeSet::new();
        let (mut only, mut pruned) = (None, Pruned::new());
        for (number, text) in lines.enumerate() {
            let line = number + 3;
            let invalid = |cause| BadRoot::Invalid { line, cause };
            // No name has a space, and every package has an `@`.
            if let Some(selection) = text.strip_prefix("only ") {
                only = Some(BuildFilter::parse(selection).ok_or(BadRoot::Only { line })?);
                continue;
            }
            let left_out = text
                .strip_prefix("pruned ")
                .and_then(|rest| rest.split_once(' '));
            let mut words = left_out.map_or(text, |(_, rest)| rest).splitn(3, ' ');
            let named = words.next().and_then(|id| id.split_once('@'));
            let (Some((name, version)), Some(checksum)) = (named, words.next()) else {
                let text = text.to_owned();
                return Err(BadRoot::Package { line, text });
            };
            let locked = Locked {
                id: CrateId::parse(name, version).map_err(invalid)?,
                checksum: match checksum {
                    "-" => None,
                    digits => Some(Sha256::parse(digits).map_err(invalid)?),
                },
                source: words.next().map_or(SourceId::CRATES_IO, SourceId::parse),
            };
            if let Some((bytes, _)) = left_out {
                let key = (locked.id.clone(), locked.source.clone());
                pruned.insert(key, bytes.parse().ok());
            }
            packages.insert(locked);
        }
        Ok(Self {
            origin: RootOrigin::new(kind, from),
            packages,
            only,
            pruned,
        })
    }

    /// Whether it wants this package, but not its bytes.
    pub fn prunes(&self, source: &SourceId, id: &CrateId) -> bool {
        // Few roots prune anything, and those that do are asked for every package.
        !self.pruned.is_empty() && self.pruned.contains_key(&(id.clone(), source.clone()))
    }

    /// The packages it wants, their sources without credentials.
    pub fn wants(&self) -> impl Iterator<Item = Package> {
        let packages = self.packages.iter();
        packages.map(|locked| (locked.id.clone(), locked.source.anonymous()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(name: &str, source: SourceId, checksum: Option<&str>) -> Locked {
        Locked {
            id: CrateId::parse(name, "1.0.0+build").unwrap(),
            source,
            checksum: checksum.map(|digit| Sha256::parse(&digit.repeat(64)).unwrap()),
        }
    }

    #[test]
    fn roots_read_as_they_are_written() {
        let git = "git+https://r.example/a?branch=main#0123";
        let root = Root {
            origin: RootOrigin::new(RootKind::Lockfile, "/home/me/my app/Cargo.lock"),
            packages: [
                locked("serde", SourceId::CRATES_IO, Some("a")),
                locked("old", SourceId::CRATES_IO, None),
                locked("shared", SourceId::parse(git), None),
            ]
            .into(),
            only: None,
            pruned: Pruned::new(),
        };
        let text = root.render();
        assert_eq!(Root::parse(&text).unwrap(), root);
        assert!(text.contains(&format!("\nshared@1.0.0+build - {git}\n")));
        assert_eq!(root.wants().count(), 3);
    }

    #[test]
    fn what_is_left_out_is_remembered_with_its_size() {
        let other = "sparse+https://r.example/index/";
        let packages: BTreeSet<Locked> = [
            locked("serde", SourceId::CRATES_IO, Some("a")),
            locked("winapi", SourceId::CRATES_IO, Some("b")),
            locked("winapi", SourceId::parse(other), Some("c")),
        ]
        .into();
        let pruned = packages.iter().skip(1).zip([Some(12), None]);
        let pruned = pruned.map(|(it, bytes)| ((it.id.clone(), it.source.clone()), bytes));
        let root = Root {
            origin: RootOrigin::new(RootKind::Lockfile, "/Cargo.lock"),
            only: BuildFilter::parse("--target t --host h --no-dev"),
            pruned: pruned.collect(),
            packages,
        };
        let text = root.render();
        assert_eq!(Root::parse(&text).unwrap(), root);
        assert!(
            text.contains("\nonly --target t --host h --no-dev\n"),
            "{text}"
        );
        assert!(
            text.contains("\npruned 12 winapi@1.0.0+build bbb"),
            "{text}"
        );
        assert_eq!(root.wants().count(), 3, "a pruned package is wanted, too");
    }

    #[test]
    fn a_text_that_is_not_whole_is_no_root() {
        for text in [
            "",
            "cargo-mirror root 2\nnames a\n",
            "cargo-mirror root 1",
            "cargo-mirror root 1\nrumour a\n",
            "cargo-mirror root 1\nnames a\nserde@1.0.0",
            "cargo-mirror root 1\nnames a\nserde@1.0.0 12\n",
            "cargo-mirror root 1\nnames a\n../serde@1.0.0 -\n",
            "cargo-mirror root 1\nnames a\n\0\0\0\0",
            "cargo-mirror root 1\nnames a\nonly tuesdays\n",
            "cargo-mirror root 1\nnames a\npruned 12\n",
            "cargo-mirror root 1\nnames a\npruned 12 serde\n",
        ] {
            assert!(Root::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_same_input_is_the_same_root() {
        let id = |kind, text| RootOrigin::new(kind, text).id();
        assert_eq!(id(RootKind::List, "a\nb"), id(RootKind::List, "a\rb"));
        assert_ne!(id(RootKind::List, "a"), id(RootKind::Names, "a"));
        assert_eq!(
            RootId::parse(id(RootKind::List, "a").as_str()),
            Some(id(RootKind::List, "a"))
        );
        for text in ["../../etc", "abc", "ABCDEF", ""] {
            assert_eq!(RootId::parse(text), None, "{text}");
        }
    }
}
