//! A bucket for code that waits for each answer, as that does which is written for files.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::runtime::Handle;

use crate::io::bucket::objects::{
    Condition, Fetched, ObjectClient, ObjectInfo, ObjectKind, ObjectRevision, PutOutcome,
};
use crate::io::bucket::store::{TRIES, pause};
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::source::bucket::BucketAddress;

/// Objects that are read at once, where many are.
const AT_ONCE: usize = 32;

/// What becomes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectEdit {
    /// It is as it should be.
    Keep,
    Write(Vec<u8>),
    Remove,
}

/// A bucket, and the runtime that talks to it.
#[derive(Debug, Clone)]
pub struct WaitingBucket {
    pub client: Arc<dyn ObjectClient>,
    pub address: BucketAddress,
    runtime: Handle,
}

/// What became of an object that was to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// Nobody had made it.
    New,
    /// It has these bytes already: somebody else's, or ours, where an answer was lost.
    Same,
    /// There is one, and its bytes are others.
    Other,
}

impl WaitingBucket {
    /// The runtime must have threads of its own: it goes on while one of its callers waits.
    pub fn new(client: &Arc<dyn ObjectClient>, address: &BucketAddress, runtime: Handle) -> Self {
        Self {
            client: Arc::clone(client),
            address: address.clone(),
            runtime,
        }
    }

    /// Waits for something. On a thread of its own, since a thread of the runtime may not wait for the runtime.
    pub fn wait<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let waited = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| self.runtime.block_on(work));
            waiting.join()
        });
        waited.unwrap_or(Err(Error::Panicked {
            doing: "waiting for the bucket",
        }))
    }

    /// Has something done while nobody waits for it.
    pub fn later(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    /// A whole object; `None` where there is none.
    pub fn read(&self, key: &str) -> Result<Option<(Bytes, ObjectRevision)>> {
        match self.wait(self.client.get(key, None))? {
            Fetched::Whole(bytes, info) => Ok(Some((bytes, info.revision))),
            Fetched::Absent | Fetched::Unchanged => Ok(None),
        }
    }

    /// The objects below a folder, by their keys.
    pub fn list(&self, folder: &str) -> Result<Vec<ObjectInfo>> {
        let start = format!("{folder}/");
        let mut all: Vec<ObjectInfo> = self.wait(self.client.list(folder).try_collect())?;
        all.retain(|info| info.key.starts_with(&start));
        all.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(all)
    }

    /// The objects of these keys, those that are there.
    pub fn read_all(&self, keys: Vec<String>) -> Result<Vec<(String, Bytes)>> {
        let reading = keys.into_iter().map(|key| async move {
            let fetched = self.client.get(&key, None).await?;
            Ok(match fetched {
                Fetched::Whole(bytes, _) => Some((key, bytes)),
                Fetched::Absent | Fetched::Unchanged => None,
            })
        });
        let read = stream::iter(reading).buffered(AT_ONCE);
        let read = read.try_filter_map(|found| async move { Ok(found) });
        self.wait(read.try_collect())
    }

    /// Makes an object where there is none.
    pub fn create(&self, key: &str, bytes: &Bytes, kind: ObjectKind) -> Result<Created> {
        let mut last = None;
        for number in 0..TRIES {
            if number > 0 {
                self.wait(pause())?;
            }
            let put = (self.client).put(key, bytes.clone(), kind, Condition::Absent);
            match self.wait(put)? {
                PutOutcome::Done(_) => return Ok(Created::New),
                PutOutcome::Lost => {}
                PutOutcome::Unknown(error) => last = Some(error),
            }
            // It may be ours, where an answer was lost; and stores refuse while a delete is under way.
            if let Some((there, _)) = self.read(key)? {
                return Ok(if there == *bytes {
                    Created::Same
                } else {
                    Created::Other
                });
            }
        }
        Err(last.unwrap_or_else(|| contended(key)))
    }

    /// Changes an object from the state that `edit` is shown, which may be called again with what others have written
    /// meanwhile. An error of it ends that, and nothing is written.
    pub fn change(
        &self,
        key: &str,
        kind: ObjectKind,
        edit: &mut dyn FnMut(Option<&[u8]>) -> Result<ObjectEdit>,
    ) -> Result<()> {
        let (mut sent, mut last) = (None, None);
        for number in 0..TRIES {
            if number > 0 {
                self.wait(pause())?;
            }
            let there = self.read(key)?;
            let text = there.as_ref().map(|(text, _)| &text[..]);
            // A write whose answer was lost, and which has happened.
            if sent.is_some() && text == sent.as_deref() {
                return Ok(());
            }
            let text = match edit(text)? {
                ObjectEdit::Keep => return Ok(()),
                ObjectEdit::Remove => return self.wait(self.client.delete(key)),
                ObjectEdit::Write(text) => text,
            };
            sent = Some(text.clone());
            let condition = there
                .as_ref()
                .map_or(Condition::Absent, |(_, known)| Condition::Unchanged(known));
            let put = self.client.put(key, Bytes::from(text), kind, condition);
            match self.wait(put)? {
                PutOutcome::Done(_) => return Ok(()),
                PutOutcome::Lost => {}
                PutOutcome::Unknown(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| contended(key)))
    }
}

fn contended(key: &str) -> Error {
    Error::Bucket(BucketError::Contended {
        key: key.to_owned(),
        tries: TRIES,
    })
}
