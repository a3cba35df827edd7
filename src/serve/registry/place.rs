//! Which registry of the mirror a request speaks to.

use std::borrow::Cow;

use crate::model::source::id::CRATES_IO_FOLDER;

/// A source of the mirror, by the start of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    CratesIo,
    /// The name of a folder below `registries/`: letters, digits, `.`, `_` and `-`, no leading `.`.
    Registry(&'a str),
}

impl Place<'_> {
    /// The source's folder in the mirror, which is also where its addresses begin.
    pub fn folder(&self) -> Cow<'static, str> {
        match self {
            Self::CratesIo => Cow::Borrowed(CRATES_IO_FOLDER),
            Self::Registry(name) => Cow::Owned(format!("registries/{name}")),
        }
    }
}
