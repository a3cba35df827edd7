//! "Ready offline" is said only of what builds, at the locked commits: with the real cargo as the judge.

use std::fs;

use crate::fixture::git_project::project;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::{Project, changed, write};
use crate::fixture::registry::Registry;
use crate::fixture::repository::{Repository, manifest};
use crate::fixture::sandbox::Sandbox;

/// A program that prints what its git dependencies say.
fn printing(sandbox: &Sandbox, name: &str, deps: &[(&str, &str, &str)]) -> Project {
    let project = project(sandbox, name, deps);
    let said: Vec<String> = deps
        .iter()
        .map(|(dep, ..)| format!("{dep}::said()"))
        .collect();
    let holes = vec!["{}"; said.len()].join(" ");
    let main = format!(
        "fn main() {{ println!(\"{holes}\", {}); }}\n",
        said.join(", ")
    );
    project.write("src/main.rs", main);
    project
}

fn saying(word: &str) -> String {
    format!("pub fn said() -> &'static str {{ {word:?} }}\n")
}

/// What the program says when the real cargo builds it with an empty home and no network.
#[track_caller]
fn said(sandbox: &Sandbox, project: &Project) -> String {
    let run = sandbox.judge(["run", "--quiet", "--frozen"]);
    let run = run.within(&project.folder).outcome().exits(0);
    run.stdout.trim().to_owned()
}

#[test]
fn a_branch_that_wants_another_commit_is_not_ready() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let old = repository.commit(&[("src/lib.rs", &saying("old"))]);
    let deps = [("shared", &*repository.url(), "branch = \"main\"")];
    let project = printing(&sandbox, "app", &deps);
    let old_lock = project.read("Cargo.lock");
    let run = sandbox.run(&project, ["vendor"]).exits(0);
    run.says("builds use these commits").says(&old[..12]);
    let new = repository.commit(&[("src/lib.rs", &saying("new"))]);
    project.write("Cargo.lock", old_lock.replace(&old, &new));
    sandbox.run(&project, ["vendor"]).exits(0);
    sandbox.run(&project, ["status"]).exits(0);

    // As `git checkout` of the other branch leaves it.
    project.write("Cargo.lock", &old_lock);
    for how in [
        &["status"][..],
        &["status", "--prove"],
        &["status", "--prove=build"],
    ] {
        let run = sandbox.program(how).within(&project.folder);
        let run = run.outcome().exits(1);
        let run = run.answers(&format!("would take commit {}", &new[..12]));
        let run = run.answers(&format!("the lockfile wants {}", &old[..12]));
        let run = run.answers("`cargo mirror on`").answers("not ready");
        assert!(!run.stdout.contains("do not use the mirror"), "{run}");
        assert!(!run.stdout.contains("verified by cargo"), "{run}");
    }
    let run = sandbox.run(&project, ["on"]).exits(0);
    run.says("builds use these commits").says(&old[..12]);
    assert_eq!(said(&sandbox, &project), "old");
    sandbox.run(&project, ["status", "--prove"]).exits(0);
}

#[test]
fn two_commits_of_one_git_source_are_mirrored_as_cargo_builds_them() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let names = ["aaa", "bbb", "ccc"];
    let repository = Repository::new(&sandbox, "mono", &[("README", "")]);
    let mut commits = Vec::new();
    for word in ["one", "two", "three"] {
        for name in names {
            write(
                &repository.folder.join(name).join("Cargo.toml"),
                manifest(name, "0.1.0"),
            );
            let lib = saying(&format!("{name}-{word}"));
            write(&repository.folder.join(name).join("src/lib.rs"), lib);
        }
        commits.push(repository.commit(&[]));
    }
    let between = Repository::package(&sandbox, "azz", "0.1.0");
    between.commit(&[("src/lib.rs", &saying("azz"))]);
    let url = repository.url();
    let mut deps: Vec<(&str, &str, &str)> = names
        .iter()
        .map(|name| (*name, &*url, "branch = \"main\""))
        .collect();
    let between = between.url();
    deps.push(("azz", &between, ""));
    let project = printing(&sandbox, "app", &deps);
    let lock = project.read("Cargo.lock");
    let at = |order: [usize; 3]| {
        let mut lock = lock.clone();
        for (name, commit) in names.iter().zip(order) {
            let entry = lock.find(&format!("name = \"{name}\"")).unwrap();
            let place = entry + lock[entry..].find(&commits[2]).unwrap();
            lock.replace_range(place..place + 40, &commits[commit]);
        }
        lock
    };
    for order in [[0, 1, 2], [2, 0, 1], [2, 2, 0], [0, 2, 2]] {
        project.write("Cargo.lock", at(order));
        sandbox.run(&project, ["off"]).exits(0);
        let online = sandbox.cargo(["run", "--quiet", "--locked"]);
        let online = online.within(&project.folder).outcome().exits(0);
        let run = sandbox.run(&project, ["vendor"]).exits(0);
        run.says("more than one commit")
            .says("`cargo update -p aaa`");
        assert_eq!(said(&sandbox, &project), online.stdout.trim(), "{order:?}");
        let run = sandbox.run(&project, ["status"]).exits(0);
        run.says("more than one commit");
        assert_eq!(project.read("Cargo.lock"), at(order));
    }
}

