//! `cargo mirror vendor`: one command, and the project builds with the network gone.

use std::fs;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, changed, tree, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;

/// A small world: `top` needs `middle`, which needs `leaf`; of each there are more versions than a project wants.
fn registry() -> Registry {
    Registry::new([
        Crate::new("top", "1.0.0").needs("middle"),
        Crate::new("top", "2.0.0").needs("middle"),
        Crate::new("middle", "1.1.0").needs("leaf"),
        Crate::new("middle", "1.2.0").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "3.0.0"),
    ])
}

fn app(sandbox: &Sandbox) -> Project {
    sandbox.project("app", &[Dep::new("top", "1"), Dep::new("leaf", "3")])
}

#[test]
fn a_project_builds_with_the_network_gone() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let before = project.tree();

    let run = sandbox.run(&project, ["vendor"]).exits(0);

    run.says("4 crates").says("; ready offline");
    assert_eq!(changed(&before, &project.tree()), [".cargo/config.toml"]);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(
        held.names(),
        ["leaf-1.0.0", "leaf-3.0.0", "middle-1.2.0", "top-1.0.0"]
    );
    sandbox.builds(&project);
    sandbox.builds_frozen(&project);
}

#[test]
fn people_are_talked_to_on_standard_error_only() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let run = sandbox.run(&project, ["vendor"]).exits(0);
    assert_eq!(run.stdout, "");
    let quiet = sandbox.run(&project, ["vendor", "--quiet"]).exits(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn the_index_holds_exactly_the_versions_that_are_there_byte_for_byte() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    sandbox.run(&project, ["vendor"]).exits(0);
    let held = sound(&sandbox.mirror(), &registry);
    let line = |name, version| registry.line(name, version);
    assert_eq!(held.lines("top"), [line("top", "1.0.0")]);
    assert_eq!(held.lines("middle"), [line("middle", "1.2.0")]);
    assert_eq!(
        held.lines("leaf"),
        [line("leaf", "1.0.0"), line("leaf", "3.0.0")]
    );
    assert_eq!(held.index.len(), 3);
}

#[test]
fn nothing_is_asked_twice_or_in_vain() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    registry.forget();
    sandbox.run(&project, ["vendor"]).exits(0);
    let mut wanted = [
        "/index/config.json".to_owned(),
        index_of("leaf"),
        index_of("middle"),
        index_of("top"),
        registry.download_path("leaf", "1.0.0"),
        registry.download_path("leaf", "3.0.0"),
        registry.download_path("middle", "1.2.0"),
        registry.download_path("top", "1.0.0"),
    ];
    wanted.sort();
    assert_eq!(registry.paths(), wanted);
    for asked in registry.asked() {
        let agent = asked.header("user-agent");
        let named = concat!("cargo-mirror/", env!("CARGO_PKG_VERSION"));
        assert!(agent.contains(named), "{}: {agent}", asked.path);
        assert_eq!(asked.method, "GET");
        if asked.path.starts_with("/index/") {
            assert!(
                asked.header("accept-encoding").contains("gzip"),
                "{}",
                asked.path
            );
        }
    }
}

#[test]
fn a_second_run_asks_nothing_and_changes_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    sandbox.run(&project, ["vendor"]).exits(0);
    let (files, mirror) = (project.tree(), tree(&sandbox.mirror()));
    registry.forget();

    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .says("; ready offline");

    assert_eq!(registry.paths(), [""; 0]);
    assert_eq!(changed(&files, &project.tree()), [""; 0]);
    assert_eq!(changed(&mirror, &tree(&sandbox.mirror())), [""; 0]);
}

#[test]
fn a_new_dependency_is_added_and_the_rest_kept() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let old = sandbox.project("old", &[Dep::new("leaf", "1")]);
    sandbox.run(&old, ["vendor"]).exits(0);
    registry.forget();

    let project = app(&sandbox);
    registry.forget();
    sandbox.run(&project, ["vendor"]).exits(0);

    assert_eq!(registry.count(&registry.download_path("leaf", "1.0.0")), 0);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.lines("leaf").len(), 2);
    sandbox.builds(&old);
    sandbox.builds(&project);
}

