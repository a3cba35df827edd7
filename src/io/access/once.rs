//! What may be used once: `access/once/<sha256>`, until nobody could use it any more.

use crate::io::access::store::AccessStore;
use crate::io::fs::error::if_there;
use crate::io::fs::file;
use crate::model::access::token::TokenText;
use crate::model::error::Result;
use crate::model::units::timestamp::Timestamp;

/// A record is a number.
const MAX_RECORD: u64 = 100;
/// Clocks differ: it is remembered for so many seconds more.
const MARGIN: u64 = 60 * 60;

impl AccessStore {
    /// Takes something that can be used once and ends at `until`. `false`: it was used before.
    pub fn take_once(&self, what: &str, until: Timestamp, now: Timestamp) -> Result<bool> {
        let folder = self.folder.join("once");
        let path = folder.join(TokenText::hash(what.as_bytes()).to_string());
        let _held = self.hold()?;
        file::create_private_folder(&folder)?;
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let known = file::read_text(&entry.path(), MAX_RECORD).ok();
            let ends: Option<u64> = known.and_then(|text| text.trim().parse().ok());
            if ends.is_some_and(|ends| ends.saturating_add(MARGIN) < now.0) {
                file::remove(&entry.path())?;
            }
        }
        if if_there(file::read(&path, MAX_RECORD))?.is_some() {
            return Ok(false);
        }
        file::replace_secret(&path, until.0.to_string().as_bytes())?;
        Ok(true)
    }
}