#[test]
fn a_tag_that_an_old_lockfile_cannot_hold_is_not_ready() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    for tag in ["v1.0+build.7", "wei&rd", "feat/a#b"] {
        repository.git(&["tag", tag]);
        let reference = format!("tag = {tag:?}");
        let deps = [("shared", &*repository.url(), &*reference)];
        let project = project(&sandbox, &format!("app-{}", tag.len()), &deps);
        let lock = project.read("Cargo.lock");
        sandbox.run(&project, ["vendor"]).exits(0);
        sandbox.builds(&project);
        sandbox.run(&project, ["off"]).exits(0);
        let encoded: String = url::form_urlencoded::byte_serialize(tag.as_bytes()).collect();
        let old = lock
            .replace("version = 4\n", "version = 3\n")
            .replace(&encoded, tag);
        assert_ne!(lock, old);
        project.write("Cargo.lock", &old);
        let before = project.tree();
        let run = sandbox.run(&project, ["vendor"]).exits(1);
        let run = run.says(tag).says("version 4").says("not ready offline");
        run.never_says("only crates.io is supported");
        sandbox
            .run(&project, ["status"])
            .exits(1)
            .answers("not ready");
        // Nothing was pointed at a mirror that is not enough.
        assert_eq!(changed(&before, &project.tree()), [""; 0]);
    }
}

#[test]
fn nothing_is_pointed_where_a_branch_with_a_slash_cannot_be_fetched() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    repository.git(&["branch", "feat/a+b"]);
    let reference = "branch = \"feat/a+b\"";
    let project = project(&sandbox, "app", &[("shared", &repository.url(), reference)]);
    fs::rename(&repository.folder, sandbox.path("away")).unwrap();
    let run = sandbox.program(["vendor"]).within(&project.folder);
    let run = run.env("CARGO_NET_RETRY", "0").outcome().exits(101);
    run.says("not ready offline").never_says("Pointed");
    assert!(!project.config().exists());
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("missing shared@0.1.0")
        .answers("failed shared@0.1.0");
    fs::rename(sandbox.path("away"), &repository.folder).unwrap();
    sandbox.run(&project, ["vendor"]).exits(0);
    let run = sandbox.run(&project, ["status"]).exits(0);
    assert!(!run.stdout.contains("failed "), "{run}");
    sandbox.builds_frozen(&project);
}

#[test]
fn a_lockfile_that_cargo_refuses_is_not_ready() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lock = project.read("Cargo.lock");
    let entry = lock.find("[[package]]\nname = \"alpha\"").unwrap();
    let end = lock[entry + 1..]
        .find("[[package]]")
        .map_or(lock.len(), |at| entry + 1 + at);
    let twice = format!("{}\n{}", lock, &lock[entry..end]);
    project.write("Cargo.lock", twice);
    let before = project.tree();
    let run = sandbox.run(&project, ["vendor"]).exits(1);
    let run = run.says("specified twice").says("not ready offline");
    drop(run);
    assert_eq!(changed(&before, &project.tree()), [""; 0]);
    let run = sandbox.run(&project, ["vendor", "--locked"]).exits(101);
    run.says("cannot tell").says("specified twice");
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("specified twice");
}

#[test]
fn a_container_layer_without_sources_is_mirrored_quietly() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    fs::remove_dir_all(project.path("src")).unwrap();
    for arguments in [&["vendor"][..], &["vendor", "--locked"], &["status"]] {
        let run = sandbox.program(arguments).within(&project.folder);
        let run = run.outcome().exits(0);
        run.never_says("warning").never_says("error");
    }
    // A member that is not in the layer.
    let manifest = project.read("Cargo.toml") + "\n[workspace]\nmembers = [\"later\"]\n";
    project.write("Cargo.toml", manifest);
    let run = sandbox.run(&project, ["vendor"]).exits(0);
    run.says("ready offline").never_says("warning");
}

