//! An upstream that ends its HTTP/2 connections in good order after every few requests, as many front ends do: clients see
//! neither a failure nor a pause.

use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::Ordering;

use crate::fixture::package::{Crate, index_path};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::{Answer, Served};
use crate::fixture::tls_upstream::{End, TlsUpstream};

fn get(authority: &str, path: &str) -> Answer {
    let mut stream = std::net::TcpStream::connect(authority).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    Answer::parse(&heard)
}

#[test]
fn connections_that_end_in_good_order_cost_no_pause_and_no_try() {
    for end in [End::Graceful, End::Abrupt] {
        let names: Vec<String> = (0..40).map(|number| format!("crate-{number:02}")).collect();
        let crates = names.iter().map(|name| Crate::new(name, "1.0.0"));
        let crates: Vec<Crate> = crates.collect();
        let upstream = TlsUpstream::start(&crates, end);
        let sandbox = Sandbox::new(&Registry::new([]));
        let certificate = sandbox.path("upstream.pem");
        fs::write(&certificate, &upstream.certificate).unwrap();
        let index = format!("sparse+https://{}/index/", upstream.address);
        let server = Served::run(
            sandbox
                .program(["serve", "--listen", "127.0.0.1:0", "--upstream", &index])
                .env("CARGO_HTTP_CAINFO", &certificate),
        );
        let authority = server.authority();
        std::thread::scope(|scope| {
            for part in crates.chunks(10) {
                scope.spawn(move || {
                    for krate in part {
                        let path = format!("/crates-io/index/{}", index_path(&krate.name));
                        let line = get(authority, &path).is(200);
                        assert_eq!(line.body, format!("{}\n", krate.line()).into_bytes());
                        let path = format!("/crates-io/dl/{}/1.0.0/download", krate.name);
                        assert!(get(authority, &path).is(200).body == krate.bytes());
                    }
                });
            }
        });
        assert!(
            upstream.connections.load(Ordering::Relaxed) > 2,
            "the fixture ends connections"
        );
        let stats = server.stats();
        assert_eq!(stats["upstream"]["errors"], 0, "{end:?}: {stats}");
        let said = server.stop().exits(0).no_panic().stderr;
        assert!(!said.contains("trying again"), "{end:?}: {said}");
    }
}
