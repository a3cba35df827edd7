//! How packages of git sources lie in a mirror: trees that grow, links that are swapped, older layouts that are brought
//! over, systems without links.

use std::fs;
use std::path::Path;

use crate::fixture::git_project::{builds, check, package, packages, project};
use crate::fixture::package::sha256;
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;
use crate::git::trees::tree_in;
use crate::git::upkeep::kinds;

/// Puts a source into the layout of version 1: each package a plain folder, without what is nested in it.
fn into_version_1(source: &Path) {
    let record = source.join("source.json");
    let text = fs::read_to_string(&record).expect("it is there");
    let mut record_now: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let mut listed = serde_json::Map::new();
    for path in packages(source) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut files = serde_json::Map::new();
        let plain = source.join("plain");
        for (inner, bytes) in tree(&fs::canonicalize(&path).unwrap()) {
            if inner.ends_with('/') || inner == ".cargo-checksum.json" {
                continue;
            }
            files.insert(inner.clone(), sha256(&bytes).into());
            write(&plain.join(&inner), &bytes);
        }
        let list = serde_json::json!({ "files": files, "package": null }).to_string();
        listed.insert(name.replacen("-0", "@0", 1), sha256(list.as_bytes()).into());
        write(&plain.join(".cargo-checksum.json"), list);
        fs::remove_file(&path).unwrap();
        fs::rename(plain, &path).unwrap();
    }
    let whole = tree_in(source);
    fs::remove_file(whole.with_extension("json")).ok();
    fs::remove_file(format!("{}.json", whole.display())).ok();
    fs::remove_dir_all(whole).unwrap();
    let old = record_now.as_object_mut().unwrap();
    old.retain(|key, _| ["source", "revision"].contains(&key.as_str()));
    old.insert("version".to_owned(), 1.into());
    old.insert("packages".to_owned(), listed.into());
    write(&record, record_now.to_string());
}

const MODULE: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        "[package]\nname = \"outer\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
         [workspace]\n[dependencies]\ninner = { path = \"src/inner\" }\n",
    ),
    (
        "src/lib.rs",
        "pub const TEXT: &str = include_str!(\"inner/text.txt\");\npub use inner::TWICE;\n",
    ),
    (
        "src/inner/Cargo.toml",
        "[package]\nname = \"inner\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n",
    ),
    (
        "src/inner/lib.rs",
        "pub const TWICE: u32 = 2;\npub const TEXT: &str = include_str!(\"text.txt\");\n",
    ),
    ("src/inner/text.txt", "text"),
];

#[test]
fn two_packages_of_one_source_one_in_the_other() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "nested", &MODULE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    check(&sandbox, &project);
    let names: Vec<_> = packages(&sources(&sandbox.mirror())[0])
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["inner-0.1.0", "outer-0.1.0"]);
}

#[test]
fn a_mirror_of_version_1_is_brought_over() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "nested", &MODULE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    let source = sources(&sandbox.mirror()).remove(0);
    let sound = tree(&source);
    into_version_1(&source);
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("outer@0.1.0").answers("older layout");
    // The repository is gone, and cargo's clone of it is enough.
    fs::rename(&repository.folder, sandbox.path("moved")).unwrap();
    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .says("ready offline");
    assert!(sound == tree(&source));
    builds(&sandbox, &project);
    sandbox.run(&project, ["status"]).exits(0);
    assert_eq!(kinds(&sandbox, &[]), [""; 0]);
}

#[test]
fn growth_swaps_the_links_and_sweeps_the_former_tree() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "nested", &MODULE);
    let inner = project(&sandbox, "inner-only", &[("inner", &repository.url(), "")]);
    check(&sandbox, &inner);
    let source = sources(&sandbox.mirror()).remove(0);
    let former = tree_in(&source);
    let outer = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    check(&sandbox, &outer);
    builds(&sandbox, &inner);
    assert!(!former.exists() && tree_in(&source) != former);
    for path in packages(&source) {
        assert!(path.symlink_metadata().unwrap().is_symlink());
    }
    assert_eq!(kinds(&sandbox, &[]), [""; 0]);
}

