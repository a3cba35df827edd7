//! Objects of git, out of the repositories that cargo keeps on this machine.
//!
//! ```text
//! $CARGO_HOME/git/db/<repository>-<hash>/objects                     bare, with all that cargo has ever fetched of it
//! $CARGO_HOME/git/checkouts/<repository>-<hash>/<revision>/sub/.git  submodules have one of their own in some versions
//! ```
//!
//! An object is named by the hash of its bytes, so any repository will do, and none is believed: every object is hashed
//! again. What a locked revision names is therefore exactly what its author committed. Files of cargo's checkout of the
//! revision are taken where they have the hash that their name in the commit says, which saves unpacking them; whoever
//! has been at them since is found out in the same way.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_object::{Find, Header, Kind, compute_hash};
use gix_odb::store::init::Options;

use crate::io::fs::file;
use crate::model::error::{Error, Result};
use crate::model::errors::git::GitError;

/// No file of a package is larger. Hosts of git refuse files of half that size.
const MAX_BLOB: u64 = 256 << 20;
/// Tags of tags of tags are no longer chains than this.
const MAX_TAGS: usize = 16;
/// No folder has more names than fit into this.
const MAX_TREE: u64 = 32 << 20;

/// An object's name.
pub type Id = ObjectId;

/// Reads the name of a commit as a lockfile has it. Cargo knows no other hash than SHA-1.
pub fn id(revision: &str) -> Option<Id> {
    let id = ObjectId::from_hex(revision.as_bytes()).ok()?;
    (id.kind() == gix_hash::Kind::Sha1).then_some(id)
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    Folder,
    File {
        executable: bool,
    },
    Link,
    /// Another repository at a commit.
    Module,
}

/// One entry of a folder.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub kind: EntryKind,
    pub id: Id,
}

/// The objects of all of cargo's repositories. Not for many threads: each opens its own.
pub struct Objects {
    home: PathBuf,
    repositories: RefCell<Vec<Repository>>,
    /// Folders in which cargo may have checked out the revision that is being read.
    checkouts: Vec<PathBuf>,
}

struct Repository {
    folder: PathBuf,
    /// Opened when it is first asked.
    opened: OnceCell<Option<gix_odb::Handle>>,
}

impl Objects {
    /// Those in this `CARGO_HOME`; the likeliest for a repository of this name first, with its checkouts of a revision.
    pub fn of(cargo_home: &Path, repository: &str, revision: &str) -> Self {
        let home = cargo_home.join("git");
        let start = format!("{}-", repository.to_lowercase());
        let mut folders = subfolders(&home.join("db"));
        folders.sort_by_key(|(name, _)| (!name.to_lowercase().starts_with(&start), name.clone()));
        let repositories = folders.into_iter().map(|(_, folder)| Repository {
            folder,
            opened: OnceCell::new(),
        });
        let checkouts = subfolders(&home.join("checkouts")).into_iter();
        let checkouts = checkouts
            .filter(|(name, _)| name.to_lowercase().starts_with(&start))
            .flat_map(|(_, folder)| subfolders(&folder))
            .filter(|(name, _)| !name.is_empty() && revision.starts_with(name.as_str()))
            .map(|(_, folder)| folder);
        Self {
            repositories: RefCell::new(repositories.collect()),
            checkouts: checkouts.collect(),
            home,
        }
    }

    /// Those of one repository, which is `folder`.
    pub fn at(folder: PathBuf) -> Self {
        let repository = Repository {
            folder,
            opened: OnceCell::new(),
        };
        Self {
            home: PathBuf::new(),
            repositories: RefCell::new(vec![repository]),
            checkouts: Vec::new(),
        }
    }

