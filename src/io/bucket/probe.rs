//! Tests what a mirror needs of a store: conditional writes under races, plus signs in keys, ranges, attributes.
//!
//! A store that checks a condition and then writes answers every single client rightly and loses lines under two. So two
//! writers are let loose on one object, eight times; exactly one may win each time.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;

use crate::io::bucket::objects::{
    Condition, Fetched, ObjectClient, ObjectKind, ObjectRevision, PutOutcome,
};
use crate::io::mirror::layout::PROBES;
use crate::io::random;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::bucket::BucketError;
use crate::model::package::checksum::Sha256;

/// Races that are run. A store that checks and then writes loses about each.
const RACES: usize = 8;

/// What a mirror may do in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Many writers at once.
    Shared,
    /// One writer at a time.
    Single,
    /// Nothing.
    Refused,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub tried: &'static str,
    /// What is wrong; `None`: all is well.
    pub wrong: Option<String>,
    /// What the store is good for where this went wrong.
    pub without: Sharing,
}

/// All that was tried.
#[derive(Debug, Clone)]
pub struct ProbeReport {
    pub findings: Vec<Finding>,
}

impl ProbeReport {
    pub fn sharing(&self) -> Sharing {
        let wrong = self.findings.iter().filter(|it| it.wrong.is_some());
        let without: Vec<Sharing> = wrong.map(|it| it.without).collect();
        if without.contains(&Sharing::Refused) {
            Sharing::Refused
        } else if without.contains(&Sharing::Single) {
            Sharing::Single
        } else {
            Sharing::Shared
        }
    }

    /// The finding that decides, as one line.
    pub fn worst(&self) -> Option<String> {
        let sharing = self.sharing();
        let mut wrong = self.findings.iter();
        let worst = wrong.find(|it| it.wrong.is_some() && it.without == sharing)?;
        Some(format!("{}: {}", worst.tried, worst.wrong.as_deref()?))
    }

    /// An error, unless many servers may write there.
    pub fn must_be_shared(&self, bucket: &str) -> Result<()> {
        let finding = || self.worst().unwrap_or_default();
        let bucket = bucket.to_owned();
        match self.sharing() {
            Sharing::Shared => Ok(()),
            Sharing::Single => Err(Error::Bucket(BucketError::OneWriter {
                bucket,
                finding: finding(),
            })),
            Sharing::Refused => Err(Error::Bucket(BucketError::Refused {
                bucket,
                finding: finding(),
            })),
        }
    }
}

/// Tries out a store. What it writes goes again. The error is that of a store that cannot be asked at all.
pub async fn probe(client: &Arc<dyn ObjectClient>) -> Result<ProbeReport> {
    let random = u64::from_le_bytes(random::bytes::<8>()?);
    let folder = format!("{PROBES}/{random:016x}");
    let mut probe = Probe {
        client,
        folder,
        findings: Vec::new(),
        made: Vec::new(),
    };
    let tried = probe.run().await;
    for key in std::mem::take(&mut probe.made) {
        // What stays is some bytes in a folder of its own.
        let _ = client.delete(&key).await;
    }
    tried?;
    Ok(ProbeReport {
        findings: probe.findings,
    })
}

struct Probe<'c> {
    client: &'c Arc<dyn ObjectClient>,
    folder: String,
    findings: Vec<Finding>,
    made: Vec<String>,
}

/// Whether a write has happened.
fn happened(outcome: &PutOutcome) -> Option<&ObjectRevision> {
    match outcome {
        PutOutcome::Done(revision) => Some(revision),
        PutOutcome::Lost | PutOutcome::Unknown(_) => None,
    }
}

