//! Git sources: fetched once, kept at their locked revision, and enough for the real cargo without a network.

use std::fs;
use std::path::Path;

use crate::fixture::git_project::{
    WORKSPACE, builds, check, depend, nothing_left_over, package, packages, project,
};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

#[test]
fn default_branch_tag_and_revision() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let text = manifest("shared", "0.1.0") + &Dep::new("alpha", "1").manifest();
    repository.commit(&[("Cargo.toml", &text)]);
    repository.git(&["tag", "v1"]);
    repository.git(&["branch", "feat/a+b"]);
    let url = repository.url();
    for (number, reference) in [
        String::new(),
        "branch = \"main\"".to_owned(),
        "branch = \"feat/a+b\"".to_owned(),
        "tag = \"v1\"".to_owned(),
        format!("rev = {:?}", &repository.head()[..9]),
    ]
    .iter()
    .enumerate()
    {
        let name = format!("app-{number}");
        let project = project(&sandbox, &name, &[("shared", &url, reference)]);
        check(&sandbox, &project);
    }
    // The same commit under five names is five sources.
    assert_eq!(sources(&sandbox.mirror()).len(), 5);
}

#[test]
fn the_locked_revision_is_taken_and_not_the_newest() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let locked = repository.head();
    let project = project(
        &sandbox,
        "app",
        &[("shared", &repository.url(), "branch = \"main\"")],
    );
    repository.commit(&[
        ("Cargo.toml", &manifest("shared", "0.2.0")),
        ("src/lib.rs", "compile_error!(\"not the locked revision\");"),
    ]);
    check(&sandbox, &project);
    let record = fs::read_to_string(sources(&sandbox.mirror())[0].join("source.json")).unwrap();
    assert!(record.contains(&locked), "{record}");
}

#[test]
fn a_workspace_with_inheritance_and_path_dependencies() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "work", &WORKSPACE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    check(&sandbox, &project);
    let source = &sources(&sandbox.mirror())[0];
    let names: Vec<_> = packages(source)
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["inner-0.3.0", "outer-0.3.0"]);
    assert!(source.join("inner-0.3.0/data/.keep").exists());
}

/// What cargo makes of every manifest below a folder, without what only says where it is.
fn manifests(sandbox: &Sandbox, folder: &Path) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for path in packages(folder) {
        let run = sandbox.cargo(["read-manifest", "--offline", "--manifest-path"]);
        let run = run.args([path.join("Cargo.toml")]).outcome().exits(0);
        let mut read: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let whole = read.as_object_mut().unwrap();
        whole.remove("id");
        whole.remove("manifest_path");
        let root = format!("{}/", path.display());
        let dependencies = whole["dependencies"].as_array_mut().unwrap();
        for dependency in dependencies.iter_mut() {
            dependency.as_object_mut().unwrap().remove("path");
        }
        for target in whole["targets"].as_array_mut().unwrap() {
            let path = target["src_path"].as_str().unwrap().replace(&root, "");
            target["src_path"] = path.into();
        }
        found.push(read);
    }
    found.sort_by_key(|read| read["name"].to_string());
    found
}

/// The same packages as `cargo vendor` makes them.
#[track_caller]
fn as_cargo_vendors(sandbox: &Sandbox, project: &Project) {
    // Else it would vendor out of our own mirror.
    sandbox.run(project, ["off"]).exits(0);
    let vendored = sandbox.fresh("vendored");
    let run = sandbox.cargo([
        "vendor",
        "--locked",
        "--respect-source-config",
        "--versioned-dirs",
    ]);
    let run = run.args([&vendored]).within(&project.folder);
    run.outcome().exits(0);
    // Crates of crates.io are among them.
    for path in packages(&vendored) {
        let checksums = fs::read_to_string(path.join(".cargo-checksum.json")).unwrap();
        if !checksums.contains("\"package\":null") {
            fs::remove_dir_all(path).unwrap();
        }
    }
    let ours = &sources(&sandbox.mirror())[0];
    assert_eq!(manifests(sandbox, &vendored), manifests(sandbox, ours));
}

