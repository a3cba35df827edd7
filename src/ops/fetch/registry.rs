//! Everything that is wanted and not there, in one wave: from cargo's caches, else from upstream.
//!
//! The versions of one crate go together, because they share an index file. Its index file and its `.crate` files are
//! asked for side by side (a lockfile has the checksums already); when both are here and agree, the bytes are put in place
//! and then the lines are added. What fails is collected and does not stop the rest, unless the mirror itself cannot be
//! written.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::{Instrument, debug, debug_span};

use crate::io::fs::parallel;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::{StagedFile, verified};
use crate::io::task::blocking;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{ByteOrigin, Event, Watch};
use crate::model::input::closure::Wanted;
use crate::model::package::archive;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::plan::{FetchItem, Plan, Stored};
use crate::model::source::id::SourceId;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::fetch::index_lines::{Lines, not_published};
use crate::ops::fetch::item::{CrateOutcome, CrateOutcomes, PendingCrate};
use crate::ops::fetch::report::{FetchFailure, FetchReport};

/// What a fetch works with.
#[derive(Clone)]
pub struct RegistryFetch {
    /// Where the crates come from.
    pub source: SourceId,
    pub store: Arc<RegistryStore>,
    pub access: Arc<UpstreamAccess>,
    pub watch: Watch,
    /// Requests under way at once.
    pub jobs: usize,
    /// Whether to look inside each archive before it is let in. Bytes that a lockfile vouches for are what their
    /// author's registry let in; looking costs ten times what hashing does.
    pub check_archives: bool,
    /// Index lines that need not be looked for any more.
    pub known: Arc<Lines>,
    /// The name of the registry, if it is one that this mirror hosts: what is not here is nowhere, and only a publish puts
    /// anything here.
    pub hosted: Option<String>,
}

/// Holds what is wanted against what the mirror has.
pub fn plan(store: &RegistryStore, wanted: &[Wanted]) -> Result<Plan> {
    let mut names: BTreeMap<&CrateName, Vec<Wanted>> = BTreeMap::new();
    for wanted in wanted {
        names
            .entry(&wanted.id.name)
            .or_default()
            .push(wanted.clone());
    }
    let groups: Vec<Vec<Wanted>> = names.into_values().collect();
    let looked_up = parallel::on_all_cores(&groups, |group| store.look_up(group));
    let mut compared: Vec<(Wanted, Stored)> = Vec::with_capacity(wanted.len());
    for (group, stored) in groups.into_iter().zip(looked_up) {
        compared.extend(group.into_iter().zip(stored?));
    }
    Ok(Plan::compare(compared))
}

impl RegistryFetch {
    /// Completes what is wanted.
    pub async fn run(&self, wanted: Vec<Wanted>) -> Result<FetchReport> {
        if wanted.is_empty() {
            return Ok(FetchReport::default());
        }
        let store = Arc::clone(&self.store);
        let plan = blocking("comparing with the mirror", move || plan(&store, &wanted)).await?;
        let span = debug_span!("fetch", folder = %self.store.folder().display());
        self.carry_out(plan).instrument(span).await
    }

    /// Carries out a plan.
    pub async fn carry_out(&self, plan: Plan) -> Result<FetchReport> {
        let to_store = plan.fetch.values().flatten();
        let to_store = to_store.filter(|item| item.wanted.bytes).count();
        (self.watch)(&Event::Planned {
            wanted: to_store + plan.keep.len() + plan.refused.len(),
            keep: plan.keep.len(),
        });
        let mut report = FetchReport {
            kept: plan.keep.len(),
            ..FetchReport::default()
        };
        for (package, wanted, there) in plan.refused {
            self.failed(
                &mut report,
                package,
                Arc::new(Error::Store(StoreError::HeldOtherwise { wanted, there })),
            );
        }
        if let Some(registry) = &self.hosted {
            for item in plan.fetch.into_values().flatten() {
                let error = not_published(&item.wanted.id, registry);
                self.failed(&mut report, item.wanted.id, Arc::new(error));
            }
            return Ok(report);
        }
        if plan.fetch.is_empty() {
            return Ok(report);
        }
        let store = Arc::clone(&self.store);
        blocking("preparing the mirror", move || store.create()).await?;

        let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
        let (lacking, mut to_ask) = mpsc::unbounded_channel();
        let cached = {
            let (fetch, stop) = (self.clone(), Arc::clone(&stop.0));
            let names = self.in_order(plan.fetch.into_values().collect())?;
            blocking("reading cargo's cache", move || {
                parallel::on_all_cores(&names, |items| {
                    fetch.complete_cached(items, &lacking, &stop)
                })
                .into_iter()
                .collect::<Result<Vec<CrateOutcomes>>>()
            })
        };
        tokio::pin!(cached);

        let mut running = JoinSet::new();
        let mut finished = Vec::new();
        let (mut reading, mut asking) = (true, true);
        while reading || asking || !running.is_empty() {
            tokio::select! {
                cached = &mut cached, if reading => {
                    finished.extend(cached?.into_iter().flatten());
                    reading = false;
                }
                parts = to_ask.recv(), if asking && running.len() < self.jobs * 2 => match parts {
                    Some(parts) => {
                        let fetch = self.clone();
                        let completing = async move { fetch.complete_upstream(parts).await };
                        running.spawn(completing.in_current_span());
                    }
                    None => asking = false,
                },
                Some(done) = running.join_next() => {
                    finished.extend(done.unwrap_or(Err(Error::Panicked { doing: "fetching" }))?);
                }
            }
            for (package, outcome) in finished.drain(..) {
                self.count(&mut report, package, outcome);
            }
        }
        let store = Arc::clone(&self.store);
        blocking("completing the mirror", move || store.commit()).await?;
        report.failed.sort_by(|a, b| a.package.cmp(&b.package));
        Ok(report)
    }

