//! What looks like an answer and is none, and what must not be forgotten between two runs.

use std::fs::{self, File};

use crate::fixture::command::Outcome;
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::{Fault, Tags};
use crate::fixture::trees::IndexTrees;
use crate::fixture::wait::until;
use crate::sync::select::dump_with;

fn registry() -> Registry {
    Registry::new([
        Crate::new("a", "1.0.0"),
        Crate::new("a", "1.1.0"),
        Crate::new("b", "1.0.0"),
        Crate::new("three", "3.0.0"),
    ])
}

/// A run that asks for the files one by one, so many hours from now.
fn by_names(sandbox: &Sandbox, hours: u64, more: &[&str]) -> Outcome {
    let (list, offset) = (sandbox.path("names"), sandbox.path("offset"));
    write(&list, "a\nb\nthree\n");
    write(&offset, (hours * 3600).to_string());
    let names = ["sync", "--index-git", "none", "--names-from"];
    let run = sandbox.program(names).args([&list]).args(more);
    let run = run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
    run.outcome().no_panic()
}

#[test]
fn an_answer_that_is_no_index_file_removes_nothing() {
    let registry = registry();
    registry.tag_with(Tags::Etag);
    let sandbox = Sandbox::new(&registry);
    by_names(&sandbox, 0, &[]).exits(0).says("4 added");
    let before = sound(&sandbox.mirror(), &registry);
    let page = || Fault::Bytes(b"<html>\n<p>Please log in\n</html>\n".to_vec());
    let b = registry.line("b", "1.0.0");
    registry.always(&index_of("a"), page());
    registry.always(
        &index_of("b"),
        Fault::Bytes(format!("{{{b}\n").into_bytes()),
    );
    registry.always(&index_of("three"), Fault::Bytes(Vec::new()));
    // Again and again, whether it is due or not.
    for hours in [0, 0, 2] {
        let run = by_names(&sandbox, hours, &[]).exits(1);
        run.says("cannot be read as one").says("is empty");
        assert_eq!(sound(&sandbox.mirror(), &registry), before);
    }
    registry.mend();
    by_names(&sandbox, 20, &[])
        .exits(0)
        .says("nothing to change");
    // A file that is empty for a day is meant so.
    registry.withdraw("three", "3.0.0");
    by_names(&sandbox, 21, &[]).exits(1).says("is empty");
    by_names(&sandbox, 48, &[]).exits(0).says("1 removed");
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 3);
}

#[test]
fn a_server_that_has_lost_all_files_has_not_removed_all_crates() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    by_names(&sandbox, 0, &[]).exits(0);
    let before = sound(&sandbox.mirror(), &registry);
    for path in [
        index_of("a"),
        index_of("b"),
        index_of("three"),
        "/index/config.json".to_owned(),
    ] {
        registry.always(&path, Fault::Status(404));
    }
    let run = by_names(&sandbox, 0, &[]).exits(1);
    run.says("upstream has no index file of it, and not of anything");
    assert_eq!(sound(&sandbox.mirror(), &registry), before);
    registry.mend();
    by_names(&sandbox, 0, &[]).exits(0);
    registry.withdraw_all("b");
    by_names(&sandbox, 0, &[]).exits(0).says("1 removed");
}

#[test]
fn a_version_that_was_too_young_is_taken_when_it_is_old_enough() {
    let registry = registry();
    registry.tag_with(Tags::Etag);
    let at = |version: &str, day: &str| {
        let line = registry.line("a", version);
        let line = line.replace("2024-05-06T07:08:09Z", &format!("{day}T00:00:00Z"));
        registry.put_line("a", version, &line);
    };
    at("1.0.0", "2026-01-01");
    at("1.1.0", "2026-05-01");
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let select = ["--names", "a,three", "--min-age", "3d"];
    for index in [trees.url(), "none".to_owned()] {
        let mirror = sandbox.fresh("mirror");
        let run = |now: &str| {
            let run = sandbox
                .program(["sync", "--index-git", &index])
                .args(select);
            let run = run.args(["-m", mirror.to_str().unwrap()]);
            run.env("CARGO_MIRROR_NOW", now).outcome().exits(0)
        };
        run("2026-05-02T00:00:00Z");
        assert_eq!(sound(&mirror, &registry).lines("a").len(), 1, "{index}");
        // A run that looks at another crate forgets nothing.
        let number = if index == "none" { "3.2.0" } else { "3.1.0" };
        registry.publish(&Crate::new("three", number));
        trees.commit(&registry);
        run("2026-05-03T00:00:00Z");
        run("2026-05-03T12:00:00Z").never_says("added");
        run("2026-05-04T00:00:01Z").says("1 added");
        assert_eq!(sound(&mirror, &registry).lines("a").len(), 2, "{index}");
    }
}