#[test]
fn a_project_without_a_lockfile_gets_one_from_cargo() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("app", &[Dep::new("top", "1")]);

    let refused = sandbox.run(&project, ["vendor", "--locked"]).exits(101);
    refused.says("Cargo.lock").says("help:");
    assert!(!project.path("Cargo.lock").exists());
    assert!(!project.config().exists());

    sandbox.run(&project, ["vendor"]).exits(0);
    assert!(project.read("Cargo.lock").contains("crates.io-index"));
    sandbox.builds(&project);
}

#[test]
fn a_stale_lockfile_is_brought_up_to_date_against_upstream_not_against_the_mirror() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("leaf", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    // The config points at the mirror now, and the mirror has no `top`.
    let manifest = project.read("Cargo.toml");
    project.write("Cargo.toml", manifest + &Dep::new("top", "1").manifest());
    let lockfile = project.read("Cargo.lock");

    let refused = sandbox.run(&project, ["vendor", "--locked"]).exits(101);
    refused.says("not up to date").says("help:");
    assert_eq!(project.read("Cargo.lock"), lockfile);

    sandbox.run(&project, ["vendor"]).exits(0);
    assert!(project.read("Cargo.lock").contains("\"middle\""));
    sandbox.builds(&project);
}

#[test]
fn several_projects_in_one_command() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let one = sandbox.project("one", &[Dep::new("leaf", "3")]);
    let two = sandbox.project("two", &[Dep::new("top", "2")]);
    let folders = [one.folder.as_os_str(), two.folder.as_os_str()];
    sandbox.program(["vendor"]).args(folders).outcome().exits(0);
    sandbox.builds(&one);
    sandbox.builds(&two);
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn a_workspace_is_vendored_whole_from_any_of_its_members() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let root = Project {
        folder: sandbox.path("workspace"),
    };
    root.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n",
    );
    for (member, dep) in [("a", Dep::new("top", "1")), ("b", Dep::new("leaf", "3"))] {
        let manifest = format!(
            "[package]\nname = \"{member}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{}",
            dep.manifest()
        );
        root.write(&format!("{member}/Cargo.toml"), manifest);
        root.write(&format!("{member}/src/lib.rs"), "");
    }
    sandbox.lock(&root);
    let member = sandbox.path("workspace/a");
    sandbox
        .program(["vendor"])
        .within(&member)
        .outcome()
        .exits(0);
    assert!(
        root.config().exists(),
        "the workspace's own config is the right one"
    );
    sandbox.builds(&root);
    let run = sandbox.judge(["check", "--frozen"]).within(&member);
    run.outcome().exits(0);
}

#[test]
fn no_config_prints_what_it_would_have_written() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let before = project.tree();
    let run = sandbox.run(&project, ["vendor", "--no-config"]).exits(0);
    assert_eq!(changed(&before, &project.tree()), [""; 0]);

    // What it prints is a config that cargo takes.
    let printed = sandbox.path("elsewhere/config.toml");
    write(&printed, &run.stdout);
    let flag = printed
        .to_str()
        .expect("temporary folders have plain names");
    let build = sandbox.judge(["--config", flag, "check", "--frozen"]);
    build.within(&project.folder).outcome().exits(0);
}

#[test]
fn global_points_every_build_of_this_user_at_the_mirror() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let before = project.tree();
    sandbox.run(&project, ["vendor", "--global"]).exits(0);
    assert_eq!(changed(&before, &project.tree()), [""; 0]);
    let build = sandbox.judge(["check", "--frozen"]).within(&project.folder);
    build
        .env("CARGO_HOME", sandbox.path("cargo-home"))
        .outcome()
        .exits(0);
}

