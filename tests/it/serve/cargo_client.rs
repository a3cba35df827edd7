//! `serve`, with the real cargo as its client.

use std::fs;
use std::time::Duration;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::wait::until;

fn registry() -> Registry {
    Registry::new([
        Crate::new("top", "1.0.0").needs("leaf"),
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.1.0"),
        Crate::new("other", "0.2.1+build.5"),
        Crate::new("tool", "1.0.0")
            .needs("leaf")
            .file("src/main.rs", "fn main() {}\n"),
    ])
}

#[test]
fn real_projects_build_cold_warm_and_with_upstream_gone() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    let project = sandbox.unlocked("project", &[Dep::new("top", "1"), Dep::new("other", "0.2")]);

    // Cold: nothing is anywhere but upstream.
    let cargo = |arguments: &[&str]| server.cargo(&sandbox, arguments).within(&project.folder);
    cargo(&["build"]).outcome().exits(0);
    let lockfile = project.read("Cargo.lock");
    assert!(lockfile.contains("registry+https://github.com/rust-lang/crates.io-index"));
    assert!(!lockfile.contains("127.0.0.1"), "{lockfile}");
    for (name, version) in [
        ("top", "1.0.0"),
        ("leaf", "1.1.0"),
        ("other", "0.2.1+build.5"),
    ] {
        assert_eq!(
            registry.count(&registry.download_path(name, version)),
            1,
            "{name}"
        );
    }

    // Warm: upstream is not asked again, for anything.
    registry.forget();
    cargo(&["build", "--locked"]).outcome().exits(0);
    assert_eq!(registry.paths(), [""; 0]);

    // Gone: what was seen is served, by the same server and by one that is started now.
    drop(registry);
    cargo(&["build", "--locked"]).outcome().exits(0);
    server.stop().exits(0).no_panic();
    let server = Served::start(&sandbox, &["--refresh", "0s"]);
    let cargo = |arguments: &[&str]| server.cargo(&sandbox, arguments).within(&project.folder);
    cargo(&["build", "--locked"]).outcome().exits(0);
    cargo(&["update"]).outcome().exits(0);
    assert_eq!(project.read("Cargo.lock"), lockfile);
    assert!(server.stats()["index"]["stale"].as_u64() > Some(0));
    server.stop().exits(0).no_panic();

    // What has come is a mirror like any other.
    sandbox.program(["verify"]).outcome().exits(0);
    sandbox
        .program(["vendor", "--offline"])
        .within(&project.folder)
        .outcome()
        .exits(0);
    sandbox.builds(&project);
}

#[test]
fn every_command_of_cargo_works_through_it() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &["--log", "json", "--log-file", "access.log"]);
    let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
    let cargo = |arguments: &[&str]| server.cargo(&sandbox, arguments).within(&project.folder);
    cargo(&["fetch"]).outcome().exits(0);
    cargo(&["tree"]).outcome().exits(0).answers("leaf v1.1.0");
    cargo(&["add", "other"]).outcome().exits(0);
    assert!(project.read("Cargo.toml").contains("other = \"0.2.1"));
    // Cargo wants to be told where to look it up, whatever replaces crates.io.
    cargo(&["info", "leaf", "--registry", "cargo-mirror-server"])
        .outcome()
        .exits(0)
        .answers("version: 1.1.0");
    cargo(&["update", "leaf", "--precise", "1.0.0"])
        .outcome()
        .exits(0);
    assert!(project.read("Cargo.lock").contains("version = \"1.0.0\""));
    cargo(&["check", "--locked"]).outcome().exits(0);
    let root = sandbox.fresh("installed");
    let root = root.display().to_string();
    cargo(&["install", "tool", "--root", &root])
        .outcome()
        .exits(0);
    cargo(&["info", "nowhere", "--registry", "cargo-mirror-server"])
        .outcome()
        .exits(101);
    server.stop().exits(0).no_panic();
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.crates.len(), 5);

    // Cargo asks for HTTP/2 on plain HTTP, and gets it.
    let log = fs::read_to_string(sandbox.path("access.log")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let over_http2 = lines.iter().filter(|line| line["protocol"] == "HTTP/2.0");
    assert!(over_http2.count() > 10, "{log}");
    let of_leaf = |line: &&serde_json::Value| line["path"] == "/crates-io/dl/leaf/1.1.0/download";
    assert_eq!(lines.iter().find(of_leaf).unwrap()["from"], "miss");
}

