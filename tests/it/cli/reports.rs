//! Each report as it is, whole: to people and to programs. `SNAPSHOTS=overwrite cargo test --test it reports` writes the
//! files anew; what changed in them is for a review to see.

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::Project;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::repository::Repository;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::server::Fault;
use crate::fixture::snapshot::{alike, report, snapshot, words};

/// The moment of every run.
const NOW: &str = "2026-01-02T03:04:05Z";

/// A registry, a project, and in which of both ways it is told.
struct World {
    registry: Registry,
    sandbox: Sandbox,
    project: Project,
    json: bool,
}

impl World {
    fn new(json: bool) -> Self {
        let registry = Registry::new([
            Crate::new("alpha", "1.0.0").needs("beta"),
            Crate::new("beta", "1.0.0"),
            Crate::new("gamma", "1.0.0"),
        ]);
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
        Self {
            registry,
            sandbox,
            project,
            json,
        }
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let mut run = self.sandbox.program(arguments).within(&self.project.folder);
        if self.json {
            run = run.args(["--message-format", "json"]);
        }
        run.env("CARGO_MIRROR_NOW", NOW)
            .env("CARGO_NET_RETRY", "0")
            .outcome()
            .no_panic()
    }

    /// Runs it, and compares what it says with the file of this name.
    #[track_caller]
    fn says(&self, name: &str, arguments: &[&str]) {
        let run = self.run(arguments);
        if self.json {
            report(&self.sandbox, &format!("report/{name}"), &run);
        } else {
            words(&self.sandbox, &format!("report/{name}"), &run);
        }
    }
}

#[test]
fn vendor_prefetch_and_status() {
    for json in [false, true] {
        let world = World::new(json);
        world.says("status-empty", &["status"]);
        world.says("vendor-dry-run", &["vendor", "--dry-run"]);
        let beta = world.registry.download_path("beta", "1.0.0");
        world.registry.always(&beta, Fault::Status(403));
        world.says("vendor-failed", &["vendor"]);
        world.says("status-failed", &["status"]);
        world.registry.mend();
        world.says("vendor", &["vendor"]);
        world.says("vendor-again", &["vendor"]);
        world.says("status", &["status"]);
        world.says("explain", &["status", "--explain", "beta"]);
        world.says("explain-unknown", &["status", "--explain", "nothing"]);
        world.says("prefetch", &["prefetch", "gamma"]);
        world.says("prefetch-unknown", &["prefetch", "nothing"]);
    }
}

#[test]
fn verify_and_repair() {
    for json in [false, true] {
        let world = World::new(json);
        world.run(&["vendor"]).exits(0);
        world.says("verify", &["verify"]);
        world.says("repair-nothing", &["repair"]);
        let path = world.sandbox.mirror().join("crates-io/beta-1.0.0.crate");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[60] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        world.says("verify-damaged", &["verify"]);
        world.says("repair-dry-run", &["repair", "--dry-run"]);
        world.says("repair", &["repair"]);
    }
}

#[test]
fn roots_and_gc() {
    for json in [false, true] {
        let world = World::new(json);
        world.run(&["vendor"]).exits(0);
        world.run(&["prefetch", "gamma"]).exits(0);
        world.says("roots", &["roots"]);
        world.says("roots-forget", &["roots", "forget", "gamma"]);
        world.says("roots-forget-unknown", &["roots", "forget", "nothing"]);
        world.says("gc", &["gc"]);
        world.says("gc-yes", &["gc", "--yes"]);
        world.says("roots-add", &["roots", "add", "Cargo.lock"]);
    }
}

#[test]
fn outdated() {
    for json in [false, true] {
        let world = World::new(json);
        world.run(&["vendor"]).exits(0);
        world.says("outdated-nothing", &["outdated"]);
        let line = world.registry.line("alpha", "1.0.0");
        let yanked = line.replace("\"yanked\":false", "\"yanked\":true");
        world.registry.put_line("alpha", "1.0.0", &yanked);
        world.registry.publish(&Crate::new("beta", "1.1.0"));
        world.registry.publish(&Crate::new("beta", "2.0.0"));
        world.says("outdated", &["outdated"]);
        world.registry.always(&index_of("beta"), Fault::Status(403));
        world.says("outdated-failed", &["outdated"]);
    }
}

#[test]
fn on_and_off() {
    for json in [false, true] {
        let world = World::new(json);
        world.run(&["prefetch", "Cargo.lock"]).exits(0);
        world.says("on-dry-run", &["on", "--dry-run"]);
        world.says("on", &["on"]);
        let config = world.project.read(".cargo/config.toml");
        snapshot("config/mirror.toml", &alike(&world.sandbox, &config));
        world.says("on-again", &["on"]);
        world.says("off", &["off"]);
        world.says("off-again", &["off"]);
        world.says("vendor-no-config", &["vendor", "--no-config"]);
    }
}

