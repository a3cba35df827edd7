//! Who may see a page: a token as the password of a browser, registries of one's own, private names.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::fixture::package::Crate;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::hosted::world::{World, metadata};
use crate::search::dump::dump;
use crate::web::checker::{browse, check, crawl, words};

/// `name:token`, as browsers send it.
fn basic(server: &Served, path: &str, encoded: &str) -> Answer {
    let authorization = format!("Basic {encoded}");
    server.ask(
        "GET",
        path,
        &[("Accept", "text/html"), ("Authorization", &authorization)],
    )
}

#[test]
fn a_browser_sends_a_token_as_a_password() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let tokens = sandbox.path("tokens");
    fs::write(&tokens, "read secret\n").unwrap();
    let tokens = tokens.display().to_string();
    let server = Served::start(&sandbox, &["--offline", "--token-file", &tokens]);
    for path in [
        "/crates/leaf",
        "/crates/nothing",
        "/search?q=",
        "/status",
        "/crates/leaf/1.0.0/code",
    ] {
        let refused = browse(&server, path).is(401);
        assert!(
            refused.header("www-authenticate").starts_with("Basic "),
            "{path}"
        );
        assert_eq!(refused.header("set-cookie"), "");
        assert!(!words(&refused).contains("leaf"), "{path}");
        check(path, &refused);
        // `me:wrong`, a name alone, the token as the name, and what is no base64.
        for wrong in ["bWU6d3Jvbmc=", "bWU6", "c2VjcmV0Og==", "!"] {
            basic(&server, path, wrong).is(401);
        }
    }
    // `me:secret`, and `:secret`.
    for right in ["bWU6c2VjcmV0", "OnNlY3JldA=="] {
        check(
            "/crates/leaf",
            &basic(&server, "/crates/leaf", right).is(200),
        );
    }
    let bearer = [("Authorization", "Bearer secret")];
    server.ask("GET", "/crates/leaf", &bearer).is(200);
    // How to set up cargo is no secret; what is here is one.
    let start = browse(&server, "/").is(200);
    check("/", &start);
    assert!(words(&start).contains("cargo mirror on --server") && !words(&start).contains("leaf"));
    assert!(words(&basic(&server, "/", "bWU6c2VjcmV0").is(200)).contains("leaf"));
    server.get("/robots.txt").is(200);
    // Passwords are for pages: cargo goes on to send its token as it is, and is asked for one in its own way.
    let index = "/crates-io/index/le/af/leaf";
    let refused = basic(&server, index, "bWU6c2VjcmV0").is(401);
    assert!(refused.header("www-authenticate").starts_with("Cargo "));
    server
        .ask("GET", index, &[("Authorization", "secret")])
        .is(200);
}

#[test]
fn a_registry_of_ones_own_is_shown_to_its_readers_alone() {
    let world = World::new(&[Crate::new("leaf", "1.0.0")], &["--auth", "all"]);
    let token = world.publisher("ann");
    let package = Crate::new("acme", "1.0.0")
        .says("description = \"Ours\"")
        .says("license = \"MIT\"");
    let sent = metadata("acme", "1.0.0").replace(
        "\"links\":null",
        "\"links\":null,\"description\":\"Ours\",\"license\":\"MIT\"",
    );
    world.upload(&token, &sent, &package.bytes()).is(200);
    let server = &world.server;
    let paths = [
        "/registries/corp/",
        "/registries/corp/search?q=acme",
        "/registries/corp/crates/acme",
        "/registries/corp/crates/acme/1.0.0/code",
        "/registries/corp/crates/nothing",
    ];
    for path in paths {
        let refused = browse(server, path).is(401);
        check(path, &refused);
        assert!(!words(&refused).contains("Ours"), "{path}");
    }
    let password = STANDARD.encode(format!("ann:{token}"));
    for path in &paths[..4] {
        check(path, &basic(server, path, &password).is(200));
    }
    let page = words(&basic(server, paths[2], &password));
    assert!(
        page.contains("Ours") && page.contains("registry = \"corp\""),
        "{page}"
    );
    // The start names the registry to whoever may see it; the token is one of this registry and opens no other door.
    assert!(!words(&browse(server, "/").is(200)).contains("corp"));
    assert!(words(&basic(server, "/", &password).is(200)).contains("corp"));
    // Somebody takes the name on crates.io. In its place here there is nothing of that name, whatever crates.io has, and a look at it asks nobody.
    world.crates_io.publish(&Crate::new("acme", "9.9.9"));
    world.crates_io.forget();
    let private = browse(server, "/crates/acme").is(404);
    assert!(!words(&private).contains("Ours") && !words(&private).contains("9.9.9"));
    assert!(!words(&browse(server, "/search?q=acme").is(200)).contains("Ours"));
    assert_eq!(world.crates_io.paths(), Vec::<String>::new());
}

#[test]
fn a_registry_that_all_may_read_is_shown_to_all() {
    let world = World::new(&[], &[]);
    let token = world.publisher("ann");
    let package = Crate::new("acme", "1.0.0")
        .says("description = \"Ours\"")
        .says("license = \"MIT\"");
    let sent = metadata("acme", "1.0.0").replace(
        "\"links\":null",
        "\"links\":null,\"description\":\"Ours\",\"license\":\"MIT\"",
    );
    world.upload(&token, &sent, &package.bytes()).is(200);
    let seen = crawl(&world.server, &["/"]);
    for path in [
        "/registries/corp/",
        "/registries/corp/crates/acme",
        "/registries/corp/crates/acme/versions",
    ] {
        assert!(seen.contains(path), "{path}: {seen:?}");
    }
}

#[test]
fn a_private_name_has_no_page_of_a_strangers_crate() {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let dump = dump(&sandbox);
    let import = ["catalog", "import", dump.to_str().unwrap()];
    sandbox.program(import).outcome().exits(0);
    let settings = sandbox.mirror().join("mirror.toml");
    fs::write(settings, "private-names = [\"reqwest\"]\n").unwrap();
    let server = Served::start(&sandbox, &["--offline"]);
    browse(&server, "/crates/http-client").is(200);
    let page = browse(&server, "/crates/reqwest").is(404);
    check("/crates/reqwest", &page);
    let said = words(&page);
    assert!(
        !said.contains("0.12.0") && !said.contains("brings it in"),
        "{said}"
    );
}
