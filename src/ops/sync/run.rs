//! `sync`: changes, then crates, then what goes, then the cursor.
//!
//! ```text
//! head of the git index unchanged, nothing due     one request, and nothing is looked at
//! trees of the git index | names one by one        which crates to look at (ops::sync::scope)
//! index file -> id -> lines -> missing bytes       each crate by itself (ops::sync::judge)
//! one writer                                       bytes, lines, then `known` (ops::sync::writer)
//! troubles, removals, cursor                       each on the disk before the next
//! ```

use std::fs::{File, TryLockError};
use std::sync::Arc;
use std::time::Duration;

use crate::io::fs::file;
use crate::io::fs::lock::{has_no_locks, open};
use crate::io::fs::stamp::Stamp;
use crate::io::git::tree_index::TreeIndex;
use crate::io::mirror::known_files::KnownFiles;
use crate::io::mirror::sync_state::SyncState;
use crate::io::random;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::store::StoreError;
use crate::model::errors::sync::SyncError;
use crate::model::event::{Event, Watch};
use crate::model::package::checksum::Hashing;
use crate::model::source::id::CRATES_IO;
use crate::model::sync::cursor::{SyncBasis, SyncCursor};
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::gc::run::wanted;
use crate::ops::sync::closure::by_name;
use crate::ops::sync::options::{ChangesFrom, SyncOptions, SyncReport};
use crate::ops::sync::scope::{self, RootVersions, Upstreams};

/// Everything is compared at least this often.
const HEAL: Duration = Duration::from_hours(168);
/// How long another run may go on before this one gives up.
const PATIENCE: Duration = Duration::from_mins(10);

/// Requests under way at once.
const JOBS: usize = 512;

/// A run under way.
pub(super) struct SyncRun<'a> {
    pub(super) common: &'a Context,
    pub(super) options: &'a SyncOptions,
    pub(super) access: UpstreamAccess,
    pub(super) state: SyncState,
    pub(super) store: Arc<RegistryStore>,
    /// The address of the git index.
    pub(super) git: Option<String>,
    pub(super) basis: SyncBasis,
    /// Tells what `known` was learnt by.
    pub(super) key: String,
    pub(super) roots: RootVersions,
    pub(super) cursor: Option<SyncCursor>,
    pub(super) began: Timestamp,
}

/// Brings the copy of a registry up to date.
pub async fn run(common: &Context, options: &SyncOptions) -> Result<SyncReport> {
    let folder = options.registry.folder();
    // By whichever of its addresses: what is published into is nobody's copy, and nobody else can say what was removed of it.
    if let Some(hosted) = common.mirror.hosted_name(&options.registry) {
        return Err(Error::Sync(SyncError::Hosted(hosted)));
    }
    let mut common = common.clone();
    common.upstream.jobs = common.upstream.jobs.max(JOBS);
    let common = &common;
    let access = UpstreamAccess::of_registry(common, &common.place.cwd, &options.registry)?;
    let state = SyncState::of(&common.mirror.folder, &options.registry.name());
    let git = git_index(options, &access);
    // Of two runs the second waits, and finds little to do. One that only looks fetches trees all the same.
    let _only = if options.dry_run && git.is_none() {
        None
    } else {
        only(&common.mirror.watch, &state).await?
    };
    let roots = wanted(&common.mirror.records())?
        .remove(&folder)
        .unwrap_or_default();
    let from = git
        .as_deref()
        .map_or_else(|| access.key(), without_credentials);
    let given = options.names_from.as_ref();
    let given = given.and_then(|path| Stamp::at(&file::absolute(path, &common.place.cwd)));
    let given = given.map(|stamp| stamp.noted());
    let basis = SyncBasis {
        filter: options.selection.digest().to_string(),
        given: digest(roots.iter().map(ToString::to_string).chain(given)),
        from,
    };
    let run = SyncRun {
        store: Arc::new(
            common
                .mirror
                .registry(&options.registry)
                .with_groups_of_the_caller(),
        ),
        cursor: state.cursor(),
        key: digest([basis.filter.clone(), basis.from.clone(), access.key()]),
        roots: by_name(roots),
        began: common.mirror.clock.now(),
        common,
        options,
        access,
        state,
        git,
        basis,
    };
    run.carry_out().await
}

fn digest(words: impl IntoIterator<Item = String>) -> String {
    let mut hashing = Hashing::default();
    for word in words {
        hashing.update(word.as_bytes());
        hashing.update(b"\n");
    }
    hashing.finish().to_string()
}

