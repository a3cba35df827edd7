//! `push`: a mirror into a bucket, as far as the bucket lacks it.
//!
//! ```text
//! list      one, of each registry: which crates are there, in which state each index object is
//! bytes     what the list lacks: hashed, made where nothing is
//! index     the lines whose bytes are there, merged into what is there
//! config    `index/config.json`, where the bucket is to be read as a registry
//! roots     what gc goes by
//! ```
//!
//! Cut anywhere, each line in the bucket has its bytes, and the next run goes on where this one was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::lease::{AdderLease, ExclusiveLease};
use crate::io::bucket::objects::{Condition, Fetched, ObjectKind, PutOutcome};
use crate::io::bucket::probe::probe;
use crate::io::bucket::store::{BucketStore, CratePut, TRIES, WholeCrate, pause};
use crate::io::mirror::bucket_notes::{IndexNote, IndexNotes, digest, read_notes, write_notes};
use crate::io::mirror::in_use::Use;
use crate::io::mirror::layout::{git_sources, must_be_there, registries, root_key};
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::index::file::{Change, IndexFile, IndexLine};
use crate::model::package::checksum::{Hashed, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::bucket::listing::{BucketListing, hosted, listed};
use crate::ops::bucket::open::{Endpoints, OpenBucket, host};
use crate::ops::context::options::Context;

/// What is pushed, and how.
#[derive(Debug, Clone)]
pub struct PushOptions {
    pub url: String,
    /// Where clients read the bucket: written into each registry's `config.json`.
    pub public_url: Option<String>,
    /// Removes what is in the bucket and not here.
    pub delete: bool,
    pub dry_run: bool,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct PushReport {
    pub bucket: String,
    pub crates: usize,
    /// Of these crates.
    pub bytes: u64,
    pub index_files: usize,
    /// Crates that were there.
    pub kept: usize,
    pub removed: usize,
    /// Folders of git sources, which no bucket can serve to cargo.
    pub git_sources: usize,
    /// Registries that have no `config.json`, so that they are a mirror and no registry for plain cargo.
    pub without_config: Vec<String>,
    /// What could not be done, and why.
    pub failed: Vec<(String, String)>,
    pub dry_run: bool,
}

/// One index file that has something for the bucket.
struct PushTask {
    path: String,
    /// Crates that the list lacks, or has with another length.
    put: Vec<(CrateId, u64)>,
}

/// What is to be done for one registry.
#[derive(Default)]
struct RegistryPlan {
    tasks: Vec<PushTask>,
    kept: usize,
    /// Versions here, by name, for what is to be removed there.
    here: BTreeSet<CrateId>,
}

pub async fn run(common: &Context, options: &PushOptions) -> Result<PushReport> {
    must_be_there(&common.mirror)?;
    let bucket = OpenBucket::open(common, &options.url, &Endpoints::default())?;
    let in_use = {
        let common = common.clone();
        blocking("waiting for the mirror", move || common.in_use(Use::Add)).await?
    };
    let mut report = PushReport {
        bucket: bucket.address.to_string(),
        git_sources: git_sources(&common.mirror).len(),
        dry_run: options.dry_run,
        ..PushReport::default()
    };
    let notes = read_notes(&common.mirror, &report.bucket)?;
    if !options.dry_run && notes.is_empty() {
        must_keep_writers_apart(&common.watch, &bucket).await?;
    }
    let lease = if options.dry_run {
        None
    } else {
        Some(AdderLease::begin(&bucket.client, &host(common)).await?)
    };
    let mut pushing = Pushing {
        common,
        bucket: &bucket,
        options,
        lease: lease.as_ref(),
        notes: Mutex::new(notes),
        crates: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
        index_files: AtomicUsize::new(0),
        failed: Mutex::default(),
    };
    let mut extra = Vec::new();
    let mut ended = Ok(());
    let published = hosted(&bucket).await?;
    for folder in registries(&common.mirror) {
        // What a server keeps of such a registry is a copy of what is there.
        if published.contains(&folder) {
            continue;
        }
        ended = pushing.registry(&folder, &mut report, &mut extra).await;
        if ended.is_err() {
            break;
        }
    }
    if ended.is_ok() && !options.dry_run {
        ended = pushing.roots().await;
    }
    let notes = std::mem::take(
        pushing
            .notes
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner),
    );
    report.crates = pushing.crates.into_inner();
    report.bytes = pushing.bytes.into_inner();
    report.index_files = pushing.index_files.into_inner();
    let failed = pushing.failed.into_inner();
    report.failed = failed.unwrap_or_else(PoisonError::into_inner);
    if let Some(lease) = lease {
        lease.end().await;
    }
    if !options.dry_run {
        write_notes(&common.mirror, &report.bucket, &notes)?;
    }
    ended?;
    drop(in_use);
    if options.delete {
        remove(common, &bucket, extra, &mut report).await?;
    }
    Ok(report)
}

/// Before the first push to a bucket: fails where the store does not keep to conditions at all. One that loses races is good for one writer, which is said.
async fn must_keep_writers_apart(watch: &Watch, bucket: &OpenBucket) -> Result<()> {
    let found = probe(&bucket.client).await?;
    match found.must_be_shared(&bucket.address.to_string()) {
        Err(error @ Error::Bucket(BucketError::OneWriter { .. })) => {
            watch(&Event::Warning {
                message: chain(&error),
                help: Some("let nobody else write to it meanwhile".to_owned()),
            });
            Ok(())
        }
        found => found,
    }
}

/// A push under way.
struct Pushing<'p> {
    common: &'p Context,
    bucket: &'p OpenBucket,
    options: &'p PushOptions,
    lease: Option<&'p AdderLease>,
    notes: Mutex<IndexNotes>,
    crates: AtomicUsize,
    bytes: AtomicU64,
    index_files: AtomicUsize,
    failed: Mutex<Vec<(String, String)>>,
}

