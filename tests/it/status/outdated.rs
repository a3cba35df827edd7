//! `outdated`: what upstream has done since, asked for with as little as can be, and what is known against a package.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::fixture::command::{Outcome, Run};
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, tree, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::{Fault, Tags};

const NAMES: [&str; 6] = ["calm", "dropped", "gone", "old", "pulled", "swapped"];

/// A registry, and a project that has all of it mirrored.
fn world() -> (Registry, Sandbox, Project) {
    let registry = Registry::new(NAMES.map(|name| Crate::new(name, "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &NAMES.map(|name| Dep::new(name, "1")));
    sandbox.run(&project, ["vendor"]).exits(0);
    registry.forget();
    (registry, sandbox, project)
}

fn outdated(sandbox: &Sandbox, project: &Project) -> Run {
    sandbox
        .program(["outdated", "--message-format", "json"])
        .within(&project.folder)
}

/// The findings of the only project, as `word package`, and the lines that told them one by one.
#[track_caller]
fn findings(outcome: &Outcome) -> Vec<String> {
    let report = outcome.report();
    assert_eq!(report["command"], "outdated", "{outcome}");
    let projects = report["projects"].as_array().expect("a list");
    let findings = projects
        .iter()
        .flat_map(|project| project["findings"].as_array().expect("a list"));
    let told: Vec<String> = findings.map(short).collect();
    let lines: Vec<String> = outcome
        .objects()
        .iter()
        .filter(|line| line["reason"] == "finding")
        .map(short)
        .collect();
    assert_eq!(told, lines, "{outcome}");
    told
}

fn short(finding: &Value) -> String {
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let more = match &*text("finding") {
        "newer" => format!(" {}/{}", text("compatible"), text("incompatible")),
        "advisory" => format!(" {} {}", text("id"), text("informational")),
        _ => String::new(),
    };
    format!("{} {}{more}", text("finding"), text("package"))
        .trim_end()
        .to_owned()
}

#[test]
fn each_kind_of_change_is_told() {
    let (registry, sandbox, project) = world();
    let before = tree(&sandbox.mirror().join("crates-io"));
    let calm = outdated(&sandbox, &project).outcome().exits(0);
    assert_eq!(findings(&calm), [""; 0]);
    sandbox
        .run(&project, ["outdated"])
        .exits(0)
        .answers("6 packages, nothing to report");

    let former = registry.line("swapped", "1.0.0");
    registry.publish(&Crate::new("pulled", "1.0.0").yanked());
    registry.publish(&Crate::new("swapped", "1.0.0").file("src/evil.rs", "evil"));
    registry.publish(&Crate::new("gone", "1.1.0"));
    registry.withdraw("gone", "1.0.0");
    registry.withdraw_all("dropped");
    for version in ["1.1.0", "1.2.0", "2.0.0", "3.0.0-rc.1"] {
        registry.publish(&Crate::new("old", version));
    }
    registry.publish(&Crate::new("old", "1.3.0").yanked());

    let run = outdated(&sandbox, &project).outcome().exits(1);
    let told = [
        "deleted dropped@1.0.0",
        "deleted gone@1.0.0",
        "yanked pulled@1.0.0",
        "replaced swapped@1.0.0",
        "newer gone@1.0.0 1.1.0/",
        "newer old@1.0.0 1.2.0/2.0.0",
    ];
    assert_eq!(findings(&run), told);
    let report = run.report();
    let replaced = &report["projects"][0]["findings"][3];
    assert!(former.contains(replaced["ours"].as_str().unwrap()), "{run}");
    let now = registry.line("swapped", "1.0.0");
    assert!(
        now.contains(replaced["upstream"].as_str().unwrap()),
        "{run}"
    );

    sandbox
        .run(&project, ["outdated"])
        .exits(1)
        .answers(": 6 packages: 1 replaced, 2 deleted, 1 yanked, 2 with newer versions\n")
        .answers("\n  yanked pulled@1.0.0: upstream has yanked it\n")
        .answers("\n  deleted gone@1.0.0: upstream no longer has it\n")
        .answers("\n  newer old@1.0.0: 1.2.0 (incompatible: 2.0.0)\n");
    // It says what it found, and leaves the mirror as it was.
    assert_eq!(tree(&sandbox.mirror().join("crates-io")), before);
}

#[test]
fn newer_versions_alone_are_news() {
    let (registry, sandbox, project) = world();
    registry.publish(&Crate::new("old", "2.0.0"));
    let run = outdated(&sandbox, &project).outcome().exits(0);
    assert_eq!(findings(&run), ["newer old@1.0.0 /2.0.0"]);
}

#[test]
fn projects_are_told_apart_and_each_crate_is_asked_about_once() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0"), Crate::new("beta", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let one = sandbox.project("one", &[Dep::new("alpha", "1")]);
    let two = sandbox.project("two", &[Dep::new("alpha", "1"), Dep::new("beta", "1")]);
    registry.publish(&Crate::new("beta", "1.0.0").yanked());
    registry.forget();
    let run = sandbox.program(["outdated", "one", "two", "--message-format", "json"]);
    let report = run.outcome().exits(1).report();
    assert_eq!(
        registry.paths(),
        [index_of("alpha"), index_of("beta")],
        "{report}"
    );
    for (at, (project, count)) in [(&one, 0), (&two, 1)].into_iter().enumerate() {
        let told = &report["projects"][at];
        assert_eq!(told["project"], json!(project.folder), "{report}");
        assert_eq!(told["findings"].as_array().map(Vec::len), Some(count));
    }
    // Nobody has mirrored anything, and nothing was made for those who only ask.
    assert_eq!(
        report["projects"][0]["not_mirrored"],
        json!(["alpha@1.0.0"])
    );
    assert!(!sandbox.mirror().exists());
}

#[test]
fn a_second_run_is_answered_with_not_modified() {
    for (tags, question) in [
        (Tags::Etag, "if-none-match"),
        (Tags::LastModified, "if-modified-since"),
    ] {
        let (registry, sandbox, project) = world();
        registry.tag_with(tags);
        let run = || {
            registry.forget();
            let run = outdated(&sandbox, &project).outcome();
            let report = run.report();
            let mut asked = NAMES.map(index_of);
            asked.sort();
            assert_eq!(registry.paths(), asked, "no more than one request a crate");
            let (unchanged, sent) = registry.unchanged_and_sent();
            assert_eq!(
                (&report["asked"], &report["unchanged"]),
                (&json!(6), &json!(unchanged))
            );
            (run.code, unchanged, sent > 0)
        };
        assert_eq!(run(), (Some(0), 0, true), "{tags:?}");
        assert_eq!(run(), (Some(0), 6, false), "{tags:?}");
        let conditional = registry.asked();
        assert!(
            conditional
                .iter()
                .all(|asked| !asked.header(question).is_empty())
        );

        registry.publish(&Crate::new("pulled", "1.0.0").yanked());
        assert_eq!(run(), (Some(1), 5, true), "{tags:?}");
        // What was learnt is told again, without a byte.
        assert_eq!(run(), (Some(1), 6, false), "{tags:?}");

        // What is kept and broken is as good as nothing.
        let kept = kept(&sandbox, "pulled");
        let text = fs::read_to_string(&kept).unwrap();
        fs::write(&kept, text.replace(" yanked", "")).unwrap();
        assert_eq!(run(), (Some(1), 5, true), "{tags:?}");
        fs::remove_file(&kept).unwrap();
        assert_eq!(run(), (Some(1), 5, true), "{tags:?}");
        assert_eq!(run(), (Some(1), 6, false), "{tags:?}");
    }
}

/// Where it is kept what upstream said of a crate.
fn kept(sandbox: &Sandbox, name: &str) -> PathBuf {
    let folders = fs::read_dir(sandbox.mirror().join(".mirror/watch")).unwrap();
    let folders: Vec<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders[0].join(index_path(name))
}

#[test]
fn a_registry_without_tags_is_asked_anew() {
    let (registry, sandbox, project) = world();
    registry.tag_with(Tags::None);
    for _ in 0..2 {
        registry.forget();
        outdated(&sandbox, &project).outcome().exits(0);
        let (unchanged, sent) = registry.unchanged_and_sent();
        assert!(unchanged == 0 && sent > 0);
    }
}

#[test]
fn another_mirror_for_upstream_is_simply_read() {
    let (registry, sandbox, project) = world();
    let theirs = sandbox.path("theirs");
    for (file, bytes) in tree(&sandbox.mirror().join("crates-io")) {
        if !file.ends_with('/') {
            write(&theirs.join(file), bytes);
        }
    }
    let index = theirs.join("index").join(index_path("pulled"));
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, text.replace("\"yanked\":false", "\"yanked\":true")).unwrap();
    let run = outdated(&sandbox, &project).args(["--upstream".as_ref(), theirs.as_os_str()]);
    let run = run.outcome().exits(1);
    assert_eq!(findings(&run), ["yanked pulled@1.0.0"]);
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn what_cannot_be_asked_is_named_and_the_rest_is_told() {
    let (registry, sandbox, project) = world();
    registry.publish(&Crate::new("pulled", "1.0.0").yanked());
    registry.always(&index_of("calm"), Fault::Status(403));
    registry.always(
        &index_of("old"),
        Fault::Bytes(b"<html>log in</html>\n".to_vec()),
    );
    let run = outdated(&sandbox, &project).outcome().exits(101);
    assert_eq!(findings(&run), ["yanked pulled@1.0.0"]);
    let failed = run.report()["failed"].clone();
    assert_eq!(
        (&failed[0]["what"], &failed[1]["what"]),
        (&json!("calm"), &json!("old"))
    );
    assert!(failed[0]["cause"].to_string().contains("403"), "{failed}");
    sandbox
        .run(&project, ["outdated"])
        .exits(101)
        .says("error: cannot check calm: ")
        .says("error: cannot check old: ")
        .answers("yanked pulled@1.0.0");
    // Nonsense is not kept.
    registry.mend();
    outdated(&sandbox, &project).outcome().exits(1);
}

#[test]
fn without_network_there_is_nobody_to_ask() {
    let (registry, sandbox, project) = world();
    sandbox
        .run(&project, ["outdated", "--offline"])
        .exits(101)
        .says("error: `outdated` asks upstream what has changed, and the network is off (--offline")
        .says("help: run again without --offline");
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn a_project_without_a_lockfile_is_refused() {
    let (_registry, sandbox, _project) = world();
    let project = sandbox.unlocked("unlocked", &[Dep::new("calm", "1")]);
    sandbox
        .run(&project, ["outdated"])
        .exits(101)
        .says("has no Cargo.lock");
}

#[test]
fn many_at_once_do_each_other_no_harm() {
    let (_registry, sandbox, project) = world();
    let running: Vec<_> = (0..4)
        .map(|_| outdated(&sandbox, &project).start())
        .collect();
    for run in running {
        run.outcome().no_panic().exits(0);
    }
    let report = outdated(&sandbox, &project).outcome().exits(0).report();
    assert_eq!(report["unchanged"], 6);
}

/// An advisory on a crate, in the database at `folder`.
fn advise(folder: &Path, name: &str, id: &str, head: &str, versions: &str) {
    let text = format!(
        "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{name}\"\ndate = \"2024-01-02\"\n{head}\n[versions]\n{versions}\n\
         ```\n\n# What {name} does wrong\n\nSee there.\n"
    );
    write(&folder.join(format!("crates/{name}/{id}.md")), text);
}

#[test]
fn advisories_of_a_folder_are_told() {
    let (_registry, sandbox, project) = world();
    let database = sandbox.path("advisory-db");
    let alias = "aliases = [\"CVE-2024-7\"]";
    advise(
        &database,
        "old",
        "RUSTSEC-2024-0001",
        alias,
        "patched = [\">= 1.0.1\"]",
    );
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0002",
        "",
        "patched = [\">= 0.9\"]",
    );
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0003",
        "",
        "patched = []\nunaffected = [\"1.0.0\"]",
    );
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0004",
        "withdrawn = \"2024-02-01\"",
        "patched = []",
    );
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0005",
        "informational = \"unmaintained\"",
        "patched = []",
    );
    advise(
        &database,
        "stranger",
        "RUSTSEC-2024-0006",
        "",
        "patched = []",
    );

    let with = |place: &Path| {
        outdated(&sandbox, &project).args(["--advisories".as_ref(), place.as_os_str()])
    };
    let run = with(&database).outcome().exits(1);
    assert_eq!(
        findings(&run),
        [
            "advisory old@1.0.0 RUSTSEC-2024-0001",
            "advisory calm@1.0.0 RUSTSEC-2024-0005 unmaintained",
        ]
    );
    let finding = &run.report()["projects"][0]["findings"][0];
    assert_eq!(finding["title"], "What old does wrong");
    assert_eq!(finding["patched"], json!([">=1.0.1"]));
    assert_eq!(finding["aliases"], json!(["CVE-2024-7"]));
    sandbox
        .run(&project, ["outdated", "--advisories", "../advisory-db"])
        .exits(1)
        .answers(": 6 packages: 1 vulnerable, 1 with informational advisories\n")
        .answers("\n  vulnerable old@1.0.0: RUSTSEC-2024-0001 (CVE-2024-7) What old does wrong; fixed in `>=1.0.1`\n")
        .answers("\n  unmaintained calm@1.0.0: RUSTSEC-2024-0005 What calm does wrong\n");

    fs::remove_dir_all(database.join("crates/old")).unwrap();
    with(&database).outcome().exits(0);
    with(&sandbox.path("nowhere"))
        .outcome()
        .exits(101)
        .says("is not an advisory database: it has no folder `crates`");
}

