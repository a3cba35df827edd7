//! The real cargo and editors ask a server what there is.

use std::fs;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::{CARGO, Sandbox};
use crate::fixture::served::Served;
use crate::fixture::wait::until;
use crate::hosted::world::World;

fn registry() -> Registry {
    let mut crates = vec![
        Crate::new("leaf", "1.0.0").says("description = \"a\\nleaf\\u001b[31m of <b>trees</b>\""),
        Crate::new("leaf", "1.1.0").says("description = \"a\\nleaf\\u001b[31m of <b>trees</b>\""),
        Crate::new("leaf_extra", "0.1.0")
            .says("keywords = [\"tree\"]")
            .dep(Dep::new("leaf", "1")),
        Crate::new("other", "2.0.0-rc.1").says("description = \"trees of another kind\""),
    ];
    for number in 0..150 {
        crates.push(Crate::new(&format!("many-{number}"), "0.1.0"));
    }
    Registry::new(crates)
}

fn search(server: &Served, sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let run = server.cargo(
        sandbox,
        &[&["search", "--registry", "cargo-mirror-server"][..], words].concat(),
    );
    let found = run.outcome().exits(0).stdout;
    found.lines().map(str::to_owned).collect()
}

#[test]
fn cargo_search_and_info_work_as_they_are() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let all: Vec<String> = (0..150).map(|number| format!("many-{number}")).collect();
    let named = ["prefetch", "leaf=1.1.0", "leaf_extra", "other=2.0.0-rc.1"];
    let named = named.into_iter().chain(all.iter().map(String::as_str));
    sandbox.program(named).outcome().exits(0);
    let server = Served::start(&sandbox, &["--only-mirrored"]);
    let found = search(&server, &sandbox, &["Leaf"]);
    assert!(
        found[0].starts_with("leaf = \"1.1.0\"") && found[1].starts_with("leaf_extra"),
        "{found:?}"
    );
    assert!(
        found[0].contains("# a leaf") && !found[0].contains('\u{1b}'),
        "{found:?}"
    );
    // Two words, in name and keywords, in any order.
    let found = search(&server, &sandbox, &["tree", "extra"]);
    assert!(
        found.len() == 1 && found[0].starts_with("leaf_extra = \"0.1.0\""),
        "{found:?}"
    );
    let found = search(&server, &sandbox, &["kind"]);
    assert!(found[0].starts_with("other = \"2.0.0-rc.1\""), "{found:?}");
    assert_eq!(
        search(&server, &sandbox, &["nothing-of-this-name"]),
        [""; 0]
    );
    let found = search(&server, &sandbox, &["many", "--limit", "100"]);
    let listed = found
        .iter()
        .filter(|line| line.starts_with("many-"))
        .count();
    assert!(
        listed == 100 && found.last().unwrap().contains("and 50 crates more"),
        "{found:?}"
    );
    let info = server.cargo(
        &sandbox,
        &["info", "leaf", "--registry", "cargo-mirror-server"],
    );
    info.outcome().exits(0).answers("leaf").answers("1.1.0");
    server.stop().exits(0).no_panic();
}

#[test]
fn editors_are_told_what_the_index_says() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox
        .program(["prefetch", "leaf=1.0.0", "leaf=1.1.0", "leaf_extra"])
        .outcome()
        .exits(0);
    let server = Served::start(&sandbox, &["--only-mirrored"]);
    let json = |path: &str| -> serde_json::Value {
        serde_json::from_slice(&server.get(path).is(200).body).unwrap()
    };
    let page = json("/api/v1/crates?q=leaf&per_page=1&page=2&sort=alpha");
    assert_eq!(
        (&page["meta"]["total"], &page["crates"][0]["name"]),
        (&2.into(), &"leaf_extra".into())
    );
    assert_eq!(
        page["meta"]["prev_page"],
        "?q=leaf&per_page=1&sort=alpha&page=1"
    );
    assert!(page["meta"]["next_page"].is_null() && page["meta"]["known"]["mirror"]["crates"] == 2);
    // In another spelling, too.
    let one = json("/api/v1/crates/Leaf-Extra");
    assert_eq!(one["crate"]["name"], "leaf_extra");
    assert!(one["versions"][0].get("features").is_none());
    let versions = json("/api/v1/crates/leaf/versions");
    assert_eq!(
        (&versions["meta"]["total"], &versions["versions"][0]["num"]),
        (&2.into(), &"1.1.0".into())
    );
    assert_eq!(
        json("/api/v1/crates/leaf/1.0.0")["version"]["mirrored"],
        true
    );
    let needs = json("/api/v1/crates/leaf_extra/0.1.0/dependencies");
    assert_eq!(needs["dependencies"][0]["crate_id"], "leaf");
    let dependants = json("/api/v1/crates/leaf/reverse_dependencies");
    assert_eq!(
        (
            &dependants["meta"]["total"],
            &dependants["versions"][0]["crate"]
        ),
        (&1.into(), &"leaf_extra".into())
    );
    assert_eq!(json("/api/v1/summary")["num_crates"], 2);
    for path in [
        "/api/v1/crates/nothing",
        "/api/v1/crates/leaf/3.0.0",
        "/api/v1/crates/leaf/owners",
        "/api/v1/crates/../x",
    ] {
        server.get(path).is(404);
    }
    // What is mirrored meanwhile is found, and what is gone is not.
    sandbox
        .program(["prefetch", "other=2.0.0-rc.1"])
        .outcome()
        .exits(0);
    until("it is found", || {
        json("/api/v1/crates?q=other")["meta"]["total"] == 1
    });
    // A day and a month of history are there from the first minute.
    let history = json("/-/history");
    assert_eq!(history["day"]["slots"].as_array().unwrap().len(), 288);
    assert_eq!(history["month"]["slots"].as_array().unwrap().len(), 372);
    server.stop().exits(0).no_panic();
    // It outlives the server.
    assert!(sandbox.mirror().join(".mirror/history").is_file());
}

