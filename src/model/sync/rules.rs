//! What a sync takes: rules about names and versions, read from words and printed back as them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::model::mirror::retention::Pattern;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::quantity;
use crate::model::units::timestamp::Timestamp;

/// Which versions of a crate are taken.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum VersionRule {
    #[default]
    All,
    /// The newest so many.
    Last(usize),
    /// The newest so many of each line that cargo takes for compatible: 0.1, 0.2, 1, 2.
    PerCompatible(usize),
    /// Those published at this time or later. One whose index line has no date is not known to be.
    Since(Timestamp),
}

/// What the first crates of a registry are the first by.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum TopBy {
    #[default]
    Downloads,
    /// Other crates whose shown version needs them for a build, optional dependencies included.
    Dependents,
}

/// What becomes of pre-releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreReleases {
    All,
    /// Taken where a crate has nothing else.
    IfOnly,
    None,
}

/// All rules of a selection. Each of them must hold; what roots and dependents want comes on top.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Selection {
    /// None: every name.
    pub names: Vec<Pattern>,
    pub exclude: Vec<Pattern>,
    /// So many crates, the first of all.
    pub top: Option<usize>,
    pub top_by: TopBy,
    /// Slugs of categories of which a crate must have one.
    pub categories: Vec<String>,
    pub versions: VersionRule,
    /// By default as `versions` suggests.
    pub pre_releases: Option<PreReleases>,
    /// Leave out yanked versions.
    pub without_yanked: bool,
    /// In bytes.
    pub max_size: Option<u64>,
    /// How long a version must have been public.
    pub min_age: Option<Duration>,
    /// Also what selected versions need.
    pub closure: bool,
    /// Also newer versions, and their closures, of what recorded lockfiles use.
    pub follow_roots: bool,
}

impl Selection {
    /// Whether the versions of a crate are chosen by its own index file alone.
    pub fn is_plain(&self) -> bool {
        !self.closure && !self.follow_roots
    }

    /// Whether each version of each crate is taken.
    pub fn is_everything(&self) -> bool {
        *self
            == Self {
                // By itself it selects nothing.
                top_by: self.top_by,
                closure: self.closure,
                follow_roots: self.follow_roots,
                ..Self::default()
            }
    }

    /// Whether the rules of names take a crate; `name` in lower case, as index files are named. Whether it is among the top
    /// or in a category is not asked here.
    pub fn takes_name(&self, name: &CrateName) -> bool {
        let wanted = self.names.iter().any(|it| it.matches_name(name));
        let mut excluded = self.exclude.iter().filter(|it| it.is_of_names());
        (self.names.is_empty() || wanted) && !excluded.any(|it| it.matches_name(name))
    }

    /// Names that are written out, without `*` and `?`.
    pub fn exact_names(&self) -> impl Iterator<Item = CrateName> {
        self.names.iter().filter_map(Pattern::exact_name)
    }

    pub(super) fn takes_id(&self, id: &CrateId) -> bool {
        let is_of = |it: &Pattern| it.matches_name(&id.name) && it.allows(&id.version);
        let fits = |patterns: &[Pattern]| patterns.iter().any(is_of);
        (self.names.is_empty() || fits(&self.names)) && !fits(&self.exclude)
    }

    pub(super) fn pre_releases(&self) -> PreReleases {
        self.pre_releases.unwrap_or(match self.versions {
            VersionRule::All | VersionRule::Since(_) => PreReleases::All,
            VersionRule::Last(_) | VersionRule::PerCompatible(_) => PreReleases::IfOnly,
        })
    }

    /// Tells selections apart: one that is changed begins anew.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(self.to_string())
    }
}

/// One word or more for each rule that is not the default.
impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let joined = |patterns: &[Pattern]| {
            let mut texts: Vec<String> = patterns.iter().map(ToString::to_string).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.join(",")
        };
        if !self.names.is_empty() {
            words.push(format!("names {}", joined(&self.names)));
        }
        if !self.exclude.is_empty() {
            words.push(format!("exclude {}", joined(&self.exclude)));
        }
        words.extend(self.top.map(|top| match self.top_by {
            TopBy::Downloads => format!("top {top}"),
            TopBy::Dependents => format!("top {top} by dependents"),
        }));
        if !self.categories.is_empty() {
            words.push(format!("categories {}", self.categories.join(",")));
        }
        if self.versions != VersionRule::All {
            words.push(format!("versions {}", self.versions));
        }
        words.extend(self.pre_releases.map(|it| format!("pre-releases {it}")));
        let flags = [
            (self.without_yanked, "yanked none"),
            (self.closure, "closure"),
            (self.follow_roots, "follow-roots"),
        ];
        words.extend(
            flags
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, it)| (*it).to_owned()),
        );
        words.extend(self.max_size.map(|bytes| format!("max-size {bytes}")));
        words.extend(
            self.min_age
                .map(|age| format!("min-age {}s", age.as_secs())),
        );
        if words.is_empty() {
            return f.write_str("everything");
        }
        f.write_str(&words.join("; "))
    }
}

impl FromStr for VersionRule {
    type Err = String;

