//! Lockfiles held against their manifests by the real cargo, and what a lockfile gains by it mirrored.

use crate::io::task::blocking;
use crate::model::error::{Error, Result};
use crate::model::errors::cause::CargoSaid;
use crate::model::errors::input::InputError;
use crate::ops::config::judge::{
    Refusal, Unready, Verdict, ask, cannot_tell, disagrees, note_of_absent_parts,
};
use crate::ops::context::options::Context;
use crate::ops::fetch::closure::ClosureFetcher;
use crate::ops::fetch::report::FetchReport;
use crate::ops::input::read::Project;
use crate::ops::vendor::batch::Batch;

/// Has the real cargo hold the lockfile against its manifests, and mirrors what it adds.
///
/// The mirror that has just been filled is asked: if cargo, offline, finds every locked package there and nothing to add,
/// the lockfile is current and no request was needed to learn it. If not, upstream tells whether the lockfile is stale; a
/// lockfile with which upstream is content and the mirror is not means that the mirror is not enough.
pub async fn bring_up_to_date(
    completion: &ClosureFetcher,
    common: &Context,
    group: &mut Batch,
    project: &Project,
    locked: bool,
) -> Result<(FetchReport, Option<Unready>)> {
    let nothing = FetchReport::default();
    if !project.has_manifest {
        return Ok((nothing, None));
    }
    let refused = match at_mirror(common, group, project).await? {
        Verdict::Agreed => return Ok((nothing, None)),
        Verdict::PartsAbsent(said) => {
            note_of_absent_parts(&common.mirror.watch, project, &said);
            return Ok((nothing, None));
        }
        Verdict::Stale => Refusal {
            said: "by what the mirror has, the lockfile is not up to date".to_owned(),
            help: None,
        },
        Verdict::Refused(refusal) => refusal,
    };
    let (root, upstream) = (project.root.clone(), group.access.cargo()?);
    let mirror = common.mirror.folder.clone();
    let asked = blocking("asking cargo", move || ask(&upstream, &mirror, &root)).await?;
    match asked {
        Verdict::Agreed => Ok((nothing, Some(disagrees(project, refused)))),
        Verdict::PartsAbsent(said) => {
            note_of_absent_parts(&common.mirror.watch, project, &said);
            Ok((nothing, None))
        }
        Verdict::Refused(refusal) if locked => Err(Error::Input(InputError::UnjudgedLockfile {
            lockfile: project.lockfile(),
            said: CargoSaid(refusal.said),
        })),
        Verdict::Refused(refusal) => Ok((nothing, Some(cannot_tell(project, refusal)))),
        Verdict::Stale if locked => Err(Error::Input(InputError::StaleLockfile {
            lockfile: project.lockfile(),
        })),
        Verdict::Stale => {
            let added = group.update(&common.mirror.watch, project).await?;
            let done = completion.run(added, false).await?;
            if !done.failed.is_empty() {
                return Ok((done, None));
            }
            let unready = match at_mirror(common, group, project).await? {
                Verdict::Agreed | Verdict::PartsAbsent(_) => None,
                Verdict::Stale => Some(disagrees(project, refused)),
                Verdict::Refused(refusal) => Some(disagrees(project, refusal)),
            };
            Ok((done, unready))
        }
    }
}

async fn at_mirror(common: &Context, group: &Batch, project: &Project) -> Result<Verdict> {
    let mirror = group
        .access
        .cargo_at_mirror(&common.mirror.folder, &group.closure);
    let (root, common) = (project.root.clone(), common.clone());
    blocking("asking cargo", move || {
        ask(&mirror, &common.mirror.folder, &root)
    })
    .await
}
