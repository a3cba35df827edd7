//! `add`: packages from files, from a folder, or made of a folder by cargo, into a hosted registry.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::io::access::private_names::PrivateNames;
use crate::io::fs::error::io_error;
use crate::io::git::command::committed;
use crate::io::mirror::in_use::Use;
use crate::io::store::staging::verified;
use crate::io::upstream::registry::Upstream;
use crate::model::access::owners::Owner;
use crate::model::access::principal::Principal;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::fs::Action;
use crate::model::errors::hosting::HostingError;
use crate::model::event::{Event, Watch};
use crate::model::package::archive;
use crate::model::package::checksum::Hashed;
use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::access::UpstreamAccess;
use crate::ops::context::options::Context;
use crate::ops::publish::check::{Examined, examine};
use crate::ops::publish::commit::{Actor, Committed, commit};
use crate::ops::publish::public::{self, Taken};
use crate::ops::publish::registry::OpenRegistry;
use crate::ops::publish::withdraw::yank;

#[derive(Debug)]
pub struct AddOptions {
    /// `None`: the only one there is.
    pub registry: Option<String>,
    pub files: Vec<PathBuf>,
    /// A folder with `.crate` files.
    pub from: Option<PathBuf>,
    /// Whether versions whose files are not in `from` are yanked.
    pub sync: bool,
    /// Folders of packages, for cargo to package.
    pub packages: Vec<PathBuf>,
    pub published: PublicationTime,
    /// Of crates that are new. None: they are the administrators'.
    pub owners: Vec<Owner>,
}

/// When what is added was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicationTime {
    Now,
    At(Timestamp),
    /// When the file of each package was committed to git: a registry that is made anew of the same commits is the same.
    OfCommit,
}

#[derive(Debug, Default)]
pub struct AddReport {
    pub registry: String,
    pub added: Vec<CrateId>,
    /// The same bytes were there.
    pub there: Vec<CrateId>,
    pub yanked: Vec<CrateId>,
    pub failed: Vec<FailedAdd>,
}

/// A file that was not added.
#[derive(Debug)]
pub struct FailedAdd {
    pub file: PathBuf,
    pub cause: String,
    pub help: Option<String>,
}

/// Adds packages. What cannot be added is told, and does not keep the others from it.
pub async fn run(common: &Context, options: &AddOptions) -> Result<AddReport> {
    let registry = OpenRegistry::named(&common.mirror, options.registry.as_deref())?;
    registry.accounts.must_all_exist(&options.owners)?;
    let _in_use = common.mirror.in_use(Use::Add)?;
    let mut files = options.files.clone();
    if let Some(folder) = &options.from {
        files.extend(crates_in(folder)?);
    }
    let mut made = Vec::new();
    for folder in &options.packages {
        made.push(common.cargo().package(folder)?);
    }
    files.extend(made.iter().flat_map(|made| made.files.iter().cloned()));
    let access = UpstreamAccess::new(common, &common.place.cwd)?;
    let principal = Principal::operator();
    let on_hook_failure = |error: &Error| on_hook_failure(&common.mirror.watch, error);
    let actor = Actor {
        principal: &principal,
        at: common.mirror.clock.now(),
        from: None,
        on_hook_failure: &on_hook_failure,
    };
    let adding = Adding {
        common,
        registry: &registry,
        access: &access,
        published: options.published,
        owners: &options.owners,
        actor,
    };
    let mut report = AddReport {
        registry: registry.name.clone(),
        ..AddReport::default()
    };
    adding.all(files, &mut report).await?;
    if let (true, Some(folder)) = (options.sync, &options.from) {
        report.yanked = sync(&registry, folder, actor)?;
    }
    Ok(report)
}

/// Tells that web hooks will not hear of something.
pub fn on_hook_failure(watch: &Watch, error: &Error) {
    watch(&Event::Warning {
        message: format!(
            "it is done, but no web hook will be told of it: {}",
            chain(error)
        ),
        help: error.hint(),
    });
}

/// The `.crate` files in a folder, sorted.
fn crates_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(io_error(Action::List, folder))?;
    let files = entries.flatten().map(|entry| entry.path());
    let is_package = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "crate");
    let mut files: Vec<PathBuf> = files.filter(is_package).collect();
    files.sort();
    Ok(files)
}

/// Yanks every version whose file is not in the folder. One that is there and yanked stays so: somebody has yanked it.
fn sync(registry: &OpenRegistry, folder: &Path, actor: Actor<'_>) -> Result<Vec<CrateId>> {
    let files: BTreeSet<String> = crates_in(folder)?
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    let held = registry.store.versions()?.into_iter();
    let gone = held.filter(|(id, yanked)| !yanked && !files.contains(&id.file_name()));
    let mut yanked = Vec::new();
    for (id, _) in gone {
        yanked.push(yank(registry, &id, true, actor)?.0);
    }
    Ok(yanked)
}

