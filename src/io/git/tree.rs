//! The tree of a commit with its submodules in place: every path, and what is at it.

use std::collections::{BTreeMap, BTreeSet};

use crate::io::git::objects::Id;
use crate::model::package::tree_path::{join_exactly, within};

/// Links that lead to links go on no longer: as many as Linux follows.
const MAX_LINKS: usize = 40;

/// What is at a path.
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

/// The files of a commit, their paths as `raw_name` has them.
pub struct Tree {
    pub(super) nodes: BTreeMap<String, Node>,
    /// Where other repositories are mounted.
    pub(super) modules: BTreeSet<String>,
    /// Entries that the file systems of this platform cannot store.
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

impl Tree {
    /// A tree of which only names are known: for asking where its links lead.
    pub fn of_names<'a>(
        files: impl IntoIterator<Item = &'a str>,
        links: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let file = |path: &str| {
            let id = Id::null(gix_hash::Kind::Sha1);
            let executable = false;
            (path.to_owned(), Node::File { id, executable })
        };
        let mut nodes: BTreeMap<String, Node> = files.into_iter().map(file).collect();
        for (path, target) in links {
            nodes.insert(path.to_owned(), Node::Link(target.to_owned()));
        }
        let paths: Vec<String> = nodes.keys().cloned().collect();
        for path in paths {
            let mut above = path.as_str();
            while let Some((folder, _)) = above.rsplit_once('/') {
                nodes.entry(folder.to_owned()).or_insert(Node::Folder);
                above = folder;
            }
        }
        Self {
            nodes,
            modules: BTreeSet::new(),
            skipped: Vec::new(),
        }
    }

    /// Resolves a path, following links. `None` if nothing is there, or a link leaves the repository.
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
                ".." => {
                    if at.pop().is_none() {
                        return Some(within("..", &rest(&left)));
                    }
                }
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

    /// Whether cargo searches a folder for packages: it skips hidden ones, `target` beside a manifest, and submodules.
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
}
