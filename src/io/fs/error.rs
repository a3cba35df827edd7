//! Errors of the file system, with the path and what was being done.

use std::io::{self};
use std::path::Path;

use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};

/// Attaches what was being done, and to which path.
pub fn io_error(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| {
        Error::Fs(FsError::Io {
            action,
            path: path.to_owned(),
            source,
        })
    }
}

/// `None` where there is no such file.
pub fn if_there<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Fs(FsError::Io { source, .. })) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
