//! The catalogue, and the database dump that it can be made of.

use std::io;
use std::path::PathBuf;

use crate::model::text::printable;

/// Why a file is no database dump that can be read.
#[derive(Debug, thiserror::Error)]
pub enum BadDump {
    #[error("it is no tar archive, gzipped or not: {0}")]
    Archive(#[source] io::Error),
    #[error("it ends in the middle of {place}")]
    Cut { place: String },
    #[error("its {table}.csv has no column `{column}`")]
    NoColumn {
        table: &'static str,
        column: &'static str,
    },
    #[error("its {table}.csv has `{}` as {column} in line {line}", printable(.value))]
    Field {
        table: &'static str,
        line: u64,
        column: &'static str,
        value: String,
    },
    #[error("its {table}.csv is no table of commas and quotes: {message}")]
    Csv {
        table: &'static str,
        message: String,
    },
    #[error("its {table}.csv has a row of more than {limit} bytes, in or after line {line}")]
    LongRow {
        table: &'static str,
        line: u64,
        limit: u64,
    },
    #[error("it has no {0}.csv")]
    NoTable(&'static str),
}

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("cannot take `{}` for a database dump", .path.display())]
    Dump { path: PathBuf, source: Box<BadDump> },
    #[error("no database dump is named")]
    NoDump,
    #[error("`{}` is not the address of a database dump: {message}", printable(.address))]
    Address { address: String, message: String },
    #[error("the database dump `{address}` is not fetched: the network is off (--offline)")]
    Offline { address: String },
    #[error("nothing is known of a crate `{}` in {registry}", printable(.name))]
    NoSuchCrate { name: String, registry: String },
    #[error("nothing is known of the version `{}` of `{name}`", printable(.version))]
    NoSuchVersion {
        name: String,
        version: String,
        known: Vec<String>,
    },
}

impl CatalogError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoDump => {
                "name a file, or set `dump` of [catalog] in mirror.toml to a file or an address"
            }
            Self::Address { .. } => "it starts with https:// or http://",
            Self::Offline { .. } => {
                "bring it along as a file, or run again without --offline (or net.offline in cargo's config)"
            }
            Self::NoSuchCrate { .. } => {
                "`cargo mirror search` finds what is in the mirror, and all of crates.io once `cargo mirror catalog import` has \
                 taken a database dump"
            }
            Self::NoSuchVersion { known, .. } if !known.is_empty() => {
                return Some(format!("known are {}", known.join(", ")));
            }
            Self::NoSuchVersion { .. } => return None,
            Self::Dump { source, .. } => match **source {
                BadDump::Cut { .. } => "it was not fetched to its end: fetch it again",
                BadDump::NoColumn { .. } | BadDump::NoTable(_) | BadDump::Field { .. } => {
                    "a dump of crates.io is `db-dump.tar.gz`; a newer cargo-mirror may know another form of it"
                }
                _ => "a dump of crates.io is `db-dump.tar.gz`, as its data access page names it",
            },
        };
        Some(hint.to_owned())
    }
}
