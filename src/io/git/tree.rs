//! All that a commit holds, submodules in their places: which paths there are, and what stands at each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::io::git::objects::{EntryKind, Id, Objects, id};
use crate::model::error::{Error, Result};
use crate::model::package::manifest::{join, join_exactly, within};
use crate::model::source::raw_name;

/// A repository with more entries than this is an attack.
const MAX_ENTRIES: usize = 1 << 20;
/// Folders lie no deeper.
const MAX_DEPTH: usize = 128;
/// Submodules within submodules go no deeper.
const MAX_MODULES: usize = 16;
/// Links that lead to links go on no longer: as many as Linux follows.
const MAX_LINKS: usize = 40;
/// `.gitmodules` and the target of a link are no larger.
const MAX_TEXT: usize = 1 << 20;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Folder,
    File {
        id: Id,
        executable: bool,
    },
    /// What it leads to, seen from the folder it is in.
    Link(String),
}

/// The files of a commit, their paths as [`raw_name`] has them.
pub struct Tree {
    nodes: BTreeMap<String, Node>,
    /// Where other repositories are mounted.
    modules: BTreeSet<String>,
    /// What no folder of this system can hold.
    pub skipped: Vec<LeftOut>,
}

/// What of a commit is left out, because it cannot be kept.
#[derive(Debug, Clone)]
pub struct LeftOut {
    pub path: String,
    pub why: String,
    /// Whether it is a link to something that is not part of the repository.
    pub outward: bool,
}

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
        Error::GitPackage {
            origin: self.origin.to_owned(),
            message: message.to_owned(),
        }
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

impl Tree {
    /// What stands at a path, links on the way followed. `None` where there is nothing, or a link leaves the repository.
    pub fn at(&self, path: &str) -> Option<(String, &Node)> {
        self.resolve(path, &mut 0)
    }

