//! Out of one mirror, into another: nothing is lost, and the real cargo builds from it.

use std::fs;

use crate::fixture::bundle::{app, export, filled, import, on, registry, same};
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::tree;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

#[test]
fn an_empty_mirror_becomes_equal_to_one_that_was_filled_directly() {
    let registry = registry();
    for level in ["none", "1", "9", "19"] {
        let sandbox = filled(&registry);
        let project = app(&sandbox);
        sandbox.run(&project, ["vendor", "--no-config"]).exits(0);
        export(&sandbox, "all.cmb", &["--compress", level]);
        import(&sandbox, "other", &["all.cmb"])
            .exits(0)
            .answers("imported 9 crates");
        same(&sandbox.mirror(), &sandbox.path("other"));
        sound(&sandbox.path("other"), &registry);
        on(&sandbox, "other", &["verify", "--archives"]).exits(0);
        // Sealed: nothing has to be hashed again.
        on(&sandbox, "other", &["verify", "--quick"])
            .exits(0)
            .never_says("can only be verified");
        assert!(tree(&sandbox.path("other/.mirror/tmp")).is_empty());

        // The network is gone, and the mirror that it came from, too.
        fs::remove_dir_all(sandbox.mirror()).unwrap();
        fs::rename(sandbox.path("other"), sandbox.mirror()).unwrap();
        sandbox.run(&project, ["on"]).exits(0);
        sandbox.builds(&project);
        sandbox.builds_frozen(&project);
    }
}

#[test]
fn a_mirror_that_is_behind_is_completed_and_keeps_what_it_has() {
    let registry = registry();
    let sandbox = filled(&registry);
    let prefetch = ["prefetch", "family=1.1.0", "alone"];
    on(&sandbox, "other", &prefetch).exits(0);
    export(&sandbox, "all.cmb", &[]);
    let report = on(
        &sandbox,
        "other",
        &[
            "import",
            "all.cmb",
            "--allow-unsigned",
            "--message-format",
            "json",
        ],
    );
    let report = report.exits(0).report();
    assert_eq!(report["crates"], 7, "{report}");
    assert_eq!(report["kept"], 2);
    sound(&sandbox.path("other"), &registry);
    let bytes = |mirror: &str| tree(&sandbox.path(mirror).join("crates-io"));
    assert!(bytes("other") == bytes("mirror"));

    // Twice is once.
    let before = tree(&sandbox.path("other"));
    import(&sandbox, "other", &["all.cmb"])
        .exits(0)
        .answers("imported 0 crates");
    assert!(before == tree(&sandbox.path("other")));
}

#[test]
fn a_dump_goes_through_a_pipe() {
    let registry = registry();
    let sandbox = filled(&registry);
    let there = sandbox.path("other").display().to_string();
    let script = "\"$1\" mirror export - | \"$1\" mirror import - --allow-unsigned --mirror \"$2\"";
    let program = env!("CARGO_BIN_EXE_cargo-mirror");
    let run = sandbox
        .command("sh")
        .args(["-c", script, "sh", program, &there]);
    let run = run.env("CARGO_MIRROR_DIR", sandbox.mirror());
    run.outcome()
        .exits(0)
        .answers("imported 9 crates")
        .says("in standard output");
    same(&sandbox.mirror(), &sandbox.path("other"));
    assert!(tree(&sandbox.path("other/.mirror/tmp")).is_empty());
    // What is no dump is refused, and nothing is left of it.
    let run = sandbox.program(["import", "-"]).input(vec![7; 100_000]);
    run.outcome().exits(101).says("is not a dump");
    let json = ["export", "-", "--message-format", "json"];
    on(&sandbox, "mirror", &json)
        .exits(101)
        .says("cannot take both");
}

