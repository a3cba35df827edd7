//! Names of crates that somebody gives: a file with a line each, or a database dump of the registry, which also knows
//! downloads, categories and sizes.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::path::Path;

use crate::io::dump::reader;
use crate::io::dump::row::{DumpRow, Table};
use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::sync::SyncError;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::rules::{Selection, TopBy};

/// The kind of a dependency that only tests, examples and benches need.
const DEV: u8 = 2;
/// A file of names larger than this is none.
const MAX_NAMES: u64 = 256 << 20;

/// What was given.
#[derive(Debug, Default)]
pub struct GivenNames {
    /// In lower case.
    pub names: BTreeSet<CrateName>,
    /// Those that the rules about downloads and categories take; `None`: there are no such rules.
    pub top: Option<BTreeSet<CrateName>>,
    sizes: Option<Sizes>,
}

/// Sizes of versions, a few bytes each.
#[derive(Debug, Default)]
struct Sizes {
    ids: HashMap<CrateName, u32>,
    bytes: HashMap<u64, u32>,
}

impl GivenNames {
    /// How large the `.crate` of a version is, where a dump says so.
    pub fn size(&self, id: &CrateId) -> Option<u64> {
        let sizes = self.sizes.as_ref()?;
        let name = CrateName::parse(&id.name.as_str().to_ascii_lowercase()).ok()?;
        let krate = sizes.ids.get(&name)?;
        sizes
            .bytes
            .get(&key(*krate, &id.version.to_string()))
            .map(|bytes| u64::from(*bytes))
    }
}

fn key(krate: u32, number: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (krate, number).hash(&mut hasher);
    hasher.finish()
}

/// Reads what is given. `sizes`: whether they are asked for.
pub fn given(path: Option<&Path>, selection: &Selection, sizes: bool) -> Result<GivenNames> {
    let by_rank = selection.top.is_some() || !selection.categories.is_empty();
    let Some(path) = path else {
        return if by_rank {
            Err(Error::Sync(SyncError::NoTop))
        } else {
            Ok(GivenNames::default())
        };
    };
    let file = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    if file.to_ascii_lowercase().ends_with(".tar.gz") || file.to_ascii_lowercase().ends_with(".tar")
    {
        return of_dump(path, selection, sizes);
    }
    let text = file::read_text(path, MAX_NAMES)?;
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let names = lines.map(|line| Ok(CrateName::parse(&line.to_ascii_lowercase())?));
    let names = names.collect::<Result<Vec<CrateName>>>()?;
    let by_dependents = selection.top.is_some() && selection.top_by == TopBy::Dependents;
    if !selection.categories.is_empty() || by_dependents {
        return Err(Error::Sync(SyncError::NoTop));
    }
    // The file is in the order of its author.
    let top = selection
        .top
        .map(|count| names.iter().take(count).cloned().collect());
    Ok(GivenNames {
        names: names.into_iter().collect(),
        top,
        sizes: None,
    })
}

#[derive(Default)]
struct Dumped {
    names: HashMap<u32, CrateName>,
    /// What crates are ranked by.
    ranks: HashMap<u32, u64>,
    dependents: Dependents,
    slugs: HashSet<u32>,
    in_category: HashSet<u32>,
    crate_categories: Vec<(u32, u32)>,
    sizes: HashMap<u64, u32>,
}

fn of_dump(path: &Path, selection: &Selection, sizes: bool) -> Result<GivenNames> {
    let mut wanted = vec![Table::Crates];
    match selection.top_by {
        _ if selection.top.is_none() => {}
        TopBy::Downloads => wanted.push(Table::Downloads),
        TopBy::Dependents => wanted.extend([Table::DefaultVersions, Table::Dependencies]),
    }
    if !selection.categories.is_empty() {
        wanted.extend([Table::Categories, Table::CratesCategories]);
    }
    let needed = wanted.clone();
    if sizes {
        wanted.push(Table::Versions);
    }
    let mut dumped = Dumped::default();
    reader::read(path, &wanted, &needed, |row| {
        match row {
            DumpRow::Crate(krate) => {
                // What is no name has no index file, either.
                if let Ok(name) = CrateName::parse(&krate.name.to_ascii_lowercase()) {
                    dumped.names.insert(krate.id, name);
                }
            }
            DumpRow::Downloads { krate, downloads } => {
                dumped.ranks.insert(krate, downloads);
            }
            DumpRow::DefaultVersion { krate, version } => {
                dumped.dependents.shown.insert(version, krate);
            }
            DumpRow::Dependency(needs) if needs.kind != DEV => {
                dumped.dependents.add(needs.version, needs.krate);
            }
            DumpRow::Category { id, slug }
                if selection.categories.iter().any(|wanted| wanted == slug) =>
            {
                dumped.slugs.insert(id);
            }
            DumpRow::CrateCategory { krate, category } => {
                dumped.crate_categories.push((krate, category));
            }
            DumpRow::Version(version) => {
                if let Some(bytes) = version.size.and_then(|bytes| u32::try_from(bytes).ok()) {
                    dumped
                        .sizes
                        .insert(key(version.krate, version.number), bytes);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    for (krate, count) in std::mem::take(&mut dumped.dependents).counted() {
        dumped.ranks.insert(krate, count);
    }
    let top = dumped.top(selection);
    let sizes = sizes.then(|| Sizes {
        ids: dumped
            .names
            .iter()
            .map(|(id, name)| (name.clone(), *id))
            .collect(),
        bytes: std::mem::take(&mut dumped.sizes),
    });
    Ok(GivenNames {
        names: dumped.names.into_values().collect(),
        top,
        sizes,
    })
}

/// Who needs whom, by the versions that the registry shows.
#[derive(Debug, Default)]
struct Dependents {
    /// Crates by their shown versions.
    shown: HashMap<u32, u32>,
    /// Dependent and dependency.
    pairs: HashSet<(u32, u32)>,
    /// Version and dependency, where it is not known yet which versions are shown.
    early: HashSet<(u32, u32)>,
}

impl Dependents {
    fn add(&mut self, version: u32, krate: u32) {
        if self.shown.is_empty() {
            self.early.insert((version, krate));
        } else if let Some(by) = self.shown.get(&version) {
            self.pairs.insert((*by, krate));
        }
    }

    /// How many crates need each; what a crate needs of itself does not count.
    fn counted(mut self) -> HashMap<u32, u64> {
        for (version, krate) in std::mem::take(&mut self.early) {
            self.add(version, krate);
        }
        let mut counts: HashMap<u32, u64> = HashMap::new();
        for (_, krate) in self.pairs.iter().filter(|(by, krate)| by != krate) {
            *counts.entry(*krate).or_default() += 1;
        }
        counts
    }
}

impl Dumped {
    fn top(&mut self, selection: &Selection) -> Option<BTreeSet<CrateName>> {
        if selection.top.is_none() && selection.categories.is_empty() {
            return None;
        }
        for (krate, category) in &self.crate_categories {
            if self.slugs.contains(category) {
                self.in_category.insert(*krate);
            }
        }
        let mut ranked: Vec<(u64, u32)> = self
            .names
            .keys()
            .map(|id| (self.ranks.get(id).copied().unwrap_or_default(), *id))
            .collect();
        // The most first, and the older crate of two with as many.
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(selection.top.unwrap_or(usize::MAX));
        let is_wanted = |id: &u32| selection.categories.is_empty() || self.in_category.contains(id);
        let names = ranked.iter().filter(|(_, id)| is_wanted(id));
        Some(
            names
                .filter_map(|(_, id)| self.names.get(id).cloned())
                .collect(),
        )
    }
}
