//! Connections: accepted by one task, handed in turn to one thread a core, each of which serves its own from beginning to
//! end. So no request crosses from one core to another unless it has to wait for something.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{io, thread};

use futures_util::future::{self, Either};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, USER_AGENT};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, Connection, UpgradeableConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tracing::{Level, level_enabled};

use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::serve::admit::limits::ConnectionPermit;
use crate::serve::admit::peer::{Peer, Pending};
use crate::serve::answer::body::Body;
use crate::serve::answer::cached::CACHED;
use crate::serve::metrics::access_log::{Line, Log};
use crate::serve::net::h2c::{self, UpgradedStream};
use crate::serve::net::reject;
use crate::serve::net::socket::{CoarseTimer, IdleTimeout, SendfileHint, SendfileSocket};
use crate::serve::registry::respond::from_memory;
use crate::serve::registry::state::ServerState;
use crate::serve::route::handler::handle;

/// Upper bound for request heads; HTTP/2 may take twice that.
const MAX_HEAD: usize = 16 << 10;
const MAX_HEADERS: usize = 100;
/// Requests of one client under way at once on one connection.
const MAX_STREAMS: u32 = 256;
/// Send buffer of one HTTP/2 stream.
const SEND_BUFFER: usize = 256 << 10;
/// Timeout of TLS handshakes.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long connections have to finish once the server stops.
pub const GRACE: Duration = Duration::from_secs(20);

/// How long a stopping server waits for the first request of a connection that it has accepted.
const NEWCOMER: Duration = Duration::from_secs(1);

/// What every connection shares.
pub struct ConnectionContext {
    pub state: Arc<ServerState>,
    pub tls: Option<TlsAcceptor>,
    pub log: Log,
    /// Idle timeout: a client that neither sends nor reads for this long is disconnected.
    pub patience: Duration,
    pub stop: watch::Receiver<bool>,
}

/// Whether a connection has had its first request.
#[derive(Default)]
struct FirstRequest {
    yes: AtomicBool,
    first: Notify,
}

impl FirstRequest {
    fn note(&self) {
        if !self.yes.load(Ordering::Relaxed) {
            self.yes.store(true, Ordering::Relaxed);
            self.first.notify_one();
        }
    }
}

type Arrived = (StdStream, SocketAddr, ConnectionPermit);

/// The serving threads and the channel to each.
pub struct Workers {
    ways: Vec<mpsc::UnboundedSender<Arrived>>,
}

