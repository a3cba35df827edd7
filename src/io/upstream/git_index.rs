//! A registry whose index is a git repository, by way of the clone that cargo keeps of it.
//!
//! ```text
//! $CARGO_HOME/registry/index/<host>-<hash>/.git/refs/remotes/origin/HEAD    the commit that cargo has fetched last
//! $CARGO_HOME/registry/index/<host>-<hash>/.git/objects/                    index files and config.json, no worktree
//! ```
//!
//! Only cargo fetches: it knows the logins, the proxies and `net.git-fetch-with-cli`. What it has fetched is read here,
//! object by object.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::io::cargo::command::Cargo;
use crate::io::cargo::index_clone::CargoClone;
use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::cause::CargoSaid;
use crate::model::errors::upstream::UpstreamError;
use crate::model::index::registry_config::RegistryConfig;
use crate::model::source::id::RegistrySource;

/// Such a registry as an upstream.
#[derive(Debug)]
pub struct GitIndex {
    clone: CargoClone,
    registry: RegistrySource,
    cargo: Cargo,
    /// The folder whose cargo config applies.
    folder: PathBuf,
    /// How old the clone may be; `None`: as old as this program's run.
    refresh: Option<Duration>,
    /// Held while cargo runs, so that only one does.
    renewed: Arc<Mutex<Option<Renewed>>>,
}

/// How the clone was brought up to date last.
#[derive(Debug)]
struct Renewed {
    began: Instant,
    ended: Instant,
    /// What cargo said if it could not.
    failure: Option<(String, CargoSaid)>,
}

/// How long a server waits after a failed fetch.
const PAUSE: Duration = Duration::from_secs(10);

impl Renewed {
    /// Whether it answers a question that was asked at a time.
    fn serves(&self, asked: Instant, now: Instant, refresh: Option<Duration>) -> bool {
        let Some(refresh) = refresh else {
            return true;
        };
        let span = if self.failure.is_some() {
            PAUSE
        } else {
            refresh
        };
        self.began >= asked || now.duration_since(self.ended) < span
    }

    fn outcome(&self) -> Result<()> {
        match &self.failure {
            None => Ok(()),
            Some((command, said)) => Err(Error::Cargo(CargoError::Failed {
                command: command.clone(),
                said: said.clone(),
            })),
        }
    }
}

impl GitIndex {
    /// Whether the repository is on this machine.
    pub fn is_local(&self) -> bool {
        let address = self.registry.address();
        address.starts_with("file:") || Path::new(address).is_absolute()
    }

    pub fn new(clone: CargoClone, registry: RegistrySource, cargo: Cargo, folder: PathBuf) -> Self {
        Self {
            clone,
            registry,
            cargo,
            folder,
            refresh: None,
            renewed: Arc::default(),
        }
    }

    /// For a program that runs on: the clone is brought up to date again when it is older than this.
    #[must_use]
    pub fn renewing(mut self, refresh: Duration) -> Self {
        self.refresh = Some(refresh);
        self
    }

    /// Where a file of the index is, for messages.
    pub fn address(&self, path: &str) -> String {
        format!("{}, {path}", self.registry)
    }

    /// A file of the index as it is now.
    pub async fn file(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.renew().await?;
        self.cloned(path).await
    }

    /// Where crates are. That hardly ever changes, so what cargo has is good enough.
    pub async fn config(&self) -> Result<RegistryConfig> {
        const CONFIG: &str = "config.json";
        let text = match self.cloned(CONFIG).await? {
            Some(text) => Some(text),
            None => self.file(CONFIG).await?,
        };
        let nonsense = |message| {
            Error::Upstream(UpstreamError::InvalidResponse {
                url: self.registry.to_string(),
                what: CONFIG,
                message,
            })
        };
        let text = text.ok_or_else(|| nonsense("there is none".to_owned()))?;
        serde_json::from_slice(&text).map_err(|cause| nonsense(cause.to_string()))
    }

    async fn cloned(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let (clone, path) = (self.clone.clone(), path.to_owned());
        blocking("reading an index", move || clone.file(&path)).await
    }

    /// Fetches once for all crates, also if it fails.
    async fn renew(&self) -> Result<()> {
        let asked = Instant::now();
        let (cargo, folder) = (self.cargo.clone(), self.folder.clone());
        let address = self.registry.address().to_owned();
        let (renewed, refresh) = (Arc::clone(&self.renewed), self.refresh);
        // In its own task: the caller may time out, and cargo would go on beside the next fetch.
        let renewing = tokio::spawn(async move {
            let mut renewed = renewed.lock_owned().await;
            if let Some(renewed) = &*renewed
                && renewed.serves(asked, Instant::now(), refresh)
            {
                return renewed.outcome();
            }
            let began = Instant::now();
            let renew = move || match cargo.renew_index(&address, &folder) {
                Ok(()) => Ok(None),
                Err(Error::Cargo(CargoError::Failed { command, said })) => {
                    Ok(Some((command, said)))
                }
                Err(error) => Err(error),
            };
            let failure = blocking("asking cargo for an index", renew).await?;
            let ended = Instant::now();
            let done = Renewed {
                began,
                ended,
                failure,
            };
            renewed.insert(done).outcome()
        });
        let doing = "asking cargo for an index";
        renewing.await.unwrap_or(Err(Error::Panicked { doing }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_renewed_when_it_is_too_old_for_who_asks() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let refresh = |seconds| Some(Duration::from_secs(seconds));
        let mut renewed = Renewed {
            began: at(10),
            ended: at(20),
            failure: None,
        };
        // A run that ends asks once.
        assert!(renewed.serves(at(1000), at(1000), None));
        assert!(renewed.serves(at(79), at(79), refresh(60)));
        assert!(!renewed.serves(at(80), at(80), refresh(60)));
        // Whoever waited for it while it had not begun gets it, however little may be old.
        assert!(renewed.serves(at(9), at(20), refresh(0)));
        assert!(!renewed.serves(at(11), at(20), refresh(0)));
        // A failure is not held against upstream for long.
        renewed.failure = Some(("cargo".to_owned(), CargoSaid("no".to_owned())));
        assert!(renewed.serves(at(29), at(29), refresh(600)));
        assert!(!renewed.serves(at(30), at(30), refresh(600)));
        assert!(renewed.outcome().is_err());
    }
}
