//! One registry's objects in a bucket, under the names that a mirror's folder has: `aws s3 sync` of it is a local registry.
//!
//! ```text
//! crates-io/serde-1.0.229.crate    made once, with its SHA-256 as an attribute; never written again
//! crates-io/index/se/rd/serde      raw lines; changed from the revision that was read, else read again and merged
//! ```
//!
//! **Lost answers.** A write may have happened though its answer was lost; the next try then hears that somebody was
//! faster. So after every refusal what is there is looked at: bytes with our digest, or an index that needs no edit any
//! more, were ours or as good as ours.
//!
//! **Many writers.** A revision is compared by the store, which must do that in one step with the write (the probe races to
//! find out). Who loses reads again, merges, and waits a random moment, so that many servers with one new version do not
//! march in step.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;

use crate::io::bucket::objects::{
    Condition, Fetched, ObjectClient, ObjectInfo, ObjectKind, ObjectRevision, PutOutcome,
};
use crate::io::bucket::ranges;
use crate::io::random;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::index::file::{IndexFile, MAX_FILE};
use crate::model::package::checksum::{Hashed, Hashing, Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};

/// An edit that lost so many races in a row gives up.
pub const TRIES: u32 = 40;

/// The bytes of a crate, whole in memory: a conditional write is one request, so no store takes it in parts.
#[derive(Debug, Clone)]
pub struct WholeCrate {
    bytes: Bytes,
    digest: Sha256,
}

impl WholeCrate {
    pub fn new(bytes: Bytes) -> Self {
        Self {
            digest: Sha256::of(&bytes),
            bytes,
        }
    }

    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl Hashed for WholeCrate {
    fn digest(&self) -> Sha256 {
        self.digest
    }
}

/// Whether a crate was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CratePut {
    New,
    /// With the same bytes.
    AlreadyThere,
}

/// What became of an edit.
#[derive(Debug)]
pub struct Edited {
    /// Whether it was needed, and written.
    pub written: bool,
    /// The state that has it; `None` where there is no object.
    pub revision: Option<ObjectRevision>,
}

/// One registry in a bucket.
#[derive(Debug, Clone)]
pub struct BucketStore {
    client: Arc<dyn ObjectClient>,
    folder: String,
}

impl BucketStore {
    /// `folder` is that of the registry in the mirror, as `crates-io`.
    pub fn new(client: Arc<dyn ObjectClient>, folder: &str) -> Self {
        Self {
            client,
            folder: folder.to_owned(),
        }
    }

    pub fn client(&self) -> &Arc<dyn ObjectClient> {
        &self.client
    }

    pub fn folder(&self) -> &str {
        &self.folder
    }

    pub fn crate_key(&self, id: &CrateId) -> String {
        format!("{}/{}", self.folder, id.file_name())
    }

    /// The key under which a plain address finds a crate, where the store takes a plus sign in one for a blank.
    pub fn alias_key(&self, id: &CrateId) -> Option<String> {
        let key = self.crate_key(id);
        let needed = self.client.reads_plus_as_blank() && key.contains('+');
        needed.then(|| key.replace('+', " "))
    }

    pub fn index_key(&self, name: &CrateName) -> String {
        format!("{}/index/{}", self.folder, name.index_path())
    }

    /// The text of an index object, unless it is still in the state that is known.
    pub async fn index_text(
        &self,
        name: &CrateName,
        known: Option<&ObjectRevision>,
    ) -> Result<Fetched> {
        let key = self.index_key(name);
        let fetched = self.client.get(&key, known).await?;
        match &fetched {
            Fetched::Whole(text, _) if text.len() > MAX_FILE => {
                Err(damaged(key, format!("it is larger than {MAX_FILE} bytes")))
            }
            // All lines were taken out of it, and it is not swept yet.
            Fetched::Whole(text, _) if text.is_empty() => Ok(Fetched::Absent),
            _ => Ok(fetched),
        }
    }

    /// The lines of one crate.
    pub async fn read_index(&self, name: &CrateName) -> Result<IndexFile> {
        Ok(match self.index_text(name, None).await? {
            Fetched::Whole(text, _) => IndexFile::parse(&text),
            Fetched::Absent | Fetched::Unchanged => IndexFile::default(),
        })
    }

