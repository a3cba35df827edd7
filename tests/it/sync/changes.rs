//! What upstream does, and what becomes of it here.

use std::path::Path;

use std::fs;

use crate::fixture::command::{Outcome, Run};
use crate::fixture::mirror::{Held, sound};
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::{Fault, Tags};
use crate::fixture::trees::IndexTrees;

fn registry() -> Registry {
    Registry::new([
        Crate::new("a", "1.0.0"),
        Crate::new("a", "1.1.0").needs("b"),
        Crate::new("b", "1.0.0"),
        Crate::new("Long-Name", "0.1.0").weight(300_000),
        Crate::new("three", "3.0.0").yanked(),
    ])
}

fn sync(sandbox: &Sandbox, trees: &IndexTrees<'_>, more: &[&str]) -> Run {
    let url = trees.url();
    sandbox.program(["sync", "--index-git", &url]).args(more)
}

#[track_caller]
fn synced(sandbox: &Sandbox, trees: &IndexTrees<'_>, more: &[&str]) -> serde_json::Value {
    let more: Vec<&str> = more
        .iter()
        .copied()
        .chain(["--message-format", "json"])
        .collect();
    sync(sandbox, trees, &more)
        .outcome()
        .no_panic()
        .exits(0)
        .report()
}

fn names(report: &serde_json::Value, kind: &str) -> Vec<String> {
    let named = report[kind]["named"]
        .as_array()
        .expect("versions are listed");
    let mut named: Vec<String> = named
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect();
    named.sort();
    named
}

/// What a copy made anew has.
fn fresh(sandbox: &Sandbox, trees: &IndexTrees<'_>, registry: &Registry) -> Held {
    let mirror = sandbox.fresh("fresh-mirror");
    let run = sync(sandbox, trees, &["-m", mirror.to_str().unwrap()]);
    run.outcome().no_panic().exits(0);
    sound(&mirror, registry)
}

#[test]
fn a_whole_registry_is_copied_and_then_only_what_changes() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(report["added"]["count"], 5);
    assert_eq!(report["crates"], 4);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.crates.len(), 5);
    sandbox.program(["verify"]).outcome().exits(0);
    let project = sandbox.project("app", &[Dep::new("a", "1")]);
    sandbox.run(&project, ["on"]).exits(0);
    sandbox.builds(&project);

    // The head is where it was: nothing is asked.
    registry.forget();
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(report["unchanged"], true);
    assert_eq!(registry.paths(), [""; 0]);

    // A version, a yank, an unyank, a crate, a line that differs: each file is asked for once, and only what is new.
    registry.publish(&Crate::new("b", "1.1.0"));
    registry.publish(&Crate::new("new", "0.0.1"));
    registry.publish(&Crate::new("a", "1.0.0").yanked());
    registry.put_line("three", "3.0.0", &Crate::new("three", "3.0.0").line());
    trees.commit(&registry);
    registry.forget();
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(names(&report, "added"), ["b@1.1.0", "new@0.0.1"]);
    assert_eq!(names(&report, "yanked"), ["a@1.0.0"]);
    assert_eq!(names(&report, "unyanked"), ["three@3.0.0"]);
    let mut asked = registry.paths();
    asked.retain(|path| path != "/index/config.json");
    let mut expected = [
        index_of("a"),
        index_of("b"),
        index_of("new"),
        index_of("three"),
        registry.download_path("b", "1.1.0"),
        registry.download_path("new", "0.0.1"),
    ];
    expected.sort();
    assert_eq!(asked, expected);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        fresh(&sandbox, &trees, &registry)
    );
    let reports = tree(&sandbox.mirror().join(".mirror/sync/crates-io"));
    let reports = reports
        .keys()
        .filter(|name| name.starts_with("changes-"))
        .count();
    assert_eq!(reports, 2, "one for each run that changed something");
}

