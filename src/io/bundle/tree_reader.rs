//! A git source out of a dump, written by the store's own writers. The archive is a stranger's: only plain files and links
//! within the tree are taken from it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use tar::{Archive, EntryType};

use crate::io::fs::file::read;
use crate::io::fs::links;
use crate::io::git::tree::Tree;
use crate::io::store::git::{Content, package_folder};
use crate::io::store::git_package_writer::PackageWriter;
use crate::io::store::git_tree_writer::TreeWriter;
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::git::GitError;
use crate::model::package::id::CrateId;
use crate::model::package::tree_path::{join_exactly, within};
use crate::model::source::git_record::{CHECKSUMS, GitRecord, Layout, MAX_FILE};
use crate::model::source::id::GitSource;
use crate::model::source::raw_name;
use crate::model::text::printable;

/// No file of a tree is larger, in bytes: it is in memory while it is written.
const MAX_CONTENT: u64 = 512 << 20;
/// More files and links are an attack.
const MAX_ENTRIES: usize = 1 << 19;

/// What is in an archive: a file with its bytes, or a link.
enum Found {
    File(Vec<u8>, bool),
    Link(String),
}

/// Writes a source into the store's staging folder. `former`: what the mirror has of the same commit, whose packages stay.
pub fn read_source(
    store: &RegistryStore,
    source: &GitSource,
    record: &GitRecord,
    former: Option<&GitRecord>,
    archive: &mut dyn Read,
) -> Result<Content> {
    match &record.layout {
        Layout::Tree { folders, list, .. } => {
            if !store.can_link()? {
                return Err(bad(
                    source,
                    "this mirror's file system has no symbolic links, and the dump's has",
                ));
            }
            let mut all = folders.clone();
            let kept = kept_manifests(store, source, former, &mut all)?;
            let mut writer = store.begin_tree(&source.to_string())?;
            fill(&mut writer, store, source, &all, &kept, archive)?;
            let made = writer.finish(&all)?;
            // Where git rules are set aside, or packages stay, it is another list of the same files.
            let same_kind = !store.is_committed()
                && all == *folders
                && !matches!(
                    record.layout,
                    Layout::Tree {
                        committable: true,
                        ..
                    }
                );
            if same_kind && made.list() != list {
                return Err(bad(source, "its files are not those of its record"));
            }
            Ok(Content::Tree(made))
        }
        Layout::Copies => copies(store, source, record, archive),
        Layout::Old => Err(bad(source, "it has a layout that is no longer written")),
    }
}

/// Packages that the mirror has of the same commit and the dump does not, with the manifests that were written for them.
fn kept_manifests(
    store: &RegistryStore,
    source: &GitSource,
    former: Option<&GitRecord>,
    all: &mut BTreeMap<CrateId, String>,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut kept = BTreeMap::new();
    let Some(Layout::Tree { folders, list, .. }) = former.map(|former| &former.layout) else {
        return Ok(kept);
    };
    let root = store.git(&source.folder()).tree_path(list);
    for (id, folder) in folders {
        if !all.contains_key(id) {
            let path = within(folder, "Cargo.toml");
            let text = read(&links::below(&root, &path), MAX_FILE)?;
            kept.insert(path, text);
            all.insert(id.clone(), folder.clone());
        }
    }
    Ok(kept)
}

