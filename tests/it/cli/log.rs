//! The log for whoever looks for a fault: `CARGO_MIRROR_LOG`, `-vv`.

use std::fs;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::server::Fault;

/// Long and unlike anything else, so that each is found wherever it leaks to.
const SECRETS: [&str; 4] = [
    "cio-t0ken-upstreamsekrit",
    "cio-t0ken-clientsekrit",
    "cio-t0ken-querysekrit",
    "cio-t0ken-signaturesekrit",
];

#[test]
fn nothing_is_logged_unless_it_is_asked_for() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    for (level, verbose, logged) in [
        ("", "-v", false),
        ("off", "-vv", false),
        ("", "-vv", true),
        ("debug", "-v", true),
        ("cargo_mirror::ops=debug", "-v", true),
        ("cargo_mirror::serve=trace", "-v", false),
        // Of libraries nothing is said.
        (
            "hyper=trace,h2=trace,reqwest=trace,rustls=trace",
            "-v",
            false,
        ),
    ] {
        let mirror = sandbox.fresh("mirror");
        let run = sandbox.program(["prefetch", "leaf", verbose, "--mirror"]);
        let run = run.args([&mirror]).env("CARGO_MIRROR_LOG", level);
        let run = run.outcome().exits(0);
        let found = run.stderr.contains("DEBUG");
        assert_eq!(found, logged, "{level} {verbose}\n{run}");
        assert!(!run.stderr.contains("TRACE"), "{run}");
    }
}

#[test]
fn a_filter_that_is_none_is_refused_with_what_it_should_be() {
    let registry = Registry::new([]);
    let sandbox = Sandbox::new(&registry);
    let run = sandbox.program(["roots"]);
    let run = run.env("CARGO_MIRROR_LOG", "cargo_mirror=loud").outcome();
    run.exits(101).says("CARGO_MIRROR_LOG").says("debug");
}

#[test]
fn a_repair_is_logged_source_by_source() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    write(&sandbox.mirror().join("crates-io/leaf-1.0.0.crate"), "no");
    let run = sandbox.program(["repair", "--message-format", "json"]);
    let run = run.env("CARGO_MIRROR_LOG", "debug").outcome().exits(0);
    let lines: Vec<serde_json::Value> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let repaired = lines.iter().find(|line| line["message"] == "verified");
    let repaired = repaired.unwrap_or_else(|| panic!("{run}"));
    assert_eq!(repaired["krate"], "leaf@1.0.0");
    let spans = repaired["spans"].as_array().unwrap();
    let span = spans.iter().find(|span| span["name"] == "repair").unwrap();
    assert_eq!(span["source"], "crates-io");
    assert_eq!(span["damages"], 1);
}

/// At every level, of everything that a server hears and says.
#[cfg(unix)]
#[test]
fn no_secret_is_ever_logged() {
    let registry = Registry::new([
        Crate::new("top", "1.0.0").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let [upstream, client, query, signature] = SECRETS;
    write(
        &sandbox.path("cargo-home/config.toml"),
        format!("[registries.company]\nindex = {:?}\n", registry.index()),
    );
    fs::write(sandbox.path("tokens"), format!("read {client}\n")).unwrap();
    registry.lock_with(upstream);
    let path = registry.download_path("leaf", "1.0.0");
    let bytes = registry.bytes("leaf", "1.0.0");
    registry.serve("/elsewhere/leaf.crate", bytes);
    let signed = format!("/elsewhere/leaf.crate?X-Signature={signature}");
    registry.always(&path, Fault::Redirect(signed));
    registry.fail_next("/index/to/p/top", [Fault::Status(503)]);
    for format in ["json", "common"] {
        let run = sandbox
            .program(["serve", "--listen", "127.0.0.1:0", "--log", format])
            .args(["--log-file", "access.log", "--token-file", "tokens"])
            .args(["--mirror", sandbox.fresh("mirror").to_str().unwrap()])
            .env("CARGO_MIRROR_LOG", "trace")
            .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
            .env("CARGO_REGISTRIES_COMPANY_TOKEN", upstream);
        let server = Served::run(run);
        let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
        let fetch = server.cargo(&sandbox, &["fetch"]).within(&project.folder);
        fetch
            .env("CARGO_REGISTRIES_CARGO_MIRROR_SERVER_TOKEN", client)
            .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
            .outcome()
            .exits(0);
        for path in [
            format!("/api/v1/crates?q=leaf&token={query}"),
            "/crates-io/index/le/af/leaf".to_owned(),
            "/crates-io/dl/leaf/1.0.0/download".to_owned(),
        ] {
            let answer = server.ask("GET", &path, &[("Authorization", client)]);
            answer.is(200);
            server
                .ask("GET", &path, &[("Authorization", query)])
                .is(401);
        }
        let said = server.stop().exits(0).no_panic().to_string();
        for wanted in ["request", "fetch", "index", "answered", "leaf@1.0.0"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        let access = fs::read_to_string(sandbox.path("access.log")).unwrap();
        for secret in SECRETS {
            assert!(!said.contains(secret), "{secret}: {said}");
            assert!(!access.contains(secret), "{secret}: {access}");
        }
        if format == "json" {
            let lines = said.lines().filter(|line| line.starts_with('{'));
            let lines: Vec<serde_json::Value> = lines
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            let request = |line: &&serde_json::Value| {
                line["span"]["name"] == "request" && line["message"] == "answered"
            };
            let line = lines.iter().find(request).unwrap();
            assert!(line["status"].is_u64() && line["span"]["path"].is_string());
        }
        fs::remove_file(sandbox.path("access.log")).unwrap();
        fs::remove_dir_all(&project.folder).unwrap();
    }
}
