//! Writer thread: stores fetched crates and commits their index lines, in groups
//! that are flushed together. It also evicts.
//!
//! It holds the use lock while a group is incomplete, so that `gc` does not remove bytes whose index line is about to be
//! written, and releases it in between, so that `gc` can run.

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
use crate::model::errors::fs::{Action, FsError};
use crate::model::index::file::{IndexLine, find_line};
use crate::model::package::checksum::Verified;
use crate::model::package::id::CrateId;
use crate::ops::context::options::Context;
use crate::ops::gc::evict::Limits;
use crate::serve::metrics::counters::Stats;
use crate::serve::metrics::usage::Usage;
use crate::serve::registry::eviction::Eviction;
use crate::serve::registry::notices;

/// Maximum age of a group.
const OLD: Duration = Duration::from_secs(2);
/// A group is also committed after this long without a new crate.
const QUIET: Duration = Duration::from_millis(500);
/// Interval of eviction and of saving usage.
const ROUND: Duration = Duration::from_mins(1);
/// After a failure, such as a full disk.
const PAUSE: Duration = Duration::from_secs(5);

enum Job {
    Store {
        verified: Box<Verified<StagedFile>>,
        line: Box<IndexLine>,
        done: oneshot::Sender<Result<()>>,
    },
    /// The disk was found to be full.
    MakeRoom {
        bytes: u64,
        asked: Instant,
        done: oneshot::Sender<bool>,
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
    /// What its usage is filed under.
    pub counted: String,
    pub kept: IndexCache,
    /// Whether anything is to be stored. A mirror that is only served may be on a disk that can only be read.
    pub stores: bool,
    pub limits: Limits,
    pub usage: Arc<Usage>,
    pub stats: Arc<Stats>,
    /// Called for each evicted crate.
    pub gone: Box<dyn Fn(&CrateId) + Send>,
    /// Called when the writer has found the disk full, and made room.
    pub made_room: Box<dyn Fn(&Error) + Send>,
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

    /// Makes room for so many bytes on a disk that was found to be full just now. Whether it is worth another try.
    pub async fn make_room(&self, bytes: u64) -> bool {
        let (done, told) = oneshot::channel();
        let asked = Instant::now();
        let job = Job::MakeRoom { bytes, asked, done };
        self.jobs.send(job).is_ok() && told.await.unwrap_or(false)
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
    eviction: Eviction,
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
            eviction: Eviction::default(),
        }
    }

    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        if self.config.stores {
            self.finish_what_was_begun();
        }
        self.eviction.let_go(&self.config);
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
                Ok(Job::MakeRoom { bytes, asked, done }) => {
                    // A group that can be completed is: then everything else may go.
                    if self.store_and_release().is_err() {
                        self.last = Instant::now();
                    }
                    let _ = done.send(self.make_room(bytes, asked));
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
            if self.waiting.is_none()
                && (self.round.elapsed() >= ROUND || self.eviction.is_too_large(&self.config))
            {
                self.eviction.let_go(&self.config);
                self.save_use();
                self.round = Instant::now();
            }
        }
        self.save_use();
    }

    fn store(&mut self, verified: Verified<StagedFile>, line: IndexLine) -> Result<()> {
        self.hold()?;
        self.config.store.create()?;
        let name = line.id().name.clone();
        let bytes = self.config.store.put_crate(verified)?;
        self.eviction.stored(bytes);
        self.waiting.get_or_insert_with(Instant::now);
        match self.config.store.add_lines(&name, vec![line]) {
            Err(error) if self.made_room(&error) => self.config.store.commit(),
            added => added,
        }
    }

    /// Keeps `gc` out.
    fn hold(&mut self) -> Result<()> {
        if self.in_use.is_none() {
            self.in_use = Some(self.config.common.mirror.in_use(Use::Add)?);
        }
        Ok(())
    }

    fn complete(&mut self) {
        if self.waiting.is_none() {
            return;
        }
        let completed = match self.store_and_release() {
            Err(error) if self.made_room(&error) => self.store_and_release(),
            completed => completed,
        };
        if let Err(error) = completed {
            (self.config.failed)(&error);
            // What waits goes on to wait.
            self.waiting = Some(Instant::now() + PAUSE);
        }
    }

    fn store_and_release(&mut self) -> Result<()> {
        self.config.store.sync()?;
        self.waiting = None;
        self.in_use = None;
        Ok(())
    }

    /// Whether this was a full disk, and there is room now.
    fn made_room(&mut self, error: &Error) -> bool {
        let made = error.is_out_of_room() && self.make_room(0, Instant::now());
        if made {
            (self.config.made_room)(error);
        }
        made
    }

    fn make_room(&mut self, bytes: u64, asked: Instant) -> bool {
        // A group that cannot be completed is not in the way: lines of crates that go meanwhile are not written.
        let was_held = self.in_use.take().is_some();
        let made = self.eviction.make_room(&self.config, bytes, asked);
        if was_held && let Err(error) = self.hold() {
            notices::warn(&self.config.common.mirror.watch, &error);
        }
        made.unwrap_or_else(|error| {
            notices::warn(&self.config.common.mirror.watch, &error);
            false
        })
    }

    /// A run that was killed may have put bytes whose line it never wrote. Upstream's index files as they were last seen
    /// say what it would have been. What it had not sealed is sealed.
    fn finish_what_was_begun(&self) {
        let store = &self.config.store;
        let finished = store.begin().and_then(|()| match store.killed() {
            Some(killed) => {
                self.finish_unfinished()?;
                store.looked_through(&killed)
            }
            None => Ok(()),
        });
        if let Err(error) = finished {
            (self.config.failed)(&error);
        }
    }

    fn finish_unfinished(&self) -> Result<()> {
        let store = &self.config.store;
        let unfinished = store.unfinished()?;
        if unfinished.is_empty() {
            return store.sync();
        }
        let _in_use = self.config.common.mirror.in_use(Use::Add)?;
        for (id, checksum) in unfinished {
            let kept = self.config.kept.read(&id.name);
            let line = kept.and_then(|kept| find_line(&kept.text, &id, Some(&checksum)));
            if let Some(line) = line.filter(|line| *line.checksum() == checksum) {
                store.add_lines(&id.name, vec![line])?;
            }
        }
        store.sync()
    }

    fn save_use(&self) {
        let now = self.config.common.mirror.clock.now();
        self.config
            .usage
            .save(&self.config.common.mirror.folder, &self.config.counted, now);
    }
}
