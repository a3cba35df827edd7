//! Only what is new, as differences to what the other side has: against a dump, against a state.

use std::fs;

use crate::fixture::bundle::{export, filled, import, on, registry, same, text};
use crate::fixture::mirror::sound;
use crate::fixture::package::Crate;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

fn size(sandbox: &Sandbox, file: &str) -> u64 {
    fs::metadata(sandbox.path(file)).unwrap().len()
}

/// A version more of the family, published and mirrored.
fn publish(registry: &Registry, sandbox: &Sandbox, minor: usize) {
    let version = format!("1.{minor}.0");
    registry.publish(&Crate::new("family", &version).file("src/text.rs", text(minor, 400)));
    sandbox
        .program(["prefetch", &format!("family={version}")])
        .outcome()
        .exits(0);
}

#[test]
fn a_dump_since_another_has_only_what_is_new_and_only_the_differences() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "first.cmb", &[]);
    import(&sandbox, "other", &["first.cmb"]).exits(0);
    publish(&registry, &sandbox, 6);
    export(&sandbox, "second.cmb", &["--since", "first.cmb"]);
    on(
        &sandbox,
        "mirror",
        &[
            "export",
            "plain.cmb",
            "--since",
            "first.cmb",
            "--compress",
            "none",
        ],
    )
    .exits(0)
    .answers("1 crate ");
    // The version alone is several times the difference to the one before it.
    let (second, plain) = (size(&sandbox, "second.cmb"), size(&sandbox, "plain.cmb"));
    assert!(second + 3000 < plain, "{second} of {plain} bytes");
    import(&sandbox, "other", &["second.cmb"])
        .exits(0)
        .answers("imported 1 crate ");
    same(&sandbox.mirror(), &sandbox.path("other"));

    // The third is made against the second alone: that knows all before it.
    publish(&registry, &sandbox, 7);
    on(
        &sandbox,
        "mirror",
        &["export", "third.cmb", "--since", "second.cmb"],
    )
    .exits(0)
    .answers("1 crate ");
    import(&sandbox, "other", &["third.cmb"])
        .exits(0)
        .answers("imported 1 crate ");
    same(&sandbox.mirror(), &sandbox.path("other"));
    sound(&sandbox.path("other"), &registry);
}

