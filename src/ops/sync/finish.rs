//! Every crate judged, and what is written afterwards: troubles, removals, the cursor.

use std::mem::take;
use std::sync::Arc;

use crate::io::fs::platform;
use crate::io::mirror::in_use::InUse;
use crate::io::mirror::known_files::{KnownFiles, KnownLog};
use crate::model::error::{Error, Result};
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Event;
use crate::model::package::id::CrateName;
use crate::model::sync::cursor::SyncCursor;
use crate::model::sync::tree::hex;
use crate::model::sync::troubles::TroubleKind;
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::closure::Closed;
use crate::ops::sync::engine::judge_all;
use crate::ops::sync::judge::Judge;
use crate::ops::sync::judged::Touch;
use crate::ops::sync::options::SyncReport;
use crate::ops::sync::outcome::SyncOutcome;
use crate::ops::sync::removal::{Removal, remove};
use crate::ops::sync::run::SyncRun;
use crate::ops::sync::scope::Upstreams;
use crate::ops::sync::writer::CopyWriter;

/// What is known before crates are looked at.
pub(super) struct Looked {
    pub(super) known: KnownFiles,
    pub(super) upstreams: Upstreams,
    pub(super) closed: Option<Closed>,
    pub(super) healing: bool,
    /// Crates that are here, about.
    pub(super) of: usize,
}

impl SyncRun<'_> {
    /// Judges crates, and brings what came of it to the disk in its order.
    pub(super) async fn judge(
        &self,
        judge: Judge,
        touches: Vec<Touch>,
        jobs: usize,
        looked: Looked,
        in_use: Option<InUse>,
        report: &mut SyncReport,
    ) -> Result<()> {
        let Looked {
            known,
            upstreams,
            mut closed,
            healing,
            of,
        } = looked;
        let mut judge = judge;
        let ripens = closed.as_ref().and_then(|closed| closed.ripens);
        let ripens = [ripens, known.next(self.began)].into_iter().flatten().min();
        let unread = closed.as_mut().map(|closed| take(&mut closed.unread));
        judge.chosen = closed.map(|closed| closed.chosen);
        let asked = upstreams.tree.is_none();
        let judge = Arc::new(judge);
        (self.common.mirror.watch)(&Event::Step {
            verb: "Comparing",
            what: format!("{} of {} crates", touches.len(), report.crates),
        });
        let mut outcome = SyncOutcome::new(self.state.troubles()?);
        if self.options.dry_run {
            judge_all(&judge, touches, jobs, None, &mut outcome).await?;
            self.told(report, outcome);
            report.needed.free_bytes = platform::free_bytes(&self.common.mirror.folder);
            report.needed.free_files = platform::free_files(&self.common.mirror.folder);
            return Ok(());
        }
        let log = self.state.known_log(&self.key, &known)?;
        let unread = unread.unwrap_or_default();
        let mut log = self
            .written(&judge, touches, jobs, log, unread, &mut outcome)
            .await?;
        drop(in_use);
        let removal = Removal {
            policy: self.options.on_removed,
            of,
            allow_mass: self.options.allow_mass_removal,
            roots: &self.roots,
            asked: asked.then_some(&judge.upstream),
            folder: &report.source,
        };
        report.held_back =
            remove(self.common, &self.state, &self.store, removal, &mut outcome).await?;
        for (name, file) in &outcome.with_removals {
            log.add(name, Some(file));
        }
        for name in &outcome.gone_names {
            log.add(name, None);
        }
        log.flush()?;
        self.state.write_troubles(&outcome.troubles)?;
        self.store.end();
        let ripens = [ripens, outcome.ripens].into_iter().flatten().min();
        let mut cursor = self.cursor(&upstreams, healing, ripens, report.crates);
        if outcome.out_of_step > 0 {
            // The next run looks again, though the head may stand still.
            cursor.commit = None;
        }
        if !outcome.unreachable {
            self.state.write_cursor(&cursor)?;
        }
        outcome.changes.began = self.began;
        outcome.changes.ended = cursor.ended;
        outcome.changes.commit = upstreams.commit;
        self.warn_of_config(&cursor);
        self.told(report, outcome);
        if !report.changes.is_empty() {
            report.report = Some(self.state.report(&report.changes)?);
        }
        Ok(())
    }

    /// Judges crates, and waits until what was fetched, what failed and what is known is on the disk.
    async fn written(
        &self,
        judge: &Arc<Judge>,
        touches: Vec<Touch>,
        jobs: usize,
        log: KnownLog,
        unread: Vec<(CrateName, String)>,
        outcome: &mut SyncOutcome,
    ) -> Result<KnownLog> {
        let writer = CopyWriter::start(Arc::clone(&self.store), log);
        let judged = judge_all(judge, touches, jobs, Some(writer.parcels()), outcome).await;
        // What is stored is whole, whatever else went wrong; the writer's own error tells most.
        let written = writer.finish().await;
        for (name, cause) in unread {
            let (of, kind) = (name.to_string(), TroubleKind::Passing);
            outcome.troubles.failed(of, kind, cause, None, self.began);
        }
        if written.is_err() {
            // What went well this time may not be on the disk.
            outcome.troubles.keep(self.state.troubles()?);
        }
        self.state.write_troubles(&outcome.troubles)?;
        let mut log = written?;
        judged?;
        for (name, file) in &outcome.with_troubles {
            log.add(name, Some(file));
        }
        log.flush()?;
        Ok(log)
    }

    fn cursor(
        &self,
        upstreams: &Upstreams,
        healing: bool,
        ripens: Option<Timestamp>,
        crates: usize,
    ) -> SyncCursor {
        let before = self.cursor.as_ref();
        let config = upstreams.tree.as_ref().and_then(|tree| tree.config);
        SyncCursor {
            from: self.basis.from.clone(),
            commit: upstreams.commit.clone(),
            selection: self.options.selection.to_string(),
            filter: self.basis.filter.clone(),
            given: self.basis.given.clone(),
            config: config.as_ref().map(hex),
            began: self.began,
            ended: self.common.mirror.clock.now(),
            healed: match before {
                Some(before) if !healing => before.healed,
                _ => self.began,
            },
            ripens,
            crates,
        }
    }

    /// Crates may come from somewhere else now.
    fn warn_of_config(&self, cursor: &SyncCursor) {
        let before = self
            .cursor
            .as_ref()
            .filter(|before| before.from == cursor.from);
        let before = before.and_then(|before| before.config.as_ref());
        if before.is_some() && cursor.config.is_some() && before != cursor.config.as_ref() {
            (self.common.mirror.watch)(&Event::Warning {
                message: format!("config.json of {} has changed", cursor.from),
                help: Some(
                    "it says where crates are downloaded: look whether that is meant".to_owned(),
                ),
            });
        }
    }

    fn told(&self, report: &mut SyncReport, outcome: SyncOutcome) {
        report.looked_at = outcome.looked_at;
        report.changes = outcome.changes;
        report.bytes = outcome.bytes;
        report.out_of_step = outcome.out_of_step;
        report.too_large = outcome.too_large;
        report.private = outcome.private;
        report.troubles = outcome.troubles;
        report.needed = outcome.needed;
        if outcome.unreachable {
            let cause = report
                .troubles
                .0
                .values()
                .find(|it| it.kind == TroubleKind::Passing);
            let cause = cause.map(|it| it.cause.clone()).unwrap_or_default();
            report.stopped = Some(Error::Upstream(UpstreamError::HostDown {
                host: self.basis.from.clone(),
                cause,
            }));
        }
    }
}
