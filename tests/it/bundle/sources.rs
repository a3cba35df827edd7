//! Git sources and registries beside crates.io: each tree as it was, with links, executable files and odd names.

use std::fs;

use crate::fixture::bundle::{export, import, on, same};
use crate::fixture::git_project::{builds, check, project};
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;

fn workspace<'a>(sandbox: &'a Sandbox, name: &str) -> Repository<'a> {
    let inherits = "[package]\nname = \"one\"\nversion.workspace = true\nedition = \"2021\"\n";
    Repository::new(
        sandbox,
        name,
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nversion = \"0.4.0\"\n",
            ),
            ("one/Cargo.toml", inherits),
            (
                "one/src/lib.rs",
                "#![doc = include_str!(\"../../README.md\")]\npub fn one() {}\n",
            ),
            ("two/Cargo.toml", &manifest("two", "0.5.0")),
            ("two/src/lib.rs", "pub fn two() {}\n"),
            ("README.md", "# both\n"),
            (".gitattributes", "*.md text\n"),
            (".gitignore", "unheard-of\n"),
        ],
    )
}

#[cfg(unix)]
#[test]
fn a_tree_arrives_as_it_was() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = workspace(&sandbox, "both");
    let script = repository.folder.join("one/run.sh");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", repository.folder.join("one/again.sh")).unwrap();
    symlink("../one", repository.folder.join("two/sibling")).unwrap();
    symlink("nowhere/at/all", repository.folder.join("dangling")).unwrap();
    fs::write(
        repository.folder.join(OsStr::from_bytes(b"caf\xe9 %41")),
        "x",
    )
    .unwrap();
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    fs::create_dir(repository.folder.join("d".repeat(120))).unwrap();
    fs::write(repository.folder.join(&long), "long").unwrap();
    fs::write(repository.folder.join("empty"), "").unwrap();
    repository.commit(&[]);
    let app = project(&sandbox, "app", &[("one", &repository.url(), "")]);
    check(&sandbox, &app);
    for level in ["none", "9"] {
        let file = format!("{level}.cmb");
        export(&sandbox, &file, &["--compress", level]);
        let other = format!("other-{level}");
        import(&sandbox, &other, &[&file])
            .exits(0)
            .answers("1 git source");
        same(&sandbox.mirror(), &sandbox.path(&other));
        on(&sandbox, &other, &["verify"]).exits(0);
        let mode = |mirror: &str| {
            let source = sources(&sandbox.path(mirror)).remove(0);
            let script = source.join("one-0.4.0/run.sh");
            fs::metadata(script).unwrap().permissions().mode()
        };
        assert_eq!(mode("mirror"), mode(&other));
    }
    // Builds from the copy, without repository and first mirror.
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    fs::rename(&repository.folder, sandbox.path("gone")).unwrap();
    fs::rename(sandbox.path("other-9"), sandbox.mirror()).unwrap();
    builds(&sandbox, &app);
}

#[test]
fn packages_that_the_mirror_has_of_the_same_commit_stay() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = workspace(&sandbox, "both");
    let url = repository.url();
    let first = project(&sandbox, "first", &[("one", &url, "")]);
    check(&sandbox, &first);
    fs::rename(sandbox.mirror(), sandbox.path("one-only")).unwrap();
    let second = project(&sandbox, "second", &[("two", &url, "")]);
    check(&sandbox, &second);
    export(&sandbox, "two.cmb", &[]);
    import(&sandbox, "one-only", &["two.cmb"]).exits(0);
    on(&sandbox, "one-only", &["verify"]).exits(0);
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    // As if both had been asked for there.
    sandbox.run(&first, ["vendor"]).exits(0);
    sandbox.run(&second, ["vendor"]).exits(0);
    let of = |mirror: &str| tree(&sources(&sandbox.path(mirror))[0]);
    assert!(of("mirror") == of("one-only"));
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    fs::rename(sandbox.path("one-only"), sandbox.mirror()).unwrap();
    builds(&sandbox, &first);
    builds(&sandbox, &second);
    // Twice is once.
    import(&sandbox, "mirror", &["two.cmb"])
        .exits(0)
        .answers("imported 0 crates");
}

