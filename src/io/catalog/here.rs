//! What the mirror itself says of its crates: the index, and the manifest inside the newest `.crate`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::io::catalog::here_rows::{HereRows, HereRowsWriter, SomeRows};
use crate::io::fs::error::if_there;
use crate::io::fs::file::{self, modified};
use crate::io::fs::parallel;
use crate::io::store::listing::NameKeys;
use crate::io::store::registry::RegistryStore;
use crate::model::about::index_line::{LineFacts, NeededFor};
use crate::model::about::manifest::PackageFacts;
use crate::model::error::Result;
use crate::model::index::file::{IndexFile, IndexLine, MAX_FILE};
use crate::model::package::archive_files::{Next, look_through};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::search::query::plain;
use crate::model::search::row::{About, Here, Need, NeedKind};
use crate::model::units::timestamp::Timestamp;

/// How far the clock of a file system may be behind, in seconds.
const CLOCKS_DIFFER: u64 = 5;
/// The largest manifest that is read.
const MAX_MANIFEST: u64 = 4 << 20;
/// If the newest versions are not in the mirror, so many more are looked for.
const TRIED: usize = 20;

/// What is here of the crates of one index file: one, but where names differ in case alone. `known` is what was found before: a
/// version never changes, so neither does what it says of itself.
pub fn of_file(
    store: &RegistryStore,
    text: &[u8],
    known: impl Fn(&str) -> Option<Here>,
) -> Vec<(String, Here)> {
    let file = IndexFile::parse(text);
    let mut names: Vec<&CrateName> = file.lines().iter().map(|line| &line.id().name).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let lines = file.lines().iter().filter(|line| line.id().name == *name);
            let known = known(name.as_str());
            Some((name.to_string(), here(store, lines.collect(), known)?))
        })
        .collect()
}

/// What is here of the crates whose index file `name` would have. Empty: nothing.
pub fn of_name(
    store: &RegistryStore,
    name: &CrateName,
    known: impl Fn(&str) -> Option<Here>,
) -> Result<Vec<(String, Here)>> {
    let text = store.index_text(&name.index_path())?;
    Ok(text.map_or_else(Vec::new, |text| of_file(store, &text, known)))
}

/// What is here of every crate, on all cores. What was found lies in `folder` meanwhile; in memory, where nothing can be written
/// there.
pub fn of_all(
    store: &RegistryStore,
    folder: &Path,
    known: impl Fn(&str) -> Option<Here> + Sync,
) -> Result<HereRows> {
    let rows = HereRowsWriter::in_folder(folder).and_then(|rows| write_all(store, rows, &known));
    // A disk that is full, or one that can only be read. What is wrong with the index is so again.
    rows.or_else(|_| write_all(store, HereRowsWriter::in_memory(), &known))
}

fn write_all(
    store: &RegistryStore,
    rows: HereRowsWriter,
    known: &(impl Fn(&str) -> Option<Here> + Sync),
) -> Result<HereRows> {
    /// Index files that one thread takes at a time.
    const AT_ONCE: usize = 64;
    let rows = Mutex::new(rows);
    let all = || rows.lock().unwrap_or_else(PoisonError::into_inner);
    let done = parallel::in_lots(store.walk_index(), AT_ONCE, |paths| -> Result<()> {
        let mut some = SomeRows::default();
        for path in paths {
            let text = if_there(file::read(&path?, MAX_FILE as u64))?.unwrap_or_default();
            for (name, here) in of_file(store, &text, known) {
                some.add(name, here);
            }
        }
        all().add(some)
    });
    done.into_iter().collect::<Result<()>>()?;
    rows.into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .finish()
}

