//! A build reads from a git source what it reads from its author's checkout, wherever in the repository that is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::git_project::{builds, check, project};
use crate::fixture::project::Project;
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;

/// The tree of the only git source.
fn tree_folder(sandbox: &Sandbox) -> PathBuf {
    tree_in(&sources(&sandbox.mirror())[0])
}

/// The tree of a git source.
pub(crate) fn tree_in(source: &Path) -> PathBuf {
    let entries = fs::read_dir(source).expect("it can be listed");
    let mut trees = entries.map(|entry| entry.expect("it can be listed").path());
    let is_tree = |path: &PathBuf| path.is_dir() && path.to_string_lossy().contains("/.tree-");
    trees.find(is_tree).expect("there is a tree")
}

/// Mirrors a repository with these files, moves it away, and lets the real cargo build.
#[track_caller]
fn builds_without_its_repository(files: &[(&str, &str)], name: &str) {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::new(&sandbox, "upstream-of-it", files);
    let project = project(&sandbox, "app", &[(name, &repository.url(), "")]);
    check(&sandbox, &project);
    let listed = repository.git(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]);
    let tree = tree_folder(&sandbox);
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let original = fs::read(repository.folder.join(path)).unwrap();
        assert_eq!(fs::read(tree.join(path)).unwrap(), original, "{path}");
    }
    fs::rename(&repository.folder, sandbox.path("moved")).unwrap();
    builds(&sandbox, &project);
}

#[test]
fn a_module_folder_that_is_a_package_too() {
    builds_without_its_repository(
        &[
            (
                "Cargo.toml",
                &(manifest("outer", "0.1.0") + "[workspace]\nmembers = [\"src/loader\"]\n"),
            ),
            (
                "src/lib.rs",
                "pub mod loader;\npub use loader::access::g;\n",
            ),
            ("src/loader/mod.rs", "pub mod access;\n"),
            ("src/loader/access.rs", "pub fn g() {}\n"),
            (
                "src/loader/Cargo.toml",
                &(manifest("inner", "0.1.0") + "[lib]\npath = \"mod.rs\"\n"),
            ),
        ],
        "outer",
    );
}

#[test]
fn files_of_the_repository_outside_of_the_package() {
    builds_without_its_repository(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/lib\"]\n"),
            ("README.md", "# read me\n"),
            (".gitattributes", "*.x text\n"),
            ("shared.rs", "pub fn shared() {}\n"),
            ("proto/api.proto", "x"),
            (
                "crates/build.rs",
                "fn main() {\n    assert!(std::path::Path::new(\"../../proto/api.proto\").exists());\n    let own = std::env::var(\"CARGO_MANIFEST_DIR\").unwrap();\n    assert!(std::path::Path::new(&own).join(\"../../proto/api.proto\").exists());\n}\n",
            ),
            (
                "crates/lib.rs",
                "#![doc = include_str!(\"../README.md\")]\n#[path = \"../shared.rs\"]\nmod shared;\npub use shared::shared;\n",
            ),
            (
                "crates/lib/Cargo.toml",
                "[package]\nname = \"monolib\"\nversion = \"0.1.0\"\nedition = \"2021\"\nreadme = \"../../README.md\"\nbuild = \"../build.rs\"\n[lib]\npath = \"../lib.rs\"\n",
            ),
        ],
        "monolib",
    );
}

fn outer_reader(sandbox: &Sandbox) -> (Repository<'_>, Project) {
    let files = [
        ("README.md", "# read me\n"),
        ("a/Cargo.toml", &*manifest("reader", "0.1.0")),
        (
            "a/src/lib.rs",
            "pub const R: &str = include_str!(\"../../README.md\");\n",
        ),
    ];
    let repository = Repository::new(sandbox, "reader", &files);
    let project = project(sandbox, "app", &[("reader", &repository.url(), "")]);
    (repository, project)
}

#[test]
fn without_links_a_package_that_reads_outside_of_its_folder_is_not_called_ready() {
    requires!(debug_build);
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let (_repository, project) = outer_reader(&sandbox);
    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run.env("CARGO_MIRROR_TEST_NO_LINKS", "1").outcome();
    run.exits(101).says("README.md").says("reader@0.1.0");
    sandbox.run(&project, ["vendor"]).exits(0);
    builds(&sandbox, &project);
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_one_out_of_the_repository_fails_by_name() {
    use std::os::unix::fs::symlink;
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let files = [
        ("common/text.txt", "shared"),
        ("a/Cargo.toml", &*manifest("linked", "0.1.0")),
        (
            "a/src/lib.rs",
            "pub const A: &str = include_str!(\"../folder/text.txt\");\n",
        ),
    ];
    let repository = Repository::new(&sandbox, "links", &files);
    let link = |target: &str, path: &str| symlink(target, repository.folder.join(path)).unwrap();
    link("../common", "a/folder");
    link("..", "a/round");
    link("nowhere", "a/broken");
    repository.commit(&[]);
    let inside = project(&sandbox, "inside", &[("linked", &repository.url(), "")]);
    check(&sandbox, &inside);
    let tree = tree_folder(&sandbox);
    for (path, target) in [
        ("a/folder", "../common"),
        ("a/round", ".."),
        ("a/broken", "nowhere"),
    ] {
        assert_eq!(
            fs::read_link(tree.join(path)).unwrap(),
            PathBuf::from(target)
        );
    }
    link("/etc/hostname", "a/outside");
    repository.commit(&[]);
    let outside = project(&sandbox, "outside", &[("linked", &repository.url(), "")]);
    let run = sandbox.run(&outside, ["vendor"]).exits(101).no_panic();
    run.says("a/outside").says("linked@0.1.0");
}
