//! What upstream answers to a request for an index file.

use crate::model::index::validator::Validator;

/// Upper bound for `config.json`; larger files are rejected.
pub(super) const MAX_CONFIG: usize = 1 << 20;

/// What a registry says of an index file that something may be known of already.
#[derive(Debug)]
pub enum UpstreamAnswer {
    /// What is known still holds.
    Unchanged,
    /// The registry has no such crate.
    Absent,
    Text {
        text: Vec<u8>,
        /// What to ask with the next time, if the registry gives anything.
        validator: Option<Validator>,
    },
}

impl UpstreamAnswer {
    pub fn text(self) -> Option<Vec<u8>> {
        match self {
            Self::Text { text, .. } => Some(text),
            Self::Unchanged | Self::Absent => None,
        }
    }
}