#[test]
fn packages_are_what_cargo_vendor_makes_of_them() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("beta", "2.0.0")]);
    let odd = [
        (
            "Cargo.toml",
            "[package]\nname = \"root\"\nversion = \"1.2.3-rc.1+build\"\nedition = \"2018\"\nlinks = \"odd\"\n\
             build = \"make.rs\"\nrust-version = \"1.60\"\nautobins = false\nresolver = \"2\"\n\
             [lib]\nname = \"roots\"\npath = \"lib/main.rs\"\ncrate-type = [\"rlib\", \"cdylib\"]\n\
             [[example]]\nname = \"show\"\nrequired-features = [\"f\"]\n\
             [features]\nf = [\"dep:alpha\", \"leaf?/g\"]\ndefault = []\n\
             [dependencies]\nalpha = { version = \"1\", optional = true }\nleaf = { path = \"leaf\", optional = true }\n\
             renamed = { package = \"beta\", version = \"2\", default-features = false }\n\
             [build_dependencies]\nalpha = \"1\"\n\
             [patch.crates-io]\n[profile.dev]\nopt-level = 1\n\
             [badges]\nmaintenance = { status = \"none\" }\n[package.metadata.x]\ny = 1\n",
        ),
        ("make.rs", "fn main() {}\n"),
        ("lib/main.rs", ""),
        ("examples/show/main.rs", "fn main() {}\n"),
        (
            "leaf/Cargo.toml",
            "[project]\nname = \"leaf\"\nversion = \"0.0.1\"\n[features]\ng = []\n",
        ),
        ("leaf/src/lib.rs", ""),
        ("leaf/src/bin/tool.rs", "fn main() {}\n"),
    ];
    for (name, files, top) in [("work", &WORKSPACE[..], "outer"), ("odd", &odd, "root")] {
        let sandbox = Sandbox::new(&registry);
        let repository = Repository::new(&sandbox, name, files);
        let features = if name == "odd" {
            "features = [\"f\"]"
        } else {
            ""
        };
        let project = project(&sandbox, "app", &[(top, &repository.url(), features)]);
        check(&sandbox, &project);
        as_cargo_vendors(&sandbox, &project);
    }
}

#[test]
fn submodules_are_part_of_their_repository() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let deep = Repository::new(&sandbox, "deep", &[("deep.txt", "deep")]);
    let native = Repository::new(&sandbox, "native", &[("native.txt", "one")]);
    native.git(&["submodule", "add", "--quiet", &deep.url(), "deep"]);
    native.commit(&[]);
    let unwanted = Repository::new(&sandbox, "unwanted", &[("huge.txt", "huge")]);
    let lib = "pub const NATIVE: &str = include_str!(\"../vendor/native/native.txt\");\n\
               pub const DEEP: &str = include_str!(\"../vendor/native/deep/deep.txt\");\n";
    let files = [
        ("Cargo.toml", &*manifest("bind", "0.1.0")),
        ("src/lib.rs", lib),
    ];
    let repository = Repository::new(&sandbox, "bind", &files);
    repository.git(&[
        "submodule",
        "add",
        "--quiet",
        &native.url(),
        "vendor/native",
    ]);
    repository.git(&["submodule", "add", "--quiet", &unwanted.url(), "unwanted"]);
    repository.git(&[
        "config",
        "-f",
        ".gitmodules",
        "submodule.unwanted.update",
        "none",
    ]);
    repository.commit(&[]);
    native.commit(&[("native.txt", "two")]);
    let project = project(&sandbox, "app", &[("bind", &repository.url(), "")]);
    check(&sandbox, &project);
    let package = package(&sandbox);
    let native = fs::read_to_string(package.join("vendor/native/native.txt"));
    assert_eq!(native.unwrap(), "one");
    assert!(!package.join("unwanted").exists() && package.join(".gitmodules").exists());
    // A cache that has all but a submodule is completed.
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    for folder in ["db", "checkouts"] {
        let git = sandbox.path("cargo-home/git").join(folder);
        for entry in fs::read_dir(git).unwrap().flatten() {
            if !entry.file_name().to_string_lossy().starts_with("bind-") || folder == "checkouts" {
                fs::remove_dir_all(entry.path()).unwrap();
            }
        }
    }
    check(&sandbox, &project);
}

