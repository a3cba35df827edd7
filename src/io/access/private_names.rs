//! Names that crates.io is never asked for: those of hosted crates, and those that `private-names` reserves.
//!
//! Whoever asks crates.io for a private name tells it, and takes what a stranger publishes there under it (dependency
//! confusion). So a private name has no crate in crates.io's place here, in any of its spellings, unless `allow-public` says
//! that both are meant to exist.

use std::collections::{HashMap, HashSet};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::io::bucket::waiting::WaitingBucket;
use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::stamp::Stamp;
use crate::io::hosting::registries;
use crate::io::mirror::hosting::folder_of;
use crate::io::mirror::layout::{Mirror, hosted, try_hosted};
use crate::io::mirror::settings::{self, WatchedSettings};
use crate::model::access::scope::{CratePattern, canonical};
use crate::model::error::Result;
use crate::model::errors::fs::Action;
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
#[derive(Debug, Default, Clone)]
pub struct PrivateNames {
    /// By canonical name: the registry. Shared by what differs in a few names.
    hosted: Arc<HashMap<String, String>>,
    /// Those that were published since the others were read, likewise.
    newer: HashMap<String, String>,
    allowed: Vec<CratePattern>,
    settings: Settings,
}

impl PrivateNames {
    pub fn read(mirror: &Path) -> Result<Self> {
        Self::with(mirror, settings::read(mirror)?)
    }

    /// With settings that were read already.
    fn with(mirror: &Path, settings: Settings) -> Result<Self> {
        let mut names = Self::default();
        let mut found = HashMap::new();
        for registry in try_hosted(mirror)? {
            let mut of_registry = recorded(mirror, &registry)?;
            // Records may be lost, and a folder that was copied or imported has none: its index knows.
            of_registry.extend(indexed(&mirror.join(folder_of(&registry)).join("index"))?);
            for name in of_registry {
                found.insert(canonical(&name), registry.clone());
            }
            names.allowed.extend(settings.of(&registry).allow_public);
        }
        names.hosted = Arc::new(found);
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
        let hosted = Arc::make_mut(&mut self.hosted);
        for name in names {
            hosted.insert(canonical(&name), registry.to_owned());
        }
        self.allowed.extend(allowed);
    }

    /// Adds one that was published since.
    pub fn add_newer(&mut self, registry: &str, name: &CrateName) {
        self.newer.insert(canonical(name), registry.to_owned());
    }

    /// Whether crates.io may not be asked for this name, and why.
    pub fn why(&self, name: &CrateName) -> Option<Private> {
        if self.may_be_public(name) {
            return None;
        }
        match self.registry_of(&canonical(name)) {
            Some(registry) => Some(Private::Hosted(registry.to_owned())),
            None => self
                .settings
                .keeps_private(name)
                .then_some(Private::Reserved),
        }
    }

    /// Whether it is one of this hosted registry.
    pub fn is_of(&self, registry: &str, name: &CrateName) -> bool {
        self.registry_of(&canonical(name)) == Some(registry)
    }

    fn registry_of(&self, canonical: &str) -> Option<&str> {
        let newer = self.newer.get(canonical);
        newer
            .or_else(|| self.hosted.get(canonical))
            .map(String::as_str)
    }

    /// The names of hosted crates that crates.io is not asked for, with their registries, sorted.
    pub fn of_registries(&self) -> Vec<(CrateName, String)> {
        let names = self.all();
        let parsed = names
            .filter_map(|(name, registry)| Some((CrateName::parse(name).ok()?, registry.clone())));
        let mut private: Vec<_> = parsed
            .filter(|(name, _)| !self.may_be_public(name))
            .collect();
        private.sort();
        private
    }

    /// Each canonical name with its registry.
    fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        let older = self.hosted.iter();
        let older = older.filter(|(name, _)| !self.newer.contains_key(*name));
        older.chain(&self.newer)
    }

    /// The private names as catalogues have names, folded. `beginning` lists those of a catalogue that begin so.
    pub fn hidden(&self, beginning: impl Fn(&str) -> Vec<String>) -> HashSet<String> {
        let mut names: HashSet<String> = self.all().map(|(name, _)| name.clone()).collect();
        for pattern in &self.settings.private_names {
            match pattern.parts() {
                (start, true) => names.extend(beginning(&start)),
                (name, false) => drop(names.insert(name)),
            }
        }
        if !self.allowed.is_empty() {
            let is_private =
                |name: &str| CrateName::parse(name).is_ok_and(|it| self.why(&it).is_some());
            names.retain(|name| is_private(name));
        }
        names
    }

    /// Whether names are private by how they begin.
    pub fn has_starts(&self) -> bool {
        let mut patterns = self.settings.private_names.iter();
        patterns.any(|pattern| pattern.parts().1)
    }

    /// Whether no name is private.
    pub fn is_empty(&self) -> bool {
        self.hosted.is_empty() && self.newer.is_empty() && self.settings.private_names.is_empty()
    }

    /// Whether a name may be here and on crates.io.
    pub fn may_be_public(&self, name: &CrateName) -> bool {
        self.allowed.iter().any(|pattern| pattern.matches(name))
    }
}

