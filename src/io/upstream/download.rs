//! The `.crate` files of one registry over HTTP: their URLs, authorization, and their bytes, hashed as they arrive.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use crate::io::auth::scope::Authorization;
use crate::io::auth::session::AuthSession;
use crate::io::http::body::Body;
use crate::io::http::client::{Attempts, Encoding, Http, Part};
use crate::io::http::host_gate::RequestKind;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::{StagedFile, verified};
use crate::io::task::blocking;
use crate::model::auth::Challenge;
use crate::model::error::{Error, Result};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{Event, Watch};
use crate::model::index::registry_config::RegistryConfig;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::CrateId;

/// Bytes of one crate that may wait in memory before they are hashed and written.
const BATCH: usize = 128 << 10;
/// Where the `.crate` files of a registry come from, and the login there.
pub struct Downloads {
    pub(super) http: Http,
    pub(super) login: AuthSession,
    pub(super) watch: Watch,
}

/// A crate to download over HTTP, with the authorization for its requests.
pub struct Transfer<'a> {
    downloads: &'a Downloads,
    url: Url,
    pass: Option<Authorization>,
}

/// What a registry says of itself.
pub struct DownloadConfig {
    pub(super) said: RegistryConfig,
    /// Whether every request needs a token.
    pub(super) login: bool,
    /// Whether the index is on this machine. Only then its crates may be: an index elsewhere must not name our files.
    pub(super) is_local: bool,
}

impl DownloadConfig {
    /// Where the bytes of a crate are.
    pub(super) fn download_url(&self, id: &CrateId, expected: Sha256) -> Result<Url> {
        let url = self.said.download_url(id, &expected);
        let bad = |message: String| {
            Error::Upstream(UpstreamError::InvalidResponse {
                url: url.clone(),
                what: "download address",
                message,
            })
        };
        let parsed = Url::parse(&url).map_err(|cause| bad(cause.to_string()))?;
        if parsed.scheme() == "file" && !self.is_local {
            return Err(bad("it is a file of this machine".to_owned()));
        }
        Ok(parsed)
    }
}

impl Downloads {
    /// The token for requests, where the registry requires one.
    pub(super) async fn pass(&self, config: &DownloadConfig) -> Result<Option<Authorization>> {
        Ok(if config.login {
            Some(self.login.pass().await?)
        } else {
            None
        })
    }

    pub(super) async fn size(
        &self,
        config: &DownloadConfig,
        id: &CrateId,
        checksum: &Sha256,
    ) -> Option<u64> {
        let url = config.download_url(id, *checksum).ok()?;
        if let Some(path) = local(&url) {
            return Some(path.metadata().ok()?.len());
        }
        let pass = self.pass(config).await.ok()?;
        let tries = self.http.tries(&url, RequestKind::Text).await.ok()?;
        tries.with(pass).length().await
    }

    /// `None`: it is a file on this machine, to be copied.
    pub(super) async fn transfer(
        &self,
        config: &DownloadConfig,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Option<Transfer<'_>>> {
        let url = config.download_url(id, expected)?;
        if local(&url).is_some() {
            return Ok(None);
        }
        self.transfer_from(config, url).await.map(Some)
    }

