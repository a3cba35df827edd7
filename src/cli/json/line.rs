//! One line of JSON output: its version, the reason it is there, and the rest.
//!
//! These types are the format, apart from the engine's own: renaming a field in `ops` changes nothing here. Their schema is
//! checked in (`tests/it/snapshots/output.schema.json`), and a change that programs can notice shows there.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::json::outdated::Finding;
use crate::cli::json::report::Report;
use crate::cli::json::verify::Damage;
use crate::model::event::{ByteOrigin, Event};

/// Of the format. Fields may be added under the same number; it grows when one goes away or changes its meaning.
pub const VERSION: u32 = 1;

/// One line of standard output with `--message-format json`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Line {
    /// Of the format: 1.
    pub version: u32,
    #[serde(flatten)]
    pub message: Message,
}

impl Line {
    pub fn new(message: Message) -> Self {
        Self {
            version: VERSION,
            message,
        }
    }
}

/// What a line says.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Message {
    /// Something to know, and the way out.
    Warning {
        message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<String>,
    },
    /// A step that may take a while has begun.
    Step { verb: String, what: String },
    /// Something that `--verbose` shows to people.
    Note { message: String },
    /// Another process holds a lock, which is waited for, no longer than this.
    Waiting { lock: PathBuf, seconds: u64 },
    /// How many crates are wanted, and how many of them are there already.
    Planned { wanted: usize, keep: usize },
    /// A request for a crate is on its way; `bytes` is its size where the server has said so.
    Started {
        /// `name@version`
        package: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
    },
    /// A request failed and will be tried again.
    Retry {
        what: String,
        cause: String,
        milliseconds: u64,
    },
    /// A crate is whole in the mirror.
    Stored {
        /// `name@version`
        package: String,
        origin: Origin,
        bytes: u64,
    },
    /// Something in the mirror is wrong.
    Damaged(Damage),
    /// A crate could not be mirrored.
    Failed {
        /// `name@version`
        package: String,
        cause: String,
    },
    /// Something that `outdated` has found about a package of this project.
    Finding {
        project: PathBuf,
        #[serde(flatten)]
        finding: Finding,
    },
    /// The server answers at `url`; `config` points cargo at it.
    Listening { url: String, config: String },
    /// The command failed.
    Error {
        message: String,
        help: Option<String>,
    },
    /// The result: the last line of a command that came to an end.
    Report(Report),
}

/// Where a crate's bytes came from.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    Upstream,
    CargoCache,
    Bundle,
}

impl From<ByteOrigin> for Origin {
    fn from(origin: ByteOrigin) -> Self {
        match origin {
            ByteOrigin::Upstream => Self::Upstream,
            ByteOrigin::CargoCache => Self::CargoCache,
        }
    }
}

/// The line of an event. Those that come too often to be worth one have none.
pub fn of_event(event: &Event) -> Option<Line> {
    let message = match event {
        Event::Received { .. }
        | Event::Checked { .. }
        | Event::Amount { .. }
        | Event::Moved { .. } => return None,
        Event::Warning { message, help } => Message::Warning {
            message: message.clone(),
            help: help.clone(),
        },
        Event::Step { verb, what } => Message::Step {
            verb: (*verb).to_owned(),
            what: what.clone(),
        },
        Event::Note { message } => Message::Note {
            message: message.clone(),
        },
        Event::Waiting { lock, seconds } => Message::Waiting {
            lock: lock.clone(),
            seconds: *seconds,
        },
        Event::Planned { wanted, keep } => Message::Planned {
            wanted: *wanted,
            keep: *keep,
        },
        Event::Started { package, bytes } => Message::Started {
            package: package.to_string(),
            bytes: *bytes,
        },
        Event::Retry {
            what,
            cause,
            milliseconds,
        } => Message::Retry {
            what: what.clone(),
            cause: cause.clone(),
            milliseconds: *milliseconds,
        },
        Event::Stored {
            package,
            origin,
            bytes,
        } => Message::Stored {
            package: package.to_string(),
            origin: (*origin).into(),
            bytes: *bytes,
        },
        Event::Imported { package, bytes } => Message::Stored {
            package: package.to_string(),
            origin: Origin::Bundle,
            bytes: *bytes,
        },
        Event::Damaged { damage } => Message::Damaged(damage.into()),
        Event::Failed { package, cause } => Message::Failed {
            package: package.to_string(),
            cause: cause.clone(),
        },
    };
    Some(Line::new(message))
}
