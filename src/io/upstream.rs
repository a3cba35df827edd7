//! One registry, read: its index files and crates, over HTTP or from a folder.
//!
//! Requests follow cargo's own (`http_remote.rs` and `download.rs`): which statuses mean "not there", which
//! causes are worth another try. Bytes of a crate are hashed as they arrive and come out as [`Verified`] or not at all.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, RETRY_AFTER};
use reqwest::{Certificate, Client, Proxy, Response};
use tokio::sync::OnceCell;
use url::Url;

use crate::io::cargo_config::{HttpSettings, Location};
use crate::io::disk;
use crate::io::hosts::{Admission, Hosts};
use crate::io::retry;
use crate::io::store::{Incoming, Store};
use crate::model::error::{Cause, Error, Result};
use crate::model::event::{Event, Watch};
use crate::model::index::{MAX_FILE, RegistryConfig};
use crate::model::krate::{CrateId, CrateName, Sha256, Verified};
use crate::model::source::safe_url;

/// The sparse index of crates.io, as a lockfile would spell it.
pub const DEFAULT_INDEX: &str = crates_index::sparse::URL;

/// Bytes of one crate that may wait in memory before they are hashed and written.
const BATCH: usize = 128 << 10;
/// A `config.json` larger than this is none.
const MAX_CONFIG: usize = 1 << 20;
/// A certificate bundle larger than this is none.
const MAX_BUNDLE: u64 = 64 << 20;
/// HTTP/2 flow control: enough for one crate to fill a long fat line, little enough to bound what piles up in memory.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;
/// A stream may be starved by its neighbours for this many timeouts before it counts as stalled itself.
const STARVED: u32 = 4;

/// A registry to read from.
#[derive(Debug)]
pub enum Upstream {
    Sparse(Box<Sparse>),
    Folder(PathBuf),
}

/// A sparse registry over HTTP.
pub struct Sparse {
    client: Client,
    index: Url,
    config: OnceCell<RegistryConfig>,
    hosts: Hosts,
    settings: HttpSettings,
    watch: Watch,
    started: Instant,
    /// When the last byte came, on whichever stream: milliseconds since `started`.
    last_data: AtomicU64,
}

impl std::fmt::Debug for Sparse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sparse")
            .field("index", &safe_url(&self.index))
            .finish_non_exhaustive()
    }
}

impl Upstream {
    pub fn open(
        location: &Location,
        settings: HttpSettings,
        jobs: usize,
        watch: Watch,
    ) -> Result<Self> {
        Ok(match location {
            Location::Folder(folder) => Self::Folder(folder.clone()),
            Location::Sparse(index) => Self::Sparse(Box::new(Sparse {
                client: client(&settings)?,
                index: index.clone(),
                config: OnceCell::new(),
                hosts: Hosts::new(jobs),
                settings,
                watch,
                started: Instant::now(),
                last_data: AtomicU64::new(0),
            })),
        })
    }

    /// Where the index file of a crate is, for messages.
    pub fn index_address(&self, name: &CrateName) -> String {
        match self {
            Self::Sparse(sparse) => safe_url(&sparse.index_url(name)),
            Self::Folder(folder) => folder
                .join("index")
                .join(name.index_path())
                .display()
                .to_string(),
        }
    }

