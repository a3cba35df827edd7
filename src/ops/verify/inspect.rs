//! The tasks of `verify`: a folder of the index, some index files, some crates.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::io::store::listing::{BUFFER, Listing};
use crate::io::store::registry::RegistryStore;
use crate::io::store::stamp::Seal;
use crate::model::error::{Error, chain};
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::index::file::IndexLine;
use crate::model::index::journal::{Journal, JournalVerdict};
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::archive;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::ops::verify::options::{Extent, VerifyOptions};
use crate::ops::verify::resume::Progress;
use crate::ops::verify::run::tell;

/// Index files, and crates, that make one task.
const FILES: usize = 32;
const CRATES: usize = 16;

/// Where a line of the index stands.
struct IndexAt<'a> {
    /// Below `index/`.
    path: &'a str,
    /// The same as reports show it.
    shown: &'a str,
    /// The last part of the path.
    file: &'a str,
    /// Whether cargo would look here for a crate of the file's name.
    in_place: bool,
}

/// A first-level folder of the index. It is through when nobody holds it any more.
pub struct Shard {
    name: String,
    records: Journal,
    checked: AtomicUsize,
    damaged: AtomicBool,
}

impl Shard {
    pub fn new(store: &RegistryStore, name: &str) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            records: store.line_records(name),
            checked: AtomicUsize::new(0),
            damaged: AtomicBool::new(false),
        })
    }

    /// For files that are in no shard.
    pub fn none() -> Arc<Self> {
        Arc::new(Self {
            name: String::new(),
            records: Journal::default(),
            checked: AtomicUsize::new(0),
            damaged: AtomicBool::new(true),
        })
    }
}

pub enum Task {
    Shard(String),
    Folder(Arc<Shard>, String),
    Files(Arc<Shard>, Vec<String>),
    Crates(Arc<Shard>, Vec<(CrateId, Sha256)>),
}

/// What one thread has found.
pub struct Counts {
    buffer: Vec<u8>,
    pub claimed: Vec<u64>,
    pub damages: Vec<Damage>,
    pub checked: usize,
    pub bytes: u64,
    pub unsealed: usize,
    pub unrecorded: usize,
    pub pruned: usize,
}

impl Counts {
    pub fn new() -> Self {
        Self {
            buffer: vec![0; BUFFER],
            claimed: Vec::new(),
            damages: Vec::new(),
            checked: 0,
            bytes: 0,
            unsealed: 0,
            unrecorded: 0,
            pruned: 0,
        }
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self::new()
    }
}

/// What is looked at, and how.
pub struct Inspection<'a> {
    pub source: &'a str,
    pub store: &'a RegistryStore,
    pub listing: &'a Listing,
    /// Crates whose bytes nobody wants.
    pub pruned: &'a BTreeSet<CrateId>,
    pub options: &'a VerifyOptions,
    pub watch: &'a Watch,
    pub progress: &'a Progress,
}

