//! `cargo mirror verify`: each kind of damage is found, and nothing else is told.

use std::fs;
use std::time::Duration;

use crate::fixture::command::Outcome;
use crate::fixture::damage::{
    CASES, edit, flip, index, json, kinds, krate, mirrored, registry, sorted,
};
use crate::fixture::mirror::sound;
use crate::fixture::package::{Archive, Crate};
use crate::fixture::project::{changed, tree, write};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;

#[test]
fn a_sound_mirror_is_sound_and_stays_untouched() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    registry.forget();
    let before = tree(&sandbox.mirror());
    for arguments in [
        &["verify"][..],
        &["verify", "--quick"],
        &["verify", "crates-io", "--archives"],
    ] {
        let run = json(&sandbox, arguments).exits(0);
        assert!(kinds(&run).is_empty());
        let report = run.report();
        assert_eq!(report["sound"], true);
        assert_eq!(report["checked"], 4);
        assert_eq!(report["unrecorded"], 0, "{run}");
        assert_eq!(report["unsealed"], 0, "{run}");
    }
    assert_eq!(changed(&before, &tree(&sandbox.mirror())), [""; 0]);
    assert_eq!(registry.paths(), [""; 0]);
    sandbox
        .program(["verify"])
        .outcome()
        .exits(0)
        .answers("sound");
    sandbox
        .program(["verify", "nowhere"])
        .outcome()
        .exits(101)
        .says("nowhere");
}

#[test]
fn each_kind_of_damage_is_found() {
    let registry = registry();
    for (what, spoil, expected) in CASES {
        let sandbox = mirrored(&registry);
        spoil(&sandbox);
        let run = json(&sandbox, &["verify"]).exits(1);
        assert_eq!(sorted(&kinds(&run)), sorted(expected), "{what}\n{run}");
        assert_eq!(run.report()["sound"], false);
        sandbox
            .program(["verify"])
            .outcome()
            .exits(1)
            .says("help: ");
    }
}

fn unfinished(run: &Outcome) -> Vec<String> {
    let report = run.report();
    let list = report["unfinished"].as_array().expect("a list").clone();
    list.iter()
        .map(|one| {
            let package = one["package"].as_str().unwrap_or("-");
            format!("{} {package}", one["kind"].as_str().unwrap_or_default())
        })
        .collect()
}

/// A mirror as `prefetch` leaves it when it is killed at this step.
fn killed(registry: &Registry, step: &str) -> Sandbox {
    let sandbox = Sandbox::new(registry);
    let run = sandbox.program(["prefetch", "beta"]);
    let run = run.env("CARGO_MIRROR_TEST_KILL", step).outcome();
    assert!(!matches!(run.code, Some(0 | 1 | 2 | 101)), "{step}: {run}");
    sandbox
}

