//! A database dump out of the net, into a file that goes again when nobody needs it.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;
use url::Url;

use crate::io::fs::error::io_error;
use crate::io::fs::file::create_dir_all;
use crate::io::fs::lock::has_no_locks;
use crate::io::http::client::{Encoding, Http, Part};
use crate::io::http::host_gate::RequestKind;
use crate::io::http::settings::HttpSettings;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::event::Watch;

/// How a dump is called while it arrives. What tidies up after writers that take milliseconds does not know it.
const PREFIX: &str = ".cargo-mirror-";
const SUFFIX: &str = ".dump";

/// A file that may grow for hours: locked while somebody has it, and what runs that were killed left there goes.
fn begin(folder: &Path) -> Result<NamedTempFile> {
    create_dir_all(folder)?;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            let nobody = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
            if nobody {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
    let mut builder = tempfile::Builder::new();
    let file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder);
    let file = file.map_err(io_error(Action::Write, folder))?;
    match file.as_file().try_lock() {
        Err(TryLockError::Error(cause)) if !has_no_locks(&cause) => {
            Err(io_error(Action::Lock, file.path())(cause))
        }
        _ => Ok(file),
    }
}

/// Fetches a dump into a new file in `folder`. What is cut is gone on with.
pub async fn fetch(
    settings: HttpSettings,
    watch: &Watch,
    url: &Url,
    folder: &Path,
) -> Result<NamedTempFile> {
    let http = Http::new(settings, 1, Watch::clone(watch))?;
    let mut tries = http.tries(url, RequestKind::Crate).await?;
    let mut file = begin(folder)?;
    let mut part = Part::default();
    loop {
        let arrived = async {
            let mut body = tries.get_rest(Encoding::Identity, &part).await?;
            body.is_archive();
            let length = part.length;
            part = body.part();
            part.length = length;
            while let Some(bytes) = body.chunk().await? {
                file.write_all(&bytes)
                    .map_err(io_error(Action::Write, file.path()))?;
                part.length += bytes.len() as u64;
            }
            Ok(())
        };
        match arrived.await {
            Ok(()) => return Ok(tries.succeeded(file)),
            Err(error) => tries.failed(error).await?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::fs::file::{replace_own, set_modified};
    use std::time::Duration;

    #[test]
    fn a_dump_that_arrives_slowly_stays_and_what_a_killed_run_left_goes() {
        let folder = tempfile::tempdir().unwrap();
        let arriving = begin(folder.path()).unwrap();
        let left = begin(folder.path()).unwrap();
        let left = left.into_temp_path().keep().unwrap();
        let now = arriving.as_file().metadata().unwrap().modified().unwrap();
        let long_ago = now - Duration::from_hours(1);
        set_modified(arriving.path(), long_ago).unwrap();
        // Whoever searches meanwhile writes in the same folder.
        replace_own(&folder.path().join("position"), b"x").unwrap();
        assert!(arriving.path().exists() && left.exists());
        let another = begin(folder.path()).unwrap();
        assert!(arriving.path().exists() && another.path().exists() && !left.exists());
    }
}