impl Pushing<'_> {
    async fn registry(
        &mut self,
        folder: &str,
        report: &mut PushReport,
        extra: &mut Vec<(String, Vec<CrateId>)>,
    ) -> Result<()> {
        let store = self.bucket.registry(folder);
        let there = Arc::new(listed(&store).await?);
        let here = Arc::new(self.common.source(folder));
        let notes = self.notes().clone();
        let (planning, listed, of) = (Arc::clone(&here), Arc::clone(&there), folder.to_owned());
        let plan = blocking("reading the index", move || {
            plan(&planning, &of, &listed, &notes)
        });
        let plan = plan.await?;
        report.kept += plan.kept;
        let gone = there.crates.keys().filter(|id| !plan.here.contains(id));
        let gone: Vec<CrateId> = gone.cloned().collect();
        if self.options.dry_run {
            let puts = || plan.tasks.iter().flat_map(|task| &task.put);
            self.crates.fetch_add(puts().count(), Ordering::Relaxed);
            let bytes = puts().map(|(_, length)| length).sum();
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
            self.index_files
                .fetch_add(plan.tasks.len(), Ordering::Relaxed);
        } else {
            let bytes = plan.tasks.iter().flat_map(|task| &task.put);
            (self.common.watch)(&Event::Amount {
                verb: "Pushing",
                bytes: bytes.map(|(_, length)| length).sum(),
            });
            let pushing = &*self;
            let (store, here) = (&store, &here);
            let tasks = plan.tasks.into_iter();
            let all = stream::iter(tasks.map(|task| pushing.task(here, store, task)));
            // Stopped at the first error that is not one crate's.
            all.buffer_unordered(self.common.jobs.max(1))
                .try_for_each(|()| async { Ok(()) })
                .await?;
            self.config(store, report).await?;
        }
        extra.push((folder.to_owned(), gone));
        Ok(())
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, IndexNotes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, item: impl Into<String>, error: &Error) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.push((item.into(), chain(error)));
    }

    /// The crates of one index file, then its lines.
    async fn task(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        task: PushTask,
    ) -> Result<()> {
        let PushTask { path, put } = task;
        let (reading, of) = (Arc::clone(here), path.clone());
        let text = blocking("reading the index", move || reading.index_text(&of)).await?;
        let text = text.unwrap_or_default();
        let index = IndexFile::parse(&text);
        let adding = match self.lease {
            Some(lease) => Some(lease.wait(std::time::Duration::from_mins(10)).await?),
            None => None,
        };
        let mut missing = BTreeSet::new();
        for (id, length) in put {
            let Some(line) = index.get(&id) else {
                continue;
            };
            match self.put(here, store, line, length).await {
                Ok(()) => {}
                Err(error) if is_of_one_crate(&error) => {
                    self.fail(id.to_string(), &error);
                    missing.insert(id);
                }
                Err(error) => return Err(error),
            }
        }
        let lines: Vec<IndexLine> = index
            .lines()
            .iter()
            .filter(|line| !missing.contains(line.id()))
            .filter(|line| here.has_file(line.id()))
            .cloned()
            .collect();
        let Some(name) = lines.first().map(|line| line.id().name.clone()) else {
            return Ok(());
        };
        let edited = store
            .edit_index(&name, |index| {
                let mut changed = false;
                for line in &lines {
                    changed |= index.put(line.clone()) != Change::Unchanged;
                }
                changed
            })
            .await?;
        if edited.written {
            self.index_files.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(adding) = adding
            && !adding.still_holds()
        {
            // Somebody may have had the bucket alone meanwhile: the next run looks again.
            return Err(Error::Bucket(BucketError::LeaseLost { doing: "adding" }));
        }
        if let (true, Some(revision)) = (missing.is_empty(), edited.revision) {
            let note = IndexNote {
                object: revision.noted(),
                file: digest(&text),
            };
            self.notes()
                .insert(format!("{}/{path}", store.folder()), note);
        }
        Ok(())
    }

    async fn put(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        line: &IndexLine,
        length: u64,
    ) -> Result<()> {
        let (reading, id, expected) = (Arc::clone(here), line.id().clone(), *line.checksum());
        let whole = blocking("reading a crate", move || whole(&reading, &id, expected)).await?;
        if store.put_crate(&whole).await? == CratePut::New {
            self.crates.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(length, Ordering::Relaxed);
        }
        (self.common.watch)(&Event::Moved { bytes: length });
        Ok(())
    }

    /// What makes a registry of it for plain cargo.
    async fn config(&self, store: &BucketStore, report: &mut PushReport) -> Result<()> {
        let key = format!("{}/index/config.json", store.folder());
        let Some(public) = &self.options.public_url else {
            if self.bucket.client.head(&key).await?.is_none() {
                report.without_config.push(store.folder().to_owned());
            }
            return Ok(());
        };
        let public = public.trim_end_matches('/');
        let dl = format!("{public}/{}/{{crate}}-{{version}}.crate", store.folder());
        let text = serde_json::json!({ "dl": dl, "api": null }).to_string();
        self.record(&key, Bytes::from(text)).await
    }

    async fn roots(&self) -> Result<()> {
        let records = self.common.records();
        for id in records.root_ids()? {
            let text = records.read(&id)?.root.render();
            let key = root_key(id.as_str());
            self.record(&key, Bytes::from(text)).await?;
        }
        Ok(())
    }

    /// A small object of which the newest is right.
    async fn record(&self, key: &str, text: Bytes) -> Result<()> {
        for number in 0..TRIES {
            if number > 0 {
                pause().await?;
            }
            let there = self.bucket.client.get(key, None).await?;
            let revision = match &there {
                Fetched::Whole(bytes, _) if *bytes == text => return Ok(()),
                Fetched::Whole(_, info) => Some(&info.revision),
                Fetched::Absent | Fetched::Unchanged => None,
            };
            let condition = revision.map_or(Condition::Absent, Condition::Unchanged);
            let client = &self.bucket.client;
            let put = client.put(key, text.clone(), ObjectKind::Record, condition);
            if let PutOutcome::Done(_) = put.await? {
                return Ok(());
            }
        }
        Err(Error::Bucket(BucketError::Contended {
            key: key.to_owned(),
            tries: TRIES,
        }))
    }
}

