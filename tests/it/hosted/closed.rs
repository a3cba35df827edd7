//! What a closed registry keeps to itself, however it is asked, and while its settings cannot be read.

use std::fs;

use serde_json::json;

use crate::fixture::project::write;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::hosted::api::package;
use crate::hosted::world::{World, metadata};

const INDEX: &str = "/registries/corp/index/se/cr/secret";
const DOWNLOAD: &str = "/registries/corp/dl/secret/1.0.0/download";

fn read(server: &Served, path: &str, token: &str) -> Answer {
    server.ask("GET", path, &[("Authorization", token)])
}

/// A mirror with a closed registry and a crate in it, nobody serving, and a token that reads it.
fn closed() -> (Sandbox, String) {
    let world = World::new(&[], &["--auth", "all"]);
    let token = world.publisher("alice");
    let bytes = package("secret", "1.0.0", "");
    let said = metadata("secret", "1.0.0");
    world.upload(&token, &said, &bytes).is(200);
    let World {
        sandbox, server, ..
    } = world;
    server.stop().exits(0).no_panic();
    (sandbox, token)
}

#[test]
fn a_registry_whose_marker_cannot_be_read_at_the_start_is_closed() {
    let (sandbox, token) = closed();
    let marker = sandbox.mirror().join("registries/corp/registry.toml");
    let sound = fs::read_to_string(&marker).unwrap();
    write(&marker, format!("{sound}\nof-a-later-version = true\n"));
    let server = Served::start(&sandbox, &["--offline"]);
    for path in [INDEX, DOWNLOAD] {
        server.get(path).is(401);
        read(&server, path, &token).is(200);
    }
    let ended = server.stop().exits(0).no_panic();
    ended.says("of-a-later-version").says("needs a token");
}

#[test]
fn settings_that_are_gone_before_the_first_look_open_nothing() {
    let (sandbox, token) = closed();
    let settings = sandbox.mirror().join("mirror.toml");
    let sound = fs::read_to_string(&settings).unwrap();
    for between in [Some(""), Some("auth = [\n"), None] {
        write(&settings, &sound);
        let server = Served::start(&sandbox, &["--offline"]);
        match between {
            Some(text) => write(&settings, text),
            None => fs::remove_file(&settings).unwrap(),
        }
        for path in [INDEX, DOWNLOAD] {
            server.get(path).is(401);
            read(&server, path, &token).is(200);
        }
        server.stop().exits(0).no_panic();
    }
}

#[test]
fn a_token_for_some_crates_reads_no_other_however_its_path_is_written() {
    let world = World::new(&[], &["--auth", "all"]);
    let alice = world.publisher("alice");
    let bytes = package("acme-log", "1.0.0", "");
    let said = metadata("acme-log", "1.0.0");
    world.upload(&alice, &said, &bytes).is(200);
    let own = world.index("corp");
    let needs =
        format!("[dependencies]\nacme-log = {{ version = \"1\", registry-index = {own:?} }}\n");
    let deps = json!([{
        "name": "acme-log", "version_req": "^1", "features": [], "optional": false,
        "default_features": true, "target": null, "kind": "normal", "registry": own,
    }]);
    let said = metadata("secret", "1.0.0").replace("\"deps\":[]", &format!("\"deps\":{deps}"));
    let bytes = package("secret", "1.0.0", &needs);
    world.upload(&alice, &said, &bytes).is(200);
    let limited = world.report("token new --user alice --scope read --crate acme-*");
    let limited = limited["token"].as_str().unwrap();
    let server = &world.server;
    let corp = "/registries/corp";
    for path in [
        "/index/se/cr/secret",
        "/dl/secret/1.0.0/download",
        "/dl/%73ecret/1.0.0/download",
        "/dl/s%65cret/1.0.0/download",
        "/api/v1/crates/secret",
        "/api/v1/crates/secret/1.0.0/dependencies",
    ] {
        let path = format!("{corp}{path}");
        let refused = read(server, &path, limited).is(403);
        assert!(refused.text().contains("limited to `acme-*`"), "{path}");
        read(server, &path, &alice).is(200);
    }
    // The API is in one place.
    let twice = format!("{corp}/api/x/api/v1/crates/secret");
    read(server, &twice, &alice).is(404);
    read(server, &twice, limited).is(404);
    read(
        server,
        &format!("{corp}/dl/%61cme-log/1.0.0/download"),
        limited,
    )
    .is(200);
    let path = format!("{corp}/api/v1/crates/acme-log/reverse_dependencies");
    let all = read(server, &path, &alice).is(200).text();
    assert!(all.contains("secret"), "{all}");
    let some = read(server, &path, limited).is(200).text();
    assert!(!some.contains("secret"), "{some}");
}

#[test]
fn where_reading_takes_a_token_changing_does() {
    let world = World::served(&[], &["--auth", "none"], |sandbox| {
        let tokens = sandbox.path("tokens");
        write(&tokens, "read one\nadmin two\n");
        vec!["--token-file".to_owned(), tokens.display().to_string()]
    });
    let bytes = package("foo", "1.0.0", "");
    let said = metadata("foo", "1.0.0");
    for token in ["", "wrong"] {
        world.upload(token, &said, &bytes).is(401);
    }
    world.upload("one", &said, &bytes).is(403);
    world.upload("two", &said, &bytes).is(200);
    let api = "/registries/corp/api/v1/crates/foo";
    for (method, path) in [("DELETE", "1.0.0/yank"), ("GET", "owners")] {
        world
            .server
            .ask(method, &format!("{api}/{path}"), &[])
            .is(401);
    }
}

#[test]
fn a_token_of_one_registry_opens_no_other() {
    let world = World::new(&[], &["--auth", "all"]);
    let other = world.index("lab");
    world
        .run(&format!("registry new lab --url {other} --auth all"))
        .exits(0);
    world.run("user new alice").exits(0);
    let made = world.report("token new --user alice --scope read,publish-new --registry lab");
    let token = made["token"].as_str().unwrap();
    let config = |registry: &str| format!("/registries/{registry}/index/config.json");
    read(&world.server, &config("lab"), token).is(200);
    let refused = read(&world.server, &config("corp"), token).is(403).text();
    assert!(
        refused.contains("is for lab, not for `corp`: use a token of this registry"),
        "{refused}"
    );
    let bytes = package("foo", "1.0.0", "");
    let refused = world.upload(token, &metadata("foo", "1.0.0"), &bytes);
    assert!(refused.is(403).text().contains("not for `corp`"));
    let index = world.sandbox.mirror().join("registries/corp/index/3/f/foo");
    assert!(!index.exists());
}
