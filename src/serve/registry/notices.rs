//! What an operator should know: said once when something goes wrong, and once when it is right again. A hundred requests
//! that fail for one reason are one line in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::io::upstream::relay::is_out_of_descriptors;
use crate::model::error::{Error, chain};
use crate::model::errors::config::CargoConfigError;
use crate::model::errors::fs::{FsError, is_out_of_room};
use crate::model::errors::git::GitError;
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{Event, Watch};
use crate::model::package::id::CrateId;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::serve::metrics::counters::Slow;
use crate::serve::registry::hosted::folder_of;
use crate::serve::registry::source::Source;
use crate::serve::registry::state::ServerState;

/// Shortest time between two log lines about one matter, for a state that flaps.
const SILENCE: Duration = Duration::from_mins(1);

/// What can be wrong with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    Upstream,
    Store,
    Bucket,
    Hosting,
    Eviction,
    Descriptors,
    Forwarded,
    Limits,
}

#[derive(Debug, Default)]
struct State {
    wrong: bool,
    /// When the last line about it was written.
    said: Option<Instant>,
    /// Whether the log says that it is wrong.
    shown: bool,
}

/// The state of each matter.
#[derive(Default)]
pub struct Notices {
    states: Mutex<BTreeMap<Matter, State>>,
    /// Crates of which the log says that upstream's bytes are not what they should be.
    crates: Mutex<BTreeSet<CrateId>>,
}

impl Notices {
    /// Something is wrong. Written down if it was right before.
    pub fn wrong(&self, watch: &Watch, matter: Matter, message: &str, help: Option<String>) {
        {
            let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
            let state = states.entry(matter).or_default();
            state.wrong = true;
            if state.shown || state.said.is_some_and(|said| said.elapsed() < SILENCE) {
                return;
            }
            state.shown = true;
            state.said = Some(Instant::now());
        }
        watch(&Event::Warning {
            message: message.to_owned(),
            help,
        });
    }

    /// Something is wrong with the bytes of a crate. Written down once for each crate, however many ask for it, until it
    /// comes as it should.
    pub fn wrong_bytes(&self, watch: &Watch, id: &CrateId, error: &Error) {
        /// Beyond this many it is said again.
        const MOST: usize = 10_000;
        {
            let mut crates = self.crates.lock().unwrap_or_else(PoisonError::into_inner);
            if crates.len() >= MOST {
                crates.clear();
            }
            if !crates.insert(id.clone()) {
                return;
            }
        }
        watch(&Event::Warning {
            message: format!("{id}: {}", chain(error)),
            help: hint(error),
        });
    }

    /// The bytes of a crate are what they should be.
    pub fn right_bytes(&self, id: &CrateId) {
        let mut crates = self.crates.lock().unwrap_or_else(PoisonError::into_inner);
        crates.remove(id);
    }

    /// It is right. Written down if the log says otherwise.
    pub fn right(&self, watch: &Watch, matter: Matter, message: &str) {
        {
            let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(state) = states.get_mut(&matter).filter(|state| state.wrong) else {
                return;
            };
            state.wrong = false;
            if !std::mem::take(&mut state.shown) {
                return;
            }
            state.said = Some(Instant::now());
        }
        watch(&Event::Step {
            verb: "Recovered",
            what: message.to_owned(),
        });
    }

    pub fn is_wrong(&self, matter: Matter) -> bool {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(&matter).is_some_and(|state| state.wrong)
    }
}

impl ServerState {
    /// Upstream has failed: counted, and written down if it did not fail before.
    pub fn upstream_failed(&self, source: &Source, error: &Error) {
        let said = chain(error);
        self.stats.upstream_failed(&said, source.closed);
        let message = format!("{}: {said}", upstream_of(source));
        let watch = &self.common.mirror.watch;
        source
            .notices
            .wrong(watch, Matter::Upstream, &message, hint(error));
    }

    /// What upstream was slowest at, without what tells of a registry whose readers need a token.
    pub fn slowest(&self) -> Vec<Slow> {
        let mut slowest = self.stats.slowest();
        slowest.retain(|slow| !self.is_closed_by_name(folder_of(&slow.what)));
        slowest
    }

    /// Upstream has given an answer that can be used.
    pub fn upstream_answered(&self, source: &Source) {
        // Nothing to say is the usual case, and costs no text.
        if source.notices.is_wrong(Matter::Upstream) {
            let message = format!("{} answers again", upstream_of(source));
            let watch = &self.common.mirror.watch;
            source.notices.right(watch, Matter::Upstream, &message);
        }
    }

    /// A connection could not be taken.
    pub fn short_of_files(&self, cause: &std::io::Error) {
        if is_out_of_descriptors(cause) {
            self.notices.wrong(
                &self.common.mirror.watch,
                Matter::Descriptors,
                "too many files are open at once; connections wait",
                Some(
                    "raise the limit of open files (LimitNOFILE= in a systemd unit, ulimit -n), or lower --max-connections"
                        .to_owned(),
                ),
            );
        }
    }

    /// A connection or a request was turned away because there were too many.
    pub fn turned_away(&self) {
        self.stats.rejected_limit.add(1);
        self.notices.wrong(
            &self.common.mirror.watch,
            Matter::Limits,
            "clients are turned away with 503: too many connections or requests at once",
            Some(
                "raise --max-connections, --max-connections-per-address or --max-requests, or see which client asks for so much"
                    .to_owned(),
            ),
        );
    }

    /// Looks now and then whether clients are still turned away. `before` is how many there were at the last look.
    pub fn look_at_limits(&self, before: &mut u64) {
        let count = self.stats.rejected_limit.get();
        if count == std::mem::replace(before, count) {
            let watch = &self.common.mirror.watch;
            self.notices
                .right(watch, Matter::Limits, "no client is turned away any more");
        }
    }

