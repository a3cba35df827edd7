//! Writer thread: stores fetched crates and commits their index lines, in groups
//! that are flushed together. It also evicts.
//!
//! It holds the use lock while a group is incomplete, so that `gc` does not remove bytes whose index line is about to be
//! written, and releases it in between, so that `gc` can run.

use crate::model::errors::fs::Action;
use crate::model::errors::fs::FsError;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::io::mirror::in_use::{InUse, Use};
use crate::io::mirror::index_cache::IndexCache;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::model::error::{Error, Result};
use crate::model::event::{Event, Watch};
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::checksum::Verified;
use crate::model::package::id::CrateId;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::context::options::Context;
use crate::ops::gc::evict::{self, Evicted, Limits};
use crate::serve::metrics::counters::Stats;
use crate::serve::metrics::usage::{Leap, Usage};
use crate::serve::registry::notices;

/// Maximum age of a group.
const OLD: Duration = Duration::from_secs(2);
/// A group is also committed after this long without a new crate.
const QUIET: Duration = Duration::from_millis(500);
/// Interval of eviction and of saving usage.
const ROUND: Duration = Duration::from_secs(60);
/// Pause between two rounds that evict for age: each evicts only a part.
const APART: Duration = Duration::from_secs(60 * 60);
/// After a failure, such as a full disk.
const PAUSE: Duration = Duration::from_secs(5);

enum Job {
    Store {
        verified: Box<Verified<StagedFile>>,
        line: Box<IndexLine>,
        done: oneshot::Sender<Result<()>>,
    },
    Stop,
}

/// Handle of the writer thread.
#[derive(Debug)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    thread: std::sync::Mutex<Option<thread::JoinHandle<()>>>,
    stopping: AtomicBool,
}

/// What the writer thread needs.
pub struct WriterConfig {
    pub common: Context,
    pub store: Arc<RegistryStore>,
    pub kept: IndexCache,
    /// Whether anything is to be stored. A mirror that is only served may be on a disk that can only be read.
    pub stores: bool,
    pub limits: Limits,
    pub usage: Arc<Usage>,
    pub stats: Arc<Stats>,
    /// Called for each evicted crate.
    pub gone: Box<dyn Fn(&CrateId) + Send>,
    /// Called for each write error.
    pub failed: Box<dyn Fn(&Error) + Send>,
}

