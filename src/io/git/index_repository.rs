//! A git repository that is the index of a registry: read from a remote, written to, pushed.
//!
//! The git on the machine does all of it, so that its keys, its credential helpers and its proxies are the user's. Commits
//! are made in a bare repository without a work tree, by `git fast-import`; only paths that change are in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::io::fs::file::create_dir_all;
use crate::io::git::command::{NO_SILENCE, started, succeeded};
use crate::io::git::transfer::{PATIENCE, PROGRESS, transfer, transferred};
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::git::GitError;
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;

/// Where the remote's head is kept here.
const FETCHED: &str = "refs/export/fetched";
/// Where commits are made.
const MADE: &str = "refs/export/made";
/// What was pushed last.
const PUSHED: &str = "refs/export/pushed";

/// What git says where a branch has moved meanwhile. Anything else, as a branch that is protected, stays an error.
const OUTRUN: [&str; 5] = [
    "[rejected]",
    "cannot lock ref",
    "failed to update ref",
    "incorrect old value",
    "reference already exists",
];

/// A commit to be made.
#[derive(Debug)]
pub struct IndexCommit {
    pub message: String,
    pub at: Timestamp,
    /// What each path holds afterwards; nothing: it is removed.
    pub paths: Vec<(String, Option<Vec<u8>>)>,
}

/// What a remote says of itself.
#[derive(Debug)]
pub struct RemoteHead {
    /// The branch that its HEAD names, `main`.
    pub branch: String,
    /// Of that branch; `None`: the repository is empty.
    pub commit: Option<String>,
    pub branches: Vec<String>,
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// Somebody else was faster.
    Outrun,
}

/// The bare repository, and the remote that it is for.
#[derive(Debug)]
pub struct IndexRepository {
    folder: PathBuf,
    remote: String,
}

impl IndexRepository {
    /// Opens the repository in this folder, which is made if need be.
    pub fn open(folder: &Path, remote: &str) -> Result<Self> {
        let repository = Self {
            folder: folder.to_owned(),
            remote: remote.to_owned(),
        };
        if !folder.join("HEAD").is_file() {
            create_dir_all(folder)?;
            repository.git("init", &["init", "--quiet", "--bare", "."], &[])?;
        }
        Ok(repository)
    }

    /// The branch that clients of the remote read, and where it is.
    pub fn head(&self) -> Result<RemoteHead> {
        let arguments = ["ls-remote", "--symref", "--", &self.remote];
        let text = self.transfer("ls-remote", &arguments)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let (mut named, mut commit, mut branches) = (None, None, Vec::new());
        for line in text.lines() {
            let Some((what, reference)) = line.split_once('\t') else {
                continue;
            };
            if reference == "HEAD" {
                match what.strip_prefix("ref: refs/heads/") {
                    Some(branch) => named = Some(branch.to_owned()),
                    None => commit = Some(what.to_owned()),
                }
            } else if let Some(branch) = reference.strip_prefix("refs/heads/") {
                branches.push(branch.to_owned());
            }
        }
        if commit.is_none() && !branches.is_empty() {
            return Err(Error::Git(GitError::NoHead {
                url: without_credentials(&self.remote),
                branches,
            }));
        }
        let branch = match (named, &commit) {
            (Some(branch), _) => branch,
            (None, None) => self.unborn()?,
            // A server too old to say it: the branch that is at the same commit.
            (None, Some(commit)) => {
                let same = |line: &&str| line.starts_with(&format!("{commit}\trefs/heads/"));
                let line = text.lines().find(same).unwrap_or_default();
                line.rsplit("refs/heads/")
                    .next()
                    .unwrap_or("main")
                    .to_owned()
            }
        };
        Ok(RemoteHead {
            branch,
            commit,
            branches,
        })
    }

