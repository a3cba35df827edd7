//! `on` and `off`.

use std::path::{Path, PathBuf};

use url::Url;

use crate::cli::exit::{EXIT_NO, Exit, block_on, finish};
use crate::cli::json::config as json;
use crate::cli::json::report::Report;
use crate::cli::output::terminal::{Terminal, count};
use crate::cli::output::text;
use crate::cli::{args, settings};
use crate::io::cargo::command::Cargo;
use crate::io::config::block::{SERVER_PREFIX, is_hosted_index};
use crate::io::config::default_index::DEFAULT_INDEX;
use crate::io::config::edit::{HostedIndex, PulledIndex};
use crate::io::http::get;
use crate::io::http::settings::http_settings;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::input::InputError;
use crate::model::errors::serve::ServeError;
use crate::model::hosting::registry::registry_name;
use crate::model::input::replacement::ReplacedSource;
use crate::model::source::id::{CRATES_IO, RegistrySource};
use crate::model::source::table::SourceTable;
use crate::model::text::printable;
use crate::model::url::without_login;
use crate::ops::config::effective::effective_sources;
use crate::ops::config::file::{self, Target};
use crate::ops::config::switch;
use crate::ops::config::target::{self, Destination, Offered, server_index};
use crate::ops::context::options::Context;
use crate::ops::input::read::Project;
use crate::ops::roots::warn_of_merged;

/// What `on` and `off` did.
struct Switched {
    configs: Vec<file::ConfigChange>,
    mirror: PathBuf,
    server: Option<String>,
}

impl Switched {
    fn line(&self) -> json::Switched {
        json::Switched {
            configs: self.configs.iter().map(Into::into).collect(),
            mirror: self.mirror.clone(),
            server: self.server.clone(),
        }
    }
}

pub fn on(
    arguments: &args::On,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let switch = &arguments.switch;
    let target = settings::target(&switch.target);
    let server = arguments.server.as_deref().map(server_index).transpose()?;
    let aim = match &server {
        Some(index) => Destination::Server {
            index: index.clone(),
            offered: offered_by(index, common, terminal)?,
        },
        None => Destination::Mirror,
    };
    let mut projects = Vec::new();
    let mut absent = Vec::new();
    for (root, project) in roots(switch, &target, &common.place.cwd, cargo, terminal)? {
        let (there, lacking) = match &project {
            Some(project) => target::sources_of(project, &common.mirror)?,
            None => (Vec::new(), Vec::new()),
        };
        if let Some(project) = &project {
            warn_of_merged(&common.mirror.watch, &project.lockfile());
        }
        match &aim {
            Destination::Mirror => warn_of_absent(&root, &lacking, terminal),
            Destination::Server { offered, .. } => {
                let offered = offered.clone().unwrap_or_default();
                let sources = there.iter().chain(&lacking);
                warn_of_direct(sources.filter(|it| !offered.has(it)), terminal);
            }
        }
        absent.push((target.path(&root, &common.place), lacking));
        projects.push((root, there));
    }
    let mut configs = Vec::new();
    for mut edit in switch::by_config(&target, projects.clone(), &common.place) {
        let config = target.path(&edit.root, &common.place);
        let lacking = absent.iter().filter(|(path, _)| *path == config);
        edit.absent = lacking.flat_map(|(_, lacking)| lacking.clone()).collect();
        configs.push(switch::on(&target, &edit, common, &aim, switch.dry_run)?);
    }
    if configs.iter().any(|change| change.first) && target != Target::Global {
        warn_of_install(&aim, terminal);
    }
    let mut code = 0;
    if aim == Destination::Mirror && !switch.dry_run {
        for (root, needed) in &projects {
            for other in effective_sources(root, common, needed)?.other_commits {
                terminal.problem(&format!("{}: {other}", root.display()));
                code = EXIT_NO;
            }
        }
    }
    let report = Switched {
        configs,
        mirror: common.mirror.folder.clone(),
        server,
    };
    if let Some(index) = report.server.as_deref().filter(|_| !switch.dry_run) {
        warn_of_silence(index, common, terminal)?;
    }
    let at = report.server.as_deref().unwrap_or(text::MIRROR);
    finish(
        terminal,
        || Report::On(report.line()),
        |out| {
            text::switched(
                out,
                &report.configs,
                &common.place.cwd,
                Some(at),
                switch.dry_run,
            )
        },
    )?;
    Ok(code)
}

