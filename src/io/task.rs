//! Blocking work beside the async runtime.

use crate::model::error::{Error, Result};

/// Runs what blocks where it may block.
pub async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::Panicked { doing }))
}
