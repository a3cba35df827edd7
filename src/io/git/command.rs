//! The real git, asked.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::git::GitError;
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;

/// Ends a transfer over HTTP that has stood still for a minute; git itself waits for ever. What the user has set in the
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

/// Clones the newest state of a repository, without its history.
pub fn clone_shallow(address: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command
        .args(NO_SILENCE)
        .args(["-c", "core.symlinks=false", "clone", "--quiet"])
        .args([
            "--depth",
            "1",
            "--no-tags",
            "--single-branch",
            "--",
            address,
        ])
        .arg(folder);
    run(command, "clone", address)
}

/// Brings such a clone to the newest state.
pub fn update_shallow(address: &str, folder: &Path) -> Result<()> {
    let within = || {
        let mut command = Command::new("git");
        command.args(NO_SILENCE);
        command.args(["-c", "core.symlinks=false"]);
        command.arg("-C").arg(folder);
        command
    };
    let mut fetch = within();
    fetch.args(["fetch", "--quiet", "--depth", "1", "--no-tags"]);
    fetch.args(["--force", "--", address, "HEAD"]);
    run(fetch, "fetch", address)?;
    let mut reset = within();
    reset.args(["reset", "--quiet", "--hard", "FETCH_HEAD"]);
    run(reset, "reset", address)
}

fn run(command: Command, verb: &str, address: &str) -> Result<()> {
    let output = started(command, verb, address, &[])?;
    succeeded(output, verb, address).map(drop)
}

/// Runs git with this input, whatever its exit status will be.
pub(super) fn started(
    mut command: Command,
    verb: &str,
    address: &str,
    input: &[u8],
) -> Result<Output> {
    let no_git = |cause| Error::Git(GitError::NoGit(cause));
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
    output.map_err(|cause| {
        Error::Git(GitError::Failed {
            command: format!("git {verb} {}", without_credentials(address)),
            said: Cause(cause.to_string()),
        })
    })
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
