//! `push --delete`: out of a bucket goes what the mirror has not.

use std::collections::BTreeMap;

use crate::io::bucket::lease::ExclusiveLease;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::bucket::open::{OpenBucket, host};
use crate::ops::context::options::Context;

/// Takes out of the bucket what is not here, under the lease that keeps everybody else from adding.
pub(super) async fn remove(
    common: &Context,
    bucket: &OpenBucket,
    extra: Vec<(String, Vec<CrateId>)>,
    dry_run: bool,
    done: &mut usize,
) -> Result<()> {
    let count: usize = extra.iter().map(|(_, gone)| gone.len()).sum();
    if count == 0 || dry_run {
        *done = count;
        return Ok(());
    }
    let host = host(&common.place.environment);
    let alone = ExclusiveLease::take(&bucket.client, &host, |limit| {
        (common.mirror.watch)(&Event::Note {
            message: format!(
                "waiting until the servers of this bucket have paused, at most {} seconds",
                limit.as_secs()
            ),
        });
    });
    let alone = alone.await?;
    let mut removed = Ok(());
    'all: for (folder, gone) in extra {
        let store = bucket.registry(&folder);
        let mut names: BTreeMap<CrateName, Vec<CrateId>> = BTreeMap::new();
        for id in gone {
            names.entry(id.name.clone()).or_default().push(id);
        }
        for (name, ids) in names {
            removed = match alone.check("removing") {
                Ok(()) => store.remove(&name, &ids).await,
                Err(error) => Err(error),
            };
            if removed.is_err() {
                break 'all;
            }
            *done += ids.len();
        }
    }
    alone.end().await;
    removed
}