/// Asks the server for its registries besides crates.io. `None`: it has not said within 5 seconds. An older server says less.
fn offered_by(index: &str, common: &Context, terminal: Terminal) -> Result<Option<Offered>> {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);
    let address = index.trim_start_matches("sparse+");
    let Some(base) = address.strip_suffix("crates-io/index/") else {
        return Ok(None);
    };
    let url = Url::parse(&format!("{base}-/registries")).ok();
    let Some(url) = url.filter(|_| !common.upstream.offline) else {
        return Ok(None);
    };
    let settings = http_settings(&common.place.config(&common.place.cwd)?);
    let token = common
        .place
        .environment
        .get("CARGO_MIRROR_TOKEN")
        .map(String::as_str);
    let asked = async {
        let asked = get::get_text(&settings, &url, token);
        Ok(tokio::time::timeout(PATIENCE, asked).await)
    };
    let Ok(Ok(text)) = block_on(asked)? else {
        return Ok(None);
    };
    let Ok(answer) = serde_json::from_slice::<ServerRegistries>(&text) else {
        return Ok(None);
    };
    let mut offered = Offered::default();
    for registry in answer.registries {
        let ServerRegistry { name, index, auth } = registry;
        if registry_name(&name).is_err() || !is_hosted_index(&name, &index) {
            refuse_to_write(&name, terminal);
            continue;
        }
        if auth == "all" {
            warn_of_login(&name, terminal);
        }
        offered.hosted.push(HostedIndex { name, index });
    }
    for upstream in answer.upstreams {
        let Some(pulled) = upstream.checked(base) else {
            refuse_to_write(&upstream.name, terminal);
            continue;
        };
        let location = pulled.original.location();
        let mut others = offered.pulled.iter();
        if others.any(|other| other.original.location() == location) {
            continue;
        }
        if upstream.auth == "all" {
            warn_of_login(&format!("{SERVER_PREFIX}{}", pulled.name), terminal);
        }
        offered.pulled.push(pulled);
    }
    Ok(Some(offered))
}

fn refuse_to_write(name: &str, terminal: Terminal) {
    let name = printable(name);
    terminal.warning(
        &format!("the registry `{name}` has an address that is not written into the config"),
        Some("its administrator knows the lines: `cargo mirror registry show`"),
    );
}

fn warn_of_login(name: &str, terminal: Terminal) {
    terminal.warning(
        &format!("the registry `{name}` takes a token, also for reading: `cargo login --registry {name}`"),
        Some(
            "cargo asks for one only with `registry.global-credential-providers = [\"cargo:token\"]` in its config",
        ),
    );
}

/// What a server says of its registries besides crates.io.
#[derive(serde::Deserialize)]
struct ServerRegistries {
    registries: Vec<ServerRegistry>,
    #[serde(default)]
    upstreams: Vec<ServerUpstream>,
}

/// A registry that it hosts.
#[derive(serde::Deserialize)]
struct ServerRegistry {
    name: String,
    index: String,
    auth: String,
}

/// A registry that it pulls through.
#[derive(serde::Deserialize)]
struct ServerUpstream {
    name: String,
    /// As lockfiles name it.
    replaces: String,
    /// Of its index, below the address of the server.
    path: String,
    auth: String,
}

impl ServerUpstream {
    /// `None`: it is nothing to write into a config.
    fn checked(&self, base: &str) -> Option<PulledIndex> {
        registry_name(&self.name).ok()?;
        let registry = RegistrySource::parse(&self.replaces)?;
        let original = SourceTable::from(&registry);
        // Cargo takes a second table for crates.io for a mistake.
        let crates_io = [CRATES_IO, DEFAULT_INDEX].map(str::to_owned).into_iter();
        let mut crates_io = crates_io.map(|url| SourceTable::Registry { url });
        let sound = crates_io.all(|it| it.location() != original.location())
            && without_login(&self.replaces) == self.replaces
            && self.path == format!("registries/{}/index/", self.name);
        sound.then(|| PulledIndex {
            original,
            called: None,
            name: self.name.clone(),
            index: format!("sparse+{base}{}", self.path),
        })
    }
}

/// Warns if the server does not answer now: a typo in its URL would otherwise show only at the next build.
fn warn_of_silence(index: &str, common: &Context, terminal: Terminal) -> Result<()> {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);
    if common.upstream.offline {
        return Ok(());
    }
    let address = format!("{}config.json", index.trim_start_matches("sparse+"));
    let Ok(url) = Url::parse(&address) else {
        return Ok(());
    };
    let settings = http_settings(&common.place.config(&common.place.cwd)?);
    let asked = async {
        let asked = get::get_text(&settings, &url, None);
        Ok(tokio::time::timeout(PATIENCE, asked).await)
    };
    let cause = match block_on(asked)? {
        // 401 and 403 are answers too: the server is there, and cargo sends its own token.
        Ok(
            Ok(_)
            | Err(Error::Serve(ServeError::ServerSays {
                status: 401 | 403, ..
            })),
        ) => return Ok(()),
        Ok(Err(error)) => chain(&error),
        Err(_) => format!("it has not answered within {} seconds", PATIENCE.as_secs()),
    };
    terminal.warning(
        &format!("the server does not answer: {cause}"),
        Some("builds fail until it does; `cargo mirror off` undoes this"),
    );
    Ok(())
}