    /// Edits the lines of one crate. `edit` says whether it has changed anything, and may be called again with what others
    /// have written meanwhile.
    pub async fn edit_index(
        &self,
        name: &CrateName,
        mut edit: impl FnMut(&mut IndexFile) -> bool + Send,
    ) -> Result<Edited> {
        let key = self.index_key(name);
        // A write whose answer was lost, and which the next read may show to be there.
        let mut written = false;
        let mut last = None;
        for number in 0..TRIES {
            if number > 0 {
                pause().await?;
            }
            let (mut index, revision) = match self.client.get(&key, None).await? {
                Fetched::Whole(text, info) => (IndexFile::parse(&text), Some(info.revision)),
                Fetched::Absent | Fetched::Unchanged => (IndexFile::default(), None),
            };
            if !edit(&mut index) {
                return Ok(Edited { written, revision });
            }
            let condition = revision
                .as_ref()
                .map_or(Condition::Absent, Condition::Unchanged);
            let text = Bytes::from(index.render());
            match self
                .client
                .put(&key, text, ObjectKind::Index, condition)
                .await?
            {
                PutOutcome::Done(revision) => {
                    return Ok(Edited {
                        written: true,
                        revision: Some(revision),
                    });
                }
                PutOutcome::Lost => {}
                PutOutcome::Unknown(error) => {
                    written = true;
                    last = Some(error);
                }
            }
        }
        // What the network says is the better reason.
        Err(last.unwrap_or(Error::Bucket(BucketError::Contended { key, tries: TRIES })))
    }

    /// Makes the object of a crate. Bytes that are there are never overwritten: others than these are an error.
    pub async fn put_crate(&self, verified: &Verified<WholeCrate>) -> Result<CratePut> {
        if let Some(alias) = self.alias_key(verified.id()) {
            self.put_at(alias, verified).await?;
        }
        self.put_at(self.crate_key(verified.id()), verified).await
    }

    async fn put_at(&self, key: String, verified: &Verified<WholeCrate>) -> Result<CratePut> {
        let ours = *verified.checksum();
        let mut last = None;
        for number in 0..TRIES {
            if number > 0 {
                pause().await?;
            }
            let bytes = verified.body().bytes().clone();
            let kind = ObjectKind::Crate(ours);
            match self
                .client
                .put(&key, bytes, kind, Condition::Absent)
                .await?
            {
                PutOutcome::Done(_) => return Ok(CratePut::New),
                PutOutcome::Lost => {}
                PutOutcome::Unknown(error) => last = Some(error),
            }
            // Stores also refuse where a delete is under way, and then nothing is there: so it is looked at.
            let Some(there) = self.digest_at(&key).await? else {
                continue;
            };
            if there == ours {
                return Ok(CratePut::AlreadyThere);
            }
            return Err(Error::Bucket(BucketError::OtherBytes { key, there, ours }));
        }
        Err(last.unwrap_or(Error::Bucket(BucketError::Contended { key, tries: TRIES })))
    }

    /// The digest of a crate's bytes: as their writer said, else by reading them.
    pub async fn digest_at(&self, key: &str) -> Result<Option<Sha256>> {
        match self.client.head(key).await? {
            None => Ok(None),
            Some(ObjectInfo {
                checksum: Some(checksum),
                ..
            }) => Ok(Some(checksum)),
            // Copied here by a program that keeps no attributes.
            Some(_) => self.hash_at(key).await,
        }
    }

    /// Hashes the bytes of a crate as they are now.
    pub async fn hash_at(&self, key: &str) -> Result<Option<Sha256>> {
        let Some(mut open) = self.client.open(key, 0).await? else {
            return Ok(None);
        };
        let mut hashing = Hashing::default();
        while let Some(chunk) = open.bytes.next().await {
            hashing.update(&chunk?);
        }
        Ok(Some(hashing.finish()))
    }

    pub async fn has_crate(&self, id: &CrateId) -> Result<bool> {
        Ok(self.client.head(&self.crate_key(id)).await?.is_some())
    }

    /// Removes versions of one crate: lines, then bytes. Only under the lease that keeps adders out: one that finds the
    /// bytes there would add a line to them.
    pub async fn remove(&self, name: &CrateName, ids: &[CrateId]) -> Result<()> {
        self.edit_index(name, |index| {
            let before = index.lines().len();
            index.retain(|line| !ids.contains(line.id()));
            index.lines().len() != before
        })
        .await?;
        for id in ids {
            self.delete_crate(id).await?;
        }
        Ok(())
    }

    /// Deletes the bytes of a crate whose line is gone.
    pub async fn delete_crate(&self, id: &CrateId) -> Result<()> {
        if let Some(alias) = self.alias_key(id) {
            self.client.delete(&alias).await?;
        }
        self.client.delete(&self.crate_key(id)).await
    }

    /// Everything of this registry: index objects and crates, as [`ranges::list`] has it.
    pub async fn list(&self, each: impl FnMut(ObjectInfo)) -> Result<()> {
        ranges::list(&self.client, &self.folder, each).await
    }
}

fn damaged(key: String, message: String) -> Error {
    Error::Bucket(BucketError::Damaged { key, message })
}

/// A random moment: those who lost the same race must not meet again in the next.
pub async fn pause() -> Result<()> {
    const LEAST: u64 = 20;
    const MOST: u64 = 200;
    let random = u64::from_le_bytes(random::bytes::<8>()?);
    let pause = LEAST + random % (MOST - LEAST + 1);
    tokio::time::sleep(Duration::from_millis(pause)).await;
    Ok(())
}
