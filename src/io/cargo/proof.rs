//! The real cargo as the judge of a mirror: with nothing of its own and no network, it must find everything.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::io::cargo::command::{Cargo, scratch};
use crate::model::error::Result;

/// How far a proof went.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// Whether the system took the network away; else cargo was only told to leave it alone.
    pub network_closed: bool,
}

impl Cargo {
    /// Proves that the mirror is enough: with an empty `CARGO_HOME` and, where the system allows it, without any network,
    /// cargo must do all that `ways` ask of it (see `io::cargo::metadata`).
    pub fn prove(&self, project: &Path, ways: &[Vec<String>]) -> Result<Proof> {
        let home = scratch()?;
        let target = home.path().join("target").into_os_string();
        let closed = network_closed();
        for way in ways {
            let cargo = self.toolchain.cargo(project);
            let mut command = match closed {
                Some((program, options)) => {
                    let mut command = Command::new(program);
                    command.args(options).arg(&cargo.name);
                    cargo.behind(command)
                }
                None => cargo.command(),
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
