//! The index files of a registry by their ids: which there are, and which are not as they were.
//!
//! An id is what git calls the blob: SHA-1 of `blob LENGTH`, a zero byte, and the file. So the file of a sparse index can be
//! held against the tree of the git index.

use std::cmp::Ordering;

use crate::model::package::id::CrateName;
use crate::model::sync::name_map::{NameMap, NameMapBuilder};
use crate::model::text::push_hex;

/// What a file's content is called.
pub type FileId = [u8; 20];

/// The digits of an id.
pub fn hex(id: &FileId) -> String {
    let mut digits = String::with_capacity(2 * id.len());
    push_hex(&mut digits, id);
    digits
}

/// Reads the digits of an id.
pub fn parse_id(text: &str) -> Option<FileId> {
    let mut id = FileId::default();
    let digits = text.as_bytes();
    if digits.len() != 40 {
        return None;
    }
    for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |character: u8| char::from(character).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
    }
    Some(id)
}

/// The index files of a registry at one moment, by the names of their crates in lower case.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct IndexTree {
    pub files: NameMap<FileId>,
    /// Of `config.json`.
    pub config: Option<FileId>,
    /// Files that are no index file of any crate.
    pub strange: usize,
}

/// A tree that is read.
#[derive(Debug, Default)]
pub struct IndexTreeBuilder {
    files: NameMapBuilder<FileId>,
    config: Option<FileId>,
    strange: usize,
}

impl IndexTreeBuilder {
    /// With room for about so many files.
    pub fn with_capacity(files: usize) -> Self {
        Self {
            files: NameMapBuilder::with_capacity(files + files / 64),
            ..Self::default()
        }
    }

    /// Takes in a file by its path.
    pub fn add(&mut self, path: &str, id: FileId) {
        if path == "config.json" {
            self.config = Some(id);
            return;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        match CrateName::parse(name) {
            // The folder of another name, or capitals: no cargo would look there.
            Ok(name) if name.index_path() == path => self.files.push(name.as_str(), id),
            _ => self.add_strange(),
        }
    }

    /// Takes in what is no file.
    pub fn add_strange(&mut self) {
        self.strange += 1;
    }

    pub fn finish(self) -> IndexTree {
        IndexTree {
            files: self.files.finish(),
            config: self.config,
            strange: self.strange,
        }
    }
}

impl IndexTree {
    /// What is not as it is known, and what is known and gone.
    pub fn changes(&self, known: &NameMap<FileId>) -> TreeChanges {
        let mut changes = TreeChanges::default();
        let (mut old, mut new) = (known.iter().peekable(), self.files.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return changes,
                (Some((name, _)), Some((other, _))) => name.cmp(other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let before = (order != Ordering::Greater).then(|| old.next()).flatten();
            let now = (order != Ordering::Less).then(|| new.next()).flatten();
            match (before, now) {
                (Some((name, _)), None) => changes.gone.extend(CrateName::parse(name)),
                (before, Some((name, id))) if before.is_none_or(|(_, known)| known != id) => {
                    changes.changed.extend(CrateName::parse(name));
                }
                _ => {}
            }
        }
    }
}

/// The difference between two moments.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct TreeChanges {
    /// New, or not as it was.
    pub changed: Vec<CrateName>,
    pub gone: Vec<CrateName>,
}

/// Whether so many removals are more than a registry removes between two looks: more than 1 % of the crates or more than
/// 1,000, and more than 10 in any case.
pub fn is_mass_removal(gone: usize, of: usize) -> bool {
    gone > (of / 100).clamp(10, 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn id(byte: u8) -> FileId {
        [byte; 20]
    }

    #[test]
    fn only_files_where_cargo_looks_are_index_files() {
        let mut tree = IndexTreeBuilder::default();
        for path in [
            "se/rd/serde",
            "config.json",
            "3/a/abc",
            "1/a",
            ".github/x",
            "se/rd/abc",
            "Se/Rd/Serde",
            "se/rd/a..b",
        ] {
            tree.add(path, id(1));
        }
        let tree = tree.finish();
        let names: Vec<&str> = tree.files.names().collect();
        assert_eq!(names, ["a", "abc", "serde"]);
        assert_eq!((tree.config, tree.strange), (Some(id(1)), 4));
        assert_eq!(parse_id(&hex(&id(0xa7))), Some(id(0xa7)));
        assert_eq!(parse_id(&"g".repeat(40)), None);
        assert_eq!(parse_id("ab"), None);
    }

    #[test]
    fn a_registry_does_not_remove_many_crates_at_once() {
        for (gone, of, mass) in [
            (10, 10, false),
            (11, 20, true),
            (11, 2000, false),
            (21, 2000, true),
            (1000, 250_000, false),
            (1001, 250_000, true),
        ] {
            assert_eq!(is_mass_removal(gone, of), mass, "{gone} of {of}");
        }
    }

    proptest! {
        #[test]
        fn applying_the_changes_leads_to_the_tree(
            old in prop::collection::btree_map("[a-e]{1,2}", 0_u8..3, 0..12),
            new in prop::collection::btree_map("[a-e]{1,2}", 0_u8..3, 0..12),
        ) {
            let named = |map: &BTreeMap<String, u8>| -> BTreeMap<String, FileId> {
                map.iter().map(|(name, byte)| (name.clone(), id(*byte))).collect()
            };
            let mut known = named(&old);
            let tree = IndexTree { files: named(&new).into_iter().collect(), ..IndexTree::default() };
            let changes = tree.changes(&known.clone().into_iter().collect());
            for name in &changes.gone {
                prop_assert!(known.remove(name.as_str()).is_some());
            }
            for name in &changes.changed {
                let now = *tree.files.get(name.as_str()).unwrap();
                prop_assert!(known.insert(name.to_string(), now) != Some(now));
            }
            prop_assert_eq!(known, named(&new));
        }
    }
}
