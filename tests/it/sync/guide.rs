//! What the page `sync` shows: the units for systemd, and the commands of the recipes for CI.

use crate::fixture::guide::blocks;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::trees::IndexTrees;

#[test]
fn systemd_takes_the_units() {
    requires!(systemd_analyze);
    let sandbox = Sandbox::new(&Registry::new([]));
    let units = sandbox.path("units");
    let mut written = Vec::new();
    for block in blocks("sync", "ini") {
        let (first, unit) = block.split_once('\n').unwrap();
        let name = first.rsplit('/').next().unwrap();
        // The program is not installed where the tests run.
        let unit = unit.replace(
            "/usr/local/bin/cargo-mirror",
            crate::fixture::sandbox::PROGRAM,
        );
        write(&units.join(name), unit);
        written.push(units.join(name));
    }
    assert_eq!(written.len(), 2);
    let run = sandbox
        .command("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(&written);
    let ended = run.outcome();
    // What it does not know it only warns of.
    assert!(!ended.stderr.contains("cargo-mirror"), "{ended}");
    ended.exits(0);
}

#[test]
fn the_recipes_for_ci_keep_a_copy_and_push_its_index() {
    let registry = Registry::new([
        Crate::new("app", "1.0.0"),
        Crate::new("app", "1.1.0").needs("lib"),
        Crate::new("lib", "1.0.0"),
    ]);
    let recipes = blocks("sync", "yaml");
    assert_eq!(recipes.len(), 2);
    for recipe in recipes {
        let sandbox = Sandbox::new(&registry);
        let trees = IndexTrees::new(&sandbox, &registry);
        let index = trees.url();
        write(
            &sandbox.mirror().join("mirror.toml"),
            format!("[sync]\nindex-git = \"{index}\"\n"),
        );
        let remote = sandbox.path("pushed-index");
        let init = ["init", "--quiet", "--bare", "--initial-branch=main"];
        sandbox
            .command("git")
            .args(init)
            .args([&remote])
            .outcome()
            .exits(0);
        let lines = recipe
            .lines()
            .filter_map(|line| line.split_once("cargo mirror ").map(|(_, rest)| rest));
        let lines: Vec<String> = lines
            .map(|line| {
                line.replace("\"$BASE_URL\"", "https://crates.example.com")
                    .replace("\"$INDEX_REMOTE\"", remote.to_str().unwrap())
                    .replace('"', "")
            })
            .collect();
        assert_eq!(lines.len(), 2, "{recipe}");
        let checkout = sandbox.fresh("checkout");
        // Scheduled: once, again with nothing new, and again with something.
        for round in 0..3 {
            if round == 2 {
                registry.publish(&Crate::new("app", "1.2.0").needs("lib"));
                trees.commit(&registry);
            }
            for line in &lines {
                let run = sandbox.program(line.split(' ')).within(&checkout);
                run.outcome().no_panic().exits(0);
            }
        }
        let app = sandbox
            .command("git")
            .within(&remote)
            .args(["show", "main:3/a/app"]);
        let app = app.outcome().exits(0).stdout;
        assert!(
            app.contains("\"1.2.0\"") && app.contains("\"1.1.0\""),
            "{app}"
        );
        let project = sandbox.unlocked("project", &[Dep::new("app", "1")]);
        sandbox.run(&project, ["on"]).exits(0);
        sandbox
            .judge(["check"])
            .within(&project.folder)
            .outcome()
            .exits(0);
        registry.withdraw("app", "1.2.0");
    }
}
