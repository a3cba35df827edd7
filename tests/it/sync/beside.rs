//! A copy beside a server: kept current by it, or by a run of its own, and served at once.

use std::time::Duration;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::trees::IndexTrees;
use crate::fixture::wait::until;

#[test]
fn a_server_keeps_a_copy_current_and_says_how_current_it_is() {
    let registry = Registry::new([Crate::new("a", "1.0.0"), Crate::new("b", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let settings = format!(
        "[sync]\nindex-git = \"{}\"\n[sync.select]\nnames = [\"a\"]\n",
        trees.url()
    );
    write(&sandbox.mirror().join("mirror.toml"), settings);
    let served = Served::start(
        &sandbox,
        &["--only-mirrored", "--sync", "1s", "--refresh", "1s"],
    );
    let index = |name: &str| served.get(&format!("/crates-io/index/1/{name}"));
    until("a copy", || index("a").text().contains("\"1.0.0\""));
    assert_eq!(index("b").status, 404);
    registry.publish(&Crate::new("a", "1.1.0"));
    trees.commit(&registry);
    until("the new version", || {
        index("a").text().contains("\"1.1.0\"")
    });
    served.get("/crates-io/dl/a/1.1.0/download").is(200);
    until("metrics", || {
        let text = served.get("/metrics").text();
        text.contains("cargo_mirror_copy_troubles{registry=\"crates-io\"} 0")
            && text.contains("cargo_mirror_copy_behind_seconds{registry=\"crates-io\"}")
    });
    // Another run meanwhile, and a project that fetches into the same mirror.
    let project = sandbox.project("app", &[Dep::new("b", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    sandbox.program(["sync"]).outcome().exits(0);
    served.stop().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 3);
    sandbox.program(["verify"]).outcome().exits(0);
    sandbox.builds(&project);
}

#[test]
fn one_process_runs_again_and_again_and_goes_on_after_a_failure() {
    let registry = Registry::new([Crate::new("a", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let trees = IndexTrees::new(&sandbox, &registry);
    let hidden = sandbox.path("hidden");
    let run = sandbox
        .program(["sync", "--every", "1s", "--index-git", &trees.url()])
        .start();
    let there = |file: &str| sandbox.mirror().join("crates-io").join(file).exists();
    until("a copy", || there("a-1.0.0.crate"));
    std::fs::rename(&trees.folder, &hidden).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    std::fs::rename(&hidden, &trees.folder).unwrap();
    registry.publish(&Crate::new("a", "1.1.0"));
    trees.commit(&registry);
    until("the new version", || there("a-1.1.0.crate"));
    run.kill();
    sandbox
        .program(["sync", "--index-git", &trees.url(), "--heal"])
        .outcome()
        .exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 2);
}
