//! The hosted registries of the bucket that servers share, as this server knows them.
//!
//! ```text
//! asked each time       the index object of a crate, tokens, users, owners: what one server writes, all see at once
//! looked at every 5 s   which registries there are, and their settings; which crates have changed: private names, what
//!                       can be searched for, what was removed
//! ```
//!
//! While the bucket does not answer, what was seen before goes on to hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use hyper::StatusCode;
use tokio::sync::{Notify, Semaphore};

use crate::io::access::private_names::PrivateNames;
use crate::io::access::store::AccessStore;
use crate::io::bucket::objects::ObjectRevision;
use crate::io::bucket::store::BucketStore;
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::hosting::in_bucket::listed;
use crate::io::hosting::registries;
use crate::io::http::get::get_text;
use crate::io::http::settings::http_settings;
use crate::io::mirror::hosting::folder_of;
use crate::io::mirror::layout::hosted_key;
use crate::io::mirror::settings::WatchedSettings;
use crate::io::upstream::bucket::BucketUpstream;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::cause::Cause;
use crate::model::hosting::shared::HostedRecord;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::context::options::Context;
use crate::ops::gc::evict;
use crate::ops::publish::registry::OpenRegistry;
use crate::serve::answer::body::blocking;
use crate::serve::metrics::counters::Stats;
use crate::serve::registry::age::Age;
use crate::serve::registry::notices::{self, Matter};
use crate::serve::registry::source::{Late, Source};
use crate::serve::registry::state::{Outcome, ServerState};
use crate::serve::registry::{download, index};

/// How old is what is known of registries, besides what is asked each time.
const LOOK: Duration = Duration::from_secs(5);
/// Requests whose tokens are looked at, at once: a bucket that hangs must leave threads to what needs none of it.
const ASKING: usize = 48;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Crates that are brought up to date at once.
const AT_ONCE: usize = 4;

/// The hosted registries of a bucket.
pub struct SharedHosting {
    bucket: WaitingBucket,
    common: Context,
    limits: evict::Limits,
    accounts: Arc<AccessStore>,
    counters: Arc<Stats>,
    whole: Late,
    seen: RwLock<Seen>,
    /// Something was changed by this server: it is looked at now.
    changed: Notify,
    asking: Semaphore,
    settings: WatchedSettings,
}

/// One registry as it was last seen.
#[derive(Clone)]
struct SeenRegistry {
    registry: Arc<OpenRegistry>,
    source: Arc<Source>,
    record: HostedRecord,
    revision: ObjectRevision,
    /// The state of each index object, by its path.
    crates: HashMap<String, ObjectRevision>,
}

#[derive(Default)]
struct Seen {
    registries: BTreeMap<String, SeenRegistry>,
    names: Arc<PrivateNames>,
    /// Crates that this server has published: a list that was begun before has them not.
    published: BTreeSet<(String, CrateName)>,
}

/// What a look has found to be otherwise than before.
#[derive(Default)]
struct SinceLook {
    /// Registries that are new.
    new: Vec<Arc<Source>>,
    /// Paths of index objects, with their registries.
    crates: Vec<(Arc<Source>, String)>,
    /// Whether the private names are others.
    names: bool,
}

impl SharedHosting {
    /// Looks for the first time; fails where that cannot be done: nobody knows then which names are private.
    pub async fn open(
        common: &Context,
        bucket: &WaitingBucket,
        limits: evict::Limits,
        counters: &Arc<Stats>,
        whole: &Late,
    ) -> Result<Arc<Self>> {
        let hosting = Arc::new(Self {
            bucket: bucket.clone(),
            common: common.clone(),
            limits,
            accounts: Arc::new(AccessStore::in_bucket(bucket)?),
            counters: Arc::clone(counters),
            whole: Arc::clone(whole),
            seen: RwLock::default(),
            changed: Notify::new(),
            asking: Semaphore::new(ASKING),
            settings: WatchedSettings::default(),
        });
        let looking = Arc::clone(&hosting);
        blocking("looking at the registries of the bucket", move || {
            let found = looking.look()?;
            // All of them are new to this server: brought here while it serves.
            looking.forget(found.crates);
            Ok(())
        })
        .await?;
        Ok(hosting)
    }

