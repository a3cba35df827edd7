//! The records of accounts in a bucket that many servers share.
//!
//! ```text
//! access/users/alice.json                as in a folder; each changed from the revision that was read
//! access/log/2026-11/<time>-<server>-<n>.json      an entry of the audit log: made once, never written again
//! access/numbers/17                      taken by a user or a team
//! access/used/<sha256>                   the day on which a token was last used
//! ```
//!
//! There is no lock: two who change one record do not lose each other's work, and what a change reads of other records may
//! be a moment old. Nothing is remembered, so what is revoked on one server is refused by all at the next request.
//!
//! Nothing below `access/` is served, listed or linked to by a server. Who may read the bucket itself, may read it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::io::access::records::{RecordEdit, Records};
use crate::io::bucket::objects::{Condition, Fetched, ObjectClient, ObjectKind};
use crate::io::bucket::waiting::{Created, WaitingBucket};
use crate::io::mirror::layout::ACCESS;
use crate::io::random;
use crate::model::access::audit::AuditEntry;
use crate::model::error::Result;
use crate::model::units::timestamp::Timestamp;

/// Tokens whose use is remembered; beyond that some days are written more than once.
const KEPT: usize = 10_000;

/// Records in a bucket.
#[derive(Debug)]
pub(super) struct BucketRecords {
    bucket: WaitingBucket,
    /// Names this process among those that append to the log.
    server: String,
    appended: AtomicU64,
    /// The day that is written down of each token.
    used: Mutex<HashMap<String, Timestamp>>,
}

fn key_of(key: &str) -> String {
    format!("{ACCESS}/{key}")
}

/// The key under which the last use of a token is.
fn used_key(key: &str) -> String {
    let hash = key.strip_prefix("tokens/").unwrap_or(key);
    key_of(&format!(
        "used/{}",
        hash.strip_suffix(".json").unwrap_or(hash)
    ))
}

/// The time that the key of an entry of the log begins with, in seconds.
fn time_of(key: &str) -> Option<u64> {
    let name = key.rsplit('/').next()?;
    name.split('-').next()?.parse().ok()
}

impl BucketRecords {
    pub(super) fn new(bucket: &WaitingBucket) -> Result<Self> {
        let server = u64::from_le_bytes(random::bytes::<8>()?);
        Ok(Self {
            bucket: bucket.clone(),
            server: format!("{server:016x}"),
            appended: AtomicU64::new(0),
            used: Mutex::default(),
        })
    }
}

impl Records for BucketRecords {
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let read = self.bucket.read(&key_of(key))?;
        Ok(read.map(|(text, _)| text.to_vec()))
    }

    fn all(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let start = key_of(&format!("{folder}/"));
        let names = self.names(folder)?.into_iter();
        let keys = names.map(|name| format!("{start}{name}")).collect();
        let all = self.bucket.read_all(keys)?.into_iter();
        let records = all.map(|(key, text)| (key[start.len()..].to_owned(), text.to_vec()));
        Ok(records.collect())
    }

    fn names(&self, folder: &str) -> Result<Vec<String>> {
        let folder = key_of(folder);
        let listed = self.bucket.list(&folder)?.into_iter();
        let names = listed.filter_map(|info| {
            let rest = info.key.get(folder.len() + 1..)?;
            Some(rest.split('/').next()?.to_owned())
        });
        let mut names: Vec<String> = names.collect();
        names.dedup();
        Ok(names)
    }

    fn change(&self, key: &str, edit: &mut RecordEdit<'_>) -> Result<()> {
        self.bucket.change(&key_of(key), ObjectKind::Record, edit)
    }

    fn take_number(&self, number: u32) -> Result<bool> {
        let taken = key_of(&format!("numbers/{number}"));
        // Unlike any other's, so that a lost answer is told from a lost race.
        let word = Bytes::from(format!("{}\n", self.unlike()));
        let made = self.bucket.create(&taken, &word, ObjectKind::Record)?;
        Ok(made != Created::Other)
    }

    fn append(&self, entry: &AuditEntry) -> Result<()> {
        let key = key_of(&format!(
            "log/{}/{:012}-{}.json",
            entry.month(),
            entry.at.0,
            self.unlike()
        ));
        let line = Bytes::from(entry.line());
        self.bucket.create(&key, &line, ObjectKind::Record)?;
        Ok(())
    }

    fn entries(&self, since: Timestamp) -> Result<Vec<AuditEntry>> {
        let listed = self.bucket.list(&key_of("log"))?.into_iter();
        let keys = listed.map(|info| info.key);
        let keys = keys.filter(|key| time_of(key).is_none_or(|at| at >= since.0));
        let texts = self.bucket.read_all(keys.collect())?;
        let entries = texts.iter().flat_map(|(_, text)| AuditEntry::read(text));
        Ok(entries.collect())
    }

    fn last_used(&self, key: &str) -> Option<Timestamp> {
        let (text, _) = self.bucket.read(&used_key(key)).ok()??;
        let text = std::str::from_utf8(&text).ok()?;
        Some(Timestamp(text.trim().parse().ok()?))
    }

    fn note_use(&self, key: &str, day: Timestamp) {
        {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            if used.get(key) == Some(&day) {
                return;
            }
            if used.len() >= KEPT {
                used.clear();
            }
            used.insert(key.to_owned(), day);
        }
        let (client, key) = (Arc::clone(&self.bucket.client), used_key(key));
        self.bucket.later(async move {
            let _ = note(&*client, &key, day).await;
        });
    }

    fn place(&self, key: &str) -> PathBuf {
        PathBuf::from(format!("{}/{}", self.bucket.address, key_of(key)))
    }
}

impl BucketRecords {
    /// A word that nobody else says.
    fn unlike(&self) -> String {
        let number = self.appended.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number:08}", self.server)
    }
}

/// Another server may write the same day at the same moment: then it is written.
async fn note(client: &dyn ObjectClient, key: &str, day: Timestamp) -> Result<()> {
    let there = client.get(key, None).await?;
    let text = Bytes::from(format!("{}\n", day.0));
    let condition = match &there {
        Fetched::Whole(before, _) if *before == text => return Ok(()),
        Fetched::Whole(_, info) => Condition::Unchanged(&info.revision),
        Fetched::Absent | Fetched::Unchanged => Condition::Absent,
    };
    client
        .put(key, text, ObjectKind::Record, condition)
        .await
        .map(drop)
}
