//! The `.crate` files of one registry over HTTP: their URLs, authorization, and their bytes, hashed as they arrive.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use crate::io::auth::scope::Authorization;
use crate::io::auth::session::AuthSession;
use crate::io::http::attempts::Attempts;
use crate::io::http::body::Body;
use crate::io::http::client::{Encoding, Http, Part};
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
    is_local: bool,
    /// The host of all crates, and how much of each address names it.
    host: Option<(Url, usize)>,
}

/// The host that an address template names, if it is the same for all crates, and where the path begins.
fn host_of_all(template: &str) -> Option<(Url, usize)> {
    let scheme = ["https://", "http://"];
    let scheme = scheme.iter().find(|scheme| template.starts_with(*scheme))?;
    let length = template[scheme.len()..].find('/')?;
    let at = scheme.len() + length;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let is_plain = length > 0 && template[scheme.len()..at].bytes().all(plain);
    let host = Url::parse(template.get(..=at)?).ok()?;
    is_plain.then_some((host, at))
}

impl DownloadConfig {
    pub(super) fn new(said: RegistryConfig, login: bool, is_local: bool) -> Self {
        Self {
            host: host_of_all(&said.dl),
            said,
            login,
            is_local,
        }
    }

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
        // Only the path is another for each crate.
        let parsed = match &self.host {
            Some((host, at)) if !url[*at..].starts_with("//") => host.join(&url[*at..]),
            _ => Url::parse(&url),
        };
        let parsed = parsed.map_err(|cause| bad(cause.to_string()))?;
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
        // What cannot be taken at once waits until it is worth a thread that may block.
        let mut batch: Vec<Bytes> = Vec::new();
        let mut size = 0;
        loop {
            let chunk = body.chunk().await;
            if let Ok(Some(chunk)) = &chunk {
                received(chunk.len() as u64);
                if batch.is_empty() && incoming.takes_at_once(chunk.len()) {
                    incoming.write(chunk)?;
                } else {
                    size += chunk.len();
                    batch.push(chunk.clone());
                }
            }
            let waits = size < BATCH && matches!(chunk, Ok(Some(_)));
            if !waits && !batch.is_empty() {
                let full = std::mem::take(&mut batch);
                size = 0;
                incoming = blocking("writing a crate", move || write(incoming, &full)).await?;
            }
            match chunk {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(incoming),
                Err(error) => {
                    fetching.cut(&body, incoming);
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
        Ok(body)
    }

    /// Keeps what has come of a body that was cut.
    pub(super) fn cut(&mut self, body: &Body<'_>, incoming: StagedFile) {
        self.part = Part {
            length: incoming.length(),
            ..body.part()
        };
        self.incoming = Some(incoming);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_the_whole_template_says() {
        let id = CrateId::parse("Some_crate", "1.0.0-rc.1+build").unwrap();
        let checksum = Sha256::of("bytes");
        let templates = [
            "https://r.example/dl",
            "https://r.example",
            "https://R.Example:443/a/../{crate}?v={version}",
            "http://r.example:8080//{crate}/{version}",
            "http://[::1]:8080/{prefix}/{crate}-{version}.crate",
            "https://r.example/{sha256-checksum}#{crate}",
            "https://{lowerprefix}.example/{crate}",
            "https://user:secret@r.example/{crate}",
            "https://bücher.example/ä/{crate}",
            r"https://r.example\{crate}/{version}",
            "https://r.example?{crate}/{version}",
            "HTTPS://r.example/{crate}",
            "https:///r.example/{crate}",
            "https://r.example:1/a b/{crate} ",
        ];
        for dl in templates {
            let said = RegistryConfig {
                dl: dl.to_owned(),
                api: None,
                auth_required: false,
            };
            let whole = said.download_url(&id, &checksum);
            let whole = Url::parse(&whole).ok();
            let config = DownloadConfig::new(said, false, false);
            let made = config.download_url(&id, checksum).ok();
            assert_eq!(made, whole, "{dl}");
        }
    }
}
