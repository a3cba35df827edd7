//! Errors of the HTTP client, classified and described.

use tokio_rustls::rustls::{CertificateError, Error as TlsError, InvalidMessage};
use url::Url;

use crate::model::error::{Error, chain};
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::url::safe_url;

type Any<'a> = &'a (dyn std::error::Error + 'static);

/// What went wrong between this machine and a server.
#[derive(Debug)]
pub enum LineError {
    Client(reqwest::Error),
    Http2(h2::Error),
    Io(std::io::Error),
}

impl From<reqwest::Error> for LineError {
    fn from(error: reqwest::Error) -> Self {
        Self::Client(error)
    }
}

impl From<h2::Error> for LineError {
    fn from(error: h2::Error) -> Self {
        Self::Http2(error)
    }
}

impl From<std::io::Error> for LineError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl LineError {
    fn cause(&self) -> Any<'_> {
        match self {
            Self::Client(error) => error,
            Self::Http2(error) => error,
            Self::Io(error) => error,
        }
    }
}

/// The error for a request that failed on the way.
pub fn network(url: &Url, cause: impl Into<LineError>) -> Error {
    let cause = match cause.into() {
        LineError::Client(cause) => LineError::Client(cause.without_url()),
        other => other,
    };
    let cause = cause.cause();
    let tls = find::<TlsError>(cause);
    let url = safe_url(url);
    match tls {
        Some(TlsError::InvalidCertificate(why)) => Error::Upstream(UpstreamError::Untrusted {
            url,
            source: Cause(words(why)),
        }),
        Some(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            Error::Upstream(UpstreamError::NoTls { url })
        }
        _ => Error::Upstream(UpstreamError::Network {
            url,
            source: Cause(chain(cause)),
        }),
    }
}

/// What is wrong with a certificate.
pub fn words(why: &CertificateError) -> String {
    let what = match why {
        CertificateError::UnknownIssuer => "nobody who is trusted here has signed it",
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "it is the certificate of an authority (CA:TRUE), and not itself among those that are trusted"
        }
        CertificateError::Other(other) if other.to_string().contains("UnsupportedCertVersion") => {
            "it is of version 1, which has no names; make one of version 3"
        }
        _ => return why.to_string(),
    };
    format!("{what} ({why})")
}

/// Whether the server has only ended a connection in good order: the request was not looked at, and another connection will
/// do at once.
pub fn is_graceful(cause: &LineError) -> bool {
    find::<h2::Error>(cause.cause())
        .is_some_and(|error| error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR))
}

/// Whether a connection that was there has broken before its answer, or the server has not looked at the request: it may have
/// ended the connection while the request was under way, so another connection may well do at once.
pub fn is_broken(cause: &LineError) -> bool {
    let broken = match cause {
        LineError::Client(error) => {
            error.is_request() && !error.is_connect() && !error.is_timeout()
        }
        LineError::Http2(_) => true,
        // Of one that was never there.
        LineError::Io(_) => false,
    };
    // A server that says what it has against a request, or against us, is not asked again at once.
    let is_silent = |error: &h2::Error| {
        let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_io() || refused && error.is_remote()
    };
    broken && find::<h2::Error>(cause.cause()).is_none_or(is_silent)
}

/// The first cause of this kind, also where an `std::io::Error` holds it.
fn find<T: std::error::Error + 'static>(error: Any<'_>) -> Option<&T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
