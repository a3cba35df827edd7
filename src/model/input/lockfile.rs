//! `Cargo.lock`, versions 1 to 4: which packages it names, from where, with which checksum.
//!
//! The file alone is enough; no manifest is read. `[[patch.unused]]` entries count too: a frozen build fails without
//! them (cargo resolves them before it learns that nothing uses them).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, Invalid};
use crate::model::source::garbled::is_garbled;
use crate::model::source::id::SourceId;
use crate::model::text::printable;
use crate::model::toml_error::explain;

/// The largest lockfile, manifest or list we read. A thousand packages take a quarter of a megabyte; a hostile file takes
/// up to 75 times its size in memory while it is parsed.
pub const MAX_FILE: u64 = 16 << 20;

/// The newest lockfile version stable cargo writes.
const NEWEST: u32 = 4;

/// A package that a lockfile takes from somewhere else than the project itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    pub id: CrateId,
    pub source: SourceId,
    /// Git packages have none, and very old lockfiles may lack some.
    pub checksum: Option<Sha256>,
}

/// Why a text is not a lockfile we can trust.
#[derive(Debug, thiserror::Error)]
pub enum BadLockfile {
    // The message may quote a value of the file.
    #[error("line {line}, column {column}: {}", printable(.message))]
    Toml {
        line: usize,
        column: usize,
        message: String,
    },
    #[error("it has version {0}, and this program knows versions 1 to {NEWEST}")]
    Version(u32),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("{id} stands twice, with the checksums {first} and {second}")]
    TwoChecksums {
        id: CrateId,
        first: Sha256,
        second: Sha256,
    },
}

/// A lockfile as it is written, all versions.
#[derive(Deserialize)]
pub(super) struct LockfileDocument<'a> {
    #[serde(default)]
    pub(super) version: Option<u32>,
    #[serde(borrow, default)]
    pub(super) package: Vec<LockfilePackage<'a>>,
    /// Version 1 only, and only before 2017: the package of a project that is not a workspace.
    #[serde(borrow, default)]
    pub(super) root: Option<LockfilePackage<'a>>,
    #[serde(borrow, default)]
    pub(super) patch: LockfilePatch<'a>,
    #[serde(borrow, default)]
    pub(super) metadata: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

#[derive(Deserialize, Default)]
pub(super) struct LockfilePatch<'a> {
    #[serde(borrow, default)]
    pub(super) unused: Vec<LockfilePackage<'a>>,
}

#[derive(Deserialize)]
pub(super) struct LockfilePackage<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) version: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) checksum: Option<Cow<'a, str>>,
    /// As much of each as tells it apart: `name`, `name version` or `name version (source)`.
    #[serde(borrow, default)]
    pub(super) dependencies: Vec<Cow<'a, str>>,
}

impl<'a> LockfileDocument<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, BadLockfile> {
        let document: Self = toml::from_str(text).map_err(|cause| syntax(text, &cause))?;
        match document.version {
            Some(version) if version > NEWEST => Err(BadLockfile::Version(version)),
            _ => Ok(document),
        }
    }
}

/// Reads a lockfile: every package with a source, sorted, each once.
pub fn parse(text: &str) -> Result<Vec<Locked>, BadLockfile> {
    let document = LockfileDocument::parse(text)?;
    let version = document.version.unwrap_or(1);
    let mut locked = Vec::with_capacity(document.package.len());
    for package in document
        .package
        .iter()
        .chain(&document.root)
        .chain(&document.patch.unused)
    {
        let Some(source) = package.source.as_deref() else {
            continue;
        };
        let key;
        let checksum = match package.checksum.as_deref() {
            Some(checksum) => Some(checksum),
            None if document.metadata.is_empty() => None,
            None => {
                key = format!("checksum {} {} ({source})", package.name, package.version);
                document
                    .metadata
                    .get(key.as_str())
                    .map(AsRef::as_ref)
                    .filter(|checksum| *checksum != "<none>")
            }
        };
        locked.push(Locked {
            id: CrateId::parse(&package.name, &package.version)?,
            source: if is_garbled(source, version) {
                SourceId::Other(source.to_owned())
            } else {
                SourceId::parse(source)
            },
            checksum: checksum.map(Sha256::parse).transpose()?,
        });
    }
    locked.sort_unstable();
    // An entry without a checksum adds nothing to one that has it.
    locked.dedup_by(|later, kept| {
        let same = (&later.id, &later.source) == (&kept.id, &kept.source);
        if same && kept.checksum.is_none() {
            kept.checksum = later.checksum;
        }
        same && kept.checksum == later.checksum
    });
    for pair in locked.windows(2) {
        if let (Some(first), Some(second)) = (pair[0].checksum, pair[1].checksum)
            && (&pair[0].id, &pair[0].source) == (&pair[1].id, &pair[1].source)
        {
            return Err(BadLockfile::TwoChecksums {
                id: pair[0].id.clone(),
                first,
                second,
            });
        }
    }
    Ok(locked)
}

