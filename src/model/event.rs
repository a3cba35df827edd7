//! Events of the engine. It emits them and never prints; progress bars, JSON lines and tests listen.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::mirror::damage::Damage;
use crate::model::package::id::CrateId;

/// Where a crate's bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrigin {
    Upstream,
    CargoCache,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A problem that does not end the command, and a hint.
    Warning {
        message: String,
        help: Option<String>,
    },
    /// A step that may take a while has begun.
    Step { verb: &'static str, what: String },
    /// A detail, printed with --verbose.
    Note { message: String },
    /// Another process holds a lock; we wait for it up to this time.
    Waiting { lock: PathBuf, seconds: u64 },
    /// The plan of the fetch: number of crates in total, and of those already in the mirror.
    Planned { wanted: usize, keep: usize },
    /// A request for a crate is on its way; `bytes` is its size where the server has said so.
    Started {
        package: CrateId,
        bytes: Option<u64>,
    },
    /// Bytes of crates arrived. Too frequent to be worth a line.
    Received { package: CrateId, bytes: u64 },
    /// A request failed and will be tried again.
    Retry {
        what: String,
        cause: String,
        milliseconds: u64,
    },
    /// A crate is whole in the mirror, but for its index line, which follows with those of its group.
    Stored {
        package: CrateId,
        origin: ByteOrigin,
        bytes: u64,
    },
    /// So many bytes will be moved, of which [`Event::Moved`] tells.
    Amount { verb: &'static str, bytes: u64 },
    /// Bytes were moved. Too frequent to be worth a line.
    Moved { bytes: u64 },
    /// A crate of a dump is whole in the mirror.
    Imported { package: CrateId, bytes: u64 },
    /// A crate of the mirror was looked at.
    Checked { package: CrateId },
    /// Damage in the mirror.
    Damaged { damage: Damage },
    /// A crate could not be mirrored.
    Failed { package: CrateId, cause: String },
}

/// A listener. Called from many threads; must not block.
pub type Watch = Arc<dyn Fn(&Event) + Send + Sync>;
