//! The closure of a selection: a fixed point over index files, which are asked for one batch after another.
//!
//! Whatever a chosen version needs is demanded of the crate that it names: the newest version that the requirement allows,
//! which is what cargo resolves to. Demands only grow, so does what is chosen, and it ends.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::package::id::{CrateName, Version};
use crate::model::sync::candidate::Candidate;
use crate::model::sync::choose::{Chosen, Demand, choose};
use crate::model::sync::rules::Selection;
use crate::model::units::timestamp::Timestamp;

/// A closure under way. Crates go by their names in lower case, as index files are named.
#[derive(Debug)]
pub struct SelectionClosure<'r> {
    rules: &'r Selection,
    now: Timestamp,
    crates: HashMap<String, Crate>,
    /// Crates whose index file is to be looked at, again or for the first time.
    waiting: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Crate {
    by_rules: bool,
    demands: Vec<Demand>,
    known: HashSet<Demand>,
    chosen: Chosen,
}

impl<'r> SelectionClosure<'r> {
    pub fn new(rules: &'r Selection, now: Timestamp) -> Self {
        Self {
            rules,
            now,
            crates: HashMap::new(),
            waiting: BTreeSet::new(),
        }
    }

    /// The rules of names take this crate.
    pub fn take(&mut self, name: &str) {
        self.crates.entry(name.to_owned()).or_default().by_rules = true;
        self.waiting.insert(name.to_owned());
    }

    /// Somebody wants this of a crate.
    pub fn demand(&mut self, name: &str, demand: Demand) {
        let of = self.crates.entry(name.to_owned()).or_default();
        if of.known.insert(demand.clone()) {
            of.demands.push(demand);
            self.waiting.insert(name.to_owned());
        }
    }

    /// The crates whose index files are needed next; none: the closure is complete. Each is to be given to [`Self::look_at`].
    pub fn take_waiting(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.waiting)
    }

    /// Looks at the index file of a crate. One that the registry does not have has no candidates.
    pub fn look_at(&mut self, name: &CrateName, candidates: &[Candidate]) {
        let key = name.as_str().to_ascii_lowercase();
        let of = self.crates.entry(key).or_default();
        let chosen = choose(
            name,
            candidates,
            self.rules,
            of.by_rules,
            &of.demands,
            self.now,
        );
        let is_new = |it: &&Candidate| {
            chosen.contains_key(&it.version) && !of.chosen.contains_key(&it.version)
        };
        let needs: Vec<_> = candidates
            .iter()
            .filter(is_new)
            .flat_map(|it| it.needs.iter().cloned())
            .collect();
        of.chosen = chosen;
        for need in needs {
            self.demand(&need.name, Demand::Newest(need.requirement));
        }
    }

    /// What is chosen, by the names of crates in lower case. Crates of which nothing is are left out.
    pub fn finish(self) -> BTreeMap<String, Chosen> {
        let crates = self.crates.into_iter();
        let chosen = crates.map(|(name, of)| (name, of.chosen));
        chosen.filter(|(_, chosen)| !chosen.is_empty()).collect()
    }
}

