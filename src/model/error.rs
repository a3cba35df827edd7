//! Every failure a user can meet: one enum a domain (`model::errors`), each with its way out beside it.

use std::sync::Arc;

use crate::model::auth::AuthError;
use crate::model::errors::access::AccessError;
use crate::model::errors::bucket::BucketError;
use crate::model::errors::bundle::BundleError;
use crate::model::errors::bundle_file::BundleFileError;
use crate::model::errors::cargo::CargoError;
use crate::model::errors::catalog::CatalogError;
use crate::model::errors::config::CargoConfigError;
use crate::model::errors::environment::EnvironmentError;
use crate::model::errors::fs::{FsError, is_out_of_room};
use crate::model::errors::git::GitError;
use crate::model::errors::host::HostError;
use crate::model::errors::hosting::HostingError;
use crate::model::errors::input::InputError;
use crate::model::errors::serve::ServeError;
use crate::model::errors::settings::SettingsError;
use crate::model::errors::signing::SigningError;
use crate::model::errors::store::StoreError;
use crate::model::errors::sync::SyncError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::package::archive::BadPackage;
use crate::model::package::id::Invalid;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Fs(#[from] FsError),
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error(transparent)]
    Config(#[from] CargoConfigError),
    #[error(transparent)]
    Cargo(#[from] CargoError),
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error(transparent)]
    BundleFile(#[from] BundleFileError),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Hosting(#[from] HostingError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A failure that several callers are told of.
    #[error(transparent)]
    Shared(#[from] Arc<Self>),
    #[error("interrupted")]
    Interrupted,
    #[error("{doing} panicked")]
    Panicked { doing: &'static str },
}

impl Error {
    /// The failure itself, however many callers share it.
    pub fn inner(&self) -> &Self {
        match self {
            Self::Shared(error) => error.inner(),
            error => error,
        }
    }

    /// Whether the disk is full.
    pub fn is_out_of_room(&self) -> bool {
        matches!(self.inner(), Self::Fs(FsError::Io { source, .. }) if is_out_of_room(source))
    }

    /// Whether the command line itself is at fault.
    pub fn is_usage(&self) -> bool {
        matches!(
            self.inner(),
            Self::Input(InputError::CannotPrune { .. } | InputError::NoSuchTarget(_))
        )
    }

    /// Whether the same command may succeed at another time, with nothing else changed.
    pub fn may_pass(&self) -> bool {
        !matches!(
            self.inner(),
            Self::Git(GitError::Revision { .. } | GitError::Fetch { .. })
        )
    }

    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fs(error) => error.hint(),
            Self::Input(error) => error.hint(),
            Self::Environment(error) => error.hint(),
            Self::Config(error) => error.hint(),
            Self::Cargo(error) => error.hint(),
            Self::Upstream(error) => error.hint(),
            Self::Git(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Bundle(error) => error.hint(),
            Self::BundleFile(error) => error.hint(),
            Self::Signing(error) => error.hint(),
            Self::Bucket(error) => error.hint(),
            Self::Serve(error) => error.hint(),
            Self::Hosting(error) => error.hint(),
            Self::Access(error) => error.hint(),
            Self::Settings(error) => error.hint(),
            Self::Host(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::Sync(error) => error.hint(),
            Self::Shared(error) => error.hint(),
            Self::Interrupted => {
                Some("what is stored is whole; run the same command again to go on".to_owned())
            }
            Self::Panicked { .. } => Some(
                "this is a fault of cargo-mirror: report it with what stands above, and run the same command again: what is \
                 stored is whole"
                    .to_owned(),
            ),
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Input(invalid.into())
    }
}

impl From<BadPackage> for Error {
    fn from(package: BadPackage) -> Self {
        Self::Store(package.into())
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self::Upstream(UpstreamError::Login(Box::new(error)))
    }
}

/// An error and its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut whole = String::new();
    for cause in causes.map(ToString::to_string) {
        // Libraries like to repeat their cause in their own message, and the HTTP client's outer layers say nothing.
        let says_nothing =
            cause.starts_with("error sending request") || cause.starts_with("client error (");
        if !says_nothing && !whole.contains(&cause) {
            if !whole.is_empty() {
                whole.push_str(": ");
            }
            whole.push_str(&cause);
        }
    }
    whole
}
