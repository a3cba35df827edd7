//! Object stores that hold a mirror.

use crate::model::errors::cause::Cause;
use crate::model::package::checksum::Sha256;

#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    #[error("`{text}` is not the address of a bucket: {message}")]
    Address { text: String, message: String },
    #[error("this program was built without buckets (its feature `bucket` is off)")]
    NotBuilt,
    #[error("cannot set up the way to {bucket}")]
    Client {
        bucket: String,
        #[source]
        source: Cause,
    },
    #[error("cannot {doing} {key}")]
    Failed {
        doing: &'static str,
        key: String,
        #[source]
        source: Cause,
    },
    #[error("the store does not let us {doing} {key}")]
    Denied {
        doing: &'static str,
        key: String,
        #[source]
        source: Cause,
    },
    #[error("there is no bucket where {key} was to be written")]
    NoBucket { key: String },
    #[error(
        "{key} holds other bytes (SHA-256 {there}) than those to be stored ({ours}); nothing was overwritten"
    )]
    OtherBytes {
        key: String,
        there: Sha256,
        ours: Sha256,
    },
    #[error("others changed {key} each of the {tries} times that it was to be edited")]
    Contended { key: String, tries: u32 },
    #[error("{key} does not hold what its index line says: {message}")]
    Damaged { key: String, message: String },
    #[error("{bucket} is no place for a mirror: {finding}")]
    Refused { bucket: String, finding: String },
    #[error(
        "{bucket} does not keep two writers apart, so it may have one writer at a time: {finding}"
    )]
    OneWriter { bucket: String, finding: String },
    #[error("`{holder}` has the bucket for itself ({what})")]
    Leased { holder: String, what: String },
    #[error("the lease on the bucket was lost while {doing}")]
    LeaseLost { doing: &'static str },
    #[error(
        "anybody may read {key} without a key, so the accounts and private crates beside it are public"
    )]
    Public { key: String },
    #[error("{what} cannot be done in a bucket")]
    Unsupported { what: String },
}

impl BucketError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Address { .. } => {
                "write s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX; keys are taken from the environment \
                 (AWS_*, GOOGLE_*, AZURE_*)"
            }
            Self::NotBuilt => {
                "install it with its default features, or name a folder or a registry"
            }
            Self::Client { .. } => {
                "look at AWS_REGION and AWS_ENDPOINT (or GOOGLE_*, AZURE_*), and at http.proxy and http.cainfo of cargo's config"
            }
            Self::Failed { .. } => {
                "run the same command again to go on; keys are taken from the environment (AWS_*, GOOGLE_*, AZURE_*), else from \
                 the role of the machine; `cargo mirror doctor URL` says what the store can do"
            }
            Self::Denied { .. } => {
                "look at the keys in the environment; the login needs to read, write and list (a store that forbids listing \
                 says so of whatever is not there)"
            }
            Self::NoBucket { .. } => "make the bucket first; this program makes none",
            Self::OtherBytes { .. } => {
                "find out who wrote them before anything else: one version has two contents"
            }
            Self::Contended { .. } => {
                "run the same command again; many servers write this one crate"
            }
            Self::Damaged { .. } => {
                "`cargo mirror repair URL` takes it out, for the next request to fetch it again"
            }
            Self::Refused { .. } => {
                "take a store that keeps conditional writes: `cargo mirror doctor URL` prints all that was tried"
            }
            Self::OneWriter { .. } => {
                "fill it with `cargo mirror push` from one machine, and let servers read it with --upstream"
            }
            Self::Leased { .. } => {
                "wait until it is done; a lease of a process that died ends by itself"
            }
            Self::LeaseLost { .. } => "run the same command again; what was done is whole",
            Self::Public { .. } => {
                "let the public read `crates-io/` alone, by a policy of the bucket for that prefix, or name a bucket of its own"
            }
            Self::Unsupported { .. } => "name a folder",
        };
        Some(hint.to_owned())
    }
}
