//! Between a socket and hyper: `sendfile` for answers in sealed memory, and the idle timeout of connections.
//!
//! [`SendfileSocket`]:
//! - **Buys**: see [`crate::io::net::sendfile`]; the row "crate" of `tests/bench/serve.sh`.
//! - **Assumes**: hyper writes an HTTP/1 answer with one `poll_write_vectored` of at most two slices that matter, head and
//!   body, and the body slice points into the `Bytes` of the answer. [`SendfileHint`] names the answer that is about to be
//!   written.
//! - **Fails safe**: a slice that is not part of the hinted bytes, more slices, TLS and HTTP/2 are written as usual; a
//!   system call that is not supported clears the hint.
//! - **To delete it**: hand the `TcpStream` to [`IdleTimeout`].
//!
//! [`IdleTimeout`] and [`CoarseTimer`]:
//! - **Buys**: no timer is set or cancelled for a request: reads and writes set a flag, and one timer per connection looks at
//!   it every `POLL_INTERVAL`; the rows "index" and "304" of `tests/bench/serve.sh`.
//! - **Assumes**: hyper polls the connection when its task is woken, and then polls its header timer, too.
//! - **Fails safe**: if hyper polled it less often, connections would be closed late, by at most `POLL_INTERVAL` after the
//!   idle timeout, which does not depend on [`CoarseTimer`].
//! - **To delete it**: give hyper a `TokioTimer` and wrap the socket in `tokio_io_timeout` or the like.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::unconstrained;

use crate::io::net::sendfile::{MIN_SENDFILE_BYTES, SealedMemory, send_with_more};
use crate::serve::admit::peer::Pending;

/// Poll interval for idle connections.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// The bytes of the answer that a connection is about to send, if the system has them.
#[derive(Debug, Default)]
pub struct SendfileHint(Mutex<Option<Arc<SealedMemory>>>);

impl SendfileHint {
    pub fn set(&self, lent: Option<Arc<SealedMemory>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = lent;
    }

    fn now(&self) -> Option<Arc<SealedMemory>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A socket that sends bytes of [`SealedMemory`] with `sendfile` and writes everything else as usual, including the rest of an
/// answer whose hint was replaced in the meantime.
pub struct SendfileSocket {
    stream: TcpStream,
    hint: Arc<SendfileHint>,
}

impl SendfileSocket {
    pub fn new(stream: TcpStream, hint: &Arc<SendfileHint>) -> Self {
        let hint = Arc::clone(hint);
        Self { stream, hint }
    }

    fn try_send(
        &self,
        context: &mut Context<'_>,
        mut send: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.poll_write_ready(context))?;
            match self
                .stream
                .try_io(Interest::WRITABLE, || send(&self.stream))
            {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }
}

impl AsyncRead for SendfileSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for SendfileSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut parts = slices.iter().filter(|slice| !slice.is_empty());
        let (first, second) = (parts.next(), parts.next());
        let Some(first) = first else {
            return Poll::Ready(Ok(0));
        };
        let large = |slice: &IoSlice<'_>| slice.len() >= MIN_SENDFILE_BYTES;
        if (large(first) || second.is_some_and(large))
            && let Some(lent) = self.hint.now()
        {
            let place = |slice: &IoSlice<'_>| lent.offset_of(slice).filter(|_| large(slice));
            if let Some(at) = place(first) {
                match self.try_send(context, |stream| lent.send(stream, at, first.len())) {
                    // Some systems that call themselves Linux cannot.
                    Poll::Ready(Err(error)) if cannot(&error) => self.hint.set(None),
                    sent => return sent,
                }
            }
            if second.and_then(place).is_some() {
                return self.try_send(context, |stream| send_with_more(stream, first));
            }
        }
        if second.is_none() {
            return Pin::new(&mut self.stream).poll_write(context, first);
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}

fn cannot(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    )
}

/// A stream that is closed when the client has neither sent nor read anything for `patience`. A client that waits for upstream
/// is not idle: see [`Pending`].
pub struct IdleTimeout<S> {
    inner: S,
    patience: Duration,
    /// The next look. A request must not cost a timer, nor a look at the clock.
    due: Pin<Box<tokio::time::Sleep>>,
    /// The task to wake then.
    waiting: Option<Waker>,
    /// Whether anything has moved since the last look.
    moved: bool,
    /// The last look after something had moved.
    last: tokio::time::Instant,
    /// Whether the last write was blocked: the client does not read.
    blocked: bool,
    /// Requests of this connection that wait for upstream or the disk.
    pending: Pending,
}

impl<S> IdleTimeout<S> {
    pub fn new(inner: S, patience: Duration, pending: Pending) -> Self {
        let last = tokio::time::Instant::now();
        let due = tokio::time::sleep_until(last + patience.min(POLL_INTERVAL));
        Self {
            inner,
            patience,
            due: Box::pin(due),
            waiting: None,
            moved: false,
            last,
            blocked: false,
            pending,
        }
    }

    fn moved<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.moved = true;
            return polled;
        }
        let waits = |waker: &Waker| waker.will_wake(context.waker());
        if !self.due.is_elapsed() && self.waiting.as_ref().is_some_and(waits) {
            return Poll::Pending;
        }
        // Tokio's cooperative budget could return `Pending` without registering the waker.
        while pin!(unconstrained(self.due.as_mut()))
            .poll(context)
            .is_ready()
        {
            let now = tokio::time::Instant::now();
            let waits = !self.blocked && !self.pending.is_none();
            if std::mem::take(&mut self.moved) || waits {
                self.last = now;
            }
            let end = self.last + self.patience;
            if end <= now {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.due.as_mut().reset(end.min(now + POLL_INTERVAL));
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for IdleTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        self.moved(polled, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for IdleTimeout<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.blocked = polled.is_pending();
        self.moved(polled, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(context);
        if polled.is_ready() {
            return polled;
        }
        self.moved(polled, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(context);
        self.moved(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.blocked = polled.is_pending();
        self.moved(polled, context)
    }
}

/// hyper's timer for request heads, on an [`IdleTimeout`] stream. That stream wakes its task every `POLL_INTERVAL`, so this
/// timer registers nothing: it would otherwise be set and cancelled for every request.
#[derive(Debug, Clone, Copy)]
pub struct CoarseTimer;

impl Timer for CoarseTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Deadline(deadline))
    }
}

struct Deadline(Instant);

impl Future for Deadline {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if Instant::now() < self.0 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }
}

impl Sleep for Deadline {}
