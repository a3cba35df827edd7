//! Causes that are kept as text.

/// A cause from a library, kept as text: the chain of messages, with URLs made safe.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

/// What cargo printed before it failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct CargoSaid(pub String);