    /// What failed the last time goes first: if it fails again, that is known soonest.
    fn in_order(&self, mut names: Vec<Vec<FetchItem>>) -> Result<Vec<Vec<FetchItem>>> {
        let failed = self.store.records().failures()?;
        let source = self.source.anonymous();
        let known = |item: &FetchItem| {
            let key = (item.wanted.id.clone(), source.clone());
            failed.0.contains_key(&key)
        };
        names.sort_by_key(|items| !items.iter().any(known));
        Ok(names)
    }

    fn count(&self, report: &mut FetchReport, package: CrateId, outcome: CrateOutcome) {
        match outcome {
            CrateOutcome::Stored {
                origin: ByteOrigin::Upstream,
                bytes,
            } => {
                report.fetched += 1;
                report.bytes_downloaded += bytes;
            }
            CrateOutcome::Stored {
                origin: ByteOrigin::CargoCache,
                bytes,
            } => {
                report.reused += 1;
                report.bytes_reused += bytes;
            }
            CrateOutcome::Listed => {}
            CrateOutcome::Failed(error) => self.failed(report, package, error),
        }
    }

    fn failed(&self, report: &mut FetchReport, package: CrateId, error: Arc<Error>) {
        (self.watch)(&Event::Failed {
            package: package.clone(),
            cause: chain(&*error),
        });
        report.failed.push(FetchFailure {
            package,
            source: self.source.clone(),
            error,
        });
    }

