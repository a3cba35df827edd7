//! A registry's folder in a bucket, listed in many ranges of names at once.
//!
//! A list comes in pages of 1,000 keys, one after the other, each as slow as any request: hundreds of thousands of crates take
//! minutes. Names of crates and of index files begin with letters, so a list that is longer than a page goes on from each letter
//! at the same time. A store whose keys are out of order is listed from its start to its end.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::objects::{ObjectClient, ObjectInfo};
use crate::model::error::Result;

/// Keys in a page of a list: that of S3.
const PAGE: usize = 1000;
/// So many ranges are listed at once.
const AT_ONCE: usize = 24;

/// Calls `each` with every object below a folder, in no particular order. An object may come twice, where a store that seemed to
/// list in order does not.
pub async fn list(
    client: &Arc<dyn ObjectClient>,
    folder: &str,
    mut each: impl FnMut(ObjectInfo),
) -> Result<()> {
    let mut objects = client.list(folder);
    let (mut last, mut is_sorted) = (String::new(), client.lists_from_any_key());
    for _ in 0..PAGE {
        let Some(object) = objects.try_next().await? else {
            return Ok(());
        };
        is_sorted &= last < object.key;
        last.clone_from(&object.key);
        each(object);
    }
    if is_sorted {
        drop(objects);
        if in_ranges(client, folder, &last, &mut each).await? {
            return Ok(());
        }
        // Out of order after all: what a range leaves off may stand anywhere.
        objects = client.list(folder);
    }
    while let Some(object) = objects.try_next().await? {
        each(object);
    }
    Ok(())
}

/// Lists what is behind `last`. `false`: the store does not list in order.
async fn in_ranges(
    client: &Arc<dyn ObjectClient>,
    folder: &str,
    last: &str,
    each: &mut impl FnMut(ObjectInfo),
) -> Result<bool> {
    let ranges = ranges(folder, last);
    let listing = ranges
        .iter()
        .map(|(after, upto)| range(client, folder, after, upto.as_deref()));
    let mut parts = stream::iter(listing).buffer_unordered(AT_ONCE);
    while let Some(part) = parts.try_next().await? {
        let Some(part) = part else {
            return Ok(false);
        };
        part.into_iter().for_each(&mut *each);
    }
    Ok(true)
}

/// What is behind `last`, in ranges: each begins behind one key and ends with another, if it ends.
fn ranges(folder: &str, last: &str) -> Vec<(String, Option<String>)> {
    let starts = ('0'..='9').chain('a'..='z').map(String::from);
    let below_index = ('0'..='9')
        .chain('a'..='z')
        .map(|letter| format!("index/{letter}"));
    let bounds = starts
        .chain(below_index)
        .map(|name| format!("{folder}/{name}"));
    let mut bounds: Vec<String> = bounds.filter(|bound| bound.as_str() > last).collect();
    bounds.sort_unstable();
    let ends = bounds.iter().cloned().map(Some).chain([None]);
    let starts = [last.to_owned()].into_iter().chain(bounds.iter().cloned());
    starts.zip(ends).collect()
}

/// The objects of a range. `None`: the store does not list in order.
async fn range(
    client: &Arc<dyn ObjectClient>,
    folder: &str,
    after: &str,
    upto: Option<&str>,
) -> Result<Option<Vec<ObjectInfo>>> {
    let mut found: Vec<ObjectInfo> = Vec::new();
    let mut objects = client.list_after(folder, after);
    while let Some(object) = objects.try_next().await? {
        if upto.is_some_and(|upto| object.key.as_str() > upto) {
            break;
        }
        if found.last().is_some_and(|before| before.key >= object.key)
            || object.key.as_str() <= after
        {
            return Ok(None);
        }
        found.push(object);
    }
    Ok(Some(found))
}

#[cfg(all(test, feature = "bucket"))]
mod tests {
    use std::collections::BTreeSet;

    use bytes::Bytes;

    use super::*;
    use crate::io::bucket::cloud::in_memory;
    use crate::io::bucket::objects::{Condition, ObjectKind};
    use crate::model::source::bucket::BucketAddress;

    #[tokio::test]
    async fn a_long_list_has_every_key_once_wherever_it_is_cut() {
        let address = BucketAddress::parse("s3://bucket/team").unwrap();
        let client: Arc<dyn ObjectClient> = Arc::new(in_memory(&address));
        let mut keys = BTreeSet::new();
        for number in 0..1400 {
            let letter = char::from(b'a' + u8::try_from(number % 26).unwrap());
            keys.insert(format!("crates-io/{letter}-{number}-1.0.0.crate"));
            keys.insert(format!("crates-io/index/{letter}{letter}/{number:04}"));
        }
        for odd in [
            "0-1.0.0.crate",
            "Z-1.0.0.crate",
            "_-1.0.0.crate",
            "a-1.0.0+b.crate",
            "index/1/a",
            "index/config.json",
            "z",
            "zz/z",
        ] {
            keys.insert(format!("crates-io/{odd}"));
        }
        for (number, key) in keys.iter().enumerate() {
            // The first page is not the whole, and yet what is shorter is listed as ever.
            if [1, 999, 1000, 1001].contains(&number) {
                let mut found = Vec::new();
                list(&client, "crates-io", |object| found.push(object.key))
                    .await
                    .unwrap();
                assert_eq!(found.len(), number);
            }
            let put = client.put(
                key,
                Bytes::from_static(b"x"),
                ObjectKind::Record,
                Condition::Absent,
            );
            put.await.unwrap();
        }
        let put = client.put(
            "crates-io-2/a",
            Bytes::new(),
            ObjectKind::Record,
            Condition::Absent,
        );
        put.await.unwrap();
        let mut found = Vec::new();
        list(&client, "crates-io", |object| found.push(object.key))
            .await
            .unwrap();
        assert_eq!(found.len(), keys.len());
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), keys);
    }
}
