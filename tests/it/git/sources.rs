//! Git sources: fetched once, kept at their locked revision, and enough for the real cargo without a network.

use std::fs;
use std::path::Path;

use crate::fixture::git_project::{WORKSPACE, check, depend, package, packages, project};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;

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
fn a_dry_run_names_packages_of_git_sources() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    let run = sandbox.run(&project, ["vendor", "--dry-run"]).exits(0);
    run.answers("fetch shared@0.1.0");
    assert!(!sandbox.mirror().exists());
}