#[test]
fn a_base_that_is_missing_is_named_before_anything_is_written() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "first.cmb", &[]);
    publish(&registry, &sandbox, 6);
    export(&sandbox, "second.cmb", &["--since", "first.cmb"]);
    let listed = on(&sandbox, "mirror", &["bundle", "list", "first.cmb"])
        .exits(0)
        .stdout;
    let first = listed.split(' ').nth(1).unwrap().to_owned();
    import(&sandbox, "empty", &["second.cmb"])
        .exits(101)
        .says("refers back to 1 package")
        .says("family@1.5.0")
        .says(&format!("import the dump before it first ({first})"));
    assert!(!sandbox.path("empty/crates-io").exists());
    // Both at once, in any order.
    import(&sandbox, "empty", &["second.cmb", "first.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("empty"));

    // A base that is damaged is none.
    import(&sandbox, "third", &["first.cmb"]).exits(0);
    let path = sandbox.path("third/crates-io/family-1.5.0.crate");
    let mut bytes = fs::read(&path).unwrap();
    bytes[300] ^= 4;
    fs::write(&path, bytes).unwrap();
    import(&sandbox, "third", &["second.cmb"])
        .exits(101)
        .says("family@1.5.0");
}

#[test]
fn a_state_says_what_the_other_side_has() {
    let registry = registry();
    let sandbox = filled(&registry);
    let some = ["family=1.2.0", "family=1.4.0", "alone"];
    on(&sandbox, "other", &[&["prefetch"], &some[..]].concat()).exits(0);
    on(&sandbox, "other", &["state", "there.state"]).exits(0);
    let run = on(
        &sandbox,
        "mirror",
        &["export", "since.cmb", "--since", "there.state"],
    );
    run.exits(0)
        .answers("6 crates")
        .answers("3 that the receiver has");
    on(&sandbox, "mirror", &["bundle", "list", "since.cmb"])
        .exits(0)
        .answers("crate crates-io family@1.3.0")
        .answers("crate crates-io plain@1.0.0");
    import(&sandbox, "other", &["since.cmb"])
        .exits(0)
        .answers("imported 6 crates");
    sound(&sandbox.path("other"), &registry);
    assert_eq!(
        sound(&sandbox.path("other"), &registry),
        sound(&sandbox.mirror(), &registry)
    );
    // A state that was cut off or changed is none.
    let state = fs::read(sandbox.path("there.state")).unwrap();
    fs::write(sandbox.path("cut.state"), &state[..state.len() - 1]).unwrap();
    on(
        &sandbox,
        "mirror",
        &["export", "x.cmb", "--since", "cut.state"],
    )
    .exits(101)
    .says("neither a dump, nor a state");
}

#[test]
fn a_line_that_changed_travels_without_its_bytes() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "first.cmb", &[]);
    import(&sandbox, "other", &["first.cmb"]).exits(0);
    let path = sandbox.mirror().join("crates-io/index/pl/ai/plain");
    let line = fs::read_to_string(&path).unwrap();
    let yanked = line.replace("\"yanked\":false", "\"yanked\":true");
    assert_ne!(line, yanked);
    fs::write(&path, &yanked).unwrap();
    let run = on(
        &sandbox,
        "mirror",
        &["export", "second.cmb", "--since", "first.cmb"],
    );
    run.exits(0).answers("0 crates (0 B), 1 index line");
    import(&sandbox, "other", &["second.cmb"])
        .exits(0)
        .answers("1 index line");
    let there = fs::read_to_string(sandbox.path("other/crates-io/index/pl/ai/plain")).unwrap();
    assert_eq!(there, yanked);
    // Where its bytes are not, a line is not taken.
    import(&sandbox, "empty", &["second.cmb"])
        .exits(101)
        .says("without its bytes");
    assert!(!sandbox.path("empty/crates-io/index/pl").exists());
}

#[test]
fn differences_are_listed_by_name() {
    let registry = registry();
    let sandbox = filled(&registry);
    on(&sandbox, "other", &["prefetch", "family=1.2.0", "alone"]).exits(0);
    export(&sandbox, "all.cmb", &[]);
    on(&sandbox, "other", &["state", "other.state"]).exits(0);
    let diff = |left: &str, right: &str| on(&sandbox, "mirror", &["diff", left, right]);
    diff("mirror", "all.cmb").exits(0);
    diff("mirror", "other")
        .exits(1)
        .answers("- crate crates-io family@1.3.0")
        .answers("+ root ");
    diff("all.cmb", "other.state")
        .exits(1)
        .answers("- crate crates-io plain@1.0.0");
    diff("other.state", "all.cmb")
        .exits(1)
        .answers("1 thing in")
        .answers("+ crate crates-io plain");
    on(&sandbox, "mirror", &["bundle", "diff", "all.cmb", "mirror"]).exits(0);
    let report = on(
        &sandbox,
        "mirror",
        &["diff", "other", "mirror", "--message-format", "json"],
    );
    let report = report.exits(1).report();
    assert_eq!(
        report["right"]["only"].as_array().unwrap().len(),
        7 + 1,
        "{report}"
    );
}

#[test]
fn other_bytes_of_a_version_that_is_here_are_refused() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "all.cmb", &[]);
    registry.withdraw("plain", "1.0.0");
    registry.publish(&Crate::new("plain", "1.0.0").file("src/other.rs", "other"));
    on(&sandbox, "other", &["prefetch", "plain"]).exits(0);
    let before = fs::read(sandbox.path("other/crates-io/plain-1.0.0.crate")).unwrap();
    import(&sandbox, "other", &["all.cmb"])
        .exits(101)
        .says("plain@1.0.0 is not taken")
        .answers("imported 8 crates");
    assert!(fs::read(sandbox.path("other/crates-io/plain-1.0.0.crate")).unwrap() == before);
}
