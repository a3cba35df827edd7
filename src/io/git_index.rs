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

use tokio::sync::OnceCell;

use crate::io::cargo::Cargo;
use crate::io::disk;
use crate::io::git_objects::{EntryKind, Id, Objects, id};
use crate::io::upstream::blocking;
use crate::model::error::{CargoSaid, Error, Result};
use crate::model::index::{MAX_FILE, RegistryConfig};
use crate::model::source::RegistrySource;

/// References and the list of packed ones are short.
const MAX_REFERENCES: u64 = 16 << 20;
/// One reference may name another, and that is it.
const MAX_STEPS: usize = 4;

/// Cargo's clone of an index.
#[derive(Debug, Clone)]
pub struct CargoClone {
    git: PathBuf,
}

impl CargoClone {
    /// The clone in a folder of `$CARGO_HOME/registry/index`; it need not be there.
    pub fn at(folder: &Path) -> Self {
        Self {
            git: folder.join(".git"),
        }
    }

    /// A file of the index as cargo has fetched it last.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(commit) = self.head() else {
            return Ok(None);
        };
        let objects = Objects::at(self.git.clone());
        let Some(mut folder) = objects.tree_of(&commit)? else {
            return Ok(None);
        };
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(entries) = objects.folder(&folder)? else {
                return Ok(None);
            };
            let is_last = parts.peek().is_none();
            let found = entries.into_iter().find(|entry| {
                let fits = match entry.kind {
                    EntryKind::Folder => !is_last,
                    EntryKind::File { .. } => is_last,
                    EntryKind::Link | EntryKind::Module => false,
                };
                fits && entry.name == part.as_bytes()
            });
            match found {
                None => return Ok(None),
                Some(entry) if is_last => {
                    let text = objects.file(&entry.id)?;
                    let fits = text.as_ref().is_none_or(|text| text.len() <= MAX_FILE);
                    return if fits {
                        Ok(text)
                    } else {
                        let path = self.git.join(path);
                        let limit = MAX_FILE as u64;
                        Err(Error::TooLarge { path, limit })
                    };
                }
                Some(entry) => folder = entry.id,
            }
        }
        Ok(None)
    }

    /// The commit that cargo has fetched last (`RemoteRegistry::head`).
    fn head(&self) -> Option<Id> {
        let read = |path: &str| disk::read_text(&self.git.join(path), MAX_REFERENCES).ok();
        let mut name = "refs/remotes/origin/HEAD".to_owned();
        for _ in 0..MAX_STEPS {
            let text = read(&name).or_else(|| {
                let packed = read("packed-refs")?;
                let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
                let (commit, _) = lines.find(|(_, packed)| *packed == name)?;
                Some(commit.to_owned())
            })?;
            match text.trim().strip_prefix("ref: ") {
                // The name is joined to a path.
                Some(next) if next.starts_with("refs/") && !next.contains("..") => {
                    next.clone_into(&mut name);
                }
                Some(_) => return None,
                None => return id(text.trim()),
            }
        }
        None
    }
}

/// Such a registry as an upstream.
#[derive(Debug)]
pub struct GitIndex {
    clone: CargoClone,
    registry: RegistrySource,
    cargo: Cargo,
    /// Whose config of cargo's applies.
    folder: PathBuf,
    /// Whether the clone was brought up to date; what cargo said if it could not.
    renewed: OnceCell<Option<(String, CargoSaid)>>,
}

impl GitIndex {
    pub fn new(clone: CargoClone, registry: RegistrySource, cargo: Cargo, folder: PathBuf) -> Self {
        Self {
            clone,
            registry,
            cargo,
            folder,
            renewed: OnceCell::new(),
        }
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
        let nonsense = |message| Error::Nonsense {
            url: self.registry.to_string(),
            what: CONFIG,
            message,
        };
        let text = text.ok_or_else(|| nonsense("there is none".to_owned()))?;
        serde_json::from_slice(&text).map_err(|cause| nonsense(cause.to_string()))
    }

    async fn cloned(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let (clone, path) = (self.clone.clone(), path.to_owned());
        blocking("reading an index", move || clone.file(&path)).await
    }

    /// Once for all crates, whether or not it goes well.
    async fn renew(&self) -> Result<()> {
        let renewed = self.renewed.get_or_try_init(|| async {
            let (cargo, folder) = (self.cargo.clone(), self.folder.clone());
            let address = self.registry.address().to_owned();
            let renew = move || match cargo.renew_index(&address, &folder) {
                Ok(()) => Ok(None),
                Err(Error::Cargo { command, said }) => Ok(Some((command, said))),
                Err(error) => Err(error),
            };
            blocking("asking cargo for an index", renew).await
        });
        match renewed.await? {
            None => Ok(()),
            Some((command, said)) => Err(Error::Cargo {
                command: command.clone(),
                said: said.clone(),
            }),
        }
    }
}
