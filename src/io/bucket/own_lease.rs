//! One lease object of this process: taken, renewed and looked at by compared writes and the store's clock. What leases are
//! for is said in `io::bucket::lease`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::io::bucket::objects::{
    Condition, Fetched, ObjectClient, ObjectInfo, ObjectKind, ObjectRevision, PutOutcome,
};
use crate::io::random;
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::units::timestamp::Timestamp;

/// How long a lease holds that is not written anew.
pub(super) fn span() -> Duration {
    #[cfg(debug_assertions)]
    {
        #[expect(
            clippy::disallowed_methods,
            reason = "a switch for tests, absent from release builds"
        )]
        let wanted = std::env::var("CARGO_MIRROR_TEST_LEASE");
        if let Some(seconds) = wanted.ok().and_then(|text| text.parse().ok()) {
            return Duration::from_secs(seconds);
        }
    }
    Duration::from_mins(1)
}

/// One lease object of ours.
#[derive(Debug)]
pub(super) struct OwnLease {
    pub(super) client: Arc<dyn ObjectClient>,
    pub(super) key: String,
    pub(super) holder: String,
    pub(super) span: Duration,
    last: Mutex<LeaseWrite>,
}

#[derive(Debug)]
struct LeaseWrite {
    revision: ObjectRevision,
    /// Before the request was sent: the lease runs from then at the earliest.
    at: Instant,
}

/// A name for this process that nobody else has.
pub(super) fn holder(host: &str) -> Result<String> {
    let random = u64::from_le_bytes(random::bytes::<8>()?);
    Ok(format!("{host}-{}-{random:016x}", std::process::id()))
}

impl OwnLease {
    /// Takes a lease that nobody has. `None`: somebody has it.
    pub(super) async fn take(
        client: &Arc<dyn ObjectClient>,
        key: String,
        holder: &str,
        word: &str,
        from: Option<&ObjectRevision>,
    ) -> Result<Option<Self>> {
        let at = Instant::now();
        let text = text_of(holder, word);
        let condition = from.map_or(Condition::Absent, Condition::Unchanged);
        let put = client
            .put(&key, text, ObjectKind::Record, condition)
            .await?;
        let revision = match put {
            PutOutcome::Done(revision) => revision,
            // It may be ours all the same.
            PutOutcome::Lost | PutOutcome::Unknown(_) => match ours(client, &key, holder).await? {
                Some(revision) => revision,
                None => return Ok(None),
            },
        };
        Ok(Some(Self {
            client: Arc::clone(client),
            key,
            holder: holder.to_owned(),
            span: span(),
            last: Mutex::new(LeaseWrite { revision, at }),
        }))
    }

    /// Writes it anew. An error: it is lost, or the store does not answer.
    pub(super) async fn renew(&self, word: &str) -> Result<()> {
        let before = self.last().revision.clone();
        let at = Instant::now();
        let text = text_of(&self.holder, word);
        let condition = Condition::Unchanged(&before);
        let put = self
            .client
            .put(&self.key, text, ObjectKind::Record, condition)
            .await?;
        let revision = match put {
            PutOutcome::Done(revision) => revision,
            PutOutcome::Lost | PutOutcome::Unknown(_) => {
                let ours = ours(&self.client, &self.key, &self.holder).await?;
                let lost = || {
                    Error::Bucket(BucketError::LeaseLost {
                        doing: "renewing it",
                    })
                };
                // What was written before, or this: either way it was seen to be ours now, but only a write counts.
                let revision = ours.ok_or_else(lost)?;
                if revision == before {
                    return Ok(());
                }
                revision
            }
        };
        *self.last() = LeaseWrite { revision, at };
        Ok(())
    }

    /// Takes it again where it had run out and was swept away; somebody may have been faster.
    pub(super) async fn take_again(&self, word: &str) -> Result<()> {
        let key = self.key.clone();
        let taken = Self::take(&self.client, key, &self.holder, word, None).await?;
        if let Some(taken) = taken {
            let taken = taken.last.into_inner();
            *self.last() = taken.unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    fn last(&self) -> std::sync::MutexGuard<'_, LeaseWrite> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody else can consider the lease expired: less than half its span has passed since the last renewal.
    pub(super) fn holds(&self) -> bool {
        // Half of it, so that what is begun now is done before it ends.
        self.last().at.elapsed() < self.span / 2
    }

    /// The store's time when it was last written.
    pub(super) async fn modified(&self) -> Result<Timestamp> {
        let info = self.client.head(&self.key).await?;
        let lost = || {
            Error::Bucket(BucketError::LeaseLost {
                doing: "looking at it",
            })
        };
        info.map(|info| info.modified).ok_or_else(lost)
    }
}

fn text_of(holder: &str, word: &str) -> Bytes {
    Bytes::from(format!("{holder} {word}\n"))
}

/// The revision of a lease, if it is this holder's.
pub(super) async fn ours(
    client: &Arc<dyn ObjectClient>,
    key: &str,
    holder: &str,
) -> Result<Option<ObjectRevision>> {
    Ok(match client.get(key, None).await? {
        Fetched::Whole(text, info) if text.starts_with(format!("{holder} ").as_bytes()) => {
            Some(info.revision)
        }
        _ => None,
    })
}

/// Whether a lease last written then has run out by the store's time now. A second more, since times are whole seconds.
pub(super) fn is_over(info: &ObjectInfo, now: Timestamp) -> bool {
    now.since(info.modified) > span() + Duration::from_secs(1)
}