impl PartialEq for PrivateNames {
    fn eq(&self, other: &Self) -> bool {
        self.allowed == other.allowed
            && self.settings == other.settings
            && self.all().count() == other.all().count()
            && self
                .all()
                .all(|(name, registry)| other.registry_of(name) == Some(registry))
    }
}

fn recorded(mirror: &Path, registry: &str) -> Result<Vec<CrateName>> {
    let entries = list(&Mirror::at(mirror).crate_records(registry))?.into_iter();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names
        .filter_map(|name| CrateName::parse(name.strip_suffix(".json")?).ok())
        .collect())
}

/// The names of the files in an index.
fn indexed(index: &Path) -> Result<Vec<CrateName>> {
    let mut found = Vec::new();
    let mut folders = vec![(index.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in list(&folder)? {
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
    Ok(found)
}

/// What is in a folder; nothing where there is none. One that cannot be read is an error: it may hold private names.
fn list(folder: &Path) -> Result<Vec<DirEntry>> {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect);
    let entries: Result<Vec<DirEntry>> = entries.map_err(io_error(Action::Read, folder));
    Ok(if_there(entries)?.unwrap_or_default())
}

/// The private names for a server: read again where something that makes them has changed.
#[derive(Debug)]
pub struct WatchedNames {
    mirror: PathBuf,
    settings: WatchedSettings,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    looked: Instant,
    stamps: Vec<Option<Stamp>>,
    /// Something may have been, and only the folders know.
    stale: bool,
    names: Arc<PrivateNames>,
}

/// How old they may be. What this process publishes itself is known at once.
const FRESH: Duration = Duration::from_millis(500);

impl WatchedNames {
    /// Fails where the names cannot be read: there is nothing to go by then.
    pub fn open(mirror: &Path) -> Result<Self> {
        let settings = WatchedSettings::default();
        // Before they are read: what is written in between is read the next time.
        let stamps = stamps(mirror);
        let names = PrivateNames::with(mirror, settings.read(mirror)?)?;
        Ok(Self {
            mirror: mirror.to_owned(),
            settings,
            known: Mutex::new(Known {
                looked: Instant::now(),
                stamps,
                stale: false,
                names: Arc::new(names),
            }),
        })
    }

    /// The names, and whether they were just read and are others than before. While `mirror.toml` or a folder cannot be read,
    /// those of before stay in effect.
    pub fn now(&self) -> (Arc<PrivateNames>, bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.stale && known.looked.elapsed() < FRESH {
            return (Arc::clone(&known.names), false);
        }
        let stamps = stamps(&self.mirror);
        known.looked = Instant::now();
        if !known.stale && known.stamps == stamps {
            return (Arc::clone(&known.names), false);
        }
        let settings = self.settings.read(&self.mirror);
        let read = settings.and_then(|settings| PrivateNames::with(&self.mirror, settings));
        known.stale = false;
        let Ok(names) = read else {
            // Looked at again, whatever has changed until then.
            known.stamps.clear();
            return (Arc::clone(&known.names), false);
        };
        let changed = *known.names != names;
        known.stamps = stamps;
        known.names = Arc::new(names);
        (Arc::clone(&known.names), changed)
    }

    /// A crate of a hosted registry was published: its name is private from now on. No folder is read for that. Returns
    /// whether it was none of the registry's before.
    pub fn published(&self, registry: &str, name: &CrateName) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.names.is_of(registry, name) {
            return false;
        }
        Arc::make_mut(&mut known.names).add_newer(registry, name);
        true
    }

    /// A publish has failed, perhaps half-way. A name that is known to be the registry's own is so in any case.
    pub fn perhaps_published(&self, registry: &str, name: &CrateName) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.stale |= !known.names.is_of(registry, name);
    }

    /// The next look reads them anew.
    #[cfg(test)]
    fn changed(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.stale = true;
    }
}

