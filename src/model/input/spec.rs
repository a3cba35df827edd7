//! Lists of crates as people write them: one a line, by name, requirement or exact version.
//!
//! ```text
//! serde                      # the newest version
//! tokio@1.40[rt,net]         # what a manifest's `tokio = "1.40"` with these features would get
//! regex = "1"                # the same, as a manifest has it
//! libc=0.2.150               # exactly this version
//! ```

use std::collections::BTreeSet;
use std::fmt;

use crate::model::package::id::{CrateName, Invalid, Version};
use crate::model::text::printable;

/// One crate that a person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    pub name: CrateName,
    pub wanted: Requirement,
    pub features: BTreeSet<String>,
}

/// Which versions of it will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    Newest,
    Matching(semver::VersionReq),
    Exactly(Version),
}

impl Requirement {
    /// As a manifest writes it.
    pub fn to_manifest(&self) -> String {
        match self {
            Self::Newest => "*".to_owned(),
            Self::Matching(requirement) => requirement.to_string(),
            // Build metadata takes no part in matching, and cargo warns about it.
            Self::Exactly(version) => {
                let mut bare = version.semver().clone();
                bare.build = semver::BuildMetadata::EMPTY;
                format!("={bare}")
            }
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wanted {
            Requirement::Newest => write!(f, "{}", self.name)?,
            Requirement::Matching(requirement) => write!(f, "{}@{requirement}", self.name)?,
            Requirement::Exactly(version) => write!(f, "{}={version}", self.name)?,
        }
        if !self.features.is_empty() {
            let features: Vec<&str> = self.features.iter().map(String::as_str).collect();
            write!(f, "[{}]", features.join(","))?;
        }
        Ok(())
    }
}

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadSpec {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("`{}` is not a version requirement: {cause}", printable(.text))]
    Requirement { text: String, cause: semver::Error },
    #[error("`{}` is not a feature name", printable(.0))]
    Feature(String),
    #[error("`[` without `]` in `{}`", printable(.0))]
    Unclosed(String),
    #[error("`{}` has no closing quote", printable(.0))]
    Quote(String),
}

/// A bad entry and its line, from 1.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct BadList {
    pub line: usize,
    pub cause: BadSpec,
}

/// Reads a list. `#` starts a comment; blank lines do not count.
pub fn parse(text: &str) -> Result<Vec<Spec>, BadList> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut specs = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            continue;
        }
        specs.push(parse_spec(entry).map_err(|cause| BadList {
            line: number + 1,
            cause,
        })?);
    }
    Ok(specs)
}

/// Reads one entry, as it may also stand on the command line.
pub fn parse_spec(entry: &str) -> Result<Spec, BadSpec> {
    let (entry, features) = match entry.find('[') {
        None => (entry, BTreeSet::new()),
        Some(at) => {
            let list = entry[at + 1..].trim_end().strip_suffix(']');
            let list = list.ok_or_else(|| BadSpec::Unclosed(entry.to_owned()))?;
            let features = list.split([',', ' ']).filter(|feature| !feature.is_empty());
            (
                entry[..at].trim_end(),
                features.map(feature).collect::<Result<_, _>>()?,
            )
        }
    };
    let (name, wanted) = match entry.find(['@', '=']) {
        None => (entry, Requirement::Newest),
        Some(at) => {
            let (name, rest) = (entry[..at].trim_end(), entry[at + 1..].trim());
            if entry.as_bytes()[at] == b'@' {
                (name, requirement(rest)?)
            } else if let Some(quoted) = rest.strip_prefix('"') {
                let inner = quoted
                    .strip_suffix('"')
                    .ok_or_else(|| BadSpec::Quote(entry.to_owned()))?;
                (name, requirement(inner)?)
            } else {
                (name, Requirement::Exactly(Version::parse(name, rest)?))
            }
        }
    };
    Ok(Spec {
        name: CrateName::parse(name)?,
        wanted,
        features,
    })
}

fn requirement(text: &str) -> Result<Requirement, BadSpec> {
    match text.trim() {
        "" | "latest" => Ok(Requirement::Newest),
        text => match semver::VersionReq::parse(text) {
            // `*` can be spelt `x` and `X`, too.
            Ok(requirement) if requirement == semver::VersionReq::STAR => Ok(Requirement::Newest),
            Ok(requirement) => Ok(Requirement::Matching(requirement)),
            Err(cause) => Err(BadSpec::Requirement {
                text: text.to_owned(),
                cause,
            }),
        },
    }
}

/// What cargo lets a feature name be (`validate_feature_name`), as far as a manifest's syntax is concerned: nothing
/// that could end the string it is written into.
fn feature(text: &str) -> Result<String, BadSpec> {
    let fits = |character: char| {
        character.is_alphanumeric() || matches!(character, '_' | '-' | '+' | '.' | '/' | '?')
    };
    if text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(BadSpec::Feature(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_and_prints() {
        let text = "\u{feff}# tools\r\nserde\r\n\ntokio@1.40[rt, net] # async\nregex = \"1\"\nlibc=0.2.150\nrand@>=0.8, <0.10\nlog[std]\nx@*\n";
        let specs: Vec<String> = parse(text)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            specs,
            [
                "serde",
                "tokio@^1.40[net,rt]",
                "regex@^1",
                "libc=0.2.150",
                "rand@>=0.8, <0.10",
                "log[std]",
                "x"
            ]
        );
    }

    #[test]
    fn every_spelling_of_any_version_is_the_same() {
        for entry in ["a", "a@", "a@*", "a@x", "a@X", "a = \"*\"", "a@latest"] {
            assert_eq!(parse_spec(entry).unwrap().wanted, Requirement::Newest);
        }
    }

    #[test]
    fn a_bad_entry_is_named_with_its_line() {
        for (text, said) in [
            ("serde\n../evil\n", "line 2: `../evil` is not a crate name"),
            ("a@one\n", "line 1: `one` is not a version requirement"),
            ("a=1\n", "line 1: `1` is not a version of `a`"),
            ("a@1[x\n", "line 1: `[` without `]`"),
            ("a = \"1\n", "line 1: `a = \"1` has no closing quote"),
            ("a[x\"y]\n", "line 1: `x\"y` is not a feature name"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn exact_versions_lose_build_metadata_in_a_manifest() {
        assert_eq!(
            parse_spec("a=1.2.3+x").unwrap().wanted.to_manifest(),
            "=1.2.3"
        );
    }
}
