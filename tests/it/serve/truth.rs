//! `serve`: an index that says what is here, whatever upstream has done meanwhile.

use std::fs;
use std::time::{Duration, Instant};

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::wait::until;

fn registry() -> Registry {
    Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.1.0"),
        Crate::new("gone", "1.0.0"),
    ])
}

/// Lines of an index file, by version.
fn versions(answer: &Answer) -> Vec<(String, bool)> {
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let lines = text.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let version = line["vers"].as_str().unwrap().to_owned();
        (version, line["yanked"] == true)
    });
    lines.collect()
}

fn post(server: &Served, path: &str, token: &str) -> Answer {
    let headers = [("Authorization", token), ("Content-Length", "0")];
    server.ask("POST", path, &headers)
}

#[test]
fn a_version_deleted_upstream_goes_on_to_build_and_nothing_new_takes_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf=1.1.0", "gone"])
        .outcome()
        .exits(0);
    let project = sandbox.unlocked("project", &[Dep::new("leaf", "1"), Dep::new("gone", "1")]);
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    let cargo = |server: &Served, arguments: &[&str]| {
        let run = server.cargo(&sandbox, arguments);
        run.within(&project.folder).outcome()
    };
    cargo(&server, &["fetch"]).exits(0);
    let registry_line = registry.line("leaf", "1.1.0");
    registry.withdraw("leaf", "1.1.0");
    registry.withdraw_all("gone");
    // The index file of the mirror must be older than the answer that lacks the version.
    std::thread::sleep(Duration::from_millis(1100));

    cargo(&server, &["fetch", "--locked"]).exits(0);
    let leaf = server.get("/crates-io/index/le/af/leaf").is(200);
    let expected = [("1.0.0".to_owned(), false), ("1.1.0".to_owned(), true)];
    assert_eq!(versions(&leaf), expected);
    let line = registry_line.replacen(r#""yanked":false"#, r#""yanked":true"#, 1);
    assert!(leaf.body.ends_with(format!("{line}\n").as_bytes()));
    let gone = server.get("/crates-io/index/go/ne/gone").is(200);
    assert_eq!(versions(&gone), [("1.0.0".to_owned(), true)]);
    let bytes = server.get("/crates-io/dl/leaf/1.1.0/download").is(200);
    assert!(!bytes.header("cache-control").contains("immutable"));
    assert_eq!(server.stats()["withdrawn"], 2);
    assert!(
        server
            .get("/metrics")
            .text()
            .contains("cargo_mirror_withdrawn 2")
    );
    // A new resolve takes what upstream has.
    let fresh = sandbox.unlocked("fresh", &[Dep::new("leaf", "1")]);
    let run = server.cargo(&sandbox, &["generate-lockfile"]);
    run.within(&fresh.folder).outcome().exits(0);
    assert!(fresh.read("Cargo.lock").contains("version = \"1.0.0\""));
    let said = server.stop().exits(0).no_panic().stderr;
    assert_eq!(
        said.matches("upstream has withdrawn leaf@1.1.0").count(),
        1,
        "{said}"
    );
    assert_eq!(
        said.matches("upstream has withdrawn gone@1.0.0").count(),
        1,
        "{said}"
    );

    let server = Served::start(&sandbox, &["--refresh", "0s", "--deleted", "keep"]);
    let leaf = server.get("/crates-io/index/le/af/leaf").is(200);
    assert_eq!(
        versions(&leaf),
        [("1.0.0".to_owned(), false), ("1.1.0".to_owned(), false)]
    );
    server.stop().exits(0).no_panic();

    let server = Served::start(&sandbox, &["--refresh", "0s", "--deleted", "deny"]);
    let leaf = server.get("/crates-io/index/le/af/leaf").is(200);
    assert_eq!(versions(&leaf), [("1.0.0".to_owned(), false)]);
    server.get("/crates-io/dl/leaf/1.1.0/download").is(404);
    server.get("/crates-io/index/go/ne/gone").is(404);
    server.get("/crates-io/dl/gone/1.0.0/download").is(404);
    cargo(&server, &["fetch", "--locked"]).exits(101);
    server.stop().exits(0).no_panic();
}

