//! Which registries a bucket hosts: `access/registries/<name>.toml`, a record each (`model::hosting::shared`).

use std::path::PathBuf;

use crate::io::bucket::objects::{ObjectInfo, ObjectKind};
use crate::io::bucket::waiting::{ObjectEdit, WaitingBucket};
use crate::io::mirror::layout::{HOSTED_KEYS, hosted_key, hosted_name};
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::hosting::registry::registry_name;
use crate::model::hosting::shared::HostedRecord;

/// The objects of the registries, with their names.
pub fn listed(bucket: &WaitingBucket) -> Result<Vec<(String, ObjectInfo)>> {
    let all = bucket.list(HOSTED_KEYS)?.into_iter();
    let named = all.filter_map(|info| {
        let name = hosted_name(&info.key)?.to_owned();
        registry_name(&name).ok()?;
        Some((name, info))
    });
    Ok(named.collect())
}

/// The names of the registries, sorted.
pub fn names(bucket: &WaitingBucket) -> Result<Vec<String>> {
    let listed = listed(bucket)?.into_iter();
    Ok(listed.map(|(name, _)| name).collect())
}

/// What the record of a registry says. `None`: there is no registry of this name.
pub fn read(bucket: &WaitingBucket, name: &str) -> Result<Option<HostedRecord>> {
    let key = hosted_key(name);
    let Some((text, _)) = bucket.read(&key)? else {
        return Ok(None);
    };
    parse(bucket, &key, &text).map(Some)
}

fn parse(bucket: &WaitingBucket, key: &str, text: &[u8]) -> Result<HostedRecord> {
    let text = std::str::from_utf8(text).map_err(|cause| cause.to_string());
    text.and_then(HostedRecord::parse).map_err(|message| {
        Error::Hosting(HostingError::Unreadable {
            path: PathBuf::from(format!("{}/{key}", bucket.address)),
            message,
        })
    })
}

/// Makes or changes the record of a registry: `edit` gets what is there, and may be called again.
pub fn change(
    bucket: &WaitingBucket,
    name: &str,
    mut edit: impl FnMut(Option<HostedRecord>) -> Result<HostedRecord>,
) -> Result<HostedRecord> {
    let key = hosted_key(name);
    let mut after = None;
    bucket.change(&key, ObjectKind::Record, &mut |before| {
        let before = before.map(|text| parse(bucket, &key, text)).transpose()?;
        let changed = edit(before)?;
        let text = changed.render();
        after = Some(changed);
        Ok(ObjectEdit::Write(text.into_bytes()))
    })?;
    after.ok_or(Error::Panicked {
        doing: "changing a registry",
    })
}
