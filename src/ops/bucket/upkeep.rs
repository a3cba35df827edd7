//! `verify`, `repair` and `gc` of a mirror in a bucket.
//!
//! Looking takes no lease: what is added meanwhile is unfinished and no damage. Removing takes the exclusive one, and each
//! step looks again at what it is about to remove.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::io::bucket::lease::ExclusiveLease;
use crate::io::bucket::objects::Fetched;
use crate::io::bucket::store::BucketStore;
use crate::io::mirror::layout::{published_key, root_key};
use crate::model::error::{Error, Result};
use crate::model::errors::bucket::BucketError;
use crate::model::event::Event;
use crate::model::index::file::IndexLine;
use crate::model::mirror::retention::{self, Rules, StoredCrate, WantedIn};
use crate::model::mirror::root::Root;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::units::timestamp::Timestamp;
use crate::ops::bucket::listing::{BucketListing, hosted, registries};
use crate::ops::bucket::open::{Endpoints, OpenBucket, host};
use crate::ops::bucket::sweep;
use crate::ops::context::options::Context;

/// What is done with a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upkeep {
    Verify,
    Repair,
    /// Drops what no root in the bucket wants and no rule keeps.
    Collect,
}

#[derive(Debug, Clone)]
pub struct UpkeepOptions {
    pub url: String,
    pub what: Upkeep,
    /// Goes by what the writers of crates said of their bytes, and hashes none.
    pub quick: bool,
    pub dry_run: bool,
    /// What [`Upkeep::Collect`] keeps although no root wants it. A store does not know when an object was asked for: a crate is
    /// as old as it has been in the bucket.
    pub rules: Rules,
}

/// Something in a bucket that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BucketDamage {
    pub folder: String,
    pub id: CrateId,
    pub cause: String,
    /// Whether its line goes with its bytes.
    has_line: bool,
    /// Whether it was published into the bucket, so that nobody can fetch it again.
    hosted: bool,
}

/// What was found, and done.
#[derive(Debug, Default)]
pub struct UpkeepReport {
    pub bucket: String,
    /// Crates that were looked at.
    pub checked: usize,
    /// Bytes that were hashed.
    pub bytes: u64,
    /// What is wrong now: after a repair, what was published here and nobody can fetch again.
    pub damages: Vec<BucketDamage>,
    /// Crates without a line, as servers leave that are killed, or are at it now.
    pub unfinished: usize,
    /// What a repair took out.
    pub repaired: Vec<BucketDamage>,
    /// How many packages a repair took out that were left by publishes which ended in the middle.
    pub swept: usize,
    /// By the folder of a hosted registry, the packages that no line speaks of, and when each arrived.
    left: Vec<(String, Vec<(Sha256, Timestamp)>)>,
    /// What no root wants: dropped, or to be dropped.
    pub dropped: Vec<CrateId>,
    pub kept: usize,
    /// How many bytes the bucket stays above the largest size that was asked for.
    pub over: Option<u64>,
    pub roots: usize,
    pub dry_run: bool,
}

pub async fn run(common: &Context, options: &UpkeepOptions) -> Result<UpkeepReport> {
    let bucket = OpenBucket::open(common, &options.url, &Endpoints::default())?;
    let mut report = UpkeepReport {
        bucket: bucket.address.to_string(),
        dry_run: options.dry_run,
        ..UpkeepReport::default()
    };
    let removes = options.what != Upkeep::Verify && !options.dry_run;
    let alone = if removes {
        Some(take(common, &bucket).await?)
    } else {
        None
    };
    let done = match options.what {
        Upkeep::Verify | Upkeep::Repair => {
            examine(common, (&bucket, alone.as_ref()), options, &mut report).await
        }
        Upkeep::Collect => {
            let now = common.mirror.clock.now();
            collect(&bucket, alone.as_ref(), (&options.rules, now), &mut report).await
        }
    };
    if let Some(alone) = alone {
        alone.end().await;
    }
    done.map(|()| report)
}

/// Looks at everything; with the right to remove, takes out what is damaged or was left behind.
async fn examine(
    common: &Context,
    (bucket, alone): (&OpenBucket, Option<&ExclusiveLease>),
    options: &UpkeepOptions,
    report: &mut UpkeepReport,
) -> Result<()> {
    let jobs = common.upstream.jobs;
    let Some(alone) = alone else {
        return look(jobs, bucket, options, report).await;
    };
    for folder in hosted(bucket).await? {
        report.swept += sweep::end(bucket, alone, &folder).await?;
    }
    look(jobs, bucket, options, report).await?;
    mend(bucket, alone, report).await?;
    let now = common.mirror.clock.now();
    for (folder, left) in std::mem::take(&mut report.left) {
        let swept = sweep::sweep(bucket, alone, &folder, (&left, now)).await?;
        report.swept += swept;
        report.unfinished -= swept;
    }
    Ok(())
}

