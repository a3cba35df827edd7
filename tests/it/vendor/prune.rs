//! `--target`, `--no-dev`, `--features`: what no such build reads is left out, every locked package keeps its index line,
//! and the real cargo, with an empty home and the network taken away, builds out of it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::fixture::git_project::project;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, tree};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::repository::{Repository, manifest};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;

const LINUX: &str = "x86_64-unknown-linux-gnu";
const WINDOWS: &str = "x86_64-pc-windows-msvc";
const MAC: &str = "aarch64-apple-darwin";

/// Crates of every kind that is left out or must not be.
fn crates() -> Vec<Crate> {
    let windows = |name: &str| Dep::new(name, "1").target("cfg(windows)");
    let unix = |name: &str| Dep::new(name, "1").target("cfg(unix)");
    vec![
        Crate::new("top", "1.0.0")
            .dep(unix("unixy"))
            .dep(windows("winny"))
            .dep(Dep::new("builder", "1").build())
            .dep(Dep::new("renamed", "1").package("real-name"))
            .dep(Dep::new("opt", "1").optional())
            .dep(Dep::new("never", "1").dev())
            .feature("extra", &["dep:opt"]),
        Crate::new("unixy", "1.0.0").needs("native-sys"),
        Crate::new("native-sys", "1.0.0").links("native"),
        // Reached for Windows only, but then on the host, too.
        Crate::new("winny", "1.0.0")
            .needs("deepwin")
            .dep(unix("sneaky")),
        Crate::new("deepwin", "1.0.0").weight(5000),
        Crate::new("sneaky", "1.0.0"),
        Crate::new("builder", "1.0.0").dep(unix("hosttool")),
        Crate::new("hosttool", "1.0.0"),
        Crate::new("real-name", "1.0.0"),
        Crate::new("opt", "1.0.0").dep(windows("optwin")),
        Crate::new("optwin", "1.0.0"),
        Crate::new("macros", "1.0.0").proc_macro().needs("helper"),
        Crate::new("helper", "1.0.0"),
        Crate::new("tester", "1.0.0").needs("assert"),
        Crate::new("assert", "1.0.0").dep(windows("winny")),
        // One feature is asked for on Windows only.
        Crate::new("featy", "1.0.0")
            .dep(Dep::new("featwin", "1").optional())
            .feature("w", &["dep:featwin"]),
        Crate::new("featwin", "1.0.0"),
        Crate::new("mac-only", "1.0.0"),
    ]
}

fn registry() -> Registry {
    Registry::new(crates())
}

/// A workspace of two packages.
fn workspace(sandbox: &Sandbox, resolver: &str) -> Project {
    let head = format!("[workspace]\nmembers = [\"tool\"]\nresolver = \"{resolver}\"\n");
    let deps = [
        Dep::new("top", "1"),
        Dep::new("featy", "1"),
        Dep::new("featy", "1")
            .features(&["w"])
            .target("cfg(windows)"),
        Dep::new("mac-only", "1").target("cfg(target_os = \"macos\")"),
        Dep::new("tester", "1").dev(),
    ];
    let project = Project::create(sandbox.path("app"), "", &deps);
    let manifest = project.read("Cargo.toml") + "\n[features]\nmore = [\"top/extra\"]\n" + &head;
    project.write("Cargo.toml", manifest);
    project.write(
        "tool/Cargo.toml",
        "[package]\nname = \"tool\"\nversion = \"0.1.0\"\nedition = \"2021\"\n".to_owned()
            + &Dep::new("macros", "1").manifest(),
    );
    project.write("tool/src/lib.rs", "");
    project.write("tests/works.rs", "#[test]\nfn works() {}\n");
    sandbox.lock(&project);
    project
}

/// The names of the crates whose bytes are in the mirror.
fn kept(sandbox: &Sandbox) -> BTreeSet<String> {
    let files = tree(&sandbox.mirror().join("crates-io")).into_keys();
    let crates = files.filter_map(|path| Some(path.strip_suffix("-1.0.0.crate")?.to_owned()));
    crates.collect()
}