struct Adding<'a> {
    common: &'a Context,
    registry: &'a OpenRegistry,
    access: &'a UpstreamAccess,
    published: PublicationTime,
    owners: &'a [Owner],
    actor: Actor<'a>,
}

impl Adding<'_> {
    /// Files that need each other come in any order, so those that fail are tried again as long as others succeed.
    async fn all(&self, files: Vec<PathBuf>, report: &mut AddReport) -> Result<()> {
        let mut left = files;
        loop {
            let before = left.len();
            let mut failed = Vec::new();
            for file in std::mem::take(&mut left) {
                match self.one(&file).await {
                    Ok((id, Committed::New)) => report.added.push(id),
                    Ok((id, Committed::AlreadyThere)) => report.there.push(id),
                    Err(error @ Error::Hosting(_)) => failed.push((file, error)),
                    Err(error) => return Err(error),
                }
            }
            if failed.is_empty() || failed.len() == before {
                let told = failed.into_iter().map(|(file, error)| FailedAdd {
                    file,
                    cause: chain(&error),
                    help: error.hint(),
                });
                report.failed = told.collect();
                return Ok(());
            }
            left = failed.into_iter().map(|(file, _)| file).collect();
        }
    }

    fn published(&self, file: &Path) -> Timestamp {
        match self.published {
            PublicationTime::Now => self.actor.at,
            PublicationTime::At(moment) => moment,
            PublicationTime::OfCommit => committed(file).unwrap_or_else(|| {
                (self.common.mirror.watch)(&Event::Warning {
                    message: format!("`{}` is in no commit: it is published now", file.display()),
                    help: Some("commit it first, and let the clone have the commit".to_owned()),
                });
                self.actor.at
            }),
        }
    }

    async fn one(&self, file: &Path) -> Result<(CrateId, Committed)> {
        let registry = self.registry;
        let mut incoming = registry.store.incoming()?;
        incoming.copy_from(file)?;
        let (checksum, size) = (incoming.digest(), incoming.length());
        let id = identify(file, || incoming.reread(), size)?;
        let names = self.common.mirror.private_names()?;
        let is_public = self.is_public(&id, &names).await?;
        let examined = Examined {
            id: &id,
            checksum,
            size,
            said: None,
            published: self.published(file),
            is_public,
        };
        let candidate = examine(incoming.reread()?, &examined, registry, &names)?;
        for warning in &candidate.warnings {
            (self.common.mirror.watch)(&Event::Warning {
                message: format!("{id}: {warning}"),
                help: None,
            });
        }
        let verified = verified(&id, checksum, incoming)?;
        let committed = commit(registry, verified, &candidate, self.actor, self.owners)?;
        if committed == Committed::New {
            (self.common.mirror.watch)(&Event::Note {
                message: format!("{id} is in the registry `{}`", registry.name),
            });
        }
        Ok((id, committed))
    }

    /// Whether crates.io has this name, where that matters.
    async fn is_public(&self, id: &CrateId, names: &PrivateNames) -> Result<bool> {
        // A name that is private already is not told to crates.io.
        let known = names.may_be_public(&id.name) || names.why(&id.name).is_some();
        if known || !public::is_first(self.registry, &id.name)? {
            return Ok(false);
        }
        let upstream: Option<&Upstream> = if self.common.upstream.offline {
            None
        } else {
            self.access.upstream().await.ok()
        };
        let taken = public::taken(&self.common.mirror, upstream, &id.name).await;
        if taken == Taken::Unknown {
            (self.common.mirror.watch)(&Event::Warning {
                message: format!("crates.io did not say whether it has a crate `{}`", id.name),
                help: Some("--offline leaves the question out".to_owned()),
            });
        }
        Ok(taken == Taken::Yes)
    }
}

/// Names and versions may both have hyphens: which of the two is which, the folder in the archive says.
fn identify<R: std::io::Read>(
    file: &Path,
    open: impl Fn() -> Result<R>,
    size: u64,
) -> Result<CrateId> {
    let name = file.file_name().and_then(|name| name.to_str());
    let ids: Vec<CrateId> = CrateId::of_file_name(name.unwrap_or_default()).collect();
    for id in &ids {
        let outside = matches!(
            archive::check(open()?, size, id),
            Err(archive::BadPackage::Outside { .. })
        );
        if !outside {
            return Ok(id.clone());
        }
    }
    // One that could be it is told all that is wrong with it.
    match ids.into_iter().next() {
        Some(id) => Ok(id),
        None => Err(Error::Hosting(HostingError::NotACrate(file.to_owned()))),
    }
}