    /// The branch that an empty repository will have: a clone of it has the same.
    fn unborn(&self) -> Result<String> {
        let scratch = tempfile::tempdir_in(&self.folder)
            .map_err(|cause| self.failed("clone", &cause.to_string()))?;
        let into = scratch.path().to_string_lossy().into_owned();
        let arguments = ["clone", PROGRESS, "--bare", "--", &self.remote, &into];
        self.transfer("clone", &arguments)?;
        let head = self.git("symbolic-ref", &["-C", &into, "symbolic-ref", "HEAD"], &[])?;
        let head = String::from_utf8_lossy(&head);
        Ok(head.trim().trim_start_matches("refs/heads/").to_owned())
    }

    /// Fetches what the remote's HEAD names. Returns its commit.
    pub fn fetch(&self) -> Result<String> {
        let reference = format!("+HEAD:{FETCHED}");
        let arguments = [
            "fetch",
            PROGRESS,
            "--no-tags",
            "--force",
            "--",
            &self.remote,
            &reference,
        ];
        self.transfer("fetch", &arguments)?;
        self.resolved(FETCHED)?
            .ok_or_else(|| self.failed("fetch", "it brought no commit"))
    }

    fn resolved(&self, reference: &str) -> Result<Option<String>> {
        let mut command = self.command();
        command.args(["rev-parse", "--verify", "--quiet", reference]);
        let output = started(command, "rev-parse", &self.remote, &[])?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }

    /// What was pushed last, if it is still known.
    pub fn pushed(&self) -> Result<Option<String>> {
        self.resolved(PUSHED)
    }

