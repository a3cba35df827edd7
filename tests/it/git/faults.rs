//! Git sources when something is in the way: repositories that are gone, damaged objects and packages, runs that are killed.

use std::fs;
use std::path::Path;

use crate::fixture::git_project::{WORKSPACE, builds, check, nothing_left_over, package, project};
use crate::fixture::package::Crate;
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, sources};
use crate::fixture::sandbox::Sandbox;

#[test]
fn what_cargo_has_is_not_fetched_again() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    sandbox.warm(&project);
    // Upstream is gone, and the network is not to be used.
    fs::rename(&repository.folder, sandbox.path("moved")).unwrap();
    let run = sandbox.run(&project, ["vendor", "--offline"]).exits(0);
    run.says("1 from cargo's cache");
    builds(&sandbox, &project);
}

#[test]
fn without_network_what_is_lacking_is_named() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    let run = sandbox
        .run(&project, ["vendor", "--offline"])
        .exits(101)
        .no_panic();
    run.says("shared@0.1.0").says("--offline");
    assert!(!project.config().exists());
    assert!(!sandbox.path("cargo-home/git/db").exists());
}

#[test]
fn one_repository_that_is_gone_does_not_hinder_the_others() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let here = Repository::package(&sandbox, "here", "0.1.0");
    let gone = Repository::package(&sandbox, "gone", "0.1.0");
    let rewritten = Repository::package(&sandbox, "rewritten", "0.1.0");
    let deps = [
        ("gone", gone.url(), ""),
        ("here", here.url(), ""),
        ("rewritten", rewritten.url(), ""),
    ];
    let deps: Vec<_> = deps
        .iter()
        .map(|(name, url, more)| (*name, url.as_str(), *more))
        .collect();
    let project = project(&sandbox, "app", &deps);
    fs::rename(&gone.folder, sandbox.path("moved")).unwrap();
    fs::remove_dir_all(rewritten.folder.join(".git")).unwrap();
    rewritten.git(&["init", "--quiet", "--initial-branch=main"]);
    rewritten.commit(&[("x", "x")]);
    let run = sandbox.run(&project, ["vendor"]).exits(101).no_panic();
    run.says("gone@0.1.0")
        .says("rewritten@0.1.0")
        .says("2 failed");
    assert_eq!(sources(&sandbox.mirror()).len(), 1);
    fs::rename(sandbox.path("moved"), &gone.folder).unwrap();
    let run = sandbox.run(&project, ["vendor"]).exits(101).no_panic();
    run.says("rewritten@0.1.0").says("1 failed");
    assert_eq!(sources(&sandbox.mirror()).len(), 2);
}

#[test]
fn files_of_a_checkout_are_not_believed() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    sandbox.warm(&project);
    let checkouts = sandbox.path("cargo-home/git/checkouts");
    let mut edited = 0;
    for path in tree(&checkouts)
        .keys()
        .filter(|path| path.ends_with("src/lib.rs"))
    {
        write(&checkouts.join(path), "compile_error!(\"edited\");");
        edited += 1;
    }
    assert_eq!(edited, 1);
    check(&sandbox, &project);
}

#[test]
fn a_damaged_object_is_not_believed() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    sandbox.warm(&project);
    let home = sandbox.path("cargo-home/git/db");
    let pack = tree(&home)
        .into_keys()
        .find(|path| {
            Path::new(path)
                .extension()
                .is_some_and(|ending| ending == "pack")
        })
        .expect("there is a pack");
    let pack = home.join(pack);
    let sound = fs::read(&pack).unwrap();
    let mut permissions = fs::metadata(&pack).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "it is ours")]
    permissions.set_readonly(false);
    fs::set_permissions(&pack, permissions).unwrap();
    // Wherever the flip is, what is taken is right, or nothing is.
    for at in (12..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        fs::write(&pack, bytes).unwrap();
        let _ = fs::remove_dir_all(sandbox.mirror());
        let run = sandbox.run(&project, ["vendor", "--offline"]).no_panic();
        match run.code {
            Some(0) => {
                let lib = fs::read_to_string(package(&sandbox).join("src/lib.rs")).unwrap();
                assert_eq!(lib, "pub const VERSION: &str = \"0.1.0\";\n");
            }
            _ => drop(run.exits(101)),
        }
        nothing_left_over(&sandbox);
    }
    // Another repository on this machine will do.
    let mut bytes = sound.clone();
    bytes[40] ^= 0x10;
    fs::write(&pack, bytes).unwrap();
    let other = home.join("another-0123456789abcdef");
    repository.git(&[
        "clone",
        "--quiet",
        "--bare",
        &repository.url(),
        &other.to_string_lossy(),
    ]);
    sandbox.run(&project, ["vendor", "--offline"]).exits(0);
}

fn remove(path: &Path) {
    fs::remove_file(path).expect("it is there");
}

