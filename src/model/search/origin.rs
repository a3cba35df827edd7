//! Which facts a catalogue is made of, and of what day they are.

use serde::{Deserialize, Serialize};

use crate::model::units::timestamp::Timestamp;

/// Said with every answer: whoever searches is to know what was searched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The mirror itself, as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror: Option<Part>,
    /// The registry's database dump of that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump: Option<Part>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub at: Timestamp,
    pub crates: u64,
}

impl Origin {
    /// Whether crates can be found that are not in the mirror.
    pub fn knows_all(&self) -> bool {
        self.dump.is_some()
    }
}
