//! The server, and `stats` of one.

use std::io;
use std::path::PathBuf;

use crate::model::errors::cause::Cause;
use crate::model::text::printable;

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {address}")]
    Listen { address: String, source: io::Error },
    #[error("`{}` is no address to listen on", printable(.address))]
    NoSuchAddress { address: String, source: io::Error },
    #[error("`{}` is no address that a client could use: {message}", printable(.url))]
    PublicUrl { url: String, message: String },
    #[error("line {line} of the token file `{}` is not `read TOKEN` or `admin TOKEN`", .path.display())]
    Tokens { path: PathBuf, line: usize },
    #[error("cannot use the certificate `{}` with the key `{}`: {message}", .certificate.display(), .key.display())]
    Certificate {
        certificate: PathBuf,
        key: PathBuf,
        message: String,
    },
    #[error("cargo's config names another upstream than it did at the start")]
    OtherUpstream,
    #[error("there is no answer from {url}")]
    NoServer {
        url: String,
        #[source]
        source: Cause,
    },
    #[error("{url} answered {status}")]
    ServerSays { url: String, status: u16 },
}

impl ServeError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoServer { .. } => {
                "name a server of `cargo mirror serve` that is running, as in --server http://127.0.0.1:8080"
            }
            Self::ServerSays {
                status: 401 | 403, ..
            } => {
                "put one of its tokens into CARGO_MIRROR_TOKEN; who runs it has them in its --token-file"
            }
            Self::ServerSays { .. } => {
                "is it a server of `cargo mirror serve`, named without a path?"
            }
            Self::OtherUpstream => "start the server again to have it used",
            Self::Listen { .. } | Self::NoSuchAddress { .. } => {
                "name an address and a port that is free, as in --listen 127.0.0.1:8080; 0.0.0.0 is every IPv4 address of this \
                 machine, [::] every IPv6 one and, except on Windows, IPv4 too; port 0 takes any"
            }
            Self::PublicUrl { .. } => {
                "name where clients find the server, as in --public-url https://crates.example.com"
            }
            Self::Tokens { .. } => {
                "each line is `read` or `admin` and a token; lines that start with `#` are passed over"
            }
            Self::Certificate { .. } => {
                "both are files of PEM text, the certificate with its whole chain"
            }
        };
        Some(hint.to_owned())
    }
}