/// Whether a failure concerns one crate, and the others may go on.
fn is_of_one_crate(error: &Error) -> bool {
    matches!(
        error,
        Error::Bucket(BucketError::OtherBytes { .. }) | Error::Store(_) | Error::Fs(_)
    )
}

/// The bytes of a crate here, if they are what its line says.
fn whole(
    store: &RegistryStore,
    id: &CrateId,
    expected: crate::model::package::checksum::Sha256,
) -> Result<Verified<WholeCrate>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = store.open_crate(id)?.read_to_end(&mut bytes);
    let path = store.crate_path(id);
    read.map_err(crate::io::fs::error::io_error(
        crate::model::errors::fs::Action::Read,
        &path,
    ))?;
    let whole = WholeCrate::new(Bytes::from(bytes));
    let (actual, length) = (whole.digest(), whole.bytes().len() as u64);
    Verified::check(id, &expected, whole).map_err(|_other| {
        Error::Store(StoreError::Checksum {
            expected,
            actual,
            bytes: length,
            start: String::new(),
        })
    })
}

/// What the bucket lacks of a registry here.
fn plan(
    here: &RegistryStore,
    folder: &str,
    there: &BucketListing,
    notes: &IndexNotes,
) -> Result<RegistryPlan> {
    let mut plan = RegistryPlan::default();
    let root = here.folder().join("index");
    for file in here.index_files()? {
        let path = file.strip_prefix(&root).unwrap_or(&file);
        let path = path.to_string_lossy().replace('\\', "/");
        let Some(text) = here.index_text(&path)? else {
            continue;
        };
        let mut put = Vec::new();
        let mut kept = 0;
        for line in IndexFile::parse(&text).lines() {
            let id = line.id();
            let Ok(file) = here.look_at(&id.file_name()) else {
                continue;
            };
            plan.here.insert(id.clone());
            if there.crates.get(id) == Some(&file.length()) {
                kept += 1;
            } else {
                put.push((id.clone(), file.length()));
            }
        }
        plan.kept += kept;
        let note = notes.get(&format!("{folder}/{path}"));
        let same = note.is_some_and(|note| {
            let object = there.index.get(&path);
            object == Some(&note.object) && note.file == digest(&text)
        });
        if !put.is_empty() || !same && kept > 0 {
            plan.tasks.push(PushTask { path, put });
        }
    }
    Ok(plan)
}