#[test]
fn an_api_that_is_turned_off_is_not_named() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    fs::write(sandbox.mirror().join("mirror.toml"), "[web]\napi = false\n").unwrap();
    let server = Served::start(&sandbox, &[]);
    assert!(
        !server
            .get("/crates-io/index/config.json")
            .is(200)
            .text()
            .contains("\"api\"")
    );
    server.get("/api/v1/crates?q=leaf").is(404);
    server.get("/api/v1/crates/leaf").is(404);
    server.stop().exits(0).no_panic();
}

#[test]
fn hosted_crates_are_found_where_their_readers_may_see_them_and_nowhere_else() {
    let world = World::new(&[], &["--set", "auth=all"]);
    let token = world.publisher("alice");
    let home = world.home();
    for name in ["acme-log", "acme-tools"] {
        let folder = world.package(name, "1.0.0", "");
        let publish = "publish --registry corp --no-verify --allow-dirty";
        world
            .cargo(&home, &token, publish)
            .within(&folder)
            .outcome()
            .exits(0);
    }
    let at = "/registries/corp/api/v1/crates";
    for path in [
        "?q=acme",
        "/acme-log",
        "/acme-log/versions",
        "/acme-log/1.0.0/dependencies",
    ] {
        world.server.get(&format!("{at}{path}")).is(401);
        let found = world
            .server
            .ask("GET", &format!("{at}{path}"), &[("Authorization", &token)]);
        found.is(200);
    }
    let found = world
        .server
        .ask("GET", &format!("{at}?q=acme"), &[("Authorization", &token)]);
    let found = found.is(200).text();
    assert!(
        found.contains("acme-log") && found.contains("what acme-log is for"),
        "{found}"
    );
    // A token that reads some crates finds those.
    let one = world.report("token new --user alice --scope read --crate acme-log");
    let one = one["token"].as_str().unwrap();
    let found = world
        .server
        .ask("GET", &format!("{at}?q=acme"), &[("Authorization", one)]);
    let found = found.is(200).text();
    assert!(
        found.contains("acme-log") && !found.contains("acme-tools"),
        "{found}"
    );
    // They are no crates of crates.io, even where it has one of that name by now.
    let mirror = world.sandbox.mirror();
    let line = mirror.join("registries/corp/index/ac/me/acme-tools");
    fs::create_dir_all(mirror.join("crates-io/index/ac/me")).unwrap();
    fs::copy(line, mirror.join("crates-io/index/ac/me/acme-tools")).unwrap();
    world.run("catalog rebuild").exits(0);
    world.run("search acme").exits(0).answers("acme-tools");
    for path in ["?q=acme", "?q=acme-tools"] {
        let found = world
            .server
            .get(&format!("/api/v1/crates{path}"))
            .is(200)
            .text();
        assert!(!found.contains("\"name\":\"acme"), "{found}");
    }
    world.server.get("/api/v1/crates/acme-tools").is(404);
    let run = world
        .sandbox
        .command(CARGO)
        .args(["search", "acme", "--registry", "corp"]);
    let run = run
        .env("CARGO_HOME", &home)
        .env("CARGO_REGISTRIES_CORP_INDEX", world.index("corp"));
    let run = run.env("CARGO_REGISTRIES_CORP_TOKEN", &token);
    let run = run.env("CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS", "cargo:token");
    run.outcome()
        .exits(0)
        .answers("acme-log = \"1.0.0\"      # what acme-log is for");
}

#[test]
fn versions_that_were_removed_are_not_named_any_more() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let list = sandbox.path("names");
    fs::write(&list, "leaf\nother\n").unwrap();
    let sync = || {
        let words = ["sync", "--index-git", "none", "--names-from"];
        sandbox.program(words).args([&list]).outcome().exits(0)
    };
    let found = || sandbox.program(["search", "leaf"]).outcome().exits(0);
    sync();
    found().answers("1.1.0");
    registry.withdraw("leaf", "1.1.0");
    sync().says("1 removed");
    let found = found().answers("1.0.0");
    assert!(!found.stdout.contains("1.1.0"), "{}", found.stdout);
}