    /// `all`, `latest`, `last 5`, `per-compatible 1`, `since 2024-01-01`.
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            format!(
                "`{text}` names no versions: all, latest, last N, per-compatible N or since DATE are known"
            )
        };
        let mut words = text.split_ascii_whitespace();
        let (first, second) = (words.next().ok_or_else(bad)?, words.next());
        if words.next().is_some() {
            return Err(bad());
        }
        let number = || {
            let number = second.and_then(|word| word.parse::<usize>().ok());
            number.filter(|number| *number > 0).ok_or_else(bad)
        };
        match (first, second) {
            ("all", None) => Ok(Self::All),
            ("latest", None) => Ok(Self::Last(1)),
            ("last", _) => Ok(Self::Last(number()?)),
            ("per-compatible", None) => Ok(Self::PerCompatible(1)),
            ("per-compatible", _) => Ok(Self::PerCompatible(number()?)),
            // A date, not a span: what is selected must not depend on when it is asked.
            ("since", Some(date)) if date.contains('-') => {
                let date = Timestamp::named(date, Timestamp::default()).ok_or_else(bad)?;
                Ok(Self::Since(date))
            }
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for VersionRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Last(1) => f.write_str("latest"),
            Self::Last(count) => write!(f, "last {count}"),
            Self::PerCompatible(count) => write!(f, "per-compatible {count}"),
            Self::Since(date) => write!(f, "since {date}"),
        }
    }
}

impl FromStr for TopBy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "downloads" => Ok(Self::Downloads),
            "dependents" => Ok(Self::Dependents),
            other => Err(format!("`{other}` is neither downloads nor dependents")),
        }
    }
}

impl fmt::Display for TopBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Downloads => "downloads",
            Self::Dependents => "dependents",
        })
    }
}

impl FromStr for PreReleases {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "if-only" => Ok(Self::IfOnly),
            "none" => Ok(Self::None),
            other => Err(format!("`{other}` is none of all, if-only and none")),
        }
    }
}

impl fmt::Display for PreReleases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::IfOnly => "if-only",
            Self::None => "none",
        })
    }
}

/// What becomes of a version that upstream has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRemoved {
    /// Its line goes at once, its bytes are put aside for so long.
    Hold(Duration),
    /// Line and bytes go at once.
    Drop,
    /// Both stay.
    Keep,
}

impl Default for OnRemoved {
    fn default() -> Self {
        Self::Hold(Duration::from_hours(720))
    }
}

impl FromStr for OnRemoved {
    type Err = String;

    /// `hold 30d`, `drop`, `keep`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().split_once(' ') {
            None if text.trim() == "drop" => Ok(Self::Drop),
            None if text.trim() == "keep" => Ok(Self::Keep),
            Some(("hold", span)) => Ok(Self::Hold(quantity::duration(span)?)),
            _ => Err(format!(
                "`{text}` is none of \"hold 30d\", \"drop\" and \"keep\""
            )),
        }
    }
}

/// The line of compatible versions that a version is of, by cargo's rules.
pub(super) fn compatible_line(version: &Version) -> (u64, u64, u64) {
    let version = version.semver();
    match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_as_they_print() {
        for text in [
            "all",
            "latest",
            "last 5",
            "per-compatible 2",
            "since 2024-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<VersionRule>().unwrap().to_string(), text);
        }
        assert_eq!("per-compatible".parse(), Ok(VersionRule::PerCompatible(1)));
        for text in [
            "",
            "newest",
            "last",
            "last 0",
            "last x",
            "since",
            "since 7d",
            "since monday",
            "all 3",
            "last 3 4",
        ] {
            assert!(text.parse::<VersionRule>().is_err(), "{text}");
        }
        for text in ["downloads", "dependents"] {
            assert_eq!(text.parse::<TopBy>().unwrap().to_string(), text);
        }
        assert!("stars".parse::<TopBy>().is_err());
        assert_eq!("hold 30d".parse(), Ok(OnRemoved::default()));
        assert_eq!("drop".parse(), Ok(OnRemoved::Drop));
        assert_eq!("keep".parse(), Ok(OnRemoved::Keep));
        for text in ["hold", "hold soon", "drop 3d", "forget"] {
            assert!(text.parse::<OnRemoved>().is_err(), "{text}");
        }
    }

    #[test]
    fn selections_differ_as_their_rules_do() {
        let names = |names: &[&str]| Selection {
            names: names
                .iter()
                .map(|name| Pattern::parse(name).unwrap())
                .collect(),
            ..Selection::default()
        };
        assert_eq!(
            names(&["a*", "b"]).digest(),
            names(&["b", "a*", "b"]).digest()
        );
        assert_ne!(names(&["a*", "b"]).digest(), names(&["a*"]).digest());
        let top = |top_by| Selection {
            top: Some(9),
            top_by,
            ..Selection::default()
        };
        assert_ne!(
            top(TopBy::Downloads).digest(),
            top(TopBy::Dependents).digest()
        );
        let closure = Selection {
            closure: true,
            ..Selection::default()
        };
        assert_ne!(closure.digest(), Selection::default().digest());
        assert_eq!(Selection::default().to_string(), "everything");
        assert!(Selection::default().is_everything() && closure.is_everything());
        assert!(!names(&["a"]).is_everything());
        assert_eq!(
            names(&["a*", "B"])
                .exact_names()
                .map(|it| it.to_string())
                .collect::<Vec<_>>(),
            ["B"]
        );
    }
}
