//! Copies of registries that are kept current beside serving, and how current they are.

use std::path::Path;
use std::time::Duration;

use crate::io::mirror::sync_state::{SyncState, copies};
use crate::model::error::{Error, chain};
use crate::model::event::{Event, Watch};
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::options::Context;
use crate::ops::sync::options::{SyncOptions, SyncReport};
use crate::ops::sync::run;

/// A copy that a server keeps current.
#[derive(Debug, Clone)]
pub struct KeptCopy {
    pub options: SyncOptions,
    /// Where crates of crates.io come from, if the settings of the copy name something else.
    pub upstream: Option<String>,
    /// From the end of a run to the beginning of the next.
    pub every: Duration,
}

/// Runs again and again, as long as the server does.
pub async fn keep(mut common: Context, copy: KeptCopy) {
    if copy.upstream.is_some() {
        common.upstream.named.clone_from(&copy.upstream);
    }
    loop {
        match run::run(&common, &copy.options).await {
            Ok(report) => tell(&common.mirror.watch, &report),
            // The server ends.
            Err(Error::Interrupted) => return,
            Err(error) => warn(&common.mirror.watch, &error),
        }
        tokio::time::sleep(run::pause(copy.every)).await;
    }
}

fn tell(watch: &Watch, report: &SyncReport) {
    if let Some(error) = &report.stopped {
        warn(watch, error);
    }
    let changes = &report.changes;
    if !changes.is_empty() {
        watch(&Event::Step {
            verb: "Synced",
            what: format!(
                "{}: {} added, {} yanked, {} removed",
                report.source, changes.added.count, changes.yanked.count, changes.deleted.count
            ),
        });
    }
    let open = report.troubles.0.len();
    if open > 0 {
        watch(&Event::Warning {
            message: format!(
                "{open} of the copy of {} could not be had so far",
                report.source
            ),
            help: Some("`cargo mirror sync` says which and why".to_owned()),
        });
    }
}

fn warn(watch: &Watch, error: &Error) {
    watch(&Event::Warning {
        message: format!("the copy is not current: {}", chain(error)),
        help: error.hint(),
    });
}

/// How current a copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyAge {
    pub registry: String,
    /// Since upstream was last asked and all of its changes were looked at.
    pub behind: Duration,
    /// When that was.
    pub success: Timestamp,
    /// Crates and versions that could not be had so far.
    pub troubles: usize,
}

/// How current the copies of a mirror are; one that was never complete is left out.
pub fn ages(mirror: &Path, now: Timestamp) -> Vec<CopyAge> {
    let ages = copies(mirror).into_iter().filter_map(|registry| {
        let state = SyncState::of(mirror, &registry);
        let cursor = state.cursor()?;
        Some(CopyAge {
            registry,
            behind: now.since(cursor.began),
            success: cursor.ended,
            troubles: state.troubles().unwrap_or_default().0.len(),
        })
    });
    ages.collect()
}
