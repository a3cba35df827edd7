//! `prefetch`: closures into the mirror. `vendor`: the same for projects, then their builds pointed at it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::cargo::command::Judgement;
use crate::io::config::load::files;
use crate::io::mirror::in_use::{InUse, Use};
use crate::io::store::git_check::CheckLevel;
use crate::io::store::registry::RegistryStore;
use crate::io::task::blocking;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::input::InputError;
use crate::model::errors::store::StoreError;
use crate::model::event::{Event, Watch};
use crate::model::input::build_filter::BuildFilter;
use crate::model::input::closure::{Closure, Package, Wanted};
use crate::model::input::lockfile::Locked;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::SourceId;
use crate::ops::config::effective::{effective_sources, home_config};
use crate::ops::config::file::Target;
use crate::ops::config::judge::{self, Unready};
use crate::ops::config::switch;
use crate::ops::config::target::Destination;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;
use crate::ops::fetch::closure::ClosureFetcher;
use crate::ops::fetch::git;
use crate::ops::fetch::index_lines::not_published;
use crate::ops::fetch::registry::{self, RegistryFetch};
use crate::ops::fetch::report::FetchReport;
use crate::ops::input::read::Input;
use crate::ops::input::resolve::ListOptions;
use crate::ops::roots::{self, PendingRoot};
use crate::ops::vendor::batch::{Batch, batches};
use crate::ops::vendor::committed;
use crate::ops::vendor::prune::{self, Decided};
use crate::ops::vendor::report::{FailedPackage, VendorReport, WouldFetch};
use crate::ops::vendor::specs::{ResolvedSpecs, binaries, resolve_lists};
use crate::ops::vendor::up_to_date::bring_up_to_date;

/// What to mirror, and what to do besides.
#[derive(Debug)]
pub struct VendorOptions {
    pub inputs: Vec<Input>,
    /// Which config to point at the mirror afterwards. `None`: no config.
    pub point: Option<Target>,
    /// Whether a lockfile that is absent or stale is an error.
    pub locked: bool,
    pub dry_run: bool,
    pub check_archives: bool,
    pub list: ListOptions,
    /// Which builds projects are mirrored for, if not all.
    pub only: Option<BuildFilter>,
}

impl VendorOptions {
    /// All of these inputs, as they are, and no config.
    pub fn all_of(inputs: Vec<Input>) -> Self {
        Self {
            inputs,
            point: None,
            locked: false,
            dry_run: false,
            check_archives: false,
            list: ListOptions::default(),
            only: None,
        }
    }
}

