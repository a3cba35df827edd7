//! `roots`: what a mirror was asked for. `RecordedRoot` by every `vendor` and `prefetch`, listed, added and forgotten by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::io::fs::file;
use crate::io::mirror::in_use::Use;
use crate::io::mirror::roots::RecordedRoot;
use crate::io::store::git::{self, package_folder};
use crate::io::store::registry::RegistryStore;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::FsError;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::input::build_filter::{BuildFilter, Pruned};
use crate::model::input::closure::Package;
use crate::model::input::lockfile::Locked;
use crate::model::input::spec::{self, Spec};
use crate::model::mirror::root::{Root, RootId, RootKind, RootOrigin};
use crate::model::package::checksum::Hashing;
use crate::model::package::id::CrateId;
use crate::model::source::git_record::{CHECKSUMS, is_git};
use crate::model::source::id::{RegistrySource, SourceId};
use crate::model::units::timestamp::Timestamp;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::input::read::{STDIN, merged_commits, read_lockfile};
use crate::ops::input::resolve::ListOptions;

/// A root about to be recorded.
#[derive(Debug, Clone)]
pub struct PendingRoot {
    pub origin: RootOrigin,
    pub packages: BTreeSet<Locked>,
    /// Whether all of it could be found out. If not, what it came to before stays wanted, too.
    pub complete: bool,
    /// Which builds are asked for, if not all, and what they leave out.
    pub only: Option<BuildFilter>,
    pub pruned: Pruned,
}

impl PendingRoot {
    /// Of a lockfile at a path, or of one read from standard input.
    pub fn lockfile(path: &Path, locked: &[Locked]) -> Self {
        let packages: BTreeSet<Locked> = locked.iter().cloned().collect();
        let origin = if path == Path::new(STDIN) {
            let mut hashing = Hashing::default();
            for locked in &packages {
                hashing.update(format!("{} {}\n", locked.id, locked.source).as_bytes());
            }
            let digest = hashing.finish().to_string();
            RootOrigin::new(RootKind::Stdin, &format!("lockfile {}", &digest[..16]))
        } else {
            RootOrigin::new(RootKind::Lockfile, &path.to_string_lossy())
        };
        Self {
            origin,
            packages,
            complete: true,
            only: None,
            pruned: Pruned::new(),
        }
    }

    /// Of a list at a path, of one read from standard input, or of crates named on the command line. What it comes to is
    /// not known yet.
    pub fn list(path: Option<&Path>, specs: &[Spec], options: ListOptions) -> Self {
        let words = || {
            let mut words: Vec<String> = specs.iter().map(ToString::to_string).collect();
            let flags = [
                (options.all_features, "--all-features"),
                (options.no_default_features, "--no-default-features"),
                (options.no_deps, "--no-deps"),
            ];
            let flags = flags.into_iter().filter(|(on, _)| *on);
            words.extend(flags.map(|(_, flag)| flag.to_owned()));
            words.join(" ")
        };
        let origin = match path {
            None => RootOrigin::new(RootKind::Names, &words()),
            Some(path) if path == Path::new(STDIN) => RootOrigin::new(RootKind::Stdin, &words()),
            Some(path) => RootOrigin::new(RootKind::List, &path.to_string_lossy()),
        };
        Self {
            origin,
            packages: BTreeSet::new(),
            complete: true,
            only: None,
            pruned: Pruned::new(),
        }
    }
}

