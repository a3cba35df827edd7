//! What a run has come to, added up crate by crate.

use crate::io::mirror::known_files::KnownFile;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName};
use crate::model::sync::changes::SyncChanges;
use crate::model::sync::troubles::{TroubleKind, Troubles};
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::judged::Judged;
use crate::ops::sync::options::DiskNeeds;

/// What a run has come to so far.
#[derive(Debug, Default)]
pub struct SyncOutcome {
    pub looked_at: usize,
    pub changes: SyncChanges,
    pub bytes: u64,
    pub too_large: usize,
    pub out_of_step: usize,
    pub private: usize,
    pub ripens: Option<Timestamp>,
    pub needed: DiskNeeds,
    pub troubles: Troubles,
    /// What upstream has removed.
    pub gone: Vec<(CrateId, Sha256)>,
    /// Crates of which upstream has nothing any more.
    pub gone_names: Vec<CrateName>,
    /// Index files that are dealt with but for troubles, which are to be written first.
    pub with_troubles: Vec<(CrateName, KnownFile)>,
    /// The same where versions are to be removed first.
    pub with_removals: Vec<(CrateName, KnownFile)>,
    /// The host could not be reached.
    pub unreachable: bool,
}

impl SyncOutcome {
    /// Begins with the troubles that are known.
    pub fn new(troubles: Troubles) -> Self {
        Self {
            troubles,
            ..Self::default()
        }
    }

    /// Takes in how a crate fared.
    pub fn add(&mut self, name: &CrateName, judged: Judged, now: Timestamp, dry_run: bool) {
        self.looked_at += 1;
        let changes = &mut self.changes;
        let kinds = [
            (&judged.added, &mut changes.added),
            (&judged.diff.yanked, &mut changes.yanked),
            (&judged.diff.unyanked, &mut changes.unyanked),
            (&judged.diff.relined, &mut changes.relined),
        ];
        for (ids, versions) in kinds {
            for id in ids {
                versions.add(id);
            }
        }
        self.bytes += judged.bytes;
        self.too_large += judged.too_large;
        self.out_of_step += usize::from(judged.out_of_step);
        self.private += usize::from(judged.private);
        self.unreachable |= judged.unreachable;
        self.ripens = [self.ripens, judged.ripens].into_iter().flatten().min();
        self.needed.versions += judged.needed.versions;
        self.needed.files += judged.needed.files;
        self.needed.bytes += judged.needed.bytes;
        self.needed.guessed += judged.needed.guessed;
        if dry_run {
            for (id, _) in &judged.gone {
                self.changes.deleted.add(id);
            }
            return;
        }
        self.settle(name, &judged, now);
        if judged.absent {
            self.gone_names.push(name.clone());
        }
        let troubled = !judged.failed.is_empty() || !judged.still.is_empty();
        if let Some(file) = judged.known() {
            if !judged.gone.is_empty() {
                self.with_removals.push((name.clone(), file));
            } else if troubled {
                self.with_troubles.push((name.clone(), file));
            }
        }
        self.gone.extend(judged.gone);
    }

    fn settle(&mut self, name: &CrateName, judged: &Judged, now: Timestamp) {
        // A crate that could not be looked at keeps the troubles that its versions are in.
        let looked_at = judged.id.is_some() || judged.absent;
        if looked_at {
            let failed = judged.failed.iter().map(|(of, ..)| of);
            let still: Vec<String> = judged.still.iter().chain(failed).cloned().collect();
            self.troubles.settle(name.as_str(), &still);
        } else if !judged.out_of_step && !judged.private && judged.failed.is_empty() {
            self.troubles.0.remove(name.as_str());
        }
        for (of, kind, cause, since) in &judged.failed {
            if *kind == TroubleKind::OtherBytes
                && let Some((name, version)) = of.split_once('@')
                && let Ok(id) = CrateId::parse(name, version)
            {
                self.changes.other_bytes.add(&id);
            }
            self.troubles
                .failed(of.clone(), *kind, cause.clone(), *since, now);
        }
    }
}
