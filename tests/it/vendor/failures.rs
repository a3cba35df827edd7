//! What could not be fetched is remembered until it is.

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

fn registry() -> Registry {
    let many = ('a'..='y').map(|letter| Crate::new(&format!("{letter}-crate"), "1.0.0"));
    Registry::new(many.chain([Crate::new("zeta", "1.0.0"), Crate::new("late", "2.0.0")]))
}

#[test]
fn failures_are_remembered_shown_tried_first_and_forgotten_once_mended() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("zeta", "1")]);
    let path = registry.download_path("zeta", "1.0.0");
    registry.always(&path, Fault::Status(403));
    for moment in ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"] {
        let run = sandbox.program(["vendor"]).within(&project.folder);
        run.env("CARGO_MIRROR_NOW", moment).outcome().exits(101);
    }
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("failed zeta@1.0.0: ")
        .answers("403")
        .answers("(2 times, last at ");
    let report = sandbox
        .run(&project, ["status", "--message-format", "json"])
        .report();
    let failure = &report["failures"][0];
    assert_eq!(
        (&failure["package"], &failure["times"]),
        (&"zeta@1.0.0".into(), &2.into())
    );
    if cfg!(debug_assertions) {
        assert_eq!(failure["first"], "2026-01-01T00:00:00Z");
        assert_eq!(failure["last"], "2026-01-02T00:00:00Z");
    }

    // With one request at a time, the order is seen from outside.
    registry.mend();
    registry.forget();
    let names: Vec<String> = ('a'..='y')
        .map(|letter| format!("{letter}-crate"))
        .collect();
    let run = sandbox
        .program(["prefetch", "--jobs", "1", "--no-deps", "app"])
        .args(&names);
    run.outcome().exits(0);
    let asked = registry.asked();
    let first = asked.iter().find(|asked| asked.path.starts_with("/dl/"));
    assert_eq!(first.unwrap().path, path);
    sound(&sandbox.mirror(), &registry);
    let run = sandbox.run(&project, ["status"]).exits(1);
    let run = run.answers("though all of it is mirrored");
    assert!(!run.stdout.contains("failed "), "{run}");
    assert!(!sandbox.mirror().join(".mirror/failures.json").exists());
}

#[test]
fn what_nobody_wants_any_more_is_forgotten() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.project("app", &[Dep::new("zeta", "1")]);
    let other = sandbox.project("other", &[Dep::new("late", "2")]);
    registry.always(&registry.download_path("zeta", "1.0.0"), Fault::Status(404));
    sandbox.program(["prefetch", "app"]).outcome().exits(101);
    sandbox.program(["prefetch", "other"]).outcome().exits(0);
    // Another project's success does not make the failure go away.
    sandbox
        .run(&other, ["status"])
        .exits(1)
        .answers("though all of it is mirrored")
        .answers("failed zeta@1.0.0: ");
    sandbox
        .program(["roots", "forget", "app"])
        .outcome()
        .exits(0);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    let run = sandbox.run(&other, ["status"]).exits(1);
    assert!(!run.stdout.contains("failed "), "{run}");
}

#[test]
fn a_failure_outweighs_a_gap() {
    let registry = Registry::new([Crate::new("alpha", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let lockfile = project.read("Cargo.lock").replace("1.0.0", "1.0.7")
        + "\n[[package]]\nname = \"gitty\"\nversion = \"0.3.0\"\nsource = \"git+https://r.example/gitty#0123456789012345678901234567890123456789\"\n";
    write(&sandbox.path("Cargo.lock"), lockfile);
    let run = sandbox.program(["prefetch", "Cargo.lock"]).outcome();
    run.exits(101).says("alpha@1.0.7").says("gitty@0.3.0");
}