impl Inspection<'_> {
    pub fn work(&self, tally: &mut Counts, task: Task, more: &mut Vec<Task>) {
        let shard = match task {
            Task::Shard(name) => {
                let shard = Shard::new(self.store, &name);
                self.folder(tally, &shard, &name, more);
                shard
            }
            Task::Folder(shard, path) => {
                self.folder(tally, &shard, &path, more);
                shard
            }
            Task::Files(shard, paths) => {
                for path in paths {
                    self.index_file(tally, &shard, &path, more);
                }
                shard
            }
            Task::Crates(shard, crates) => {
                for (id, expected) in crates {
                    self.krate(tally, &shard, id, expected);
                }
                shard
            }
        };
        if let Some(shard) = Arc::into_inner(shard)
            && !shard.damaged.into_inner()
        {
            let checked = shard.checked.into_inner();
            self.progress.done(self.source, &shard.name, checked);
        }
    }

    fn damage(
        &self,
        tally: &mut Counts,
        shard: &Shard,
        (kind, path): (DamageKind, String),
        package: Option<CrateId>,
        cause: String,
    ) {
        shard.damaged.store(true, Ordering::Relaxed);
        let damage = Damage {
            source: self.source.to_owned(),
            path,
            kind,
            package,
            cause,
        };
        tell(self.watch, &damage);
        tally.damages.push(damage);
    }

    fn folder(&self, tally: &mut Counts, shard: &Arc<Shard>, path: &str, more: &mut Vec<Task>) {
        let (folders, files) = match self.store.index_folder(path) {
            Ok(found) => found,
            Err(error) => {
                let path = format!("{}/index/{path}", self.source);
                return self.damage(
                    tally,
                    shard,
                    (DamageKind::Unreadable, path),
                    None,
                    chain(&error),
                );
            }
        };
        let inner = |name: &str| format!("{path}/{name}");
        for name in folders.iter().rev() {
            match name.to_str() {
                Some(name) => more.push(Task::Folder(Arc::clone(shard), inner(name))),
                None => self.stray(tally, shard, &inner(&name.to_string_lossy())),
            }
        }
        let (names, odd): (Vec<_>, Vec<_>) = files.iter().partition(|name| name.to_str().is_some());
        for name in odd {
            self.stray(tally, shard, &inner(&name.to_string_lossy()));
        }
        let names: Vec<String> = names
            .into_iter()
            .filter_map(|name| Some(inner(name.to_str()?)))
            .collect();
        more.extend(
            names
                .chunks(FILES)
                .map(|some| Task::Files(Arc::clone(shard), some.to_vec())),
        );
    }

    fn stray(&self, tally: &mut Counts, shard: &Shard, path: &str) {
        let path = format!("{}/index/{path}", self.source);
        let cause = "it is not an index file".to_owned();
        self.damage(tally, shard, (DamageKind::Stray, path), None, cause);
    }

    /// Which crate a line speaks of, and with which checksum. `None`: the line is not in its place.
    fn index_line(
        &self,
        tally: &mut Counts,
        shard: &Arc<Shard>,
        at: &IndexAt<'_>,
        line: &IndexLine,
    ) -> Option<(CrateId, Sha256)> {
        match shard.records.judge(at.file, line) {
            JournalVerdict::Changed(record) => {
                let cause = "it is not the line that was written".to_owned();
                let id = record.id.clone();
                let what = (DamageKind::ChangedLine, at.shown.to_owned());
                self.damage(tally, shard, what, Some(id.clone()), cause);
                Some((id, record.checksum))
            }
            verdict => {
                let home = line.id().name.index_path();
                if !at.in_place || home != at.path {
                    let what = (DamageKind::MisplacedLine, at.shown.to_owned());
                    let cause = format!("cargo looks for it in `index/{home}`");
                    self.damage(tally, shard, what, Some(line.id().clone()), cause);
                    let key = self.listing.key(&line.id().file_name());
                    tally.claimed.push(key);
                    return None;
                }
                tally.unrecorded += usize::from(verdict == JournalVerdict::Unknown);
                Some((line.id().clone(), *line.checksum()))
            }
        }
    }

    /// Reads the index file at `path`, judges its lines, and leaves its crates to later tasks.
    fn index_file(&self, tally: &mut Counts, shard: &Arc<Shard>, path: &str, more: &mut Vec<Task>) {
        let shown = format!("{}/index/{path}", self.source);
        let text = match self.store.index_text(path) {
            Ok(Some(text)) => text,
            // Gone since its folder was listed.
            Ok(None) => return,
            Err(error) => {
                let what = (DamageKind::Unreadable, shown);
                return self.damage(tally, shard, what, None, chain(&error));
            }
        };
        let file = path.rsplit('/').next().unwrap_or_default();
        let named = CrateName::parse(file).ok();
        let in_place = named.is_some_and(|name| name.index_path() == path);
        let mut seen: BTreeMap<CrateId, (Sha256, bool)> = BTreeMap::new();
        let mut readable = false;
        for raw in text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end)
        {
            if raw.is_empty() {
                continue;
            }
            let line = match IndexLine::parse(raw) {
                Ok(line) => line,
                Err(cause) if in_place => {
                    let cause = chain(&cause);
                    self.damage(
                        tally,
                        shard,
                        (DamageKind::UnreadableLine, shown.clone()),
                        None,
                        cause,
                    );
                    continue;
                }
                Err(_) => continue,
            };
            readable = true;
            let at = IndexAt {
                path,
                shown: &shown,
                file,
                in_place,
            };
            let Some((id, expected)) = self.index_line(tally, shard, &at, &line) else {
                continue;
            };
            // The last of several is the one that cargo goes by.
            if let Some((_, told)) = seen.get(&id) {
                if !told {
                    let cause = "its version stands more than once".to_owned();
                    let what = (DamageKind::DuplicateLine, shown.clone());
                    self.damage(tally, shard, what, Some(id.clone()), cause);
                }
                seen.insert(id, (expected, true));
            } else {
                seen.insert(id, (expected, false));
            }
        }
        if !in_place && !readable {
            return self.stray(tally, shard, path);
        }
        let mut crates: Vec<(CrateId, Sha256)> = seen
            .into_iter()
            .map(|(id, (expected, _))| (id, expected))
            .collect();
        tally.claimed.extend(
            crates
                .iter()
                .map(|(id, _)| self.listing.key(&id.file_name())),
        );
        while !crates.is_empty() {
            let rest = crates.split_off(crates.len().min(CRATES));
            more.push(Task::Crates(Arc::clone(shard), crates));
            crates = rest;
        }
    }

    /// Holds the bytes of one version against what its line vouches for.
    fn krate(&self, tally: &mut Counts, shard: &Shard, id: CrateId, mut expected: Sha256) {
        let mut fault = self.look(tally, &id, &expected);
        if fault.is_some()
            && let Ok(index) = self.store.read_index(&id.name)
        {
            // Another process may have replaced or removed the version since its line was read.
            match index.get(&id) {
                Some(line) if *line.checksum() != expected => {
                    // A new line has a new record.
                    let records = self.store.line_records(&shard.name);
                    if records.judge(id.name.as_str(), line) == JournalVerdict::Right {
                        expected = *line.checksum();
                        fault = self.look(tally, &id, &expected);
                    }
                }
                Some(_) => {}
                None => fault = None,
            }
        }
        if matches!(fault, Some((DamageKind::MissingBytes, _))) && self.pruned.contains(&id) {
            tally.pruned += 1;
            return (self.watch)(&Event::Checked { package: id });
        }
        tally.checked += 1;
        shard.checked.fetch_add(1, Ordering::Relaxed);
        if let Some((kind, cause)) = fault {
            let path = format!("{}/{}", self.source, id.file_name());
            self.damage(tally, shard, (kind, path), Some(id.clone()), cause);
        }
        (self.watch)(&Event::Checked { package: id });
    }

    fn look(
        &self,
        tally: &mut Counts,
        id: &CrateId,
        expected: &Sha256,
    ) -> Option<(DamageKind, String)> {
        let name = id.file_name();
        let read = match &self.options.extent {
            Extent::All => true,
            Extent::Named(names) if names.contains(&id.name) => true,
            extent => {
                let file = match self.store.look_at(&name) {
                    Ok(file) => file,
                    Err(cause) => return Some(unread(&cause)),
                };
                if file.is_empty() {
                    return Some((
                        DamageKind::ChangedBytes,
                        "its .crate file is empty".to_owned(),
                    ));
                }
                match (extent, file.seal(expected)) {
                    (Extent::Since(since), _) => file.changed_since(*since),
                    (_, Seal::Wrong) => {
                        let cause = "its .crate file bears the seal of other bytes".to_owned();
                        return Some((DamageKind::ChangedBytes, cause));
                    }
                    (_, seal) => {
                        tally.unsealed += usize::from(seal == Seal::None);
                        false
                    }
                }
            }
        };
        if !read {
            return None;
        }
        let actual = match self.store.hash_file(&name, &mut tally.buffer) {
            Ok((actual, length)) => {
                tally.bytes += length;
                actual
            }
            Err(cause) => return Some(unread(&cause)),
        };
        if actual != *expected {
            let cause = format!("its .crate file has the checksum {actual} instead of {expected}");
            return Some((DamageKind::ChangedBytes, cause));
        }
        if !self.options.archives {
            return None;
        }
        let archive = self.store.open_crate(id).ok()?;
        let size = archive.metadata().map_or(0, |meta| meta.len());
        let archive = std::io::BufReader::with_capacity(64 << 10, archive);
        let refused = archive::inspect(archive, size, id).err()?;
        Some((
            DamageKind::UnsafeArchive,
            chain(&Error::Store(StoreError::Package(refused))),
        ))
    }
}

/// A disk that cannot read a file is one more way for it to be damaged.
fn unread(cause: &std::io::Error) -> (DamageKind, String) {
    match cause.kind() {
        ErrorKind::NotFound => (
            DamageKind::MissingBytes,
            "its .crate file is not there".to_owned(),
        ),
        _ => (
            DamageKind::Unreadable,
            format!("its .crate file cannot be read: {cause}"),
        ),
    }
}
