//! The real cargo, with an empty home and no network, is the judge of what we write.

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, changed};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// Vendors and lets cargo build.
#[track_caller]
fn check(registry: &Registry, sandbox: &Sandbox, project: &Project) {
    let before = project.tree();
    sandbox.run(project, ["vendor"]).exits(0).no_panic();
    sound(&sandbox.mirror(), registry);
    sandbox.builds(project);
    sandbox.builds_frozen(project);
    assert_eq!(changed(&before, &project.tree()), [".cargo/config.toml"]);
    sandbox.run(project, ["status", "--prove"]).exits(0);
    sandbox.run(project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn lockfiles_of_every_version() {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
        Crate::new("beta", "2.0.0"),
    ]);
    for (rust, marker, places) in [
        (
            "1.37",
            "[metadata]\n\"checksum alpha 1.0.0 (registry+",
            "\"checksum ",
        ),
        ("1.45", "\nchecksum = ", "checksum = "),
        ("1.60", "\nversion = 3\n", "checksum = "),
        ("1.85", "\nversion = 4\n", "checksum = "),
    ] {
        let sandbox = Sandbox::new(&registry);
        let head = format!("edition = \"2018\"\nrust-version = \"{rust}\"\n");
        let deps = [Dep::new("alpha", "1"), Dep::new("beta", "2")];
        let project = Project::create(sandbox.path("app"), &head, &deps);
        sandbox.lock(&project);
        let lockfile = project.read("Cargo.lock");
        assert!(lockfile.contains(marker), "{rust}: {lockfile}");
        assert_eq!(lockfile.matches(places).count(), 3, "{rust}: {lockfile}");
        check(&registry, &sandbox, &project);
    }
}

#[test]
fn a_yanked_version_that_is_locked() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    registry.publish(&Crate::new("alpha", "1.0.0").yanked());
    check(&registry, &sandbox, &project);
    let held = sound(&sandbox.mirror(), &registry);
    assert!(held.lines("alpha")[0].contains("\"yanked\":true"));
    // The mirror says the truth: nobody new gets it.
    let fresh = sandbox.unlocked("fresh", &[Dep::new("alpha", "1")]);
    sandbox.run(&fresh, ["on"]).exits(0);
    let build = sandbox.judge(["check"]).within(&fresh.folder).outcome();
    build.exits(101).says("yanked");
}