fn stamps(mirror: &Path) -> Vec<Option<Stamp>> {
    let paths = Mirror::at(mirror);
    let mut stamps = vec![
        Stamp::at(&paths.settings()),
        Stamp::at(&mirror.join("registries")),
    ];
    for registry in hosted(mirror) {
        stamps.push(Stamp::at(&paths.crate_records(&registry)));
        stamps.push(Stamp::at(&mirror.join(folder_of(&registry)).join("index")));
    }
    stamps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A mirror with a hosted registry that has a crate without a record.
    fn mirror() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("registries/corp/registry.toml"), "");
        write(
            &folder.path().join("registries/corp/index/ac/me/acme-old"),
            "",
        );
        folder
    }

    fn is_private(names: &PrivateNames, name: &str) -> bool {
        names.why(&CrateName::parse(name).unwrap()).is_some()
    }

    #[test]
    fn crates_without_a_record_are_private_beside_those_with_one() {
        let folder = mirror();
        let records = folder.path().join("access/crates/corp");
        assert!(is_private(
            &PrivateNames::read(folder.path()).unwrap(),
            "acme-old"
        ));
        write(&records.join("acme-new.json"), "{}");
        let names = PrivateNames::read(folder.path()).unwrap();
        for name in ["acme-old", "Acme_Old", "acme-new"] {
            assert!(is_private(&names, name), "{name}");
        }
        assert!(!is_private(&names, "serde"));
    }

    #[test]
    fn catalogues_show_none_that_is_private_and_all_others() {
        let folder = mirror();
        let settings = "private-names = [\"Secret_one\", \"inner-*\"]\n\
                        [registries.corp]\nallow-public = [\"inner-open\"]\n";
        write(&folder.path().join("mirror.toml"), settings);
        let names = PrivateNames::read(folder.path()).unwrap();
        let known = [
            "acme-old",
            "inner-a",
            "inner-open",
            "innermost",
            "secret-one",
            "serde",
        ];
        let beginning = |start: &str| {
            let known = known.iter().filter(|name| name.starts_with(start));
            known.map(|name| (*name).to_owned()).collect()
        };
        let hidden = names.hidden(beginning);
        for name in known {
            assert_eq!(hidden.contains(name), is_private(&names, name), "{name}");
        }
        assert_eq!(hidden.len(), 3);
        assert!(names.has_starts() && !PrivateNames::default().has_starts());
    }

    #[test]
    fn folders_that_cannot_be_listed_are_errors() {
        for broken in ["access/crates/corp", "registries"] {
            let folder = mirror();
            let path = folder.path().join(broken);
            let _ = std::fs::remove_dir_all(&path);
            write(&path, "no folder");
            assert!(PrivateNames::read(folder.path()).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_new_crate_is_private_at_once_and_another_version_reads_nothing() {
        let folder = mirror();
        let watched = WatchedNames::open(folder.path()).unwrap();
        let name = |text: &str| CrateName::parse(text).unwrap();
        assert!(!watched.published("corp", &name("acme-old")));
        watched.perhaps_published("corp", &name("acme-old"));
        assert!(!watched.known.lock().unwrap().stale);
        // What was refused is nobody's.
        watched.perhaps_published("corp", &name("serde"));
        let (names, changed) = watched.now();
        assert!(!changed && !is_private(&names, "serde"));
        // Not even of a new one: here nothing could be read.
        let index = folder.path().join("registries/corp/index");
        std::fs::rename(&index, folder.path().join("aside")).unwrap();
        assert!(watched.published("corp", &name("Acme_New")));
        assert!(!watched.published("corp", &name("acme-new")));
        let (names, changed) = watched.now();
        assert!(!changed && is_private(&names, "acme-new") && is_private(&names, "acme-old"));
        // What is read later is no change where it is the same.
        std::fs::rename(folder.path().join("aside"), &index).unwrap();
        let record = "access/crates/corp/acme-new.json";
        write(&folder.path().join(record), "{}");
        watched.changed();
        let (names, changed) = watched.now();
        assert!(!changed && is_private(&names, "acme-new"));
        std::fs::remove_file(folder.path().join(record)).unwrap();
        watched.changed();
        let (names, changed) = watched.now();
        assert!(changed && !is_private(&names, "acme-new") && is_private(&names, "acme-old"));
    }

    #[test]
    fn names_stay_private_while_the_settings_are_broken_from_the_first_look_on() {
        let folder = mirror();
        let settings = folder.path().join("mirror.toml");
        write(&settings, "private-names = [\"secret\"]\n");
        let watched = WatchedNames::open(folder.path()).unwrap();
        for broken in ["", "private-names = ["] {
            write(&settings, broken);
            watched.changed();
            let (names, changed) = watched.now();
            assert!(!changed && is_private(&names, "secret") && is_private(&names, "acme-old"));
        }
        write(&settings, "allow-public = 1\nprivate-names = []\n");
        watched.changed();
        assert!(is_private(&watched.now().0, "secret"));
        write(&settings, "private-names = [\"other\"]\n");
        watched.changed();
        let (names, changed) = watched.now();
        assert!(changed && is_private(&names, "other") && !is_private(&names, "secret"));
    }
}