#[test]
fn config_path_names_the_file_to_edit() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let before = project.tree();
    let path = sandbox.path(".cargo/config.toml");
    let run = sandbox.program(["vendor", "--config-path"]).args([&path]);
    run.within(&project.folder).outcome().exits(0);
    assert_eq!(changed(&before, &project.tree()), [""; 0]);
    assert!(path.exists());
    // The folder above the project is one that cargo looks into.
    sandbox.builds(&project);
}

#[test]
fn a_dry_run_prints_the_plan_and_writes_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let before = project.tree();
    let run = sandbox.run(&project, ["vendor", "--dry-run"]).exits(0);
    for package in ["leaf@1.0.0", "leaf@3.0.0", "middle@1.2.0", "top@1.0.0"] {
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(package), "{package}\n{run}");
    }
    assert_eq!(changed(&before, &project.tree()), [""; 0]);
    assert!(!sandbox.mirror().exists());
}

#[test]
fn a_mirror_inside_the_project_is_named_by_a_relative_path() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let run = sandbox
        .run(&project, ["vendor", "--mirror", "third-party"])
        .exits(0);
    // `cargo package` would pack it.
    run.says("cargo package");
    let config = project.read(".cargo/config.toml");
    assert!(config.contains("\"third-party/crates-io\""), "{config}");
    sandbox.builds(&project);
    // The folder can move as a whole.
    let moved = Project {
        folder: sandbox.path("moved"),
    };
    fs::rename(&project.folder, &moved.folder).unwrap();
    sandbox.builds(&moved);
}

#[test]
fn offline_takes_what_is_there_and_names_what_is_not() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    registry.forget();
    let run = sandbox.run(&project, ["vendor", "--offline"]).exits(101);
    let run = run.says("leaf@1.0.0").says("leaf@3.0.0");
    run.says("middle@1.2.0").says("top@1.0.0").says("--offline");
    assert!(!project.config().exists());
    assert_eq!(registry.paths(), [""; 0]);

    let by_config = sandbox.program(["vendor"]).within(&project.folder);
    let by_config = by_config.env("CARGO_NET_OFFLINE", "true").outcome();
    by_config.exits(101).says("top@1.0.0");
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn everything_in_cargos_cache_means_no_request() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    sandbox.warm(&project);
    registry.forget();
    let run = sandbox.run(
        &project,
        ["vendor", "--offline", "--message-format", "json"],
    );
    let report = run.exits(0).report();
    assert_eq!(report["reused"], 4, "{report}");
    assert_eq!(report["fetched"], 0, "{report}");
    assert_eq!(report["bytes_downloaded"], 0, "{report}");
    assert_eq!(registry.paths(), [""; 0]);
    sound(&sandbox.mirror(), &registry);
    sandbox.builds(&project);
}

#[test]
fn a_spoilt_cache_is_not_believed() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    sandbox.warm(&project);
    let mut spoilt = 0;
    for (path, mut bytes) in tree(&sandbox.path("cargo-home/registry/cache")) {
        if path.ends_with("leaf-3.0.0.crate") {
            bytes[20] ^= 1;
            write(&sandbox.path("cargo-home/registry/cache").join(path), bytes);
            spoilt += 1;
        }
    }
    assert_eq!(spoilt, 1);
    registry.forget();
    let run = sandbox.run(&project, ["vendor", "--message-format", "json"]);
    let report = run.exits(0).report();
    assert_eq!(
        (&report["fetched"], &report["reused"]),
        (&1.into(), &3.into())
    );
    assert_eq!(registry.count(&registry.download_path("leaf", "3.0.0")), 1);
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn the_mirror_stands_in_the_users_data_folder_unless_told_otherwise() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = app(&sandbox);
    let data = sandbox.path("data");
    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run
        .env_remove("CARGO_MIRROR_DIR")
        .env("XDG_DATA_HOME", &data);
    run.outcome().exits(0);
    if cfg!(target_os = "linux") {
        sound(&data.join("cargo-mirror"), &registry);
        let leaf = format!("cargo-mirror/crates-io/index/{}", index_path("leaf"));
        assert!(data.join(leaf).exists());
    }
    assert!(!sandbox.mirror().exists());
    sandbox.builds(&project);
}
