//! A git source of a mirror as a tar archive: the files of its commit as they were before the mirror put its own beside
//! them, then its links. Packages that are folders of their own lie in folders of their names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use tar::{Builder, EntryType, Header};

use crate::io::fs::error::io_error;
use crate::io::fs::file::read;
use crate::io::fs::links;
use crate::io::store::git::{GitFolder, package_folder};
use crate::io::store::git_tree_writer::RULES;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::git::GitError;
use crate::model::package::checksum::{Hashing, Sha256};
use crate::model::package::tree_path::{join_exactly, within};
use crate::model::source::git_record::{
    CHECKSUMS, Checksums, GitRecord, Layout, MAX_FILE, TreeList, tree_name,
};
use crate::model::source::raw_name::unescaped;

/// A git source of a mirror, ready to be written.
pub struct SourceTree {
    pub record: GitRecord,
    /// What makes it this tree: the list of its files, or the record where it has none.
    pub checksum: Sha256,
    files: BTreeMap<String, TreeFile>,
    links: BTreeMap<String, String>,
}

struct TreeFile {
    on_disk: PathBuf,
    checksum: Sha256,
    executable: bool,
    length: u64,
}

impl SourceTree {
    /// Looks at what the record of a source names.
    pub fn of(folder: &GitFolder<'_>, record: &GitRecord) -> Result<Self> {
        let mut tree = Self {
            checksum: checksum_of(record),
            files: BTreeMap::new(),
            links: BTreeMap::new(),
            record: record.clone(),
        };
        match &record.layout {
            Layout::Old => {
                let message = "it was made by an older version; `cargo mirror vendor` or `prefetch` of a project that wants it renews it";
                return Err(broken(folder, message.to_owned()));
            }
            Layout::Copies => {
                for (id, checksum) in &record.packages {
                    let path = folder.package_path(id);
                    let list = path.join(CHECKSUMS);
                    let list: Checksums = listed(folder, &list, checksum)?;
                    for (inner, digest) in list.files {
                        let on_disk = links::below(&path, &inner);
                        let place = within(&package_folder(id), &inner);
                        tree.add(folder, place, on_disk, &digest, None)?;
                    }
                }
            }
            Layout::Tree { list, folders, .. } => {
                let root = folder.tree_path(list);
                let beside = folder.path.join(format!("{}.json", tree_name(list)));
                let listed: TreeList = listed(folder, &beside, list)?;
                let text = |escaped: &str| unescaped(escaped).map(std::borrow::Cow::into_owned);
                let own: Vec<String> = (folders.values())
                    .map(|folder| within(folder, CHECKSUMS))
                    .collect();
                for (path, target) in &listed.links {
                    let entry = text(path).zip(text(target));
                    let (path, target) = entry.ok_or_else(|| broken(folder, bad_list()))?;
                    tree.links.insert(path, target);
                }
                for (path, digest) in &listed.files {
                    let executable = listed.executable.contains(path);
                    let path = text(path).ok_or_else(|| broken(folder, bad_list()))?;
                    if !own.contains(&path) {
                        let on_disk = links::below(&root, &path);
                        tree.add(folder, path, on_disk, digest, Some(executable))?;
                    }
                }
                if matches!(
                    record.layout,
                    Layout::Tree {
                        committable: true,
                        ..
                    }
                ) {
                    tree.put_rules_back();
                }
            }
        }
        Ok(tree)
    }

    fn add(
        &mut self,
        folder: &GitFolder<'_>,
        place: String,
        on_disk: PathBuf,
        digest: &str,
        executable: Option<bool>,
    ) -> Result<()> {
        let meta = std::fs::symlink_metadata(&on_disk);
        let meta = meta.map_err(io_error(Action::LookAt, &on_disk))?;
        let file = TreeFile {
            checksum: Sha256::parse(digest).map_err(|cause| broken(folder, cause.to_string()))?,
            executable: executable.unwrap_or_else(|| is_executable(&meta)),
            length: meta.len(),
            on_disk,
        };
        self.files.insert(place, file);
        Ok(())
    }

