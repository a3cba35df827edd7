//! What `repair` puts right with what the mirror has: names, places, doubles, single flipped bits. The rest goes into
//! quarantine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::io::store::edit::NewText;
use crate::io::store::journal::shard_of;
use crate::io::store::listing::BUFFER;
use crate::io::store::quarantine::Quarantine;
use crate::io::store::registry::RegistryStore;
use crate::model::error::Result;
use crate::model::index::file::IndexLine;
use crate::model::index::journal::{Journal, JournalVerdict, correct_bit_flip};
use crate::model::mirror::damage::{Damage, DamageKind};
use crate::model::package::id::{CrateId, CrateName};

/// Repairs what needs no download: misnamed crates, misplaced and duplicate lines; quarantines strays.
pub fn repair_locally(
    store: &RegistryStore,
    source: &str,
    damages: &[Damage],
    quarantine: &mut Quarantine,
) -> Result<()> {
    store.sweep_leftovers();
    for path in store.leftovers().foreign {
        quarantine.take(Path::new(&path))?;
    }
    let index = format!("{source}/index/");
    let mut files = BTreeSet::new();
    for damage in damages {
        match (damage.kind, &damage.package) {
            (DamageKind::Stray, _) => quarantine.take(Path::new(&damage.path))?,
            (DamageKind::MisnamedCrate, Some(id)) => {
                let name = damage.path.rsplit('/').next().unwrap_or_default();
                if !(matches(store, name, id)? && store.rename_crate(name, &id.file_name())?) {
                    quarantine.take(Path::new(&damage.path))?;
                }
            }
            (DamageKind::UnsafeArchive, Some(id)) => withdraw(store, source, id, quarantine)?,
            (
                DamageKind::ChangedLine
                | DamageKind::UnreadableLine
                | DamageKind::DuplicateLine
                | DamageKind::MisplacedLine,
                _,
            ) => {
                files.extend(damage.path.strip_prefix(&index));
            }
            _ => {}
        }
    }
    for path in files {
        put_in_order(store, source, path, quarantine)?;
    }
    Ok(())
}

/// Takes a version out: the line first, then the bytes.
pub fn withdraw(
    store: &RegistryStore,
    source: &str,
    id: &CrateId,
    quarantine: &mut Quarantine,
) -> Result<()> {
    let path = id.name.index_path();
    let shown = Path::new(source).join("index").join(&path);
    store.edit_index_text(&path, |text| {
        let mut kept = Vec::new();
        for raw in lines(text) {
            if IndexLine::parse(raw).is_ok_and(|line| line.id() == id) {
                quarantine.keep_line(&shown, raw)?;
            } else {
                kept.extend_from_slice(raw);
                kept.push(b'\n');
            }
        }
        Ok(Some(NewText {
            text: kept,
            new: Vec::new(),
        }))
    })?;
    quarantine.take(&Path::new(source).join(id.file_name()))
}

/// Records the lines that nothing vouches for yet, but for those of damaged crates.
pub fn record_existing(store: &RegistryStore, damages: &[Damage]) -> Result<usize> {
    let hurt: BTreeSet<&CrateId> = damages
        .iter()
        .filter_map(|damage| damage.package.as_ref())
        .collect();
    let mut adopted = 0;
    for shard in store.index_folder("")?.0 {
        let Some(shard) = shard.to_str() else {
            continue;
        };
        let records = store.line_records(shard);
        let mut folders = vec![shard.to_owned()];
        while let Some(folder) = folders.pop() {
            let (inner, files) = store.index_folder(&folder)?;
            let path = |name: &std::ffi::OsString| Some(format!("{folder}/{}", name.to_str()?));
            folders.extend(inner.iter().filter_map(path));
            for path in files.iter().filter_map(path) {
                let Ok(Some(text)) = store.index_text(&path) else {
                    continue;
                };
                let new: Vec<IndexLine> = lines(&text)
                    .filter_map(|raw| IndexLine::parse(raw).ok())
                    .filter(|line| {
                        line.id().name.index_path() == path
                            && !hurt.contains(line.id())
                            && records.judge(line.id().name.as_str(), line)
                                == JournalVerdict::Unknown
                    })
                    .collect();
                if !new.is_empty() {
                    store.adopt(&new)?;
                    adopted += new.len();
                }
            }
        }
    }
    Ok(adopted)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .filter(|raw| !raw.is_empty())
}

/// Whether the bytes under a name are those of a version.
fn matches(store: &RegistryStore, file_name: &str, id: &CrateId) -> Result<bool> {
    let index = store.read_index(&id.name)?;
    let hashed = store.hash_file(file_name, &mut vec![0; BUFFER]).ok();
    Ok(
        matches!((hashed, index.get(id)), (Some((hashed, _)), Some(line)) if hashed == *line.checksum()),
    )
}