/// Mirrors what was asked for.
pub async fn run(common: &Context, options: VendorOptions) -> Result<VendorReport> {
    let store = common.mirror.store();
    let mut report = VendorReport {
        mirror: common.mirror.folder.clone(),
        registry: store.folder().to_owned(),
        ..VendorReport::default()
    };
    let store = Arc::new(store);
    let only = prune::sync(&common.cargo(), &options.inputs, options.only.as_ref())?;
    let mut groups = batches(common, &options)?;
    tell_of_merged(&common.mirror.watch, &groups);
    tell_of_more(&common.mirror, &groups, only.as_ref());
    let mut failed = BTreeMap::new();
    if let Some(target) = &options.point {
        let all = pointed(&common.mirror, &groups, &failed, &[]);
        for edit in switch::by_config(target, all, &common.place) {
            switch::can_be_on(target, &edit, common, &Destination::Mirror)?;
        }
    }
    if !options.dry_run {
        let projects = groups.iter().flat_map(|group| &group.projects);
        judge::may_hold_mirror(common, projects.map(|project| &project.root))?;
    }
    let mut completions = Vec::new();
    // Held until the end, so that `gc` removes nothing that this run has planned to keep.
    let _in_use = if options.dry_run {
        None
    } else {
        Some(in_use(common).await?)
    };
    for group in &mut groups {
        let (completion, done) =
            mirror(group, common, &options, only.as_ref(), &store, &mut report).await?;
        collect(&done, &mut report);
        for failure in &done.failed {
            let package = (failure.package.clone(), failure.source.anonymous());
            let cause = (chain(&*failure.error), failure.error.hint());
            failed.insert(package, cause);
        }
        completions.push(completion);
    }
    if !options.dry_run {
        let settle = move || completions.iter().try_for_each(ClosureFetcher::sync);
        blocking("flushing the mirror", settle).await?;
        remember(&common.mirror, &groups, &failed)?;
        committed::prepare(&common.mirror, report.fetched + report.reused > 0)?;
    }
    report.unsupported.sort_unstable();
    report.unsupported.dedup();
    report.pruned.sort_unstable();
    report.pruned.dedup();
    report.bytes_saved = report.pruned.iter().filter_map(|left| left.bytes).sum();
    // The pointer comes last, and never points at a mirror that lacks something.
    let all = pointed(&common.mirror, &groups, &BTreeMap::new(), &[]);
    report.needed = switch::by_config(&Target::Global, all, &common.place)
        .into_iter()
        .flat_map(|edit| edit.needed)
        .collect();
    if let Some(target) = &options.point {
        let whole = pointed(&common.mirror, &groups, &failed, &report.unready);
        for edit in switch::by_config(target, whole, &common.place) {
            let change = switch::on(target, &edit, common, &Destination::Mirror, options.dry_run)?;
            report.configs.push(change);
        }
    }
    report.mirrored = report.failed.is_empty()
        && report.unsupported.is_empty()
        && report.unready.is_empty()
        && !options.dry_run;
    if !options.dry_run {
        judge_builds(common, options.point.as_ref(), &groups, &mut report)?;
    }
    Ok(report)
}

/// Mirrors what a group of inputs wants.
pub async fn mirror(
    group: &mut Batch,
    common: &Context,
    options: &VendorOptions,
    only: Option<&BuildFilter>,
    store: &Arc<RegistryStore>,
    report: &mut VendorReport,
) -> Result<(ClosureFetcher, FetchReport)> {
    let mut completion = ClosureFetcher::new(
        common,
        group.folder.clone(),
        Arc::clone(&group.access),
        Arc::clone(store),
        options.check_archives,
    );
    let named = resolve_lists(group, &common.mirror, options, report).await?;
    let (locked, dry) = (options.locked, options.dry_run);
    let mut decided = match only {
        Some(only) => prune::decide(&mut completion, common, group, only, locked, dry).await?,
        None => Decided::default(),
    };
    let mut done = FetchReport::default();
    if options.dry_run {
        dry_run(&completion, group, named, report)?;
        return Ok((completion, done));
    }
    let mut closure = group.closure.clone();
    if let Some((complete, how)) = decided.git.take() {
        closure = closure.without(&complete);
        done.add(how);
    }
    done.add(completion.run(closure, false).await?);
    // Nobody's lockfile vouches for what was only named, so a look inside each archive belongs to it.
    let more = named.closure.clone().without(&group.closure);
    done.add(completion.run(more, true).await?);
    if !options.list.no_deps {
        done.add(binaries(&completion, &named, group, report).await?);
    }
    if done.failed.is_empty() {
        for project in group.projects.clone() {
            let (more, unready) =
                bring_up_to_date(&completion, common, group, &project, locked).await?;
            done.add(more);
            report.unready.extend(unready);
        }
    }
    let unsupported = group.closure.unsupported.iter().cloned();
    report.unsupported.extend(unsupported);
    let pruned = prune::measure(&completion, group, &decided).await;
    report.pruned.extend(pruned);
    Ok((completion, done))
}

/// Why packages could not be had, and the way out.
type Causes = BTreeMap<Package, (String, Option<String>)>;

