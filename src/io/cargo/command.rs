//! The real cargo, run: it resolves, it judges lockfiles.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use cargo_metadata::MetadataCommand;

use crate::io::cargo::toolchain::{self, Program, Toolchain};
use crate::io::config::load::Environment;
use crate::io::config::toml::quoted;
use crate::io::fs::error::io_error;
use crate::io::fs::file;
use crate::model::error::{Error, Result, chain};
use crate::model::errors::cargo::CargoError;
use crate::model::errors::cause::CargoSaid;
use crate::model::errors::fs::Action;
use crate::model::errors::input::InputError;
use crate::model::event::{Event, Watch};
use crate::model::input::lockfile::MAX_FILE;
use crate::model::source::git_trouble::GitTrouble;
use crate::model::url::without_credentials;

/// How cargo is run.
#[derive(Clone)]
pub struct Cargo {
    pub(super) toolchain: Toolchain,
    watch: Option<Watch>,
    /// Values for `--config`.
    pub(super) configs: Vec<String>,
    offline: bool,
    /// What takes the place of the user's `CARGO_HOME`.
    pub(super) home: Option<PathBuf>,
}

impl std::fmt::Debug for Cargo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cargo").field(&self.toolchain).finish()
    }
}

/// What cargo says of a lockfile.
#[derive(Debug)]
pub enum Judgement {
    Current,
    Stale,
    /// Cargo failed for another reason, and said this.
    Unknown(String),
}

/// A workspace, as cargo sees it.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    /// The folders of its packages.
    pub packages: Vec<PathBuf>,
}

impl Cargo {
    /// Of each folder, the cargo that its toolchain has (see `io::cargo::toolchain`).
    pub fn new(environment: &Environment, cwd: &Path) -> Self {
        Self {
            toolchain: Toolchain::of(environment, cwd),
            watch: None,
            configs: Vec::new(),
            offline: false,
            home: None,
        }
    }

    /// Says what it waits for and what it tries again.
    #[must_use]
    pub fn with_events(mut self, watch: &Watch) -> Self {
        self.watch = Some(Arc::clone(watch));
        self
    }

    /// Another `CARGO_HOME`.
    #[must_use]
    pub fn at_home(mut self, home: PathBuf) -> Self {
        self.home = Some(home);
        self
    }

    #[must_use]
    pub fn with(mut self, configs: &[String], offline: bool) -> Self {
        self.configs.extend_from_slice(configs);
        self.offline = offline;
        self
    }

    /// Asks cargo for the workspace that the manifest in `folder` belongs to.
    pub fn workspace(&self, folder: &Path) -> Result<Workspace> {
        let metadata = self
            .metadata(folder)
            .no_deps()
            .other_options(vec!["--offline".to_owned()])
            .env(CERTIFICATES.0, CERTIFICATES.1)
            .exec()
            .map_err(|cause| self.failed("metadata --no-deps", chain(&cause).trim(), folder))?;
        let packages = metadata
            .workspace_packages()
            .into_iter()
            .filter_map(|package| package.manifest_path.parent());
        Ok(Workspace {
            packages: packages
                .map(|folder| folder.as_std_path().to_owned())
                .collect(),
            root: metadata.workspace_root.as_std_path().to_owned(),
        })
    }

    /// The lockfile of the standard library of the toolchain that `folder` uses (cargo's `standard_lib.rs`).
    pub fn standard_library(&self, folder: &Path) -> Result<PathBuf> {
        let sysroot = self.rustc(&["--print", "sysroot"], folder)?;
        let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
        // Before Rust 1.84 the lockfile stood beside the library.
        [source.join("library/Cargo.lock"), source.join("Cargo.lock")]
            .into_iter()
            .find(|path| path.is_file())
            .ok_or(Error::Input(InputError::NoStandardLibrary(source)))
    }

    /// Makes a lockfile where there is none, or adds to one what its manifest lacks; never more than that.
    pub fn update_lockfile(&self, project: &Path, exists: bool) -> Result<()> {
        let arguments: &[&str] = if exists {
            &["update", "--workspace"]
        } else {
            &["generate-lockfile"]
        };
        self.run(arguments, project)
    }

    /// Whether the lockfile has all that the manifests want.
    pub fn judge_lockfile(&self, project: &Path) -> Result<Judgement> {
        let mut command = self.toolchain.cargo(project).command();
        // `cargo update` asks rustc for its version. By its path it answers at once; rustup's proxy chooses a toolchain first.
        if let Some(rustc) = self.toolchain.rustc_beside_cargo(project) {
            command.env("RUSTC", rustc);
        }
        match self.finish(command, &["update", "--workspace", "--locked"], project) {
            Ok(()) => Ok(Judgement::Current),
            Err(Error::Cargo(CargoError::Failed { said, .. }))
                if said.0.contains("--locked was passed") =>
            {
                Ok(Judgement::Stale)
            }
            Err(Error::Cargo(CargoError::Failed { said, .. })) => Ok(Judgement::Unknown(said.0)),
            Err(error) => Err(error),
        }
    }