    /// The whole index file of a crate; `None` where the registry has no such crate.
    pub async fn index_file(&self, name: &CrateName) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Sparse(sparse) => sparse.index_file(name).await,
            Self::Folder(folder) => {
                let path = folder.join("index").join(name.index_path());
                blocking("reading an index file", move || {
                    disk::if_there(disk::read(&path, MAX_FILE as u64))
                })
                .await
            }
        }
    }

    /// The bytes of a crate, found to have the checksum that is expected.
    pub async fn krate(
        &self,
        store: &Arc<Store>,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Verified<Incoming>> {
        match self {
            Self::Sparse(sparse) => sparse.krate(store, id, expected).await,
            Self::Folder(folder) => {
                let path = folder.join(id.file_name());
                let (store, id) = (Arc::clone(store), id.clone());
                blocking("copying a crate", move || {
                    let mut incoming = store.incoming()?;
                    incoming.copy_from(&path)?;
                    verified(&id, expected, incoming)
                })
                .await
            }
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

    async fn config(&self) -> Result<&RegistryConfig> {
        self.config
            .get_or_try_init(|| async {
                let mut url = self.index.clone();
                url.set_path(&format!("{}config.json", self.index.path()));
                let body = self.text(&url, MAX_CONFIG).await?;
                let nonsense = |message| Error::Nonsense {
                    url: safe_url(&url),
                    what: "config.json",
                    message,
                };
                let Some(body) = body else {
                    return Err(Error::Http {
                        url: safe_url(&url),
                        status: 404,
                        retry_after: None,
                    });
                };
                serde_json::from_slice(&body).map_err(|cause| nonsense(cause.to_string()))
            })
            .await
    }

    async fn index_file(&self, name: &CrateName) -> Result<Option<Vec<u8>>> {
        self.text(&self.index_url(name), MAX_FILE).await
    }

    /// A text of the index; `None` for the statuses that mean there is none (cargo: 404, 410, 451).
    async fn text(&self, url: &Url, limit: usize) -> Result<Option<Vec<u8>>> {
        let mut tries = Tries::start(self, url).await?;
        let (body, gzip) = loop {
            match self.text_once(url, limit, &mut tries.admission).await {
                Ok(fetched) => break tries.succeeded(fetched),
                Err(Error::Http {
                    status: 404 | 410 | 451,
                    ..
                }) => return Ok(None),
                Err(error) => tries.failed(error).await?,
            }
        };
        drop(tries);
        if !gzip {
            return Ok(Some(body));
        }
        let address = safe_url(url);
        blocking("unpacking an index file", move || {
            let mut text = Vec::with_capacity(body.len() * 8);
            let unpacked = flate2::read::MultiGzDecoder::new(&body[..])
                .take(limit as u64 + 1)
                .read_to_end(&mut text);
            let nonsense = |message| Error::Nonsense {
                url: address,
                what: "index",
                message,
            };
            match unpacked {
                Ok(length) if length <= limit => Ok(Some(text)),
                Ok(_) => Err(nonsense(format!("it is larger than {limit} bytes"))),
                Err(cause) => Err(nonsense(cause.to_string())),
            }
        })
        .await
    }

    async fn text_once(
        &self,
        url: &Url,
        limit: usize,
        admission: &mut Admission,
    ) -> Result<(Vec<u8>, bool)> {
        let request = self
            .client
            .get(url.clone())
            .header(ACCEPT, "text/plain, application/json");
        let response = self
            .send(url, request.header(ACCEPT_ENCODING, "gzip"), admission)
            .await?;
        let gzip = response
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding == "gzip");
        let mut reader = Reader::new(self, url, response);
        let mut body = Vec::new();
        while let Some(chunk) = reader.chunk().await? {
            if body.len() + chunk.len() > limit {
                let message = format!("it is larger than {limit} bytes");
                return Err(Error::Nonsense {
                    url: safe_url(url),
                    what: "index",
                    message,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, gzip))
    }

    async fn krate(
        &self,
        store: &Arc<Store>,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Verified<Incoming>> {
        let url = self.config().await?.download_url(id, &expected);
        let url = Url::parse(&url).map_err(|cause| Error::Nonsense {
            url,
            what: "download address",
            message: cause.to_string(),
        })?;
        let mut tries = Tries::start(self, &url).await?;
        let mut mismatches = 0;
        loop {
            match self
                .download(store, id, expected, &url, &mut tries.admission)
                .await
            {
                Ok(verified) => return Ok(tries.succeeded(verified)),
                // A cache on the way may have been caught half-filled. Twice the same is what the server has.
                Err(Error::Checksum { .. }) if mismatches == 0 => mismatches += 1,
                Err(error) => tries.failed(error).await?,
            }
        }
    }

    async fn download(
        &self,
        store: &Arc<Store>,
        id: &CrateId,
        expected: Sha256,
        url: &Url,
        admission: &mut Admission,
    ) -> Result<Verified<Incoming>> {
        let request = self
            .client
            .get(url.clone())
            .header(ACCEPT_ENCODING, "identity");
        let response = self.send(url, request, admission).await?;
        (self.watch)(&Event::Started {
            package: id.clone(),
            bytes: response.content_length(),
        });
        let mut reader = Reader::new(self, url, response);
        let mut incoming = store.incoming()?;
        let mut batch: Vec<Bytes> = Vec::new();
        let mut size = 0;
        while let Some(chunk) = reader.chunk().await? {
            (self.watch)(&Event::Received {
                package: id.clone(),
                bytes: chunk.len() as u64,
            });
            size += chunk.len();
            batch.push(chunk);
            if size >= BATCH {
                let full = std::mem::take(&mut batch);
                size = 0;
                incoming = blocking("writing a crate", move || write(incoming, &full)).await?;
            }
        }
        let id = id.clone();
        blocking("writing a crate", move || {
            verified(&id, expected, write(incoming, &batch)?)
        })
        .await
    }

    async fn send(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
        admission: &mut Admission,
    ) -> Result<Response> {
        let patience = Duration::from_secs(self.settings.timeout);
        let response = match tokio::time::timeout(patience, request.send()).await {
            Ok(response) => response.map_err(|cause| network(url, cause))?,
            Err(_) => {
                return Err(Error::Stalled {
                    url: safe_url(url),
                    seconds: self.settings.timeout,
                });
            }
        };
        admission.answered(response.version());
        let status = response.status();
        if status != reqwest::StatusCode::OK {
            let header = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            let retry_after = header
                .filter(|_| matches!(status.as_u16(), 429 | 503))
                .and_then(retry::retry_after);
            return Err(Error::Http {
                url: safe_url(response.url()),
                status: status.as_u16(),
                retry_after,
            });
        }
        Ok(response)
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// One request and its repetitions.
struct Tries<'a> {
    sparse: &'a Sparse,
    url: &'a Url,
    admission: Admission,
    failed: u32,
}

impl<'a> Tries<'a> {
    /// Waits for a turn with the host.
    async fn start(sparse: &'a Sparse, url: &'a Url) -> Result<Self> {
        Ok(Self {
            sparse,
            url,
            admission: sparse.hosts.admit(url).await?,
            failed: 0,
        })
    }

    fn succeeded<T>(&self, value: T) -> T {
        self.admission.succeeded();
        value
    }

    /// Waits until another try is due, or hands the error back as final.
    async fn failed(&mut self, error: Error) -> Result<()> {
        self.failed += 1;
        if !retry::worth_another_try(&error) {
            return Err(error);
        }
        if self.failed > self.sparse.settings.retries {
            if matches!(error, Error::Network { .. } | Error::Stalled { .. }) {
                self.admission.gave_up(&chain(&error));
            }
            return Err(error);
        }
        let pause = retry::pause(&error, self.failed);
        (self.sparse.watch)(&Event::Retry {
            what: safe_url(self.url),
            cause: chain(&error),
            milliseconds: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        });
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// The body of one response, watched for stalls as cargo does it: by the silence of all transfers together, since on a
/// slow line one stream may wait long for its turn.
struct Reader<'a> {
    sparse: &'a Sparse,
    url: &'a Url,
    response: Response,
    window: Instant,
    in_window: u64,
}

impl<'a> Reader<'a> {
    fn new(sparse: &'a Sparse, url: &'a Url, response: Response) -> Self {
        Self {
            sparse,
            url,
            response,
            window: Instant::now(),
            in_window: 0,
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let settings = &self.sparse.settings;
        let patience = Duration::from_secs(settings.timeout);
        let stalled = || Error::Stalled {
            url: safe_url(self.url),
            seconds: settings.timeout,
        };
        for _ in 0..STARVED {
            if let Ok(chunk) = tokio::time::timeout(patience, self.response.chunk()).await {
                let chunk = chunk.map_err(|cause| network(self.url, cause))?;
                self.sparse
                    .last_data
                    .store(self.sparse.milliseconds(), Ordering::Relaxed);
                self.in_window += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                if self.window.elapsed() >= patience {
                    if chunk.is_some()
                        && self.in_window < settings.low_speed_limit * settings.timeout
                    {
                        return Err(stalled());
                    }
                    self.window = Instant::now();
                    self.in_window = 0;
                }
                return Ok(chunk);
            }
            let silence =
                self.sparse.milliseconds() - self.sparse.last_data.load(Ordering::Relaxed);
            if silence >= settings.timeout * 1000 {
                break;
            }
        }
        Err(stalled())
    }
}

fn write(mut incoming: Incoming, chunks: &[Bytes]) -> Result<Incoming> {
    for chunk in chunks {
        incoming.write(chunk)?;
    }
    Ok(incoming)
}

/// Holds what arrived against the checksum that is expected.
pub fn verified(id: &CrateId, expected: Sha256, incoming: Incoming) -> Result<Verified<Incoming>> {
    let (bytes, start) = (incoming.length(), incoming.start());
    Verified::check(id, &expected, incoming).map_err(|actual| Error::Checksum {
        expected,
        actual,
        bytes,
        start,
    })
}

/// Runs what blocks where it may block.
pub async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::Panicked { doing }))
}

fn client(settings: &HttpSettings) -> Result<Client> {
    let failed = |cause: reqwest::Error| Error::Client(Cause(chain(&cause)));
    let mut builder = Client::builder()
        .user_agent(concat!("cargo-mirror/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(settings.timeout))
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW);
    if !settings.multiplexing {
        builder = builder.http1_only();
    }
    if let Some(proxy) = &settings.proxy {
        // As curl reads it: no scheme means HTTP.
        let address = if proxy.contains("://") {
            proxy.clone()
        } else {
            format!("http://{proxy}")
        };
        builder = builder.proxy(Proxy::all(address).map_err(failed)?);
    }
    if let Some(bundle) = &settings.cainfo {
        let certificates =
            Certificate::from_pem_bundle(&disk::read(bundle, MAX_BUNDLE)?).map_err(failed)?;
        builder = builder.tls_certs_only(certificates);
    }
    builder.build().map_err(failed)
}

fn network(url: &Url, cause: reqwest::Error) -> Error {
    Error::Network {
        url: safe_url(url),
        source: Cause(chain(&cause.without_url())),
    }
}

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut whole = String::new();
    for cause in causes.map(ToString::to_string) {
        // Libraries like to repeat their cause in their own message.
        if !whole.contains(&cause) {
            if !whole.is_empty() {
                whole.push_str(": ");
            }
            whole.push_str(&cause);
        }
    }
    whole
}
