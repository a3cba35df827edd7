//! `push`: a mirror into a bucket, as far as the bucket lacks it.
//!
//! ```text
//! roots     what gc goes by, so that it keeps what is to come
//! list      one, of each registry: which crates are there, in which state each index object is
//! bytes     what the list lacks: hashed, made where nothing is
//! index     the lines whose bytes are there, merged into what is there
//! config    `index/config.json`, where the bucket is to be read as a registry
//! ```
//!
//! Cut anywhere, each line in the bucket has its bytes, and the next run goes on where this one was.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::lease::AdderLease;
use crate::io::bucket::objects::{Condition, Fetched, ObjectKind, PutOutcome};
use crate::io::bucket::probe::probe;
use crate::io::bucket::store::{BucketStore, CratePut, Edited, TRIES, WholeCrate, pause};
use crate::io::mirror::bucket_notes::{IndexNote, IndexNotes, digest, read_notes, write_notes};
use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::in_use::Use;
use crate::io::mirror::layout::{git_sources, must_be_there, registries, root_key};
use crate::io::mirror::settings;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::hosting::registry::registry_name;
use crate::model::index::file::{Change, IndexFile, IndexLine};
use crate::model::package::checksum::{Hashed, Verified};
use crate::model::package::id::CrateId;
use crate::ops::bucket::listing::{hosted, listed};
use crate::ops::bucket::open::{Endpoints, OpenBucket, host};
use crate::ops::bucket::plan::{PushTask, plan};
use crate::ops::bucket::removal::remove;
use crate::ops::context::mirror::OpenMirror;
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