impl Writer {
    pub fn start(config: WriterConfig) -> Result<Self> {
        let (jobs, receiver) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || WriterLoop::new(config).run(&receiver))
            .map_err(|source| {
                Error::Fs(FsError::Io {
                    action: Action::Start,
                    path: PathBuf::from("a thread"),
                    source,
                })
            })?;
        Ok(Self {
            jobs,
            thread: std::sync::Mutex::new(Some(thread)),
            stopping: AtomicBool::new(false),
        })
    }

    /// Puts a crate into the mirror. It is there, under its final name, when this returns; its index line follows.
    pub async fn store(&self, verified: Verified<StagedFile>, line: IndexLine) -> Result<()> {
        let (done, told) = oneshot::channel();
        let job = Job::Store {
            verified: Box::new(verified),
            line: Box::new(line),
            done,
        };
        let gone = || {
            if self.stopping.load(Ordering::Relaxed) {
                Error::Interrupted
            } else {
                Error::Panicked {
                    doing: "storing crates",
                }
            }
        };
        if self.jobs.send(job).is_err() {
            return Err(gone());
        }
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Completes what is under way and ends the thread.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let _ = self.jobs.send(Job::Stop);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

struct WriterLoop {
    config: WriterConfig,
    in_use: Option<InUse>,
    /// Since when something is waiting to be completed.
    waiting: Option<Instant>,
    last: Instant,
    round: Instant,
    /// What the crates take, as far as is known.
    size: Option<u64>,
    /// Bytes stored since the folder was last listed.
    unlisted: u64,
    /// Until then nothing is evicted for its age.
    spared_until: Option<Instant>,
}

impl WriterLoop {
    fn new(config: WriterConfig) -> Self {
        let now = Instant::now();
        Self {
            config,
            in_use: None,
            waiting: None,
            last: now,
            round: now,
            size: None,
            unlisted: 0,
            spared_until: None,
        }
    }

    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        if self.config.stores {
            self.finish_what_was_begun();
        }
        self.let_go();
        loop {
            let pause = match self.waiting {
                Some(since) => (OLD.saturating_sub(since.elapsed())).min(QUIET),
                None => ROUND.saturating_sub(self.round.elapsed()),
            };
            match jobs.recv_timeout(pause) {
                Ok(Job::Store {
                    verified,
                    line,
                    done,
                }) => {
                    let stored = self.store(*verified, *line);
                    if stored.is_ok() {
                        self.config.stats.stored.add(1);
                    }
                    // The client may have disconnected.
                    let _ = done.send(stored);
                    self.last = Instant::now();
                }
                Ok(Job::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                    self.complete();
                    break;
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            let due = self.waiting.is_some_and(|since| since.elapsed() >= OLD);
            if self.waiting.is_some() && (due || self.last.elapsed() >= QUIET) {
                self.complete();
            }
            if self.waiting.is_none() && (self.round.elapsed() >= ROUND || self.is_too_large()) {
                self.let_go();
                self.save_use();
                self.round = Instant::now();
            }
        }
        self.save_use();
    }

    fn store(&mut self, verified: Verified<StagedFile>, line: IndexLine) -> Result<()> {
        if self.in_use.is_none() {
            self.in_use = Some(self.config.common.in_use(Use::Add)?);
        }
        self.config.store.create()?;
        let name = line.id().name.clone();
        let bytes = self.config.store.put_crate(verified)?;
        self.size = self.size.map(|size| size + bytes);
        self.unlisted += bytes;
        self.waiting.get_or_insert_with(Instant::now);
        self.config.store.add_lines(&name, vec![line])
    }

    fn complete(&mut self) {
        if self.waiting.is_none() {
            return;
        }
        match self.config.store.sync() {
            Ok(()) => {
                self.waiting = None;
                self.in_use = None;
            }
            Err(error) => {
                (self.config.failed)(&error);
                // What waits goes on to wait.
                self.waiting = Some(Instant::now() + PAUSE);
            }
        }
    }

    /// A run that was killed may have put bytes whose line it never wrote. Upstream's index files as they were last seen
    /// say what it would have been. What it had not sealed is sealed.
    fn finish_what_was_begun(&mut self) {
        let store = &self.config.store;
        let finished = store
            .begin()
            .and_then(|()| store.unfinished())
            .and_then(|unfinished| {
                if unfinished.is_empty() {
                    return store.sync();
                }
                let _in_use = self.config.common.in_use(Use::Add)?;
                for (id, checksum) in unfinished {
                    let kept = self.config.kept.read(&id.name);
                    let line = kept.and_then(|kept| find_line(&kept.text, &id, Some(&checksum)));
                    if let Some(line) = line.filter(|line| *line.checksum() == checksum) {
                        self.config.store.add_lines(&id.name, vec![line])?;
                    }
                }
                self.config.store.sync()
            });
        if let Err(error) = finished {
            (self.config.failed)(&error);
        }
    }

    fn is_too_large(&self) -> bool {
        match (self.size, self.config.limits.max_size) {
            // Another server may store into the same folder, so the folder is listed anew from time to time.
            (Some(size), Some(most)) => size > most || self.unlisted > most / 8,
            _ => false,
        }
    }

    fn let_go(&mut self) {
        if !self.config.limits.any() {
            return;
        }
        self.unlisted = 0;
        let now = self.config.common.clock.now();
        if let Some(leap) = self.config.usage.look(now, self.config.limits.max_age) {
            self.config.stats.clock_leaps.add(1);
            say_leap(&self.config.common.watch, leap);
            return;
        }
        let used = self.config.usage.last();
        let WriterConfig {
            common,
            store,
            limits,
            stats,
            usage,
            gone,
            ..
        } = &self.config;
        let mut limits = *limits;
        if self
            .spared_until
            .is_some_and(|until| Instant::now() < until)
        {
            limits.max_age = None;
        }
        match evict::evict(common, store, limits, &used, now) {
            Ok(Some(evicted)) => {
                say_evicted(&common.watch, &evicted);
                if evicted.more {
                    self.spared_until = Some(Instant::now() + APART);
                }
                for held in &evicted.dropped {
                    gone(&held.id);
                }
                usage.forget(evicted.dropped.iter().map(|held| &held.id));
                stats.evicted.add(evicted.dropped.len() as u64);
                stats
                    .evicted_bytes
                    .add(evicted.dropped.iter().map(|held| held.bytes).sum());
                // If roots alone want more than that, looking again and again does not help.
                let over = limits
                    .max_size
                    .is_some_and(|most| evicted.bytes_kept > most);
                self.size = (!over).then_some(evicted.bytes_kept);
            }
            // Not now; the next round tries again.
            Ok(None) => self.size = None,
            Err(error) => {
                self.size = None;
                notices::warn(&common.watch, &error);
            }
        }
    }

    fn save_use(&self) {
        let now = self.config.common.clock.now();
        self.config
            .usage
            .save(&self.config.common.mirror, CRATES_IO_FOLDER, now);
    }
}

fn say_evicted(watch: &Watch, evicted: &Evicted) {
    const NAMED: usize = 10;
    if evicted.dropped.is_empty() {
        return;
    }
    let named = evicted.dropped.iter().take(NAMED);
    let mut named: Vec<String> = named.map(|held| held.id.to_string()).collect();
    if evicted.dropped.len() > NAMED {
        named.push("and others".to_owned());
    }
    let bytes: u64 = evicted.dropped.iter().map(|held| held.bytes).sum();
    watch(&Event::Step {
        verb: "Evicted",
        what: format!(
            "{} crate{} ({bytes} bytes) that were not used recently: {}",
            evicted.dropped.len(),
            if evicted.dropped.len() == 1 { "" } else { "s" },
            named.join(", ")
        ),
    });
}

fn say_leap(watch: &Watch, leap: Leap) {
    watch(&Event::Warning {
        message: format!(
            "the clock says {}, but use was last looked at when it said {}; nothing is evicted in this round, and what was \
             used how long ago is counted from now",
            leap.to, leap.from
        ),
        help: Some("look at this machine's clock, and at what sets it".to_owned()),
    });
}