    async fn transfer_from(&self, config: &DownloadConfig, url: Url) -> Result<Transfer<'_>> {
        let pass = self.pass(config).await?;
        Ok(Transfer {
            downloads: self,
            url,
            pass,
        })
    }

    pub(super) async fn download_crate(
        &self,
        config: &DownloadConfig,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Verified<StagedFile>> {
        let url = config.download_url(id, expected)?;
        if let Some(path) = local(&url) {
            return copied(path, store, id, expected).await;
        }
        let transfer = self.transfer_from(config, url).await?;
        let mut tries = transfer.tries().await?;
        let mut fetching = Fetching::default();
        loop {
            let error = match self.download(store, id, &mut tries, &mut fetching).await {
                Ok(incoming) => match verified(id, expected, incoming) {
                    Ok(verified) => return Ok(tries.succeeded(verified)),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            match fetching.go_on(error) {
                Ok(()) => {}
                Err(Error::Upstream(UpstreamError::Challenged(refusal))) => {
                    return Err(transfer.refused(refusal).await);
                }
                Err(error) => tries.failed(error).await?,
            }
        }
    }

    async fn download(
        &self,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        tries: &mut Attempts<'_>,
        fetching: &mut Fetching,
    ) -> Result<StagedFile> {
        let mut body = fetching.body(tries).await?;
        (self.watch)(&Event::Started {
            package: id.clone(),
            bytes: body.length(),
        });
        let received = |bytes: u64| {
            (self.watch)(&Event::Received {
                package: id.clone(),
                bytes,
            });
        };
        let mut incoming = match fetching.incoming.take() {
            Some(incoming) => incoming,
            None => store.incoming()?,
        };
        if incoming.length() > 0 {
            received(incoming.length());
        }
        let mut batch: Vec<Bytes> = Vec::new();
        let mut size = 0;
        loop {
            let chunk = body.chunk().await;
            if let Ok(Some(chunk)) = &chunk {
                received(chunk.len() as u64);
                size += chunk.len();
                batch.push(chunk.clone());
            }
            if size >= BATCH || !matches!(chunk, Ok(Some(_))) {
                let full = std::mem::take(&mut batch);
                size = 0;
                let bytes = full.iter().map(Bytes::len).sum();
                incoming = if incoming.takes_at_once(bytes) {
                    write(incoming, &full)?
                } else {
                    blocking("writing a crate", move || write(incoming, &full)).await?
                };
            }
            match chunk {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(incoming),
                Err(error) => {
                    fetching.part.length = incoming.length();
                    fetching.incoming = Some(incoming);
                    return Err(error);
                }
            }
        }
    }
}

/// A download that resumes after a cut; the hash over all parts decides.
#[derive(Default)]
pub struct Fetching {
    /// What was received before a cut.
    pub(super) incoming: Option<StagedFile>,
    pub(super) part: Part,
    mismatched: bool,
}

impl Fetching {
    /// The body from where the last one was cut.
    pub(super) async fn body<'a>(&mut self, tries: &mut Attempts<'a>) -> Result<Body<'a>> {
        let mut body = tries.get_rest(Encoding::Identity, &self.part).await?;
        body.is_archive();
        let length = self.part.length;
        self.part = Part {
            length,
            ..body.part()
        };
        Ok(body)
    }

    /// Handles errors that are not the network's; others are returned.
    pub(super) fn go_on(&mut self, error: Error) -> Result<()> {
        match error {
            // A cache on the way may have been caught half-filled. Twice the same is what the server has.
            Error::Store(StoreError::Checksum { .. }) if !self.mismatched => {
                *self = Self {
                    mismatched: true,
                    ..Self::default()
                };
                Ok(())
            }
            // It has no such part, or no parts at all.
            Error::Upstream(UpstreamError::Http {
                status: 400 | 416 | 501,
                ..
            }) if self.part.ranges && self.part.length > 0 => {
                self.part.ranges = false;
                Ok(())
            }
            error => Err(error),
        }
    }
}

impl Transfer<'_> {
    pub(super) async fn tries(&self) -> Result<Attempts<'_>> {
        let tries = self
            .downloads
            .http
            .tries(&self.url, RequestKind::Crate)
            .await?;
        Ok(tries.with(self.pass.clone()))
    }

    /// What a server's refusal means.
    pub(super) async fn refused(&self, refusal: Box<Challenge>) -> Error {
        if self.pass.is_none() {
            return Error::Upstream(UpstreamError::Challenged(refusal));
        }
        self.downloads.login.refused(&refusal, false).await
    }
}

/// The path behind an address of this machine.
pub fn local(url: &Url) -> Option<PathBuf> {
    let is_file = url.scheme() == "file";
    is_file.then(|| url.to_file_path().ok())?
}

pub async fn copied(
    path: PathBuf,
    store: &Arc<RegistryStore>,
    id: &CrateId,
    expected: Sha256,
) -> Result<Verified<StagedFile>> {
    let (store, id) = (Arc::clone(store), id.clone());
    blocking("copying a crate", move || {
        let mut incoming = store.incoming()?;
        incoming.copy_from(&path)?;
        verified(&id, expected, incoming)
    })
    .await
}

fn write(mut incoming: StagedFile, chunks: &[Bytes]) -> Result<StagedFile> {
    for chunk in chunks {
        incoming.write(chunk)?;
    }
    Ok(incoming)
}
