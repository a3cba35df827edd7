//! Crates by name: resolved with their dependencies by the real cargo.

use std::fs;

use crate::fixture::mirror::{Held, sound};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// Prefetches a list into a fresh mirror.
#[track_caller]
fn prefetch(registry: &Registry, list: &str, flags: &[&str]) -> (Sandbox, Held) {
    let sandbox = Sandbox::new(registry);
    write(&sandbox.path("crates.txt"), list);
    let run = sandbox.program(["prefetch", "crates.txt"]).args(flags);
    run.outcome().exits(0).no_panic();
    let held = sound(&sandbox.mirror(), registry);
    (sandbox, held)
}

#[test]
fn every_form_of_an_entry() {
    let registry = Registry::new([
        Crate::new("newest", "1.0.0"),
        Crate::new("newest", "2.0.0"),
        Crate::new("caret", "1.0.0"),
        Crate::new("caret", "1.9.0"),
        Crate::new("caret", "2.0.0"),
        Crate::new("quoted", "0.3.0"),
        Crate::new("quoted", "0.4.0"),
        Crate::new("exact", "1.0.0"),
        Crate::new("exact", "1.1.0"),
        Crate::new("range", "1.0.0"),
        Crate::new("range", "1.5.0"),
    ]);
    let list = "\u{feff}# what we need\r\nnewest\r\n\r\n  caret@1   # the old one\nquoted = \"0.3\"\nexact=1.0.0\nrange@>=1.0, <1.5";
    let (_bench, held) = prefetch(&registry, list, &[]);
    assert_eq!(
        held.names(),
        [
            "caret-1.9.0",
            "exact-1.0.0",
            "newest-2.0.0",
            "quoted-0.3.0",
            "range-1.0.0"
        ]
    );
}

#[test]
fn two_versions_of_one_crate_in_one_list() {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0"),
        Crate::new("alpha", "1.1.0"),
        Crate::new("alpha", "2.0.0"),
    ]);
    let list = "alpha=1.0.0\nalpha=1.1.0\nalpha@2\n";
    let (_bench, held) = prefetch(&registry, list, &[]);
    assert_eq!(held.names(), ["alpha-1.0.0", "alpha-1.1.0", "alpha-2.0.0"]);
}

#[test]
fn a_yanked_version_can_be_named_exactly() {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0"),
        Crate::new("alpha", "1.1.0").yanked().needs("beta"),
        Crate::new("beta", "1.0.0"),
    ]);
    let (_bench, held) = prefetch(&registry, "alpha\n", &[]);
    assert_eq!(held.names(), ["alpha-1.0.0"]);
    let (_bench, held) = prefetch(&registry, "alpha=1.1.0\n", &["--no-deps"]);
    assert_eq!(held.names(), ["alpha-1.1.0"]);
    assert!(held.lines("alpha")[0].contains("\"yanked\":true"));
}

fn featured() -> Registry {
    Registry::new([
        Crate::new("tool", "1.0.0")
            .dep(Dep::new("usual", "1").optional())
            .dep(Dep::new("extra", "1").optional())
            .dep(Dep::new("hidden", "1").optional())
            .dep(Dep::new("testing", "1").dev())
            .dep(Dep::new("built", "1").build())
            .feature("default", &["usual"])
            .feature("more", &["extra"])
            .feature("deep", &["dep:hidden"]),
        Crate::new("usual", "1.0.0"),
        Crate::new("extra", "1.0.0").needs("below"),
        Crate::new("below", "1.0.0"),
        Crate::new("hidden", "1.0.0"),
        Crate::new("testing", "1.0.0"),
        Crate::new("built", "1.0.0"),
    ])
}

#[test]
fn features_decide_what_comes_along() {
    let registry = featured();
    for (list, flags, wanted) in [
        (
            "tool",
            &[][..],
            &["built-1.0.0", "tool-1.0.0", "usual-1.0.0"][..],
        ),
        (
            "tool[more]",
            &[],
            &[
                "below-1.0.0",
                "built-1.0.0",
                "extra-1.0.0",
                "tool-1.0.0",
                "usual-1.0.0",
            ],
        ),
        (
            "tool",
            &["--no-default-features"],
            &["built-1.0.0", "tool-1.0.0"],
        ),
        (
            "tool@1[deep]",
            &["--no-default-features"],
            &["built-1.0.0", "hidden-1.0.0", "tool-1.0.0"],
        ),
        (
            "tool",
            &["--all-features"],
            &[
                "below-1.0.0",
                "built-1.0.0",
                "extra-1.0.0",
                "hidden-1.0.0",
                "tool-1.0.0",
                "usual-1.0.0",
            ],
        ),
        ("tool", &["--no-deps"], &["tool-1.0.0"]),
    ] {
        let (_bench, held) = prefetch(&registry, list, flags);
        assert_eq!(held.names(), wanted, "{list} {flags:?}");
    }
}

