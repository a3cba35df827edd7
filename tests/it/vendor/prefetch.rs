//! `cargo mirror prefetch`: fills the mirror and edits nothing.

use std::fs;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::changed;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("alpha", "1.5.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
    ])
}

#[test]
fn a_project_is_named_in_every_way_and_never_edited() {
    let registry = registry();
    for input in ["app", "app/Cargo.toml", "app/Cargo.lock"] {
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("alpha", "=1.0.0")]);
        let before = project.tree();
        sandbox.program(["prefetch", input]).outcome().exits(0);
        let held = sound(&sandbox.mirror(), &registry);
        assert_eq!(held.names(), ["alpha-1.0.0", "beta-1.0.0"], "{input}");
        assert_eq!(changed(&before, &project.tree()), [""; 0]);
    }
}

#[test]
fn a_lockfile_needs_no_manifest_beside_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "=1.0.0")]);
    for name in ["Cargo.lock", "some.lock"] {
        let alone = sandbox.fresh("alone").join(name);
        fs::copy(project.path("Cargo.lock"), &alone).unwrap();
        let run = sandbox.program(["prefetch"]).args([&alone]);
        run.outcome().exits(0);
        let folder = sandbox.fresh("mirror-of-stdin");
        let run = sandbox
            .program(["prefetch", "-", "--mirror"])
            .args([&folder]);
        let run = run.input(project.read("Cargo.lock"));
        run.outcome().exits(0);
        assert_eq!(sound(&folder, &registry).crates.len(), 2);
    }
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 2);
}

#[test]
fn crates_are_named_on_the_command_line_and_come_with_their_dependencies() {
    let registry = registry();
    for (spec, version) in [
        ("alpha", "1.5.0"),
        ("alpha@1", "1.5.0"),
        ("alpha@=1.0.0", "1.0.0"),
        ("alpha@<1.5", "1.0.0"),
        ("alpha=1.0.0", "1.0.0"),
    ] {
        let sandbox = Sandbox::new(&registry);
        sandbox.program(["prefetch", spec]).outcome().exits(0);
        let held = sound(&sandbox.mirror(), &registry);
        let alpha = format!("alpha-{version}");
        assert_eq!(held.names(), [alpha.as_str(), "beta-1.0.0"], "{spec}");
    }
}

#[test]
fn many_inputs_make_one_mirror() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("alpha", "=1.0.0")]);
    let run = sandbox.program(["prefetch", "app", "alpha", "-"]);
    run.input("beta\n").outcome().exits(0);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["alpha-1.0.0", "alpha-1.5.0", "beta-1.0.0"]);
    assert_eq!(held.lines("alpha").len(), 2);
}

#[test]
fn what_is_neither_file_nor_crate_is_named() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let run = sandbox
        .program(["prefetch", "no/such/Cargo.lock"])
        .outcome();
    run.exits(101).says("no/such/Cargo.lock").says("help:");
    let run = sandbox.program(["prefetch", "no-such-crate"]).outcome();
    run.exits(101).says("no-such-crate");
    fs::create_dir(sandbox.path("empty")).unwrap();
    let run = sandbox.program(["prefetch", "./empty"]).outcome();
    run.exits(101).says("empty").says("Cargo.lock");
    assert!(sound(&sandbox.mirror(), &registry).crates.is_empty());
}

#[test]
fn a_dry_run_writes_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let run = sandbox
        .program(["prefetch", "alpha", "--dry-run"])
        .outcome();
    let run = run.exits(0);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        said.contains("alpha@1.5.0") && said.contains("beta@1.0.0"),
        "{run}"
    );
    assert!(!sandbox.mirror().exists());
}
