//! `status --explain`: who wants a package, by which way of dependencies, and how it stands in the mirror.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::io::config::default_index::as_cargo_takes;
use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::input::InputError;
use crate::model::input::closure::Closure;
use crate::model::input::graph::{Graph, Node};
use crate::model::input::lockfile::{Locked, MAX_FILE};
use crate::model::mirror::root::{Root, RootKind};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::input::read::{self, Project};
use crate::ops::status::package;

/// Ways that are shown of one package in one project; a popular crate has hundreds.
const MAX_WAYS: usize = 8;

/// What is known of the packages of a name.
#[derive(Debug)]
pub struct ExplainReport {
    pub name: String,
    pub packages: Vec<Explained>,
    pub mirror: PathBuf,
}

/// One package.
#[derive(Debug)]
pub struct Explained {
    pub package: CrateId,
    /// `None`: it is part of a project, not of the mirror.
    pub source: Option<SourceId>,
    pub state: ExplainedState,
    pub cause: Option<String>,
    pub wanted_by: Vec<WantedBy>,
}

/// How a package stands in the mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExplainedState {
    Mirrored,
    /// Its bytes were left out, because nothing that was asked for builds it.
    Pruned,
    Missing,
    Damaged,
    Unsupported,
    /// A package of a project.
    Own,
}

/// A lockfile or list that wants it.
#[derive(Debug)]
pub struct WantedBy {
    pub kind: RootKind,
    pub origin: String,
    /// The shortest way from each package of the project. Lists and names have none.
    pub ways: Vec<Vec<Node>>,
    /// Ways that are not shown.
    pub more: usize,
    /// It stands in the lockfile only as a patch that nothing uses; cargo wants it nevertheless.
    pub unused_patch: bool,
}

/// Which packages are asked about.
struct Question<'a> {
    name: &'a str,
    version: Option<&'a str>,
}

/// Who wants each of the packages.
type Found = BTreeMap<Node, Vec<WantedBy>>;

impl Question<'_> {
    fn is_about(&self, id: &CrateId) -> bool {
        // Nobody remembers which crate has a hyphen.
        let plain = |name: &str| name.to_lowercase().replace('_', "-");
        plain(id.name.as_str()) == plain(self.name)
            && self
                .version
                .is_none_or(|version| id.version.to_string() == version)
    }

    /// What a root wants of them, where its lockfile is not there to tell the way.
    fn in_root(&self, root: &Root, found: &mut Found) {
        let packages = root.packages.iter();
        for locked in packages.filter(|locked| self.is_about(&locked.id)) {
            let node = Node {
                id: locked.id.clone(),
                source: Some(locked.source.clone()),
            };
            found.entry(node).or_default().push(WantedBy {
                kind: root.origin.kind,
                origin: root.origin.text.clone(),
                ways: Vec::new(),
                more: 0,
                unused_patch: false,
            });
        }
    }

    /// The ways on which a lockfile comes to them, and their checksums in it.
    fn in_lockfile(&self, path: &Path, found: &mut Found, checksums: &mut Checksums) -> Result<()> {
        let text = file::read_text(path, MAX_FILE)?;
        for locked in read::parse_lockfile(path, &text)? {
            if self.is_about(&locked.id) {
                checksums.insert((locked.id, locked.source), locked.checksum);
            }
        }
        let graph = Graph::parse(&text).map_err(|source| {
            Error::Input(InputError::Lockfile {
                path: path.to_owned(),
                source: Box::new(source),
            })
        })?;
        for (at, node) in graph.nodes().filter(|(_, node)| self.is_about(&node.id)) {
            let ways = graph.ways_to(at);
            let more = ways.len().saturating_sub(MAX_WAYS);
            let shown = ways.into_iter().take(MAX_WAYS);
            found.entry(node.clone()).or_default().push(WantedBy {
                kind: RootKind::Lockfile,
                origin: path.to_string_lossy().into_owned(),
                ways: shown
                    .map(|way| way.into_iter().cloned().collect())
                    .collect(),
                more,
                unused_patch: graph.is_unused(at),
            });
        }
        Ok(())
    }
}

/// What lockfiles expect of the packages that they name.
type Checksums = BTreeMap<(CrateId, SourceId), Option<Sha256>>;

/// Explains every package whose name is `name`, or the one that `name@version` means, in the lockfiles of these projects
/// and in all that the mirror was ever asked for.
pub fn run(open: &OpenMirror, projects: &[Project], name: &str) -> Result<ExplainReport> {
    let question = match name.split_once('@') {
        Some((name, version)) => Question {
            name,
            version: Some(version),
        },
        None => Question {
            name,
            version: None,
        },
    };
    let (mut found, mut checksums) = (Found::new(), Checksums::new());
    let mut lockfiles: BTreeSet<PathBuf> = projects.iter().map(Project::lockfile).collect();
    for recorded in open.records().roots()? {
        let origin = &recorded.root.origin;
        let path = Path::new(&origin.text);
        if origin.kind == RootKind::Lockfile && path.is_file() {
            lockfiles.insert(path.to_owned());
        } else {
            question.in_root(&recorded.root, &mut found);
        }
    }
    for path in &lockfiles {
        question.in_lockfile(path, &mut found, &mut checksums)?;
    }
    let packages = found
        .into_iter()
        .map(|(node, wanted_by)| explained(open, node, wanted_by, &checksums));
    Ok(ExplainReport {
        name: name.to_owned(),
        packages: packages.collect::<Result<_>>()?,
        mirror: open.folder.clone(),
    })
}

fn explained(
    mirror: &OpenMirror,
    node: Node,
    mut wanted_by: Vec<WantedBy>,
    checksums: &Checksums,
) -> Result<Explained> {
    wanted_by.sort_by(|a, b| (a.kind, &a.origin).cmp(&(b.kind, &b.origin)));
    let (state, cause) = match &node.source {
        None => (ExplainedState::Own, None),
        Some(source) => {
            let source = &as_cargo_takes(source.clone());
            let checksum = checksums.get(&(node.id.clone(), source.clone()));
            let mut closure = Closure::default();
            closure.add([Locked {
                id: node.id.clone(),
                source: source.clone(),
                checksum: checksum.copied().flatten(),
            }]);
            package::state_of(mirror, &closure)?
        }
    };
    Ok(Explained {
        package: node.id,
        source: node.source,
        state,
        cause,
        wanted_by,
    })
}
