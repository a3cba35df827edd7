//! `sync`: changes, then crates, then what goes, then the cursor.
//!
//! ```text
//! head of the git index unchanged, nothing due     one request, and nothing is looked at
//! trees of the git index | names one by one        which crates to look at (ops::sync::scope)
//! index file -> id -> lines -> missing bytes       each crate by itself (ops::sync::judge)
//! one writer                                       bytes, lines, then `known` (ops::sync::writer)
//! troubles, removals, cursor                       each on the disk before the next
//! ```

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::io::access::private_names::PrivateNames;
use crate::io::fs::lock::{has_no_locks, open};
use crate::io::fs::platform;
use crate::io::git::tree_index::TreeIndex;
use crate::io::mirror::hosting::is_hosted;
use crate::io::mirror::in_use::Use;
use crate::io::mirror::index_cache::IndexCache;
use crate::io::mirror::sync_state::{KnownFiles, SyncState};
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::store::StoreError;
use crate::model::errors::sync::SyncError;
use crate::model::event::Event;
use crate::model::package::checksum::Hashing;
use crate::model::package::id::CrateName;
use crate::model::settings::sync::selection_text;
use crate::model::source::id::CRATES_IO;
use crate::model::sync::cursor::{SyncBasis, SyncCursor};
use crate::model::sync::tree::hex;
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::gc::run::wanted;
use crate::ops::sync::closure::{Closed, ClosureSource, by_name};
use crate::ops::sync::engine::judge_all;
use crate::ops::sync::heal::{self, Found};
use crate::ops::sync::judge::{Judge, Touch, WAITING_KIB};
use crate::ops::sync::options::{ChangesFrom, SyncOptions, SyncReport};
use crate::ops::sync::outcome::SyncOutcome;
use crate::ops::sync::removal::{Removal, remove};
use crate::ops::sync::scope::{self, RootVersions, Scope, Upstreams};
use crate::ops::sync::writer::CopyWriter;

/// Everything is compared at least this often.
const HEAL: Duration = Duration::from_secs(7 * 86_400);
/// How long another run may go on before this one gives up.
const PATIENCE: Duration = Duration::from_secs(600);

/// A run under way.
struct Run<'a> {
    common: &'a Context,
    options: &'a SyncOptions,
    access: UpstreamAccess,
    state: SyncState,
    store: Arc<RegistryStore>,
    /// The address of the git index.
    git: Option<String>,
    basis: SyncBasis,
    /// Tells what `known` was learnt by.
    key: String,
    roots: RootVersions,
    cursor: Option<SyncCursor>,
    began: Timestamp,
}

/// Brings the copy of a registry up to date.
pub async fn run(common: &Context, options: &SyncOptions) -> Result<SyncReport> {
    let folder = options.registry.folder();
    if is_hosted(&common.mirror, &folder) {
        return Err(Error::Sync(SyncError::Hosted(options.registry.name())));
    }
    let common = &Context {
        jobs: common.jobs.max(JOBS),
        ..common.clone()
    };
    let access = UpstreamAccess::of_registry(common, &common.cwd, &options.registry)?;
    let state = SyncState::of(&common.mirror, &options.registry.name());
    // Of two runs the second waits, and finds little to do.
    let _only = if options.dry_run {
        None
    } else {
        only(common, &state).await?
    };
    let roots = wanted(&common.records())?
        .remove(&folder)
        .unwrap_or_default();
    let git = git_index(options, &access);
    let from = git
        .as_deref()
        .map_or_else(|| access.key(), without_credentials);
    let basis = SyncBasis {
        filter: options.selection.digest().to_string(),
        roots: digest(roots.iter().map(ToString::to_string)),
        from,
    };
    let run = Run {
        store: Arc::new(
            common
                .registry(&options.registry)
                .with_groups_of_the_caller(),
        ),
        cursor: state.cursor(),
        key: digest([basis.filter.clone(), basis.from.clone(), access.key()]),
        roots: by_name(roots),
        began: common.clock.now(),
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
async fn only(common: &Context, state: &SyncState) -> Result<Option<File>> {
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
                    (common.watch)(&Event::Waiting { lock, seconds });
                }
                tokio::time::sleep(pause).await;
                waited += pause;
            }
        }
    }
}