/// The projects that can build from the mirror, with the sources that each needs: nothing of them failed, and cargo agrees.
fn pointed(
    mirror: &OpenMirror,
    groups: &[Batch],
    failed: &Causes,
    unready: &[Unready],
) -> Vec<(PathBuf, Vec<ReplacedSource>)> {
    let projects = groups.iter().flat_map(|group| {
        let projects = group.projects.iter();
        projects.map(move |project| (group, project))
    });
    let pointed = projects.filter_map(|(group, project)| {
        let origin = PendingRoot::lockfile(&project.lockfile(), &[]).origin;
        let draft = group
            .lockfiles
            .iter()
            .find(|draft| draft.origin == origin)?;
        let lacks =
            |locked: &&Locked| failed.contains_key(&(locked.id.clone(), locked.source.anonymous()));
        let disagrees = unready
            .iter()
            .any(|unready| unready.project == project.root);
        let mut closure = Closure::default();
        closure.add(draft.packages.iter().cloned());
        let whole = !disagrees
            && closure.unsupported.is_empty()
            && (failed.is_empty() || !draft.packages.iter().any(|locked| lacks(&locked)));
        whole.then(|| (project.root.clone(), mirror.sources_of(&closure)))
    });
    pointed.collect()
}

/// Finds out whether builds of the projects take everything from the mirror. Of those that were pointed at it and go past it
/// all the same, it is said why.
fn judge_builds(
    common: &Context,
    target: Option<&Target>,
    groups: &[Batch],
    report: &mut VendorReport,
) -> Result<()> {
    let projects = pointed(&common.mirror, groups, &BTreeMap::new(), &report.unready);
    report.ready = report.mirrored && !projects.is_empty();
    for (root, needed) in projects {
        let config = target.map(|target| target.path(&root, &common.place));
        let written = report.configs.iter();
        let config = config.filter(|config| written.clone().any(|it| it.path == *config));
        if let Some(config) = &config
            && !files(&root, &common.place.cargo_home).contains(config)
        {
            // A file that cargo does not look for is named by who runs it.
            report.only_with = Some(config.clone());
            continue;
        }
        let past = effective_sources(&root, common, &needed)?.unready(&root);
        report.ready &= past.is_empty();
        if config.is_some() {
            report.unready.extend(past);
        }
        if report.ready && report.only_with.is_none() {
            report.only_with = home_config(&root, common, &needed, true)?;
        }
    }
    Ok(())
}

/// Says of lockfiles with more than one commit of a git source which one is mirrored.
fn tell_of_merged(watch: &Watch, groups: &[Batch]) {
    for draft in groups.iter().flat_map(|group| &group.lockfiles) {
        roots::warn_of_merged(watch, Path::new(&draft.origin.text));
    }
}

/// Says of projects that were pruned and no longer are why there is more to fetch.
fn tell_of_more(mirror: &OpenMirror, groups: &[Batch], only: Option<&BuildFilter>) {
    if only.is_some() {
        return;
    }
    let records = mirror.records();
    for draft in groups.iter().flat_map(|group| &group.lockfiles) {
        let before = records.root(&draft.origin);
        let pruned = before.filter(|root| !root.pruned.is_empty());
        if let Some(root) = pruned {
            let told = root.only.as_ref().map(BuildFilter::told);
            (mirror.watch)(&Event::Step {
                verb: "Completing",
                what: format!(
                    "{}, which was mirrored only {} so far",
                    draft.origin.text,
                    told.unwrap_or_default()
                ),
            });
        }
    }
}

/// Waits for the mirror beside the runtime, so that ctrl-c is heard meanwhile.
async fn in_use(common: &Context) -> Result<InUse> {
    let common = common.clone();
    blocking("waiting for the mirror", move || {
        common.mirror.in_use(Use::Add)
    })
    .await
}