#[test]
fn an_advisory_that_cannot_be_read_is_named() {
    let (_registry, sandbox, project) = world();
    let database = sandbox.path("advisory-db");
    advise(&database, "old", "RUSTSEC-2024-0001", "", "patched = []");
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0002",
        "",
        "patched = [\"newest\"]",
    );
    write(
        &database.join("crates/calm/RUSTSEC-2024-0003.md"),
        [0xff, 0xfe],
    );
    advise(&database, "other", "RUSTSEC-2024-0004", "", "patched = []");
    fs::rename(database.join("crates/other"), database.join("crates/gone")).unwrap();
    // Nobody has locked this one.
    write(
        &database.join("crates/stranger/RUSTSEC-2024-0005.md"),
        "garbage",
    );

    let run = outdated(&sandbox, &project).args(["--advisories".as_ref(), database.as_os_str()]);
    let run = run.outcome().exits(101);
    assert_eq!(findings(&run), ["advisory old@1.0.0 RUSTSEC-2024-0001"]);
    let failed = run.report()["failed"].clone();
    let causes = [
        (
            "RUSTSEC-2024-0002.md",
            "`newest` is not a version requirement",
        ),
        ("RUSTSEC-2024-0003.md", "not UTF-8"),
        ("RUSTSEC-2024-0004.md", "it is about `other`"),
    ];
    assert_eq!(failed.as_array().map(Vec::len), Some(3), "{failed}");
    for (at, (file, cause)) in causes.into_iter().enumerate() {
        let told = failed[at].to_string();
        assert!(told.contains(file) && told.contains(cause), "{failed}");
    }
}

