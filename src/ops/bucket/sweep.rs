//! Packages in a bucket that were left by publishes which ended before their line was written.
//!
//! ```text
//! sweep     copy into quarantine -> delete -> read the index -> lined after all: put back -> delete the copy
//! publish   bytes are there -> record -> line -> are the bytes there still? else put them
//! ```
//!
//! A publisher takes no lease, so it may write the line of bytes that are just being swept. Either it looks after the delete, or
//! its line stands before the index is read. A sweep that is killed is ended by the next one: the copies tell of it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::lease::ExclusiveLease;
use crate::io::bucket::objects::{Condition, Fetched, ObjectInfo, ObjectKind, PutOutcome};
use crate::io::mirror::layout::{published_checksum, published_key, quarantine_key};
use crate::model::error::Result;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateName;
use crate::model::units::timestamp::Timestamp;
use crate::ops::bucket::open::OpenBucket;

/// How long bytes without a line are left alone, in seconds: whoever uploads them may be about to write it.
const GRACE: u64 = 24 * 60 * 60;

/// So many index files are read at once.
const AT_ONCE: usize = 16;

/// Takes out of a hosted registry what was left longer ago than [`GRACE`]. Returns how many packages that are.
pub(super) async fn sweep(
    bucket: &OpenBucket,
    alone: &ExclusiveLease,
    folder: &str,
    (left, now): (&[(Sha256, Timestamp)], Timestamp),
) -> Result<usize> {
    for (checksum, arrived) in left {
        if arrived.0.saturating_add(GRACE) > now.0 {
            continue;
        }
        alone.check("sweeping")?;
        let key = published_key(folder, checksum);
        if copy(bucket, &key, &quarantine_key(&key), *checksum).await? {
            bucket.client.delete(&key).await?;
        }
    }
    end(bucket, alone, folder).await
}

/// Ends what a sweep has begun: what has a line after all is put back, and no copy stays. Returns how many packages are gone.
pub(super) async fn end(
    bucket: &OpenBucket,
    alone: &ExclusiveLease,
    folder: &str,
) -> Result<usize> {
    let place = quarantine_key(folder);
    let copies: Vec<ObjectInfo> = bucket.client.list(&place).try_collect().await?;
    let copies: Vec<Sha256> = (copies.iter())
        .filter_map(|object| published_checksum(object.key.get(place.len() + 1..)?))
        .collect();
    if copies.is_empty() {
        return Ok(0);
    }
    let lined = lined(bucket, folder).await?;
    let mut swept = 0;
    for checksum in copies {
        alone.check("sweeping")?;
        let key = published_key(folder, &checksum);
        let kept = quarantine_key(&key);
        if lined.contains(&checksum) {
            copy(bucket, &kept, &key, checksum).await?;
        } else {
            swept += 1;
        }
        bucket.client.delete(&kept).await?;
    }
    Ok(swept)
}

/// Makes one object of another. `false`: there is none to make it of.
async fn copy(bucket: &OpenBucket, from: &str, to: &str, checksum: Sha256) -> Result<bool> {
    let Fetched::Whole(bytes, _) = bucket.client.get(from, None).await? else {
        return Ok(false);
    };
    let kind = ObjectKind::Published(checksum);
    let put = (bucket.client).put(to, bytes, kind, Condition::Absent);
    match put.await? {
        // Both have their checksum for a name, so one that is there is the same.
        PutOutcome::Done(_) | PutOutcome::Lost => Ok(true),
        PutOutcome::Unknown(error) => Err(error),
    }
}

/// The packages that a line of the registry speaks of, as they are now.
async fn lined(bucket: &OpenBucket, folder: &str) -> Result<BTreeSet<Sha256>> {
    let store = bucket.registry(folder);
    let place = format!("{folder}/index");
    let index: Vec<ObjectInfo> = bucket.client.list(&place).try_collect().await?;
    let names = index.iter().filter_map(|object| {
        let name = object.key.rsplit('/').next().unwrap_or_default();
        CrateName::parse(name).ok()
    });
    let reading = names.map(|name| {
        let store = &store;
        async move { store.read_index(&name).await }
    });
    let mut files = stream::iter(reading).buffer_unordered(AT_ONCE);
    let mut found = BTreeSet::new();
    while let Some(file) = files.try_next().await? {
        found.extend(file.lines().iter().map(|line| *line.checksum()));
    }
    Ok(found)
}
