//! Whether a name is taken on crates.io, asked once: when it is published here for the first time.

use std::time::Duration;

use crate::io::upstream::registry::Upstream;
use crate::io::upstream::relay::is_absent;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::publish::registry::OpenRegistry;

/// Cargo waits for an answer no longer than half a minute.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    No,
    Yes,
    /// crates.io did not answer.
    Unknown,
}

/// Whether it is the first publish of this name.
pub fn is_first(registry: &OpenRegistry, name: &CrateName) -> Result<bool> {
    let records = registry.accounts.crate_record(&registry.name, name)?;
    Ok(records.is_none() && registry.store.read_index(name)?.lines().is_empty())
}

/// Looks into the mirror, and asks upstream where there is one to ask.
pub async fn taken(mirror: &OpenMirror, upstream: Option<&Upstream>, name: &CrateName) -> Taken {
    let mut spellings = vec![name.clone()];
    for (from, to) in [('-', "_"), ('_', "-")] {
        spellings.extend(CrateName::parse(&name.as_str().replace(from, to)));
    }
    spellings.sort();
    spellings.dedup();
    let mirrored = mirror.store();
    let held = |name: &CrateName| mirrored.read_index(name).is_ok_and(|it| !it.is_empty());
    if spellings.iter().any(held) {
        return Taken::Yes;
    }
    let Some(upstream) = upstream else {
        return Taken::No;
    };
    let asking = async {
        for name in &spellings {
            match upstream.index_file(name).await {
                Ok(None) => {}
                Ok(Some(_)) => return Taken::Yes,
                Err(error) if is_absent(&error) => {}
                Err(_) => return Taken::Unknown,
            }
        }
        Taken::No
    };
    let asked = tokio::time::timeout(PATIENCE, asking).await;
    asked.unwrap_or(Taken::Unknown)
}
