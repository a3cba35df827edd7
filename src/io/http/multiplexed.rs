//! HTTP/2 connections without a client above them, for who asks one host for very many small files.
//!
//! The HTTP client leads each request through its layers, a pool and a task of its own, which costs more processor time
//! than a file of a few hundred bytes does itself. It still has everything that is not HTTP/2 over TLS without a proxy.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use h2::client::SendRequest;
use http::uri::{self, Authority, PathAndQuery, Scheme, Uri};
use reqwest::header::HeaderMap;
use reqwest::{Method, Version};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Mutex as AsyncMutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use crate::io::http::answer::{HttpAnswer, OwnAnswer};
use crate::io::http::client::{CONNECTION_WINDOW, STREAM_WINDOW};
use crate::io::http::network_error::LineError;
use crate::io::http::settings::HttpSettings;
use crate::io::http::trust;
use crate::io::task;
use crate::model::error::Result;

/// How long an address of a host is tried before the next one is tried beside it.
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
const MAX_HEADERS: u32 = 300 << 10;

/// Connections to hosts that speak HTTP/2.
pub struct Multiplexed {
    tls: TlsConnector,
    patience: Duration,
    lanes: usize,
    hosts: Mutex<HashMap<String, Arc<HostLines>>>,
}

/// The connections to one host.
struct HostLines {
    authority: Authority,
    lines: Vec<HostLine>,
    /// It speaks another protocol.
    other: AtomicBool,
}

#[derive(Default)]
struct HostLine {
    sender: Mutex<Option<SendRequest<Bytes>>>,
    /// Requests whose answers have not ended.
    busy: AtomicUsize,
    /// Held while it is opened.
    opening: AsyncMutex<()>,
}

impl Multiplexed {
    pub fn new(settings: &HttpSettings) -> Result<Self> {
        Ok(Self {
            tls: TlsConnector::from(Arc::new(trust::tls(settings)?)),
            patience: Duration::from_secs(settings.timeout),
            lanes: settings.lanes.max(1),
            hosts: Mutex::default(),
        })
    }

    /// Sends a request without a body. `None`: this host is not spoken to in this way.
    pub async fn send(
        &self,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        lane: usize,
    ) -> Result<Option<HttpAnswer>, LineError> {
        if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
            return Ok(None);
        }
        let Some(host) = self.host(url) else {
            return Ok(None);
        };
        let Some(uri) = host.uri(url) else {
            return Ok(None);
        };
        let busy = Busy::on(&host, self.own_lines(lane));
        let Some(mut sender) = self.ready(&host, busy.line(), url).await? else {
            return Ok(None);
        };
        let mut request = http::Request::new(());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = headers.clone();
        let (response, _) = sender.send_request(request, true)?;
        let response = match response.await {
            Ok(response) => response,
            Err(error) => return Err(ended(sender.clone(), error).await.into()),
        };
        let (head, body) = response.into_parts();
        Ok(Some(HttpAnswer::Own(Box::new(OwnAnswer {
            head,
            body,
            _busy: busy,
        }))))
    }

    /// A connection lives on the runtime that has opened it. The threads that have their own share the lanes out, so that they
    /// are no more than they were. Returns the line for this lane, and all that may stand in for it.
    fn own_lines(&self, lane: usize) -> (usize, Range<usize>) {
        match task::own_thread() {
            None => {
                let only = lane % self.lanes;
                (only, only..only + 1)
            }
            Some(thread) => {
                let each = (self.lanes / task::workers()).max(1);
                let first = self.lanes + thread * each;
                (first + lane % each, first..first + each)
            }
        }
    }

    /// `None` where HTTP has no such host.
    fn host(&self, url: &Url) -> Option<Arc<HostLines>> {
        let name = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(name) {
            return Some(Arc::clone(host));
        }
        let host = Arc::new(HostLines {
            authority: Authority::try_from(name).ok()?,
            lines: (0..2 * self.lanes.max(task::workers()))
                .map(|_| HostLine::default())
                .collect(),
            other: AtomicBool::new(false),
        });
        hosts.insert(name.to_owned(), Arc::clone(&host));
        Some(host)
    }

    /// A connection that takes requests: the one that is there, unless it has ended.
    async fn ready(
        &self,
        host: &HostLines,
        line: &HostLine,
        url: &Url,
    ) -> Result<Option<SendRequest<Bytes>>, LineError> {
        if host.other.load(Ordering::Relaxed) {
            return Ok(None);
        }
        if let Some(sender) = line.usable().await {
            return Ok(Some(sender));
        }
        let _only = line.opening.lock().await;
        // Somebody else may have opened it meanwhile.
        if let Some(sender) = line.usable().await {
            return Ok(Some(sender));
        }
        // Boxed: each request carries the room for it, and hardly any opens one.
        let opened = tokio::time::timeout(self.patience, Box::pin(self.open(url)));
        let opened = opened.await.map_err(|_late| {
            LineError::Io(io::Error::new(
                io::ErrorKind::TimedOut,
                "no connection within the time limit",
            ))
        })??;
        if opened.is_none() {
            host.other.store(true, Ordering::Relaxed);
        }
        line.keep(opened.clone());
        Ok(opened)
    }

    /// Opens a connection. `None`: the server speaks no HTTP/2.
    async fn open(&self, url: &Url) -> Result<Option<SendRequest<Bytes>>, LineError> {
        let port = url.port_or_known_default().unwrap_or(443);
        let (name, addresses): (ServerName<'static>, Vec<SocketAddr>) = match url.host() {
            Some(Host::Ipv4(address)) => (
                ServerName::IpAddress(address.into()),
                vec![(address, port).into()],
            ),
            Some(Host::Ipv6(address)) => (
                ServerName::IpAddress(address.into()),
                vec![(address, port).into()],
            ),
            Some(Host::Domain(domain)) => {
                let name = ServerName::try_from(domain.to_owned());
                let name = name.map_err(io::Error::other)?;
                (name, lookup_host((domain, port)).await?.collect())
            }
            None => return Ok(None),
        };
        let stream = connected(&addresses).await?;
        stream.set_nodelay(true)?;
        let stream = self.tls.connect(name, stream).await?;
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Ok(None);
        }
        let (sender, connection) = h2::client::Builder::new()
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(MAX_HEADERS)
            .enable_push(false)
            .handshake(stream)
            .await?;
        // What ends it, its requests are told, each.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Some(sender))
    }
}