impl Probe<'_> {
    fn key(&mut self, name: &str) -> String {
        let key = format!("{}/{name}", self.folder);
        self.made.push(key.clone());
        key
    }

    fn found(&mut self, tried: &'static str, without: Sharing, wrong: Option<String>) {
        self.findings.push(Finding {
            tried,
            wrong,
            without,
        });
    }

    async fn put(&self, key: &str, text: &str, condition: Condition<'_>) -> Result<PutOutcome> {
        let bytes = Bytes::from(text.to_owned());
        let put = self.client.put(key, bytes, ObjectKind::Record, condition);
        match put.await? {
            PutOutcome::Unknown(error) => Err(error),
            outcome => Ok(outcome),
        }
    }

    async fn run(&mut self) -> Result<()> {
        self.absent().await?;
        self.conditions().await?;
        self.races().await?;
        self.reading().await
    }

    /// A login that may not list hears 403 of what is not there, which no server could tell from a wrong key.
    async fn absent(&mut self) -> Result<()> {
        let key = format!("{}/absent", self.folder);
        let wrong = match self.client.head(&key).await {
            Ok(None) => None,
            Ok(Some(_)) => Some("it says that there is something where nothing is".to_owned()),
            Err(Error::Bucket(error @ BucketError::Denied { .. })) => Some(chain(&error)),
            Err(error) => return Err(error),
        };
        self.found("a key that is not there is absent", Sharing::Refused, wrong);
        Ok(())
    }

    async fn conditions(&mut self) -> Result<()> {
        let key = self.key("once");
        let first = self.put(&key, "first", Condition::Absent).await?;
        let first = match happened(&first) {
            Some(first) => Some(first.clone()),
            None if self.landed(&key, &["first"]).await? => Some(self.revision(&key).await?),
            None => None,
        };
        let Some(first) = first else {
            let wrong = Some("it was refused where nothing was".to_owned());
            self.found("an object is made where none is", Sharing::Refused, wrong);
            return Ok(());
        };
        self.found("an object is made where none is", Sharing::Refused, None);
        let again = self.put(&key, "second", Condition::Absent).await?;
        let wrong = happened(&again).map(|_| "it was overwritten".to_owned());
        let overwritten = wrong.is_some();
        self.found("an object is not made twice", Sharing::Refused, wrong);
        // The update goes by what is there now, so that one fault does not pass for three.
        let first = if overwritten {
            self.revision(&key).await?
        } else {
            first
        };
        let changed = self.put(&key, "third", Condition::Unchanged(&first)).await;
        let changed = match changed {
            Ok(changed) => changed,
            Err(Error::Bucket(error)) => {
                self.found(
                    "an object is changed from its revision",
                    Sharing::Single,
                    Some(chain(&error)),
                );
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let taken = happened(&changed).is_some() || self.landed(&key, &["third"]).await?;
        let wrong = (!taken).then(|| "it was refused".to_owned());
        self.found(
            "an object is changed from its revision",
            Sharing::Single,
            wrong,
        );
        let stale = self
            .put(&key, "fourth", Condition::Unchanged(&first))
            .await?;
        let wrong =
            happened(&stale).map(|_| "a change from an older revision was taken".to_owned());
        self.found(
            "an object is not changed from an older revision",
            Sharing::Single,
            wrong,
        );
        let now = self.revision(&key).await?;
        self.client.delete(&key).await?;
        let gone = self.put(&key, "fifth", Condition::Unchanged(&now)).await?;
        let wrong = happened(&gone).map(|_| "a change of what is gone was taken".to_owned());
        self.found("what is gone is not changed", Sharing::Single, wrong);
        Ok(())
    }

    /// Whether what is there is this text: its write was taken, though its answer was lost and the next try refused.
    async fn landed(&self, key: &str, texts: &[&str]) -> Result<bool> {
        Ok(match self.client.get(key, None).await? {
            Fetched::Whole(there, _) => texts.iter().any(|text| there == *text),
            Fetched::Absent | Fetched::Unchanged => false,
        })
    }

    async fn revision(&self, key: &str) -> Result<ObjectRevision> {
        let info = self.client.head(key).await?;
        Ok(info.map_or(
            ObjectRevision {
                tag: None,
                version: None,
            },
            |info| info.revision,
        ))
    }

    async fn races(&mut self) -> Result<()> {
        const MADE: &str = "of two that make one object, one does";
        const CHANGED: &str = "of two that change one object, one does";
        let (mut made, mut changed) = (None, None);
        for number in 0..RACES {
            let key = self.key(&format!("race-{number}"));
            let both = futures_util::future::join(
                self.put(&key, "one", Condition::Absent),
                self.put(&key, "two", Condition::Absent),
            );
            let (one, two) = both.await;
            let won = [one?, two?];
            let won = won.iter().filter_map(happened).count();
            if won > 1 || won == 0 && !self.landed(&key, &["one", "two"]).await? {
                made = Some(format!("in race {} of {RACES}, {won} did", number + 1));
                break;
            }
            // From a revision that both have seen.
            let seen = self.revision(&key).await?;
            let both = futures_util::future::join(
                self.put(&key, "three", Condition::Unchanged(&seen)),
                self.put(&key, "four", Condition::Unchanged(&seen)),
            );
            let (one, two) = both.await;
            let won = [one?, two?];
            let won = won.iter().filter_map(happened).count();
            let lost = won == 0 && !self.landed(&key, &["three", "four"]).await?;
            if (won > 1 || lost) && changed.is_none() {
                changed = Some(format!("in race {} of {RACES}, {won} did", number + 1));
            }
        }
        self.found(MADE, Sharing::Refused, made);
        self.found(CHANGED, Sharing::Single, changed);
        Ok(())
    }

    async fn reading(&mut self) -> Result<()> {
        // Versions have a `+`, which some stores take for a blank.
        let text = "0123456789";
        let key = self.key("a-1.0.0+b.crate");
        let digest = Sha256::of(text);
        let put = self.client.put(
            &key,
            Bytes::from_static(text.as_bytes()),
            ObjectKind::Crate(digest),
            Condition::Absent,
        );
        put.await?;
        let whole = self.client.get(&key, None).await?;
        let wrong = match &whole {
            Fetched::Whole(bytes, _) if bytes == text => None,
            Fetched::Whole(..) => Some("other bytes came back".to_owned()),
            _ => Some("it is not there".to_owned()),
        };
        self.found(
            "a key with a plus sign is read as written",
            Sharing::Refused,
            wrong,
        );
        let head = self.client.head(&key).await?;
        let kept = head.is_some_and(|head| head.checksum == Some(digest) && head.length == 10);
        let wrong = (!kept).then(|| "its length or its SHA-256 attribute is lost".to_owned());
        self.found(
            "an object keeps what is said of it",
            Sharing::Refused,
            wrong,
        );
        let wrong = match self.part(&key).await {
            Ok(part) if part == b"456789" => None,
            Ok(_) => Some("another part came back".to_owned()),
            Err(Error::Bucket(error @ BucketError::Failed { .. })) => Some(chain(&error)),
            Err(error) => return Err(error),
        };
        self.found("a part of an object is read", Sharing::Refused, wrong);
        let mut listed = Vec::new();
        let folder = self.folder.clone();
        let mut entries = self.client.list(&folder);
        while let Some(entry) = entries.next().await {
            listed.push(entry?.key);
        }
        drop(entries);
        // A list may lag behind: what needs it never concludes from it that something is gone.
        let wrong =
            (!listed.contains(&key)).then(|| "what was just written is not in it".to_owned());
        self.found("a list has what was just written", Sharing::Single, wrong);
        Ok(())
    }

    /// What comes of an object from its fifth byte on.
    async fn part(&self, key: &str) -> Result<Vec<u8>> {
        let mut part = Vec::new();
        if let Some(mut open) = self.client.open(key, 4).await? {
            while let Some(chunk) = open.bytes.next().await {
                part.extend_from_slice(&chunk?);
            }
        }
        Ok(part)
    }
}