/// Takes out of the bucket what is not here, under the lease that keeps everybody else from adding.
async fn remove(
    common: &Context,
    bucket: &OpenBucket,
    extra: Vec<(String, Vec<CrateId>)>,
    report: &mut PushReport,
) -> Result<()> {
    let count: usize = extra.iter().map(|(_, gone)| gone.len()).sum();
    if count == 0 || report.dry_run {
        report.removed = count;
        return Ok(());
    }
    let host = host(common);
    let alone = ExclusiveLease::take(&bucket.client, &host, |limit| {
        (common.watch)(&Event::Note {
            message: format!(
                "waiting until the servers of this bucket have paused, at most {} seconds",
                limit.as_secs()
            ),
        });
    });
    let alone = alone.await?;
    let mut removed = Ok(());
    for (folder, gone) in extra {
        let store = bucket.registry(&folder);
        let mut names: BTreeMap<CrateName, Vec<CrateId>> = BTreeMap::new();
        for id in gone {
            names.entry(id.name.clone()).or_default().push(id);
        }
        for (name, ids) in names {
            removed = match alone.check("removing") {
                Ok(()) => store.remove(&name, &ids).await,
                Err(error) => Err(error),
            };
            if removed.is_err() {
                break;
            }
            report.removed += ids.len();
        }
    }
    alone.end().await;
    removed
}