#[test]
fn deletions_are_held_dropped_or_kept_and_a_root_keeps_what_it_wants() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let project = sandbox.project("app", &[Dep::new("b", "=1.0.0")]);
    synced(&sandbox, &trees, &[]);
    sandbox.run(&project, ["vendor"]).exits(0);

    let bytes = registry.bytes("a", "1.0.0");
    registry.withdraw("a", "1.0.0");
    registry.withdraw_all("three");
    trees.commit(&registry);
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(names(&report, "deleted"), ["a@1.0.0", "three@3.0.0"]);
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.lines("a").len(), 1);
    assert!(held.lines("three").is_empty());
    // Put aside for a month, and then away.
    let removed = tree(&sandbox.mirror().join(".mirror/removed"));
    let aside: Vec<&String> = removed.keys().filter(|path| is_crate(path)).collect();
    assert_eq!(aside.len(), 2);
    assert_eq!(removed[aside[0]], bytes);
    sandbox.program(["verify"]).outcome().exits(0);
    let offset = sandbox.path("offset");
    write(&offset, (40 * 86_400).to_string());
    registry.publish(&Crate::new("c", "1.0.0"));
    trees.commit(&registry);
    let run = sync(&sandbox, &trees, &[]).env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
    run.outcome().exits(0);
    let removed = tree(&sandbox.mirror().join(".mirror/removed"));
    assert!(
        !removed.keys().any(|path| is_crate(path)),
        "{:?}",
        removed.keys()
    );

    // What comes back with the bytes it had is taken, what comes back with others is an alarm.
    registry.publish(&Crate::new("a", "1.0.0"));
    registry.publish(&Crate::new("three", "3.0.0").weight(10));
    trees.commit(&registry);
    let run = sync(&sandbox, &trees, &[]).outcome().exits(1);
    run.says("three@3.0.0").says("came back with");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!((held.lines("a").len(), held.lines("three").len()), (2, 0));

    // A lockfile wants `b`: it stays, whatever upstream does.
    registry.withdraw_all("b");
    trees.commit(&registry);
    let run = sync(&sandbox, &trees, &["--on-removed", "drop"])
        .outcome()
        .exits(1);
    run.says("1 removed upstream and kept");
    sandbox.builds(&project);

    registry.withdraw("a", "1.0.0");
    trees.commit(&registry);
    sync(&sandbox, &trees, &["--on-removed", "keep"])
        .outcome()
        .says("removed upstream and kept");
    assert!(sandbox.mirror().join("crates-io/a-1.0.0.crate").exists());
}

#[test]
fn other_bytes_under_the_same_version_are_an_alarm_until_they_are_the_same_again() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    synced(&sandbox, &trees, &[]);
    let before = tree(&sandbox.mirror().join("crates-io"));
    registry.publish(&Crate::new("b", "1.0.0").weight(100));
    registry.publish(&Crate::new("b", "1.2.0"));
    trees.commit(&registry);
    let run = sync(&sandbox, &trees, &[]).outcome().exits(1);
    run.says("b@1.0.0").says("left alone").says("1 added");
    let after = tree(&sandbox.mirror().join("crates-io"));
    for (path, bytes) in &before {
        if !path.contains("index") {
            assert_eq!(after.get(path), Some(bytes), "{path}");
        }
    }
    let line = String::from_utf8(after[&format!("index/{}", index_path("b"))].clone()).unwrap();
    assert!(
        line.contains(&Crate::new("b", "1.0.0").line()),
        "the old line stays"
    );
    // It is not forgotten though nothing changes.
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(1)
        .says("b@1.0.0");
    registry.publish(&Crate::new("b", "1.0.0"));
    trees.commit(&registry);
    sync(&sandbox, &trees, &[]).outcome().exits(0);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        fresh(&sandbox, &trees, &registry)
    );
}

#[test]
fn a_history_that_is_collapsed_or_rewritten_is_only_another_tree() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let first = trees.head().unwrap();
    synced(&sandbox, &trees, &[]);
    registry.publish(&Crate::new("a", "1.2.0"));
    trees.squash(&registry);
    registry.forget();
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(
        (report["looked_at"].as_u64(), names(&report, "added")),
        (Some(1), vec!["a@1.2.0".to_owned()])
    );
    trees.squash(&registry);
    assert_eq!(synced(&sandbox, &trees, &[])["looked_at"], 0);

    // Backwards: the tree says that the version is gone, the files of the index say that it is there.
    trees.reset_to(&first);
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(report["out_of_step"], 1);
    assert!(names(&report, "deleted").is_empty());
    assert_eq!(sound(&sandbox.mirror(), &registry).lines("a").len(), 3);
}