/// Records what a run was given. A mirror that may only be read goes without.
pub fn record(open: &OpenMirror, drafts: Vec<PendingRoot>) -> Result<()> {
    let store = open.store();
    let records = store.records();
    for draft in drafts {
        let PendingRoot {
            origin,
            mut packages,
            complete,
            only,
            pruned,
        } = draft;
        if !complete && let Some(before) = records.root(&origin) {
            packages.extend(before.packages);
        }
        let root = Root {
            origin,
            packages,
            only,
            pruned,
        };
        match records.record(&root, open.clock.now()) {
            Ok(None) => {}
            Ok(Some(before)) => {
                let now: BTreeSet<Package> = root.wants().collect();
                let gone = before.wants().filter(|package| !now.contains(package));
                touch(open, gone);
            }
            Err(error) if only_readable(&error) => {
                (open.watch)(&Event::Note {
                    message: format!(
                        "`{}` is not recorded as a root, because the mirror may only be read",
                        root.origin.text
                    ),
                });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Says of the lockfile at `path`, if it names a git source at more than one commit, which one is taken.
pub fn warn_of_merged(watch: &Watch, path: &Path) {
    for merged in merged_commits(path) {
        watch(&Event::Warning {
            message: format!("`{}`: {merged}", path.display()),
            help: Some(merged.help()),
        });
    }
}

/// Takes in what could not be fetched, and forgets what could, or what nobody wants any more.
pub fn learn_failures(
    mirror: &OpenMirror,
    wanted: &BTreeSet<Package>,
    failed: &BTreeMap<Package, (String, Option<String>)>,
) -> Result<()> {
    let records = mirror.records();
    let known = records.failures()?;
    let mended = |package: &Package| wanted.contains(package) && !failed.contains_key(package);
    if failed.is_empty() && !known.0.keys().any(mended) {
        return Ok(());
    }
    let by_roots = wanted_by(&records.roots().unwrap_or_default());
    let changed = records.change_failures(|failures| {
        failures.learn(wanted, failed, mirror.clock.now());
        let still: BTreeSet<Package> = by_roots.union(wanted).cloned().collect();
        failures.keep_only(&still);
    });
    match changed {
        Err(error) if only_readable(&error) => Ok(()),
        changed => changed,
    }
}

/// Whether the mirror may only be read: nothing is remembered there, which is no reason to fail.
fn only_readable(error: &Error) -> bool {
    let Error::Fs(FsError::Io { source, .. }) = error else {
        return false;
    };
    matches!(
        source.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// The packages that these roots want.
pub fn wanted_by(roots: &[RecordedRoot]) -> BTreeSet<Package> {
    let all = roots.iter().flat_map(|recorded| recorded.root.wants());
    all.collect()
}

/// Notes that roots have let go of packages.
fn touch(mirror: &OpenMirror, packages: impl IntoIterator<Item = Package>) {
    let store = mirror.store();
    for (id, source) in packages {
        match source.folder() {
            Some(folder) if is_git(&folder) => touch_git(&store, &folder, &id),
            Some(folder) => mirror.source(&folder).touch(&id),
            None => {}
        }
    }
}

/// What is pruned: of one source, what some root wants and none wants the bytes of. By the source's folder in the mirror.
pub fn pruned_by(roots: &[RecordedRoot]) -> BTreeMap<String, BTreeSet<CrateId>> {
    pruned_by_all(roots.iter().map(|recorded| &recorded.root))
}

/// The same of roots that need not be recorded.
pub fn pruned_by_all<'r>(
    roots: impl Iterator<Item = &'r Root> + Clone,
) -> BTreeMap<String, BTreeSet<CrateId>> {
    let mut pruned: BTreeSet<(CrateId, SourceId)> = BTreeSet::new();
    for root in roots.clone() {
        pruned.extend(root.pruned.keys().cloned());
    }
    if !pruned.is_empty() {
        for root in roots {
            for Locked { id, source, .. } in &root.packages {
                if !root.prunes(source, id) {
                    pruned.remove(&(id.clone(), source.clone()));
                }
            }
        }
    }
    let mut by_folder: BTreeMap<String, BTreeSet<CrateId>> = BTreeMap::new();
    for (id, source) in pruned {
        if let Some(folder) = source.registry().map(RegistrySource::folder) {
            by_folder.entry(folder).or_default().insert(id);
        }
    }
    by_folder
}

/// Whether what a root came from is still as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootState {
    /// The lockfile or list is there and says the same; names cannot change.
    Current,
    /// It says something else than when it was last given.
    Changed,
    /// It is no longer there.
    Gone,
}

#[derive(Debug)]
pub struct Listed {
    pub id: RootId,
    pub kind: RootKind,
    pub origin: String,
    pub packages: usize,
    /// How many of them are left out, because no build that was asked for reads them.
    pub pruned: usize,
    pub given: Timestamp,
    pub state: RootState,
}

#[derive(Debug)]
pub struct RootsReport {
    pub roots: Vec<Listed>,
    pub mirror: PathBuf,
}

/// Lists the roots, by origin.
pub fn list(open: &OpenMirror) -> Result<RootsReport> {
    let mut roots: Vec<Listed> = open
        .records()
        .roots()?
        .iter()
        .map(|recorded| listed(recorded, state(recorded)))
        .collect();
    roots.sort_by(|a, b| (a.kind, &a.origin).cmp(&(b.kind, &b.origin)));
    Ok(RootsReport {
        roots,
        mirror: open.folder.clone(),
    })
}

pub fn listed(recorded: &RecordedRoot, state: RootState) -> Listed {
    Listed {
        id: recorded.id.clone(),
        kind: recorded.root.origin.kind,
        origin: recorded.root.origin.text.clone(),
        packages: recorded.root.packages.len(),
        pruned: recorded.root.pruned.len(),
        given: recorded.given,
        state,
    }
}

/// Looks whether what a root came from is still there.
pub fn state(recorded: &RecordedRoot) -> RootState {
    let origin = &recorded.root.origin;
    let path = Path::new(&origin.text);
    match origin.kind {
        RootKind::Names | RootKind::Stdin => RootState::Current,
        RootKind::Lockfile | RootKind::List if !path.exists() => RootState::Gone,
        RootKind::Lockfile => match read_lockfile(path) {
            Ok(locked) if says_the_same(&locked, &recorded.root) => RootState::Current,
            _ => RootState::Changed,
        },
        RootKind::List => match file::modified(path) {
            Ok(modified) if modified <= recorded.given => RootState::Current,
            _ => RootState::Changed,
        },
    }
}

/// Whether a lockfile says what was recorded of it. Records have no logins, and what came of a source may have been told
/// apart better since.
fn says_the_same(locked: &[Locked], root: &Root) -> bool {
    let plain = |locked: &Locked| {
        let source = locked.source.to_string();
        (locked.id.clone(), source, locked.checksum)
    };
    let now: BTreeSet<_> = locked.iter().map(plain).collect();
    now == root.packages.iter().map(plain).collect()
}

/// What was forgotten.
#[derive(Debug)]
pub struct Forgotten {
    pub forgotten: Vec<RootId>,
    pub mirror: PathBuf,
}

/// Forgets the roots that these words mean; a word that means none is an error, and then nothing is forgotten.
pub fn forget(common: &Context, words: &[String]) -> Result<Forgotten> {
    let _in_use = common.mirror.in_use(Use::Add)?;
    let store = common.mirror.store();
    let records = store.records();
    let ids = records.root_ids()?;
    let mut forgotten = BTreeSet::new();
    for word in words {
        let path = file::absolute(Path::new(word), &common.place.cwd);
        let lockfile = path.join("Cargo.lock");
        let beside = path.with_file_name("Cargo.lock");
        let names = as_recorded(word);
        let mut meant: Vec<RootId> = [
            RootOrigin::new(RootKind::Names, &names),
            RootOrigin::new(RootKind::Stdin, &names),
            RootOrigin::new(RootKind::List, &path.to_string_lossy()),
            RootOrigin::new(RootKind::Lockfile, &path.to_string_lossy()),
            RootOrigin::new(RootKind::Lockfile, &lockfile.to_string_lossy()),
        ]
        .iter()
        .map(RootOrigin::id)
        .collect();
        if path.ends_with("Cargo.toml") {
            meant.push(RootOrigin::new(RootKind::Lockfile, &beside.to_string_lossy()).id());
        }
        let by_id = RootId::parse(word);
        let is_it = |id: &&RootId| {
            let started = by_id.as_ref().map(RootId::as_str);
            meant.contains(id) || started.is_some_and(|start| id.as_str().starts_with(start))
        };
        let found: Vec<&RootId> = ids.iter().filter(is_it).collect();
        if found.is_empty() || by_id.is_some() && found.len() > 1 {
            return Err(Error::Store(StoreError::NoSuchRoot(word.clone())));
        }
        forgotten.extend(found.into_iter().cloned());
    }
    // What only they wanted was wanted until now: the age that `gc` goes by begins here.
    let roots = records.roots().unwrap_or_default();
    let (gone, stay): (Vec<_>, Vec<_>) = roots
        .into_iter()
        .partition(|recorded| forgotten.contains(&recorded.id));
    let still = wanted_by(&stay);
    for id in &forgotten {
        records.forget(id)?;
    }
    touch(&common.mirror, wanted_by(&gone).difference(&still).cloned());
    Ok(Forgotten {
        forgotten: forgotten.into_iter().collect(),
        mirror: common.mirror.folder.clone(),
    })
}

/// Names as a root has them: `serde@1` is `serde@^1` there.
fn as_recorded(words: &str) -> String {
    let recorded = |word: &str| match spec::parse_spec(word) {
        Ok(spec) if !word.starts_with('-') => spec.to_string(),
        _ => word.to_owned(),
    };
    let words: Vec<String> = words.split_whitespace().map(recorded).collect();
    words.join(" ")
}

/// Notes that roots have let go of a package: its age begins now.
fn touch_git(store: &RegistryStore, folder: &str, id: &CrateId) {
    let folder = store.git(folder);
    git::touch(&folder.path.join(package_folder(id)).join(CHECKSUMS));
}