fn git(sandbox: &Sandbox, folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    let run = sandbox.command("git").args(who).args(arguments);
    run.within(folder).outcome().exits(0);
}

#[test]
fn advisories_of_a_git_repository_are_cloned_and_brought_up_to_date() {
    let (_registry, sandbox, project) = world();
    let database = sandbox.fresh("advisory-db");
    let commit = || {
        git(&sandbox, &database, &["add", "--all"]);
        git(
            &sandbox,
            &database,
            &["commit", "--quiet", "--message", "more"],
        );
    };
    git(&sandbox, &database, &["init", "--quiet"]);
    advise(
        &database,
        "calm",
        "RUSTSEC-2024-0001",
        "",
        "patched = [\">= 1\"]",
    );
    commit();
    let address = format!(
        "file://{}",
        database.display().to_string().replace('\\', "/")
    );
    let run = || {
        outdated(&sandbox, &project)
            .args(["--advisories", &address])
            .outcome()
    };
    run().exits(0);

    advise(&database, "old", "RUSTSEC-2024-0002", "", "patched = []");
    commit();
    assert_eq!(
        findings(&run().exits(1)),
        ["advisory old@1.0.0 RUSTSEC-2024-0002"]
    );

    // The history was written anew, and the clone is broken.
    git(
        &sandbox,
        &database,
        &["commit", "--quiet", "--amend", "--message", "other"],
    );
    run().exits(1);
    let clones = sandbox.mirror().join(".mirror/advisories");
    let clone = fs::read_dir(&clones)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let clone = clone
        .into_iter()
        .find(|path| path.is_dir())
        .expect("a clone");
    fs::write(clone.join(".git/HEAD"), "").unwrap();
    fs::write(clone.join(".git/index.lock"), "").unwrap();
    assert_eq!(
        findings(&run().exits(1)),
        ["advisory old@1.0.0 RUSTSEC-2024-0002"]
    );
    assert_eq!(
        fs::read_dir(&clones).unwrap().count(),
        2,
        "the clone and its lock"
    );

    fs::remove_dir_all(&database).unwrap();
    run().exits(101).says("`git clone file://").says("failed");
}

#[test]
fn packages_of_other_sources_are_said_to_be_left_out() {
    let (_registry, sandbox, project) = world();
    let database = sandbox.path("advisory-db");
    advise(&database, "gitty", "RUSTSEC-2024-0001", "", "patched = []");
    let lockfile = project.read("Cargo.lock")
        + "\n[[package]]\nname = \"gitty\"\nversion = \"0.3.0\"\nsource = \"git+https://me:secret@r.example/gitty#0123456789012345678901234567890123456789\"\n";
    project.write("Cargo.lock", lockfile);
    let run = sandbox.run(&project, ["outdated", "--advisories", "../advisory-db"]);
    let run = run
        .exits(0)
        .answers("\n  not checked gitty@0.3.0: from git+https://r.example/gitty");
    assert!(!run.stdout.contains("secret"), "{run}");
    let report = outdated(&sandbox, &project).outcome().exits(0).report();
    let left_out = &report["projects"][0]["not_checked"];
    assert_eq!(left_out[0]["package"], "gitty@0.3.0");
}