fn fill(
    writer: &mut TreeWriter,
    store: &RegistryStore,
    source: &GitSource,
    folders: &BTreeMap<CrateId, String>,
    kept: &BTreeMap<String, Vec<u8>>,
    archive: &mut dyn Read,
) -> Result<()> {
    let lists: Vec<String> = (folders.values())
        .map(|folder| within(folder, CHECKSUMS))
        .collect();
    let refused =
        |path: &str, why: &str| bad(source, &format!("`{}` cannot be kept: {why}", shown(path)));
    let mut files = Vec::new();
    let mut found: Vec<(String, String)> = Vec::new();
    entries(source, archive, |path, content| {
        if lists.contains(&path) {
            return Err(refused(&path, "the mirror's own list has that name"));
        }
        match content {
            Found::File(..) if !found.is_empty() => {
                return Err(refused(&path, "a file comes after a link"));
            }
            Found::File(bytes, executable) => {
                let bytes = kept.get(&path).unwrap_or(&bytes);
                if let Some(why) = writer.add(&path, bytes, executable)? {
                    return Err(refused(&path, &why));
                }
                files.push(path);
            }
            Found::Link(target) => found.push((path, target)),
        }
        Ok(())
    })?;
    let tree = Tree::of_names(
        files.iter().map(String::as_str),
        found
            .iter()
            .map(|(path, target)| (path.as_str(), target.as_str())),
    );
    let place = store.git(&source.folder()).path.join("tree");
    for (path, target) in &found {
        let out = tree.way_out(path, target);
        let beside = |way: &str| way.starts_with("../") && !way[3..].contains('/');
        if out.is_some_and(|way| beside(&way) || links::leads_to_something(&place, &way)) {
            return Err(refused(
                path,
                "it is a link to something outside of the tree",
            ));
        }
        let to_folder = matches!(tree.at(path), Some((_, crate::io::git::tree::Node::Folder)));
        if let Some(why) = writer.link(path, target, to_folder)? {
            return Err(refused(path, &why));
        }
    }
    Ok(())
}

/// Packages that are folders of their own.
fn copies(
    store: &RegistryStore,
    source: &GitSource,
    record: &GitRecord,
    archive: &mut dyn Read,
) -> Result<Content> {
    let mut writers = BTreeMap::new();
    for id in record.packages.keys() {
        writers.insert(package_folder(id), store.begin_package(id)?);
    }
    entries(source, archive, |path, content| {
        let (folder, inner) = path.split_once('/').unwrap_or((&path, ""));
        let writer = writers.get_mut(folder).filter(|_| !inner.is_empty());
        match (writer, content) {
            (Some(writer), Found::File(bytes, executable)) if inner != CHECKSUMS => {
                writer.add(inner, &bytes, executable)
            }
            _ => Err(bad(
                source,
                &format!("`{}` belongs to no package", shown(&path)),
            )),
        }
    })?;
    let made = writers.into_values().map(PackageWriter::finish);
    Ok(Content::Copies(made.collect::<Result<_>>()?))
}

fn entries(
    source: &GitSource,
    archive: &mut dyn Read,
    mut take: impl FnMut(String, Found) -> Result<()>,
) -> Result<()> {
    let failed = |cause: io::Error| bad(source, &format!("its archive cannot be read: {cause}"));
    let mut archive = Archive::new(archive);
    let mut count = 0;
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        count += 1;
        let name = entry.path_bytes().into_owned();
        let path = raw_name::text(&name).into_owned();
        if count > MAX_ENTRIES || !is_inner(&path) {
            return Err(bad(
                source,
                &format!("`{}` is no path in a tree", shown(&path)),
            ));
        }
        let content = match entry.header().entry_type() {
            EntryType::Regular => {
                let size = entry.size();
                if size > MAX_CONTENT {
                    return Err(bad(source, &format!("`{}` is too large", shown(&path))));
                }
                let mut bytes = Vec::new();
                (&mut entry)
                    .take(MAX_CONTENT)
                    .read_to_end(&mut bytes)
                    .map_err(failed)?;
                if bytes.len() as u64 != size {
                    return Err(bad(source, "its archive ends in the middle"));
                }
                let mode = entry.header().mode().map_err(failed)?;
                Found::File(bytes, mode & 0o100 != 0)
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default();
                Found::Link(raw_name::text(&target).into_owned())
            }
            _ => {
                return Err(bad(
                    source,
                    &format!("`{}` is neither file nor link", shown(&path)),
                ));
            }
        };
        take(path, content)?;
    }
    Ok(())
}

/// Whether a path lies in the tree in its one spelling, and is nothing of git's own.
fn is_inner(path: &str) -> bool {
    let foreign = path.contains('\0') || cfg!(windows) && path.contains(['\\', ':']);
    !path.is_empty()
        && !foreign
        && join_exactly("", path).as_deref() == Some(path)
        && !path
            .split('/')
            .any(|part| part.eq_ignore_ascii_case(".git"))
}

fn shown(path: &str) -> String {
    printable(&raw_name::escaped(path))
}

fn bad(source: &GitSource, message: &str) -> Error {
    Error::Git(GitError::Package {
        origin: source.to_string(),
        message: message.to_owned(),
    })
}
