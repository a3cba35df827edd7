//! Mirrors that are committed with a project: git must neither convert nor leave out what builds read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fixture::command::Outcome;
use crate::fixture::git_project::{builds, depend};
use crate::fixture::project::{Project, Tree, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest, sources};
use crate::fixture::sandbox::Sandbox;

/// A repository whose own rules would convert most of its files and leave some out.
fn ruled(sandbox: &Sandbox) -> Repository<'_> {
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n",
        ),
        (
            ".gitattributes",
            "* text=auto\n*.bat text eol=crlf\n*.png filter=lfs -text\n",
        ),
        ("crates/lib/.gitattributes", "*.txt text ident\n"),
        ("crates/lib/.gitignore", "*.inc\n.*.json\n"),
        ("crates/lib/template/.gitignore", "/target\n"),
        ("crates/lib/Cargo.toml", &*manifest("ruled", "0.1.0")),
        (
            "crates/lib/src/lib.rs",
            "pub const A: &str = include_str!(\"../kept.inc\");\n\
             pub const B: &str = include_str!(\"../../../.gitattributes\");\n\
             pub const C: &str = include_str!(\"../.gitignore\");\n\
             pub const D: &str = include_str!(\"../template/.gitignore\");\n\
             const _: () = assert!(B.len() == 55 && C.len() == 14 && D.len() == 8);\n\
             pub const L: &[u8] = include_bytes!(\"../lib/x.a\");\n\
             pub const G: &str = include_str!(\"../build/gen.txt\");\n\
             const _: () = assert!(G.len() == 12);\n",
        ),
        ("crates/lib/kept.inc", "kept\n"),
        ("crates/lib/lib/x.a", "archive\n"),
        ("crates/lib/build/gen.txt", "one\ntwo\r\n$Id: x$"),
        ("run.bat", "one\ntwo\n"),
        ("picture.png", "version https://git-lfs\n"),
    ];
    let repository = Repository::new(sandbox, "ruled", &[]);
    for (path, text) in files {
        write(&repository.folder.join(path), text);
    }
    repository.git(&["-c", "core.autocrlf=false", "add", "--all", "--force"]);
    repository.git(&["commit", "--quiet", "-m", "all"]);
    // What is on disk is what was written, whatever git has made of it; the blob is what counts.
    repository
}

const IGNORED: &str = "build/\n*.a\ntarget/\n*.txt\n";

/// A project in a work tree of git that wants it.
fn committed<'a>(sandbox: &'a Sandbox, repository: &Repository<'_>) -> (Repository<'a>, Project) {
    let files = [(".gitignore", IGNORED), (".gitattributes", "* text=auto\n")];
    let outer = Repository::new(sandbox, "committed", &files);
    let project = Project::create(outer.folder.join("app"), "[workspace]\n", &[]);
    depend(&project, &[("ruled", &repository.url(), "")]);
    sandbox.lock(&project);
    (outer, project)
}

fn mirror_of(outer: &Repository<'_>) -> PathBuf {
    outer.folder.join("app/third_party/mirror")
}

#[track_caller]
fn vendor(sandbox: &Sandbox, project: &Project, mirror: &Path) -> Outcome {
    let run = sandbox.program(["vendor"]).within(&project.folder);
    run.env("CARGO_MIRROR_DIR", mirror).outcome().exits(0)
}

/// What of a mirror is committed.
fn shared(mirror: &Path) -> Tree {
    let mut tree = tree(mirror);
    tree.retain(|path, _| !path.starts_with(".mirror/") && !path.ends_with('/'));
    tree
}

