//! Files: what was being done, and to which path.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What was being done when the file system refused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    CreateIn,
    Find,
    Flush,
    Link,
    List,
    Lock,
    LookAt,
    OpenLock,
    Read,
    Remove,
    Start,
    Write,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create the folder",
            Self::CreateIn => "create a folder in",
            Self::Find => "find",
            Self::Flush => "flush",
            Self::Link => "make the link",
            Self::List => "list",
            Self::Lock => "lock",
            Self::LookAt => "look at",
            Self::OpenLock => "open the lock",
            Self::Read => "read",
            Self::Remove => "remove",
            Self::Start => "start",
            Self::Write => "write",
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FsError {
    #[error("cannot {action} `{}`", .path.display())]
    Io {
        action: Action,
        path: PathBuf,
        source: io::Error,
    },
    #[error("`{}` is larger than {limit} bytes", .path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("the path of {what} is not UTF-8: `{}`", .path.display())]
    NotUtf8 { what: &'static str, path: PathBuf },
}

/// Whether a failure of the system says that there is no room on the disk, or none that this user may take.
pub fn is_out_of_room(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

impl FsError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Io { source, .. } => match source.kind() {
                _ if is_out_of_room(source) => {
                    "make room on that disk, or name another folder with --mirror, and run the same command again; \
                     what is stored is whole and will not be fetched again"
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "name a folder you may write to with --mirror or CARGO_MIRROR_DIR"
                }
                _ => return None,
            },
            Self::NotUtf8 { .. } => {
                "cargo's config and the mirror's records are UTF-8 and cannot hold it: name or move it otherwise"
            }
            Self::TooLarge { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
