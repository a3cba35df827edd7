//! `repair`: makes a mirror sound again, from what it knows itself, from cargo's cache, from upstream.
//!
//! What a version's bytes must be is what the mirror has always said: the checksum that was recorded, else that of its
//! index line. Upstream never overrules it: a registry that has other bytes now raises an alarm, and only `--accept`
//! takes them. Nothing is deleted: what cannot be put right moves to `.mirror/quarantine/<n>/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::io::http::chain;
use crate::io::line_log::shard_of;
use crate::io::lock::Use;
use crate::io::store::Store;
use crate::io::survey::{BUFFER, Quarantine, Seal, is_marked, seal_state, sources};
use crate::io::upstream::blocking;
use crate::model::damage::{Damage, Kind};
use crate::model::error::{Error, Result};
use crate::model::event::Event;
use crate::model::index::find_line;
use crate::model::krate::{CrateId, CrateName, Sha256};
use crate::model::plan::{Item, Plan, Wanted};
use crate::model::record::Verdict;
use crate::model::source::{CRATES_IO_FOLDER, RegistrySource, SourceId};
use crate::ops::access::{Access, Common};
use crate::ops::fetch::{Failure, Fetch};
use crate::ops::git_check;
use crate::ops::roots::pruned_by;
use crate::ops::tidy;
use crate::ops::verify::{self, Extent};

/// A repair may lay bare what a first look could not see, such as bytes behind a line that was wrong itself.
const ROUNDS: usize = 3;

#[derive(Debug, Clone)]
pub struct Options {
    pub verify: verify::Options,
    /// Versions whose new upstream bytes are welcome.
    pub accept: Vec<CrateId>,
    pub dry_run: bool,
}

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub checked: usize,
    pub bytes: u64,
    /// What was wrong, and is no longer.
    pub healed: Vec<Damage>,
    /// What is still wrong. Of a dry run: what is wrong.
    pub damages: Vec<Damage>,
    /// Versions that upstream has other bytes for now.
    pub changed_upstream: BTreeSet<Changed>,
    /// Versions that upstream does not have any more.
    pub deleted_upstream: BTreeSet<CrateId>,
    pub accepted: BTreeSet<CrateId>,
    pub failed: Vec<Failed>,
    /// Where things were moved to, within the mirror.
    pub quarantined: Vec<String>,
    /// Index lines that are vouched for from now on.
    pub adopted: usize,
    pub dry_run: bool,
    pub sources: Vec<String>,
    pub mirror: PathBuf,
    pub sound: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Changed {
    pub package: CrateId,
    #[serde(serialize_with = "as_text")]
    pub ours: Sha256,
    #[serde(serialize_with = "as_text")]
    pub upstream: Sha256,
}

fn as_text<S: serde::Serializer>(checksum: &Sha256, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(checksum)
}

