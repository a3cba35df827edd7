//! What is asked of a bucket, counted: for whoever pays for it, and for whoever looks why it is slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use url::Url;

use crate::io::bucket::objects::{
    Answer, Condition, Fetched, ObjectClient, ObjectInfo, ObjectKind, ObjectRevision, OpenObject,
    PutOutcome,
};
use crate::model::error::Result;

/// How often what was asked, and what came of it.
#[derive(Debug, Default)]
pub struct BucketCounts {
    pub get: AtomicU64,
    pub head: AtomicU64,
    pub put: AtomicU64,
    pub delete: AtomicU64,
    /// Lists, each of which may be several requests.
    pub list: AtomicU64,
    /// Requests that failed, after all tries; that something is not there is no failure.
    pub errors: AtomicU64,
    /// Writes whose condition did not hold: somebody else was faster, or what was to be made is there.
    pub lost: AtomicU64,
    /// Bytes of objects.
    pub read: AtomicU64,
    pub written: AtomicU64,
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl BucketCounts {
    fn ended<T>(&self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            add(&self.errors, 1);
        }
        result
    }
}

/// The way to a bucket, counted.
#[derive(Debug)]
pub struct CountedClient {
    client: Arc<dyn ObjectClient>,
    counts: Arc<BucketCounts>,
}

impl CountedClient {
    pub fn new(client: Arc<dyn ObjectClient>, counts: &Arc<BucketCounts>) -> Self {
        Self {
            client,
            counts: Arc::clone(counts),
        }
    }
}

impl ObjectClient for CountedClient {
    fn get<'a>(&'a self, key: &'a str, known: Option<&'a ObjectRevision>) -> Answer<'a, Fetched> {
        add(&self.counts.get, 1);
        async move {
            let fetched = self.counts.ended(self.client.get(key, known).await)?;
            if let Fetched::Whole(bytes, _) = &fetched {
                add(&self.counts.read, bytes.len() as u64);
            }
            Ok(fetched)
        }
        .boxed()
    }

    fn open<'a>(&'a self, key: &'a str, from: u64) -> Answer<'a, Option<OpenObject>> {
        add(&self.counts.get, 1);
        async move {
            let opened = self.counts.ended(self.client.open(key, from).await)?;
            let counts = Arc::clone(&self.counts);
            let counted = |bytes: BoxStream<'static, Result<Bytes>>| {
                let counted = bytes.map(move |piece| {
                    let piece = counts.ended(piece)?;
                    add(&counts.read, piece.len() as u64);
                    Ok(piece)
                });
                counted.boxed()
            };
            Ok(opened.map(|open| OpenObject {
                info: open.info,
                bytes: counted(open.bytes),
            }))
        }
        .boxed()
    }

    fn head<'a>(&'a self, key: &'a str) -> Answer<'a, Option<ObjectInfo>> {
        add(&self.counts.head, 1);
        async move { self.counts.ended(self.client.head(key).await) }.boxed()
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        bytes: Bytes,
        kind: ObjectKind,
        condition: Condition<'a>,
    ) -> Answer<'a, PutOutcome> {
        add(&self.counts.put, 1);
        async move {
            let length = bytes.len() as u64;
            let put = self.client.put(key, bytes, kind, condition).await;
            let put = self.counts.ended(put)?;
            match &put {
                PutOutcome::Done(_) => add(&self.counts.written, length),
                PutOutcome::Lost => add(&self.counts.lost, 1),
                PutOutcome::Unknown(_) => add(&self.counts.errors, 1),
            }
            Ok(put)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        add(&self.counts.delete, 1);
        async move { self.counts.ended(self.client.delete(key).await) }.boxed()
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxStream<'a, Result<ObjectInfo>> {
        add(&self.counts.list, 1);
        let listed = self.client.list(folder);
        listed.map(move |entry| self.counts.ended(entry)).boxed()
    }

    fn list_after<'a>(
        &'a self,
        folder: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<ObjectInfo>> {
        add(&self.counts.list, 1);
        let listed = self.client.list_after(folder, after);
        listed.map(move |entry| self.counts.ended(entry)).boxed()
    }

    fn lists_from_any_key(&self) -> bool {
        self.client.lists_from_any_key()
    }

    fn sign<'a>(&'a self, key: &'a str, holds: Duration) -> Answer<'a, Option<Url>> {
        self.client.sign(key, holds)
    }

    fn reads_plus_as_blank(&self) -> bool {
        self.client.reads_plus_as_blank()
    }
}