/// The names of the crates whose index lines are there.
fn lines(sandbox: &Sandbox) -> BTreeSet<String> {
    let files = tree(&sandbox.mirror().join("crates-io/index")).into_keys();
    let files = files.filter(|path| !path.ends_with('/'));
    files
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn locked(project: &Project) -> BTreeSet<String> {
    let lockfile = project.read("Cargo.lock");
    let names = lockfile
        .lines()
        .filter_map(|line| line.strip_prefix("name = "))
        .map(|name| name.trim_matches('"').to_owned());
    names
        .filter(|name| name != "app" && name != "tool")
        .collect()
}

fn named(names: &str) -> BTreeSet<String> {
    names.split(' ').map(str::to_owned).collect()
}

/// The packages of a list of a report, without their versions.
fn packages(list: &Value) -> BTreeSet<String> {
    let all = list.as_array().unwrap().iter();
    all.map(|it| it["package"].as_str().unwrap().replace("@1.0.0", ""))
        .collect()
}

fn status(sandbox: &Sandbox, project: &Project, code: i32) -> Value {
    let run = sandbox.run(project, ["status", "--message-format", "json"]);
    run.exits(code).report()
}

/// What the real cargo, with every real package at hand, says that builds for one target read.
fn says_cargo(sandbox: &Sandbox, project: &Project, target: &str) -> BTreeSet<String> {
    let run = sandbox.cargo([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
    ]);
    let run = run.args(["--filter-platform", target, "--filter-platform", LINUX]);
    let said = run.within(&project.folder).outcome().exits(0).stdout;
    let said: Value = serde_json::from_str(&said).unwrap();
    let all = said["packages"].as_array().unwrap().iter();
    all.filter(|package| !package["source"].is_null())
        .map(|package| package["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_left_out_is_exactly_what_no_build_reads() {
    let registry = registry();
    for resolver in settings::sample(["1", "2", "3"], 1) {
        let sandbox = Sandbox::new(&registry);
        let project = workspace(&sandbox, resolver);
        registry.forget();
        let run = sandbox
            .run(&project, ["vendor", "--target", LINUX])
            .exits(0);
        run.says("5 pruned (")
            .says(" saved); in ")
            .says("ready offline");
        assert_eq!(lines(&sandbox), locked(&project), "{resolver}");
        let pruned = named("winny deepwin sneaky optwin mac-only");
        let left: BTreeSet<String> = locked(&project)
            .difference(&kept(&sandbox))
            .cloned()
            .collect();
        assert_eq!(left, pruned, "{resolver}");
        assert_eq!(kept(&sandbox), says_cargo(&sandbox, &project, LINUX));
        for name in &pruned {
            let path = registry.download_path(name, "1.0.0");
            let asked = registry.asked();
            let mut asked = asked.iter().filter(|asked| asked.path == path);
            assert!(asked.all(|asked| asked.method == "HEAD"), "{name}");
        }

        let lockfile = project.read("Cargo.lock");
        for command in [
            &["check", "--locked"][..],
            &["build", "--frozen", "--workspace", "--all-features"],
            &["build", "--frozen", "--target", LINUX],
            &["test", "--frozen"],
            &["tree", "--locked"],
            &["tree", "--frozen", "--target", LINUX, "--all-features"],
            &[
                "metadata",
                "--format-version",
                "1",
                "--filter-platform",
                LINUX,
            ],
            &["fetch", "--locked", "--target", LINUX],
            &["update", "--workspace", "--locked", "--offline"],
        ] {
            let run = sandbox.judge(command).within(&project.folder);
            run.outcome().exits(0);
        }
        assert_eq!(project.read("Cargo.lock"), lockfile);

        // One crate less, and cargo refuses.
        for name in kept(&sandbox) {
            let path = sandbox
                .mirror()
                .join(format!("crates-io/{name}-1.0.0.crate"));
            let aside = sandbox.path("aside");
            fs::rename(&path, &aside).unwrap();
            let tree = ["tree", "--frozen", "--workspace", "--all-features"];
            let run = sandbox.judge(tree).within(&project.folder).outcome();
            assert_eq!(run.code, Some(101), "{name} is not needed\n{run}");
            fs::rename(&aside, &path).unwrap();
        }
    }
}

#[test]
fn what_is_pruned_is_no_loss_for_anybody() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    sandbox
        .run(&project, ["vendor", "--target", "host"])
        .exits(0);
    registry.forget();

    let run = sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    run.says("13 already there, 5 pruned");
    assert_eq!(registry.paths(), [""; 0], "a second run asks nobody");

    let pruned = named("winny deepwin sneaky optwin mac-only");
    let run = sandbox.run(&project, ["status"]).exits(0);
    run.answers(&format!("pruned (not needed for {LINUX})"));
    let report = status(&sandbox, &project, 0);
    assert_eq!(packages(&report["pruned"]), pruned);
    assert_eq!(report["missing"], serde_json::json!([]));
    assert_eq!(report["ready"], true);
    for how in ["--prove", "--prove=build"] {
        let run = sandbox.run(&project, ["status", how]).exits(0);
        run.answers("verified by cargo");
    }
    let run = sandbox.run(&project, ["status", "--explain", "deepwin"]);
    run.exits(0)
        .answers(&format!("pruned: no build for {LINUX} reads it"));
    let before = tree(&sandbox.mirror().join("crates-io"));
    sandbox
        .program(["verify"])
        .outcome()
        .exits(0)
        .answers("more pruned");
    sandbox.program(["verify", "--quick"]).outcome().exits(0);
    sandbox.program(["repair"]).outcome().exits(0);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(tree(&sandbox.mirror().join("crates-io")), before);
    assert_eq!(registry.paths(), [""; 0]);

    // The root says it to people, too.
    let roots = tree(&sandbox.mirror().join(".mirror/roots"));
    let root = String::from_utf8(roots.into_values().next().unwrap()).unwrap();
    assert!(
        root.contains(&format!("\nonly --target {LINUX} --host {LINUX}\n")),
        "{root}"
    );
    let size = registry.bytes("deepwin", "1.0.0").len();
    assert!(
        root.contains(&format!("\npruned {size} deepwin@1.0.0 ")),
        "{root}"
    );

    // What is not pruned is missed as ever.
    fs::remove_file(sandbox.mirror().join("crates-io/helper-1.0.0.crate")).unwrap();
    let report = status(&sandbox, &project, 1);
    assert_eq!(packages(&report["missing"]), named("helper"));
    sandbox.program(["verify"]).outcome().exits(1);
    sandbox.program(["repair"]).outcome().exits(0);
    // A line is mended, and its bytes stay away.
    let path = format!("crates-io/index/{}", index_path("deepwin"));
    fs::remove_file(sandbox.mirror().join(path)).unwrap();
    let report = status(&sandbox, &project, 1);
    assert_eq!(packages(&report["missing"]), named("deepwin"));
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    assert_eq!(tree(&sandbox.mirror().join("crates-io")), before);
}

#[test]
fn another_target_adds_what_it_needs() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    let run = sandbox.run(&project, ["vendor", "--target", WINDOWS, "--target", LINUX]);
    run.exits(0).says("4 downloaded").says("1 pruned");
    assert_eq!(kept(&sandbox), says_cargo(&sandbox, &project, WINDOWS));
    let report = status(&sandbox, &project, 0);
    assert_eq!(packages(&report["pruned"]), named("mac-only"));
    for target in [LINUX, WINDOWS] {
        for command in [
            &["fetch", "--locked", "--target", target][..],
            &[
                "metadata",
                "--format-version",
                "1",
                "--filter-platform",
                target,
            ],
        ] {
            let run = sandbox.judge(command).within(&project.folder);
            run.outcome().exits(0);
        }
    }
    sandbox.run(&project, ["status", "--prove"]).exits(0);

    // What is there stays there, also when it is not asked for any more.
    let before = kept(&sandbox);
    sandbox.run(&project, ["vendor", "--target", MAC]).exits(0);
    assert!(kept(&sandbox).is_superset(&before));
    assert!(kept(&sandbox).contains("mac-only"));
}

#[test]
fn without_a_target_everything_is_wanted_again() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    let run = sandbox.run(&project, ["vendor"]).exits(0);
    run.says("Completing")
        .says(LINUX)
        .says("5 downloaded")
        .never_says("pruned");
    assert_eq!(kept(&sandbox), locked(&project));
    let run = sandbox.judge(["fetch", "--locked"]).within(&project.folder);
    run.outcome().exits(0);
    assert_eq!(
        status(&sandbox, &project, 0)["pruned"],
        serde_json::json!([])
    );
}

