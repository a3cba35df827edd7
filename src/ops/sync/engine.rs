//! Many crates judged at once, within bounds.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::model::error::{Error, Result};
use crate::model::package::id::CrateName;
use crate::ops::sync::judge::Judge;
use crate::ops::sync::judged::{Judged, Touch};
use crate::ops::sync::outcome::SyncOutcome;
use crate::ops::sync::writer::Parcel;

/// Judges all of these, `jobs` at once. Ends early where the host is gone; an error is one of the mirror itself.
pub async fn judge_all(
    judge: &Arc<Judge>,
    touches: Vec<Touch>,
    jobs: usize,
    parcels: Option<mpsc::Sender<Parcel>>,
    outcome: &mut SyncOutcome,
) -> Result<()> {
    let mut running: JoinSet<(CrateName, Result<Judged>)> = JoinSet::new();
    let mut touches = touches.into_iter();
    let mut failure = None;
    loop {
        while running.len() < jobs && failure.is_none() && !outcome.unreachable {
            let Some(touch) = touches.next() else {
                break;
            };
            let (judge, parcels) = (Arc::clone(judge), parcels.clone());
            running.spawn(async move {
                let name = touch.name.clone();
                (name, judge.judge(touch, parcels).await)
            });
        }
        let Some(done) = running.join_next().await else {
            break;
        };
        match done {
            Ok((name, Ok(judged))) => outcome.add(&name, judged, judge.now, judge.dry_run),
            // The first error tells most; one that says that the writer has ended, least.
            Ok((_, Err(error))) => {
                let tells_more = matches!(failure, None | Some(Error::Interrupted));
                if tells_more {
                    failure = Some(error);
                }
            }
            Err(_) => failure = Some(Error::Panicked { doing: "syncing" }),
        }
    }
    failure.map_or(Ok(()), Err)
}
