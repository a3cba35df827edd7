//! `pull`: a bucket into a mirror, as far as the mirror lacks it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::objects::Fetched;
use crate::io::bucket::store::BucketStore;
use crate::io::mirror::bucket_notes::{IndexNote, IndexNotes, digest, read_notes, write_notes};
use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::in_use::Use;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::io::upstream::bucket::BucketUpstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::store::StoreError;
use crate::model::event::{ByteOrigin, Event};
use crate::model::hosting::registry::registry_name;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::bucket::listing::{BucketListing, registries};
use crate::ops::bucket::open::{Endpoints, OpenBucket};
use crate::ops::context::options::Context;

/// What is pulled, and how.
#[derive(Debug, Clone)]
pub struct PullOptions {
    pub url: String,
    /// Removes what is here and not in the bucket.
    pub delete: bool,
    pub dry_run: bool,
}

/// Why a registry is left out that is hosted where it was pushed from.
const NOT_HOSTED: &str = "a registry of this name is published into, and this mirror hosts none: as a mirrored one its crates \
                          would be served to everybody, and gc could drop them; make it with `cargo mirror registry new`";

/// What became of it.
#[derive(Debug, Default)]
pub struct PullReport {
    pub bucket: String,
    pub crates: usize,
    /// Of these crates.
    pub bytes: u64,
    /// Crates that were here.
    pub kept: usize,
    pub removed: usize,
    /// What could not be done, and why.
    pub failed: Vec<(String, String)>,
    pub dry_run: bool,
}

pub async fn run(common: &Context, options: &PullOptions) -> Result<PullReport> {
    let bucket = OpenBucket::open(common, &options.url, &Endpoints::default())?;
    let mut report = PullReport {
        bucket: bucket.address.to_string(),
        dry_run: options.dry_run,
        ..PullReport::default()
    };
    let there = registries(&bucket).await?;
    let in_use = {
        let common = common.clone();
        blocking("waiting for the mirror", move || {
            common.mirror.in_use(Use::Add)
        })
        .await?
    };
    let notes = read_notes(&common.mirror.folder, &report.bucket)?;
    let pulling = Pulling {
        common,
        dry_run: options.dry_run,
        notes: Mutex::new(notes),
        crates: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
        kept: AtomicUsize::new(0),
        failed: Mutex::default(),
    };
    let mut extra = Vec::new();
    for (folder, listed) in &there {
        if listed.hosted {
            let message = format!("{folder} is published into in the bucket, and stays there");
            (common.mirror.watch)(&Event::Note { message });
            continue;
        }
        let is_hosted = is_hosted(&common.mirror.folder, folder);
        let name = folder.strip_prefix("registries/").unwrap_or_default();
        if !is_hosted && registry_name(name).is_ok() {
            let left = (folder.clone(), NOT_HOSTED.to_owned());
            pulling.failed().push(left);
            continue;
        }
        let gone = pulling.registry(&bucket, folder, listed).await?;
        // Nobody could fetch again what is published into here.
        if !is_hosted {
            extra.push((folder.clone(), gone));
        }
    }
    report.crates = pulling.crates.into_inner();
    report.bytes = pulling.bytes.into_inner();
    report.kept = pulling.kept.into_inner();
    let failed = pulling.failed.into_inner();
    report.failed = failed.unwrap_or_else(PoisonError::into_inner);
    if !options.dry_run {
        let notes = pulling.notes.into_inner();
        let notes = notes.unwrap_or_else(PoisonError::into_inner);
        write_notes(&common.mirror.folder, &report.bucket, &notes)?;
    }
    drop(in_use);
    if options.delete {
        report.removed = extra.iter().map(|(_, gone)| gone.len()).sum();
        if !options.dry_run {
            let common = common.clone();
            blocking("removing crates", move || {
                let _in_use = common.mirror.in_use(Use::Remove)?;
                for (folder, gone) in extra {
                    let ids: Vec<&CrateId> = gone.iter().collect();
                    common.mirror.source(&folder).remove(&ids, |_| {})?;
                }
                Ok(())
            })
            .await?;
        }
    }
    Ok(report)
}

/// A pull under way.
struct Pulling<'p> {
    common: &'p Context,
    dry_run: bool,
    notes: Mutex<IndexNotes>,
    crates: AtomicUsize,
    bytes: AtomicU64,
    kept: AtomicUsize,
    failed: Mutex<Vec<(String, String)>>,
}

/// One index object that has something for the mirror.
struct PullTask {
    path: String,
    object: String,
}