/// What is wrong with a text that is no TOML, or not that of a lockfile.
fn syntax(text: &str, cause: &toml::de::Error) -> BadLockfile {
    let offset = cause.span().map_or(0, |span| span.start);
    let (line, column, message) = explain(text, offset, cause.message());
    BadLockfile::Toml {
        line,
        column,
        message,
    }
}

/// Whether a text is a lockfile rather than a list of crates.
pub fn looks_like_one(text: &str) -> bool {
    text.lines().any(|line| {
        matches!(
            line.trim_end(),
            "[[package]]" | "[root]" | "[[patch.unused]]"
        )
    }) || text.starts_with("# This file is automatically @generated by Cargo.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::id::CRATES_IO;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn version_1_keeps_its_checksums_in_metadata() {
        let text = format!(
            "[root]\nname = \"p\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0 ({CRATES_IO})\"]\n\n\
             [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{CRATES_IO}\"\n\n\
             [[package]]\nname = \"g\"\nversion = \"1.0.0\"\nsource = \"git+https://r.example/g#{COMMIT}\"\n\n\
             [metadata]\n\"checksum a 1.0.0 ({CRATES_IO})\" = \"{A}\"\n\
             \"checksum g 1.0.0 (git+https://r.example/g#{COMMIT})\" = \"<none>\"\n"
        );
        let locked = parse(&text).unwrap();
        assert_eq!(locked.len(), 2);
        assert_eq!(locked[0].checksum, Some(Sha256::parse(A).unwrap()));
        assert_eq!(locked[1].checksum, None);
        assert!(matches!(locked[1].source, SourceId::Git(_)));
    }

    #[test]
    fn later_versions_keep_checksums_inline_and_unused_patches_count() {
        for version in ["", "version = 3\n", "version = 4\n"] {
            let text = format!(
                "{version}[[package]]\nname = \"p\"\nversion = \"0.1.0\"\n\n\
                 [[package]]\nname = \"a\"\nversion = \"1.0.0+b\"\nsource = \"{CRATES_IO}\"\nchecksum = \"{A}\"\n\n\
                 [[patch.unused]]\nname = \"u\"\nversion = \"1.0.0\"\nsource = \"{CRATES_IO}\"\nchecksum = \"{B}\"\n"
            );
            let names: Vec<String> = parse(&text)
                .unwrap()
                .iter()
                .map(|locked| locked.id.to_string())
                .collect();
            assert_eq!(names, ["a@1.0.0+b", "u@1.0.0"]);
        }
    }

    #[test]
    fn what_cannot_be_trusted_is_refused_with_its_place() {
        let error = parse("version = 4\n[[package]\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2, column "), "{error}");
        let long = format!("version = \"{}\"\n", "a".repeat(10_000));
        let error = parse(&long).unwrap_err().to_string();
        assert!(error.len() < 200 && error.contains("aaa"), "{error}");
        let error = parse("version = 5\n").unwrap_err().to_string();
        assert!(error.contains("version 5"), "{error}");
        let evil = format!(
            "[[package]]\nname = \"../evil\"\nversion = \"1.0.0\"\nsource = \"{CRATES_IO}\"\n"
        );
        assert!(parse(&evil).unwrap_err().to_string().contains("../evil"));
        let entry = |sum| {
            format!(
                "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{CRATES_IO}\"\nchecksum = \"{sum}\"\n"
            )
        };
        assert!(matches!(
            parse(&(entry(A) + &entry(B))),
            Err(BadLockfile::TwoChecksums { .. })
        ));
    }

    #[test]
    fn a_package_with_and_without_checksum_is_one() {
        let without =
            format!("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{CRATES_IO}\"\n");
        let with = |sum| format!("{without}checksum = \"{sum}\"\n");
        for text in [without.clone() + &with(A), with(A) + &without] {
            let locked = parse(&text).unwrap();
            assert_eq!(locked.len(), 1);
            assert_eq!(locked[0].checksum, Some(Sha256::parse(A).unwrap()));
        }
        assert!(parse(&(without.clone() + &with(A) + &with(B))).is_err());
    }
}