#[test]
fn dev_dependencies_and_features_can_be_left_out() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    sandbox.run(&project, ["vendor", "--no-dev"]).exits(0);
    let all = locked(&project);
    let left = |sandbox: &Sandbox| -> BTreeSet<String> {
        all.difference(&kept(sandbox)).cloned().collect()
    };
    assert_eq!(left(&sandbox), named("tester assert"));
    let run = sandbox.judge(["build", "--frozen", "--workspace", "--all-features"]);
    run.within(&project.folder).outcome().exits(0);
    sandbox.run(&project, ["status", "--prove"]).exits(0);
    sandbox.run(&project, ["status", "--prove=build"]).exits(0);

    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    let run = sandbox.run(
        &project,
        ["vendor", "--no-default-features", "--target", "host"],
    );
    run.exits(0);
    assert_eq!(
        left(&sandbox),
        named("winny deepwin sneaky optwin mac-only opt")
    );
    let run = sandbox.judge(["test", "--frozen", "--workspace", "--no-default-features"]);
    run.within(&project.folder).outcome().exits(0);
    for how in ["--prove", "--prove=build"] {
        sandbox.run(&project, ["status", how]).exits(0);
    }
    sandbox
        .run(
            &project,
            ["vendor", "--features", "more", "--target", "host"],
        )
        .exits(0);
    assert_eq!(
        left(&sandbox),
        named("winny deepwin sneaky optwin mac-only")
    );
    let run = sandbox.judge(["build", "--frozen", "--features", "more"]);
    run.within(&project.folder).outcome().exits(0);
    // A feature that is not there is cargo's to name, and nothing is left out then.
    let run = sandbox.run(&project, ["vendor", "--features", "no-such-feature"]);
    run.exits(0)
        .says("nothing is left out")
        .says("no-such-feature");
    assert_eq!(left(&sandbox), BTreeSet::new());
}

