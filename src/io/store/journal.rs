//! The log of what was written into the index (see `model::record`): one file for each first-level shard.
//!
//! ```text
//! <mirror>/.mirror/lines/crates-io/se      a record for each line below crates-io/index/se/
//! ```

use crate::model::errors::fs::Action;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{create_dir_all, read};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::IndexLine;
use crate::model::index::journal::{Journal, JournalEntry};

/// A log larger than this is none of ours.
const MAX_LOG: u64 = 1 << 30;

impl RegistryStore {
    fn log_path(&self, shard: &str) -> PathBuf {
        let mirror = self.private.parent().unwrap_or(&self.private);
        let source = self.folder.strip_prefix(mirror).unwrap_or(&self.folder);
        self.private.join("lines").join(source).join(shard)
    }

    /// What was written below `index/<shard>/`. A log that cannot be read is as good as none: it vouches for nothing.
    pub fn line_records(&self, shard: &str) -> Journal {
        let log = if_there(read(&self.log_path(shard), MAX_LOG));
        Journal::parse(&log.ok().flatten().unwrap_or_default())
    }

    /// Remembers lines. The lock must be held.
    pub(super) fn record(&self, lines: &[IndexLine]) -> Result<()> {
        let mut shards: BTreeMap<String, String> = BTreeMap::new();
        for line in lines {
            let shard = shard_of(&line.id().name.index_path()).to_owned();
            JournalEntry::of(line).render(shards.entry(shard).or_default());
        }
        for (shard, text) in shards {
            self.append(&self.log_path(&shard), text)?;
        }
        Ok(())
    }

    fn append(&self, path: &Path, mut text: String) -> Result<()> {
        let failed = || io_error(Action::Write, path);
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true);
        let mut log = if let Ok(log) = options.open(path) {
            log
        } else {
            create_dir_all(path.parent().unwrap_or(&self.private))?;
            options.open(path).map_err(failed())?
        };
        // What a power cut left of the last record must not spoil the next.
        let mut last = [b'\n'];
        if log.seek(SeekFrom::End(-1)).is_ok() {
            log.read_exact(&mut last).map_err(failed())?;
        }
        if last != [b'\n'] {
            text.insert(0, '\n');
        }
        log.write_all(text.as_bytes()).map_err(failed())
    }

    /// Remembers lines that were found sound but had no record.
    pub fn adopt(&self, lines: &[IndexLine]) -> Result<()> {
        let _held = self.lock.hold()?;
        self.record(lines)
    }
}

/// The first-level shard of a path within an index.
pub fn shard_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}
