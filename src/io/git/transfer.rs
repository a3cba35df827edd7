//! Git commands that talk to a server, ended when nothing moves: over ssh git itself waits for ever.
//!
//! Git is told to print how far it is, which it does about every second as long as anything moves. So silence is a standstill, be
//! it the network's, the server's, or that of a question that nobody is there to answer.

use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::io::git::children;
use crate::io::git::command::{NO_SILENCE, no_git, prepared, started, succeeded};
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::git::GitError;
use crate::model::url::without_credentials;

/// So long git may print nothing. Servers that count what they are about to send, and say nothing meanwhile, need minutes for the
/// largest repositories.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);

/// What every transfer is asked for. Without a terminal git would be silent.
pub(super) const PROGRESS: &str = "--progress";

/// What was heard, and on which stream.
enum Heard {
    Output(Vec<u8>),
    Error(Vec<u8>),
}

/// Runs a command that uses the network, whatever its exit status will be.
pub(super) fn transfer(
    mut command: Command,
    verb: &str,
    address: &str,
    patience: Duration,
) -> Result<Output> {
    prepared(&mut command);
    let mut child = command.stdin(Stdio::null()).spawn().map_err(no_git)?;
    let (told, hears) = mpsc::channel();
    // They are not waited for: what git has started may hold these streams open for as long as it likes.
    listen(child.stdout.take(), told.clone(), Heard::Output);
    listen(child.stderr.take(), told, Heard::Error);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = loop {
        match hears.recv_timeout(patience) {
            Ok(Heard::Output(bytes)) => stdout.extend(bytes),
            Ok(Heard::Error(bytes)) => stderr.extend(bytes),
            Err(RecvTimeoutError::Disconnected) => break child.wait(),
            Err(RecvTimeoutError::Timeout) => {
                if let Ok(Some(status)) = child.try_wait() {
                    break Ok(status);
                }
                children::end(child);
                return Err(Error::Git(GitError::Silent {
                    command: format!("git {verb} {}", without_credentials(address)),
                    seconds: patience.as_secs(),
                }));
            }
        }
    };
    let status: ExitStatus = status.map_err(|cause| {
        Error::Git(GitError::Failed {
            command: format!("git {verb} {}", without_credentials(address)),
            said: Cause(cause.to_string()),
        })
    })?;
    Ok(Output {
        status,
        stdout,
        stderr: without_progress(&stderr),
    })
}

/// What such a command has printed, if it succeeded.
pub(super) fn transferred(
    command: Command,
    verb: &str,
    address: &str,
    patience: Duration,
) -> Result<Vec<u8>> {
    let output = transfer(command, verb, address, patience)?;
    succeeded(output, verb, address)
}

/// Clones the newest state of a repository, without its history.
pub fn clone_shallow(address: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command
        .args(NO_SILENCE)
        .args(["-c", "core.symlinks=false", "clone", PROGRESS])
        .args([
            "--depth",
            "1",
            "--no-tags",
            "--single-branch",
            "--",
            address,
        ])
        .arg(folder);
    transferred(command, "clone", address, PATIENCE).map(drop)
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
    fetch.args(["fetch", PROGRESS, "--depth", "1", "--no-tags"]);
    fetch.args(["--force", "--", address, "HEAD"]);
    transferred(fetch, "fetch", address, PATIENCE)?;
    let mut reset = within();
    reset.args(["reset", "--quiet", "--hard", "FETCH_HEAD"]);
    let output = started(reset, "reset", address, &[])?;
    succeeded(output, "reset", address).map(drop)
}

fn listen(
    stream: Option<impl Read + Send + 'static>,
    told: Sender<Heard>,
    heard: fn(Vec<u8>) -> Heard,
) {
    let Some(mut stream) = stream else {
        return;
    };
    thread::spawn(move || {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            if told.send(heard(buffer[..read].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// The lines that are no account of how far a transfer is: those that say what is wrong.
fn without_progress(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        // Each account takes the place of the one before on its line.
        let last = line.trim_end().rsplit('\r').next().unwrap_or_default();
        let is_progress = last.ends_with(", done.") || last.contains("% (");
        if !is_progress && !last.trim().is_empty() {
            kept.push_str(last);
            kept.push('\n');
        }
    }
    kept.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_of_progress_are_left_out_and_errors_kept() {
        let said = "remote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2), done.\n\
                    Receiving objects:  12% (1/8)\rfatal: early EOF\nerror: no\n";
        assert_eq!(
            String::from_utf8(without_progress(said.as_bytes())).unwrap(),
            "fatal: early EOF\nerror: no\n"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_transfer_in_which_nothing_moves_is_ended_with_what_it_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let ssh = folder.path().join("ssh");
        let script = format!("#!/bin/sh\necho $$ >{}\nexec sleep 600\n", pid.display());
        std::fs::write(&ssh, script).unwrap();
        let mut command = Command::new("git");
        command
            .env("GIT_SSH_COMMAND", format!("sh {}", ssh.display()))
            .args(["ls-remote", "--", "ssh://nowhere.invalid/index", "HEAD"]);
        let patience = Duration::from_secs(1);
        let ended = transferred(
            command,
            "ls-remote",
            "ssh://nowhere.invalid/index",
            patience,
        );
        let silent = matches!(ended, Err(Error::Git(GitError::Silent { seconds: 1, .. })));
        assert!(silent, "{ended:?}");
        let pid = std::fs::read_to_string(pid).unwrap();
        // It was told to end, which takes a moment; whoever has taken it over may not have buried it yet.
        let stat = format!("/proc/{}/stat", pid.trim());
        let lives = || std::fs::read_to_string(&stat).is_ok_and(|state| !state.contains(") Z"));
        let since = std::time::Instant::now();
        while lives() {
            assert!(since.elapsed() < Duration::from_mins(1), "it goes on");
            thread::sleep(Duration::from_millis(10));
        }
    }
}
