//! Answers: their bodies, and the few shapes they have.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http_body::{Frame, SizeHint};
use hyper::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{HeaderMap, Response, StatusCode};
use tokio::sync::watch;

use crate::io::net::sendfile::{Budget, MIN_SENDFILE_BYTES, SealedMemory};
use crate::io::upstream::relay::{
    DownloadState, is_absent, is_of_the_store, is_out_of_descriptors, is_transient, read_at,
};
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::fs::FsError;
use crate::model::errors::git::GitError;
use crate::model::errors::input::InputError;
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::serve::admit::limits::RequestPermit;
use crate::serve::admit::peer::PendingRequest;
use crate::serve::answer::cached::CachedAnswer;

/// Read size for a growing file: small, since each of many readers holds a buffer.
const PIECE: usize = 32 << 10;

type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The body of an answer.
pub enum Body {
    Empty,
    Whole(Option<Bytes>),
    /// Out of an answer that is kept ready.
    Kept(Option<Bytes>, Arc<CachedAnswer>),
    Pieces {
        pieces: Pieces,
        left: Option<u64>,
        /// Counts as a request in flight until it is sent.
        permit: Option<RequestPermit>,
        pending: Option<PendingRequest>,
    },
}

impl Body {
    pub fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes))
    }

    /// What the system can send of it by itself, once it is asked for often.
    pub fn lent(&self, room: &Arc<Budget>) -> Option<Arc<SealedMemory>> {
        match self {
            Self::Kept(Some(bytes), cached) if bytes.len() >= MIN_SENDFILE_BYTES => {
                cached.lent(room).cloned()
            }
            _ => None,
        }
    }

    /// A range of a file, read in pieces of `piece` bytes.
    pub fn file(file: Arc<File>, from: u64, to: u64, piece: usize) -> Self {
        let pieces = stream::unfold((file, from), move |(file, at)| async move {
            let most = usize::try_from(to - at).unwrap_or(usize::MAX).min(piece);
            if most == 0 {
                return None;
            }
            let reading = Arc::clone(&file);
            // Taken here and given back here: memory that goes from thread to thread does not come back.
            let buffer = vec![0; most];
            // The disk may be slow, and other clients must not wait for it.
            let read = tokio::task::spawn_blocking(move || read_at(&reading, at, buffer)).await;
            let read = read.unwrap_or_else(|cause| Err(io::Error::other(cause)));
            let read = match read {
                Ok(bytes) if bytes.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
                read => read,
            };
            let next = read.as_ref().map_or(to, |bytes| at + bytes.len() as u64);
            Some((read, (file, next)))
        });
        Self::Pieces {
            pieces: Box::pin(pieces),
            left: Some(to - from),
            permit: None,
            pending: None,
        }
    }

    /// A crate that is still arriving. Its last byte is held back until all of it was found right; if it is not, the body
    /// ends with an error, so that no client takes what it has for the whole.
    pub fn arriving(
        file: Arc<File>,
        length: Option<u64>,
        progress: watch::Receiver<DownloadState>,
    ) -> Self {
        let start = (file, 0_u64, progress, false);
        let pieces = stream::unfold(start, |(file, at, mut progress, ended)| async move {
            if ended {
                return None;
            }
            loop {
                let now = progress.borrow_and_update().clone();
                let (ready, whole) = match now {
                    DownloadState::Growing { written, .. } => (written.saturating_sub(1), false),
                    DownloadState::Verified { length, .. } => (length, true),
                    DownloadState::Failed(error) => {
                        let broken = io::Error::other(error.to_string());
                        return Some((Err(broken), (file, at, progress, true)));
                    }
                    DownloadState::Waiting => (0, false),
                };
                if at < ready {
                    let most = usize::try_from(ready - at).unwrap_or(usize::MAX).min(PIECE);
                    // It was written a moment ago, so it is in the system's memory.
                    let read = match read_at(&file, at, vec![0; most]) {
                        Ok(bytes) if bytes.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
                        read => read,
                    };
                    let ended = read.is_err();
                    let next = at + read.as_ref().map_or(0, |bytes| bytes.len() as u64);
                    return Some((read, (file, next, progress, ended)));
                }
                if whole {
                    return None;
                }
                if progress.changed().await.is_err() {
                    let gone = io::Error::other("the transfer was given up");
                    return Some((Err(gone), (file, at, progress, true)));
                }
            }
        });
        Self::Pieces {
            pieces: Box::pin(pieces),
            left: length,
            permit: None,
            pending: None,
        }
    }

    /// Goes on counting as a request in flight until it is sent.
    #[must_use]
    pub fn with_permit(mut self, theirs: RequestPermit) -> Self {
        if let Self::Pieces { permit, .. } = &mut self {
            *permit = Some(theirs);
        }
        self
    }
}