#[test]
fn a_mirror_that_is_committed_hands_on_the_rules_that_it_has_set_aside() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = workspace(&sandbox, "both");
    let app = project(&sandbox, "app", &[("one", &repository.url(), "")]);
    check(&sandbox, &app);
    fs::rename(sandbox.mirror(), sandbox.path("plain")).unwrap();
    // The same in a work tree.
    fs::create_dir(sandbox.mirror()).unwrap();
    let run = sandbox.command("git").args(["init", "-q", "mirror"]);
    run.outcome().exits(0);
    sandbox.run(&app, ["vendor"]).exits(0);
    export(&sandbox, "committed.cmb", &[]);
    import(&sandbox, "other", &["committed.cmb"]).exits(0);
    let of = |mirror: &str| tree(&sources(&sandbox.path(mirror))[0]);
    assert!(of("mirror") != of("plain"), "nothing was set aside");
    assert!(of("plain") == of("other"));
}

#[test]
fn packages_in_folders_of_their_own() {
    requires!(debug_build);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "simple", "1.0.0");
    let app = project(&sandbox, "app", &[("simple", &repository.url(), "")]);
    let without = |words: &[&str], mirror: &str| {
        let run = sandbox.program(words).within(&app.folder);
        let run = run.env("CARGO_MIRROR_TEST_NO_LINKS", "1");
        run.env("CARGO_MIRROR_DIR", sandbox.path(mirror)).outcome()
    };
    without(&["vendor"], "mirror").exits(0);
    export(&sandbox, "copies.cmb", &[]);
    let file = sandbox.path("copies.cmb").display().to_string();
    without(&["import", "--allow-unsigned", &file], "other").exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));
    on(&sandbox, "other", &["verify"]).exits(0);

    // A tree needs links, and where there are none that is said.
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    check(&sandbox, &app);
    export(&sandbox, "tree.cmb", &[]);
    let file = sandbox.path("tree.cmb").display().to_string();
    let run = without(&["import", "--allow-unsigned", &file], "third");
    run.exits(101).says("no symbolic links");
}

#[test]
fn a_dump_takes_no_package_away_that_the_mirror_has_of_a_commit() {
    requires!(debug_build);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = workspace(&sandbox, "both");
    let url = repository.url();
    let second = project(&sandbox, "second", &[("two", &url, "")]);
    let run = sandbox.program(["vendor"]).within(&second.folder);
    run.env("CARGO_MIRROR_TEST_NO_LINKS", "1")
        .outcome()
        .exits(0);
    export(&sandbox, "copies.cmb", &[]);
    fs::remove_dir_all(sandbox.mirror()).unwrap();
    let first = project(&sandbox, "first", &[("one", &url, "")]);
    check(&sandbox, &first);
    let before = tree(&sources(&sandbox.mirror())[0]);
    let run = import(&sandbox, "mirror", &["copies.cmb"]).exits(101);
    run.says("the mirror has other packages of it")
        .never_says("imported 1 git source");
    assert!(tree(&sources(&sandbox.mirror())[0]) == before);
    builds(&sandbox, &first);
}

#[test]
fn another_registry_keeps_its_folder() {
    let (crates_io, company) = (Registry::new([Crate::new("a", "1.0.0")]), Registry::new([]));
    company.publish(&Crate::new("inner", "1.0.0"));
    let sandbox = Sandbox::new(&crates_io);
    let app = sandbox.unlocked("app", &[Dep::new("a", "1")]);
    let more = "\n[dependencies.inner]\nversion = \"1\"\nregistry = \"company\"\n";
    app.write("Cargo.toml", app.read("Cargo.toml") + more);
    let table = format!("[registries.company]\nindex = {:?}\n", company.index());
    app.write(".cargo/config.toml", &table);
    sandbox.lock(&app);
    sandbox.run(&app, ["vendor", "--no-config"]).exits(0);
    export(&sandbox, "all.cmb", &[]);
    import(&sandbox, "other", &["all.cmb"])
        .exits(0)
        .answers("imported 2 crates");
    same(&sandbox.mirror(), &sandbox.path("other"));
    on(
        &sandbox,
        "mirror",
        &["export", "x.cmb", "--registry", "nothing"],
    )
    .exits(101)
    .says("no source `nothing`");
    export(&sandbox, "one.cmb", &["--registry", "crates-io"]);
    import(&sandbox, "third", &["one.cmb"])
        .exits(0)
        .answers("imported 1 crate ");
    assert!(!sandbox.path("third/registries").exists());
}
