//! `cargo mirror gc`: what no root wants goes, and never anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::subsequence;

use cargo_mirror::model::source::id::RegistrySource;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
        Crate::new("beta", "1.1.0").weight(10_000),
        Crate::new("gamma", "1.0.0"),
        Crate::new("gamma", "2.0.0").weight(20_000),
    ])
}

#[test]
fn what_a_gone_project_wanted_goes_once_its_root_is_forgotten() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let app = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let gone = sandbox.project(
        "gone",
        &[Dep::new("gamma", "2"), Dep::new("beta", "=1.0.0")],
    );
    sandbox.run(&app, ["vendor"]).exits(0);
    sandbox.run(&gone, ["vendor"]).exits(0);
    let all = ["alpha-1.0.0", "beta-1.0.0", "beta-1.1.0", "gamma-2.0.0"];

    // Everybody is there: nothing goes, whatever is said.
    let run = sandbox
        .program(["gc", "--yes", "--max-size", "0"])
        .outcome();
    run.exits(1)
        .says("Dropped 0 crates")
        .says("exceed --max-size");
    fs::remove_dir_all(&gone.folder).unwrap();
    let run = sandbox.program(["gc", "--yes"]).outcome().exits(0);
    run.says("is gone; its crates are kept")
        .says("Dropped 0 crates");
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), all);

    let before = tree(&sandbox.mirror());
    let run = sandbox.program(["gc", "--forget-gone"]).outcome().exits(0);
    run.answers("drop beta@1.0.0 (")
        .answers("drop gamma@2.0.0 (")
        .says("Would drop 2 crates")
        .says("--yes drops the crates");
    assert_eq!(tree(&sandbox.mirror()), before, "a dry run changes nothing");

    let run = sandbox.program(["gc", "--forget-gone", "--yes", "--message-format", "json"]);
    let report = run.outcome().exits(0).report();
    assert_eq!(
        (&report["done"], &report["kept"]),
        (&true.into(), &2.into())
    );
    assert_eq!(report["dropped"].as_array().unwrap().len(), 2);
    assert_eq!(report["gone"].as_array().unwrap().len(), 1);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["alpha-1.0.0", "beta-1.1.0"]);
    assert!(
        !sandbox.mirror().join("crates-io/index/ga").exists(),
        "an empty shard"
    );
    assert_eq!(held.lines("beta"), [registry.line("beta", "1.1.0")]);
    sandbox.builds(&app);
}

#[test]
fn a_lockfile_that_has_moved_on_keeps_what_it_wants_now_too() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let app = sandbox.project("app", &[Dep::new("gamma", "1")]);
    sandbox
        .program(["prefetch", "app", "gamma@2", "beta"])
        .outcome()
        .exits(0);
    app.write(
        "Cargo.toml",
        app.read("Cargo.toml").replace("\"1\"", "\"2\""),
    );
    sandbox.lock(&app);
    sandbox
        .program(["roots", "forget", "gamma@^2 beta"])
        .outcome()
        .exits(0);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["gamma-1.0.0", "gamma-2.0.0"]);
}

#[test]
fn options_spare_what_no_root_wants() {
    let registry = registry();
    let all = ["gamma=1.0.0", "gamma=2.0.0", "beta=1.0.0", "beta=1.1.0"];
    let left = |arguments: &[&str]| {
        let sandbox = Sandbox::new(&registry);
        for name in all {
            sandbox
                .program(["prefetch", "--no-deps", name])
                .outcome()
                .exits(0);
            sandbox
                .program(["roots", "forget", &format!("{name} --no-deps")])
                .outcome()
                .exits(0);
        }
        sandbox
            .program(["prefetch", "alpha", "--no-deps"])
            .outcome()
            .exits(0);
        sandbox
            .program(["gc", "--yes"])
            .args(arguments)
            .outcome()
            .exits(0);
        let held = sound(&sandbox.mirror(), &registry);
        let names: Vec<String> = held.names().iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(names[0], "alpha-1.0.0");
        names[1..].join(" ")
    };
    assert_eq!(left(&[]), "");
    assert_eq!(left(&["--keep", "gam*@1"]), "gamma-1.0.0");
    assert_eq!(
        left(&["--keep", "gamma@2", "beta"]),
        "beta-1.0.0 beta-1.1.0 gamma-2.0.0"
    );
    assert_eq!(left(&["--keep-latest", "1"]), "beta-1.1.0 gamma-2.0.0");
    assert_eq!(
        left(&["--older-than", "1h"]),
        "beta-1.0.0 beta-1.1.0 gamma-1.0.0 gamma-2.0.0"
    );
    assert_eq!(left(&["--older-than", "0s"]), "");
    assert_eq!(
        left(&["--max-size", "1GiB"]),
        "beta-1.0.0 beta-1.1.0 gamma-1.0.0 gamma-2.0.0"
    );
}

