//! `outdated`: what has upstream done since to the packages of a lockfile, and what is known against them?
//!
//! ```text
//! lockfiles -> names -> io::mirror::published_cache   what upstream said last, one conditional request a name
//!                    -> io::upstream::registry        304: it still holds; model::index::published judges it
//!                    -> io::git::advisories           model::policy::advisory judges each package
//! ```
//!
//! The mirror itself is only read: what upstream has yanked since stays as it was when it was mirrored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::io::access::private_names::PrivateNames;
use crate::io::git::advisories::{self, FoundAdvisories};
use crate::io::mirror::published_cache::PublishedCache;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::io::upstream::answer::UpstreamAnswer;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::FsError;
use crate::model::errors::git::GitError;
use crate::model::errors::input::InputError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::event::Event;
use crate::model::index::published::{Finding, Published, judge, published};
use crate::model::input::closure::{Closure, Unsupported, Wanted};
use crate::model::package::id::{CrateId, CrateName};
use crate::model::source::id::RegistrySource;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::input::read::Project;

#[derive(Debug)]
pub struct OutdatedOptions {
    pub projects: Vec<Project>,
    /// The folder of an advisory database, or the address of its git repository.
    pub advisories: Option<String>,
}

#[derive(Debug)]
pub struct OutdatedReport {
    pub projects: Vec<ProjectReport>,
    pub failed: Vec<FailedCheck>,
    /// Crates that upstream was asked about.
    pub asked: usize,
    /// Of those, the ones of which what was known still holds.
    pub unchanged: usize,
    pub mirror: PathBuf,
}

#[derive(Debug)]
pub struct ProjectReport {
    pub project: PathBuf,
    /// Packages of crates.io.
    pub packages: usize,
    pub findings: Vec<Finding>,
    pub not_mirrored: Vec<CrateId>,
    /// Packages of other sources: neither upstream nor advisories can tell anything of them.
    pub not_checked: Vec<Unsupported>,
}

/// What could not be found out.
#[derive(Debug)]
pub struct FailedCheck {
    /// The name of a crate, or the path of an advisory.
    pub what: String,
    pub cause: String,
    pub help: Option<String>,
}

impl FailedCheck {
    fn new(what: String, error: &Error) -> Self {
        Self {
            what,
            cause: chain(error),
            help: error.hint(),
        }
    }
}

impl OutdatedReport {
    /// Whether somebody must do something about any package.
    pub fn is_grave(&self) -> bool {
        self.projects
            .iter()
            .flat_map(|project| &project.findings)
            .any(Finding::is_grave)
    }
}

/// Asks upstream and the advisory database about every package of each project's lockfile.
pub async fn run(common: &Context, options: &OutdatedOptions) -> Result<OutdatedReport> {
    let lockfiles = read_lockfiles(common, options)?;
    let names: BTreeSet<&CrateName> = lockfiles
        .iter()
        .flat_map(|lockfile| lockfile.closure.of(&RegistrySource::CratesIo))
        .map(|wanted| &wanted.id.name)
        .collect();
    let found = {
        let (mirror, cwd) = (common.mirror.folder.clone(), common.place.cwd.clone());
        let place = options.advisories.clone();
        let names: Vec<CrateName> = names.into_iter().cloned().collect();
        blocking("reading advisories", move || match place {
            Some(place) => {
                let names: Vec<&CrateName> = names.iter().collect();
                advisories::look_up(&mirror, &place, &cwd, &names)
            }
            None => Ok(FoundAdvisories::default()),
        })
    };
    let (asked, found) = tokio::try_join!(ask_all(common, &lockfiles), found)?;

    let mut report = OutdatedReport {
        projects: Vec::new(),
        failed: Vec::new(),
        asked: asked.len(),
        unchanged: 0,
        mirror: common.mirror.folder.clone(),
    };
    for ((_, name), answer) in &asked {
        match answer {
            Ok(known) => report.unchanged += usize::from(known.unchanged),
            Err(error) => report
                .failed
                .push(FailedCheck::new(name.to_string(), error)),
        }
    }
    for error in &found.unreadable {
        report.failed.push(unreadable(error));
    }
    let store = common.mirror.store();
    for lockfile in lockfiles {
        report
            .projects
            .push(lockfile.report(&store, &asked, &found)?);
    }
    Ok(report)
}

/// A project's lockfile, and the upstream that its packages come from.
struct Lockfile {
    project: PathBuf,
    closure: Closure,
    access: Arc<UpstreamAccess>,
}

fn read_lockfiles(common: &Context, options: &OutdatedOptions) -> Result<Vec<Lockfile>> {
    let mut lockfiles: Vec<Lockfile> = Vec::new();
    for project in &options.projects {
        if !project.lockfile().is_file() {
            return Err(Error::Input(InputError::NoLockfile {
                project: project.root.clone(),
            }));
        }
        let mut closure = Closure::default();
        closure.add(project.read_lockfile()?);
        let access = UpstreamAccess::new(common, &project.root)?;
        if access.offline {
            return Err(Error::Upstream(UpstreamError::NeedsNetwork {
                command: "outdated",
            }));
        }
        // One client for each upstream: it keeps the connections.
        let known = lockfiles
            .iter()
            .find(|lockfile| lockfile.access.is_same_upstream(&access));
        lockfiles.push(Lockfile {
            project: project.root.clone(),
            closure,
            access: known.map_or_else(|| Arc::new(access), |known| Arc::clone(&known.access)),
        });
    }
    Ok(lockfiles)
}

