//! Killed at each step of writing: cargo can use what is there, and the next run completes.

use std::fs::File;
use std::time::Duration;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
        Crate::new("beta", "2.0.0"),
    ])
}

/// Kills `vendor` the `count`th time it comes to `step`, looks at what is left, and goes on.
fn check(step: &str, count: usize) {
    requires!(debug_build);
    if !settings::among(&format!("{step}:{count}"), 3) {
        return;
    }
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let former = sandbox.project("former", &[Dep::new("beta", "1")]);
    sandbox.run(&former, ["vendor"]).exits(0);
    let project = sandbox.project("app", &[Dep::new("alpha", "1"), Dep::new("beta", "2")]);
    let before = project.tree();

    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run.env("CARGO_MIRROR_TEST_KILL", format!("{step}:{count}"));
    let run = run.outcome();
    assert!(
        !matches!(run.code, Some(0 | 1 | 2 | 101)),
        "not killed at {step}:{count}\n{run}"
    );

    sound(&sandbox.mirror(), &registry);
    sandbox.program(["verify"]).outcome().exits(0);
    sandbox.builds(&former);
    let pointed = project.config().exists().then(|| {
        project
            .read(".cargo/config.toml")
            .contains("[source.cargo-mirror]")
    });
    match pointed {
        // The pointer is the last thing written, and it is written whole.
        Some(whole) => {
            assert!(whole, "a half-written config");
            assert_eq!(step, "config-renamed");
            sandbox.builds(&project);
        }
        None => assert_eq!(before.get("Cargo.lock"), project.tree().get("Cargo.lock")),
    }

    // What lies beside the config is swept once it cannot be another run's any more.
    for name in tree(&project.path(".cargo")).keys() {
        let file = File::options()
            .write(true)
            .open(project.path(".cargo").join(name));
        let file = file.expect("the file is there");
        let written = file.metadata().and_then(|meta| meta.modified());
        let long_ago = written.expect("it has a time") - Duration::from_hours(1);
        file.set_modified(long_ago).expect("the time can be set");
    }

    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .says("; ready offline");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["alpha-1.0.0", "beta-1.0.0", "beta-2.0.0"]);
    sandbox.builds(&project);
    sandbox.builds(&former);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn when_the_first_file_is_begun() {
    check("temp-created", 1);
}

#[test]
fn when_the_second_file_is_begun() {
    check("temp-created", 2);
}

#[test]
fn when_a_file_is_written_but_not_renamed() {
    check("temp-written", 1);
}

#[test]
fn when_the_first_crate_is_there_without_its_line() {
    check("crate-renamed", 1);
}

#[test]
fn when_the_last_crate_is_there_without_its_line() {
    check("crate-renamed", 2);
}

#[test]
fn when_all_crates_are_flushed_but_no_line_is_written() {
    check("group-flushed", 1);
}

#[test]
fn when_an_index_file_is_written_but_not_renamed() {
    check("index-temp-written", 1);
}

#[test]
fn when_the_second_index_file_is_written_but_not_renamed() {
    check("index-temp-written", 2);
}

#[test]
fn when_the_first_index_file_is_renamed() {
    check("index-renamed", 1);
}

#[test]
fn when_the_last_index_file_is_renamed() {
    check("index-renamed", 2);
}

#[test]
fn when_the_config_is_written_but_not_renamed() {
    check("config-temp-written", 1);
}

#[test]
fn when_everything_is_done_but_the_last_word() {
    check("config-renamed", 1);
}