#[test]
fn a_crate_that_comes_to_rank_high_is_taken_though_its_file_was_looked_at_before() {
    let registry = Registry::new([Crate::new("lib", "1.0.0"), Crate::new("base", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let path = sandbox.path("db-dump.tar.gz");
    let again = |downloads: &str| {
        dump_with(&path, downloads);
        let run = sandbox.program(["sync", "--index-git", &trees.url(), "--top", "1"]);
        run.args(["--names-from".as_ref(), path.as_os_str()])
            .outcome()
            .exits(0)
    };
    let run = |downloads: &str| {
        trees.commit(&registry);
        again(downloads)
    };
    run("2,900\n3,1\n").says("1 added");
    registry.publish(&Crate::new("lib", "1.1.0"));
    run("2,1\n3,900\n").says("1 added");
    registry.publish(&Crate::new("base", "1.1.0"));
    run("2,900\n3,1\n").says("1 added");
    assert_eq!(sound(&sandbox.mirror(), &registry).lines("lib").len(), 2);
    // With an index that stands where it stood.
    again("2,1\n3,900\n").says("1 added");
    assert_eq!(sound(&sandbox.mirror(), &registry).lines("base").len(), 2);
}

#[test]
fn a_root_that_comes_while_a_run_is_under_way_keeps_what_it_wants() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let project = sandbox.project("app", &[Dep::new("b", "=1.0.0")]);
    let url = trees.url();
    let sync = || sandbox.program(["sync", "--index-git", &url, "--on-removed", "drop"]);
    sync().outcome().exits(0);
    registry.withdraw_all("b");
    registry.withdraw_all("three");
    trees.commit(&registry);
    registry.forget();
    // Nobody may remove while the mirror is in use, so the run comes to its end only after the root is there.
    let in_use = File::open(sandbox.mirror().join(".mirror/in-use")).unwrap();
    in_use.lock_shared().unwrap();
    let run = sync().start();
    until("the run has looked", || registry.count(&index_of("b")) > 0);
    sandbox.run(&project, ["vendor"]).exits(0);
    in_use.unlock().unwrap();
    let run = run.outcome().exits(0);
    run.says("1 removed upstream and kept").says("1 removed");
    assert_eq!(sound(&sandbox.mirror(), &registry).lines("b").len(), 1);
    sandbox.builds(&project);
}

#[test]
fn a_crate_that_is_gone_before_it_was_ever_here_is_in_no_trouble() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    registry.always(&registry.download_path("b", "1.0.0"), Fault::Status(404));
    let url = trees.url();
    let sync = || sandbox.program(["sync", "--index-git", &url]).outcome();
    sync().exits(1).says("b@1.0.0");
    registry.withdraw_all("b");
    trees.commit(&registry);
    sync().exits(0);
    let troubles = sandbox
        .mirror()
        .join(".mirror/sync/crates-io/troubles.json");
    assert_eq!(fs::read_to_string(troubles).unwrap().trim(), "{}");
}

#[test]
fn one_index_file_that_cannot_be_had_stops_no_closure() {
    let registry = Registry::new([
        Crate::new("app", "1.0.0").needs("lib").needs("bad"),
        Crate::new("lib", "1.0.0"),
        Crate::new("bad", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    registry.always(&index_of("bad"), Fault::Status(403));
    let url = trees.url();
    let sync = || {
        let run = sandbox.program(["sync", "--index-git", &url, "--names", "app", "--closure"]);
        run.outcome().no_panic()
    };
    sync().exits(1).says("bad").says("2 added");
    registry.mend();
    sync().exits(0).says("1 added");
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 3);
}

#[test]
fn a_file_that_was_kept_for_a_closure_is_not_what_upstream_says_now() {
    let registry = Registry::new([
        Crate::new("app", "1.0.0").needs("lib"),
        Crate::new("lib", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let sync = |name: &str| {
        let names = ["--names", name, "--closure"];
        let run = sandbox.program(["sync", "--index-git", "none"]).args(names);
        run.outcome().no_panic().exits(0)
    };
    sync("app").says("2 added");
    // Not in the closure any more, and still here: it is kept up to date.
    registry.publish(&Crate::new("app", "1.0.0").needs("lib").yanked());
    sync("lib").says("1 yanked");
}

#[test]
fn a_git_that_was_killed_keeps_no_later_run_out() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let url = trees.url();
    let sync = || sandbox.program(["sync", "--index-git", &url]).outcome();
    sync().exits(0);
    let kept = sandbox.mirror().join(".mirror/sync/crates-io/trees");
    for lock in ["config.lock", "shallow.lock", "refs/sync/fetched.lock"] {
        write(&kept.join(lock), "");
    }
    registry.publish(&Crate::new("b", "1.1.0"));
    trees.commit(&registry);
    sync().exits(0).says("1 added");
    // Of a repository that was only half made.
    fs::remove_dir_all(kept.join("refs")).unwrap();
    fs::remove_dir_all(kept.join("objects")).unwrap();
    registry.publish(&Crate::new("b", "1.2.0"));
    trees.commit(&registry);
    sync().exits(0).says("1 added");
}

#[test]
fn a_clock_that_was_ahead_once_stops_no_healing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    by_names(&sandbox, 700_000, &[]).exits(0).says("4 added");
    fs::remove_file(sandbox.mirror().join("crates-io/a-1.0.0.crate")).unwrap();
    let trees = IndexTrees::new(&sandbox, &registry);
    let offset = sandbox.path("offset");
    let sync = |hours: u64| {
        write(&offset, (hours * 3600).to_string());
        let run = sandbox.program(["sync", "--index-git", &trees.url()]);
        let run = run.env("CARGO_MIRROR_CLOCK_OFFSET", &offset);
        run.outcome().exits(0)
    };
    sync(700_000).says("1 added");
    fs::remove_file(sandbox.mirror().join("crates-io/a-1.0.0.crate")).unwrap();
    sync(0).says("1 added");
}
