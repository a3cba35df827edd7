//! How a run ends: exit codes, the runtime, errors on the way out.

use std::io;

use crate::cli::json::line::Message;
use crate::cli::json::report::Report;
use crate::cli::output::format::MessageFormat;
use crate::cli::output::terminal::Terminal;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};

/// The answer is no: something is missing, damaged or not supported.
pub const EXIT_NO: u8 = 1;

/// The command line is at fault. The same number clap uses.
pub const EXIT_USAGE: u8 = 2;

/// Something failed. The same number cargo uses.
pub const EXIT_FAILURE: u8 = 101;

/// Exit by ctrl-c, as shells count it.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Why a run ended early.
pub enum Exit {
    Failed(Error),
    /// Whoever read our standard output has gone. That is their right.
    BrokenPipe,
}

impl From<Error> for Exit {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Exit {
    fn from(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Failed(Error::Fs(FsError::Io {
                action: Action::Write,
                path: "standard output".into(),
                source,
            })),
        }
    }
}

/// The report: the last line of JSON, or words.
pub fn finish(
    terminal: Terminal,
    report: impl FnOnce() -> Report,
    say: impl FnOnce(Terminal) -> io::Result<()>,
) -> io::Result<()> {
    match terminal.format {
        MessageFormat::Json => terminal.message(Message::Report(report())),
        MessageFormat::Human => say(terminal),
    }
}

/// The runtime of a command, with so many threads a core for what blocks.
pub fn runtime(blocking: usize) -> Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.min(4))
        .max_blocking_threads(cores * blocking)
        .enable_all()
        .build()
        .map_err(|source| {
            Error::Fs(FsError::Io {
                action: Action::Start,
                path: "the runtime".into(),
                source,
            })
        })
}

/// Runs the engine until it is done or ctrl-c is pressed. What is under way is dropped then: temporary files go, final
/// ones are whole.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = runtime(2)?;
    let result = runtime.block_on(async {
        tokio::select! {
            result = work => result,
            Ok(()) = tokio::signal::ctrl_c() => Err(Error::Interrupted),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    result
}