#[cfg(unix)]
#[test]
fn a_clone_has_the_bytes_of_the_mirror_and_builds() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = ruled(&sandbox);
    let (outer, project) = committed(&sandbox, &repository);
    let mirror = mirror_of(&outer);
    vendor(&sandbox, &project, &mirror)
        .no_panic()
        .never_says("git ignores")
        .never_says("converts files");
    builds(&sandbox, &project);
    for path in ["crates/lib/.gitattributes", "run.bat"] {
        let blob = repository.git(&["show", &format!("HEAD:{path}")]);
        let tree = tree_of(&mirror);
        assert_eq!(fs::read_to_string(tree.join(path)).unwrap(), blob, "{path}");
    }
    // Rules that hurt nothing stay plain files, for what walks over templates.
    let template = tree_of(&mirror).join("crates/lib/template/.gitignore");
    assert!(template.symlink_metadata().unwrap().is_file());
    let run = sandbox.program(["verify"]).env("CARGO_MIRROR_DIR", &mirror);
    run.outcome().exits(0);
    outer.commit(&[]);
    let url = outer.url();
    for (name, autocrlf) in [("plain", "false"), ("windows", "true"), ("input", "input")] {
        let clone = sandbox.path(name);
        let setting = format!("core.autocrlf={autocrlf}");
        outer.git(&[
            "-c",
            &setting,
            "clone",
            "--quiet",
            &url,
            clone.to_str().unwrap(),
        ]);
        let copy = clone.join("app/third_party/mirror");
        assert!(shared(&mirror) == shared(&copy), "{name}");
        let run = sandbox.judge(["build", "--frozen"]);
        run.within(&clone.join("app")).outcome().exits(0);
        let run = sandbox.program(["verify"]).env("CARGO_MIRROR_DIR", &copy);
        run.outcome().exits(0);
        let run = sandbox.program(["status"]).within(&clone.join("app"));
        run.env("CARGO_MIRROR_DIR", &copy).outcome().exits(0);
    }
}

fn tree_of(mirror: &Path) -> PathBuf {
    crate::git::trees::tree_in(&sources(mirror)[0])
}

#[cfg(unix)]
#[test]
fn a_mirror_that_is_moved_into_a_work_tree_is_made_fit_for_it() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = ruled(&sandbox);
    let project =
        crate::fixture::git_project::project(&sandbox, "app", &[("ruled", &repository.url(), "")]);
    let mirror = sandbox.mirror();
    vendor(&sandbox, &project, &mirror);
    // Outside of a work tree nothing speaks to git, and all files are what they are in the repository.
    assert!(!mirror.join(".gitattributes").exists() && !mirror.join(".gitignore").exists());
    let rules = tree_of(&mirror).join(".gitattributes");
    assert!(rules.symlink_metadata().unwrap().is_file());
    let git = sandbox.command("git").args(["init", "--quiet"]);
    git.within(&mirror).outcome().exits(0);
    vendor(&sandbox, &project, &mirror)
        .never_says("git ignores")
        .never_says("converts files");
    let rules = tree_of(&mirror).join(".gitattributes");
    assert!(rules.symlink_metadata().unwrap().is_symlink());
    assert!(mirror.join(".gitattributes").exists() && mirror.join(".gitignore").exists());
    builds(&sandbox, &project);
    let before = tree(&mirror.join("git"));
    vendor(&sandbox, &project, &mirror);
    assert!(before == tree(&mirror.join("git")));
    sandbox.program(["verify"]).outcome().exits(0);
}

#[test]
fn rules_that_are_there_already_stay_and_what_they_spoil_is_named() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = ruled(&sandbox);
    let (outer, project) = committed(&sandbox, &repository);
    let mirror = mirror_of(&outer);
    write(&mirror.join(".gitignore"), "# mine\n");
    write(&mirror.join(".gitattributes"), "# mine\n");
    let run = vendor(&sandbox, &project, &mirror);
    run.says("git ignores")
        .says("converts files of a commit by `.gitattributes`");
    for name in [".gitignore", ".gitattributes"] {
        assert_eq!(fs::read_to_string(mirror.join(name)).unwrap(), "# mine\n");
    }
}

#[test]
fn an_ignored_mirror_gets_no_rules() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = ruled(&sandbox);
    let (outer, project) = committed(&sandbox, &repository);
    outer.commit(&[(".gitignore", "third_party/\n")]);
    let mirror = mirror_of(&outer);
    vendor(&sandbox, &project, &mirror);
    assert!(!mirror.join(".gitattributes").exists() && !mirror.join(".gitignore").exists());
}