pub async fn run(common: &Context, options: &PushOptions) -> Result<PushReport> {
    must_be_there(&common.mirror.folder)?;
    let mut folders = wanted(&common.mirror, options)?;
    let bucket = OpenBucket::open(common, &options.url, &Endpoints::default())?;
    // What a server keeps of those is a copy of what is there.
    let may_be = |folder: &String| {
        let name = folder.strip_prefix("registries/");
        name.is_some_and(|name| registry_name(name).is_ok())
    };
    if folders.iter().any(may_be) {
        let published = hosted(&bucket).await?;
        folders.retain(|folder| !published.contains(folder));
    }
    let in_use = {
        let common = common.clone();
        blocking("waiting for the mirror", move || {
            common.mirror.in_use(Use::Add)
        })
        .await?
    };
    let mut report = PushReport {
        bucket: bucket.address.to_string(),
        git_sources: git_sources(&common.mirror.folder).len(),
        dry_run: options.dry_run,
        ..PushReport::default()
    };
    let notes = read_notes(&common.mirror.folder, &report.bucket)?;
    if !options.dry_run && notes.is_empty() {
        must_keep_writers_apart(&common.mirror.watch, &bucket).await?;
    }
    let lease = if options.dry_run {
        None
    } else {
        Some(AdderLease::begin(&bucket.client, &host(&common.place.environment)).await?)
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
    let mut ended = pushing.roots().await;
    for folder in &folders {
        if ended.is_err() {
            break;
        }
        ended = pushing.registry(folder, &mut report, &mut extra).await;
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
        write_notes(&common.mirror.folder, &report.bucket, &notes)?;
    }
    ended?;
    drop(in_use);
    if options.delete {
        let removed = &mut report.removed;
        remove(common, &bucket, extra, options.dry_run, removed).await?;
    }
    Ok(report)
}

/// The registries that are pushed. A bucket knows nothing of tokens, so those are left out that take one of their readers.
fn wanted(open: &OpenMirror, options: &PushOptions) -> Result<Vec<String>> {
    let upstreams = settings::read(&open.folder)?.upstreams.into_values();
    let closed = upstreams.filter(|upstream| upstream.closed && options.public_url.is_some());
    let closed: BTreeSet<String> = closed.map(|it| it.registry.folder()).collect();
    let mut folders = registries(&open.folder);
    folders.retain(|folder| {
        let why = if is_hosted(&open.folder, folder) {
            "it is published into here, and what it grants to whom stays here; `cargo mirror export --hosted` copies it"
        } else if closed.contains(folder) {
            "its readers need a token, and those of a bucket with --public-url do not"
        } else {
            return true;
        };
        let message = format!("{folder} is not pushed: {why}");
        (open.watch)(&Event::Warning {
            message,
            help: None,
        });
        false
    });
    Ok(folders)
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
        let here = Arc::new(self.common.mirror.source(folder));
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
            (self.common.mirror.watch)(&Event::Amount {
                verb: "Pushing",
                bytes: bytes.map(|(_, length)| length).sum(),
            });
            let pushing = &*self;
            let (store, here) = (&store, &here);
            let tasks = plan.tasks.into_iter();
            let all = stream::iter(tasks.map(|task| pushing.task(here, store, task)));
            // Stopped at the first error that is not one crate's.
            all.buffer_unordered(self.common.upstream.jobs.max(1))
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
        let (mut ours, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for (id, _) in put {
            if let Some(line) = index.get(&id) {
                let is_ours = self.put_or_fail(here, store, line).await?;
                let whose = if is_ours { &mut ours } else { &mut missing };
                whose.insert(id);
            }
        }
        let lines = index.lines().iter();
        let lines = lines.filter(|line| here.has_file(line.id())).cloned();
        let lines: Vec<IndexLine> = lines.collect();
        let edited = self
            .put_lines(here, store, &lines, &mut ours, &mut missing)
            .await?;
        let Some(edited) = edited else {
            return Ok(());
        };
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

    /// Writes lines, other than those that are `missing`. The bytes of those that are `ours` are known to be in the bucket. Of
    /// others the list gives the length alone, so they are compared first where no line there says the same.
    async fn put_lines(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        lines: &[IndexLine],
        ours: &mut BTreeSet<CrateId>,
        missing: &mut BTreeSet<CrateId>,
    ) -> Result<Option<Edited>> {
        let mut written = false;
        loop {
            let wanted = lines.iter().filter(|line| !missing.contains(line.id()));
            let wanted: Vec<&IndexLine> = wanted.collect();
            let Some(name) = wanted.first().map(|line| line.id().name.clone()) else {
                return Ok(None);
            };
            let mut unknown = Vec::new();
            let edited = store
                .edit_index(&name, |index| {
                    unknown.clear();
                    let mut changed = false;
                    for line in &wanted {
                        let there = index.get(line.id()).map(|line| *line.checksum());
                        if ours.contains(line.id()) || there == Some(*line.checksum()) {
                            changed |= index.put((*line).clone()) != Change::Unchanged;
                        } else {
                            unknown.push((*line).clone());
                        }
                    }
                    changed
                })
                .await?;
            written |= edited.written;
            if unknown.is_empty() {
                return Ok(Some(Edited { written, ..edited }));
            }
            for line in unknown {
                let is_ours = self.put_or_fail(here, store, &line).await?;
                let whose = if is_ours { &mut *ours } else { &mut *missing };
                whose.insert(line.id().clone());
            }
        }
    }

    /// As [`Self::put`]; whether it went well, where a failure is that of one crate.
    async fn put_or_fail(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        line: &IndexLine,
    ) -> Result<bool> {
        match self.put(here, store, line).await {
            Ok(()) => Ok(true),
            Err(error) if is_of_one_crate(&error) => {
                self.fail(line.id().to_string(), &error);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes the object of a crate, or finds it there with the same bytes.
    async fn put(
        &self,
        here: &Arc<RegistryStore>,
        store: &BucketStore,
        line: &IndexLine,
    ) -> Result<()> {
        let (reading, id, expected) = (Arc::clone(here), line.id().clone(), *line.checksum());
        let whole = blocking("reading a crate", move || whole(&reading, &id, expected)).await?;
        let length = whole.body().bytes().len() as u64;
        if store.put_crate(&whole).await? == CratePut::New {
            self.crates.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(length, Ordering::Relaxed);
        }
        (self.common.mirror.watch)(&Event::Moved { bytes: length });
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

    /// Before what they want is pushed: a `gc` at the same time would drop what no root wants.
    async fn roots(&self) -> Result<()> {
        let Some(lease) = self.lease else {
            return Ok(());
        };
        let adding = lease.wait(std::time::Duration::from_mins(10)).await?;
        let records = self.common.mirror.records();
        for id in records.root_ids()? {
            let text = records.read(&id)?.root.render();
            let key = root_key(id.as_str());
            self.record(&key, Bytes::from(text)).await?;
        }
        if adding.still_holds() {
            Ok(())
        } else {
            Err(Error::Bucket(BucketError::LeaseLost { doing: "adding" }))
        }
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
