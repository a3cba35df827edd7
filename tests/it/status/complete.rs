//! `cargo mirror status`: is everything there and intact?

use std::fs;

use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{Project, changed, tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

type Spoil = fn(&mut Vec<u8>);

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
    ])
}

fn vendored(registry: &Registry) -> (Sandbox, Project) {
    let sandbox = Sandbox::new(registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    sandbox.run(&project, ["vendor"]).exits(0);
    registry.forget();
    (sandbox, project)
}

/// Each is named with the cause.
#[track_caller]
fn packages(gaps: &serde_json::Value) -> Vec<&str> {
    let gaps = gaps.as_array().expect("gaps are a list").iter();
    gaps.inspect(|gap| assert!(gap["cause"].is_string(), "{gap}"))
        .map(|gap| gap["package"].as_str().expect("a package is named by text"))
        .collect()
}

#[test]
fn before_everything_is_missing_and_after_it_is_ready() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    registry.forget();
    let run = sandbox.run(&project, ["status"]).exits(1);
    run.answers("alpha@1.0.0").answers("beta@1.0.0");
    assert!(!sandbox.mirror().exists(), "asking makes no mirror");

    sandbox.run(&project, ["vendor"]).exits(0);
    let mirror = tree(&sandbox.mirror());
    registry.forget();
    let run = sandbox.run(&project, ["status"]).exits(0);
    assert!(!run.stdout.is_empty(), "{run}");
    assert_eq!(registry.paths(), [""; 0]);
    assert_eq!(changed(&mirror, &tree(&sandbox.mirror())), [""; 0]);
}

#[test]
fn missing_bytes_and_missing_lines_are_told() {
    let registry = registry();
    for lost in [
        "beta-1.0.0.crate".to_owned(),
        format!("index/{}", index_path("beta")),
    ] {
        let (sandbox, project) = vendored(&registry);
        fs::remove_file(sandbox.mirror().join("crates-io").join(&lost)).unwrap();
        let run = sandbox.run(&project, ["status"]).exits(1);
        let run = run.answers("beta@1.0.0");
        assert!(!run.stdout.contains("alpha@1.0.0"), "{lost}: {run}");

        let json = sandbox.run(&project, ["status", "--message-format", "json"]);
        let report = json.exits(1).report();
        assert_eq!(report["command"], "status");
        assert_eq!(report["ready"], false);
        assert_eq!(packages(&report["missing"]), ["beta@1.0.0"]);
        assert_eq!(report["damaged"], serde_json::json!([]));

        // The way out is the same command as ever.
        sandbox.run(&project, ["vendor"]).exits(0);
        sandbox.run(&project, ["status"]).exits(0);
    }
}

#[test]
fn changed_bytes_are_found_and_vendor_puts_them_right() {
    let registry = registry();
    let spoils: [(&str, Spoil); 4] = [
        ("one bit", |bytes| bytes[30] ^= 1),
        ("the end cut off", |bytes| bytes.truncate(40)),
        ("empty", Vec::clear),
        ("more", |bytes| bytes.push(0)),
    ];
    for (what, spoil) in spoils {
        let (sandbox, project) = vendored(&registry);
        let path = sandbox.mirror().join("crates-io/beta-1.0.0.crate");
        let mut bytes = fs::read(&path).unwrap();
        spoil(&mut bytes);
        write(&path, bytes);
        let run = sandbox.run(&project, ["status"]);
        run.exits(1).answers("beta@1.0.0");
        let json = sandbox.run(&project, ["status", "--message-format", "json"]);
        let report = json.exits(1).report();
        assert_eq!(packages(&report["damaged"]), ["beta@1.0.0"], "{what}");
        assert_eq!(report["missing"], serde_json::json!([]), "{what}");

        sandbox.run(&project, ["vendor"]).exits(0);
        sandbox.run(&project, ["status"]).exits(0);
        sandbox.builds(&project);
    }
}

#[test]
fn an_index_line_that_vouches_for_other_bytes_is_damage() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    let path = sandbox
        .mirror()
        .join("crates-io/index")
        .join(index_path("beta"));
    let line = fs::read_to_string(&path).unwrap();
    let at = line.find(r#""cksum":""#).unwrap() + 9;
    let forged = format!("{}{}{}", &line[..at], "0".repeat(64), &line[at + 64..]);
    write(&path, forged);
    sandbox
        .run(&project, ["status"])
        .exits(1)
        .answers("beta@1.0.0");
}

#[test]
fn ready_is_told_to_programs_too() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    let json = sandbox.run(&project, ["status", "--message-format", "json"]);
    let report = json.exits(0).report();
    assert_eq!(report["ready"], true);
    assert_eq!(report["missing"], serde_json::json!([]));
    assert_eq!(report["damaged"], serde_json::json!([]));
}

#[test]
fn prove_lets_the_real_cargo_judge() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    let before = project.tree();
    for how in ["--prove", "--prove=build"] {
        sandbox.run(&project, ["status", how]).exits(0);
        assert_eq!(registry.paths(), [""; 0], "{how}");
        assert_eq!(changed(&before, &project.tree()), [""; 0], "{how}");
    }
}

#[test]
fn prove_is_not_content_when_builds_do_not_go_to_the_mirror() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    // An index line that cargo skips and a reader of fields does not: dependencies that are no list.
    let path = sandbox
        .mirror()
        .join("crates-io/index")
        .join(index_path("beta"));
    let line = fs::read_to_string(&path).unwrap();
    write(&path, line.replace(r#""deps":[]"#, r#""deps":{}"#));
    let run = sandbox.run(&project, ["status", "--prove"]).exits(1);
    assert!(
        format!("{}{}", run.stdout, run.stderr).contains("beta"),
        "{run}"
    );
    assert_eq!(registry.paths(), [""; 0]);
}

#[test]
fn a_project_whose_lockfile_is_gone_cannot_be_judged() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    fs::remove_file(project.path("Cargo.lock")).unwrap();
    let run = sandbox.run(&project, ["status"]);
    assert!(matches!(run.code, Some(1 | 101)), "{run}");
    assert!(run.stderr.contains("Cargo.lock"), "{run}");
    assert!(
        !project.path("Cargo.lock").exists(),
        "asking writes no lockfile"
    );
}

#[test]
fn packages_of_other_sources_are_named() {
    let registry = registry();
    let (sandbox, project) = vendored(&registry);
    let lockfile = project.read("Cargo.lock")
        + "\n[[package]]\nname = \"gitty\"\nversion = \"0.3.0\"\nsource = \"git+https://r.example/gitty#0123456789012345678901234567890123456789\"\n";
    project.write("Cargo.lock", lockfile);
    let run = sandbox.run(&project, ["status"]).exits(1);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(said.contains("gitty@0.3.0"), "{run}");
}
