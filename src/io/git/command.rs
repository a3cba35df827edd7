//! The real git, asked.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::git::GitError;
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;

/// Ends a transfer over HTTP that has stood still for a minute; git itself waits for ever (see `transfer` for ssh). What the user has set in the
/// environment goes before it.
pub(super) const NO_SILENCE: [&str; 4] =
    ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"];

/// Whether git would leave `path` out of the repository that `folder` is in. Without git or repository: no.
pub fn ignores(folder: &Path, path: &Path) -> bool {
    let mut command = Command::new("git");
    command
        .args(["check-ignore", "--quiet"])
        .arg(path)
        .current_dir(folder)
        // The repository that a hook may have started us in is none of our business.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// When a file was last committed, in the repository that it lies in. `None`: it is in no commit, or there is no git.
pub fn committed(file: &Path) -> Option<Timestamp> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(file.parent()?)
        .args(["log", "-1", "--format=%ct", "--"])
        .arg(file.file_name()?)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null());
    let output = command.output().ok()?;
    let seconds = String::from_utf8(output.stdout).ok()?;
    seconds.trim().parse().ok().map(Timestamp)
}

/// Runs git with this input, whatever its exit status will be.
pub(super) fn started(
    mut command: Command,
    verb: &str,
    address: &str,
    input: &[u8],
) -> Result<Output> {
    prepared(&mut command);
    if input.is_empty() {
        return command.stdin(Stdio::null()).output().map_err(no_git);
    }
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(no_git)?;
    let stdin = child.stdin.take();
    // Both directions at once, or both sides wait for each other with full pipes.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // That it stops listening early shows in its exit status.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output()
    });
    output.map_err(|cause| failed(&cause, verb, address))
}

/// Runs git and hands over what it prints, piece by piece as `end` ends each: for more than is to be in memory at once.
pub(super) fn each_piece(
    mut command: Command,
    verb: &str,
    address: &str,
    end: u8,
    mut each: impl FnMut(&[u8]),
) -> Result<()> {
    prepared(&mut command);
    let mut child = command.stdin(Stdio::null()).spawn().map_err(no_git)?;
    let stdout = child.stdout.take();
    // Read beside, or both sides wait for each other with full pipes.
    let (read, output) = std::thread::scope(|scope| {
        let output = scope.spawn(move || child.wait_with_output());
        let mut piece = Vec::new();
        let mut read = Ok(1);
        if let Some(stdout) = stdout {
            let mut stdout = BufReader::with_capacity(64 << 10, stdout);
            while matches!(read, Ok(1..)) {
                piece.clear();
                read = stdout.read_until(end, &mut piece);
                let whole = piece.strip_suffix(&[end]).unwrap_or(&piece);
                if !whole.is_empty() {
                    each(whole);
                }
            }
        }
        (read, output.join())
    });
    let output = output.unwrap_or_else(|_| Err(io::Error::other("a thread has panicked")));
    let output = read.and(output);
    let output = output.map_err(|cause| failed(&cause, verb, address))?;
    succeeded(output, verb, address).map(drop)
}

fn failed(cause: &io::Error, verb: &str, address: &str) -> Error {
    Error::Git(GitError::Failed {
        command: format!("git {verb} {}", without_credentials(address)),
        said: Cause(cause.to_string()),
    })
}

pub(super) fn no_git(cause: io::Error) -> Error {
    Error::Git(GitError::NoGit(cause))
}

/// What every git is run with whose output is read.
pub(super) fn prepared(command: &mut Command) {
    command
        // Nobody may be there to type a password.
        .env("GIT_TERMINAL_PROMPT", "0")
        // What it says is read by a program, too.
        .env("LC_ALL", "C")
        // The repository that a hook may have started us in is none of our business.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

/// What git has printed, if it succeeded.
pub(super) fn succeeded(output: Output, verb: &str, address: &str) -> Result<Vec<u8>> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let safe = without_credentials(address);
    let said = String::from_utf8_lossy(&output.stderr).replace(address, &safe);
    Err(Error::Git(GitError::Failed {
        command: format!("git {verb} {safe}"),
        said: Cause(said.trim().to_owned()),
    }))
}