    /// Completes the versions of one crate from cargo's cache, or hands on what it lacks. An error is one of the mirror
    /// itself.
    fn complete_cached(
        &self,
        items: &[FetchItem],
        lacking: &mpsc::UnboundedSender<Vec<PendingCrate>>,
        stop: &AtomicBool,
    ) -> Result<CrateOutcomes> {
        if stop.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let done = items
            .iter()
            .map(|item| self.take_cached(item.clone()))
            .collect::<Result<Vec<PendingCrate>>>();
        let done = done.and_then(|parts| {
            if parts.iter().any(PendingCrate::lacks) {
                // Nobody listens any more once the fetch as a whole has failed.
                let _ = lacking.send(parts);
                Ok(Vec::new())
            } else {
                self.finish(parts)
            }
        });
        if done.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Completes the versions of one crate from upstream. An error is one of the mirror itself.
    async fn complete_upstream(&self, mut parts: Vec<PendingCrate>) -> Result<CrateOutcomes> {
        match self.access.upstream().await {
            Ok(upstream) => self.ask_upstream(upstream, &mut parts).await?,
            // What is wrong with one registry is not wrong with the others.
            Err(error)
                if matches!(error, Error::Upstream(UpstreamError::Offline))
                    || !self.source.is_crates_io() =>
            {
                let error = Arc::new(error);
                parts
                    .iter_mut()
                    .filter(|part| part.lacks())
                    .for_each(|part| part.fail(&error));
            }
            Err(error) => return Err(error),
        }
        let fetch = self.clone();
        blocking("storing crates", move || fetch.finish(parts)).await
    }

    /// Puts the bytes of one crate in place, then adds their lines.
    fn finish(&self, parts: Vec<PendingCrate>) -> Result<CrateOutcomes> {
        let Some(name) = parts.first().map(|part| part.item.wanted.id.name.clone()) else {
            return Ok(Vec::new());
        };
        let mut outcomes = Vec::with_capacity(parts.len());
        let mut lines = Vec::with_capacity(parts.len());
        for part in parts {
            let id = part.item.wanted.id;
            let outcome = if let Some(error) = part.failure {
                CrateOutcome::Failed(error)
            } else {
                lines.extend(part.line);
                let origin = if part.asked {
                    ByteOrigin::Upstream
                } else {
                    ByteOrigin::CargoCache
                };
                let bytes = match part.bytes {
                    Some(verified) => self.store.put_crate(verified)?,
                    None => 0,
                };
                if part.item.wanted.bytes {
                    CrateOutcome::Stored { origin, bytes }
                } else {
                    CrateOutcome::Listed
                }
            };
            outcomes.push((id, outcome));
        }
        if !lines.is_empty() {
            self.store.add_lines(&name, lines)?;
        }
        for (package, outcome) in &outcomes {
            if let CrateOutcome::Stored { origin, bytes } = outcome {
                (self.watch)(&Event::Stored {
                    package: package.clone(),
                    origin: *origin,
                    bytes: *bytes,
                });
            }
        }
        Ok(outcomes)
    }

    /// Takes what cargo has cached on this machine. A cache that is broken or stale is as good as none.
    fn take_cached(&self, item: FetchItem) -> Result<PendingCrate> {
        let mut part = PendingCrate {
            item,
            line: None,
            bytes: None,
            asked: false,
            failure: None,
        };
        let wanted = &part.item.wanted;
        if part.item.line {
            let known = self.known.get(&wanted.id).cloned();
            let checksum = wanted.checksum.as_ref();
            part.line = known.or_else(|| self.access.home.index_line(&wanted.id, checksum));
        }
        let Some(expected) = part.expected().filter(|_| part.item.bytes) else {
            return Ok(part);
        };
        for path in self.access.home.crate_files(&part.item.wanted.id) {
            let Some(incoming) = copied(&self.store, &path)? else {
                continue;
            };
            if let Ok(verified) = verified(&part.item.wanted.id, expected, incoming) {
                match self.looked_into(verified) {
                    Ok(verified) => part.bytes = Some(verified),
                    Err(error @ Error::Store(StoreError::Package(_))) => {
                        part.fail(&Arc::new(error));
                    }
                    Err(error) => return Err(error),
                }
                break;
            }
        }
        Ok(part)
    }

    /// Fetches what is lacking: the index file if any line is, and all crates, side by side.
    async fn ask_upstream(&self, upstream: &Upstream, parts: &mut [PendingCrate]) -> Result<()> {
        let Some(name) = parts.first().map(|part| part.item.wanted.id.name.clone()) else {
            return Ok(());
        };
        let name = &name;
        let needs_lines = parts.iter().any(PendingCrate::lacks_line);
        let index = async {
            if needs_lines {
                upstream.index_file(name).await.map(Some)
            } else {
                Ok(None)
            }
        };
        let early = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.lacks_bytes());
        let early = early
            .filter_map(|(at, part)| Some((at, part.item.wanted.id.clone(), part.expected()?)));
        let (at, downloads): (Vec<usize>, Vec<_>) = early
            .map(|(at, id, expected)| (at, self.download(upstream, id, expected)))
            .unzip();
        let (index, downloaded) = tokio::join!(index, join_all(downloads));

        for (at, downloaded) in at.into_iter().zip(downloaded) {
            parts[at].take(downloaded)?;
        }
        match index {
            Ok(None) => {}
            Ok(Some(file)) => {
                let file = file.unwrap_or_default();
                for part in parts.iter_mut().filter(|part| part.lacks_line()) {
                    part.find(&file, || upstream.index_address(name));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                parts
                    .iter_mut()
                    .filter(|part| part.lacks_line())
                    .for_each(|part| part.fail(&error));
            }
        }
        // Without a checksum in the lockfile, the index line had to come first.
        let late: Vec<usize> = (0..parts.len())
            .filter(|at| parts[*at].lacks_bytes())
            .collect();
        for at in late {
            if let Some(expected) = parts[at].expected() {
                let downloaded = self
                    .download(upstream, parts[at].item.wanted.id.clone(), expected)
                    .await;
                parts[at].take(downloaded)?;
            }
        }
        Ok(())
    }

    async fn download(
        &self,
        upstream: &Upstream,
        id: CrateId,
        expected: Sha256,
    ) -> Result<Verified<StagedFile>> {
        let span = debug_span!("download", krate = %id);
        let downloading = upstream.download_crate(&self.store, &id, expected);
        let verified = downloading.instrument(span).await?;
        debug!(krate = %id, bytes = verified.body().length(), "verified");
        if !self.check_archives {
            return Ok(verified);
        }
        let fetch = self.clone();
        blocking("looking into a crate", move || fetch.looked_into(verified)).await
    }

    fn looked_into(&self, verified: Verified<StagedFile>) -> Result<Verified<StagedFile>> {
        if self.check_archives {
            let body = verified.body();
            archive::inspect(body.reread()?, body.length(), verified.id())?;
        }
        Ok(verified)
    }
}

fn copied(store: &RegistryStore, path: &Path) -> Result<Option<StagedFile>> {
    let mut incoming = store.incoming()?;
    match incoming.copy_from(path) {
        Ok(()) => Ok(Some(incoming)),
        Err(Error::Fs(FsError::Io {
            action: Action::Read,
            ..
        })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells the threads that read cargo's cache when nobody waits for them any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
