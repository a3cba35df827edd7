//! What a mirror remembers of dumps (`model::bundle::history`), kept in one small file that is replaced as a whole.

use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{read_text, replace};
use crate::io::mirror::layout::Mirror;
use crate::io::random;
use crate::model::bundle::history::History;
use crate::model::bundle::manifest::BundleId;
use crate::model::error::Result;

const MAX_FILE: u64 = 16 << 20;

/// The file of a mirror.
#[derive(Debug)]
pub struct BundleRecords(PathBuf);

impl BundleRecords {
    pub fn of(mirror: &Path) -> Self {
        Self(Mirror::at(mirror).bundles())
    }

    pub fn read(&self) -> Result<History> {
        let text = if_there(read_text(&self.0, MAX_FILE))?;
        Ok(text.map_or_else(History::default, |text| History::parse(&text)))
    }

    /// Replaces it, flushed.
    pub fn write(&self, history: &History) -> Result<()> {
        replace(&self.0, &history.render())
    }
}

/// A new name of a dump or a mirror.
pub fn new_id() -> Result<BundleId> {
    Ok(BundleId::of(random::bytes()?))
}
