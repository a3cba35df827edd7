//! Names that crates.io is never asked for: those of hosted crates, and those that `private-names` reserves.
//!
//! Whoever asks crates.io for a private name tells it, and takes what a stranger publishes there under it (dependency
//! confusion). So a private name has no crate in crates.io's place here, in any of its spellings, unless `allow-public` says
//! that both are meant to exist.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::io::bucket::waiting::WaitingBucket;
use crate::io::fs::stamp::Stamp;
use crate::io::hosting::registries;
use crate::io::mirror::hosting::folder_of;
use crate::io::mirror::layout::{Mirror, hosted};
use crate::io::mirror::settings;
use crate::model::access::scope::{CratePattern, canonical};
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::settings::file::Settings;

/// Why a name is private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Private {
    /// A crate of this name is in the hosted registry.
    Hosted(String),
    /// `private-names` has it.
    Reserved,
}

/// The private names of a mirror, as they were at a moment.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct PrivateNames {
    /// By canonical name: the registry.
    hosted: HashMap<String, String>,
    allowed: Vec<CratePattern>,
    settings: Settings,
}

impl PrivateNames {
    pub fn read(mirror: &Path) -> Result<Self> {
        let settings = settings::read(mirror)?;
        let mut names = Self::default();
        for registry in hosted(mirror) {
            let mut of_registry = recorded(mirror, &registry);
            if of_registry.is_empty() {
                // The records were lost, or the folder was copied without them: its index still knows.
                of_registry = indexed(&mirror.join(folder_of(&registry)).join("index"));
            }
            for name in of_registry {
                names.hosted.insert(canonical(&name), registry.clone());
            }
            names.allowed.extend(settings.of(&registry).allow_public);
        }
        names.settings = settings;
        Ok(names)
    }

    /// Those of the registries in a bucket; `mirror` has the settings of this machine.
    pub fn in_bucket(bucket: &WaitingBucket, mirror: &Path) -> Result<Self> {
        let mut names = Self::of(settings::read(mirror)?);
        for registry in registries::names(bucket)? {
            if let Some(record) = registries::read(bucket, &registry)? {
                let listed = bucket.list(&format!("{}/index", folder_of(&registry)))?;
                let paths = listed.iter().map(|info| info.key.as_str());
                names.add(&registry, paths, record.policy.allow_public);
            }
        }
        Ok(names)
    }

    /// Those that settings reserve.
    pub fn of(settings: Settings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Adds those of a registry, by the paths of its index.
    pub fn add<'a>(
        &mut self,
        registry: &str,
        paths: impl Iterator<Item = &'a str>,
        allowed: Vec<CratePattern>,
    ) {
        let names = paths.filter_map(|path| CrateName::parse(path.rsplit('/').next()?).ok());
        for name in names {
            self.hosted.insert(canonical(&name), registry.to_owned());
        }
        self.allowed.extend(allowed);
    }

    /// Whether crates.io may not be asked for this name, and why.
    pub fn why(&self, name: &CrateName) -> Option<Private> {
        if self.may_be_public(name) {
            return None;
        }
        match self.hosted.get(&canonical(name)) {
            Some(registry) => Some(Private::Hosted(registry.clone())),
            None => self
                .settings
                .keeps_private(name)
                .then_some(Private::Reserved),
        }
    }

    /// Whether it is one of this hosted registry.
    pub fn is_of(&self, registry: &str, name: &CrateName) -> bool {
        self.hosted
            .get(&canonical(name))
            .is_some_and(|it| it == registry)
    }

    /// Whether no name is private.
    pub fn is_empty(&self) -> bool {
        self.hosted.is_empty() && self.settings.private_names.is_empty()
    }

    /// Whether a name may be here and on crates.io.
    pub fn may_be_public(&self, name: &CrateName) -> bool {
        self.allowed.iter().any(|pattern| pattern.matches(name))
    }
}

fn recorded(mirror: &Path, registry: &str) -> Vec<CrateName> {
    let entries = std::fs::read_dir(Mirror::at(mirror).crate_records(registry));
    let names = entries.into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter_map(|name| CrateName::parse(name.strip_suffix(".json")?).ok())
        .collect()
}

/// The names of the files in an index.
fn indexed(index: &Path) -> Vec<CrateName> {
    let mut found = Vec::new();
    let mut folders = vec![(index.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < 2 {
                folders.push((entry.path(), depth + 1));
            } else if let (false, 1.., Ok(name)) =
                (is_folder, depth, entry.file_name().into_string())
            {
                found.extend(CrateName::parse(&name));
            }
        }
    }
    found
}

/// The private names for a server: read again where something that makes them has changed.
#[derive(Debug)]
pub struct WatchedNames {
    mirror: PathBuf,
    known: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    looked: Instant,
    stamps: Vec<Option<Stamp>>,
    /// Something was published since.
    stale: bool,
    names: Arc<PrivateNames>,
}

/// How old they may be. What this process publishes itself is known at once.
const FRESH: Duration = Duration::from_millis(500);

impl WatchedNames {
    pub fn of(mirror: &Path) -> Self {
        Self {
            mirror: mirror.to_owned(),
            known: Mutex::default(),
        }
    }

    /// The names, and whether they have changed since they were last asked for. While `mirror.toml` is broken, what it said
    /// before stays in effect.
    pub fn now(&self) -> (Arc<PrivateNames>, bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known
            .as_ref()
            .filter(|known| !known.stale && known.looked.elapsed() < FRESH)
        {
            return (Arc::clone(&known.names), false);
        }
        let stamps = self.stamps();
        if let Some(known) = known
            .as_mut()
            .filter(|known| !known.stale && known.stamps == stamps)
        {
            known.looked = Instant::now();
            return (Arc::clone(&known.names), false);
        }
        let read = PrivateNames::read(&self.mirror);
        let names = match (read, known.as_ref()) {
            (Ok(names), _) => Arc::new(names),
            (Err(_), Some(known)) => Arc::clone(&known.names),
            (Err(_), None) => Arc::default(),
        };
        let changed = known.as_ref().is_some_and(|known| known.names != names);
        *known = Some(Known {
            looked: Instant::now(),
            stamps,
            stale: false,
            names: Arc::clone(&names),
        });
        (names, changed)
    }

    /// The next look reads them anew.
    pub fn changed(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_mut() {
            known.stale = true;
        }
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        let mirror = Mirror::at(&self.mirror);
        let mut stamps = vec![
            Stamp::at(&mirror.settings()),
            Stamp::at(&self.mirror.join("registries")),
        ];
        for registry in hosted(&self.mirror) {
            stamps.push(Stamp::at(&mirror.crate_records(&registry)));
        }
        stamps
    }
}
