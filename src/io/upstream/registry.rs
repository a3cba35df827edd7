//! One registry, read: its index files and crates, over HTTP or from a folder.
//!
//! Requests follow cargo's own (`http_remote.rs` and `download.rs`): which statuses mean "not there", which
//! causes are worth another try. Bytes of a crate are hashed as they arrive and come out as [`Verified`] or not at all.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore, watch};
use url::Url;

use crate::io::auth::scope::Authorization;
use crate::io::auth::session::AuthSession;
use crate::io::bucket;
use crate::io::bucket::options::BucketOptions;
use crate::io::bucket::store::BucketStore;
use crate::io::config::load::Environment;
use crate::io::config::sources::Location;
use crate::io::fs::{error, file};
use crate::io::http::client::{Attempts, Encoding, Http};
use crate::io::http::host_gate::RequestKind;
use crate::io::http::settings::HttpSettings;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::io::task::blocking;
use crate::io::upstream::answer::{MAX_CONFIG, UpstreamAnswer};
use crate::io::upstream::bucket::BucketUpstream;
use crate::io::upstream::download::{DownloadConfig, Downloads, Transfer, copied, local};
use crate::io::upstream::git_index::GitIndex;
use crate::model::error::{Error, Result};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Watch;
use crate::model::index::file::{MAX_FILE, RegistryConfig};
use crate::model::index::validator::Validator;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::RegistrySource;
use crate::model::url::safe_url;

/// Index files larger than this come one at a time, so that many of them do not fill the memory.
const LARGE: usize = 16 << 20;

/// A registry to read from.
#[derive(Debug)]
pub enum Upstream {
    Sparse(Box<Sparse>),
    Git(Box<Git>),
    Folder(PathBuf),
    Bucket(Box<BucketUpstream>),
}

/// A sparse registry over HTTP.
pub struct Sparse {
    downloads: Downloads,
    pub(super) index: Url,
    config: OnceCell<DownloadConfig>,
    large: Semaphore,
}

/// A registry whose index is a git repository. Its crates are where those of a sparse one are.
pub struct Git {
    downloads: Downloads,
    index: GitIndex,
    config: OnceCell<DownloadConfig>,
}