    /// `links` counts all that were followed: links to links to links may be a maze.
    fn resolve(&self, path: &str, links: &mut usize) -> Option<(String, &Node)> {
        let mut whole = String::new();
        let mut node = &Node::Folder;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let inner = within(&whole, part);
            node = self.nodes.get(&inner)?;
            whole = inner;
            if let Node::Link(target) = node {
                *links += 1;
                if *links > MAX_LINKS {
                    return None;
                }
                let folder = whole.rsplit_once('/').map_or("", |(folder, _)| folder);
                let (real, behind) = self.resolve(&join_exactly(folder, target)?, links)?;
                (whole, node) = (real, behind);
            }
        }
        Some((whole, node))
    }

    /// All that there is, folders before what is in them.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (path.as_str(), node))
    }

    /// Where the link at a path, or one that it leads over, leaves the repository: an absolute path, or one that starts
    /// with `../` at the top of the repository. `None`: it does not, even if it leads nowhere.
    pub fn way_out(&self, path: &str, target: &str) -> Option<String> {
        let foreign =
            |target: &str| target.starts_with('/') || cfg!(windows) && target.contains(['\\', ':']);
        if foreign(target) {
            return Some(target.to_owned());
        }
        let rest = |left: &[&str]| left.iter().rev().copied().collect::<Vec<_>>().join("/");
        let mut at: Vec<&str> = path.split('/').collect();
        at.pop();
        let mut left: Vec<&str> = target.rsplit('/').collect();
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part {
                "" | "." => {}
                ".." if at.pop().is_none() => return Some(within("..", &rest(&left))),
                ".." => {}
                name => {
                    at.push(name);
                    if let Some(Node::Link(target)) = self.nodes.get(&at.join("/")) {
                        links += 1;
                        if foreign(target) {
                            return Some(within(target, &rest(&left)));
                        }
                        if links > MAX_LINKS {
                            return None;
                        }
                        at.pop();
                        left.extend(target.rsplit('/'));
                    }
                }
            }
        }
        None
    }

    /// What is directly in a folder, links not followed: names and what they are, sorted.
    pub fn children<'a>(&'a self, folder: &str) -> Vec<(&'a str, &'a Node)> {
        let start = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut found = Vec::new();
        let mut at = start.clone();
        // Over what lies deeper it is jumped: `0` is what comes after `/`.
        while let Some((path, node)) = self.nodes.range(at.clone()..).next() {
            let Some(rest) = path.strip_prefix(start.as_str()) else {
                break;
            };
            if let Some((name, _)) = rest.split_once('/') {
                at = format!("{start}{name}0");
            } else {
                found.push((rest, node));
                at = format!("{path}\0");
            }
        }
        found.sort_unstable_by_key(|(name, _)| *name);
        found
    }

    /// Whether another repository is mounted at a folder.
    pub fn is_module(&self, folder: &str) -> bool {
        self.modules.contains(folder)
    }

    /// The folders that have a `Cargo.toml`, in the order in which cargo walks: a folder before what is in it, by name.
    pub fn packages(&self) -> Vec<&str> {
        let manifests = self.nodes.iter().filter_map(|(path, node)| {
            let folder = match path.strip_suffix("Cargo.toml")? {
                "" => "",
                folder => folder.strip_suffix('/')?,
            };
            (!matches!(node, Node::Folder)).then_some(folder)
        });
        let mut found: Vec<&str> = manifests.collect();
        found.sort_by_key(|folder| folder.split('/').collect::<Vec<_>>());
        found
    }

    /// Whether cargo comes by a folder when it looks for packages: hidden ones, `target` beside a manifest, and
    /// submodules are left out.
    pub fn is_walked(&self, folder: &str) -> bool {
        let mut at = String::new();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            let manifest = within(&at, "Cargo.toml");
            if part.starts_with('.') || part == "target" && self.nodes.contains_key(&manifest) {
                return false;
            }
            at = within(&at, part);
            if self.modules.contains(&at) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(nodes: &[(&str, Node)]) -> Tree {
        let nodes = nodes
            .iter()
            .map(|(path, node)| ((*path).to_owned(), node.clone()));
        Tree {
            nodes: nodes.collect(),
            modules: BTreeSet::new(),
            skipped: Vec::new(),
        }
    }

    fn file() -> Node {
        Node::File {
            id: Id::null(gix_hash::Kind::Sha1),
            executable: false,
        }
    }

    fn link(target: &str) -> Node {
        Node::Link(target.to_owned())
    }

    #[test]
    fn links_are_followed_within_the_repository() {
        let tree = tree(&[
            ("a", Node::Folder),
            ("a/b", link("../c")),
            ("a/round", link("round")),
            ("a/out", link("../../etc")),
            ("a/absolute", link("/etc")),
            ("c", Node::Folder),
            ("c/d", file()),
        ]);
        assert_eq!(tree.at("a/b/d"), Some(("c/d".to_owned(), &file())));
        assert_eq!(tree.at("a/b"), Some(("c".to_owned(), &Node::Folder)));
        for nowhere in ["a/round", "a/out", "a/absolute", "x", "c/d/e"] {
            assert_eq!(tree.at(nowhere), None, "{nowhere}");
        }
        for (path, target, out) in [
            ("a/b", "../c", None),
            ("a/round", "round", None),
            ("a/out", "../../etc", Some("../etc")),
            ("a/absolute", "/etc", Some("/etc")),
            ("a/through", "absolute/x/y", Some("/etc/x/y")),
            ("a/over", "b/../../x", Some("../x")),
            ("a/broken", "x/y", None),
            ("top", "..", Some("../")),
            ("a/top", "..", None),
        ] {
            assert_eq!(tree.way_out(path, target).as_deref(), out, "{path}");
        }
    }

    #[test]
    fn children_are_listed_in_order() {
        let tree = tree(&[
            ("a", Node::Folder),
            ("a-b", file()),
            ("a/x", file()),
            ("a/y", Node::Folder),
            ("a/y/z", file()),
            ("b", file()),
        ]);
        let names = |folder| -> Vec<&str> {
            let children = tree.children(folder).into_iter();
            children.map(|(name, _)| name).collect()
        };
        assert_eq!(names(""), ["a", "a-b", "b"]);
        assert_eq!(names("a"), ["x", "y"]);
        assert_eq!(names("b"), [""; 0]);
    }

    #[test]
    fn packages_are_met_as_cargo_meets_them() {
        let tree = tree(&[
            ("b-c/Cargo.toml", file()),
            ("b/Cargo.toml", file()),
            ("b/c/Cargo.toml", file()),
            ("Cargo.toml", file()),
            ("target/Cargo.toml", file()),
            ("b/.x/Cargo.toml", file()),
        ]);
        let met = tree.packages();
        let met: Vec<_> = met
            .into_iter()
            .filter(|folder| tree.is_walked(folder))
            .collect();
        assert_eq!(met, ["", "b", "b/c", "b-c"]);
    }

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