#[test]
fn what_one_project_leaves_out_another_may_want() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    let other = sandbox.project("other", &[Dep::new("winny", "1")]);
    let run = sandbox.program(["vendor", "app", "other", "--target", LINUX]);
    run.outcome().exits(0);
    let pruned = named("optwin mac-only");
    let left: BTreeSet<String> = locked(&project)
        .difference(&kept(&sandbox))
        .cloned()
        .collect();
    assert_eq!(left, pruned);
    sandbox.run(&other, ["status"]).exits(0);
    sandbox.run(&project, ["status"]).exits(0);

    // Whoever wants all of it misses what others leave out.
    sandbox.program(["prefetch", "mac-only"]).outcome().exits(0);
    fs::remove_file(sandbox.mirror().join("crates-io/mac-only-1.0.0.crate")).unwrap();
    sandbox.run(&project, ["status"]).exits(0);
    let run = sandbox.program(["verify"]).outcome().exits(1);
    assert!(run.stderr.contains("mac-only"), "{run}");
    sandbox.program(["repair"]).outcome().exits(0);
    assert!(kept(&sandbox).contains("mac-only"));
}

#[test]
fn a_manifest_that_wants_more_than_before_is_noticed_without_its_lockfile() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    // The lockfile has it already.
    let manifest = project.read("Cargo.toml");
    let everywhere = manifest.replace("target.'cfg(target_os = \"macos\")'.", "");
    assert_ne!(manifest, everywhere);
    project.write("Cargo.toml", everywhere);
    let report = status(&sandbox, &project, 1);
    assert_eq!(packages(&report["missing"]), named("mac-only"));
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    status(&sandbox, &project, 0);
    sandbox.builds(&project);
}