/// The git index: as it is named, else that of crates.io for crates.io itself, else that of a registry that has one.
fn git_index(options: &SyncOptions, access: &UpstreamAccess) -> Option<String> {
    match &options.changes {
        ChangesFrom::Git(address) => Some(address.clone()),
        ChangesFrom::Files => None,
        ChangesFrom::Auto if options.registry.is_crates_io() => {
            let address = CRATES_IO.strip_prefix("registry+").unwrap_or(CRATES_IO);
            access.is_default().then(|| address.to_owned())
        }
        ChangesFrom::Auto => {
            let registry = &options.registry;
            (!registry.is_sparse()).then(|| registry.address().to_owned())
        }
    }
}

/// Waits until no other run is at it.
async fn only(watch: &Watch, state: &SyncState) -> Result<Option<File>> {
    let path = state.lock();
    let file = open(&path)?;
    let mut waited = Duration::ZERO;
    let pause = Duration::from_millis(100);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(cause)) if has_no_locks(&cause) => return Ok(None),
            Err(_) if waited >= PATIENCE => {
                return Err(Error::Store(StoreError::LockBusy { path }));
            }
            Err(_) => {
                if waited.is_zero() {
                    let (lock, seconds) = (path.clone(), PATIENCE.as_secs());
                    watch(&Event::Waiting { lock, seconds });
                }
                tokio::time::sleep(pause).await;
                waited += pause;
            }
        }
    }
}

impl SyncRun<'_> {
    async fn carry_out(&self) -> Result<SyncReport> {
        let mut report = SyncReport {
            mirror: self.common.mirror.folder.clone(),
            source: self.options.registry.folder(),
            selection: self.options.selection.to_string(),
            from: self.basis.from.clone(),
            dry_run: self.options.dry_run,
            ..SyncReport::default()
        };
        let troubles = self.state.troubles()?;
        let retry_all = self.options.heal || self.options.full;
        let mut due: Vec<String> = troubles.due(self.began, retry_all).collect();
        let healing = self.heals();
        let (index, head) = self.head().await?;
        if let (Some(head), Some(cursor)) = (&head, &self.cursor)
            && !healing
            && !self.options.full
            && due.is_empty()
            && cursor.is_current(&self.basis, head, self.began)
        {
            report.unchanged = true;
            report.crates = cursor.crates;
            report.troubles = troubles;
            report.changes.commit = Some(head.clone());
            self.checked(cursor)?;
            return Ok(report);
        }
        let known = if self.options.full {
            KnownFiles::default()
        } else {
            self.state.known(&self.key)?
        };
        due.extend(known.due(self.began));
        let upstreams = self.upstreams(index, head, known.ids.len()).await?;
        self.look(known, upstreams, due, healing, &mut report)
            .await?;
        Ok(report)
    }

    /// Whether everything that is here is compared.
    fn heals(&self) -> bool {
        let continues = self
            .cursor
            .as_ref()
            .filter(|cursor| cursor.continues(&self.basis));
        // One that lies ahead was written by a clock that was wrong.
        let is_old = |cursor: &SyncCursor| {
            cursor.healed > self.began || self.began.since(cursor.healed) >= HEAL
        };
        self.options.heal || self.options.full || continues.is_none_or(is_old)
    }

    /// The git index, and the commit that it is at.
    async fn head(&self) -> Result<(Option<TreeIndex>, Option<String>)> {
        let Some(url) = self.git.clone() else {
            return Ok((None, None));
        };
        let trees = self.state.trees();
        blocking("asking a git index for its head", move || {
            let index = TreeIndex::open(&trees, &url)?;
            let head = index.head()?;
            Ok((Some(index), Some(head)))
        })
        .await
    }

    /// Notes that upstream was asked and had nothing new.
    fn checked(&self, cursor: &SyncCursor) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        self.state.write_cursor(&SyncCursor {
            began: self.began,
            ended: self.common.mirror.clock.now(),
            ..cursor.clone()
        })
    }

    async fn upstreams(
        &self,
        index: Option<TreeIndex>,
        head: Option<String>,
        known: usize,
    ) -> Result<Upstreams> {
        let (Some(index), Some(head), Some(url)) = (index, head, self.git.clone()) else {
            return Ok(Upstreams {
                commit: None,
                tree: None,
                contents_sent: false,
            });
        };
        (self.common.mirror.watch)(&Event::Step {
            verb: "Reading",
            what: format!("the index of {}", self.options.registry.name()),
        });
        let url = without_credentials(&url);
        blocking("fetching trees", move || {
            scope::trees(&index, &head, &url, known)
        })
        .await
    }
}

/// A tenth more or less, so that many copies do not ask in step.
pub fn pause(every: Duration) -> Duration {
    let [byte] = random::bytes::<1>().unwrap_or([128]);
    every.mul_f64(0.9 + 0.2 * f64::from(byte) / 255.0)
}
