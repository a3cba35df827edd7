//! How old an index file may be for a request, and the lookups that such requests share.

use crate::serve::registry::state::ServerState;

/// How old an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// As old as `--refresh` says, and somewhat older while upstream is asked in the background.
    Usual,
    /// The client asks whether there is anything newer: as `Usual`, but upstream is asked first where [`crate::serve::answer::recheck`] allows it.
    Recheck,
    /// As old as `--refresh` says.
    Fresh,
    /// Upstream is asked in any case.
    Now,
}

impl Age {
    /// No path has a space, so lookups of another kind for the same file are separate flights.
    pub fn key(self, path: &str) -> String {
        match self {
            Self::Usual => path.to_owned(),
            _ => format!("{path} {}", self.word()),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Recheck => "recheck",
            Self::Fresh => "fresh",
            Self::Now => "now",
        }
    }
}

/// Whether such a lookup has begun before and has not ended.
pub fn is_under_way(state: &ServerState, path: &str, age: Age) -> bool {
    state.under_way.holds(&age.key(path))
}