    /// Fails where anybody may read what only servers are to read. A store that does not answer without a key is no reason.
    pub async fn must_be_private(&self) -> Result<()> {
        let Some(name) = self.names().into_iter().next() else {
            return Ok(());
        };
        let key = hosted_key(&name);
        // The address that a signed link has, without what is signed.
        let Some(mut plain) = self.bucket.client.sign(&key, PATIENCE).await? else {
            return Ok(());
        };
        plain.set_query(None);
        let http = http_settings(&self.common.place.config(&self.common.place.cwd)?);
        let asked = tokio::time::timeout(PATIENCE, get_text(&http, &plain, None)).await;
        match asked {
            Ok(Ok(_)) => Err(Error::Bucket(BucketError::Public {
                key: format!("{}/{key}", self.bucket.address),
            })),
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    fn seen(&self) -> RwLockReadGuard<'_, Seen> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the bucket who somebody is.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, self.asking.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(Error::Bucket(BucketError::Failed {
                doing: "read",
                key: self.bucket.address.to_string(),
                source: Cause("it does not answer in time".to_owned()),
            }));
        };
        blocking("looking at a token", work).await
    }

    pub fn accounts(&self) -> &Arc<AccessStore> {
        &self.accounts
    }

    pub fn registry(&self, name: &str) -> Option<Arc<OpenRegistry>> {
        let seen = self.seen();
        Some(Arc::clone(&seen.registries.get(name)?.registry))
    }

    /// The names of the registries, sorted.
    pub fn names(&self) -> Vec<String> {
        self.seen().registries.keys().cloned().collect()
    }

    /// The registries, by their names.
    pub fn sources(&self) -> Vec<(String, Arc<Source>)> {
        let seen = self.seen();
        let sources = seen.registries.iter();
        let named = sources.map(|(name, seen)| (name.clone(), Arc::clone(&seen.source)));
        named.collect()
    }

    pub fn private_names(&self) -> Arc<PrivateNames> {
        Arc::clone(&self.seen().names)
    }

    /// A crate was changed by this server. Whether its name is private only since now.
    pub fn note(&self, registry: &str, name: &CrateName) -> bool {
        self.changed.notify_one();
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if !seen.published.insert((registry.to_owned(), name.clone()))
            || seen.names.is_of(registry, name)
        {
            return false;
        }
        Arc::make_mut(&mut seen.names).add_newer(registry, name);
        true
    }

    /// These are looked at again the next time.
    fn forget(&self, crates: Vec<(Arc<Source>, String)>) {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        for (source, path) in crates {
            for registry in seen.registries.values_mut() {
                if registry.source.folder == source.folder {
                    registry.crates.remove(&path);
                }
            }
        }
    }

    /// Looks at what is in the bucket now.
    fn look(&self) -> Result<SinceLook> {
        let mut names = PrivateNames::of(self.settings.read(&self.common.mirror.folder)?);
        let (mut found, mut now) = (SinceLook::default(), BTreeMap::new());
        for (name, info) in registries::listed(&self.bucket)? {
            let known = self.seen().registries.get(&name).cloned();
            let record = match &known {
                Some(known) if known.revision == info.revision => Some(known.record.clone()),
                known => match (registries::read(&self.bucket, &name), known) {
                    // One that cannot be read keeps nobody from the others.
                    (Err(error @ Error::Hosting(_)), Some(known)) => {
                        notices::warn(&self.common.mirror.watch, &error);
                        Some(known.record.clone())
                    }
                    (read, _) => read?,
                },
            };
            let Some(record) = record else {
                continue;
            };
            let source = if let Some(known) = &known {
                Arc::clone(&known.source)
            } else {
                let source = Arc::new(self.source(&name)?);
                found.new.push(Arc::clone(&source));
                source
            };
            let crates: HashMap<String, ObjectRevision> = listed(&self.bucket, &folder_of(&name))?
                .into_iter()
                .collect();
            let before = known.map(|known| known.crates).unwrap_or_default();
            let changed = crates
                .iter()
                .filter(|(path, revision)| before.get(*path) != Some(*revision));
            let changed = changed.map(|(path, _)| (Arc::clone(&source), path.clone()));
            found.crates.extend(changed);
            let paths = crates.keys().map(String::as_str);
            names.add(&name, paths, record.policy.allow_public.clone());
            let registry = OpenRegistry::in_bucket(
                &self.common.mirror.folder,
                (&self.bucket, Arc::clone(&self.accounts)),
                &name,
                record.clone(),
                Arc::clone(&source.store),
            )?;
            let seen = SeenRegistry {
                registry: Arc::new(registry),
                source,
                record,
                revision: info.revision,
                crates,
            };
            now.insert(name, seen);
        }
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        for (registry, name) in &seen.published {
            names.add(registry, std::iter::once(name.as_str()), Vec::new());
        }
        found.names = *seen.names != names;
        seen.registries = now;
        seen.names = Arc::new(names);
        Ok(found)
    }

    fn source(&self, name: &str) -> Result<Source> {
        let store = BucketStore::new(Arc::clone(&self.bucket.client), &folder_of(name));
        let address = self.bucket.address.clone();
        let upstream =
            BucketUpstream::hosted(store, address, Arc::clone(&self.common.mirror.watch));
        let upstream = Upstream::Bucket(Box::new(upstream));
        let of_server = (&self.counters, &self.whole);
        Source::of_bucket(&self.common, name, upstream, self.limits, of_server)
    }

    /// Looks again and again, for as long as the server runs.
    pub async fn watch(self: Arc<Self>, state: Arc<ServerState>) {
        loop {
            let looking = Arc::clone(&self);
            let looked = blocking("looking at the registries of the bucket", move || {
                looking.look()
            });
            match looked.await {
                Ok(found) => {
                    let message = "the registries of the shared bucket are seen again";
                    let watch = &state.common.mirror.watch;
                    state.notices.right(watch, Matter::Hosting, message);
                    self.take(&state, found).await;
                }
                Err(error) => not_seen(&state, &error),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    async fn take(&self, state: &Arc<ServerState>, found: SinceLook) {
        if found.names {
            state.forget_public_of(&self.private_names());
        }
        if !found.new.is_empty() {
            state.serve_too(found.new);
        }
        let bringing = found.crates.into_iter().map(|(source, path)| async move {
            let here = bring(state, &source, &path).await;
            (!here).then_some((source, path))
        });
        let failed = stream::iter(bringing).buffer_unordered(AT_ONCE);
        let failed = failed.filter_map(|failed| async move { failed });
        self.forget(failed.collect().await);
    }
}

fn not_seen(state: &ServerState, error: &Error) {
    let message = format!(
        "the registries of the shared bucket cannot be looked at: {}; what was seen before goes on to hold",
        chain(error)
    );
    let watch = &state.common.mirror.watch;
    state
        .notices
        .wrong(watch, Matter::Hosting, &message, error.hint());
}

/// Brings what this server keeps of a crate up to date: its newest version, so that a search finds it and shows what it is
/// for, and the lines of those that are here. `false`: it could not be had now.
async fn bring(state: &Arc<ServerState>, source: &Arc<Source>, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Ok(name) = CrateName::parse(name) else {
        return true;
    };
    let at = format!("/{}/index/{path}", source.prefix);
    match index::load(state, source, &name, &at, Age::Now).await {
        Outcome::Fetched(_) => {}
        Outcome::Failed(trouble) if trouble.status == StatusCode::NOT_FOUND => {}
        // What was known before, since the bucket takes long.
        _ => return false,
    }
    // What the bucket has, and nothing that is only here.
    let (of, wanted) = (Arc::clone(source), name.clone());
    let text = blocking("reading an index file", move || {
        let known = of.pull.as_ref().and_then(|pull| pull.kept.read(&wanted));
        Ok(known.map(|known| known.text).unwrap_or_default())
    });
    let Ok(text) = text.await else {
        return false;
    };
    let index = IndexFile::parse(&text);
    let newest = index
        .lines()
        .iter()
        .max_by_key(|line| (!line.yanked(), line.id().version.clone()));
    if let Some(newest) = newest {
        let path = source.crate_path(newest.id());
        let came = download::load(state, source, newest.id(), &path).await;
        if matches!(came, Outcome::Failed(_)) {
            return false;
        }
    }
    let (here, folder) = (Arc::clone(source), name.clone());
    let kept = blocking("keeping what is here up to date", move || {
        keep(&here, &folder, &index)
    });
    state.tell_catalog(source, &name);
    match kept.await {
        Ok(gone) => {
            for id in &gone {
                state.cache.forget(&source.crate_path(id));
            }
            // Somebody may have been asking for it: it is looked for once more.
            gone.is_empty()
        }
        Err(_) => false,
    }
}

/// The lines that are here become those of the bucket; what is no longer there goes, and is returned.
fn keep(source: &Source, name: &CrateName, index: &IndexFile) -> Result<Vec<CrateId>> {
    // Crates that have just come have their lines a moment later.
    source.store.commit()?;
    let here = source.store.read_index(name)?;
    let (mut renewed, mut gone): (Vec<IndexLine>, Vec<&CrateId>) = (Vec::new(), Vec::new());
    for line in here.lines() {
        match index.get(line.id()) {
            None => gone.push(line.id()),
            Some(now) if now.raw() != line.raw() => renewed.push(now.clone()),
            Some(_) => {}
        }
    }
    if !renewed.is_empty() {
        source.store.add_lines_now(name, renewed)?;
    }
    if !gone.is_empty() {
        source.store.remove(&gone, |_| {})?;
    }
    Ok(gone.into_iter().cloned().collect())
}
