//! Git sources: their packages taken out of the repository at the locked revision, into one directory source each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::model::error::{Error, Result};
use crate::model::krate::CrateId;
use crate::model::source::{GitSource, SourceId};
use crate::ops::access::{Access, Common};
use crate::ops::fetch::Fetched;

/// Completes the packages of git sources. Cargo's config is that of `folder`.
#[expect(clippy::unused_async, reason = "the next change makes use of it")]
pub async fn complete(
    _common: &Common,
    _folder: &Path,
    _access: &Arc<Access>,
    wanted: &BTreeMap<GitSource, BTreeSet<CrateId>>,
) -> Result<Fetched> {
    let mut done = Fetched::default();
    for (source, packages) in wanted {
        let text = format!("{}#{}", source.identity(), source.revision);
        let error = Error::UpstreamKind {
            name: source.to_string(),
            what: "a git source".to_owned(),
        };
        done.add(Fetched::failed(
            &SourceId::Git(text),
            packages.iter().cloned(),
            error,
        ));
    }
    Ok(done)
}
