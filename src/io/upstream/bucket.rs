//! A mirror in a bucket as upstream: its index objects and crates, hashed as they arrive.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;

use crate::io::bucket::objects::{Fetched, ObjectRevision, OpenObject};
use crate::io::bucket::store::{BucketStore, pause};
use crate::io::mirror::layout::published_key;
use crate::io::store::registry::RegistryStore;
use crate::io::store::staging::{StagedFile, verified};
use crate::io::task::blocking;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::errors::cause::Cause;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::{Event, Watch};
use crate::model::index::validator::Validator;
use crate::model::package::checksum::{Sha256, Verified};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::bucket::BucketAddress;
use crate::model::source::id::CRATES_IO_FOLDER;

/// Cuts of one body that are mended.
const CUTS: u32 = 5;

/// The crates.io of a mirror in a bucket.
pub struct BucketUpstream {
    pub(super) store: BucketStore,
    address: BucketAddress,
    watch: Watch,
    /// Whether it is a hosted registry, whose crates have their checksums for names.
    hosted: bool,
}

impl std::fmt::Debug for BucketUpstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BucketUpstream")
            .field(&self.address)
            .finish()
    }
}

/// Bytes that are kept as they arrive; an error ends the transfer.
pub(super) trait Sink: Send {
    /// Before the first byte of a try: how many bytes the whole is.
    fn begin(&mut self, length: u64) -> impl Future<Output = Result<()>> + Send;
    fn take(&mut self, bytes: Bytes) -> impl Future<Output = Result<bool>> + Send;
    /// How much has been taken.
    fn taken(&self) -> u64;
}

impl BucketUpstream {
    pub fn new(store: BucketStore, address: BucketAddress, watch: Watch) -> Self {
        Self {
            store,
            address,
            watch,
            hosted: false,
        }
    }

    /// A hosted registry (see [`crate::io::hosting::in_bucket`]).
    pub fn hosted(store: BucketStore, address: BucketAddress, watch: Watch) -> Self {
        Self {
            hosted: true,
            ..Self::new(store, address, watch)
        }
    }

    fn key(&self, id: &CrateId, checksum: &Sha256) -> String {
        if self.hosted {
            published_key(self.store.folder(), checksum)
        } else {
            self.store.crate_key(id)
        }
    }

    /// The registry of a bucket that upstream means.
    pub(super) fn folder() -> &'static str {
        CRATES_IO_FOLDER
    }

    pub(super) fn index_address(&self, name: &CrateName) -> String {
        format!("{}/{}", self.address, self.store.index_key(name))
    }

    /// What a failure of the bucket is to whoever asks an upstream.
    fn failed(&self, error: Error) -> Error {
        match error {
            Error::Bucket(error @ BucketError::Failed { .. }) => {
                Error::Upstream(UpstreamError::Network {
                    url: self.address.to_string(),
                    source: Cause(chain(&error)),
                })
            }
            error => error,
        }
    }

    fn absent(&self, key: &str) -> Error {
        Error::Upstream(UpstreamError::Http {
            url: format!("{}/{key}", self.address),
            status: 404,
            retry_after: None,
        })
    }

    pub(super) async fn index_file(
        &self,
        name: &CrateName,
        known: Option<&Validator>,
    ) -> Result<UpstreamAnswer> {
        let known = match known {
            Some(Validator::Etag(tag)) => Some(ObjectRevision::tagged(tag)),
            _ => None,
        };
        let fetched = self.store.index_text(name, known.as_ref()).await;
        Ok(match fetched.map_err(|error| self.failed(error))? {
            Fetched::Absent => UpstreamAnswer::Absent,
            Fetched::Unchanged => UpstreamAnswer::Unchanged,
            Fetched::Whole(text, info) => UpstreamAnswer::Text {
                text: text.to_vec(),
                validator: info.revision.tag().map(Validator::Etag),
            },
        })
    }

    pub async fn length(&self, id: &CrateId) -> Option<u64> {
        let head = self.store.client().head(&self.store.crate_key(id)).await;
        Some(head.ok()??.length)
    }

    async fn open(&self, key: &str, from: u64) -> Result<OpenObject> {
        let open = self.store.client().open(key, from).await;
        let open = open.map_err(|error| self.failed(error))?;
        open.ok_or_else(|| self.absent(key))
    }

    /// The bytes of a crate into a sink; from where it was cut, if it is.
    pub(super) async fn carry(
        &self,
        id: &CrateId,
        expected: &Sha256,
        sink: &mut impl Sink,
    ) -> Result<()> {
        let key = self.key(id, expected);
        let mut cuts = 0;
        loop {
            let mut open = self.open(&key, sink.taken()).await?;
            if sink.taken() == 0 {
                sink.begin(open.info.length).await?;
            }
            let cut = loop {
                match open.bytes.next().await {
                    Some(Ok(bytes)) => {
                        if !sink.take(bytes).await? {
                            return Ok(());
                        }
                    }
                    Some(Err(error)) => break error,
                    None => return Ok(()),
                }
            };
            cuts += 1;
            let error = self.failed(cut);
            if cuts > CUTS {
                return Err(error);
            }
            (self.watch)(&Event::Retry {
                what: id.to_string(),
                cause: chain(&error),
                milliseconds: 100,
            });
            pause().await?;
        }
    }

    /// The bytes of a crate, found to have the checksum that is expected.
    pub async fn download(
        &self,
        store: &Arc<RegistryStore>,
        id: &CrateId,
        expected: Sha256,
    ) -> Result<Verified<StagedFile>> {
        let mut sink = Staging {
            incoming: Some(store.incoming()?),
            watch: &self.watch,
            id,
        };
        self.carry(id, &expected, &mut sink).await?;
        let incoming = match sink.incoming.take() {
            Some(incoming) => incoming,
            None => store.incoming()?,
        };
        let id = id.clone();
        blocking("writing a crate", move || verified(&id, expected, incoming)).await
    }
}

/// A crate that grows in the mirror.
struct Staging<'s> {
    /// Elsewhere only while it is written to.
    incoming: Option<StagedFile>,
    watch: &'s Watch,
    id: &'s CrateId,
}

impl Sink for Staging<'_> {
    async fn begin(&mut self, length: u64) -> Result<()> {
        (self.watch)(&Event::Started {
            package: self.id.clone(),
            bytes: Some(length),
        });
        Ok(())
    }

    async fn take(&mut self, bytes: Bytes) -> Result<bool> {
        (self.watch)(&Event::Received {
            package: self.id.clone(),
            bytes: bytes.len() as u64,
        });
        if let Some(mut incoming) = self.incoming.take() {
            let write = move || {
                incoming.write(&bytes)?;
                Ok(incoming)
            };
            self.incoming = Some(blocking("writing a crate", write).await?);
        }
        Ok(true)
    }

    fn taken(&self) -> u64 {
        self.incoming.as_ref().map_or(0, StagedFile::length)
    }
}
