//! The real git, asked.

use crate::model::errors::cause::Cause;
use crate::model::errors::git::GitError;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::model::error::{Error, Result};
use crate::model::url::without_credentials;

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

/// Clones the newest state of a repository, without its history.
pub fn clone_shallow(address: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command
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

fn run(mut command: Command, verb: &str, address: &str) -> Result<()> {
    command
        // Nobody may be there to type a password.
        .env("GIT_TERMINAL_PROMPT", "0")
        // The repository that a hook may have started us in is none of our business.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|cause| Error::Git(GitError::NoGit(cause)))?;
    if output.status.success() {
        return Ok(());
    }
    let safe = without_credentials(address);
    let said = String::from_utf8_lossy(&output.stderr).replace(address, &safe);
    Err(Error::Git(GitError::Failed {
        command: format!("git {verb} {safe}"),
        said: Cause(said.trim().to_owned()),
    }))
}
