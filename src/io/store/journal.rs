//! The log of what was written into the index (see `model::index::journal`): one file for each first-level shard.
//!
//! ```text
//! <mirror>/.mirror/lines/crates-io/se      a record for each line below crates-io/index/se/
//! ```

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{create_dir_all, read};
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::errors::fs::Action;
use crate::model::index::file::IndexLine;
use crate::model::index::journal::{Journal, JournalEntry, written};

/// A log larger than this is none of ours.
const MAX_LOG: u64 = 1 << 30;

impl RegistryStore {
    fn log_path(&self, shard: &str) -> PathBuf {
        (self.private.join("lines"))
            .join(self.source_path())
            .join(shard)
    }

    /// What was written below `index/<shard>/`. A log that cannot be read is as good as none: it vouches for nothing.
    pub fn line_records(&self, shard: &str) -> Journal {
        let log = if_there(read(&self.log_path(shard), MAX_LOG));
        Journal::parse(&log.ok().flatten().unwrap_or_default())
    }

    /// How many bytes the log of each shard has.
    pub fn log_lengths(&self) -> BTreeMap<String, u64> {
        let folder = self.log_path("");
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let lengths = entries.filter_map(|entry| {
            let meta = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((entry.file_name().into_string().ok()?, meta.len()))
        });
        lengths.collect()
    }

    /// Whether something was written below `index/<shard>/` within the last minutes: its index lines may still be under way.
    pub fn log_is_recent(&self, shard: &str) -> bool {
        const UNDER_WAY: Duration = Duration::from_mins(2);
        let modified = std::fs::metadata(self.log_path(shard)).and_then(|meta| meta.modified());
        modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < UNDER_WAY))
    }

    /// The lines that were written below `index/<shard>/` since its log had `from` bytes.
    pub fn written_since(&self, shard: &str, from: u64) -> Result<Vec<JournalEntry>> {
        let path = self.log_path(shard);
        let log = File::open(&path).and_then(|mut file| {
            file.seek(SeekFrom::Start(from))?;
            let mut log = Vec::new();
            file.take(MAX_LOG).read_to_end(&mut log)?;
            Ok(log)
        });
        let log = if_there(log.map_err(io_error(Action::Read, &path)))?;
        Ok(written(&log.unwrap_or_default()).collect())
    }

    /// Remembers lines. The lock must be held.
    pub(super) fn record(&self, lines: &[IndexLine]) -> Result<()> {
        let mut shards: BTreeMap<String, String> = BTreeMap::new();
        // Those of one crate come together.
        for lines in lines.chunk_by(|one, other| one.id().name == other.id().name) {
            let path = lines[0].id().name.index_path();
            let log = shards.entry(shard_of(&path).to_owned()).or_default();
            for line in lines {
                JournalEntry::of(line).render(log);
            }
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