#[test]
fn a_stale_lockfile_is_brought_up_to_date_and_then_pruned() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("helper", "1")]);
    let added = Dep::new("winny", "1").target("cfg(windows)").manifest();
    project.write("Cargo.toml", project.read("Cargo.toml") + &added);
    let run = sandbox.run(&project, ["vendor", "--locked", "--target", "host"]);
    run.exits(101).says("not up to date");
    let run = sandbox
        .run(&project, ["vendor", "--target", "host"])
        .exits(0);
    run.says("Updating").says("3 pruned");
    assert_eq!(kept(&sandbox), named("helper"));
    assert_eq!(lines(&sandbox), named("helper winny deepwin sneaky"));
    status(&sandbox, &project, 0);
    sandbox.builds(&project);
}

#[test]
fn where_cargo_cannot_tell_nothing_is_left_out() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    let wrapper = sandbox.path("cargo-without-metadata");
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = metadata ] && {{ echo 'error: not today' >&2; exit 101; }}\nexec {} \"$@\"\n",
        crate::fixture::sandbox::CARGO
    );
    fs::write(&wrapper, script).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&wrapper, executable).unwrap();
    let run = sandbox.program(["prefetch", "Cargo.toml", "--target", LINUX]);
    let run = run.within(&project.folder).env("CARGO", &wrapper);
    run.outcome()
        .exits(0)
        .says("nothing is left out")
        .says("not today");
    assert_eq!(kept(&sandbox), locked(&project));
    // No build is pointed there.
    assert_eq!(status(&sandbox, &project, 1)["mirrored"], true);

    // No index line, no answer: the failure is told as ever.
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    registry.always(&index_of("winny"), Fault::Status(404));
    let run = sandbox.run(&project, ["vendor", "--target", LINUX]);
    run.exits(101).says("nothing is left out").says("winny");
    registry.mend();
    assert!(!project.config().exists());
    sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    sandbox.builds(&project);
}

#[test]
fn sizes_that_nobody_knows_are_not_made_up() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    for name in ["deepwin", "winny"] {
        registry.always(&registry.download_path(name, "1.0.0"), Fault::Status(405));
    }
    let run = sandbox
        .run(&project, ["vendor", "--target", LINUX])
        .exits(0);
    run.says("5 pruned (at least ");
    let report = status(&sandbox, &project, 0);
    let unknown = report["pruned"].as_array().unwrap().iter();
    let unknown = unknown.filter(|it| it["bytes"].is_null()).count();
    assert_eq!(unknown, 2);
    registry.mend();
}

#[test]
fn a_dry_run_tells_what_would_be_left_out_and_writes_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    let before = project.tree();
    let run = sandbox.run(&project, ["vendor", "--dry-run", "--target", LINUX]);
    let run = run
        .exits(0)
        .answers("fetch top@1.0.0")
        .answers(", 5 pruned");
    assert!(!run.stdout.contains("winny"), "{run}");
    assert!(!sandbox.mirror().exists());
    assert_eq!(project.tree(), before);
}

#[test]
fn only_projects_can_be_pruned_and_only_for_targets_that_rustc_knows() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = workspace(&sandbox, "2");
    fs::write(sandbox.path("list.txt"), "top\n").unwrap();
    for (input, flags) in [
        ("app/Cargo.lock", &["--target", LINUX][..]),
        ("app/Cargo.lock", &["--no-default-features"]),
        ("list.txt", &["--no-dev"]),
        ("top", &["--features", "extra"]),
    ] {
        let run = sandbox.program(["prefetch", input]).args(flags).outcome();
        run.exits(2)
            .says(input)
            .says("help: name the folder of a project");
    }
    let run = sandbox.run(&project, ["vendor", "--target", "x86_64-unknown-beos"]);
    run.exits(2)
        .says("x86_64-unknown-beos")
        .says("--print target-list");
    assert!(!sandbox.mirror().exists());
    let run = sandbox.program(["prefetch", "top", "--no-default-features"]);
    run.outcome().exits(0);
}

