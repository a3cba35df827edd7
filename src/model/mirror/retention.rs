//! What a mirror holds that nobody wants: the plan of `gc`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use semver::VersionReq;

use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::units::timestamp::Timestamp;

/// One version in a mirror, or what is left of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCrate {
    /// The folder of its source, within the mirror.
    pub folder: String,
    pub id: CrateId,
    /// Of its `.crate` file; 0 where only an index line is left.
    pub bytes: u64,
    pub yanked: bool,
    /// When it arrived or was last wanted by a root; for eviction, when it was last requested.
    pub since: Timestamp,
}

/// What stays although no root wants it.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub keep: Vec<Pattern>,
    /// The newest versions of each crate, yanked ones not counted.
    pub keep_latest: usize,
    /// What was let go of more recently than this stays.
    pub older_than: Option<Duration>,
    /// Nothing more goes once the mirror is as small as this.
    pub max_size: Option<u64>,
}

/// The crates that roots want, by the folders of their sources.
pub type WantedIn = BTreeMap<String, BTreeSet<CrateId>>;

/// What goes, oldest first, and what stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Surplus {
    pub drop: Vec<StoredCrate>,
    pub kept: usize,
    /// How many of them stay although no root wants them.
    pub kept_by_rule: usize,
    pub bytes_kept: u64,
}

/// Splits what is held: each version either stays or goes. What is `wanted` always stays.
pub fn plan(held: Vec<StoredCrate>, wanted: &WantedIn, rules: &Rules, now: Timestamp) -> Surplus {
    let latest = latest(&held, rules.keep_latest);
    let mut surplus = Surplus::default();
    let mut unwanted = Vec::new();
    for held in held {
        let here = wanted.get(&held.folder);
        let stays = here.is_some_and(|wanted| wanted.contains(&held.id));
        let kept_by_rule = latest.contains(&(held.folder.clone(), held.id.clone()))
            || rules.keep.iter().any(|pattern| pattern.matches(&held.id))
            || rules
                .older_than
                .is_some_and(|age| now.since(held.since) < age);
        if stays || kept_by_rule {
            surplus.kept += 1;
            surplus.kept_by_rule += usize::from(!stays);
            surplus.bytes_kept += held.bytes;
        } else {
            unwanted.push(held);
        }
    }
    unwanted.sort_by(|a, b| (a.since, &a.id, &a.folder).cmp(&(b.since, &b.id, &b.folder)));
    let mut size = surplus.bytes_kept + unwanted.iter().map(|held| held.bytes).sum::<u64>();
    for held in unwanted {
        if rules.max_size.is_some_and(|limit| size <= limit) {
            surplus.kept += 1;
            surplus.kept_by_rule += 1;
            surplus.bytes_kept += held.bytes;
        } else {
            size -= held.bytes;
            surplus.drop.push(held);
        }
    }
    surplus
}

/// The newest versions of each crate of each source.
fn latest(held: &[StoredCrate], count: usize) -> BTreeSet<(String, CrateId)> {
    let mut by_name: BTreeMap<(&str, &CrateName), Vec<&CrateId>> = BTreeMap::new();
    for held in held.iter().filter(|held| !held.yanked && count > 0) {
        let of_name = by_name.entry((&held.folder, &held.id.name)).or_default();
        of_name.push(&held.id);
    }
    let newest = by_name.into_iter().flat_map(|((folder, _), mut ids)| {
        ids.sort_unstable_by(|a, b| b.version.cmp(&a.version));
        ids.truncate(count);
        let newest = ids.into_iter();
        newest.map(move |id| (folder.to_owned(), id.clone()))
    });
    newest.collect()
}

/// Crates by name, where `*` stands for any text and `?` for one character, and perhaps by version requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    name: String,
    requirement: Option<VersionReq>,
}

