//! What a conditional request asks with.

use std::fmt::Display;

use serde::Serializer;

use crate::model::package::id::Version;

/// What a server gave to ask with whether a file has changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validator {
    Etag(String),
    LastModified(String),
}

pub fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub fn as_text_if_any<S: Serializer>(
    value: &Option<Version>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}
