//! What a hosted registry can be searched for, kept in memory: a search reads no file of the registry unless something has
//! changed since the last one.
//!
//! Every change writes a line into the audit log and all but yanks a record of the crate. Only if one of these was touched,
//! or after some seconds, are the stamps of the index files compared, and those that are new read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::io::fs::file;
use crate::io::fs::parallel;
use crate::io::fs::stamp::Stamp;
use crate::io::mirror::layout::Mirror;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, MAX_FILE};
use crate::model::package::archive;
use crate::model::package::id::CrateId;
use crate::ops::publish::check::description;
use crate::ops::publish::registry::OpenRegistry;

/// What somebody puts into the folder past this program is found after this long.
const LOOK: Duration = Duration::from_secs(10);

/// The crates of one registry.
#[derive(Debug, Default)]
pub struct Catalogue {
    files: HashMap<PathBuf, Entry>,
    /// What the files looked like that every change touches.
    touched: Vec<Option<Stamp>>,
    looked: Option<Instant>,
}

/// What is known of one index file.
#[derive(Debug)]
struct Entry {
    stamp: Option<Stamp>,
    newest: Option<CrateId>,
    found: Option<Findable>,
}

/// A crate as a search shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Searched {
    pub name: String,
    pub description: Option<String>,
    pub max_version: String,
}

/// A crate, with its texts as they are searched.
#[derive(Debug)]
pub struct Findable {
    pub shown: Searched,
    /// Lower case, `_` as `-`.
    pub name: String,
    pub description: String,
}

impl Findable {
    pub fn new(shown: Searched) -> Self {
        Self {
            name: plain(&shown.name),
            description: shown.description.as_deref().map(plain).unwrap_or_default(),
            shown,
        }
    }
}

/// A text as it is compared: in lower case, with `-` for `_`.
pub fn plain(text: &str) -> String {
    text.to_lowercase().replace('_', "-")
}

impl Catalogue {
    /// All crates, as they are now.
    pub fn all(&self) -> impl Iterator<Item = &Findable> {
        self.files.values().filter_map(|entry| entry.found.as_ref())
    }

    /// Takes in what has changed since the last look.
    pub fn refresh(&mut self, registry: &OpenRegistry) -> Result<()> {
        let touched = touched(registry);
        let recent = self.looked.is_some_and(|looked| looked.elapsed() < LOOK);
        if recent && touched == self.touched {
            return Ok(());
        }
        let looked = Instant::now();
        let paths = registry.store.index_files()?;
        let stamped = paths.into_iter().map(|path| {
            let stamp = Stamp::at(&path);
            (path, stamp)
        });
        let (mut files, mut changed) = (HashMap::new(), Vec::new());
        for (path, stamp) in stamped {
            match self.files.remove(&path) {
                Some(known) if known.stamp == stamp => drop(files.insert(path, known)),
                known => changed.push((path, stamp, known)),
            }
        }
        let read = parallel::on_all_cores(&changed, |(path, stamp, known)| {
            entry(&registry.store, path, *stamp, known.as_ref())
        });
        for ((path, _, _), entry) in changed.into_iter().zip(read) {
            files.insert(path, entry);
        }
        self.files = files;
        self.touched = touched;
        self.looked = Some(looked);
        Ok(())
    }
}

/// The files that every change touches, as they look now.
fn touched(registry: &OpenRegistry) -> Vec<Option<Stamp>> {
    let records = Mirror::at(&registry.mirror).crate_records(&registry.name);
    let paths = [registry.accounts.log_folder(), records];
    let mut stamps: Vec<Option<Stamp>> = paths.iter().map(|path| Stamp::at(path)).collect();
    // Appending to a file is not seen at its folder.
    stamps.extend(newest_in(&paths[0]).map(|path| Stamp::at(&path)));
    stamps
}

/// The last file of a folder by its name: the log of this month.
fn newest_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).max()
}

fn entry(store: &RegistryStore, path: &Path, stamp: Option<Stamp>, known: Option<&Entry>) -> Entry {
    let nothing = Entry {
        stamp,
        newest: None,
        found: None,
    };
    let Ok(text) = file::read(path, MAX_FILE as u64) else {
        return nothing;
    };
    let index = IndexFile::parse(&text);
    // The newest that is not yanked; where all are, the newest.
    let newest = (index.lines().iter()).max_by_key(|line| (!line.yanked(), &line.id().version));
    let Some(newest) = newest.map(|line| line.id().clone()) else {
        return nothing;
    };
    // A version never changes, so neither does what it says of itself.
    let before = known.filter(|known| known.newest.as_ref() == Some(&newest));
    let description = match before.and_then(|known| known.found.as_ref()) {
        Some(found) => found.shown.description.clone(),
        None => describe(store, &newest),
    };
    let found = Findable::new(Searched {
        name: newest.name.to_string(),
        max_version: newest.version.to_string(),
        description,
    });
    Entry {
        stamp,
        newest: Some(newest),
        found: Some(found),
    }
}

/// The description in the manifest of a package.
fn describe(store: &RegistryStore, id: &CrateId) -> Option<String> {
    let file = store.open_crate(id).ok()?;
    let size = file.metadata().ok()?.len();
    description(&archive::read(file, size, id).ok()?.manifest?)
}