impl Body {
    /// Keeps the connection from being cut as idle until it is sent.
    #[must_use]
    pub fn with_pending(mut self, theirs: PendingRequest) -> Self {
        if let Self::Pieces { pending, .. } = &mut self {
            *pending = Some(theirs);
        }
        self
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) | Self::Kept(bytes, _) => {
                Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes))))
            }
            Self::Pieces {
                pieces,
                left,
                permit,
                ..
            } => {
                let piece = std::task::ready!(pieces.as_mut().poll_next(context));
                if let (Some(left), Some(Ok(bytes))) = (left, &piece) {
                    *left = left.saturating_sub(bytes.len() as u64);
                }
                if let (Some(permit), Some(piece)) = (permit, &piece) {
                    match piece {
                        Ok(bytes) => permit.sent(bytes.len() as u64),
                        Err(_) => permit.broken(),
                    }
                }
                Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Empty | Self::Whole(None) | Self::Kept(None, _))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) | Self::Kept(bytes, _) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Pieces { left, .. } => left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

/// An answer of text, such as a page.
pub fn text(status: StatusCode, kind: &'static str, text: impl Into<Bytes>) -> Response<Body> {
    let text = text.into();
    let mut answer = Response::new(Body::Empty);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
    *answer.body_mut() = Body::whole(text);
    answer
}

/// An error as cargo prints it.
pub fn error(status: StatusCode, detail: &str) -> Response<Body> {
    let body = serde_json::json!({ "errors": [{ "detail": detail }] });
    text(status, "application/json", format!("{body}\n"))
}

/// The text of an error for clients. Paths of the server stay out of it; the log has the whole error.
pub fn for_clients(error: &Error) -> String {
    match error {
        // Not the text of the cause, which may have a path in it, too.
        Error::Fs(FsError::Io { action, source, .. }) => {
            let cause = match source.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code).to_string(),
                None => source.kind().to_string(),
            };
            format!("the server cannot {action} one of its files: {cause}")
        }
        Error::Store(StoreError::LockBusy { .. }) => {
            "another process uses the server's mirror".to_owned()
        }
        Error::Fs(FsError::TooLarge { limit, .. }) => {
            format!("one of the server's files is larger than {limit} bytes")
        }
        // Where it is named is in the log: a file of the server, perhaps.
        Error::Upstream(UpstreamError::OwnUpstream { .. }) => {
            "upstream of this server is this server itself".to_owned()
        }
        Error::Upstream(UpstreamError::NotInIndex { .. }) => {
            "the registry does not have this version".to_owned()
        }
        Error::Upstream(
            UpstreamError::Http { .. }
            | UpstreamError::Challenged(_)
            | UpstreamError::Login(_)
            | UpstreamError::Network { .. }
            | UpstreamError::Stalled { .. }
            | UpstreamError::HostDown { .. }
            | UpstreamError::Untrusted { .. }
            | UpstreamError::NoTls { .. }
            | UpstreamError::InvalidResponse { .. }
            | UpstreamError::Offline,
        )
        | Error::Store(
            StoreError::Checksum { .. }
            | StoreError::HeldOtherwise { .. }
            | StoreError::Disagree { .. },
        )
        | Error::Input(
            InputError::Invalid(_) | InputError::List { .. } | InputError::Lockfile { .. },
        ) => chain(error),
        Error::Cargo(CargoError::Failed { .. } | CargoError::NoCargo { .. })
        | Error::Git(GitError::Failed { .. } | GitError::NoGit(_)) => {
            "the index of upstream cannot be fetched; the server's log says why".to_owned()
        }
        _ => "the server cannot do this; its log says why".to_owned(),
    }
}

