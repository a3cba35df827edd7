//! The git sources of a lockfile, as cargo takes them: which commit it builds where a lockfile names several for one
//! source.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::input::lockfile::Locked;
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, SourceId};
use crate::model::source::table::{Location, SourceTable};

/// A git source that a lockfile names at more than one commit, as merges leave behind.
///
/// A commit is no part of a source's identity to cargo: it loads the source once, at the commit of the last of its
/// packages, and takes all of them from there, with `--locked` as well (rust-lang/cargo#14230).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub source: GitSource,
    /// The packages that are locked at another commit than the one that is built.
    pub others: Vec<(CrateId, String)>,
}

impl fmt::Display for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let original = SourceTable::from(&self.source);
        write!(
            f,
            "{original} is locked at more than one commit, and cargo builds all of its packages at {}",
            self.source.revision
        )?;
        for (id, commit) in &self.others {
            write!(f, "; {id} is locked at {commit}")?;
        }
        Ok(())
    }
}

impl Merged {
    /// The way out.
    pub fn help(&self) -> String {
        let names = self.others.iter();
        let updates = names.map(|(id, _)| format!("`cargo update -p {}`", id.name));
        let updates: Vec<String> = updates.collect();
        format!(
            "{} makes the lockfile name one commit",
            updates.join(" and ")
        )
    }
}

/// Gives every package of a git source the commit that cargo builds it at. `locked` is sorted, as cargo sorts.
pub fn at_one_commit(mut locked: Vec<Locked>) -> (Vec<Locked>, Vec<Merged>) {
    let mut last: BTreeMap<Location, GitSource> = BTreeMap::new();
    for locked in &locked {
        if let SourceId::Git(source) = &locked.source {
            last.insert(SourceTable::from(source).location(), source.clone());
        }
    }
    let mut merged: BTreeMap<Location, Merged> = BTreeMap::new();
    for locked in &mut locked {
        let SourceId::Git(source) = &mut locked.source else {
            continue;
        };
        let location = SourceTable::from(&*source).location();
        let Some(built) = last.get(&location) else {
            continue;
        };
        if built.revision != source.revision {
            let entry = merged.entry(location).or_insert_with(|| Merged {
                source: built.clone(),
                others: Vec::new(),
            });
            entry
                .others
                .push((locked.id.clone(), source.revision.clone()));
        }
        // Other spellings of the address are the same source, too.
        source.clone_from(built);
    }
    locked.sort_unstable();
    locked.dedup();
    (locked, merged.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITS: [&str; 3] = [
        "1111111111111111111111111111111111111111",
        "2222222222222222222222222222222222222222",
        "3333333333333333333333333333333333333333",
    ];

    fn locked(name: &str, version: &str, source: &str) -> Locked {
        Locked {
            id: CrateId::parse(name, version).unwrap(),
            source: SourceId::parse(source),
            checksum: None,
        }
    }

    #[test]
    fn the_commit_of_the_last_package_is_built() {
        let [one, two, three] = COMMITS;
        let main = |commit| format!("git+https://r.example/m?branch=main#{commit}");
        let mut all = vec![
            locked("aaa", "1.0.0", &main(three)),
            locked(
                "azz",
                "1.0.0",
                "git+https://r.example/other#4444444444444444444444444444444444444444",
            ),
            locked("bbb", "10.0.0", &main(two)),
            locked("bbb", "9.0.0", &main(one)),
            // Another reference is another source.
            locked("zzz", "1.0.0", &format!("git+https://r.example/m#{one}")),
        ];
        all.sort();
        let (unified, merged) = at_one_commit(all);
        let sources: Vec<String> = unified.iter().map(|it| it.source.to_string()).collect();
        assert_eq!(sources[0], main(two));
        assert_eq!(sources[2], main(two));
        assert_eq!(sources[3], main(two));
        assert!(sources[1].contains("other") && !sources[4].contains("branch"));
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].others.len(), 2);
        let help = merged[0].help();
        assert!(help.contains("-p aaa") && help.contains("-p bbb"), "{help}");
    }
}