impl Run<'_> {
    async fn carry_out(&self) -> Result<SyncReport> {
        let mut report = SyncReport {
            mirror: self.common.mirror.clone(),
            source: self.options.registry.folder(),
            selection: self.options.selection.to_string(),
            from: self.basis.from.clone(),
            dry_run: self.options.dry_run,
            ..SyncReport::default()
        };
        let troubles = self.state.troubles();
        let retry_all = self.options.heal || self.options.full;
        let due: Vec<String> = troubles.due(self.began, retry_all).collect();
        let healing = self.heals();
        let index = self
            .git
            .as_deref()
            .map(|url| TreeIndex::open(&self.state.trees(), url))
            .transpose()?;
        let head = match &index {
            Some(index) => Some(index.head()?),
            None => None,
        };
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
        let old = continues.is_none_or(|cursor| self.began.since(cursor.healed) >= HEAL);
        self.options.heal || self.options.full || old
    }

    /// Notes that upstream was asked and had nothing new.
    fn checked(&self, cursor: &SyncCursor) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        self.state.write_cursor(&SyncCursor {
            began: self.began,
            ended: self.common.clock.now(),
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
        (self.common.watch)(&Event::Step {
            verb: "Reading",
            what: format!("the index of {}", self.options.registry.name()),
        });
        let url = without_credentials(&url);
        blocking("fetching trees", move || {
            scope::trees(&index, &head, &url, known)
        })
        .await
    }

    async fn look(
        &self,
        known: KnownFiles,
        upstreams: Upstreams,
        due: Vec<String>,
        healing: bool,
        report: &mut SyncReport,
    ) -> Result<()> {
        let options = self.options;
        let common = self.common;
        let in_use = if options.dry_run {
            None
        } else {
            let (common, store) = (self.common.clone(), Arc::clone(&self.store));
            let preparing = move || {
                let in_use = common.in_use(Use::Add)?;
                store.create()?;
                store.begin()?;
                Ok(in_use)
            };
            let in_use = blocking("preparing the mirror", preparing).await?;
            self.state
                .write_selection(&selection_text(&options.selection))?;
            Some(in_use)
        };
        let upstream = self
            .access
            .open_for_copy(options.contact.clone(), options.pace)?;
        let private = options
            .registry
            .is_crates_io()
            .then(|| PrivateNames::read(&common.mirror));
        let private = private.transpose()?;
        let found = self.found(healing).await?;
        let named = match &options.names_from {
            Some(path) => scope::names_in(&common.cwd.join(path))?,
            None => BTreeSet::new(),
        };
        let top = self.top(&named)?;
        let mut scope = Scope {
            selection: &options.selection,
            top: top.as_ref(),
            known: &known,
            found: &found,
            roots: scope::lower_names(self.roots.keys()),
            due: scope::lower_names(&due),
            named: &named,
            chosen: None,
            healing,
        };
        let cache = IndexCache::of(&common.mirror, &format!("sync {}", self.access.key()));
        let mut closed = None;
        if !options.selection.is_plain() && !options.selection.is_everything() {
            let source = ClosureSource {
                upstream: &upstream,
                cache: &cache,
                tree: upstreams.tree.as_ref(),
                private: private.as_ref(),
                now: self.began,
                jobs: common.jobs,
            };
            let names = match &upstreams.tree {
                Some(tree) => tree
                    .files
                    .keys()
                    .filter(|name| scope.takes(name))
                    .cloned()
                    .collect(),
                None => scope
                    .of_names()?
                    .into_iter()
                    .map(|touch| touch.name)
                    .filter(|name| scope.takes(name))
                    .collect(),
            };
            let of = source
                .close(&options.selection, &names, &self.roots)
                .await?;
            scope.chosen = Some(scope::lower_names(of.chosen.keys()));
            closed = Some(of);
        }
        let touches = match &upstreams.tree {
            Some(tree) => scope.of_tree(tree),
            None => scope.of_names()?,
        };
        report.crates = upstreams
            .tree
            .as_ref()
            .map_or(touches.len(), |tree| tree.files.len());
        report.contents_sent = upstreams.contents_sent;
        let of = found.here.len().max(known.ids.len());
        let judge = Judge {
            upstream,
            store: Arc::clone(&self.store),
            selection: options.selection.clone(),
            top,
            cache: closed.is_some().then_some(cache),
            roots: self.roots.clone(),
            private,
            troubles: self.state.troubles(),
            removed: self.state.removed(),
            retry_all: options.heal || options.full,
            dry_run: options.dry_run,
            now: self.began,
            slots: Arc::new(Semaphore::new(common.jobs)),
            memory: Arc::new(Semaphore::new(WAITING_KIB)),
            watch: Arc::clone(&common.watch),
            chosen: None,
        };
        let looked = Looked {
            known,
            upstreams,
            closed,
            healing,
            of,
        };
        self.judge(judge, touches, common.jobs, looked, in_use, report)
            .await
    }

    async fn found(&self, healing: bool) -> Result<Found> {
        let store = Arc::clone(&self.store);
        // With everything selected it need not be known what is here.
        let names = !self.options.selection.is_everything() || self.git.is_none();
        blocking("looking at the mirror", move || {
            if healing {
                heal::compare(&store)
            } else if names {
                Ok(Found {
                    here: heal::here(&store)?,
                    ..Found::default()
                })
            } else {
                Ok(Found::default())
            }
        })
        .await
    }

    /// The crates that rules about the whole registry take.
    fn top(&self, named: &BTreeSet<CrateName>) -> Result<Option<BTreeSet<CrateName>>> {
        let selection = &self.options.selection;
        if selection.top.is_none() && selection.categories.is_empty() {
            return Ok(None);
        }
        if named.is_empty() || !selection.categories.is_empty() {
            return Err(Error::Sync(SyncError::NoTop));
        }
        let top: Vec<CrateName> = named
            .iter()
            .take(selection.top.unwrap_or(usize::MAX))
            .cloned()
            .collect();
        Ok(Some(top.into_iter().collect()))
    }

    async fn judge(
        &self,
        judge: Judge,
        touches: Vec<Touch>,
        jobs: usize,
        looked: Looked,
        in_use: Option<crate::io::mirror::in_use::InUse>,
        report: &mut SyncReport,
    ) -> Result<()> {
        let Looked {
            known,
            upstreams,
            closed,
            healing,
            of,
        } = looked;
        let mut judge = judge;
        let ripens = closed.as_ref().and_then(|closed| closed.ripens);
        judge.chosen = closed.map(|closed| closed.chosen);
        let judge = Arc::new(judge);
        (self.common.watch)(&Event::Step {
            verb: "Comparing",
            what: format!("{} of {} crates", touches.len(), report.crates),
        });
        let mut outcome = SyncOutcome::new(self.state.troubles());
        if self.options.dry_run {
            judge_all(&judge, touches, jobs, None, &mut outcome).await?;
            self.told(report, outcome);
            report.needed.free_bytes = platform::free_bytes(&self.common.mirror);
            report.needed.free_files = platform::free_files(&self.common.mirror);
            return Ok(());
        }
        let log = self.state.known_log(&self.key, &known)?;
        let writer = CopyWriter::start(Arc::clone(&self.store), log);
        let judged = judge_all(&judge, touches, jobs, Some(writer.parcels()), &mut outcome).await;
        // What is stored is whole, whatever else went wrong; the writer's own error tells most.
        let written = writer.finish().await;
        let failed = match (written.as_ref().err(), judged) {
            (None, Err(error)) => Some(error),
            _ => None,
        };
        self.state.write_troubles(&outcome.troubles)?;
        let mut log = written?;
        if let Some(error) = failed {
            return Err(error);
        }
        for (name, id, validator) in &outcome.with_troubles {
            log.add(name, Some(id), validator.as_ref());
        }
        log.flush()?;
        drop(in_use);
        let removal = Removal {
            policy: self.options.on_removed,
            of,
            allow_mass: self.options.allow_mass_removal,
            roots: &self.roots,
        };
        report.held_back =
            remove(self.common, &self.state, &self.store, removal, &mut outcome).await?;
        for (name, id, validator) in &outcome.with_removals {
            log.add(name, Some(id), validator.as_ref());
        }
        for name in &outcome.gone_names {
            log.add(name, None, None);
        }
        log.flush()?;
        self.state.write_troubles(&outcome.troubles)?;
        self.store.end();
        let ripens = [ripens, outcome.ripens].into_iter().flatten().min();
        let cursor = self.cursor(&upstreams, healing, ripens, report.crates);
        if !outcome.unreachable {
            self.state.write_cursor(&cursor)?;
        }
        outcome.changes.began = self.began;
        outcome.changes.ended = cursor.ended;
        outcome.changes.commit.clone_from(&cursor.commit);
        self.warn_of_config(&cursor);
        self.told(report, outcome);
        if !report.changes.is_empty() {
            report.report = Some(self.state.report(&report.changes)?);
        }
        Ok(())
    }

    fn cursor(
        &self,
        upstreams: &Upstreams,
        healing: bool,
        ripens: Option<Timestamp>,
        crates: usize,
    ) -> SyncCursor {
        let before = self.cursor.as_ref();
        let config = upstreams.tree.as_ref().and_then(|tree| tree.config);
        SyncCursor {
            from: self.basis.from.clone(),
            commit: upstreams.commit.clone(),
            selection: self.options.selection.to_string(),
            filter: self.basis.filter.clone(),
            roots: self.basis.roots.clone(),
            config: config.as_ref().map(hex),
            began: self.began,
            ended: self.common.clock.now(),
            healed: match before {
                Some(before) if !healing => before.healed,
                _ => self.began,
            },
            ripens,
            crates,
        }
    }

    /// Crates may come from somewhere else now.
    fn warn_of_config(&self, cursor: &SyncCursor) {
        let before = self
            .cursor
            .as_ref()
            .filter(|before| before.from == cursor.from);
        let before = before.and_then(|before| before.config.as_ref());
        if before.is_some() && cursor.config.is_some() && before != cursor.config.as_ref() {
            (self.common.watch)(&Event::Warning {
                message: format!("config.json of {} has changed", cursor.from),
                help: Some(
                    "it says where crates are downloaded: look whether that is meant".to_owned(),
                ),
            });
        }
    }

    fn told(&self, report: &mut SyncReport, outcome: SyncOutcome) {
        report.looked_at = outcome.looked_at;
        report.changes = outcome.changes;
        report.bytes = outcome.bytes;
        report.out_of_step = outcome.out_of_step;
        report.too_large = outcome.too_large;
        report.private = outcome.private;
        report.troubles = outcome.troubles;
        report.needed = outcome.needed;
        if outcome.unreachable {
            let cause = report
                .troubles
                .0
                .values()
                .find(|it| it.kind == crate::model::sync::troubles::TroubleKind::Passing);
            let cause = cause.map(|it| it.cause.clone()).unwrap_or_default();
            report.stopped = Some(Error::Upstream(
                crate::model::errors::upstream::UpstreamError::HostDown {
                    host: self.basis.from.clone(),
                    cause,
                },
            ));
        }
    }
}

/// Requests under way at once.
const JOBS: usize = 512;

/// What is known before crates are looked at.
struct Looked {
    known: KnownFiles,
    upstreams: Upstreams,
    closed: Option<Closed>,
    healing: bool,
    /// Crates that are here, about.
    of: usize,
}