/// What does not exist is remembered for some seconds, but no longer than until it does.
#[test]
fn a_404_ends_when_the_version_is_seen_in_the_index_or_a_refresh_is_asked_for() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "admin boss\n").unwrap();
    let server = Served::start(&sandbox, &["--refresh", "0s", "--token-file", "tokens"]);
    let get = |path: &str| server.ask("GET", path, &[("Authorization", "boss")]);
    let (index, late) = (
        "/crates-io/index/le/af/leaf",
        "/crates-io/dl/leaf/1.2.0/download",
    );
    let (new_index, new) = (
        "/crates-io/index/ne/wc/newcrate",
        "/crates-io/dl/newcrate/1.0.0/download",
    );
    for path in [late, new, new_index] {
        get(path).is(404);
        get(path).is(404);
    }
    // It is seen by whoever asks for the index file.
    registry.publish(&Crate::new("leaf", "1.2.0"));
    assert!(
        versions(&get(index).is(200))
            .iter()
            .any(|(version, _)| version == "1.2.0")
    );
    get(late).is(200);
    // An admin asks for everything anew.
    get("/crates-io/dl/leaf/1.3.0/download").is(404);
    registry.publish(&Crate::new("leaf", "1.3.0"));
    registry.publish(&Crate::new("newcrate", "1.0.0"));
    post(&server, "/-/refresh", "boss").is(200);
    get("/crates-io/dl/leaf/1.3.0/download").is(200);
    get(new_index).is(200);
    get(new).is(200);
    // A download finds what the index file was asked for in vain a moment ago.
    let (other_index, other) = (
        "/crates-io/index/ot/he/other",
        "/crates-io/dl/other/2.0.0/download",
    );
    get(other_index).is(404);
    registry.publish(&Crate::new("other", "2.0.0"));
    get(other).is(200);
    get(other_index).is(200);
    server.stop().exits(0).no_panic();
}

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
#[test]
fn a_pruned_mirror_builds_from_an_offline_server_as_from_its_folder() {
    let registry = Registry::new([
        Crate::new("both", "1.0.0")
            .needs("leaf")
            .dep(Dep::new("winonly", "1").target("cfg(windows)")),
        Crate::new("leaf", "1.0.0"),
        Crate::new("winonly", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("both", "1")]);
    let vendor = ["vendor", "--target", "x86_64-unknown-linux-gnu"];
    sandbox.run(&project, vendor).exits(0);
    sandbox.run(&project, ["off"]).exits(0);
    assert!(
        !sandbox
            .mirror()
            .join("crates-io/winonly-1.0.0.crate")
            .exists()
    );
    for mode in ["--offline", "--only-mirrored"] {
        let server = Served::start(&sandbox, &[mode]);
        let run = server.cargo(&sandbox, &["build", "--locked"]);
        run.within(&project.folder).outcome().exits(0);
        // What no root says is pruned was lost, and is not listed.
        server.get("/crates-io/index/wi/no/winonly").is(200);
        sandbox.run(&project, ["roots", "forget", "Cargo.lock"]);
        fs::remove_dir_all(sandbox.mirror().join(".mirror/roots")).unwrap();
        until("the deleted crate is gone", || {
            server.get("/crates-io/index/wi/no/winonly").status != 200
        });
        server.stop().exits(0).no_panic();
        sandbox.run(&project, vendor).exits(0);
        sandbox.run(&project, ["off"]).exits(0);
    }
}

#[test]
fn what_was_released_a_moment_ago_is_there_when_it_is_asked_for() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "read r\nadmin a\n").unwrap();
    let server = Served::start(&sandbox, &["--refresh", "1h", "--token-file", "tokens"]);
    let get = |path: &str| server.ask("GET", path, &[("Authorization", "r")]);
    let leaf = "/crates-io/index/le/af/leaf";
    assert_eq!(versions(&get(leaf).is(200)).len(), 2);
    registry.publish(&Crate::new("leaf", "1.2.0"));
    // Its bytes are asked for by name, and that is reason to look.
    let bytes = get("/crates-io/dl/leaf/1.2.0/download").is(200);
    assert_eq!(bytes.body, registry.bytes("leaf", "1.2.0"));
    get("/crates-io/dl/leaf/9.9.9/download").is(404);

    registry.publish(&Crate::new("leaf", "1.3.0"));
    post(&server, "/-/refresh", "r").is(403);
    post(&server, "/-/refresh", "wrong").is(401);
    post(&server, "/-/refresh", "a").is(200);
    assert_eq!(versions(&get(leaf).is(200)).len(), 4);
    server.stop().exits(0).no_panic();
}

#[test]
fn an_old_index_file_is_served_at_once_and_refreshed_behind_the_answer() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--refresh", "5s"]);
    let leaf = "/crates-io/index/le/af/leaf";
    assert_eq!(versions(&server.get(leaf).is(200)).len(), 2);
    registry.publish(&Crate::new("leaf", "1.2.0"));
    std::thread::sleep(Duration::from_millis(6500));
    let asked = registry.asked().len();
    assert_eq!(versions(&server.get(leaf).is(200)).len(), 2);
    let since = Instant::now();
    while versions(&server.get(leaf).is(200)).len() != 3 {
        assert!(
            since.elapsed() < Duration::from_secs(4),
            "it was never refreshed"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(registry.asked().len(), asked + 1);
    server.stop().exits(0).no_panic();
}
