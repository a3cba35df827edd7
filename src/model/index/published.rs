//! What upstream's index says of a crate, kept small, and what that means for a version that somebody has locked.
//!
//! ```text
//! cargo-mirror watch 1 <SHA-256 of all that follows>
//! serde
//! etag "7f8a..."                       or `last-modified <date>`: what to ask with next time
//! 1.0.228 <checksum>
//! 1.0.229 <checksum> yanked
//! ```
//!
//! Every version is kept, not a verdict: another project may have locked another one. A text that does not hash to what
//! its first line says is as good as none.

use std::fmt::Write;

use semver::{Comparator, Op, VersionReq};

use crate::model::index::file::IndexLine;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::policy::advisory::Advisory;

const HEAD: &str = "cargo-mirror watch 1 ";

/// One version in upstream's index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub version: Version,
    pub checksum: Sha256,
    pub yanked: bool,
}

/// What is to be said of a locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Yanked {
        package: CrateId,
    },
    /// Upstream has other bytes under the same version.
    Replaced {
        package: CrateId,
        ours: Sha256,
        upstream: Sha256,
    },
    Deleted {
        package: CrateId,
    },
    Advisory {
        package: CrateId,
        advisory: Advisory,
    },
    /// The newest version that may take its place, and the newest of all that may not.
    Newer {
        package: CrateId,
        compatible: Option<Version>,
        incompatible: Option<Version>,
    },
}

impl Finding {
    pub fn package(&self) -> &CrateId {
        match self {
            Self::Yanked { package }
            | Self::Replaced { package, .. }
            | Self::Deleted { package }
            | Self::Advisory { package, .. }
            | Self::Newer { package, .. } => package,
        }
    }

    /// Whether somebody must do something about it. Newer versions, and advisories that only inform, are news.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Yanked { .. } | Self::Replaced { .. } | Self::Deleted { .. } => true,
            Self::Advisory { advisory, .. } => advisory.informational.is_none(),
            Self::Newer { .. } => false,
        }
    }
}

/// The versions of `name` in the text of an index file. `None`: the text is no index file.
pub fn published(name: &CrateName, text: &[u8]) -> Option<Vec<Published>> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty());
    let (mut versions, mut empty, mut read) = (Vec::new(), true, false);
    for line in lines {
        empty = false;
        let Ok(line) = IndexLine::parse(line) else {
            continue;
        };
        read = true;
        if line.id().name == *name {
            versions.push(Published {
                version: line.id().version.clone(),
                checksum: *line.checksum(),
                yanked: line.yanked(),
            });
        }
    }
    (read || empty).then_some(versions)
}

/// Holds a locked package against what upstream has. `ours` is the checksum that lockfile or mirror vouches for.
pub fn judge(id: &CrateId, ours: Option<&Sha256>, published: &[Published]) -> Vec<Finding> {
    let package = || id.clone();
    let mut findings = Vec::new();
    let same = || published.iter().filter(|known| known.version == id.version);
    // A version that stands twice is the one we have, else the last one, which is what cargo goes by.
    let line = same()
        .find(|known| ours == Some(&known.checksum))
        .or_else(|| same().next_back());
    match (line, ours) {
        (None, _) => findings.push(Finding::Deleted { package: package() }),
        (Some(line), Some(ours)) if line.checksum != *ours => findings.push(Finding::Replaced {
            package: package(),
            ours: *ours,
            upstream: line.checksum,
        }),
        _ => {}
    }
    if line.is_some_and(|line| line.yanked) {
        findings.push(Finding::Yanked { package: package() });
    }
    let (compatible, incompatible) = newer(&id.version, published);
    if compatible.is_some() || incompatible.is_some() {
        findings.push(Finding::Newer {
            package: package(),
            compatible,
            incompatible,
        });
    }
    findings
}

/// The newest version that a requirement on `locked` allows, and the newest of the others.
fn newer(locked: &Version, published: &[Published]) -> (Option<Version>, Option<Version>) {
    let locked = locked.semver();
    let compatible = VersionReq {
        comparators: vec![Comparator {
            op: Op::Caret,
            major: locked.major,
            minor: Some(locked.minor),
            patch: Some(locked.patch),
            pre: locked.pre.clone(),
        }],
    };
    let newest = |wanted: &dyn Fn(&semver::Version) -> bool| {
        let known = published
            .iter()
            .filter(|known| !known.yanked && known.version.semver().cmp_precedence(locked).is_gt());
        let wanted = known.filter(|known| wanted(known.version.semver()));
        wanted.map(|known| &known.version).max().cloned()
    };
    (
        newest(&|version| compatible.matches(version)),
        newest(&|version| version.pre.is_empty() && !compatible.matches(version)),
    )
}

