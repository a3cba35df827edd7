//! `cargo mirror roots`: what the mirror was asked for is known, also when who asked is gone.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
        Crate::new("gamma", "1.0.0"),
        Crate::new("gamma", "2.0.0"),
    ])
}

fn listed(sandbox: &Sandbox) -> Vec<Value> {
    let run = sandbox.program(["roots", "--message-format", "json"]);
    let report = run.outcome().exits(0).report();
    assert_eq!(report["command"], "roots");
    report["roots"].as_array().unwrap().clone()
}

/// Kind, number of packages and state of each root.
fn short(sandbox: &Sandbox) -> Vec<String> {
    let shown = |root: &Value| {
        let text = |name: &str| root[name].as_str().unwrap().to_owned();
        format!("{} {} {}", text("kind"), root["packages"], text("state"))
    };
    listed(sandbox).iter().map(shown).collect()
}

#[test]
fn every_input_is_recorded_once_and_known_when_it_is_gone() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    fs::write(sandbox.path("list.txt"), "gamma@1\n").unwrap();
    assert_eq!(short(&sandbox), [""; 0]);
    sandbox.run(&project, ["vendor"]).exits(0);
    for inputs in [
        &["app"][..],
        &["list.txt"],
        &["gamma", "beta"],
        &["-"],
        &["app/Cargo.lock"],
        &["-"],
    ] {
        let run = sandbox.program(["prefetch"]).args(inputs);
        run.input("beta\n").outcome().exits(0);
    }
    let expected = [
        "lockfile 2 current",
        "list 1 current",
        "names 2 current",
        "stdin 1 current",
    ];
    assert_eq!(short(&sandbox), expected);
    let run = sandbox.program(["roots"]).outcome().exits(0);
    let lockfile = project.path("Cargo.lock");
    run.answers(&format!(
        " lockfile {}: 2 packages, given ",
        lockfile.display()
    ))
    .answers(" names gamma beta: 2 packages, given ");

    // The project moves on, and the list is edited.
    let added = Dep::new("gamma", "1").manifest();
    project.write("Cargo.toml", project.read("Cargo.toml") + &added);
    sandbox.lock(&project);
    let written = fs::metadata(sandbox.path("list.txt")).and_then(|meta| meta.modified());
    let later = written.unwrap() + Duration::from_secs(100);
    let list = fs::File::options()
        .append(true)
        .open(sandbox.path("list.txt"))
        .unwrap();
    list.set_modified(later).unwrap();
    assert_eq!(
        short(&sandbox)[..2],
        ["lockfile 2 changed", "list 1 changed"]
    );
    sandbox.program(["prefetch", "app"]).outcome().exits(0);
    assert_eq!(short(&sandbox)[0], "lockfile 3 current");

    fs::remove_dir_all(&project.folder).unwrap();
    fs::remove_file(sandbox.path("list.txt")).unwrap();
    assert_eq!(short(&sandbox)[..2], ["lockfile 3 gone", "list 1 gone"]);
}

#[test]
fn a_root_names_what_is_wanted_also_when_it_could_not_be_fetched() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("alpha", "1")]);
    registry.always(
        &registry.download_path("beta", "1.0.0"),
        crate::fixture::server::Fault::Status(404),
    );
    sandbox.program(["prefetch", "app"]).outcome().exits(101);
    assert_eq!(short(&sandbox), ["lockfile 2 current"]);
}

#[test]
fn an_entry_that_cannot_be_resolved_any_more_still_wants_what_it_came_to() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("list.txt"), "alpha\n").unwrap();
    sandbox.program(["prefetch", "list.txt"]).outcome().exits(0);
    fs::write(sandbox.path("list.txt"), "no-such-crate\ngamma\n").unwrap();
    sandbox
        .program(["prefetch", "list.txt"])
        .outcome()
        .exits(101);
    assert_eq!(short(&sandbox)[0].split(' ').nth(1), Some("3"));
}

