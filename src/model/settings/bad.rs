//! What is wrong with a file of settings.

/// What is wrong with the file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BadSettings {
    /// From 1.
    pub line: usize,
    pub message: String,
}