    /// Resolves a manifest made up for the purpose; returns its lockfile. Cargo's config is that of `folder`.
    pub fn resolve(&self, manifest: &str, folder: &Path) -> Result<String> {
        let scratch = scratch()?;
        let path = scratch.path().join("Cargo.toml");
        let write = |path: &Path, text: &str| {
            std::fs::write(path, text).map_err(io_error(Action::Write, path))
        };
        write(&path, manifest)?;
        write(&scratch.path().join("lib.rs"), "")?;
        let ended = self.start(
            self.toolchain.cargo(folder).command(),
            &[
                OsStr::new("generate-lockfile"),
                MANIFEST_PATH.as_ref(),
                path.as_ref(),
            ],
            folder,
        )?;
        if let Some(said) = ended {
            // The user has run no such command, and has no such package.
            let said = without_scratch(&said, scratch.path());
            return Err(self.failed("", &said, folder));
        }
        file::read_text(&scratch.path().join("Cargo.lock"), MAX_FILE)
    }

    /// Has cargo fetch git sources into its own cache: it resolves a manifest made up for the purpose, with a lockfile that
    /// names the revisions. Cargo's config is that of `folder`. What comes of the resolution does not matter.
    pub fn fetch_git(
        &self,
        manifest: &str,
        lockfile: &str,
        folder: &Path,
    ) -> Result<Option<GitTrouble>> {
        let scratch = scratch()?;
        let path = scratch.path().join("Cargo.toml");
        for (name, text) in [
            ("Cargo.toml", manifest),
            ("Cargo.lock", lockfile),
            ("lib.rs", ""),
        ] {
            let path = scratch.path().join(name);
            std::fs::write(&path, text).map_err(io_error(Action::Write, &path))?;
        }
        let arguments: [&OsStr; 4] = [
            "update".as_ref(),
            "--workspace".as_ref(),
            MANIFEST_PATH.as_ref(),
            path.as_ref(),
        ];
        let said = self.start(self.toolchain.cargo(folder).command(), &arguments, folder)?;
        Ok(said.map(|said| {
            if let Some(missing) = toolchain::missing(&said, folder) {
                return GitTrouble::Repository(missing);
            }
            let said = without_scratch(&said, scratch.path());
            GitTrouble::read(&without_logins(&said))
        }))
    }