#[test]
fn files_that_are_not_the_ones_of_the_tree_are_asked_for_past_caches_and_looked_at_again() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let old = registry.index_files();
    synced(&sandbox, &trees, &[]);
    // The tree is newer than the files: a cache on the way has the old ones.
    registry.publish(&Crate::new("a", "1.2.0"));
    let new = registry.index_files();
    trees.commit(&registry);
    let text = |files: &[(String, Vec<u8>)], name: &str| {
        let path = index_path(name);
        files
            .iter()
            .find(|(at, _)| *at == path)
            .expect("there is such a file")
            .1
            .clone()
    };
    registry.serve(&index_of("a"), text(&old, "a"));
    registry.forget();
    let report = synced(&sandbox, &trees, &[]);
    assert_eq!(report["out_of_step"], 1);
    let asked = registry
        .asked()
        .into_iter()
        .filter(|asked| asked.path == index_of("a"));
    let anew: Vec<bool> = asked
        .map(|asked| asked.headers.contains_key("cache-control"))
        .collect();
    assert_eq!(anew, [false, true]);
    // One request at the head that has not moved brings it in.
    registry.serve(&index_of("a"), text(&new, "a"));
    assert_eq!(names(&synced(&sandbox, &trees, &[]), "added"), ["a@1.2.0"]);

    // The files are newer than the tree: what is new is taken, and nothing of it is lost when the tree follows.
    registry.publish(&Crate::new("a", "1.3.0"));
    registry.publish(&Crate::new("b", "1.3.0"));
    let mut files = registry.index_files();
    files
        .iter_mut()
        .filter(|(path, _)| *path == index_path("a"))
        .for_each(|(_, it)| *it = text(&new, "a"));
    files
        .iter_mut()
        .filter(|(path, _)| *path == index_path("b"))
        .for_each(|(_, it)| *it = text(&new, "b"));
    files.push(("ne/w-/new-crate".to_owned(), b"".to_vec()));
    trees.commit_files(&files, true);
    synced(&sandbox, &trees, &[]);
    trees.commit(&registry);
    synced(&sandbox, &trees, &[]);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        fresh(&sandbox, &trees, &registry)
    );
}

