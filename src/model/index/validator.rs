//! What a conditional request asks with.

/// What a server gave to ask with whether a file has changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validator {
    Etag(String),
    LastModified(String),
}