#[test]
fn a_mirror_is_served_as_it_stands_without_upstream() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("top", "1")]);
    sandbox.run(&project, ["prefetch", "Cargo.lock"]).exits(0);
    registry.forget();
    for mode in ["--offline", "--only-mirrored"] {
        let server = Served::start(&sandbox, &[mode]);
        let cargo = |arguments: &[&str]| server.cargo(&sandbox, arguments).within(&project.folder);
        cargo(&["build", "--locked"]).outcome().exits(0);
        // Of `leaf`, the one that is here, byte for byte; the other does not exist.
        let leaf = server.get("/crates-io/index/le/af/leaf").is(200);
        assert_eq!(
            leaf.body,
            format!("{}\n", registry.line("leaf", "1.1.0")).as_bytes()
        );
        server.get("/crates-io/index/ot/he/other").is(404);
        server.get("/crates-io/dl/leaf/1.0.0/download").is(404);
        server.get("/crates-io/dl/leaf/1.1.0/download").is(200);
        assert_eq!(registry.paths(), [""; 0]);

        // A line whose bytes are gone is not served: cargo must not pick what it cannot get.
        let path = sandbox.mirror().join("crates-io/leaf-1.1.0.crate");
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        std::thread::sleep(Duration::from_millis(2100));
        server.get("/crates-io/index/le/af/leaf").is(404);
        server.get("/crates-io/dl/leaf/1.1.0/download").is(404);
        // And bytes that rot are never sent.
        let mut rotten = bytes.clone();
        rotten[20] ^= 1;
        fs::write(&path, rotten).unwrap();
        server.get("/crates-io/dl/leaf/1.1.0/download").is(502);
        fs::write(&path, bytes).unwrap();
        server.get("/crates-io/dl/leaf/1.1.0/download").is(200);
        // Another run may add to it meanwhile.
        sandbox.program(["prefetch", "other"]).outcome().exits(0);
        std::thread::sleep(Duration::from_millis(600));
        server.get("/crates-io/index/ot/he/other").is(200);
        server.stop().exits(0).no_panic();
        sandbox
            .program(["roots", "forget", "other"])
            .outcome()
            .exits(0);
        sandbox.program(["gc", "--yes"]).outcome().exits(0);
        registry.forget();
    }
}

#[test]
fn damaged_bytes_in_the_mirror_heal_from_upstream() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf=1.1.0"])
        .outcome()
        .exits(0);
    let path = sandbox.mirror().join("crates-io/leaf-1.1.0.crate");
    fs::write(&path, "rotten").unwrap();
    let server = Served::start(&sandbox, &[]);
    let answer = server.get("/crates-io/dl/leaf/1.1.0/download").is(200);
    assert_eq!(answer.body, registry.bytes("leaf", "1.1.0"));
    server.stop().exits(0).no_panic();
    sandbox.program(["verify"]).outcome().exits(0);
}

#[test]
fn the_least_recently_used_goes_and_roots_stay() {
    let names = ["a1", "a2", "a3", "a4", "a5"];
    let big = |name: &&str| {
        let noise: String = (0..20_000_u32)
            .map(|number| char::from(b'a' + (number.wrapping_mul(2_654_435_761) >> 27) as u8 % 26))
            .collect();
        Crate::new(name, "1.0.0").file("src/noise.txt", format!("{name}{noise}"))
    };
    let registry = Registry::new(names.iter().map(big));
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "a1"]).outcome().exits(0);
    let size = registry.bytes("a1", "1.0.0").len();
    let most = (size * 3 + size / 2).to_string();
    let server = Served::start(&sandbox, &["--max-size", &most]);
    let get = |name: &str| {
        server
            .get(&format!("/crates-io/dl/{name}/1.0.0/download"))
            .is(200)
    };
    for name in &names[1..4] {
        get(name);
        // Use is counted to the second.
        std::thread::sleep(Duration::from_millis(1100));
    }
    get("a3");
    server.until("evicted", |stats| stats["evicted"].as_u64() > Some(0));
    get("a5");
    server.until("evicted again", |stats| stats["evicted"].as_u64() > Some(1));
    server.stop().exits(0).no_panic();
    let held = sound(&sandbox.mirror(), &registry);
    let held = held.names();
    assert!(
        held.contains(&"a1-1.0.0"),
        "a root lost its crate: {held:?}"
    );
    assert!(
        held.contains(&"a5-1.0.0") && !held.contains(&"a2-1.0.0"),
        "{held:?}"
    );
    sandbox.program(["verify"]).outcome().exits(0);

    // Use is remembered, and told.
    let told = sandbox.program(["stats"]).outcome().exits(0);
    told.answers("a3@1.0.0");
}

