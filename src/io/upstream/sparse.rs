//! A sparse registry: the texts of its index over HTTP, and where it says that its crates are.

use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use crate::io::auth::scope::Authorization;
use crate::io::http::attempts::Attempts;
use crate::io::http::client::Encoding;
use crate::io::http::host_gate::RequestKind;
use crate::io::upstream::answer::{MAX_CONFIG, UpstreamAnswer};
use crate::io::upstream::download::{DownloadConfig, Downloads, Transfer};
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::file::MAX_FILE;
use crate::model::index::registry_config::RegistryConfig;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::url::safe_url;

/// Index files larger than this come one at a time, so that many of them do not fill the memory.
const LARGE: usize = 16 << 20;

/// A sparse registry over HTTP.
pub struct Sparse {
    pub(super) downloads: Downloads,
    pub(super) index: Url,
    config: OnceCell<DownloadConfig>,
    large: Semaphore,
}

impl std::fmt::Debug for Sparse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sparse")
            .field("index", &safe_url(&self.index))
            .finish_non_exhaustive()
    }
}

impl Sparse {
    pub(super) fn new(index: Url, downloads: Downloads) -> Self {
        Self {
            downloads,
            index,
            config: OnceCell::new(),
            large: Semaphore::new(1),
        }
    }

    pub(super) fn index_url(&self, name: &CrateName) -> Url {
        let mut url = self.index.clone();
        // Joining would read `1/a` after a query wrongly; the path of a checked name needs no escaping.
        url.set_path(&format!("{}{}", self.index.path(), name.index_path()));
        url
    }

    pub(super) async fn config(&self) -> Result<&DownloadConfig> {
        match self.config.get() {
            Some(config) => Ok(config),
            // Boxed: each download carries the room for it, and one of them asks.
            None => Box::pin(self.config.get_or_try_init(|| self.ask_for_config())).await,
        }
    }

    /// Requested without a token first, as cargo does: a token is looked up only if the answer requires one.
    async fn ask_for_config(&self) -> Result<DownloadConfig> {
        let login = &self.downloads.login;
        if let Some(error) = login.failure().await {
            return Err(error);
        }
        let mut url = self.index.clone();
        url.set_path(&format!("{}config.json", self.index.path()));
        let (answer, challenged) = match self.ask(&url, MAX_CONFIG, None, None, false).await {
            Err(Error::Upstream(UpstreamError::Challenged(refusal))) if refusal.status == 401 => {
                login.wanted(*refusal).await;
                let pass = login.pass().await?;
                match self.ask(&url, MAX_CONFIG, None, Some(pass), false).await {
                    Err(Error::Upstream(UpstreamError::Challenged(refusal))) => {
                        return Err(login.refused(&refusal, true).await);
                    }
                    answer => (answer?, true),
                }
            }
            answer => (answer?, false),
        };
        let Some(body) = answer.text() else {
            return Err(Error::Upstream(UpstreamError::Http {
                url: safe_url(&url),
                status: 404,
                retry_after: None,
            }));
        };
        let said: RegistryConfig = serde_json::from_slice(&body).map_err(|cause| {
            Error::Upstream(UpstreamError::InvalidResponse {
                url: safe_url(&url),
                what: "config.json",
                message: cause.to_string(),
            })
        })?;
        let login = challenged || said.auth_required;
        Ok(DownloadConfig::new(said, login, url.scheme() == "file"))
    }

    /// The token for requests, where the registry requires one.
    async fn pass(&self) -> Result<Option<Authorization>> {
        self.downloads.pass(self.config().await?).await
    }

    pub(super) async fn transfer(
        &self,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Option<Transfer<'_>>> {
        let config = self.config().await?;
        self.downloads.transfer(config, id, expected).await
    }

    pub(super) async fn index_file(&self, name: &CrateName) -> Result<Option<Vec<u8>>> {
        let url = self.index_url(name);
        Ok(self
            .text_if_changed(&url, MAX_FILE, None, false)
            .await?
            .text())
    }

    /// A text of the index, unless it is still the one that is known.
    pub(super) async fn text_if_changed(
        &self,
        url: &Url,
        limit: usize,
        known: Option<&Validator>,
        anew: bool,
    ) -> Result<UpstreamAnswer> {
        // Nobody could log in to most registries, and asking first would cost a round trip.
        let pass = if self.downloads.login.prepared() || self.config.initialized() {
            self.pass().await?
        } else {
            None
        };
        let known_already = pass.is_some();
        match self.ask(url, limit, known, pass, anew).await {
            Err(Error::Upstream(UpstreamError::Challenged(refusal))) if known_already => {
                Err(self.downloads.login.refused(&refusal, false).await)
            }
            Err(Error::Upstream(UpstreamError::Challenged(refusal))) if refusal.status == 401 => {
                match self.pass().await? {
                    Some(pass) => self.ask(url, limit, known, Some(pass), anew).await,
                    None => Err(Error::Upstream(UpstreamError::Challenged(refusal))),
                }
            }
            answer => answer,
        }
    }

    /// Fetches a text. 404, 410 and 451 mean that it does not exist, as they do for cargo.
    async fn ask(
        &self,
        url: &Url,
        limit: usize,
        known: Option<&Validator>,
        pass: Option<Authorization>,
        anew: bool,
    ) -> Result<UpstreamAnswer> {
        let mut tries = self
            .downloads
            .http
            .tries(url, RequestKind::Text)
            .await?
            .with(pass)
            .anew(anew);
        let received = loop {
            match text_once(url, limit, &self.large, &mut tries, known).await {
                Ok(received) => break tries.succeeded(received),
                Err(Error::Upstream(UpstreamError::Http {
                    status: 404 | 410 | 451,
                    ..
                })) => return Ok(UpstreamAnswer::Absent),
                Err(error) => tries.failed(error).await?,
            }
        };
        Ok(received.unwrap_or(UpstreamAnswer::Unchanged))
    }
}

/// One try at a text of the index; `None` where it is still the one that is known.
async fn text_once(
    url: &Url,
    limit: usize,
    large: &Semaphore,
    tries: &mut Attempts<'_>,
    known: Option<&Validator>,
) -> Result<Option<UpstreamAnswer>> {
    let Some(mut body) = tries.get_if_changed(Encoding::Gzip, known).await? else {
        return Ok(None);
    };
    let mut text = Vec::new();
    let mut turn = None;
    while let Some(chunk) = body.chunk().await? {
        if text.len() + chunk.len() > limit {
            let message = format!("it is larger than {limit} bytes");
            return Err(Error::Upstream(UpstreamError::InvalidResponse {
                url: safe_url(url),
                what: "index",
                message,
            }));
        }
        if turn.is_none() && text.len() + chunk.len() > LARGE {
            // Never closed.
            turn = large.acquire().await.ok();
        }
        text.extend_from_slice(&chunk);
    }
    if is_cut(&text) {
        return Err(Error::Upstream(UpstreamError::Network {
            url: safe_url(url),
            source: Cause("it was cut in the middle of a line".to_owned()),
        }));
    }
    Ok(Some(UpstreamAnswer::Text {
        text,
        validator: body.validator(),
    }))
}

/// Whether the last line neither ends nor is JSON: an answer of no announced length that broke off. Registries that leave
/// out the last newline are fine.
fn is_cut(text: &[u8]) -> bool {
    let start = memchr::memrchr(b'\n', text).map_or(0, |newline| newline + 1);
    let last = text[start..].trim_ascii();
    // What does not begin like JSON is something else altogether, such as a login page.
    last.first() == Some(&b'{') && serde_json::from_slice::<serde::de::IgnoredAny>(last).is_err()
}
