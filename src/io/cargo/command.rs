//! The real cargo, run: it resolves, it judges lockfiles, it proves that a mirror is enough.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::MetadataCommand;

use crate::io::config::load::Environment;
use crate::io::fs::error::io_error;
use crate::io::fs::file;
use crate::io::http::client::chain;
use crate::model::error::{CargoSaid, Error, Result};
use crate::model::input::lockfile::MAX_FILE;
use crate::model::url::without_credentials;

/// How cargo is run.
#[derive(Debug, Clone)]
pub struct Cargo {
    pub(super) program: OsString,
    pub(super) rustc: OsString,
    /// Values for `--config`.
    pub(super) configs: Vec<String>,
    offline: bool,
    /// What takes the place of the user's `CARGO_HOME`.
    pub(super) home: Option<PathBuf>,
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
    /// The cargo that started us, else the one on the path.
    pub fn new(environment: &Environment) -> Self {
        let program = |variable: &str, otherwise: &str| {
            let named = environment.get(variable);
            let named = named.filter(|program| !program.is_empty());
            OsString::from(named.map_or(otherwise, String::as_str))
        };
        Self {
            program: program("CARGO", "cargo"),
            rustc: program("RUSTC", "rustc"),
            configs: Vec::new(),
            offline: false,
            home: None,
        }
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
        let metadata = MetadataCommand::new()
            .cargo_path(&self.program)
            .current_dir(folder)
            .no_deps()
            .other_options(vec!["--offline".to_owned()])
            .exec()
            .map_err(|cause| self.failed("metadata --no-deps", chain(&cause).trim()))?;
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
        let mut command = Command::new(&self.rustc);
        command
            .args(["--print", "sysroot"])
            .current_dir(folder)
            .stdin(Stdio::null());
        let output = command.output().map_err(|source| Error::NoCargo {
            program: self.rustc.to_string_lossy().into_owned(),
            source,
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(Error::Cargo {
                command: "rustc --print sysroot".to_owned(),
                said: CargoSaid(said),
            });
        }
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let source = Path::new(&sysroot).join("lib/rustlib/src/rust");
        // Before Rust 1.84 the lockfile stood beside the library.
        [source.join("library/Cargo.lock"), source.join("Cargo.lock")]
            .into_iter()
            .find(|path| path.is_file())
            .ok_or(Error::NoStandardLibrary(source))
    }

    /// Makes a lockfile where there is none, or adds to one what its manifest lacks; never more than that.
    pub fn update_lockfile(&self, project: &Path, exists: bool) -> Result<()> {
        let arguments: &[&str] = if exists {
            &["update", "--workspace"]
        } else {
            &["generate-lockfile"]
        };
        self.run(arguments, project).map(|_| ())
    }

    /// Whether the lockfile has all that the manifests want.
    pub fn judge_lockfile(&self, project: &Path) -> Result<Judgement> {
        match self.run(&["update", "--workspace", "--locked"], project) {
            Ok(_) => Ok(Judgement::Current),
            Err(Error::Cargo { said, .. }) if said.0.contains("--locked was passed") => {
                Ok(Judgement::Stale)
            }
            Err(Error::Cargo { said, .. }) => Ok(Judgement::Unknown(said.0)),
            Err(error) => Err(error),
        }
    }

    /// Resolves a manifest made up for the purpose; returns its lockfile. Cargo's config is that of `folder`.
    pub fn resolve(&self, manifest: &str, folder: &Path) -> Result<String> {
        let scratch = scratch()?;
        let path = scratch.path().join("Cargo.toml");
        let write =
            |path: &Path, text: &str| std::fs::write(path, text).map_err(io_error("write", path));
        write(&path, manifest)?;
        write(&scratch.path().join("lib.rs"), "")?;
        self.run(
            &[
                "generate-lockfile",
                "--manifest-path",
                &path.to_string_lossy(),
            ],
            folder,
        )?;
        file::read_text(&scratch.path().join("Cargo.lock"), MAX_FILE)
    }

    /// Has cargo fetch git sources into its own cache: it resolves a manifest made up for the purpose, with a lockfile that
    /// names the revisions. Cargo's config is that of `folder`. What comes of the resolution does not matter.
    pub fn fetch_git(&self, manifest: &str, lockfile: &str, folder: &Path) -> Result<()> {
        let scratch = scratch()?;
        let path = scratch.path().join("Cargo.toml");
        for (name, text) in [
            ("Cargo.toml", manifest),
            ("Cargo.lock", lockfile),
            ("lib.rs", ""),
        ] {
            let path = scratch.path().join(name);
            std::fs::write(&path, text).map_err(io_error("write", &path))?;
        }
        let path = path.to_string_lossy();
        let arguments = ["update", "--workspace", "--manifest-path", &path];
        self.run(&arguments, folder).map(drop)
    }

    /// Has cargo bring its clone of a registry's git index up to date, with the logins and the way of fetching that it
    /// uses for it. Cargo's config is that of `folder`.
    pub fn renew_index(&self, address: &str, folder: &Path) -> Result<()> {
        // A package that nobody has: the index is fetched to look for it, and then nothing else.
        let manifest = format!(
            "[package]\nname = \"cargo-mirror-index\"\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n[workspace]\n\n\
             [lib]\npath = \"lib.rs\"\n\n[dependencies.cargo-mirror-asks-for-the-index]\nversion = \"*\"\n\
             registry-index = {address:?}\n"
        );
        match self.resolve(&manifest, folder) {
            Err(Error::Cargo { said, .. }) if said.0.starts_with("no matching package") => Ok(()),
            other => other.map(drop),
        }
    }

    /// Proves that the mirror is enough: with an empty `CARGO_HOME` and, where the system allows it, without any network,
    /// cargo must do all that `ways` ask of it (see `io::cargo::metadata`).
    pub fn prove(&self, project: &Path, ways: &[Vec<String>]) -> Result<Proof> {
        let home = scratch()?;
        let target = home.path().join("target").into_os_string();
        let closed = network_closed();
        for way in ways {
            let mut command = match closed {
                Some((program, options)) => {
                    let mut command = Command::new(program);
                    command.args(options).arg(&self.program);
                    command
                }
                None => Command::new(&self.program),
            };
            command
                .env("CARGO_HOME", home.path().join("home"))
                .env("CARGO_TARGET_DIR", &target);
            for variable in [
                "http_proxy",
                "https_proxy",
                "all_proxy",
                "HTTPS_PROXY",
                "HTTP_PROXY",
                "ALL_PROXY",
            ] {
                // Nobody listens on the discard port: whoever tries the network all the same fails at once.
                command.env(variable, "http://127.0.0.1:9");
            }
            command.env_remove("no_proxy").env_remove("NO_PROXY");
            let arguments: Vec<&str> = way.iter().map(String::as_str).collect();
            self.finish(command, &arguments, project)?;
        }
        Ok(Proof {
            network_closed: closed.is_some(),
        })
    }

    fn run(&self, arguments: &[&str], folder: &Path) -> Result<String> {
        self.finish(Command::new(&self.program), arguments, folder)
    }

    fn finish(&self, mut command: Command, arguments: &[&str], folder: &Path) -> Result<String> {
        command
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null());
        for config in &self.configs {
            command.args(["--config", config]);
        }
        if self.offline && !arguments.contains(&"--offline") && !arguments.contains(&"--frozen") {
            command.arg("--offline");
        }
        if let Some(home) = &self.home {
            command.env("CARGO_HOME", home);
        }
        // Its words are read by us and shown in our own output.
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        let output = command.output().map_err(|source| Error::NoCargo {
            program: self.program.to_string_lossy().into_owned(),
            source,
        })?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            Ok(said)
        } else {
            Err(self.failed(&arguments.join(" "), &said))
        }
    }

    pub(super) fn failed(&self, arguments: &str, said: &str) -> Error {
        let program = Path::new(&self.program)
            .file_stem()
            .unwrap_or(&self.program)
            .to_string_lossy();
        let said = said.find("error: ").map_or(said, |at| &said[at..]);
        let said = said.trim_start_matches("error: ").trim();
        Error::Cargo {
            command: format!("{program} {arguments}"),
            said: CargoSaid(without_logins(said)),
        }
    }
}

/// Cargo's words, which may quote addresses with the logins that a lockfile or a manifest has in them.
fn without_logins(said: &str) -> String {
    let words = said.split_inclusive(|c: char| c.is_whitespace() || "`'\"()<>".contains(c));
    words.map(without_credentials).collect()
}

/// How far a proof went.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// Whether the system took the network away; else cargo was only told to leave it alone.
    pub network_closed: bool,
}

/// A command that runs another one without a network: a new namespace, on Linux.
fn network_closed() -> Option<(&'static str, &'static [&'static str])> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let ways: [&[&str]; 2] = [&["--net"], &["--map-root-user", "--net"]];
    let works = |options: &&[&str]| {
        let mut try_out = Command::new("unshare");
        try_out
            .args(*options)
            .arg("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        try_out.status().is_ok_and(|status| status.success())
    };
    ways.into_iter()
        .find(works)
        .map(|options| ("unshare", options))
}

fn scratch() -> Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix("cargo-mirror-")
        .tempdir()
        .map_err(io_error(
            "create a folder in",
            Path::new("the temporary folder"),
        ))
}