/// A version that could not be fetched again.
#[derive(Debug, Serialize)]
pub struct Failed {
    pub package: CrateId,
    pub cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Verifies, repairs, and verifies what was touched.
pub async fn run(common: &Common, options: Options) -> Result<Report> {
    // Held until the end, so that `gc` removes nothing that is being mended.
    let _in_use = if options.dry_run {
        None
    } else {
        Some(common.in_use(Use::Add)?)
    };
    let first = look(common, options.verify.clone()).await?;
    let mut report = Report {
        checked: first.checked,
        bytes: first.bytes,
        dry_run: options.dry_run,
        sources: first.sources.clone(),
        mirror: common.mirror.clone(),
        ..Report::default()
    };
    let mut left = to_mend(&first);
    let mut unrecorded = first.unrecorded;
    let mut quarantine = Quarantine::new(&common.mirror);
    for round in 0..ROUNDS {
        if options.dry_run || (left.is_empty() && (round > 0 || options.accept.is_empty())) {
            break;
        }
        let accept = if round == 0 {
            options.accept.as_slice()
        } else {
            &[]
        };
        report.failed.clear();
        for source in &first.sources {
            let damages: Vec<Damage> = left
                .iter()
                .filter(|damage| damage.source == *source)
                .cloned()
                .collect();
            if git_check::is_git(source) {
                git_check::mend(common, source, &damages, &mut quarantine, &mut report).await?;
                continue;
            }
            let store = Arc::new(common.source(source));
            let mut mending = Mending {
                common,
                source,
                store,
                archives: options.verify.archives,
                quarantine: &mut quarantine,
                report: &mut report,
            };
            let accept = mending.accepted(accept);
            mending.mend(&damages, &accept).await?;
            // On the disk for certain, before anything is called sound.
            mending.store.settle()?;
        }
        let touched = left
            .iter()
            .filter_map(|damage| damage.package.as_ref())
            .chain(accept);
        let again = verify::Options {
            extent: Extent::Named(touched.map(|id| id.name.clone()).collect()),
            resume: false,
            ..options.verify.clone()
        };
        let found = look(common, again).await?;
        unrecorded = found.unrecorded;
        let found = to_mend(&found);
        let stuck = found == left;
        left = found;
        if stuck {
            break;
        }
    }
    if !options.dry_run && unrecorded > 0 {
        for source in first
            .sources
            .iter()
            .filter(|source| !git_check::is_git(source))
        {
            let store = common.source(source);
            report.adopted += tidy::adopt(&store, &left)?;
        }
    }
    report.healed = to_mend(&first);
    report.healed.retain(|damage| {
        !left.iter().any(|left| {
            (left.kind, &left.path, &left.package) == (damage.kind, &damage.path, &damage.package)
        })
    });
    report.quarantined = quarantine.moved;
    report.sound =
        left.is_empty() && report.changed_upstream.is_empty() && report.failed.is_empty();
    report.damages = left;
    Ok(report)
}

/// What was begun is finished as what was lost is found again.
fn to_mend(found: &verify::Report) -> Vec<Damage> {
    let mut all = [found.damages.as_slice(), &found.unfinished].concat();
    all.sort();
    all
}

async fn look(common: &Common, options: verify::Options) -> Result<verify::Report> {
    let common = common.clone();
    blocking("verifying", move || verify::run(&common, &options)).await
}

/// One source being repaired.
struct Mending<'a> {
    common: &'a Common,
    source: &'a str,
    store: Arc<Store>,
    archives: bool,
    quarantine: &'a mut Quarantine,
    report: &'a mut Report,
}

