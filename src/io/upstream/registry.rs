//! One registry, read: its index files and crates, over HTTP or from a folder.
//!
//! Requests follow cargo's own (`http_remote.rs` and `download.rs`): which statuses mean "not there", which
//! causes are worth another try. Bytes of a crate are hashed as they arrive and come out as [`Verified`] or not at all.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, watch};

use crate::io::auth::session::AuthSession;
use crate::io::bucket;
use crate::io::bucket::options::BucketOptions;
use crate::io::bucket::store::BucketStore;
use crate::io::config::load::Environment;
use crate::io::config::sources::Location;
use crate::io::fs::{error, file};
use crate::io::http::client::Http;
use crate::io::http::settings::HttpSettings;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::io::task::blocking;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::bucket::BucketUpstream;
use crate::io::upstream::download::{DownloadConfig, Downloads, Transfer, copied, local};
use crate::io::upstream::git_index::GitIndex;
use crate::io::upstream::sparse::Sparse;
use crate::model::error::Result;
use crate::model::event::Watch;
use crate::model::index::file::MAX_FILE;
use crate::model::index::registry_config::RegistryConfig;
use crate::model::index::validator::Validator;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::RegistrySource;
use crate::model::url::safe_url;

/// A registry to read from.
#[derive(Debug)]
pub enum Upstream {
    Sparse(Box<Sparse>),
    Git(Box<Git>),
    Folder(PathBuf),
    Bucket(Box<BucketUpstream>),
}

/// A registry whose index is a git repository. Its crates are where those of a sparse one are.
pub struct Git {
    downloads: Downloads,
    index: GitIndex,
    config: OnceCell<DownloadConfig>,
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
            Location::Sparse(index) => Self::Sparse(Box::new(Sparse::new(
                index.clone(),
                downloads(&format!("sparse+{index}"), settings, watch)?,
            ))),
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
            Self::Bucket(bucket) => Box::pin(bucket.download(store, id, expected)).await,
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

impl Git {
    async fn config(&self) -> Result<&DownloadConfig> {
        self.config
            .get_or_try_init(|| async {
                let said = self.index.config().await?;
                let login = said.auth_required;
                Ok(DownloadConfig::new(said, login, self.index.is_local()))
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