fn here(store: &RegistryStore, mut lines: Vec<&IndexLine>, known: Option<Here>) -> Option<Here> {
    let rank = |line: &&IndexLine| {
        let version = &line.id().version;
        (
            !line.yanked(),
            version.semver().pre.is_empty(),
            version.clone(),
        )
    };
    lines.sort_by_cached_key(rank);
    let newest = lines.last()?;
    let version = newest.id().version.to_string();
    let facts = LineFacts::read(newest.raw());
    let held = lines.iter().rev().take(TRIED);
    let held = held.map(|line| line.id()).find_map(|id| {
        let meta = store.look_at(&id.file_name()).ok()?;
        Some((id, meta))
    });
    let same = known.filter(|known| known.version == version && known.manifest.is_some());
    let manifest = match (same, &held) {
        (Some(known), _) => known.manifest,
        (None, Some((id, meta))) => about(store, id, meta.length()),
        (None, None) => None,
    };
    let of_newest = held.as_ref().filter(|(id, _)| *id == newest.id());
    Some(Here {
        version,
        versions: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        yanked: newest.yanked(),
        published: facts.published,
        arrived: held.as_ref().map(|(_, meta)| meta.since()),
        size: of_newest.map(|(_, meta)| meta.length()),
        needs: needs(&facts),
        manifest,
    })
}

/// What a version depends on in its own registry.
fn needs(facts: &LineFacts) -> Vec<Need> {
    let own = facts.needs.iter().filter(|need| need.registry.is_none());
    let mut needs: Vec<Need> = own
        .filter_map(|need| {
            Some(Need {
                name: need.package.as_ref()?.to_string(),
                kind: match need.kind {
                    NeededFor::Normal => NeedKind::Normal,
                    NeededFor::Build => NeedKind::Build,
                    NeededFor::Dev => NeedKind::Dev,
                },
                requirement: need.requirement.clone(),
                optional: need.optional,
            })
        })
        .collect();
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// What a package says of itself. Reading stops behind its manifest, which is among the first files.
pub fn about(store: &RegistryStore, id: &CrateId, size: u64) -> Option<About> {
    let file = store.open_crate(id).ok()?;
    let mut manifest = None;
    let seen = look_through(file, size, id, |member, text| {
        if member.path != "Cargo.toml" {
            return Ok(Next::On);
        }
        let mut bytes = Vec::new();
        text.take(MAX_MANIFEST).read_to_end(&mut bytes)?;
        manifest = Some(String::from_utf8_lossy(&bytes).into_owned());
        Ok(Next::Enough)
    });
    seen.ok()?;
    PackageFacts::read(&manifest?).map(About::from)
}

/// Index files, as they are called.
pub struct IndexNames {
    keys: NameKeys,
    /// Of their names, folded; sorted.
    all: Vec<u64>,
    /// Those that were written since some moment, or a little before it.
    pub written: Vec<CrateName>,
}

impl IndexNames {
    pub fn has(&self, folded: &str) -> bool {
        self.all.binary_search(&self.keys.key(folded)).is_ok()
    }
}

/// The names of all index files of a registry. Where none was replaced in a folder, no file of it is looked at.
pub fn file_names(store: &RegistryStore, since: Timestamp) -> Result<IndexNames> {
    let is_new =
        |path: &Path| modified(path).is_ok_and(|at| at.0.saturating_add(CLOCKS_DIFFER) >= since.0);
    let keys = NameKeys::default();
    let (mut all, mut written) = (Vec::new(), Vec::new());
    // The folder that the last file was in, and whether it has new ones: a walk goes through one after the other.
    let mut within: Option<(PathBuf, bool)> = None;
    for path in store.walk_index() {
        let path = path?;
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        all.push(keys.key(&plain(name)));
        let folder = path.parent().unwrap_or(&path);
        let has_new = match &within {
            Some((same, has_new)) if same == folder => *has_new,
            _ => is_new(folder),
        };
        if has_new && is_new(&path) {
            written.extend(CrateName::parse(name));
        }
        if within.as_ref().is_none_or(|(same, _)| same != folder) {
            within = Some((folder.to_owned(), has_new));
        }
    }
    all.sort_unstable();
    Ok(IndexNames { keys, all, written })
}