async fn take(common: &Context, bucket: &OpenBucket) -> Result<ExclusiveLease> {
    let host = host(&common.place.environment);
    let taken = ExclusiveLease::take(&bucket.client, &host, |limit| {
        (common.mirror.watch)(&Event::Step {
            verb: "Waiting",
            what: format!(
                "until the servers of this bucket have paused (up to {} s)",
                limit.as_secs()
            ),
        });
    });
    taken.await
}

/// Compares the list with the index, both ways, and what the index says with the bytes.
async fn look(
    jobs: usize,
    bucket: &OpenBucket,
    options: &UpkeepOptions,
    report: &mut UpkeepReport,
) -> Result<()> {
    for (folder, listed) in registries(bucket).await? {
        let store = bucket.registry(&folder);
        let looking = Looking {
            folder: &folder,
            store: &store,
            listed: &listed,
            quick: options.quick,
            checked: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            damages: Mutex::default(),
            lined: Mutex::default(),
            published: Mutex::default(),
        };
        let paths = listed.index.keys();
        stream::iter(paths.map(|path| looking.index(path)))
            .buffer_unordered(jobs.max(1))
            .try_for_each(|()| async { Ok(()) })
            .await?;
        report.checked += looking.checked.into_inner();
        report.bytes += looking.bytes.into_inner();
        let damages = looking.damages.into_inner();
        report
            .damages
            .extend(damages.unwrap_or_else(PoisonError::into_inner));
        let lined = looking.lined.into_inner();
        let lined = lined.unwrap_or_else(PoisonError::into_inner);
        for id in listed.crates.keys().filter(|id| !lined.contains(*id)) {
            // Listed before its line was read: looked at again, since adders go on.
            if store.read_index(&id.name).await?.get(id).is_none() {
                report.unfinished += 1;
                if options.what == Upkeep::Repair {
                    report.damages.push(BucketDamage {
                        folder: folder.clone(),
                        id: id.clone(),
                        cause: "it has no line".to_owned(),
                        has_line: false,
                        hosted: false,
                    });
                }
            }
        }
        let lined = looking.published.into_inner();
        let lined = lined.unwrap_or_else(PoisonError::into_inner);
        // Of publishes that ended in the middle: whoever publishes the same again takes them.
        let left: Vec<_> = (listed.published.iter())
            .filter(|(checksum, _)| !lined.contains(*checksum))
            .map(|(checksum, there)| (*checksum, there.arrived))
            .collect();
        report.unfinished += left.len();
        if listed.hosted {
            report.left.push((folder, left));
        }
    }
    report.damages.sort();
    Ok(())
}

struct Looking<'l> {
    folder: &'l str,
    store: &'l BucketStore,
    listed: &'l BucketListing,
    quick: bool,
    checked: AtomicUsize,
    bytes: AtomicU64,
    damages: Mutex<Vec<BucketDamage>>,
    lined: Mutex<BTreeSet<CrateId>>,
    /// What lines of a hosted registry speak of.
    published: Mutex<BTreeSet<Sha256>>,
}

impl Looking<'_> {
    async fn index(&self, path: &str) -> Result<()> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let Ok(name) = CrateName::parse(name) else {
            return Ok(());
        };
        for line in self.store.read_index(&name).await?.lines() {
            let damage = self.line(line).await?;
            self.checked.fetch_add(1, Ordering::Relaxed);
            let mut lined = self.lined.lock().unwrap_or_else(PoisonError::into_inner);
            lined.insert(line.id().clone());
            drop(lined);
            if self.listed.hosted {
                let published = self.published.lock();
                let mut published = published.unwrap_or_else(PoisonError::into_inner);
                published.insert(*line.checksum());
            }
            if let Some(cause) = damage {
                let mut damages = self.damages.lock().unwrap_or_else(PoisonError::into_inner);
                damages.push(BucketDamage {
                    folder: self.folder.to_owned(),
                    id: line.id().clone(),
                    cause,
                    has_line: true,
                    hosted: self.listed.hosted,
                });
            }
        }
        Ok(())
    }

    /// What is wrong with the bytes that a line speaks of.
    async fn line(&self, line: &IndexLine) -> Result<Option<String>> {
        let id = line.id();
        let key = if self.listed.hosted {
            published_key(self.folder, line.checksum())
        } else {
            self.store.crate_key(id)
        };
        // A list may lag behind, so it alone says nothing of what it lacks.
        let actual = if self.quick {
            self.store.digest_at(&key).await?
        } else {
            let hashed = self.store.hash_at(&key).await?;
            let published = self.listed.published.get(line.checksum());
            let published = published.map(|it| it.length);
            let length = self.listed.crates.get(id).map(|it| it.length).or(published);
            let length = length.unwrap_or_default();
            self.bytes.fetch_add(length, Ordering::Relaxed);
            hashed
        };
        let wrong = match actual {
            None => "its bytes are missing".to_owned(),
            Some(actual) if actual != *line.checksum() => format!(
                "its bytes have the SHA-256 {actual}, its line says {}",
                line.checksum()
            ),
            Some(_) => return Ok(None),
        };
        Ok(Some(if self.listed.hosted {
            format!(
                "{wrong}; nobody else has them: publish the same package again, or remove the version"
            )
        } else {
            wrong
        }))
    }
}

