//! One source of a mirror put right: locally where that can be, else fetched, else into quarantine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::layout::sources;
use crate::io::store::journal::shard_of;
use crate::io::store::listing::BUFFER;
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::Seal;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::hosting::HostingError;
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Event;
use crate::model::index::file::find_line;
use crate::model::index::journal::JournalVerdict;
use crate::model::input::closure::Wanted;
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::plan::{FetchItem, Plan};
use crate::model::source::id::{CRATES_IO_FOLDER, RegistrySource, SourceId};
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::fetch::registry::RegistryFetch;
use crate::ops::fetch::report::FetchFailure;
use crate::ops::repair::local;
use crate::ops::repair::report::{Changed, FailedRepair, RepairReport};
use crate::ops::roots::pruned_by;

/// One source being repaired.
pub struct SourceRepair<'a> {
    pub(super) common: &'a Context,
    pub(super) source: &'a str,
    pub(super) store: Arc<RegistryStore>,
    pub(super) archives: bool,
    pub(super) quarantine: &'a mut Quarantine,
    pub(super) report: &'a mut RepairReport,
}

impl SourceRepair<'_> {
    /// Those of the versions to accept that are in this source. What is in none belongs to crates.io.
    pub(super) fn accepted(&self, accept: &[CrateId]) -> Vec<CrateId> {
        let holds = |store: &RegistryStore, id: &CrateId| {
            let index = store.read_index(&id.name);
            let line = index.is_ok_and(|index| index.get(id).is_some());
            line || store.crate_path(id).exists()
        };
        let nowhere = |id: &CrateId| {
            let folders = sources(&self.common.mirror.folder);
            let mut stores = folders
                .iter()
                .map(|folder| self.common.mirror.source(folder));
            self.source == CRATES_IO_FOLDER && !stores.any(|store| holds(&store, id))
        };
        let accept = accept.iter();
        let here = accept.filter(|id| holds(&self.store, id) || nowhere(id));
        here.cloned().collect()
    }

    pub(super) async fn mend(&mut self, damages: &[Damage], accept: &[CrateId]) -> Result<()> {
        local::repair_locally(&self.store, self.source, damages, self.quarantine)?;
        let mut wanted = self.lacking(damages);
        // A line that is mended asks for no bytes that were left out.
        let pruned = pruned_by(&self.common.mirror.records().roots().unwrap_or_default());
        if let Some(pruned) = pruned.get(self.source) {
            for (_, lacks) in wanted.iter_mut().filter(|(id, _)| pruned.contains(id)) {
                lacks.bytes &= lacks.there.is_some();
            }
            wanted.retain(|_, lacks| lacks.line || lacks.bytes);
        }
        if wanted.is_empty() && accept.is_empty() {
            return Ok(());
        }
        let Some((source, access)) = self.upstream()? else {
            for id in wanted.keys().chain(accept) {
                if self.in_hand(id) {
                    // The first run that wanted something of this registry was killed, so nobody has been promised it.
                    let path = Path::new(self.source).join(id.file_name());
                    self.quarantine.take(&path)?;
                    continue;
                }
                let folder = self.source.to_owned();
                let error = if is_hosted(&self.common.mirror.folder, self.source) {
                    let registry = folder.trim_start_matches("registries/").to_owned();
                    Error::Hosting(HostingError::OnlyHere { registry })
                } else {
                    Error::Store(StoreError::UnknownRegistry { folder })
                };
                self.failed(id, &error);
            }
            return Ok(());
        };
        let access = Arc::new(access);
        for id in accept {
            if let Err(error) = self.accept(&access, id).await {
                self.failed(id, &error);
            }
        }
        let mut plan = Plan::default();
        for (id, lacks) in wanted.iter().filter(|(id, _)| !accept.contains(id)) {
            plan.fetch
                .entry(id.name.clone())
                .or_default()
                .push(FetchItem {
                    wanted: Wanted {
                        id: id.clone(),
                        checksum: Some(lacks.expected),
                        bytes: true,
                    },
                    line: lacks.line,
                    bytes: lacks.bytes,
                });
        }
        if plan.is_empty() {
            return Ok(());
        }
        let fetch = RegistryFetch {
            source,
            store: Arc::clone(&self.store),
            access: Arc::clone(&access),
            watch: Arc::clone(&self.common.mirror.watch),
            jobs: self.common.upstream.jobs,
            check_archives: self.archives,
            known: Arc::default(),
            hosted: None,
        };
        let done = fetch.carry_out(plan).await?;
        let mut files: BTreeMap<CrateName, Option<Vec<u8>>> = BTreeMap::new();
        for failure in done.failed {
            if let Some(lacks) = wanted.get(&failure.package) {
                self.explain(&access, &failure, lacks, &mut files).await?;
            }
        }
        Ok(())
    }

    /// The registry whose folder this is, and the way to it. Which one that is the roots say that want something of it;
    /// what cargo's config says of it where the repair was started holds.
    fn upstream(&self) -> Result<Option<(SourceId, UpstreamAccess)>> {
        let roots = self.common.mirror.records().roots()?;
        let sources = roots
            .iter()
            .flat_map(|recorded| &recorded.root.packages)
            .map(|locked| &locked.source);
        let crates_io = std::iter::once(&RegistrySource::CratesIo);
        let mut known = crates_io.chain(sources.filter_map(SourceId::registry));
        let Some(registry) = known.find(|registry| registry.folder() == self.source) else {
            return Ok(None);
        };
        let access = UpstreamAccess::of_registry(self.common, &self.common.place.cwd, registry)?;
        Ok(Some((SourceId::from(registry), access)))
    }

    /// What has to come from elsewhere, and the checksum it must have.
    fn lacking(&self, damages: &[Damage]) -> BTreeMap<CrateId, Shortfall> {
        let mut wanted: BTreeMap<CrateId, Shortfall> = BTreeMap::new();
        let mut buffer = vec![0; BUFFER];
        let asking = |kind| {
            matches!(
                kind,
                DamageKind::ChangedBytes
                    | DamageKind::MissingBytes
                    | DamageKind::ChangedLine
                    | DamageKind::MissingLine
                    | DamageKind::Unreadable
            )
        };
        let named = damages.iter().filter(|damage| asking(damage.kind));
        let mut ids: BTreeSet<CrateId> =
            named.filter_map(|damage| damage.package.clone()).collect();
        // Which version an unreadable line spoke of only the records know. Its bytes may be gone, too.
        for damage in damages
            .iter()
            .filter(|damage| damage.kind == DamageKind::UnreadableLine)
        {
            let file = damage.path.rsplit('/').next().unwrap_or_default();
            let Ok(name) = CrateName::parse(file) else {
                continue;
            };
            let index = self.store.read_index(&name).unwrap_or_default();
            let records = self.store.line_records(shard_of(&name.index_path()));
            let recorded = records.of(file).iter().map(|record| &record.id);
            ids.extend(recorded.filter(|id| index.get(id).is_none()).cloned());
        }
        for id in &ids {
            let there = self.store.hash_file(&id.file_name(), &mut buffer).ok();
            let there = there.map(|(checksum, _)| checksum);
            let records = self.store.line_records(shard_of(&id.name.index_path()));
            let index = self.store.read_index(&id.name).unwrap_or_default();
            let line = index.get(id);
            // Of several records, the one that the line or the bytes agree with.
            let known = records
                .of(id.name.as_str())
                .iter()
                .filter(|record| record.id == *id);
            let known: Vec<Sha256> = known.map(|record| record.checksum).collect();
            let agreed = [line.map(|line| *line.checksum()), there]
                .into_iter()
                .flatten();
            let recorded = agreed
                .clone()
                .find(|one| known.contains(one))
                .or(known.last().copied());
            let Some(expected) = recorded.or_else(|| agreed.clone().next()) else {
                continue;
            };
            let right = line.is_some_and(|line| {
                *line.checksum() == expected
                    && !matches!(
                        records.judge(id.name.as_str(), line),
                        JournalVerdict::Changed(_)
                    )
            });
            let lacks = Shortfall {
                expected,
                line: !right,
                bytes: there != Some(expected),
                there,
                recorded: recorded.is_some(),
            };
            if lacks.line || lacks.bytes {
                wanted.insert(id.clone(), lacks);
            }
        }
        wanted
    }

    /// Why a version cannot be had: what does upstream have in its place?
    async fn explain(
        &mut self,
        access: &UpstreamAccess,
        failure: &FetchFailure,
        lacks: &Shortfall,
        files: &mut BTreeMap<CrateName, Option<Vec<u8>>>,
    ) -> Result<()> {
        let id = &failure.package;
        let Ok(upstream) = access.upstream().await else {
            self.failed(id, &failure.error);
            return Ok(());
        };
        if !files.contains_key(&id.name) {
            let Ok(file) = upstream.index_file(&id.name).await else {
                self.failed(id, &failure.error);
                return Ok(());
            };
            files.insert(id.name.clone(), file);
        }
        let file = files
            .get(&id.name)
            .and_then(Option::as_deref)
            .unwrap_or_default();
        let Some(line) = find_line(file, id, Some(&lacks.expected)) else {
            if self.is_ours(id, lacks) {
                self.report.deleted_upstream.insert(id.clone());
                return Ok(());
            }
            return self
                .quarantine
                .take(&Path::new(self.source).join(id.file_name()));
        };
        if *line.checksum() == lacks.expected {
            self.failed(id, &failure.error);
            return Ok(());
        }
        if lacks.there == Some(*line.checksum()) && !lacks.recorded {
            // Bytes and upstream agree: it is our line that is wrong.
            return self.store.add_lines_now(&id.name, vec![line]);
        }
        if !self.is_ours(id, lacks) {
            return self
                .quarantine
                .take(&Path::new(self.source).join(id.file_name()));
        }
        let changed = Changed {
            package: id.clone(),
            ours: lacks.expected,
            upstream: *line.checksum(),
        };
        (self.common.mirror.watch)(&Event::Warning {
            message: format!(
                "upstream has other bytes for {id} than when it was mirrored: {} instead of {}",
                changed.upstream, changed.ours
            ),
            help: Some(format!(
                "compare with another copy before you trust either; the mirror's stay, unless you run \
                 `cargo mirror repair --accept {id}`"
            )),
        });
        self.report.changed_upstream.insert(changed);
        Ok(())
    }

    /// Whether this mirror has ever vouched for the version: by a record, a line, or a seal.
    fn is_ours(&self, id: &CrateId, lacks: &Shortfall) -> bool {
        let line = self
            .store
            .read_index(&id.name)
            .is_ok_and(|index| index.get(id).is_some());
        let sealed = lacks.there.is_some_and(|there| {
            let file = self.store.look_at(&id.file_name());
            file.is_ok_and(|file| file.seal(&there) == Seal::Right)
        });
        lacks.recorded || line || sealed
    }

    /// Whether a run that was killed was about to add the version, or to remove it.
    fn in_hand(&self, id: &CrateId) -> bool {
        let file = self.store.look_at(&id.file_name());
        let index = self.store.read_index(&id.name);
        file.is_ok_and(|file| file.is_marked()) && index.is_ok_and(|index| index.get(id).is_none())
    }

    fn failed(&mut self, id: &CrateId, error: &Error) {
        self.report.failed.push(FailedRepair {
            package: id.clone(),
            cause: chain(error),
            help: error.hint(),
        });
    }

    /// Takes what upstream has now. The new bytes are here before the old ones go, and the version is out of the index
    /// while they change places.
    async fn accept(&mut self, access: &UpstreamAccess, id: &CrateId) -> Result<()> {
        let upstream = access.upstream().await?;
        let file = upstream.index_file(&id.name).await?.unwrap_or_default();
        let Some(line) = find_line(&file, id, None) else {
            return Err(Error::Upstream(UpstreamError::NotInIndex {
                url: upstream.index_address(&id.name),
            }));
        };
        let mut buffer = vec![0; BUFFER];
        let there = self.store.hash_file(&id.file_name(), &mut buffer).ok();
        let index = self.store.read_index(&id.name)?;
        let same = index
            .get(id)
            .is_some_and(|ours| ours.checksum() == line.checksum());
        if same && there.is_some_and(|(there, _)| there == *line.checksum()) {
            return Ok(());
        }
        let verified = upstream
            .download_crate(&self.store, id, *line.checksum())
            .await?;
        local::withdraw(&self.store, self.source, id, self.quarantine)?;
        self.store.put_crate(verified)?;
        self.store.add_lines_now(&id.name, vec![line])?;
        self.report.accepted.insert(id.clone());
        self.report
            .changed_upstream
            .retain(|changed| changed.package != *id);
        Ok(())
    }
}

/// One version that is not whole.
struct Shortfall {
    expected: Sha256,
    line: bool,
    bytes: bool,
    /// What the bytes that are there hash to.
    there: Option<Sha256>,
    /// Whether `expected` is from a record.
    recorded: bool,
}