impl Pulling<'_> {
    /// Pulls one registry; returns what is here and not there.
    async fn registry(
        &self,
        bucket: &OpenBucket,
        folder: &str,
        listed: &BucketListing,
    ) -> Result<Vec<CrateId>> {
        let here = Arc::new(self.common.mirror.source(folder));
        if !self.dry_run {
            here.create()?;
        }
        let reading = Arc::clone(&here);
        let held = blocking("reading the index", move || reading.inventory()).await?;
        let held: BTreeMap<CrateId, u64> = held.into_iter().map(|it| (it.id, it.bytes)).collect();
        let gone = held.keys().filter(|id| !listed.crates.contains_key(id));
        let gone: Vec<CrateId> = gone.cloned().collect();
        // Names of which the mirror lacks a crate are read again, whatever was noted.
        let lacks = listed
            .crates
            .iter()
            .filter(|(id, there)| held.get(id) != Some(&there.length));
        let lacks: BTreeSet<String> = lacks.map(|(id, _)| id.name.index_path()).collect();
        let mut tasks = Vec::new();
        for (path, object) in &listed.index {
            let (reading, of) = (Arc::clone(&here), path.clone());
            let text = blocking("reading the index", move || reading.index_text(&of)).await?;
            let file = digest(&text.unwrap_or_default());
            let noted = self.notes().get(&format!("{folder}/{path}")).cloned();
            let now = IndexNote {
                object: object.clone(),
                file,
            };
            if noted.is_none_or(|noted| noted != now) || lacks.contains(path) {
                tasks.push(PullTask {
                    path: path.clone(),
                    object: object.clone(),
                });
            }
        }
        let same = listed.crates.len()
            - listed
                .crates
                .iter()
                .filter(|(id, there)| held.get(id) != Some(&there.length))
                .count();
        self.kept.fetch_add(same, Ordering::Relaxed);
        let upstream = BucketUpstream::new(
            bucket.registry(folder),
            bucket.address.clone(),
            Arc::clone(&self.common.mirror.watch),
        );
        let (store, upstream, here, held) = (bucket.registry(folder), &upstream, &here, &held);
        let all = tasks.into_iter();
        let all = stream::iter(all.map(|task| self.task(here, &store, upstream, held, task)));
        let done: Vec<Option<(String, String)>> = all
            .buffer_unordered(self.common.upstream.jobs.max(1))
            .try_collect()
            .await?;
        if self.dry_run {
            return Ok(gone);
        }
        let syncing = Arc::clone(here);
        blocking("writing the index", move || syncing.sync()).await?;
        for (path, object) in done.into_iter().flatten() {
            let text = here.index_text(&path)?.unwrap_or_default();
            let file = digest(&text);
            let note = IndexNote { object, file };
            self.notes().insert(format!("{folder}/{path}"), note);
        }
        Ok(gone)
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, IndexNotes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, id: &CrateId, error: &Error) {
        (self.common.mirror.watch)(&Event::Failed {
            package: id.clone(),
            cause: chain(error),
        });
        self.failed().push((id.to_string(), chain(error)));
    }

    fn failed(&self) -> std::sync::MutexGuard<'_, Vec<(String, String)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The crates of one index object, then its lines. Returns what is to be noted where all went well.
    async fn task(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        upstream: &BucketUpstream,
        held: &BTreeMap<CrateId, u64>,
        task: PullTask,
    ) -> Result<Option<(String, String)>> {
        let name = task.path.rsplit('/').next().unwrap_or_default();
        let Ok(name) = CrateName::parse(name) else {
            return Ok(None);
        };
        let Fetched::Whole(text, _) = store.index_text(&name, None).await? else {
            return Ok(None);
        };
        let mut whole = true;
        for line in IndexFile::parse(&text).lines() {
            match self.line(here, upstream, held, line).await {
                Ok(()) => {}
                Err(error) if is_of_one_crate(&error) => {
                    whole = false;
                    self.fail(line.id(), &error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(whole.then_some((task.path, task.object)))
    }

    async fn line(
        &self,
        here: &Arc<RegistryStore>,
        upstream: &BucketUpstream,
        held: &BTreeMap<CrateId, u64>,
        line: &IndexLine,
    ) -> Result<()> {
        let (id, expected) = (line.id(), *line.checksum());
        let (looking, of) = (Arc::clone(here), id.clone());
        let ours = blocking("reading the index", move || looking.line_checksum(&of)).await?;
        if let Some(there) = ours.filter(|ours| *ours != expected) {
            return Err(Error::Store(StoreError::HeldOtherwise {
                wanted: expected,
                there,
            }));
        }
        let lacks = held.get(id).is_none_or(|length| *length == 0);
        if self.dry_run {
            if lacks {
                self.crates.fetch_add(1, Ordering::Relaxed);
                let length = upstream.length(id).await.unwrap_or_default();
                self.bytes.fetch_add(length, Ordering::Relaxed);
            }
            return Ok(());
        }
        if lacks {
            let verified = upstream.download(here, id, expected).await?;
            let storing = Arc::clone(here);
            let put = move || storing.put_crate(verified);
            let bytes = blocking("writing a crate", put).await?;
            self.crates.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
            (self.common.mirror.watch)(&Event::Stored {
                package: id.clone(),
                origin: ByteOrigin::Upstream,
                bytes,
            });
        }
        let (adding, line) = (Arc::clone(here), line.clone());
        blocking("writing the index", move || {
            adding.add_lines(&line.id().name.clone(), vec![line])
        })
        .await
    }
}

/// Whether a failure concerns one crate, and the others may go on.
fn is_of_one_crate(error: &Error) -> bool {
    matches!(
        error,
        Error::Store(StoreError::Checksum { .. } | StoreError::HeldOtherwise { .. })
            | Error::Bucket(BucketError::Damaged { .. })
            | Error::Upstream(crate::model::errors::upstream::UpstreamError::Http {
                status: 404,
                ..
            })
    )
}
