//! What `repair` moves out of the way.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::io::fs::error::io_error;
use crate::io::fs::file::{create_dir_all, rename};
use crate::io::mirror::layout::Mirror;
use crate::model::error::Result;
use crate::model::errors::fs::Action;

/// A folder for what is moved out of the way in one run: `<mirror>/.mirror/quarantine/<n>/`, made when needed.
pub struct Quarantine {
    mirror: PathBuf,
    folder: Option<PathBuf>,
    /// Where things are now, within the mirror.
    pub moved: Vec<String>,
}

impl Quarantine {
    pub fn new(mirror: &Path) -> Self {
        Self {
            mirror: mirror.to_owned(),
            folder: None,
            moved: Vec::new(),
        }
    }

    /// Where `path`, which is within the mirror, goes.
    fn place(&mut self, path: &Path) -> Result<PathBuf> {
        let folder = if let Some(folder) = &self.folder {
            folder.clone()
        } else {
            let parent = Mirror::at(&self.mirror).quarantine();
            create_dir_all(&parent)?;
            let mut number = fs::read_dir(&parent).into_iter().flatten().count();
            loop {
                number += 1;
                let folder = parent.join(number.to_string());
                match fs::create_dir(&folder) {
                    Ok(()) => break self.folder.insert(folder).clone(),
                    Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
                    Err(cause) => return Err(io_error(Action::Create, &folder)(cause)),
                }
            }
        };
        let place = folder.join(path);
        create_dir_all(place.parent().unwrap_or(&folder))?;
        let shown = place.strip_prefix(&self.mirror).unwrap_or(&place);
        let shown = shown.to_string_lossy().replace('\\', "/");
        if !self.moved.contains(&shown) {
            self.moved.push(shown);
        }
        Ok(place)
    }

    /// Moves a file or folder.
    pub fn take(&mut self, path: &Path) -> Result<()> {
        let from = self.mirror.join(path);
        if fs::symlink_metadata(&from).is_err_and(|cause| cause.kind() == ErrorKind::NotFound) {
            return Ok(());
        }
        self.take_from(&from, path)
    }

    /// Moves what was at `path` and is at `from` now, because something sound has taken its place.
    pub fn take_from(&mut self, from: &Path, path: &Path) -> Result<()> {
        let place = self.place(path)?;
        rename(from, &place)
    }

    /// Keeps a line that is about to be dropped from the index file at `path`.
    pub fn keep_line(&mut self, path: &Path, raw: &[u8]) -> Result<()> {
        let place = self.place(path)?;
        let file = OpenOptions::new().create(true).append(true).open(&place);
        file.and_then(|mut file| {
            file.write_all(raw)?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .map_err(io_error(Action::Write, &place))
    }
}