#[test]
fn age_is_counted_from_when_a_root_let_go() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "beta"]).outcome().exits(0);
    sandbox.program(["prefetch", "gamma@1"]).outcome().exits(0);
    sandbox
        .program(["roots", "forget", "gamma@^1"])
        .outcome()
        .exits(0);
    let gc = |now: &str| {
        let run = sandbox.program(["gc", "--older-than", "90d"]);
        run.env("CARGO_MIRROR_NOW", now).outcome().exits(0).stdout
    };
    assert_eq!(
        gc("2020-01-01T00:00:00Z"),
        "",
        "a clock that is wrong drops nothing"
    );
    assert!(gc("2999-01-01T00:00:00Z").starts_with("drop gamma@1.0.0 ("));
}

#[test]
fn without_any_root_nothing_is_dropped() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["gc"])
        .outcome()
        .exits(0)
        .says("Would drop 0 crates");
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert!(!sandbox.mirror().exists());
    sandbox.program(["prefetch", "beta"]).outcome().exits(0);
    sandbox
        .program(["roots", "forget", "beta"])
        .outcome()
        .exits(0);
    let run = sandbox.program(["gc", "--yes"]).outcome().exits(101);
    run.says("no root is recorded").says("roots add");
    sandbox
        .program(["gc"])
        .outcome()
        .exits(0)
        .says("Would drop 1 crate");
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["beta-1.1.0"]);
}

#[test]
fn what_killed_runs_left_is_swept() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "beta"]).outcome().exits(0);
    let private = sandbox.mirror().join(".mirror");
    write(&private.join("tmp/77-dead/lock"), "");
    write(&private.join("tmp/77-dead/3"), "half a crate");
    write(&private.join("roots/.77.tmp"), "half a root");
    fs::create_dir_all(sandbox.mirror().join("crates-io/index/3/a")).unwrap();
    // Bytes without a line, and a stranger's file.
    let orphan = sandbox.mirror().join("crates-io/gamma-1.0.0.crate");
    write(&orphan, registry.bytes("gamma", "1.0.0"));
    write(
        &sandbox.mirror().join("crates-io/index/README"),
        "a stranger's",
    );
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(fs::read_dir(private.join("tmp")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(private.join("roots")).unwrap().count(), 1);
    assert!(!orphan.exists() && !sandbox.mirror().join("crates-io/index/3").exists());
    assert!(sandbox.mirror().join("crates-io/index/README").exists());
}

#[test]
fn killed_at_any_step_it_leaves_a_sound_mirror() {
    requires!(debug_build);
    let registry = registry();
    let steps = [
        "line-removed:1",
        "line-removed:2",
        "crate-removed:1",
        "crate-removed:2",
    ];
    for step in settings::sample(steps, 2) {
        let sandbox = Sandbox::new(&registry);
        let app = sandbox.project("app", &[Dep::new("alpha", "1")]);
        sandbox.run(&app, ["vendor"]).exits(0);
        sandbox
            .program(["prefetch", "gamma@1", "beta@=1.0.0"])
            .outcome()
            .exits(0);
        sandbox
            .program(["roots", "forget", "gamma@^1 beta@=1.0.0"])
            .outcome()
            .exits(0);
        let run = sandbox
            .program(["gc", "--yes"])
            .env("CARGO_MIRROR_TEST_KILL", step);
        assert_ne!(run.outcome().code, Some(0), "not killed at {step}");
        sound(&sandbox.mirror(), &registry);
        sandbox.program(["verify"]).outcome().exits(0);
        sandbox.builds(&app);
        sandbox.program(["gc", "--yes"]).outcome().exits(0);
        let held = sound(&sandbox.mirror(), &registry);
        assert_eq!(held.names(), ["alpha-1.0.0", "beta-1.1.0"], "{step}");
    }
}

