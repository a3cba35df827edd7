//! `serve`: a version that was released a moment ago, and what it costs to notice it.

use std::time::{Duration, Instant};

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::{Registry, index_of};
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::server::Fault;

const INDEX: &str = "/crates-io/index/le/af/leaf";

fn world() -> (Registry, Sandbox, Served) {
    let registry = Registry::new([Crate::new("leaf", "1.0.0")]);
    let sandbox = Sandbox::new(&registry);
    // The default, whatever it is in the future: longer than this test takes.
    let server = Served::start(&sandbox, &["--refresh", "10m"]);
    (registry, sandbox, server)
}

fn conditional(server: &Served, tag: &str) -> Answer {
    server.ask("GET", INDEX, &[("If-None-Match", tag)])
}

#[test]
fn a_lockfile_that_names_a_version_released_a_moment_ago_builds() {
    let (registry, sandbox, server) = world();
    let old = sandbox.project("old", &[Dep::new("leaf", "1")]);
    let cargo = |folder| {
        server
            .cargo(&sandbox, &["fetch", "--locked"])
            .within(folder)
    };
    cargo(&old.folder).outcome().exits(0);

    registry.publish(&Crate::new("leaf", "1.0.1"));
    let new = sandbox.project("new", &[Dep::new("leaf", "=1.0.1")]);
    cargo(&new.folder).outcome().exits(0);

    // Again for a client that has the file of a moment ago in its home: it asks once, with the tag.
    registry.publish(&Crate::new("leaf", "1.0.2"));
    let newest = sandbox.project("newest", &[Dep::new("leaf", "=1.0.2")]);
    let home = sandbox.fresh("warm-home");
    cargo(&new.folder)
        .env("CARGO_HOME", &home)
        .outcome()
        .exits(0);
    registry.publish(&Crate::new("leaf", "1.0.3"));
    cargo(&newest.folder)
        .env("CARGO_HOME", &home)
        .outcome()
        .exits(0);
    server.stop().exits(0).no_panic();
}

#[test]
fn only_conditional_requests_ask_upstream_and_less_often_while_nothing_changes() {
    let (registry, _bench, server) = world();
    let asked = || registry.count(&index_of("leaf"));
    let tag = server.get(INDEX).is(200).header("etag").to_owned();
    for _ in 0..50 {
        server.get(INDEX).is(200);
    }
    assert_eq!(asked(), 1);
    let since = Instant::now();
    for _ in 0..200 {
        conditional(&server, &tag).is(304);
    }
    // At 0, 0.1, 0.3, 0.7, 1.5, 3.1 seconds and so on, then every two seconds.
    let most = 7 + usize::try_from(since.elapsed().as_secs()).unwrap() / 2;
    let times = asked() - 1;
    assert!((1..=most).contains(&times), "{times} of at most {most}");
    let (unchanged, _) = registry.unchanged_and_sent();
    assert_eq!(unchanged, times, "each of them cost a 304 and no more");
    server.stop().exits(0).no_panic();
}

#[test]
fn a_slow_upstream_holds_up_no_conditional_request_for_long() {
    let (registry, _bench, server) = world();
    let tag = server.get(INDEX).is(200).header("etag").to_owned();
    registry.always(&index_of("leaf"), Fault::Slow(Duration::from_secs(20)));
    let since = Instant::now();
    for _ in 0..5 {
        let answer = conditional(&server, &tag).is(304);
        assert_eq!(answer.header("warning"), "", "what is kept is not stale");
    }
    assert!(since.elapsed() < Duration::from_secs(10));
    // The first found out that upstream is slow, and the others did not try.
    assert_eq!(registry.count(&index_of("leaf")), 2);
}

#[test]
fn an_upstream_that_fails_costs_conditional_requests_nothing() {
    let (registry, _bench, server) = world();
    let tag = server.get(INDEX).is(200).header("etag").to_owned();
    registry.always(&index_of("leaf"), Fault::Status(500));
    for _ in 0..5 {
        conditional(&server, &tag).is(304);
    }
    let fresh = server.get(INDEX).is(200);
    assert_eq!(fresh.header("x-cargo-mirror"), "hit");
    let said = server.stop().exits(0).stderr;
    assert!(said.matches("upstream:").count() <= 1, "{said}");
}
