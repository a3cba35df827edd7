//! In debug builds only: a log of everything that changes the disk, for the test that cuts the power.
//!
//! `CARGO_MIRROR_TEST_TRACE` names the log. A change is logged once it is done; a flush is logged when it begins and when
//! it has ended, so that only what was logged before its beginning counts as flushed once its end is logged. One line each:
//!
//! ```text
//! write <path> <bytes in hexadecimal>      appended to the file, which is made if need be
//! time <path> <seconds>                    the modification time
//! rename <from> <to>
//! remove <path>
//! begin <number> <scope>                   scope: `*` everything, a folder with `/` at its end, or a file
//! end <number>
//! ```

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// One change.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    Write(&'a Path, &'a [u8]),
    Time(&'a Path, u64),
    Rename(&'a Path, &'a Path),
    Remove(&'a Path),
}

/// What is flushed.
#[derive(Debug, Clone, Copy)]
pub enum FlushScope<'a> {
    Everything,
    Folder(&'a Path),
    File(&'a Path),
}

#[cfg(debug_assertions)]
mod log {
    use std::fs::File;
    use std::io::Write as _;
    use std::sync::{Mutex, OnceLock, PoisonError};

    use crate::model::text::push_hex;

    static LOG: OnceLock<Option<Mutex<(File, u64)>>> = OnceLock::new();

    /// Appends what `line` says, which is given a number that was never used before.
    pub(super) fn append(line: impl FnOnce(u64) -> String) -> u64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "a switch for tests, absent from release builds"
        )]
        let log = LOG.get_or_init(|| {
            let path = std::env::var_os("CARGO_MIRROR_TEST_TRACE")?;
            let file = File::options().append(true).create(true).open(path).ok()?;
            Some(Mutex::new((file, 0)))
        });
        let Some(log) = log else { return 0 };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.1 += 1;
        let number = log.1;
        let text = line(number);
        // A log that cannot be written fails the test that reads it.
        let _ = log.0.write_all(text.as_bytes());
        number
    }

    pub(super) fn hexadecimal(bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len() * 2);
        push_hex(&mut text, bytes);
        text
    }
}

/// Logs a change that is done.
#[cfg(debug_assertions)]
pub fn done(change: Change<'_>) {
    log::append(|_| match change {
        Change::Write(path, bytes) => {
            format!("write\t{}\t{}\n", path.display(), log::hexadecimal(bytes))
        }
        Change::Time(path, seconds) => format!("time\t{}\t{seconds}\n", path.display()),
        Change::Rename(from, to) => format!("rename\t{}\t{}\n", from.display(), to.display()),
        Change::Remove(path) => format!("remove\t{}\n", path.display()),
    });
}

#[cfg(not(debug_assertions))]
pub fn done(_change: Change<'_>) {}

/// Logs a file that has got its only name when it was whole. To the log it had another one before: the first of the two.
#[cfg(debug_assertions)]
pub fn named_late(names: impl FnOnce() -> (PathBuf, PathBuf), bytes: &[u8], time: SystemTime) {
    let (before, name) = names();
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    done(Change::Write(&before, bytes));
    done(Change::Time(&before, since.unwrap_or_default().as_secs()));
    done(Change::Rename(&before, &name));
}

#[cfg(not(debug_assertions))]
pub fn named_late(_: impl FnOnce() -> (PathBuf, PathBuf), _: &[u8], _: SystemTime) {}

/// Logs the beginning and the end of a flush.
#[cfg(debug_assertions)]
pub fn flush<T, E>(scope: FlushScope<'_>, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let scope = match scope {
        FlushScope::Everything => "*".to_owned(),
        FlushScope::Folder(path) => format!("{}/", path.display()),
        FlushScope::File(path) => path.display().to_string(),
    };
    let number = log::append(|number| format!("begin\t{number}\t{scope}\n"));
    let result = work();
    if result.is_ok() {
        log::append(|_| format!("end\t{number}\n"));
    }
    result
}

#[cfg(not(debug_assertions))]
pub fn flush<T, E>(_scope: FlushScope<'_>, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    work()
}
