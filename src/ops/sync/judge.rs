//! One crate of a copy: its index file asked for and checked, held against what is here, what is missing fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};

use crate::io::access::private_names::PrivateNames;
use crate::io::mirror::index_cache::{CachedIndex, IndexCache};
use crate::io::mirror::sync_state::Removed;
use crate::io::store::registry::RegistryStore;
use crate::io::upstream::registry::Upstream;
use crate::model::error::Result;
use crate::model::event::Watch;
use crate::model::index::file::IndexFile;
use crate::model::package::id::{CrateId, CrateName, Version};
use crate::model::sync::candidate::Candidate;
use crate::model::sync::choose::{Chosen, Demand, Why, choose, ripens};
use crate::model::sync::compare::{CrateDiff, compare};
use crate::model::sync::rules::Selection;
use crate::model::sync::troubles::{TroubleKind, Troubles};
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::index_answer::{Told, ask, doubt, own_lines, past_caches};
use crate::ops::sync::judged::{Expected, Judged, Touch};
use crate::ops::sync::names::GivenNames;
use crate::ops::sync::writer::Parcel;

/// What every crate is judged by.
pub struct Judge {
    pub upstream: Upstream,
    pub store: Arc<RegistryStore>,
    pub selection: Selection,
    pub given: GivenNames,
    /// What a closure has come to.
    pub chosen: Option<BTreeMap<String, Chosen>>,
    /// Index files that were fetched for the closure.
    pub cache: Option<IndexCache>,
    /// What roots want, by names in lower case.
    pub roots: BTreeMap<String, BTreeSet<Version>>,
    pub private: Option<PrivateNames>,
    pub troubles: Troubles,
    pub removed: BTreeMap<String, Removed>,
    pub retry_all: bool,
    pub dry_run: bool,
    /// No crate was here when the run began: each need not be looked for.
    pub is_bare: bool,
    pub now: Timestamp,
    /// Versions of one crate that are asked for one after the other.
    pub in_turn: usize,
    /// Downloads under way, for each thread that has a runtime of its own: they need not wake each other.
    pub slots: Vec<Semaphore>,
    pub watch: Watch,
}

impl Judge {
    /// Judges one crate. An error is one of the mirror itself.
    pub async fn judge(
        &self,
        touch: Touch,
        parcels: Option<mpsc::Sender<Parcel>>,
    ) -> Result<Judged> {
        let mut judged = Judged::default();
        if self
            .private
            .as_ref()
            .is_some_and(|names| names.why(&touch.name).is_some())
        {
            judged.private = true;
            return Ok(judged);
        }
        let told = match ask(&self.upstream, &touch, self.looked_at(&touch.name)).await {
            Ok(told) => told,
            Err(error) => {
                judged.fail(touch.name.to_string(), error, None, false)?;
                return Ok(judged);
            }
        };
        let here = self.store.read_index(&touch.name)?;
        match told {
            Told::Unchanged => {}
            Told::OutOfStep => judged.out_of_step = true,
            Told::Gone => {
                let lines = here.lines().iter();
                judged.absent = true;
                judged.gone = lines
                    .map(|line| (line.id().clone(), *line.checksum()))
                    .collect();
            }
            Told::File {
                text,
                id,
                validator,
                in_step,
            } => {
                (judged.id, judged.validator) = (Some(id), validator);
                judged.out_of_step = !in_step;
                self.compare(&touch, &text, here, &mut judged, parcels)
                    .await?;
            }
        }
        Ok(judged)
    }

    /// The index file of a crate that the closure has looked at: that was asked for in this run.
    fn looked_at(&self, name: &CrateName) -> Option<CachedIndex> {
        let (cache, chosen) = (self.cache.as_ref()?, self.chosen.as_ref()?);
        chosen
            .contains_key(name.as_str())
            .then(|| cache.read(name))?
    }

