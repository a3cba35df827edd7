//! Receivers by name: what each of them has, as far as it has said so.
//!
//! ```text
//! export --for plant           against what `plant` has; what it has once the dump has come is noted beside
//! bundle acknowledge plant     it has come: by a word, or by the receipt that `import --receipt` wrote there
//! ```
//!
//! A dump that is lost on the way is so no loss: the next one is made against what has come.

use std::path::Path;

use crate::io::bundle::records::ReceiverRecords;
use crate::io::fs::file::absolute;
use crate::io::mirror::in_use::Use;
use crate::model::bundle::state::KnownState;
use crate::model::bundle::trust;
use crate::model::error::{Error, Result};
use crate::model::errors::bundle::BundleError;
use crate::ops::bundle::known;
use crate::ops::context::options::Context;

/// The records of a receiver.
pub fn of(mirror: &Path, name: &str) -> Result<ReceiverRecords> {
    if !trust::is_name(name) {
        return Err(Error::Bundle(BundleError::ReceiverName(name.to_owned())));
    }
    Ok(ReceiverRecords::of(mirror, name))
}

/// What a receiver has; nothing of one that is new.
pub fn has(records: &ReceiverRecords) -> Result<KnownState> {
    let Some((path, bytes)) = records.state()? else {
        return Ok(KnownState::default());
    };
    let state = KnownState::parse(&bytes);
    state.ok_or(Error::Bundle(BundleError::NotKnown(path)))
}

/// Takes down that the last dump for a receiver has come, or what it has by its receipt. Returns how many keys that are.
pub fn acknowledge(common: &Context, name: &str, receipt: Option<&Path>) -> Result<usize> {
    let records = of(&common.mirror.folder, name)?;
    let _in_use = common.mirror.in_use(Use::Add)?;
    match receipt {
        Some(receipt) => {
            let state = known::of_one(common, &absolute(receipt, &common.place.cwd))?;
            records.set_state(&state.render())?;
        }
        None if !records.arrived()? => {
            return Err(Error::Bundle(BundleError::NothingSent(name.to_owned())));
        }
        None => {}
    }
    Ok(has(&records)?.len())
}