#[test]
fn what_a_killed_run_had_in_hand_is_told_and_is_no_damage() {
    requires!(debug_build);
    let registry = registry();
    for step in settings::sample(
        ["crate-renamed:1", "group-flushed:1", "index-temp-written:1"],
        1,
    ) {
        for arguments in [
            &["verify"][..],
            &["verify", "--quick"],
            &["verify", "--archives"],
        ] {
            let sandbox = killed(&registry, step);
            let run = json(&sandbox, arguments).exits(0);
            assert_eq!(run.report()["sound"], true);
            assert_eq!(
                unfinished(&run),
                ["leftover -", "missing-line beta@1.0.0"],
                "{step}"
            );
        }
    }
    let sandbox = killed(&registry, "crate-renamed:1");
    sandbox.program(["verify"]).outcome().exits(0).says(
        "1 package was being added or removed, 1 folder was in `.mirror/tmp` unfinished when a run was killed",
    );

    // A crate that does not say that it was in hand is anybody's.
    let file = fs::File::options()
        .append(true)
        .open(krate(&sandbox, "beta-1.0.0.crate"));
    let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    file.and_then(|file| file.set_modified(time)).unwrap();
    let run = json(&sandbox, &["verify"]).exits(1);
    assert_eq!(kinds(&run), ["missing-line beta@1.0.0"]);

    // Each way of going on comes to a sound mirror with nothing left to tell.
    for (ways, crates) in [
        (&["repair"][..], 1),
        (&["verify", "--repair"], 1),
        (&["prefetch", "beta"], 1),
        (&["prefetch", "beta", "--no-flush"], 1),
        (&["prefetch", "alpha"], 2),
    ] {
        let sandbox = killed(&registry, "crate-renamed:1");
        sandbox.program(ways).outcome().exits(0);
        let run = json(&sandbox, &["verify"]).exits(0);
        assert!(unfinished(&run).is_empty(), "{ways:?}: {run}");
        assert_eq!(
            sound(&sandbox.mirror(), &registry).crates.len(),
            crates,
            "{ways:?}"
        );
        // From then on a lost line is a lost line.
        fs::remove_file(index(&sandbox, "beta")).unwrap();
        let run = json(&sandbox, &["verify"]).exits(1);
        assert_eq!(kinds(&run), ["missing-line beta@1.0.0"], "{ways:?}");
    }
    let sandbox = killed(&registry, "crate-renamed:1");
    sandbox
        .program(["prefetch", "Mixed_Case"])
        .outcome()
        .exits(0);
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    let run = json(&sandbox, &["verify"]).exits(0);
    assert!(unfinished(&run).is_empty(), "{run}");
    assert_eq!(
        sound(&sandbox.mirror(), &registry).names(),
        ["Mixed_Case-0.1.0+one"]
    );
}

#[test]
fn a_line_that_could_not_be_had_is_not_taken_for_written() {
    requires!(debug_build);
    let registry = registry();
    let sandbox = killed(&registry, "crate-renamed:1");
    // The bytes are found to be here, but upstream does not say what their line is.
    let lockfile = format!(
        "version = 4\n\n[[package]]\nname = \"beta\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{}\"\n",
        crate::fixture::package::sha256(&registry.bytes("beta", "1.0.0"))
    );
    write(&sandbox.path("Cargo.lock"), lockfile);
    registry.always(&index_of("beta"), Fault::Status(403));
    let run = sandbox.program(["prefetch", "Cargo.lock"]);
    let run = run.env("CARGO_HOME", sandbox.fresh("cargo-home"));
    run.outcome().exits(101);
    let run = json(&sandbox, &["verify"]).exits(0);
    assert!(unfinished(&run).contains(&"missing-line beta@1.0.0".to_owned()));
    registry.mend();
    sandbox
        .program(["prefetch", "Cargo.lock"])
        .outcome()
        .exits(0);
    let run = json(&sandbox, &["verify"]).exits(0);
    assert!(unfinished(&run).is_empty(), "{run}");
}

#[test]
fn a_quick_look_finds_what_needs_no_hashing() {
    let registry = registry();
    for (what, spoil, expected) in CASES {
        if what == "one bit of a crate" {
            continue;
        }
        let sandbox = mirrored(&registry);
        spoil(&sandbox);
        let run = json(&sandbox, &["verify", "--quick"]).exits(1);
        assert_eq!(sorted(&kinds(&run)), sorted(expected), "{what}\n{run}");
        assert_eq!(run.report()["bytes"], 0);
    }
    // A file that was written to has no seal, and a quick look says that it can tell nothing of it.
    let sandbox = mirrored(&registry);
    flip(&krate(&sandbox, "alpha-1.0.0.crate"), 300);
    let run = json(&sandbox, &["verify", "--quick"]).exits(0);
    assert_eq!(run.report()["unsealed"], 1);
}