#[test]
fn it_waits_for_runs_that_add_and_they_for_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("gamma", "2")]);
    sandbox.program(["prefetch", "beta"]).outcome().exits(0);
    let in_use = sandbox.mirror().join(".mirror/in-use");

    // A run that is slow, and has planned to keep what no root wants yet.
    sandbox.program(["prefetch", "gamma@1"]).outcome().exits(0);
    sandbox
        .program(["roots", "forget", "gamma@^1"])
        .outcome()
        .exits(0);
    let path = registry.download_path("gamma", "2.0.0");
    registry.fail_next(&path, [Fault::Slow(Duration::from_secs(3))]);
    let slow = sandbox.program(["prefetch", "app", "gamma=1.0.0"]).start();
    while registry.count(&path) < 1 {
        std::thread::sleep(Duration::from_millis(10));
    }
    if cfg!(debug_assertions) {
        let run = sandbox
            .program(["gc", "--yes"])
            .env("CARGO_MIRROR_TEST_PATIENCE", "100");
        let run = run.outcome().exits(101).says("Waiting for another process");
        run.says(in_use.to_str().unwrap())
            .says("wait until the other has ended");
    }
    let run = sandbox.program(["gc", "--yes"]).outcome().exits(0);
    run.says("Waiting for another process")
        .says("Dropped 0 crates");
    slow.outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 3);

    // The other way round.
    let held = fs::File::options().write(true).open(&in_use).unwrap();
    held.lock().unwrap();
    if cfg!(debug_assertions) {
        let run = sandbox
            .program(["prefetch", "app"])
            .env("CARGO_MIRROR_TEST_PATIENCE", "100");
        run.outcome().exits(101).says(in_use.to_str().unwrap());
    }
    // Looking is free.
    sandbox.program(["gc"]).outcome().exits(0);
    sandbox
        .program(["prefetch", "app", "--dry-run"])
        .outcome()
        .exits(0);
    let waiting = sandbox.program(["prefetch", "app"]).start();
    std::thread::sleep(Duration::from_millis(300));
    held.unlock().unwrap();
    waiting
        .outcome()
        .exits(0)
        .says("Waiting for another process");
}

const NAMES: [&str; 4] = ["one", "two", "three-x", "Four"];
const VERSIONS: [&str; 4] = ["0.1.0", "1.0.0", "1.1.0-rc.1", "1.1.0+b"];

/// Another registry, which has crates of the same names and versions.
const OTHER: &str = "sparse+https://r.example/index/";

fn folder(other: bool) -> String {
    if other {
        RegistrySource::parse(OTHER).unwrap().folder()
    } else {
        "crates-io".to_owned()
    }
}

/// Whether it is of the other registry, name, version.
fn everything() -> Vec<(bool, &'static str, &'static str)> {
    let mut all = Vec::new();
    for other in [false, true] {
        for name in NAMES {
            all.extend(VERSIONS.map(|version| (other, name, version)));
        }
    }
    all
}

