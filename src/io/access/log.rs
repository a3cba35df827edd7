//! The audit log: appended to, and flushed, before or after what it tells of.

use crate::io::access::store::AccessStore;
use crate::model::access::audit::AuditEntry;
use crate::model::error::{Result, chain};
use crate::model::errors::access::AccessError;
use crate::model::errors::cause::Cause;
use crate::model::units::timestamp::Timestamp;

impl AccessStore {
    /// Appends an entry of something that is done next. Fails with words that say that it was not.
    pub fn log_before(&self, entry: &AuditEntry) -> Result<()> {
        let failed = |error| AccessError::NoEntry {
            source: Cause(chain(&error)),
        };
        Ok(self.log(entry).map_err(failed)?)
    }

    /// Appends an entry of what `done` says. Fails with words that say that it was done.
    pub fn log_after(&self, entry: &AuditEntry, done: impl FnOnce() -> String) -> Result<()> {
        let failed = |error| AccessError::DoneWithoutEntry {
            done: done(),
            source: Cause(chain(&error)),
        };
        Ok(self.log(entry).map_err(failed)?)
    }

    /// Appends an entry, so that it lasts.
    pub fn log(&self, entry: &AuditEntry) -> Result<()> {
        self.records.append(entry)
    }

    /// The entries of this moment and later, the oldest first. Lines that are none are passed over.
    pub fn entries(&self, since: Timestamp) -> Result<Vec<AuditEntry>> {
        let mut entries = self.records.entries(since)?;
        entries.retain(|entry| entry.at >= since);
        // Servers have clocks of their own, and what was waited for comes late.
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }
}
