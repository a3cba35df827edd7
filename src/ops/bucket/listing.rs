//! What a bucket holds, by one list.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;

use crate::io::bucket::objects::ObjectInfo;
use crate::io::bucket::store::BucketStore;
use crate::io::mirror::layout::{HOSTED_KEYS, hosted_name, published_checksum};
use crate::model::error::Result;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::id::{CRATES_IO_FOLDER, REGISTRIES_FOLDER};
use crate::model::units::timestamp::Timestamp;
use crate::ops::bucket::open::{OpenBucket, crate_of};

/// A crate in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedCrate {
    /// In bytes.
    pub length: u64,
    /// When it arrived, by the store's clock.
    pub arrived: Timestamp,
}

impl From<&ObjectInfo> for ListedCrate {
    fn from(object: &ObjectInfo) -> Self {
        Self {
            length: object.length,
            arrived: object.modified,
        }
    }
}

/// What a bucket has of a registry.
#[derive(Debug, Default)]
pub struct BucketListing {
    pub crates: BTreeMap<CrateId, ListedCrate>,
    /// State of each index object that has lines, by its path.
    pub index: BTreeMap<String, String>,
    /// Whether it is published into (see `io::hosting`).
    pub hosted: bool,
    /// What was published, by the SHA-256 of its bytes.
    pub published: BTreeMap<Sha256, ListedCrate>,
}

/// Lists a registry in a bucket.
pub async fn listed(store: &BucketStore) -> Result<BucketListing> {
    let mut found = BucketListing::default();
    let start = format!("{}/", store.folder());
    let listing = store.list(|object| {
        let Some(key) = object.key.strip_prefix(&start) else {
            return;
        };
        if let Some(path) = key.strip_prefix("index/") {
            if path != "config.json" && object.length > 0 {
                found.index.insert(path.to_owned(), object.revision.noted());
            }
        } else if let Some(id) = crate_of(key) {
            found.crates.insert(id, (&object).into());
        }
    });
    listing.await?;
    Ok(found)
}

/// The folders of the registries that a bucket hosts.
pub async fn hosted(bucket: &OpenBucket) -> Result<Vec<String>> {
    let listed: Vec<_> = bucket.client.list(HOSTED_KEYS).try_collect().await?;
    let names = listed.iter().filter_map(|info| hosted_name(&info.key));
    Ok(names
        .map(|name| format!("{REGISTRIES_FOLDER}/{name}"))
        .collect())
}

/// Lists a bucket: each registry in it, by its folder.
pub async fn registries(bucket: &OpenBucket) -> Result<BTreeMap<String, BucketListing>> {
    let mut found: BTreeMap<String, BucketListing> = BTreeMap::new();
    let mut hosted = Vec::new();
    let mut objects = bucket.client.list("");
    while let Some(object) = objects.try_next().await? {
        let key = object.key.as_str();
        if let Some(name) = hosted_name(key) {
            hosted.push(format!("{REGISTRIES_FOLDER}/{name}"));
        }
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
            of.crates.insert(id, (&object).into());
        } else if let Some(checksum) = published_checksum(inner) {
            let of = found.entry(folder.to_owned()).or_default();
            of.published.insert(checksum, (&object).into());
        }
    }
    for folder in hosted {
        found.entry(folder).or_default().hosted = true;
    }
    Ok(found)
}