/// One registry, and one mirror of all of it, for every case.
fn whole() -> &'static (Registry, BTreeMap<String, Vec<u8>>) {
    static WHOLE: OnceLock<(Registry, BTreeMap<String, Vec<u8>>)> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let crates = everything().into_iter().filter(|(other, ..)| !other);
        let crates = crates.map(|(_, name, version)| Crate::new(name, version).weight(1000));
        let registry = Registry::new(crates);
        let mut files = BTreeMap::new();
        for folder in [false, true].map(folder) {
            for name in NAMES {
                let lines = VERSIONS.map(|version| registry.line(name, version) + "\n");
                files.insert(
                    format!("{folder}/index/{}", index_path(name)),
                    lines.concat().into_bytes(),
                );
                for version in VERSIONS {
                    let path = format!("{folder}/{name}-{version}.crate");
                    files.insert(path, registry.bytes(name, version));
                }
            }
        }
        (registry, files)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: settings::number_of(48, 12), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_byte_that_a_root_needs_is_removed(
        roots in prop::collection::vec(subsequence(everything(), 0..=10), 1..4),
        lost in subsequence(everything(), 0..=3),
        keep in prop::option::of(prop::sample::select(vec!["one", "t*", "*@1", "*@0.1", "?our"])),
        latest in 0..3_usize,
        older in prop::option::of(prop::sample::select(vec!["0s", "1d"])),
        size in prop::option::of(0..40_000_u64),
    ) {
        let (registry, files) = whole();
        let sandbox = Sandbox::new(registry);
        for (path, bytes) in files {
            if !lost.iter().any(|(other, name, version)| *path == format!("{}/{name}-{version}.crate", folder(*other))) {
                write(&sandbox.mirror().join(path), bytes);
            }
        }
        let mut wanted = BTreeSet::new();
        for (number, root) in roots.iter().enumerate() {
            let mut text = format!("cargo-mirror root 1\nnames root {number}\n");
            for &(other, name, version) in root {
                let (space, source) = if other { (" ", OTHER) } else { ("", "") };
                text.extend([name, "@", version, " -", space, source, "\n"]);
                wanted.insert((other, name, version));
            }
            write(&sandbox.mirror().join(format!(".mirror/roots/{number:016}")), text);
        }
        let mut run = sandbox.program(["gc", "--yes", "--keep-latest", &latest.to_string()]);
        if let Some(keep) = keep {
            run = run.args(["--keep", keep]);
        }
        if let Some(older) = older {
            run = run.args(["--older-than", older]);
        }
        if let Some(size) = size {
            run = run.args(["--max-size", &size.to_string()]);
        }
        let run = run.outcome().no_panic();
        prop_assert!(matches!(run.code, Some(0 | 1)), "{run}");

        let after = tree(&sandbox.mirror());
        for (other, name, version) in everything() {
            let folder = folder(other);
            let path = format!("{folder}/{name}-{version}.crate");
            let line = registry.line(name, version);
            let index = after.get(&format!("{folder}/index/{}", index_path(name)));
            let lines = index.map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
            let there = lines.lines().any(|there| there == line);
            let bytes = after.get(&path);
            if wanted.contains(&(other, name, version)) {
                prop_assert!(there, "the line of {name} {version} is gone\n{run}");
                if !lost.contains(&(other, name, version)) {
                    prop_assert_eq!(bytes, files.get(&path), "{} {}", name, version);
                }
            } else if latest == 0 && keep.is_none() && older != Some("1d") && size.is_none() {
                prop_assert!(!there && bytes.is_none(), "{name} {version} is left\n{run}");
            }
            prop_assert!(there || bytes.is_none(), "bytes without a line are left: {path}");
        }
    }
}

#[test]
fn the_real_cargo_builds_what_is_left() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let projects = [
        sandbox.project("a", &[Dep::new("alpha", "1")]),
        sandbox.project("b", &[Dep::new("beta", "=1.0.0"), Dep::new("gamma", "1")]),
    ];
    for project in &projects {
        sandbox.run(project, ["vendor"]).exits(0);
    }
    sandbox.program(["prefetch", "gamma"]).outcome().exits(0);
    sandbox
        .program(["roots", "forget", "gamma"])
        .outcome()
        .exits(0);
    sandbox
        .program(["gc", "--yes"])
        .outcome()
        .exits(0)
        .says("Dropped 1 crate ");
    for project in &projects {
        sandbox.builds(project);
        sandbox.run(project, ["status"]).exits(0);
    }
}