#[test]
fn what_is_no_index_is_refused_and_very_many_removals_are_not_followed_unasked() {
    let registry =
        Registry::new((0..30).map(|number| Crate::new(&format!("crate-{number}"), "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    synced(&sandbox, &trees, &[]);
    let whole = registry.index_files();
    let before = sound(&sandbox.mirror(), &registry);

    trees.commit_files(&[("README".to_owned(), b"nothing\n".to_vec())], true);
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(101)
        .says("is not the index of a registry");
    let config: Vec<_> = whole
        .iter()
        .filter(|(path, _)| path == "config.json")
        .cloned()
        .collect();
    trees.commit_files(&config, true);
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(101)
        .says("lists no index files any more");
    assert_eq!(sound(&sandbox.mirror(), &registry), before);

    for number in 0..20 {
        registry.withdraw_all(&format!("crate-{number}"));
    }
    trees.commit(&registry);
    let run = sync(&sandbox, &trees, &[]).outcome().exits(1);
    run.says("20 of 30 crates would lose versions at once")
        .says("--allow-mass-removal");
    assert_eq!(sound(&sandbox.mirror(), &registry), before);
    // It is not forgotten, either.
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(1)
        .says("20 of 30");
    sync(&sandbox, &trees, &["--allow-mass-removal"])
        .outcome()
        .exits(0)
        .says("20 removed");
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 10);
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(0)
        .says("Unchanged");
}

#[test]
fn what_fails_is_kept_in_mind_and_tried_ever_more_seldom() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let path = registry.download_path("a", "1.0.0");
    registry.always(&path, Fault::Status(404));
    let offset = sandbox.path("offset");
    let run = |hours: u64, more: &[&str]| -> Outcome {
        write(&offset, (hours * 3600).to_string());
        sync(&sandbox, &trees, more)
            .env("CARGO_MIRROR_CLOCK_OFFSET", &offset)
            .outcome()
            .no_panic()
    };
    run(0, &[])
        .exits(1)
        .says("a@1.0.0")
        .says("404")
        .says("tried 1 time");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(
        (held.crates.len(), held.lines("a").len()),
        (4, 1),
        "the rest is there"
    );
    registry.forget();
    // Not before an hour, then after six, a day, a week.
    for (hours, tries) in [(0, 0), (1, 1), (2, 1), (7, 2), (30, 2), (32, 3), (100, 3)] {
        run(hours, &[]).exits(1).says("a@1.0.0");
        assert_eq!(registry.count(&path), tries, "after {hours} hours");
    }
    let run = |hours: u64, more: &[&str]| run(hours, more);
    run(210, &["--accept-absent"])
        .exits(0)
        .says("has not had it for a week");
    run(210, &[]).exits(1);
    registry.mend();
    run(210, &[]).exits(1);
    run(210, &["--heal"]).exits(0);
    assert_eq!(
        sound(&sandbox.mirror(), &registry),
        fresh(&sandbox, &trees, &registry)
    );
    run(211, &[]).exits(0).says("Unchanged");
}

#[test]
fn without_git_names_come_from_a_file_and_from_what_is_here() {
    let registry = registry();
    registry.tag_with(Tags::Etag);
    let sandbox = Sandbox::new(&registry);
    let list = sandbox.path("names");
    let sync = |more: &[&str]| {
        let list = list.to_str().unwrap();
        sandbox
            .program(["sync", "--index-git", "none", "--names-from", list])
            .args(more)
            .outcome()
            .no_panic()
    };
    sandbox
        .program(["sync", "--index-git", "none"])
        .outcome()
        .exits(101)
        .says("--names-from");
    write(&list, "# from a dump\na\nb\nlong-name\n");
    sync(&[]).exits(0).says("4 added");
    // Upstream's files are asked for, and those that are as they were are not sent.
    registry.forget();
    sync(&[]).exits(0).says("nothing to change");
    assert_eq!(registry.unchanged_and_sent().0, 3);
    write(&list, "a\nb\nlong-name\nthree\n");
    registry.publish(&Crate::new("b", "1.1.0"));
    registry.withdraw("a", "1.0.0");
    sync(&[]).exits(0).says("2 added").says("1 removed");
    registry.withdraw_all("b");
    sync(&[]).exits(0).says("2 removed");
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.names(), ["Long-Name-0.1.0", "a-1.1.0", "three-3.0.0"]);
    write(&list, "a\n../b\n");
    sync(&[]).exits(101).says("is not a crate name");
}

#[test]
fn a_copy_heals_itself() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    synced(&sandbox, &trees, &[]);
    let whole = sound(&sandbox.mirror(), &registry);
    let crates = sandbox.mirror().join("crates-io");
    fs::remove_file(crates.join("a-1.0.0.crate")).unwrap();
    fs::remove_file(crates.join("index").join(index_path("b"))).unwrap();
    fs::remove_file(crates.join("index").join(index_path("long-name"))).unwrap();
    fs::remove_file(crates.join("Long-Name-0.1.0.crate")).unwrap();
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(0)
        .says("Unchanged");
    registry.forget();
    sync(&sandbox, &trees, &["--heal"])
        .outcome()
        .exits(0)
        .says("3 added");
    // What is here is hashed, not fetched.
    assert_eq!(registry.count(&registry.download_path("b", "1.0.0")), 0);
    assert_eq!(sound(&sandbox.mirror(), &registry), whole);
    sandbox.program(["verify"]).outcome().exits(0);
    // By itself, once a week.
    fs::remove_file(crates.join("a-1.0.0.crate")).unwrap();
    let offset = sandbox.path("offset");
    write(&offset, (8 * 86_400).to_string());
    let run = sync(&sandbox, &trees, &[]).env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
    run.outcome().exits(0).says("1 added");
    assert_eq!(sound(&sandbox.mirror(), &registry), whole);
    // And without what it remembers.
    fs::remove_dir_all(sandbox.mirror().join(".mirror")).unwrap();
    registry.forget();
    sync(&sandbox, &trees, &[])
        .outcome()
        .exits(0)
        .says("nothing to change");
    assert!(
        registry
            .paths()
            .iter()
            .all(|path| path.starts_with("/index/"))
    );
}

fn is_crate(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|it| it == "crate")
}
