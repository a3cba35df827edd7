//! What a config file that several projects share has to name: the sources of all of them.
//!
//! ```text
//! the projects at hand       their sources, at the commits that their lockfiles want
//! the file as it is          what an earlier run added stays, as long as the mirror has it
//! the mirror's roots         the sources of the other projects that read the file: all of them, or those below it
//! ```
//!
//! Cargo takes each source from one place, so of two commits of one git source only one can be named: that of the project
//! at hand, else the one that is there and still wanted, else the one that was asked for last. The others are told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::io::config::edit::ConfigPatch;
use crate::io::config::effective::{Effective, same_folder};
use crate::io::fs::file;
use crate::model::event::{Event, Watch};
use crate::model::input::lockfile::Locked;
use crate::model::input::replacement::ReplacedSource;
use crate::model::mirror::root::RootKind;
use crate::model::source::git_record::{GitRecord, MAX_FILE, RECORD};
use crate::model::source::table::Location;
use crate::model::url::without_credentials;
use crate::ops::config::effective::short_commit;
use crate::ops::config::file::Target;
use crate::ops::config::switch::Edit;
use crate::ops::config::target::folder_of;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::input::read::read_lockfile;

/// The sources that a config file has to name, and what has to be said about that.
#[derive(Debug, Default)]
pub struct Union {
    pub(super) needed: Vec<ReplacedSource>,
    warnings: Vec<(String, Option<String>)>,
}

impl Union {
    pub(super) fn warn(&self, watch: &Watch) {
        for (message, help) in &self.warnings {
            watch(&Event::Warning {
                message: message.clone(),
                help: help.clone(),
            });
        }
    }
}

/// A recorded project, and what it needs of what the mirror has.
struct Other {
    /// Where its builds start, if it is a lockfile that is there.
    folder: Option<PathBuf>,
    name: String,
    needed: Vec<ReplacedSource>,
}

/// What the file at `path` has to name; `before` is what it names now.
pub fn union(
    target: &Target,
    path: &Path,
    before: &ConfigPatch,
    edit: &Edit,
    common: &Context,
) -> Union {
    let others = others(target, path, edit, &common.mirror);
    let there = there(path, before, common);
    let mut chosen: BTreeMap<Location, &ReplacedSource> = BTreeMap::new();
    for needed in &edit.needed {
        chosen.insert(needed.original.location(), needed);
    }
    let absent: Vec<Location> = edit
        .absent
        .iter()
        .map(|it| it.original.location())
        .collect();
    let wanted = |there: &&ReplacedSource| {
        let mut all = others.iter().flat_map(|other| &other.needed);
        all.any(|needed| needed.folder == there.folder)
    };
    let kept = there.iter().filter(wanted);
    let of_others = others.iter().flat_map(|other| &other.needed);
    // What nobody is known to want stays in a file that is not one project's own: its project may have another mirror.
    let unknown = there.iter().filter(|_| *target != Target::Project);
    for needed in kept.chain(of_others).chain(unknown) {
        let location = needed.original.location();
        if !absent.contains(&location) {
            chosen.entry(location).or_insert(needed);
        }
    }
    let mut union = Union::default();
    for other in &others {
        for needed in &other.needed {
            let gets = chosen.get(&needed.original.location()).copied();
            if gets.is_none_or(|gets| gets.folder != needed.folder)
                && !has_its_own(other, needed, path, common)
            {
                union.warnings.push(loses(other, needed, gets, path));
            }
        }
    }
    tell_of_gone(path, before, &there, &chosen, target, &mut union);
    // Two commits that the projects at hand want are for the config to refuse.
    union.needed.clone_from(&edit.needed);
    let more = chosen.into_values().filter(|it| !edit.needed.contains(it));
    union.needed.extend(more.cloned());
    union.needed.sort();
    if *target == Target::Global {
        tell_of_logins(path, &mut union);
    }
    union
}