/// Something that cannot be had, and whether it is worth asking again.
#[derive(Debug, Clone)]
pub struct HttpError {
    pub status: StatusCode,
    /// In seconds.
    retry_after: Option<u64>,
    detail: Arc<str>,
    /// The mirror cannot be written to; it may be had in another way.
    of_the_store: bool,
}

impl HttpError {
    /// Cargo obeys `Retry-After` up to ten seconds.
    const MOST: u64 = 10;
    const USUAL: u64 = 3;

    pub fn of(error: &Error) -> Self {
        let detail = for_clients(error).into();
        let (status, retry_after) = match error {
            error if is_absent(error) => (StatusCode::NOT_FOUND, None),
            Error::Upstream(UpstreamError::Http {
                retry_after: Some(wait),
                ..
            }) => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some(wait.as_secs().clamp(1, Self::MOST)),
            ),
            Error::Upstream(UpstreamError::OwnUpstream { .. }) => (StatusCode::LOOP_DETECTED, None),
            // Only a git index is fetched by cargo while clients wait.
            Error::Cargo(CargoError::Failed { .. }) | Error::Store(StoreError::LockBusy { .. }) => {
                (StatusCode::SERVICE_UNAVAILABLE, Some(Self::USUAL))
            }
            Error::Fs(FsError::Io { source, .. }) if is_out_of_descriptors(source) => {
                (StatusCode::SERVICE_UNAVAILABLE, Some(Self::USUAL))
            }
            error if is_transient(error) => (StatusCode::SERVICE_UNAVAILABLE, Some(Self::USUAL)),
            // Not the client's login is at fault, but ours.
            Error::Upstream(
                UpstreamError::Http { .. }
                | UpstreamError::Challenged(_)
                | UpstreamError::Login(_)
                | UpstreamError::InvalidResponse { .. },
            )
            | Error::Store(StoreError::Checksum { .. }) => (StatusCode::BAD_GATEWAY, None),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, None),
        };
        Self {
            status,
            retry_after,
            detail,
            of_the_store: is_of_the_store(error),
        }
    }

    pub fn is_of_the_store(&self) -> bool {
        self.of_the_store
    }

    /// Nothing has come yet, and the client would give up soon.
    pub fn slow() -> Self {
        Self::later("upstream is slow; it is being fetched meanwhile, so ask again")
    }

    /// It may be had a moment later.
    pub fn later(detail: &str) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after: Some(Self::USUAL),
            detail: detail.into(),
            of_the_store: false,
        }
    }

    pub fn absent(detail: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            retry_after: None,
            detail: detail.into(),
            of_the_store: false,
        }
    }

    pub fn answer(&self) -> Response<Body> {
        let mut answer = error(self.status, &self.detail);
        if let Some(seconds) = self.retry_after {
            answer
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// An answer with these headers.
pub fn with(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}

/// A part of a whole whose headers these are.
pub fn partial(
    mut headers: HeaderMap,
    from: u64,
    to: u64,
    length: u64,
    body: Body,
) -> Response<Body> {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(to - from));
    if let Ok(range) =
        HeaderValue::from_str(&format!("bytes {from}-{}/{length}", to.saturating_sub(1)))
    {
        headers.insert(CONTENT_RANGE, range);
    }
    with(StatusCode::PARTIAL_CONTENT, headers, body)
}

pub fn unsatisfiable(length: u64) -> Response<Body> {
    let mut answer = error(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "there is no such part of it",
    );
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{length}")) {
        answer.headers_mut().insert(CONTENT_RANGE, range);
    }
    answer
}

/// Work that blocks, done where it may.
pub async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    crate::io::task::blocking(doing, work).await
}

pub const PLAIN: &str = "text/plain; charset=utf-8";

pub const JSON: &str = "application/json";

pub const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";
