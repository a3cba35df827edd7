//! The trees of a registry's git index, without the contents of its files.
//!
//! ```text
//! git fetch --depth 1 --filter=blob:none    one commit and its trees: 8 MB for 250,000 files, where the contents are 190
//! git ls-tree -r                            names and ids, which tell what has changed
//! ```
//!
//! A history that was collapsed or rewritten is another tree like any other. Contents come from elsewhere and are held
//! against the ids.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{self, create_dir_all};
use crate::io::git::command::{NO_SILENCE, each_piece, started, succeeded};
use crate::io::git::transfer::{PATIENCE, PROGRESS, transferred};
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::fs::Action;
use crate::model::errors::git::GitError;
use crate::model::sync::tree::{FileId, IndexTree, IndexTreeBuilder, hex, parse_id};
use crate::model::url::without_credentials;

/// What was fetched last.
const FETCHED: &str = "refs/sync/fetched";

/// Locks that a git leaves behind when it is killed.
const LOCKS: [&str; 5] = [
    "HEAD.lock",
    "config.lock",
    "packed-refs.lock",
    "refs/sync/fetched.lock",
    "shallow.lock",
];

/// The id that git gives to a file of this content.
pub fn file_id(text: &[u8]) -> FileId {
    let hashed = gix_object::compute_hash(gix_hash::Kind::Sha1, gix_object::Kind::Blob, text);
    let mut id = FileId::default();
    // An error is a file made to collide with another: it gets an id that no file has.
    if let Ok(hashed) = hashed {
        id.copy_from_slice(hashed.as_slice());
    }
    id
}

/// A bare repository that holds trees, and the remote they come from.
#[derive(Debug)]
pub struct TreeIndex {
    folder: PathBuf,
    remote: String,
}

impl TreeIndex {
    /// Opens the repository in this folder, which is made if need be. Nobody else may be at it: what a git that was killed
    /// has left there would keep every later one out.
    pub fn open(folder: &Path, remote: &str) -> Result<Self> {
        let index = Self {
            folder: folder.to_owned(),
            remote: remote.to_owned(),
        };
        for lock in LOCKS {
            file::remove(&folder.join(lock))?;
        }
        let is_whole = || index.git("rev-parse", &["rev-parse", "--git-dir"]).is_ok();
        if !folder.join("HEAD").is_file() || !is_whole() {
            let removed = fs::remove_dir_all(folder).map_err(io_error(Action::Remove, folder));
            if_there(removed)?;
            create_dir_all(folder)?;
            index.git("init", &["init", "--quiet", "--bare", "."])?;
        }
        for (key, value) in [
            ("remote.origin.url", remote),
            // Without it git takes the files that are left out for lost.
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialclonefilter", "blob:none"),
            // What tidies up must be done before the next command reads.
            ("gc.autoDetach", "false"),
            ("maintenance.autoDetach", "false"),
        ] {
            index.git("config", &["config", key, value])?;
        }
        Ok(index)
    }

    /// The commit that the remote's HEAD is at: one request.
    pub fn head(&self) -> Result<String> {
        let text = self.transfer("ls-remote", &["ls-remote", "--", &self.remote, "HEAD"])?;
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        let mut heads = lines.filter(|(_, reference)| *reference == "HEAD");
        match heads.next() {
            Some((commit, _)) => Ok(commit.to_owned()),
            None => Err(self.failed("ls-remote", "its HEAD names no commit")),
        }
    }

    /// Fetches the trees of the remote's HEAD. Returns its commit.
    pub fn fetch(&self) -> Result<String> {
        let reference = format!("+HEAD:{FETCHED}");
        self.transfer(
            "fetch",
            &[
                "fetch",
                PROGRESS,
                "--depth",
                "1",
                "--filter=blob:none",
                "--no-tags",
                "--force",
                "origin",
                &reference,
            ],
        )?;
        let text = self.git("rev-parse", &["rev-parse", "--verify", "--quiet", FETCHED])?;
        Ok(String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// Whether a commit that was fetched is still there.
    pub fn has(&self, commit: &str) -> bool {
        let tree = format!("{commit}^{{tree}}");
        self.git("cat-file", &["cat-file", "-e", &tree]).is_ok()
    }

    /// All index files of a commit, of which there are about so many.
    pub fn tree(&self, commit: &str, about: usize) -> Result<IndexTree> {
        let command = self.command(&["ls-tree", "-r", "-z", commit]);
        let mut tree = IndexTreeBuilder::with_capacity(about);
        each_piece(command, "ls-tree", &self.remote, 0, |entry| {
            let entry = String::from_utf8_lossy(entry);
            let read = entry.split_once('\t').and_then(|(kind, path)| {
                let id = kind
                    .strip_prefix("100644 blob ")
                    .or_else(|| kind.strip_prefix("100755 blob "));
                Some((path, parse_id(id?)?))
            });
            match read {
                Some((path, id)) => tree.add(path, id),
                // A link, another repository.
                None => tree.add_strange(),
            }
        })?;
        Ok(tree.finish())
    }

    /// Whether the content of this file was sent: the server leaves nothing out.
    pub fn has_content(&self, id: &FileId) -> bool {
        self.git("cat-file", &["cat-file", "-e", &hex(id)]).is_ok()
    }

    fn git(&self, verb: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = started(self.command(arguments), verb, &self.remote, &[])?;
        succeeded(output, verb, &self.remote)
    }

    fn transfer(&self, verb: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        transferred(self.command(arguments), verb, &self.remote, PATIENCE)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.folder)
            // Contents are left out on purpose: nothing is to fetch them one by one.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .args(NO_SILENCE)
            .arg("--git-dir=.")
            .args(arguments);
        command
    }

    fn failed(&self, verb: &str, said: &str) -> Error {
        Error::Git(GitError::Failed {
            command: format!("git {verb} {}", without_credentials(&self.remote)),
            said: Cause(said.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_ids_that_git_gives_them() {
        assert_eq!(
            hex(&file_id(b"")),
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
        );
        assert_eq!(
            hex(&file_id(b"hello\n")),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
    }
}
