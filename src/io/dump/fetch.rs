//! A database dump out of the net, into a file that goes again when nobody needs it.

use std::io::Write;
use std::path::Path;

use tempfile::TempPath;
use url::Url;

use crate::io::fs::error::io_error;
use crate::io::fs::file::begin_own;
use crate::io::http::client::{Encoding, Http, Part};
use crate::io::http::host_gate::RequestKind;
use crate::io::http::settings::HttpSettings;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::event::Watch;

/// Fetches a dump into a new file in `folder`. What is cut is gone on with.
pub async fn fetch(
    settings: HttpSettings,
    watch: &Watch,
    url: &Url,
    folder: &Path,
) -> Result<TempPath> {
    let http = Http::new(settings, 1, Watch::clone(watch))?;
    let mut tries = http.tries(url, RequestKind::Crate).await?;
    let mut file = begin_own(folder)?;
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
            Ok(()) => return Ok(tries.succeeded(file.into_temp_path())),
            Err(error) => tries.failed(error).await?,
        }
    }
}