#[test]
fn killed_on_the_way_nothing_looks_lost_that_was_left_out() {
    requires!(debug_build);
    let registry = registry();
    for step in settings::sample(["index-renamed:1", "index-renamed:4", "crate-renamed:3"], 1) {
        let sandbox = Sandbox::new(&registry);
        let project = workspace(&sandbox, "2");
        let run = sandbox
            .program(["vendor", "--target", LINUX])
            .within(&project.folder);
        let run = run.env("CARGO_MIRROR_TEST_KILL", step).outcome();
        assert!(!matches!(run.code, Some(0 | 1 | 2 | 101)), "{step}: {run}");
        sandbox.program(["verify"]).outcome().exits(0);
        sandbox
            .run(&project, ["vendor", "--target", LINUX])
            .exits(0);
        sandbox.builds(&project);
        status(&sandbox, &project, 0);
    }
}

#[test]
fn the_config_of_the_user_is_heard_when_cargo_is_asked() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("helper", "1").target("cfg(special)")]);
    let config = sandbox.path("cargo-home/config.toml");
    fs::write(&config, "[build]\nrustflags = [\"--cfg\", \"special\"]\n").unwrap();
    sandbox
        .run(&project, ["vendor", "--target", "host"])
        .exits(0);
    assert_eq!(kept(&sandbox), named("helper"));
    fs::remove_file(&config).unwrap();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("helper", "1").target("cfg(special)")]);
    sandbox
        .run(&project, ["vendor", "--target", "host"])
        .exits(0);
    assert_eq!(kept(&sandbox), BTreeSet::new());
    sandbox.builds(&project);
}

#[test]
fn another_registry_is_pruned_as_crates_io_is() {
    let registry = registry();
    let private = Registry::new([
        Crate::new("secret", "1.0.0").dep(Dep::new("Secret-Win", "1").target("cfg(windows)")),
        Crate::new("Secret-Win", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.unlocked("app", &[Dep::new("helper", "1")]);
    let wanted = "\n[dependencies.secret]\nversion = \"1\"\nregistry = \"private\"\n";
    project.write("Cargo.toml", project.read("Cargo.toml") + wanted);
    let config = format!("[registries.private]\nindex = {:?}\n", private.index());
    project.write(".cargo/config.toml", &config);
    sandbox.lock(&project);
    private.forget();

    let run = sandbox
        .program(["prefetch", "app", "--target", "host"])
        .outcome();
    run.exits(0).says("2 downloaded").says("1 pruned (");
    let held: Vec<String> = tree(&sandbox.mirror().join("registries"))
        .into_keys()
        .filter(|path| !path.ends_with('/'))
        .map(|path| path.split_once('/').unwrap().1.to_owned())
        .collect();
    assert_eq!(
        held,
        [
            "index/se/cr/secret",
            "index/se/cr/secret-win",
            "secret-1.0.0.crate"
        ]
    );
    let path = private.download_path("Secret-Win", "1.0.0");
    assert!(
        private
            .asked()
            .iter()
            .all(|asked| asked.path != path || asked.method == "HEAD")
    );
    let run = sandbox.program(["verify"]).outcome().exits(0);
    run.answers("more pruned");
}

#[test]
fn beside_git_packages_crates_are_left_out_too() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let manifest = manifest("gitty", "0.3.0")
        + &Dep::new("helper", "1").manifest()
        + &Dep::new("winny", "1").target("cfg(windows)").manifest();
    let files = [("Cargo.toml", &*manifest), ("src/lib.rs", "")];
    let repository = Repository::new(&sandbox, "gitty", &files);
    let project = project(&sandbox, "app", &[("gitty", &repository.url(), "")]);

    let run = sandbox.run(&project, ["vendor", "--target", "host"]);
    run.exits(0).says("3 pruned (").says("ready offline");
    assert_eq!(kept(&sandbox), named("helper"));
    assert_eq!(lines(&sandbox), named("helper winny deepwin sneaky"));
    for command in [
        &["build", "--frozen"][..],
        &["tree", "--frozen"],
        &["fetch", "--locked", "--target", LINUX],
    ] {
        let run = sandbox.judge(command);
        run.within(&project.folder).outcome().exits(0);
    }
    registry.forget();
    let run = sandbox
        .run(&project, ["vendor", "--target", "host"])
        .exits(0);
    run.says("2 already there, 3 pruned");
    assert_eq!(registry.paths(), [""; 0]);
    status(&sandbox, &project, 0);
    sandbox.program(["verify"]).outcome().exits(0);
}