#[test]
fn only_what_was_touched_since_is_hashed() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    let run = json(&sandbox, &["verify", "--since", "1h"]).exits(0);
    assert_ne!(run.report()["bytes"], 0);
    if cfg!(unix) {
        std::thread::sleep(Duration::from_millis(3100));
        let run = json(&sandbox, &["verify", "--since", "1s"]).exits(0);
        assert_eq!(run.report()["bytes"], 0, "{run}");
        flip(&krate(&sandbox, "beta-1.0.0.crate"), 100);
        let run = json(&sandbox, &["verify", "--since", "2s"]).exits(1);
        assert_eq!(kinds(&run), ["changed-bytes beta@1.0.0"]);
    }
    sandbox
        .program(["verify", "--since", "soon"])
        .outcome()
        .exits(101)
        .says("soon");
}

#[test]
fn unsafe_archives_are_found_when_asked_for() {
    let evil = Archive::new()
        .file(
            "evil-1.0.0/Cargo.toml",
            b"[package]\nname = \"evil\"\nversion = \"1.0.0\"\n",
        )
        .file("evil-1.0.0/src/lib.rs", b"")
        .link(
            tar::EntryType::Symlink,
            "evil-1.0.0/link",
            "../../beta-1.0.0/src/lib.rs",
        )
        .finish();
    let registry = Registry::new([Crate::new("evil", "1.0.0").archive(evil)]);
    let sandbox = Sandbox::new(&registry);
    let lockfile = format!(
        "version = 4\n\n[[package]]\nname = \"evil\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{}\"\n",
        crate::fixture::package::sha256(&registry.bytes("evil", "1.0.0"))
    );
    write(&sandbox.path("Cargo.lock"), lockfile);
    sandbox
        .program(["prefetch", "Cargo.lock"])
        .outcome()
        .exits(0);
    json(&sandbox, &["verify"]).exits(0);
    let run = json(&sandbox, &["verify", "--archives"]).exits(1);
    assert_eq!(kinds(&run), ["unsafe-archive evil@1.0.0"]);

    // A repair puts it out of reach, line and bytes.
    let run = json(&sandbox, &["repair", "--archives"]).exits(0);
    assert_eq!(
        run.report()["quarantined"].as_array().map(Vec::len),
        Some(2),
        "{run}"
    );
    assert!(!krate(&sandbox, "evil-1.0.0.crate").exists());
    assert!(!index(&sandbox, "evil").exists());
}

#[test]
fn lines_of_older_mirrors_are_not_judged_but_counted() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    fs::remove_dir_all(sandbox.mirror().join(".mirror")).unwrap();
    let run = json(&sandbox, &["verify"]).exits(0);
    assert_eq!(run.report()["unrecorded"], 4);
    // A repair takes them as they are, and from then on a change is seen.
    let run = json(&sandbox, &["repair"]).exits(0);
    assert_eq!(run.report()["adopted"], 4, "{run}");
    let run = json(&sandbox, &["verify"]).exits(0);
    assert_eq!(run.report()["unrecorded"], 0);
    edit(&sandbox, "alpha", |text| {
        text.replace("beta/std", "beta/stb")
    });
    json(&sandbox, &["verify"]).exits(1);
}

#[test]
fn a_run_is_resumed_where_it_was_stopped() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    let cursor = sandbox.mirror().join(".mirror/verify");
    // What a run that was killed leaves: two of three shards found sound.
    let done = r#"{"asked":"all of crates-io","checked":3,"done":["crates-io/al","crates-io/be"]}"#;
    write(&cursor, done);
    let run = json(&sandbox, &["verify", "--resume"]).exits(0);
    assert_eq!(run.report()["checked"], 1, "{run}");
    assert_eq!(run.report()["resumed"], 3);
    assert!(!cursor.exists(), "a run that is through needs no cursor");

    // Another question is not resumed, and damage in what is left is found.
    write(&cursor, done);
    let run = json(&sandbox, &["verify", "--resume", "--archives"]).exits(0);
    assert_eq!(run.report()["checked"], 4);
    write(&cursor, done);
    flip(&krate(&sandbox, "Mixed_Case-0.1.0+one.crate"), 4000);
    json(&sandbox, &["verify", "--resume"]).exits(1);
    assert!(!cursor.exists());
}