impl std::fmt::Debug for Sparse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sparse")
            .field("index", &safe_url(&self.index))
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Git {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Git")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Upstream {
    /// `git` makes the index of a registry that has a git repository for one.
    pub fn open(
        location: &Location,
        settings: HttpSettings,
        login: impl FnOnce(&str) -> AuthSession,
        jobs: usize,
        watch: Watch,
        git: impl FnOnce(&RegistrySource) -> GitIndex,
        environment: &Environment,
    ) -> Result<Self> {
        let downloads = |index: &str, settings: HttpSettings, watch: Watch| -> Result<Downloads> {
            Ok(Downloads {
                http: Http::new(settings, jobs, Arc::clone(&watch))?,
                login: login(index),
                watch,
            })
        };
        Ok(match location {
            Location::Folder(folder) => Self::Folder(folder.clone()),
            Location::Bucket(address) => {
                let options = BucketOptions::new(address, environment, &settings, None)?;
                let client = bucket::open::open(address, &options)?;
                let store = BucketStore::new(client, BucketUpstream::folder());
                Self::Bucket(Box::new(BucketUpstream::new(store, address.clone(), watch)))
            }
            Location::Sparse(index) => Self::Sparse(Box::new(Sparse {
                downloads: downloads(&format!("sparse+{index}"), settings, watch)?,
                index: index.clone(),
                config: OnceCell::new(),
                large: Semaphore::new(1),
            })),
            Location::Git(registry) => Self::Git(Box::new(Git {
                downloads: downloads(registry.address(), settings, watch)?,
                index: git(registry),
                config: OnceCell::new(),
            })),
        })
    }

    /// For a long-running program: a host that is down is tried again after this time, and a clone of an index that is older
    /// than `refresh` is brought up to date.
    #[must_use]
    pub fn recovering(self, after: Duration, refresh: Duration) -> Self {
        match self {
            Self::Sparse(mut sparse) => {
                sparse.downloads.http = sparse.downloads.http.recovering(after);
                Self::Sparse(sparse)
            }
            Self::Git(mut git) => {
                git.downloads.http = git.downloads.http.recovering(after);
                git.index = git.index.renewing(refresh);
                Self::Git(git)
            }
            simple @ (Self::Folder(_) | Self::Bucket(_)) => simple,
        }
    }

    /// Says when a try fails that others follow, whatever it was for.
    pub fn failing(&self) -> watch::Receiver<u64> {
        match self {
            Self::Sparse(sparse) => sparse.downloads.http.failing(),
            Self::Git(git) => git.downloads.http.failing(),
            Self::Folder(_) | Self::Bucket(_) => watch::Sender::new(0).subscribe(),
        }
    }

    /// Where the index file of a crate is, for messages.
    pub fn index_address(&self, name: &CrateName) -> String {
        match self {
            Self::Sparse(sparse) => safe_url(&sparse.index_url(name)),
            Self::Git(git) => git.index.address(&name.index_path()),
            Self::Folder(folder) => folder
                .join("index")
                .join(name.index_path())
                .display()
                .to_string(),
            Self::Bucket(bucket) => bucket.index_address(name),
        }
    }

    /// The whole index file of a crate; `None` where the registry has no such crate.
    pub async fn index_file(&self, name: &CrateName) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Sparse(sparse) => sparse.index_file(name).await,
            Self::Git(git) => git.index.file(&name.index_path()).await,
            Self::Folder(folder) => {
                let path = folder.join("index").join(name.index_path());
                blocking("reading an index file", move || {
                    error::if_there(file::read(&path, MAX_FILE as u64))
                })
                .await
            }
            Self::Bucket(bucket) => Ok(bucket.index_file(name, None).await?.text()),
        }
    }

    /// The index file of a crate, unless it is still the one that is known. A folder or a repository is simply read.
    pub async fn index_file_if_changed(
        &self,
        name: &CrateName,
        known: Option<&Validator>,
    ) -> Result<UpstreamAnswer> {
        match self {
            Self::Sparse(sparse) => {
                let url = sparse.index_url(name);
                sparse.text_if_changed(&url, MAX_FILE, known, false).await
            }
            Self::Bucket(bucket) => bucket.index_file(name, known).await,
            Self::Git(_) | Self::Folder(_) => Ok(match self.index_file(name).await? {
                Some(text) => UpstreamAnswer::Text {
                    text,
                    validator: None,
                },
                None => UpstreamAnswer::Absent,
            }),
        }
    }

    /// The index file of a crate past the caches on the way, where there are any.
    pub async fn index_file_anew(&self, name: &CrateName) -> Result<UpstreamAnswer> {
        match self {
            Self::Sparse(sparse) => {
                let url = sparse.index_url(name);
                sparse.text_if_changed(&url, MAX_FILE, None, true).await
            }
            Self::Git(_) | Self::Folder(_) | Self::Bucket(_) => {
                self.index_file_if_changed(name, None).await
            }
        }
    }

    /// The bytes of a crate, found to have the checksum that is expected.
    pub async fn download_crate(
        &self,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Verified<StagedFile>> {
        match self {
            Self::Sparse(sparse) => {
                let config = sparse.config().await?;
                sparse
                    .downloads
                    .download_crate(config, store, id, expected)
                    .await
            }
            Self::Git(git) => {
                let config = git.config().await?;
                git.downloads
                    .download_crate(config, store, id, expected)
                    .await
            }
            Self::Folder(folder) => copied(folder.join(id.file_name()), store, id, expected).await,
            Self::Bucket(bucket) => bucket.download(store, id, expected).await,
        }
    }

    /// The file that a crate is on this machine, if it is not to be fetched.
    pub(super) async fn local_crate(
        &self,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Option<PathBuf>> {
        let config = match self {
            Self::Sparse(sparse) => sparse.config().await?,
            Self::Git(git) => git.config().await?,
            Self::Folder(folder) => return Ok(Some(folder.join(id.file_name()))),
            Self::Bucket(_) => return Ok(None),
        };
        Ok(local(&config.download_url(id, expected)?))
    }

    /// What its `config.json` says, as far as it is asked for over the network.
    pub async fn said(&self) -> Option<RegistryConfig> {
        let config = match self {
            Self::Sparse(sparse) => sparse.config().await,
            Self::Git(git) => git.config().await,
            Self::Folder(_) | Self::Bucket(_) => return None,
        };
        Some(config.ok()?.said.clone())
    }

    /// How large the `.crate` of a version is, where that can be learnt at the first try and without fetching it.
    pub async fn size(&self, id: &CrateId, checksum: &Sha256) -> Option<u64> {
        match self {
            Self::Sparse(sparse) => {
                let config = sparse.config().await.ok()?;
                sparse.downloads.size(config, id, checksum).await
            }
            Self::Git(git) => {
                let config = git.config().await.ok()?;
                git.downloads.size(config, id, checksum).await
            }
            Self::Folder(folder) => {
                let meta = folder.join(id.file_name()).metadata().ok()?;
                Some(meta.len())
            }
            Self::Bucket(bucket) => bucket.length(id).await,
        }
    }
}

impl Sparse {
    fn index_url(&self, name: &CrateName) -> Url {
        let mut url = self.index.clone();
        // Joining would read `1/a` after a query wrongly; the path of a checked name needs no escaping.
        url.set_path(&format!("{}{}", self.index.path(), name.index_path()));
        url
    }

    async fn config(&self) -> Result<&DownloadConfig> {
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
        Ok(DownloadConfig {
            login: challenged || said.auth_required,
            is_local: url.scheme() == "file",
            said,
        })
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

    async fn index_file(&self, name: &CrateName) -> Result<Option<Vec<u8>>> {
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

impl Git {
    async fn config(&self) -> Result<&DownloadConfig> {
        self.config
            .get_or_try_init(|| async {
                let said = self.index.config().await?;
                Ok(DownloadConfig {
                    login: said.auth_required,
                    is_local: self.index.is_local(),
                    said,
                })
            })
            .await
    }

    pub(super) async fn transfer(
        &self,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Option<Transfer<'_>>> {
        let config = self.config().await?;
        self.downloads.transfer(config, id, expected).await
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
