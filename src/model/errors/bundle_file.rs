//! The file of a dump: cut off, damaged, made up.

use std::path::PathBuf;

use crate::model::bundle::reading::BadManifestText;

#[derive(Debug, thiserror::Error)]
pub enum BundleFileError {
    #[error("`{}` is not a dump, or not all of one", .0.display())]
    NotOne(PathBuf),
    /// It begins as one does.
    #[error("`{}` was cut off, or is damaged at its end, bytes {from} to {to}", .path.display())]
    End { path: PathBuf, from: u64, to: u64 },
    #[error("`{}` is damaged: {what}, bytes {from} to {to}", .path.display())]
    Damaged {
        path: PathBuf,
        what: String,
        from: u64,
        to: u64,
    },
    #[error("`{}` is damaged or made up", .path.display())]
    Manifest {
        path: PathBuf,
        source: BadManifestText,
    },
    #[error("`{}` is damaged or made up: {why}", .path.display())]
    Content { path: PathBuf, why: String },
    #[error("`{}` and `{}` claim to be the same part and are not the same", .one.display(), .other.display())]
    Twins { one: PathBuf, other: PathBuf },
    /// An item of a dump, named beside it.
    #[error("{0}")]
    Refused(&'static str),
}

impl BundleFileError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotOne(_) => "it is something else, or was cut off at its start; copy it again",
            Self::End { .. } => "copy it again and compare the number of bytes",
            Self::Manifest {
                source: BadManifestText::Version(_),
                ..
            } => "a newer cargo-mirror has written it: update this one",
            Self::Damaged { .. } | Self::Manifest { .. } | Self::Content { .. } => {
                "copy it again; if it stays so, export it again"
            }
            Self::Twins { .. } => {
                "one of them was damaged or changed: `cargo mirror bundle verify`"
            }
            Self::Refused(_) => return None,
        };
        Some(hint.to_owned())
    }
}
