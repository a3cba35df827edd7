//! `--message-format json`: one object a line, the report last.

use serde_json::{Value, json};

use crate::fixture::command::Outcome;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::server::Fault;

fn registry() -> Registry {
    Registry::new([
        Crate::new("alpha", "1.0.0").needs("beta"),
        Crate::new("beta", "1.0.0"),
    ])
}

#[track_caller]
fn keys(report: &Value) -> Vec<&str> {
    let object = report.as_object().expect("a report is an object");
    object.keys().map(String::as_str).collect()
}

#[track_caller]
fn every_line_has_a_reason(run: &Outcome) {
    for object in run.objects() {
        assert!(object["reason"].is_string(), "{object}");
    }
}

#[test]
fn vendor_reports_what_it_did() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let run = sandbox
        .run(&project, ["vendor", "--message-format", "json"])
        .exits(0);
    every_line_has_a_reason(&run);
    let report = run.report();
    for key in [
        "bytes_downloaded",
        "command",
        "failed",
        "fetched",
        "kept",
        "mirror",
        "reason",
        "reused",
        "unsupported",
    ] {
        assert!(keys(&report).contains(&key), "{key}: {report}");
    }
    assert_eq!(report["command"], "vendor");
    assert_eq!(
        (&report["fetched"], &report["reused"], &report["kept"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let bytes = ["alpha", "beta"].map(|name| registry.bytes(name, "1.0.0").len());
    assert_eq!(report["bytes_downloaded"], json!(bytes[0] + bytes[1]));
    assert_eq!(
        (&report["failed"], &report["unsupported"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(report["mirror"], json!(sandbox.mirror()));

    let again = sandbox.run(&project, ["vendor", "--message-format", "json"]);
    let report = again.exits(0).report();
    assert_eq!(
        (&report["fetched"], &report["reused"], &report["kept"]),
        (&json!(0), &json!(0), &json!(2))
    );
    assert_eq!(report["bytes_downloaded"], json!(0));
}

#[test]
fn prefetch_on_and_off_report_too() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    for arguments in [&["prefetch", "alpha"][..], &["on"], &["off"]] {
        let run = sandbox
            .program(arguments)
            .args(["--message-format", "json"]);
        let run = run.within(&project.folder).outcome().exits(0);
        every_line_has_a_reason(&run);
        assert_eq!(run.report()["command"], arguments[0]);
    }
}

#[test]
fn failures_name_package_and_cause() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    registry.always(&registry.download_path("beta", "1.0.0"), Fault::Status(403));
    let run = sandbox
        .run(&project, ["vendor", "--message-format", "json"])
        .exits(101);
    every_line_has_a_reason(&run);
    let report = run.report();
    assert_eq!(report["fetched"], 1);
    assert_eq!(report["failed"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["failed"][0]["package"], "beta@1.0.0");
    let cause = report["failed"][0]["cause"].as_str().unwrap_or_default();
    assert!(cause.contains("403"), "{cause}");
}

#[test]
fn an_error_before_anything_began_still_leaves_json_on_standard_output() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["vendor", "nowhere", "--message-format", "json"]);
    let run = run.outcome().exits(101);
    every_line_has_a_reason(&run);
    run.says("nowhere");
}

#[test]
fn a_try_again_is_told() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let path = registry.download_path("beta", "1.0.0");
    registry.fail_next(&path, [Fault::RetryAfter(503, "1")]);
    let run = sandbox
        .run(&project, ["vendor", "--message-format", "json"])
        .exits(0);
    let retries: Vec<Value> = run
        .objects()
        .into_iter()
        .filter(|object| object["reason"] == "retry")
        .collect();
    assert_eq!(retries.len(), 1, "{run}");
    let pause = retries[0]["milliseconds"].as_u64().unwrap_or_default();
    assert!((1_000..3_000).contains(&pause), "{}", retries[0]);
}

#[test]
fn packages_of_other_sources_are_in_the_report() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &[Dep::new("alpha", "1")]);
    let entry = |name: &str, source: &str| {
        format!("\n[[package]]\nname = {name:?}\nversion = \"0.3.0\"\nsource = {source:?}\n")
    };
    let lockfile = project.read("Cargo.lock")
        + &entry(
            "gitty",
            "git+https://me:secret@r.example/gitty#0123456789012345678901234567890123456789",
        )
        + &entry("pearl", "cvs+https://me:secret@r.example/pearl");
    let alone = sandbox.path("Cargo.lock");
    crate::fixture::project::write(&alone, lockfile);
    let run = sandbox.program(["prefetch", "Cargo.lock", "--message-format", "json"]);
    let run = run.outcome().exits(101);
    let report = run.report();
    assert_eq!(report["failed"][0]["package"], "gitty@0.3.0");
    let unsupported = report["unsupported"].as_array().expect("a list");
    assert_eq!(unsupported.len(), 1, "{report}");
    assert_eq!(unsupported[0]["package"], "pearl@0.3.0");
    assert!(
        !run.stdout.contains("secret") && !run.stderr.contains("secret"),
        "{run}"
    );
}