#[test]
fn stats() {
    for json in [false, true] {
        let world = World::new(json);
        world.run(&["vendor"]).exits(0);
        world.says("stats", &["stats"]);
        world.says("stats-no-server", &["stats", "--server", "here"]);
    }
}

/// Config blocks for sources beside crates.io, and for a server.
#[test]
fn config_of_every_kind_of_source() {
    let world = World::new(false);
    let repository = Repository::package(&world.sandbox, "shared", "0.1.0");
    let company = Registry::new([Crate::new("internal", "1.0.0")]);
    let app = &world.project;
    let manifest = app.read("Cargo.toml");
    app.write(
        "Cargo.toml",
        manifest
            + &format!(
                "\n[dependencies.internal]\nversion = \"1\"\nregistry-index = {:?}\n[dependencies.shared]\ngit = {:?}\n",
                company.index(),
                repository.url()
            ),
    );
    world.sandbox.lock(app);
    world.run(&["vendor"]).exits(0);
    let config = app.read(".cargo/config.toml");
    let folder = regex::Regex::new(r"(mirror/[a-z]+/)[^\x22]*").expect("a pattern");
    let config = folder.replace_all(&config, "$1[FOLDER]").into_owned();
    snapshot("config/every-source.toml", &alike(&world.sandbox, &config));
    world.run(&["off"]).exits(0);

    let server = Served::start(&world.sandbox, &[]);
    let plain = world.sandbox.project("plain", &[Dep::new("alpha", "1")]);
    world
        .sandbox
        .run(&plain, ["on", "--server", &server.base])
        .exits(0);
    let config = plain.read(".cargo/config.toml");
    snapshot("config/server.toml", &alike(&world.sandbox, &config));
    server.stop().exits(0);
}

/// Every metric and every figure of a server, by name; their values are those of the moment.
#[test]
fn metrics_and_figures_of_a_server() {
    let world = World::new(false);
    world.run(&["vendor"]).exits(0);
    let server = Served::start(&world.sandbox, &[]);
    server.get("/crates-io/dl/alpha/1.0.0/download").is(200);
    server.get("/crates-io/index/al/ph/alpha").is(200);
    let metrics = server.get("/metrics").is(200).body;
    let metrics = String::from_utf8(metrics).expect("metrics are text");
    let value = regex::Regex::new(r"(?m)^([^#\n].*) [0-9.e+-]+$").expect("a pattern");
    let metrics = value.replace_all(&metrics, "$1 [VALUE]").into_owned();
    let version = env!("CARGO_PKG_VERSION");
    let metrics = metrics.replace(version, "[VERSION]");
    snapshot("serve/metrics.txt", &alike(&world.sandbox, &metrics));

    let stats = server.get("/-/stats").is(200).body;
    let stats: serde_json::Value = serde_json::from_slice(&stats).expect("figures are JSON");
    let text = serde_json::to_string_pretty(&stats).expect("it was read");
    let value = regex::Regex::new(r#"(": )\d+(,?)"#).expect("a pattern");
    let text = value.replace_all(&text, "$1[VALUE]$2").into_owned();
    let text = text.replace(version, "[VERSION]");
    snapshot("serve/stats.json", &alike(&world.sandbox, &text));
    server.stop().exits(0);
}

#[test]
fn help_of_every_command() {
    let world = World::new(false);
    let help = |arguments: &[&str]| {
        let mut run = world.sandbox.program(arguments).env("COLUMNS", "100");
        for shown in ["CARGO_MIRROR_DIR", "CARGO_MIRROR_UPSTREAM"] {
            run = run.env_remove(shown);
        }
        let run = run.outcome().exits(0);
        let name = arguments.join("-").replace("--help", "");
        let name = name.trim_end_matches('-');
        let name = if name.is_empty() { "mirror" } else { name };
        snapshot(&format!("help/{name}.txt"), &run.stdout);
        run.stdout
    };
    let top = help(&["--help"]);
    let commands = top.split("Commands:").nth(1).expect("it lists commands");
    let commands = commands.split("\n\n").next().unwrap_or_default();
    let names: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        if name != "help" {
            help(&[name, "--help"]);
        }
    }
    for (command, names) in [
        ("roots", &["list", "add", "forget"][..]),
        ("user", &["new", "list", "disable"]),
        ("team", &["new", "list", "add", "remove"]),
        ("token", &["new", "list", "revoke"]),
        ("owner", &["list", "add", "remove"]),
    ] {
        for name in names {
            help(&[command, name, "--help"]);
        }
    }
}