/// The closure over index files that are all at hand.
pub fn close_over(
    files: &BTreeMap<String, (CrateName, Vec<Candidate>)>,
    rules: &Selection,
    wanted: &BTreeMap<String, BTreeSet<Version>>,
    demands_of: impl Fn(&BTreeSet<Version>) -> Vec<Demand>,
    now: Timestamp,
) -> BTreeMap<String, Chosen> {
    let mut closure = SelectionClosure::new(rules, now);
    for (key, (name, _)) in files {
        if rules.takes_name(name) {
            closure.take(key);
        }
    }
    for (key, locked) in wanted {
        for demand in demands_of(locked) {
            closure.demand(key, demand);
        }
    }
    loop {
        let next = closure.take_waiting();
        if next.is_empty() {
            return closure.finish();
        }
        for key in next {
            if let Some((name, candidates)) = files.get(&key) {
                closure.look_at(name, candidates);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mirror::retention::Pattern;
    use crate::model::sync::candidate::Need;
    use crate::model::sync::choose::followed;
    use crate::model::sync::rules::Versions;
    use proptest::prelude::*;
    use semver::VersionReq;

    type Files = BTreeMap<String, (CrateName, Vec<Candidate>)>;

    const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

    fn version(text: &str) -> Version {
        Version::parse("x", text).unwrap()
    }

    fn any_files() -> impl Strategy<Value = Files> {
        let need = (0..NAMES.len(), 0_u64..3, 0_u64..4, prop::bool::ANY).prop_map(
            |(name, major, minor, exact)| Need {
                name: NAMES[name].to_owned(),
                requirement: VersionReq::parse(&if exact {
                    format!("={major}.{minor}.0")
                } else {
                    format!("^{major}.{minor}")
                })
                .unwrap(),
            },
        );
        let candidate = (
            0_u64..3,
            0_u64..4,
            prop::bool::weighted(0.2),
            prop::collection::vec(need, 0..3),
        )
            .prop_map(|(major, minor, yanked, needs)| Candidate {
                version: version(&format!("{major}.{minor}.0")),
                yanked,
                published: None,
                needs,
            });
        let of_crate = prop::collection::vec(candidate, 0..6).prop_map(|mut candidates| {
            candidates.sort_by(|a, b| a.version.cmp(&b.version));
            candidates.dedup_by(|a, b| a.version == b.version);
            candidates
        });
        prop::collection::vec(of_crate, NAMES.len()).prop_map(|all| {
            let named = NAMES.iter().zip(all);
            named
                .map(|(name, all)| ((*name).to_owned(), (CrateName::parse(name).unwrap(), all)))
                .collect()
        })
    }

    fn any_rules() -> impl Strategy<Value = Selection> {
        let versions = prop_oneof![
            Just(Versions::All),
            (1_usize..3).prop_map(Versions::Last),
            (1_usize..3).prop_map(Versions::PerCompatible)
        ];
        (
            prop::collection::vec(0..NAMES.len(), 0..3),
            versions,
            prop::bool::ANY,
        )
            .prop_map(|(names, versions, without_yanked)| Selection {
                names: names
                    .into_iter()
                    .map(|name| Pattern::parse(NAMES[name]).unwrap())
                    .collect(),
                versions,
                without_yanked,
                closure: true,
                ..Selection::default()
            })
    }

    type Locks = BTreeMap<String, BTreeSet<Version>>;

    fn any_locks() -> impl Strategy<Value = Locks> {
        let lock = (0..NAMES.len(), 0_u64..3, 0_u64..4);
        prop::collection::vec(lock, 0..3).prop_map(|locks| {
            let mut wanted = Locks::new();
            for (name, major, minor) in locks {
                let of = wanted.entry(NAMES[name].to_owned()).or_default();
                of.insert(version(&format!("{major}.{minor}.0")));
            }
            wanted
        })
    }

    fn run(files: &Files, rules: &Selection, locks: &Locks) -> BTreeMap<String, Chosen> {
        close_over(files, rules, locks, followed, Timestamp(0))
    }

    fn holds(more: &BTreeMap<String, Chosen>, less: &BTreeMap<String, Chosen>) -> bool {
        less.iter().all(|(name, chosen)| {
            let all = more.get(name);
            chosen
                .keys()
                .all(|version| all.is_some_and(|all| all.contains_key(version)))
        })
    }

    proptest! {
        #[test]
        fn a_closure_is_closed(files in any_files(), rules in any_rules(), locks in any_locks()) {
            let chosen = run(&files, &rules, &locks);
            for (name, versions) in &chosen {
                let (_, candidates) = &files[name];
                for candidate in candidates.iter().filter(|it| versions.contains_key(&it.version)) {
                    for need in &candidate.needs {
                        let (_, there) = &files[&need.name];
                        let fits = |it: &&Candidate| {
                            !it.yanked && need.requirement.matches(it.version.semver())
                        };
                        if let Some(newest) = there.iter().filter(fits).max_by_key(|it| &it.version) {
                            prop_assert!(chosen[&need.name].contains_key(&newest.version));
                        }
                    }
                }
            }
        }

        #[test]
        fn to_want_more_never_takes_anything_away(
            files in any_files(), rules in any_rules(), locks in any_locks(), more in any_locks(), name in 0..NAMES.len()
        ) {
            let before = run(&files, &rules, &locks);
            let mut both = locks.clone();
            for (name, versions) in more {
                both.entry(name).or_default().extend(versions);
            }
            prop_assert!(holds(&run(&files, &rules, &both), &before));
            if !rules.names.is_empty() {
                let mut wider = rules.clone();
                wider.names.push(Pattern::parse(NAMES[name]).unwrap());
                prop_assert!(holds(&run(&files, &wider, &locks), &before));
            }
        }

        #[test]
        fn the_order_of_looking_does_not_matter(
            files in any_files(), rules in any_rules(), locks in any_locks(), seed in 0_u64..1000
        ) {
            let expected = run(&files, &rules, &locks);
            let mut closure = SelectionClosure::new(&rules, Timestamp(0));
            // Demands first, crates one at a time and in another order, and some of them twice.
            let mut keys: Vec<&String> = files.keys().collect();
            keys.rotate_left(usize::try_from(seed).unwrap() % NAMES.len());
            for (key, locked) in &locks {
                followed(locked).into_iter().rev().for_each(|demand| closure.demand(key, demand));
            }
            let mut queue: Vec<String> = Vec::new();
            for key in keys {
                if rules.takes_name(&files[key].0) {
                    closure.take(key);
                }
                queue.extend(closure.take_waiting());
            }
            while let Some(key) = queue.pop() {
                let (name, candidates) = &files[&key];
                closure.look_at(name, candidates);
                closure.look_at(name, candidates);
                queue.extend(closure.take_waiting());
            }
            prop_assert_eq!(closure.finish(), expected);
        }
    }
}
