//! What is between two states of an index: the commits that lead from one to the other. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::io::git::index_repository::IndexCommit;
use crate::model::access::owners::PublishedVersion;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::ops::host::export::CONFIG;

/// More changes than this go into one commit.
const SEPARATE: usize = 10;
/// So many changes are named in the message of such a commit.
const NAMED: usize = 50;

/// One version that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChange {
    Add(IndexLine),
    /// The line of a version that is there already.
    Replace {
        line: IndexLine,
        before: IndexLine,
    },
    Remove(IndexLine),
}

impl LineChange {
    fn id(&self) -> &CrateId {
        match self {
            Self::Add(line) | Self::Remove(line) | Self::Replace { line, .. } => line.id(),
        }
    }

    fn title(&self) -> String {
        let id = self.id();
        let verb = match self {
            Self::Add(_) => "Add",
            Self::Remove(_) => "Remove",
            Self::Replace { line, before } => match (before.yanked(), line.yanked()) {
                (false, true) => "Yank",
                (true, false) => "Unyank",
                _ => "Update",
            },
        };
        format!("{verb} {} {}", id.name, id.version)
    }
}

/// The state of a git index: what it has at each path.
pub type IndexFiles = BTreeMap<String, Vec<u8>>;

/// The changes that turn `theirs` into `ours`, by path and version. Error: lines of `theirs` that are not in `ours`,
/// were not removed here, and were not pushed from here before.
pub fn changes(
    ours: &BTreeMap<String, IndexFile>,
    theirs: &IndexFiles,
    before: &IndexFiles,
    removed: impl Fn(&CrateId) -> bool,
) -> Result<Vec<LineChange>, Vec<String>> {
    let empty = IndexFile::parse(b"");
    let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let (mut changes, mut foreign) = (Vec::new(), Vec::new());
    for path in paths.into_iter().filter(|path| *path != CONFIG) {
        let own = ours.get(path).unwrap_or(&empty);
        let there = theirs.get(path).map_or(&[][..], Vec::as_slice);
        let there = IndexFile::parse(there);
        let pushed = before.get(path).map_or(&[][..], Vec::as_slice);
        let pushed = IndexFile::parse(pushed);
        for line in there.lines() {
            let same = own.get(line.id());
            let known = pushed.get(line.id()).is_some() || removed(line.id());
            match same {
                Some(same) if same.checksum() != line.checksum() => {
                    foreign.push(format!("{} with other bytes", line.id()));
                }
                None if known => changes.push(LineChange::Remove(line.clone())),
                None => foreign.push(line.id().to_string()),
                Some(_) => {}
            }
        }
        for line in own.lines() {
            match there.get(line.id()) {
                None => changes.push(LineChange::Add(line.clone())),
                Some(before) if before.raw() != line.raw() => changes.push(LineChange::Replace {
                    line: line.clone(),
                    before: before.clone(),
                }),
                Some(_) => {}
            }
        }
    }
    if foreign.is_empty() {
        Ok(changes)
    } else {
        Err(foreign)
    }
}

/// The commits that make these changes on top of `theirs`: one each, or one for all where they are many. `published` says
/// who published a version, and when.
pub fn commits(
    ours: &BTreeMap<String, IndexFile>,
    config: &[u8],
    theirs: &IndexFiles,
    mut changes: Vec<LineChange>,
    published: impl Fn(&CrateId) -> Option<PublishedVersion>,
    now: Timestamp,
) -> Vec<IndexCommit> {
    let mut made = Vec::new();
    if theirs.get(CONFIG).map(Vec::as_slice) != Some(config) {
        made.push(IndexCommit {
            message: "Say where crates are downloaded\n".to_owned(),
            at: now,
            paths: vec![(CONFIG.to_owned(), Some(config.to_vec()))],
        });
    }
    let when = |change: &LineChange| match change {
        LineChange::Add(line) => published(line.id()).map_or(now, |version| version.at),
        _ => now,
    };
    changes.sort_by_key(when);
    let whole = |path: &str| ours.get(path).map(IndexFile::render);
    if changes.len() > SEPARATE {
        let paths: BTreeSet<String> = changes.iter().map(|it| it.id().name.index_path()).collect();
        let paths = paths.into_iter().map(|path| {
            let text = whole(&path);
            (path, text)
        });
        made.push(IndexCommit {
            message: summary(&changes),
            at: now,
            paths: paths.collect(),
        });
        return made;
    }
    let mut state: BTreeMap<String, IndexFile> = BTreeMap::new();
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for change in &changes {
        *left.entry(change.id().name.index_path()).or_default() += 1;
    }
    for change in changes {
        let path = change.id().name.index_path();
        let there = || IndexFile::parse(theirs.get(&path).map_or(&[][..], Vec::as_slice));
        let file = state.entry(path.clone()).or_insert_with(there);
        let gone = change.id().clone();
        file.retain(|line| *line.id() != gone);
        match &change {
            LineChange::Add(line) | LineChange::Replace { line, .. } => {
                file.put(line.clone());
            }
            LineChange::Remove(_) => {}
        }
        let last = left.get_mut(&path).map_or(0, |left| {
            *left -= 1;
            *left
        });
        let text = if last == 0 {
            // Whatever else was different in the file, it ends as ours.
            whole(&path)
        } else {
            Some(file.render()).filter(|text| !text.is_empty())
        };
        let version = published(change.id());
        made.push(IndexCommit {
            message: message(&change, version.as_ref()),
            at: now,
            paths: vec![(path, text)],
        });
    }
    made
}

fn message(change: &LineChange, published: Option<&PublishedVersion>) -> String {
    let mut text = format!("{}\n", change.title());
    if let LineChange::Add(line) = change {
        text.push('\n');
        if let Some(version) = published {
            let by = crate::model::text::printable(&version.by);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "Published-by: {by}");
        }
        let _ = writeln!(text, "Checksum: {}", line.checksum());
    }
    text
}

fn summary(changes: &[LineChange]) -> String {
    let crates: BTreeSet<String> = changes.iter().map(|it| it.id().name.to_string()).collect();
    let mut text = format!(
        "Change {} versions of {} crates\n\n",
        changes.len(),
        crates.len()
    );
    for change in changes.iter().take(NAMED) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", change.title());
    }
    if changes.len() > NAMED {
        let _ = writeln!(text, "and {} more", changes.len() - NAMED);
    }
    text
}