pub fn off(
    arguments: &args::Switch,
    common: &Context,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<u8, Exit> {
    let target = settings::target(&arguments.target);
    let folders = settings::or_current(&arguments.projects, &common.place.cwd);
    let mut configs: Vec<file::ConfigChange> = Vec::new();
    for folder in &folders {
        let root = match &target {
            // One file, whatever is in the folder.
            Target::Global | Target::Named(_) => folder.clone(),
            Target::Project => switch::root_to_undo(folder, common, cargo)?,
        };
        let path = target.path(&root, &common.place);
        if !configs.iter().any(|change| change.path == path) {
            configs.push(switch::off(
                &target,
                &root,
                &common.place,
                arguments.dry_run,
            )?);
        }
    }
    let report = Switched {
        configs,
        mirror: common.mirror.folder.clone(),
        server: None,
    };
    finish(
        terminal,
        || Report::Off(report.line()),
        |out| {
            text::switched(
                out,
                &report.configs,
                &common.place.cwd,
                None,
                arguments.dry_run,
            )
        },
    )?;
    Ok(0)
}

/// The folders whose builds are meant, and the projects there. The user's own config needs no project, and a named file
/// none either; what cannot be looked at is said.
fn roots(
    arguments: &args::Switch,
    target: &Target,
    cwd: &Path,
    cargo: &Cargo,
    terminal: Terminal,
) -> Result<Vec<(PathBuf, Option<Project>)>> {
    let must_be_one = *target == Target::Project || !arguments.projects.is_empty();
    let folders = settings::or_current(&arguments.projects, cwd);
    let find = |folder: &PathBuf| match Project::find(folder, cargo) {
        Ok(project) => Ok((project.root.clone(), Some(project))),
        Err(Error::Input(InputError::NoProject(_))) if !must_be_one => Ok((cwd.to_owned(), None)),
        Err(error)
            if *target != Target::Project
                && !matches!(error, Error::Input(InputError::NoProject(_))) =>
        {
            let guessed = Project::guess(folder);
            let what = match &guessed {
                Some(project) => format!(
                    "assuming the project of `{}` from its lockfile",
                    project.lockfile().display()
                ),
                None => "sources other than crates.io are not checked".to_owned(),
            };
            let message = format!(
                "cargo cannot determine the project of `{}`; {what}: {}",
                folder.display(),
                chain(&error)
            );
            terminal.warning(&message, error.hint().as_deref());
            Ok(match guessed {
                Some(project) => (project.root.clone(), Some(project)),
                None => (cwd.to_owned(), None),
            })
        }
        Err(error) => Err(error),
    };
    folders.iter().map(find).collect()
}

/// Said once, when builds are pointed at something for the first time.
fn warn_of_install(aim: &Destination, terminal: Terminal) {
    let (what, how) = match aim {
        Destination::Mirror => ("mirror", "`cargo mirror on --global`"),
        Destination::Server { .. } => ("server", "the same command with --global"),
    };
    terminal.warning(
        &format!("`cargo install` ignores project config and does not use the {what}"),
        Some(&format!(
            "{how} points `cargo install` and all projects at the {what}"
        )),
    );
}

fn warn_of_direct<'s>(sources: impl Iterator<Item = &'s ReplacedSource>, terminal: Terminal) {
    let sources: Vec<String> = sources.map(|it| it.original.to_string()).collect();
    if sources.is_empty() {
        return;
    }
    terminal.warning(
        &format!(
            "the server has no place for {}, contacted directly as before: {}",
            count(sources.len(), "source"),
            sources.join(", ")
        ),
        Some("a server stands in for crates.io, and for the registries in `[upstreams]` of its mirror.toml that you may read"),
    );
}

fn warn_of_absent(root: &Path, absent: &[ReplacedSource], terminal: Terminal) {
    if absent.is_empty() {
        return;
    }
    let sources: Vec<String> = absent
        .iter()
        .map(|needed| needed.original.to_string())
        .collect();
    terminal.warning(
        &format!(
            "{} of `{}` {} not in the mirror, so builds without network fail: {}",
            count(absent.len(), "source"),
            root.display(),
            if absent.len() == 1 { "is" } else { "are" },
            sources.join(", ")
        ),
        Some("`cargo mirror vendor` mirrors these sources and points builds at the mirror"),
    );
}
