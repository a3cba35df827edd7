//! Who depends on whom, as a lockfile tells it: the way from a project's own packages to any package it locks.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use crate::model::input::lockfile::{BadLockfile, LockfileDocument, LockfilePackage};
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;

/// A package of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub id: CrateId,
    /// `None`: a package of the project itself, or one by path.
    pub source: Option<SourceId>,
}

/// `name 1.0.0`, and from where, unless that is crates.io or the project.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id.name, self.id.version)?;
        match &self.source {
            None => Ok(()),
            Some(source) if source.is_crates_io() => Ok(()),
            Some(source) => write!(f, " ({source})"),
        }
    }
}

/// The packages of a lockfile and their dependencies.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    /// By position, the positions of what each depends on.
    needs: Vec<Vec<usize>>,
    /// The positions of `[[patch.unused]]` entries.
    unused: Vec<usize>,
}

impl Graph {
    /// Reads a lockfile. A dependency that names no package of it leads nowhere.
    pub fn parse(text: &str) -> Result<Self, BadLockfile> {
        let document = LockfileDocument::parse(text)?;
        let mut graph = Self::default();
        let own = document.package.iter().chain(&document.root);
        let packages: Vec<&LockfilePackage<'_>> = own.collect();
        for package in packages.iter().copied().chain(&document.patch.unused) {
            graph.nodes.push(Node {
                id: CrateId::parse(&package.name, &package.version)?,
                source: package.source.as_deref().map(SourceId::parse),
            });
        }
        graph.unused = (packages.len()..graph.nodes.len()).collect();
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, package) in packages.iter().enumerate() {
            by_name.entry(&package.name).or_default().push(at);
        }
        for package in &packages {
            let needs = package.dependencies.iter().filter_map(|words| {
                // `name`, `name version` or `name version (source)`: as much as tells it apart (cargo's encode.rs).
                let mut words = words.splitn(3, ' ');
                let candidates = by_name.get(words.next()?)?;
                let version = words.next();
                let source = words
                    .next()
                    .map(|word| word.trim_matches(['(', ')']))
                    .map(without_revision);
                candidates.iter().copied().find(|at| {
                    let candidate = packages[*at];
                    version.is_none_or(|version| candidate.version == version)
                        && source.is_none_or(|source| {
                            candidate.source.as_deref().map(without_revision) == Some(source)
                        })
                })
            });
            graph.needs.push(needs.collect());
        }
        graph.needs.resize(graph.nodes.len(), Vec::new());
        Ok(graph)
    }

    pub fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate()
    }

    /// Whether it stands among the patches that nothing uses.
    pub fn is_unused(&self, at: usize) -> bool {
        self.unused.contains(&at)
    }

    /// The shortest way to a package from each package of the project that leads there, shortest first. Each begins with
    /// the project's and ends with the one asked for.
    pub fn ways_to(&self, target: usize) -> Vec<Vec<&Node>> {
        let mut needed_by = vec![Vec::new(); self.nodes.len()];
        for (from, needs) in self.needs.iter().enumerate() {
            for to in needs {
                needed_by[*to].push(from);
            }
        }
        // Backwards from the target, breadth first: `next` leads towards it.
        let mut next: Vec<Option<usize>> = vec![None; self.nodes.len()];
        next[target] = Some(target);
        let mut queue = VecDeque::from([target]);
        let mut starts = Vec::new();
        while let Some(at) = queue.pop_front() {
            if self.nodes[at].source.is_none() && at != target {
                // Who depends on it wants the package only because it does.
                starts.push(at);
                continue;
            }
            for from in &needed_by[at] {
                if next[*from].is_none() {
                    next[*from] = Some(at);
                    queue.push_back(*from);
                }
            }
        }
        let way = |start: usize| {
            let mut way = vec![&self.nodes[start]];
            let mut at = start;
            while at != target {
                // Whatever was reached has a way on.
                let Some(on) = next[at] else { break };
                at = on;
                way.push(&self.nodes[at]);
            }
            way
        };
        starts.into_iter().map(way).collect()
    }
}

fn without_revision(source: &str) -> &str {
    source.split_once('#').map_or(source, |(source, _)| source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::id::CRATES_IO;

    fn package(name: &str, version: &str, source: Option<&str>, needs: &[&str]) -> String {
        let source = source.map_or(String::new(), |source| format!("source = \"{source}\"\n"));
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}dependencies = {needs:?}\n\n"
        )
    }

    fn said(graph: &Graph, name: &str, version: &str) -> Vec<String> {
        let (at, _) = graph
            .nodes()
            .find(|(_, node)| {
                node.id.name.as_str() == name && node.id.version.to_string() == version
            })
            .unwrap();
        let ways = graph.ways_to(at).into_iter();
        ways.map(|way| {
            way.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" > ")
        })
        .collect()
    }

    #[test]
    fn the_shortest_way_from_each_package_of_the_project_is_found() {
        let git = "git+https://r.example/g?branch=main#0123456789012345678901234567890123456789";
        let text = package("app", "0.1.0", None, &["a 1.0.0", "g", "tool"])
            + &package("tool", "0.1.0", None, &["b"])
            + &package("a", "1.0.0", Some(CRATES_IO), &["b"])
            + &package("a", "2.0.0", Some(CRATES_IO), &[])
            + &package("b", "1.0.0", Some(CRATES_IO), &["c"])
            + &package("c", "1.0.0", Some(CRATES_IO), &["b"])
            + &package(
                "g",
                "0.3.0",
                Some(git),
                &[&format!("a 2.0.0 ({CRATES_IO})")],
            );
        let graph = Graph::parse(&text).unwrap();
        assert_eq!(
            said(&graph, "c", "1.0.0"),
            [
                "tool 0.1.0 > b 1.0.0 > c 1.0.0",
                "app 0.1.0 > a 1.0.0 > b 1.0.0 > c 1.0.0"
            ]
        );
        assert_eq!(
            said(&graph, "a", "2.0.0"),
            [format!("app 0.1.0 > g 0.3.0 ({git}) > a 2.0.0")]
        );
        assert_eq!(said(&graph, "app", "0.1.0"), [""; 0]);
    }

    #[test]
    fn patches_that_nothing_uses_are_known() {
        let text = package("app", "0.1.0", None, &[])
            + &package("u", "1.0.0", Some(CRATES_IO), &[]).replace("package", "patch.unused");
        let graph = Graph::parse(&text).unwrap();
        let unused: Vec<String> = graph
            .nodes()
            .filter(|(at, _)| graph.is_unused(*at))
            .map(|(_, node)| node.to_string())
            .collect();
        assert_eq!(unused, ["u 1.0.0"]);
    }
}