/// What upstream has of one crate.
struct Known {
    published: Vec<Published>,
    unchanged: bool,
}

/// By upstream and name.
type Asked = BTreeMap<(String, CrateName), Result<Known>>;

/// Asks about every name once, many at a time.
async fn ask_all(common: &Context, lockfiles: &[Lockfile]) -> Result<Asked> {
    let mut wanted: BTreeMap<(String, CrateName), (&Arc<UpstreamAccess>, &CrateId)> =
        BTreeMap::new();
    let names = PrivateNames::read(&common.mirror.folder)?;
    for lockfile in lockfiles {
        let key = lockfile.access.key();
        for package in lockfile.closure.of(&RegistrySource::CratesIo) {
            let id = &package.id;
            if names.why(&id.name).is_some() {
                // Not even its name is told.
                continue;
            }
            wanted.insert((key.clone(), id.name.clone()), (&lockfile.access, id));
        }
    }
    (common.mirror.watch)(&Event::Planned {
        wanted: wanted.len(),
        keep: 0,
    });
    let mut upstreams: BTreeMap<&str, (&Upstream, PublishedCache)> = BTreeMap::new();
    for ((key, _), (access, _)) in &wanted {
        if !upstreams.contains_key(key.as_str()) {
            let watched = PublishedCache::of(&common.mirror.folder, key);
            upstreams.insert(key, (access.upstream().await?, watched));
        }
    }
    let mut asking = stream::iter(&wanted)
        .map(|(place, (_, id))| {
            let (upstream, watched) = &upstreams[place.0.as_str()];
            async move { (place, *id, ask(upstream, watched, &id.name).await) }
        })
        .buffer_unordered(common.upstream.jobs * 2);
    let mut asked = Asked::new();
    let mut warned = false;
    while let Some((place, id, answer)) = asking.next().await {
        (common.mirror.watch)(&Event::Checked {
            package: id.clone(),
        });
        let answer = answer.map(|(known, kept)| {
            if let Err(error) = kept
                && !std::mem::replace(&mut warned, true)
            {
                (common.mirror.watch)(&Event::Warning {
                    message: format!(
                        "what upstream said is not kept for the next time: {}",
                        chain(&error)
                    ),
                    help: error.hint(),
                });
            }
            known
        });
        asked.insert(place.clone(), answer);
    }
    Ok(asked)
}

/// Asks about one crate: what upstream has of it, and whether that could be kept.
async fn ask(
    upstream: &Upstream,
    watched: &PublishedCache,
    name: &CrateName,
) -> Result<(Known, Result<()>)> {
    let (validator, before) = {
        let (watched, name) = (watched.clone(), name.clone());
        blocking("reading what is known", move || Ok(watched.known(&name))).await?
    }
    .unzip();
    let answer = upstream
        .index_file_if_changed(name, validator.as_ref())
        .await?;
    let (text, validator) = match answer {
        UpstreamAnswer::Unchanged => {
            let known = Known {
                published: before.unwrap_or_default(),
                unchanged: true,
            };
            return Ok((known, Ok(())));
        }
        UpstreamAnswer::Absent => (Vec::new(), None),
        UpstreamAnswer::Text { text, validator } => (text, validator),
    };
    let address = upstream.index_address(name);
    let (watched, name) = (watched.clone(), name.clone());
    blocking("reading an index file", move || {
        let published = published(&name, &text).ok_or_else(|| {
            Error::Upstream(UpstreamError::InvalidResponse {
                url: address,
                what: "index",
                message: "no line of it names a version".to_owned(),
            })
        })?;
        let kept = match validator {
            Some(validator) => watched.keep(&name, &validator, &published),
            None => Ok(()),
        };
        let known = Known {
            published,
            unchanged: false,
        };
        Ok((known, kept))
    })
    .await
}

impl Lockfile {
    fn report(
        self,
        store: &RegistryStore,
        asked: &Asked,
        found: &FoundAdvisories,
    ) -> Result<ProjectReport> {
        let key = self.access.key();
        let mut findings = Vec::new();
        let mut not_mirrored = Vec::new();
        for Wanted { id, checksum, .. } in self.closure.of(&RegistrySource::CratesIo) {
            let index = store.read_index(&id.name)?;
            let line = index.get(id);
            if line.is_none() {
                not_mirrored.push(id.clone());
            }
            let ours = checksum.or(line.map(|line| *line.checksum()));
            if let Some(Ok(known)) = asked.get(&(key.clone(), id.name.clone())) {
                findings.extend(judge(id, ours.as_ref(), &known.published));
            }
            let advisories = found.advisories.iter().filter(|advisory| {
                advisory.crate_name == id.name.as_str() && advisory.affects(id.version.semver())
            });
            findings.extend(advisories.map(|advisory| Finding::Advisory {
                package: id.clone(),
                advisory: advisory.clone(),
            }));
        }
        // What somebody must see to comes first.
        findings.sort_by_key(|finding| !finding.is_grave());
        Ok(ProjectReport {
            project: self.project,
            packages: self.closure.of(&RegistrySource::CratesIo).len(),
            findings,
            not_mirrored,
            not_checked: self.closure.of_other_sources(),
        })
    }
}

fn unreadable(error: &Error) -> FailedCheck {
    let what = match error {
        Error::Git(GitError::Advisory { path, .. })
        | Error::Fs(FsError::Io { path, .. } | FsError::TooLarge { path, .. }) => {
            path.display().to_string()
        }
        _ => "an advisory".to_owned(),
    };
    FailedCheck::new(what, error)
}