/// What is meant by a line of an index file, and how far it is to be trusted: 2 as it was written, 1 not recorded, 0 changed.
fn ranked(records: &Journal, file: &str, raw: &[u8]) -> Option<(u8, IndexLine)> {
    let judged = IndexLine::parse(raw).ok().map(|line| {
        let (rank, same) = match records.judge(file, &line) {
            JournalVerdict::Right => (2, true),
            JournalVerdict::Unknown => (1, true),
            JournalVerdict::Changed(record) => (0, record.id == *line.id()),
        };
        (rank, same, line)
    });
    // A changed line of the right version is better than none, until another is there.
    match judged {
        Some((rank @ 1.., _, line)) => Some((rank, line)),
        judged => correct_bit_flip(records, file, raw)
            .map(|line| (2, line))
            .or_else(|| {
                let same = judged.filter(|(_, same, _)| *same);
                same.map(|(rank, _, line)| (rank, line))
            }),
    }
}

/// Rewrites one index file: each version once, in the words that were written, and nothing else.
fn put_in_order(
    store: &RegistryStore,
    source: &str,
    path: &str,
    quarantine: &mut Quarantine,
) -> Result<()> {
    let file = path.rsplit('/').next().unwrap_or_default();
    let in_place = CrateName::parse(file).is_ok_and(|name| name.index_path() == path);
    let records = if in_place {
        store.line_records(shard_of(path))
    } else {
        Journal::default()
    };
    let belongs = |line: &IndexLine| in_place && line.id().name.index_path() == path;

    // Lines that belong elsewhere are there before they are gone here.
    let text = store.index_text(path)?.unwrap_or_default();
    let mut moved = BTreeSet::new();
    for line in lines(&text).filter_map(|raw| IndexLine::parse(raw).ok()) {
        let known = matches!(records.judge(file, &line), JournalVerdict::Changed(_));
        if !belongs(&line) && !known && move_home(store, &line)? {
            moved.insert(line.raw().to_vec());
        }
    }

    let shown = Path::new(source).join("index").join(path);
    store.edit_index_text(path, |text| {
        let mut kept: BTreeMap<CrateId, (u8, IndexLine)> = BTreeMap::new();
        for raw in lines(text) {
            if moved.contains(raw) {
                continue;
            }
            let candidate = ranked(&records, file, raw);
            let Some((rank, line)) = candidate.filter(|(_, line)| belongs(line)) else {
                quarantine.keep_line(&shown, raw)?;
                continue;
            };
            let id = line.id().clone();
            match kept.get(&id) {
                Some((_, other)) if other.raw() == line.raw() => {}
                Some((there, other)) => {
                    // Those that equal their bytes, then those that were written, then the last: cargo goes by that one.
                    let fits = |line: &IndexLine| {
                        let hashed = store.hash_file(&id.file_name(), &mut vec![0; BUFFER]);
                        hashed.is_ok_and(|(hashed, _)| hashed == *line.checksum())
                    };
                    if (fits(&line), rank) >= (fits(other), *there) {
                        quarantine.keep_line(&shown, other.raw())?;
                        kept.insert(id, (rank, line));
                    } else {
                        quarantine.keep_line(&shown, line.raw())?;
                    }
                }
                None => {
                    kept.insert(id, (rank, line));
                }
            }
        }
        let mut kept: Vec<IndexLine> = kept.into_values().map(|(_, line)| line).collect();
        kept.sort_by(|a, b| (&a.id().version, &a.id().name).cmp(&(&b.id().version, &b.id().name)));
        let mut new = Vec::new();
        for line in &kept {
            new.extend_from_slice(line.raw());
            new.push(b'\n');
        }
        Ok((new != text).then_some(NewText {
            text: new,
            new: Vec::new(),
        }))
    })
}

/// Puts a line into its crate's own file, if it is proven there: by a record, or by bytes that match it.
fn move_home(store: &RegistryStore, line: &IndexLine) -> Result<bool> {
    let id = line.id();
    let index = store.read_index(&id.name)?;
    if let Some(there) = index.get(id) {
        return Ok(there.raw() == line.raw());
    }
    let records = store.line_records(shard_of(&id.name.index_path()));
    let recorded = records.judge(id.name.as_str(), line) == JournalVerdict::Right;
    let hashed = store.hash_file(&id.file_name(), &mut vec![0; BUFFER]);
    // Without bytes a line would promise what is not there.
    let proven = hashed.is_ok_and(|(hashed, _)| hashed == *line.checksum());
    if proven || recorded {
        store.add_lines_now(&id.name, vec![line.clone()])?;
    }
    Ok(proven || recorded)
}