/// Takes out what is damaged: the line first, then the bytes. A server that is asked for it fetches it again.
async fn mend(
    bucket: &OpenBucket,
    alone: &ExclusiveLease,
    report: &mut UpkeepReport,
) -> Result<()> {
    let damages = std::mem::take(&mut report.damages);
    let (lasting, damages): (Vec<_>, Vec<_>) = damages.into_iter().partition(|it| it.hosted);
    report.damages = lasting;
    for damage in damages {
        alone.check("repairing")?;
        let store = bucket.registry(&damage.folder);
        if damage.has_line {
            store
                .remove(&damage.id.name, std::slice::from_ref(&damage.id))
                .await?;
        } else {
            store.delete_crate(&damage.id).await?;
            report.unfinished -= 1;
        }
        report.repaired.push(damage);
    }
    Ok(())
}

/// Drops what no root in the bucket wants and no rule keeps, of all registries that are mirrored there. Those that are
/// published into stay: what is in them is nowhere else.
async fn collect(
    bucket: &OpenBucket,
    alone: Option<&ExclusiveLease>,
    (rules, now): (&Rules, Timestamp),
    report: &mut UpkeepReport,
) -> Result<()> {
    let wanted = wanted(bucket, report).await?;
    let has_rule = rules.older_than.is_some() || rules.max_size.is_some() || !rules.keep.is_empty();
    if report.roots == 0 && !has_rule {
        // Then everything would go: more likely nobody has pushed roots.
        return Err(Error::Bucket(BucketError::Unsupported {
            what: "dropping what no root wants, where no root was pushed,".to_owned(),
        }));
    }
    let mut held = Vec::new();
    for (folder, listed) in registries(bucket).await? {
        if listed.hosted {
            continue;
        }
        held.extend(listed.crates.into_iter().map(|(id, there)| StoredCrate {
            folder: folder.clone(),
            id,
            bytes: there.length,
            yanked: false,
            since: there.arrived,
        }));
    }
    let surplus = retention::plan(held, &wanted, rules, now);
    report.kept = surplus.kept;
    let over = |limit: u64| {
        surplus
            .bytes_kept
            .checked_sub(limit)
            .filter(|over| *over > 0)
    };
    report.over = rules.max_size.and_then(over);
    let mut names: BTreeMap<(String, CrateName), Vec<CrateId>> = BTreeMap::new();
    for held in surplus.drop {
        let name = (held.folder, held.id.name.clone());
        names.entry(name).or_default().push(held.id);
    }
    for ((folder, name), ids) in names {
        if let Some(alone) = alone {
            alone.check("dropping crates")?;
            bucket.registry(&folder).remove(&name, &ids).await?;
        }
        report.dropped.extend(ids);
    }
    Ok(())
}

/// What the roots in the bucket want, and how many there are.
async fn wanted(bucket: &OpenBucket, report: &mut UpkeepReport) -> Result<WantedIn> {
    let mut wanted = WantedIn::new();
    let folder = root_key("");
    let mut objects = bucket.client.list(folder.trim_end_matches('/'));
    while let Some(object) = objects.try_next().await? {
        let Fetched::Whole(text, _) = bucket.client.get(&object.key, None).await? else {
            continue;
        };
        let damaged = |message: String| {
            Error::Bucket(BucketError::Damaged {
                key: object.key.clone(),
                message,
            })
        };
        let text = String::from_utf8(text.to_vec());
        let text = text.map_err(|cause| damaged(cause.to_string()))?;
        let root = Root::parse(&text).map_err(|cause| damaged(cause.to_string()))?;
        report.roots += 1;
        for package in root.packages {
            if let Some(folder) = package.source.folder() {
                wanted.entry(folder).or_default().insert(package.id);
            }
        }
    }
    Ok(wanted)
}