    /// Takes in the repository of a submodule, as it lies in cargo's checkouts of a revision.
    pub fn add_checkouts(&self, revision: &str, module: &str) {
        let checkouts = subfolders(&self.home.join("checkouts"));
        let revisions = checkouts
            .into_iter()
            .flat_map(|(_, folder)| subfolders(&folder))
            .filter(|(name, _)| !name.is_empty() && revision.starts_with(name.as_str()));
        for (_, folder) in revisions {
            let pointer = folder.join(module).join(".git");
            let found = if pointer.is_dir() {
                Some(pointer)
            } else {
                // `gitdir: ../.git/modules/sub`
                let text = file::read_text(&pointer, 4096).ok();
                let way = text
                    .as_deref()
                    .and_then(|text| text.strip_prefix("gitdir:"));
                way.map(|way| folder.join(module).join(way.trim()))
            };
            let mut known = self.repositories.borrow_mut();
            if let Some(folder) = found
                && known.iter().all(|known| known.folder != folder)
            {
                known.push(Repository {
                    folder,
                    opened: OnceCell::new(),
                });
            }
        }
    }

    /// Whether some repository has it.
    pub fn has(&self, id: &Id) -> bool {
        let repositories = self.repositories.borrow();
        repositories
            .iter()
            .any(|repository| matches!(repository.header(id), Some((_, _))))
    }

    /// The folder of a commit, or of the commit that a tag leads to: of a tag of a tag that a manifest names as `rev`, cargo
    /// locks the inner one.
    pub fn tree_of(&self, commit: &Id) -> Result<Option<Id>> {
        let commit = &self.peeled(*commit)?;
        let Some((folder, bytes)) = self.read(commit, Kind::Commit, MAX_TREE)? else {
            return Ok(None);
        };
        let mut parts = gix_object::CommitRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1);
        let tree = parts.tree_id();
        tree.map(Some)
            .map_err(|cause| damaged(folder, format!("the commit {commit}: {cause}")))
    }

    fn peeled(&self, mut id: Id) -> Result<Id> {
        for _ in 0..MAX_TAGS {
            let repositories = self.repositories.borrow();
            // One hash is one object: the first repository that has it tells its kind.
            let header = repositories.iter().find_map(|it| it.header(&id));
            if header.is_none_or(|(kind, _)| kind != Kind::Tag) {
                break;
            }
            drop(repositories);
            let Some((folder, bytes)) = self.read(&id, Kind::Tag, MAX_TREE)? else {
                break;
            };
            let parts = gix_object::TagRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1);
            let target = parts.target_id();
            id = target.map_err(|cause| damaged(folder, format!("the tag {id}: {cause}")))?;
        }
        Ok(id)
    }

    /// What is in a folder.
    pub fn folder(&self, id: &Id) -> Result<Option<Vec<Entry>>> {
        use gix_object::tree::EntryKind as Git;
        let Some((folder, bytes)) = self.read(id, Kind::Tree, MAX_TREE)? else {
            return Ok(None);
        };
        let entries = gix_object::TreeRefIter::from_bytes(&bytes, gix_hash::Kind::Sha1);
        let entries = entries.map(|entry| {
            entry
                .map(|entry| Entry {
                    name: entry.filename.to_vec(),
                    kind: match entry.mode.kind() {
                        Git::Tree => EntryKind::Folder,
                        Git::Blob => EntryKind::File { executable: false },
                        Git::BlobExecutable => EntryKind::File { executable: true },
                        Git::Link => EntryKind::Link,
                        Git::Commit => EntryKind::Module,
                    },
                    id: entry.oid.to_owned(),
                })
                .map_err(|cause| damaged(folder.clone(), format!("the tree {id}: {cause}")))
        });
        entries.collect::<Result<Vec<_>>>().map(Some)
    }

    /// The bytes of a file.
    pub fn file(&self, id: &Id) -> Result<Option<Vec<u8>>> {
        let read = self.read(id, Kind::Blob, MAX_BLOB)?;
        Ok(read.map(|(_, bytes)| bytes))
    }

    /// The bytes of the file at `path` in the revision that is being read.
    pub fn file_at(&self, id: &Id, path: &str) -> Result<Option<Vec<u8>>> {
        for checkout in &self.checkouts {
            let path = checkout.join(path);
            if !fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
                continue;
            }
            let Ok(bytes) = file::read(&path, MAX_BLOB) else {
                continue;
            };
            let hashed = compute_hash(gix_hash::Kind::Sha1, Kind::Blob, &bytes);
            if hashed.is_ok_and(|hashed| hashed == *id) {
                return Ok(Some(bytes));
            }
        }
        self.file(id)
    }

    /// The bytes of an object from the first repository that has it whole. Only if none has is a damaged one an error.
    fn read(&self, id: &Id, kind: Kind, limit: u64) -> Result<Option<(PathBuf, Vec<u8>)>> {
        let mut bad = None;
        let mut repositories = self.repositories.borrow_mut();
        for at in 0..repositories.len() {
            match repositories[at].read(id, kind, limit) {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    let folder = repositories[at].folder.clone();
                    // The next object is likely to be where this one was.
                    repositories[..=at].rotate_right(1);
                    return Ok(Some((folder, bytes)));
                }
                Err(error) => {
                    bad.get_or_insert(error);
                }
            }
        }
        bad.map_or(Ok(None), Err)
    }
}

