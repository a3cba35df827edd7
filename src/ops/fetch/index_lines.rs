//! What pruning needs to know before anything is fetched: every index line of a closure; and after: how large is what was
//! left out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Event;
use crate::model::index::file::{IndexLine, find_line};
use crate::model::input::closure::Wanted;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::fetch::registry::RegistryFetch;

/// How long the sizes of what was left out may take. They are only for the closing line.
const PATIENCE: Duration = Duration::from_secs(5);

/// Index lines by package.
pub type Lines = BTreeMap<CrateId, IndexLine>;

impl RegistryFetch {
    /// The index lines of these packages: from the mirror, from cargo's cache, else from upstream. Nothing is written.
    pub async fn lines(&self, wanted: &[Wanted]) -> Result<Lines> {
        let mut names: BTreeMap<CrateName, Vec<Wanted>> = BTreeMap::new();
        for wanted in wanted {
            let versions = names.entry(wanted.id.name.clone()).or_default();
            versions.push(wanted.clone());
        }
        let (store, access) = (Arc::clone(&self.store), Arc::clone(&self.access));
        let (mut lines, lacking) = blocking("reading index lines", move || {
            let mut lines = Lines::new();
            let mut lacking: Vec<(CrateName, Vec<Wanted>)> = Vec::new();
            for (name, versions) in names {
                let index = store.read_index(&name)?;
                let mut left = Vec::new();
                for wanted in versions {
                    let checksum = wanted.checksum.as_ref();
                    let ours = index.get(&wanted.id).filter(|line| agrees(line, checksum));
                    let line = ours
                        .cloned()
                        .or_else(|| access.home.index_line(&wanted.id, checksum));
                    match line {
                        Some(line) => drop(lines.insert(wanted.id, line)),
                        None => left.push(wanted),
                    }
                }
                if !left.is_empty() {
                    lacking.push((name, left));
                }
            }
            Ok((lines, lacking))
        })
        .await?;
        if lacking.is_empty() {
            return Ok(lines);
        }
        if let (Some(registry), Some((_, versions))) = (&self.hosted, lacking.first()) {
            return Err(not_published(&versions[0].id, registry));
        }
        let upstream = self.access.upstream().await?;
        (self.watch)(&Event::Step {
            verb: "Reading",
            what: format!("index lines of {}", self.source),
        });
        let asked = lacking.into_iter().map(|(name, versions)| async move {
            let file = upstream.index_file(&name).await?.unwrap_or_default();
            let found = versions.into_iter().map(|wanted| {
                let line = find_line(&file, &wanted.id, wanted.checksum.as_ref());
                let line = line.filter(|line| agrees(line, wanted.checksum.as_ref()));
                line.ok_or_else(|| {
                    Error::Upstream(UpstreamError::NotInIndex {
                        url: upstream.index_address(&name),
                    })
                })
            });
            found.collect::<Result<Vec<IndexLine>>>()
        });
        let mut answers = stream::iter(asked).buffer_unordered(self.jobs);
        while let Some(found) = answers.next().await {
            lines.extend(found?.into_iter().map(|line| (line.id().clone(), line)));
        }
        Ok(lines)
    }

    /// How large the `.crate` files of these versions are, as far as cargo's cache or upstream says so. No index has sizes,
    /// so upstream is asked for the headers of each file: once, without another try, and not for long.
    pub async fn sizes(&self, ids: &[(CrateId, Sha256)]) -> BTreeMap<CrateId, u64> {
        let mut sizes = BTreeMap::new();
        let mut ask = Vec::new();
        for (id, checksum) in ids {
            let cached = self.access.home.crate_files(id).next();
            match cached.and_then(|path| path.metadata().ok()) {
                Some(meta) => drop(sizes.insert(id.clone(), meta.len())),
                None => ask.push((id, checksum)),
            }
        }
        if ask.is_empty() || self.hosted.is_some() {
            return sizes;
        }
        let Ok(upstream) = self.access.upstream().await else {
            return sizes;
        };
        let asked = ask.into_iter().map(|(id, checksum)| async move {
            Some((id.clone(), upstream.size(id, checksum).await?))
        });
        let answers = stream::iter(asked).buffer_unordered(self.jobs);
        // What has come by then counts.
        let mut answers = std::pin::pin!(answers.take_until(tokio::time::sleep(PATIENCE)));
        while let Some(answer) = answers.next().await {
            sizes.extend(answer);
        }
        sizes
    }
}

/// A registry that is hosted here has no such version.
pub fn not_published(id: &CrateId, registry: &str) -> Error {
    Error::Hosting(HostingError::NotPublished {
        what: id.to_string(),
        registry: registry.to_owned(),
    })
}

fn agrees(line: &IndexLine, checksum: Option<&Sha256>) -> bool {
    checksum.is_none_or(|checksum| checksum == line.checksum())
}