#[test]
fn roots_are_added_and_forgotten_by_hand() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let run = sandbox.program(["roots", "add", "app", "gamma@1"]);
    run.outcome().exits(0).says("Recorded 3 packages");
    assert_eq!(short(&sandbox), ["lockfile 2 current", "names 1 current"]);
    assert!(sound(&sandbox.mirror(), &registry).crates.is_empty());

    let run = sandbox
        .program(["roots", "forget", "app", "no-such-root"])
        .outcome();
    run.exits(101).says("no root `no-such-root`").says("help:");
    assert_eq!(short(&sandbox).len(), 2, "all or nothing");
    let id = listed(&sandbox)[0]["id"].as_str().unwrap().to_owned();
    for words in [
        [&id[..6]],
        ["app"],
        ["app/Cargo.toml"],
        [project.path("Cargo.lock").to_str().unwrap()],
    ] {
        let run = sandbox.program(["roots", "forget"]).args(words);
        run.outcome().exits(0).says("Forgot 1 root");
        assert_eq!(short(&sandbox), ["names 1 current"], "{words:?}");
        sandbox.program(["roots", "add", "app"]).outcome().exits(0);
    }
    sandbox
        .program(["roots", "forget", "gamma@^1"])
        .outcome()
        .exits(0);
    assert_eq!(short(&sandbox), ["lockfile 2 current"]);
}

#[test]
fn an_unchanged_root_is_renewed_once_a_day_and_else_not_written() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("alpha", "1")]);
    let at = |moment: &str| {
        let run = sandbox
            .program(["prefetch", "app", "-v"])
            .env("CARGO_MIRROR_NOW", moment);
        run.outcome().exits(0);
        listed(&sandbox)[0]["given"].as_str().unwrap().to_owned()
    };
    assert_eq!(at("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z");
    let before = tree(&sandbox.mirror());
    assert_eq!(at("2026-01-01T23:59:59Z"), "2026-01-01T00:00:00Z");
    assert_eq!(at("2026-01-02T00:00:00Z"), "2026-01-02T00:00:00Z");
    assert_eq!(tree(&sandbox.mirror()), before);
}

#[test]
fn a_mirror_that_may_only_be_read_goes_without() {
    requires!(mount);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let one = sandbox.project("one", &[Dep::new("alpha", "1")]);
    let two = sandbox.project("two", &[Dep::new("alpha", "1")]);
    sandbox.run(&one, ["vendor"]).exits(0);
    let mirror = sandbox.mirror();
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 99; shift; exec \"$@\"";
    let mirror = [mirror.to_str().unwrap()];
    let run = sandbox.program(["prefetch", "-v", "."]).within(&two.folder);
    let run = run.in_mounts(script, &mirror).outcome().exits(0);
    run.says("is not recorded as a root, because the mirror may only be read");
    let run = sandbox.program(["prefetch", "."]).within(&two.folder);
    run.in_mounts(script, &mirror)
        .outcome()
        .exits(0)
        .never_says("recorded");
    assert_eq!(short(&sandbox), ["lockfile 2 current"]);
}

#[test]
fn a_root_that_cannot_be_read_is_named_and_can_be_forgotten() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "beta"]).outcome().exits(0);
    let id = listed(&sandbox)[0]["id"].as_str().unwrap().to_owned();
    let path = Path::new(".mirror/roots").join(&id);
    fs::write(sandbox.mirror().join(path), "\0\0\0\0").unwrap();
    for arguments in [&["roots"][..], &["gc"], &["gc", "--yes"]] {
        let run = sandbox.program(arguments).outcome().no_panic().exits(101);
        run.says(&id).says("first line").says("roots forget");
    }
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["beta-1.0.0"]);
    sandbox.program(["roots", "forget", &id]).outcome().exits(0);
    assert_eq!(short(&sandbox), [""; 0]);
}
