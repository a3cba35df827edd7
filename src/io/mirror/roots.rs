//! What a mirror remembers of its runs.
//!
//! ```text
//! <mirror>/.mirror/roots/<id>         what was asked for; modification time: when it was last given
//! <mirror>/.mirror/failures.json      what could not be fetched
//! ```
//!
//! Each is written beside and renamed. A root is flushed before and after, because `gc` goes by it; it is not written at
//! all while it says the same.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::file::{self, create_dir_all};
use crate::io::fs::lock::Lock;
use crate::io::fs::sync;
use crate::io::mirror::layout::Mirror;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::store::StoreError;
use crate::model::mirror::failures::Failures;
use crate::model::mirror::root::{Root, RootId, RootOrigin};
use crate::model::units::timestamp::Timestamp;

/// A root or failure list larger than this is none of ours.
const MAX_RECORD: u64 = 256 << 20;
/// How old a root's date may be before the same input renews it.
const FRESH: Duration = Duration::from_hours(24);

/// The folder of what is remembered.
#[derive(Debug)]
pub struct RootStore {
    private: PathBuf,
    lock: Lock,
    flushing: bool,
}

/// A root as it stands in the mirror.
#[derive(Debug)]
pub struct RecordedRoot {
    pub id: RootId,
    pub given: Timestamp,
    pub root: Root,
}

impl RootStore {
    pub fn of(mirror: &Path) -> Self {
        let private = Mirror::at(mirror).private();
        Self {
            lock: Lock::new(private.join("lock")),
            private,
            flushing: true,
        }
    }

    /// Leaves it to the system when things reach the disk.
    #[must_use]
    pub fn without_flushing(mut self) -> Self {
        self.flushing = false;
        self
    }

    fn root_path(&self, id: &RootId) -> PathBuf {
        self.private.join("roots").join(id.as_str())
    }

    /// `RootStore` a root as given now. Returns the one that it takes the place of, if that said something else. Nothing is
    /// written while it says the same, except its date once a day.
    pub fn record(&self, root: &Root, now: Timestamp) -> Result<Option<Root>> {
        let path = self.root_path(&root.origin.id());
        let text = root.render();
        let before = if_there(file::read(&path, MAX_RECORD))?;
        if before.as_deref() == Some(text.as_bytes()) {
            let given = file::modified(&path);
            if given.is_ok_and(|given| now.since(given) < FRESH && now >= given) {
                return Ok(None);
            }
            file::set_modified(&path, now.into()).map_err(io_error(Action::Write, &path))?;
            return Ok(None);
        }
        self.write(&path, text.as_bytes(), Some(now.into()))?;
        let before = before.and_then(|text| String::from_utf8(text).ok());
        Ok(before.and_then(|text| Root::parse(&text).ok()))
    }

    /// The root of this origin, if it was ever recorded and can be read.
    pub fn root(&self, origin: &RootOrigin) -> Option<Root> {
        let text = file::read_text(&self.root_path(&origin.id()), MAX_RECORD);
        text.ok().and_then(|text| Root::parse(&text).ok())
    }

    /// Every root, in the order of their ids. One that cannot be read is an error: nobody knows what it wants.
    pub fn roots(&self) -> Result<Vec<RecordedRoot>> {
        let ids = self.root_ids()?;
        ids.iter().map(|id| self.read(id)).collect()
    }

    /// One root by its id.
    pub fn read(&self, id: &RootId) -> Result<RecordedRoot> {
        let path = self.root_path(id);
        let text = file::read_text(&path, MAX_RECORD)?;
        let root = Root::parse(&text).map_err(|source| {
            Error::Store(StoreError::Root {
                path: path.clone(),
                source: Box::new(source),
            })
        })?;
        Ok(RecordedRoot {
            id: id.clone(),
            given: file::modified(&path)?,
            root,
        })
    }

    /// The ids of all roots, readable or not.
    pub fn root_ids(&self) -> Result<Vec<RootId>> {
        let folder = self.private.join("roots");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(io_error(Action::Read, &folder)(cause)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_error(Action::Read, &folder))?;
            // Temporary files have other names.
            ids.extend(entry.file_name().to_str().and_then(RootId::parse));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Forgets a root.
    pub fn forget(&self, id: &RootId) -> Result<()> {
        file::remove(&self.root_path(id))
    }

    /// What could not be fetched so far.
    pub fn failures(&self) -> Result<Failures> {
        let text = if_there(file::read(&self.private.join("failures.json"), MAX_RECORD))?;
        Ok(text.map_or_else(Failures::default, |text| Failures::parse(&text)))
    }

    /// Changes what is remembered of failures, under the mirror's lock. Nothing is written where nothing changes.
    pub fn change_failures(&self, change: impl FnOnce(&mut Failures)) -> Result<()> {
        let _held = self.lock.hold()?;
        let before = self.failures()?;
        let mut after = before.clone();
        change(&mut after);
        let path = self.private.join("failures.json");
        if after == before {
            Ok(())
        } else if after == Failures::default() {
            file::remove(&path)
        } else {
            self.write(&path, &after.render(), None)
        }
    }

    fn write(&self, path: &Path, bytes: &[u8], time: Option<SystemTime>) -> Result<()> {
        let folder = path.parent().unwrap_or(&self.private);
        create_dir_all(folder)?;
        // Named after the process, so that two that write the same record do not meet. What a killed one left is
        // written over by the next with its number, or swept by `gc`.
        let temporary = folder.join(format!(".{}.tmp", std::process::id()));
        file::remove(&temporary)?;
        file::write_new(&temporary, bytes)?;
        if let Some(time) = time {
            file::set_modified(&temporary, time).map_err(io_error(Action::Write, &temporary))?;
        }
        if self.flushing {
            sync::file(&temporary)?;
        }
        file::rename(&temporary, path)?;
        if self.flushing {
            sync::folder(folder)?;
        }
        Ok(())
    }

    /// Removes what killed runs left beside the records. Nobody else may be writing.
    pub fn sweep(&self) {
        for folder in [self.private.clone(), self.private.join("roots")] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if name.starts_with('.') && name.ends_with(".tmp") {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }
}