#[test]
fn a_tree_that_a_killed_run_left_is_swept() {
    if !cfg!(debug_assertions) {
        eprintln!("note: a release build cannot be killed at a step");
        return;
    }
    let registry = Registry::new([]);
    for (step, command) in [
        ("git-list-renamed", "vendor"),
        ("git-tree-renamed", "vendor"),
        ("git-tree-renamed", "gc"),
        ("git-tree-renamed", "vendor of another project"),
    ] {
        let sandbox = Sandbox::new(&registry);
        let repository = Repository::new(&sandbox, "nested", &MODULE);
        let inner = project(&sandbox, "inner-only", &[("inner", &repository.url(), "")]);
        check(&sandbox, &inner);
        let source = sources(&sandbox.mirror()).remove(0);
        let outer = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
        let run = sandbox.program(["vendor"]).within(&outer.folder);
        let run = run.env("CARGO_MIRROR_TEST_KILL", format!("{step}:1"));
        let run = run.outcome();
        assert!(!matches!(run.code, Some(0 | 1 | 2 | 101)), "{run}");
        builds(&sandbox, &inner);
        sandbox.program(["verify"]).outcome().exits(0);
        match command {
            "gc" => sandbox.run(&inner, ["gc", "--yes"]).exits(0),
            "vendor" => sandbox.run(&outer, ["vendor"]).exits(0),
            _ => sandbox.run(&inner, ["vendor"]).exits(0),
        };
        let trees = tree(&source).into_keys();
        let trees = trees.filter(|path| path.starts_with(".tree-"));
        let trees =
            trees.filter(|path| path.matches('/').count() == usize::from(path.ends_with('/')));
        assert_eq!(trees.count(), 2, "{step} {command}: a tree and its list");
        builds(&sandbox, &inner);
    }
}

#[test]
fn without_links_a_package_is_a_copy() {
    if !cfg!(debug_assertions) {
        eprintln!("note: a release build cannot be told to make no links");
        return;
    }
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "nested", &MODULE);
    let project = project(&sandbox, "app", &[("outer", &repository.url(), "")]);
    let without = |arguments: &[&str]| {
        let run = sandbox.program(arguments).within(&project.folder);
        run.env("CARGO_MIRROR_TEST_NO_LINKS", "1")
            .outcome()
            .exits(0)
    };
    without(&["vendor"]).says("ready offline");
    let source = sources(&sandbox.mirror()).remove(0);
    for path in packages(&source) {
        assert!(path.symlink_metadata().unwrap().is_dir());
    }
    assert!(source.join("outer-0.1.0/src/inner/text.txt").exists());
    builds(&sandbox, &project);
    without(&["status"]);
    without(&["vendor"]).says("already there");
    assert_eq!(kinds(&sandbox, &[]), [""; 0]);
    // With links the copies are as good as they were.
    sandbox
        .run(&project, ["vendor"])
        .exits(0)
        .says("already there");
    write(&source.join("outer-0.1.0/src/lib.rs"), "damaged");
    sandbox.run(&project, ["vendor"]).exits(0).no_panic();
    builds(&sandbox, &project);
    assert_eq!(kinds(&sandbox, &[]), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_lost_executable_bit_and_a_lost_link_are_found_and_healed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let script = repository.folder.join("run.sh");
    write(&script, "#!/bin/sh\n");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", repository.folder.join("again.sh")).unwrap();
    repository.commit(&[]);
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    check(&sandbox, &project);
    let package = package(&sandbox);
    let (script, link) = (package.join("run.sh"), package.join("again.sh"));
    let damages: [(&str, &dyn Fn()); 4] = [
        ("changed-bytes shared-0.1.0/run.sh shared@0.1.0", &|| {
            fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("missing-bytes shared-0.1.0/again.sh shared@0.1.0", &|| {
            fs::remove_file(&link).unwrap();
        }),
        ("changed-bytes shared-0.1.0/again.sh shared@0.1.0", &|| {
            fs::remove_file(&link).unwrap();
            symlink("src/lib.rs", &link).unwrap();
        }),
        ("missing-bytes shared-0.1.0/again.sh shared@0.1.0", &|| {
            fs::remove_file(&link).unwrap();
            write(&link, "#!/bin/sh\n");
        }),
    ];
    for (expected, damage) in damages {
        damage();
        assert_eq!(kinds(&sandbox, &[]), [expected]);
        sandbox.run(&project, ["status"]).exits(1);
        sandbox.run(&project, ["repair"]).exits(0);
        assert_eq!(kinds(&sandbox, &[]), [""; 0]);
        assert_ne!(
            fs::metadata(&script).unwrap().permissions().mode() & 0o111,
            0
        );
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("run.sh"));
    }
    builds(&sandbox, &project);
}

/// What there is below a folder: paths, kinds, and bytes; what git and cargo add is left out.
#[cfg(unix)]
fn content(folder: &Path) -> Vec<(std::path::PathBuf, char, Vec<u8>)> {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder_now) = waiting.pop() {
        for entry in fs::read_dir(folder_now).unwrap() {
            let path = entry.unwrap().path();
            let meta = path.symlink_metadata().unwrap();
            let inner = path.strip_prefix(folder).unwrap().to_owned();
            if path.ends_with(".git") || path.ends_with(".cargo-checksum.json") {
                continue;
            }
            if meta.is_symlink() {
                let target = fs::read_link(&path).unwrap().into_os_string();
                found.push((inner, 'l', target.into_vec()));
            } else if meta.is_dir() {
                waiting.push(path);
            } else {
                let executable = meta.permissions().mode() & 0o100 != 0;
                found.push((
                    inner,
                    if executable { 'x' } else { 'f' },
                    fs::read(path).unwrap(),
                ));
            }
        }
    }
    found.sort();
    found
}