impl Workers {
    pub fn start(count: usize, context: &Arc<ConnectionContext>) -> Result<Self> {
        let mut ways = Vec::with_capacity(count);
        for number in 0..count {
            let (way, arrived) = mpsc::unbounded_channel();
            let context = Arc::clone(context);
            let failed = |source| {
                Error::Fs(FsError::Io {
                    action: Action::Start,
                    path: "a thread".into(),
                    source,
                })
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .max_blocking_threads(16)
                .build()
                .map_err(failed)?;
            thread::Builder::new()
                .name(format!("serve-{number}"))
                .spawn(move || runtime.block_on(work(arrived, context)))
                .map_err(failed)?;
            ways.push(way);
        }
        Ok(Self { ways })
    }
}

async fn work(mut arrived: mpsc::UnboundedReceiver<Arrived>, context: Arc<ConnectionContext>) {
    let builder = Arc::new(builder(context.patience));
    while let Some((stream, address, permit)) = arrived.recv().await {
        if let Ok(stream) = TcpStream::from_std(stream) {
            let connection = connection(
                stream,
                address,
                permit,
                Arc::clone(&context),
                Arc::clone(&builder),
            );
            tokio::spawn(connection);
        }
    }
}

/// Accepts connections until the server stops.
pub async fn accept(
    listener: StdListener,
    workers: Arc<Workers>,
    context: Arc<ConnectionContext>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut stop = context.stop.clone();
    let mut turn = 0_usize;
    let away = Arc::new(Semaphore::new(reject::AT_ONCE));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(cause) => {
                // Most likely too many open files, or the client has disconnected. Both pass.
                context.state.short_of_files(&cause);
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // A trusted proxy's connections belong to many clients.
        let counted = Some(address.ip()).filter(|ip| !context.state.front.trusts(Some(*ip)));
        let Some(permit) = context.state.limits.admit(counted) else {
            context.state.turned_away();
            if context.tls.is_none()
                && let Ok(turn) = Arc::clone(&away).try_acquire_owned()
            {
                tokio::spawn(reject::turn_away(stream, turn));
            }
            continue;
        };
        if let Ok(stream) = stream.into_std() {
            turn = (turn + 1) % workers.ways.len();
            let _ = workers.ways[turn].send((stream, address, permit));
        }
    }
}

fn builder(patience: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(CoarseTimer)
        .header_read_timeout(patience.min(Duration::from_secs(30)))
        .max_buf_size(MAX_HEAD)
        // Never `pipeline_flush`: with it a whole body is taken into memory, however slowly the client reads.
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(20)
        .keep_alive_interval(patience / 3)
        .keep_alive_timeout(patience / 3);
    builder
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    permit: ConnectionPermit,
    context: Arc<ConnectionContext>,
    builder: Arc<Builder<TokioExecutor>>,
) {
    // An answer is written in one go, so there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let hint: Arc<SendfileHint> = Arc::default();
    let local = stream.local_addr().ok();
    let pending = Pending::default();
    let stream = SendfileSocket::new(stream, &hint);
    let stream = IdleTimeout::new(stream, context.patience, pending.clone());
    let permit = Arc::new((permit, pending));
    let peer = Peer {
        address: Some(address.ip()),
        local,
        tls: context.tls.is_some(),
    };
    match &context.tls {
        None => {
            serve(
                TokioIo::new(stream),
                peer,
                permit,
                Some(hint),
                &context,
                &builder,
            )
            .await;
        }
        Some(tls) => {
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await else {
                return;
            };
            serve(TokioIo::new(stream), peer, permit, None, &context, &builder).await;
        }
    }
}

/// What lives as long as a connection: its place among those that are let in, and its requests that wait.
type ConnectionState = (ConnectionPermit, Pending);

async fn serve<I>(
    io: I,
    peer: Peer,
    permit: Arc<ConnectionState>,
    hint: Option<Arc<SendfileHint>>,
    context: &Arc<ConnectionContext>,
    builder: &Arc<Builder<TokioExecutor>>,
) where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (for_requests, again) = (Arc::clone(context), Arc::clone(builder));
    let room = Arc::clone(&context.state.cache.room);
    let lend = move |version: Version, answer: &Response<Body>| {
        if let Some(hint) = &hint
            && version < Version::HTTP_2
        {
            hint.set(answer.body().lent(&room));
        }
    };
    let spoken: Arc<FirstRequest> = Arc::default();
    let speaking = Arc::clone(&spoken);
    let service = service_fn(move |request: Request<Incoming>| {
        speaking.note();
        let front = &for_requests.state.front;
        let request = front.at_root(request);
        let asked_for_h2 = !peer.tls
            && h2c::is_asked_for(&request)
            && front.takes_upgrade(request.headers(), peer);
        // With a log of any kind each request goes the long way, where it is written down.
        let unlogged = !for_requests.log.is_on() && !level_enabled!(Level::DEBUG);
        if !asked_for_h2
            && unlogged
            && let Some(answer) = from_memory(&for_requests.state, &request)
        {
            lend(request.version(), &answer);
            return Either::Left(future::ready(Ok::<_, Infallible>(answer)));
        }
        let (context, again) = (Arc::clone(&for_requests), Arc::clone(&again));
        let (permit, lend) = (Arc::clone(&permit), lend.clone());
        // Boxed to keep the future that is moved for each request small.
        Either::Right(Box::pin(async move {
            if asked_for_h2 && let Some(frame) = h2c::first_frame(&request) {
                tokio::spawn(upgraded(request, frame, peer, permit, context, again));
                return Ok(h2c::switching());
            }
            let version = request.version();
            let pending = permit.1.begin();
            let answer = logged(&context, request, peer).await;
            lend(version, &answer);
            Ok(answer.map(|body| body.with_pending(pending)))
        }))
    });
    let connection = builder.serve_connection_with_upgrades(io, service);
    let connection = std::pin::pin!(connection);
    let graceful = UpgradeableConnection::graceful_shutdown;
    until_stopped(connection, graceful, context, Some(&spoken)).await;
}