#[test]
fn status_says_what_became_of_a_package_and_vendor_heals_it() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    check(&sandbox, &project);
    let package = package(&sandbox);
    let lib = package.join("src/lib.rs");
    let sound = tree(&package);
    let list = package.join(".cargo-checksum.json");
    let record = sources(&sandbox.mirror())[0].join("source.json");
    let damages: [(&str, &dyn Fn()); 7] = [
        ("is missing", &|| remove(&lib)),
        ("checksum", &|| write(&lib, "compile_error!(\"edited\");")),
        ("not in the list", &|| {
            write(&package.join("build.rs"), "fn main() {}");
        }),
        ("is missing", &|| remove(&list)),
        ("checksum", &|| {
            write(&list, "{\"files\":{},\"package\":null}");
        }),
        ("is not there", &|| fs::remove_file(&package).unwrap()),
        ("no record", &|| write(&record, "{")),
    ];
    for (said, damage) in damages {
        damage();
        let run = sandbox.run(&project, ["status"]).exits(1);
        let all = format!("{}{}", run.stdout, run.stderr);
        assert!(
            all.contains("shared@0.1.0") && all.contains(said),
            "{said}: {all}"
        );
        sandbox.run(&project, ["vendor"]).exits(0);
        assert!(sound == tree(&package), "{said}");
        check(&sandbox, &project);
    }
    // The same bytes written again are hashed once and sealed again.
    let bytes = fs::read(&lib).unwrap();
    fs::write(&lib, bytes).unwrap();
    sandbox.run(&project, ["status"]).exits(0);
    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .says("1 already there");
    let modified = fs::metadata(&lib).unwrap().modified().unwrap();
    assert!(
        modified
            < std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_300_000_000)
    );
}

#[test]
fn another_revision_is_told_and_fetched() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let old = repository.head();
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    check(&sandbox, &project);
    let new = repository.commit(&[("src/lib.rs", "pub fn newer() {}")]);
    project.write("Cargo.lock", project.read("Cargo.lock").replace(&old, &new));
    let run = sandbox.run(&project, ["status"]).exits(1);
    let all = format!("{}{}", run.stdout, run.stderr);
    assert!(
        all.contains(&format!("the mirror has revision {old}")),
        "{all}"
    );
    sandbox.run(&project, ["vendor"]).exits(0);
    assert_eq!(sources(&sandbox.mirror()).len(), 2);
    sandbox.run(&project, ["status"]).exits(0);
}

/// Kills `vendor` the `count`th time it comes to `step`, and looks at what is left.
fn killed(step: &str, count: usize) {
    if !cfg!(debug_assertions) {
        eprintln!("note: a release build cannot be killed at a step");
        return;
    }
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "work", &WORKSPACE);
    let former = project(
        &sandbox,
        "former",
        &[(
            "inner",
            &repository.url(),
            "default-features = false\nfeatures = [\"one\", \"two\"]",
        )],
    );
    sandbox.run(&former, ["vendor"]).exits(0);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    let damages = ["git-exchanged", "git-quarantined"].contains(&step);
    if damages {
        if cfg!(not(target_os = "linux")) && step == "git-exchanged" {
            eprintln!("note: only Linux lets two names change places");
            return;
        }
        sandbox.run(&project, ["vendor"]).exits(0);
        sandbox.run(&project, ["off"]).exits(0);
        write(
            &sources(&sandbox.mirror())[0].join("outer-0.3.0/Cargo.toml"),
            "[package]\nname = \"outer\"\n",
        );
    }
    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run.env("CARGO_MIRROR_TEST_KILL", format!("{step}:{count}"));
    let run = run.outcome();
    assert!(
        !matches!(run.code, Some(0 | 1 | 2 | 101)),
        "not killed at {step}:{count}\n{run}"
    );
    assert!(!project.config().exists());
    // Elsewhere a damaged tree is out of the way until the next run.
    if !damages || cfg!(target_os = "linux") {
        builds(&sandbox, &former);
        sandbox.program(["verify"]).outcome().exits(0);
    }
    sandbox.run(&project, ["vendor"]).exits(0);
    let run = sandbox.program(["verify", "--message-format", "json"]);
    let run = run.outcome().exits(0);
    // Of growing files a run with nothing to do takes no notice.
    assert!(!run.stdout.contains("missing-line"), "{run}");
    sandbox.run(&project, ["repair"]).exits(0);
    check(&sandbox, &project);
    builds(&sandbox, &former);
}

#[test]
fn killed_in_the_middle_of_a_package() {
    killed("git-file-written", 2);
}

#[test]
fn killed_before_a_package_has_its_name() {
    killed("git-flushed", 1);
}

#[test]
fn killed_when_a_damaged_package_is_out_of_the_way() {
    killed("git-exchanged", 1);
    killed("git-quarantined", 1);
}

#[test]
fn killed_before_a_package_is_recorded() {
    killed("git-package-renamed", 1);
    killed("git-record-written", 1);
}

#[test]
fn killed_when_a_package_is_recorded() {
    killed("git-record-renamed", 1);
}
