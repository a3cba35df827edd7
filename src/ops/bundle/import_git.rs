//! Git sources of a dump, each written by the store's own writers and recorded last.

use std::io::Read;

use crate::io::bundle::reader::DumpPart;
use crate::io::bundle::tree::checksum_of;
use crate::io::bundle::tree_reader::read_source;
use crate::io::store::git_check::CheckLevel;
use crate::model::bundle::manifest::Item;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::git::GitError;
use crate::model::source::git_record::{GitRecord, MAX_FILE};
use crate::ops::bundle::options::ImportReport;
use crate::ops::context::mirror::OpenMirror;

/// Puts the git sources of a part into the mirror.
pub fn git(open: &OpenMirror, part: &DumpPart, report: &mut ImportReport) -> Result<()> {
    let store = open.store();
    for placed in part.frames()? {
        let placed = placed?;
        let [
            Item::Git {
                folder,
                record,
                checksum,
                ..
            },
        ] = &*placed.frame.items
        else {
            continue;
        };
        let here = store.git(folder);
        let former = here.record()?.and_then(Result::ok);
        if *record > MAX_FILE {
            return Err(part.made_up(format!("the record of `{folder}` is too large")));
        }
        let taken = (|| {
            let mut stream = part.stream(&placed)?;
            let mut text = Vec::new();
            (&mut stream)
                .take(*record)
                .read_to_end(&mut text)
                .map_err(|cause| part.made_up(cause.to_string()))?;
            let record = GitRecord::parse(&text)
                .ok()
                .filter(|it| checksum_of(it) == *checksum);
            let source = record.as_ref().and_then(GitRecord::git_source);
            let (Some(record), Some(source)) = (record, source) else {
                return Err(part.made_up(format!("the record of `{folder}` is none")));
            };
            if source.folder() != *folder {
                return Err(part.made_up(format!("`{folder}` is the folder of another source")));
            }
            let ids = record.packages.keys().cloned().collect();
            if let Some(former) = &former
                && here.lacking(&ids, former, CheckLevel::Seals)?.is_empty()
            {
                return Ok(false);
            }
            store.begin()?;
            let content = read_source(&store, &source, &record, former.as_ref(), &mut stream)?;
            let origin = source.to_string();
            if store.place_packages(vec![(source, content)])?.is_empty() {
                return Ok(true);
            }
            let message = format!(
                "the mirror has other packages of it in `{folder}`, which this one would take away; import it again, and if \
                 that says the same, let `cargo mirror vendor` fetch what is missing, or remove that folder first"
            );
            Err(Error::Git(GitError::Package { origin, message }))
        })();
        match taken {
            Ok(true) => report.git_sources += 1,
            Ok(false) => report.kept += 1,
            Err(error @ (Error::Git(_) | Error::Bundle(_) | Error::BundleFile(_))) => {
                report.failed.push((folder.clone(), chain(&error)));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
