//! `cargo mirror repair`: everything that `verify` finds is healed, or kept out of the way and told.

use std::fs;

use crate::fixture::damage::{
    ALL, CASES, flip, index, json, kinds, krate, mirrored, registry, sorted,
};
use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, sha256};
use crate::fixture::project::{changed, tree, write};
use crate::fixture::random::Dice;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;
use crate::fixture::settings;

#[test]
fn each_kind_of_damage_is_healed() {
    let registry = registry();
    for (what, spoil, expected) in CASES {
        let sandbox = mirrored(&registry);
        let before = tree(&sandbox.mirror().join("crates-io"));
        spoil(&sandbox);
        let spoilt = tree(&sandbox.mirror());
        let run = json(&sandbox, &["repair", "--dry-run"]).exits(1);
        assert_eq!(sorted(&kinds(&run)), sorted(expected), "{what}\n{run}");
        assert_eq!(
            changed(&spoilt, &tree(&sandbox.mirror())),
            [""; 0],
            "{what}"
        );

        let run = json(&sandbox, &["repair"]).exits(0);
        let report = run.report();
        assert_eq!(report["sound"], true);
        assert_eq!(
            report["healed"].as_array().map(Vec::len),
            Some(expected.len()),
            "{what}\n{run}"
        );
        let after = tree(&sandbox.mirror().join("crates-io"));
        assert_eq!(changed(&before, &after), [""; 0], "{what}\n{run}");
        sound(&sandbox.mirror(), &registry);
        let run = json(&sandbox, &["verify"]).exits(0);
        assert_eq!(run.report()["unrecorded"], 0, "{what}\n{run}");
    }
}

#[test]
fn every_flipped_bit_is_found_and_healed() {
    // Of each kind.
    let flips = settings::number_of(300, 30);
    let crates = settings::number_of(1000, 150);
    let many: Vec<Crate> = (0..crates)
        .map(|number| {
            Crate::new(
                &format!("crate-{number:03}"),
                &format!("1.{}.0", number % 7),
            )
            .dep(Dep::new("crate-000", "1").optional())
            .feature("std", &["dep:crate-000"])
        })
        .collect();
    let names: Vec<String> = (0..crates)
        .map(|number| format!("crate-{number:03}"))
        .collect();
    let registry = Registry::new(many);
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "--no-deps"])
        .args(&names)
        .outcome()
        .exits(0);
    let files: Vec<(String, Vec<u8>)> = tree(&sandbox.mirror().join("crates-io"))
        .into_iter()
        .filter(|(name, _)| !name.ends_with('/'))
        .collect();
    eprintln!("CARGO_MIRROR_TESTS_SEED={}", settings::seed());
    let mut dice = Dice::new(settings::seed());
    for of_index in [false, true] {
        let some: Vec<_> = files
            .iter()
            .filter(|(name, _)| name.starts_with("index/") == of_index)
            .collect();
        // Several at once, each in a file of its own, as rot would have it.
        for round in 0..3 {
            let mut hurt = Vec::new();
            for at in 0..flips / 3 {
                let (name, bytes) = some[(dice.below(3) + at * 3 + round * flips) % some.len()];
                let bit = dice.below(bytes.len() * 8);
                if !hurt.contains(&(name, bit)) {
                    flip(&sandbox.mirror().join("crates-io").join(name), bit);
                    hurt.push((name, bit));
                }
            }
            let run = json(&sandbox, &["verify"]).exits(1);
            let report = run.report().to_string();
            for (name, bit) in &hurt {
                assert!(
                    report.contains(name.as_str()),
                    "bit {bit} of {name} was not found\n{run}"
                );
            }
            if of_index {
                // A flip within a line is undone without anybody's help; one that breaks a line in two is not.
                let report = sandbox
                    .program(["repair", "--offline", "--message-format", "json"])
                    .outcome()
                    .report();
                let left = report["damages"].as_array().map_or(0, Vec::len);
                assert!(
                    left * 20 < hurt.len() + 40,
                    "{left} of {} are left",
                    hurt.len()
                );
            }
            let run = sandbox.program(["repair"]).outcome().exits(0);
            let healed = sound(&sandbox.mirror(), &registry);
            assert_eq!(healed.crates.len(), crates, "{run}");
            assert_eq!(healed.index.len(), crates, "{run}");
            json(&sandbox, &["verify"]).exits(0);
        }
    }
}

/// A project on the mirror, whose crate `beta` upstream then publishes with other bytes.
fn republished() -> (Registry, Sandbox, crate::fixture::project::Project) {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    registry.publish(
        &Crate::new("beta", "1.0.0")
            .feature("std", &[])
            .file("src/new.rs", "// new\n"),
    );
    (registry, sandbox, project)
}