#[test]
fn it_prefetches_what_it_is_told_to() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("project", &[Dep::new("top", "1")]);
    fs::write(sandbox.path("tokens"), "read r\nadmin secret\n").unwrap();
    let lockfile = project.path("Cargo.lock").display().to_string();
    let server = Served::start(
        &sandbox,
        &["--prefetch", &lockfile, "--token-file", "tokens"],
    );
    let stats = || {
        let answer = server
            .ask("GET", "/-/stats", &[("Authorization", "r")])
            .is(200);
        serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap()
    };
    let until_done = |number: u64| {
        until("the prefetch is done", || {
            stats()["prefetch"]["done"].as_u64() >= Some(number)
        });
    };
    until_done(1);
    assert_eq!(stats()["prefetch"]["fetched"], 2);

    let post = |token: &str, body: &str| {
        let length = body.len().to_string();
        let headers = [("Authorization", token), ("Content-Length", &length)];
        let request = server.request("POST", "/-/prefetch", &headers) + body;
        crate::fixture::served::Answer::parse(&server.say(request))
    };
    post("r", "other\n").is(403);
    post("wrong", "other\n").is(401);
    post("secret", "not a list !!\n").is(422);
    post("secret", "other\n").is(202);
    until_done(2);
    post("secret", &project.read("Cargo.lock")).is(202);
    until_done(3);
    // A run of its own on the same folder, meanwhile.
    sandbox.program(["prefetch", "tool"]).outcome().exits(0);
    let told = sandbox
        .program(["stats", "--server", &server.base])
        .env("CARGO_MIRROR_TOKEN", "r")
        .outcome()
        .exits(0);
    told.answers("requests in");
    sandbox
        .program(["stats", "--server", &server.base])
        .outcome()
        .exits(101)
        .says("CARGO_MIRROR_TOKEN");
    server.stop().exits(0).no_panic();
    let held = sound(&sandbox.mirror(), &registry);
    assert_eq!(held.crates.len(), 4);
    // What was prefetched is a root, so `gc` leaves it alone.
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    assert_eq!(sound(&sandbox.mirror(), &registry).crates.len(), 4);
}

#[test]
fn tokens_are_asked_for_as_cargo_expects() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    fs::write(sandbox.path("tokens"), "# the team\nread sesame\n").unwrap();
    let server = Served::start(&sandbox, &["--token-file", "tokens"]);
    let project = sandbox.unlocked("project", &[Dep::new("top", "1")]);
    let cargo = |token: &str| {
        server
            .cargo(&sandbox, &["fetch"])
            .within(&project.folder)
            .env("CARGO_REGISTRIES_CARGO_MIRROR_SERVER_TOKEN", token)
            .env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token")
            .outcome()
    };
    cargo("sesame").exits(0);
    cargo("wrong").exits(101).says("token rejected");
    let refused = server.get("/crates-io/index/config.json").is(401);
    assert!(
        refused
            .header("www-authenticate")
            .starts_with("Cargo login_url=")
    );
    for path in [
        "/crates-io/index/le/af/leaf",
        "/crates-io/dl/leaf/1.1.0/download",
        "/metrics",
    ] {
        server.get(path).is(401);
    }
    for path in ["/healthz", "/readyz"] {
        server.get(path).is(200);
    }
    let config = server.ask(
        "GET",
        "/crates-io/index/config.json",
        &[("Authorization", "sesame")],
    );
    assert!(config.is(200).text().contains("\"auth-required\":true"));

    // Another token from now on, without a restart.
    fs::write(sandbox.path("tokens"), "read mellon\n").unwrap();
    let later = fs::metadata(sandbox.path("tokens"))
        .unwrap()
        .modified()
        .unwrap()
        + Duration::from_secs(5);
    fs::File::options()
        .append(true)
        .open(sandbox.path("tokens"))
        .unwrap()
        .set_modified(later)
        .unwrap();
    server.signal("HUP");
    until("the new token is taken", || {
        server
            .ask("GET", "/metrics", &[("Authorization", "mellon")])
            .status
            == 200
    });
    server
        .ask("GET", "/metrics", &[("Authorization", "sesame")])
        .is(401);
}