    async fn compare(
        &self,
        touch: &Touch,
        text: &[u8],
        here: IndexFile,
        judged: &mut Judged,
        parcels: Option<mpsc::Sender<Parcel>>,
    ) -> Result<()> {
        // Where all of its lines are to be kept, they need no memory of their own.
        let is_all_new = self.selection.is_everything() && here.is_empty();
        let file = if is_all_new {
            IndexFile::parse_shared(&text.into())
        } else {
            IndexFile::parse(text)
        };
        let mut whole = own_lines(touch, file, judged);
        let (mut wanted, mut ripe) = self.wanted(&touch.name, &whole);
        let mut diff = self.diff(&whole, &here, &wanted);
        let nobody_vouches = matches!(touch.expected, Expected::Unknown(_));
        if !diff.gone.is_empty() {
            if judged.out_of_step {
                // It may be older than what is here.
                diff.gone.clear();
            } else if nobody_vouches {
                match past_caches(&self.upstream, &touch.name).await {
                    Ok(Told::File {
                        text,
                        id,
                        validator,
                        ..
                    }) => {
                        (judged.id, judged.validator) = (Some(id), validator);
                        whole = own_lines(touch, IndexFile::parse(&text), judged);
                        (wanted, ripe) = self.wanted(&touch.name, &whole);
                        diff = self.diff(&whole, &here, &wanted);
                    }
                    Ok(_) => {
                        judged.out_of_step = true;
                        (judged.id, judged.validator) = (None, None);
                        diff.gone.clear();
                    }
                    Err(error) => {
                        judged.fail(touch.name.to_string(), error, None, false)?;
                        diff.gone.clear();
                    }
                }
            }
        }
        let before = self.troubles.0.get(touch.name.as_str());
        if nobody_vouches
            && let Some(cause) = doubt(&whole, !diff.gone.is_empty(), before, self.now)
        {
            judged.doubted(&touch.name, cause);
            diff.gone.clear();
        }
        judged.ripens = ripe;
        let ranks = self.chosen.is_none().then_some(self.given.top.as_ref());
        let is_left_out = |top: &BTreeSet<CrateName>| !top.contains(&touch.name);
        judged.may_rise = ranks.flatten().is_some_and(is_left_out)
            && whole
                .lines()
                .iter()
                .any(|line| here.get(line.id()).is_none());
        let checksum = |id: CrateId| here.get(&id).map(|line| (id.clone(), *line.checksum()));
        judged.gone = diff.gone.drain(..).filter_map(checksum).collect();
        for (id, here, there) in &diff.other_bytes {
            let cause = format!(
                "the mirror has it with the checksum {here}, and upstream now says {there}"
            );
            judged
                .failed
                .push((id.to_string(), TroubleKind::OtherBytes, cause, None));
        }
        let lines = std::mem::take(&mut diff.lines);
        let fetch = std::mem::take(&mut diff.fetch);
        judged.diff = diff;
        self.complete(touch, fetch, lines, &wanted, judged, parcels)
            .await
    }

    fn diff(&self, whole: &IndexFile, here: &IndexFile, wanted: &Wanting) -> CrateDiff {
        let has_bytes = |id: &CrateId| self.store.crate_path(id).is_file();
        compare(whole, here, |id| wanted.takes(id), has_bytes)
    }

    /// What is wanted of a crate, and when a version that is too young ripens.
    fn wanted(&self, name: &CrateName, file: &IndexFile) -> (Wanting, Option<Timestamp>) {
        if self.selection.is_everything() {
            return (Wanting::All, None);
        }
        let locked = self.roots.get(name.as_str());
        if let Some(chosen) = &self.chosen {
            let mut chosen = chosen.get(name.as_str()).cloned().unwrap_or_default();
            for version in locked.into_iter().flatten() {
                chosen.insert(version.clone(), Why::Root);
            }
            return (Wanting::These(chosen), None);
        }
        let candidates: Vec<Candidate> = file.lines().iter().map(Candidate::of).collect();
        let by_rules = self.selection.takes_name(name)
            && self.given.top.as_ref().is_none_or(|top| top.contains(name));
        let demands: Vec<Demand> = locked
            .into_iter()
            .flatten()
            .cloned()
            .map(Demand::Exact)
            .collect();
        // Rules with a version in them know the name as the lines spell it.
        let spelt = file.lines().first().map_or(name, |line| &line.id().name);
        let chosen = choose(
            spelt,
            &candidates,
            &self.selection,
            by_rules,
            &demands,
            self.now,
        );
        let ripe = if by_rules {
            ripens(&candidates, &self.selection, self.now)
        } else {
            None
        };
        (Wanting::These(chosen), ripe)
    }
}

/// What is wanted of a crate.
pub(super) enum Wanting {
    All,
    These(Chosen),
}

impl Wanting {
    pub(super) fn takes(&self, id: &CrateId) -> bool {
        match self {
            Self::All => true,
            Self::These(chosen) => chosen.contains_key(&id.version),
        }
    }

    pub(super) fn is_by_rule(&self, id: &CrateId) -> bool {
        match self {
            Self::All => true,
            Self::These(chosen) => chosen.get(&id.version) == Some(&Why::Rule),
        }
    }
}