#[test]
fn a_feature_that_is_not_there_is_named() {
    let registry = featured();
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["prefetch", "tool[nonsense]"]).outcome();
    run.exits(101).no_panic().says("nonsense").says("tool");
}

#[test]
fn crates_that_claim_one_native_library_are_resolved_apart() {
    let registry = Registry::new([
        Crate::new("native-sys", "1.0.0").links("native"),
        Crate::new("native-sys", "2.0.0").links("native"),
        Crate::new("one", "1.0.0").dep(Dep::new("native-sys", "1")),
        Crate::new("two", "1.0.0").dep(Dep::new("native-sys", "2")),
        Crate::new("other", "1.0.0"),
    ]);
    let (sandbox, held) = prefetch(&registry, "one\ntwo\nother\n", &[]);
    assert_eq!(
        held.names(),
        [
            "native-sys-1.0.0",
            "native-sys-2.0.0",
            "one-1.0.0",
            "other-1.0.0",
            "two-1.0.0"
        ]
    );
    for name in ["one", "two"] {
        let project = sandbox.project(name, &[Dep::new(name, "1"), Dep::new("other", "1")]);
        sandbox.run(&project, ["on"]).exits(0);
        sandbox.builds(&project);
    }
}

#[test]
fn one_bad_entry_does_not_stop_the_others() {
    let registry = Registry::new([
        Crate::new("good", "1.0.0"),
        Crate::new("broken", "1.0.0").needs("nowhere"),
    ]);
    let sandbox = Sandbox::new(&registry);
    write(
        &sandbox.path("crates.txt"),
        "missing\ngood\nbroken\ngood@7\n",
    );
    let run = sandbox
        .program(["prefetch", "crates.txt"])
        .outcome()
        .no_panic();
    run.exits(101)
        .says("missing")
        .says("nowhere")
        .says("good@^7");
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["good-1.0.0"]);
}

#[test]
fn a_list_is_not_taken_for_the_users_project() {
    // The folder the command runs in has a manifest, a config and a toolchain file of its own.
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("app", &[Dep::new("nowhere", "1")]);
    project.write(
        ".cargo/config.toml",
        "[build]\ntarget = \"no-such-target\"\n",
    );
    let run = sandbox
        .program(["prefetch", "alpha"])
        .within(&project.folder);
    run.outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["alpha-1.0.0"]);
    assert!(!project.path("Cargo.lock").exists());
}

#[test]
fn a_published_program_installs_offline_as_its_author_locked_it() {
    let base = [
        Crate::new("helper", "1.0.0"),
        Crate::new("helper", "1.5.0"),
        Crate::new("deeper", "1.0.0"),
    ];
    let registry = Registry::new(base);
    let sandbox = Sandbox::new(&registry);
    // The author locked `helper` at 1.0.0, in a project that looks like the published crate.
    let author = sandbox.path("author");
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"1.0.0\"\nedition = \"2021\"\n{}",
        Dep::new("helper", "=1.0.0").manifest()
    );
    write(&author.join("Cargo.toml"), &manifest);
    write(&author.join("src/main.rs"), "fn main() {}\n");
    let lock = sandbox.cargo(["generate-lockfile"]).within(&author);
    lock.outcome().exits(0);
    let lockfile = fs::read_to_string(author.join("Cargo.lock")).unwrap();
    registry.publish(
        &Crate::new("program", "1.0.0")
            .needs("helper")
            .binary()
            .file("Cargo.lock", lockfile),
    );

    sandbox.program(["prefetch", "program"]).outcome().exits(0);

    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(
        held.names(),
        ["helper-1.0.0", "helper-1.5.0", "program-1.0.0"]
    );
    let source = format!(
        "source.mirror.local-registry={:?}",
        sandbox.mirror().join("crates-io")
    );
    for locked in [&["--locked"][..], &[]] {
        let root = sandbox.fresh("installed");
        let install = sandbox
            .judge(["--config", "source.crates-io.replace-with=\"mirror\""])
            .args([
                "--config",
                &source,
                "install",
                "program",
                "--offline",
                "--debug",
                "--root",
            ])
            .args([&root])
            .args(locked);
        install.outcome().exits(0);
        let program = root.join(format!("bin/program{}", std::env::consts::EXE_SUFFIX));
        let run = sandbox.command(program).outcome();
        assert_eq!(run.stdout, "program 1.0.0\n");
    }
}

#[test]
fn a_packaged_lockfile_that_is_none_is_not_the_end_of_the_others() {
    let registry = Registry::new([
        Crate::new("program", "1.0.0")
            .binary()
            .file("Cargo.lock", "[[package]]\nname = \"../evil\"\n"),
        Crate::new("good", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["prefetch", "program", "good"]).outcome();
    run.no_panic().says("program");
    assert!(
        sound(&sandbox.mirror(), &registry)
            .names()
            .contains(&"good-1.0.0")
    );
}
