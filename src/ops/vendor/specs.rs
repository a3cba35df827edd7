//! Crates asked for by name: what they come to, and what the programs among them need to be installed.

use std::path::PathBuf;

use crate::io::access::private_names::PrivateNames;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::hosting::HostingError;
use crate::model::errors::store::StoreError;
use crate::model::input::closure::Closure;
use crate::model::input::spec::Spec;
use crate::model::package::archive;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::fetch::closure::ClosureFetcher;
use crate::ops::fetch::report::FetchReport;
use crate::ops::input::read::parse_lockfile;
use crate::ops::input::resolve;
use crate::ops::vendor::batch::Batch;
use crate::ops::vendor::report::{FailedPackage, VendorReport};
use crate::ops::vendor::run::VendorOptions;

/// What the named crates of a group came to.
#[derive(Default)]
pub struct ResolvedSpecs {
    /// The crates that were named themselves.
    pub(super) tops: Vec<CrateId>,
    /// They and their dependencies.
    pub(super) closure: Closure,
}

/// Resolves the names of a group, and has its lists want what they come to.
pub async fn resolve_lists(
    group: &mut Batch,
    mirror: &OpenMirror,
    options: &VendorOptions,
    report: &mut VendorReport,
) -> Result<ResolvedSpecs> {
    if group.specs.is_empty() {
        return Ok(ResolvedSpecs::default());
    }
    let names = PrivateNames::read(&mirror.folder)?;
    let specs = std::mem::take(&mut group.specs);
    let (private, specs): (Vec<Spec>, Vec<Spec>) = specs
        .into_iter()
        .partition(|spec| names.why(&spec.name).is_some());
    for spec in private {
        let error = Error::Hosting(HostingError::PrivateName(spec.name.to_string()));
        let failed = FailedPackage::new(&spec, &SourceId::CRATES_IO, &error);
        report.failed.push(failed);
        for draft in &mut group.lists {
            draft.complete = false;
        }
    }
    let resolved = resolve::resolve(
        specs,
        &group.access,
        &group.folder,
        options.list,
        &mirror.watch,
    )
    .await?;
    for (spec, error) in resolved.failed {
        report
            .failed
            .push(FailedPackage::new(&spec, &SourceId::CRATES_IO, &error));
        for draft in &mut group.lists {
            draft.complete = false;
        }
    }
    group.lists_want(&resolved.locked);
    let mut closure = Closure::default();
    closure.add(resolved.locked);
    group.closure.unsupported.append(&mut closure.unsupported);
    let tops = resolved.named.into_iter().map(|named| named.id).collect();
    Ok(ResolvedSpecs { tops, closure })
}

/// Mirrors what `cargo install --locked` of the named programs needs: the lockfile inside each package.
pub async fn binaries(
    completion: &ClosureFetcher,
    named: &ResolvedSpecs,
    group: &mut Batch,
    report: &mut VendorReport,
) -> Result<FetchReport> {
    let mut all = Vec::new();
    let store = &completion.crates_io().store;
    for top in &named.tops {
        // One that is not there has failed already, and is in the report.
        let Ok(archive) = store.open_crate(top) else {
            continue;
        };
        let size = archive.metadata().map_or(0, |meta| meta.len());
        let id = top.clone();
        let contents = blocking("reading a package", move || {
            Ok(archive::read(archive, size, &id))
        })
        .await?;
        let contents = match contents {
            Ok(contents) => contents,
            Err(error) => {
                report.failed.push(FailedPackage::new(
                    top,
                    &SourceId::CRATES_IO,
                    &Error::Store(StoreError::Package(error)),
                ));
                continue;
            }
        };
        if !contents.has_binary {
            continue;
        }
        let path = PathBuf::from(top.file_name()).join("Cargo.lock");
        match contents.lockfile.map(|text| parse_lockfile(&path, &text)) {
            Some(Ok(locked)) => all.extend(locked.into_iter().filter(|locked| locked.id != *top)),
            Some(Err(error)) => {
                report
                    .failed
                    .push(FailedPackage::new(top, &SourceId::CRATES_IO, &error));
                continue;
            }
            None => {}
        }
        report.programs.push(top.clone());
    }
    group.lists_want(&all);
    let mut closure = Closure::default();
    closure.add(all);
    group.closure.unsupported.append(&mut closure.unsupported);
    let more = closure.without(&named.closure).without(&group.closure);
    completion.run(more, true).await
}
