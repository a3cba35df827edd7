//! A crate that clients read while it arrives: one transfer from upstream, any number of readers.
//!
//! ```text
//! Waiting -> Growing -> Verified         the last byte may be read only now
//!               |  \--> Failed           readers must break off: what they have is not the crate
//!               |-----> Growing          cut: the rest is fetched, and readers notice nothing but a pause
//!               \-----> Waiting          wrong bytes: from the start, as long as no reader has started
//! ```
//!
//! Readers read the growing file, so a thousand of them cost no more memory than their own buffers.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use crate::io::fs::file::read_some;
use crate::io::http::attempts::Attempts;
use crate::io::http::retry;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::{StagedFile, verified};
use crate::io::task::blocking;
use crate::io::upstream::bucket::Sink;
use crate::io::upstream::download::{Fetching, Transfer};
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::CrateId;

/// Readers are woken at most once per this many bytes.
const STEP: u64 = 32 << 10;
/// Longest `Retry-After` that is waited for; beyond it the client gets a 503 with `Retry-After`.
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// How far a crate has come.
#[derive(Debug, Clone)]
pub enum DownloadState {
    Waiting,
    Growing {
        file: Arc<File>,
        /// Its size, where upstream has said it.
        length: Option<u64>,
        written: u64,
        /// A reader has started: the download cannot restart.
        read: bool,
    },
    Verified {
        file: Arc<File>,
        length: u64,
    },
    Failed(Arc<Error>),
}

/// A download in flight that clients read from.
#[derive(Debug)]
pub struct InflightDownload {
    progress: watch::Sender<DownloadState>,
    /// How many bytes upstream says that it is; 0 as long as it has not.
    announced: AtomicU64,
}

impl Default for InflightDownload {
    fn default() -> Self {
        Self {
            progress: watch::Sender::new(DownloadState::Waiting),
            announced: AtomicU64::new(0),
        }
    }
}

impl InflightDownload {
    pub fn subscribe(&self) -> watch::Receiver<DownloadState> {
        self.progress.subscribe()
    }

    /// A reader is about to start. From now on the download cannot restart.
    pub fn start_reading(&self) -> DownloadState {
        let mut now = DownloadState::Waiting;
        self.progress.send_if_modified(|progress| {
            if let DownloadState::Growing { read, .. } = progress {
                *read = true;
            }
            now = progress.clone();
            false
        });
        now
    }

    /// How many bytes it is, as far as upstream has said; else 0.
    pub fn announced(&self) -> u64 {
        self.announced.load(Ordering::Relaxed)
    }

    /// Ends it with a failure.
    pub fn fail(&self, error: Error) -> Arc<Error> {
        let error = Arc::new(error);
        self.progress
            .send_replace(DownloadState::Failed(Arc::clone(&error)));
        error
    }

    /// Whether a reader has started.
    fn is_read(&self) -> bool {
        matches!(
            *self.progress.borrow(),
            DownloadState::Growing { read: true, .. }
        )
    }

    fn grown(&self, bytes: u64) {
        self.progress.send_if_modified(|progress| {
            let DownloadState::Growing { written, .. } = progress else {
                return false;
            };
            let told = *written / STEP != bytes / STEP || *written == 0;
            *written = bytes;
            told
        });
    }

    /// A file that readers find from now on, for so many bytes as upstream has said.
    async fn grow(&self, store: &Arc<RegistryStore>, said: Option<u64>) -> Result<StagedFile> {
        let store = Arc::clone(store);
        let length = said.unwrap_or_default();
        self.announced.store(length, Ordering::Relaxed);
        let (incoming, file) = blocking("writing a crate", move || {
            let mut incoming = store.incoming()?;
            // Nothing yet, but from now on there is a file.
            incoming.write(&[])?;
            incoming.reserve(length)?;
            let file = incoming.reader()?;
            Ok((incoming, file))
        })
        .await?;
        self.progress.send_replace(DownloadState::Growing {
            file: Arc::new(file),
            length: said,
            written: 0,
            read: false,
        });
        Ok(incoming)
    }

    /// All of it is right: readers may have the last byte.
    async fn complete(&self, verified: Verified<StagedFile>) -> Result<Verified<StagedFile>> {
        let (verified, file) = blocking("reading a crate", move || {
            let file = verified.body().reader()?;
            Ok((verified, file))
        })
        .await?;
        self.progress.send_replace(DownloadState::Verified {
            file: Arc::new(file),
            length: verified.body().length(),
        });
        Ok(verified)
    }

    /// Restarts for another try. `false` if a reader has seen some of the bytes.
    pub fn start_anew(&self) -> bool {
        let mut may = true;
        self.progress.send_if_modified(|progress| {
            if let DownloadState::Growing { read: true, .. } = progress {
                may = false;
                return false;
            }
            *progress = DownloadState::Waiting;
            true
        });
        may
    }
}

impl Upstream {
    /// Fetches the bytes of a crate, readable as they arrive. `Ok` comes before readers are given the last byte.
    pub async fn relay(
        &self,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        expected: Sha256,
        arriving: &InflightDownload,
    ) -> Result<Verified<StagedFile>> {
        let transfer = match self {
            Self::Sparse(sparse) => sparse.transfer(id, expected).await?,
            Self::Git(git) => git.transfer(id, expected).await?,
            Self::Bucket(bucket) => {
                let mut sink = Growing::new(store, arriving);
                bucket.carry(id, &expected, &mut sink).await?;
                let verified = sink.verified(id, expected)?;
                return arriving.complete(verified).await;
            }
            Self::Folder(_) => None,
        };
        let verified = match transfer {
            Some(transfer) => transfer.relay(store, id, expected, arriving).await?,
            // A file that is simply copied.
            None => self.download_crate(store, id, expected).await?,
        };
        arriving.complete(verified).await
    }
}

