//! The closure of a selection, over index files that are fetched as they are needed and kept for the next run.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures_util::{StreamExt, stream};

use crate::io::access::private_names::PrivateNames;
use crate::io::git::tree_index::file_id;
use crate::io::mirror::index_cache::{CachedIndex, IndexCache};
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::file::IndexFile;
use crate::model::package::id::{CrateName, Version};
use crate::model::sync::candidate::Candidate;
use crate::model::sync::choose::{Chosen, Demand, followed, ripens};
use crate::model::sync::closure::SelectionClosure;
use crate::model::sync::rules::Selection;
use crate::model::sync::tree::IndexTree;
use crate::model::units::timestamp::Timestamp;

/// What a closure is made with.
pub struct ClosureSource<'a> {
    pub upstream: &'a Upstream,
    pub cache: &'a IndexCache,
    /// The git index, where there is one.
    pub tree: Option<&'a IndexTree>,
    pub private: Option<&'a PrivateNames>,
    pub now: Timestamp,
    pub jobs: usize,
}

/// What a closure has come to.
pub struct Closed {
    pub chosen: BTreeMap<String, Chosen>,
    /// When a version that is too young will be old enough.
    pub ripens: Option<Timestamp>,
    /// Crates whose index files could not be had, and why: of these it goes by what was known before, if anything.
    pub unread: Vec<(CrateName, String)>,
}

/// A crate that a closure looks at.
struct ClosureFile {
    name: CrateName,
    /// As its lines spell it.
    spelt: CrateName,
    candidates: Vec<Candidate>,
    /// Why its index file could not be had.
    unread: Option<String>,
}

impl ClosureSource<'_> {
    /// Closes over the crates that the rules take and over what roots want.
    pub async fn close(
        &self,
        selection: &Selection,
        names: &BTreeSet<CrateName>,
        roots: &BTreeMap<String, BTreeSet<Version>>,
    ) -> Result<Closed> {
        let mut closure = SelectionClosure::new(selection, self.now);
        for name in names {
            closure.take(name.as_str());
        }
        for (name, versions) in roots {
            let exact = || versions.iter().cloned().map(Demand::Exact).collect();
            let demands = if selection.follow_roots {
                followed(versions)
            } else {
                exact()
            };
            for demand in demands {
                closure.demand(name, demand);
            }
        }
        let mut ripe: Option<Timestamp> = None;
        let mut unread = Vec::new();
        let mut asked: HashSet<String> = HashSet::new();
        loop {
            let next = closure.take_waiting();
            if next.is_empty() {
                break;
            }
            let files = next.into_iter().filter_map(|key| {
                let name = CrateName::parse(&key).ok()?;
                let again = !asked.insert(key);
                Some(self.candidates(name, again))
            });
            let mut files = stream::iter(files.collect::<Vec<_>>()).buffer_unordered(self.jobs);
            while let Some(file) = files.next().await {
                let file = file?;
                if names.contains(&file.name) {
                    ripe = [ripe, ripens(&file.candidates, selection, self.now)]
                        .into_iter()
                        .flatten()
                        .min();
                }
                closure.look_at(&file.spelt, &file.candidates);
                unread.extend(file.unread.map(|cause| (file.name, cause)));
            }
        }
        Ok(Closed {
            chosen: closure.finish(),
            ripens: ripe,
            unread,
        })
    }

    /// The versions of a crate. One whose file cannot be had holds up no other.
    async fn candidates(&self, name: CrateName, again: bool) -> Result<ClosureFile> {
        let (text, unread) = match self.text(&name, again).await {
            Ok(text) => (text, None),
            Err(error) if is_of_one(&error) => {
                let kept = self.cache.read(&name).map(|kept| kept.text);
                (kept.unwrap_or_default(), Some(chain(&error)))
            }
            Err(error) => return Err(error),
        };
        let file = IndexFile::parse(&text);
        let lines = file
            .lines()
            .iter()
            .filter(|line| line.id().name.shares_file_with(&name));
        let spelt = lines.clone().next().map(|line| line.id().name.clone());
        let candidates = lines.map(Candidate::of).collect();
        let spelt = spelt.unwrap_or_else(|| name.clone());
        Ok(ClosureFile {
            name,
            spelt,
            candidates,
            unread,
        })
    }

    /// An index file, asked for once in a run. A crate that there is not has an empty one.
    async fn text(&self, name: &CrateName, again: bool) -> Result<Vec<u8>> {
        if self.private.is_some_and(|names| names.why(name).is_some()) {
            return Ok(Vec::new());
        }
        let kept = self.cache.read(name);
        let expected = match self.tree {
            Some(tree) => match tree.files.get(name.as_str()) {
                Some(id) => Some(*id),
                None => return Ok(Vec::new()),
            },
            None => None,
        };
        if let Some(kept) = &kept
            && (again || expected.is_some_and(|id| id == file_id(&kept.text)))
        {
            return Ok(kept.text.clone());
        }
        let validator = kept.as_ref().and_then(|kept| kept.validator.as_ref());
        let mut answer = self.upstream.index_file_if_changed(name, validator).await?;
        let is_stale = |answer: &UpstreamAnswer| match (answer, expected) {
            (_, None) => false,
            (UpstreamAnswer::Text { text, .. }, Some(id)) => file_id(text) != id,
            (UpstreamAnswer::Unchanged | UpstreamAnswer::Absent, Some(_)) => true,
        };
        if is_stale(&answer) {
            answer = self.upstream.index_file_anew(name).await?;
        }
        match answer {
            UpstreamAnswer::Text { text, validator } => {
                self.cache.keep(
                    name,
                    &CachedIndex {
                        text: text.clone(),
                        validator,
                        changed: self.now,
                        checked: self.now,
                    },
                )?;
                Ok(text)
            }
            UpstreamAnswer::Unchanged => Ok(kept.map(|kept| kept.text).unwrap_or_default()),
            UpstreamAnswer::Absent => {
                self.cache.forget(name);
                Ok(Vec::new())
            }
        }
    }
}

/// Whether an error says something of one file, not of the host.
fn is_of_one(error: &Error) -> bool {
    matches!(error.inner(), Error::Upstream(cause) if !matches!(cause, UpstreamError::HostDown { .. }))
}

/// By names in lower case.
pub fn by_name(
    ids: impl IntoIterator<Item = crate::model::package::id::CrateId>,
) -> BTreeMap<String, BTreeSet<Version>> {
    let mut found: HashMap<String, BTreeSet<Version>> = HashMap::new();
    for id in ids {
        let name = id.name.as_str().to_ascii_lowercase();
        found.entry(name).or_default().insert(id.version);
    }
    found.into_iter().collect()
}
