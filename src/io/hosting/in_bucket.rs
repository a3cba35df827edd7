//! A hosted registry in a bucket: each version written in order, by any of many servers.
//!
//! ```text
//! registries/corp/by/<sha256>.crate         the bytes, made once
//! registries/corp/index/ac/me/acme-log      raw lines; each change is compared with what was read
//!
//! publish   bytes -> record -> index line   the line is the moment at which it exists
//! yank      the index line
//! remove    record -> index line -> bytes   the bytes into quarantine
//! ```
//!
//! Bytes have their checksum for a name, not the version: who publishes other bytes of one version, or again after a kill,
//! stands in nobody's way, and which of them the version is, the one compared write of its line decides.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::io::bucket::objects::{ObjectKind, ObjectRevision};
use crate::io::bucket::waiting::{Created, ObjectEdit, WaitingBucket};
use crate::io::fs::error::io_error;
use crate::io::fs::file::test_kill;
use crate::io::mirror::layout::{published_key, quarantine_key};
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::StagedFile;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::fs::Action;
use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};

/// The index objects of a registry, by their paths, each with its state.
pub fn listed(bucket: &WaitingBucket, folder: &str) -> Result<Vec<(String, ObjectRevision)>> {
    let folder = format!("{folder}/index");
    let all = bucket.list(&folder)?.into_iter();
    let paths = all.filter_map(|info| {
        let path = info.key.get(folder.len() + 1..)?.to_owned();
        Some((path, info.revision))
    });
    // Those of crates are in folders; `config.json` is not.
    Ok(paths.filter(|(path, _)| path.contains('/')).collect())
}

/// One hosted registry in a bucket.
#[derive(Debug, Clone)]
pub struct BucketRegistry {
    bucket: WaitingBucket,
    /// Its folder within the mirror.
    folder: String,
    /// The same in this process's own mirror: a cache, and where uploads grow.
    here: Arc<RegistryStore>,
}

impl BucketRegistry {
    pub fn new(bucket: &WaitingBucket, folder: &str, here: Arc<RegistryStore>) -> Self {
        Self {
            bucket: bucket.clone(),
            folder: folder.to_owned(),
            here,
        }
    }

    pub fn here(&self) -> &Arc<RegistryStore> {
        &self.here
    }

    /// As people are told where it is.
    pub fn place(&self) -> PathBuf {
        PathBuf::from(format!("{}/{}", self.bucket.address, self.folder))
    }

    fn index_key(&self, name: &CrateName) -> String {
        format!("{}/index/{}", self.folder, name.index_path())
    }

    pub fn read_index(&self, name: &CrateName) -> Result<IndexFile> {
        let read = self.bucket.read(&self.index_key(name))?;
        Ok(read.map_or_else(IndexFile::default, |(text, _)| IndexFile::parse(&text)))
    }

    /// Every line.
    pub fn lines(&self) -> Result<Vec<IndexLine>> {
        let paths = listed(&self.bucket, &self.folder)?.into_iter();
        let keys = paths.map(|(path, _)| format!("{}/index/{path}", self.folder));
        let texts = self.bucket.read_all(keys.collect())?;
        let lines = texts
            .iter()
            .flat_map(|(_, text)| IndexFile::parse(text).lines().to_vec());
        Ok(lines.collect())
    }

    /// Publishes one version. `record` writes what must be there before the line is; `admits` says whether the line may be
    /// added to what is there, and may be asked again. `false`: it is there already.
    pub fn publish(
        &self,
        verified: &Verified<StagedFile>,
        line: &IndexLine,
        admits: &mut dyn FnMut(&IndexFile) -> Result<bool>,
        record: impl FnOnce() -> Result<()>,
    ) -> Result<bool> {
        let made = self.put(verified)?;
        test_kill("published-bytes");
        record()?;
        test_kill("published-record");
        let (mut new, mut sent) = (false, false);
        let index = self.index_key(&line.id().name);
        (self.bucket).change(&index, ObjectKind::PublishedIndex, &mut |text| {
            let mut index = IndexFile::parse(text.unwrap_or_default());
            // One that was sent before may be there, though its answer was lost.
            new = admits(&index)? || sent;
            if index.get(line.id()).is_some() {
                return Ok(ObjectEdit::Keep);
            }
            index.put(line.clone());
            sent = true;
            Ok(ObjectEdit::Write(index.render()))
        })?;
        test_kill("published-line");
        if made == Created::Same {
            // A repair takes bytes for left behind that no line speaks of: it may have seen those before there was one.
            self.restore(verified)?;
        }
        Ok(new)
    }

