//! `serve`: small things that people run into.

use std::io::Write;
use std::time::Duration;

use crate::fixture::package::{Crate, sha256};
use crate::fixture::raw::Raw;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};

const INDEX: &str = "/crates-io/index/le/af/leaf";
const CONFIG: &str = "/crates-io/index/config.json";

fn world(arguments: &[&str]) -> (Registry, Sandbox, Served) {
    let registry = Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.0.1+build.5"),
        Crate::new("leaf", "1.0.2"),
    ]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, arguments);
    (registry, sandbox, server)
}

#[test]
fn a_304_carries_the_tag_that_a_200_would() {
    let (_registry, _bench, server) = world(&[]);
    let mut tags = Vec::new();
    for coding in ["identity", "gzip", "zstd"] {
        let accept = ("Accept-Encoding", coding);
        let whole = server.ask("GET", INDEX, &[accept]).is(200);
        let tag = whole.header("etag").to_owned();
        let again = server
            .ask("GET", INDEX, &[accept, ("If-None-Match", &tag)])
            .is(304);
        assert_eq!(again.header("etag"), tag, "{coding}");
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
}

#[test]
fn a_plus_that_a_gateway_made_a_space_is_a_plus() {
    let (registry, _bench, server) = world(&[]);
    let bytes = registry.bytes("leaf", "1.0.1+build.5");
    for version in ["1.0.1+build.5", "1.0.1%2Bbuild.5", "1.0.1%20build.5"] {
        let path = format!("/crates-io/dl/leaf/{version}/download");
        assert!(server.get(&path).is(200).body == bytes, "{version}");
    }
}

#[test]
fn a_client_of_http_1_0_need_not_name_the_host_it_has_connected_to() {
    let (_registry, _bench, server) = world(&[]);
    let config = Answer::parse(&server.say(format!("GET {CONFIG} HTTP/1.0\r\n\r\n")));
    let dl = format!("\"dl\":\"{}/crates-io/dl/", server.base);
    assert!(config.is(200).text().contains(&dl));
    // In HTTP/1.1 it must.
    let request = format!("GET {CONFIG} HTTP/1.1\r\nConnection: close\r\n\r\n");
    Answer::parse(&server.say(request)).is(400);
}

#[test]
fn an_address_that_is_none_is_answered_with_those_that_mean_every_address() {
    let sandbox = Sandbox::new(&Registry::new([]));
    for address in [":8080", "8080", "*:8080"] {
        let run = sandbox.program(["serve", "--listen", address]);
        run.outcome().says("[::]").says("0.0.0.0");
    }
}

#[test]
fn clients_are_turned_away_and_the_log_says_so_once() {
    let (_registry, _bench, server) = world(&["--max-connections", "1"]);
    let mut held = server.connect();
    held.write_all(b"GET").unwrap();
    let mut refused = 0;
    for _ in 0..20 {
        let answer = Answer::parse(&server.say(server.request("GET", "/healthz", &[])));
        refused += usize::from(answer.status == 503);
    }
    assert!(refused > 0);
    drop(held);
    let said = server.stop().exits(0).stderr;
    assert_eq!(said.matches("turned away").count(), 1, "{said}");
    assert!(said.contains("--max-connections"), "{said}");
}

#[test]
fn a_client_is_not_cut_because_upstream_is_silent_for_longer_than_a_client_may_be() {
    let mut bytes = vec![7; 400_000];
    bytes[..2].copy_from_slice(&[0x1f, 0x8b]);
    let checksum = sha256(&bytes);
    let sent = bytes.clone();
    let upstream = Raw::start(move |mut call| {
        let host = call.header("host").unwrap_or_default().to_owned();
        match call.path() {
            "/index/config.json" => {
                let config = format!(r#"{{"dl":"http://{host}/dl/{{crate}}/{{version}}"}}"#);
                call.sends(config.as_bytes());
            }
            "/index/le/af/leaf" => call.sends(
                format!("{{\"name\":\"leaf\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{checksum}\",\"features\":{{}},\"yanked\":false}}\n")
                    .as_bytes(),
            ),
            _ => {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", sent.len());
                let _ = call.stream.write_all(head.as_bytes());
                let _ = call.stream.write_all(&sent[..200_000]);
                std::thread::sleep(Duration::from_secs(6));
                let _ = call.stream.write_all(&sent[200_000..]);
            }
        }
    });
    let sandbox = Sandbox::new(&Registry::new([]));
    let index = upstream.index();
    let server = Served::start(&sandbox, &["--client-timeout", "1s", "--upstream", &index]);
    let answer = server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
    assert!(answer.body == bytes, "{} bytes", answer.body.len());
}

#[test]
fn gc_says_that_what_it_drops_was_fetched_through_a_server() {
    let (_registry, sandbox, server) = world(&[]);
    sandbox
        .program(["prefetch", "leaf@1.0.2"])
        .outcome()
        .exits(0);
    server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
    server.until("stored", |stats| stats["stored"] == 1);
    server.stop().exits(0);
    let gc = sandbox.program(["gc"]).outcome().exits(0);
    gc.says("a server has used this mirror")
        .answers("leaf@1.0.0");
    sandbox.program(["gc", "--yes"]).outcome().exits(0);
    // Nothing more goes, so nothing is said.
    let gc = sandbox.program(["gc"]).outcome().exits(0);
    gc.never_says("a server has used");
}

#[test]
fn a_server_that_does_not_answer_is_said_when_builds_are_pointed_at_it() {
    let (_registry, sandbox, server) = world(&[]);
    let project = sandbox.unlocked("project", &[]);
    let on = |address: &str| sandbox.run(&project, ["on", "--server", address]);
    on(&server.base).exits(0).never_says("does not answer");
    let base = server.base.clone();
    server.stop().exits(0);
    on(&base).exits(0).says("the server does not answer");
    assert!(project.read(".cargo/config.toml").contains(&base));
}
