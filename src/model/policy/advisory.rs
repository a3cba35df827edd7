//! One advisory of a RustSec database: TOML between fences, then prose.
//!
//! ````text
//! ```toml
//! [advisory]
//! id = "RUSTSEC-2021-0001"
//! package = "foo"
//! date = "2021-01-01"
//!
//! [versions]
//! patched = [">= 1.2.3"]
//! ```
//!
//! # What is wrong, in one line
//! ````

use semver::{Comparator, Op, VersionReq};
use serde::Deserialize;

use crate::model::package::id::Invalid;
use crate::model::text::printable;

/// What is known of a fault in some versions of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    pub id: String,
    pub crate_name: String,
    pub title: String,
    pub date: String,
    pub aliases: Vec<String>,
    pub cvss: Option<String>,
    pub url: Option<String>,
    /// `unmaintained`, `unsound`, `notice`: it is no vulnerability.
    pub informational: Option<String>,
    /// Its author took it back: it counts no more.
    pub withdrawn: bool,
    pub patched: Vec<VersionReq>,
    unaffected: Vec<VersionReq>,
}

/// Why a text is not an advisory.
#[derive(Debug, thiserror::Error)]
pub enum BadAdvisory {
    #[error("it does not begin with TOML between ```toml and ```")]
    NoFront,
    #[error("its TOML cannot be read: {0}")]
    Toml(String),
    #[error("`{}` is not a version requirement: {cause}", printable(.text))]
    Requirement { text: String, cause: semver::Error },
    #[error("it is about `{}`, but stands in the folder of `{expected}`", printable(.found))]
    OtherCrate { found: String, expected: String },
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

#[derive(Deserialize)]
struct Front {
    advisory: AdvisoryFields,
    #[serde(default)]
    versions: Versions,
}

#[derive(Deserialize)]
struct AdvisoryFields {
    id: String,
    package: String,
    date: toml::Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    cvss: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    informational: Option<String>,
    #[serde(default)]
    withdrawn: Option<toml::Value>,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

/// Reads an advisory.
pub fn parse(text: &str) -> Result<Advisory, BadAdvisory> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (first, rest) = text.split_once('\n').ok_or(BadAdvisory::NoFront)?;
    if first.trim_end() != "```toml" {
        return Err(BadAdvisory::NoFront);
    }
    let mut at = 0;
    let end = rest.split_inclusive('\n').find_map(|line| {
        at += line.len();
        (line.trim_end() == "```").then_some(at - line.len())
    });
    let end = end.ok_or(BadAdvisory::NoFront)?;
    let front: Front = toml::from_str(&rest[..end])
        .map_err(|cause| BadAdvisory::Toml(printable(cause.message())))?;
    let heading = rest[at..].lines().find_map(|line| line.strip_prefix("# "));
    let fields = front.advisory;
    Ok(Advisory {
        title: heading
            .map(|heading| heading.trim().to_owned())
            .or(fields.title)
            .unwrap_or_default(),
        id: fields.id,
        crate_name: fields.package,
        date: match fields.date {
            toml::Value::String(date) => date,
            other => other
                .as_datetime()
                .map(ToString::to_string)
                .unwrap_or_default(),
        },
        aliases: fields.aliases,
        cvss: fields.cvss,
        url: fields.url,
        informational: fields.informational,
        withdrawn: fields.withdrawn.is_some(),
        patched: requirements(&front.versions.patched)?,
        unaffected: requirements(&front.versions.unaffected)?,
    })
}

fn requirements(texts: &[String]) -> Result<Vec<VersionReq>, BadAdvisory> {
    let parse = |text: &String| {
        VersionReq::parse(text).map_err(|cause| BadAdvisory::Requirement {
            text: text.clone(),
            cause,
        })
    };
    texts.iter().map(parse).collect()
}

impl Advisory {
    /// Whether this version has the fault: neither mended nor never broken.
    pub fn affects(&self, version: &semver::Version) -> bool {
        let mut sound = self.patched.iter().chain(&self.unaffected);
        !self.withdrawn && !sound.any(|requirement| covers(requirement, version))
    }
}

/// Whether a version lies in the range that a requirement spans. Unlike cargo's own matching this takes a pre-release for
/// what it is, a point on the line: 1.3.0-rc.1 is covered by `>= 1.2`.
fn covers(requirement: &VersionReq, version: &semver::Version) -> bool {
    requirement
        .comparators
        .iter()
        .all(|comparator| within(comparator, version))
}

fn within(comparator: &Comparator, version: &semver::Version) -> bool {
    let Comparator {
        op,
        major,
        minor,
        patch,
        pre,
    } = comparator;
    let low = semver::Version {
        major: *major,
        minor: minor.unwrap_or(0),
        patch: patch.unwrap_or(0),
        pre: pre.clone(),
        build: semver::BuildMetadata::EMPTY,
    };
    let order = version.cmp_precedence(&low);
    let numbers = (version.major, version.minor, version.patch);
    // The first release that no longer begins with the parts that are given. Its pre-releases lie outside too.
    let below_next = |parts: usize| match (parts, minor, patch) {
        (3, Some(minor), Some(patch)) => numbers < (*major, *minor, patch + 1),
        (2.., Some(minor), _) => numbers < (*major, minor + 1, 0),
        _ => numbers < (major + 1, 0, 0),
    };
    match op {
        Op::Exact if patch.is_some() => order.is_eq(),
        Op::Exact | Op::Wildcard | Op::Tilde => order.is_ge() && below_next(2),
        Op::Greater if patch.is_some() => order.is_gt(),
        Op::Greater => order.is_ge() && !below_next(2),
        Op::GreaterEq => order.is_ge(),
        Op::Less => order.is_lt(),
        Op::LessEq if patch.is_some() => order.is_le(),
        Op::LessEq => below_next(2),
        Op::Caret => {
            // Up to the first part that is not zero, as far as parts are given.
            let parts = match (major, minor, patch) {
                (1.., _, _) | (_, None, _) => 1,
                (_, Some(1..), _) | (_, _, None) => 2,
                _ => 3,
            };
            order.is_ge() && below_next(parts)
        }
        // An operator of the future: better one alarm too many.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(versions: &str, more: &str) -> String {
        format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2021-0001\"\npackage = \"foo\"\ndate = \"2021-01-02\"\n{more}\n\n\
             [versions]\n{versions}\n```\n\n# It does `wrong`\n\nAnd so on.\n\n# Not the title\n"
        )
    }