/// Records what was asked for, and what of it could not be had.
fn remember(mirror: &OpenMirror, groups: &[Batch], failed: &Causes) -> Result<()> {
    let drafts = groups
        .iter()
        .flat_map(|group| group.lockfiles.iter().chain(&group.lists));
    let drafts: Vec<PendingRoot> = drafts.cloned().collect();
    let wanted = drafts
        .iter()
        .flat_map(|draft| &draft.packages)
        .map(|locked| (locked.id.clone(), locked.source.anonymous()))
        .collect();
    roots::record(mirror, drafts)?;
    roots::learn_failures(mirror, &wanted, failed)
}

/// Records inputs as roots without fetching them.
pub async fn add_roots(common: &Context, options: VendorOptions) -> Result<VendorReport> {
    let mut report = VendorReport {
        mirror: common.mirror.folder.clone(),
        registry: common.mirror.store().folder().to_owned(),
        ..VendorReport::default()
    };
    let mut groups = batches(common, &options)?;
    let _in_use = in_use(common).await?;
    for group in &mut groups {
        let named = resolve_lists(group, &common.mirror, &options, &mut report).await?;
        report.kept += named.closure.len() + group.closure.len();
        let drafts = group.lockfiles.iter().chain(&group.lists).cloned();
        roots::record(&common.mirror, drafts.collect())?;
    }
    Ok(report)
}

fn dry_run(
    completion: &ClosureFetcher,
    group: &Batch,
    named: ResolvedSpecs,
    report: &mut VendorReport,
) -> Result<()> {
    let mut closure = named.closure;
    closure.merge(group.closure.clone());
    for (registry, wanted) in &closure.registries {
        plan(&completion.registry(registry)?, wanted, report)?;
    }
    let (git, lacking) = git::plan(
        &completion.crates_io().store,
        &closure.git,
        CheckLevel::Seals,
    )?;
    report.kept += git;
    for (source, packages) in &lacking {
        report
            .would_fetch
            .extend(packages.iter().map(|package| WouldFetch {
                package: package.clone(),
                source: SourceId::from(source),
            }));
    }
    report.unsupported.append(&mut closure.unsupported);
    report.pruned.extend(prune::absent(completion, &closure));
    let watch = &completion.crates_io().watch;
    for project in group.projects.iter().filter(|project| project.has_manifest) {
        if let Judgement::Stale = group.access.cargo()?.judge_lockfile(&project.root)? {
            watch(&Event::Warning {
                message: Error::Input(InputError::StaleLockfile {
                    lockfile: project.lockfile(),
                })
                .to_string(),
                help: Some(
                    "a real run would bring it up to date, and mirror what that adds".to_owned(),
                ),
            });
        }
    }
    Ok(())
}

fn plan(fetch: &RegistryFetch, wanted: &[Wanted], report: &mut VendorReport) -> Result<()> {
    let plan = registry::plan(&fetch.store, wanted)?;
    report.kept += plan.keep.len();
    for (id, wanted, there) in plan.refused {
        report.failed.push(FailedPackage::new(
            &id,
            &fetch.source,
            &Error::Store(StoreError::HeldOtherwise { wanted, there }),
        ));
    }
    let lacking = plan.fetch.into_values().flatten();
    let lacking = lacking.filter(|item| item.wanted.bytes);
    let lacking = lacking.map(|item| item.wanted.id);
    if let Some(registry) = &fetch.hosted {
        report.failed.extend(lacking.map(|id| {
            let error = not_published(&id, registry);
            FailedPackage::new(&id, &fetch.source, &error)
        }));
        return Ok(());
    }
    report.would_fetch.extend(lacking.map(|package| WouldFetch {
        package,
        source: fetch.source.clone(),
    }));
    Ok(())
}

fn collect(done: &FetchReport, report: &mut VendorReport) {
    report.fetched += done.fetched;
    report.reused += done.reused;
    report.kept += done.kept;
    report.bytes_downloaded += done.bytes_downloaded;
    report.bytes_reused += done.bytes_reused;
    report.failed.extend(
        done.failed
            .iter()
            .map(|failure| FailedPackage::new(&failure.package, &failure.source, &failure.error)),
    );
}