    /// Makes the object of a package, where it is not there.
    fn put(&self, verified: &Verified<StagedFile>) -> Result<Created> {
        let checksum = *verified.checksum();
        let mut bytes = Vec::new();
        let read = verified.body().reread()?.read_to_end(&mut bytes);
        read.map_err(io_error(Action::Read, &self.here.crate_path(verified.id())))?;
        let key = published_key(&self.folder, &checksum);
        let kind = ObjectKind::Published(checksum);
        match self.bucket.create(&key, &Bytes::from(bytes), kind)? {
            Created::Other => Err(Error::Bucket(BucketError::Damaged {
                key,
                message: "other bytes are under this checksum".to_owned(),
            })),
            made => Ok(made),
        }
    }

    /// Brings back the bytes of a version that is published, where somebody has lost them.
    pub fn restore(&self, verified: &Verified<StagedFile>) -> Result<()> {
        let key = published_key(&self.folder, verified.checksum());
        match self.bucket.wait(self.bucket.client.head(&key))? {
            Some(_) => Ok(()),
            None => self.put(verified).map(|_| ()),
        }
    }

    /// Sets the value of `yanked` of one version. `None`: there is no such version; `Some(false)`: it was so before.
    pub fn set_yanked(&self, id: &CrateId, yanked: bool) -> Result<Option<bool>> {
        let mut before = None;
        let key = self.index_key(&id.name);
        (self.bucket).change(&key, ObjectKind::PublishedIndex, &mut |text| {
            let mut index = IndexFile::parse(text.unwrap_or_default());
            let Some(line) = index.get(id) else {
                return Ok(ObjectEdit::Keep);
            };
            before.get_or_insert(line.yanked());
            if line.yanked() == yanked {
                return Ok(ObjectEdit::Keep);
            }
            let changed = line.with_yanked(yanked);
            index.put(changed);
            Ok(ObjectEdit::Write(index.render()))
        })?;
        Ok(before.map(|before| before != yanked))
    }

    /// Takes versions of one crate out of the registry, their bytes into quarantine. Returns where those are.
    pub fn withdraw(&self, ids: &[CrateId]) -> Result<Vec<String>> {
        let Some(name) = ids.first().map(|id| id.name.clone()) else {
            return Ok(Vec::new());
        };
        let mut gone: Vec<(CrateId, Sha256)> = Vec::new();
        let key = self.index_key(&name);
        (self.bucket).change(&key, ObjectKind::PublishedIndex, &mut |text| {
            let mut index = IndexFile::parse(text.unwrap_or_default());
            let out = index.lines().iter().filter(|line| ids.contains(line.id()));
            let out: Vec<_> = out
                .map(|line| (line.id().clone(), *line.checksum()))
                .collect();
            if out.is_empty() {
                return Ok(ObjectEdit::Keep);
            }
            gone = out;
            index.retain(|line| !ids.contains(line.id()));
            Ok(ObjectEdit::Write(index.render()))
        })?;
        test_kill("withdrawn-line");
        let mut places = Vec::new();
        for (id, checksum) in gone {
            let key = published_key(&self.folder, &checksum);
            let Some((bytes, _)) = self.bucket.read(&key)? else {
                continue;
            };
            let place = quarantine_key(&format!("{}/{}", self.folder, id.file_name()));
            // It may have been there before, as of one that was removed, restored by hand, and removed again.
            self.bucket
                .create(&place, &bytes, ObjectKind::Published(checksum))?;
            self.bucket.wait(self.bucket.client.delete(&key))?;
            places.push(place);
        }
        Ok(places)
    }
}
