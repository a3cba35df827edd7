//! Which cargo and which rustc judge a project: those of the toolchain that the project itself asks for.
//!
//! For `cargo mirror …` rustup chooses a toolchain by the current folder and tells it in `RUSTUP_TOOLCHAIN`, and cargo
//! names itself in `CARGO`. Both speak of the current folder only. For a project elsewhere `cargo` is run by name, in the
//! project's folder and without these, so that rustup's proxy chooses again. What a user has chosen by hand (`cargo
//! +nightly mirror …`, `RUSTUP_TOOLCHAIN` set in the shell) holds everywhere, as it does for cargo.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::io::config::load::Environment;

/// A backtrace of rustup's or cargo's own helps nobody who reads our messages.
const NEVER: [&str; 2] = ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE"];
/// What rustup and cargo have set for the current folder.
const OF_CWD: [&str; 3] = ["RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO"];

/// How cargo and rustc are started.
#[derive(Debug, Clone)]
pub struct Toolchain {
    cargo: OsString,
    rustc: OsString,
    cwd: PathBuf,
    /// Whether `cargo` was chosen for `cwd` alone, and a proxy may choose anew elsewhere.
    of_cwd: bool,
}

/// A program, as it is started for one folder.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) name: OsString,
    pub(super) without: Vec<&'static str>,
}

impl Program {
    pub(super) fn command(&self) -> Command {
        self.behind(Command::new(&self.name))
    }

    /// The same environment for a command that starts the program.
    pub(super) fn behind(&self, mut command: Command) -> Command {
        for variable in &self.without {
            command.env_remove(variable);
        }
        command
    }
}

impl Toolchain {
    /// The cargo that started us, else the one on the path.
    pub(super) fn of(environment: &Environment, cwd: &Path) -> Self {
        let named = |variable: &str| environment.get(variable).filter(|named| !named.is_empty());
        let cargo = named("CARGO");
        let by_hand = named("RUSTUP_TOOLCHAIN_SOURCE")
            .is_some_and(|source| matches!(source.as_str(), "cli" | "env" | "environment"));
        let by_rustup = cargo.is_some_and(|cargo| {
            named("RUSTUP_TOOLCHAIN").is_some() || is_in_toolchain(Path::new(cargo))
        });
        let path = named("PATH").map(OsStr::new).unwrap_or_default();
        Self {
            of_cwd: by_rustup && !by_hand && is_on(path, "cargo"),
            cargo: cargo.map_or("cargo".into(), OsString::from),
            rustc: named("RUSTC").map_or("rustc".into(), OsString::from),
            cwd: canonical(cwd),
        }
    }

    pub(super) fn cargo(&self, folder: &Path) -> Program {
        let elsewhere = self.is_elsewhere(folder);
        let name = if elsewhere {
            "cargo".into()
        } else {
            self.cargo.clone()
        };
        program(name, elsewhere)
    }

    pub(super) fn rustc(&self, folder: &Path) -> Program {
        program(self.rustc.clone(), self.is_elsewhere(folder))
    }

    /// The rustc of the toolchain that `cargo` for this folder belongs to, where it is known by its path.
    pub(super) fn rustc_beside_cargo(&self, folder: &Path) -> Option<PathBuf> {
        let by_name = self.rustc == "rustc";
        let cargo = Path::new(&self.cargo);
        if !by_name || self.is_elsewhere(folder) || !is_in_toolchain(cargo) {
            return None;
        }
        let rustc = cargo.with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        rustc.is_file().then_some(rustc)
    }

    /// What is written into messages.
    pub(super) fn name(&self) -> String {
        let stem = Path::new(&self.cargo).file_stem().unwrap_or(&self.cargo);
        stem.to_string_lossy().into_owned()
    }

    fn is_elsewhere(&self, folder: &Path) -> bool {
        self.of_cwd && canonical(folder) != self.cwd
    }
}

fn program(name: OsString, elsewhere: bool) -> Program {
    let of_cwd: &[&str] = if elsewhere { &OF_CWD } else { &[] };
    Program {
        name,
        without: NEVER.iter().chain(of_cwd).copied().collect(),
    }
}

/// `…/toolchains/<name>/bin/cargo`, where rustup installs toolchains.
fn is_in_toolchain(cargo: &Path) -> bool {
    let above = |levels| cargo.ancestors().nth(levels).and_then(Path::file_name);
    above(1).is_some_and(|name| name == "bin") && above(3).is_some_and(|name| name == "toolchains")
}

fn is_on(path: &OsStr, program: &str) -> bool {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).any(|folder| folder.join(&file).is_file())
}

fn canonical(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// What rustup says where a toolchain is not installed, in our words.
pub fn missing(said: &str, folder: &Path) -> Option<String> {
    let line = said
        .lines()
        .find(|line| line.contains("toolchain '") && line.contains("is not installed"))?;
    let toolchain = line.split('\'').nth(1)?;
    Some(format!(
        "the toolchain `{toolchain}` that `{}` asks for is not installed (`rustup toolchain install {toolchain}` \
         installs it)",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(variables: &[(&str, &str)], cwd: &Path) -> Toolchain {
        // A folder with a `cargo` in it.
        std::fs::write(
            cwd.join(format!("cargo{}", std::env::consts::EXE_SUFFIX)),
            "",
        )
        .unwrap();
        let path = cwd.to_string_lossy().into_owned();
        let all = variables.iter().copied().chain([("PATH", path.as_str())]);
        let environment = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Toolchain::of(&environment.collect(), cwd)
    }

    #[test]
    fn a_project_elsewhere_is_judged_by_its_own_toolchain() {
        let cwd = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let cargo = ("CARGO", "/r/toolchains/stable/bin/cargo");
        let rustup = ("RUSTUP_TOOLCHAIN", "stable");
        let by_hand = ("RUSTUP_TOOLCHAIN_SOURCE", "cli");
        for (variables, here, there) in [
            (&[cargo, rustup][..], cargo.1, "cargo"),
            (&[cargo], cargo.1, "cargo"),
            (&[cargo, rustup, by_hand], cargo.1, cargo.1),
            (
                &[("CARGO", "/usr/bin/cargo")],
                "/usr/bin/cargo",
                "/usr/bin/cargo",
            ),
            (&[rustup], "cargo", "cargo"),
        ] {
            let toolchain = toolchain(variables, cwd.path());
            assert_eq!(toolchain.cargo(cwd.path()).name, *here, "{variables:?}");
            let program = toolchain.cargo(elsewhere.path());
            assert_eq!(program.name, *there, "{variables:?}");
            let chooses = program.without.contains(&"RUSTUP_TOOLCHAIN");
            assert_eq!(chooses, here != there, "{variables:?}");
        }
    }

    #[test]
    fn a_toolchain_that_is_not_installed_is_named() {
        let said = "error: toolchain '1.23.0-x86_64-unknown-linux-gnu' is not installed\n\
                    help: run `rustup toolchain install` to install it\n";
        let message = missing(said, Path::new("p")).unwrap();
        assert!(
            message.contains("`1.23.0-x86_64-unknown-linux-gnu`"),
            "{message}"
        );
        assert!(message.contains("`p`"), "{message}");
        assert!(missing("error: no matching package", Path::new("p")).is_none());
    }
}
