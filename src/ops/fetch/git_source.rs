//! The packages of one git source, made out of cargo's repositories on this machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::io::git::commit::{self, TreeEntry};
use crate::io::git::objects::Objects;
use crate::io::git::tree::LeftOut;
use crate::io::store::git::Content;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::FsError;
use crate::model::errors::git::GitError;
use crate::model::event::{Event, Watch};
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::is_below;
use crate::model::source::git_record::Layout;
use crate::model::source::id::GitSource;
use crate::ops::context::options::Context;
use crate::ops::fetch::git_package::{Repository, lossy};

/// What came of one source.
pub enum SourceOutcome {
    /// Which packages are made, if any, and why the others are not.
    Made(Option<Content>, Vec<(CrateId, Error)>),
    /// This of it is in no repository on this machine.
    Lacks(String),
    Failed(Error),
}

/// Makes packages of one source. An error is one of the mirror itself.
pub fn make_source(
    common: &Context,
    store: &RegistryStore,
    source: &GitSource,
    ids: &BTreeSet<CrateId>,
) -> Result<SourceOutcome> {
    let origin = source.to_string();
    let objects = Objects::of(
        &common.place.cargo_home,
        source.repository(),
        &source.revision,
    );
    let tree = match commit::read(&objects, &source.revision, &origin) {
        Ok(TreeEntry::Whole(tree)) => tree,
        Ok(TreeEntry::Lacks(what)) => return Ok(SourceOutcome::Lacks(what)),
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    let link = store.can_link()?;
    let folder = store.git(&source.folder());
    let record = folder.record_of(source)?;
    // A tree is made for all packages that are known to be wanted, not only for those that are lacking.
    let mut all = ids.clone();
    let mut whole = BTreeSet::new();
    if let Some(record) = record.filter(|record| link || record.layout != Layout::Copies) {
        let ids = record.packages.into_keys();
        if record.layout == Layout::Old {
            all.extend(ids);
        } else {
            whole.extend(ids);
            all.extend(whole.iter().cloned());
        }
    }
    let place = folder.path.join("tree");
    let mut repository = Repository::new(&objects, &tree, &origin, place);
    let mut found = match repository.find(&all) {
        Ok(found) => found,
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    let mut failed = Vec::new();
    for id in ids {
        if !found.contains_key(id) {
            failed.push((id.clone(), repository.lacks(id)));
        }
    }
    if !link {
        let mut made = Vec::new();
        for (id, folder) in &found {
            match repository.write(id, folder, store) {
                Ok(package) => made.push(package),
                Err(error) if ids.contains(id) => failed.push((id.clone(), of_source(error)?)),
                Err(error) => drop(of_source(error)?),
            }
        }
        return Ok(SourceOutcome::Made(Some(Content::Copies(made)), failed));
    }
    found.retain(|id, folder| match repository.manifest_text(id, folder) {
        Ok(_) => true,
        Err(error) => {
            failed.push((id.clone(), error));
            false
        }
    });
    let (mut made, left_out) = match repository.write_tree(&found, store) {
        Ok(made) => made,
        Err(error) => return of_source(error).map(SourceOutcome::Failed),
    };
    for (id, error) in unkept(&common.mirror.watch, &origin, &found, &left_out) {
        // What is not whole must not be recorded, or the next run would call it ready.
        if !whole.contains(&id) {
            made.packages.remove(&id);
        }
        if !failed.iter().any(|(failed, _)| *failed == id) {
            failed.push((id, error));
        }
    }
    failed.retain(|(id, _)| ids.contains(id));
    let content = (!made.packages.is_empty()).then_some(Content::Tree(made));
    Ok(SourceOutcome::Made(content, failed))
}

/// Warns of what could not be kept of a tree, and returns the packages that are incomplete without it: those that have it
/// in their folder, and for a file outside of all of them every package, because any of them may read it.
fn unkept(
    watch: &Watch,
    origin: &str,
    folders: &BTreeMap<CrateId, String>,
    left_out: &[LeftOut],
) -> Vec<(CrateId, Error)> {
    let mut failed = Vec::new();
    for left in left_out {
        let (path, why) = (lossy(&left.path), &left.why);
        let message = format!("`{path}` of the repository cannot be kept: {why}");
        warn(watch, format!("{origin}: {message}"));
        let within = |folder: &&String| is_below(&left.path, folder);
        // What such a link leads to is no part of any package, and a build that does not have it in its own folder is
        // not taken to read it.
        let some = left.outward || folders.values().any(|folder| within(&folder));
        let hurt = folders.iter().filter(|(_, folder)| !some || within(folder));
        failed.extend(hurt.map(|(id, _)| {
            let error = Error::Git(GitError::Package {
                origin: origin.to_owned(),
                message: message.clone(),
            });
            (id.clone(), error)
        }));
    }
    failed
}

/// Distinguishes errors of a source from errors of the mirror.
fn of_source(error: Error) -> Result<Error> {
    match error {
        Error::Git(GitError::Object { .. } | GitError::Package { .. })
        | Error::Fs(FsError::TooLarge { .. }) => Ok(error),
        error => Err(error),
    }
}

fn warn(watch: &Watch, message: String) {
    watch(&Event::Warning {
        message,
        help: None,
    });
}