impl Pattern {
    /// Reads `serde`, `serde*` or `tokio-*@1.40`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, requirement) = match text.split_once('@') {
            Some((name, requirement)) => (name, Some(requirement)),
            None => (text, None),
        };
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*?".contains(&byte);
        if name.is_empty() || !name.bytes().all(sound) {
            return Err("a pattern is a crate name, in which `*` and `?` may stand".to_owned());
        }
        let requirement = requirement.map(VersionReq::parse).transpose();
        Ok(Self {
            name: name.to_owned(),
            requirement: requirement.map_err(|cause| cause.to_string())?,
        })
    }

    pub fn matches(&self, id: &CrateId) -> bool {
        glob(self.name.as_bytes(), id.name.as_str().as_bytes()) && self.allows(&id.version)
    }

    /// Whether a name fits, whatever its case and its version.
    pub fn matches_name(&self, name: &CrateName) -> bool {
        let lower = |text: &str| text.to_ascii_lowercase();
        glob(
            lower(&self.name).as_bytes(),
            lower(name.as_str()).as_bytes(),
        )
    }

    /// Whether the requirement, if there is one, allows a version.
    pub fn allows(&self, version: &Version) -> bool {
        let fits = |requirement: &VersionReq| requirement.matches(version.semver());
        self.requirement.as_ref().is_none_or(fits)
    }

    /// Whether it speaks of names alone.
    pub fn is_of_names(&self) -> bool {
        self.requirement.is_none()
    }

    /// The one name that it matches, if it is written out.
    pub fn exact_name(&self) -> Option<CrateName> {
        CrateName::parse(&self.name).ok()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.requirement {
            Some(requirement) => write!(f, "@{requirement}"),
            None => Ok(()),
        }
    }
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // Where the last `*` stood, and how much of the text it has taken: it takes more when the rest does not fit.
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[position] => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    at = star_at + 1;
                    position = taken + 1;
                    star = Some((star_at, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(name: &str, version: &str, bytes: u64, since: u64) -> StoredCrate {
        StoredCrate {
            folder: "crates-io".to_owned(),
            id: CrateId::parse(name, version).unwrap(),
            bytes,
            yanked: false,
            since: Timestamp(since),
        }
    }

    fn check(rules: &Rules, drops: &[&str]) {
        let mut all = vec![
            held("a", "1.0.0", 100, 500),
            held("a", "1.10.0", 100, 400),
            held("a", "1.9.0", 100, 300),
            held("b", "0.1.0", 100, 200),
            held("wanted", "1.0.0", 100, 0),
        ];
        all.push(StoredCrate {
            yanked: true,
            ..held("a", "2.0.0", 100, 100)
        });
        let ids = BTreeSet::from([CrateId::parse("wanted", "1.0.0").unwrap()]);
        let wanted = [("crates-io".to_owned(), ids)].into();
        let surplus = plan(all, &wanted, rules, Timestamp(1000));
        let dropped: Vec<String> = surplus
            .drop
            .iter()
            .map(|held| held.id.to_string())
            .collect();
        assert_eq!(dropped, drops);
        assert_eq!(surplus.kept + surplus.drop.len(), 6);
        assert_eq!(surplus.kept_by_rule + 1, surplus.kept);
        assert_eq!(surplus.bytes_kept, 100 * surplus.kept as u64);
    }

    #[test]
    fn what_nobody_wants_goes_oldest_first_unless_a_rule_spares_it() {
        let none = Rules::default();
        check(
            &none,
            &["a@2.0.0", "b@0.1.0", "a@1.9.0", "a@1.10.0", "a@1.0.0"],
        );
        let older_than = Some(Duration::from_secs(650));
        check(
            &Rules {
                older_than,
                ..none.clone()
            },
            &["a@2.0.0", "b@0.1.0", "a@1.9.0"],
        );
        check(
            &Rules {
                keep_latest: 1,
                ..none.clone()
            },
            &["a@2.0.0", "a@1.9.0", "a@1.0.0"],
        );
        check(
            &Rules {
                max_size: Some(399),
                ..none.clone()
            },
            &["a@2.0.0", "b@0.1.0", "a@1.9.0"],
        );
        check(
            &Rules {
                max_size: Some(600),
                ..none.clone()
            },
            &[],
        );
        let keep = vec![Pattern::parse("?@1.9").unwrap()];
        check(
            &Rules {
                keep,
                ..none.clone()
            },
            &["a@2.0.0", "b@0.1.0", "a@1.0.0"],
        );
        check(
            &Rules {
                max_size: Some(0),
                ..none
            },
            &["a@2.0.0", "b@0.1.0", "a@1.9.0", "a@1.10.0", "a@1.0.0"],
        );
    }

    #[test]
    fn patterns_match_names_and_requirements() {
        let id = CrateId::parse("serde_json", "1.2.3").unwrap();
        for text in [
            "serde_json",
            "serde*",
            "*",
            "*json",
            "s*_*n",
            "serde_jso?",
            "serde*@1",
            "*@=1.2.3",
        ] {
            assert!(Pattern::parse(text).unwrap().matches(&id), "{text}");
        }
        for text in ["serde", "json*", "?", "*x*", "serde*@2", "serde_json?"] {
            assert!(!Pattern::parse(text).unwrap().matches(&id), "{text}");
        }
        for text in ["", "@1", "a b", "a@", "a@one", "../a"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