impl HostLines {
    /// The address of a request to it, but for the fragment, which is nobody else's.
    fn uri(&self, url: &Url) -> Option<Uri> {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut parts = uri::Parts::default();
        parts.scheme = Some(Scheme::HTTPS);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// A request on a connection, until its answer has ended.
pub struct Busy {
    host: Arc<HostLines>,
    at: usize,
}

impl Busy {
    /// On this line where it is to be opened, else on the emptiest of those that are open: a server takes so many requests on
    /// each, and the lanes know what all threads do together, not each.
    fn on(host: &Arc<HostLines>, (line, all): (usize, Range<usize>)) -> Self {
        let at = if host.lines[line].is_open() {
            let open = all.filter(|at| host.lines[*at].is_open());
            open.min_by_key(|at| host.lines[*at].busy.load(Ordering::Relaxed))
        } else {
            None
        };
        let at = at.unwrap_or(line);
        host.lines[at].busy.fetch_add(1, Ordering::Relaxed);
        let host = Arc::clone(host);
        Self { host, at }
    }

    fn line(&self) -> &HostLine {
        &self.host.lines[self.at]
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.line().busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl HostLine {
    fn is_open(&self) -> bool {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        sender.is_some()
    }

    async fn usable(&self) -> Option<SendRequest<Bytes>> {
        let sender = self
            .sender
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()?;
        sender.ready().await.ok()
    }

    fn keep(&self, sender: Option<SendRequest<Bytes>>) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = sender;
    }
}

/// Where a server ends a connection in good order, a request that it has not looked at may only hear that the connection is
/// gone. The connection knows why.
async fn ended(sender: SendRequest<Bytes>, error: h2::Error) -> h2::Error {
    match sender.ready().await {
        Err(end) if end.is_go_away() => end,
        _ => error,
    }
}

/// A connection to the first of these addresses that answers. Each has a head start over the next.
async fn connected(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let tries = addresses
        .iter()
        .zip(0_u32..)
        .map(|(address, at)| async move {
            tokio::time::sleep(NEXT_ADDRESS * at).await;
            TcpStream::connect(address).await
        });
    let mut tries: FuturesUnordered<_> = tries.collect();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    while let Some(tried) = tries.next().await {
        match tried {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}
