//! The log for whoever looks for a fault: requests, transfers and repairs in spans and fields, on standard error. It is beside
//! the events that everybody sees, and off unless it is asked for.

use std::io;

use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, ParseError, filter_fn};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

use crate::model::error::{Error, Result};
use crate::model::errors::environment::EnvironmentError;

/// The environment variable that says what is logged.
pub const VARIABLE: &str = "CARGO_MIRROR_LOG";

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    /// One JSON object per line.
    Json,
}

/// Begins to log what the variable says, else what `-v` says: debug for two of them, all for three. Whether there is a log.
pub fn start(named: Option<&str>, verbose: u8, format: Format) -> Result<bool> {
    let named = named.filter(|named| !named.trim().is_empty());
    let said = match (named, verbose) {
        (Some(named), _) => named,
        (None, 0 | 1) => return Ok(false),
        (None, 2) => "debug",
        (None, _) => "trace",
    };
    let filter = EnvFilter::builder()
        .parse(said)
        .map_err(|cause: ParseError| {
            Error::Environment(EnvironmentError::LogFilter {
                text: said.to_owned(),
                message: cause.to_string(),
            })
        })?;
    // What libraries log may hold what their peers have sent, tokens included.
    let ours = filter_fn(|about| about.target().starts_with("cargo_mirror"));
    let filter = filter.and(ours.with_max_level_hint(LevelFilter::TRACE));
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(false);
    match format {
        Format::Text => registry().with(layer.with_filter(filter)).init(),
        Format::Json => {
            let layer = layer.json().flatten_event(true);
            registry().with(layer.with_filter(filter)).init();
        }
    }
    Ok(true)
}