impl Repository {
    fn objects(&self) -> Option<&gix_odb::Handle> {
        let folder = &self.folder;
        let opened = self.opened.get_or_init(|| {
            let objects = folder.join("objects");
            // What cannot be opened is as good as not there.
            let options = Options::default();
            let opened = gix_odb::at_opts(objects, gix_hash::Kind::Sha1, None, options);
            let mut handle = opened.ok()?;
            handle.refresh_never();
            handle.set_pack_cache(|| Box::<Unpacked>::default());
            Some(handle)
        });
        opened.as_ref()
    }

    fn header(&self, id: &Id) -> Option<(Kind, u64)> {
        use gix_object::FindHeader;
        let header = self.objects()?.try_header(id).ok()??;
        Some((header.kind, header.size))
    }

    fn read(&self, id: &Id, kind: Kind, limit: u64) -> Result<Option<Vec<u8>>> {
        use gix_object::FindHeader;
        let folder = self.folder.clone();
        let bad = |message: String| damaged(folder.clone(), format!("the object {id}: {message}"));
        let Some(objects) = self.objects() else {
            return Ok(None);
        };
        let header: Option<Header> = objects
            .try_header(id)
            .map_err(|cause| bad(cause.to_string()))?;
        let Some(header) = header else {
            return Ok(None);
        };
        if header.kind != kind {
            return Err(bad(format!("it is a {}, not a {kind}", header.kind)));
        }
        if header.size > limit {
            return Err(bad(format!("it is larger than {limit} bytes")));
        }
        let mut buffer = Vec::new();
        let found = objects
            .try_find(id, &mut buffer)
            .map_err(|cause| bad(cause.to_string()))?;
        let Some(found) = found else {
            return Ok(None);
        };
        let hashed = compute_hash(gix_hash::Kind::Sha1, found.kind, found.data)
            .map_err(|cause| bad(cause.to_string()))?;
        if hashed != *id || found.kind != kind {
            return Err(bad("its bytes hash to something else".to_owned()));
        }
        Ok(Some(found.data.to_vec()))
    }
}

/// What was unpacked lately: in a pack, much is kept as what distinguishes it from something else.
#[derive(Default)]
struct Unpacked {
    objects: HashMap<(u32, u64), (Kind, usize, Vec<u8>)>,
    bytes: usize,
}

impl gix_odb::pack::cache::DecodeEntry for Unpacked {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        /// Of each thread.
        const MOST: usize = 32 << 20;
        if data.len() > MOST / 8 {
            return;
        }
        if self.bytes + data.len() > MOST {
            self.objects.clear();
            self.bytes = 0;
        }
        self.bytes += data.len();
        let entry = (kind, compressed, data.to_vec());
        self.objects.insert((pack, offset), entry);
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let (kind, compressed, data) = self.objects.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(data);
        Some((*kind, *compressed))
    }
}

fn damaged(path: PathBuf, message: String) -> Error {
    Error::Git(GitError::Object { path, message })
}

fn subfolders(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .collect()
}
