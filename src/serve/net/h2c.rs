//! HTTP/2 without TLS for clients that ask for it with `Upgrade: h2c`, as cargo does on plain HTTP.
//!
//! After the upgrade the request that asked for it is stream 1 of the new connection, and the server answers it there
//! (RFC 7540, 3.2). hyper does not know that, so the request is encoded as a HEADERS frame and spliced into the byte stream
//! where a client would have put it: right after the client's preface and settings.
//!
//! ```text
//! client:   preface  SETTINGS                        HEADERS (3) ...
//! library:  preface  SETTINGS  HEADERS (1, ours)     HEADERS (3) ...
//! ```
//!
//! - **Buys**: without it cargo keeps to two requests at a time over plain HTTP; see "A cold closure" in
//!   `tests/bench/serve.sh`.
//! - **Assumes**: the client's first frame is SETTINGS, as RFC 9113, 3.4 requires, and the headers fit into one frame. HPACK is
//!   written by hand: only literal fields without indexing, which every decoder knows and which leave no state behind.
//! - **Fails safe**: another first frame or too large settings end the connection with an error; a request with a body, a
//!   second `Upgrade`, or too large a head is answered over HTTP/1.1. `--h2c-upgrade never` turns it off, and so do
//!   proxies.
//! - **To delete it**: remove this file and its two uses in `serve/net/listen.rs`; cargo goes on over HTTP/1.1.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TE, TRANSFER_ENCODING, UPGRADE,
};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper::upgrade::Upgraded;
use hyper::{Method, Request, Response, StatusCode, Version};

use crate::serve::answer::body::Body;

const SETTINGS: HeaderName = HeaderName::from_static("http2-settings");
/// `PRI * HTTP/2.0 ...` and the head of the frame that follows.
const PREFACE: usize = 24;
const FRAME_HEAD: usize = 9;
/// The first frame of a client is its settings, some six bytes each.
const MAX_SETTINGS: usize = 1024;
/// A frame may be larger only once the other side has said so.
const MAX_FRAME: usize = 16 << 10;

/// Whether a request asks for it and can have it.
pub fn is_asked_for(request: &Request<Incoming>) -> bool {
    let headers = request.headers();
    let one = |name: &HeaderName| headers.get_all(name).iter().count() == 1;
    request.version() == Version::HTTP_11
        && (request.method() == Method::GET || request.method() == Method::HEAD)
        && one(&SETTINGS)
        && one(&UPGRADE)
        && headers[UPGRADE].as_bytes().eq_ignore_ascii_case(b"h2c")
        && !headers.contains_key(TRANSFER_ENCODING)
        && !headers.contains_key(CONTENT_LENGTH)
}

pub fn switching() -> Response<Body> {
    let mut answer = Response::new(Body::Empty);
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("h2c"));
    answer
}

/// The request as the frame that opens stream 1. `None`: it is too large for one.
pub fn first_frame(request: &Request<Incoming>) -> Option<Vec<u8>> {
    const HEADERS: u8 = 1;
    /// The stream has no more data, and this is all of the headers.
    const FLAGS: u8 = 0x1 | 0x4;
    let mut block = Vec::with_capacity(512);
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let host = request
        .headers()
        .get(HOST)
        .map_or(&b""[..], HeaderValue::as_bytes);
    field(&mut block, b":method", request.method().as_str().as_bytes());
    field(&mut block, b":scheme", b"http");
    field(&mut block, b":path", path.as_bytes());
    if !host.is_empty() {
        field(&mut block, b":authority", host);
    }
    let of_the_connection = [CONNECTION, UPGRADE, SETTINGS, HOST, TE];
    for (name, value) in request.headers() {
        let known = ["keep-alive", "proxy-connection"].contains(&name.as_str());
        if !of_the_connection.contains(name) && !known {
            field(&mut block, name.as_str().as_bytes(), value.as_bytes());
        }
    }
    if block.len() > MAX_FRAME {
        return None;
    }
    let length = u32::try_from(block.len()).ok()?.to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], HEADERS, FLAGS, 0, 0, 0, 1];
    frame.append(&mut block);
    Some(frame)
}

/// A literal header field without indexing (RFC 7541, 6.2.2).
fn field(block: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    block.push(0);
    for text in [name, value] {
        length(block, text.len());
        block.extend_from_slice(text);
    }
}

/// A length of seven bits and as many more as it takes (RFC 7541, 5.1).
fn length(block: &mut Vec<u8>, length: usize) {
    const MOST: usize = 127;
    #[expect(clippy::cast_possible_truncation, reason = "what is left is below 128")]
    let low = |number: usize| (number & 127) as u8;
    if length < MOST {
        block.push(low(length));
        return;
    }
    block.push(127);
    let mut rest = length - MOST;
    while rest >= 128 {
        block.push(low(rest) | 128);
        rest >>= 7;
    }
    block.push(low(rest));
}

/// The connection after the upgrade, with the first frame in its place.
pub struct UpgradedStream {
    inner: Upgraded,
    frame: Option<Vec<u8>>,
    /// Read, and not handed on.
    buffer: Vec<u8>,
    given: usize,
}

impl UpgradedStream {
    pub fn new(inner: Upgraded, frame: Vec<u8>) -> Self {
        Self {
            inner,
            frame: Some(frame),
            buffer: Vec::new(),
            given: 0,
        }
    }

    /// How many bytes come before our frame, as far as that is known.
    fn before(&self) -> io::Result<usize> {
        if self.buffer.len() < PREFACE + FRAME_HEAD {
            return Ok(PREFACE + FRAME_HEAD);
        }
        let head = &self.buffer[PREFACE..];
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        if head[3] != 4 || length > MAX_SETTINGS {
            let message = "the upgraded connection does not begin with settings";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(PREFACE + FRAME_HEAD + length)
    }
}

impl Read for UpgradedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut out: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.frame.is_some() {
            let wanted = this.before()?;
            if this.buffer.len() >= wanted {
                let frame = this.frame.take().unwrap_or_default();
                this.buffer.splice(wanted..wanted, frame);
                break;
            }
            let mut piece = [0; 1024];
            let mut buffer = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.inner).poll_read(context, buffer.unfilled()))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.buffer.extend_from_slice(buffer.filled());
        }
        if this.given < this.buffer.len() {
            let most = (this.buffer.len() - this.given).min(out.remaining());
            out.put_slice(&this.buffer[this.given..this.given + most]);
            this.given += most;
            if this.given == this.buffer.len() {
                this.buffer = Vec::new();
                this.given = 0;
            }
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.inner).poll_read(context, out)
    }
}

impl Write for UpgradedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_the_standard_has_them() {
        for (number, bytes) in [
            (0, &[0][..]),
            (126, &[126]),
            (127, &[127, 0]),
            (128, &[127, 1]),
            (254, &[127, 127]),
            (255, &[127, 128, 1]),
            (1337, &[127, 186, 9]),
        ] {
            let mut block = Vec::new();
            length(&mut block, number);
            assert_eq!(block, bytes, "{number}");
        }
    }
}