#[cfg(unix)]
#[test]
fn a_tree_is_what_the_commit_and_its_submodules_are() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    // A package in a submodule, which only a path leads to.
    let below = Repository::new(
        &sandbox,
        "below",
        &[
            ("inner/Cargo.toml", &manifest("inner", "0.2.0")),
            (
                "inner/src/lib.rs",
                "pub const R: &str = include_str!(\"../../README\");\n",
            ),
            ("README", "below\n"),
            (".gitignore", "*.o\n"),
        ],
    );
    let build = "fn main() {\n    use std::os::unix::ffi::OsStrExt;\n    \
                 let name = std::ffi::OsStr::from_bytes(b\"data/latin\\xe9.txt\");\n    \
                 assert_eq!(std::fs::read(name).unwrap(), b\"latin\");\n}\n";
    let files = [
        (
            "Cargo.toml",
            manifest("top", "0.1.0")
                + "[dependencies]\ninner = { path = \"vendor/below/inner\" }\n",
        ),
        ("build.rs", build.to_owned()),
        ("src/lib.rs", "pub use inner::R;\n".to_owned()),
        (".gitattributes", "*.md text\n".to_owned()),
        ("crlf.bin", "one\r\ntwo\n".to_owned()),
        ("empty", String::new()),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let repository = Repository::new(&sandbox, "top", &files);
    repository.git(&["submodule", "add", "--quiet", &below.url(), "vendor/below"]);
    let odd = std::ffi::OsStr::from_bytes(b"data/latin\xe9.txt");
    write(&repository.folder.join(odd), "latin");
    write(&repository.folder.join("tool"), "#!/bin/sh\n");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(repository.folder.join("tool"), executable).unwrap();
    symlink("vendor/below/README", repository.folder.join("link")).unwrap();
    symlink("/no/such/place", repository.folder.join("dangling")).unwrap();
    symlink("../gone/with/it", repository.folder.join("outer")).unwrap();
    repository.commit(&[]);
    let project = project(&sandbox, "app", &[("top", &repository.url(), "")]);
    check(&sandbox, &project);
    let source = sources(&sandbox.mirror()).remove(0);
    assert!(content(&repository.folder) == content(&tree_in(&source)));
    // One of the odd names is looked after like any other.
    write(&tree_in(&source).join(odd), "edited");
    assert_eq!(kinds(&sandbox, &[]).len(), 1);
    sandbox.run(&project, ["repair"]).exits(0);
    assert!(content(&repository.folder) == content(&tree_in(&source)));
    fs::rename(&repository.folder, sandbox.path("moved")).unwrap();
    builds(&sandbox, &project);
}

