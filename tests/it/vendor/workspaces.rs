//! Several projects at once, every workspace below a folder, the standard library.

use std::fs;
use std::path::Path;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
        Crate::new("gamma", "1.0.0").needs("beta"),
        Crate::new("delta", "1.0.0"),
    ])
}

fn manifest(name: &str, deps: &[Dep], more: &str) -> String {
    let deps: String = deps.iter().map(Dep::manifest).collect();
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{deps}\n{more}")
}

fn package(folder: &Path, name: &str, deps: &[Dep], more: &str) {
    write(&folder.join("Cargo.toml"), manifest(name, deps, more));
    write(&folder.join("src/lib.rs"), "");
}

#[test]
fn several_projects_are_planned_as_one_and_each_is_pointed_at_the_mirror() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let one = sandbox.project("one", &[Dep::new("alpha", "1")]);
    let two = sandbox.project("two", &[Dep::new("gamma", "1")]);
    let three = sandbox.project("three", &[Dep::new("alpha", "1"), Dep::new("delta", "1")]);
    registry.forget();
    let run = sandbox.program(["vendor", "one", "two/Cargo.toml", "three/Cargo.lock"]);
    run.outcome().exits(0).says("4 crates");
    for name in ["alpha", "beta", "gamma", "delta"] {
        assert_eq!(registry.count(&registry.download_path(name, "1.0.0")), 1);
    }
    for project in [&one, &two, &three] {
        sandbox.builds(project);
    }
    // Members of one workspace are one project.
    let run = sandbox.program([
        "--message-format",
        "json",
        "vendor",
        "one",
        "one/Cargo.toml",
    ]);
    let report = run.outcome().exits(0).report();
    assert_eq!(report["configs"].as_array().unwrap().len(), 1);
}

#[test]
fn every_workspace_below_a_folder_is_found_as_cargo_sees_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let all = sandbox.path("all");
    let workspace = all.join("workspace");
    write(
        &workspace.join("Cargo.toml"),
        "[workspace]\nmembers = [\"member\"]\nexclude = [\"apart\"]\nresolver = \"2\"\n",
    );
    package(
        &workspace.join("member"),
        "member",
        &[Dep::new("alpha", "1")],
        "",
    );
    package(
        &workspace.join("apart"),
        "apart",
        &[Dep::new("gamma", "1")],
        "",
    );
    package(
        &workspace.join("member/nested"),
        "nested",
        &[Dep::new("delta", "1")],
        "[workspace]\n",
    );
    write(
        &all.join("templates/new/Cargo.toml"),
        "[package]\nname = \"{{name}}\"\n",
    );
    package(
        &all.join("node_modules/x"),
        "x",
        &[Dep::new("nobody", "1")],
        "",
    );
    package(&all.join(".hidden/x"), "x", &[Dep::new("nobody", "1")], "");
    let target = all.join("target");
    write(&target.join("CACHEDIR.TAG"), "");
    package(
        &target.join("package/x"),
        "x",
        &[Dep::new("nobody", "1")],
        "",
    );

    let run = sandbox.program(["vendor", "--recursive", "all"]).outcome();
    run.exits(0)
        .no_panic()
        .says("templates/new/Cargo.toml` is left out");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names().len(), 4);
    for folder in ["", "apart", "member/nested"] {
        let project = Project {
            folder: workspace.join(folder),
        };
        assert!(project.config().exists(), "{folder}");
        sandbox.builds(&project);
    }
    assert!(!workspace.join("member/.cargo").exists());
    assert!(!workspace.join("member/Cargo.lock").exists());
    let run = sandbox.program(["status", "--recursive", "all"]).outcome();
    run.exits(0).answers("ready offline");

    fs::create_dir(sandbox.path("empty")).unwrap();
    let run = sandbox
        .program(["vendor", "--recursive", "empty"])
        .outcome();
    run.exits(101).says("help: name the folder of a project");
}

/// A compiler that says its sysroot is elsewhere.
#[cfg(unix)]
#[test]
fn the_standard_library_comes_along_when_it_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;

    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let library = sandbox.project(
        "sysroot/lib/rustlib/src/rust/library",
        &[Dep::new("delta", "1")],
    );
    let rustc = sandbox.path("rustc");
    write(
        &rustc,
        format!("#!/bin/sh\necho '{}'\n", sandbox.path("sysroot").display()),
    );
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| {
        let run = sandbox.program(arguments).within(&project.folder);
        run.env("RUSTC", &rustc).outcome()
    };
    run(&["vendor", "--std"]).exits(0).says("3 crates");
    run(&["status", "--std"]).exits(0).answers("3 packages");
    run(&["prefetch", "--std"]).exits(0);
    let run_on = sandbox.run(&project, ["roots"]).exits(0);
    run_on.answers(&library.path("Cargo.lock").to_string_lossy());
    fs::remove_file(sandbox.mirror().join("crates-io/delta-1.0.0.crate")).unwrap();
    run(&["status"]).exits(0);
    run(&["status", "--std"])
        .exits(1)
        .answers("missing delta@1.0.0");

    fs::remove_file(library.path("Cargo.lock")).unwrap();
    run(&["vendor", "--std"])
        .exits(101)
        .says("the source of the standard library is not installed")
        .says("rustup component add rust-src");
}

#[test]
fn a_package_is_explained_by_the_ways_that_lead_to_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let app = sandbox.project("app", &[Dep::new("alpha", "1"), Dep::new("gamma", "1")]);
    let other = sandbox.project("other", &[Dep::new("beta", "1")]);
    sandbox
        .program(["prefetch", "other/Cargo.lock", "delta"])
        .outcome()
        .exits(0);

    let run = sandbox.run(&app, ["status", "--explain", "beta"]).exits(0);
    run.answers("beta@1.0.0 from crates.io: in the mirror, intact\n")
        .answers(&format!(
            "  lockfile {}\n    app 0.1.0 > alpha 1.0.0 > beta 1.0.0\n",
            app.path("Cargo.lock").display()
        ))
        .answers(&format!(
            "  lockfile {}\n    app 0.1.0 > beta 1.0.0\n",
            other.path("Cargo.lock").display()
        ));
    let run = sandbox
        .run(&app, ["status", "--explain", "alpha@1.0.0"])
        .exits(0);
    run.answers("alpha@1.0.0 from crates.io: missing: it is not in the mirror's index");
    let run = sandbox.program(["status", "--explain", "delta"]).outcome();
    run.exits(0).answers("  names delta");
    let run = sandbox
        .run(&app, ["status", "--explain", "nobody"])
        .exits(1);
    run.says("nothing needs `nobody`");

    let run = sandbox.run(
        &app,
        ["--message-format", "json", "status", "--explain", "beta"],
    );
    let report = run.exits(0).report();
    assert_eq!(report["packages"][0]["state"], "mirrored");
    assert_eq!(
        report["packages"][0]["wanted_by"][0]["ways"][0][1],
        "alpha 1.0.0"
    );
}