    /// The files of a commit for which `wanted` is true, by their paths.
    pub fn files(
        &self,
        commit: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, Vec<u8>>> {
        let listed = self.git("ls-tree", &["ls-tree", "-r", "-z", commit], &[])?;
        let mut paths = Vec::new();
        let mut asked = String::new();
        for entry in listed.split(|byte| *byte == 0) {
            let entry = String::from_utf8_lossy(entry);
            let Some((kind, path)) = entry.split_once('\t') else {
                continue;
            };
            let mut words = kind.split(' ');
            if let (Some(_), Some("blob"), Some(id)) = (words.next(), words.next(), words.next())
                && wanted(path)
            {
                paths.push(path.to_owned());
                asked.push_str(id);
                asked.push('\n');
            }
        }
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let text = self.git("cat-file", &["cat-file", "--batch"], asked.as_bytes())?;
        let mut rest = text.as_slice();
        let mut files = BTreeMap::new();
        for path in paths {
            let blob = blob(&mut rest).ok_or_else(|| self.failed("cat-file", "it ended early"))?;
            files.insert(path, blob);
        }
        Ok(files)
    }

    /// How many commits lead to this one, itself included.
    pub fn count(&self, commit: &str) -> Result<usize> {
        let text = self.git("rev-list", &["rev-list", "--count", commit], &[])?;
        let text = String::from_utf8_lossy(&text);
        let count = text.trim().parse();
        count.map_err(|_none| self.failed("rev-list", "it counted nothing"))
    }

    /// Makes commits on top of `parent`. Returns the last.
    pub fn make(&self, parent: Option<&str>, commits: &[IndexCommit]) -> Result<String> {
        // Otherwise what was made last would be the parent.
        self.git("update-ref", &["update-ref", "-d", MADE], &[])?;
        let by = self.identity();
        let mut stream = Vec::new();
        for (number, commit) in commits.iter().enumerate() {
            let at = commit.at.0;
            let head = format!(
                "commit {MADE}\nauthor {by} {at} +0000\ncommitter {by} {at} +0000\ndata {}\n{}\n",
                commit.message.len(),
                commit.message
            );
            stream.extend_from_slice(head.as_bytes());
            if let (0, Some(parent)) = (number, parent) {
                stream.extend_from_slice(format!("from {parent}\n").as_bytes());
            }
            for (path, bytes) in &commit.paths {
                match bytes {
                    None => stream.extend_from_slice(format!("D {path}\n").as_bytes()),
                    Some(bytes) => {
                        let head = format!("M 100644 inline {path}\ndata {}\n", bytes.len());
                        stream.extend_from_slice(head.as_bytes());
                        stream.extend_from_slice(bytes);
                        stream.push(b'\n');
                    }
                }
            }
            stream.push(b'\n');
        }
        stream.extend_from_slice(b"done\n");
        let arguments = [
            "fast-import",
            "--quiet",
            "--force",
            "--done",
            "--date-format=raw",
        ];
        self.git("fast-import", &arguments, &stream)?;
        self.resolved(MADE)?
            .ok_or_else(|| self.failed("fast-import", "it made no commit"))
    }

    /// Makes a commit with the files of this one and without a history.
    pub fn squash(&self, commit: &str, message: &str, at: Timestamp) -> Result<String> {
        let by = self.identity();
        let (name, address) = by.split_once(" <").unwrap_or((&by, ""));
        let tree = format!("{commit}^{{tree}}");
        let mut command = self.command();
        command.args(["commit-tree", &tree, "-m", message]);
        for (variable, value) in [("NAME", name), ("EMAIL", address.trim_end_matches('>'))] {
            command.env(format!("GIT_AUTHOR_{variable}"), value);
            command.env(format!("GIT_COMMITTER_{variable}"), value);
        }
        let date = format!("{} +0000", at.0);
        command
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date);
        let output = started(command, "commit-tree", &self.remote, &[])?;
        let text = succeeded(output, "commit-tree", &self.remote)?;
        Ok(String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// Pushes a commit to a branch that is at `lease`, or that is not there yet.
    pub fn push(&self, commit: &str, branch: &str, lease: Option<&str>) -> Result<Pushed> {
        let reference = format!("{commit}:refs/heads/{branch}");
        let lease = format!(
            "--force-with-lease=refs/heads/{branch}:{}",
            lease.unwrap_or_default()
        );
        let mut command = self.command();
        command.args([
            "push",
            PROGRESS,
            "--porcelain",
            &lease,
            "--",
            &self.remote,
            &reference,
        ]);
        let output = transfer(command, "push", &self.remote, PATIENCE)?;
        if output.status.success() {
            return Ok(Pushed::Done);
        }
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if OUTRUN.iter().any(|words| said.contains(words)) {
            return Ok(Pushed::Outrun);
        }
        Err(self.failed("push", &said))
    }

    /// Remembers what was pushed.
    pub fn remember(&self, commit: &str) -> Result<()> {
        self.git("update-ref", &["update-ref", PUSHED, commit], &[])
            .map(drop)
    }

    /// Who makes commits here: as git knows its user, else this program.
    fn identity(&self) -> String {
        let known = self.git("var", &["var", "GIT_COMMITTER_IDENT"], &[]);
        let known = known.ok().and_then(|text| {
            let text = String::from_utf8(text).ok()?;
            let end = text.rfind('>')?;
            Some(text[..=end].to_owned())
        });
        known.unwrap_or_else(|| "cargo-mirror <cargo-mirror@localhost>".to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder);
        command
    }

    fn git(&self, verb: &str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>> {
        let mut command = self.command();
        command.args(NO_SILENCE).args(arguments);
        let output = started(command, verb, &self.remote, input)?;
        succeeded(output, verb, &self.remote)
    }

    fn transfer(&self, verb: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut command = self.command();
        command.args(NO_SILENCE).args(arguments);
        transferred(command, verb, &self.remote, PATIENCE)
    }

    fn failed(&self, verb: &str, said: &str) -> Error {
        let safe = without_credentials(&self.remote);
        let said = said.replace(&self.remote, &safe);
        Error::Git(GitError::Failed {
            command: format!("git {verb} {safe}"),
            said: Cause(said.trim().to_owned()),
        })
    }
}

/// One answer of `git cat-file --batch`: `<id> blob <size>`, a line feed, the bytes, a line feed.
fn blob(text: &mut &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memchr(b'\n', text)?;
    let head = std::str::from_utf8(&text[..end]).ok()?;
    let length: usize = head.rsplit(' ').next()?.parse().ok()?;
    let bytes = text.get(end + 1..end + 1 + length)?.to_vec();
    *text = text.get(end + 2 + length..)?;
    Some(bytes)
}