/// A workspace below the top of its repository, as of smart contracts.
fn star(sandbox: &Sandbox, more: &str) -> Project {
    let member = sandbox.unlocked("contracts/one", &[Dep::new("alpha", "1")]);
    let workspace = Project {
        folder: sandbox.path("contracts"),
    };
    workspace.write(
        "Cargo.toml",
        format!("[workspace]\nmembers = [\"*\"]\nresolver = \"2\"\n{more}"),
    );
    let _ = fs::remove_file(member.path("Cargo.lock"));
    sandbox.lock(&workspace);
    workspace
}

#[test]
fn a_config_that_a_glob_of_members_matches_is_taken_back() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    for verb in ["vendor", "on"] {
        let sandbox = Sandbox::new(&registry);
        let project = star(&sandbox, "");
        if verb == "on" {
            sandbox.run(&project, ["prefetch", "."]).exits(0);
        }
        let before = project.tree();
        let run = sandbox.run(&project, [verb]).exits(101);
        run.says("exclude = [\".cargo\"]")
            .says("--config-path")
            .says("--global");
        assert!(project.tree() == before, "{verb}");
        // The ways out.
        sandbox.run(&project, ["vendor", "--global"]).exits(0);
        star(&sandbox, "exclude = [\".cargo\"]\n");
        sandbox
            .run(&project, ["vendor"])
            .exits(0)
            .says("ready offline");
        sandbox.builds(&project);
        // Somebody takes the exclusion away: it does not load, and is not ready.
        let manifest = project.read("Cargo.toml").replace("exclude", "#exclude");
        project.write("Cargo.toml", manifest);
        let run = sandbox.run(&project, ["status"]).exits(1);
        run.answers("exclude = [\".cargo\"]");
    }
}

#[test]
fn a_mirror_that_a_glob_of_members_matches_is_not_made() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = star(&sandbox, "exclude = [\".cargo\"]\n");
    let before = project.tree();
    for mirror in ["mirror", "third_party/mirror"] {
        let run = sandbox
            .run(&project, ["vendor", "--mirror", mirror])
            .exits(101);
        let first = mirror.split('/').next().unwrap();
        run.says(&format!("exclude = [\"{first}\"]"))
            .says("--mirror");
        assert!(project.tree() == before, "{mirror}");
    }
    let manifest = project
        .read("Cargo.toml")
        .replace("\".cargo\"", "\".cargo\", \"mirror\"");
    project.write("Cargo.toml", manifest);
    sandbox
        .run(&project, ["vendor", "--mirror", "mirror"])
        .exits(0);
    sandbox.builds(&project);
}

#[test]
fn folders_of_other_configs_that_a_glob_matches_are_taken_back_too() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = star(&sandbox, "exclude = [\".cargo\"]\n");
    let before = project.tree();
    let config = ["vendor", "--config-path", "build/cargo/mirror.toml"];
    let run = sandbox.run(&project, config).exits(101);
    run.says("--config-path");
    assert!(project.tree() == before && !project.path("build").exists());
    // Nor does `on` make a mirror there.
    for mirror in ["mirror", "third_party/mirror"] {
        let run = sandbox.run(&project, ["on", "--mirror", mirror]).exits(101);
        run.says("exclude = [");
        assert!(project.tree() == before, "{mirror}");
        let first = mirror.split('/').next().unwrap();
        assert!(!project.path(first).exists());
    }
}