/// The other projects that read the file, by the mirror's roots, the last asked for first.
fn others(target: &Target, path: &Path, edit: &Edit, mirror: &OpenMirror) -> Vec<Other> {
    let folder = path.parent().filter(|folder| folder.ends_with(".cargo"));
    let base = folder
        .and_then(Path::parent)
        .filter(|_| *target != Target::Global);
    let lockfiles: Vec<PathBuf> = edit
        .projects
        .iter()
        .map(|project| project.join("Cargo.lock"))
        .collect();
    let mut roots = mirror.records().roots().unwrap_or_default();
    roots.sort_by_key(|recorded| std::cmp::Reverse(recorded.given));
    let mut others = Vec::new();
    let hosted = mirror.hosted_folders();
    for recorded in roots {
        let origin = &recorded.root.origin;
        let file = Path::new(&origin.text);
        let is_lockfile = origin.kind == RootKind::Lockfile;
        if is_lockfile && lockfiles.iter().any(|lockfile| lockfile == file)
            || base.is_some_and(|base| !(is_lockfile && file.starts_with(base)))
        {
            continue;
        }
        // The record has no logins; cargo compares addresses with them.
        let read = is_lockfile.then(|| read_lockfile(file).ok()).flatten();
        let folder = read.is_some().then(|| file.parent()).flatten();
        let folder = folder.map(Path::to_owned);
        let packages: Vec<Locked> =
            read.unwrap_or_else(|| recorded.root.packages.iter().cloned().collect());
        let mut needed = hosted.placed(ReplacedSource::of(packages));
        needed.retain(|needed| folder_of(needed, &mirror.folder).is_dir());
        others.push(Other {
            folder,
            name: origin.text.clone(),
            needed,
        });
    }
    others
}

/// What the file names of this mirror now.
fn there(path: &Path, before: &ConfigPatch, common: &Context) -> Vec<ReplacedSource> {
    let base = path.parent().and_then(Path::parent).unwrap_or(path);
    let there = before.sources.iter().filter_map(|source| {
        let folder = file::absolute(&base.join(&source.folder), &common.place.cwd);
        let inside = folder.strip_prefix(&common.mirror.folder).ok()?;
        let inside = inside.to_str()?.replace('\\', "/");
        let record = file::read(&folder.join(RECORD), MAX_FILE).ok();
        let record = record.and_then(|text| GitRecord::parse(&text).ok());
        folder.is_dir().then(|| ReplacedSource {
            original: source.original.clone(),
            folder: inside,
            name: source.name.clone(),
            revision: record.map(|record| record.revision),
        })
    });
    there.collect()
}

/// Whether a closer config has the project's builds take the source as it wants it.
fn has_its_own(other: &Other, needed: &ReplacedSource, path: &Path, common: &Context) -> bool {
    let Some(folder) = &other.folder else {
        return false;
    };
    let Ok(config) = common.place.config(folder) else {
        return false;
    };
    match config.effective_of(&needed.original) {
        Effective::Folder { folder, file } => {
            file != path
                && same_folder(
                    &folder,
                    &folder_of(needed, &common.mirror.folder),
                    &common.place.cwd,
                )
        }
        _ => false,
    }
}

fn loses(
    other: &Other,
    needed: &ReplacedSource,
    gets: Option<&ReplacedSource>,
    path: &Path,
) -> (String, Option<String>) {
    let commit = |needed: &ReplacedSource| match &needed.revision {
        Some(revision) => format!("at commit {}", short_commit(revision)),
        None => "from another folder".to_owned(),
    };
    let gets = match gets {
        Some(gets) => format!("names it {}", commit(gets)),
        None => {
            "names it no more, because another project needs a commit that is not in the mirror"
                .to_owned()
        }
    };
    let message = format!(
        "`{}` needs {} {}, and `{}` {gets}: its builds lose",
        other.name,
        needed.original,
        commit(needed),
        path.display()
    );
    let help = "cargo takes a source from one place in a config: `cargo mirror on` in that project gives it a config of its \
                own, which wins";
    (message, Some(help.to_owned()))
}

/// What an earlier run added does not go without a word.
fn tell_of_gone(
    path: &Path,
    before: &ConfigPatch,
    there: &[ReplacedSource],
    chosen: &BTreeMap<Location, &ReplacedSource>,
    target: &Target,
    union: &mut Union,
) {
    if *target == Target::Project {
        return;
    }
    for source in &before.sources {
        let location = source.original.location();
        if chosen.contains_key(&location) {
            continue;
        }
        let stays = there.iter().any(|it| it.original.location() == location);
        let why = if stays {
            "the mirror lacks the commit that is needed"
        } else {
            "this mirror does not have it"
        };
        let message = format!(
            "`{}` names {} no more: {why}",
            path.display(),
            source.original
        );
        let help = "`cargo mirror vendor` in the projects that need it mirrors it";
        union.warnings.push((message, Some(help.to_owned())));
    }
}

/// A login in an address must be in the config, too, for cargo to find the source.
fn tell_of_logins(path: &Path, union: &mut Union) {
    for needed in &union.needed {
        let title = needed.original.title();
        if without_credentials(&title) != title {
            let message = format!(
                "`{}` now holds the login that is in the address of {}",
                path.display(),
                needed.original
            );
            union.warnings.push((message, None));
        }
    }
}
