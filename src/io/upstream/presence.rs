//! Whether a registry is there at all: a server that lost its files answers 404 for each of them.

use crate::io::fs::error::io_error;
use crate::io::upstream::answer::MAX_CONFIG;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::registry_config::RegistryConfig;
use crate::model::url::safe_url;

impl Upstream {
    /// Fails where the registry has no index now, so that its silence about a crate says nothing. A bucket that is not there
    /// and a git index say so themselves.
    pub async fn has_index(&self) -> Result<()> {
        match self {
            Self::Sparse(sparse) => {
                let mut url = sparse.index.clone();
                url.set_path(&format!("{}config.json", url.path()));
                let answer = sparse.text_if_changed(&url, MAX_CONFIG, None, true).await?;
                let text = answer.text().unwrap_or_default();
                let read = serde_json::from_slice::<RegistryConfig>(&text);
                read.map(drop).map_err(|cause| {
                    Error::Upstream(UpstreamError::InvalidResponse {
                        url: safe_url(&url),
                        what: "config.json",
                        message: cause.to_string(),
                    })
                })
            }
            Self::Folder(folder) => {
                let index = folder.join("index");
                let found = std::fs::metadata(&index);
                found.map(drop).map_err(io_error(Action::Find, &index))
            }
            Self::Git(_) | Self::Bucket(_) => Ok(()),
        }
    }
}
