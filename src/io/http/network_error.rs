//! Errors of the HTTP client, classified and described.

use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use tokio_rustls::rustls::{CertificateError, Error as TlsError, InvalidMessage};
use url::Url;

use crate::model::error::{Error, chain};
use crate::model::url::safe_url;

type Any<'a> = &'a (dyn std::error::Error + 'static);

/// The error for a request that failed on the way.
pub fn network(url: &Url, cause: reqwest::Error) -> Error {
    let cause = cause.without_url();
    let tls = find::<TlsError>(&cause);
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
            source: Cause(chain(&cause)),
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
pub fn is_graceful(cause: &reqwest::Error) -> bool {
    find::<h2::Error>(cause)
        .is_some_and(|error| error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR))
}

/// The first cause of this kind, also where an `io::Error` holds it.
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