#[test]
fn build_metadata_in_a_version() {
    let registry = Registry::new([
        Crate::new("native-sys", "0.4.2+lib-1.6.0"),
        Crate::new("native-sys", "0.4.3-rc.1+lib-1.7.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("native-sys", "0.4.2")]);
    check(&registry, &sandbox, &project);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["native-sys-0.4.2+lib-1.6.0"]);
    let pre = sandbox.project("pre", &[Dep::new("native-sys", "=0.4.3-rc.1")]);
    check(&registry, &sandbox, &pre);
}

#[test]
fn names_of_every_length_and_case() {
    let names = ["a", "Bc", "D-e", "F_g1", "Inflector", "UPPER"];
    let registry = Registry::new(names.map(|name| Crate::new(name, "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &names.map(|name| Dep::new(name, "1")));
    check(&registry, &sandbox, &project);
    let held = sound(&sandbox.mirror(), &registry);
    let files: Vec<&String> = held.index.keys().collect();
    assert_eq!(
        files,
        [
            "1/a",
            "2/bc",
            "3/d/d-e",
            "f_/g1/f_g1",
            "in/fl/inflector",
            "up/pe/upper"
        ]
    );
    assert!(held.crates.contains_key("Inflector-1.0.0"));
}

#[test]
fn a_patch_that_nothing_uses() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("spare", "3.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("app", &[Dep::new("alpha", "1")]);
    let manifest = project.read("Cargo.toml")
        + "\n[patch.\"https://r.example/another\"]\nspare = { version = \"3\" }\n";
    project.write("Cargo.toml", manifest);
    sandbox.lock(&project);
    let lockfile = project.read("Cargo.lock");
    assert!(lockfile.contains("[[patch.unused]]"), "{lockfile}");
    check(&registry, &sandbox, &project);
    assert!(
        sound(&sandbox.mirror(), &registry)
            .crates
            .contains_key("spare-3.0.0")
    );
}

#[test]
fn packages_of_other_platforms_are_there_too() {
    let registry = Registry::new([
        Crate::new("everywhere", "1.0.0").dep(Dep::new("windows-only", "1").target("cfg(windows)")),
        Crate::new("windows-only", "1.0.0").needs("below"),
        Crate::new("below", "1.0.0"),
        Crate::new("mac-only", "1.0.0"),
        Crate::new("unix-only", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let deps = [
        Dep::new("everywhere", "1"),
        Dep::new("mac-only", "1").target("aarch64-apple-darwin"),
        Dep::new("unix-only", "1").target("cfg(unix)"),
    ];
    let project = sandbox.project("app", &deps);
    check(&registry, &sandbox, &project);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 5);
    // Commands that want every platform find everything.
    sandbox.run(&project, ["on"]).exits(0);
    for command in [
        &["fetch", "--locked"][..],
        &["metadata", "--locked", "--format-version", "1"],
        &["tree", "--locked", "--target", "all"],
    ] {
        let run = sandbox.judge(command).within(&project.folder);
        run.outcome().exits(0);
    }
}

#[test]
fn dependencies_of_every_kind() {
    let registry = Registry::new([
        Crate::new("plain", "1.0.0")
            .dep(Dep::new("hidden-cost", "1").optional())
            .feature("costly", &["dep:hidden-cost"]),
        Crate::new("hidden-cost", "1.0.0"),
        Crate::new("for-tests", "1.0.0"),
        Crate::new("for-build", "1.0.0"),
        Crate::new("real-name", "1.0.0"),
        Crate::new("real-name", "2.0.0"),
        Crate::new("perhaps", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let deps = [
        Dep::new("plain", "1")
            .without_default_features()
            .features(&["costly"]),
        Dep::new("for-tests", "1").dev(),
        Dep::new("for-build", "1").build(),
        Dep::new("nickname", "1").package("real-name"),
        Dep::new("real-name", "2"),
        Dep::new("perhaps", "1").optional(),
    ];
    let project = sandbox.project("app", &deps);
    project.write("build.rs", "fn main() {}\n");
    project.write(
        "tests/it.rs",
        "#[test]\nfn it() { assert_eq!(for_tests::VERSION, \"1.0.0\"); }\n",
    );
    check(&registry, &sandbox, &project);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 7);
    sandbox.run(&project, ["on"]).exits(0);
    let run = sandbox.judge(["test", "--frozen", "--all-features"]);
    run.within(&project.folder).outcome().exits(0);
}

#[test]
fn registries_that_keep_their_crates_elsewhere() {
    for download in [
        "/api/v1/crates",
        "/files/{crate}/{crate}-{version}.crate",
        "/{prefix}/{lowerprefix}/{crate}/{version}/{sha256-checksum}",
    ] {
        // Without a marker, cargo appends a path of its own.
        let served = if download.contains('{') {
            download.to_owned()
        } else {
            format!("{download}/{{crate}}/{{version}}/download")
        };
        let registry = Registry::with_template(
            download,
            &served,
            [
                Crate::new("Alpha", "1.0.0+b.1").needs("beta"),
                Crate::new("beta", "1.0.0"),
            ],
        );
        let sandbox = Sandbox::new(&registry);
        let project = sandbox.project("app", &[Dep::new("Alpha", "1")]);
        check(&registry, &sandbox, &project);
    }
}

#[test]
fn new_dependencies_come_from_the_mirror_without_network() {
    let registry = Registry::new([
        Crate::new("alpha", "1.0.0"),
        Crate::new("snake_case", "1.0.0").needs("alpha"),
    ]);
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "snake_case"])
        .outcome()
        .exits(0);
    let project = sandbox.unlocked("app", &[]);
    sandbox.run(&project, ["on"]).exits(0);
    let add = sandbox.judge(["add", "snake-case"]).within(&project.folder);
    add.outcome().exits(0);
    let build = sandbox.judge(["check"]).within(&project.folder);
    build.outcome().exits(0);
}

#[test]
fn a_project_that_needs_nothing() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[]);
    sandbox.run(&project, ["vendor"]).exits(0).no_panic();
    sandbox.builds(&project);
    sandbox.run(&project, ["status", "--prove"]).exits(0);
}

#[test]
fn path_packages_need_nothing() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let near = sandbox.unlocked("near", &[Dep::new("alpha", "1")]);
    near.write(
        "Cargo.toml",
        near.read("Cargo.toml").replace("\"app\"", "\"near\""),
    );
    let project = sandbox.unlocked("app", &[]);
    let manifest = project.read("Cargo.toml");
    project.write(
        "Cargo.toml",
        manifest + "\n[dependencies.near]\npath = \"../near\"\n",
    );
    sandbox.lock(&project);
    check(&registry, &sandbox, &project);
    assert_eq!(sound(&sandbox.mirror(), &registry).names(), ["alpha-1.0.0"]);
}