#[test]
fn a_lockfile_takes_its_closure_and_nothing_else() {
    let registry = registry();
    let sandbox = filled(&registry);
    let project = app(&sandbox);
    let lockfile = project.path("Cargo.lock").display().to_string();
    export(&sandbox, "some.cmb", &["--lockfile", &lockfile]);
    import(&sandbox, "other", &["some.cmb"]).exits(0);
    let held = sound(&sandbox.path("other"), &registry);
    assert_eq!(
        held.names(),
        ["Mixed_Case-2.0.0+build.7", "alone-1.3.1", "family-1.5.0"]
    );
    // As if it had been fetched there.
    on(&sandbox, "direct", &["prefetch", &lockfile]).exits(0);
    same(&sandbox.path("direct"), &sandbox.path("other"));

    // What the mirror lacks of it is an error before anything is written.
    fs::remove_file(sandbox.mirror().join("crates-io/alone-1.3.1.crate")).unwrap();
    let run = on(
        &sandbox,
        "mirror",
        &["export", "none.cmb", "--lockfile", &lockfile],
    );
    run.exits(101).says("lacks 1 package").says("alone@1.3.1");
    assert!(!sandbox.path("none.cmb").exists() && !sandbox.path("none.cmb.partial").exists());
}

#[test]
fn roots_take_what_they_want_and_what_they_leave_out() {
    let registry = Registry::new([
        Crate::new("always", "1.0.0"),
        Crate::new("elsewhere", "1.0.0"),
        Crate::new("forgotten", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let windows = Dep::new("elsewhere", "1").target("cfg(windows)");
    let project = sandbox.project("app", &[Dep::new("always", "1"), windows]);
    let host = [
        "vendor",
        "--no-config",
        "--target",
        "x86_64-unknown-linux-gnu",
    ];
    sandbox.run(&project, host).exits(0);
    sandbox
        .program(["prefetch", "forgotten"])
        .outcome()
        .exits(0);
    sandbox
        .program(["roots", "forget", "forgotten"])
        .outcome()
        .exits(0);
    export(&sandbox, "roots.cmb", &["--roots"]);
    import(&sandbox, "other", &["roots.cmb"]).exits(0);
    let crates = tree(&sandbox.path("other/crates-io"));
    let names: Vec<&String> = crates
        .keys()
        .filter(|it| it.strip_suffix(".crate").is_some())
        .collect();
    assert_eq!(names, ["always-1.0.0.crate"]);
    // The pruned one has its line, and the root says why.
    on(&sandbox, "other", &["verify"])
        .exits(0)
        .answers("1 more pruned");

    // A whole mirror has the same of it.
    export(&sandbox, "all.cmb", &[]);
    import(&sandbox, "whole", &["all.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("whole"));
}

#[test]
fn raw_lines_stay_as_upstream_sent_them() {
    let registry = registry();
    let odd = registry.line("alone", "1.3.1");
    let odd = odd.replacen('{', "{ \"unknown\":[1, 2],\"x\":\"\\u00e9\u{e9}\",  ", 1);
    registry.put_line("alone", "1.3.1", &odd);
    let sandbox = filled(&registry);
    export(&sandbox, "all.cmb", &[]);
    import(&sandbox, "other", &["all.cmb"]).exits(0);
    let line = fs::read_to_string(sandbox.path("other/crates-io/index/al/on/alone")).unwrap();
    assert_eq!(line.trim_end(), odd);
}

#[test]
fn a_dry_run_counts_and_writes_nothing() {
    let registry = registry();
    let sandbox = filled(&registry);
    on(&sandbox, "mirror", &["export", "all.cmb", "--dry-run"])
        .exits(0)
        .answers("would export 9 crates");
    assert!(!sandbox.path("all.cmb").exists());
    export(&sandbox, "all.cmb", &[]);
    on(&sandbox, "mirror", &["export", "all.cmb"])
        .exits(101)
        .says("exists already");
    import(&sandbox, "other", &["all.cmb", "--dry-run"])
        .exits(0)
        .answers("would import 9 crates");
    assert!(!sandbox.path("other/crates-io").exists());
}

#[test]
fn damage_in_the_mirror_is_named_and_left_out() {
    let registry = registry();
    let sandbox = filled(&registry);
    let path = sandbox.mirror().join("crates-io/family-1.2.0.crate");
    let mut bytes = fs::read(&path).unwrap();
    bytes[200] ^= 1;
    fs::write(&path, bytes).unwrap();
    let run = on(&sandbox, "mirror", &["export", "all.cmb"]);
    run.exits(101)
        .says("family@1.2.0 is left out")
        .answers("all.cmb");
    import(&sandbox, "other", &["all.cmb"])
        .exits(0)
        .answers("imported 8 crates");
    sound(&sandbox.path("other"), &registry);
}
