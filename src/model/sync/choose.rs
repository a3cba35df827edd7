//! Which versions of one crate are taken: by the rules, by what dependents require, by what roots want.

use std::collections::{BTreeMap, BTreeSet};

use semver::VersionReq;

use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::sync::candidate::Candidate;
use crate::model::sync::rules::{PreReleases, Selection, Versions, compatible_line};
use crate::model::units::timestamp::Timestamp;

/// Why a version is taken. The greater reason wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The rules take it.
    Rule,
    /// It is what a dependency of something else resolves to.
    Needed,
    /// A root wants it.
    Root,
}

/// What somebody wants of a crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Demand {
    /// The newest version that a dependency's requirement allows.
    Newest(VersionReq),
    /// The newest of all, as `cargo add` picks it.
    NewestOfAll,
    /// Exactly this one, yanked or not, however young: a lockfile has it.
    Exact(Version),
}

/// The versions of a crate that are taken, and why.
pub type Chosen = BTreeMap<Version, Why>;

/// Chooses. `by_rules`: whether the rules of names take the crate at all. What is wanted grows with the demands and with
/// nothing else; a demand never makes the rules take less.
pub fn choose(
    name: &CrateName,
    candidates: &[Candidate],
    rules: &Selection,
    by_rules: bool,
    demands: &[Demand],
    now: Timestamp,
) -> Chosen {
    let mut chosen = Chosen::new();
    let mut take = |version: &Version, why: Why| {
        let known = chosen.entry(version.clone()).or_insert(why);
        *known = why.max(*known);
    };
    let old_enough = |it: &&Candidate| is_old_enough(it, rules, now);
    if by_rules {
        for version in of_rules(name, candidates, rules, now) {
            take(version, Why::Rule);
        }
    }
    for demand in demands {
        match demand {
            Demand::Exact(version) => {
                if candidates.iter().any(|it| it.version == *version) {
                    take(version, Why::Root);
                }
            }
            Demand::Newest(_) | Demand::NewestOfAll => {
                let fits = |it: &&Candidate| match demand {
                    Demand::Newest(requirement) => requirement.matches(it.version.semver()),
                    _ => it.version.semver().pre.is_empty(),
                };
                let allowed = candidates.iter().filter(|it| !it.yanked);
                let newest = allowed.filter(old_enough).filter(fits);
                if let Some(newest) = newest.max_by(|a, b| a.version.cmp(&b.version)) {
                    take(&newest.version, Why::Needed);
                }
            }
        }
    }
    chosen
}

/// When the youngest version that is too young will be old enough. `None`: none is too young.
pub fn ripens(candidates: &[Candidate], rules: &Selection, now: Timestamp) -> Option<Timestamp> {
    let age = rules.min_age?.as_secs();
    let young = candidates
        .iter()
        .filter(|it| !is_old_enough(it, rules, now));
    let at = young.filter_map(|it| Some(Timestamp(it.published?.0.saturating_add(age))));
    at.min()
}

fn is_old_enough(candidate: &Candidate, rules: &Selection, now: Timestamp) -> bool {
    match (rules.min_age, candidate.published) {
        (Some(age), Some(published)) => now.since(published) >= age,
        _ => true,
    }
}

fn of_rules<'c>(
    name: &CrateName,
    candidates: &'c [Candidate],
    rules: &Selection,
    now: Timestamp,
) -> Vec<&'c Version> {
    let fits = |it: &&Candidate| {
        let id = CrateId {
            name: name.clone(),
            version: it.version.clone(),
        };
        is_old_enough(it, rules, now) && rules.takes_id(&id)
    };
    let mut eligible: Vec<&Candidate> = candidates.iter().filter(fits).collect();
    // What is counted is what cargo would resolve to: yanked versions are not.
    let counts = matches!(
        rules.versions,
        Versions::Last(_) | Versions::PerCompatible(_)
    );
    if rules.without_yanked || counts {
        eligible.retain(|it| !it.yanked);
    }
    let is_release = |it: &&Candidate| it.version.semver().pre.is_empty();
    match rules.pre_releases() {
        PreReleases::All => {}
        PreReleases::None => eligible.retain(is_release),
        PreReleases::IfOnly => {
            if eligible.iter().any(is_release) {
                eligible.retain(is_release);
            }
        }
    }
    eligible.sort_by(|a, b| b.version.cmp(&a.version));
    match rules.versions {
        Versions::All => {}
        Versions::Last(count) => eligible.truncate(count),
        Versions::PerCompatible(count) => {
            let mut seen: BTreeMap<(u64, u64, u64), usize> = BTreeMap::new();
            eligible.retain(|it| {
                let seen = seen.entry(compatible_line(&it.version)).or_default();
                *seen += 1;
                *seen <= count
            });
        }
        Versions::Since(date) => {
            eligible.retain(|it| it.published.is_some_and(|published| published >= date));
        }
    }
    eligible.into_iter().map(|it| &it.version).collect()
}

