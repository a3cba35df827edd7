//! `host --git`: the index as a git repository, pushed with the git on the machine.
//!
//! ```text
//! ls-remote, fetch        what the remote's HEAD names
//! changes                 a line there that this registry lacks and never had: stop
//! fast-import             a commit a change, on top of what was fetched
//! push, with a lease      somebody was faster: from the start, at most five times
//! ls-remote               HEAD must be what was pushed, or cargo reads an empty index
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use crate::io::access::store::AccessStore;
use crate::io::git::index_repository::{IndexRepository, Pushed};
use crate::io::mirror::layout::Mirror;
use crate::model::access::owners::CrateRecord;
use crate::model::error::{Error, Result};
use crate::model::errors::host::HostError;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;
use crate::model::url::without_credentials;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::host::changes::{IndexFiles, changes, commits};
use crate::ops::host::export::{CONFIG, ExportPlan, is_index_path, name_of};

/// How often it is tried while others write, too.
const TRIES: usize = 5;

/// What was pushed.
#[derive(Debug)]
pub struct GitReport {
    /// Without credentials.
    pub remote: String,
    pub branch: String,
    /// The commit that clients see now; `None`: there is nothing to see.
    pub commit: Option<String>,
    /// How many commits were made.
    pub commits: usize,
    /// The branch that keeps the history, if it was squashed.
    pub snapshot: Option<String>,
}

/// Writes the index and pushes it. With `squash` a history of more commits than that gives way to one commit.
pub fn push(
    mirror: &OpenMirror,
    plan: &ExportPlan,
    remote: &str,
    squash: Option<usize>,
) -> Result<GitReport> {
    let folder = Mirror::at(&mirror.folder).git_index(name_of(&plan.source));
    let repository = IndexRepository::open(&folder, remote)?;
    let records = Records::of(&mirror.folder, plan)?;
    for _ in 0..TRIES {
        if let Some(report) = once(
            mirror.clock.now(),
            plan,
            &repository,
            remote,
            squash,
            &records,
        )? {
            return Ok(report);
        }
    }
    Err(Error::Host(HostError::Outrun {
        url: without_credentials(remote),
        tries: TRIES,
    }))
}

/// `None`: somebody else was faster.
fn once(
    now: Timestamp,
    plan: &ExportPlan,
    repository: &IndexRepository,
    remote: &str,
    squash: Option<usize>,
    records: &Records,
) -> Result<Option<GitReport>> {
    let head = repository.head()?;
    let ours = |path: &str| path == CONFIG || is_index_path(path);
    let (old, theirs) = if head.commit.is_some() {
        let commit = repository.fetch()?;
        let files = repository.files(&commit, ours)?;
        (Some(commit), files)
    } else {
        (None, IndexFiles::new())
    };
    let before = match repository.pushed()? {
        Some(commit) => repository.files(&commit, ours)?,
        None => IndexFiles::new(),
    };
    let found = changes(&plan.index, &theirs, &before, |id| records.removed(id));
    let found = found.map_err(|lines| {
        let url = without_credentials(remote);
        Error::Host(HostError::Foreign { url, lines })
    })?;
    let published = |id: &CrateId| records.published(id);
    let made = commits(&plan.index, &plan.config, &theirs, found, published, now);
    let mut report = GitReport {
        remote: without_credentials(remote),
        branch: head.branch.clone(),
        commit: old.clone(),
        commits: made.len(),
        snapshot: None,
    };
    if !made.is_empty() {
        let new = repository.make(old.as_deref(), &made)?;
        if repository.push(&new, &head.branch, old.as_deref())? == Pushed::Outrun {
            return Ok(None);
        }
        repository.remember(&new)?;
        report.commit = Some(new);
    }
    if let (Some(commit), Some(most)) = (report.commit.clone(), squash)
        && repository.count(&commit)? > most.max(1)
    {
        let snapshot = snapshot_name(now, &head.branches);
        if repository.push(&commit, &snapshot, None)? == Pushed::Outrun {
            return Ok(None);
        }
        let message = format!(
            "Collapse the index into one commit\n\nThe history is in the branch {snapshot}.\n"
        );
        let single = repository.squash(&commit, &message, now)?;
        if repository.push(&single, &head.branch, Some(&commit))? == Pushed::Outrun {
            return Ok(None);
        }
        repository.remember(&single)?;
        report.commit = Some(single);
        report.snapshot = Some(snapshot);
    }
    // Somebody may have pushed since; then HEAD names a commit that has ours in it, or will be reported by who comes next.
    if report.commit.is_some() && repository.head()?.branch != report.branch {
        return Err(Error::Host(HostError::HeadElsewhere {
            url: report.remote,
            branch: report.branch,
        }));
    }
    Ok(Some(report))
}

/// A name for the branch that keeps the history, which no other branch has.
fn snapshot_name(now: Timestamp, taken: &[String]) -> String {
    let date = now.to_string();
    let name = format!("snapshot-{}", date.split('T').next().unwrap_or_default());
    // One of so many is free.
    let others = (2..=taken.len() + 1).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(others);
    names.find(|name| !taken.contains(name)).unwrap_or(name)
}

/// What is recorded of the crates of a hosted registry: who published what, and what was removed.
struct Records(BTreeMap<String, CrateRecord>);

impl Records {
    fn of(mirror: &Path, plan: &ExportPlan) -> Result<Self> {
        let Some(registry) = plan.source.strip_prefix("registries/") else {
            return Ok(Self(BTreeMap::new()));
        };
        let records = AccessStore::open(mirror).crate_records(registry)?;
        let by_path = records.into_iter().filter_map(|record| {
            let name = CrateName::parse(&record.name).ok()?;
            Some((name.index_path(), record))
        });
        Ok(Self(by_path.collect()))
    }

    fn published(&self, id: &CrateId) -> Option<crate::model::access::owners::PublishedVersion> {
        let record = self.0.get(&id.name.index_path())?;
        record.versions.get(&id.version.to_string()).cloned()
    }

    fn removed(&self, id: &CrateId) -> bool {
        let record = self.0.get(&id.name.index_path());
        record.is_some_and(|record| record.removed.contains_key(&id.version.to_string()))
    }
}
