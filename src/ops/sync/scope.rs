//! Which crates a run looks at.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::io::git::tree_index::TreeIndex;
use crate::io::mirror::known_files::KnownFiles;
use crate::model::error::{Error, Result};
use crate::model::errors::sync::SyncError;
use crate::model::package::id::CrateName;
use crate::model::sync::rules::Selection;
use crate::model::sync::tree::IndexTree;
use crate::ops::sync::heal::{self, CopyGaps};
use crate::ops::sync::judged::{Expected, Touch};

/// The state of upstream that a run goes by.
pub struct Upstreams {
    pub commit: Option<String>,
    pub tree: Option<IndexTree>,
    /// Whether the server sent all contents, too.
    pub contents_sent: bool,
}

/// Fetches the trees of the git index, if its head is not there yet.
pub fn trees(index: &TreeIndex, head: &str, url: &str, known: usize) -> Result<Upstreams> {
    let commit = if index.has(head) {
        head.to_owned()
    } else {
        index.fetch()?
    };
    let tree = index.tree(&commit, known)?;
    let url = || url.to_owned();
    let Some(config) = tree.config else {
        return Err(Error::Sync(SyncError::NotAnIndex { url: url() }));
    };
    if tree.files.is_empty() && known > 0 {
        return Err(Error::Sync(SyncError::Empty { url: url(), known }));
    }
    let contents_sent = index.has_content(&config);
    Ok(Upstreams {
        commit: Some(commit),
        tree: Some(tree),
        contents_sent,
    })
}

/// What decides which crates are looked at.
pub struct Scope<'a> {
    pub selection: &'a Selection,
    pub top: Option<&'a BTreeSet<CrateName>>,
    pub known: &'a KnownFiles,
    /// What a comparison with the folder has found, or what is here.
    pub found: &'a CopyGaps,
    /// Of what is wanted, by names in lower case.
    pub roots: BTreeSet<CrateName>,
    /// Crates with troubles that are due.
    pub due: BTreeSet<CrateName>,
    /// Names that somebody has given.
    pub named: &'a BTreeSet<CrateName>,
    /// What a closure has chosen.
    pub chosen: Option<BTreeSet<CrateName>>,
    /// Whether all of them are compared anew.
    pub healing: bool,
}

impl Scope<'_> {
    /// Whether the rules take a crate, as far as its name says.
    pub fn takes(&self, name: &CrateName) -> bool {
        self.selection.takes_name(name) && self.top.is_none_or(|top| top.contains(name))
    }

    /// By the trees of a git index.
    pub fn of_tree(&self, tree: &IndexTree) -> Vec<Touch> {
        let changes = tree.changes(&self.known.ids);
        let mut names: BTreeSet<Cow<'_, CrateName>> = BTreeSet::new();
        let everything = self.selection.is_everything();
        let wanted = |name: &CrateName| {
            everything
                || self.is_chosen(name)
                || self.found.here.contains(name.as_str())
                || self.roots.contains(name)
        };
        let borrowed = Cow::Borrowed;
        let new = changes.changed.iter().filter(|name| wanted(name));
        names.extend(new.chain(&changes.gone).map(borrowed));
        names.extend(self.due.iter().chain(&self.found.look_at).map(borrowed));
        if self.healing {
            // What has no index file although it should, and what is here and upstream has not.
            let here = &self.found.here;
            let lacking = parsed(tree.files.names().filter(|name| !here.contains(name)));
            names.extend(lacking.filter(|name| self.is_chosen(name)).map(Cow::Owned));
            let gone = here.names().filter(|name| !tree.files.contains(name));
            names.extend(parsed(gone).map(Cow::Owned));
        }
        names.extend(self.chosen.iter().flatten().map(borrowed));
        let is_known = |name: &&CrateName| self.known.ids.contains(name.as_str());
        let unknown = self.roots.iter().filter(|name| !is_known(name));
        names.extend(unknown.map(borrowed));
        let touch = |name: Cow<'_, CrateName>| Touch {
            expected: (tree.files.get(name.as_str()))
                .map_or(Expected::Gone, |id| Expected::File(*id)),
            name: name.into_owned(),
        };
        names.into_iter().map(touch).collect()
    }

    /// By names from wherever they are known: each file is asked for.
    pub fn of_names(&self) -> Result<Vec<Touch>> {
        let mut names: BTreeSet<CrateName> = BTreeSet::new();
        let exact: BTreeSet<CrateName> = self
            .selection
            .exact_names()
            .filter_map(|name| heal::lower(&name))
            .collect();
        let given = self.named.iter().chain(&exact);
        names.extend(given.filter(|name| self.takes(name)).cloned());
        names.extend(parsed(self.found.here.names()));
        let others = [&self.roots, &self.due, &self.found.look_at];
        names.extend(others.into_iter().flatten().cloned());
        names.extend(self.chosen.iter().flatten().cloned());
        names.extend(parsed(self.known.ids.names()));
        if names.is_empty() {
            return Err(Error::Sync(SyncError::NoNames));
        }
        let touch = |name: CrateName| {
            // What has to be looked at must come whole.
            let looked =
                self.healing || self.due.contains(&name) || self.found.look_at.contains(&name);
            let known = (!looked).then(|| self.known.validators.get(name.as_str()));
            Touch {
                expected: Expected::Unknown(known.flatten()),
                name,
            }
        };
        Ok(names.into_iter().map(touch).collect())
    }

    fn is_chosen(&self, name: &CrateName) -> bool {
        match &self.chosen {
            Some(chosen) => chosen.contains(name),
            None => self.takes(name),
        }
    }
}

/// Names that were looked at before: none is lost.
pub fn parsed<'n>(names: impl Iterator<Item = &'n str>) -> impl Iterator<Item = CrateName> {
    names.filter_map(|name| CrateName::parse(name).ok())
}

/// Names in lower case.
pub fn lower_names<'a>(names: impl IntoIterator<Item = &'a String>) -> BTreeSet<CrateName> {
    names
        .into_iter()
        .filter_map(|name| CrateName::parse(name).ok())
        .collect()
}

/// What roots want of a source, by names in lower case.
pub type RootVersions = BTreeMap<String, BTreeSet<crate::model::package::id::Version>>;