/// What following a lockfile comes to: the locked version, the newest that is compatible with it, and the newest of all.
pub fn followed(locked: &BTreeSet<Version>) -> Vec<Demand> {
    let mut demands = Vec::new();
    for version in locked {
        demands.push(Demand::Exact(version.clone()));
        demands.extend(
            VersionReq::parse(&format!("^{version}"))
                .ok()
                .map(Demand::Newest),
        );
    }
    if !locked.is_empty() {
        demands.push(Demand::NewestOfAll);
    }
    demands
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn candidates(versions: &[&str]) -> Vec<Candidate> {
        let candidate = |(number, text): (usize, &&str)| {
            let (text, yanked) = match text.strip_suffix('!') {
                Some(text) => (text, true),
                None => (*text, false),
            };
            Candidate {
                version: Version::parse("a", text).unwrap(),
                yanked,
                published: Some(Timestamp(number as u64 * 100)),
                needs: Vec::new(),
            }
        };
        versions.iter().enumerate().map(candidate).collect()
    }

    fn check(rules: &Selection, versions: &[&str], demands: &[Demand], expected: &[&str]) {
        let name = CrateName::parse("a").unwrap();
        let chosen = choose(
            &name,
            &candidates(versions),
            rules,
            true,
            demands,
            Timestamp(1000),
        );
        let chosen: Vec<String> = chosen.keys().map(ToString::to_string).collect();
        assert_eq!(chosen, expected, "{rules}");
    }

    #[test]
    fn rules_take_what_they_say() {
        let all = ["0.1.0", "0.1.1", "0.2.0", "1.0.0", "1.1.0!", "2.0.0-rc.1"];
        let of = |versions: &str| Selection {
            versions: versions.parse().unwrap(),
            ..Selection::default()
        };
        check(
            &of("all"),
            &all,
            &[],
            &["0.1.0", "0.1.1", "0.2.0", "1.0.0", "1.1.0", "2.0.0-rc.1"],
        );
        check(&of("latest"), &all, &[], &["1.0.0"]);
        check(&of("latest"), &["1.0.0-a", "1.0.0-b"], &[], &["1.0.0-b"]);
        check(&of("latest"), &["1.0.0!"], &[], &[]);
        check(&of("last 2"), &all, &[], &["0.2.0", "1.0.0"]);
        check(
            &of("per-compatible 1"),
            &all,
            &[],
            &["0.1.1", "0.2.0", "1.0.0"],
        );
        check(
            &of("since 1970-01-01T00:05:00Z"),
            &all,
            &[],
            &["1.0.0", "1.1.0", "2.0.0-rc.1"],
        );
        let sound = Selection {
            without_yanked: true,
            pre_releases: Some(PreReleases::None),
            min_age: Some(Duration::from_secs(800)),
            ..Selection::default()
        };
        check(&sound, &all, &[], &["0.1.0", "0.1.1", "0.2.0"]);
        assert_eq!(
            ripens(&candidates(&all), &sound, Timestamp(1000)),
            Some(Timestamp(1100))
        );
        let named = Selection {
            names: vec![Pattern::parse("a@1").unwrap()],
            ..Selection::default()
        };
        check(&named, &all, &[], &["1.0.0", "1.1.0"]);
    }

    use crate::model::mirror::retention::Pattern;

    #[test]
    fn demands_come_on_top_of_rules() {
        let all = ["0.1.0", "0.1.1", "1.0.0", "1.1.0!", "1.2.0-rc.1"];
        let newest = |text: &str| Demand::Newest(VersionReq::parse(text).unwrap());
        let latest = Selection {
            versions: Versions::Last(1),
            ..Selection::default()
        };
        check(&latest, &all, &[newest("^0.1")], &["0.1.1", "1.0.0"]);
        check(&latest, &all, &[newest("=1.1.0")], &["1.0.0"]);
        check(
            &latest,
            &all,
            &[newest(">=1.2.0-a")],
            &["1.0.0", "1.2.0-rc.1"],
        );
        let exact = Demand::Exact(Version::parse("a", "1.1.0").unwrap());
        check(&latest, &all, &[exact], &["1.0.0", "1.1.0"]);
        let locked = BTreeSet::from([Version::parse("a", "0.1.0").unwrap()]);
        check(
            &latest,
            &all,
            &followed(&locked),
            &["0.1.0", "0.1.1", "1.0.0"],
        );
    }
}
