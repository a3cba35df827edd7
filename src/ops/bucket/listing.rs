//! What a bucket holds, by one list.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;

use crate::io::bucket::store::BucketStore;
use crate::model::error::Result;
use crate::model::package::id::CrateId;
use crate::model::source::id::CRATES_IO_FOLDER;
use crate::ops::bucket::open::{OpenBucket, crate_of};

/// What a bucket has of a registry.
#[derive(Debug, Default)]
pub struct BucketListing {
    /// Length of each.
    pub crates: BTreeMap<CrateId, u64>,
    /// State of each index object that has lines, by its path.
    pub index: BTreeMap<String, String>,
}

/// Lists a registry in a bucket.
pub async fn listed(store: &BucketStore) -> Result<BucketListing> {
    let mut found = BucketListing::default();
    let start = format!("{}/", store.folder());
    let mut objects = store.list();
    while let Some(object) = objects.try_next().await? {
        let Some(key) = object.key.strip_prefix(&start) else {
            continue;
        };
        if let Some(path) = key.strip_prefix("index/") {
            if path != "config.json" && object.length > 0 {
                found.index.insert(path.to_owned(), object.revision.noted());
            }
        } else if let Some(id) = crate_of(key) {
            found.crates.insert(id, object.length);
        }
    }
    Ok(found)
}

/// Lists a bucket: each registry in it, by its folder.
pub async fn registries(bucket: &OpenBucket) -> Result<BTreeMap<String, BucketListing>> {
    let mut found: BTreeMap<String, BucketListing> = BTreeMap::new();
    let mut objects = bucket.client.list("");
    while let Some(object) = objects.try_next().await? {
        let key = object.key.as_str();
        let rest = match key.strip_prefix("registries/") {
            Some(rest) => rest.split_once('/').map(|(name, _)| name.len() + 11),
            None => key
                .strip_prefix(CRATES_IO_FOLDER)
                .map(|_| CRATES_IO_FOLDER.len()),
        };
        let Some((folder, inner)) =
            rest.and_then(|end| Some((key.get(..end)?, key.get(end + 1..)?)))
        else {
            continue;
        };
        if let Some(path) = inner.strip_prefix("index/") {
            if path != "config.json" && object.length > 0 {
                let of = found.entry(folder.to_owned()).or_default();
                of.index.insert(path.to_owned(), object.revision.noted());
            }
        } else if let Some(id) = crate_of(inner) {
            let of = found.entry(folder.to_owned()).or_default();
            of.crates.insert(id, object.length);
        }
    }
    Ok(found)
}
