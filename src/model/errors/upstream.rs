//! Requests to a registry: connections, certificates, statuses, logins.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::auth::{AuthError, Challenge};
use crate::model::errors::cause::Cause;

#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    #[error("cannot set up the network")]
    Client(#[source] Cause),
    #[error("{url} answered {status}")]
    Http {
        url: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// Kept apart from other statuses: a login may help.
    #[error("{} answered {}", .0.url, .0.status)]
    Challenged(Box<Challenge>),
    #[error("{0}")]
    Login(Box<AuthError>),
    #[error("cannot fetch {url}")]
    Network {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("the certificate of {url} cannot be trusted")]
    Untrusted {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("{url} does not speak TLS")]
    NoTls { url: String },
    #[error("cannot take certificates from `{}`: {message}", .path.display())]
    NoCertificates { path: PathBuf, message: String },
    #[error("upstream is this server itself ({url})")]
    OwnUpstream { url: String, named: String },
    #[error("{url} sent no data for {} seconds", .seconds)]
    Stalled { url: String, seconds: u64 },
    #[error("{url} sent something that is not a registry's {what}: {message}")]
    InvalidResponse {
        url: String,
        what: &'static str,
        message: String,
    },
    #[error(
        "it is not in cargo's cache, and the network is off (--offline, or net.offline in cargo's config)"
    )]
    Offline,
    #[error("{host} cannot be reached: {cause}")]
    HostDown { host: String, cause: String },
    #[error("the registry does not have this version ({url})")]
    NotInIndex { url: String },
    #[error(
        "`{command}` asks upstream what has changed, and the network is off (--offline, or net.offline in cargo's config)"
    )]
    NeedsNetwork { command: &'static str },
}

impl UpstreamError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Client(_) => {
                "look at http.cainfo and http.proxy in cargo's config, and at SSL_CERT_FILE"
            }
            Self::Untrusted { .. } => {
                "name the certificate, or that of the authority that signed it, in http.cainfo of cargo's config or in \
                 SSL_CERT_FILE; the server's own is made with basicConstraints=CA:FALSE and a subjectAltName, as in \
                 `openssl req -x509 -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:host`"
            }
            Self::NoTls { .. } => "is it an address that starts with http:// and not https://?",
            Self::NoCertificates { .. } => {
                "http.cainfo in cargo's config and SSL_CERT_FILE name a file of PEM text, as in \
                 `openssl x509 -inform der -in FILE -out FILE.pem`"
            }
            Self::OwnUpstream { named, .. } => {
                return Some(format!(
                    "upstream is named by {named}; name another registry there, or with --upstream"
                ));
            }
            Self::Login(login) => return Some(login.hint()),
            Self::Challenged(_) | Self::Http { status: 407, .. } => {
                "the server refuses this machine: look at the proxy, the firewall and the login it wants"
            }
            Self::Http {
                status: 404 | 410 | 451,
                ..
            } => "the registry has withdrawn it, or --upstream names a registry without it",
            Self::Network { .. }
            | Self::Stalled { .. }
            | Self::HostDown { .. }
            | Self::Http { .. } => {
                "run the same command again to go on; what is stored will not be fetched again"
            }
            Self::Offline | Self::NeedsNetwork { .. } => {
                "run again without --offline (or net.offline in cargo's config)"
            }
            Self::NotInIndex { .. } => {
                "look whether --upstream or a `replace-with` in cargo's config names a registry that lacks it"
            }
            Self::InvalidResponse { .. } => {
                "a proxy or a login page may have answered in its place: look at what that address shows"
            }
        };
        Some(hint.to_owned())
    }
}
