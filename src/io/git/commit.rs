//! Reads the tree of a commit out of cargo's repositories, with its submodules mounted where cargo checks them out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::io::git::objects::{EntryKind, Id, Objects, id};
use crate::io::git::tree::{LeftOut, Node, Tree};
use crate::model::error::{Error, Result};
use crate::model::errors::git::GitError;
use crate::model::package::tree_path::{join, within};
use crate::model::source::raw_name;

/// A repository with more entries than this is an attack.
const MAX_ENTRIES: usize = 1 << 20;
/// Folders lie no deeper.
const MAX_DEPTH: usize = 128;
/// Submodules within submodules go no deeper.
const MAX_MODULES: usize = 16;
/// `.gitmodules` and the target of a link are no larger.
const MAX_TEXT: usize = 1 << 20;

/// A commit, or what of it cargo has not fetched.
pub enum TreeEntry {
    Whole(Tree),
    /// This is in no repository on this machine.
    Lacks(String),
}

/// Reads what a commit holds. `origin` names it in messages.
pub fn read(objects: &Objects, revision: &str, origin: &str) -> Result<TreeEntry> {
    let tree = Tree {
        nodes: BTreeMap::new(),
        modules: BTreeSet::new(),
        skipped: Vec::new(),
    };
    let mut reading = Reading {
        objects,
        revision,
        origin,
        tree,
        lacks: None,
    };
    let Some(commit) = id(revision) else {
        return Err(reading.bad("its revision is not a SHA-1 hash"));
    };
    reading.module("", &commit, 0)?;
    Ok(match reading.lacks {
        Some(what) => TreeEntry::Lacks(what),
        None => TreeEntry::Whole(reading.tree),
    })
}

struct Reading<'a> {
    objects: &'a Objects,
    revision: &'a str,
    origin: &'a str,
    tree: Tree,
    lacks: Option<String>,
}

impl Reading<'_> {
    fn bad(&self, message: &str) -> Error {
        Error::Git(GitError::Package {
            origin: self.origin.to_owned(),
            message: message.to_owned(),
        })
    }

    fn lacks(&mut self, what: String) {
        self.lacks.get_or_insert(what);
    }

    /// Mounts the folder of a commit at `path`.
    fn module(&mut self, path: &str, commit: &Id, depth: usize) -> Result<()> {
        if depth > MAX_MODULES {
            return Err(self.bad("its submodules lie too deep in each other"));
        }
        let Some(tree) = self.objects.tree_of(commit)? else {
            self.lacks(if path.is_empty() {
                format!("the commit {commit}")
            } else {
                format!("the commit {commit} of the submodule `{path}`")
            });
            return Ok(());
        };
        let mut modules = Vec::new();
        self.folder(path, &tree, 0, &mut modules)?;
        if modules.is_empty() {
            return Ok(());
        }
        let wanted = self.wanted_modules(path)?;
        for (module, commit) in modules {
            // Cargo, too, leaves out what `.gitmodules` does not speak of.
            if !wanted.contains(&module) {
                continue;
            }
            if !self.objects.has(&commit) {
                self.objects.add_checkouts(self.revision, &module);
            }
            self.tree.modules.insert(module.clone());
            self.module(&module, &commit, depth + 1)?;
        }
        Ok(())
    }

    fn folder(
        &mut self,
        path: &str,
        tree: &Id,
        depth: usize,
        modules: &mut Vec<(String, Id)>,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.bad("its folders lie too deep in each other"));
        }
        let Some(entries) = self.objects.folder(tree)? else {
            self.lacks(format!("the folder `{path}`"));
            return Ok(());
        };
        for entry in entries {
            if self.tree.nodes.len() >= MAX_ENTRIES {
                return Err(self.bad("it has too many files"));
            }
            let Some(name) = checked(&entry.name) else {
                self.tree.skipped.push(LeftOut {
                    path: within(path, &raw_name::text(&entry.name)),
                    why: "no folder of this system can hold a file of that name".to_owned(),
                    outward: false,
                });
                continue;
            };
            let inner = within(path, &name);
            let node = match entry.kind {
                EntryKind::Folder => {
                    self.folder(&inner, &entry.id, depth + 1, modules)?;
                    Node::Folder
                }
                EntryKind::File { executable } => Node::File {
                    id: entry.id,
                    executable,
                },
                EntryKind::Link => match self.bytes(&entry.id)? {
                    Some(target) => Node::Link(raw_name::text(&target).into_owned()),
                    None => continue,
                },
                EntryKind::Module => {
                    modules.push((inner.clone(), entry.id));
                    Node::Folder
                }
            };
            self.tree.nodes.insert(inner, node);
        }
        Ok(())
    }

    /// The bytes of a short file. `None` where they are lacking.
    fn bytes(&mut self, id: &Id) -> Result<Option<Vec<u8>>> {
        let Some(bytes) = self.objects.file(id)? else {
            self.lacks(format!("the object {id}"));
            return Ok(None);
        };
        if bytes.len() > MAX_TEXT {
            return Err(self.bad("a link or `.gitmodules` in it is too long"));
        }
        Ok(Some(bytes))
    }

    /// The submodules that cargo checks out, by `.gitmodules` in `path`.
    fn wanted_modules(&mut self, path: &str) -> Result<BTreeSet<String>> {
        let file = within(path, ".gitmodules");
        let Some(Node::File { id, .. }) = self.tree.nodes.get(&file).cloned() else {
            return Ok(BTreeSet::new());
        };
        let text = self.bytes(&id)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let wanted = modules(&text).into_iter();
        Ok(wanted.filter_map(|module| join(path, &module)).collect())
    }
}

/// The paths of the submodules that `.gitmodules` wants to have checked out.
fn modules(text: &str) -> Vec<String> {
    let mut found: Vec<(Option<String>, bool)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            found.push((None, true));
        } else if let (Some((key, value)), Some(module)) = (line.split_once('='), found.last_mut())
        {
            let value = value.trim().trim_matches('"');
            match key.trim() {
                "path" => module.0 = Some(value.to_owned()),
                "update" => module.1 = value != "none",
                _ => {}
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(path, wanted)| path.filter(|_| wanted))
        .collect()
}

/// A name that can stand in a path of ours on this system.
fn checked(name: &[u8]) -> Option<Cow<'_, str>> {
    let text = raw_name::text(name);
    let bad = |c: char| {
        c == '/'
            || c == '\0'
            || cfg!(windows) && matches!(c, '\\' | ':' | '<'..='?' | '"' | '|' | '*')
    };
    let odd = text.is_empty()
        || text == "."
        || text == ".."
        // A repository inside of the mirror would be git's, and cargo's idea of where the outer one ends.
        || text.eq_ignore_ascii_case(".git")
        || text.contains(bad)
        || cfg!(windows) && !raw_name::is_utf8(&text);
    (!odd && name.len() <= 255).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submodules_that_nobody_checks_out_are_left_out() {
        let text = "[submodule \"a\"]\n\tpath = x/a\n\turl = ../a\n[submodule \"b\"]\n path=b\n update = none\n";
        assert_eq!(modules(text), ["x/a"]);
    }

    #[test]
    fn names_that_leave_their_folder_are_refused() {
        for name in [&b""[..], b".", b"..", b"a/b", b"a\0b", b".GIT"] {
            assert_eq!(checked(name), None);
        }
        assert_eq!(checked(b"a b").as_deref(), Some("a b"));
    }
}
