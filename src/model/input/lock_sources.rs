//! The git sources of a lockfile, as cargo takes them: which commit it builds where a lockfile names several for one
//! source, and which references it cannot read back.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::input::lockfile::Locked;
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, SourceId};
use crate::model::source::table::{Location, SourceTable};

/// The first version of lockfiles in which references are encoded.
const ENCODED: u32 = 4;

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
    let mut last: BTreeMap<Location, (SourceId, GitSource)> = BTreeMap::new();
    let git = |locked: &Locked| match &locked.source {
        SourceId::Git(text) => GitSource::parse(text),
        _ => None,
    };
    for locked in &locked {
        if let Some(source) = git(locked) {
            let location = SourceTable::from(&source).location();
            last.insert(location, (locked.source.clone(), source));
        }
    }
    let mut merged: BTreeMap<Location, Merged> = BTreeMap::new();
    for locked in &mut locked {
        let Some(source) = git(locked) else { continue };
        let location = SourceTable::from(&source).location();
        let Some((text, built)) = last.get(&location) else {
            continue;
        };
        if built.revision != source.revision {
            let entry = merged.entry(location).or_insert_with(|| Merged {
                source: built.clone(),
                others: Vec::new(),
            });
            entry.others.push((locked.id.clone(), source.revision));
        }
        // Other spellings of the address are the same source, too.
        locked.source.clone_from(text);
    }
    locked.sort_unstable();
    locked.dedup();
    (locked, merged.into_values().collect())
}

/// A git source whose reference cargo cannot read back out of a lockfile of this version: it stands there raw and is read
/// as form data, where `+` is a space and `&` and `#` end it (rust-lang/cargo#11085). Such a package cannot be taken from a
/// directory source.
pub fn is_garbled(source: &SourceId, version: u32) -> bool {
    let SourceId::Git(text) = source else {
        return false;
    };
    if version >= ENCODED {
        return false;
    }
    raw_reference(text).is_some_and(|raw| {
        let read = GitSource::parse(text);
        read.is_none_or(|read| read.reference.key().map(|(_, name)| name) != Some(raw))
    })
}

/// What stands between `?branch=` and the like and the commit.
pub fn raw_reference(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once('#')?;
    let (_, query) = before.split_once('?')?;
    let keys = ["branch=", "tag=", "rev=", "ref="];
    keys.iter().find_map(|key| query.strip_prefix(key))
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

    #[test]
    fn references_that_old_lockfiles_garble_are_known() {
        let commit = COMMITS[0];
        for (reference, garbled) in [
            ("?tag=v1.0", false),
            ("?branch=feat/a", false),
            ("?branch=ümlaut", false),
            ("?tag=v1.0+build.7", true),
            ("?branch=wei&rd=x;y", true),
            ("?branch=feat/a#b%c", true),
            ("?branch=a%2Fb", true),
            ("", false),
        ] {
            let source = SourceId::parse(&format!("git+https://r.example/m{reference}#{commit}"));
            assert_eq!(is_garbled(&source, 3), garbled, "{reference}");
            assert!(!is_garbled(&source, 4), "{reference}");
        }
    }
}