#[test]
fn one_name_and_version_from_two_repositories_and_from_crates_io() {
    let registry = Registry::new([Crate::new("twin", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let one = Repository::package(&sandbox, "one/twin", "1.0.0");
    let two = Repository::package(&sandbox, "two/twin", "1.0.0");
    for (repository, name) in [(&one, "one"), (&two, "two")] {
        let text = manifest("twin", "1.0.0");
        let lib =
            format!("pub const FROM: &str = {name:?};\npub const VERSION: &str = \"1.0.0\";\n");
        repository.commit(&[("Cargo.toml", &text), ("src/lib.rs", &lib)]);
    }
    let project = sandbox.unlocked("app", &[Dep::new("twin", "1")]);
    depend(
        &project,
        &[
            ("one", &one.url(), "package = \"twin\""),
            ("two", &two.url(), "package = \"twin\""),
        ],
    );
    project.write(
        "src/lib.rs",
        "const _: () = assert!(one::FROM.as_bytes()[0] == b'o' && two::FROM.as_bytes()[0] == b't' && !twin::VERSION.is_empty());\n",
    );
    sandbox.lock(&project);
    check(&sandbox, &project);
    assert_eq!(sources(&sandbox.mirror()).len(), 2);
}

#[test]
fn a_git_package_that_needs_another_repository() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let below = Repository::package(&sandbox, "below", "0.1.0");
    let text = manifest("above", "0.1.0")
        + &format!(
            "[dependencies]\nbelow = {{ git = {:?}, branch = \"main\" }}\nalpha = \"1\"\n",
            below.url()
        );
    let above = Repository::new(
        &sandbox,
        "above",
        &[("Cargo.toml", &text), ("src/lib.rs", "")],
    );
    let project = project(&sandbox, "app", &[("above", &above.url(), "")]);
    // What is locked stays, although both have moved on.
    below.commit(&[("src/lib.rs", "compile_error!(\"not locked\");")]);
    above.commit(&[("src/lib.rs", "compile_error!(\"not locked\");")]);
    check(&sandbox, &project);
}

#[test]
fn lockfiles_of_every_version() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    for (rust, marker) in [
        ("1.37", "\"<none>\""),
        ("1.45", "\nchecksum = "),
        ("1.60", "\nversion = 3\n"),
        ("1.85", "\nversion = 4\n"),
    ] {
        let sandbox = Sandbox::new(&registry);
        let repository = Repository::package(&sandbox, "shared", "0.1.0");
        repository.git(&["branch", "feat/x"]);
        let head = format!("edition = \"2018\"\nrust-version = \"{rust}\"\n");
        let project = Project::create(sandbox.path("app"), &head, &[Dep::new("alpha", "1")]);
        depend(
            &project,
            &[("shared", &repository.url(), "branch = \"feat/x\"")],
        );
        sandbox.lock(&project);
        let lockfile = project.read("Cargo.lock");
        assert!(lockfile.contains(marker), "{rust}: {lockfile}");
        check(&sandbox, &project);
    }
}

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
    requires!(debug_build);
    if !settings::among(&format!("{step}:{count}"), 3) {
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
    if step == "git-quarantined" {
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
    // A damaged tree is out of the way until the next run.
    if step != "git-quarantined" {
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

#[test]
fn a_dry_run_names_packages_of_git_sources() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    let run = sandbox.run(&project, ["vendor", "--dry-run"]).exits(0);
    run.answers("fetch shared@0.1.0");
    assert!(!sandbox.mirror().exists());
}