    /// Undoes what `io::store::git_tree_writer` does where the mirror is committed: a file of rules is aside, and a link in
    /// its place.
    fn put_rules_back(&mut self) {
        let rules: Vec<(String, String)> = (self.links.iter())
            .filter_map(|(path, target)| {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let place = join_exactly(folder, target)?;
                let aside = place.strip_prefix(RULES)?.trim_start_matches('-');
                let number = aside.strip_prefix('/')?;
                let numbered = number.parse::<u32>().is_ok() && self.files.contains_key(&place);
                numbered.then(|| (path.clone(), place))
            })
            .collect();
        for (path, place) in rules {
            self.links.remove(&path);
            if let Some(file) = self.files.remove(&place) {
                self.files.insert(path, file);
            }
        }
    }

    /// How many bytes the archive has.
    pub fn length(&self) -> Result<u64> {
        let mut counting = ByteCounter(0);
        self.write_with(&mut counting, false)?;
        Ok(counting.0)
    }

    /// Writes the archive; each file must have the bytes that its list says.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        self.write_with(out, true)
    }

    /// Without `real` bytes, each file is zeros.
    fn write_with(&self, out: &mut dyn Write, real: bool) -> Result<()> {
        let failed = || io_error(Action::Write, "the dump".as_ref());
        let mut builder = Builder::new(out);
        for (path, file) in &self.files {
            let mut header = header(EntryType::Regular, file.length);
            header.set_mode(if file.executable { 0o755 } else { 0o644 });
            let name = links::below("".as_ref(), path);
            if !real {
                let zeros = io::repeat(0).take(file.length);
                let added = builder.append_data(&mut header, name, zeros);
                added.map_err(failed())?;
                continue;
            }
            let failed = || io_error(Action::Read, &file.on_disk);
            let opened = File::open(&file.on_disk).map_err(failed())?;
            let mut hashed = HashingReader {
                inner: opened.take(file.length),
                hashing: Hashing::default(),
            };
            let added = builder.append_data(&mut header, name, &mut hashed);
            added.map_err(failed())?;
            if hashed.hashing.finish() != file.checksum {
                let path = file.on_disk.display();
                return Err(Error::Git(GitError::Package {
                    origin: self.record.source.clone(),
                    message: format!("`{path}` was changed; `cargo mirror repair` mends it"),
                }));
            }
        }
        for (path, target) in &self.links {
            let mut header = header(EntryType::Symlink, 0);
            header.set_mode(0o777);
            let name = links::below("".as_ref(), path);
            let target = links::below("".as_ref(), target);
            let added = builder.append_link(&mut header, name, target);
            added.map_err(failed())?;
        }
        builder.finish().map_err(failed())
    }
}

/// Hashes what is read.
struct HashingReader<R> {
    inner: R,
    hashing: Hashing,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hashing.update(&buffer[..read]);
        Ok(read)
    }
}

/// A list of files that is the one with this checksum.
fn listed<T: serde::de::DeserializeOwned>(
    folder: &GitFolder<'_>,
    path: &std::path::Path,
    checksum: &Sha256,
) -> Result<T> {
    let text = read(path, MAX_FILE)?;
    if Sha256::of(&text) != *checksum {
        let path = path.display();
        return Err(broken(folder, format!("`{path}` was changed")));
    }
    serde_json::from_slice(&text).map_err(|cause| broken(folder, cause.to_string()))
}

/// What makes a source this one, whatever else is recorded of it.
pub fn checksum_of(record: &GitRecord) -> Sha256 {
    if let Layout::Tree { list, .. } = &record.layout {
        return *list;
    }
    Sha256::of(record.render())
}

fn header(kind: EntryType, length: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(length);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

fn bad_list() -> String {
    "the list of its files cannot be read".to_owned()
}

fn broken(folder: &GitFolder<'_>, message: String) -> Error {
    Error::Git(GitError::Package {
        origin: folder.name.clone(),
        message,
    })
}

#[cfg(unix)]
fn is_executable(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_meta: &std::fs::Metadata) -> bool {
    false
}

struct ByteCounter(u64);

impl Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
