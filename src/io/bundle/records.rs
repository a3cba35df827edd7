//! What a mirror remembers of dumps (`model::bundle::history`), kept in one small file that is replaced as a whole.

use std::path::{Path, PathBuf};

use crate::io::fs::error::if_there;
use crate::io::fs::file::{read, read_text, remove, rename, replace, replace_bytes};
use crate::io::fs::sync;
use crate::io::mirror::layout::Mirror;
use crate::io::random;
use crate::model::bundle::history::History;
use crate::model::bundle::manifest::BundleId;
use crate::model::error::Result;

const MAX_FILE: u64 = 16 << 20;

/// No state is larger, in bytes.
const MAX_STATE: u64 = 1 << 30;

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

/// What a receiver of dumps has, in two files: `state`, what it is known to have, and `sent`, what it has once the last dump
/// for it has come.
#[derive(Debug)]
pub struct ReceiverRecords(PathBuf);

impl ReceiverRecords {
    pub fn of(mirror: &Path, name: &str) -> Self {
        Self(Mirror::at(mirror).receiver(name))
    }

    /// What it is known to have, and where that is written. `None`: nothing so far.
    pub fn state(&self) -> Result<Option<(PathBuf, Vec<u8>)>> {
        let path = self.0.join("state");
        let bytes = if_there(read(&path, MAX_STATE))?;
        Ok(bytes.map(|bytes| (path, bytes)))
    }

    /// Notes what it has once the dump has come that is being written.
    pub fn set_sent(&self, state: &[u8]) -> Result<()> {
        replace_bytes(&self.0.join("sent"), state)
    }

    /// Notes what it says that it has. What was sent last is no longer waited for.
    pub fn set_state(&self, state: &[u8]) -> Result<()> {
        replace_bytes(&self.0.join("state"), state)?;
        if_there(remove(&self.0.join("sent"))).map(drop)
    }

    /// The last dump has come. `false`: there is none that is waited for.
    pub fn arrived(&self) -> Result<bool> {
        let sent = self.0.join("sent");
        if !sent.exists() {
            return Ok(false);
        }
        rename(&sent, &self.0.join("state"))?;
        sync::folder(&self.0)?;
        Ok(true)
    }
}

/// A new name of a dump or a mirror.
pub fn new_id() -> Result<BundleId> {
    Ok(BundleId::of(random::bytes()?))
}