    /// Has cargo bring its clone of a registry's git index up to date, with the logins and the way of fetching that it
    /// uses for it. Cargo's config is that of `folder`.
    pub fn renew_index(&self, address: &str, folder: &Path) -> Result<()> {
        // A package that nobody has: the index is fetched to look for it, and then nothing else.
        let manifest = format!(
            "[package]\nname = \"cargo-mirror-index\"\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n[workspace]\n\n\
             [lib]\npath = \"lib.rs\"\n\n[dependencies.cargo-mirror-asks-for-the-index]\nversion = \"*\"\n\
             registry-index = {}\n",
            quoted(address)
        );
        match self.resolve(&manifest, folder) {
            Err(Error::Cargo(CargoError::Failed { said, .. }))
                if said.0.starts_with("no matching package") =>
            {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    fn run(&self, arguments: &[&str], folder: &Path) -> Result<()> {
        self.finish(self.toolchain.cargo(folder).command(), arguments, folder)
    }

    pub(super) fn finish(&self, command: Command, arguments: &[&str], folder: &Path) -> Result<()> {
        match self.start(command, arguments, folder)? {
            None => Ok(()),
            Some(said) => Err(self.failed(&arguments.join(" "), &said, folder)),
        }
    }

    /// Runs it to its end, and passes on what it waits for as soon as it says so. Returns all it has said if it fails.
    pub(super) fn start<A: AsRef<OsStr>>(
        &self,
        mut command: Command,
        arguments: &[A],
        folder: &Path,
    ) -> Result<Option<String>> {
        command
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        for config in &self.configs {
            command.args(["--config", config]);
        }
        let mut words = arguments.iter().map(AsRef::as_ref);
        let told = words.any(|word| word == "--offline" || word == "--frozen");
        if self.offline && !told {
            command.arg("--offline");
        }
        if self.offline || told {
            command.env(CERTIFICATES.0, CERTIFICATES.1);
        }
        if let Some(home) = &self.home {
            command.env("CARGO_HOME", home);
        }
        // Its words are read by us and shown in our own output.
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_QUIET", "false")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        let no_cargo = |source| {
            Error::Cargo(CargoError::NoCargo {
                program: command_name(&self.toolchain.cargo(folder)),
                source,
            })
        };
        let mut child = command.spawn().map_err(no_cargo)?;
        let mut said = String::new();
        if let Some(stderr) = child.stderr.take() {
            let mut stderr = BufReader::new(stderr);
            let mut line = Vec::new();
            while stderr
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                let text = String::from_utf8_lossy(&line);
                self.pass_on(&text);
                said.push_str(&text);
                line.clear();
            }
        }
        let status = child.wait().map_err(no_cargo)?;
        Ok((!status.success()).then_some(said))
    }

    /// What cargo says while somebody waits for it, and would not otherwise know why.
    fn pass_on(&self, line: &str) {
        let Some(watch) = &self.watch else { return };
        let line = line.trim();
        if let Some(lock) = line.strip_prefix("Blocking waiting for file lock on ") {
            watch(&Event::Step {
                verb: "Waiting",
                what: format!("for another cargo ({lock})"),
            });
        } else if let Some(again) = line.strip_prefix("warning: spurious network error (") {
            let (tries, cause) = again.split_once("): ").unwrap_or((again, ""));
            // The git program says its cause in other lines, and the command line it was run with helps nobody.
            let cause = if cause.starts_with("process didn't exit") {
                "git fetch failed"
            } else {
                cause.split("; class=").next().unwrap_or_default()
            };
            watch(&Event::Step {
                verb: "Retrying",
                what: format!("{} ({tries})", without_logins(cause)),
            });
        }
    }

    /// `cargo metadata`, as it is started in a folder.
    pub(super) fn metadata(&self, folder: &Path) -> MetadataCommand {
        let cargo = self.toolchain.cargo(folder);
        let mut command = MetadataCommand::new();
        command.cargo_path(cargo.name).current_dir(folder);
        for variable in cargo.without {
            command.env_remove(variable);
        }
        command
    }

    /// What the rustc of a folder's toolchain prints.
    pub(super) fn rustc(&self, arguments: &[&str], folder: &Path) -> Result<String> {
        let rustc = self.toolchain.rustc(folder);
        let mut command = rustc.command();
        command.args(arguments).current_dir(folder);
        let output = command.stdin(Stdio::null()).output();
        let output = output.map_err(|source| {
            Error::Cargo(CargoError::NoCargo {
                program: command_name(&rustc),
                source,
            })
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = toolchain::missing(&said, folder).unwrap_or_else(|| said.trim().to_owned());
            return Err(Error::Cargo(CargoError::Failed {
                command: format!("rustc {}", arguments.join(" ")),
                said: CargoSaid(said),
            }));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(super) fn failed(&self, arguments: &str, said: &str, folder: &Path) -> Error {
        let command = format!("{} {arguments}", self.toolchain.name());
        let command = command.trim_end().to_owned();
        if let Some(missing) = toolchain::missing(said, folder) {
            let said = CargoSaid(missing);
            return Error::Cargo(CargoError::Failed { command, said });
        }
        let said = said.find("error: ").map_or(said, |at| &said[at..]);
        let said = said.trim_start_matches("error: ").trim();
        Error::Cargo(CargoError::Failed {
            command,
            said: CargoSaid(without_logins(said)),
        })
    }
}

/// Reading the system's certificates takes half of a short cargo run, and cargo uses none without a network. Where cargo
/// asks the system for them (Windows, macOS) it does not look at this.
pub(super) const CERTIFICATES: (&str, &str) = ("SSL_CERT_FILE", "/dev/null");

const MANIFEST_PATH: &str = "--manifest-path";

fn command_name(program: &Program) -> String {
    program.name.to_string_lossy().into_owned()
}

/// Cargo's words without those on a manifest made up for the purpose, which lies in `folder`.
fn without_scratch(said: &str, folder: &Path) -> String {
    let path = folder.to_string_lossy();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let is_scratch = |line: &str| {
        line.contains(&*path)
            || !name.is_empty() && line.contains(&*name)
            // Its name there is of our making.
            || line.contains("failed to load source for dependency `")
    };
    let (before, error) = match said.find("error: ") {
        Some(at) => said.split_at(at),
        None => ("", said),
    };
    let kept = |text: &str| {
        let lines = text.lines().filter(|line| !is_scratch(line));
        lines.collect::<Vec<_>>().join("\n")
    };
    let causes = error.split("\n\nCaused by:\n").map(kept);
    let causes = causes
        .map(|cause| cause.trim().trim_start_matches("error: ").to_owned())
        .filter(|cause| !cause.is_empty());
    let causes = causes.collect::<Vec<_>>().join("\n\nCaused by:\n  ");
    format!("{}\nerror: {causes}", kept(before))
}

/// Cargo's words, which may quote addresses with the logins that a lockfile or a manifest has in them.
fn without_logins(said: &str) -> String {
    let words = said.split_inclusive(|c: char| c.is_whitespace() || "`'\"()<>".contains(c));
    words.map(without_credentials).collect()
}

pub(super) fn scratch() -> Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix("cargo-mirror-")
        .tempdir()
        .map_err(io_error(
            Action::CreateIn,
            Path::new("the temporary folder"),
        ))
}