/// What is kept of one crate. `None`: the server gave something that no line can hold.
pub fn render(name: &CrateName, validator: &Validator, published: &[Published]) -> Option<String> {
    let (kind, value) = match validator {
        Validator::Etag(tag) => ("etag", tag),
        Validator::LastModified(date) => ("last-modified", date),
    };
    if value.chars().any(char::is_control) {
        return None;
    }
    let mut text = format!("{name}\n{kind} {value}\n");
    for known in published {
        let yanked = if known.yanked { " yanked" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {}{yanked}", known.version, known.checksum);
    }
    Some(format!("{HEAD}{}\n{text}", digest(&text)))
}

/// What was kept of `name`, if it is whole and of that crate.
pub fn parse(name: &CrateName, text: &str) -> Option<(Validator, Vec<Published>)> {
    let (head, text) = text.split_once('\n')?;
    if head.strip_prefix(HEAD)? != digest(text).to_string() {
        return None;
    }
    let mut lines = text.lines();
    if lines.next()? != name.as_str() {
        return None;
    }
    let validator = match lines.next()?.split_once(' ')? {
        ("etag", tag) => Validator::Etag(tag.to_owned()),
        ("last-modified", date) => Validator::LastModified(date.to_owned()),
        _ => return None,
    };
    let published = lines.map(|line| {
        let mut words = line.split(' ');
        Some(Published {
            version: Version::parse(name.as_str(), words.next()?).ok()?,
            checksum: Sha256::parse(words.next()?).ok()?,
            yanked: words.next() == Some("yanked"),
        })
    });
    Some((validator, published.collect::<Option<_>>()?))
}

fn digest(text: &str) -> Sha256 {
    Sha256::of(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: &str, digit: char, yanked: bool) -> Published {
        Published {
            version: Version::parse("foo", version).unwrap(),
            checksum: Sha256::parse(&digit.to_string().repeat(64)).unwrap(),
            yanked,
        }
    }

    fn said(locked: &str, published: &[Published]) -> (Option<String>, Option<String>) {
        let locked = Version::parse("foo", locked).unwrap();
        let (compatible, incompatible) = newer(&locked, published);
        let text = |version: Option<Version>| version.map(|version| version.to_string());
        (text(compatible), text(incompatible))
    }

    #[test]
    fn what_is_kept_is_read_again_and_nothing_else() {
        let name = CrateName::parse("foo").unwrap();
        let published = [known("1.0.0", 'a', false), known("1.0.1+b", 'b', true)];
        for validator in [
            Validator::Etag("W/\"a b\"".to_owned()),
            Validator::LastModified("Wed, 21 Oct 2015 07:28:00 GMT".to_owned()),
        ] {
            let text = render(&name, &validator, &published).unwrap();
            assert_eq!(parse(&name, &text), Some((validator, published.to_vec())));
            for cut in 0..text.len() {
                assert_eq!(parse(&name, &text[..cut]), None, "{cut}");
            }
            assert_eq!(parse(&name, &text.replace("1.0.0", "1.0.2")), None);
            assert_eq!(parse(&CrateName::parse("Foo").unwrap(), &text), None);
        }
        let evil = Validator::Etag("a\n2.0.0".to_owned());
        assert_eq!(render(&name, &evil, &published), None);
    }

    #[test]
    fn newer_versions_are_told_by_what_may_take_the_place_of_the_locked_one() {
        let some = |text: &str| Some(text.to_owned());
        let published = [
            known("0.9.0", 'a', false),
            known("1.0.0", 'a', false),
            known("1.2.0", 'a', false),
            known("1.3.0", 'a', true),
            known("1.4.0-rc.1", 'a', false),
            known("2.0.0", 'a', false),
            known("3.0.0-beta", 'a', false),
            known("4.0.0", 'a', true),
        ];
        assert_eq!(said("1.0.0", &published), (some("1.2.0"), some("2.0.0")));
        assert_eq!(said("1.4.0-alpha", &published).0, some("1.4.0-rc.1"));
        assert_eq!(said("2.0.0", &published), (None, None));
        assert_eq!(said("0.9.0", &published), (None, some("2.0.0")));
        // The build part makes no version newer.
        assert_eq!(said("2.0.0", &[known("2.0.0+new", 'a', false)]).0, None);
    }

    #[test]
    fn a_version_that_stands_twice_is_not_replaced_while_ours_is_there() {
        let id = CrateId::parse("foo", "1.0.0").unwrap();
        let twice = [known("1.0.0", 'a', true), known("1.0.0", 'b', false)];
        let checksum = |digit: char| known("1.0.0", digit, false).checksum;
        assert_eq!(judge(&id, Some(&checksum('b')), &twice), []);
        let yanked = Finding::Yanked {
            package: id.clone(),
        };
        assert_eq!(judge(&id, Some(&checksum('a')), &twice), [yanked]);
        let replaced = judge(&id, Some(&checksum('c')), &twice);
        assert!(
            matches!(&replaced[..], [Finding::Replaced { upstream, .. }] if *upstream == checksum('b'))
        );
    }

    #[test]
    fn an_error_page_is_no_index_file() {
        let name = CrateName::parse("foo").unwrap();
        assert_eq!(published(&name, b"<html>\n"), None);
        assert_eq!(published(&name, b"\n"), Some(Vec::new()));
    }
}