#[test]
fn templates_that_a_build_script_walks_over() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let build = "use std::path::Path;\nfn walk(folder: &Path, found: &mut Vec<String>) {\n    \
                 for entry in std::fs::read_dir(folder).unwrap() {\n        let entry = entry.unwrap();\n        \
                 if entry.file_type().unwrap().is_dir() { walk(&entry.path(), found); }\n        \
                 else { assert!(entry.file_type().unwrap().is_file()); \
                 found.push(entry.file_name().into_string().unwrap()); }\n    }\n}\n\
                 fn main() {\n    let mut found = Vec::new();\n    walk(Path::new(\"template\"), &mut found);\n    \
                 found.sort();\n    assert_eq!(found, [\".gitignore\", \"Cargo.toml\", \"Cargo.toml\", \"lib.rs\", \"x\"]);\n}\n";
    let files = [
        ("Cargo.toml", &*manifest("templates", "0.1.0")),
        ("build.rs", build),
        ("src/lib.rs", ""),
        ("template/Cargo.toml", "[package]\nname = \"{{name}}\"\n"),
        ("template/.gitignore", "/target\n"),
        ("template/inner/Cargo.toml", &*manifest("inner", "0.1.0")),
        ("template/inner/src/lib.rs", ""),
        ("template/.hidden/x", "x"),
    ];
    let repository = Repository::new(&sandbox, "templates", &files);
    let project = project(&sandbox, "app", &[("templates", &repository.url(), "")]);
    check(&sandbox, &project);
}

#[test]
fn a_repository_with_checksums_of_its_own() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let theirs = "{\"files\":{\"gone\":\"00\"},\"package\":null}";
    let files = [
        ("a/Cargo.toml", &*manifest("owner", "0.1.0")),
        (
            "a/src/lib.rs",
            "pub const V: &str = include_str!(\"../../vendor/x/.cargo-checksum.json\");\n",
        ),
        ("a/.cargo-checksum.json", theirs),
        ("vendor/x/.cargo-checksum.json", theirs),
    ];
    let repository = Repository::new(&sandbox, "owner", &files);
    let project = project(&sandbox, "app", &[("owner", &repository.url(), "")]);
    check(&sandbox, &project);
    let kept = tree_in(&sources(&sandbox.mirror())[0]).join("vendor/x/.cargo-checksum.json");
    assert_eq!(fs::read_to_string(kept).unwrap(), theirs);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_matters_only_to_packages_that_have_it() {
    use std::os::unix::fs::symlink;
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let files = [
        ("a/Cargo.toml", &*manifest("clean", "0.1.0")),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", &*manifest("stray", "0.1.0")),
        ("b/src/lib.rs", ""),
    ];
    let repository = Repository::new(&sandbox, "links", &files);
    let link = |target: &str, path: &str| {
        let path = repository.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    };
    link("/etc", "b/outside");
    link("/no/such/place", "a/dangling");
    repository.commit(&[]);
    let clean: Project = project(&sandbox, "clean", &[("clean", &repository.url(), "")]);
    let run = sandbox.run(&clean, ["vendor"]).exits(0).no_panic();
    run.says("warning").says("b/outside").says("ready offline");
    builds(&sandbox, &clean);
    check(&sandbox, &clean);
    let kept = tree_in(&sources(&sandbox.mirror())[0]).join("a/dangling");
    assert_eq!(fs::read_link(kept).unwrap(), Path::new("/no/such/place"));
    // One that has it is never called ready, however often it is asked for; the other stays.
    let stray = project(&sandbox, "stray", &[("stray", &repository.url(), "")]);
    for _ in 0..2 {
        let run = sandbox.run(&stray, ["vendor"]).exits(101).no_panic();
        run.says("b/outside").says("stray@0.1.0");
        sandbox.run(&stray, ["status"]).exits(1);
        builds(&sandbox, &clean);
        assert_eq!(kinds(&sandbox, &[]), [""; 0]);
    }
}