/// A crate out of a bucket that clients read while it arrives.
struct Growing<'g> {
    store: &'g Arc<RegistryStore>,
    arriving: &'g InflightDownload,
    incoming: Option<StagedFile>,
}

impl<'g> Growing<'g> {
    fn new(store: &'g Arc<RegistryStore>, arriving: &'g InflightDownload) -> Self {
        Self {
            store,
            arriving,
            incoming: None,
        }
    }

    fn verified(self, id: &CrateId, expected: Sha256) -> Result<Verified<StagedFile>> {
        let incoming = match self.incoming {
            Some(incoming) => incoming,
            None => self.store.incoming()?,
        };
        verified(id, expected, incoming)
    }
}

impl Sink for Growing<'_> {
    async fn begin(&mut self, length: u64) -> Result<()> {
        self.incoming = Some(self.arriving.grow(self.store, Some(length)).await?);
        Ok(())
    }

    async fn take(&mut self, bytes: Bytes) -> Result<bool> {
        if let Some(incoming) = &mut self.incoming {
            // Some ten kilobytes into the system's cache: handing that to another thread would take longer.
            incoming.write(&bytes)?;
            self.arriving.grown(incoming.length());
        }
        Ok(true)
    }

    fn taken(&self) -> u64 {
        self.incoming.as_ref().map_or(0, StagedFile::length)
    }
}

impl Transfer<'_> {
    async fn relay(
        &self,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        expected: Sha256,
        arriving: &InflightDownload,
    ) -> Result<Verified<StagedFile>> {
        let mut tries = self.tries().await?;
        let mut fetching = Fetching::default();
        loop {
            let error = match once(store, arriving, &mut tries, &mut fetching).await {
                Ok(incoming) => match verified(id, expected, incoming) {
                    Ok(verified) => return Ok(tries.succeeded(verified)),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if matches!(error, Error::Store(StoreError::Checksum { .. })) && !arriving.start_anew()
            {
                return Err(error);
            }
            let Err(error) = fetching.go_on(error) else {
                continue;
            };
            match error {
                Error::Upstream(UpstreamError::Http {
                    retry_after: Some(wait),
                    ..
                }) if wait > LONGEST_PAUSE && !arriving.is_read() => return Err(error),
                Error::Upstream(UpstreamError::Challenged(refusal)) => {
                    return Err(self.refused(refusal).await);
                }
                error => tries.failed(error).await?,
            }
        }
    }
}

async fn once(
    store: &Arc<RegistryStore>,
    arriving: &InflightDownload,
    tries: &mut Attempts<'_>,
    fetching: &mut Fetching,
) -> Result<StagedFile> {
    let mut body = fetching.body(tries).await?;
    let mut incoming = if let Some(incoming) = fetching.incoming.take() {
        incoming
    } else {
        arriving.grow(store, body.length()).await?
    };
    loop {
        match body.chunk().await {
            Ok(Some(chunk)) => {
                // Some ten kilobytes into the system's cache: handing that to another thread would take longer.
                incoming.write(&chunk)?;
                arriving.grown(incoming.length());
            }
            Ok(None) => return Ok(incoming),
            Err(error) => {
                fetching.cut(&body, incoming);
                return Err(error);
            }
        }
    }
}

/// Whether a failure is the mirror's own: it cannot be written to. Too many open files is another matter, and passes.
pub fn is_of_the_store(error: &Error) -> bool {
    match error {
        Error::Fs(FsError::Io { action, source, .. }) => {
            *action != Action::Read && !is_out_of_descriptors(source)
        }
        Error::Store(StoreError::LockBusy { .. }) => true,
        _ => false,
    }
}

/// Whether this process, or the system, has no more file descriptors.
pub fn is_out_of_descriptors(cause: &io::Error) -> bool {
    /// EMFILE and ENFILE have these numbers on every Unix.
    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    cfg!(unix) && matches!(cause.raw_os_error(), Some(EMFILE | ENFILE))
}

/// Whether a failure says that there is no such thing, rather than that it cannot be had now.
pub fn is_absent(error: &Error) -> bool {
    matches!(
        error,
        Error::Upstream(
            UpstreamError::Http {
                status: 404 | 410 | 451,
                ..
            } | UpstreamError::NotInIndex { .. }
        )
    )
}

/// Whether nobody answers at the address.
pub fn is_unreachable(error: &Error) -> bool {
    matches!(
        error,
        Error::Upstream(UpstreamError::HostDown { .. } | UpstreamError::Network { .. })
    )
}

/// Whether the same request may succeed a moment later.
pub fn is_transient(error: &Error) -> bool {
    retry::is_retryable(error)
        || matches!(
            error,
            // Somebody puts a certificate or a listener right.
            Error::Upstream(
                UpstreamError::HostDown { .. }
                    | UpstreamError::Untrusted { .. }
                    | UpstreamError::NoTls { .. }
            )
        )
}

/// A piece of a file, from `at`: no more than the buffer holds. Empty at its end.
pub fn read_at(file: &File, at: u64, mut buffer: Vec<u8>) -> io::Result<Bytes> {
    let read = read_some(file, &mut buffer, at)?;
    buffer.truncate(read);
    Ok(Bytes::from(buffer))
}
