//! Mirrors that are committed: the work tree of git that a mirror lies in, and the rules that git applies to its files.
//!
//! Git converts line ends and leaves out files by `.gitattributes` and `.gitignore`, and those in a folder override those
//! above it. The mirror gets both, so that a commit of it, and every clone, has exactly its bytes. The kept tree of a
//! repository may have such files of its own. Those that would change or leave out files of the tree are moved aside, and a
//! symbolic link takes their place: builds read through it, and git (2.32 and later) applies no rules from a link.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{create_dir_all, replace, write_new};
use crate::io::fs::links;
use crate::io::git::command;
use crate::io::mirror::layout::PRIVATE;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::source::raw_name;

const ATTRIBUTES: &str = "\
# Written by cargo mirror: builds compare these files with checksums, so git must not convert any of them.
* -text -ident -working-tree-encoding
/git/** -filter
";

const IGNORE: &str = "\
# Written by cargo mirror: builds need every file in this folder, whatever is ignored above it.
!*
# Only what was asked for and what the index had is worth sharing of the rest.
/.mirror/*
!/.mirror/roots/
!/.mirror/lines/
";

/// Whether a mirror lies in a work tree of git that does not ignore it.
pub fn takes(mirror: &Path) -> bool {
    let Some(there) = mirror
        .ancestors()
        .find_map(|above| fs::canonicalize(above).ok())
    else {
        return false;
    };
    // A folder, or in submodules and linked work trees a file.
    let top = there.ancestors().find(|above| above.join(".git").exists());
    top.is_some_and(|top| !command::ignores(top, mirror))
}

/// Gives a mirror its rules. Files that are there already are left alone. Whether there were none.
pub fn write_rules(mirror: &Path) -> Result<bool> {
    let mut written = false;
    for (name, text) in [(".gitattributes", ATTRIBUTES), (".gitignore", IGNORE)] {
        let path = mirror.join(name);
        if fs::symlink_metadata(&path).is_err() {
            replace(&path, text)?;
            written = true;
        }
    }
    Ok(written)
}

/// What a commit of a mirror would not have, or not as it is.
#[derive(Debug, Default)]
pub struct Unfit {
    /// Files that git ignores, within the mirror.
    pub ignored: Vec<String>,
    /// Files of attributes by which git converts others.
    pub converting: Vec<String>,
}

/// Asks git what a commit of a mirror would leave out or change. Nothing without git.
pub fn unfit(mirror: &Path) -> Unfit {
    let list = |arguments: &[&str]| {
        let mut git = git();
        git.args(["ls-files", "-z"]).args(arguments);
        git.current_dir(mirror);
        ask(git, Vec::new()).map_or_else(Vec::new, |answer| split(&answer))
    };
    let mut found = Unfit {
        ignored: list(&["--others", "--ignored", "--exclude-standard", "--", "."]),
        converting: Vec::new(),
    };
    found
        .ignored
        .retain(|path| !path.starts_with(&format!("{PRIVATE}/")));
    let files = [
        "--cached",
        "--others",
        "--",
        ":(glob,icase)git/**/.gitattributes",
    ];
    found.converting = list(&files);
    found.converting.retain(|path| {
        let whole = links::below(mirror, path);
        !links::is_link(&whole) && fs::read(&whole).is_ok_and(|text| converts(&text))
    });
    let mut attributes = git();
    // It need not be there.
    attributes
        .args(["check-attr", "-z", "text", "--", "git/x/x"])
        .current_dir(mirror);
    if let Some(answer) = ask(attributes, Vec::new())
        && split(&answer).last().is_some_and(|value| value != "unset")
    {
        found.converting.push(".gitattributes".to_owned());
    }
    found
}

/// Whether git reads attributes out of files of this name; some file systems do not tell upper case from lower case.
pub fn is_attributes(path: &str) -> bool {
    name_of(path).eq_ignore_ascii_case(".gitattributes")
}

/// The same for what it ignores.
pub fn is_ignore(path: &str) -> bool {
    name_of(path).eq_ignore_ascii_case(".gitignore")
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a file of attributes has git convert files, or overrides that it does not.
pub fn converts(text: &[u8]) -> bool {
    const CONVERTING: [&str; 6] = [
        "text",
        "crlf",
        "eol",
        "ident",
        "filter",
        "working-tree-encoding",
    ];
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rules = lines.flat_map(|line| {
        // The pattern may be quoted, with spaces in it. What follows a quote in it is read as well, which does no harm.
        line.split_whitespace().skip(1)
    });
    rules
        .filter(|rule| !rule.starts_with('-'))
        .map(|rule| rule.trim_start_matches('!'))
        .any(|rule| CONVERTING.contains(&rule.split_once('=').map_or(rule, |(name, _)| name)))
}

/// Which of these paths within `tree` git would leave out by the rules in `tree`. `probe` is a folder to be made for it.
/// `None` where git cannot be asked.
pub fn ignored<'a>(
    tree: &Path,
    probe: &Path,
    paths: impl Iterator<Item = &'a str>,
) -> Result<Option<Vec<String>>> {
    // The least that git takes for a repository.
    for folder in ["objects", "refs"] {
        create_dir_all(&probe.join(folder))?;
    }
    write_new(&probe.join("HEAD"), b"ref: refs/heads/main\n")?;
    let mut asked = Vec::new();
    for path in paths {
        asked.extend_from_slice(&raw_name::bytes(path));
        asked.push(0);
    }
    let mut git = git();
    git.arg("--git-dir")
        .arg(probe)
        .arg("--work-tree")
        .arg(tree)
        .args(["-c", "core.bare=false", "-c", "core.excludesFile="])
        .args(["check-ignore", "--no-index", "-z", "--stdin"])
        .current_dir(tree);
    let answer = ask(git, asked);
    fs::remove_dir_all(probe).map_err(io_error(Action::Remove, probe))?;
    Ok(answer.map(|answer| split(&answer)))
}

fn git() -> Command {
    let mut git = Command::new("git");
    // A hook that runs this program names a repository of its own.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0");
    git
}

/// Runs git with these bytes as its input. `None` where it fails; to find nothing (1) is no failure.
fn ask(mut git: Command, input: Vec<u8>) -> Option<Vec<u8>> {
    git.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = git.spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    // Written beside reading: neither side may wait for the other.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().ok()?;
    let _ = writer.join();
    matches!(output.status.code(), Some(0 | 1)).then_some(output.stdout)
}

fn split(answer: &[u8]) -> Vec<String> {
    let paths = answer
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty());
    paths
        .map(|path| raw_name::text(path).into_owned())
        .collect()
}

/// A folder for [`ignored`] beside a tree.
pub fn probe_beside(root: &Path) -> PathBuf {
    root.join("probe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_that_convert_are_told_from_others() {
        for text in [
            "* text=auto",
            "*.sh eol=lf",
            "*.bat -diff text",
            "*.png filter=lfs diff=lfs merge=lfs -text",
            "*.c ident",
            "*.x !text",
            "\"a b\" text",
            "#\n\n*.x crlf\n",
        ] {
            assert!(converts(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "# text",
            "*.bin -text -diff",
            "*.rs diff=rust",
            "x linguist-vendored",
        ] {
            assert!(!converts(text.as_bytes()), "{text}");
        }
    }
}
