//! Many processes on one mirror at once.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

#[test]
fn many_at_once_lose_nothing_of_each_other() {
    // Every project wants another version of `shared`, so all of them edit one index file, and all want `common`.
    let versions: Vec<String> = (0..8).map(|minor| format!("1.{minor}.0")).collect();
    let registry = Registry::new(
        versions
            .iter()
            .map(|version| Crate::new("shared", version).needs("common"))
            .chain([Crate::new("common", "1.0.0").weight(100_000)]),
    );
    let sandbox = Sandbox::new(&registry);
    let projects: Vec<_> = versions
        .iter()
        .map(|version| {
            let dep = Dep::new("shared", &format!("={version}"));
            sandbox.project(&format!("app-{version}"), &[dep])
        })
        .collect();
    // So that their writing meets.
    for version in &versions {
        let path = registry.download_path("shared", version);
        registry.fail_next(&path, [Fault::Slow(Duration::from_millis(200))]);
    }

    let running: Vec<_> = projects
        .iter()
        .map(|project| sandbox.program(["vendor"]).within(&project.folder).start())
        .collect();
    for run in running {
        run.outcome().no_panic().exits(0);
    }

    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.crates.len(), versions.len() + 1);
    let lines: Vec<String> = versions
        .iter()
        .map(|version| registry.line("shared", version))
        .collect();
    assert_eq!(held.lines("shared"), lines);
    for project in &projects {
        sandbox.run(project, ["status"]).exits(0);
    }
    sandbox.builds(&projects[0]);
    sandbox.builds(&projects[7]);
}

#[test]
fn many_at_once_on_one_project_end_as_one_would() {
    let registry =
        Registry::new((0..10).map(|number| Crate::new(&format!("crate-{number}"), "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let deps: Vec<Dep> = (0..10)
        .map(|number| Dep::new(&format!("crate-{number}"), "1"))
        .collect();
    let project = sandbox.project("app", &deps);
    let before = project.tree();
    let running: Vec<_> = (0..6)
        .map(|_| sandbox.program(["vendor"]).within(&project.folder).start())
        .collect();
    for run in running {
        run.outcome().no_panic().exits(0);
    }
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 10);
    sandbox.builds(&project);
    sandbox.run(&project, ["off"]).exits(0);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_reader_never_sees_half_of_anything() {
    let registry =
        Registry::new((0..20).map(|number| Crate::new(&format!("crate-{number}"), "1.0.0")));
    let sandbox = Sandbox::new(&registry);
    let deps: Vec<Dep> = (0..20)
        .map(|number| Dep::new(&format!("crate-{number}"), "1"))
        .collect();
    let project = sandbox.project("app", &deps);
    for number in 0..20 {
        let path = registry.download_path(&format!("crate-{number}"), "1.0.0");
        let pause = Duration::from_millis(number * 30);
        registry.fail_next(&path, [Fault::Slow(pause)]);
    }
    let writer = sandbox.program(["vendor"]).within(&project.folder).start();
    for _ in 0..10 {
        let run = sandbox.program(["status", "--message-format", "json"]);
        let report = run.within(&project.folder).outcome().no_panic().report();
        assert_eq!(report["damaged"], serde_json::json!([]), "{report}");
    }
    writer.outcome().exits(0);
    sandbox.run(&project, ["status"]).exits(0);
}

#[test]
fn a_wait_for_the_index_is_told_and_names_the_lock() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let path = sandbox.mirror().join(".mirror/lock");
    write(&path, "");
    let lock = fs::File::options().write(true).open(&path).unwrap();
    lock.lock().unwrap();
    let running = sandbox.program(["vendor"]).within(&project.folder).start();
    thread::sleep(Duration::from_secs(3));
    lock.unlock().unwrap();
    running
        .outcome()
        .exits(0)
        .says("Waiting")
        .says(".mirror/lock");
}