impl Mending<'_> {
    /// Those of the versions to accept that are in this source. What is in none belongs to crates.io.
    fn accepted(&self, accept: &[CrateId]) -> Vec<CrateId> {
        let holds = |store: &Store, id: &CrateId| {
            let index = store.read_index(&id.name);
            let line = index.is_ok_and(|index| index.get(id).is_some());
            line || store.crate_path(id).exists()
        };
        let nowhere = |id: &CrateId| {
            let folders = sources(&self.common.mirror);
            let mut stores = folders.iter().map(|folder| self.common.source(folder));
            self.source == CRATES_IO_FOLDER && !stores.any(|store| holds(&store, id))
        };
        let accept = accept.iter();
        let here = accept.filter(|id| holds(&self.store, id) || nowhere(id));
        here.cloned().collect()
    }

    async fn mend(&mut self, damages: &[Damage], accept: &[CrateId]) -> Result<()> {
        tidy::tidy(&self.store, self.source, damages, self.quarantine)?;
        let mut wanted = self.lacking(damages);
        // A line that is mended asks for no bytes that were left out.
        let pruned = pruned_by(&self.common.records().roots().unwrap_or_default());
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
                self.failed(id, &Error::UnknownRegistry { folder });
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
            plan.fetch.entry(id.name.clone()).or_default().push(Item {
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
        let fetch = Fetch {
            source,
            store: Arc::clone(&self.store),
            access: Arc::clone(&access),
            watch: Arc::clone(&self.common.watch),
            jobs: self.common.jobs,
            check_archives: self.archives,
            known: Arc::default(),
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
    fn upstream(&self) -> Result<Option<(SourceId, Access)>> {
        let cwd = &self.common.cwd;
        if self.source == CRATES_IO_FOLDER {
            let access = Access::new(self.common, cwd)?;
            return Ok(Some((SourceId::CratesIo, access)));
        }
        let roots = self.common.records().roots()?;
        let mut sources = roots
            .iter()
            .flat_map(|recorded| &recorded.root.packages)
            .map(|locked| &locked.source);
        let own = sources.find_map(|source| match source {
            SourceId::Registry(text) => {
                let registry = RegistrySource::parse(text)?;
                (registry.folder() == self.source).then_some((source.clone(), registry))
            }
            _ => None,
        });
        let Some((source, registry)) = own else {
            return Ok(None);
        };
        let access = Access::of_registry(self.common, cwd, &registry)?;
        Ok(Some((source, access)))
    }

    /// What has to come from elsewhere, and the checksum it must have.
    fn lacking(&self, damages: &[Damage]) -> BTreeMap<CrateId, Lacks> {
        let mut wanted: BTreeMap<CrateId, Lacks> = BTreeMap::new();
        let mut buffer = vec![0; BUFFER];
        let asking = |kind| {
            matches!(
                kind,
                Kind::ChangedBytes
                    | Kind::MissingBytes
                    | Kind::ChangedLine
                    | Kind::MissingLine
                    | Kind::Unreadable
            )
        };
        let named = damages.iter().filter(|damage| asking(damage.kind));
        let mut ids: BTreeSet<CrateId> =
            named.filter_map(|damage| damage.package.clone()).collect();
        // Which version an unreadable line spoke of only the records know. Its bytes may be gone, too.
        for damage in damages
            .iter()
            .filter(|damage| damage.kind == Kind::UnreadableLine)
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
                    && !matches!(records.judge(id.name.as_str(), line), Verdict::Changed(_))
            });
            let lacks = Lacks {
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
        access: &Access,
        failure: &Failure,
        lacks: &Lacks,
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
        (self.common.watch)(&Event::Warning {
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
    fn is_ours(&self, id: &CrateId, lacks: &Lacks) -> bool {
        let line = self
            .store
            .read_index(&id.name)
            .is_ok_and(|index| index.get(id).is_some());
        let sealed = lacks.there.is_some_and(|there| {
            let meta = self.store.crate_metadata(&id.file_name());
            meta.is_ok_and(|meta| seal_state(&meta, &there) == Seal::Right)
        });
        lacks.recorded || line || sealed
    }

    /// Whether a run that was killed was about to add the version, or to remove it.
    fn in_hand(&self, id: &CrateId) -> bool {
        let meta = self.store.crate_metadata(&id.file_name());
        let index = self.store.read_index(&id.name);
        meta.is_ok_and(|meta| is_marked(&meta)) && index.is_ok_and(|index| index.get(id).is_none())
    }

    fn failed(&mut self, id: &CrateId, error: &Error) {
        self.report.failed.push(Failed {
            package: id.clone(),
            cause: chain(error),
            help: error.hint(),
        });
    }

    /// Takes what upstream has now. The new bytes are here before the old ones go, and the version is out of the index
    /// while they change places.
    async fn accept(&mut self, access: &Access, id: &CrateId) -> Result<()> {
        let upstream = access.upstream().await?;
        let file = upstream.index_file(&id.name).await?.unwrap_or_default();
        let Some(line) = find_line(&file, id, None) else {
            return Err(Error::NotInIndex {
                url: upstream.index_address(&id.name),
            });
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
        let verified = upstream.krate(&self.store, id, *line.checksum()).await?;
        tidy::withdraw(&self.store, self.source, id, self.quarantine)?;
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
struct Lacks {
    expected: Sha256,
    line: bool,
    bytes: bool,
    /// What the bytes that are there hash to.
    there: Option<Sha256>,
    /// Whether `expected` is from a record.
    recorded: bool,
}