#[test]
fn other_bytes_upstream_are_an_alarm_until_they_are_accepted() {
    let (registry, sandbox, project) = republished();
    // Nothing is wrong here, so nobody is asked.
    registry.forget();
    json(&sandbox, &["repair"]).exits(0);
    assert_eq!(registry.paths(), [""; 0]);

    flip(&krate(&sandbox, "beta-1.0.0.crate"), 200);
    let before = tree(&sandbox.mirror().join("crates-io"));
    let run = json(&sandbox, &["repair"]).exits(1);
    let report = run.report();
    let alarm = &report["changed_upstream"][0];
    assert_eq!(alarm["package"], "beta@1.0.0", "{run}");
    assert_eq!(alarm["upstream"], sha256(&registry.bytes("beta", "1.0.0")));
    assert_eq!(
        changed(&before, &tree(&sandbox.mirror().join("crates-io"))),
        [""; 0]
    );
    sandbox
        .program(["repair"])
        .outcome()
        .exits(1)
        .says("has changed")
        .says("--accept beta@1.0.0");

    let run = json(&sandbox, &["repair", "--accept", "beta@1.0.0"]).exits(0);
    let report = run.report();
    assert_eq!(report["accepted"][0], "beta@1.0.0", "{run}");
    assert_eq!(
        report["quarantined"].as_array().map(Vec::len),
        Some(2),
        "{run}"
    );
    for path in report["quarantined"].as_array().unwrap() {
        assert!(sandbox.mirror().join(path.as_str().unwrap()).exists());
    }
    sound(&sandbox.mirror(), &registry);
    json(&sandbox, &["verify"]).exits(0);

    // The lockfile still wants the old bytes: another one builds.
    fs::remove_file(project.path("Cargo.lock")).unwrap();
    sandbox.lock(&project);
    sandbox.builds(&project);
}

#[test]
fn what_upstream_has_deleted_stays_and_is_marked() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    flip(&krate(&sandbox, "beta-1.0.0.crate"), 200);
    registry.serve("/index/be/ta/beta", "");
    let path = registry.download_path("beta", "1.0.0");
    registry.always(&path, Fault::Status(404));
    let before = tree(&sandbox.mirror().join("crates-io"));
    let run = json(&sandbox, &["repair"]).exits(1);
    assert_eq!(run.report()["deleted_upstream"][0], "beta@1.0.0", "{run}");
    assert_eq!(
        changed(&before, &tree(&sandbox.mirror().join("crates-io"))),
        [""; 0]
    );
}

#[test]
fn a_line_whose_checksum_is_wrong_is_no_reason_for_an_alarm() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    // No record tells: the mirror is an old one.
    fs::remove_dir_all(sandbox.mirror().join(".mirror")).unwrap();
    let text = fs::read_to_string(index(&sandbox, "beta")).unwrap();
    let sum = sha256(&registry.bytes("beta", "1.0.0"));
    write(
        &index(&sandbox, "beta"),
        text.replace(&sum, &"0".repeat(64)),
    );
    let run = json(&sandbox, &["verify"]).exits(1);
    assert_eq!(kinds(&run), ["changed-bytes beta@1.0.0"]);
    json(&sandbox, &["repair"]).exits(0);
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn without_network_what_can_be_is_healed_and_the_rest_is_left_and_told() {
    let registry = registry();
    let sandbox = mirrored(&registry);
    flip(&krate(&sandbox, "beta-1.0.0.crate"), 200);
    flip(&krate(&sandbox, "alpha-1.0.0.crate"), 200);
    write(&krate(&sandbox, "notes.txt"), "a person's");
    // Cargo has one of them.
    let project = sandbox.project("app", &[Dep::new("beta", "1")]);
    sandbox.warm(&project);
    registry.forget();
    let run = json(&sandbox, &["repair", "--offline"]).exits(1);
    assert_eq!(kinds(&run), ["changed-bytes alpha@1.0.0"], "{run}");
    assert_eq!(run.report()["failed"][0]["package"], "alpha@1.0.0");
    assert!(
        sandbox
            .mirror()
            .join(".mirror/quarantine/1/crates-io/notes.txt")
            .exists()
    );
    assert_eq!(registry.paths(), [""; 0]);
    let run = json(&sandbox, &["verify", "--repair"]).exits(0);
    assert_eq!(run.report()["command"], "verify");
    sound(&sandbox.mirror(), &registry);
}

#[test]
fn the_real_cargo_builds_after_a_repair() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project(
        "app",
        &[Dep::new("alpha", "1"), Dep::new("Mixed_Case", "0.1")],
    );
    sandbox.run(&project, ["vendor"]).exits(0);
    for name in ["alpha-1.1.0.crate", "beta-1.0.0.crate"] {
        fs::remove_file(krate(&sandbox, name)).unwrap();
    }
    fs::remove_dir_all(sandbox.mirror().join("crates-io/index/mi")).unwrap();
    write(&index(&sandbox, "beta"), "{}\n");
    sandbox.run(&project, ["repair"]).exits(0);
    sandbox.builds(&project);
    assert_eq!(ALL.len(), 4);
}