#[test]
fn off_works_without_a_cargo_and_with_a_broken_project() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let member = sandbox.unlocked("app/member", &[]);
    let manifest = project.read("Cargo.toml") + "\n[workspace]\nmembers = [\"member\"]\n";
    project.write("Cargo.toml", &manifest);
    let member_manifest = member.read("Cargo.toml").replace("\"app\"", "\"member\"");
    member.write("Cargo.toml", member_manifest);
    sandbox.lock(&project);
    for broken in [
        manifest.clone(),
        "<<<<<<< HEAD\n".to_owned(),
        "[package]\n".to_owned(),
    ] {
        project.write("Cargo.toml", &manifest);
        sandbox.run(&project, ["vendor"]).exits(0);
        project.write("Cargo.toml", &broken);
        let nowhere = sandbox.path("nowhere/cargo");
        let run = sandbox.program(["off"]).within(&member.folder);
        let run = run
            .env("CARGO", &nowhere)
            .env("PATH", sandbox.path("nowhere"));
        run.outcome().exits(0).says("Removed");
        assert!(!project.config().exists());
        // A file of one's own choice needs no cargo either; what cannot be looked at is said.
        let run = sandbox.program(["on", "--config-path", "own.toml"]);
        let run = run.within(&member.folder).env("CARGO", &nowhere);
        let run = run.env("PATH", sandbox.path("nowhere")).outcome().exits(0);
        run.says("cargo cannot determine the project");
        let run = sandbox.program(["off", "--config-path", "own.toml"]);
        let run = run.within(&member.folder).env("CARGO", &nowhere);
        run.env("PATH", sandbox.path("nowhere")).outcome().exits(0);
        assert!(!member.path("own.toml").exists());
    }
}

#[test]
fn a_replacement_in_an_included_config_counts() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let repository = Repository::package(&sandbox, "shared", "0.1.0");
    let project = project(&sandbox, "app", &[("shared", &repository.url(), "")]);
    let run = ["vendor", "--config-path", "shared/mirror.toml"];
    sandbox.run(&project, run).exits(0);
    sandbox
        .run(&project, ["status"])
        .answers("do not use the mirror");
    project.write(
        ".cargo/config.toml",
        "include = [{ path = \"../shared/mirror.toml\" }]\n",
    );
    sandbox.builds(&project);
    let run = sandbox.run(&project, ["status"]).exits(0);
    run.answers("builds use the mirror")
        .answers("shared/mirror.toml");
}

#[test]
fn a_mirror_path_with_a_decomposed_accent_is_proven() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let mirror = sandbox.path("cafe\u{301}\u{200b}");
    for arguments in [&["vendor"][..], &["status", "--prove"]] {
        let run = sandbox.program(arguments).env("CARGO_MIRROR_DIR", &mirror);
        let run = run.within(&project.folder).outcome().exits(0);
        run.never_says("cannot tell").never_says("disagrees");
    }
    sandbox.builds(&project);
}

#[test]
fn an_unfinished_merge_is_called_so() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lock = project.read("Cargo.lock");
    let merge = "<<<<<<< HEAD\nversion = 4\n=======\nversion = 3\n>>>>>>> other\n";
    project.write("Cargo.lock", format!("{merge}{lock}"));
    let run = sandbox.run(&project, ["vendor"]).exits(101);
    run.says("an unfinished merge").says("help:");
    project.write(
        "Cargo.lock",
        lock.replace("version = 4\n", "version = \"4\"\n"),
    );
    let run = sandbox.run(&project, ["vendor"]).exits(101);
    run.says("whole number").never_says("u32");
    project.write("Cargo.lock", &lock);
    project.write(".cargo/config.toml", merge);
    let run = sandbox.run(&project, ["vendor"]).exits(101);
    run.says("an unfinished merge");
}

#[test]
fn a_package_of_a_directory_source_is_not_called_unsupported_so_far() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let lock = "version = 4\n\n[[package]]\nname = \"vendored\"\nversion = \"1.0.0\"\nsource = \"directory+file:///vendor\"\n";
    write(&sandbox.path("Cargo.lock"), lock);
    let run = sandbox
        .program(["prefetch", "Cargo.lock"])
        .outcome()
        .exits(1);
    let run = run.says("directory source").says("help:");
    run.never_says("so far");
}

#[test]
fn a_lockfile_with_a_login_in_an_address_is_not_changed_since() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let lock = format!(
        "version = 4\n\n[[package]]\nname = \"aaa\"\nversion = \"1.0.0\"\nsource = \"git+https://me:secret@r.example/z#{commit}\"\n\n\
         [[package]]\nname = \"bbb\"\nversion = \"1.0.0\"\nsource = \"git+https://r.example/b?branch=main#{commit}\"\n"
    );
    write(&sandbox.path("Cargo.lock"), &lock);
    sandbox
        .program(["roots", "add", "Cargo.lock"])
        .outcome()
        .exits(0);
    let run = sandbox.program(["roots"]).outcome().exits(0);
    assert!(!run.stdout.contains("changed since"), "{run}");
    write(
        &sandbox.path("Cargo.lock"),
        lock.replace("branch=main", "branch=next"),
    );
    sandbox
        .program(["roots"])
        .outcome()
        .answers("changed since");
}
