//! What a push has to do for one registry: the index here, held against what the bucket has.

use std::collections::BTreeSet;

use crate::io::mirror::bucket_notes::{IndexNotes, digest};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::IndexFile;
use crate::model::package::id::CrateId;
use crate::ops::bucket::listing::BucketListing;

/// One index file that has something for the bucket.
pub(super) struct PushTask {
    pub(super) path: String,
    /// Crates that the list lacks, or has with another length.
    pub(super) put: Vec<(CrateId, u64)>,
}

/// What is to be done for one registry.
#[derive(Default)]
pub(super) struct RegistryPlan {
    pub(super) tasks: Vec<PushTask>,
    pub(super) kept: usize,
    /// Versions here, by name, for what is to be removed there.
    pub(super) here: BTreeSet<CrateId>,
}

/// What the bucket lacks of a registry here.
pub(super) fn plan(
    here: &RegistryStore,
    folder: &str,
    there: &BucketListing,
    notes: &IndexNotes,
) -> Result<RegistryPlan> {
    let mut plan = RegistryPlan::default();
    let root = here.folder().join("index");
    for file in here.index_files()? {
        let path = file.strip_prefix(&root).unwrap_or(&file);
        let path = path.to_string_lossy().replace('\\', "/");
        let Some(text) = here.index_text(&path)? else {
            continue;
        };
        let mut put = Vec::new();
        let mut kept = 0;
        for line in IndexFile::parse(&text).lines() {
            let id = line.id();
            let Ok(file) = here.look_at(&id.file_name()) else {
                continue;
            };
            plan.here.insert(id.clone());
            if there
                .crates
                .get(id)
                .is_some_and(|it| it.length == file.length())
            {
                kept += 1;
            } else {
                put.push((id.clone(), file.length()));
            }
        }
        plan.kept += kept;
        let note = notes.get(&format!("{folder}/{path}"));
        let same = note.is_some_and(|note| {
            let object = there.index.get(&path);
            object == Some(&note.object) && note.file == digest(&text)
        });
        if !put.is_empty() || !same && kept > 0 {
            plan.tasks.push(PushTask { path, put });
        }
    }
    Ok(plan)
}