/// The rest of a connection after its upgrade to HTTP/2.
async fn upgraded(
    request: Request<Incoming>,
    frame: Vec<u8>,
    peer: Peer,
    permit: Arc<ConnectionState>,
    context: Arc<ConnectionContext>,
    builder: Arc<Builder<TokioExecutor>>,
) {
    let Ok(inner) = hyper::upgrade::on(request).await else {
        return;
    };
    let for_requests = Arc::clone(&context);
    let service = service_fn(move |request: Request<Incoming>| {
        let (context, permit) = (Arc::clone(&for_requests), Arc::clone(&permit));
        async move {
            let pending = permit.1.begin();
            let request = context.state.front.at_root(request);
            let answer = logged(&context, request, peer).await;
            Ok::<_, Infallible>(answer.map(|body| body.with_pending(pending)))
        }
    });
    let builder = Builder::clone(&builder).http2_only();
    let connection = builder.serve_connection(UpgradedStream::new(inner, frame), service);
    let connection = std::pin::pin!(connection);
    until_stopped(connection, Connection::graceful_shutdown, &context, None).await;
}

/// Serves a connection to its end. A stopping server closes it soon, but not before the first request, which
/// may be on its way. `spoken` says whether there was one.
async fn until_stopped<C: Future>(
    mut connection: Pin<&mut C>,
    graceful: impl FnOnce(Pin<&mut C>),
    context: &ConnectionContext,
    spoken: Option<&FirstRequest>,
) {
    let mut stop = context.stop.clone();
    // Tokio's cooperative budget could return `Pending` without registering the waker.
    let told = tokio::task::unconstrained(stop.wait_for(|stop| *stop));
    let mut told = std::pin::pin!(told);
    let mut asked = false;
    let ended = future::poll_fn(|task| {
        if connection.as_mut().poll(task).is_ready() {
            return Poll::Ready(true);
        }
        // Polled once, it wakes this task when the server stops. Until then requests pay nothing for it.
        if asked && matches!(context.stop.has_changed(), Ok(false)) {
            return Poll::Pending;
        }
        asked = true;
        told.as_mut().poll(task).map(|_| false)
    });
    if ended.await {
        return;
    }
    if let Some(spoken) = spoken
        && !spoken.yes.load(Ordering::Relaxed)
    {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = spoken.first.notified() => {}
            () = tokio::time::sleep(NEWCOMER) => {}
        }
    }
    graceful(connection.as_mut());
    let _ = tokio::time::timeout(GRACE, connection).await;
}

async fn logged(
    context: &Arc<ConnectionContext>,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    if !context.log.is_on() {
        return handle(&context.state, request, peer).await;
    }
    let started = Instant::now();
    let text = |value: Option<&hyper::header::HeaderValue>| {
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let mut line = Line {
        time: context.state.common.mirror.clock.now().0,
        client: context.state.front.client(request.headers(), peer.address),
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        protocol: match request.version() {
            Version::HTTP_2 => "HTTP/2.0",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        },
        status: 0,
        bytes: None,
        milliseconds: 0,
        from: None,
        agent: text(request.headers().get(USER_AGENT)),
    };
    let answer = handle(&context.state, request, peer).await;
    let length = text(answer.headers().get(CONTENT_LENGTH));
    line.status = answer.status().as_u16();
    line.bytes = length.and_then(|length| length.parse().ok());
    line.from = text(answer.headers().get(CACHED));
    line.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    context.log.line(line);
    answer
}