    #[test]
    fn an_advisory_is_read() {
        let text = advisory(
            "patched = [\">= 1.2.3\"]\nunaffected = [\"< 1.1\"]",
            "aliases = [\"CVE-1\"]\ncvss = \"CVSS:3.1/AV:N\"\n",
        );
        let read = parse(&text.replace('\n', "\r\n")).unwrap();
        assert_eq!((&*read.id, &*read.crate_name), ("RUSTSEC-2021-0001", "foo"));
        assert_eq!(
            (&*read.title, &*read.date),
            ("It does `wrong`", "2021-01-02")
        );
        assert_eq!(read.aliases, ["CVE-1"]);
        assert!(!read.withdrawn && read.informational.is_none());
        for (version, affected) in [
            ("1.0.9", false),
            ("1.1.0", true),
            ("1.2.2", true),
            ("1.2.3-rc.1", true),
            ("1.2.3", false),
            ("1.3.0-rc.1", false),
            ("2.0.0", false),
        ] {
            let version = semver::Version::parse(version).unwrap();
            assert_eq!(read.affects(&version), affected, "{version}");
        }
    }

    #[test]
    fn what_was_taken_back_affects_nobody() {
        let any = semver::Version::new(1, 0, 0);
        assert!(parse(&advisory("patched = []", "")).unwrap().affects(&any));
        let withdrawn = advisory("patched = []", "withdrawn = \"2022-01-01\"");
        assert!(!parse(&withdrawn).unwrap().affects(&any));
    }

    #[test]
    fn requirements_span_ranges() {
        for (requirement, inside, outside) in [
            (
                "^0.2.3",
                "0.2.9 0.2.4-rc.1",
                "0.2.2 0.3.0 0.3.0-rc.1 0.2.3-rc.1",
            ),
            ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
            ("^0.2", "0.2.0 0.2.9", "0.3.0"),
            ("^0", "0.9.9", "1.0.0"),
            ("1", "1.0.0 1.9.0-rc.1", "2.0.0-rc.1 0.9.0"),
            ("~1.2", "1.2.9", "1.3.0-rc.1 1.1.9"),
            ("~1", "1.9.0", "2.0.0"),
            ("=1.2", "1.2.7", "1.3.0"),
            ("=1.2.3", "1.2.3 1.2.3+b", "1.2.4 1.2.3-rc.1"),
            ("1.2.*", "1.2.3", "1.3.0"),
            ("*", "0.0.1-rc.1", ""),
            ("> 1.2", "1.3.0", "1.2.9"),
            ("> 1.2.3", "1.2.4-rc.1", "1.2.3"),
            ("<= 1.2", "1.2.9 0.1.0", "1.3.0"),
            ("<= 1.2.3", "1.2.3", "1.2.4"),
            (">= 1.2.3, < 1.3.0", "1.2.9", "1.3.0 1.2.2"),
            (">= 1.3.0-rc.1", "1.3.0-rc.2 1.3.0", "1.3.0-beta"),
        ] {
            let parsed = VersionReq::parse(requirement).unwrap();
            for (versions, expected) in [(inside, true), (outside, false)] {
                for version in versions.split_whitespace() {
                    let version = semver::Version::parse(version).unwrap();
                    assert_eq!(
                        covers(&parsed, &version),
                        expected,
                        "{requirement} {version}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (text, said) in [
            (String::new(), "does not begin"),
            ("# A title\n".to_owned(), "does not begin"),
            ("```toml\n[advisory]\n".to_owned(), "does not begin"),
            ("```toml\n[advisory\n```\n".to_owned(), "cannot be read"),
            (
                "```toml\n[advisory]\nid = 1\n```\n".to_owned(),
                "cannot be read",
            ),
            (
                advisory("patched = [\"newest\"]", ""),
                "not a version requirement",
            ),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