    /// Whether storing has failed a moment ago. A crate whose transfer would be broken off by a full disk is better passed
    /// on from its start.
    pub fn cannot_store(&self) -> bool {
        const A_MOMENT: u64 = 10_000;
        let failed = self.store_failed.load(Ordering::Relaxed);
        failed != 0 && self.now().saturating_sub(failed) < A_MOMENT
    }

    /// The disk is full. Whether there is room now, because something else went for it.
    pub async fn room_for(&self, source: &Source, error: &Error, bytes: u64) -> bool {
        if !error.is_out_of_room() {
            return false;
        }
        // Its own crates go first, then those of crates.io, which lie on the same disk.
        let mut made = false;
        for writer in [&source.writer, &self.crates_io.writer] {
            let Some(writer) = writer else { continue };
            made = made || writer.make_room(bytes).await;
        }
        if made {
            self.made_room(error);
        }
        made
    }

    /// The disk was full, and room was made.
    pub fn made_room(&self, error: &Error) {
        self.room_made.store(self.now().max(1), Ordering::Relaxed);
        let message = format!(
            "{}; the crates that were not used for the longest time are evicted to make room",
            chain(error)
        );
        let help = "make room on that disk, or lower --max-size below what it holds".to_owned();
        let watch = &self.common.mirror.watch;
        self.notices
            .wrong(watch, Matter::Eviction, &message, Some(help));
    }

    /// Looks now and then whether the disk is still too small.
    pub fn look_at_room(&self) {
        const LONG: u64 = 10 * 60 * 1000;
        let made = self.room_made.load(Ordering::Relaxed);
        if made != 0 && self.now().saturating_sub(made) > LONG {
            self.room_made.store(0, Ordering::Relaxed);
            let watch = &self.common.mirror.watch;
            let message = "for 10 minutes nothing had to be evicted because of a full disk";
            self.notices.right(watch, Matter::Eviction, message);
        }
    }

    /// How storing something went. A disk that is full makes a thousand failures of one cause.
    pub fn stored(&self, failed: Option<&Error>) {
        let watch = &self.common.mirror.watch;
        let Some(error) = failed else {
            self.store_failed.store(0, Ordering::Relaxed);
            self.notices
                .right(watch, Matter::Store, "what comes is stored again");
            return;
        };
        self.stats.store_errors.add(1);
        self.store_failed
            .store(self.now().max(1), Ordering::Relaxed);
        let message = format!(
            "{}; what is not in the mirror is passed on to clients without being stored",
            chain(error)
        );
        self.notices
            .wrong(watch, Matter::Store, &message, hint(error));
    }
}

fn upstream_of(source: &Source) -> String {
    if source.prefix == CRATES_IO_FOLDER {
        "upstream".to_owned()
    } else {
        format!("upstream of {}", source.prefix)
    }
}

/// Writes down an error, with the way out that a server's operator has: a hint for a command that is run once, such as to
/// run it again, is of no use to one that goes on. What the server's own end has interrupted is no fault.
pub fn warn(watch: &Watch, error: &Error) {
    if matches!(error, Error::Interrupted) {
        return;
    }
    watch(&Event::Warning {
        message: chain(error),
        help: hint(error),
    });
}

/// The hint for the operator of a server.
pub fn hint(error: &Error) -> Option<String> {
    use std::io::ErrorKind;
    let hint = match error {
        Error::Fs(FsError::Io { source, .. }) => match source.kind() {
            _ if is_out_of_room(source) => {
                "make room on that disk; --max-size keeps the mirror below a size"
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "give the server's user the right to write there; --offline and --only-mirrored serve a mirror that is only read"
            }
            _ if is_out_of_descriptors(source) => {
                "raise the limit of open files (LimitNOFILE= in a systemd unit, ulimit -n), or lower --max-connections"
            }
            _ => return None,
        },
        Error::Upstream(
            UpstreamError::Network { .. }
            | UpstreamError::Stalled { .. }
            | UpstreamError::HostDown { .. }
            | UpstreamError::Offline
            | UpstreamError::NeedsNetwork { .. },
        )
        | Error::Interrupted
        | Error::Store(StoreError::LockBusy { .. } | StoreError::NotAMirror(_))
        | Error::Git(GitError::Object { .. })
        | Error::Config(CargoConfigError::Shape { .. }) => return None,
        Error::Config(CargoConfigError::Syntax { .. }) => {
            "mend the file; it is read again when it changes"
        }
        Error::Upstream(UpstreamError::Http { status, .. })
            if !matches!(status, 404 | 407 | 410 | 451) =>
        {
            return None;
        }
        _ => return error.hint(),
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_change_of_state_is_one_line() {
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let hears = Arc::clone(&said);
        let watch: Watch = Arc::new(move |event| {
            let text = match event {
                Event::Warning { message, .. } => message.clone(),
                Event::Step { what, .. } => what.clone(),
                _ => return,
            };
            hears.lock().unwrap().push(text);
        });
        let notices = Notices::default();
        notices.right(&watch, Matter::Store, "never was wrong");
        for _ in 0..100 {
            notices.wrong(&watch, Matter::Store, "disk full", None);
        }
        assert!(notices.is_wrong(Matter::Store) && !notices.is_wrong(Matter::Upstream));
        for _ in 0..100 {
            notices.right(&watch, Matter::Store, "room again");
        }
        // Back and forth at once: neither is said again so soon.
        notices.wrong(&watch, Matter::Store, "disk full", None);
        notices.right(&watch, Matter::Store, "room again");
        assert_eq!(*said.lock().unwrap(), ["disk full", "room again"]);
    }
}
